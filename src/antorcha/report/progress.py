"""The progress of a run on stderr: a live bar for a person, a plain line now and then for a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

from antorcha.report.markup import clean

if TYPE_CHECKING:
    from rich.progress import Progress

_PLAIN_SECONDS = 3.0  # between two lines of a log
_LONGEST_NAME = 30  # characters, so that the bar has room beside it on 80 columns


class Meter(Protocol):
    """The receiver of a run's steps."""

    def step(self, student: str, *, free: bool = False) -> None:
        """Count one more unit of work, this student's. `free`: it cost no time, so it tells nothing of the pace."""


@contextmanager
def progress(total: int, *, silent: bool = False, stream: IO[str] | None = None) -> Iterator[Meter]:
    """Yield a meter for `total` units of work; drawn on `stream` (stderr) unless `silent` or there is nothing to do."""
    target = sys.stderr if stream is None else stream
    if silent or not total:
        yield _Silent()
    elif target.isatty():
        with _drawn(total, target) as meter:
            yield meter
    else:
        plain = _Plain(total, target)
        try:
            yield plain
        finally:
            plain.close()


class _Silent:
    """A meter that shows nothing."""

    def step(self, student: str, *, free: bool = False) -> None:
        pass


class _Plain:
    """A meter that prints a line every few seconds, also while one submission takes long: silence looks like a hang."""

    def __init__(self, total: int, stream: IO[str], seconds: float = _PLAIN_SECONDS) -> None:
        self._total = total
        self._stream = stream
        self._seconds = seconds
        self._done = 0
        self._worked = 0
        self._last = ""
        self._begun = time.monotonic()
        self._closed = threading.Event()
        # A daemon, so that it can never keep the process alive.
        self._beat = threading.Thread(target=self._run, daemon=True)
        self._beat.start()

    def step(self, student: str, *, free: bool = False) -> None:
        self._done += 1
        self._worked += not free
        self._last = _short(student)

    def close(self) -> None:
        """End the lines with one that has the last count."""
        self._closed.set()
        self._beat.join()
        self._print()

    def _run(self) -> None:
        while not self._closed.wait(self._seconds):
            self._print()

    def _print(self) -> None:
        seconds = time.monotonic() - self._begun
        rate = self._worked / seconds if seconds > 0 else 0.0
        parts = [f"graded {self._done}/{self._total}", f"{rate:.1f}/s"]
        # The first has waited for the graders to start, and would foretell a run that takes for ever.
        if self._worked > 1 and self._done < self._total:
            parts.append(f"about {_duration((self._total - self._done) / rate)} left")
        if self._last:
            parts.append(f"last: {self._last}")
        print(", ".join(parts), file=self._stream, flush=True)


@contextmanager
def _drawn(total: int, stream: IO[str]) -> Iterator[Meter]:
    """Yield a meter that draws a live bar, which goes away at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[student]}", markup=False),  # brackets in a name are no style
        console=Console(file=stream),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with bar:
        yield _Rich(bar, total)


class _Rich:
    """A meter on a live bar of rich."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._begun = time.monotonic()
        self._task = bar.add_task("", total=total, student="", rate="")

    def step(self, student: str, *, free: bool = False) -> None:
        done = self._bar.tasks[0].completed + 1
        rate = done / max(time.monotonic() - self._begun, 1e-9)  # a clock may stand still between two steps
        self._bar.update(self._task, advance=1, student=_short(student), rate=f"{rate:.1f}/s")


def _short(student: str) -> str:
    """Return a name in one short line that every terminal can print, lone surrogates replaced."""
    name = " ".join(clean(student).split()).encode("utf-8", "replace").decode()
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _duration(seconds: float) -> str:
    """Return seconds as "2 h 05 min", "3 min 20 s" or "12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
