"""The judgement of one submission: a topic's hidden tests run on it in locked workers and make its result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from antorcha.accelerator.devices import find, is_real
from antorcha.accelerator.lease import Lease
from antorcha.bulk.details import details_of, mistakes_considered
from antorcha.bulk.essays import read_essays
from antorcha.bulk.evidence import evidence_in
from antorcha.bulk.explaining import draw_figures, merge_devices, name_known_mistakes
from antorcha.bulk.own_code import OwnCodeRunners
from antorcha.bulk.protocol import Explanation, GraderJob, JudgedJob, MutantEvidence, Scope
from antorcha.bulk.topic_result import assemble, not_judged
from antorcha.bulk.topic_tests import TopicTests
from antorcha.course.device_kinds import CPU
from antorcha.disclosure.known_words import known_words
from antorcha.disclosure.telling import told
from antorcha.plugin.check import CHECK, Check
from antorcha.plugin.devices import is_lost
from antorcha.plugin.grading_session import GradingSession
from antorcha.plugin.quizzes import Unshuffled
from antorcha.plugin.recognise import EXPLAINABLE
from antorcha.plugin.rounds import run_round, with_evidence
from antorcha.plugin.submission import SubmissionUnderTest
from antorcha.plugin.test_folder import ORIGIN
from antorcha.results import CheckResult, Diagnosis, Verdict
from antorcha.sources.untouched import untouched_in
from antorcha.student.runner import Runner
from antorcha.student.runners import Runners
from antorcha.worker.client import WorkerError, Zygote


@dataclass
class Judge:
    """The judge of one submission after another, with a zygote for their workers and the right to a GPU."""

    zygote: Zygote
    lease: Lease | None = None
    gpu_broken: bool = False  # CUDA in this process: by an answer, or since the GPU is gone

    def judge(self, tests: TopicTests, job: GraderJob, grading: GradingSession) -> JudgedJob:
        """Return a submission's result, with what the job asks for beside it: for a mutant that passed, its evidence.

        When the machinery failed, the submission is judged once more from the start, with a living zygote: half of a
        run proves nothing about the other half. The course's own code that fails is done with in this process.
        """
        if job.scope.own_code and self.lease is None:
            failed = self._failed_here(tests, job, grading)
            if failed is not None:
                return failed
        try:
            return self._judge_once(tests, job, grading)
        except WorkerError:
            try:
                return self._judge_once(tests, job, grading)
            except WorkerError as error:
                return JudgedJob(not_judged(tests.topic, str(error)))

    def _judge_once(self, tests: TopicTests, job: GraderJob, grading: GradingSession) -> JudgedJob:
        """Judge a submission once. Raises: `WorkerError` when the machinery failed: then no check counts."""
        started = time.monotonic()
        scope = job.scope
        runners = Runners(self.living_zygote(), job.file, tests.course, self.lease)
        items = self._chosen_items(tests, scope)
        try:
            submission = self._under_test(tests, job, runners.plain, runners.runner_for)
            answered = _while_askable(run_round(items, submission, grading), runners)
            results = _counted(answered, tests, scope)
            checks = merge_devices(self._attribute_gpu_failures(results, runners), items)
            evidence = evidence_in(items) if scope.mutant and all(map(_speaks_for_it, checks)) else MutantEvidence()
            pictures = []
            essays = []
            explanation = _explanation(items, checks, tests, grading) if scope.explain else Explanation()
            if not scope.mutant:
                checks = name_known_mistakes(checks, tests, grading)
                pictures = draw_figures(tests, runners, grading)
            if not scope.mutant and not scope.only:
                essays = read_essays(
                    tests.topic,
                    runners.plain,
                    submission.untouched,
                    in_notebook=job.file.filename.endswith(".ipynb"),
                )
                if runners.failure is not None:
                    raise runners.failure
            note = runners.plain.whole_file()
            known = known_words(tests.course, tests.topic.name, job.file)
            checks = [
                replace(check, diagnosis=told(check.diagnosis, known)) if check.diagnosis else check
                for check in (*checks, *(check for check, _ in essays))
            ]
        finally:
            runners.close()
        # Only now, since what a submission printed is complete when its workers are closed.
        result = replace(
            assemble(tests.topic, checks, pictures, {check.exercise: text for check, text in essays}),
            verdict=runners.plain.load_verdict,
            note=told(note, known) if note else None,
            output=runners.output,
            seconds=round(time.monotonic() - started, 6),
        )
        return JudgedJob(result, evidence, explanation)

    def _failed_here(self, tests: TopicTests, job: GraderJob, grading: GradingSession) -> JudgedJob | None:
        """Return the result of the course's own code where it fails by its answers; else a locked worker must tell."""
        runners = OwnCodeRunners(job.file, tests.course)
        if runners.plain.whole_file() is not None:
            return None
        items = self._chosen_items(tests, job.scope)
        submission = self._under_test(tests, job, runners.plain, runners.runner_for)
        checks = merge_devices(_counted(run_round(items, submission, grading), tests, job.scope), items)
        if not _fails_by_its_answers(checks):
            return None
        if not job.scope.mutant:
            checks = name_known_mistakes(checks, tests, grading)
        return JudgedJob(assemble(tests.topic, checks, [], {}))

    def _chosen_items(self, tests: TopicTests, scope: Scope) -> list[pytest.Item]:
        items = [item for item in tests.items if not scope.only or item.stash[CHECK].exercise in scope.only]
        if scope.at_home:
            items = [item for item in items if not item.stash[ORIGIN].hidden and item.stash[CHECK].role == CPU]
        if self.lease is not None:  # last, since the GPU is held from the first check that needs it
            items.sort(key=lambda item: is_real(find(item.stash[CHECK].role, locked=True).name or ""))
        return items

    @staticmethod
    def _under_test(
        tests: TopicTests, job: GraderJob, plain: Runner, runner_for: Callable[[Check], Runner]
    ) -> SubmissionUnderTest:
        """Return the submission as the tests call it, with its quizzes' options back in the course's order."""

        def in_course_order(runner: Runner) -> Runner:
            if not job.option_order:
                return runner
            return Unshuffled(runner, course=tests.course, topic=tests.topic, student=job.option_order)

        stubs = tests.origin.folder.stub_digests(tests.topic)
        # A mutant may look like the stub by chance, and is one that somebody has worked on.
        idle = frozenset() if job.scope.mutant else untouched_in((cell.code for cell in job.file.cells), stubs)
        return SubmissionUnderTest(
            in_course_order(plain),
            idle,
            lambda check: in_course_order(runner_for(check)),
            job.scope.smallest_input,
        )

    def _attribute_gpu_failures(self, checks: list[CheckResult], runners: Runners) -> list[CheckResult]:
        """Blame the GPU, or an answer of this submission, for CUDA having broken on this side.

        A fresh worker tells. This process can use the GPU no more, and ends with this submission.
        """
        here = [check for check in checks if is_lost(check) and check.diagnosis and check.diagnosis.private["here"]]
        if not here:
            return checks
        self.gpu_broken = True
        if not runners.gpu_works():
            return checks
        broken = Diagnosis("device_broken")
        return [replace(check, verdict=Verdict.WRONG, diagnosis=broken) if check in here else check for check in checks]

    def living_zygote(self) -> Zygote:
        """Return the zygote, or a fresh one where it has ended."""
        if not self.zygote.alive:
            self.zygote.close()
            self.zygote = self.zygote.started_again()
        return self.zygote


def _explanation(
    items: Sequence[pytest.Item], checks: Sequence[CheckResult], tests: TopicTests, grading: GradingSession
) -> Explanation:
    return Explanation(
        tuple(details_of(items, checks, tests, grading.answers)),
        tuple(mistakes_considered(items, checks, tests, grading.answers)),
    )


def _while_askable(results: Iterator[CheckResult], runners: Runners) -> Iterator[CheckResult]:
    """Yield the results as long as the submission could be asked. Raises: a runner's `WorkerError`."""
    for result in results:
        if runners.failure is not None:
            raise runners.failure
        yield result


def _counted(results: Iterator[CheckResult], tests: TopicTests, scope: Scope) -> list[CheckResult]:
    """Return the results that count, of a mutant up to the first failure."""
    counted = (
        with_evidence(result, tests.required_comparisons.get((result.check, result.device), 1)) for result in results
    )
    return list(_to_first_failure(counted) if scope.mutant else counted)


def _to_first_failure(results: Iterator[CheckResult]) -> Iterator[CheckResult]:
    for result in results:
        yield result
        if not _speaks_for_it(result):
            return


def _fails_by_its_answers(checks: Sequence[CheckResult]) -> bool:
    """Return whether a check failed, and none for what may end otherwise in a locked worker, such as a limit."""
    failed = [check.verdict for check in checks if not _speaks_for_it(check)]
    return bool(failed) and all(verdict in EXPLAINABLE for verdict in failed)


def _speaks_for_it(result: CheckResult) -> bool:
    """Return whether a result says nothing against the answer, as of a check whose device is not here."""
    return result.passed or result.verdict is Verdict.NOT_TESTED
