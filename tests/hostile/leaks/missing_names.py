# about: the hidden input is the name of what is said to be missing
# expects: points=0 Running=error|wrong|missing scale=error
import sys


class Running:
    def add(self, values):
        module = sys.modules[__name__]
        raise AttributeError("LEAK", name=f"LEAK{values.tolist()}", obj=module)


def scale(x, factor):
    module = sys.modules[__name__]
    raise AttributeError("LEAK", name=f"LEAK{x.tolist()}", obj=module)
