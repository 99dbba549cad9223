"""One file or folder of a class, wherever it lives: on disk or inside an archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from antorcha.results import Diagnosis

MODULE = ".py"
NOTEBOOK = ".ipynb"
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
FOREIGN_ARCHIVES = (".rar", ".7z", ".tar.xz", ".tar.bz2", ".xz", ".bz2", ".gz")
SHOWN_LENGTH = 120


class UnusableError(Exception):
    """A file that cannot be read as it should; `diagnosis` says why. It costs its own hand-in only."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.diagnosis = Diagnosis(kind, dict(details))


@dataclass(frozen=True)
class Entry:
    """`parts` is its path from the class's root; `load(limit)` gives its bytes or raises `UnusableError`."""

    parts: tuple[str, ...]
    load: Callable[[int], bytes]
    folder: bool = False
    ordinary: bool = True  # False for links, pipes, devices and names that point outside

    @property
    def name(self) -> str:
        return self.parts[-1] if self.parts else ""

    @property
    def suffix(self) -> str:
        return suffix_of(self.name)

    @property
    def stem(self) -> str:
        return self.name[: len(self.name) - len(self.suffix)]

    @property
    def is_source(self) -> bool:
        return not self.folder and self.suffix in (MODULE, NOTEBOOK)

    @property
    def is_archive(self) -> bool:
        return not self.folder and self.suffix in ARCHIVES

    @property
    def order(self) -> tuple[bool, bool, int, tuple[str, ...]]:
        """Sorts what may be graded first: a folder of a thousand images must not hide the module."""
        return (not self.is_source, not self.is_archive, len(self.parts), self.parts)

    @property
    def shown(self) -> str:
        """Its path inside the class, safe to print."""
        return printable("/".join(self.parts))

    def below(self, depth: int) -> Entry:
        """The same file, with its path counted from `depth` folders further down."""
        return Entry(self.parts[depth:], self.load, self.folder, self.ordinary)


def suffix_of(name: str) -> str:
    """The ending that decides what a file is, in lower case: `.ipynb`, `.tar.gz`; empty for none."""
    low = name.lower()
    known = (MODULE, NOTEBOOK, *ARCHIVES, *FOREIGN_ARCHIVES)
    longest = max((end for end in known if low.endswith(end)), key=len, default="")
    if longest:
        return longest
    dot = low.rfind(".")
    return low[dot:] if dot > 0 else ""


def is_junk(name: str) -> bool:
    """What systems and editors leave behind: nobody handed it in and nobody needs to hear of it."""
    return (
        name.startswith(".")
        or name in ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
        or (name.lower().endswith((".pyc", ".pyo", "~")))
    )


def is_course_file(name: str) -> bool:
    """What a released folder holds beside the stubs; students hand the whole folder in."""
    return name.startswith("test_") or name in ("conftest.py", "__init__.py", "setup.py")


def printable(text: str, length: int = SHOWN_LENGTH) -> str:
    """`text` on one line, without what could move a cursor or break a file name; at most `length` characters."""
    clean = "".join(_printable(char) for char in text[: length + 1])
    return clean if len(clean) <= length else clean[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"
