# about: writes to descriptor 2 without end, past Python
# expects: points=0 squares=output_limit
import os


def squares(n):
    while True:
        os.write(2, b"\xff\0\x1b" * 10_000)
