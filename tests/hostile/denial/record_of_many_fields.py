# about: a record of 95,000 fields, for whose named tuple the trusted side would compile code, check after check
# expects: points=0 summary=wrong|cpu_limit|wall_limit
import collections


def summary(x):
    return collections.namedtuple("Summary", [f"f{number}" for number in range(95_000)])(*range(95_000))
