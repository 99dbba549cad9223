"""What a notebook's own cells call: `check("name")` runs the visible tests on the functions that are defined here.

`grade_cell` is for nbgrader's hidden cells only, where the course itself is; students never see or call it.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antorcha.errors import UserError
from antorcha.i18n import N_, translate

if TYPE_CHECKING:
    from antorcha.course.model import Course, Topic
    from antorcha.plugin.workshop import HandIn, Place, Workshop
    from antorcha.results import CheckResult

__all__ = ["COURSE_VARIABLE", "NotRight", "NotStarted", "check", "grade_cell"]

COURSE_VARIABLE = "ANTORCHA_COURSE"  # where the instructor's course is; nbgrader_config.py sets it


class _OneLine:
    """An exception that Jupyter shows as its sentence alone: none of our lines help to mend a function."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NotRight(_OneLine, AssertionError):  # noqa: N818 - what a cell reports, not a fault of ours
    """A visible test does not pass; the text says why."""


class NotStarted(NotRight):
    """The exercise is still the stub."""


class CannotCheckError(_OneLine, UserError):
    """The files that belong to the notebook are missing or damaged."""


def check(exercise: str, topic: str | None = None) -> None:
    """Run the visible tests of `exercise` on the notebook's own functions and say how they went.

    `topic` is needed only where two topics of one folder have an exercise of this name. Raises `NotRight` (an
    `AssertionError`) with the sentence that explains it, so that `nbgrader validate` sees it too.
    """
    namespace = sys._getframe(1).f_globals
    folder = _released_folder()
    found = _topic_of(folder, exercise, topic)
    language, results = _visible_results(folder, found.name, exercise, namespace)
    _report(exercise, results, language, quiz=exercise in found.quizzes)


def grade_cell(topic: str, exercise: str, namespace: dict[str, Any]) -> float:
    """The points that the hidden tests give the functions in `namespace`; what is printed is safe to send out.

    For nbgrader's stock `Execute`: student code shares this process and could forge the number. Raises `UserError`
    where the course is not found, which nbgrader counts as zero.
    """
    from antorcha.course.load import load_course
    from antorcha.course.locate import find_course
    from antorcha.plugin.inline import run_inline
    from antorcha.plugin.rounds import with_evidence
    from antorcha.plugin.workshop import HandIn
    from antorcha.release.nbgrader_feedback import feedback_lines
    from antorcha.results import score_exercise
    from antorcha.student.local import LocalRunner

    course = load_course(find_course(Path(os.environ.get(COURSE_VARIABLE) or ".")))
    points = _points_of(course, topic, exercise)

    def hand_ins(workshop: Workshop, place: Place, known: Topic) -> Iterator[HandIn]:
        yield HandIn(LocalRunner.from_file(f"proof_{topic}", course.reference_dir / f"{topic}.py"))
        yield _hand_in(namespace, known, exercise, workshop.stubs(place, known))

    test_file = course.graders_dir / f"test_{topic}.py"
    proof, found = run_inline(test_file, exercise, hand_ins, capture=True).results
    _require_proof(proof)
    owed = {result.check: result.comparisons for result in proof}
    checks = tuple(with_evidence(result, owed.get(result.check, 1)) for result in found)
    result = score_exercise(exercise, points, checks)
    print("\n".join(feedback_lines(result, course.feedback_of(exercise), course.language)))
    return min(result.points, points)


def _released_folder() -> Path:
    from antorcha.course.manifest import manifest_path

    here = Path.cwd()
    for folder in (here, *here.parents):
        if manifest_path(folder).is_file():
            return folder
    raise CannotCheckError(
        f"the folder _antorcha is not beside this notebook (looked in {here} and above)",
        "keep the notebook in the folder that it came in, and start it from there",
    )


def _topic_of(folder: Path, exercise: str, asked: str | None) -> Topic:
    from antorcha.course.manifest import manifest_path, read_manifest

    course = read_manifest(manifest_path(folder))
    found = [one for one in course.topics if one.exercise(exercise) and asked in (None, one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        topics = ", ".join(one.name for one in found)
        raise CannotCheckError(f"{exercise} belongs to {topics}", f'say which: check("{exercise}", topic=...)')
    known = ", ".join(exercise.name for topic in course.topics for exercise in topic.exercises)
    raise CannotCheckError(f"there is no exercise {exercise}", f"there are: {known}")


def _visible_results(
    folder: Path, topic: str, exercise: str, namespace: dict[str, Any]
) -> tuple[str, list[CheckResult]]:
    from antorcha.plugin.check import CourseError
    from antorcha.plugin.inline import run_inline

    def hand_ins(workshop: Workshop, place: Place, known: Topic) -> Iterator[HandIn]:
        yield _hand_in(namespace, known, exercise, workshop.stubs(place, known))

    try:
        # What a function prints belongs under the cell; nbgrader takes anything on stderr for a failure.
        with contextlib.redirect_stderr(sys.stdout):
            rounds = run_inline(folder / f"test_{topic}.py", exercise, hand_ins, capture=False)
    except CourseError as error:
        raise CannotCheckError(str(error), "unpack the course's folder again; your own files can stay") from None
    return rounds.language, rounds.results[0]


def _hand_in(namespace: dict[str, Any], topic: Topic, exercise: str, stubs: dict[str, str]) -> HandIn:
    """The running notebook as a hand-in."""
    from antorcha.plugin.workshop import HandIn
    from antorcha.student.local import LocalRunner
    from antorcha.student.untouched import untouched

    files = sorted({name for value in list(namespace.values()) for name in _files_of(value)})
    runner = LocalRunner.from_namespace(f"notebook_{topic.name}", namespace, files)
    cells = "\n\n".join("".join(linecache.getlines(name)) for name in _files_of(namespace.get(exercise)))
    return HandIn(runner, untouched(cells, {name: one for name, one in stubs.items() if name == exercise}))


def _files_of(value: Any) -> Iterator[str]:
    """The cells that a function or a class of the notebook was defined in, as Python calls them."""
    members = list(vars(value).values()) if isinstance(value, type) else [value]
    for member in members:
        if isinstance(member, types.FunctionType) and value.__module__ == "__main__":
            yield member.__code__.co_filename


def _report(exercise: str, results: list[CheckResult], language: str, *, quiz: bool) -> None:
    """Print the line for an exercise; raise where it is not right. Of a quiz nobody here knows what is."""
    from antorcha.messages import explain
    from antorcha.results import Verdict

    if all(result.verdict is Verdict.NOT_STARTED for result in results):
        raise NotStarted(translate(N_("· {name}: not started yet."), language).format(name=exercise)) from None
    failed = next((result for result in results if not result.passed), None)
    if failed is None and quiz:
        said = translate(N_("? {name}: answered; it is graded when you hand it in."), language)
        print(said.format(name=exercise))
        return
    passed = sum(result.passed for result in results)
    said = translate(N_("{symbol} {name}: visible tests passed: {passed} of {total}."), language)
    print(said.format(symbol="✗" if failed else "✓", name=exercise, passed=passed, total=len(results)))
    if failed is None:
        return
    sentence = explain(failed.diagnosis, language, full=True) if failed.diagnosis else str(failed.verdict)
    raise NotRight(sentence) from None


def _points_of(course: Course, topic: str, exercise: str) -> float:
    known = course.topic(topic)
    found = known.exercise(exercise) if known else None
    if found is None:
        raise UserError(
            f"{topic}.{exercise}: the course at {course.root} has no such exercise",
            f"is {COURSE_VARIABLE} the course that this notebook was released from?",
        )
    return found.points


def _require_proof(proof: list[CheckResult]) -> None:
    """Nobody is judged by a test that the reference does not pass."""
    for result in proof:
        if not result.passed:
            raise UserError(f"{result.check}: the reference itself does not pass this hidden test ({result.verdict})")
