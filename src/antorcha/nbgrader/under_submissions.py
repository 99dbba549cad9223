"""A new release beside what the gradebook holds: what nbgrader will refuse or delete, what must be graded again.

nbgrader says so only once it is too late: `generate_assignment --force` deletes `release/<assignment>`, and then it
refuses a notebook with submissions that has other cells than before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antorcha.errors import UserError
from antorcha.nbgrader.cells import METADATA_KEY, JsonNode
from antorcha.nbgrader.config import CONFIG_FILE

if TYPE_CHECKING:
    from nbgrader.api import Assignment, Gradebook

RELEASE_FOLDER = "release"
_NAMES_SHOWN = 6  # cells, in one line
_ANEW = (
    "nbgrader takes it once `nbgrader db assignment remove NAME --force` has taken the assignment and its marks out of "
    "the gradebook; all that was handed in is autograded anew then"
)


@dataclass
class UnderSubmissions:
    """The reason why nbgrader will refuse a release, by assignment, and lines on what follows from the rest."""

    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def warnings(self) -> list[str]:
        """Return all of it as lines for whoever releases nevertheless."""
        refused = [f"nbgrader will refuse this: {reason}. {_ANEW}" for reason in self.refused.values()]
        return [*refused, *self.notes]


def look_up(target: Path, assignments: dict[str, dict[str, JsonNode]]) -> UnderSubmissions:
    """Return what the gradebook of the nbgrader course `target` has against the release of `assignments`.

    `assignments`: the source notebooks by their names, by assignment. Without a gradebook there is nothing against it.
    """
    found = UnderSubmissions()
    try:
        url = _gradebook_url(target)
        if not url:
            return found
        from nbgrader.api import Gradebook

        with Gradebook(url) as gradebook:
            for name, notebooks in assignments.items():
                _compare(gradebook, target, name, notebooks, found)
    except Exception as error:  # a database, or a configuration, can fail in any way
        reason = str(error).strip().partition("\n")[0]
        found.notes.append(f"the gradebook could not be read, so it was not compared with this release: {reason}")
    return found


def _gradebook_url(target: Path) -> str:
    """Return SQLAlchemy's name of the gradebook; empty where there is none yet, and none may be made."""
    config = target / CONFIG_FILE
    url = f"sqlite:///{target / 'gradebook.db'}"
    if config.is_file() and "db_url" in config.read_text(encoding="utf-8", errors="replace"):
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config.loader import PyFileConfigLoader

        loaded = PyFileConfigLoader(config.name, path=str(target)).load_config()
        url = CourseDirectory(config=loaded).db_url
    path = url.removeprefix("sqlite:///")
    return "" if path != url and not (target / path).is_file() else url


def _compare(
    gradebook: Gradebook, target: Path, name: str, notebooks: dict[str, JsonNode], found: UnderSubmissions
) -> None:
    """Add to `found` what the gradebook has against the release of an assignment."""
    from nbgrader.api import MissingEntry

    try:
        assignment = gradebook.find_assignment(name)
    except MissingEntry:
        return
    count = len(assignment.submissions)
    if not count:
        return
    if refused := _other_cells(assignment, target, name, notebooks):
        found.refused[name] = f"{name} has {_submissions(count)}: {'; '.join(refused)}"
    again = f"nbgrader autograde {name} --force"
    changed = [line for known in assignment.notebooks for line in _changed_points(known, notebooks)]
    if changed:
        found.notes.append(
            f"{name}: points change ({_some(changed)}). nbgrader changes the maximum at once and the marks of "
            f"{_submissions(count)} only with: {again}"
        )
    else:
        found.notes.append(
            f"{name}: {_submissions(count)} in the gradebook; changed tests, answers or limits reach their marks only "
            f"with: {again}"
        )
    if texts := list(_changed_texts(target / RELEASE_FOLDER / name, notebooks)):
        found.notes.append(
            f"{name}: text that students have already changes ({_some(texts)}). Who has fetched the assignment keeps "
            "the old one, and autograde's log names read-only cells among them as changed"
        )


def _other_cells(assignment: Assignment, target: Path, name: str, notebooks: dict[str, JsonNode]) -> list[str]:
    """Return what nbgrader refuses of an assignment that has submissions: other notebooks, or other cells in one."""
    before = {known.name: known for known in assignment.notebooks}
    # Notebooks of the teacher's own beside ours count as well.
    beside = {path.stem for path in (target / "source" / name).glob("*.ipynb")}
    lines = [f"{title}.ipynb is new" for title in sorted((beside | set(notebooks)) - set(before))]
    lines += [f"{title}.ipynb is gone" for title in sorted(set(before) - beside - set(notebooks))]
    for title, notebook in notebooks.items():
        if title not in before or not before[title].submissions:
            continue
        kinds_before = {
            "grade": {cell.name for cell in before[title].grade_cells},
            "solution": {cell.name for cell in before[title].solution_cells},
            "task": {cell.name for cell in before[title].task_cells},
            "source": {cell.name for cell in before[title].source_cells},
        }
        kinds = _kinds(notebook)
        new = {cell for kind in kinds for cell in kinds[kind] - kinds_before[kind]}
        gone = {cell for kind in kinds for cell in kinds_before[kind] - kinds[kind]}
        lines += [f"{title}.ipynb has other parts for the cells {_some(sorted(new & gone))}"] if new & gone else []
        lines += [f"{title}.ipynb gets the cells {_some(sorted(new - gone))}"] if new - gone else []
        lines += [f"{title}.ipynb loses the cells {_some(sorted(gone - new))}"] if gone - new else []
    return lines


def _kinds(notebook: JsonNode) -> dict[str, set[str]]:
    """Return the names of a notebook's cells by the part that they have for nbgrader, as its `SaveCells` sees them."""
    kinds: dict[str, set[str]] = {"grade": set(), "solution": set(), "task": set(), "source": set()}
    for name, marks in _marks(notebook):
        parts = [kind for kind in ("grade", "solution", "task") if marks.get(kind)]
        for kind in parts:
            kinds[kind].add(name)
        if parts or marks.get("locked"):
            kinds["source"].add(name)
    return kinds


def _changed_points(known: Any, notebooks: dict[str, JsonNode]) -> Iterator[str]:
    """Yield a text for each cell of a notebook in the gradebook whose points are others in the release."""
    points = {name: marks.get("points") for name, marks in _marks(notebooks.get(known.name, {"cells": []}))}
    for cell in [*known.grade_cells, *known.task_cells]:
        wanted = points.get(cell.name)
        if wanted is not None and float(wanted) != float(cell.max_score or 0):
            yield f"{cell.name} {cell.max_score or 0:g} → {float(wanted):g}"


def _changed_texts(released: Path, notebooks: dict[str, JsonNode]) -> Iterator[str]:
    """Yield the names of cells that a student would read otherwise than in the `released` folder."""
    for name, notebook in notebooks.items():
        try:
            before = json.loads((released / f"{name}.ipynb").read_text(encoding="utf-8"))
            texts = {cell["id"]: "".join(cell["source"]) for cell in before["cells"]}
        except (OSError, ValueError, KeyError, TypeError):  # not generated yet, or not by us
            continue
        ours = notebook["metadata"][METADATA_KEY]["cells"]  # what nbgrader makes of others is not known here
        for cell in notebook["cells"]:
            if cell["id"] in ours and cell["id"] in texts and texts[cell["id"]].strip() != _as_released(cell).strip():
                yield str(cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"]))


def _as_released(cell: JsonNode) -> str:
    """Return the text of a source cell as students get it: the stub for an answer, a points cell without its tests."""
    import nbformat

    from antorcha.nbgrader.released import as_students_see

    ours = cell["metadata"].get(METADATA_KEY, {})
    if "stub" in ours:
        return str(ours["stub"])
    return as_students_see(nbformat.from_dict({**cell, "source": "".join(cell["source"])}))  # type: ignore[no-untyped-call]


def _marks(notebook: JsonNode) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield nbgrader's name and metadata of each cell that it knows."""
    for cell in notebook["cells"]:
        marks = cell.get("metadata", {}).get("nbgrader")
        if isinstance(marks, dict) and "grade_id" in marks:
            yield str(marks["grade_id"]), marks


def refusal(refused: dict[str, str]) -> UserError:
    """Return the error for a release that nbgrader would refuse."""
    lines = "\n  ".join(refused.values())
    folders = ", ".join(f"{RELEASE_FOLDER}/{name}" for name in refused)
    return UserError(
        "nbgrader lets no cells and notebooks come or go in an assignment that has submissions:\n"
        f"  {lines}\n  `nbgrader generate_assignment --force` would delete {folders}, and then refuse. "
        "Nothing was written",
        "release the change as an assignment of its own (--assignment NAME), or name only other topics. With --force "
        f"the source is written all the same. {_ANEW}",
    )


def _submissions(count: int) -> str:
    return "1 submission" if count == 1 else f"{count} submissions"


def _some(names: list[str]) -> str:
    """Return the first names, and how many there are besides."""
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
