# about: answers, and leaves a thread that computes on while the others are graded
# expects: points=1 scale=passed
import threading


def busy():
    while True:
        pass


def scale(x, factor):
    threading.Thread(target=busy, daemon=True).start()
    return x * factor
