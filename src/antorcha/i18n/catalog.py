"""A course's own translations: from its .po files for the instructor, from a compiled .mo in a student's folder."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from pathlib import Path

from antorcha.course.manifest import FOLDER
from antorcha.course.model import Course
from antorcha.errors import UserError

DOMAIN = "course"
SOURCE_LANGUAGE = "en"  # message ids are English sentences: English needs no catalog


@dataclass(frozen=True)
class Catalog:
    """Translations by message id. What has none, or only a fuzzy one, stays English."""

    language: str
    messages: dict[str, str] = field(default_factory=dict)

    def gettext(self, message: str) -> str:
        return self.messages.get(message) or message


def course_po(root: Path, language: str, domain: str = DOMAIN) -> Path:
    """Where the course's translations into `language` are kept; with a topic's name, where that topic's may be."""
    return root / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def course_mo(exercises: Path, language: str) -> Path:
    """Where a released folder has the compiled ones."""
    return exercises / FOLDER / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def course_catalog(course: Course, language: str) -> Catalog:
    """The course's translations into `language`: from its `.po` files, else from the released `.mo`, else none.

    Raises `UserError` when a `.po` cannot be read.
    """
    if files := _po_files(course, language):
        try:
            return Catalog(language, {key: text for po in files for key, text in _read_po(po).items()})
        except ModuleNotFoundError:  # a student's install has no Babel
            pass
    if (mo := course_mo(course.exercises_dir, language)).is_file():
        return Catalog(language, _read_mo(mo))
    return Catalog(language)


def _po_files(course: Course, language: str) -> list[Path]:
    names = (DOMAIN, *(topic.name for topic in course.topics))
    return [po for name in names if (po := course_po(course.root, language, name)).is_file()]


def _read_po(path: Path) -> dict[str, str]:
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as source:
            catalog = read_po(source, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, OSError, ValueError) as error:
        raise UserError(f"{path}: {error}", "mend the catalog, then run `antorcha messages check`") from error
    return {str(one.id): str(one.string) for one in catalog if one.id and one.string and not one.fuzzy}


def _read_mo(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as source:
            found = gettext.GNUTranslations(source)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: damaged ({error})", "unpack the course's folder again") from error
    table: dict[object, str] = getattr(found, "_catalog", {})
    return {key: text for key, text in table.items() if isinstance(key, str) and key}
