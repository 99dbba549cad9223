"""A run always ends with its results: whatever one submission leads the grader into, the others get theirs.

The faults are put in by a hidden test file, which runs inside the trusted grader: a course of this test's own.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

RIGHT = (MINI_CLASS / "all-right.py").read_text("utf-8")
WRONG = (MINI_CLASS / "wrong.py").read_text("utf-8")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")


class Desk:
    """The small course with a fault in its grader, and a class."""

    def __init__(self, tmp_path: Path, fault: str) -> None:
        self.course = Path(shutil.copytree(MINI_COURSE, tmp_path / "course"))
        self.submissions = tmp_path / "class"
        self.submissions.mkdir()
        self.out = tmp_path / "results"
        tests = self.course / "graders" / "test_warmup.py"
        tests.write_text(f"{tests.read_text('utf-8')}\n{fault}", "utf-8")

    def hand_in(self, student: str, code: str) -> None:
        (self.submissions / f"{student}_warmup.py").write_text(code, "utf-8")

    def grade(self, *options: str) -> tuple[int, dict[str, Any], str]:
        """Return the exit code, the JSON object and what was said on stderr."""
        command = [sys.executable, "-m", "antorcha.cli.main", "grade", str(self.submissions), "--json"]
        command += ["--course", str(self.course), "--out", str(self.out), "--jobs", "1", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout), done.stderr

    def marks(self) -> dict[str, str]:
        with (self.out / "grades.csv").open(encoding="utf-8", newline="") as file:
            return {row["student"]: row["verdict"] for row in csv.DictReader(file)}

    def pages(self) -> set[str]:
        return {path.stem for path in (self.out / "feedback").iterdir()}


# Fails while it judges whoever's code has the word in it.
JUDGING = """
import os
import signal

from antorcha.bulk import judging

judge = judging.Judge.judge


def failing(self, tests, job, grading):
    code = "".join(cell.code for cell in job.file.cells)
    if "# exits" in code:
        os._exit(7)
    if "# killed" in code:
        os.kill(os.getpid(), signal.SIGKILL)
    if "# raises" in code:
        raise OverflowError("too high to draw")
    if "# recurses" in code:
        return failing(self, tests, job, grading)
    if "# interrupts" in code:
        raise KeyboardInterrupt
    return judge(self, tests, job, grading)


judging.Judge.judge = failing
"""


@pytest.mark.parametrize(
    "fault",
    [
        "raises",
        pytest.param("exits", marks=pytest.mark.slow),
        pytest.param("killed", marks=pytest.mark.slow),
        pytest.param("recurses", marks=pytest.mark.slow),
        pytest.param("interrupts", marks=pytest.mark.slow),
    ],
)
def test_a_grader_that_fails_on_one_submission_grades_all_others(tmp_path: Path, fault: str) -> None:
    desk = Desk(tmp_path, JUDGING)
    desk.hand_in("ana", RIGHT)
    desk.hand_in("bea", f"{RIGHT}\n# {fault}\n")
    desk.hand_in("carl", RIGHT + "\n# and\n")
    code, record, said = desk.grade()
    assert code == 1
    assert {row["student"]: row["points"] for row in record["submissions"]} == {"ana": 3, "bea": 0, "carl": 3}
    assert desk.marks() == {"ana": "graded", "bea": "grader_error", "carl": "graded"}
    assert desk.pages() == {"ana", "bea", "carl"}
    assert "kept checks of bea from being graded" in said
    if fault == "raises":
        assert "OverflowError: too high to draw" in said


# Fails wherever the grader only explains.
EXPLAINING = """
from antorcha.bulk import explaining
from antorcha.bulk.figures import Figures


def broken(*_, **__):
    raise NotImplementedError("count_nonzero is not implemented for this dtype")


explaining.refine = broken
explaining.parity = broken
Figures.of = broken
"""


def test_what_only_explains_takes_no_verdict_with_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, EXPLAINING)
    desk.hand_in("ana", RIGHT)
    desk.hand_in("bea", WRONG)
    code, record, said = desk.grade()
    assert (code, said) == (0, "")
    assert {row["student"]: row["points"] for row in record["submissions"]} == {"ana": 3, "bea": 0}
    assert {exercise["verdict"] for exercise in record["submissions"][1]["exercises"].values()} <= {"wrong", "error"}
    failed = "SELECT diagnosis FROM checks WHERE student = 'bea' AND verdict != 'passed'"
    with sqlite3.connect(desk.out / "results.db") as db:
        diagnoses = [json.loads(text) for (text,) in db.execute(failed)]
    assert diagnoses
    assert all("count_nonzero" in diagnosis["private"]["unexplained"] for diagnosis in diagnoses)


# As a machine that is full on the first day: the kernel ends a worker of whoever is graded beside another.
KILLED_ONCE = """
from pathlib import Path

from antorcha.bulk import judging
from antorcha.worker.client import Breach, Worker
from antorcha.results import Verdict

judge = judging.Judge.judge


def counting(self, tests, job, grading):
    global doomed
    code = "".join(cell.code for cell in job.file.cells)
    tries = Path(TRIES)
    with tries.open("a") as file:
        file.write(code.splitlines()[-1] + chr(10))
    doomed = "# doomed" in code and tries.read_text().count("# doomed") < LIMIT
    return judge(self, tests, job, grading)


judging.Judge.judge = counting
doomed = False
ask = Worker._ask


def dying(self, request, *rest, **options):
    if doomed and request["op"] != "load":
        self.close()
        raise Breach(Verdict.CRASHED, signal="SIGKILL")
    return ask(self, request, *rest, **options)


Worker._ask = dying
"""


@pytest.mark.parametrize(("limit", "points"), [(2, 3), pytest.param(99, 0, marks=pytest.mark.slow)])
def test_what_the_machine_may_have_decided_is_tried_again_alone(tmp_path: Path, limit: int, points: int) -> None:
    tries = tmp_path / "tries"
    desk = Desk(tmp_path, f"TRIES, LIMIT = {str(tries)!r}, {limit}\n{KILLED_ONCE}")
    desk.hand_in("ana", RIGHT + "\n# doomed")
    desk.hand_in("bea", RIGHT + "\n# bea")
    desk.hand_in("carl", RIGHT + "\n# carl")
    code, record, _ = desk.grade()
    assert code == 0
    assert {row["student"]: row["points"] for row in record["submissions"]} == {"ana": points, "bea": 3, "carl": 3}
    assert tries.read_text().splitlines() == ["# doomed", "# bea", "# carl", "# doomed"]  # last, when nobody else is
    _, again, _ = desk.grade()
    assert (again["graded"], again["cached"]) == ((0, 3) if points else (1, 2))
    for found in (record, again):
        assert [case["student"] for case in found["worth_a_look"] if case["kind"] == "judged_twice"] == ["ana"]


# Keeps more of each submission than is left of the memory that it may grow by.
GROWING = """
import os
from pathlib import Path

from antorcha.bulk import grader_session, judging

grader_session._MOST_GROWTH = 100 << 20
KEPT = []
judge = judging.Judge.judge


def growing(self, tests, job, grading):
    KEPT.append(b"x" * (80 << 20))
    with Path(GRADERS).open("a") as file:
        file.write(f"{os.getpid()}\\n")
    return judge(self, tests, job, grading)


judging.Judge.judge = growing
"""


@pytest.mark.slow
def test_the_memory_of_a_grader_does_not_grow_with_the_class(tmp_path: Path) -> None:
    graders = tmp_path / "graders.txt"
    desk = Desk(tmp_path, f"GRADERS = {str(graders)!r}\n{GROWING}")
    for number in range(4):
        desk.hand_in(f"s{number}", f"{RIGHT}\n# {number}\n")
    code, record, _ = desk.grade()
    assert code == 0
    assert {row["points"] for row in record["submissions"]} == {3}
    pids = graders.read_text().split()
    assert len(pids) == 4
    assert max(map(pids.count, pids)) <= 2
