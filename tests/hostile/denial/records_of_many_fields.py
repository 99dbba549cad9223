# about: 180 records, each with fields of its own, so that no named tuple can be made twice
# expects: points=0 permutation=wrong
import collections


def permutation(n):
    return [
        collections.namedtuple("R", [f"f{row}_{number}" for number in range(250)])(*range(250)) for row in range(180)
    ]
