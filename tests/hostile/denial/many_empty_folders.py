# about: a folder of folders of folders, without any file
# expects: points=0 kept=file_limit
import os


def kept(x):
    for first in range(60):
        for second in range(60):
            os.makedirs(f"{first}/{second}")
    return x.clone()
