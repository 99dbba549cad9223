"""How much of a hand-in is looked at. An honest one is far below each; a hostile one stops here."""

from __future__ import annotations

MIB = 1024 * 1024

MODULE_BYTES = 1 * MIB
NOTEBOOK_BYTES = 10 * MIB
NOTEBOOK_CODE_CELLS = 1000
CELL_NOTES = 20  # a source's notes about its cells

STUDENT_ARCHIVE_BYTES = 64 * MIB  # packed, and unpacked where a format has to be unpacked whole
CLASS_ARCHIVE_BYTES = 512 * MIB  # unpacked, for .tar.gz: a .zip is read member by member
ARCHIVE_ENTRIES = 50_000

STUDENT_BYTES = 192 * MIB  # all that is read of one student's files
STUDENT_ARCHIVES = 5  # opened of one student's
STUDENT_ENTRIES = 2000
STUDENT_GUESSES = 40  # files with a wrong name that are read to see what they are
FOLDER_DEPTH = 6
NAMES_LISTED = 10

CHECK_CPU_SECONDS = 20
CHECK_WALL_SECONDS = 240
CHECK_MEMORY_BYTES = 2048 * MIB


def readable(size: int) -> str:
    """`size` bytes for a person: `10 MiB`."""
    return f"{size // MIB} MiB" if size >= MIB else f"{size} bytes"
