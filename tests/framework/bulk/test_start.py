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
