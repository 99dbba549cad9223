"""The fixed text of the feedback pages; what is said of a verdict stands with the verdict."""

from __future__ import annotations

from antorcha.i18n import N_

TITLE = N_("Feedback for {student}")
TOTAL = N_("Total")
POINTS = N_("{points} of {max} points")
CHECKS_PASSED = N_("checks passed: {passed} of {total}")
FOLDER_NOTES = N_("About the files that you handed in")
NOTHING_GRADED = N_("Nothing has been graded yet.")
PARTLY = N_("partly right")
OWN_DRAWING = N_("Your figure for a visible test")
NO_OWN_DRAWING = N_("For this visible test your code draws no figure.")
EXPECTED_DRAWING = N_("The figure that is expected")
MARK_GIVEN = N_("marked by your instructor")
MARK_PARTS = N_(
    "Earned: {raw}. Changed by hand: {override}. Taken off for being late: {penalty}. What counts: {final}."
)
FILE = N_("File: {filename}")
HANDED_IN = N_("handed in: {moment}")
ATTEMPT = N_("attempt {number} of {total}")
GRADED_BY = N_("graded by Antorcha {version}, course {course}")
CLASS_SHARE = N_("{percent} % of the class have all of it right")
COMMENT = N_("From your instructor")
NOT_GRADED_YET = N_("Not graded yet, since a person reads the answer: {points} of {max} points.")

# About a whole topic, where not every device could be had.
NOT_ON_A_GPU = N_("Not tested on a GPU.")
SIMULATED_ONLY = N_("Tested on the CPU and on a simulated accelerator; not tested on a GPU.")

SYMBOL_PARTLY = "◐"
SYMBOL_GIVEN = "•"
