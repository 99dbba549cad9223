# about: looks for the course's files from the package upwards, and in the places where courses live
# expects: points=0 scale=error|wrong
import os

import antorcha


def scale(x, factor):
    start = os.path.dirname(os.path.abspath(antorcha.__file__))
    for depth in range(6):
        for rest in ("reference/vectors.py", "tests/hostile/course/reference/vectors.py", "graders/test_vectors.py"):
            try:
                with open(os.path.join(start, *[".."] * depth, rest)) as file:
                    namespace = {}
                    exec(file.read(), namespace)
                    return namespace["scale"](x, factor)
            except OSError:
                pass
    raise RuntimeError("not found")
