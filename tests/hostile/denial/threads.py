# about: as many threads as it can get, all busy
# expects: points=0 squares=cpu_limit|error|crashed|exited
import threading


def busy():
    while True:
        pass


def squares(n):
    while True:
        try:
            threading.Thread(target=busy, daemon=True).start()
        except RuntimeError:
            busy()
