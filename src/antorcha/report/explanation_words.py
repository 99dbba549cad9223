"""The fixed text of an exercise that was checked again, as an instructor reads it."""

from __future__ import annotations

from antorcha.i18n import N_

WORDS = {
    "summary": N_("{file}: {points} of {max} points, {passed} of {total} checks pass"),
    "stands": N_("In the results stand {points} points: grade again to have these."),
    "other_file": N_("This is another version of the file than the one that was graded."),
    "made": N_("The mark that stands was made on {date} by Antorcha {version}, course {course}."),
    "private": N_("For instructors only: it shows hidden tests and the reference's answers."),
    "all_right": N_("Every check passes."),
    "told": N_("The student reads:"),
    "parameters": N_("With {parameters}"),
    "agreed": N_("After {count} calls that agreed:"),
    "call": N_("The call"),
    "expected": N_("Expected"),
    "got": N_("Got"),
    "where": N_("Where they differ"),
    "place": N_("place"),
    "at": N_("at {place}: expected {expected}, got {got}"),
    "test": N_("The test"),
    "test_from": N_("The test, from line {line} on"),
    "failed_too": N_("Failed too"),
    "others": N_("Failed too (--all shows their calls)"),
    "lines": N_("The student's lines"),
    "mistakes": N_("Known mistakes that were considered"),
    "says": N_("Who made it reads:"),
    "printed": N_("It printed"),
}
