"""A real GPU in this process: started when it is granted, tried before it is trusted, hidden where it is not meant."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch

from antorcha.accelerator.devices import is_real

_shown: dict[tuple[Any, str], Callable[..., Any]] = {}  # torch's own functions while they are hidden: module and name


def start(device: str, share: float) -> str:
    """Start CUDA here, with `share` (0 to 1) of the GPU's memory for tensors; return why it cannot be, or "".

    A product of matrices belongs to it: what loading cuBLAS takes is not the student's to pay.
    """
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
        torch.cuda.set_per_process_memory_fraction(share, torch.device(device))
        small = torch.ones(2, 2, device=device)
        (small @ small).sum().item()
    except Exception as error:
        return _in_short(error)
    return ""


def problem(device: str) -> str:
    """Return the reason why nothing can be computed on a device now; an empty text where it can."""
    try:
        torch.ones(1, device=device).add_(1).item()
    except Exception as error:
        return _in_short(error)
    return ""


def hide() -> None:
    """Let torch answer as on a machine whose GPU cannot be used, as it answers in a worker without one."""
    if not _shown:
        for module, name, answer in _ANSWERS:
            _shown[module, name] = getattr(module, name)
            setattr(module, name, answer)


def show() -> None:
    """Take back `hide`."""
    while _shown:
        (module, name), answer = _shown.popitem()
        setattr(module, name, answer)


@contextlib.contextmanager
def visible(device: str) -> Iterator[None]:
    """Show a hidden GPU for as long as something runs on `device`, where that is a GPU."""
    was_hidden = bool(_shown) and is_real(device)
    if was_hidden:
        show()
    try:
        yield
    finally:
        if was_hidden:
            hide()


# `torch.accelerator` came with torch 2.6.
_ANSWERS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (torch.cuda, "is_available", lambda: False),
    (torch.cuda, "device_count", lambda: 0),
    *([(torch.accelerator, "is_available", lambda: False)] if hasattr(torch, "accelerator") else []),
    *([(torch.accelerator, "device_count", lambda: 0)] if hasattr(torch, "accelerator") else []),
)


def _in_short(error: BaseException) -> str:
    """Return an exception's type and first line: CUDA adds lines of advice for developers."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200] if lines else ''}"
