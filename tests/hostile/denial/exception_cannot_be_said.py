# about: an exception whose text raises, exits and is no text
# expects: points=0 squares=error|exited scale=error|exited
class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)


class Number(Exception):
    __str__ = 7


def squares(n):
    raise Mute


def scale(x, factor):
    raise Number
