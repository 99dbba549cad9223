"""`antorcha update`: a new release comes into a folder in which somebody has worked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.released import released_mini_course, write_release

COMMAND = [sys.executable, "-m", "antorcha.cli.main", "update"]
NEW_EXERCISE = '''

def third(x):
    """Return a third of `x`."""
    return math.floor(x / 3)
'''


def update(given: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, cwd=given, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return released_mini_course(tmp_path)


@pytest.fixture
def newer(tmp_path: Path, given: Path) -> Path:
    """A release in which two exercises ask for more, and a third is new."""
    course = tmp_path / "course"
    config, reference = course / "grading.toml", course / "reference" / "warmup.py"
    text = config.read_text("utf-8").replace(
        '{ name = "last_row" },', '{ name = "last_row" },\n    { name = "third" },'
    )
    config.write_text(text, "utf-8")
    code = reference.read_text("utf-8").replace("import torch\n", "import math\n\nimport torch\n", 1)
    for name in ("double", "average"):
        place = code.index('"""', code.index(f"def {name}(")) + 3
        code = code[:place] + "NOW: " + code[place:]
    reference.write_text(code + NEW_EXERCISE, "utf-8")
    tests = course / "exercises" / "test_warmup.py"
    tests.write_text(tests.read_text("utf-8") + "\n# one more\n", "utf-8")
    return write_release(course, tmp_path / "newer")


def test_answers_stay_and_what_changed_is_said(given: Path, newer: Path) -> None:
    module = given / "exercises" / "warmup.py"
    mine = module.read_text("utf-8").replace("    raise NotImplementedError", "    return x * 2  # mine", 1)
    module.write_text(mine, "utf-8")
    (given / "exercises" / "test_warmup.py").write_text("# my own\n", "utf-8")
    (given / "exercises" / "notes.txt").write_text("mine", "utf-8")
    archive = shutil.make_archive(str(newer), "zip", newer.parent, newer.name)
    done = update(given, archive)
    assert (done.returncode, done.stderr) == (0, "")
    after = module.read_text("utf-8")
    assert "return x * 2  # mine" in after
    assert after.count("NOW: ") == 1, "of the one that nobody had begun"
    assert after.count("raise NotImplementedError") == mine.count("raise NotImplementedError") + 1
    assert after.index("import math") < after.index("def double(") < after.index("def third(")
    compile(after, "warmup.py", "exec")
    for said in (
        "warmup: new exercises: third.",
        "warmup: changed, and you had not begun them: average.",
        "warmup: changed, and your answers stay: double.",
        "warmup: your file as it was is warmup.py.1~.",
        "exercises/test_warmup.py: you had changed it. Yours is test_warmup.py.old now",
    ):
        assert said in done.stdout
    assert (given / "exercises" / "warmup.py.1~").read_text("utf-8") == mine
    assert (given / "exercises" / "test_warmup.py.old").read_text("utf-8") == "# my own\n"
    assert (given / "exercises" / "test_warmup.py").read_text("utf-8").endswith("# one more\n")
    assert (given / "exercises" / "notes.txt").read_text("utf-8") == "mine"
    again = update(given, newer)
    assert again.stdout == "Nothing is new: this folder has that release already.\n"
    assert module.read_text("utf-8") == after


def test_a_folder_that_nobody_has_touched_becomes_the_new_release(given: Path, newer: Path) -> None:
    assert update(given, newer).returncode == 0
    names = sorted(path.relative_to(newer) for path in newer.rglob("*") if path.is_file())
    assert sorted(path.relative_to(given) for path in given.rglob("*") if path.is_file()) == names
    assert all((given / name).read_bytes() == (newer / name).read_bytes() for name in names)


def test_what_is_no_release_changes_nothing(given: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in given.rglob("*") if path.is_file()}
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    shutil.make_archive(str(tmp_path / "empty"), "zip", tmp_path / "course", "graders")
    for source in ("broken.zip", "empty.zip", "nowhere.zip", "course"):
        refused = update(given, tmp_path / source)
        assert refused.returncode == 2
        assert "is no release of a course" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert {path: path.read_bytes() for path in given.rglob("*") if path.is_file()} == before
