"""The Spanish catalogs keep to the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from support.paths import ROOT

CATALOGS = sorted([*ROOT.glob("locale/es/LC_MESSAGES/*.po"), *ROOT.glob("src/antorcha/locale/es/LC_MESSAGES/*.po")])


CLAUSE = r"(?:[^.,:;]|[.,:;](?!\s))*"


def avoided() -> list[str]:
    """The third column of the table: what no catalog says. An ellipsis stands for some words of a sentence."""
    rows = [line.strip("|\n ").split("|") for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()]
    cells = [row[2] for row in rows if len(row) == 3 and not set(row[0]) <= set("- ") and row[0].strip() != "English"]
    return [word.strip() for cell in cells for word in cell.split(",") if word.strip()]


def pattern(words: str) -> re.Pattern[str]:
    # Within one clause: a point or a comma that no space follows is code's, as in `x.T` or `0.5`.
    return re.compile(rf"\b{re.escape(words).replace('…', CLAUSE)}\b", re.IGNORECASE)


def test_the_table_names_what_to_avoid() -> None:
    assert len(avoided()) > 10
    assert pattern("Tomaste … por").search("Tomaste una foto por una secuencia.")
    assert pattern("Tomaste … por").search("Tomaste `array[:] = 0.5` por `array = 0.5`.")
    assert not pattern("Tomaste … por").search("Tomaste Adam, que va por su propio camino.")


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_a_catalog_has_no_word_that_the_glossary_avoids(path: Path) -> None:
    with path.open("rb") as file:
        texts = [text for message in read_po(file) for text in _texts(message.string)]
    found = [(words, text) for words in avoided() for text in texts if pattern(words).search(text)]
    assert not found


def _texts(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)
