"""The fixed text of the feedback pages: what a verdict is called, and what it means."""

from __future__ import annotations

from antorcha.i18n import N_
from antorcha.results import Verdict

TITLE = N_("Feedback for {student}")
TOTAL = N_("Total")
POINTS = N_("{points} of {max} points")
CHECKS_PASSED = N_("checks passed: {passed} of {total}")
FOLDER_NOTES = N_("About the files that you handed in")
NOTHING_GRADED = N_("Nothing has been graded yet.")
PARTLY = N_("partly right")
DRAWN = N_("Your figure for a visible test")
NOT_DRAWN = N_("For this visible test your code draws no figure.")
EXPECTED_DRAWING = N_("The figure that is expected")

WORDS: dict[Verdict, str] = {
    Verdict.PASSED: N_("right"),
    Verdict.WRONG: N_("not right yet"),
    Verdict.ERROR: N_("stopped with an error"),
    Verdict.NOT_STARTED: N_("not started"),
    Verdict.MISSING: N_("not found"),
    Verdict.UNREADABLE: N_("could not be read"),
    Verdict.CPU_LIMIT: N_("took too long"),
    Verdict.WALL_LIMIT: N_("took too long"),
    Verdict.MEMORY_LIMIT: N_("used too much memory"),
    Verdict.THREAD_LIMIT: N_("started too many threads"),
    Verdict.FILE_LIMIT: N_("wrote too much to files"),
    Verdict.OUTPUT_LIMIT: N_("printed too much"),
    Verdict.RESULT_LIMIT: N_("returned too much"),
    Verdict.EXITED: N_("ended the program"),
    Verdict.CRASHED: N_("crashed"),
    Verdict.FORGED: N_("not accepted"),
    Verdict.NO_EVIDENCE: N_("gave no answer"),
    Verdict.NOT_TESTED: N_("not tested"),
    Verdict.GRADER_ERROR: N_("could not be graded"),
}

# What to say about a check, or a whole file, for which no room gave a diagnosis of its own.
EXPLANATIONS: dict[Verdict, str] = {
    Verdict.PASSED: "",
    Verdict.WRONG: N_("The answer differs from the one that was asked for."),
    Verdict.ERROR: N_("Your code stopped with an error. Try the function by itself on a small example."),
    Verdict.NOT_STARTED: N_("This exercise still holds the text that it came with."),
    Verdict.MISSING: N_(
        "There is nothing here under the expected name. Check that file and function names are unchanged."
    ),
    Verdict.UNREADABLE: N_("The file could not be read. Open it, run it once by yourself and hand it in again."),
    Verdict.CPU_LIMIT: N_("Your code took more time than allowed. Look for a loop that never ends."),
    Verdict.WALL_LIMIT: N_(
        "Your code did not answer in time. Look for a loop that never ends, or for something that waits."
    ),
    Verdict.MEMORY_LIMIT: N_("Your code asked for more memory than allowed. Look for a tensor that grows."),
    Verdict.THREAD_LIMIT: N_("Your code started more threads than allowed. Exercises here need none."),
    Verdict.FILE_LIMIT: N_("Your code wrote more to files than allowed. Look for a loop around what saves."),
    Verdict.OUTPUT_LIMIT: N_("Your code printed more than allowed. Look for a print inside a loop."),
    Verdict.RESULT_LIMIT: N_("Your code returned more data than allowed. Check the shape of what it returns."),
    Verdict.EXITED: N_("Your code ended the program instead of returning an answer. Remove exit() and the like."),
    Verdict.CRASHED: N_("Your code made the Python program crash."),
    Verdict.FORGED: N_("What came back is no answer of your function. Your instructor will look at it."),
    Verdict.NO_EVIDENCE: N_("Your code ended before it gave all the answers that were asked for."),
    Verdict.NOT_TESTED: N_("This could not be tested here; it says nothing about your code."),
    Verdict.GRADER_ERROR: N_("This is not your fault: the grader had a problem. Your instructor sees it too."),
}

# A shape that can be told without colour; plain text characters, so that every font has them.
SYMBOLS: dict[Verdict, str] = {
    Verdict.PASSED: "✓",
    Verdict.NOT_STARTED: "○",
    Verdict.MISSING: "?",
    Verdict.NOT_TESTED: "–",
    Verdict.GRADER_ERROR: "–",
}
SYMBOL_WRONG = "✗"
SYMBOL_PARTLY = "◐"
