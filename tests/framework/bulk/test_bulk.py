"""`antorcha grade` as an instructor runs it: a small class, mistakes in the course, graders that die on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE, ROOT
from support.records import without

from antorcha.bulk.grade import LocalEngine, grade_class
from antorcha.course.load import load_course
from antorcha.intake.read import read_delivery

RIGHT = (MINI_CLASS / "all-right.py").read_text("utf-8")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")


def command(hand_ins: Path, course: Path, out: Path, *words: str) -> list[str]:
    start = [sys.executable, "-m", "antorcha.cli.main", "grade", str(hand_ins), "--course", str(course)]
    return [*start, "--out", str(out), "--json", *words]


class Desk:
    """A course and a class that a test may change, and where its results go."""

    def __init__(self, tmp_path: Path) -> None:
        self.course = Path(shutil.copytree(MINI_COURSE, tmp_path / "course"))
        self.hand_ins = Path(shutil.copytree(MINI_CLASS, tmp_path / "class"))
        self.out = tmp_path / "results"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(self.hand_ins, self.course, self.out, *words), capture_output=True, text=True, check=False
        )

    def grade(self, *words: str) -> dict[str, Any]:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        record: dict[str, Any] = json.loads(done.stdout)
        return record

    def only(self, code: str) -> None:
        """A class of one, who hands in this."""
        shutil.rmtree(self.hand_ins)
        self.hand_ins.mkdir()
        self.hand_in("ana", code)

    def hand_in(self, student: str, code: str) -> None:
        (self.hand_ins / f"{student}_warmup.py").write_text(code, "utf-8")

    def graders(self, code: str) -> None:
        """Let the course have these tests and no others."""
        (self.course / "exercises" / "test_warmup.py").unlink(missing_ok=True)
        (self.course / "graders" / "test_warmup.py").write_text("import pytest\nimport torch\n\n\n" + code, "utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def marks(record: dict[str, Any]) -> dict[str, float]:
    return {row["student"]: row["points"] for row in record["submissions"]}


def verdicts(record: dict[str, Any], student: str) -> dict[str, str]:
    (found,) = [row for row in record["submissions"] if row["student"] == student]
    return {name: one["verdict"] for name, one in found["exercises"].items()}


# "half" passes one of two hidden checks of `average` and not the visible one.
EXPECTED = {"all-right": 3.0, "broken": 0.0, "half": pytest.approx(1 + 1 / 3), "wrong": 0.0}


def test_a_grader_has_its_next_submission_before_a_result_is_kept() -> None:
    course = load_course(MINI_COURSE)
    submissions = read_delivery(MINI_CLASS, course).submissions
    told: list[str] = []
    for graded in grade_class(
        course, submissions, engine=LocalEngine(1), begun=lambda job: told.append(f"{job.student} begun")
    ):
        told.append(f"{graded.student} graded")
    graded = [line.removesuffix(" graded") for line in told if line.endswith(" graded")]
    assert len(graded) > 2
    assert all(told.index(f"{after} begun") < told.index(f"{before} graded") for before, after in pairwise(graded))


# ---------------------------------------------------------------------------------------- marks, and marks again


def test_a_class_and_the_same_class_again(desk: Desk) -> None:
    first = desk.grade("--jobs", "2")
    assert marks(first) == EXPECTED
    assert (first["graded"], first["cached"]) == (4, 0)
    assert verdicts(first, "half") == {"double": "passed", "average": "error", "last_row": "not_started"}
    assert verdicts(first, "broken") == dict.fromkeys(("double", "average", "last_row"), "unreadable")
    again = desk.grade()
    assert (again["graded"], again["cached"]) == (0, 4)
    assert again["submissions"] == first["submissions"]
    path = desk.hand_ins / "wrong.py"
    path.write_text(path.read_text("utf-8").replace("matrix[-1]", "matrix[-1:]"), "utf-8")
    changed = desk.grade()
    assert (changed["graded"], changed["cached"]) == (1, 3)
    assert marks(changed) == {**EXPECTED, "wrong": 1.0}
    grader = desk.course / "graders" / "test_warmup.py"
    grader.write_text(grader.read_text("utf-8").replace("[3, -7, 11]", "[3, -7, 12]"), "utf-8")
    assert desk.grade()["graded"] == 4


@pytest.mark.slow
def test_a_mark_depends_on_nothing_but_the_hand_in(desk: Desk, tmp_path: Path) -> None:
    alone = marks(desk.grade("--jobs", "1"))
    desk.out = tmp_path / "other"
    for number, name in enumerate(sorted(os.listdir(desk.hand_ins), reverse=True)):
        (desk.hand_ins / name).rename(desk.hand_ins / f"{number}{name}")  # another order
    shuffled = marks(desk.grade("--jobs", "2"))
    assert {student[1:]: points for student, points in shuffled.items()} == alone == EXPECTED


@pytest.mark.slow
def test_partial_credit_by_the_weight_of_checks(desk: Desk) -> None:
    desk.graders(
        "@pytest.mark.points(3)\ndef test_a(agree):\n    agree('double', torch.tensor([1]))\n\n"
        "def test_b(agree):\n    agree('double', torch.tensor([1.0]))\n\n"
        "@pytest.mark.parametrize('n', [1, 2, 3, 4])\ndef test_c(agree, n):\n    agree('average', torch.arange(n))\n\n"
        "def test_d(agree):\n    agree('last_row', torch.ones(2, 2))\n"
    )
    code = "import torch\ndef double(x):\n    return x * 2 if not x.is_floating_point() else x\n"
    desk.only(
        code + "def average(x):\n    return torch.tensor(0.0 if len(x) == 1 else 0.5)\ndef last_row(m): return 1\n"
    )
    (found,) = desk.grade()["submissions"]
    assert {name: one["points"] for name, one in found["exercises"].items()} == {
        "double": 0.75,
        "average": 0.5,
        "last_row": 0.0,
    }
    assert found["points"] == 1.25


@pytest.mark.slow
def test_stubs_earn_nothing(desk: Desk) -> None:
    desk.only((desk.course / "exercises" / "warmup.py").read_text("utf-8"))
    record = desk.grade()
    assert marks(record) == {"ana": 0.0}
    assert set(verdicts(record, "ana").values()) == {"not_started"}


@pytest.mark.slow
def test_a_check_without_its_comparisons_earns_nothing(desk: Desk) -> None:
    desk.graders(
        "def test_each(agree, student):\n    for row in student.double(torch.ones(2, 2)):\n"
        "        agree.that(row.sum() == 4, 'Each row sums to four.')\n\n"
        "def test_b(agree):\n    agree('average', torch.ones(2))\n\n"
        "def test_c(agree):\n    agree('last_row', torch.ones(2, 2))\n"
    )
    desk.only(RIGHT.replace("x + x", "[]"))
    record = desk.grade()
    assert verdicts(record, "ana") == {"double": "no_evidence", "average": "passed", "last_row": "passed"}
    assert marks(record) == {"ana": 2.0}


# ------------------------------------------------------------------------------------------ mistakes of the course


MISTAKES = {
    "the reference fails": (
        "def test_a(agree):\n    agree.that(False, 'Never.')\n    agree('double', 1)\n",
        ("test_warmup.py::test_a", "the reference itself does not pass"),
    ),
    "an exercise without a test": (
        (
            "def test_a(agree):\n    agree('double', torch.ones(1))\n\n"
            "def test_b(agree):\n    agree('average', torch.ones(1))\n"
        ),
        ("no hidden test grades last_row",),
    ),
    "a test without an exercise": ("def test_a(agree):\n    agree('triple', 1)\n", ("test_a", "no exercise")),
    "an import that fails": ("import no_such_module\n", ("no_such_module",)),
    "no comparison": (
        "def test_a(student):\n    student.double\n",
        ("test_warmup.py::test_a", "the reference itself does not pass"),
    ),
    "a fixture that fails": (
        (
            "@pytest.fixture\ndef broken():\n    raise OSError('no data here')\n\n"
            "def test_a(agree, broken):\n    agree('double', torch.ones(1))\n"
        ),
        ("test_warmup.py::test_a", "no data here"),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_course_that_cannot_grade_says_why(desk: Desk, code: str, said: tuple[str, ...]) -> None:
    desk.graders(code)
    desk.only(RIGHT)
    done = desk.run()
    assert done.returncode == 2, done.stderr
    for part in said:
        assert part in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr.partition("antorcha:")[0]
    assert "INTERNALERROR" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("antorcha:")]) == 1
    assert done.stdout == ""


# ----------------------------------------------------------------------------------------------- ends on the way


def children(pid: int, word: str, generation: int) -> list[int]:
    """The descendants of a process that are Python with a word in their command line.

    Of those that were forked from one another: the first (0) or those of a later generation.
    """
    found: dict[int, set[int]] = {}  # with all that it descends from
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            above = set(ancestors(int(entry.name)))
            if word in line and line.startswith(sys.executable) and pid in above:
                found[int(entry.name)] = above
    return [one for one, above in found.items() if len(above & found.keys()) == generation]


def ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        yield pid


def graded_so_far(out: Path) -> int:
    import sqlite3

    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{out / 'results.db'}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM topics").fetchone()[0])
        finally:
            connection.close()
    return 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "generation", "times"),
    [
        ("antorcha.bulk.grader", 0, 1),  # that has collected the tests, which its graders outlive
        ("antorcha.bulk.grader", 1, 2),
        ("antorcha.worker.zygote", 0, 1),
        ("antorcha.worker.zygote", 1, 2),  # a grader's own
    ],
)
def test_a_process_that_is_killed_costs_nobody_a_mark(desk: Desk, word: str, generation: int, times: int) -> None:
    slow = "import time\n" + RIGHT.replace("return x + x", "time.sleep(0.5)\n    return x + x")
    for number in range(6):
        desk.hand_in(f"s{number}", slow + f"\n# {number}\n")
    run = subprocess.Popen(
        command(desk.hand_ins, desk.course, desk.out, "--jobs", "1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killed = 0
    try:
        while run.poll() is None and killed < times:
            if graded_so_far(desk.out) >= 2 * (killed + 1):
                for pid in children(run.pid, word, generation)[:1]:
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            time.sleep(0.05)
        stdout, stderr = run.communicate(timeout=120)
    finally:
        run.kill()
    assert killed == times
    assert run.returncode == 0, stderr
    assert marks(json.loads(stdout)) == {**EXPECTED, **{f"s{number}": 3.0 for number in range(6)}}


@pytest.mark.parametrize("jobs", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_a_process_that_is_killed_before_it_has_collected_the_tests_costs_nobody_a_mark(desk: Desk, jobs: str) -> None:
    run = subprocess.Popen(
        command(desk.hand_ins, desk.course, desk.out, "--jobs", jobs),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killed: set[int] = set()
    try:
        while run.poll() is None and len(killed) < 2:
            for pid in set(children(run.pid, "antorcha.bulk.grader", 0)) - killed:
                time.sleep(0.6)  # it imports torch, which takes long to let go of
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            time.sleep(0.02)
        stdout, stderr = run.communicate(timeout=120)
    finally:
        run.kill()
    assert len(killed) == 2
    assert run.returncode == 0, stderr
    assert marks(json.loads(stdout)) == EXPECTED


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(desk: Desk) -> None:
    slow = "import time\n" + RIGHT.replace("return x + x", "time.sleep(0.8)\n    return x + x")
    for number in range(7):
        desk.hand_in(f"s{number}", slow + f"\n# {number}\n")
    run = subprocess.Popen(
        command(desk.hand_ins, desk.course, desk.out, "--jobs", "1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever starts the tests in the background of a shell hands on a SIGINT that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        while run.poll() is None and graded_so_far(desk.out) < 2:
            time.sleep(0.05)
        os.killpg(run.pid, signal.SIGINT)
        stdout, stderr = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 130, (graded_so_far(desk.out), stdout, stderr)
    assert stdout == ""
    assert len(stderr.splitlines()) == 2, stderr
    record = desk.grade()
    assert record["cached"] >= 2
    assert record["graded"] + record["cached"] == 11
    assert marks(record) == {**EXPECTED, **{f"s{number}": 3.0 for number in range(7)}}


# -------------------------------------------------------------------------------------------- the shipped class


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    out = tmp_path_factory.mktemp("shipped") / "results"
    words = command(ROOT / "examples" / "class", ROOT, out, "--topic", "tensors")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {row["student"]: row for row in json.loads(done.stdout)["submissions"]}


FULL = {
    "ana-garcia",
    "bruno-diaz",
    "carla-romero",
    "hugo-pena",
    "javier-castro",
    "olga-paredes",
    "sergio-leon",
    "teresa-blanco",
}
NOTHING = {
    "felipe-ortega": "graded",
    "gabriela-nunez": "unreadable",
    "irene-molina": "unreadable",
    "pablo-serrano": "graded",
    "quique-lara": "graded",
    "wendy-acosta": "unreadable",
    "ximena-bravo": "missing",
}
# Student -> the exercises that lose points, and the verdict that says why (`None`: any).
LOSSES: dict[str, dict[str, str | None]] = {
    "karla-mendez": dict.fromkeys(("pad_rows", "describe", "random_images"), "missing"),
    "luis-herrera": dict.fromkeys(("constants", "inclusive_range", "noise_like"), "error"),
    "marta-gil": {"inclusive_range": "cpu_limit"},
    "nicolas-rojas": dict.fromkeys(("rank_name", "number_from"), "exited"),
    "rosa-fuentes": dict.fromkeys(("blank_like", "noise_like", "pad_rows", "from_array"), "wrong"),
    "victor-ibarra": dict.fromkeys(("grid", "noise_like"), "missing"),
}


def lost(row: dict[str, Any]) -> dict[str, str]:
    return {name: one["verdict"] for name, one in row["exercises"].items() if one["points"] < one["max"]}


@pytest.mark.slow
def test_the_shipped_class(shipped: dict[str, dict[str, Any]]) -> None:
    """What `examples/README.md` says of each."""
    assert {name for name, row in shipped.items() if row["points"] == row["max"]} == FULL
    assert {name: row["verdict"] for name, row in shipped.items() if row["points"] == 0} == NOTHING
    for student, wanted in LOSSES.items():
        assert lost(shipped[student]) == wanted, student
        assert shipped[student]["verdict"] == "graded"
    assert set(lost(shipped["felipe-ortega"]).values()) == {"not_started"}
    assert not {"passed", "no_evidence"} & set(lost(shipped["quique-lara"]).values())


@pytest.mark.slow
def test_a_module_and_a_notebook_with_the_same_functions_get_the_same_mark(
    shipped: dict[str, dict[str, Any]],
) -> None:
    module, notebook = shipped["diego-santos"], shipped["elena-vidal"]
    # Where each found it, in a line or a cell, is another matter.
    assert without(module["exercises"], {"failed"}) == without(notebook["exercises"], {"failed"})
    assert 0 < module["points"] < module["max"]
    assert sum(verdict == "not_started" for verdict in lost(module).values()) == 5


@pytest.mark.slow
def test_what_stands_around_an_exit_counts(shipped: dict[str, dict[str, Any]]) -> None:
    row = shipped["olga-paredes"]
    assert all(exercise["verdict"] == "passed" for exercise in row["exercises"].values())


@pytest.mark.slow
def test_float64_costs_what_asks_for_float32(shipped: dict[str, dict[str, Any]]) -> None:
    row = shipped["ursula-campos"]
    assert "inferred_dtype" in lost(row)
    assert 0 < row["points"] < row["max"]
