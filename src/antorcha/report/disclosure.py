"""What a student may read of a hidden check that did not pass: as much as the course's `feedback` says.

Every text for students asks here, and nowhere else is it decided. What a hand-in printed, a hidden test's name and its
source are told at no level.
"""

from __future__ import annotations

from antorcha.course.model import Feedback
from antorcha.i18n import translate
from antorcha.messages import explain, smallest_input
from antorcha.report.messages import EXPLANATIONS
from antorcha.results import CheckResult, Verdict

# Here no answer to the check's inputs was judged: what was found is about the machine, the course or the whole file.
_NO_ANSWER = {
    *(Verdict.GRADER_ERROR, Verdict.NOT_TESTED),
    *(Verdict.UNREADABLE, Verdict.MISSING, Verdict.NOT_STARTED),
}


def told(check: CheckResult, feedback: Feedback, language: str) -> str:
    """The sentence about a check that did not pass; `""` where the verdict's word has to do."""
    if feedback == "nothing":
        return ""
    if check.diagnosis is None:
        return translate(EXPLANATIONS[check.verdict], language)
    if check.verdict in _NO_ANSWER or feedback == "difference":
        return explain(check.diagnosis, language)
    if feedback == "everything":
        return explain(check.diagnosis, language, full=True)
    sentences = (explain(check.diagnosis, language), smallest_input(check.diagnosis, language))
    return " ".join(one for one in sentences if one)
