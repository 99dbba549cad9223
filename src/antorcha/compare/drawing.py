"""Figures as plain JSON: kept with a result, and drawn again beside the expected one.

A figure's tree is the submission's own word. So what is kept of it is bounded: lines of finite numbers and short texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from antorcha.worker.facts import AXES, FIGURE, ArrayFact, RecordFact, Tree
from antorcha.worker.trees import parts, walk

_MOST_AXES = 6
_MOST_ARTISTS = 20  # of one kind in one axes: lines, clouds of points, bars, entries of the legend
_MOST_ARTISTS_IN_ALL = 80
_MOST_POINTS = 600  # of one line or cloud
_MOST_POINTS_IN_ALL = 3_000
_LONGEST_TEXT = 120
_MOST_TEXT_IN_ALL = 1_200  # characters
# An SVG's numbers are written out: one that is larger makes Matplotlib fail.
_LARGEST_COORDINATE = 1e100

# {"title": text, "axes": [{"title", "xlabel", "ylabel", "xscale", "yscale": text, "legend": [text] or None,
# "lines", "points": [{"label": text, "xy": [[x, ...], [y, ...]]}], "bars": [[x, y, width, height]]}]}
Drawing = dict[str, Any]


def drawing_of(tree: Tree) -> Drawing | None:
    """Return the first figure in an answer, or its first axes; `None` where nothing was drawn."""
    for node in walk(tree):
        if isinstance(node, RecordFact) and node.type_name in (FIGURE, AXES):
            return _Drawn().figure(node)
    return None


@dataclass
class _Drawn:
    """A budget for one figure, spent while the figure is written down.

    Each part has its bound, and so have all of them together: six axes with all that one may hold would be a page of
    fifteen megabytes.
    """

    artists: int = _MOST_ARTISTS_IN_ALL
    points: int = _MOST_POINTS_IN_ALL
    characters: int = _MOST_TEXT_IN_ALL

    def figure(self, record: RecordFact) -> Drawing:
        """Return the drawing of a figure, or of axes that came without theirs."""
        if record.type_name == AXES:
            return {"title": "", "axes": [self.axes(record)]}
        held = dict(record.fields)
        axes = [part for part in parts(held.get("axes"))[:_MOST_AXES] if isinstance(part, RecordFact)]
        return {"title": self.text(held.get("title")), "axes": [self.axes(part) for part in axes]}

    def axes(self, record: RecordFact) -> dict[str, Any]:
        """Return one entry of a drawing's `axes`."""
        held = dict(record.fields)
        legend = held.get("legend")
        return {
            **{name: self.text(held.get(name)) for name in ("title", "xlabel", "ylabel", "xscale", "yscale")},
            "legend": None if legend is None else [self.text(label) for label in self.some(parts(legend))],
            "lines": [
                {"label": self.text(line.get("label")), "xy": self.pairs(_flat(line.get("x")), _flat(line.get("y")))}
                for line in self.records(held.get("lines"))
            ],
            "points": [
                {"label": self.text(cloud.get("label")), "xy": self.pairs(*_columns(cloud.get("offsets")))}
                for cloud in self.records(held.get("points"))
            ],
            "bars": [
                _floats(number for number in parts(bar)[:4] if isinstance(number, int | float))
                for bar in self.some(parts(held.get("bars")))
            ],
        }

    def text(self, value: Any) -> str:
        """Return as many characters of a text as there is room for; "" for what is no text."""
        kept = value[: min(_LONGEST_TEXT, self.characters)] if isinstance(value, str) else ""
        self.characters -= len(kept)
        return kept

    def some(self, artists: list[Any]) -> list[Any]:
        """Return as many artists of one kind, from the first, as there is room for."""
        kept = artists[: min(_MOST_ARTISTS, self.artists)]
        self.artists -= len(kept)
        return kept

    def records(self, tree: Tree) -> list[dict[str, Any]]:
        """Return the fields of as many records of one kind as there is room for."""
        return [dict(part.fields) for part in self.some([part for part in parts(tree) if isinstance(part, RecordFact)])]

    def pairs(self, xs: np.ndarray[Any, Any], ys: np.ndarray[Any, Any]) -> list[list[float | None]]:
        """Return `[xs, ys]` of as many points as both have, thinned evenly where they are too many."""
        count = min(xs.size, ys.size)
        most = min(_MOST_POINTS, self.points)
        if not count or not most:
            return [[], []]
        step = -(-count // most)  # rounded up, so that no more than `most` stay
        self.points -= len(range(0, count, step))
        return [_floats(xs[:count:step]), _floats(ys[:count:step])]


def _columns(offsets: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the xs and ys of an array of shape (points, 2); two empty arrays for anything else."""
    table = offsets.data if isinstance(offsets, ArrayFact) else np.zeros((0, 2))
    if table.ndim != 2 or table.shape[1] != 2:
        table = np.zeros((0, 2))
    return _flat(ArrayFact(table[:, 0])), _flat(ArrayFact(table[:, 1]))


def _flat(value: Any) -> np.ndarray[Any, Any]:
    """Return an array of real numbers in one axis; an empty one for anything else."""
    data = value.data if isinstance(value, ArrayFact) else np.zeros(0)
    return data.reshape(-1) if data.dtype.kind in "fiu" else np.zeros(0)


def _floats(values: Iterable[Any]) -> list[float | None]:
    """Return numbers as JSON has them; `None` for NaN, infinities, and what is so large that drawing it fails."""
    return [_float(value) for value in values]


def _float(value: Any) -> float | None:
    try:
        number = float(value)
    except OverflowError:  # an int of hundreds of digits
        return None
    return number if abs(number) < _LARGEST_COORDINATE else None  # of NaN no comparison holds
