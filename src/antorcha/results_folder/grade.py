"""The grading of a delivery into a results folder: the one way for the command and for Python (`antorcha.grade`).

for graded in antorcha.grade("course", "class.zip", out="results"):
    print(graded.student, graded.result.topic, graded.result.points)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
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
from antorcha.intake.read import read_delivery
from antorcha.intake.roster import read_roster
from antorcha.report.worth_a_look import CaseToSee, cases_in
from antorcha.results_folder.desk import Desk
from antorcha.results_folder.folder import write_results
from antorcha.results_folder.paths import class_page, database, list_of_cases, refuse_results_among_submissions
from antorcha.results_folder.rules import class_rules
from antorcha.results_folder.selection import with_students, with_topics
from antorcha.results_folder.trial import Trial
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
        self, run: GradingRun, out: Path, students: Sequence[str], why: str = "", trial: Trial | None = None
    ) -> None:
        self.run = run
        self.out = out
        self.trial = trial
        self._students = students
        self._why = why
        self._desk: Desk | None = None

    def __iter__(self) -> Iterator[Graded]:
        """Grade. Raises: `UserError` where nobody can be graded, or results cannot be written."""
        store = self.run.store
        before = standing_topics(store)
        try:
            yield from self.run
            self.table = self.run.table()
            store.record_marks(all_marks(self.table.rows))
            self.cases = self._keep_cases(store)
            self._desk = Desk(store, self.table) if self.trial is None else None
        except UserError:
            if self.run.results and self.trial is None:  # what has a result keeps it, whatever keeps the rest from one
                write_results(self.out, self.run.table(), self._students)
            raise
        finally:  # of a run that is cut short too: what it wrote has changed marks
            if self.run.results:
                self.changes = changes(before, standing_topics(store))
                record_changes(store, self.changes, self._why)
            store.close()
            if self.trial is not None:
                self.trial.end()
        if self.trial is not None:
            self.changed_pages, self.unwritten = 0, []
            return
        # The store is closed first: whatever keeps a page from being written, the results are on the disk.
        self.changed_pages, self.unwritten = write_results(self.out, self.table, self._students)
        if self._desk is not None:
            self.unwritten += self._desk.write(class_page(self.out))

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
        if self.trial is None:
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
    folder, source = Path(out), Path(submissions)
    part = with_topics(known, topics) if topics else None
    refuse_results_among_submissions(source, folder)
    people = read_roster(Path(roster)) if roster else None
    its_rules, rules_file = class_rules(rules, known, database(folder))
    each_attempt = its_rules is not None and its_rules.wants_each_attempt
    delivery = read_delivery(source, known, format_name=delivered_as, roster=people, each_attempt=each_attempt)
    chosen = with_students(delivery.submissions, students)
    found_again = Source(
        str(source.resolve()), delivered_as, str(Path(roster).resolve()) if roster else "", each_attempt
    )
    engine = _engine(scheduler, jobs, isolation)
    options = GradingOptions(engine, regrade, forget_absent, its_rules, rules_file, found_again)
    trial = Trial(database(folder)) if dry_run else None
    run = grade_delivery(
        known,
        delivery,
        trial.store if trial else Store(database(folder)),
        topics=part,
        students=chosen,
        options=options,
        progress=progress,
    )
    return FolderGrading(run, folder, students, why, trial)


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
