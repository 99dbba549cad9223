# about: the hidden input is the name of the type that is returned, and of the fields of a record
# expects: points=0 scale=wrong summary=wrong root=wrong
from collections import namedtuple
from dataclasses import make_dataclass


def scale(x, factor):
    return type(f"LEAK{x.tolist()}", (), {})()


def root(x):
    return make_dataclass("LEAK88883", [("LEAK88883", int)])(1)


def summary(x):
    return namedtuple("LEAK99991", "LEAK99991")(x)
