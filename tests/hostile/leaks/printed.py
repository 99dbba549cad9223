# about: prints and logs the hidden inputs
# expects: points=0 scale=wrong
import logging
import sys


def scale(x, factor):
    print("LEAK", x.tolist(), factor)
    print("LEAK", x.tolist(), file=sys.stderr)
    logging.warning("LEAK %s", x.tolist())
    sys.__stdout__.write(str(x.tolist()))
    return x
