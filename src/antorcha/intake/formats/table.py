"""The table of formats of one assignment's delivery; the first that recognises a delivery sorts it."""

from __future__ import annotations

from antorcha.intake.formats.blackboard import BLACKBOARD
from antorcha.intake.formats.canvas import CANVAS
from antorcha.intake.formats.folders import FOLDERS
from antorcha.intake.formats.github_classroom import GITHUB_CLASSROOM
from antorcha.intake.formats.gradescope import GRADESCOPE
from antorcha.intake.formats.moodle import MOODLE
from antorcha.intake.formats.nbgrader import NBGRADER

# Plain folders take everything, so they come last.
ONE_ASSIGNMENT = (GRADESCOPE, MOODLE, BLACKBOARD, CANVAS, NBGRADER, GITHUB_CLASSROOM, FOLDERS)
