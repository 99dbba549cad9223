# about: numbers whose class overrides every comparison
# expects: points=0 summary=wrong
class Number(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __float__(self):
        return self

    __hash__ = float.__hash__


def summary(x):
    return {"largest": Number(1), "smallest": Number(2), "shape": tuple(x.shape)}
