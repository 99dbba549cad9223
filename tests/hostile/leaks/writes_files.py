# about: leaves a file in every place that may be writable
# expects: points=1 squares=passed
import os
import sys
import tempfile

import torch


def squares(n):
    places = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/", ".", os.path.dirname(torch.__file__), *sys.path]
    places += [os.environ["TMPDIR"], tempfile.gettempdir(), os.path.expanduser("~"), "/root", "/home", "/etc", "/proc/self"]
    for place in places:
        try:
            with open(os.path.join(place or ".", "hostile-was-here"), "w") as file:
                file.write("x")
        except OSError:
            continue
        raise AssertionError(place)
    return torch.arange(n) ** 2
