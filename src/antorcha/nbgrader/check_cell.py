"""The functions that a notebook's own cells call: `check("name")` runs the visible tests on what the cells define.

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
from antorcha.hints.released import steps_of
from antorcha.i18n import N_, chosen_language, translate
from antorcha.nbgrader import last_checks
from antorcha.nbgrader.cell_message import CellMessage, Side, somebody_reads
from antorcha.nbgrader.notebook_folder import (
    CannotCheckError,
    OneLine,
    damaged,
    in_language,
    missing,
    released_folder,
    speak_from_now_on,
)

if TYPE_CHECKING:
    from antorcha.course.model import Course, Topic
    from antorcha.plugin.inline import Rounds
    from antorcha.plugin.session import Output
    from antorcha.plugin.submission import SubmissionUnderTest
    from antorcha.plugin.test_folder import Origin
    from antorcha.results import CheckResult

__all__ = ["COURSE_VARIABLE", "NotRight", "NotStarted", "check", "grade_cell"]

_NO_FILE = N_("{path}, which came with this notebook, is missing.")
_CANNOT_RUN = N_("The tests that came with this notebook cannot be run: {reason}")
_UNKNOWN = N_("There is no exercise {exercise}; there are: {names}.")
_SEVERAL = N_('{exercise} belongs to {topics}; say which: check("{exercise}", topic="...")')

COURSE_VARIABLE = "ANTORCHA_COURSE"  # where the instructor's course is; nbgrader_config.py sets it


class NotRight(OneLine, AssertionError):  # noqa: N818 - what a cell reports, not a fault of ours
    """The error of a cell whose visible tests do not all pass; the text says why."""

    in_short: str = ""  # where the text stands above already

    def _render_traceback_(self) -> list[str]:
        return [self.in_short] if self.in_short else super()._render_traceback_()


class NotStarted(NotRight):
    """The error of a cell whose exercise is still the stub."""


def check(exercise: str, topic: str | None = None) -> None:
    """Run the visible tests of `exercise` on the notebook's own functions and say how they went.

    `topic` is needed only where two topics of one folder have an exercise of this name. Raises: `NotRight` (an
    `AssertionError`) with the sentence that explains it, so that `nbgrader validate` sees it too.
    """
    # The cell that calls is one frame above: students pass no namespace.
    check_in(sys._getframe(1).f_globals, exercise, topic)


def check_in(namespace: dict[str, Any], exercise: str, topic: str | None) -> None:
    """Do as `check` does with the functions in a namespace."""
    folder = released_folder()
    course, known_topic, _ = known_exercise(folder, exercise, topic)
    rounds = visible_results(folder, known_topic.name, exercise, namespace)
    with_hints = bool(steps_of(course, folder, known_topic.name, exercise, rounds.language))
    _report(exercise, rounds, quiz=exercise in known_topic.quizzes, with_hints=with_hints)


def grade_cell(topic: str, exercise: str, namespace: dict[str, Any]) -> float:
    """Return the points that the tests give the functions in `namespace`; what is printed is safe to send out.

    For nbgrader's stock `Execute`: student code shares this process and could forge the number. Raises: `UserError`
    where the course is not found, which nbgrader counts as zero.
    """
    from antorcha.course.load import load_course
    from antorcha.course.locate import find_course
    from antorcha.nbgrader.feedback import feedback_lines
    from antorcha.plugin.inline import run_inline
    from antorcha.plugin.rounds import with_evidence
    from antorcha.plugin.submission import SubmissionUnderTest
    from antorcha.plugin.test_folder import tests_that_count
    from antorcha.results import score_exercise
    from antorcha.student.local import LocalRunner

    course = load_course(find_course(Path(os.environ.get(COURSE_VARIABLE) or ".")))
    points = _points_of(course, topic, exercise)

    # The reference goes first: its comparisons are the number that the student's results must have, too.
    def submissions(origin: Origin) -> Iterator[SubmissionUnderTest]:
        """Yield the reference and the notebook."""
        yield SubmissionUnderTest(LocalRunner.from_file(f"proof_{topic}", course.reference_dir / f"{topic}.py"))
        yield _submission(namespace, origin, exercise)

    quiz = any(exercise in known.quizzes for known in course.topics if known.name == topic)
    test_files = tests_that_count(course.root, topic)[: 1 if quiz else None]  # of a quiz the hidden ones alone
    rounds = run_inline(course.root, test_files, exercise, submissions, output="captured", language=course.language)
    proof, results = rounds.results
    _require_proof(proof)
    required_comparisons = {result.check: result.comparisons for result in proof}
    checks = tuple(with_evidence(result, required_comparisons.get(result.check, 1)) for result in results)
    result = score_exercise(exercise, points, checks)
    print("\n".join(feedback_lines(result, course.feedback_of(exercise), course.language)))
    return min(result.points, points)


def known_exercise(folder: Path, exercise: str, asked: str | None) -> tuple[Course, Topic, str]:
    """Return the folder's course, the one topic with this exercise (and with the name `asked`), and the language.

    Raises: `CannotCheckError` where there is none or several.
    """
    from antorcha.course.manifest import manifest_path, read_manifest

    try:
        course = read_manifest(manifest_path(folder))
    except UserError:
        raise damaged(folder) from None
    speak_from_now_on(course.language)
    matching = [known for known in course.topics if known.exercise(exercise) and asked in (None, known.name)]
    if len(matching) == 1:
        return course, matching[0], chosen_language(course.language)
    if matching:
        topics = ", ".join(known.name for known in matching)
        raise CannotCheckError(in_language(_SEVERAL, exercise=exercise, topics=topics))
    names = ", ".join(exercise.name for topic in course.topics for exercise in topic.exercises)
    raise CannotCheckError(in_language(_UNKNOWN, exercise=exercise, names=names))


def visible_results(
    folder: Path, topic: str, exercise: str, namespace: dict[str, Any], output: Output = "shown"
) -> Rounds:
    """Return the result of each visible test of an exercise, in the one round that there is."""
    from antorcha.errors import CourseError
    from antorcha.plugin.inline import run_inline

    def submissions(origin: Origin) -> Iterator[SubmissionUnderTest]:
        """Yield the notebook."""
        yield _submission(namespace, origin, exercise, interrupted=True)

    test_file = folder / f"test_{topic}.py"
    if not test_file.is_file():
        raise missing(_NO_FILE, path=str(test_file))
    try:
        # What a function prints belongs under the cell; nbgrader takes anything on stderr for a failure.
        with contextlib.redirect_stderr(sys.stdout):
            return run_inline(folder, [test_file], exercise, submissions, output=output)
    except CourseError as error:
        raise missing(_CANNOT_RUN, reason=str(error)) from None


def _submission(
    namespace: dict[str, Any], origin: Origin, exercise: str, *, interrupted: bool = False
) -> SubmissionUnderTest:
    """Return the running notebook as a submission, `interrupted` where it computes for longer than grading lets it."""
    from antorcha.plugin.submission import SubmissionUnderTest
    from antorcha.sources.untouched import untouched
    from antorcha.student.local import LocalRunner

    files = sorted({name for value in list(namespace.values()) for name in _files_of(value)})
    runner = LocalRunner.from_namespace(f"notebook_{origin.topic.name}", namespace, files)
    if interrupted:
        runner.interrupt_calls(exercise, origin.course.limits_of(exercise))
    # Jupyter keeps the source of each cell in linecache, under the name that its code has.
    cells = "\n\n".join("".join(linecache.getlines(name)) for name in _files_of(namespace.get(exercise)))
    stubs = origin.folder.stub_digests(origin.topic)
    return SubmissionUnderTest(runner, untouched(cells, {name: stubs[name] for name in stubs if name == exercise}))


def _files_of(value: Any) -> Iterator[str]:
    """Yield the file names that Python gives to the cells in which a function or a class was defined."""
    members = list(vars(value).values()) if isinstance(value, type) else [value]
    for member in members:
        if isinstance(member, types.FunctionType) and value.__module__ == "__main__":
            yield member.__code__.co_filename


def _report(exercise: str, rounds: Rounds, *, quiz: bool, with_hints: bool) -> None:
    """Show how an exercise went. Raises: `NotStarted` or `NotRight`; of a quiz nobody here knows the answer."""
    from antorcha.results import Verdict

    results, language = rounds.results[0], rounds.language
    if all(result.verdict is Verdict.NOT_STARTED for result in results):
        last_checks.note(exercise, False, "", language)
        raise NotStarted(translate(N_("· {name}: not started yet."), language).format(name=exercise)) from None
    failed = next((result for result in results if not result.passed), None)
    texts = _texts(failed, language) if failed is not None else ()
    known_mistake = failed is not None and failed.diagnosis is not None and failed.diagnosis.kind == "variant"
    last_checks.note(exercise, failed is None, texts[0] if known_mistake else "", language)
    if failed is None and quiz:
        line = translate(N_("? {name}: answered; it is graded when you hand it in."), language)
        CellMessage("answered", line.format(name=exercise)).show()
        return
    passed = sum(result.passed for result in results)
    line = translate(N_("{symbol} {name}: visible tests passed: {passed} of {total}."), language)
    line = line.format(symbol="✗" if failed else "✓", name=exercise, passed=passed, total=len(results))
    attended = somebody_reads()
    pairs = tuple(_pairs(rounds)) if attended else ()
    if failed is None:
        CellMessage("done", line, pairs=pairs).show()
        return
    note = translate(N_("A hint: `%antorcha hint {name}`"), language).format(name=exercise) if with_hints else ""
    # A program that runs the notebook, such as `nbgrader validate`, shows the error and nothing else.
    CellMessage("wrong", line, texts, pairs=pairs, note=note).show() if attended else CellMessage("wrong", line).show()
    error = NotRight("\n".join(texts))
    error.in_short = f"✗ {exercise}" if attended else ""
    raise error from None


def _texts(failed: CheckResult, language: str) -> tuple[str, ...]:
    """Return what is said of a check that failed: its sentence, and what an error of torch means."""
    from antorcha.explain import explain, what_it_means

    if failed.diagnosis is None:
        return (str(failed.verdict),)
    said = (explain(failed.diagnosis, language, full=True), what_it_means(failed.diagnosis, language, full=True))
    return tuple(filter(None, said))


def _pairs(rounds: Rounds) -> Iterator[tuple[Side, Side]]:
    """Yield the figures of visible tests, the student's beside the one that is expected."""
    if not rounds.pictures:
        return
    from antorcha.report import words
    from antorcha.report.picture import picture

    for drawn in rounds.pictures:
        expected, mine = picture(drawn.expected), picture(drawn.drawn) if drawn.drawn else ""
        caption = words.OWN_DRAWING if mine else words.NO_OWN_DRAWING
        if expected:
            sides = (mine, caption), (expected, words.EXPECTED_DRAWING)
            left, right = (Side(image, translate(text, rounds.language)) for image, text in sides)
            yield left, right


def _points_of(course: Course, topic: str, exercise: str) -> float:
    """Return the points of an exercise. Raises: `UserError` where the course has none of this name."""
    known_topic = course.topic(topic)
    known_exercise = known_topic.exercise(exercise) if known_topic else None
    if known_exercise is None:
        raise UserError(
            f"{topic}.{exercise}: the course at {course.root} has no such exercise",
            f"is {COURSE_VARIABLE} the course that this notebook was released from?",
        )
    return known_exercise.points


def _require_proof(proof: list[CheckResult]) -> None:
    """Raise `UserError` for a hidden test that the reference does not pass: nobody is judged by that."""
    for result in proof:
        if not result.passed:
            raise UserError(f"{result.check}: the reference itself does not pass this hidden test ({result.verdict})")
