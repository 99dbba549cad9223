# about: recursion without end or limit: the interpreter itself crashes
# expects: points=0 squares=crashed|memory_limit|cpu_limit
import sys


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def squares(n):
    sys.setrecursionlimit(10**9)
    return Deep().x
