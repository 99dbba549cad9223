"""Bytes → text, the way Python itself reads a module: UTF-8, a BOM, or the encoding that it declares."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from antorcha.intake.entry import UnusableError, printable

# Encodings that editors have written text in. Others that Python knows are no text encodings (hex, zlib) or
# take quadratic time (punycode, idna): a hand-in needs none of them.
_TEXT_ENCODING = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp(?:\d{3,4})|mac-\w+|koi8-\w|gbk|gb2312|gb18030|big5|euc_(?:jp|kr)|shift_jis"
)
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def decode(data: bytes, name: str) -> str:
    """The text of the module `name`, without its BOM. Raises `UnusableError` (`empty_file`, `not_utf8`,
    `unknown_encoding`, `nul_bytes`)."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise UnusableError("empty_file", file=name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _not_utf8(data, name, 0)
    if (zero := data.find(b"\0")) >= 0:
        raise UnusableError("nul_bytes", file=name, line=_line(data, zero))
    encoding = _encoding(data, name)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, name, error.start) from error


def _encoding(data: bytes, name: str) -> str:
    _refuse_odd_cookie(data, name)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeError) as error:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as where:
            raise _not_utf8(data, name, where.start) from error
        raise UnusableError("unknown_encoding", file=name, encoding=_cookie(data) or "?") from error
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _cookie(data: bytes) -> str:
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
