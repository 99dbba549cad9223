"""Words for what is wrong with a line that is no Python: mostly what pasting and tools put into code."""

from __future__ import annotations

import re
import unicodedata

from antorcha.i18n import N_

_NOT_IN_CODE = re.compile(r"^invalid (?:non-printable )?character .*?U\+(?P<number>[0-9A-F]+)\)?$")
# Reasons that Python gives most often: named here so that the catalog has them.
_PYTHONS_OWN = (
    N_("invalid syntax"),
    N_("invalid syntax. Perhaps you forgot a comma?"),
    N_("unexpected indent"),
    N_("unindent does not match any outer indentation level"),
    N_("unexpected EOF while parsing"),
    N_("expected ':'"),
    N_("'(' was never closed"),
    N_("'[' was never closed"),
    N_("unmatched ')'"),
    N_("unmatched ']'"),
    N_("'return' outside function"),
    N_("unterminated string literal"),
    N_("unterminated triple-quoted string literal"),
    N_("invalid decimal literal"),
    N_("invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    N_("cannot assign to function call here. Maybe you meant '==' instead of '='?"),
    N_("cannot assign to expression here. Maybe you meant '==' instead of '='?"),
    N_("expected 'except' or 'finally' block"),
    N_("positional argument follows keyword argument"),
    N_("unexpected character after line continuation character"),
    N_("from __future__ imports must occur at the beginning of the file"),
    N_("closing parenthesis ')' does not match opening parenthesis '['"),
    N_("closing parenthesis ']' does not match opening parenthesis '('"),
    N_("Missing parentheses in call to 'print'. Did you mean print(...)?"),
    N_("cannot assign to literal here. Maybe you meant '==' instead of '='?"),
    N_("'break' outside loop"),
    N_("'continue' not properly in loop"),
    N_("'await' outside function"),
)
_INDENTED = N_("the line should be indented further than the one before it")
_DETECTED = re.compile(r" \(detected at line \d+\)$")
_NOT_INDENTED = "expected an indented block"
# From the mark on, Python takes the rest of the line for the text, since the other mark is none.
_NEVER_CLOSED = "unterminated string literal"
_MIXED_INDENTATION = "inconsistent use of tabs and spaces in indentation"

_BY_CHARACTER = {
    "\N{LEFT DOUBLE QUOTATION MARK}": N_('a curly quote “ where Python needs "'),
    "\N{RIGHT DOUBLE QUOTATION MARK}": N_('a curly quote ” where Python needs "'),
    "\N{LEFT SINGLE QUOTATION MARK}": N_("a curly quote ‘ where Python needs '"),
    "\N{RIGHT SINGLE QUOTATION MARK}": N_("a curly quote ’ where Python needs '"),
    **dict.fromkeys("„‟‚‛«»‹›´", N_("a quote that Python does not know; its quotes are \" and '")),
    **dict.fromkeys("−–—‐‑‒―", N_("a dash that only looks like Python's minus, -")),
    "×": N_("a sign × where Python needs *"),
    "÷": N_("a sign ÷ where Python needs /"),
    "≤": N_("a sign ≤ where Python needs <="),
    "≥": N_("a sign ≥ where Python needs >="),
    "≠": N_("a sign ≠ where Python needs !="),
}
_CURLY_QUOTES = "“”‘’"
_SPACE = N_("a non-breaking space, or another of the kind, where Python needs an ordinary one")
_INVISIBLE = N_("an invisible character that Python cannot read; write the line again by hand")
_LOOKALIKE = N_("a character that only looks like one of Python's")
_MIXED = N_("tabs and spaces are mixed in the indentation; use spaces only")
_MERGE = N_("a mark of git, which could not merge two versions of the file")
_POINTER = N_("a pointer of Git LFS is all there is, and not the file itself")

_WEB_PAGE = N_("it is a web page")

_MARK_OF_MERGE = re.compile(r"^(?:<{7}|>{7})(?:\s|$)", re.MULTILINE)
_POINTER_OF_LFS = "version https://git-lfs.github.com/"


def in_plain_words(reason: str, line: str) -> str:
    """Return what is wrong with a line: a phrase of ours where we know better than Python's `reason`, else that one.

    `line`: its text. What is returned may be in the catalog (`i18n.translate`).
    """
    plain = _DETECTED.sub("", reason)
    if reason == _MIXED_INDENTATION:
        return _MIXED
    if _MARK_OF_MERGE.match(line):
        return _MERGE
    if line.startswith(_POINTER_OF_LFS):
        return _POINTER
    if reason.startswith(_NEVER_CLOSED):
        return next((_BY_CHARACTER[char] for char in line if char in _CURLY_QUOTES), plain)
    if reason.startswith(_NOT_INDENTED):
        return _INDENTED
    found = _NOT_IN_CODE.match(reason)
    return (_about(chr(int(found["number"], 16))) if found else "") or plain


def why_no_notebook(text: str) -> str:
    """Return a phrase on a text that should be a notebook and is no JSON; "" where we know nothing better than that."""
    if text.startswith(_POINTER_OF_LFS):
        return _POINTER
    if text.lstrip().startswith("<") and not _MARK_OF_MERGE.match(text):
        return _WEB_PAGE
    return _MERGE if _MARK_OF_MERGE.search(text) else ""


def _about(char: str) -> str:
    """Return a phrase about a character that Python does not take; "" for one that looks like nothing of Python's."""
    if char in _BY_CHARACTER:
        return _BY_CHARACTER[char]
    if unicodedata.category(char) == "Zs":
        return _SPACE
    if not char.isprintable():
        return _INVISIBLE
    plain = unicodedata.normalize("NFKC", char)  # a full-width bracket or comma
    return _LOOKALIKE if plain != char and plain.isascii() else ""
