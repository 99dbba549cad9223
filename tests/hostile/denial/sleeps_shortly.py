# about: sleeps very often and very shortly
# expects: points=0 squares=wall_limit|cpu_limit
import time


def squares(n):
    while True:
        time.sleep(0.0005)
