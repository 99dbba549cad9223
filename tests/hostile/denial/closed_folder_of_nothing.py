# about: a folder with no permissions at all: what cannot be measured is over its limit, and is removed all the same
# expects: points=0 kept=file_limit
import os


def kept(x):
    os.makedirs("outer/inner")
    os.mkdir("outer/inner/closed", 0)
    return x.clone()
