"""Decoding of a file's bytes, at home and in grading alike: as Python does it, and as editors and shells encode."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from antorcha.intake.delivered import UnusableError, printable
from antorcha.results import Diagnosis

# Encodings that editors have written text in. Others that Python knows are no text encodings (hex, zlib) or
# take quadratic time (punycode, idna): a submission needs none of them.
_TEXT_ENCODING = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp(?:\d{3,4})|mac-\w+|koi8-\w|gbk|gb2312|gb18030|big5|euc_(?:jp|kr)|shift_jis"
)
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_WINDOWS = "cp1252"


def decode(data: bytes, name: str) -> tuple[str, tuple[Diagnosis, ...]]:
    """Return the text of the module or notebook `name`, without its BOM, and a note where its encoding was guessed.

    Its lines end in "\\n" alone. Read are UTF-8, the encoding that a module declares (PEP 263), UTF-16 with a BOM as
    PowerShell writes it, and with a note what is none of these: Windows-1252. Raises: `UnusableError` (`empty_file`,
    `not_utf8`, `unknown_encoding`, `nul_bytes`).
    """
    if not data.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise UnusableError("empty_file", file=name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return with_plain_ends(_from_utf16(data, name)), (
            Diagnosis("other_encoding", {"file": name, "encoding": "UTF-16"}),
        )
    if (zero := data.find(b"\0")) >= 0:
        raise UnusableError("nul_bytes", file=name, line=_line(data, zero))
    encoding = _encoding(data, name)
    try:
        return with_plain_ends(data.decode(encoding).removeprefix("\ufeff")), ()
    except UnicodeDecodeError as error:
        return with_plain_ends(_from_windows(data, name, error)), (
            Diagnosis("other_encoding", {"file": name, "encoding": "Windows-1252"}),
        )


def with_plain_ends(text: str) -> str:
    """Return the text with "\\n" at the end of each line, as Python reads it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lenient(data: bytes) -> str:
    """Return the text of a list or a message beside the submissions, whatever wrote it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_WINDOWS, "replace")


def separator_of(text: str) -> str:
    """Return what separates the cells of a table: of comma, semicolon and tab the commonest in its first line."""
    head = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=head.count)


def _from_utf16(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, name, error.start) from error
    if not text.strip():
        raise UnusableError("empty_file", file=name)
    if (zero := text.find("\0")) >= 0:
        raise UnusableError("nul_bytes", file=name, line=text.count("\n", 0, zero) + 1)
    return text


def _from_windows(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """Return bytes that are no UTF-8 as Windows-1252.

    Raises: `UnusableError` for control codes and for the five bytes that Windows-1252 leaves out: that is no text.
    """
    try:
        text = data.decode(_WINDOWS)
    except UnicodeDecodeError:
        text = "\x01"  # a control code, so that the check below refuses it
    if any(char < " " and char not in "\t\n\r\f\v" for char in text):
        raise _not_utf8(data, name, error.start) from error
    return text


def _encoding(data: bytes, name: str) -> str:
    """Return the encoding that a module declares, or UTF-8. Raises: `UnusableError` for one that nobody needs."""
    _refuse_odd_cookie(data, name)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeError) as error:
        if not _cookie(data) or _is_no_utf8(data):
            return "utf-8"  # its own reader says where it is none
        raise UnusableError("unknown_encoding", file=name, encoding=_cookie(data)) from error
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _is_no_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _cookie(data: bytes) -> str:
    """Return the encoding that one of the first two lines declares, as PEP 263 has it; empty for none."""
    for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n", 2)[:2]:
        if match := _COOKIE.match(line):
            return match[1].decode("ascii", "replace")
    return ""


def _refuse_odd_cookie(data: bytes, name: str) -> None:
    cookie = _cookie(data)
    if not cookie:
        return
    try:
        known = codecs.lookup(cookie).name
    except (LookupError, ValueError):
        known = ""
    if not _TEXT_ENCODING.fullmatch(known):
        raise UnusableError("unknown_encoding", file=name, encoding=printable(cookie, 40))


def _not_utf8(data: bytes, name: str, position: int) -> UnusableError:
    return UnusableError("not_utf8", file=name, line=_line(data, position), byte=f"0x{data[position]:02x}")


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
