# about: a text that only the hidden test holds is raised, printed and returned
# expects: points=0 Running=error|wrong
import sys

import torch


class Running:
    def add(self, values):
        for frame in (sys._getframe(1), sys._getframe(2)):
            for name, value in frame.f_globals.items():
                if name == "CANARY_TEXT":
                    print("LEAK", value)
                    raise type("LEAK" + value, (ValueError,), {})(value)

    def mean(self):
        return torch.tensor(0.0)
