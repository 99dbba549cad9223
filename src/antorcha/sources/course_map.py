"""A picture of a course, as SVG: its topics, how many exercises each has, and which builds on which."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from antorcha.course.model import Course, Topic
from antorcha.i18n import N_, translate
from antorcha.i18n.catalog import course_catalog
from antorcha.sources.lesson_heading import duration

_EXERCISES = N_("{count} exercises")
_TOTAL = N_("{topics} topics, {count} exercises. An arrow leads from a topic to one that builds on it.")

# In pixels of the picture; letters of the small font are about 6.3 wide.
_BOX_WIDTH, _BOX_HEIGHT, _LANE_WIDTH, _GAP, _ROW_GAP, _MARGIN, _HEAD = 184, 104, 8, 22, 56, 24, 74
_LETTERS = 27

_STYLE = """
.paper { fill: #ffffff } .box { fill: #fff7ed; stroke: #c2410c; stroke-width: 1.5 }
.arrow { fill: none; stroke: #9a8478; stroke-width: 1.5 } .head { fill: #9a8478 }
text { font-family: system-ui, sans-serif; fill: #292524 } .course { font-size: 20px; font-weight: 600 }
.name { font: 600 14px ui-monospace, monospace } .small { font-size: 12px } .faint { fill: #6b625c }
@media (prefers-color-scheme: dark) {
  .paper { fill: #1c1917 } .box { fill: #2b211b; stroke: #fb923c } text { fill: #f5f5f4 } .faint { fill: #b8aea6 }
}
"""


def render_map(course: Course, language: str) -> str:
    """Return the picture of a course as an SVG document, with the titles in `language`."""
    return "\n".join(_Map(course, language).lines()) + "\n"


@dataclass(frozen=True)
class _Place:
    """A place in a row: a topic's box or, with `passes`, a lane for arrows from that topic to a row further down."""

    topic: str
    passes: bool = False

    @property
    def width(self) -> int:
        return _LANE_WIDTH if self.passes else _BOX_WIDTH


class _Map:
    """The rows of boxes, each topic one row below the lowest that it builds on."""

    def __init__(self, course: Course, language: str) -> None:
        self.course, self.language = course, language
        self.title = course_catalog(course, language).gettext
        self.rows = _rows(course)
        self.width = max((_row_width(row) for row in self.rows), default=0) + 2 * _MARGIN
        self.height = _HEAD + len(self.rows) * (_BOX_HEIGHT + _ROW_GAP) - _ROW_GAP + _MARGIN
        self.middles = [self._middles(row) for row in self.rows]

    def _middles(self, row: list[_Place]) -> dict[_Place, int]:
        """Return the middle of each place of a row, in pixels from the left; rows are centred."""
        middles: dict[_Place, int] = {}
        left = (self.width - _row_width(row)) // 2
        for place in row:
            middles[place] = left + place.width // 2
            left += place.width + _GAP
        return middles

    def lines(self) -> Iterator[str]:
        course = escape(self.title(self.course.title))
        count = sum(len(topic.exercises) for topic in self.course.topics)
        total = escape(translate(_TOTAL, self.language).format(topics=len(self.course.topics), count=count))
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title about">'
        yield f'<title id="title">{course}</title>'
        yield f'<desc id="about">{total}</desc>'
        yield f"<style>{_STYLE}</style>"
        yield '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
        yield 'orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
        yield f'<rect class="paper" width="{self.width}" height="{self.height}"/>'
        yield f'<text class="course" x="{_MARGIN}" y="34">{course}</text>'
        yield f'<text class="small faint" x="{_MARGIN}" y="56">{total}</text>'
        for topic in self.course.topics:
            yield from (self.arrow(needed, topic.name) for needed in topic.builds_on)
        for topic in self.course.topics:
            yield from self.box(topic)
        yield "</svg>"

    def row_of(self, topic: str) -> int:
        return next(number for number, row in enumerate(self.rows) if _Place(topic) in row)

    def arrow(self, start: str, end: str) -> str:
        """Return the curve from the lower edge of one box to the upper edge of another, down the lanes between."""
        first, last = self.row_of(start), self.row_of(end)
        x, y = self.middles[first][_Place(start)], _top(first) + _BOX_HEIGHT
        curve = [f"M{x} {y}"]
        for row in range(first + 1, last + 1):
            to_x, to_y = self.middles[row][_Place(end) if row == last else _Place(start, passes=True)], _top(row)
            bend = _ROW_GAP // 2
            curve.append(f"C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y - 2 * (row == last)}")
            x, y = to_x, to_y + _BOX_HEIGHT
            curve += [] if row == last else [f"V{y}"]
        return f'<path class="arrow" d="{" ".join(curve)}" marker-end="url(#tip)"/>'

    def box(self, topic: Topic) -> Iterator[str]:
        """Yield a topic's box: its name, its title and how much it is."""
        row = self.row_of(topic.name)
        left, top = self.middles[row][_Place(topic.name)] - _BOX_WIDTH // 2, _top(row)
        inside = left + 10
        much = translate(_EXERCISES, self.language).format(count=len(topic.exercises))
        much += f" · {duration(topic.minutes)}" if topic.minutes else ""
        title = textwrap.wrap(self.title(topic.title) if topic.title else "", _LETTERS, max_lines=3, placeholder=" …")
        yield f'<rect class="box" x="{left}" y="{top}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="8"/>'
        yield f'<text class="name" x="{inside}" y="{top + 20}">{escape(topic.name)}</text>'
        for number, line in enumerate(title):
            yield f'<text class="small" x="{inside}" y="{top + 39 + 15 * number}">{escape(line)}</text>'
        yield f'<text class="small faint" x="{inside}" y="{top + _BOX_HEIGHT - 11}">{escape(much)}</text>'


def _top(row: int) -> int:
    return _HEAD + row * (_BOX_HEIGHT + _ROW_GAP)


def _row_width(row: list[_Place]) -> int:
    return sum(place.width + _GAP for place in row) - _GAP


def _rows(course: Course) -> list[list[_Place]]:
    """Return the places of each row: boxes, and lanes where an arrow passes; as near as may be below what they need."""
    depth: dict[str, int] = {}
    for topic in course.topics:
        depth[topic.name] = max((depth[needed] + 1 for needed in topic.builds_on), default=0)
    rows: list[list[_Place]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    above: dict[tuple[int, _Place], list[str]] = {}
    for topic in course.topics:
        box = (depth[topic.name], _Place(topic.name))
        rows[box[0]].append(box[1])
        above[box] = list(topic.builds_on)
        for needed in topic.builds_on:
            for row in range(depth[needed] + 1, depth[topic.name]):
                lane = (row, _Place(needed, passes=True))
                if lane not in above:
                    rows[row].append(lane[1])
                    above[lane] = [needed]
    last_seen: dict[str, float] = {}  # where a topic's box or lane was last seen, from the middle of its row
    for number, row_of_places in enumerate(rows):
        wished = {place: _mean([last_seen[name] for name in above[number, place]]) for place in row_of_places}
        row_of_places.sort(key=wished.__getitem__)
        middle = _row_width(row_of_places) / 2
        left = 0.0
        for place in row_of_places:
            last_seen[place.topic] = left + place.width / 2 - middle
            left += place.width + _GAP
    return rows


def _mean(places: list[float]) -> float:
    return sum(places) / len(places) if places else 0.0
