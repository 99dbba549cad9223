# about: a child is to answer while the parent goes on
# expects: points=0 scale=error squares=error
import os


def scale(x, factor):
    if os.fork() == 0:
        os._exit(0)


def squares(n):
    return os.posix_spawn("/bin/true", ["true"], {})
