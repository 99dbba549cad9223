# about: returns objects whose reduction runs code when they are loaded
# expects: points=0 scale=wrong squares=wrong
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/hostile-was-here",)

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

    def __getstate__(self):
        return {"verdict": "passed"}


def scale(x, factor):
    return Bomb()


def squares(n):
    return [Bomb(), {Bomb(): Bomb()}]
