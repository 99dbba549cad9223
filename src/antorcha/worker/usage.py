"""The use that a worker makes of a machine, seen from outside: threads, memory, time waited, files in its folder."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

_MOST_FILES = 2_000  # in a scratch folder, folders counted too
_MOST_OPEN = 100  # folders at once: a process may have a thousand descriptors, and the grader needs others
_SETTLING_SECONDS = 2.0  # a machine with a load of 15 lets a removal of files, which is over, still be seen for a while
_PAUSE_SECONDS = 0.01  # the times of files advance in steps of up to 4 ms
_NO_FOLDER = -1  # in place of a descriptor
_LONGEST_LOOK_SECONDS = 0.5
_UNNOTICED_SECONDS = 0.01  # not worth a look into /proc, which most calls are spared so
_TURNS_ON_AN_UNKNOWN_MACHINE = 8  # where the kernel does not say who waits for a core: one second of so many counts
_LISTABLE = stat.S_IRUSR | stat.S_IXUSR
_STATE = 0  # the fields of /proc/<pid>/stat, counted from after the name (proc(5): the 3rd and the 20th of all)
_NUM_THREADS = 17


def threads_of(pid: int) -> int:
    """Return how many threads a process has; 0 where nobody can tell, because it has ended or /proc is hidden."""
    try:
        return int(_fields(f"/proc/{pid}/stat")[_NUM_THREADS])
    except (OSError, IndexError, ValueError):
        return 0


def _fields(stat_file: str) -> list[bytes]:
    """Return the fields behind the name, which may itself hold spaces and parentheses."""
    with open(stat_file, "rb") as file:
        return file.read().rpartition(b")")[2].split()


@dataclass
class WaitingClock:
    """A clock of the seconds that a process has slept, or waited for something other than a core, since `restart`.

    That is the time that passes, less the CPU time, less the time in which the kernel had put it aside for others.
    """

    pid: int
    seconds: float = 0.0  # slept or waited
    passed: float = 0.0  # all of the time in which somebody looked
    _at: float = field(default_factory=time.monotonic)
    _cpu: float = 0.0
    _queued: dict[str, float] | None = field(default_factory=dict)  # seconds in the run queue so far, by thread

    def restart(self, cpu: float) -> None:
        """Begin again from zero. `cpu`: the CPU seconds of the process so far, of all its threads."""
        self.seconds = self.passed = 0.0
        self._at, self._cpu = time.monotonic(), cpu

    def update(self, cpu: float) -> None:
        """Take the time since the last look into account. `cpu`: as in `restart`."""
        now = time.monotonic()
        # Whoever looks may have been stopped or without a core itself, and not have seen an answer that was there.
        passed = min(now - self._at, _LONGEST_LOOK_SECONDS)
        unexplained = passed - (cpu - self._cpu)
        self._at, self._cpu = now, cpu
        self.passed += passed
        if unexplained > _UNNOTICED_SECONDS:
            unexplained = self._without_queueing(unexplained)
        # The kernel counts a stay in the run queue when it ends, so that it may explain more than the last look's time.
        self.seconds = max(0.0, self.seconds + unexplained)

    def _without_queueing(self, seconds: float) -> float:
        """Return the part of so many seconds without CPU time that was waiting, by the kernel's own account."""
        before, self._queued = self._queued, _queue_seconds(self.pid)
        if self._queued is None:
            return seconds / _TURNS_ON_AN_UNKNOWN_MACHINE
        seconds -= sum(max(0.0, queued - (before or {}).get(thread, 0.0)) for thread, queued in self._queued.items())
        return min(seconds, 0.0) if seconds > 0.0 and _is_busy(self.pid, self._queued) else seconds


def _queue_seconds(pid: int) -> dict[str, float] | None:
    """Return how long each thread has been ready to run without a core; `None` where the kernel does not tell."""
    seconds = {}
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", "rb") as file:
                on_core, queued, turns = file.read().split()
            if turns == b"0" and on_core == b"0" and thread == str(pid):  # a kernel that does not keep these figures
                return None
            seconds[thread] = int(queued) / 1e9
    except (OSError, ValueError):  # of a thread that has just ended, too: its stay is counted as one more wait
        return seconds or None
    return seconds


def _is_busy(pid: int, threads: Iterable[str]) -> bool:
    """Return whether a thread is running, ready to run, or waiting for the disk at this moment."""
    for thread in threads:
        with contextlib.suppress(OSError, IndexError):
            if _fields(f"/proc/{pid}/task/{thread}/stat")[_STATE] in (b"R", b"D"):
                return True
    return False


def resident_of(pid: int) -> int:
    """Return how many bytes of a process are in the machine's memory; 0 where nobody can tell."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def outgrown(folder: str, most_bytes: int, *, moving: bool, over: bool) -> bool:
    """Return whether a folder holds too much, or something that cannot be measured.

    Too much are more than `most_bytes` on the disk, or more files than anybody needs. A folder cannot be measured that
    may not be listed, or that takes too many open ones on the way down.

    While a worker computes, a look may miss what is renamed meanwhile; the next one comes soon. `over`: its answer is
    there, and no look will follow, so this one must have missed nothing. `moving`: it still has threads that may move
    files, so two looks must agree. A folder that never stands still is too large.
    """
    deadline = time.monotonic() + _SETTLING_SECONDS
    look = _look(folder, most_bytes)
    before = None if moving else look
    while over and not look.outgrown and (look.missed or look != before):
        if time.monotonic() > deadline:
            return True
        time.sleep(_PAUSE_SECONDS)
        before, look = look, _look(folder, most_bytes)
    return look.outgrown


@dataclass
class _Look:
    """The findings of one walk through a folder."""

    bytes: int = 0
    files: int = 0
    unmeasured: bool = False
    missed: int = 0  # entries that were gone before they could be looked at
    outgrown: bool = False
    fingerprint: int = 0  # changes when a file or a folder is made, removed, renamed or written to

    def add(self, status: os.stat_result) -> None:
        """Count a file or a folder, by the space that it takes on the disk and not by its length."""
        self.bytes += status.st_blocks * 512
        self.files += 1
        self.fingerprint ^= hash((status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_blocks))


@dataclass
class _OpenFolder:
    """A folder that is open as long as some folder in it has not been opened."""

    descriptor: int
    waiting: list[str] = field(default_factory=list)


def _look(folder: str, most_bytes: int) -> _Look:
    """Walk through a folder by descriptors, deepest first. Links are not followed; nothing is changed."""
    look = _Look()
    stack = [_OpenFolder(_NO_FOLDER, [folder])]
    try:
        while stack and not look.outgrown:
            above = stack[-1]
            name = above.waiting.pop()
            inner = _open_folder(name, above.descriptor, look)
            if not above.waiting:  # a chain of folders, however long, needs two descriptors
                _close(stack.pop())
            if inner is None:
                continue
            stack.append(_OpenFolder(inner))
            stack[-1].waiting = _list_folder(inner, look)
            if not stack[-1].waiting:
                _close(stack.pop())
            look.unmeasured |= len(stack) > _MOST_OPEN
            look.outgrown = look.unmeasured or look.bytes > most_bytes or look.files > _MOST_FILES
    finally:
        for open_folder in stack:
            _close(open_folder)
    return look


def _open_folder(name: str, above: int, look: _Look) -> int | None:
    """Return a descriptor of the folder `name` in the open folder `above`; `None`, and a note in the look, without."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(name, flags, dir_fd=None if above == _NO_FOLDER else above)
    except (FileNotFoundError, NotADirectoryError):  # renamed or replaced since it was listed
        look.missed += 1
    except OSError:
        look.unmeasured = look.outgrown = True
    return None


def _list_folder(folder: int, look: _Look) -> list[str]:
    """Add all that stands in an open folder to the look; return the names of the folders in it."""
    folders = []
    look.fingerprint ^= hash(os.fstat(folder).st_mtime_ns)
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                look.missed += 1
                continue
            look.add(status)
            if stat.S_ISDIR(status.st_mode):
                folders.append(entry.name)
                # Root could list it all the same; the verdict is to be that of an ordinary user's grader.
                look.unmeasured |= status.st_mode & _LISTABLE != _LISTABLE
            if look.files > _MOST_FILES:
                break
    return folders


def _close(open_folder: _OpenFolder) -> None:
    if open_folder.descriptor != _NO_FOLDER:
        os.close(open_folder.descriptor)
