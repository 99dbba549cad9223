# about: loops in destructors and in weak references' callbacks
# expects: points=0 squares=cpu_limit
import weakref


class Sticky:
    def __del__(self):
        while True:
            pass


def squares(n):
    one = Sticky()
    weakref.finalize(one, print)
    del one
