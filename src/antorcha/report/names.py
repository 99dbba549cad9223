"""File names of the students' pages: safe on every system, never the same for two students."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGEST_NAME = 60  # characters of the student's own name
_BARE = re.compile(r"[a-z0-9][a-z0-9_-]*")
# A plain name that ends like this could be what another name is turned into.
_DIGEST_END = re.compile(r"-[0-9a-f]{8}$")
# Windows opens the device of this name, whatever the ending and the folder.
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")


def feedback_name(student: str) -> str:
    """Return the page's name without its ending: the student's own where that is plain, else readable plus a digest.

    The digest keeps apart names that differ only in what was left out: case (one name on Windows and macOS),
    accents, slashes.
    """
    plain = _BARE.fullmatch(student) and not _DIGEST_END.search(student) and not _WINDOWS_DEVICE.match(student)
    if plain and len(student) <= _LONGEST_NAME:
        return student
    # The name of a folder that is not UTF-8 arrives with lone surrogates, which only "surrogatepass" encodes.
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-_")[:_LONGEST_NAME]
    return f"{readable or 'student'}-{digest}"
