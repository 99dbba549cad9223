# about: looks for constants and closures of the scenario that could be the expected value
# expects: points=0 Running=wrong|error
import sys

import torch


class Running:
    def add(self, values):
        frame = sys._getframe(1)
        self.found = [one for one in frame.f_code.co_consts if isinstance(one, float)]
        self.found += [one for one in frame.f_globals.values() if isinstance(one, float)]

    def mean(self):
        return torch.tensor(self.found[0] if self.found else 0.0)
