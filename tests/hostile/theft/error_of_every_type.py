# about: one exception that is of every type at once, for whoever does not know which is asked for
# expects: points=0 root=error|wrong
class Everything(ArithmeticError, LookupError, RuntimeError, TypeError, ValueError, AssertionError):
    pass


def root(x):
    raise Everything
