"""The cache key: whatever a mark or its explanation rests on gives another key when it changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import devices_course
from support.paths import MINI_CLASS, MINI_COURSE

from antorcha.bulk import keys
from antorcha.course.load import load_course

PACKAGE = Path(keys.__file__).parent.parent

GRADING = """\
title = "Two topics"
language = "es"
preload = ["json"]
requirements = ["numpy"]

[[topics]]
name = "layers"
exercises = [{ name = "double", points = 2, figure = true }]

[[topics]]
name = "shapes"
exercises = [{ name = "half", points = 1 }]
"""
FILES = {
    "exercises/layers.py": "def double(x): ...\n",
    "exercises/test_layers.py": "def test_double(agree): agree('double', 1)\n",
    "exercises/shapes.py": "def half(x): ...\n",
    "exercises/test_shapes.py": "def test_half(agree): agree('half', 1)\n",
    "exercises/data/table.csv": "1,2\n",
    "graders/test_layers.py": "def test_double(agree): agree('double', 1)\n",
    "graders/test_shapes.py": "def test_half(agree): agree('half', 1)\n",
    "reference/layers.py": "def double(x): return x + x\n",
    "reference/shapes.py": "def half(x): return x / 2\n",
    "reference/variants/layers.py": "",
    "reference/variants/shapes.py": "",
    "reference/lessons/layers.md": "Doubling.\n",
    "locale/es/LC_MESSAGES/course.po": 'msgid "Twice."\nmsgstr "Dos veces."\n',
    "locale/es/LC_MESSAGES/layers.po": 'msgid "Double."\nmsgstr "Doble."\n',
    "locale/es/LC_MESSAGES/shapes.po": 'msgid "Half."\nmsgstr "Mitad."\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "grading.toml").write_text(GRADING)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def key_of(root: Path, topic: str = "layers") -> str:
    return keys.course_key(load_course(root), topic)


def appended(name: str, text: str = "# changed\n") -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)

    return change


def configured(old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / "grading.toml").read_text()
        assert old in text
        (root / "grading.toml").write_text(text.replace(old, new, 1))

    return change


COUNTS = {
    "the hidden tests": appended("graders/test_layers.py"),
    "the reference": appended("reference/layers.py"),
    "a known mistake": appended("reference/variants/layers.py"),
    "the stub": appended("exercises/layers.py"),
    "a visible test that draws": appended("exercises/test_layers.py"),
    "data of the exercises": appended("exercises/data/table.csv", "3,4\n"),
    "a conftest at the root": appended("conftest.py"),
    "a conftest of the graders": appended("graders/conftest.py"),
    "a conftest of the exercises": appended("exercises/conftest.py"),
    "a helper at the root": appended("helpers.py"),
    "a package of helpers at the root": lambda root: (
        appended("tools/__init__.py")(root),
        appended("tools/deep/ramp.py")(root),
    ),
    "a helper of the graders": appended("graders/common.py"),
    "a helper in a folder called like a topic": appended("graders/shapes/helper.py"),
    "data called like a topic": appended("graders/data/shapes.json", "{}"),
    "data of the reference called like a topic": appended("reference/shapes.csv", "1\n"),
    "a helper of the exercises": appended("exercises/common.py"),
    "the course's translations": appended("locale/es/LC_MESSAGES/course.po", 'msgid "a"\nmsgstr "b"\n'),
    "the topic's translations": appended("locale/es/LC_MESSAGES/layers.po", 'msgid "a"\nmsgstr "b"\n'),
    "preload": configured('preload = ["json"]', "preload = []"),
    "requirements": configured('requirements = ["numpy"]', 'requirements = ["pytest"]'),
    "the language": configured('language = "es"', 'language = "en"'),
    "the seed": configured('language = "es"', 'language = "es"\nseed = 1'),
    "points": configured("points = 2", "points = 3"),
    "a limit": configured("[[topics]]", "[limits]\nthreads = 5\n[[topics]]"),
    "a tolerance": configured("[[topics]]", "[tolerances.float32]\nrtol = 0.1\natol = 0.1\n[[topics]]"),
    "a tolerance on a device": configured(
        "[[topics]]", "[device_tolerances.cuda.float32]\nrtol = 0.1\natol = 0.1\n[[topics]]"
    ),
}


@pytest.mark.parametrize("change", COUNTS.values(), ids=COUNTS)
def test_what_a_mark_rests_on_changes_the_key(root: Path, change: Callable[[Path], None]) -> None:
    before = key_of(root)
    change(root)
    assert key_of(root) != before


CHANGES_NOTHING = {
    "the title": configured('title = "Two topics"', 'title = "Two"'),
    "what students are told": configured('language = "es"', 'language = "es"\nfeedback = "nothing"'),
    "a lesson": appended("reference/lessons/layers.md"),
    "the hidden tests of another topic": appended("graders/test_shapes.py"),
    "the reference of another topic": appended("reference/shapes.py"),
    "a known mistake of another topic": appended("reference/variants/shapes.py"),
    "the stub of another topic": appended("exercises/shapes.py"),
    "another topic's translations": appended("locale/es/LC_MESSAGES/shapes.po", 'msgid "a"\nmsgstr "b"\n'),
    "points of another topic": configured("points = 1", "points = 5"),
    "what Python leaves behind": appended("graders/__pycache__/test_layers.pyc"),
}


@pytest.mark.parametrize("change", CHANGES_NOTHING.values(), ids=CHANGES_NOTHING)
def test_what_is_nothing_to_a_topic_lets_its_results_stand(root: Path, change: Callable[[Path], None]) -> None:
    before = key_of(root)
    change(root)
    assert key_of(root) == before


@pytest.mark.parametrize("line", ["from test_shapes import case", "from .test_shapes import (\n    case,\n)"])
def test_what_a_grader_takes_from_another_topic_counts_for_it_too(root: Path, line: str) -> None:
    appended("graders/test_layers.py", f"{line}\n")(root)
    before = key_of(root)
    appended("graders/test_shapes.py")(root)
    assert key_of(root) != before


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("WORDS = open('words.txt').read()", "words.txt"),
        ('CASES = Path("cases") / "layers.json"', "cases/layers.json"),
        ("CASES = json.loads(Path('cases/more/layers.json').read_text())", "cases/more/layers.json"),
        ("from tools.ramp import ramp", "tools/ramp.py"),
        ("import tools.deep.ramp", "tools/deep/ramp.py"),
    ],
)
def test_what_a_grader_names_beside_the_courses_folders_counts(root: Path, line: str, named: str) -> None:
    appended(named, "1\n")(root)
    unnamed = key_of(root)
    appended(named, "2\n")(root)
    assert key_of(root) == unnamed
    appended("graders/test_layers.py", f"{line}\n")(root)
    before = key_of(root)
    appended(named, "3\n")(root)
    assert key_of(root) != before


def test_what_a_script_beside_the_course_names_is_nothing_to_a_mark(root: Path) -> None:
    appended("build.py", "SOURCES = 'src'\n")(root)
    before = key_of(root)
    appended("src/words.txt")(root)
    assert key_of(root) == before


def test_results_beside_the_course_are_nothing_to_a_mark(root: Path) -> None:
    appended("graders/test_layers.py", "KIND = 'results'\n")(root)
    appended("results/results.db")(root)
    before = key_of(root)
    appended("results/grades.csv")(root)
    assert key_of(root) == before


# A hidden test that says, when its grader ends, which of our modules that process has loaded.
ASKING = """
import atexit, json, sys
from pathlib import Path

def _write():
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    ours = [file for name, file in files.items() if name.partition(".")[0] == "antorcha" and file]
    Path(OUT).write_text(json.dumps(ours))

atexit.register(_write)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_a_line_changed_in_any_module_that_a_grader_has_loaded_changes_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, package, out = tmp_path / "course", tmp_path / "antorcha", tmp_path / "loaded.json"
    shutil.copytree(MINI_COURSE, course)
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    test_file = next((course / "graders").glob("test_*.py"))
    test_file.write_text(test_file.read_text() + f"\nOUT = {str(out)!r}\n" + ASKING)
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", str(MINI_CLASS), "--course", str(course)]
    subprocess.run([*command, "--out", str(tmp_path / "results"), "--quiet", "--jobs", "1"], check=True)
    loaded = [Path(file).relative_to(PACKAGE) for file in json.loads(out.read_text())]
    assert len(loaded) > 60
    monkeypatch.setattr(keys, "_PACKAGE", package)
    monkeypatch.setattr(keys, "code_digest", keys.code_digest.__wrapped__)
    before = keys.code_digest()
    forgotten = []
    for module in loaded:
        text = (package / module).read_text("utf-8")
        (package / module).write_text(text + "# changed\n", "utf-8")
        if keys.code_digest() == before:
            forgotten.append(str(module))
        (package / module).write_text(text, "utf-8")
    assert forgotten == []


def test_a_key_is_made_without_torch_and_is_the_same_with_it(tmp_path: Path) -> None:
    course = devices_course.make_course(tmp_path / "course", '["cpu", "accelerator"]')
    ask = f"""
import sys
from pathlib import Path
from antorcha.bulk.keys import course_key
from antorcha.course.load import load_course

print(course_key(load_course(Path({str(course)!r})), "places"), "torch" in sys.modules)
"""
    found = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for code in (ask, f"import torch\n{ask}")
    ]
    assert [imported for _, imported in found] == ["False", "True"]
    assert found[0][0] == found[1][0]
