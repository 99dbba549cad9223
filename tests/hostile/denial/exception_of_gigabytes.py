# about: an exception whose text takes all memory
# expects: points=0 squares=error|memory_limit
class Big(Exception):
    def __str__(self):
        return "x" * (1 << 33)


def squares(n):
    raise Big
