"""What the start of `antorcha grade` costs, and what it does not do a second time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")


class Desk:
    """A course and a class that a test may change, and where its results go."""

    def __init__(self, folder: Path) -> None:
        self.course = Path(shutil.copytree(MINI_COURSE, folder / "course"))
        self.hand_ins = Path(shutil.copytree(MINI_CLASS, folder / "class"))
        self.out = folder / "results"

    def run(self, *words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        start = [sys.executable, *python, "-m", "antorcha.cli.main", "grade", str(self.hand_ins)]
        command = [*start, "--course", str(self.course), "--out", str(self.out), "--json", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def grade(self, *words: str) -> dict[str, Any]:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        record: dict[str, Any] = json.loads(done.stdout)
        return record


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a course, its class and the results of a run over it. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("graded")
    Desk(folder).grade("--jobs", "1")
    return folder


@pytest.fixture
def desk(graded: Path, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    shutil.copytree(graded / "results", desk.out)
    return desk


def test_an_unchanged_class_again_imports_none_of_the_large_libraries(desk: Desk) -> None:
    done = desk.run(python=("-X", "importtime"))
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["graded"], record["cached"]) == (0, 4)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "antorcha.results_folder.grade" in imported
    assert imported.isdisjoint({"torch", "numpy", "matplotlib", "pytest", "hypothesis"})


# A hidden test that says when it runs, and on whose answer: the reference doubles, and the class's wrong ones do not.
TELLING = """
def test_told(agree, student):
    with open({out!r}, "a") as told:
        told.write(f"{{os.getpid()}} {{int(student.double(torch.tensor(3)))}}\\n")
    agree("double", torch.tensor([1.0]))
"""


def make_telling(desk: Desk, said: Path) -> None:
    """Let the course's hidden tests tell in a file when they run; everybody hands in a wrong `double`."""
    tests = desk.course / "graders" / "test_warmup.py"
    tests.write_text("import os\n" + tests.read_text("utf-8") + TELLING.format(out=str(said)), "utf-8")
    shutil.rmtree(desk.hand_ins)
    hand_in(desk, 6)


def hand_in(desk: Desk, count: int, salt: str = "") -> None:
    wrong = (MINI_CLASS / "wrong.py").read_text("utf-8").replace("x *= 2", "x *= 3")
    desk.hand_ins.mkdir(exist_ok=True)
    for number in range(count):
        (desk.hand_ins / f"s{number}.py").write_text(f"{wrong}\n# {number} {salt}\n", "utf-8")


def proofs(said: Path) -> int:
    """How often the test ran on the reference since it was last asked."""
    runs = [line.split()[1] for line in said.read_text().splitlines()]
    said.write_text("")
    return runs.count("6")


def test_what_is_proven_is_not_proven_again(tmp_path: Path) -> None:
    desk, said = Desk(tmp_path), tmp_path / "said"
    make_telling(desk, said)
    first = desk.grade("--jobs", "2")
    assert proofs(said) == 1, "each of two graders proved it"
    hand_in(desk, 3, "changed")
    again = desk.grade("--jobs", "2")
    assert (again["graded"], again["cached"]) == (3, 3)
    assert proofs(said) == 0
    assert [row["points"] for row in again["submissions"]] == [row["points"] for row in first["submissions"]]
    tests = desk.course / "graders" / "test_warmup.py"
    tests.write_text(
        tests.read_text("utf-8").replace('agree("double", torch.tensor([1.0]))', 'agree("double", torch.ones(2))')
    )
    assert desk.grade("--jobs", "2")["graded"] == 6
    assert proofs(said) == 1


def test_the_tests_are_collected_once_whatever_the_number_of_graders(tmp_path: Path) -> None:
    desk, said = Desk(tmp_path), tmp_path / "said"
    make_telling(desk, said)
    tests = desk.course / "graders" / "test_warmup.py"
    collected = f"\nwith open({str(said)!r}, 'a') as told:\n    told.write('0 collected\\n')\n"
    tests.write_text(tests.read_text("utf-8") + collected, "utf-8")
    desk.grade("--jobs", "2")
    lines = said.read_text().splitlines()
    assert lines.count("0 collected") == 1
    graders = {line.split()[0] for line in lines} - {"0"}
    assert len(graders) == 2, "both graders have run the tests"
