"""The sentence about a hidden check that did not pass, with as much in it as the course's `feedback` allows.

Every text for students asks here, and nowhere else is it decided. What a submission printed, a hidden test's name and
its source are told at no level.
"""

from __future__ import annotations

from antorcha.course.model import Feedback
from antorcha.explain import explain, smallest_input, what_it_means
from antorcha.i18n import translate
from antorcha.results import CheckResult


def student_sentence(check: CheckResult, feedback: Feedback, language: str) -> str:
    """Return the sentence about a check that did not pass; `""` where the verdict's word has to do."""
    if feedback == "nothing":
        return ""
    if check.diagnosis is None:
        return translate(check.verdict.about.explanation, language)
    full = check.verdict.about.judges_answer and feedback == "everything"
    sentences = [explain(check.diagnosis, language, full=full), what_it_means(check.diagnosis, language, full=full)]
    # Where a verdict looked at no answer to the check's inputs, its sentence is the same at every level.
    if check.verdict.about.judges_answer and feedback == "smallest":
        sentences.append(smallest_input(check.diagnosis, language))
    *first, last = filter(None, sentences)
    return " ".join([*map(_with_full_stop, first), last])


def _with_full_stop(sentence: str) -> str:
    """Return a sentence that another one follows: what torch says of itself ends without a full stop."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
