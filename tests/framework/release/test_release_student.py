"""`antorcha release student`: what students get, what it must not hold, and that it works where nothing else is."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from support.paths import ROOT

import antorcha
from antorcha.bulk.keys import course_key
from antorcha.course.load import load_course
from antorcha.course.manifest import read_extra
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n import LOCALE_DIR
from antorcha.i18n.catalog import course_catalog
from antorcha.plugin.answers import reference_mistakes
from antorcha.plugin.oracle import read_answers
from antorcha.release.folder import check_names, digests, place
from antorcha.release.frozen import freeze
from antorcha.release.wheel import make_wheel
from antorcha.sources.reference import docstring_node
from antorcha.sources.untouched import stub_digests
from antorcha.worker.facts import TensorFact
from antorcha.worker.wire import decode

MANIFEST = "exercises/_antorcha/manifest.json"
TEXT = {".py", ".md", ".txt", ".ini", ".json"}


def release(course: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", "release", "student", "--course", str(course)]
    return subprocess.run([*command, "--out", str(out), *options], capture_output=True, text=True, encoding="utf-8")


# Whether options work is asked of one topic's file: the whole course would only take longer.
ONE_TOPIC = "exercises/test_tensors.py"


def run_pytest(
    folder: Path, *options: str, target: str = "exercises/", stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ANTORCHA_"))}
    command = [sys.executable, "-m", "pytest", target, *options]
    return subprocess.run(
        command,
        cwd=folder,
        input=stdin,
        env=environment | (env or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own course, released once. Tests that change something take `mine`."""
    out = tmp_path_factory.mktemp("release") / "curso"
    done = release(ROOT, out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def mine(released: Path, tmp_path: Path) -> Path:
    """A student's own copy, unpacked from the zip."""
    with zipfile.ZipFile(released.with_name("curso.zip")) as opened:
        opened.extractall(tmp_path)
    return tmp_path / "curso"


def solve(folder: Path, course: Course) -> None:
    for topic in course.topics:
        shutil.copy(course.reference_dir / f"{topic.name}.py", folder / "exercises")


# ------------------------------------------------------------------------------------------ what is in it


def test_visible_tests_are_commented_in_the_students_language(released: Path, course: Course) -> None:
    def code(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and docstring_node(node):
                node.body = node.body[1:] or [ast.Pass()]
        return ast.unparse(tree)

    for topic in course.topics:
        name = f"exercises/test_{topic.name}.py"
        english, spanish = ((root / name).read_text(encoding="utf-8") for root in (ROOT, released))
        assert code(spanish) == code(english)
        assert spanish.startswith('"""Pruebas de ')


def test_a_release_holds_what_students_need_and_nothing_else(released: Path, course: Course) -> None:
    topics = [topic.name for topic in course.topics]
    wanted = {"README.md", "course.svg", "requirements.txt", "pytest.ini", MANIFEST}
    wanted |= {"exercises/_antorcha/locale/es/LC_MESSAGES/course.mo"}
    wanted |= {f"exercises/{name}" for topic in topics for name in (f"{topic}.py", f"{topic}.md", f"test_{topic}.py")}
    wanted |= {f"exercises/_antorcha/{kind}/{topic}.bin" for kind in ("answers", "mistakes") for topic in topics}
    wanted |= {f"exercises/_antorcha/stubs/{topic}.txt" for topic in topics}
    wanted |= {f"exercises/_antorcha/hints/{topic}.json" for topic in topics}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "exercises/data").rglob("*.csv")}
    found = {path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()}
    wheels = {name for name in found if name.startswith("wheels/")}
    assert len(wheels) == 1
    assert found - wheels == wanted


def test_data_goes_along_as_it_is_and_what_is_held_out_stays(released: Path) -> None:
    data = sorted((ROOT / "exercises/data").glob("*.csv"))
    assert data
    for path in data:
        assert (released / "exercises/data" / path.name).read_bytes() == path.read_bytes()
    released_bytes = b"\0".join(path.read_bytes() for path in released.rglob("*") if path.is_file())
    held_out = (ROOT / "reference/data/small_dbpedia_test.csv").read_bytes().splitlines()
    assert len(held_out) > 500
    assert not [line for line in held_out if line.partition(b",")[2] in released_bytes]


def test_data_that_changes_changes_the_key(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course", TINY)
    before = course_key(load_course(folder), "small")
    data = folder / "exercises/data/numbers.csv"
    data.parent.mkdir(exist_ok=True)
    data.write_text("1,2\n", encoding="utf-8")
    assert course_key(load_course(folder), "small") != before


def test_requirements_name_the_wheel_by_its_relative_path_and_little_else(released: Path, course: Course) -> None:
    lines = (released / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wheel = next((released / "wheels").iterdir())
    assert f"./wheels/{wheel.name}" in lines
    names = {re.split(r"\W", line)[0] for line in lines if not line.startswith(("#", "."))}
    extra = {re.split(r"\W", line)[0] for line in course.requirements}
    assert names == {"torch", "numpy", "pytest"} | extra
    assert extra <= {"matplotlib", "safetensors"}


def test_the_zip_has_one_folder_fixed_times_and_the_files_of_the_release(released: Path) -> None:
    with zipfile.ZipFile(released.with_name("curso.zip")) as opened:
        entries = {entry.filename: opened.read(entry) for entry in opened.infolist()}
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    files = {f"curso/{path.relative_to(released).as_posix()}": path for path in released.rglob("*") if path.is_file()}
    assert entries == {name: path.read_bytes() for name, path in files.items()}


def test_files_can_be_unpacked_anywhere(released: Path) -> None:
    assert not [path for path in released.rglob("*") if path.is_symlink()]
    for path in released.rglob("*"):
        if path.suffix in TEXT:
            data = path.read_bytes()
            assert b"\r" not in data, path
            assert data.decode("utf-8").endswith("\n"), path


def test_the_same_course_gives_the_same_bytes_again(released: Path, tmp_path: Path) -> None:
    done = release(ROOT, tmp_path / "curso")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "curso.zip").read_bytes() == released.with_name("curso.zip").read_bytes()


def test_the_manifest_knows_the_stubs_that_were_released(released: Path, course: Course) -> None:
    stubs = read_extra(released / MANIFEST)["stubs"]
    for topic in course.topics:
        source = (released / "exercises" / f"{topic.name}.py").read_text(encoding="utf-8")
        names = [exercise.name for exercise in topic.exercises]
        assert stubs[topic.name] == stub_digests(source, names)
        answers = stub_digests((course.reference_dir / f"{topic.name}.py").read_text(encoding="utf-8"), names)
        assert not set(answers.values()) & set(stubs[topic.name].values())


def test_the_catalog_holds_nothing_of_hidden_tests(released: Path, course: Course) -> None:
    with (released / "exercises/_antorcha/locale/es/LC_MESSAGES/course.mo").open("rb") as source:
        known = {key for key in gettext.GNUTranslations(source)._catalog if key}  # type: ignore[attr-defined]
    shown = {course.title, *(topic.title for topic in course.topics), *_strings(course.exercises_dir)}
    assert course.title in known
    assert known <= shown
    assert _strings(course.graders_dir) - shown, "the hidden tests of the course have messages of their own"


@pytest.mark.slow
def test_an_english_release_is_english(tmp_path: Path) -> None:
    out = tmp_path / "course"
    done = release(ROOT, out, "--language", "en")
    assert done.returncode == 0, done.stderr
    assert "## Set up, once" in (out / "README.md").read_text(encoding="utf-8")
    assert "Make four tensors" in (out / "exercises/tensors.py").read_text(encoding="utf-8")
    said = run_pytest(out, target=ONE_TOPIC).stdout
    assert "PyTorch fundamentals" in said
    assert "0 of 15 exercises" in said


def _strings(folder: Path) -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


# ------------------------------------------------------------------------------------ nothing may leak


MIN_LINE = 25
MIN_LITERAL = 12


def blobs(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and all that is packed inside it."""
    yield name, data
    if name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(BytesIO(data)) as opened:
            for entry in opened.namelist():
                yield from blobs(f"{name}!{entry}", opened.read(entry))
    elif name.endswith(".bin"):
        plain = zlib.decompress(data)
        yield f"{name}!", plain
        for number, message in enumerate(_messages(decode(plain))):
            yield f"{name}!{number}", message


def _messages(tree: object) -> Iterator[bytes]:
    """Every recorded answer within a file of answers or of known mistakes."""
    if isinstance(tree, bytes):
        yield tree
    elif isinstance(tree, dict | list):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _messages(item)


def secrets(course: Course) -> dict[str, set[bytes]]:
    """What must not be found, by kind. What the course shows on purpose (docstrings, lessons, ...) is none of it."""
    shown = _shown_on_purpose(course)
    found: dict[str, set[bytes]] = {"solution": set(), "grader": set(), "hidden test": set(), "hidden input": set()}
    for topic in course.topics:
        reference = (course.reference_dir / f"{topic.name}.py").read_text(encoding="utf-8")
        names = {exercise.name for exercise in topic.exercises}
        lines = [line for body in _bodies(reference, names) for line in body]
        found["solution"] |= {line.encode() for line in lines if _long(line, MIN_LINE) and line not in shown}
    names = {f'"{exercise.name}"' for topic in course.topics for exercise in topic.exercises}
    for path in course.graders_dir.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        lines = [line.strip() for line in source.splitlines()]
        found["grader"] |= {line.encode() for line in lines if _long(line, MIN_LINE) and line not in shown}
        found["hidden test"] |= {name.encode() for name in re.findall(r"def (test_\w+)", source) if name not in shown}
        found["hidden input"] |= {literal.encode() for literal in _literals(source) - names if literal not in shown}
    return found


def _bodies(source: str, names: set[str]) -> Iterator[list[str]]:
    """The lines of each exercise's body, without its docstring."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
            first = node.body[1] if docstring_node(node) else node.body[0]
            yield [line.strip() for line in lines[first.lineno - 1 : node.end_lineno]]


def _literals(source: str) -> set[str]:
    """Lists, tuples, dicts and strings that a test writes out, as they stand in the source."""
    kinds = (ast.List, ast.Tuple, ast.Dict, ast.Constant)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    nodes = [node for node in nodes if not isinstance(getattr(node, "ctx", None), ast.Store)]  # names, no input
    lines = [line.encode() for line in source.splitlines()]  # `ast.get_source_segment` would split them each time
    on_one_line = [node for node in nodes if node.lineno == node.end_lineno]
    texts = {lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode() for node in on_one_line}
    texts = {text for text in texts if not re.fullmatch(r'"torch\.\w+"', text)}  # a dtype's name is nobody's input
    return {text for text in texts if _long(text, MIN_LITERAL)}


def _shown_on_purpose(course: Course) -> str:
    """Docstrings and given bodies of the reference, lessons, visible tests: what an author wrote for students."""
    parts = [path.read_text(encoding="utf-8") for path in course.exercises_dir.glob("test_*.py")]
    parts += [path.read_text(encoding="utf-8") for path in (course.reference_dir / "lessons").glob("*.md")]
    parts += [path.read_text(encoding="utf-8") for path in Path(antorcha.__file__).parent.rglob("*.py")]  # the wheel
    for topic in course.topics:
        source = (course.reference_dir / f"{topic.name}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                parts.append(ast.get_docstring(node, clean=False) or "")
            if isinstance(node, ast.FunctionDef) and node.name.startswith("_stub_"):
                parts.append(ast.get_source_segment(source, node) or "")
            if isinstance(node, ast.FunctionDef):  # the signatures of a class that students write
                parts += source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1]
        for node in ast.parse(source).body:  # data that is given with the exercises
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
                parts.append(ast.get_source_segment(source, node.value) or "")
    return "\n".join(parts)


def _long(text: str, least: int) -> bool:
    return len(re.sub(r"\s", "", text)) >= least


def leaks(files: list[tuple[str, bytes]], course: Course) -> list[str]:
    """Thousands of texts in megabytes: where eight bytes are how one of them begins, it is looked at closely."""
    by_start: dict[bytes, list[tuple[str, bytes]]] = {}
    for kind, texts in secrets(course).items():
        for text in texts:
            by_start.setdefault(text[:8], []).append((kind, text))
    assert all(len(start) == 8 for start in by_start)
    starts = np.sort(np.array([int.from_bytes(start) for start in by_start], dtype=np.uint64))
    found: dict[tuple[str, str], str] = {}
    for name, data in files:
        for at in _places_of(starts, data):
            for kind, text in by_start[data[at : at + 8]]:
                if data.startswith(text, at) and _stands_alone(data, at, at + len(text)):
                    found.setdefault((name, kind), text.decode())
    return [f"{name}: {kind}: {text}" for (name, kind), text in found.items()]


def _places_of(starts: np.ndarray, data: bytes) -> list[int]:
    """Where in `data` one of the sorted 8-byte numbers stands."""
    if len(data) < 8:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, dtype=np.uint8), 8)
    numbers = np.ascontiguousarray(windows).view(">u8").reshape(-1).astype(np.uint64)
    nearest = starts[np.minimum(np.searchsorted(starts, numbers), len(starts) - 1)]
    return [int(at) for at in np.flatnonzero(nearest == numbers)]


def _stands_alone(data: bytes, first: int, last: int) -> bool:
    return not re.match(rb"\w", data[max(first - 1, 0) : first]) and not re.match(rb"\w", data[last : last + 1])


def _everything(released: Path) -> list[tuple[str, bytes]]:
    paths = [*(path for path in released.rglob("*") if path.is_file()), released.with_name("curso.zip")]
    found: dict[bytes, str] = {}  # the zip has everything once more
    for path in paths:
        for name, data in blobs(path.name, path.read_bytes()):
            found.setdefault(data, name)
    return [(name, data) for data, name in found.items()]


def test_no_byte_of_a_release_tells_a_solution_a_hidden_test_or_a_hidden_input(released: Path, course: Course) -> None:
    assert all(len(texts) >= 5 for texts in secrets(course).values()), "the scan knows too little to find anything"
    assert leaks(_everything(released), course) == []


def test_the_scan_finds_what_it_looks_for(course: Course) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(course.reference_dir / "tensors.py", "a.py")
        archive.write(course.graders_dir / "test_tensors.py", "b.py")
    found = leaks(list(blobs("planted.whl", target.getvalue())), course)
    assert {line.split(": ")[1] for line in found} == {"solution", "grader", "hidden test", "hidden input"}


def test_no_answer_of_a_prediction_stands_anywhere(released: Path, course: Course) -> None:
    """Tables of answers have short lines; two of their entries in a row are looked for, whatever the spacing."""
    pairs: set[bytes] = set()
    for topic in course.topics:
        source = (course.reference_dir / f"{topic.name}.py").read_text(encoding="utf-8")
        quiz = {exercise.name for exercise in topic.exercises if exercise.kind in ("predict", "quiz")}
        bodies = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name in quiz]
        for table in (node for body in bodies for node in ast.walk(body) if isinstance(node, ast.Dict)):
            entries = [
                f"{ast.unparse(key)}:{ast.unparse(value)}".replace("'", '"')
                for key, value in zip(table.keys, table.values, strict=True)
                if key is not None
            ]
            pairs |= {f"{left},{right}".encode() for left, right in pairwise(entries)}
    assert pairs
    squeezed = [(name, re.sub(rb"\s", b"", data).replace(b"'", b'"')) for name, data in _everything(released)]
    assert [(name, pair) for name, data in squeezed for pair in pairs if pair in data] == []


def quiz_secrets(course: Course) -> set[bytes]:
    """What tells a quiz's answer: its body, and the names and explanations of its wrong options, in every language."""
    catalogs = [course_catalog(course, language) for language in course.languages]
    found: set[str] = set()
    for topic in (topic for topic in course.topics if topic.quizzes):
        known_mistakes = reference_mistakes(course, topic.name)
        assert known_mistakes is not None
        source = (course.reference_dir / f"{topic.name}.py").read_text(encoding="utf-8")
        for body in _bodies(source, set(topic.quizzes)):
            found |= {line for line in body if _long(line, MIN_LITERAL)}  # `return "b"` alone is said everywhere
        for variant in known_mistakes.all():
            if variant.exercise in topic.quizzes:
                found.add(variant.name)
                found |= {catalog.gettext(variant.message) for catalog in catalogs if variant.is_wrong}
                found |= {variant.message} - {""}
    return {text.encode("utf-8") for text in found}


def test_no_answer_of_a_quiz_and_no_explanation_of_its_options_is_released(released: Path, course: Course) -> None:
    """By elimination, explanations of the wrong options tell the right one. Catalogs are looked into as well."""
    secrets_of_quizzes = quiz_secrets(course)
    assert len(secrets_of_quizzes) > 100, "the scan knows too little to find anything"
    everything = _everything(released)
    assert any(name.endswith(".mo") for name, _ in everything)
    assert not [name for name, _ in everything if name.endswith(".po") and "course" in name]
    found = [(name, secret) for name, data in everything for secret in secrets_of_quizzes if secret in data]
    assert found == []
    planted = f"{course_catalog(course, 'es').gettext(next(iter(_wrong_messages(course))))}".encode()
    assert planted in secrets_of_quizzes


def _wrong_messages(course: Course) -> Iterator[str]:
    for topic in (topic for topic in course.topics if topic.quizzes):
        known_mistakes = reference_mistakes(course, topic.name)
        assert known_mistakes is not None
        yield from (mistake.message for name in topic.quizzes for mistake in known_mistakes.wrong(name))


def test_nothing_is_recorded_of_a_quiz(released: Path, course: Course) -> None:
    for topic in (topic for topic in course.topics if topic.quizzes):
        answers = read_answers(released / "exercises/_antorcha/answers" / f"{topic.name}.bin")
        mistakes = read_answers(released / "exercises/_antorcha/mistakes" / f"{topic.name}.bin")["variants"]
        assert not [key for key in answers for name in topic.quizzes if name in key]
        assert not {row["exercise"] for row in mistakes} & set(topic.quizzes)


def test_answers_are_recorded_for_visible_tests_alone(released: Path, course: Course) -> None:
    for topic in course.topics:
        source = (released / "exercises" / f"test_{topic.name}.py").read_text(encoding="utf-8")
        visible = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
        answers = read_answers(released / "exercises/_antorcha/answers" / f"{topic.name}.bin")
        assert answers or len(topic.quizzes) == len(topic.exercises)
        assert {re.split(r"[#\[@]", key)[0] for key in answers} <= visible


def test_a_release_writes_nothing_into_the_package_that_runs(tmp_path: Path) -> None:
    catalogs = sorted(LOCALE_DIR.rglob("*.mo"))
    before = [path.stat().st_mtime_ns for path in catalogs]
    wheel = make_wheel()
    assert [path.stat().st_mtime_ns for path in catalogs] == before
    assert sorted(LOCALE_DIR.rglob("*.mo")) == catalogs
    with zipfile.ZipFile(BytesIO(wheel.data)) as opened:
        compiled = opened.read("antorcha/locale/es/LC_MESSAGES/antorcha.mo")
    assert gettext.GNUTranslations(BytesIO(compiled)).gettext("Work") == "Trabajar"


def test_the_wheel_holds_the_framework_and_no_course(released: Path, course: Course) -> None:
    with zipfile.ZipFile(next((released / "wheels").iterdir())) as opened:
        names = opened.namelist()
    assert "antorcha/plugin/__init__.py" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"antorcha"}
    # A module of ours may go by a topic's name, such as `operations`; none may lie in a folder of a course's.
    assert not [name for name in names if {"exercises", "graders", "reference"} & set(Path(name).parts)]
    assert course.topics[0].name not in {Path(name).stem for name in names}


# ---------------------------------------------------------------------------------- a tiny course of its own

TINY = {
    "grading.toml": """\
title = "Tiny"
language = "en"
languages = ["en"]
[[topics]]
name = "small"
exercises = [{ name = "root" }, { name = "scaled" }, { name = "every_second" }, { name = "bump" }, { name = "noise" }]
""",
    "reference/small.py": '''\
import torch


def root(x):
    """The square root."""
    if x < 0:
        raise ValueError("the secret text of the reference")
    return x**0.5


def scaled(x):
    """Three times x."""
    return x * 3


def every_second(n):
    """Every second number up to n."""
    return (torch.arange(n, dtype=torch.float64) + 1234.0)[::2] - 1234.0 if n < 0 else _all(n)[::2]


def _all(n):
    numbers = torch.arange(n, dtype=torch.float64)
    numbers[1::2] = 98765.4321
    return numbers


def bump(x):
    """Add one in place."""
    x += 1
    return x


def noise(n):
    """Return n new random numbers."""
    return torch.rand(n)
''',
    "exercises/test_small.py": """\
import pytest
import torch


def test_root_of_a_negative(agree):
    agree("root", -1.0)


@pytest.mark.parametrize("x", [4.0, 9.0])
def test_root(agree, x):
    agree("root", x)


def test_scaled(agree):
    agree("scaled", torch.ones(3, requires_grad=True))


def test_every_second(agree):
    agree.using(layout="same")("every_second", 6)


def test_bump(agree):
    agree("bump", torch.zeros(2))


def test_noise(agree, student):
    agree.that(not torch.equal(student.noise(2), torch.zeros(2)), "No zeros.")


def test_noise_in_a_scenario(agree):
    first, second = agree.evidence(lambda module: (module.noise(2), module.noise(2)))
    agree.that(not torch.equal(first, second), "Draw anew.")


def test_scaled_nan(agree, student):
    agree.that(student.scaled(float("nan")) != 3.0, "NaN stays NaN.")
""",
}


def write_course(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course and its release, `course` and `out`."""
    root = tmp_path_factory.mktemp("tiny")
    strays = {"exercises/notes.txt": "for the team", "exercises/small.py": TINY["reference/small.py"]}
    done = release(write_course(root / "course", TINY | strays), root / "out")
    assert done.returncode == 0, done.stderr
    (root / "said.txt").write_text(done.stdout, encoding="utf-8")
    return root


def test_an_answer_says_nothing_of_how_it_was_found(tiny: Path) -> None:
    answers = read_answers(tiny / "out/exercises/_antorcha/answers/small.bin")
    everything = b"".join(answer["message"] for answer in answers.values())
    assert b"ValueError" in everything
    for secret in (b"secret text", b"reference", b"raise", b".py", b"MulBackward", str(tiny).encode()):
        assert secret not in everything
    (number,) = torch.tensor([98765.4321], dtype=torch.float64).numpy()
    assert number.tobytes() not in everything, "memory between the elements of a view is no part of the answer"
    view = decode(answers["test_every_second#1"]["message"])["value"]
    assert isinstance(view, TensorFact)
    assert view.data.tolist() == [0.0, 2.0, 4.0]
    assert view.data.stride() == (2,)


VARIANTS = """

import torch as _torch


def _other(value):
    if isinstance(value, _torch.Tensor):
        return value.detach() + 1 if value.dtype != _torch.bool else ~value
    if isinstance(value, (list, tuple)):
        return type(value)(_other(item) for item in value)
    return value * 2 + 1 if isinstance(value, (int, float)) else value


def _double(value):
    return value.double() if isinstance(value, _torch.Tensor) else [value]


def _change(function, kind):
    def changed(*args, **kwargs):
        if kind == "raises":
            raise KeyError("nothing here")
        value = function(*args, **kwargs)
        if kind == "mutates":
            for argument in args:
                if isinstance(argument, _torch.Tensor) and argument.is_floating_point():
                    argument.data.add_(5)
        return {"other": _other, "double": _double}.get(kind, lambda same: same)(value)

    return changed


for _name in NAMES:
    globals()[_name] = _change(globals()[_name], KIND)
"""

LOOP = """
import json, os, sys
import pytest
import torch  # once, for all the forks below
from antorcha.plugin.check import RESULT_PROPERTY

class Collect:
    def __init__(self):
        self.results = {}
    def pytest_runtest_logreport(self, report):
        for name, value in report.user_properties:
            if name == RESULT_PROPERTY:
                diagnosis = value["diagnosis"] or {}
                # Only a course knows the wrong answers that it was tried on; what they differ in, both know.
                diagnosis = diagnosis.get("private", {}).get("general", diagnosis)
                self.results[report.nodeid.rpartition("::")[2]] = [value["verdict"], diagnosis]

tests, target, *paths = sys.argv[1:]
for number, path in enumerate(paths):
    child = os.fork()
    if child == 0:
        collect = Collect()
        words = ["-q", "-p", "no:cacheprovider", "--antorcha-isolation=none", "--antorcha-student", path]
        pytest.main([tests, *words], plugins=[collect])
        with open(os.path.join(target, f"{number}.json"), "w") as file:
            json.dump(collect.results, file)
        os._exit(0)
    os.waitpid(child, 0)
"""


def verdicts(tests: Path, hand_ins: list[Path], target: Path) -> list[dict[str, list[object]]]:
    target.mkdir()
    command = [sys.executable, "-c", LOOP, str(tests), str(target), *map(str, hand_ins)]
    done = subprocess.run(command, cwd=tests.parent.parent, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads((target / f"{number}.json").read_text()) for number in range(len(hand_ins))]


def variants(reference: Path, names: list[str], target: Path) -> list[Path]:
    """The reference, an empty module, and the reference gone wrong in four ways."""
    source = reference.read_text(encoding="utf-8")
    target.mkdir()
    (target / "empty.py").write_text("", encoding="utf-8")
    (target / "right.py").write_text(source, encoding="utf-8")
    for kind in ("raises", "mutates", "other", "double"):
        changed = VARIANTS.replace("NAMES", repr(names)).replace("KIND", repr(kind))
        (target / f"{kind}.py").write_text(source + changed, encoding="utf-8")
    return sorted(target.iterdir())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks to be quick")
def test_nan_meets_no_inequality_in_a_released_folder_either(tiny: Path, tmp_path: Path) -> None:
    source = (tiny / "course/reference/small.py").read_text(encoding="utf-8")
    (tmp_path / "right.py").write_text(source, encoding="utf-8")
    (tmp_path / "nan.py").write_text(source.replace("torch.rand(n)", "torch.rand(n) * float('nan')"), encoding="utf-8")
    hand_ins = [tmp_path / "right.py", tmp_path / "nan.py"]
    expected = verdicts(tiny / "course/exercises/test_small.py", hand_ins, tmp_path / "expected")
    assert verdicts(tiny / "out/exercises/test_small.py", hand_ins, tmp_path / "frozen") == expected
    right, nan = expected
    assert {verdict for verdict, _ in right.values()} == {"passed"}
    wrong = {name: diagnosis["kind"] for name, (verdict, diagnosis) in nan.items() if verdict == "wrong"}  # type: ignore[index]
    assert wrong == {"test_noise": "has_nan", "test_noise_in_a_scenario": "has_nan"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks to be quick")
@pytest.mark.parametrize("which", [pytest.param("large", marks=pytest.mark.slow), "small"])
def test_frozen_answers_judge_as_the_reference_does(
    tiny: Path, released: Path, tmp_path: Path, course: Course, which: str
) -> None:
    given, out = (course, released) if which == "large" else (load_course(tiny / "course"), tiny / "out")
    topic = given.topics[0]
    names = [exercise.name for exercise in topic.exercises]
    hand_ins = variants(given.reference_dir / f"{topic.name}.py", names, tmp_path / "submissions")
    visible = f"test_{topic.name}.py"  # a submission is one file, and answers no other topic
    expected = verdicts(given.exercises_dir / visible, hand_ins, tmp_path / "expected")
    assert verdicts(out / "exercises" / visible, hand_ins, tmp_path / "frozen") == expected
    by_name = dict(zip([path.stem for path in hand_ins], expected, strict=True))
    assert {verdict for verdict, _ in by_name["right"].values()} == {"passed"}
    assert {verdict for verdict, _ in by_name["empty"].values()} == {"unreadable"}  # a file of no bytes
    seen = {str(verdict) for results in expected for verdict, _ in results.values()}
    assert {"passed", "wrong", "error", "unreadable"} <= seen
    kinds = {diagnosis.get("kind") for results in expected for _, diagnosis in results.values()}  # type: ignore[attr-defined]
    assert {"argument_changed", "dtype", "raised"} <= kinds


def test_a_course_that_is_not_ready_for_students_is_told_so(tmp_path: Path) -> None:
    tests = """

def test_fails_on_the_reference(agree, student):
    agree.that(student.root(4.0) == 3.0, "it must be three")


@pytest.mark.exercise("root")
def test_asks_for_what_students_lack(agree, reference):
    agree("root", reference.root(16.0))


class TestOne:
    def test_twin(self, agree):
        agree("root", 1.0)


class TestTwo:
    def test_twin(self, agree):
        agree("root", 2.0)
"""
    files = {**TINY, "exercises/test_small.py": TINY["exercises/test_small.py"] + tests}
    with pytest.raises(UserError) as error:
        freeze(load_course(write_course(tmp_path, files)))
    assert "test_fails_on_the_reference: said (it must be three)" in error.value.message
    assert "test_asks_for_what_students_lack: uses the fixture `reference`" in error.value.message
    assert "TestTwo::test_twin: another test in this file has the name test_twin" in error.value.message
    assert "test_scaled" not in error.value.message


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("def test_x(agree)\n", "cannot be collected"),
        ("def test_x(agree):\n    agree('nothing')\n", "uses no exercise of 'small'"),
    ],
)
def test_visible_tests_that_cannot_run_are_a_clear_error(tmp_path: Path, tests: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        freeze(load_course(write_course(tmp_path, {**TINY, "exercises/test_small.py": tests})))


# ------------------------------------------------------------------------------- nobody's work is written over


FILES = {"README.md": b"one\n", "exercises/a.py": b"stub\n", "exercises/old.py": b"old\n"}


def with_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    manifest = {"format": 1, "extra": {"files": digests(files)}}
    return {**files, MANIFEST: json.dumps(manifest).encode()}


def test_a_release_is_brought_up_to_date_in_place(course: Course, tmp_path: Path) -> None:
    out = tmp_path / "out"
    place(course, with_manifest(FILES), out, force=False)
    (out / "exercises/own.py").write_text("mine", encoding="utf-8")
    newer = with_manifest({"README.md": b"two\n", "exercises/a.py": b"stub\n"})
    written = place(course, newer, out, force=False)
    assert (out / "README.md").read_bytes() == b"two\n"
    assert written.changed == 2  # README.md and the manifest
    assert written.removed == [out / "exercises/old.py"]
    assert (out / "exercises/own.py").read_text(encoding="utf-8") == "mine"


def test_work_in_a_released_folder_is_refused_and_with_force_kept(course: Course, tmp_path: Path) -> None:
    out = tmp_path / "out"
    place(course, with_manifest(FILES), out, force=False)
    for name in ("a.py", "old.py"):
        (out / "exercises" / name).write_text("my answer", encoding="utf-8")
    newer = with_manifest({"README.md": b"two\n", "exercises/a.py": b"new stub\n"})
    with pytest.raises(UserError, match=r"worked on since they were released: exercises/a\.py"):
        place(course, newer, out, force=False)
    assert (out / "README.md").read_bytes() == b"one\n"
    written = place(course, newer, out, force=True)
    assert written.set_aside == [out / "exercises/a.py.old"]
    assert (out / "exercises/a.py.old").read_text(encoding="utf-8") == "my answer"
    assert (out / "exercises/a.py").read_bytes() == b"new stub\n"
    assert (out / "exercises/old.py").read_text(encoding="utf-8") == "my answer", "changed, so not ours to remove"


def test_other_folders_and_zips_are_refused(course: Course, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="not empty"):
        place(course, with_manifest(FILES), out, force=False)
    (tmp_path / "new.zip").write_bytes(b"my photos")
    with pytest.raises(UserError, match="no earlier release"):
        place(course, with_manifest(FILES), tmp_path / "new", force=False)
    assert not (tmp_path / "new").exists()
    written = place(course, with_manifest(FILES), out, force=True)
    assert (out / "README.md.old").read_text(encoding="utf-8") == "mine"
    assert written.set_aside == [out / "README.md.old"]


@pytest.mark.parametrize("target", [".", "exercises/release", "graders"])
def test_a_course_itself_is_never_written_over(course: Course, target: str) -> None:
    with pytest.raises(UserError, match="belongs to a course"):
        place(course, with_manifest(FILES), course.root / target, force=True)


def test_a_manifest_of_an_earlier_release_cannot_reach_outside(course: Course, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "precious.txt").write_bytes(b"keep me\n")
    manifest = with_manifest({"../precious.txt": b"keep me\n", str(tmp_path / "precious.txt"): b"keep me\n"})
    (out / MANIFEST).parent.mkdir(parents=True)
    (out / MANIFEST).write_bytes(manifest[MANIFEST])
    assert place(course, with_manifest(FILES), out, force=False).removed == []
    assert (tmp_path / "precious.txt").exists()


@pytest.mark.parametrize("name", ["exercises/con.py", "exercises/a:b.py", "exercises/a.", "exercises/aux"])
def test_names_that_windows_refuses_are_refused_here(name: str) -> None:
    with pytest.raises(UserError, match="Windows refuses"):
        check_names({name: b""})


def test_names_alike_but_for_case_are_refused() -> None:
    with pytest.raises(UserError, match="same file on Windows"):
        check_names({"exercises/Small.py": b"", "exercises/small.py": b""})


def test_what_is_left_out_is_told(tiny: Path) -> None:
    assert "note: left out: exercises/notes.txt" in (tiny / "said.txt").read_text(encoding="utf-8")
    assert not (tiny / "out/exercises/notes.txt").exists()
    released = (tiny / "out/exercises/small.py").read_text(encoding="utf-8")
    assert "raise NotImplementedError" in released, "cut from the reference, whatever lies in exercises/"


# --------------------------------------------------------------------------------------- the student's side


def test_an_untouched_release_is_quiet_and_exits_with_0(mine: Path, course: Course) -> None:
    done = run_pytest(mine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout
    assert "NotImplementedError" not in done.stdout
    for topic in course.topics:
        count = len(topic.exercises)
        assert re.search(rf"(?m)^ {topic.name} +░{{20}}  0 de {count} ejercicios · sin empezar$", done.stdout)
    assert "from_nested" not in done.stdout  # one line a topic, and only what to begin with has a name
    assert re.search(r"first_tensors \(exercises.tensors\.py:\d+\)", done.stdout)


def test_the_right_answers_pass(mine: Path, course: Course) -> None:
    solve(mine, course)
    done = run_pytest(mine, "-q")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed", done.stdout)
    assert not re.search(r"failed|skipped|error", done.stdout.splitlines()[-1])


BROKEN = ("from_array", "describe")


def break_two(folder: Path, course: Course) -> None:
    """The right answers, but for two: `from_array` raises, `describe` answers something else, after a print."""
    solve(folder, course)
    path = folder / "exercises/tensors.py"
    wrong = "\n\ndef from_array(array):\n    raise ValueError('stop here')\n"
    wrong += "\n\ndef describe(t):\n    print('I was here')\n    return {}\n"
    path.write_text(path.read_text(encoding="utf-8") + wrong, encoding="utf-8")


def visible_checks(folder: Path, *exercises: str) -> int:
    """Return how many checks of the topic's file are of these exercises; of all without any."""
    collected = run_pytest(folder, "--collect-only", "-q", target=ONE_TOPIC).stdout
    names = [line.partition("::")[2] for line in collected.splitlines() if "::" in line]
    return sum(name.startswith(tuple(f"test_{exercise}" for exercise in exercises) or "test") for name in names)


@pytest.mark.slow
def test_standard_options_work(mine: Path, course: Course) -> None:
    total, broken, begun = (visible_checks(mine, *of) for of in ((), BROKEN, ("first_tensors",)))
    assert 0 < begun < broken < total / 2
    break_two(mine, course)
    everything = run_pytest(mine, target=ONE_TOPIC).stdout
    assert f"{broken} failed, {total - broken} passed" in everything
    assert "I was here" in everything
    assert "exercises" + os.sep + "tensors.py:" in everything
    again = run_pytest(mine, "--lf", target=ONE_TOPIC).stdout
    assert f"{broken} failed in" in again or f"{broken} failed, {total - broken} deselected" in again
    first = run_pytest(mine, "-x", target=ONE_TOPIC).stdout
    assert "1 failed" in first
    chosen = run_pytest(mine, "-k", "first_tensors", target=ONE_TOPIC).stdout
    assert chosen.splitlines()[-1].count(f"{begun} passed, {total - begun} deselected") == 1


def test_pdb_stops_in_the_student_s_code(mine: Path, course: Course) -> None:
    break_two(mine, course)
    done = run_pytest(mine, "--pdb", "-k", "from_array", stdin="q\n")
    assert "-> raise ValueError('stop here')" in done.stdout
    assert "(Pdb)" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_xdist_gives_the_same_view(mine: Path, course: Course) -> None:
    break_two(mine, course)
    done = run_pytest(mine, "-n", "2", target=ONE_TOPIC)
    broken = visible_checks(mine, *BROKEN)
    assert f"{broken} failed, {visible_checks(mine) - broken} passed" in done.stdout
    assert re.search(r"(?m)^ +✗ from_array$", done.stdout)  # its sentence stands above, as what to do next
    assert re.search(r"(?m)^ +✗ describe  ", done.stdout)


BLOCKED = ("pydantic", "babel", "rich", "jinja2", "cloudpickle", "nbformat", "nbgrader", "hypothesis", "hatchling")
BLOCKER = """
import sys

class Blocker:
    asked = []
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            callers, frame = [], sys._getframe(1)
            while frame is not None:
                callers.append(frame.f_globals.get("__name__", ""))
                frame = frame.f_back
            near = next((caller for caller in callers if not caller.startswith(("importlib", "_frozen"))), "")
            self.asked.append((name, near))
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Blocker())
import pytest
code = pytest.main(["exercises/", "-p", "antorcha", *sys.argv[1:]])
print("ASKED", [asked for asked in Blocker.asked if asked[1].startswith("antorcha")])
import antorcha
print(antorcha.__file__)
sys.exit(int(code))
"""


@pytest.mark.parametrize("solved", [False, True])
def test_a_student_needs_torch_numpy_and_pytest_alone(mine: Path, course: Course, tmp_path: Path, solved: bool) -> None:
    if solved:
        break_two(mine, course)
    packages = tmp_path / "packages"  # the package as the wheel has it, before the one that runs this test
    with zipfile.ZipFile(next((mine / "wheels").iterdir())) as opened:
        opened.extractall(packages)
    environment = {**os.environ, "PYTHONPATH": str(packages), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", BLOCKER.replace("BLOCKED", repr(BLOCKED))]
    done = subprocess.run(command, cwd=mine, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert str(packages) in done.stdout, done.stdout + done.stderr
    assert "ASKED []" in done.stdout
    assert done.returncode == (1 if solved else 0), done.stdout + done.stderr


REPACK = """
import sys
from pathlib import Path
from antorcha.release.wheel import make_wheel
made = make_wheel()
Path(sys.argv[1], made.filename).write_bytes(made.data)
print(made.requirements)
"""


def test_a_wheel_is_made_from_installed_files_too(released: Path, tmp_path: Path) -> None:
    original = next((released / "wheels").iterdir())
    with zipfile.ZipFile(original) as opened:
        opened.extractall(tmp_path / "packages")
        wanted = {name: opened.read(name) for name in opened.namelist() if not name.endswith("RECORD")}
    (tmp_path / "packages/antorcha/__pycache__").mkdir()
    (tmp_path / "packages/antorcha/__pycache__/x.pyc").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "packages"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", REPACK, str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "torch" in done.stdout
    with zipfile.ZipFile(tmp_path / "out" / original.name) as opened:
        found = {name: opened.read(name) for name in opened.namelist() if not name.endswith("RECORD")}
        record = next(opened.read(name).decode() for name in opened.namelist() if name.endswith("RECORD"))
    assert found == wanted
    assert len(record.splitlines()) == len(found) + 1


def test_a_broken_installation_is_told(released: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next((released / "wheels").iterdir())) as opened:
        opened.extractall(tmp_path / "packages")
    next((tmp_path / "packages").glob("*.dist-info/WHEEL")).unlink()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "packages")}
    done = subprocess.run(
        [sys.executable, "-c", REPACK, str(tmp_path)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "antorcha's own files are not all there" in done.stderr


# ------------------------------------------------------------------------- in an environment with nothing in it


@pytest.mark.slow
def test_a_student_s_set_up_from_nothing(mine: Path, course: Course, tmp_path: Path) -> None:
    """As the README says it, outside the repository, in an empty environment."""
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST_", "VIRTUAL"))
    }
    venv.create(mine / ".venv", with_pip=True)
    python = mine / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-m", *words]
        return subprocess.run(command, cwd=mine, env=outside, capture_output=True, text=True, encoding="utf-8")

    version = torch.__version__.partition("+")[0]
    fetched = run("pip", "install", "--quiet", f"torch=={version}")
    if fetched.returncode != 0:
        pytest.skip(f"torch {version} cannot be fetched here: {fetched.stderr[-200:]}")
    installed = run("pip", "install", "--quiet", "-r", "requirements.txt")
    assert installed.returncode == 0, installed.stderr
    listed = run("pip", "list", "--format=freeze").stdout.lower()
    assert "antorcha" in listed
    assert not re.search("(?m)^(babel|pydantic|rich|nbgrader|hatchling|cloudpickle|hypothesis)=", listed)
    untouched = run("pytest", "exercises/")
    assert untouched.returncode == 0, untouched.stdout + untouched.stderr
    assert re.search(r"·{30}", untouched.stdout)
    solve(mine, course)
    solved = run("pytest", "exercises/")
    assert solved.returncode == 0, solved.stdout + solved.stderr
    assert re.search(r"\d{3} passed", solved.stdout)
    break_two(mine, course)
    broken = visible_checks(mine, *BROKEN)
    assert f"{broken} failed, {visible_checks(mine) - broken} passed" in run("pytest", ONE_TOPIC).stdout
    assert f"{broken} failed" in run("pytest", ONE_TOPIC, "--lf").stdout


@pytest.mark.parametrize(("language", "said"), [("es", "Devolviste el propio tensor"), ("en", "the tensor itself")])
def test_a_known_mistake_gets_its_own_message_without_the_variants_code(mine: Path, language: str, said: str) -> None:
    stub = mine / "exercises" / "tensors.py"
    stub.write_text(stub.read_text(encoding="utf-8") + "\n\ndef number_from(t):\n    return t\n", encoding="utf-8")
    done = run_pytest(mine, "-k", "number_from", "--antorcha-language", language)
    assert said in done.stdout
    assert not list(mine.rglob("*variants*"))
