# about: closes the channel and lives on
# expects: points=0 scale=crashed|exited
import os
import time


def scale(x, factor):
    os.closerange(3, 64)
    time.sleep(600)
