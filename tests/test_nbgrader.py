"""An nbgrader course made from exercises: through the real nbgrader commands, and its marks out of the gradebook."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antorcha.bulk.grade import GradingService
from antorcha.course.load import load_course
from antorcha.errors import UserError
from antorcha.intake.model import Cell, Source
from antorcha.release.frozen import Frozen
from antorcha.release.nbgrader import release
from antorcha.release.stubs import render_stub
from antorcha.results import ExerciseResult, TopicResult, Verdict

REPOSITORY = Path(__file__).parents[1]

GRADING = """\
title = "Bits"
language = "en"
languages = ["en"]
[[topics]]
name = "bits"
exercises = [
    { name = "double", points = 1 },
    { name = "halves", points = 2, kind = "debug" },
    { name = "Counter", points = 1.5 },
]
"""

REFERENCE = '''\
"""Bits of tensors.

Replace each `raise NotImplementedError`.
"""

from __future__ import annotations

import torch

_SECRET_FACTOR = 2
START = 10


def _times(x: torch.Tensor, factor: int) -> torch.Tensor:
    return x * factor


def double(x: torch.Tensor) -> torch.Tensor:
    """Return twice `x`."""
    return _times(x, _SECRET_FACTOR)


def halves(x: torch.Tensor) -> torch.Tensor:
    """Return half of `x`, always as float32."""
    wide = x.to(torch.float32)
    return wide / 2


def _stub_halves(x: torch.Tensor) -> torch.Tensor:
    return x // 2


class Counter:
    """Counts from START."""

    def __init__(self) -> None:
        self.value = START

    def up(self) -> int:
        """Count one up and return the value."""
        self.value += 1
        return self.value
'''

VISIBLE = """\
import pytest
import torch


def test_double(agree):
    agree("double", torch.tensor([1, 2]))


def test_halves(agree):
    agree("halves", torch.tensor([2.0, 4.0]))


@pytest.mark.exercise("Counter")
def test_counter(agree):
    agree.scenario(lambda module: module.Counter().up())
"""

HIDDEN = """\
import pytest
import torch


def test_double_of_918273(agree):
    agree("double", torch.tensor([918273]))


def test_halves_of_an_odd_number(agree):
    agree("halves", torch.tensor([3.0]))


def test_halves_of_whole_numbers(agree):
    agree("halves", torch.tensor([3]))


def test_halves_of_an_even_number(agree):
    agree("halves", torch.tensor([8.0]))


@pytest.mark.exercise("Counter")
def test_counter_twice(agree):
    def twice(module):
        counter = module.Counter()
        return counter.up(), counter.up()

    agree.scenario(twice)
"""

DOUBLE = "def double(x):\n    return x + x\n"
COUNTER = """\
class Counter:
    def __init__(self):
        self.value = START

    def up(self):
        self.value = self.value + 1
        return self.value
"""
RIGHT = {
    "double": DOUBLE,
    "halves": "def halves(x):\n    return x.float() * 0.5\n",
    "Counter": COUNTER,
}
HALF = {  # halves: right for the floats, of the wrong dtype for whole numbers in the third check
    "double": """\
import sys, warnings
def double(x):
    warnings.warn("oh")
    print("x", file=sys.stderr)
    return 2 * x
""",
    "halves": "def halves(x):\n    return (x / 2).to(x.dtype)\n",
}
BROKEN = {"double": "def double(x:\n    return x\n", "Counter": COUNTER}
# Everything that would give points if the tests, or the number that comes out, were in reach of this notebook.
HOSTILE = """\
import builtins, sys, types
import torch
import antorcha.notebook as ours
everything = lambda *args, **kwargs: True
torch.allclose = torch.equal = torch.testing.assert_close = everything
ours.check = lambda *args: None
ours.grade_cell = lambda topic, exercise, namespace: {"double": 1.0, "halves": 2.0, "Counter": 1.5}[exercise]
sys.modules["antorcha.plugin.rounds"] = types.ModuleType("rounds")
builtins.float = lambda *args: 99.0
try:
    get_ipython().run_cell = everything
    get_ipython().display_formatter.format = lambda *args: ({"text/plain": "1.5"}, {})
except NameError:
    pass
"""


def nbgrader(folder: Path, *words: str, expect: int = 0) -> str:
    """Run the real command in a course's folder; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ANTORCHA_"))}
    environment["PATH"] = str(Path(sys.executable).parent) + os.pathsep + environment["PATH"]
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def antorcha(*words: str | Path) -> str:
    command = [sys.executable, "-m", "antorcha.cli.main", *map(str, words)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_course(root: Path) -> Path:
    files = {
        "grading.toml": GRADING,
        "reference/bits.py": REFERENCE,
        "exercises/test_bits.py": VISIBLE,
        "graders/test_bits.py": HIDDEN,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def cell_of(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def hand_in(course: Path, student: str, answers: dict[str, str], first: str = "", drop: str = "") -> None:
    """Solve the released notebook as a student would, and put it where nbgrader collects."""
    notebook = read(course / "release/bits/bits.ipynb")
    for name, code in answers.items():
        cell_of(notebook, f"solution_{name}")["source"] = code
    if first:
        cell = {"cell_type": "code", "execution_count": 1, "id": "mine", "metadata": {}, "outputs": [], "source": first}
        notebook["cells"].insert(0, cell)
        cell_of(notebook, "points_halves")["source"] = "2.0"
    notebook["cells"] = [one for one in notebook["cells"] if one["id"] != drop]
    target = course / "submitted" / student / "bits"
    shutil.copytree(course / "release/bits", target)
    (target / "bits.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def marks(course: Path) -> dict[str, dict[str, float]]:
    """What the gradebook says, by student and exercise."""
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions("bits"):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            assert not any(grade.needs_manual_grade for grade in grades)
            found[submission.student.id] = {
                grade.name.removeprefix("points_"): grade.score for grade in grades if grade.max_score
            }
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Antorcha course, and beside it the nbgrader course made from it, generated and handed in."""
    root = tmp_path_factory.mktemp("nbgrader")
    write_course(root / "antorcha")
    folder = root / "course"
    antorcha("release", "nbgrader", "--course", folder, "--antorcha", root / "antorcha")
    nbgrader(folder, "generate_assignment", "bits")
    hand_in(folder, "ana", RIGHT)
    hand_in(folder, "bea", HALF)
    hand_in(folder, "carl", {})
    hand_in(folder, "dora", BROKEN)
    hand_in(folder, "eve", {"double": "def double(x):\n    return x\n"}, first=HOSTILE)
    shutil.copy(folder / "gradebook.db", folder / "before.db")
    return folder


@pytest.mark.slow
def test_the_released_notebook_is_the_stub_and_nothing_of_the_solution(course: Path) -> None:
    released = read(course / "release/bits/bits.ipynb")
    stub = render_stub(load_course(course.parent / "antorcha"), "bits", "en")
    for name in ("double", "halves", "Counter"):
        assert cell_of(released, f"solution_{name}")["source"] in stub
    assert "return x // 2" in cell_of(released, "solution_halves")["source"]
    everything = b"".join(path.read_bytes() for path in (course / "release").rglob("*") if path.is_file())
    for secret in (b"_SECRET_FACTOR", b"_times", b"x * factor", b"wide", b"918273", b"grade_cell", b"SOLUTION"):
        assert secret in (course / "source/bits/bits.ipynb").read_bytes() + HIDDEN.encode()
        assert secret not in everything


@pytest.mark.slow
def test_validate_passes_the_source_and_tells_the_student_what_is_wrong(course: Path) -> None:
    assert "Success!" in nbgrader(course, "validate", "source/bits/bits.ipynb")
    said = nbgrader(course, "validate", "release/bits/bits.ipynb")
    assert "VALIDATION FAILED ON 3 CELL(S)" in said
    assert "double: not started yet" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_autograde_gives_the_marks_of_antorcha_grade(course: Path, tmp_path: Path) -> None:
    hand_in(course, "flor", RIGHT, drop="points_Counter")
    nbgrader(course, "autograde", "bits")
    report = antorcha(
        *("grade", course / "submitted", "--course", course.parent / "antorcha"),
        *("--out", tmp_path / "results", "--json"),
    )
    graded = json.loads(report[report.index("{") :])
    expected = {
        one["student"]: {name: exercise["points"] for name, exercise in one["exercises"].items()}
        for one in graded["submissions"]
    }
    assert marks(course) == expected
    assert expected["ana"] == {"double": 1, "halves": 2, "Counter": 1.5}
    assert expected["bea"] == {"double": 1, "halves": pytest.approx(4 / 3, abs=1e-6), "Counter": 0}
    assert expected["eve"] == {"double": 0, "halves": 0, "Counter": 0}
    assert expected["flor"] == expected["ana"]


@pytest.mark.slow
def test_feedback_explains_and_shows_no_hidden_test(course: Path) -> None:
    if not (course / "autograded").exists():
        nbgrader(course, "autograde", "bits")
    nbgrader(course, "generate_feedback", "bits")
    page = (course / "feedback/bea/bits/bits.html").read_text(encoding="utf-8")
    assert "halves: 1.33 / 2" in page
    assert "dtype" in page or "float32" in page
    pages = b"".join(path.read_bytes() for path in (course / "feedback").rglob("*.html"))
    for secret in (b"918273", b"test_double_of", b"of_an_odd_number", b"_SECRET_FACTOR", b"wide = "):
        assert secret not in pages


@pytest.mark.slow
def test_the_stock_list_gives_honest_hand_ins_the_same_marks(course: Path, tmp_path: Path) -> None:
    stock = tmp_path / "course"
    shutil.copytree(course, stock, ignore=shutil.ignore_patterns("autograded", "feedback", "eve", "flor"))
    config = (stock / "nbgrader_config.py").read_text(encoding="utf-8")
    ours = "c.Autograde.autograde_preprocessors = autograde_preprocessors()"
    assert ours in config
    (stock / "nbgrader_config.py").write_text(config.replace(ours, ""), encoding="utf-8")
    (stock / "before.db").replace(stock / "gradebook.db")
    nbgrader(stock, "autograde", "bits")
    if not (course / "autograded").exists():
        nbgrader(course, "autograde", "bits")
    in_worker = marks(course)
    assert marks(stock) == {name: in_worker[name] for name in ("ana", "bea", "carl", "dora")}


@pytest.mark.slow
def test_a_grader_that_dies_between_two_hand_ins_costs_nobody(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path))
    source = Source("bits", "bits.py", (Cell("def double(x):\n    return x + x\n", "bits.py"),))
    service = GradingService(course)
    try:
        first = service.grade("ana", source)
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        for child in children:
            if b"antorcha.bulk.grader" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        second = service.grade("ana", source)
    finally:
        service.close()
    assert [one.points for one in first.exercises] == [one.points for one in second.exercises] == [1, 0, 0]


def test_a_cell_that_no_exercise_owns_gets_no_points(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    utils = pytest.importorskip("nbgrader.utils")
    from antorcha.nbgrader_preprocessor import GradeInWorker

    course = load_course(write_course(tmp_path))
    (topic,) = course.topics
    result = TopicResult("bits", (ExerciseResult("double", 0.25, 1.0, Verdict.WRONG),))

    def graded(name: str, points: float) -> Any:
        marks = {"grade": True, "grade_id": name, "locked": True, "points": points, "solution": False}
        return nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": marks})

    cells = [graded("points_double", 1.0), graded("points_double", 4.0), graded("own_test", 3.0), graded("free", 0.0)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    GradeInWorker().write_marks(notebook, course, topic, result)
    nbformat.validate(notebook)
    assert [utils.determine_grade(cell)[0] for cell in cells] == [0.25, 1.0, 0, 0]


def test_an_edited_notebook_and_an_own_configuration_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = load_course(write_course(tmp_path / "antorcha"))
    target = tmp_path / "course"
    monkeypatch.setattr("antorcha.release.nbgrader.freeze", lambda _course: Frozen({"bits": b"answers"}, {}))
    release(source, target)
    notebook = target / "source/bits/bits.ipynb"
    assert release(source, target).changed == []
    (target / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    assert release(source, target).config_kept
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("x * factor", "factor * x"), encoding="utf-8")
    with pytest.raises(UserError, match="changed by hand"):
        release(source, target)
    release(source, target, force=True)
    assert notebook.read_text(encoding="utf-8") == text


def check_in(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a notebook's cells as a script, in the folder that its notebook is in."""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)


def test_check_in_a_running_notebook(tmp_path: Path) -> None:
    release(load_course(write_course(tmp_path / "antorcha")), tmp_path / "course")
    done = check_in(
        tmp_path / "course/source/bits",
        "from antorcha.notebook import check\n"
        "def double(x): return x * 3\n"
        "def halves(x): print('seen'); return x / 2\n"
        "for name in ('double', 'halves', 'Counter', 'tripple'):\n"
        "    try: check(name)\n"
        "    except Exception as error: print(type(error).__name__, isinstance(error, AssertionError), error)\n",
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "✗ double: visible tests passed: 0 of 1."
    assert lines[1].startswith("NotRight True ")
    assert "expected 2, got 3" in lines[1]
    assert lines[2:4] == ["seen", "✓ halves: visible tests passed: 1 of 1."]
    assert "There is no function called Counter" in done.stdout
    assert "there is no exercise tripple" in done.stdout


def test_a_checked_notebook_leaves_no_module_that_pretends_to_be_it(tmp_path: Path) -> None:
    """torch, importing its compiler, looks through all modules and stumbled over a second `__main__` of no file."""
    release(load_course(write_course(tmp_path / "antorcha")), tmp_path / "course")
    done = check_in(
        tmp_path / "course/source/bits",
        "import sys\n"
        "from antorcha.notebook import check\n"
        "def double(x): return x * 2\n"
        "check('double')\n"
        "names = [key for key, one in sys.modules.items() if one.__name__ == '__main__']\n"
        "print([key for key in names if not key.endswith('main__')])\n"
        "print([key for key, one in sys.modules.items() if getattr(one, '__file__', None) == ''])\n",
    )
    assert done.stdout.splitlines()[-2:] == ["[]", "[]"], done.stderr


def test_check_far_from_its_folder_says_where_to_go(tmp_path: Path) -> None:
    done = check_in(tmp_path, "from antorcha.notebook import check\ncheck('double')")
    assert "_antorcha is not beside this notebook" in done.stderr
