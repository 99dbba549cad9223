# about: the generators always draw the same, for tests that would judge the reference's draws by the student's
# expects: points=0 permutation=wrong
import torch

torch.manual_seed = lambda seed: None
torch.randperm = lambda n, **settings: torch.arange(n)


def permutation(n):
    return torch.randperm(n)
