"""Drawings as pictures for a page: drawn here, from plain numbers, with the instructor's own Matplotlib."""

from __future__ import annotations

import base64
import io
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # it imports torch, which no page needs
    from antorcha.compare.drawing import Drawing

_INCHES = 4.2, 3.1  # two stand side by side
_LARGEST_SVG = 600_000  # bytes: several stand on one page
# A scale's name is the submission's own word: only these are handed to Matplotlib.
_SCALES = ("linear", "log", "symlog", "logit")


def picture(drawing: Drawing) -> str:
    """Return a `data:` address of an SVG picture; `""` where Matplotlib is missing or cannot draw this.

    The same drawing gives the same bytes, so that a page is written again only when it changed. Texts are the
    submission's: they are drawn as they are, never as formulas.
    """
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError:
        return ""
    target = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "antorcha", "svg.fonttype": "path", "text.parse_math": False}):
            figure = Figure(figsize=_INCHES, layout="constrained")
            FigureCanvasSVG(figure)  # no pyplot: it would choose a window system, and keep every figure
            figure.suptitle(drawing["title"])
            for number, axes in enumerate(drawing["axes"], start=1):
                _draw(figure.add_subplot(len(drawing["axes"]), 1, number), axes)
            figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    except Exception:  # what a student made Matplotlib swallow, it need not be able to draw here
        return ""
    if len(target.getvalue()) > _LARGEST_SVG:
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(target.getvalue()).decode("ascii")


def _draw(axes: Any, drawn: dict[str, Any]) -> None:
    """Draw one entry of a drawing's `axes` into Matplotlib's."""
    for line in drawn["lines"]:
        axes.plot(*map(_gaps, line["xy"]), label=line["label"] or None)
    for cloud in drawn["points"]:
        axes.scatter(*map(_gaps, cloud["xy"]), s=14, label=cloud["label"] or None)
    for bar in drawn["bars"]:
        if len(bar) == 4 and None not in bar:  # x, y, width, height, all of them finite
            axes.bar(bar[0], bar[3], bar[2], bottom=bar[1], align="edge")
    axes.set(title=drawn["title"], xlabel=drawn["xlabel"], ylabel=drawn["ylabel"])
    for axis in ("x", "y"):
        if drawn[f"{axis}scale"] in _SCALES:
            getattr(axes, f"set_{axis}scale")(drawn[f"{axis}scale"])
    if drawn["legend"]:
        axes.legend(axes.get_legend_handles_labels()[0][: len(drawn["legend"])], drawn["legend"])


def _gaps(values: list[float | None]) -> list[float]:
    """Return coordinates with NaN in place of `None`: there Matplotlib interrupts a line."""
    return [math.nan if value is None else value for value in values]
