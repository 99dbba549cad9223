# about: stops itself: it uses no CPU time and never answers
# expects: points=0 squares=wall_limit
import os
import signal


def squares(n):
    os.kill(os.getpid(), signal.SIGSTOP)
