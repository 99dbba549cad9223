"""The language of what a student reads: gettext catalogs, with the English text as the message id."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

LOCALE_DIR = Path(__file__).parent.parent / "locale"
FRAMEWORK_DOMAIN = "antorcha"
ENVIRONMENT_VARIABLE = "ANTORCHA_LANG"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the framework's catalog for `language`; the English message ids themselves where there is none."""
    return gettext.translation(FRAMEWORK_DOMAIN, LOCALE_DIR, [language], fallback=True)


def translate(message: str, language: str) -> str:
    """Return `message` in `language`. The empty string is no message (gettext keeps its header there)."""
    return translations(language).gettext(message) if message else ""


@cache
def in_every_language(message: str) -> frozenset[str]:
    """Return `message` with its translations into all languages that the framework has a catalog of."""
    languages = [folder.name for folder in LOCALE_DIR.iterdir() if folder.is_dir()]
    return frozenset((message, *(translate(message, language) for language in languages)))


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message for extraction where it is defined; it is translated where it is shown."""
    return message


def chosen_language(default: str) -> str:
    """Return the language to speak: `ANTORCHA_LANG` if set, else the course's."""
    return os.environ.get(ENVIRONMENT_VARIABLE) or default
