"""What a worker uses, seen from outside: its threads, its memory, and the files in its folder."""

from __future__ import annotations

import os

_MOST_FILES = 2_000
_NUM_THREADS = 17  # the field of /proc/<pid>/stat, counted from after the name (proc(5): the 20th of all)


def threads_of(pid: int) -> int:
    """How many threads a process has; 0 where nobody can tell, because it has ended or /proc is not to be seen."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[_NUM_THREADS])
    except (OSError, IndexError, ValueError):
        return 0


def resident_of(pid: int) -> int:
    """Bytes of a process's memory that are in the machine's memory; 0 where nobody can tell."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def outgrown(folder: str, most_bytes: int) -> bool:
    """Does a folder hold more than `most_bytes`, or more files than anybody needs? Links are not followed."""
    size = count = 0
    waiting = [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:  # gone meanwhile
            continue
        for entry in entries:
            count += 1
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                size += entry.stat(follow_symlinks=False).st_blocks * 512
            except OSError:
                continue
            if size > most_bytes or count > _MOST_FILES:
                return True
    return False
