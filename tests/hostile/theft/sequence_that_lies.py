# about: a tuple subclass with its own iteration and length; an int subclass inside
# expects: points=0 summary=wrong
class Int(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Shape(tuple):
    def __iter__(self):
        return iter((3, 2))

    def __len__(self):
        return 2


def summary(x):
    return {"largest": x.max().item(), "smallest": x.min().item(), "shape": Shape((Int(1), Int(1), Int(1)))}
