"""Recognition of notebooks that were handed in under another name, by nbgrader's marks in their cells.

nbgrader knows a notebook by its file name alone, skips all others, and says of a student who has none of the
assignment's names that no notebooks were found.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from traitlets.log import get_logger

from antorcha.files import write_if_changed
from antorcha.intake import limits
from antorcha.nbgrader.cells import METADATA_KEY
from antorcha.nbgrader.one_line_log import shorten_errors

RENAMED_FROM = "renamed_from"  # in our metadata of a copy: the name of the file that was handed in


def recognise_renamed(assignment: str, student: str, notebooks: list[str], source: Path | None = None) -> None:
    """Copy each notebook of `notebooks` with another name to the one that it was released under.

    nbgrader calls it before it grades a student (`pre_convert_hook`) with the paths of that student's notebooks; the
    copies take their place in that list, in which nbgrader would skip them with a line of its own, and those that are
    none of the assignment's leave it. What was handed in stays as it is.
    """
    shorten_errors()  # here too: nbgrader calls this before any step of ours
    if not notebooks:
        return
    folder = Path(notebooks[0]).parent
    originals = sorted(((source or Path("source")) / folder.name).glob("*.ipynb"))
    released = {path.stem: _grade_ids(path) for path in originals}
    if not released:  # another assignment's source folder, or none: nbgrader says what it thinks of that
        return
    missing = {name: cells for name, cells in released.items() if not _handed_in(folder / f"{name}.ipynb")}
    for written in sorted(notebooks):
        path = Path(written)
        if path.stem in released:
            continue
        notebooks.remove(written)
        cells = _grade_ids(path)
        name = _most_alike(cells, missing)
        if not name:
            there = _most_alike(cells, released)
            why = f"{there}.ipynb is there, too" if there else f"none of {', '.join(sorted(released))}"
            get_logger().warning("%s: %s, so it is not graded", path, why)
            continue
        target = folder / f"{name}.ipynb"
        del missing[name]
        try:
            _copy(path, target)
        except (OSError, ValueError) as error:
            get_logger().warning("%s: rename it to %s, so that it is graded (%s)", path, target.name, error)
            continue
        get_logger().warning("%s: this is %s, by its cells; it is graded as that", path, target.name)
        if str(target) not in notebooks:
            notebooks.append(str(target))


def _handed_in(path: Path) -> bool:
    """Return whether there is a notebook at `path` that is no earlier copy of ours."""
    return path.is_file() and RENAMED_FROM not in _our_metadata(path)


def _most_alike(cells: frozenset[str], released: dict[str, frozenset[str]]) -> str:
    """Return the notebook that shares most cells with a submitted one: more than half of them, else none."""
    shared = {
        name: len(cells & released_cells) / max(1, len(released_cells)) for name, released_cells in released.items()
    }
    best = max(shared, key=lambda name: (shared[name], name), default="")
    return best if best and shared[best] > 0.5 else ""


def _copy(path: Path, target: Path) -> None:
    """Copy a notebook, with a note in our metadata of the name that it was handed in under."""
    notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    metadata = notebook.get("metadata")
    notebook["metadata"] = {**(metadata if isinstance(metadata, dict) else {}), METADATA_KEY: {RENAMED_FROM: path.name}}
    write_if_changed(target, json.dumps(notebook))


def _grade_ids(path: Path) -> frozenset[str]:
    """Return nbgrader's names of the cells in a notebook; none for what is no notebook."""
    cells = _read(path).get("cells")
    marks = [
        cell["metadata"].get("nbgrader")
        for cell in (cells if isinstance(cells, list) else [])
        if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict)
    ]
    return frozenset(str(mark["grade_id"]) for mark in marks if isinstance(mark, dict) and "grade_id" in mark)


def _our_metadata(path: Path) -> dict[str, Any]:
    metadata = _read(path).get("metadata")
    ours = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    """Return a notebook's JSON; empty for what is none, or too large to be looked at."""
    try:
        if path.stat().st_size > limits.NOTEBOOK_BYTES:
            return {}
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return notebook if isinstance(notebook, dict) else {}
