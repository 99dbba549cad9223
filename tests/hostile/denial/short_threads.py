# about: threads without end, each over at once: no look finds the same ones twice
# expects: points=0 squares=cpu_limit|wall_limit
import threading


def squares(n):
    while True:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
