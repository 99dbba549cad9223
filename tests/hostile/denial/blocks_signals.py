# about: blocks every signal and masks its timers
# expects: points=0 squares=cpu_limit
import signal


def squares(n):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        try:
            raise KeyboardInterrupt
        except BaseException:
            pass
