# about: keeps what it saw in earlier calls and answers the next one with it
# expects: points=0 scale=wrong squares=wrong
import torch

seen = []


def scale(x, factor):
    seen.append(x)
    return seen[0]


def squares(n):
    seen.append(n)
    return torch.tensor(seen[-1])
