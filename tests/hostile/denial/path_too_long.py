# about: a path longer than any call takes, with more at its end than is allowed
# expects: points=0 kept=file_limit
import os


def kept(x):
    folder = os.open(".", os.O_RDONLY)
    for _ in range(40):
        os.mkdir("n" * 250, dir_fd=folder)
        inner = os.open("n" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    for number in range(4):
        file = os.open(f"{number}", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
        os.write(file, bytes(7_000_000))
        os.close(file)
    return x.clone()
