# about: folders that nobody may list, each in the other, to be removed
# expects: points=0 kept=file_limit
import os


def kept(x):
    path = "."
    for _ in range(50):
        path += "/closed"
        os.mkdir(path, 0o300)
    return x.clone()
