"""Text for a console that may lack some signs, such as the bars and ticks where the encoding is cp1252."""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

_PLAIN_SIGNS = {"✓": "+", "✗": "x", "·": "-", "…": "...", "█": "#", "▒": "=", "░": ".", "«": '"', "»": '"'}
_HANDLER = "antorcha-plain-signs"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what to write instead of the signs that could not be encoded, as `codecs` asks for it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN_SIGNS.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_HANDLER, _plain)


def written_in(text: str, encoding: str) -> str:
    """Return a text with plain signs for those that an encoding has not."""
    return text.encode(encoding, _HANDLER).decode(encoding)


def write_plain_signs_where_needed() -> None:
    """Let this process's output have plain signs in the place of those that its console has not."""
    for stream in (sys.stdout, sys.stderr):
        _forgiving(stream)


def _forgiving(stream: TextIO | None) -> None:
    reconfigure = getattr(stream, "reconfigure", None)  # what a test or an editor puts there may have none
    if reconfigure is not None:
        reconfigure(errors=_HANDLER)
