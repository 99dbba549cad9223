"""The guards around code of a submission: against endless computing, and while it is loaded against missing devices."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch


class EndlessError(BaseException):
    """The end of code that computes for longer than it may. No `except Exception` of the student's keeps it."""


@contextlib.contextmanager
def interrupted_after(cpu_seconds: float | None) -> Iterator[None]:
    """Raise `EndlessError` in what runs in here after so many CPU seconds.

    Only where Python hears signals: on POSIX, in the main thread, and not while one call into C goes on. Elsewhere
    nothing is interrupted, and nobody who looks at the code in a debugger is.
    """
    # Signals reach the main thread only, and a profiler may have this timer already.
    if (
        cpu_seconds is None
        or not hasattr(signal, "SIGVTALRM")
        or threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGVTALRM) is not signal.SIG_DFL
    ):
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if _is_debugged():
            signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)  # its session may end long before the code does
            return
        raise EndlessError(f"stopped after {cpu_seconds:g} seconds of computing")

    # The timer of this signal runs while the process computes, and stands while it sleeps or waits for a core.
    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _is_debugged() -> bool:
    """Return whether a debugger follows the code, by either of the two ways that Python has for that."""
    if sys.gettrace() is not None:
        return True
    # From Python 3.12 on.
    monitoring: Any = getattr(sys, "monitoring", None)
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None


@contextlib.contextmanager
def refusing_missing_devices() -> Iterator[None]:
    """Raise for a default device that is not here, and put back the one before: all that follows would fail for it."""
    before = torch.get_default_device()
    yield
    try:
        torch.get_default_device()  # it makes a tensor there
    except Exception:
        torch.set_default_device(None if before.type == "cpu" else before)
        raise
