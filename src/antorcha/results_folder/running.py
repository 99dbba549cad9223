"""The state of a run that grades into a results folder: a small file that it keeps, read from another terminal."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from antorcha.plain import from_plain, to_plain

_TRIES, _PAUSE = 5, 0.02  # seconds between two: a file that is just being written is whole in less


@dataclass(frozen=True)
class HandInNow:
    """A hand-in that is being graded, since a moment (seconds of the system's clock)."""

    student: str
    topic: str
    since: float


@dataclass(frozen=True)
class RunningGrade:
    """A run so far: `done` of `total` results, `free` of which cost nothing; `started` as in `HandInNow.since`."""

    process: int
    started: float
    total: int
    done: int = 0
    free: int = 0
    now: tuple[HandInNow, ...] = ()

    def rate(self, moment: float) -> float:
        """Return how many hand-ins a second were graded until a moment."""
        return (self.done - self.free) / max(moment - self.started, 1e-9)

    def slowest(self) -> HandInNow | None:
        """Return the hand-in that is being graded for the longest time."""
        return min(self.now, key=lambda hand_in: hand_in.since, default=None)


@dataclass
class StatusFile:
    """The file of a run that goes on. What keeps it from being written is no reason to grade nobody."""

    state: RunningGrade
    descriptor: int | None  # `None` where it cannot be written
    _longest: int = 0  # bytes that were ever in it
    _now: dict[tuple[str, str], HandInNow] = field(default_factory=dict)

    def begin(self, student: str, topic: str) -> None:
        """Take note that a hand-in is being graded."""
        self._now[student, topic] = HandInNow(student, topic, time.time())
        self._write()

    def end(self, student: str, topic: str, *, free: bool) -> None:
        """Take note of a result."""
        self._now.pop((student, topic), None)
        self.state = replace(self.state, done=self.state.done + 1, free=self.state.free + free)
        if not free:  # a class that is known is read in a moment
            self._write()

    def _write(self) -> None:
        self.state = replace(self.state, now=tuple(self._now.values()))
        if self.descriptor is None:
            return
        # In its place: of a file beside it that takes its name, a kill could leave one behind at every hand-in. And
        # behind spaces, since to cut a file takes longer than all else that is done here for a result.
        data = json.dumps(to_plain(self.state)).encode("ascii")
        self._longest = max(self._longest, len(data))
        with suppress(OSError):
            os.pwrite(self.descriptor, data.ljust(self._longest), 0)


@contextmanager
def status_file(path: Path, total: int) -> Iterator[StatusFile]:
    """Keep the file for as long as the run goes on."""
    descriptor: int | None = None
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        yield StatusFile(RunningGrade(os.getpid(), time.time(), total), descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _read(path: Path) -> RunningGrade | None:
    for _ in range(_TRIES):
        try:
            return from_plain(RunningGrade, json.loads(path.read_text("utf-8")))
        except OSError:
            return None
        except ValueError:  # it is being written
            time.sleep(_PAUSE)
    return None


def read_status(path: Path) -> RunningGrade | None:
    """Return what the run of a results folder is doing, or `None` where none goes on."""
    state = _read(path)
    if state is None:
        return None
    try:
        os.kill(state.process, 0)
    except ProcessLookupError:  # a run that was killed leaves its file behind
        return None
    except PermissionError:  # it is somebody else's
        pass
    return state
