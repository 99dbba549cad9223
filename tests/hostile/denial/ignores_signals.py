# about: ignores every signal that can be ignored and computes on
# expects: points=0 squares=cpu_limit
import signal


def squares(n):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
