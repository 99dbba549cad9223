"""An nbgrader course made from exercises: through the real nbgrader commands, and its marks out of the gradebook."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.nbgrader_course import (
    COUNTER,
    HIDDEN,
    RIGHT,
    antorcha,
    cell_of,
    environment,
    hand_in,
    nbgrader,
    read,
    write_course,
)

from antorcha.bulk.grade import GradingService
from antorcha.course.load import load_course
from antorcha.errors import UserError
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.nbgrader.assignment import release
from antorcha.nbgrader.cells import METADATA_KEY
from antorcha.nbgrader.submission import read_submitted
from antorcha.release.frozen import Frozen
from antorcha.release.wheel import Wheel
from antorcha.results import ExerciseResult, TopicResult, Verdict
from antorcha.sources.stubs import render_stub

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


def marks(course: Path, assignment: str = "bits") -> dict[str, dict[str, float]]:
    """What the gradebook says, by student and exercise."""
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            assert not any(grade.needs_manual_grade for grade in grades)
            found[submission.student.id] = {
                grade.name.removeprefix("points_"): grade.score for grade in grades if grade.max_score
            }
    return found


def release_nothing_real(monkeypatch: pytest.MonkeyPatch, *topics: str) -> None:
    """Let a release take neither the time to record answers nor that to build a wheel."""
    answers = Frozen(dict.fromkeys(topics, b"answers"), {})
    wheel = Wheel("antorcha-1-py3-none-any.whl", b"wheel", (), "")
    monkeypatch.setattr("antorcha.nbgrader.assignment.freeze", lambda _course: answers)
    monkeypatch.setattr("antorcha.nbgrader.assignment.make_wheel", lambda: wheel)


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


def test_a_diagnosis_that_a_student_wrote_into_the_file_says_nothing() -> None:
    forged = {"problem": "nothing", "notes": [{"kind": "other_encoding"}, 7], "renamed_from": "b.ipynb"}
    notebook = {"cells": [], "metadata": {METADATA_KEY: forged}, "nbformat": 4, "nbformat_minor": 5}
    read_back, problem = read_submitted(json.dumps(notebook).encode("ascii"), "bits.ipynb")
    assert problem is None
    assert read_back.metadata[METADATA_KEY] == {"renamed_from": "b.ipynb"}


def test_no_command_of_nbgrader_waits_for_torch_when_it_reads_its_configuration() -> None:
    code = "import sys, antorcha.nbgrader.preprocessor; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


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
        row["student"]: {name: exercise["points"] for name, exercise in row["exercises"].items()}
        for row in graded["submissions"]
    }
    assert marks(course) == expected
    assert expected["ana"] == {"double": 1, "halves": 2, "Counter": 1.5}
    assert expected["bea"] == {"double": 1, "halves": pytest.approx(1.5, abs=1e-6), "Counter": 0}
    assert expected["eve"] == {"double": 0, "halves": 0, "Counter": 0}
    assert expected["flor"] == expected["ana"]


@pytest.mark.slow
def test_feedback_explains_and_shows_no_hidden_test(course: Path) -> None:
    if not (course / "autograded").exists():
        nbgrader(course, "autograde", "bits")
    nbgrader(course, "generate_feedback", "bits")
    page = (course / "feedback/bea/bits/bits.html").read_text(encoding="utf-8")
    assert "halves: 1.5 / 2" in page
    assert "dtype" in page or "float32" in page
    pages = b"".join(path.read_bytes() for path in (course / "feedback").rglob("*.html"))
    for secret in (b"918273", b"test_double_of", b"of_an_odd_number", b"_SECRET_FACTOR", b"wide = "):
        assert secret not in pages


@pytest.mark.slow
def test_the_stock_list_gives_honest_hand_ins_the_same_marks(course: Path, tmp_path: Path) -> None:
    stock = tmp_path / "course"
    shutil.copytree(course, stock, ignore=shutil.ignore_patterns("autograded", "feedback", "eve", "flor"))
    config = (stock / "nbgrader_config.py").read_text(encoding="utf-8")
    ours = "c.Autograde.autograde_preprocessors = antorcha.autograde_preprocessors()"
    assert ours in config
    (stock / "nbgrader_config.py").write_text(config.replace(ours, ""), encoding="utf-8")
    (stock / "before.db").replace(stock / "gradebook.db")
    nbgrader(stock, "autograde", "bits")
    if not (course / "autograded").exists():
        nbgrader(course, "autograde", "bits")
    in_worker = marks(course)
    assert marks(stock) == {name: in_worker[name] for name in ("ana", "bea", "carl", "dora")}


def grader_children(parent: int) -> list[int]:
    children = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    return [child for child in children if b"antorcha.bulk.grader" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.slow
def test_a_grader_that_dies_between_two_hand_ins_costs_nobody(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path))
    source = SubmittedFile("bits", "bits.py", (Cell("def double(x):\n    return x + x\n", "bits.py"),))
    service = GradingService(course)
    try:
        first = service.grade("ana", source)
        graders = [grader for parent in grader_children(os.getpid()) for grader in grader_children(parent)]
        assert graders
        for grader in graders:
            os.kill(grader, signal.SIGKILL)
        second = service.grade("ana", source)
    finally:
        service.close()
    assert (
        [exercise.points for exercise in first.exercises]
        == [exercise.points for exercise in second.exercises]
        == [1, 0, 0]
    )


def test_a_cell_that_no_exercise_owns_gets_no_points(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    utils = pytest.importorskip("nbgrader.utils")
    from antorcha.nbgrader.marks import write_marks

    course = load_course(write_course(tmp_path))
    result = TopicResult("bits", (ExerciseResult("double", 0.25, 1.0, Verdict.WRONG),))

    def graded(name: str, points: float) -> Any:
        marks = {"grade": True, "grade_id": name, "locked": True, "points": points, "solution": False}
        return nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": marks})

    cells = [graded("points_double", 1.0), graded("points_double", 4.0), graded("own_test", 3.0), graded("free", 0.0)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    write_marks(notebook, course, result, (), logging.getLogger())
    nbformat.validate(notebook)
    assert [utils.determine_grade(cell)[0] for cell in cells] == [0.25, 1.0, 0, 0]


def test_an_edited_notebook_and_an_own_configuration_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = load_course(write_course(tmp_path / "antorcha"))
    target = tmp_path / "course"
    release_nothing_real(monkeypatch, "bits")
    release(source, target)
    notebook = target / "source/bits/bits.ipynb"
    assert release(source, target).changed == []
    assert release(source, target).missing_lines == ""
    config = target / "nbgrader_config.py"
    written = config.read_text(encoding="utf-8")
    config.write_text(written + "c.Exchange.root = '/srv/exchange'\n", encoding="utf-8")
    assert release(source, target).missing_lines == ""
    config.write_text("c = get_config()\n", encoding="utf-8")
    assert {"c.CourseDirectory.course_id", "c.Autograde.autograde_preprocessors"} <= {
        line.partition(" =")[0] for line in release(source, target).missing_lines.splitlines()
    }
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("x * factor", "factor * x"), encoding="utf-8")
    with pytest.raises(UserError, match="changed by hand"):
        release(source, target)
    release(source, target, force=True)
    assert notebook.read_text(encoding="utf-8") == text


def test_data_goes_to_the_assignments_that_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_course(tmp_path / "antorcha")
    for name in ("reference/bits.py", "exercises/test_bits.py", "graders/test_bits.py"):
        other = root / name.replace("bits", "bytes")
        other.write_text(
            (root / name).read_text(encoding="utf-8").replace("double", "twice").replace("_stub", "_"), encoding="utf-8"
        )
    with (root / "grading.toml").open("a", encoding="utf-8") as grading:
        grading.write('[[topics]]\nname = "bytes"\nexercises = [{ name = "twice" }]\n')
    test = root / "exercises/test_bytes.py"
    test.write_text('# reads data/prices.csv\nTEXTS = "words"\n' + test.read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("prices.csv", "words/first.txt", "unnamed.bin"):
        path = root / "exercises/data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    release_nothing_real(monkeypatch, "bits", "bytes")
    release(load_course(root), tmp_path / "course")
    data = {
        name: sorted(path.name for path in (tmp_path / "course/source" / name / "data").rglob("*.*"))
        for name in ("bits", "bytes")
    }
    assert data == {"bits": ["unnamed.bin"], "bytes": ["first.txt", "prices.csv", "unnamed.bin"]}


def test_cells_that_a_teacher_added_survive_a_new_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = load_course(write_course(tmp_path / "antorcha"))
    target = tmp_path / "course"
    release_nothing_real(monkeypatch, "bits")
    release(source, target)
    path = target / "source/bits/bits.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    position = [cell["id"] for cell in notebook["cells"]].index("check_double") + 1
    notebook["cells"].insert(position, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "Why?"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    reference = tmp_path / "antorcha/reference/bits.py"
    reference.write_text(reference.read_text("utf-8").replace("wide / 2", "wide * 0.5"), encoding="utf-8")
    release(source, target)
    names = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert names[position - 1 : position + 1] == ["check_double", "mine"]
    assert "wide * 0.5" in path.read_text(encoding="utf-8")
    assert release(source, target).changed == []
    path.write_text(path.read_text(encoding="utf-8").replace("wide * 0.5", "wide"), encoding="utf-8")
    with pytest.raises(UserError, match="changed by hand"):
        release(source, target)


def add_exercise(course: Path) -> None:
    """Add an exercise `triple` to the small course, with its tests."""
    grading = course / "grading.toml"
    opening = "exercises = [\n"
    line = '    { name = "triple", points = 1 },\n'
    grading.write_text(grading.read_text("utf-8").replace(opening, opening + line), "utf-8")
    for name, code in {
        "reference/bits.py": 'def triple(x: torch.Tensor):\n    """Return `x` thrice."""\n    return 3 * x\n',
        "exercises/test_bits.py": 'def test_triple(agree):\n    agree("triple", torch.tensor([1]))\n',
        "graders/test_bits.py": 'def test_triple_of_two(agree):\n    agree("triple", torch.tensor([2]))\n',
    }.items():
        with (course / name).open("a", encoding="utf-8") as file:
            file.write(f"\n\n{code}")


def record_submission(target: Path) -> None:
    """Write into the gradebook what nbgrader would by `generate_assignment` and `autograde` of one student."""
    from nbgrader.api import Gradebook

    notebook = read(target / "source/bits/bits.ipynb")
    with Gradebook(f"sqlite:///{target / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("bits")
        gradebook.add_notebook("bits", "bits")
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader")
            if marks is None:
                continue
            name = marks["grade_id"]
            if marks["grade"]:
                gradebook.add_grade_cell(name, "bits", "bits", max_score=marks["points"], cell_type="code")
            if marks["solution"]:
                gradebook.add_solution_cell(name, "bits", "bits")
            gradebook.add_source_cell(name, "bits", "bits", source=cell["source"], cell_type="code")
        gradebook.add_student("ana")
        gradebook.add_submission("bits", "ana")


def test_a_release_says_what_nbgrader_will_refuse_under_submissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, target = write_course(tmp_path / "antorcha"), tmp_path / "course"
    release_nothing_real(monkeypatch, "bits")
    # A new gradebook is made by `alembic`, which lies beside this Python.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    assert release(load_course(root), target).notes == []
    record_submission(target)
    (again,) = release(load_course(root), target).notes
    assert "1 submission in the gradebook" in again
    assert "nbgrader autograde bits --force" in again
    shutil.copytree(target / "source", target / "release")
    grading = root / "grading.toml"
    grading.write_text(grading.read_text("utf-8").replace("points = 1 }", "points = 3 }"), "utf-8")
    points, texts = release(load_course(root), target).notes
    assert "points change (points_double 1 → 3)" in points
    assert "heading-double" in texts
    before = (target / "source/bits/bits.ipynb").read_bytes()
    add_exercise(root)
    with pytest.raises(UserError, match="would delete release/bits, and then refuse") as refused:
        release(load_course(root), target)
    assert "bits.ipynb gets the cells check_triple, points_triple, solution_triple" in str(refused.value)
    assert (target / "source/bits/bits.ipynb").read_bytes() == before
    assert "nbgrader will refuse this: bits has 1 submission" in release(load_course(root), target, force=True).notes[0]
    assert release(load_course(root), target, assignment="bits2").notes == []


OWN_CELLS = [
    ("sq", {"solution": True}, "def sq(x):\n    ### BEGIN SOLUTION\n    return x*x\n    ### END SOLUTION"),
    ("t_sq", {"grade": True, "locked": True, "points": 3}, "assert sq(2) == 4"),
]


def own_notebook() -> dict[str, Any]:
    """An assignment of the course's own, as a teacher makes one in JupyterLab."""
    marks = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": name,
            "metadata": {"nbgrader": {**marks, **its_marks, "grade_id": name}},
            "outputs": [],
            "source": source,
        }
        for name, its_marks, source in OWN_CELLS
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.slow
def test_own_notebooks_and_own_tests_are_executed_only_where_that_is_asked_for(course: Path, tmp_path: Path) -> None:
    own = tmp_path / "course"
    shutil.copytree(
        course, own, ignore=shutil.ignore_patterns("autograded", "feedback", "submitted", "release", "*.db")
    )
    for name in ("own", "bits"):
        path = own / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        notebook = read(path) if path.exists() else own_notebook()
        if name == "bits":  # a test of the teacher's between ours
            test = {**own_notebook()["cells"][1], "source": "assert double(2) == 4"}
            notebook["cells"].append(test)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        nbgrader(own, "generate_assignment", name)
    hand_in(own, "ana", RIGHT)
    answered = own_notebook()
    answered["cells"][0]["source"] = "def sq(x):\n    return x * x"
    (own / "submitted/ana/own").mkdir()
    (own / "submitted/ana/own/own.ipynb").write_text(json.dumps(answered), encoding="utf-8")
    said = nbgrader(own, "autograde", "own", expect=1)
    assert "c.GradeInWorker.execute_others = True" in said
    assert "Traceback" not in said
    with (own / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.GradeInWorker.execute_others = True\n")
    nbgrader(own, "autograde", "own")
    nbgrader(own, "autograde", "bits")
    assert marks(own, "own") == {"ana": {"t_sq": 3}}
    assert marks(own) == {"ana": {"double": 1, "halves": 2, "Counter": 1.5, "t_sq": 3}}
