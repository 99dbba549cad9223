"""Long lines of code broken at their brackets, so that a difference fills one short line."""

from __future__ import annotations

from collections.abc import Iterator

_LINE_LENGTH = 100  # with a diff's indent still one line of a wide terminal
# A mutant's line may be just short enough where the solution's is not; it reads best when both are cut alike.
_OTHER_LENGTHS = (100, 90, 75, 60, 110, 125, 150)
_OPEN, _CLOSE = "([{", ")]}"


def spread(code: str, longest: int = _LINE_LENGTH) -> list[str]:
    """Return the lines of `code`, each too long one cut at the commas of its outermost brackets, and so on."""
    return [piece for line in code.split("\n") for piece in _spread_line(line, longest)]


def spread_like(code: str, model: list[str]) -> list[str]:
    """Return the lines of `code`, cut so that few of them differ from those of `model`."""
    known = set(model)
    ways = [spread(code, longest) for longest in _OTHER_LENGTHS]
    return min(ways, key=lambda lines: len(known.symmetric_difference(lines)))


def _spread_line(line: str, longest: int) -> Iterator[str]:
    if len(line) <= longest:
        yield line
        return
    pieces = list(_pieces(line))
    if len(pieces) == 1:
        yield line
        return
    indent = " " * (len(line) - len(line.lstrip()))
    yield pieces[0]
    for piece in pieces[1:-1]:
        yield from _spread_line(f"{indent}    {piece.strip()}", longest)
    yield indent + pieces[-1].strip()


def _pieces(line: str) -> Iterator[str]:
    """Yield a line in pieces: up to its longest pair of outermost brackets, each item in there, and the rest."""
    start, end = _widest(line)
    if start < 0:
        yield line
        return
    yield line[: start + 1]
    begun = start + 1
    for place, letter, depth in _brackets(line[:end]):
        if place > start and letter == "," and depth == 1:
            yield line[begun : place + 1]
            begun = place + 1
    if line[begun:end].strip():
        yield line[begun:end]
    yield line[end:]


def _widest(line: str) -> tuple[int, int]:
    """Return the places of the longest pair of outermost brackets; (-1, -1) where there is none."""
    found, opened = (-1, -1), -1
    for place, letter, depth in _brackets(line):
        if letter in _OPEN and depth == 1:
            opened = place
        if letter in _CLOSE and depth == 0 and place - opened > found[1] - found[0]:
            found = (opened, place)
    return found


def _brackets(line: str) -> Iterator[tuple[int, str, int]]:
    """Yield the brackets and commas outside of texts, each with its place and the depth after it."""
    depth, quote, escaped = 0, "", False
    for place, letter in enumerate(line):
        if quote:
            if not escaped and letter == quote:
                quote = ""
            escaped = letter == "\\" and not escaped
        elif letter in "'\"":
            quote = letter
        elif letter in _OPEN or letter in _CLOSE or letter == ",":
            depth += (letter in _OPEN) - (letter in _CLOSE)
            yield place, letter, depth
