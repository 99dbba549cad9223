# about: folders in folders with something in each, more than any process may have open
# expects: points=0 kept=file_limit
import os


def kept(x):
    folder = os.open(".", os.O_RDONLY)
    for _ in range(800):
        for name in ("a", "b", "c"):
            os.mkdir(name, dir_fd=folder)
        inner = os.open("b", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    return x.clone()
