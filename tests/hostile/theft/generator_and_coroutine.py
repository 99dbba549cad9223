# about: answers that would run code when they are looked at
# expects: points=0 scale=wrong squares=wrong root=wrong
def scale(x, factor):
    yield x * factor


async def squares(n):
    return n


def root(x):
    return (one for one in [x])
