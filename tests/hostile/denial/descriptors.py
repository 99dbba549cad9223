# about: as many descriptors as it can get
# expects: points=0 squares=error
import os


def squares(n):
    while True:
        os.pipe()
