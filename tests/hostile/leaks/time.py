# about: tells the hidden input by how long it takes: seconds stand in no page for students
# expects: points=0 squares=wrong
import time


def squares(n):
    time.sleep(n / 10)
    return None
