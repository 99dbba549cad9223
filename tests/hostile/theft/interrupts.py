# about: raises KeyboardInterrupt, GeneratorExit, StopIteration: what loops take for their end
# expects: points=0 scale=error squares=error root=wrong
def scale(x, factor):
    raise KeyboardInterrupt


def squares(n):
    raise GeneratorExit


def root(x):
    raise StopIteration
