"""Translation of prose by its messages: the paragraphs of a docstring or of a Markdown lesson.

A message is one paragraph, list item, heading, quotation or table row, on one line and without its marker, so
that wrapping a source anew changes no message. Code stays as it is: fenced blocks, blocks indented by four
spaces, doctest examples, display mathematics; and so does a line that has no word outside its code spans.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Translate = Callable[[str, int], str]
"""Takes a message and its line in the source; gives what to write instead."""

TEXT_WIDTH = 100  # characters of a line in what students get

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r" *(?:[-*+]|\d+[.)]|[A-Za-z]\)) +(?=\S)")  # the last: an option or a situation of a quiz
_HEADING = re.compile(r"#{1,6} +(?=\S)")
_QUOTE = re.compile(r"> ?")
_TABLE_RULE = re.compile(r"[|:\- ]+$")
_CODE_SPAN = re.compile(r"`[^`]*`|\$[^$]+\$")
_WORD = re.compile(r"[^\W\d_]{2}")
_KEPT_SPACE = "\x00"  # stands for a space inside a code span while its paragraph is wrapped


@dataclass(frozen=True)
class Unit:
    """A piece of text. `message` is empty where `raw` is to be kept as it is."""

    line: int  # from 1, in the text that was split
    raw: str = ""
    message: str = ""
    first: str = ""  # what stands before the first line: indentation and a list item's marker
    rest: str = ""  # what stands before the others
    wrap: bool = True


def render(text: str, translate: Translate, width: int = TEXT_WIDTH, narrower: int = 0) -> str:
    """Return `text` with each message translated and wrapped at `width`; its first line is shorter by `narrower`."""
    lines: list[str] = []
    for unit in split(text):
        if not unit.message:
            lines.append(unit.raw)
            continue
        lines += _set(unit, translate(unit.message, unit.line), width, narrower if not lines else 0)
    return "\n".join(lines)


def _set(unit: Unit, message: str, width: int, narrower: int) -> list[str]:
    """Return the lines of a unit that says `message`."""
    if not unit.wrap:
        return [unit.first + message]
    whole = _CODE_SPAN.sub(lambda span: span.group().replace(" ", _KEPT_SPACE), message)
    wrapped = textwrap.wrap(
        whole,
        width,
        initial_indent=" " * narrower + unit.first,
        subsequent_indent=unit.rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    # The blanks kept room for the opening quotes, which the caller writes.
    lines = [line.replace(_KEPT_SPACE, " ") for line in wrapped]
    lines[0] = lines[0][narrower:]
    return lines


def split(text: str) -> Iterator[Unit]:
    """Yield the units of `text`, in order; blank lines are units too."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        end = _block_end(lines, at)
        block = lines[at:end]
        if _is_code(block):
            yield from (Unit(at + offset + 1, raw=line) for offset, line in enumerate(block))
        else:
            yield from _prose(block, at + 1)
        at = end


def _block_end(lines: list[str], start: int) -> int:
    """Return the end of the block that begins at `start`: its closing fence, or the next blank line."""
    fence = _FENCE.match(lines[start])
    at = start + 1
    if fence:
        closing = re.compile(rf" {{0,3}}{re.escape(fence.group(1))}[`~]*\s*$")
        while at < len(lines) and not closing.match(lines[at]):
            at += 1
        return min(at + 1, len(lines))
    while lines[start].strip() and at < len(lines) and lines[at].strip() and not _FENCE.match(lines[at]):
        at += 1
    return at


def _is_code(block: list[str]) -> bool:
    """Return whether a block stays as it is: blank, code, an example, display mathematics or a comment of HTML."""
    first = block[0]
    starts = first.lstrip().startswith((">>>", "$$", "<!--")) or bool(_FENCE.match(first))
    return not first.strip() or starts or (first.startswith("    ") and not _ITEM.match(first))


def _prose(block: list[str], line: int) -> Iterator[Unit]:
    """Yield the units of a block that begins at `line`."""
    group: list[str] = []
    begun = line
    for number, text in enumerate(block, line):
        if group and _begins(text, group[0]):
            yield _unit(group, begun)
            group = []
        if not group:
            begun = number
        group.append(text)
    yield _unit(group, begun)


def _begins(line: str, head: str) -> bool:
    """Return whether `line` begins a unit of its own rather than going on with the one that `head` began."""
    if _alone(line) or _alone(head) or _ITEM.match(line):
        return True
    if bool(_QUOTE.match(line)) != bool(_QUOTE.match(head)):
        return True
    if _ITEM.match(head):
        return False
    return _indent(line) > 0 if _indent(head) == 0 else _indent(line) <= _indent(head)


def _alone(line: str) -> bool:
    """Return whether a line is a unit whatever stands around it: a heading, a table row, HTML or an example."""
    return bool(_HEADING.match(line)) or line.lstrip().startswith(("|", "<", ">>>"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unit(group: list[str], line: int) -> Unit:
    """Return the unit of these lines, without a message where no word would be translated."""
    head = group[0]
    mark = _HEADING.match(head) or _ITEM.match(head) or _QUOTE.match(head)
    first = mark.group() if mark else " " * _indent(head)
    rest = first if _QUOTE.match(head) else " " * (len(first) if mark else _indent(head))
    inner = [_QUOTE.sub("", text, count=1) for text in group] if _QUOTE.match(head) else group
    message = " ".join(" ".join(inner)[0 if _QUOTE.match(head) else len(first) :].split())
    if head.lstrip().startswith(">>>") or not _has_words(message):
        return Unit(line, raw="\n".join(group))
    return Unit(line, message=message, first=first, rest=rest, wrap=not _alone(head))


def _has_words(message: str) -> bool:
    if _TABLE_RULE.match(message):
        return False
    return bool(_WORD.search(_CODE_SPAN.sub("", re.sub(r"<[^>]*>", "", message))))
