# about: leaves the process while the test's scenario is unpacked, with the code of a failed lock
# expects: points=0 Running=exited
import os
import pickle

pickle.loads = lambda *_: os._exit(99)


class Running:
    def add(self, values):
        pass

    def mean(self):
        return 0.0
