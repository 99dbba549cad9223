# about: imports itself
# expects: points=1 scale=passed
import vectors


def scale(x, factor):
    return x * factor
