# about: 1,500 folders, each in the other, in its scratch folder: nothing that removes it may recurse, or be long about it
# expects: points=1 kept=passed
import os


def kept(x):
    path = "."
    for _ in range(1500):
        path += "/d"
        os.mkdir(path)
    return x.clone()
