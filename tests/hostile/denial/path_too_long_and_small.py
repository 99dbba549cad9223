# about: a path longer than any call takes, within the limits, to be removed
# expects: points=1 kept=passed
import os


def kept(x):
    folder = os.open(".", os.O_RDONLY)
    for _ in range(40):
        os.mkdir("n" * 250, dir_fd=folder)
        inner = os.open("n" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("small", os.O_CREAT | os.O_WRONLY, 0, dir_fd=folder))
    return x.clone()
