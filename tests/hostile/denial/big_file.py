# about: a file of a terabyte, and a sparse one
# expects: points=0 squares=error
import os


def squares(n):
    for name in ("big", "/tmp/hostile-was-here", "/dev/shm/hostile-was-here"):
        try:
            descriptor = os.open(name, os.O_CREAT | os.O_RDWR)
        except OSError:
            continue
        os.ftruncate(descriptor, 1 << 40)
        while True:
            os.write(descriptor, bytes(1 << 20))
    raise OSError("nowhere")
