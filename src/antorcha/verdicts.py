"""The verdicts on a check, each with all that is said and decided about it, in this one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from antorcha.i18n import N_

Tone = Literal["good", "bad", "quiet"]  # of its word on a page; "quiet": nothing that the student did wrong


@dataclass(frozen=True)
class AboutVerdict:
    """A verdict's description.

    - `word`: beside an exercise's points; `explanation`: of a check or a whole file that has no diagnosis of its own.
    - `symbol`: tells it without colour; plain text characters, so that every font has them.
    - `severity`: of the verdicts that a submission's files got as a whole, the one with the largest speaks for the
      row, so no two are alike; 0 for what is never said of a whole file.
    - `judges_answer`: False where no answer to the check's inputs was looked at, so that what was found may be told.
    - `depends_on_machine`: another run of the same code, on a calmer machine, may end otherwise.
    - `of_a_statement`: why a statement that ends so is left out while the rest of its file is loaded; the file cannot
      be read at all where none is given.
    - `kind`: of the diagnosis that explains it; the verdict's own value where none is given.
    """

    word: str
    explanation: str = ""
    symbol: str = "✗"
    tone: Tone = "bad"
    severity: int = 0
    judges_answer: bool = True
    depends_on_machine: bool = False
    of_a_statement: str = ""
    kind: str = ""


_UNDESCRIBED = AboutVerdict("")  # for the type checker: every member below is described


class Verdict(StrEnum):
    """The outcome of one check (one test function). Only `PASSED` earns points."""

    about: AboutVerdict

    PASSED = "passed", AboutVerdict(N_("right"), symbol="✓", tone="good")
    # An answer came back and differs.
    WRONG = "wrong", AboutVerdict(N_("not right yet"), N_("The answer differs from the one that was asked for."))
    ERROR = (
        "error",  # the student's code raised
        AboutVerdict(
            N_("stopped with an error"),
            N_("Your code stopped with an error. Try the function by itself on a small example."),
            severity=4,
        ),
    )
    NOT_STARTED = (
        "not_started",  # the stub, untouched, or NotImplementedError
        AboutVerdict(
            N_("not started"),
            N_("This exercise still holds the text that it came with."),
            symbol="○",
            tone="quiet",
            judges_answer=False,
        ),
    )
    MISSING = (
        "missing",  # the function is not there, or is no function
        AboutVerdict(
            N_("not found"),
            N_("There is nothing here under the expected name. Check that file and function names are unchanged."),
            symbol="?",
            severity=3,
            judges_answer=False,
        ),
    )
    UNREADABLE = (
        "unreadable",  # the submission could not be read, decoded or compiled
        AboutVerdict(
            N_("could not be read"),
            N_("The file could not be read. Open it, run it once by yourself and hand it in again."),
            severity=14,
            judges_answer=False,
        ),
    )
    CPU_LIMIT = (
        "cpu_limit",
        AboutVerdict(
            N_("took too long"),
            N_("Your code took more time than allowed. Look for a loop that never ends."),
            of_a_statement=N_("it does not end in time"),
            severity=8,
        ),
    )
    WALL_LIMIT = (
        "wall_limit",
        AboutVerdict(
            N_("took too long"),
            N_("Your code did not answer in time. Look for a loop that never ends, or for something that waits."),
            of_a_statement=N_("it does not end in time"),
            severity=7,
            depends_on_machine=True,
        ),
    )
    MEMORY_LIMIT = (
        "memory_limit",
        AboutVerdict(
            N_("used too much memory"),
            N_("Your code asked for more memory than allowed. Look for a tensor that grows."),
            of_a_statement=N_("it asks for too much memory"),
            severity=11,
        ),
    )
    THREAD_LIMIT = (
        "thread_limit",
        AboutVerdict(
            N_("started too many threads"),
            N_("Your code started more threads than allowed. Exercises here need none."),
            of_a_statement=N_("it starts too many threads"),
            severity=10,
            depends_on_machine=True,  # the kernel counts those of other workers of the same user too
        ),
    )
    FILE_LIMIT = (
        "file_limit",  # of what a scratch folder may hold
        AboutVerdict(
            N_("wrote too much to files"),
            N_("Your code wrote more to files than allowed. Look for a loop around what saves."),
            severity=9,
        ),
    )
    OUTPUT_LIMIT = (
        "output_limit",
        AboutVerdict(
            N_("printed too much"),
            N_("Your code printed more than allowed. Look for a print inside a loop."),
            of_a_statement=N_("it prints too much"),
            severity=6,
        ),
    )
    RESULT_LIMIT = (
        "result_limit",
        AboutVerdict(
            N_("returned too much"),
            N_("Your code returned more data than allowed. Check the shape of what it returns."),
            severity=5,
        ),
    )
    EXITED = (
        "exited",  # sys.exit, os._exit
        AboutVerdict(
            N_("ended the program"),
            N_("Your code ended the program instead of returning an answer. Remove exit() and the like."),
            of_a_statement=N_("it leaves Python"),
            severity=12,
            kind="process_exited",
        ),
    )
    CRASHED = (
        "crashed",  # killed by a signal that no limit explains
        AboutVerdict(
            N_("crashed"),
            N_("Your code made the Python program crash."),
            of_a_statement=N_("it crashes Python"),
            severity=13,
            depends_on_machine=True,  # the kernel kills a worker when the machine's memory runs out
        ),
    )
    FORGED = (
        "forged",  # what came over the wire was not what our runtime writes
        AboutVerdict(
            N_("not accepted"),
            N_("What came back is no answer of your function. Your instructor will look at it."),
            severity=15,
        ),
    )
    NO_EVIDENCE = (
        "no_evidence",  # the check ended without all the comparisons that the reference's run made
        AboutVerdict(
            N_("gave no answer"),
            N_("Your code ended before it gave all the answers that were asked for."),
            severity=2,
        ),
    )
    NOT_TESTED = (
        "not_tested",  # a device that is not here, or a run that was cut short
        AboutVerdict(
            N_("not tested"),
            N_("This could not be tested here; it says nothing about your code."),
            symbol="–",
            tone="quiet",
            severity=1,
            judges_answer=False,
        ),
    )
    TO_GRADE = (
        "to_grade",  # an essay that holds a text: a person gives its points
        AboutVerdict(
            N_("not graded yet"),
            N_("Your instructor reads this answer and gives its points."),
            symbol="…",
            tone="quiet",
            judges_answer=False,
        ),
    )
    GRADER_ERROR = (
        "grader_error",  # our fault or the course's: never held against a student silently
        AboutVerdict(
            N_("could not be graded"),
            N_("This is not your fault: the grader had a problem. Your instructor sees it too."),
            symbol="–",
            tone="quiet",
            severity=16,
            judges_answer=False,
        ),
    )

    def __new__(cls, value: str, about: AboutVerdict = _UNDESCRIBED) -> Verdict:
        # The description is an attribute and no part of the value: `Verdict("wrong")` finds the member again, and JSON
        # and the store hold the word alone.
        verdict = str.__new__(cls, value)
        verdict._value_ = value
        verdict.about = about
        return verdict

    @property
    def diagnosis_kind(self) -> str:
        """Return the kind of the diagnosis that explains it where nothing more is known."""
        return self.about.kind or self.value
