"""The search for the device that this machine has for a role in `grading.toml`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from antorcha.accelerator import gpus
from antorcha.accelerator.names import SIMULATED_DEVICE, SIMULATED_HOOK, TOO_OLD
from antorcha.course.device_kinds import ACCELERATOR, CPU, REAL_KINDS
from antorcha.surroundings import folder_of

_LOCKABLE = ("cuda",)  # whose files the lock knows


@dataclass(frozen=True)
class FoundDevice:
    """The device for a role: its name for torch ("cpu", "cuda:0", "sim:0"), or `None` and why there is none."""

    name: str | None
    why: str = ""

    @property
    def is_simulated(self) -> bool:
        """Return whether this is the simulated accelerator."""
        return self.name == SIMULATED_DEVICE


@cache
def find(role: str, *, locked: bool = False) -> FoundDevice:
    """Return the device for a role of `course.device_kinds`. Start no GPU and register nothing.

    `locked`: for a worker that is locked up, to which the files of an NVIDIA GPU can be opened and no others.
    """
    # What needs torch is imported only where it is asked: torch takes seconds to import.
    if role == CPU:
        return FoundDevice(CPU)
    kinds = REAL_KINDS if role == ACCELERATOR else (role,)
    for kind in kinds:
        can_be_opened = not locked or (kind in _LOCKABLE and not gpus.why_not())
        if can_be_opened and _is_here(kind):
            return FoundDevice(f"{kind}:0")
    if role != ACCELERATOR:
        return FoundDevice(None, _why_not(role, locked))
    problem = _why_not_simulated()
    return FoundDevice(SIMULATED_DEVICE) if problem is None else FoundDevice(None, problem)


def is_real(name: str) -> bool:
    """Return whether a device's name for torch is that of a GPU, not of the CPU or a simulated device."""
    return name.partition(":")[0] in REAL_KINDS


def _why_not(kind: str, locked: bool) -> str:
    """Return the reason why there is no device of a real kind here."""
    if not locked:
        return f"this machine has no {kind} device"
    if kind not in _LOCKABLE:
        return f"a locked worker cannot open a device of the kind {kind}"
    return f"a locked worker cannot open a GPU here: {gpus.why_not() or 'this PyTorch has no use for it'}"


def _why_not_simulated() -> str | None:
    """Return the reason why there is no simulated device; `None` where there is one."""
    folder = None if "torch" in sys.modules else folder_of("torch")
    if folder is None:
        from antorcha.accelerator.simulated import why_not

        return why_not()
    # A run that hands out submissions asks too, and would import torch for nothing else: five seconds of CPU time.
    text = (folder / "torch" / "utils" / "backend_registration.py").read_text("utf-8")
    if f"def {SIMULATED_HOOK}" in text:
        return None
    return f"PyTorch {version('torch')} {TOO_OLD}"


def _is_here(kind: str) -> bool:
    import torch

    if kind == "mps":
        return torch.backends.mps.is_available()
    return bool(getattr(torch, kind).is_available())
