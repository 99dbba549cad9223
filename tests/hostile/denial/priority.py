# about: takes the machine: priority, processors, locked memory
# expects: points=1 squares=passed
import ctypes
import os

import torch


def squares(n):
    libc = ctypes.CDLL(None, use_errno=True)
    for act in (
        lambda: os.nice(-20),
        lambda: os.sched_setaffinity(0, {0}),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)),
        lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    ):
        try:
            act()
        except OSError:
            continue
        raise AssertionError("a scheduling call")
    assert libc.mlockall(3) != 0
    return torch.arange(n) ** 2
