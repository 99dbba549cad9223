"""The resource limits of a worker. The kernel keeps them, and the filter denies a worker even lowering them."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass

DESCRIPTORS = 64  # a worker begins with four: three streams and its channel
# CUDA opens a file of the driver for each channel and mapping that it makes; tens of them in an empty context.
DESCRIPTORS_WITH_GPU = 512
# What the CUDA libraries themselves take of the machine's memory, over and above what a submission may use.
CUDA_BYTES = 4 << 30
STACK_BYTES = 64 << 20  # where the grader's own has no limit
PENDING_SIGNALS = 64
# A user's limit counts all their threads. The worker of an ordinary user shares that count with the desktop, so it gets
# what is there now and this much more: enough for a full class at work, too little to exhaust the machine.
THREADS_BESIDE_OTHERS = 1024

_OOM_SCORE = "500"  # thousandths: as if the worker used half of the machine's memory more than it does


@dataclass(frozen=True)
class Budget:
    """The limits of one worker.

    `memory_bytes` of address space beyond what it was born with, `cpu_seconds` from its birth, `file_bytes` for any
    file it writes, `threads` by its user.

    `gpu`: CUDA reserves far more address space than any machine has memory, so there the limit is on memory that is
    private and writable; shared memory escapes it, and the grader looks at what is resident.
    """

    memory_bytes: int
    cpu_seconds: int
    threads: int = 64
    file_bytes: int = 0
    born_bytes: int = 0
    gpu: bool = False


def put_on(budget: Budget) -> None:
    """Set every limit, soft and hard alike but for CPU time. A limit that is already lower stays."""
    for which, soft, hard in _limits(budget):
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(which, (soft, hard))


def offer_to_oom_killer() -> None:
    """Let a worker go before the grader when the machine's memory runs out, where /proc may be written."""
    try:
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.write(descriptor, _OOM_SCORE.encode())
    except OSError:  # a help for the grader, and no layer of the lock
        pass
    finally:
        os.close(descriptor)


def threads_of_user(uid: int) -> int:
    """Return how many threads the user has now, as far as /proc shows them."""
    count = 0
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if os.stat(f"/proc/{entry}").st_uid == uid:
                count += len(os.listdir(f"/proc/{entry}/task"))
        except OSError:
            continue  # it ended while we counted
    return count


def address_space() -> int:
    """Return the bytes of address space in use: what torch itself takes differs widely between builds."""
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def private_memory() -> int:
    """Return the bytes of private, writable memory in use, as `RLIMIT_DATA` counts them."""
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[5]) * resource.getpagesize()


def _limits(budget: Budget) -> Iterator[tuple[int, int, int]]:
    """Yield (limit, soft, hard). SIGXCPU comes at the soft CPU limit, SIGKILL a second later at the hard one."""
    stack = resource.getrlimit(resource.RLIMIT_STACK)[0]
    stack = STACK_BYTES if stack == resource.RLIM_INFINITY else stack  # shrinking it would move Python's own guard
    memory = (resource.RLIMIT_AS, budget.born_bytes + budget.memory_bytes)
    if budget.gpu:
        memory = (resource.RLIMIT_DATA, private_memory() + CUDA_BYTES + budget.memory_bytes)
    yield resource.RLIMIT_CPU, budget.cpu_seconds, budget.cpu_seconds + 1
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS_WITH_GPU if budget.gpu else DESCRIPTORS),
        (resource.RLIMIT_FSIZE, budget.file_bytes),
        memory,
        (resource.RLIMIT_NPROC, budget.threads),
        (resource.RLIMIT_STACK, stack),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, PENDING_SIGNALS),
    ):
        yield which, value, value
