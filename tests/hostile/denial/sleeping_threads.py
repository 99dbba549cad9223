# about: threads that all sleep, while the answer waits for them
# expects: points=0 squares=wall_limit
import threading
import time


def squares(n):
    threads = [threading.Thread(target=time.sleep, args=(3600,), daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
