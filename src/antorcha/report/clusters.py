"""Hand-ins that fail alike: clusters of identical wrong behaviour, with the known mistake that they match."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from antorcha.explain import explain
from antorcha.i18n import translate
from antorcha.results import CheckResult, Diagnosis, ExerciseResult, SubmissionResult, Verdict

# Nothing that an exercise's code did wrong: there was none, or it was not asked.
_NO_BEHAVIOUR = (
    *(Verdict.PASSED, Verdict.NOT_STARTED, Verdict.MISSING, Verdict.UNREADABLE, Verdict.NOT_TESTED),
    *(Verdict.GRADER_ERROR, Verdict.TO_GRADE),
)
# Where in a student's own file it happened, and its own words there: two who did the same wrote other lines.
_OF_THE_FILE = ("file", "line", "cell", "text", "says", "others", "more", "at")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
# What a student called a variable that got no value: Python names it, and others called theirs otherwise.
_OWN_VARIABLE = re.compile(r"(cannot access (?:local|free) variable )'[^']*'")


@dataclass(frozen=True)
class Cluster:
    """Students whose hand-ins fail the same checks of an exercise with the same evidence.

    `mistake`: the known one that they match, "" where they match none. `sentence`: what to send to all of them, the
    mistake's own or what was found, in the students' language; `found`: in full, for the instructor. `checks`: those
    that the first of them fails.
    """

    topic: str
    exercise: str
    mistake: str
    sentence: str
    found: str
    checks: tuple[str, ...]
    students: tuple[str, ...]


def clusters_of(rows: Sequence[SubmissionResult], language: str) -> list[Cluster]:
    """Return the clusters of a class, the largest first.

    Whoever matches one known mistake is in its cluster; the others are together where every failed check ended alike:
    verdict, kind of difference, and what was expected and got.
    """
    members: dict[tuple[str, ...], list[str]] = {}
    first: dict[tuple[str, ...], ExerciseResult] = {}
    for row in rows:
        for topic in row.topics:
            for exercise in topic.exercises:
                behaviour = _behaviour(exercise)
                if behaviour:
                    key = (topic.topic, exercise.name, behaviour)
                    members.setdefault(key, []).append(row.student)
                    first.setdefault(key, exercise)
    found = [_cluster(key, first[key], tuple(students), language) for key, students in members.items()]
    return sorted(found, key=lambda cluster: (-len(cluster.students), cluster.topic, cluster.exercise))


def _cluster(key: tuple[str, ...], exercise: ExerciseResult, students: tuple[str, ...], language: str) -> Cluster:
    failed = list(_failed(exercise))
    mistake = _mistake(failed)
    telling = next((check for check in failed if check.diagnosis and check.diagnosis.kind == "variant"), failed[0])
    sentence, found = _sentences(telling, language)
    return Cluster(key[0], key[1], mistake, sentence, found, tuple(check.check for check in failed), students)


def _sentences(check: CheckResult, language: str) -> tuple[str, str]:
    """Return what may be sent to all, and what was found; neither speaks of a line, which is the first one's alone."""
    general = _general(check.diagnosis) if check.diagnosis else None
    explanation = translate(check.verdict.about.explanation, language)
    if check.diagnosis is None or general is None:
        return explanation, explanation
    if "line" in general.details and general.kind == "raised":
        general = replace(general, kind="raised_nowhere")
    found = explain(general, language, full=True) if not _names_a_line(general) else explanation
    if check.diagnosis.kind == "variant":
        return explain(check.diagnosis, language), found
    return (explain(general, language) if not _names_a_line(general) else explanation), found


def _names_a_line(diagnosis: Diagnosis) -> bool:
    return "line" in diagnosis.details and diagnosis.kind != "raised_nowhere"


def _failed(exercise: ExerciseResult) -> Iterator[CheckResult]:
    return (check for check in exercise.checks if check.check and check.verdict not in _NO_BEHAVIOUR)


def _mistake(failed: Sequence[CheckResult]) -> str:
    """Return the known mistake that was recognised in an exercise; "" where none was, or two were."""
    names = {
        str(check.diagnosis.details["variant"])
        for check in failed
        if check.diagnosis is not None and check.diagnosis.kind == "variant"
    }
    return names.pop() if len(names) == 1 else ""


def _behaviour(exercise: ExerciseResult) -> str:
    """Return a text that two exercises have in common which fail alike; "" where nothing failed."""
    failed = list(_failed(exercise))
    if not failed:
        return ""
    mistake = _mistake(failed)
    if mistake:
        return f"mistake {mistake}"
    return json.dumps([[check.check, check.verdict.value, _evidence(check.diagnosis)] for check in failed])


def _general(diagnosis: Diagnosis) -> Diagnosis:
    """Return what was found, without what only one of a group would recognise."""
    general = diagnosis.private.get("general")
    found = Diagnosis(**general) if general else diagnosis
    return replace(found, details=_of_anybody(found.details), private=_of_anybody(found.private))


def _of_anybody(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _OWN_VARIABLE.sub(r"\1'…'", value) if isinstance(value, str) else value for name, value in values.items()
    }


def _evidence(diagnosis: Diagnosis | None) -> Any:
    """Return what was found, without its place in the student's file."""
    if diagnosis is None:
        return None
    general = _general(diagnosis)
    values = {**general.details, **general.private}
    kept = {name: _plain(value) for name, value in values.items() if name not in _OF_THE_FILE}
    return [general.kind, sorted(kept.items())]


def _plain(value: Any) -> Any:
    return _ADDRESS.sub("0x", value) if isinstance(value, str) else json.dumps(value, default=str)
