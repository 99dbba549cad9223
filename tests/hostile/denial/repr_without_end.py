# about: text of objects that never ends: __repr__, __str__, __format__, __hash__, __len__
# expects: points=0 squares=wrong scale=error|cpu_limit
class Endless:
    def __repr__(self):
        while True:
            pass

    __str__ = __hash__ = __len__ = __bool__ = __index__ = __repr__

    def __format__(self, spec):
        while True:
            pass


def squares(n):
    return Endless()


def scale(x, factor):
    raise ValueError(Endless())
