# about: kills itself
# expects: points=0 squares=crashed
import os
import signal


def squares(n):
    os.kill(os.getpid(), signal.SIGKILL)
