# about: takes a lock twice
# expects: points=0 squares=wall_limit
import threading


def squares(n):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
