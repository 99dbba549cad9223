"""Limits to what intake reads of a submission. An honest one is far below each; a hostile one stops here."""

from __future__ import annotations

MIB = 1024 * 1024

MODULE_BYTES = 1 * MIB  # also all code cells of a notebook together
NOTEBOOK_BYTES = 10 * MIB  # without outputs and widgets, which are cut away first where a notebook is larger
NOTEBOOK_FILE_BYTES = 96 * MIB  # with them
NOTEBOOK_CODE_CELLS = 1000
CELL_NOTES = 20  # a source's notes about its cells

STUDENT_ARCHIVE_BYTES = 64 * MIB  # packed, and unpacked where a format has to be unpacked whole
CLASS_ARCHIVE_BYTES = 512 * MIB  # unpacked, for .tar.gz: a .zip is read member by member
ARCHIVE_ENTRIES = 50_000

STUDENT_BYTES = 192 * MIB  # all that is read of one student's files
STUDENT_ARCHIVES = 5  # opened of one student's
ARCHIVES_DEEP = 3  # an archive in an archive in an archive
STUDENT_ENTRIES = 2000
STUDENT_GUESSES = 40  # files with a wrong name that are read to see what they are
HELPER_MODULES = 50  # of one submission, that travel with it
FOLDER_DEPTH = 12  # counting only folders that hold more than one thing
NAMES_LISTED = 10
ROSTER_BYTES = 16 * MIB

# Of the process that compiles sources; seconds are for each source. The wall clock is far above the CPU's, since on a
# busy machine a source may wait long for its seconds of CPU time.
CHECK_CPU_SECONDS = 20
CHECK_WALL_SECONDS = 240
CHECK_MEMORY_BYTES = 2048 * MIB


def readable(size: int) -> str:
    """Return `size` (bytes) in words for a person: `10 MiB`."""
    return f"{size // MIB} MiB" if size >= MIB else f"{size} bytes"
