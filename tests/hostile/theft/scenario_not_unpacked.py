# about: keeps the test's scenario from being unpacked, so that the grader might take the blame
# expects: points=0 Running=error
import pickle


def loads(*_args, **_kwargs):
    raise ModuleNotFoundError("No module named 'graders'")


pickle.loads = loads


class Running:
    def add(self, values):
        pass

    def mean(self):
        return 0.0
