# about: functions that are objects, classes and partials that lie about themselves
# expects: points=0 scale=wrong squares=wrong
import functools


class Callable:
    __name__ = "scale"
    __wrapped__ = property(lambda self: self)

    def __call__(self, *args):
        return self


scale = Callable()
squares = functools.partial(lambda *args: None)
weighted = type("weighted", (), {"__init__": lambda self, *args: None})
