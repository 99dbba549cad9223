# about: threads that compute for ever, while the answer waits for them
# expects: points=0 squares=cpu_limit
import threading


def squares(n):
    def spin():
        while True:
            pass

    threads = [threading.Thread(target=spin, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
