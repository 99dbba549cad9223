"""The names that the cells of a released notebook import: those that students see, and `grade_cell` in hidden ones.

The names are written into every notebook that was ever released, so they stay whatever becomes of the room behind them.
"""

from antorcha.nbgrader.check_cell import COURSE_VARIABLE, NotRight, NotStarted, check, grade_cell
from antorcha.nbgrader.explained_errors import explain_errors_of_cells
from antorcha.nbgrader.hint_cell import add_command, hint
from antorcha.nbgrader.progress_cell import progress
from antorcha.nbgrader.requirements_cell import check_requirements

__all__ = [
    "COURSE_VARIABLE",
    "NotRight",
    "NotStarted",
    "check",
    "check_requirements",
    "grade_cell",
    "hint",
    "progress",
]

explain_errors_of_cells()
add_command()
