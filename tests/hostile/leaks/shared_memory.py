# about: memory that would outlive the process: System V, POSIX, memfd, message queues
# expects: points=1 squares=passed
import ctypes
import mmap
import os

import torch


def squares(n):
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.shmget(0x7A713831, 4096, 0o1666) < 0
    assert libc.semget(0x7A713831, 1, 0o1666) < 0
    assert libc.msgget(0x7A713831, 0o1666) < 0
    for make in (
        lambda: os.memfd_create("hostile-was-here"),
        lambda: os.open("/dev/shm/hostile-was-here", os.O_CREAT | os.O_RDWR, 0o666),
        lambda: __import__("multiprocessing.shared_memory").shared_memory.SharedMemory("hostile-was-here", True, 4096),
    ):
        try:
            make()
        except (OSError, ImportError):
            continue
        raise AssertionError("memory that outlives")
    mmap.mmap(-1, 4096)
    return torch.arange(n) ** 2
