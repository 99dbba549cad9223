"""Classes as they arrive: folders, flat files, archives, notebooks, and what people and attackers put in them."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.paths import DATA

from antorcha.course.model import Course, Exercise, Topic
from antorcha.errors import UserError
from antorcha.explain import explain
from antorcha.intake import limits
from antorcha.intake.delivered import printable
from antorcha.intake.model import Submission, SubmittedFile
from antorcha.intake.read import read_class
from antorcha.messages import MESSAGES

ONE = Course("One", (Topic("tensors", (Exercise("zeros"), Exercise("ones"))),))
TWO = Course("Two", (*ONE.topics, Topic("shapes", (Exercise("flatten"), Exercise("stack")))))
CODE = "def zeros():\n    return 0\n"


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def zipped(files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, str], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


def cell(source: Any, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    extra = {"outputs": [], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata, "source": source, **extra}


def notebook(*cells: Any) -> str:
    written = [given if isinstance(given, dict) else cell(given) for given in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def read(root: Path, files: dict[str, str | bytes], course: Course = ONE) -> dict[str, Submission]:
    return {submission.student: submission for submission in read_class(put(root, files), course)}


def kinds(notes: tuple[Any, ...]) -> list[str]:
    return [note.kind for note in notes]


def only(submissions: dict[str, Submission]) -> SubmittedFile:
    (submission,) = submissions.values()
    (source,) = submission.files.values()
    return source


def source_of(tmp_path: Path, name: str, content: str | bytes, course: Course = ONE) -> SubmittedFile:
    return only(read(tmp_path, {f"ana/{name}": content}, course))


def of_notebook(tmp_path: Path, *cells: Any) -> SubmittedFile:
    return source_of(tmp_path, "tensors.ipynb", notebook(*cells))


# Shapes of a class


def test_a_folder_a_student(tmp_path: Path) -> None:
    found = read(
        tmp_path, {"bea/tensors.ipynb": notebook(CODE), "ana/tensors.py": CODE, "ana/shapes.py": "x = 1\n"}, TWO
    )
    assert list(found) == ["ana", "bea"]
    assert list(found["ana"].files) == ["tensors", "shapes"]
    assert [(cell.code, cell.name) for cell in found["ana"].files["tensors"].cells] == [(CODE, "tensors.py")]
    assert found["ana"].notes == ()
    assert found["bea"].files["tensors"].cells[0].name == "tensors.ipynb, cell 1"


@pytest.mark.parametrize("name", ["ana/entrega/tensors.py", "ana/tensors.py", "ana/a/b/tensors.py"])
def test_nested_folders(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, {name: CODE, "bea/x/tensors.py": CODE})
    assert found["ana"].files["tensors"].cells[0].code == CODE


@pytest.mark.parametrize("wrapper", ["2026/", "class/group-1/"])
def test_a_folder_around_the_class(tmp_path: Path, wrapper: str) -> None:
    files: dict[str, str | bytes] = {f"{wrapper}ana/tensors.py": CODE, f"{wrapper}bea/tensors.py": CODE}
    if wrapper.count("/") == 1:
        assert list(read(tmp_path, files)) == ["ana", "bea"]
    else:
        (tmp_path / "given").mkdir()
        assert len(read(tmp_path / "given", files)) >= 1


def test_a_version_in_a_flat_file_s_name_makes_no_other_person(tmp_path: Path) -> None:
    names = ["ana_tensors", "ana_tensors_final", "ana_tensors_v2", "bea-tensors-final 2", "g_tensors_1", "g_tensors_2"]
    found = read(tmp_path, {f"{name}.py": CODE + f"# {name}\n" for name in names})
    # Numbers alone may be two groups: nobody is merged for them.
    assert list(found) == ["ana", "bea", "g_tensors_1", "g_tensors_2"]
    assert found["ana"].files["tensors"].filename == "ana_tensors_v2.py"
    assert [len(submission.records) for submission in found.values()] == [3, 1, 1, 1]


def test_flat_files_of_one_topic(tmp_path: Path) -> None:
    found = read(tmp_path, {"ana.py": CODE, "bea.ipynb": notebook(CODE), "README.md": "hello", "test_tensors.py": ""})
    assert list(found) == ["ana", "bea"]
    assert found["ana"].files["tensors"].filename == "ana.py"
    assert found["bea"].files["tensors"].notes == ()


def test_flat_files_with_the_topic_in_the_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "ana_garcia_tensors.py": CODE,
        "ana_garcia-shapes.ipynb": notebook("x = 1"),
        "tensors_bea.py": CODE,
        "garciaana_12_34_tensors-1.py": CODE,
        "carlos.py": "def flatten(): ...\n",
        "dario.py": "x = 1\n",
    }
    found = read(tmp_path, files, TWO)
    assert {name: list(one.files) for name, one in found.items()} == {
        "ana_garcia": ["tensors", "shapes"],
        "bea": ["tensors"],
        "carlos": ["shapes"],
        "dario": [],
        "garciaana_12_34": ["tensors"],
    }
    assert kinds(found["carlos"].files["shapes"].notes) == ["name_guessed"]
    assert kinds(found["dario"].notes) == ["file_set_aside", "nothing_usable"]


@pytest.mark.parametrize(
    ("name", "student"), [("tensors.py", "ana"), ("bea.py", "bea"), ("bea_tensors.py", "bea"), ("Tensors.py", "ana")]
)
def test_a_single_file(tmp_path: Path, name: str, student: str) -> None:
    put(tmp_path, {f"ana/{name}": CODE})
    (submission,) = read_class(tmp_path / "ana" / name, ONE)
    assert submission.student == student
    assert submission.files["tensors"].cells[0].code == CODE


def test_a_students_own_folder(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"ana/tensors.py": CODE, "ana/helpers.py": "x = 1\n", "ana/test_tensors.py": CODE, "ana/conftest.py": ""},
    )
    (submission,) = read_class(tmp_path / "ana", ONE)
    assert submission.student == "ana"
    assert kinds(submission.notes) == ["file_set_aside"]
    assert submission.notes[0].details["file"] == "helpers.py"


MOODLE: dict[str, str | bytes] = {
    "Ana García_123_assignsubmission_file_/tensors.py": CODE,
    "Bea Núñez_124_assignsubmission_file_/tensors.ipynb": notebook(CODE),
}


@pytest.mark.parametrize("wrapper", ["", "class/", "export 7/"])
@pytest.mark.parametrize("end", [".zip", ".tar.gz", ".tar", ".tgz"])
def test_an_archive_of_the_class(tmp_path: Path, wrapper: str, end: str) -> None:
    files = {wrapper + name.replace(".ipynb", ".py"): CODE for name in MOODLE}
    data = zipped(dict(files)) if end == ".zip" else tarred(files, "w" if end == ".tar" else "w:gz")
    put(tmp_path, {"class" + end: data})
    found = read_class(tmp_path / ("class" + end), ONE)
    assert [submission.student for submission in found] == ["Ana García", "Bea Núñez"]
    assert all(submission.files["tensors"].cells[0].code == CODE for submission in found)


def test_an_archive_leaves_nothing_on_disk(tmp_path: Path) -> None:
    put(tmp_path, {"class.zip": zipped(MOODLE)})
    read_class(tmp_path / "class.zip", ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


@pytest.mark.parametrize("where", ["{}", "entrega/{}"])
def test_an_archive_a_student(tmp_path: Path, where: str) -> None:
    content = {where.format("tensors.py"): CODE, "__MACOSX/._tensors.py": "junk", ".DS_Store": "junk"}
    files: dict[str, str | bytes] = {
        "ana.zip": zipped(dict(content)),
        "bea.tar.gz": tarred(content),
        "carlos/entrega final.zip": zipped(dict(content)),
    }
    found = read(tmp_path, files)
    assert list(found) == ["ana", "bea", "carlos"]
    assert all(
        submission.files["tensors"].cells[0].code == CODE and submission.notes == () for submission in found.values()
    )


def test_a_zip_of_zips_of_the_class(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"class.zip": zipped({"ana/t.zip": zipped({"tensors.py": CODE}), "bea.zip": zipped({"tensors.py": CODE})})},
    )
    assert [submission.student for submission in read_class(tmp_path / "class.zip", ONE)] == ["ana", "bea"]


@pytest.mark.parametrize(("deep", "kind"), [(1, ""), (2, ""), (3, "archive_nested")])
def test_an_archive_inside_an_archive_of_a_student(tmp_path: Path, deep: int, kind: str) -> None:
    data = zipped({"tensors.py": CODE})
    for number in range(deep):
        data = zipped({f"{number}.zip": data})
    submission = read(tmp_path, {"ana.zip": data, "bea/tensors.py": CODE})["ana"]
    assert ("tensors" in submission.files) is (not kind)
    assert kinds(submission.notes)[:1] == ([kind] if kind else [])


def test_the_order_does_not_depend_on_the_archive(tmp_path: Path) -> None:
    names = ["b/tensors.py", "a/tensors.py", "c/tensors.ipynb", "c/tensors.py"]
    put(tmp_path, {"1.zip": zipped(dict.fromkeys(names, CODE)), "2.zip": zipped(dict.fromkeys(reversed(names), CODE))})
    assert read_class(tmp_path / "1.zip", ONE) == read_class(tmp_path / "2.zip", ONE)


def test_students_with_names_that_look_the_same_stay_apart(tmp_path: Path) -> None:
    found = read(tmp_path, {"a\x1bna/tensors.py": CODE, "a\x07na/tensors.py": "x = 1\n", "Ñu/tensors.py": CODE})
    assert len(found) == 3
    assert all(name.isprintable() for name in found)


# Which file answers which topic


def test_the_module_wins_over_the_notebook(tmp_path: Path) -> None:
    source = only(read(tmp_path, {"ana/tensors.py": CODE, "ana/tensors.ipynb": notebook("x = 1")}))
    assert source.filename == "tensors.py"
    assert kinds(source.notes) == ["another_file"]
    assert source.notes[0].details == {"file": "tensors.ipynb", "topic": "tensors", "used": "tensors.py"}


def test_of_two_answers_the_later_copy_wins(tmp_path: Path) -> None:
    other = CODE.replace("0", "1")
    files: dict[str, str | bytes] = {"ana/tensors.ipynb": notebook(other), "ana/tensors (1).py": CODE}
    source = only(read(tmp_path, files))
    assert source.filename == "tensors (1).py"
    assert kinds(source.notes) == ["name_guessed", "another_file"]


@pytest.mark.parametrize("name", ["ps1 (1).py", "Tensores_final.py", "tensors (1).py", "TENSORS.PY", "x.ipynb"])
def test_a_wrong_name_is_taken_for_its_functions(tmp_path: Path, name: str) -> None:
    content = notebook(CODE) if name.endswith("ipynb") else CODE
    source = source_of(tmp_path, name, content, TWO)
    assert source.topic == "tensors"
    assert kinds(source.notes) == ["name_guessed"]


def test_a_wrong_name_with_a_syntax_error_is_taken_too(tmp_path: Path) -> None:
    source = source_of(tmp_path, "ps1.py", CODE + "def ones(:\n", TWO)
    assert (source.topic, source.problem.kind if source.problem else "") == ("tensors", "syntax_error")


def test_functions_of_two_topics_are_no_guess(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"ana/all.py": CODE + "def stack(): ...\n", "bea/tensors.py": CODE}
    found = read(tmp_path, files, TWO)
    assert found["ana"].files == {}
    assert kinds(found["ana"].notes) == ["file_set_aside", "nothing_usable"]


def test_of_two_guesses_the_fuller_wins(tmp_path: Path) -> None:
    both = CODE + "def ones(): ...\n"
    source = only(read(tmp_path, {"ana/a.py": CODE, "ana/b.py": both}))
    assert source.filename == "b.py"
    assert kinds(source.notes) == ["name_guessed", "another_file"]


def test_a_folder_with_nothing_usable_is_still_a_student(tmp_path: Path) -> None:
    (tmp_path / "carlos").mkdir()
    files: dict[str, str | bytes] = {"ana/tensors.py": CODE, "bea/tensors.docx": b"PK", "dora/all.rar": b"Rar!"}
    found = read(tmp_path, files)
    assert kinds(found["bea"].notes) == ["foreign_set_aside", "nothing_usable"]
    assert kinds(found["carlos"].notes) == ["nothing_usable"]
    assert kinds(found["dora"].notes) == ["archive_unsupported", "nothing_usable"]


def test_what_a_system_leaves_behind_is_not_mentioned(tmp_path: Path) -> None:
    junk = ["._tensors.py", ".ipynb_checkpoints/tensors-checkpoint.ipynb", "__pycache__/tensors.pyc", "Thumbs.db"]
    found = read(tmp_path, {"ana/tensors.py": CODE, **{f"ana/{name}": b"\0" for name in junk}})
    assert found["ana"].notes == ()
    assert found["ana"].files["tensors"].notes == ()


# Text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n\n", "empty_file"),
        (b"\x81\x8d\x8f\x90\x9d", "not_utf8"),
        (b"x = 1\n\x89PNG\r\n\x1a\n", "not_utf8"),
        (CODE.encode("utf-16") + b"\x00", "not_utf8"),
        (b"x = 1\n\0\n", "nul_bytes"),
        (b"# coding: klingon\n", "unknown_encoding"),
        (b"# coding: zlib\nx\n", "unknown_encoding"),
        (b"# coding: punycode\nx\n", "unknown_encoding"),
        (b"# coding: rot13\nk = 1\n", "unknown_encoding"),
        (b"def f(:\n", "syntax_error"),
        (b"def f():\nreturn 1\n", "syntax_error"),
        (b"if 1:\n\tx = 1\n        y = 2\n", "syntax_error"),
        (b"return 1\n", "syntax_error"),
        (b"await f()\n", "syntax_error"),
        (b"print 'hola'\n", "syntax_error"),
        (b"(" * 5000, "syntax_error"),
        (b"x = " + b"9" * 5000, "syntax_error"),
        (b"-" * 100_000 + b"1", "too_complex"),
        (b"a" + b".a" * 100_000, "too_complex"),
        (b"lambda:" * 50_000 + b"1", "too_complex"),
        (b"#" * (limits.MODULE_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_module(tmp_path: Path, data: bytes, kind: str) -> None:
    found = read(tmp_path, {"ana/tensors.py": data, "bea/tensors.py": CODE})
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert problem.kind == kind
    assert found["ana"].files["tensors"].cells == ()
    assert "<" not in explain(problem, "en").replace("<unknown>", "")  # every placeholder is filled
    assert found["bea"].files["tensors"].problem is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfx = '\xc3\xb1'\n", "x = 'ñ'\n"),
        (b"# coding: latin-1\nx = '\xf1'\n", "# coding: latin-1\nx = 'ñ'\n"),
        (b"#!/usr/bin/python\r\n# -*- coding: cp1252 -*-\r\nx = '\x80'\r\n", "x = '€'"),
        (b"\xef\xbb\xbf# coding: utf-8\nx = '\xc3\xb1'\n", "x = 'ñ'\n"),
    ],
)
def test_encodings_that_python_reads(tmp_path: Path, data: bytes, text: str) -> None:
    source = source_of(tmp_path, "tensors.py", data)
    assert source.problem is None
    assert text in source.cells[0].code
    assert not source.cells[0].code.startswith("\ufeff")


def test_a_syntax_error_says_where(tmp_path: Path) -> None:
    problem = source_of(tmp_path, "tensors.py", CODE + "\nx = (1,)\n\ny = = 2\n").problem
    assert problem is not None
    assert problem.details["line"] == 6
    assert problem.details["text"] == "y = = 2"
    assert "tensors.py" in explain(problem, "en")


ODD_LINES = {  # what pasting and tools put into code, with what is said of it in both languages
    "x = \u201chola\u201d": (
        'a curly quote “ where Python needs "',
        'comilla tipográfica “ donde Python necesita "',
    ),
    'x = "hola\u201d': ('a curly quote ” where Python needs "', 'una comilla tipográfica ” donde Python necesita "'),
    "x = \u2018hola\u2019": (
        "a curly quote ‘ where Python needs '",
        "comilla tipográfica ‘ donde Python necesita '",
    ),
    "x = «hola»": ("a quote that Python does not know", "una comilla que Python no conoce"),
    "x =\u00a01": ("a non-breaking space", "un espacio de no separación"),
    "x =\u20091": ("a non-breaking space, or another of the kind", "un espacio de no separación, u otro parecido"),
    "x\u200b = 1": ("an invisible character", "un carácter invisible"),
    "\ufeffx = 1": ("an invisible character", "un carácter invisible"),
    "x = 1 \u2212 1": ("a dash that only looks like", "una raya que solo se parece"),
    "x = (1\uff0c 2)": ("a character that only looks like", "un carácter que solo se parece"),
    "x = 2 × 3": ("a sign × where Python needs *", "un signo × donde Python necesita *"),
    "if 1:\n        x = 1\n\tx = 2": ("tabs and spaces are mixed", "mezcla tabuladores y espacios"),
    "x = = 1": ("invalid syntax", "sintaxis no válida"),
    "x = 'hola": ("unterminated string literal, at", "un texto cuya comilla no se cierra, en"),
    "if 1:\nx = 1": ("the line should be indented further", "la línea debería tener más sangría"),
    "<<<<<<< HEAD": ("a mark of git", "una marca de git"),
}


@pytest.mark.parametrize("name", ["tensors.py", "tensors.ipynb"])
@pytest.mark.parametrize("line", ODD_LINES)
def test_an_odd_character_is_named_in_the_language_of_the_student(tmp_path: Path, line: str, name: str) -> None:
    code = f"z = '\\f\x0c \u2028'\r\n\x0c\n{line}\n"  # a form feed ends no line of Python
    source = source_of(tmp_path, name, notebook(code, CODE) if name.endswith("ipynb") else code + CODE)
    told = source.notes[0] if name.endswith("ipynb") else source.problem
    assert told is not None
    assert told.details["line"] == 3 + line.count("\n")
    assert told.details["text"] == printable(line.splitlines()[-1].strip())
    for language, said in zip(("en", "es"), ODD_LINES[line], strict=True):
        assert said in explain(told, language)


@pytest.mark.parametrize(
    ("text", "said"), [("<!DOCTYPE html><html>", "a web page"), ('{"cells": [\n<<<<<<< HEAD\n', "a mark of git")]
)
def test_what_took_a_notebook_s_place_is_named(tmp_path: Path, text: str, said: str) -> None:
    problem = source_of(tmp_path, "tensors.ipynb", text).problem
    assert problem is not None
    assert said in explain(problem, "en")


def test_bytes_that_are_not_utf8_say_where(tmp_path: Path) -> None:
    problem = source_of(tmp_path, "tensors.py", b"x = 1\ny = '\x81'\n").problem
    assert problem is not None
    assert problem.details == {"file": "tensors.py", "line": 2, "byte": "0x81"}


@pytest.mark.parametrize("name", ["tensors.py", "tensors.ipynb"])
@pytest.mark.parametrize(("encoding", "said"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16")])
def test_other_encodings_are_read_with_a_note(tmp_path: Path, name: str, encoding: str, said: str) -> None:
    code = CODE + "señal = '€ año'\n"
    text = json.dumps(json.loads(notebook(code)), ensure_ascii=False) if name.endswith("ipynb") else code
    source = source_of(tmp_path, name, text.encode(encoding))
    assert source.cells[0].code == code
    assert [(note.kind, note.details["encoding"]) for note in source.notes] == [("other_encoding", said)]


def test_a_source_that_is_slow_to_compile_costs_its_own_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHECK_CPU_SECONDS", 0.02)
    slow = "a\n" * 400_000
    found = read(tmp_path, {"ana/tensors.py": slow, "bea/tensors.py": "x = 1\n"})
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert problem.kind == "too_complex"
    assert found["bea"].files["tensors"].problem is None


def test_an_exported_magic_in_a_module_is_set_aside(tmp_path: Path) -> None:
    code = "get_ipython().run_line_magic('matplotlib', 'inline')\n" + CODE
    source = source_of(tmp_path, "tensors.py", code)
    assert kinds(source.notes) == ["magic_set_aside"]
    assert source.cells[0].code.startswith("pass  # get_ipython()")
    assert source.cells[0].code.count("\n") == code.count("\n")


def test_nothing_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = f"open({str(trap)!r}, 'w').close()\n"
    read(tmp_path / "class", {"ana/tensors.py": code, "bea/tensors.ipynb": notebook(code, f"!touch {trap}")})
    assert not trap.exists()


# Notebooks


def test_the_cells_of_a_notebook_in_order(tmp_path: Path) -> None:
    source = of_notebook(
        tmp_path, cell("# Título", "markdown"), "import torch", cell(["x = 1\n", "y = 2"]), "", cell("raw", "raw"), CODE
    )
    assert [(cell.code, cell.name) for cell in source.cells] == [
        ("import torch", "tensors.ipynb, cell 1"),
        ("x = 1\ny = 2", "tensors.ipynb, cell 2"),
        (CODE, "tensors.ipynb, cell 4"),
    ]
    assert source.notes == ()


def test_version_three_with_worksheets(tmp_path: Path) -> None:
    document = {
        "nbformat": 3,
        "worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": [CODE]}]}],
    }
    assert source_of(tmp_path, "tensors.ipynb", json.dumps(document)).cells[0].code == CODE


@pytest.mark.parametrize(
    "code",
    [
        'text = """\n%matplotlib inline\n!ls\n%%time\nobj?\n"""',
        "x = (10\n  % 3)",
        "x = 10 \\\n  % 3",
        "await something()",
        "async with a as b:\n    pass",
        "x = y != z",
        "# %matplotlib inline",
    ],
)
def test_a_cell_that_is_python_is_left_untouched(tmp_path: Path, code: str) -> None:
    source = of_notebook(tmp_path, code)
    assert source.cells[0].code == code
    assert source.notes == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass  # %matplotlib inline\nx = 1"),
        ("!pip install torch\nx = 1", "pass  # !pip install torch\nx = 1"),
        ("pip install torch", "pass  # pip install torch"),
        ("torch.zeros?\nx = 1", "pass  # torch.zeros?\nx = 1"),
        ("??torch.zeros", "pass  # ??torch.zeros"),
        ("files = !ls\nx = 1", "files = []  # files = !ls\nx = 1"),
        ("a, b = !ls\nx = 1", "pass  # a, b = !ls\nx = 1"),
        ("a = %timeit -o f()", "pass  # a = %timeit -o f()"),
        ("x = %time f()", "x = f()"),
        ("%time x = f()", "x = f()"),
        ("%%time\nx = 1", "pass  # %%time\nx = 1"),
        ("\n%%capture out\nx = 1", "\npass  # %%capture out\nx = 1"),
        ("%%timeit -n 3\nx = 1\n!ls", "pass  # %%timeit -n 3\nx = 1\npass  # !ls"),
        ("def f():\n    %timeit g()", "def f():\n    pass  # %timeit g()"),
        ("if a:\n    !ls\nelse:\n    x = 1", "if a:\n    pass  # !ls\nelse:\n    x = 1"),
        ("!pip install a \\\n  b\nx = 1", "pass  # !pip install a \\\n# b\nx = 1"),
        ("!echo don't (\nx = 1", "pass  # !echo don't (\nx = 1"),
        ('%ls\nt = """\n%d\n"""', 'pass  # %ls\nt = """\n%d\n"""'),
        ("%ls\nx = f(a,\n  b\n  % c)  # (", "pass  # %ls\nx = f(a,\n  b\n  % c)  # ("),
        ("%ls\nx = 'it\\'s #'\n%ls", "pass  # %ls\nx = 'it\\'s #'\npass  # %ls"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
    ],
)
def test_magics_are_set_aside_and_lines_keep_their_numbers(tmp_path: Path, code: str, expected: str) -> None:
    source = of_notebook(tmp_path, code, CODE)
    assert source.cells[0].code == expected
    assert expected.count("\n") == code.count("\n")
    assert set(kinds(source.notes)) <= {"magic_set_aside"}


def test_the_note_on_a_magic_says_where(tmp_path: Path) -> None:
    (note,) = of_notebook(tmp_path, "x = 1", "import torch\n%matplotlib inline\n!ls").notes
    assert note.details == {"cell": "tensors.ipynb, cell 2", "lines": "2, 3", "text": "%matplotlib inline"}


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile a.txt", "%%javascript", "%%"])
def test_a_cell_of_another_language_is_set_aside(tmp_path: Path, magic: str) -> None:
    source = of_notebook(tmp_path, f"{magic}\necho x y", CODE)
    assert [cell.name for cell in source.cells] == ["tensors.ipynb, cell 2"]
    assert kinds(source.notes) == ["cell_set_aside"]


def test_a_broken_cell_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    source = of_notebook(tmp_path, CODE, "def half(:\n", "%ls\nx = = 1", "x = 1")
    assert [cell.name for cell in source.cells] == ["tensors.ipynb, cell 1", "tensors.ipynb, cell 4"]
    assert kinds(source.notes) == ["cell_syntax_error", "cell_syntax_error"]
    assert source.notes[1].details["line"] == 2
    assert source.problem is None


def test_cells_that_are_no_text_are_left_out(tmp_path: Path) -> None:
    source = of_notebook(tmp_path, "x = '\ud800'", "y = '\0'", "-" * 100_000 + "1", CODE)
    assert [cell.code for cell in source.cells] == [CODE]
    assert kinds(source.notes) == ["cell_unreadable"] * 3


def test_nbgraders_tests_are_no_student_code(tmp_path: Path) -> None:
    tests = cell("assert cheat()", nbgrader={"grade": True, "solution": False, "locked": True})
    read_only = cell("import torch", nbgrader={"grade": False, "solution": False, "locked": True})
    manual = cell("x = 1", nbgrader={"grade": True, "solution": True, "locked": False})
    answer = cell(CODE, nbgrader={"grade": False, "solution": True, "locked": False})
    source = of_notebook(tmp_path, read_only, answer, tests, manual)
    assert [cell.code for cell in source.cells] == ["import torch", CODE, "x = 1"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("", "empty_file"),
        ("{", "broken_notebook"),
        ('{"cells": [<<<<<<< HEAD', "broken_notebook"),
        ('{"cells": ' + "9" * 5000 + "}", "broken_notebook"),
        ("[" * 200_000, "notebook_too_deep"),
        ('{"a":' * 200_000, "notebook_too_deep"),
        (b'{"cells": "\x81"}', "not_utf8"),
        ("[]", "notebook_without_code"),
        ("3", "notebook_without_code"),
        ('{"cells": 3, "worksheets": {"a": 1}}', "notebook_without_code"),
        ('{"cells": [3, null, {"cell_type": "code", "source": {"a": 1}}, {}]}', "notebook_without_code"),
        (notebook(cell("x", "markdown"), "  \n"), "notebook_without_code"),
        (notebook("%%bash\nls"), "no_usable_cell"),
        (notebook("def f(:", "x = = 1"), "no_usable_cell"),
        (notebook(*["x = 1"] * 1001), "notebook_too_many_cells"),
        (notebook("x = 1\n" * 200_000), "too_large"),
        (notebook(cell("x = 1", tags="x" * limits.NOTEBOOK_BYTES)), "too_large"),
        (b'{"a": ' + b"[" * 200_000 + b" " * limits.NOTEBOOK_BYTES, "notebook_too_deep"),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, data: str | bytes, kind: str) -> None:
    problem = source_of(tmp_path, "tensors.ipynb", data).problem
    assert problem is not None
    assert problem.kind == kind
    assert "<" not in explain(problem, "en").replace("<<<<<<< HEAD", "")


def test_a_notebook_with_a_byte_order_mark_and_large_outputs(tmp_path: Path) -> None:
    big = cell(CODE)
    big["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * 2_000_000]}]
    source = source_of(tmp_path, "tensors.ipynb", b"\xef\xbb\xbf" + notebook(big).encode())
    assert source.cells[0].code == CODE


def test_a_notebook_with_the_name_of_a_module(tmp_path: Path) -> None:
    source = source_of(tmp_path, "tensors.py", notebook(CODE))
    assert source.cells[0].code == CODE
    assert kinds(source.notes) == ["really_a_notebook"]


def test_notes_about_cells_are_bounded(tmp_path: Path) -> None:
    source = of_notebook(tmp_path, CODE, *["!ls"] * 100)
    assert kinds(source.notes) == ["magic_set_aside"] * limits.CELL_NOTES + ["more_notes"]


def test_outputs_and_counts_do_not_change_the_digest(tmp_path: Path) -> None:
    ran, fresh = cell(CODE), cell(CODE)
    ran["execution_count"], ran["outputs"] = 7, [{"output_type": "stream", "text": "hi"}]
    one = source_of(tmp_path / "1", "tensors.ipynb", notebook(ran))
    other = source_of(tmp_path / "2", "tensors.ipynb", notebook(fresh))
    assert one.digest() == other.digest() != source_of(tmp_path / "3", "tensors.py", CODE).digest()


# What is no file, and what attacks


def hostile_entries(folder: Path) -> None:
    secret = folder.parent / "secret.py"
    secret.write_text("def zeros(): return 'secret'\n")
    (folder / "link").mkdir()
    (folder / "link" / "tensors.py").symlink_to(secret)
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "tensors.py")
    (folder / "nest").mkdir()
    (folder / "nest" / "tensors.py").mkdir()
    (folder / "folderlink").symlink_to(folder.parent)
    (folder / "loop").mkdir()
    (folder / "loop" / "again").symlink_to(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
def test_links_pipes_and_folders_are_never_opened(tmp_path: Path) -> None:
    folder = put(tmp_path / "class", {"ana/tensors.py": CODE})
    hostile_entries(folder)
    found = {submission.student: submission for submission in read_class(folder, ONE)}
    assert list(found) == ["ana", "folderlink", "link", "loop", "nest", "pipe"]
    for name, what in (("link", "a link"), ("pipe", "a pipe")):
        problem = found[name].files["tensors"].problem
        assert problem is not None
        assert (problem.kind, problem.details["what"]) == ("not_regular_file", what)
    assert kinds(found["nest"].notes) == ["nothing_usable"]
    assert kinds(found["loop"].notes) == ["not_regular_file", "nothing_usable"]
    assert kinds(found["folderlink"].notes) == ["not_regular_file", "nothing_usable"]
    assert "secret" not in repr(found["link"])


@pytest.mark.parametrize(
    "name", ["../evil.py", "/etc/tensors.py", "a/../../tensors.py", "C:\\x\\tensors.py", "..\\t.py"]
)
def test_members_that_point_outside_are_not_read(tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, CODE)
        archive.writestr("tensors.py", CODE)
    found = read(tmp_path, {"ana.zip": buffer.getvalue(), "bea.zip": zipped({"sub\\tensors.py": CODE})})
    assert found["bea"].files["tensors"].problem is None
    assert found["ana"].files["tensors"].problem is None


def test_a_link_in_an_archive_is_not_read(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("tensors.py")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    member = tarfile.TarInfo("tensors.py")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        packed.addfile(member)
    found = read(tmp_path, {"ana.zip": buffer.getvalue(), "bea.tar": tar.getvalue()})
    for submission in found.values():
        problem = submission.files["tensors"].problem
        assert problem is not None
        assert problem.kind == "not_regular_file"


def test_bombs_cost_their_own_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STUDENT_ARCHIVE_BYTES", 3 * limits.MIB)
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 100)
    monkeypatch.setattr(limits, "STUDENT_BYTES", 2 * limits.MIB)
    files: dict[str, str | bytes] = {
        "ana.zip": zipped({"tensors.py": "#" * (50 * limits.MIB)}),
        "bea.tar.gz": tarred({"tensors.py": "#" * (50 * limits.MIB)}),
        "carlos.zip": zipped({f"{n}.py": "x" for n in range(200)}),
        "dora.tar.gz": tarred({f"{n}.py": "x" for n in range(200)}),
        "eva.zip": zipped({f"{n}.py": "#" * (limits.MIB - 1) for n in range(20)}),
        "fede/tensors.py": CODE,
    }
    found = read(tmp_path, files)
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert problem.kind == "too_large"
    assert all(kinds(found[name].notes)[0] == "archive_too_large" for name in ("bea", "carlos", "dora"))
    assert found["eva"].files == {}
    assert found["fede"].files["tensors"].problem is None


def test_a_size_in_the_header_that_lies(tmp_path: Path) -> None:
    data = bytearray(zipped({"tensors.py": "#" * (3 * limits.MIB)}))
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")
    found = read(tmp_path, {"ana.zip": bytes(data), "bea/tensors.py": CODE})
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert problem.kind in ("not_unpacked", "too_large")


def reasons(submission: Submission) -> dict[str, str]:
    return {record.path: record.reason.kind for record in submission.records if record.reason is not None}


@pytest.mark.parametrize("packed", [False, True])
def test_a_long_way_to_a_file_is_no_depth_and_a_deep_one_is_named(tmp_path: Path, packed: bool) -> None:
    straight = "/".join(f"d{number}" for number in range(30))
    deep = [f"{'/'.join(f'd{number}' for number in range(depth))}/note{depth}.txt" for depth in range(1, 16)]
    files: dict[str, str | bytes] = {f"{straight}/tensors.py": CODE}
    other: dict[str, str | bytes] = {**dict.fromkeys(deep, "x"), f"{deep[-1].rpartition('/')[0]}/tensors.py": CODE}
    given = {"ana": files, "bea": other}
    made: dict[str, str | bytes] = (
        {f"{name}.zip": zipped(own) for name, own in given.items()}
        if packed
        else {f"{name}/{path}": content for name, own in given.items() for path, content in own.items()}
    )
    found = read(tmp_path, {**made, "carlos/tensors.py": CODE})
    assert found["ana"].files["tensors"].problem is None
    told = reasons(found["bea"])
    assert "too_deep" in told.values()
    assert all(file.problem is not None for file in found["bea"].files.values())


def test_archives_beyond_a_limit_are_named(tmp_path: Path) -> None:
    many = {f"ana/part{number}.zip": zipped({f"note{number}.txt": "x"}) for number in range(1, 7)}
    nested = zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"tensors.py": CODE})})})})
    found = read(tmp_path, {**many, "bea/entrega.zip": nested, "carlos/tensors.py": CODE})
    assert reasons(found["ana"])["ana/part6.zip"] == "too_many_archives"
    assert reasons(found["bea"]) == {"bea/entrega.zip/a.zip/b.zip/c.zip": "archive_nested"}


def test_a_file_that_cannot_be_unpacked_is_not_called_an_archive(tmp_path: Path) -> None:
    found = read(tmp_path, {"ana.zip": zipped({"tensors.py": CODE}, zipfile.ZIP_LZMA), "bea/tensors.py": CODE})
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert explain(problem, "en").startswith("tensors.py could not be unpacked from its archive.")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 rubbish", b"Rar!\x1a", zipped({"tensors.py": CODE})[:-30]])
def test_a_broken_archive_costs_its_own_row(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, {"ana.zip": data, "bea.tar.gz": data + b"\x1f\x8b", "carlos/tensors.py": CODE})
    assert kinds(found["ana"].notes) == ["archive_broken", "nothing_usable"]
    assert kinds(found["bea"].notes) == ["archive_broken", "nothing_usable"]
    assert found["carlos"].notes == ()


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped({"tensors.py": CODE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    found = read(tmp_path, {"ana.zip": bytes(data)})
    problem = found["ana"].files["tensors"].problem
    assert problem is not None
    assert problem.kind == "archive_encrypted"


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STUDENT_ENTRIES", 10)
    many: dict[str, str | bytes] = {f"ana/z{n}.txt": "x" for n in range(50)}
    data: dict[str, str | bytes] = {f"ana/data/{n}.png": "x" for n in range(50)}
    packed = zipped({"tensors.py": CODE, **{f"a{n}.png": "x" for n in range(50)}})
    ana: dict[str, str | bytes] = {"ana/tensors.py": CODE, **many, **data}
    found = read(tmp_path, {**ana, "bea/tensors.py": CODE, "carlos.zip": packed})
    assert kinds(found["ana"].notes)[0] == kinds(found["carlos"].notes)[0] == "too_many_files"
    assert found["bea"].notes == ()
    assert all(submission.files["tensors"].problem is None for submission in found.values())


# What is no class


def test_what_is_no_class(tmp_path: Path) -> None:
    put(tmp_path, {"docs/a.md": "hello", "notes.txt": "x", "broken.zip": b"PK", "nothing/ana/readme.txt": "x"})
    (tmp_path / "empty").mkdir()
    for name in ("missing", "docs", "notes.txt", "broken.zip", "empty", "nothing", "a\0b", "n" * 5000):
        with pytest.raises(UserError) as error:
            read_class(tmp_path / name, ONE)
        assert error.value.hint
        assert "Traceback" not in str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_no_class(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "class")
    with pytest.raises(UserError):
        read_class(tmp_path / "class", ONE)


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"ana/tensors.py": CODE, "bea/tensors.py": CODE})
    real = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path).name == "bea":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = {submission.student: submission for submission in read_class(tmp_path, ONE)}
    assert kinds(found["bea"].notes) == ["unreadable_file", "nothing_usable"]
    assert found["ana"].notes == ()


# Any bytes

NAMES = st.sampled_from(
    [
        "tensors.py",
        "tensors.ipynb",
        "ana.py",
        "ana/tensors.py",
        "ana/x.ipynb",
        "ana.zip",
        "ana/t.tar.gz",
        "b.tar",
        "a/b.zip",
    ]
)
PIECES = st.sampled_from(
    [b"def zeros(): ", b"%ls\n", b"{", b"[", b'"cells":', b"\xef\xbb\xbf", b"\0", b"PK\x03\x04", b"# coding:"]
)
BYTES = st.one_of(
    st.binary(max_size=200), st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=12).map(b"".join)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "metadata", "nbgrader", "worksheets"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def check_any(files: dict[str, bytes], single: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = put(Path(folder), dict(files))
        try:
            found = read_class(root / next(iter(files)) if single else root, ONE)
        except UserError:
            return
    for submission in found:
        for note in (*submission.notes, *(note for file in submission.files.values() for note in file.notes)):
            assert explain(note, "en")
        json.dumps([file.digest() for file in submission.files.values()])


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(NAMES, BYTES, min_size=1, max_size=1), st.booleans())
def test_any_bytes_give_submissions_or_a_clear_error(files: dict[str, bytes], single: bool) -> None:
    check_any(files, single)


@settings(max_examples=60, deadline=None)
@given(JSON, st.lists(st.text(alphabet="%!?x=( \n'\"\\#)", max_size=20), max_size=3))
def test_any_json_is_read_as_a_notebook_or_said_to_be_none(document: Any, codes: list[str]) -> None:
    check_any({"ana/tensors.ipynb": json.dumps(document).encode()}, False)
    check_any({"ana/tensors.ipynb": notebook(*codes).encode()}, False)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_an_archive(data: st.DataObject) -> None:
    good = data.draw(
        st.sampled_from([zipped(MOODLE), tarred({"ana/tensors.py": CODE}), tarred({"ana/tensors.py": CODE}, "w")])
    )
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    end = ".zip" if good[:2] == b"PK" else ".tar.gz"
    check_any({f"ana{end}": bytes(damaged)}, data.draw(st.booleans()))


def test_every_message_is_a_sentence() -> None:
    for kind, sentence in MESSAGES.items():
        assert sentence.endswith((".", "?", ").", "}")), kind
        assert len(sentence) > 12 or sentence == "{message}", kind


def test_the_small_class_of_the_tests() -> None:
    data = DATA
    course = Course("Warm-up", (Topic("warmup", tuple(Exercise(name) for name in ("double", "average", "last_row"))),))
    found = {submission.student: submission.files["warmup"] for submission in read_class(data / "mini_class", course)}
    problems = {student: source.problem.kind if source.problem else "" for student, source in found.items()}
    assert problems == {"all-right": "", "broken": "syntax_error", "half": "", "wrong": ""}
    assert kinds(found["half"].notes) == ["magic_set_aside"]
