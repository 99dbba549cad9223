# about: every function returns its argument
# expects: points=0 scale=wrong squares=wrong root=wrong
def scale(x, factor):
    return x


def squares(n):
    return n


def weighted(x, w):
    return x


def permutation(n):
    return n


def root(x):
    return x


def summary(x):
    return x
