"""The grading of a delivery into a results folder: the one way for the command and for Python (`antorcha.grade`).

for graded in antorcha.grade("course", "class.zip", out="results"):
    print(graded.student, graded.result.topic, graded.result.points)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from antorcha.bulk.grade import Engine, Graded, LocalEngine
from antorcha.course.load import load_course
from antorcha.course.locate import find_course
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.export.record import all_marks
from antorcha.export.worth_a_look import case_row, write_worth_a_look
from antorcha.grading.class_table import ClassTable
from antorcha.grading.run import GradingOptions, GradingRun, Progress
from antorcha.grading.run import grade as grade_delivery
from antorcha.report.worth_a_look import CaseToSee, cases_in
from antorcha.results_folder.class_overview import ClassOverview
from antorcha.results_folder.delivered import read_source
from antorcha.results_folder.dry_run import DryRun
from antorcha.results_folder.folder import write_results
from antorcha.results_folder.paths import (
    class_page,
    database,
    list_of_cases,
    refuse_results_among_submissions,
    status,
)
from antorcha.results_folder.rules import class_rules
from antorcha.results_folder.running import status_file
from antorcha.results_folder.selection import with_students, with_topics
from antorcha.store.db import Source, Store
from antorcha.store.standing import MarkChange, changes, record_changes, standing_topics

AnyPath = str | os.PathLike[str]


class FolderGrading:
    """A class on its way into a results folder: iterate it, once, to grade.

    It yields each result when the database has it. After the last one `grades.csv` and the pages are written, and
    `table`, `cases`, `changed_pages` and `unwritten` (a sentence for each page that could not be made) are there.
    Whoever stops early loses nothing: what was graded is in the database, and the next run goes on from there.
    """

    table: ClassTable
    cases: list[CaseToSee]
    changes: list[MarkChange]
    changed_pages: int
    unwritten: list[str]

    def __init__(
        self, run: GradingRun, out: Path, students: Sequence[str], ends: ExitStack, *, why: str, dry: bool
    ) -> None:
        """`ends`: what the run holds open, closed when it has ended; `dry`: it writes no mark and no page."""
        self.run = run
        self.out = out
        self.dry = dry
        self.changes = []
        self.changed_pages = 0
        self.unwritten = []
        self._students = students
        self._ends = ends
        self._why = why

    def __iter__(self) -> Iterator[Graded]:
        """Grade. Raises: `UserError` where nobody can be graded, or results cannot be written."""
        with self._ends:
            yield from self._graded()
            self.cases = self._keep_cases(self.run.store)
            if self.dry:
                return
            overview = ClassOverview(self.run.store, self.table)
        # The store is closed first: whatever keeps a page from being written, the results are on the disk.
        self.changed_pages, self.unwritten = write_results(self.out, self.table, self._students)
        self.unwritten += overview.write(class_page(self.out))

    def _graded(self) -> Iterator[Graded]:
        """Yield each result, write the marks of the class, and keep which of them have changed."""
        store = self.run.store
        before = standing_topics(store)
        try:
            with status_file(status(self.out), self.run.total) as self.run.watch:
                yield from self.run
            self.table = self.run.table()
            store.record_marks(all_marks(self.table.rows))
        except UserError:
            if self.run.done and not self.dry:  # what has a result keeps it, whatever keeps the rest from one
                write_results(self.out, self.run.table(), self._students)
            raise
        finally:  # of a run that is cut short too: what it wrote has changed marks
            if self.run.done:
                self.changes = changes(before, standing_topics(store))
                record_changes(store, self.changes, self._why)

    def _keep_cases(self, store: Store) -> list[CaseToSee]:
        """Write what a person should look at to the store and to a list beside it, and return it."""
        run = self.run
        cases = cases_in(
            self.table.rows,
            run.delivery,
            judged_twice=run.judged_twice,
            kept=run.kept,
            outdated=run.outdated,
            absent=run.absent,
            unmatched=run.unmatched,
        )
        store.record_worth_a_look(map(case_row, cases))
        if not self.dry:
            write_worth_a_look(list_of_cases(self.out), cases)
        return cases


def grade(
    course: Course | AnyPath,
    submissions: AnyPath,
    *,
    out: AnyPath = "results",
    topics: Sequence[str] = (),
    students: Sequence[str] = (),
    delivered_as: str = "",
    roster: AnyPath | None = None,
    rules: str | None = None,
    jobs: int | None = None,
    regrade: bool = False,
    isolation: str = "required",
    forget_absent: bool = False,
    scheduler: str = "",
    progress: Progress | None = None,
    dry_run: bool = False,
    why: str = "",
) -> FolderGrading:
    """Read a delivery and return its grading, which has to be iterated; the options are those of `antorcha grade`.

    `course`: its folder, or any folder inside it; `submissions`: a folder, an archive or one file; `delivered_as`: the
    format, where it is not to be recognised; `rules`: a file, or "none"; `jobs`: submissions at once, `None` for one a
    core; `scheduler`: of the Dask cluster that grades, "" for this machine; `progress` is called after each result;
    `dry_run`: write no mark and no page, and let `changes` say what would change; `why`: kept in the history of each
    mark that changes.
    Raises: `UserError` for a course, delivery, roster, rules or names that cannot be read or are not there, or a
    cluster that cannot be reached.
    """
    known = course if isinstance(course, Course) else load_course(find_course(Path(course)))
    folder, path = Path(out), Path(submissions)
    part = with_topics(known, topics) if topics else None
    refuse_results_among_submissions(path, folder)
    its_rules, rules_file = class_rules(rules, known, database(folder))
    each_attempt = its_rules is not None and its_rules.wants_each_attempt
    source = Source(str(path), delivered_as, str(roster or ""), each_attempt)
    delivery = read_source(source, known)
    chosen = with_students(delivery.submissions, students)
    engine = _engine(scheduler, jobs, isolation)
    options = GradingOptions(engine, regrade, forget_absent, its_rules, rules_file, source.from_anywhere())
    with ExitStack() as ends:
        ends.callback(engine.close)
        if dry_run:
            store = ends.enter_context(DryRun(database(folder))).store
        else:
            store = ends.enter_context(Store(database(folder)))
        run = grade_delivery(known, delivery, store, topics=part, students=chosen, options=options, progress=progress)
        return FolderGrading(run, folder, students, ends.pop_all(), why=why, dry=dry_run)


def _engine(scheduler: str, jobs: int | None, isolation: str) -> Engine:
    if not scheduler:
        return LocalEngine(jobs, isolation)
    if jobs is not None:
        raise UserError(
            "--jobs is about graders on this machine, and --scheduler about those of a cluster",
            "say one of them: a Dask worker grades as many submissions at once as it has threads",
        )
    from antorcha.cluster.connection import check_place

    check_place(scheduler)
    from antorcha.cluster.engine import ClusterEngine  # imports Dask, which may not be here

    return ClusterEngine(scheduler, isolation)
