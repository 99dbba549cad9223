# about: modules of the grader are replaced in sys.modules, and __main__ with them
# expects: points=0
import sys
import types

import torch

for name in [one for one in sys.modules if one.startswith("antorcha")] + ["__main__"]:
    sys.modules[name] = types.ModuleType(name)


def scale(x, factor):
    return torch.zeros(3)
