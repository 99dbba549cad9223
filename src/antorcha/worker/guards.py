"""The guards around code of a submission: limits at home, and while it is loaded against missing devices."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch

from antorcha.worker.usage import resident_of

_process_time = time.process_time  # a test may replace the module's


class StoppedError(BaseException):
    """The end of code that went beyond a limit. No `except Exception` of the student's keeps it."""


class EndlessError(StoppedError):
    """The end of code that computes for longer than it may."""


class TooMuchMemoryError(StoppedError):
    """The end of code that takes more memory than it may."""


@dataclass(frozen=True)
class CodeLimits:
    """Limits of code: CPU seconds that it may compute, and MiB by which it may make this process grow."""

    cpu_seconds: float
    memory_mib: float


# Often enough for code that fills 10 GiB a second, and too seldom to cost anything.
_TICK_SECONDS = 0.1
_AGAIN_SECONDS = 1.0


@contextlib.contextmanager
def interrupted_beyond(limits: CodeLimits | None) -> Iterator[None]:
    """Raise a `StoppedError` in what runs in here once it has gone beyond `limits`.

    Only where Python hears signals: on POSIX, in the main thread, and not while one call into C goes on. Elsewhere
    nothing is interrupted, and nobody who looks at the code in a debugger is. Memory is looked at on Linux only.
    """
    if limits is None or not _can_interrupt():
        yield
        return
    started, born_bytes = _process_time(), resident_of(os.getpid())

    def look(_number: int, frame: FrameType | None) -> None:
        nonlocal started
        if _is_debugged():
            started = _process_time()  # its session may end long before the code does
            return
        error: StoppedError | None = None
        if _process_time() - started > limits.cpu_seconds:
            error = EndlessError(f"stopped after {limits.cpu_seconds:g} seconds of computing")
        elif resident_of(os.getpid()) - born_bytes > limits.memory_mib * 1024 * 1024:
            error = TooMuchMemoryError(f"stopped with {limits.memory_mib:g} MiB more than before")
        if error is not None and not _in_a_callback_of_the_collector(frame):
            # What cleans up behind the code has some time for it. But an error that is raised in a `__del__` is lost:
            # then the code goes on.
            signal.setitimer(signal.ITIMER_VIRTUAL, _AGAIN_SECONDS, _AGAIN_SECONDS)
            raise error

    # The timer of this signal runs while the process computes, and stands while it sleeps or waits for a core.
    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, _TICK_SECONDS, _TICK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _can_interrupt() -> bool:
    """Return whether the timer's signal would be heard here, and is not used by somebody else, as by a profiler."""
    return (
        hasattr(signal, "SIGVTALRM")
        and threading.current_thread() is threading.main_thread()  # no other hears signals
        and signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL
    )


def _in_a_callback_of_the_collector(frame: FrameType | None) -> bool:
    """Return whether a frame is below one of `gc.callbacks`, where Python prints an error and goes on."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None and frame.f_code not in callbacks:
        frame = frame.f_back
    return frame is not None


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
