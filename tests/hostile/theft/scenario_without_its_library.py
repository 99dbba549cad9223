# about: takes away what unpacks the test's scenario
# expects: points=0 Running=error
import sys

for name in [name for name in sys.modules if name.startswith("cloudpickle")]:
    sys.modules[name] = None


class Running:
    def add(self, values):
        pass

    def mean(self):
        return 0.0
