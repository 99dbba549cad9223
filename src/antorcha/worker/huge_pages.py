"""The memory of a process that is forked for each submission, in few large pages instead of many small ones.

A fork copies the table of all pages, and the end of a fork goes through it once more. With torch imported these are
57,000 pages of 4 KiB, or a hundred of 2 MiB and what is written to later, since the kernel splits a large page then and
copies no more than the small one. A system that cannot do it forks as slowly as ever.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

_LARGE = 2 << 20  # bytes; of processors with another size the kernel refuses
_ADVISE_HUGE, _COLLAPSE = 14, 25  # of madvise(2); collapsing at once since Linux 6.1
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *(\[heap\])?\n", re.ASCII)
_WORTH_IT = _LARGE // 4  # bytes in use of a mapping


def collapse() -> None:
    """Put all private memory of this process that no file stands behind into large pages, as far as the kernel does."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in _mappings_in_use():
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        if last > first:
            madvise(first, last - first, _ADVISE_HUGE)
            madvise(first, last - first, _COLLAPSE)


def _mappings_in_use() -> Iterator[tuple[int, int]]:
    """Yield the beginnings and ends of the mappings; nothing where the system does not show them."""
    try:
        with open("/proc/self/smaps", encoding="ascii", errors="replace") as smaps:
            lines = list(smaps)
    except OSError:
        return
    mapping: tuple[int, int] | None = None
    for line in lines:
        if found := _MAPPING.fullmatch(line):
            mapping = int(found[1], 16), int(found[2], 16)
        elif "-" in line.split(" ", 1)[0]:  # one that a file stands behind, or of another kind
            mapping = None
        elif mapping and line.startswith("Anonymous:"):
            if int(line.split()[1]) * 1024 >= _WORTH_IT:
                yield mapping
            mapping = None
