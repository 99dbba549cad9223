"""Repair of nbgrader's metadata in a submitted notebook, before nbgrader looks at it.

A student who copies a cell copies nbgrader's name of it, too, and nbgrader's own step for that leaves metadata behind
that ends autograde for everybody who comes after. Here the gradebook says which cells there are; the metadata of all
others goes, and their text stays.
"""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from antorcha.intake.notebook import ESSAY_PREFIX
from antorcha.nbgrader.cells import CHECK_PREFIX, POINTS_PREFIX, SOLUTION_PREFIX
from antorcha.nbgrader.released import as_students_see, grade_id, is_ours, node, released_cells

__all__ = ["RepairSubmission"]


class RepairSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """nbgrader's `DeduplicateIds`, for all that students do to cells: copied, foreign, changed and deleted ones."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Give every cell of `nb` the metadata that it was released with, or none, and put back what is missing."""
        released = released_cells(resources)
        self._where = f"{resources['nbgrader']['student']}: {resources['nbgrader']['notebook']}.ipynb"
        self._drop_copies(nb, released)
        own = [cell for cell in nb.cells if grade_id(cell)]
        for cell in own:
            cell.metadata["nbgrader"] = node(**released[grade_id(cell)].metadata.nbgrader)
        locked = [cell for cell in own if cell.metadata.nbgrader.locked]
        changed = [grade_id(cell) for cell in locked if _restore(cell, released[grade_id(cell)])]
        self._say(changed, "a locked cell was changed; the released one is graded")
        answers = [cell for cell in own if not cell.metadata.nbgrader.locked]
        retyped = [grade_id(cell) for cell in answers if _restore_type(cell, released[grade_id(cell)].cell_type)]
        self._say(retyped, "a cell was turned into one of another type; its text counts as what was released")
        self._put_back(nb, released)
        return nb, resources

    def _drop_copies(self, nb: Any, released: dict[str, Any]) -> None:
        """Take the metadata from cells that were never released and from all but the last of each that was."""
        seen: set[str] = set()
        copied: list[str] = []
        foreign: list[str] = []
        for cell in reversed(nb.cells):  # as nbgrader: of two cells of one name the last one counts
            if "nbgrader" not in cell.metadata:
                continue
            name = grade_id(cell)
            if name in released and name not in seen:
                seen.add(name)
                continue
            del cell.metadata["nbgrader"]
            if name in seen:
                copied.append(name)
                if utils.is_grade(released[name]) and not utils.is_solution(released[name]):
                    # A copied test is no answer: as code it would run with the student's own cells.
                    as_text(cell)
            elif name:
                foreign.append(name)
        self._say(copied, "a cell is there more than once; the last one counts, the text of the copy stays")
        self._say(foreign, "a cell is not of this assignment; it counts as one of the student's own")

    def _put_back(self, nb: Any, released: dict[str, Any]) -> None:
        """Put the deleted check, points and essay cells back beside their exercise, so that each gets a score.

        nbgrader leaves a grade cell that is not there as one that "needs manual grading" for ever.
        """
        present = {grade_id(cell) for cell in nb.cells}
        back: list[str] = []
        for prefix in (
            CHECK_PREFIX,
            POINTS_PREFIX,
            ESSAY_PREFIX,
        ):  # the points go below the check, so the check comes first
            for name, cell in released.items():
                if name.startswith(prefix) and name not in present and is_ours(cell):
                    cell.id = f"restored-{name}"[:64]  # nbformat's longest
                    nb.cells.insert(_place(nb.cells, name.removeprefix(prefix)), cell)
                    back.append(name)
        self._say(back, "a deleted cell is back")

    def _say(self, names: list[str], sentence: str) -> None:
        """Log a sentence about the cells of these names, if there are any, as one line with the student before it."""
        if names:
            self.log.warning("%s: %s (%s)", self._where, sentence, ", ".join(dict.fromkeys(names)))


def _restore(cell: Any, released: Any) -> bool:
    """Give a locked cell its released type and source; return whether it differed.

    nbgrader's `OverwriteCells` does the same, but it warns of each points cell of each student, since it compares
    them with hidden tests and all. Only a change of the student's is worth a line.
    """
    # Both count as unchanged: students have the cell without its hidden tests, and a file that could not be read
    # was replaced by the released cells, which have them.
    sources = {_text(source) for source in (as_students_see(released), released.source)}
    changed = cell.cell_type != released.cell_type or _text(cell.source) not in sources
    cell |= {key: value for key, value in released.items() if key not in ("id", "metadata")}
    return changed


def _restore_type(cell: Any, cell_type: str) -> bool:
    """Give an answer its released type, which a slip on the keyboard changes; return whether it differed."""
    if cell.cell_type == cell_type:
        return False
    as_text(cell)
    cell.cell_type = cell_type
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return True


def as_text(cell: Any) -> None:
    """Turn a code cell into one that is shown and never run."""
    cell.cell_type = "raw"
    for name in ("execution_count", "outputs"):
        cell.pop(name, None)


def _text(source: str) -> str:
    """Return a source without what editors change of themselves: blanks at ends of lines and around the whole."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _place(cells: list[Any], exercise: str) -> int:
    """Return where a cell of `exercise` belongs: below its check, its answer or its heading; else at the end."""
    names = {grade_id(cell): position for position, cell in enumerate(cells)}
    for prefix in (CHECK_PREFIX, SOLUTION_PREFIX):
        if prefix + exercise in names:
            return names[prefix + exercise] + 1
    headings = [position for position, cell in enumerate(cells) if cell.source.startswith(f"## `{exercise}`")]
    return headings[0] + 1 if headings else len(cells)
