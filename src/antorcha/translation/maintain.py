"""Maintenance of catalogs: merging what is new in the sources, and reporting what is missing, fuzzy or stale."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n import FRAMEWORK_DOMAIN, LOCALE_DIR
from antorcha.i18n.catalog import COURSE_DOMAIN, SOURCE_LANGUAGE, course_catalog, course_po
from antorcha.translation.extract import ExtractedMessage, course_messages, framework_messages, student_messages

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)")  # a field by its name, whatever its format: `{points:g}`
_PO_WIDTH = 100  # characters of a line
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # the same sources give the same bytes, whenever they are compiled
_HEADER_NOISE = (
    b'"POT-Creation-Date:',
    b'"PO-Revision-Date:',
    b'"Generated-By:',
    b'"Last-Translator:',
    b'"Language-Team:',
    b'"Report-Msgid-Bugs-To:',
)


@dataclass(frozen=True)
class Domain:
    """A set of messages and the catalogs that translate them."""

    name: str
    root: Path
    messages: tuple[ExtractedMessage, ...]
    catalogs: dict[str, Path]  # language -> .po
    is_framework: bool


@dataclass(frozen=True)
class TranslationProblem:
    """A problem that a translator or an author has to mend."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        """Return the problem as `path:line: text`, which editors turn into a link."""
        return f"{self.path.as_posix()}:{self.line}: {self.text}"


def domains(course: Course) -> list[Domain]:
    """Return the course's domains; and the framework's, where the course lies in the framework's own repository.

    A topic that has a catalog of its own, in any language, is a domain of its own; all else is the course's.
    """
    languages = [language for language in course.languages if language != SOURCE_LANGUAGE]
    own = [
        topic.name
        for topic in course.topics
        if any(course_po(course.root, language, topic.name).is_file() for language in languages)
    ]
    by_domain: dict[str, list[ExtractedMessage]] = {name: [] for name in (COURSE_DOMAIN, *own)}
    for message in course_messages(course):
        topic_name = message.topic or message.path.stem.removeprefix("test_")
        by_domain[topic_name if topic_name in own else COURSE_DOMAIN].append(message)
    all_domains = [
        Domain(
            name,
            course.root,
            tuple(messages),
            {language: course_po(course.root, language, name) for language in languages},
            is_framework=False,
        )
        for name, messages in by_domain.items()
    ]
    package = LOCALE_DIR.parent.resolve()
    if package == course.root / "src" / package.name:
        files = {code: LOCALE_DIR / code / "LC_MESSAGES" / f"{FRAMEWORK_DOMAIN}.po" for code in languages}
        messages = tuple(framework_messages(package))
        all_domains.append(Domain(FRAMEWORK_DOMAIN, course.root, messages, files, is_framework=True))
    return all_domains


def update(domain: Domain, prune: bool = False) -> list[Path]:
    """Merge the messages into every catalog of `domain`, and return the catalogs that changed.

    A new message that resembles an old one gets the old translation, marked fuzzy. Translations whose message
    is gone stay as obsolete (`#~`) unless `prune`. Framework catalogs are compiled too.
    """
    template = _template(domain)
    changed: list[Path] = []
    for language, path in domain.catalogs.items():
        catalog = _read(path, language) if path.is_file() else _new(domain, language)
        catalog.update(template, update_creation_date=False)
        text = _po_text(catalog, prune)
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
            changed.append(path)
        if domain.is_framework:
            path.with_suffix(".mo").write_bytes(_mo_bytes(catalog))
    return changed


def check(domain: Domain) -> list[TranslationProblem]:
    """Return a problem for each message without a good translation, and for each translation without a message."""
    problems = [
        TranslationProblem(_shown(message.path, domain), message.line, "not a plain string, so it cannot be translated")
        for message in domain.messages
        if not message.message and message.line
    ]
    for language, path in domain.catalogs.items():
        catalog = _read(path, language) if path.is_file() else _new(domain, language)
        problems += _missing(domain, catalog, path, language)
        problems += _stale(domain, catalog, path)
    return problems


def student_catalog(course: Course, language: str) -> bytes:
    """Return the bytes of a released folder's `course.mo`: the messages it shows while it runs, none of graders/."""
    known = course_catalog(course, language)
    catalog = Catalog(locale=language, domain=COURSE_DOMAIN, fuzzy=False)
    for message in student_messages(course):
        if message.message in known.messages:
            catalog.add(message.message, known.messages[message.message])
    return _mo_bytes(catalog)


def _missing(domain: Domain, catalog: Catalog, path: Path, language: str) -> Iterator[TranslationProblem]:
    """Yield a problem for each message that the catalog lacks, leaves empty, marks fuzzy or fills otherwise."""
    seen: set[str] = set()
    for message in domain.messages:
        if not message.message or message.message in seen:
            continue
        seen.add(message.message)
        entry = catalog.get(message.message)
        if entry is None:
            text = f"no {language} translation: {_short(message.message)}"
            yield TranslationProblem(_shown(message.path, domain), message.line, text)
        elif not entry.string:
            text = f"empty {language} translation: {_short(message.message)}"
            yield TranslationProblem(_shown(path, domain), entry.lineno or 1, text)
        elif entry.fuzzy:
            text = f"fuzzy {language} translation: {_short(message.message)}"
            yield TranslationProblem(_shown(path, domain), entry.lineno or 1, text)
        elif complaint := _placeholder_complaint(message.message, str(entry.string), domain):
            yield TranslationProblem(_shown(path, domain), entry.lineno or 1, f"{complaint}: {_short(message.message)}")


def _stale(domain: Domain, catalog: Catalog, path: Path) -> Iterator[TranslationProblem]:
    """Yield a problem for each entry whose message no source has."""
    present = {message.message for message in domain.messages}
    entries: list[Message] = [*catalog, *catalog.obsolete.values()]
    for entry in entries:
        if entry.id and entry.id not in present:
            text = f"stale: no source has this message any more: {_short(str(entry.id))}"
            yield TranslationProblem(_shown(path, domain), entry.lineno or 1, text)


def _placeholder_complaint(message: str, translation: str, domain: Domain) -> str:
    """Return what would go wrong when the translation is filled in; empty for nothing."""
    wanted, given = (set(_PLACEHOLDER.findall(text)) for text in (message, translation))
    if wanted != given:
        differing = ", ".join("{" + name + "}" for name in sorted(wanted ^ given))
        return f"placeholders differ between message and translation ({differing})"
    if domain.is_framework:  # a course's prose may hold any brace, as code does
        try:
            list(Formatter().parse(translation))
        except ValueError as error:
            return f"the translation is no format string ({error})"
    return ""


def _template(domain: Domain) -> Catalog:
    """Return a catalog of the messages without translations, as Babel merges from."""
    template = Catalog(domain=domain.name)
    for message in domain.messages:
        if message.message:
            template.add(message.message, locations=[(_shown(message.path, domain).as_posix(), message.line)])
    return template


def _new(domain: Domain, language: str) -> Catalog:
    """Return an empty catalog. Raises: `UserError` for a language that Babel does not know."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        raise UserError(f'"{language}" is no language that Babel knows', "see languages in grading.toml") from None
    return Catalog(
        locale=language, domain=domain.name, project=domain.name, header_comment="", charset="utf-8", fuzzy=False
    )


def _read(path: Path, language: str) -> Catalog:
    """Return the catalog of a .po file. Raises: `UserError` where it is broken."""
    try:
        with path.open("rb") as source:
            return read_po(source, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError, OSError, UnknownLocaleError) as error:
        raise UserError(f"{path}: {error}", "mend the catalog by hand, then run this again") from error


def _po_text(catalog: Catalog, prune: bool) -> bytes:
    """Return the bytes of a .po file that change only with the messages and their translations."""
    target = io.BytesIO()
    catalog.fuzzy = False
    # No line numbers: they would change the catalog with every edit of a source
    write_po(target, catalog, width=_PO_WIDTH, ignore_obsolete=prune, include_previous=True, include_lineno=False)
    # Dates and versions in the header would change the file and tell nothing
    lines = target.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(_HEADER_NOISE))


def _mo_bytes(catalog: Catalog) -> bytes:
    """Return the compiled catalog."""
    target = io.BytesIO()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    write_mo(target, catalog)
    return target.getvalue()


def _shown(path: Path, domain: Domain) -> Path:
    """Return a path from the course's root where it lies there, else the whole path."""
    resolved = path.resolve()
    return resolved.relative_to(domain.root) if resolved.is_relative_to(domain.root) else resolved


def _short(message: str) -> str:
    """Return a message in quotes, of at most 70 characters: it stands at the end of a terminal's line."""
    return f'"{message}"' if len(message) <= 70 else f'"{message[:67]}..."'
