"""One thread for every process that calls an exercise's functions.

Sums come out alike on every machine, whatever its number of cores. And processes that share the cores do not keep each
other waiting: OpenMP's threads spin while they wait for one another, so that two processes of two threads on two busy
cores were measured at fifteen times the time of two processes of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""For a process that has not imported torch yet."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread in a process that has imported torch and goes on with something else afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
