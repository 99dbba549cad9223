"""One file or folder of a delivery, on disk or inside an archive."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from antorcha.course.manifest import MANIFEST_FOLDER
from antorcha.results import Diagnosis

MODULE_SUFFIX = ".py"
NOTEBOOK_SUFFIX = ".ipynb"
ARCHIVE_SUFFIXES = (".zip", ".tar.gz", ".tgz", ".tar")
FOREIGN_ARCHIVE_SUFFIXES = (".rar", ".7z", ".tar.xz", ".tar.bz2", ".xz", ".bz2", ".gz")
SHOWN_LENGTH = 120  # characters of a name in a message

# What systems, editors and tools leave behind. Nobody handed it in; a folder of these is one record, not thousands.
_LEFTOVER_NAMES = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "node_modules", "site-packages", "venv"}
_LEFTOVER_ENDINGS = (".pyc", ".pyo", "~")
# "tensors.py.txt": what a browser or Windows makes of a module whose ending it does not know
_DISGUISED = re.compile(r"(\.py|\.ipynb)\.(?:txt|json|text)$", re.IGNORECASE)


class UnusableError(Exception):
    """A file that cannot be read as it should; `diagnosis` says why. It costs its own submission only."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.diagnosis = Diagnosis(kind, dict(details))


def refuse_to_load(kind: str, details: dict[str, object], limit: int) -> bytes:
    """Raise `UnusableError`, as the `load` (once the rest is given) of a file that is listed and never read."""
    raise UnusableError(kind, **details)


@dataclass(frozen=True)
class DeliveredFile:
    """A file or folder of a delivery.

    `parts`: its path from the delivery's root, or from its student's folder once that is known; `path`: always the
    whole path, as a person finds the file again. `load(limit)` gives its bytes or raises `UnusableError`. `modified`:
    when it was last changed, by an archive's own word (sortable), "" where nothing reliable says so.
    """

    parts: tuple[str, ...]
    load: Callable[[int], bytes]
    is_folder: bool = False
    ordinary: bool = True  # False for links, pipes, devices and names that point outside
    path: str = ""
    modified: str = ""
    count: int = 1  # how many files it stands for, where a folder was not looked into
    copy: int = 0  # which upload of this name it is, where a learning platform counts them

    @property
    def name(self) -> str:
        return self.parts[-1] if self.parts else ""

    @property
    def suffix(self) -> str:
        return suffix_of(self.name)

    @property
    def stem(self) -> str:
        plain = _DISGUISED.sub(r"\1", self.name)
        return plain[: len(plain) - len(self.suffix)]

    @property
    def is_source(self) -> bool:
        return not self.is_folder and self.suffix in (MODULE_SUFFIX, NOTEBOOK_SUFFIX)

    @property
    def is_archive(self) -> bool:
        return not self.is_folder and self.suffix in ARCHIVE_SUFFIXES

    @property
    def order(self) -> tuple[bool, bool, int, tuple[str, ...]]:
        """Return a sort key that puts first what may be graded: a thousand images must not hide the module."""
        return (not self.is_source, not self.is_archive, len(self.parts), self.parts)

    @property
    def shown(self) -> str:
        """Return the path from the student's folder, safe to print."""
        return printable("/".join(self.parts))

    @property
    def whole_path(self) -> str:
        """Return the path from the delivery's root, safe to print."""
        return printable(self.path or "/".join(self.parts), 4 * SHOWN_LENGTH)

    def below(self, depth: int) -> DeliveredFile:
        """Return the same file with its path counted from `depth` folders further down."""
        return replace(self, parts=self.parts[depth:], path=self.path or "/".join(self.parts))

    def renamed(self, name: str, *, copy: int = 0) -> DeliveredFile:
        """Return the same file under the name that its author gave it."""
        return replace(self, parts=(*self.parts[:-1], name), path=self.path or "/".join(self.parts), copy=copy)


# What a release writes beside `exercises/`, and nbgrader beside what it collects.
_RELEASED_NAMES = ("requirements.txt", "pytest.ini", "README.md", "timestamp.txt")


def suffix_of(name: str) -> str:
    """Return the ending that decides what a file is, in lower case: `.ipynb`, `.tar.gz`; empty for none."""
    low = _DISGUISED.sub(r"\1", name).lower()
    known = (MODULE_SUFFIX, NOTEBOOK_SUFFIX, *ARCHIVE_SUFFIXES, *FOREIGN_ARCHIVE_SUFFIXES)
    # The longest, so that "a.tar.gz" ends in ".tar.gz" and not in ".gz".
    longest = max((end for end in known if low.endswith(end)), key=len, default="")
    if longest:
        return longest
    dot = low.rfind(".")
    return low[dot:] if dot > 0 else ""


def is_leftover(name: str) -> bool:
    """Return whether a name is one of those that systems, editors and tools leave behind."""
    return name.startswith(".") or name in _LEFTOVER_NAMES or name.lower().endswith(_LEFTOVER_ENDINGS)


def is_course_file(name: str) -> bool:
    """Return whether a name is a module of a released folder beside the stubs; students hand the whole folder in."""
    return name.startswith("test_") or name in ("conftest.py", "__init__.py", "setup.py")


def is_of_release(parts: tuple[str, ...], released: frozenset[str] = frozenset()) -> bool:
    """Return whether a path is that of a file which a release brings, other than stubs, or which nbgrader adds.

    `released`: the files of this course's `exercises/` that are no modules, by their paths in it.
    """
    name = parts[-1]
    if MANIFEST_FOLDER in parts or is_course_file(name) or name in _RELEASED_NAMES:
        return True
    if parts[-2:-1] == ("wheels",) and name.startswith("antorcha-") and name.endswith(".whl"):
        return True
    return any("/".join(parts[start:]) in released for start in range(len(parts)))


def printable(text: str, length: int = SHOWN_LENGTH) -> str:
    """Return `text` on one line of at most `length` characters, without what could move a cursor or break a name."""
    # One character more than fits, to know of a longer text; never all of a name that may be megabytes.
    clean = "".join(_printable(char) for char in text[: length + 1])
    return clean if len(clean) <= length else clean[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"
