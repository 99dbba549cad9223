"""A course's own translations: from its .po files for the instructor, from a compiled .mo in a student's folder."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from antorcha.course.manifest import MANIFEST_FOLDER
from antorcha.course.model import Course
from antorcha.errors import UserError

COURSE_DOMAIN = "course"
SOURCE_LANGUAGE = "en"  # message ids are English sentences: English needs no catalog


@dataclass(frozen=True)
class Catalog:
    """Translations by message id. What has none, or only a fuzzy one, stays English."""

    language: str
    messages: dict[str, str] = field(default_factory=dict)

    def gettext(self, message: str) -> str:
        return self.messages.get(message) or message


def course_po(root: Path, language: str, domain: str = COURSE_DOMAIN) -> Path:
    """Return the file of the course's translations into `language`; for a topic's name, the file that it may have."""
    return root / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def course_mo(exercises: Path, language: str) -> Path:
    """Return the file of the compiled translations in a released folder."""
    return exercises / MANIFEST_FOLDER / "locale" / language / "LC_MESSAGES" / f"{COURSE_DOMAIN}.mo"


def course_catalog(course: Course, language: str) -> Catalog:
    """Return the course's translations into `language`: from its `.po` files, else from the released `.mo`, else none.

    Raises: `UserError` when a `.po` cannot be read.
    """
    names = (COURSE_DOMAIN, *(topic.name for topic in course.topics))
    if files := [po for name in names if (po := course_po(course.root, language, name)).is_file()]:
        try:
            return Catalog(language, {key: text for po in files for key, text in _translations(po).items()})
        except ModuleNotFoundError:  # a student's install has no Babel
            pass
    if (mo := course_mo(course.exercises_dir, language)).is_file():
        return Catalog(language, _read_mo(mo))
    return Catalog(language)


def _translations(path: Path) -> dict[str, str]:
    """Return a `.po` file's translations, read again only where it changed: a release asks for them for every file."""
    try:
        status = path.stat()
    except OSError as error:
        raise UserError(f"{path}: {error}") from error
    return _read_po(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _read_po(path: Path, _changed: int, _size: int) -> dict[str, str]:
    """Return the translations of a `.po` file in the state that its time and its size name."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as source:
            catalog = read_po(source, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, OSError, ValueError) as error:
        raise UserError(f"{path}: {error}", "mend the catalog, then run `antorcha messages check`") from error
    return {str(entry.id): str(entry.string) for entry in catalog if entry.id and entry.string and not entry.fuzzy}


def _read_mo(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as source:
            compiled = gettext.GNUTranslations(source)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: damaged ({error})", "unpack the course's folder again") from error
    # `gettext` has no public way to list its messages. A plural's key is a tuple, the header's is empty.
    table: dict[object, str] = getattr(compiled, "_catalog", {})
    return {key: text for key, text in table.items() if isinstance(key, str) and key}
