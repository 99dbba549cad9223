"""The garbage collector rests while torch is imported for a course, and only then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from support.paths import MINI_COURSE

LOOK = """
import gc


def test_look():
    print("collector:", gc.isenabled(), gc.get_freeze_count() > 0)
"""


def looked(folder: Path, test_file: str) -> str:
    """Run pytest on a file; return what the test in it said of the collector."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", test_file]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (line,) = [line for line in done.stdout.splitlines() if "collector:" in line]
    return line.partition("collector: ")[2]


def test_torch_is_out_of_the_collectors_sight_in_a_course(tmp_path: Path) -> None:
    course = shutil.copytree(MINI_COURSE, tmp_path / "course")
    shutil.copy(course / "reference" / "warmup.py", course / "exercises")  # of what is not started no test is run
    tests = course / "exercises" / "test_warmup.py"
    marked = LOOK.replace("def test_look", '@pytest.mark.exercise("double")\ndef test_look')
    tests.write_text(tests.read_text("utf-8") + "\n\nimport pytest\n" + marked, "utf-8")
    assert looked(course, "exercises/test_warmup.py") == "True True"


def test_a_pytest_without_a_course_keeps_the_collector_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("import torch\n" + LOOK, "utf-8")
    assert looked(tmp_path, "test_other.py") == "True False"
