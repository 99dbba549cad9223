"""The run of an audit on the warm graders: plan, ask the cache, hand out what is left, judge."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from antorcha.audit.cache import Cache
from antorcha.audit.judge import judge, needs_no_run
from antorcha.audit.model import AuditReport, TopicAudit, shortcomings
from antorcha.audit.outcome import Outcome, outcome_of
from antorcha.audit.record import topic_record
from antorcha.audit.tasks import Kind, Plan, Task, plan
from antorcha.bulk.grade import Job, course_key, graders_for, require_isolation
from antorcha.bulk.pool import Pool
from antorcha.course.model import Course, Topic
from antorcha.report.progress import progress
from antorcha.sources.hint_checks import hint_complaints
from antorcha.sources.hints import hints_path


@dataclass(frozen=True)
class AuditOptions:
    """Options of a run.

    `folder` keeps outcomes; `changed` leaves out topics that passed and are as they were; without `mutants` nothing is
    said of how strong the tests are, and no topic counts as one that passed. `locked`: run in locked workers, as what
    students hand in, also what fails in the grader's own process.
    """

    folder: Path
    workers: int | None = None
    changed: bool = False
    fresh: bool = False
    silent: bool = False
    mutants: bool = True
    locked: bool = False


class _TopicRun:
    """One topic on its way: its plan, its cache, and the outcomes so far."""

    def __init__(self, course: Course, name: str, options: AuditOptions) -> None:
        topic = course.topic(name)
        assert topic is not None
        self.topic = topic
        self.key = audit_key(course, name)
        self.cache = Cache(options.folder, name)
        self.keys = {mutant: course_key(course, name, variants=not mutant) for mutant in (True, False)}
        self.outcomes: dict[Task, Outcome] = {}
        self.plan: Plan | None = None
        self.reused = 0
        self.mutants = options.mutants

    def unchanged(self) -> bool:
        return bool(self.cache.finished.get("passed")) and self.cache.finished.get("key") == self.key

    def prepare(self, course: Course, fresh: bool) -> list[Task]:
        """Plan the topic; return the tasks whose outcome is not known yet."""
        whole = plan(course, self.topic)
        self.plan = whole if self.mutants else whole.without_mutants()
        for task in self.plan.tasks:
            known = None if fresh else self.cache.get(self.task_key(task))
            if known is not None:
                self.outcomes[task] = known
        self.reused = len(self.outcomes)
        originals = {task.exercise: self.outcomes.get(task) for task in self.plan.tasks if task.kind is Kind.ORIGINAL}
        return [
            task
            for task in self.plan.tasks
            if task not in self.outcomes and not needs_no_run(task, originals.get(task.exercise))
        ]

    def task_key(self, task: Task) -> str:
        return task.key(self.keys[task.scope.mutant])

    def add(self, task: Task, outcome: Outcome) -> None:
        self.outcomes[task] = outcome
        if outcome.judged:  # a fault of the grader is worth another try
            self.cache.put(self.task_key(task), outcome)

    def finish(self, course: Course) -> TopicAudit:
        assert self.plan is not None
        audit = judge(self.plan, self.outcomes, self.reused)
        audit = replace(audit, faults=(*audit.faults, *_about_hints(course, self.topic)))
        if not self.mutants:
            self.cache.save(complete=False, finished=self.cache.finished)
            return audit
        passed = not shortcomings(audit, course.audit)
        record = {"key": self.key, "passed": passed, "record": topic_record(audit)}
        self.cache.save(complete=True, finished=record)
        return audit


def run_audit(course: Course, topics: Sequence[str], options: AuditOptions) -> AuditReport:
    """Audit these topics of a course.

    Raises: `UserError` where a topic cannot be graded at all (no tests, or the reference itself does not pass).
    """
    begun = time.monotonic()
    report = AuditReport()
    runs = []
    for name in topics:
        run = _TopicRun(course, name, options)
        if options.changed and run.unchanged():
            report.unchanged[name] = run.cache.finished["record"]
        else:
            runs.append(run)
    todo = [(run, task) for run in runs for task in run.prepare(course, options.fresh)]
    try:
        report.mutants_run = _work(course, todo, options)
    except BaseException:
        for run in runs:
            run.cache.save(complete=False)
        raise
    report.audits = [run.finish(course) for run in runs]
    report.seconds = time.monotonic() - begun
    return report


def _work(course: Course, todo: list[tuple[_TopicRun, Task]], options: AuditOptions) -> int:
    """Do these tasks; return the number of mutants that were run.

    What an exercise's original shows decides which of its mutants can differ from it at all: these come after it.
    """
    if not todo:
        return 0
    require_isolation("required")
    jobs = [
        Job(str(number), task.file(), replace(task.scope, own_code=task.kind.should_fail and not options.locked))
        for number, (_, task) in enumerate(todo)
    ]
    waiting = _waiting_for_originals(todo)
    numbers_waiting = {number for numbers in waiting.values() for number in numbers}
    first = [job for number, job in enumerate(jobs) if number not in numbers_waiting]
    mutants = 0
    with (
        progress(len(jobs), silent=options.silent) as meter,
        closing(Pool(course, graders_for(len(jobs), options.workers), first)) as pool,
    ):
        for graded in pool.run():
            run, task = todo[int(graded.student)]
            outcome = outcome_of(graded)
            run.add(task, outcome)
            mutants += task.kind is Kind.MUTANT
            meter.step(task.exercise or task.name)
            for number in waiting.pop((task.topic, task.exercise), ()) if task.kind is Kind.ORIGINAL else ():
                if needs_no_run(todo[number][1], outcome):
                    meter.step(task.exercise)
                else:
                    pool.add(jobs[number])
    return mutants


def _waiting_for_originals(todo: list[tuple[_TopicRun, Task]]) -> dict[tuple[str, str], list[int]]:
    """Return the numbers of the wrapper mutants of each exercise, by topic and name, whose original is to be run."""
    waiting: dict[tuple[str, str], list[int]] = {
        (task.topic, task.exercise): [] for _, task in todo if task.kind is Kind.ORIGINAL
    }
    for number, (_, task) in enumerate(todo):
        if task.mutant is not None and task.mutant.wrapper is not None and (task.topic, task.exercise) in waiting:
            waiting[task.topic, task.exercise].append(number)
    return waiting


def _about_hints(course: Course, topic: Topic) -> list[str]:
    """Return what is wrong with a topic's hints, and that there are none where the course demands them."""
    path = hints_path(course, topic.name)
    if course.audit.hints and not path.is_file():
        return [f"{path.relative_to(course.root).as_posix()}: there is no such file, and [audit] says hints = true"]
    return hint_complaints(course, topic)


def audit_key(course: Course, topic: str) -> str:
    """Return a digest of all that a topic's audit depends on: its files, ours, and the course's demands."""
    hints = hints_path(course, topic)
    parts = [course_key(course, topic), _own_digest(), repr(course.audit)]
    parts.append(hints.read_text(encoding="utf-8", errors="replace") if hints.is_file() else "")
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


@cache
def _own_digest() -> str:
    folder = Path(__file__).parent
    files = [*sorted(folder.rglob("*.py")), folder.parent / "variants.py"]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
