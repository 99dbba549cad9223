"""Code that is stopped in this process, and where the error that stops it would be lost."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator

import pytest

from antorcha.worker.guards import CodeLimits, EndlessError, interrupted_beyond

LIMITS = CodeLimits(cpu_seconds=0.2, memory_mib=1000)


def compute(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@contextlib.contextmanager
def callback_of_the_collector(callback: Callable[..., None]) -> Iterator[None]:
    gc.callbacks.append(callback)
    try:
        yield
    finally:
        gc.callbacks.remove(callback)


def stopped(code: Callable[[], None]) -> None:
    with interrupted_beyond(LIMITS):
        code()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_code_is_not_stopped_in_a_callback_of_the_collector_where_the_error_would_be_lost() -> None:
    def collecting() -> None:
        while True:
            gc.collect()
            compute(0.15)

    with callback_of_the_collector(lambda *_: compute(0.25)), pytest.raises(EndlessError):
        stopped(collecting)


class Lost:
    def __del__(self) -> None:
        compute(0.5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_code_that_loses_the_error_is_stopped_a_second_later() -> None:
    def losing() -> None:
        Lost()
        compute(20)

    started = time.process_time()
    with pytest.raises(EndlessError):
        stopped(losing)
    assert 1 < time.process_time() - started < 10
