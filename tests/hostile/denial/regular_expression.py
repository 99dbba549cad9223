# about: a regular expression that backtracks for ever
# expects: points=0 squares=cpu_limit
import re


def squares(n):
    return re.match(r"(a+)+$", "a" * 60 + "b")
