# about: a session of its own, a double fork, another name: to be there when the grader has gone
# expects: points=0 squares=error
import os


def squares(n):
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                pass
