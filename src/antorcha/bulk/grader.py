"""A warm grader: a process that has collected the hidden tests once and runs them on one hand-in after another.

    python -m antorcha.bulk.grader DESCRIPTOR CONFIG

It reads jobs (a JSON line each) from a socket and answers each with a `TopicResult`. It is trusted: it holds the
reference and the hidden tests, and the student's code runs in its zygote's locked workers only.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from antorcha.accelerator import gpus
from antorcha.accelerator.devices import ACCELERATOR, find, is_real
from antorcha.accelerator.lease import Lease
from antorcha.bulk.evidence import evidence_in
from antorcha.bulk.gallery import Gallery
from antorcha.bulk.protocol import Scope, ready, refusal, scope_from_json, source_from_json, waiting
from antorcha.bulk.runners import Runners
from antorcha.course.model import Topic
from antorcha.errors import UserError
from antorcha.intake.model import Source
from antorcha.plugin.check import CourseError
from antorcha.plugin.devices import is_lost, merged, parity
from antorcha.plugin.keys import CHECK, WORKSHOP
from antorcha.plugin.quizzes import Unshuffled, require_complete
from antorcha.plugin.recognise import EXPLAINABLE, Asked, explained, refine
from antorcha.plugin.rounds import run_round, with_evidence
from antorcha.plugin.workshop import HandIn, Workshop, live_witness, one_for_accelerators
from antorcha.results import (
    CheckResult,
    Diagnosis,
    Picture,
    TopicResult,
    Verdict,
    score_exercise,
    to_json,
)
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.student.untouched import untouched
from antorcha.variants import Variant
from antorcha.worker.client import WorkerError, Zygote
from antorcha.worker.lockdown import Settings


@dataclass
class TopicTests:
    """The hidden tests of one topic, and how many comparisons each makes on the reference."""

    topic: Topic
    items: list[pytest.Item] = field(default_factory=list)
    owed: dict[tuple[str, str], int] = field(default_factory=dict)  # by check and device
    gallery: Gallery = field(default_factory=Gallery)


class Grader:
    """A pytest plugin whose run loop serves jobs instead of running each test once."""

    def __init__(self, connection: socket.socket, settings: Settings, preload: Sequence[str]) -> None:
        self.connection = connection
        self.lease = Lease(lambda: self.tell(waiting())) if settings.use_gpu else None
        self.broken = False  # CUDA in this process: by an answer, or since the GPU is gone
        self.start_zygote = partial(Zygote, settings, preload)
        self.zygote = self.start_zygote()
        self.tests: dict[str, TopicTests] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        workshop = session.config.stash[WORKSHOP]
        workshop.locked, workshop.lease = True, self.lease
        if self.lease is not None:
            _hide_the_gpu()
        for item in session.items:
            topic, place = workshop.topic(item.path), workshop.place(item.path)
            if topic is None or place is None:
                continue
            tests = self.tests.setdefault(topic.name, TopicTests(topic))
            if item.path.parent == place.course.exercises_dir:
                tests.gallery.consider(item, topic)
            else:
                tests.items.append(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("the hidden tests cannot be collected")
        workshop = session.config.stash[WORKSHOP]
        self.tell(ready())
        for job in self.jobs():
            answer = self.answer(job, workshop)
            if self.broken:
                self.tell({**answer, "leaving": True})
                break
            self.tell(answer)
        return True

    def jobs(self) -> Iterator[dict[str, Any]]:
        """What there is to do, until the one who hands it out hangs up or is killed, in the middle of a line too."""
        with suppress(ConnectionResetError), self.connection.makefile("r", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

    def tell(self, message: dict[str, Any]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # nobody is there any more: `jobs` ends
            self.connection.sendall(json.dumps(message).encode("ascii") + b"\n")

    def answer(self, job: dict[str, Any], workshop: Workshop) -> dict[str, Any]:
        """The result of one job, or why there can be none (the course's own mistake)."""
        source, scope = source_from_json(job["source"]), scope_from_json(job["scope"])
        try:
            tests = self.ready_tests(source.topic, workshop)
            result, evidence = self.grade(tests, source, scope, workshop, job["reader"])
            return {"result": to_json(result), "evidence": evidence}
        except (CourseError, UserError) as error:
            return refusal(str(error))
        finally:
            if self.lease is not None:
                self.lease.release()

    def ready_tests(self, name: str, workshop: Workshop) -> TopicTests:
        """The tests of a topic, proven once on the reference before they judge anybody."""
        tests = self.tests.get(name)
        if tests is None:
            raise UserError(f"there are no hidden tests for {name}", f"expected graders/test_{name}.py")
        if not tests.owed:
            tests.owed = self.prove(tests, workshop)
        return tests

    def prove(self, tests: TopicTests, workshop: Workshop) -> dict[tuple[str, str], int]:
        place = workshop.place(tests.items[0].path)
        assert place is not None
        path = place.course.reference_dir / f"{tests.topic.name}.py"
        load = partial(LocalRunner.from_file, f"proof_{tests.topic.name}", path)
        proof = HandIn(load(), special=one_for_accelerators(load))
        tests.gallery.hang(proof, workshop)
        if tests.topic.quizzes:
            require_complete(place.course, tests.topic, live_witness(place.course, tests.topic.name))
        results = list(run_round(tests.items, proof, workshop))
        for result in results:
            if not result.passed and result.verdict is not Verdict.NOT_TESTED:
                private = result.diagnosis.private if result.diagnosis else {}
                raise UserError(
                    f"{result.check}: the reference itself does not pass this hidden test "
                    f"({result.verdict}: {private.get('message') or result.diagnosis})",
                    "mend the test or the reference; nobody can be graded with it",
                )
        untried = next((result.diagnosis for result in results if is_lost(result)), None)
        if self.lease is not None and untried is not None:  # nobody is judged by what was not proven
            self.lease.lose(str(untried.private["why"]))
        covered = {result.exercise for result in results}
        bare = [exercise.name for exercise in tests.topic.exercises if exercise.name not in covered]
        if bare:
            raise UserError(
                f"{tests.topic.name}: no hidden test grades {', '.join(bare)}",
                "write one, or take the exercise out of grading.toml",
            )
        return {(result.check, result.device): result.comparisons for result in results}

    def grade(
        self, tests: TopicTests, source: Source, scope: Scope, workshop: Workshop, reader: str
    ) -> tuple[TopicResult, str]:
        """The result for one hand-in; once more, from the start and with a fresh zygote, when the machinery failed.

        `reader`: the student in whose order the options of quizzes stood, "" for the course's own order.
        """
        try:
            return self.grade_once(tests, source, scope, workshop, reader)
        except WorkerError:
            try:
                return self.grade_once(tests, source, scope, workshop, reader)
            except WorkerError as error:
                return _our_fault(tests.topic, str(error)), ""

    def grade_once(
        self, tests: TopicTests, source: Source, scope: Scope, workshop: Workshop, reader: str
    ) -> tuple[TopicResult, str]:
        """Errors: `WorkerError` when the machinery failed; nothing that a check found meanwhile counts."""
        started = time.monotonic()
        place = workshop.place(tests.items[0].path)
        assert place is not None
        runners = Runners(self.living_zygote(), source, place.course, self.lease)
        code = "\n\n".join(cell.code for cell in source.cells)
        idle = frozenset() if scope.probe else untouched(code, workshop.stubs(place, tests.topic))
        items = [item for item in tests.items if not scope.only or item.stash[CHECK].exercise in scope.only]
        if self.lease is not None:  # the GPU is held from the first check that needs it
            items.sort(key=_needs_a_lease)
        try:
            read = partial(Unshuffled, course=place.course, topic=tests.topic, student=reader) if reader else _as_it_is
            hand_in = HandIn(read(runners.plain), idle, lambda check: read(runners.special(check)))
            asked = _asked(run_round(items, hand_in, workshop), runners)
            proven = (with_evidence(one, tests.owed.get((one.check, one.device), 1)) for one in asked)
            found = list(_to_first_failure(proven) if scope.probe else proven)
            checks = _one_a_test(self.blamed(found, runners), items)
            evidence = evidence_in(items) if scope.probe and all(_fine(check) for check in checks) else ""
            checks = checks if scope.probe else _recognised(checks, tests, workshop)
            note = runners.plain.whole_file()
            pictures = [] if scope.probe else self.drawn(tests, runners, workshop)
        finally:
            runners.close()
        result = replace(
            _assemble(tests.topic, checks, pictures),
            verdict=runners.plain.load_verdict,
            note=note,
            output=runners.output,
            seconds=round(time.monotonic() - started, 6),
        )
        return result, evidence

    def blamed(self, checks: list[CheckResult], runners: Runners) -> list[CheckResult]:
        """Where CUDA broke on this side: was it the GPU, or what we did with an answer of this hand-in?

        A fresh worker tells. This process can use the GPU no more, and ends with this hand-in.
        """
        here = [one for one in checks if is_lost(one) and one.diagnosis is not None and one.diagnosis.private["here"]]
        if not here:
            return checks
        self.broken = True
        if not runners.gpu_works():
            return checks
        own = Diagnosis("device_broken")
        return [replace(one, verdict=Verdict.WRONG, diagnosis=own) if one in here else one for one in checks]

    def drawn(self, tests: TopicTests, runners: Runners, workshop: Workshop) -> list[tuple[str, Picture]]:
        """What the hand-in draws for its visible tests, in workers that no hidden input has ever reached."""
        fresh = runners.afresh()
        try:
            return tests.gallery.of(HandIn(fresh.plain, special=fresh.special), workshop)
        finally:
            fresh.close()

    def living_zygote(self) -> Zygote:
        if not self.zygote.alive:
            self.zygote.close()
            self.zygote = self.start_zygote()
        return self.zygote


def _hide_the_gpu() -> None:
    """The reference must meet on the CPU what a worker meets there: no GPU. `standing` shows it."""
    from antorcha.accelerator.real import hide

    for role in (ACCELERATOR, "cuda"):  # what is found is remembered; nothing is found once it is hidden
        find(role, locked=True)
    hide()


def _needs_a_lease(item: pytest.Item) -> bool:
    return is_real(find(item.stash[CHECK].role, locked=True).name or "")


def _as_it_is(runner: Runner) -> Runner:
    return runner


def _asked(results: Iterator[CheckResult], runners: Runners) -> Iterator[CheckResult]:
    """The results, as long as the hand-in could be asked. Errors: a runner's `WorkerError`."""
    for result in results:
        if runners.failure is not None:
            raise runners.failure
        yield result


def _one_a_test(checks: list[CheckResult], items: list[pytest.Item]) -> list[CheckResult]:
    """A test that ran on several devices is one check; it remembers how far its answers lay apart."""
    if len(checks) == len({one.check for one in checks}):
        return checks
    traces = _traces(items)
    both = merged(checks)
    return [replace(one, parity=parity(traces[one.check])) if "+" in one.device else one for one in both]


def _traces(items: list[pytest.Item]) -> dict[str, list[list[Asked]]]:
    """What each test asked, on each of its devices."""
    traces: dict[str, list[list[Asked]]] = {}
    for item in items:
        traces.setdefault(item.stash[CHECK].test, []).append(item.stash[CHECK].trace)
    return traces


def _to_first_failure(results: Iterator[CheckResult]) -> Iterator[CheckResult]:
    for result in results:
        yield result
        if not _fine(result):
            return


def _fine(result: CheckResult) -> bool:
    """Whether nothing speaks against the answer: a device that is not here does not."""
    return result.passed or result.verdict is Verdict.NOT_TESTED


def _recognised(checks: list[CheckResult], tests: TopicTests, workshop: Workshop) -> list[CheckResult]:
    """Explain failed checks by the known mistakes that the hand-in's answers behave like."""
    place = workshop.place(tests.items[0].path)
    assert place is not None
    witness = workshop.witness(place, tests.topic)
    text = workshop.course_text(place)
    traces = {test: list(chain.from_iterable(each)) for test, each in _traces(tests.items).items()}
    found: dict[str, Variant] = {}
    for exercise in {check.exercise for check in checks if check.verdict in EXPLAINABLE}:
        its = [check for check in checks if check.exercise == exercise]
        failed = [check.check for check in its if check.verdict in EXPLAINABLE]
        found |= refine({one.check: traces[one.check] for one in its}, failed, exercise, witness, place.course)
    return [
        replace(check, diagnosis=explained(check.diagnosis, found[check.check], text))
        if check.check in found and check.diagnosis is not None
        else check
        for check in checks
    ]


def _assemble(topic: Topic, checks: list[CheckResult], pictures: Sequence[tuple[str, Picture]] = ()) -> TopicResult:
    exercises = tuple(
        replace(
            score_exercise(one.name, one.points, tuple(check for check in checks if check.exercise == one.name)),
            pictures=tuple(picture for name, picture in pictures if name == one.name),
        )
        for one in topic.exercises
    )
    return TopicResult(topic.name, exercises)


def _our_fault(topic: Topic, message: str) -> TopicResult:
    diagnosis = Diagnosis("grader_error", {}, {"message": message})
    checks = [CheckResult("", one.name, Verdict.GRADER_ERROR, diagnosis=diagnosis) for one in topic.exercises]
    return replace(_assemble(topic, checks), verdict=Verdict.GRADER_ERROR, note=diagnosis)


def main() -> int:
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    config = json.loads(sys.argv[2])
    if config["gpu"] is not None:
        gpus.pin(config["gpu"])
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # as in the workers
    import torch

    torch.set_num_threads(1)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    grader = Grader(connection, Settings(**config["settings"]), config["preload"])
    root = Path(config["root"])
    files = [str(root / "graders" / f"test_{topic}.py") for topic in config["topics"]]
    files += [str(root / "exercises" / f"test_{topic}.py") for topic in config["drawing"]]
    options = ["-c", os.devnull, "--rootdir", str(root), "-p", "antorcha.plugin"]
    quiet = [*NO_PLUGINS, "--capture=no", "--import-mode=importlib", "-o", "addopts="]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = nowhere  # what a course's own tests print is nobody's to read here
        code = pytest.main([*options, *quiet, *files], plugins=[grader, _Complaints(grader)])
    grader.zygote.close()
    return int(code)


# What looks after a terminal, a log or a debugger costs time in every phase of every check, and nobody looks.
_UNWANTED = (
    *("terminal", "cacheprovider", "logging", "warnings"),
    *("faulthandler", "debugging", "unraisableexception", "threadexception"),
)
NO_PLUGINS = [option for name in _UNWANTED for option in ("-p", f"no:{name}")]


class _Complaints:
    """Collects why the hidden tests could not be collected, and tells the one who waits for the grader."""

    def __init__(self, grader: Grader) -> None:
        self.grader = grader
        self.texts: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.texts.append(str(report.longrepr).strip())

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None]:
        try:
            yield
        except pytest.UsageError as error:  # a test that grades no exercise
            self.grader.tell(refusal(str(error)))
            raise

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self.texts:
            self.grader.tell(refusal("the hidden tests cannot be collected:\n" + "\n".join(self.texts)[-3000:]))


if __name__ == "__main__":
    sys.exit(main())
