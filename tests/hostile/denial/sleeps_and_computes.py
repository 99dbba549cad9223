# about: sleeps most of the time and computes a little in between, so that neither clock runs fast
# expects: points=0 squares=wall_limit|cpu_limit
import time


def squares(n):
    while True:
        time.sleep(0.045)
        sum(range(1000))
