# about: an exception with a context a hundred thousand deep
# expects: points=0 squares=error|cpu_limit|memory_limit
def squares(n):
    last = ValueError("first")
    for _ in range(100_000):
        following = ValueError("next")
        following.__context__ = following.__cause__ = last
        last = following
    raise last
