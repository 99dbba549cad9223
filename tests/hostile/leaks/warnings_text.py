# about: the hidden input in warnings of every kind
# expects: points=1 scale=passed
import warnings


def scale(x, factor):
    warnings.simplefilter("always")
    for kind in (UserWarning, DeprecationWarning, SyntaxWarning, RuntimeWarning):
        warnings.warn(f"LEAK {x.tolist()}", kind, stacklevel=1)
    return x * factor
