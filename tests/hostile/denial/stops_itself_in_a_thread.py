# about: a thread that stops the whole process while another one computes
# expects: points=0 squares=wall_limit
import os
import signal
import threading
import time


def squares(n):
    threading.Thread(target=lambda: (time.sleep(0.1), os.kill(os.getpid(), signal.SIGSTOP))).start()
    while True:
        pass
