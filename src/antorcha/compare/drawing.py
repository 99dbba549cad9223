"""What a figure shows, as plain JSON: kept with a result, and drawn again beside the expected one.

A figure's tree is the hand-in's own word. So what is kept of it is bounded: lines of finite numbers and short texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from antorcha.worker.facts import AXES, FIGURE, ArrayFact, RecordFact, Tree

_MOST_AXES = 6
_MOST_ARTISTS = 20
_MOST_NUMBERS = 600
_LONGEST_TEXT = 120

Drawing = dict[str, Any]  # {"title": text, "axes": [{"title", "xlabel", ..., "lines", "points", "bars"}]}


def drawing_of(tree: Tree) -> Drawing | None:
    """The first figure in an answer, or its first axes; `None` where nothing was drawn."""
    if isinstance(tree, RecordFact) and tree.type_name == FIGURE:
        held = dict(tree.fields)
        axes = [_axes(one) for one in _items(held.get("axes"))[:_MOST_AXES] if isinstance(one, RecordFact)]
        return {"title": _text(held.get("title")), "axes": axes}
    if isinstance(tree, RecordFact) and tree.type_name == AXES:
        return {"title": "", "axes": [_axes(tree)]}
    found = (drawing_of(one) for one in _items(tree))
    return next((one for one in found if one is not None), None)


def _axes(axes: RecordFact) -> dict[str, Any]:
    held = dict(axes.fields)
    lines = [dict(one.fields) for one in _records(held.get("lines"))]
    points = [dict(one.fields) for one in _records(held.get("points"))]
    legend = held.get("legend")
    return {
        **{name: _text(held.get(name)) for name in ("title", "xlabel", "ylabel", "xscale", "yscale")},
        "legend": None if legend is None else [_text(one) for one in _items(legend)[:_MOST_ARTISTS]],
        "lines": [{"label": _text(one.get("label")), "xy": _pairs(one.get("x"), one.get("y"))} for one in lines],
        "points": [{"label": _text(one.get("label")), "xy": _columns(one.get("offsets"))} for one in points],
        "bars": [_numbers(one) for one in _items(held.get("bars"))[:_MOST_ARTISTS]],
    }


def _items(tree: Tree) -> list[Any]:
    if isinstance(tree, dict):
        return list(tree.values())
    return list(tree) if isinstance(tree, list | tuple) else []


def _records(tree: Tree) -> list[RecordFact]:
    return [one for one in _items(tree) if isinstance(one, RecordFact)][:_MOST_ARTISTS]


def _text(value: Any) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _pairs(x: Any, y: Any) -> list[list[float | None]]:
    """Coordinates of as many points as both have, thinned evenly where they are many."""
    xs, ys = _flat(x), _flat(y)
    count = min(xs.size, ys.size)
    step = max(1, -(-count // _MOST_NUMBERS))
    return [_floats(xs[:count:step]), _floats(ys[:count:step])]


def _columns(offsets: Any) -> list[list[float | None]]:
    table = offsets.data if isinstance(offsets, ArrayFact) else np.zeros((0, 2))
    return (
        _pairs(ArrayFact(table[:, 0]), ArrayFact(table[:, 1])) if table.ndim == 2 and table.shape[1] == 2 else [[], []]
    )


def _flat(value: Any) -> np.ndarray[Any, Any]:
    data = value.data if isinstance(value, ArrayFact) else np.zeros(0)
    return data.reshape(-1) if data.dtype.kind in "fiu" else np.zeros(0)


def _numbers(value: Any) -> list[float | None]:
    return _floats(one for one in _items(value)[:4] if isinstance(one, int | float))


def _floats(values: Iterable[Any]) -> list[float | None]:
    """As JSON has them: no infinities, and none so large that drawing it fails."""
    return [float(one) if abs(float(one)) < 1e100 else None for one in values]
