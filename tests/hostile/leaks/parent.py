# about: signals, traces, reads and limits its parent and everybody else
# expects: points=1 squares=passed
import ctypes
import os
import resource
import signal

import torch


def squares(n):
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()
    for target in (parent, -1, 0, 1):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
            try:
                os.kill(target, number)
            except OSError:
                continue
            raise AssertionError(f"a signal to {target}")
    assert libc.ptrace(16, parent, 0, 0) != 0
    assert libc.process_vm_readv(parent, 0, 0, 0, 0, 0) != 0
    try:
        resource.prlimit(parent, resource.RLIMIT_CPU, (1, 1))
    except OSError:
        return torch.arange(n) ** 2
    raise AssertionError("a limit of the parent")
