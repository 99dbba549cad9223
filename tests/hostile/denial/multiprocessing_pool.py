# about: a pool of processes
# expects: points=0 squares=error
import multiprocessing


def work(number):
    return number


def squares(n):
    with multiprocessing.Pool(4) as pool:
        return pool.map(work, range(n))
