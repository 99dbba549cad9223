"""nbgrader's lists of steps with ours in them, as `nbgrader_config.py` sets them."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearSolutions,
    DeduplicateIds,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
    SaveAutoGrades,
)

from antorcha.nbgrader.cells import METADATA_KEY
from antorcha.nbgrader.feedback_page import FeedbackExporter
from antorcha.nbgrader.grade_in_worker import GradeInWorker
from antorcha.nbgrader.release_feedback import ReleaseFeedback
from antorcha.nbgrader.renamed import recognise_renamed
from antorcha.nbgrader.repair import RepairSubmission
from antorcha.nbgrader.save_marks import AddMissingCells, SaveMarks
from antorcha.nbgrader.submission import SubmissionExporter

__all__ = [
    "AddMissingCells",
    "FeedbackExporter",
    "GradeInWorker",
    "ReleaseFeedback",
    "ReleaseStubs",
    "RepairSubmission",
    "SaveMarks",
    "SubmissionExporter",
    "autograde_preprocessors",
    "generate_preprocessors",
    "recognise_renamed",
    "sanitize_preprocessors",
]


def generate_preprocessors() -> list[Any]:
    """Return nbgrader's list for `generate_assignment`, with the stubs put in once the solutions are gone."""
    # nbgrader's own lists, read from the installed version: steps that a later one adds stay in.
    steps: list[Any] = []
    for step in GenerateAssignment.class_traits()["preprocessors"].default():
        steps += [step, ReleaseStubs] if step is ClearSolutions else [step]
    return steps


def sanitize_preprocessors() -> list[Any]:
    """Return nbgrader's list for the first half of `autograde`, with metadata put right where it was only emptied."""
    stock = Autograde.class_traits()["sanitize_preprocessors"].default()
    return _replaced(stock, {DeduplicateIds: RepairSubmission, OverwriteCells: AddMissingCells})


def autograde_preprocessors() -> list[Any]:
    """Return nbgrader's list for the second half of `autograde`, with our grader in the place of a kernel."""
    stock = Autograde.class_traits()["autograde_preprocessors"].default()
    return _replaced(stock, {Execute: GradeInWorker, SaveAutoGrades: SaveMarks})


def _replaced(steps: list[Any], ours: dict[Any, Any]) -> list[Any]:
    """Return the steps with ours in the place of some, and without nbgrader's check of each cell's metadata.

    That took a third of its CPU. `RepairSubmission` has left no metadata that is not the released cell's, and that was
    checked when it was released.
    """
    return [ours.get(step, step) for step in steps if step is not CheckCellMetadata]


class ReleaseStubs(NbGraderPreprocessor):  # type: ignore[misc]
    """A step that gives each solution cell the stub that its metadata holds, and takes our metadata away."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Put a solution cell's stub in the place of nbgrader's, and drop our metadata of the cell."""
        ours = cell.metadata.pop(METADATA_KEY, {})
        if utils.is_solution(cell) and "stub" in ours:
            cell.source = ours["stub"]
        return cell, resources

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Drop our metadata of the notebook, then go through its cells."""
        nb.metadata.pop(METADATA_KEY, None)
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]
