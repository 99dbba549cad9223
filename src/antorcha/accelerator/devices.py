"""From a device's role in `grading.toml` to the device that this machine has for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from antorcha.accelerator import gpus
from antorcha.accelerator.names import FIRST, NAME

CPU = "cpu"
ACCELERATOR = "accelerator"
REAL = ("cuda", "mps", "xpu")
_LOCKABLE = ("cuda",)  # whose files the lock knows


@dataclass(frozen=True)
class Found:
    """The device for a role: its name for torch ("cpu", "cuda:0", "sim:0"), or `None` and why there is none."""

    name: str | None
    why: str = ""

    @property
    def is_simulated(self) -> bool:
        return self.name == FIRST


@cache
def find(role: str, *, locked: bool = False) -> Found:
    """The device for "cpu", "accelerator", "cuda", "mps" or "xpu". Initializes no GPU and registers nothing.

    `locked`: for a worker that is locked up, to which the files of an NVIDIA GPU can be opened and no others.
    """
    if role == CPU:
        return Found(CPU)
    kinds = REAL if role == ACCELERATOR else (role,)
    for kind in kinds:
        if (not locked or _can_be_opened(kind)) and _is_here(kind):
            return Found(f"{kind}:0")
    if role != ACCELERATOR:
        return Found(None, _why_not(role, locked))
    from antorcha.accelerator.simulated import why_not

    problem = why_not()
    return Found(FIRST) if problem is None else Found(None, problem)


def is_accelerator(name: str) -> bool:
    """Is "sim:0", "cuda:0", ... the name of a device that is not the CPU?"""
    return name.partition(":")[0] in (NAME, *REAL)


def is_real(name: str) -> bool:
    """Is it a GPU that exists?"""
    return name.partition(":")[0] in REAL


def _can_be_opened(kind: str) -> bool:
    return kind in _LOCKABLE and not gpus.why_not()


def _why_not(kind: str, locked: bool) -> str:
    if not locked:
        return f"this machine has no {kind} device"
    if kind not in _LOCKABLE:
        return f"a locked worker cannot open a device of the kind {kind}"
    return f"a locked worker cannot open a GPU here: {gpus.why_not() or 'this PyTorch has no use for it'}"


def _is_here(kind: str) -> bool:
    import torch

    if kind == "mps":
        return torch.backends.mps.is_available()
    return bool(getattr(torch, kind).is_available())
