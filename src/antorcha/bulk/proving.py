"""The proof of a topic's hidden tests on the reference, before they judge anybody."""

from __future__ import annotations

from antorcha.accelerator.lease import Lease
from antorcha.bulk.proofs import Proof, ProvenCheck
from antorcha.bulk.topic_tests import TopicTests
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plugin.answers import reference_mistakes
from antorcha.plugin.check import CHECK
from antorcha.plugin.content import NO_CONTENT
from antorcha.plugin.devices import is_lost
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.quizzes import require_complete
from antorcha.plugin.rounds import run_round
from antorcha.plugin.submission import SubmissionUnderTest, choose_among_loads
from antorcha.results import CheckResult, Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.runners import Runners


def prove(tests: TopicTests, grading: GradingSession, lease: Lease | None) -> Proof:
    """Run a topic's tests on the reference; return how many comparisons each made.

    `lease`: lost here when the tests for a real GPU could not be tried, so that nobody is judged by them.
    Raises: `UserError` when the reference does not pass, or an exercise has no hidden test.
    """
    course = tests.course
    reference = _reference(tests)
    tests.figures.draw_expected(reference, grading)
    if tests.topic.quizzes:
        require_complete(course, tests.topic, reference_mistakes(course, tests.topic.name))
    results = list(run_round(tests.items, reference, grading))
    _require_passed(results)
    untried = next((result.diagnosis for result in results if is_lost(result)), None)
    if lease is not None and untried is not None:
        lease.lose(str(untried.private["why"]))
    _require_every_exercise(tests)
    return Proof(tuple(ProvenCheck(result.check, result.device, result.comparisons) for result in results))


def rely_on(proof: Proof, tests: TopicTests, grading: GradingSession) -> None:
    """Let a topic's tests judge by a proof of them; first draw what each grader has to know of the reference."""
    if tests.figures.items and not tests.figures.expected:
        tests.figures.draw_expected(_reference(tests), grading)
    tests.required_comparisons = {(row.check, row.device): row.comparisons for row in proof.checks}


def _reference(tests: TopicTests) -> SubmissionUnderTest:
    path = tests.course.reference_dir / f"{tests.topic.name}.py"

    def load(scratch: bool) -> LocalRunner:
        return LocalRunner.from_file(f"proof_{tests.topic.name}", path, scratch=scratch)

    return SubmissionUnderTest(load(False), choose_runner=choose_among_loads(load, tests.course))


def prove_scenarios(tests: TopicTests, grading: GradingSession, runners: Runners) -> None:
    """Run the tests that send code to workers once more, on the reference in a locked worker.

    A scenario may use what only this process has, and every submission would be blamed for it. `runners`: of the
    reference's own file, as `reference_file` reads it.
    Raises: `UserError` when a test does not pass there, `WorkerError` when the machinery failed.
    """
    items = [item for item in tests.items if any(call.content != NO_CONTENT for call in item.stash[CHECK].trace)]
    # What the reference cannot do in a worker at all is no scenario's fault.
    if not items or runners.plain.whole_file() is not None:
        return
    submission = SubmissionUnderTest(runners.plain, choose_runner=runners.runner_for)
    for result in run_round(items, submission, grading):
        if runners.failure is not None:
            raise runners.failure
        if result.passed or result.verdict is Verdict.NOT_TESTED or result.verdict.about.depends_on_machine:
            continue
        private = result.diagnosis.private if result.diagnosis else {}
        raise UserError(
            f"{result.check}: the reference passes this hidden test here and not in a locked worker "
            f"({result.verdict}: {private.get('message') or result.diagnosis})",
            "a scenario runs in the worker: let it use nothing of this machine, and what its test file defines",
        )


def reference_file(course: Course, topic: str) -> SubmittedFile:
    """Return the reference as if it had been handed in."""
    filename = f"{topic}.py"
    code = (course.reference_dir / filename).read_bytes().decode("utf-8-sig")
    return SubmittedFile(topic, filename, (Cell(code, filename),))


def _require_passed(results: list[CheckResult]) -> None:
    for result in results:
        if not result.passed and result.verdict is not Verdict.NOT_TESTED:
            private = result.diagnosis.private if result.diagnosis else {}
            raise UserError(
                f"{result.check}: the reference itself does not pass this hidden test "
                f"({result.verdict}: {private.get('message') or result.diagnosis})",
                "mend the test or the reference; nobody can be graded with it",
            )


def _require_every_exercise(tests: TopicTests) -> None:
    untested = [exercise.name for exercise in tests.topic.checked if exercise.name not in tests.hidden]
    if untested:
        raise UserError(
            f"{tests.topic.name}: no hidden test grades {', '.join(untested)}",
            "write one, or take the exercise out of grading.toml",
        )
