"""Stubs and lessons as they come out of a reference."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n.catalog import course_po
from antorcha.sources.stubs import render_lesson, render_stub
from antorcha.sources.untouched import stub_digests, untouched

GRADING = """\
title = "Tiny"
language = "en"
languages = ["en", "es"]
[[topics]]
name = "basics"
exercises = [
    { name = "double" },
    { name = "mend", kind = "debug" },
    { name = "Box" },
    { name = "guess", kind = "predict" },
]
"""

REFERENCE = '''\
"""The basics.

Read this first.
"""

from __future__ import annotations

import functools
import random  # solution only
from dataclasses import dataclass

import torch

# How many rows.
ROWS = 3
COLUMNS: int = 4
_ANSWERS = {"a": "secret"}
SECRET = 7  # solution only


def _helper(x: int) -> int:
    return x * SECRET


def shown(x: int) -> int:  # keep
    """Add   one   to a number."""
    # kept as it is:   spaces too
    return x  +  1  # fmt: skip


def not_listed() -> None:
    print("leak")


# A note for the team: the secret is doubling.
@functools.cache
def double(
    x: torch.Tensor,  # any shape
    *,
    times: int = 1,
) -> torch.Tensor:  # noqa: RUF100
    """Double `x`, as often as `times` says.

    The shape stays.

        code = "stays   as it is"

    >>> double(1)
    2
    """
    # the secret
    return x * 2**times


def mend(x: int) -> int:
    """Debug: add two."""
    return x + 2


def _stub_mend(x: int) -> int:
    """For the team only."""
    # Is this right?
    y = x  # a copy
    return y + 3


@dataclass
class Box:
    """A box."""

    width: int
    height: int = 2
    _hidden: int = 3

    def __post_init__(self) -> None:
        self.secret = 1

    @property
    def area(self) -> int:
        """Width times height."""
        return self.width * self.height

    def _private(self) -> int:
        return 42


def guess(case: str) -> str:
    r"""Predict: what does "\\n" give?"""
    return _ANSWERS[case]
'''

STUB = '''\
"""The basics.

Read this first.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch

# How many rows.
ROWS = 3
COLUMNS: int = 4


def shown(x: int) -> int:
    """Add one to a number."""
    # kept as it is:   spaces too
    return x  +  1  # fmt: skip


@functools.cache
def double(
    x: torch.Tensor,  # any shape
    *,
    times: int = 1,
) -> torch.Tensor:  # noqa: RUF100
    """Double `x`, as often as `times` says.

    The shape stays.

        code = "stays   as it is"

    >>> double(1)
    2
    """
    raise NotImplementedError


def mend(x: int) -> int:
    """Debug: add two."""
    # Is this right?
    y = x  # a copy
    return y + 3


@dataclass
class Box:
    """A box."""

    width: int
    height: int = 2

    def __post_init__(self) -> None:
        raise NotImplementedError

    @property
    def area(self) -> int:
        """Width times height."""
        raise NotImplementedError


def guess(case: str) -> str:
    r"""Predict: what does "\\n" give?"""
    raise NotImplementedError
'''

SPANISH = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "The basics."
msgstr "Lo básico."

msgid "The shape stays."
msgstr "La forma no cambia."

msgid "Width times height."
msgstr "Anchura por altura, dicho con tantas palabras que ya no cabe todo ello en una sola línea de cien columnas."

msgid "Add one to a number."
msgstr "«Suma» uno a \\"x\\""

#, fuzzy
msgid "A box."
msgstr "Una cosa."

msgid "A title"
msgstr "Un título"

msgid "an item that goes on"
msgstr "un punto que sigue"
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "grading.toml").write_text(GRADING, encoding="utf-8")
    (tmp_path / "reference" / "lessons").mkdir(parents=True)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "reference" / "basics.py").write_text(REFERENCE, encoding="utf-8")
    return load_course(tmp_path)


def add_spanish(course: Course) -> None:
    path = course_po(course.root, "es")
    path.parent.mkdir(parents=True)
    path.write_text(SPANISH, encoding="utf-8")


def antorcha(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "antorcha.cli.main", *words], capture_output=True, text=True, encoding="utf-8"
    )


def change(course: Course, old: str, new: str) -> None:
    path = course.reference_dir / "basics.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_stub_is_what_it_ought_to_be(course: Course) -> None:
    assert render_stub(course, "basics", "en") == STUB


def test_no_solution_is_left_in_it(course: Course) -> None:
    stub = render_stub(course, "basics", "en")
    for word in ("secret", "SECRET", "_helper", "_private", "42", "leak", "team", "_stub_", "# keep"):
        assert word not in stub


def test_a_stub_is_formatted_and_translated(course: Course, tmp_path: Path) -> None:
    add_spanish(course)
    stub = render_stub(course, "basics", "es")
    assert stub.startswith('"""Lo básico.\n\nRead this first.\n"""')
    assert '    """«Suma» uno a "x" """' in stub
    assert "    La forma no cambia." in stub
    assert '"""A box."""' in stub  # a fuzzy translation does not count
    assert max(len(line) for line in stub.split("\n")) <= 100
    assert '        """Anchura por altura, dicho' in stub
    assert 'columnas.\n        """\n' in stub  # wrapped: the closing quotes have a line of their own
    path = tmp_path / "stub.py"
    path.write_text(stub, encoding="utf-8")
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--diff", "--isolated", "--line-length", "110", str(path)],
        capture_output=True,
        text=True,
    )
    assert formatted.returncode == 0, formatted.stdout


def test_rendering_the_english_stub_again_changes_nothing(course: Course) -> None:
    first = render_stub(course, "basics", "en")
    assert first == render_stub(course, "basics", "en")
    docstrings = [ast.get_docstring(node) for node in ast.walk(ast.parse(first)) if isinstance(node, ast.FunctionDef)]
    originals = [
        ast.get_docstring(node) for node in ast.walk(ast.parse(REFERENCE)) if isinstance(node, ast.FunctionDef)
    ]
    assert {text for text in docstrings if text} - {"Add one to a number."} <= set(originals)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("def double(", "def dubble(", "no function or class double"),
        ("def _stub_mend(x: int)", "def _stub_mend(x: str)", "the signature of _stub_mend is not that of mend"),
        ("def _stub_mend", "def _other", "mend is an exercise of kind debug, but there is no _stub_mend"),
        ("def _helper", "def _stub_nothing", "nothing is no exercise of basics"),
        ("def guess(case", "def guess)(case", "basics.py:87: not Python"),
    ],
)
def test_a_reference_that_does_not_fit_is_told(course: Course, old: str, new: str, expected: str) -> None:
    change(course, old, new)
    with pytest.raises(UserError) as caught:
        render_stub(course, "basics", "en")
    assert expected in str(caught.value)


def test_a_debug_class_takes_its_stub_s_body(course: Course) -> None:
    text = "\n\nclass _stub_Box:\n    wrong = 1\n\n    def area(self) -> int:\n        return 5\n"
    with (course.reference_dir / "basics.py").open("a", encoding="utf-8") as file:
        file.write(text)
    stub = render_stub(course, "basics", "en")
    assert 'class Box:\n    """A box."""\n\n    wrong = 1\n\n    def area(self) -> int:\n        return 5\n\n\n' in stub


def test_a_class_with_nothing_to_show_raises_nothing_on_import(course: Course) -> None:
    change(course, "def guess(case: str) -> str:", "class guess:")
    change(course, "    return _ANSWERS[case]\n", "    _x = 1\n")
    stub = render_stub(course, "basics", "en")
    assert stub.endswith('class guess:\n    r"""Predict: what does "\\n" give?"""\n')


def test_a_backslash_in_a_translation_is_written_as_one(course: Course) -> None:
    path = course_po(course.root, "es")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "Debug: add two."\nmsgstr "Suma \\\\d."\n', encoding="utf-8")
    stub = ast.parse(render_stub(course, "basics", "es"))
    assert "Suma \\d." in [ast.get_docstring(node) for node in stub.body if isinstance(node, ast.FunctionDef)]


def test_comments_that_a_stub_keeps_are_translated_wherever_they_stand(course: Course) -> None:
    path = course_po(course.root, "es")
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {"How many rows.": "Filas.", "any shape": "cualquier forma", "Is this right?": "¿Bien?", "a copy": "copia"}
    words["upwards"] = "hacia arriba"
    change(course, "    height: int = 2", "    height: int = 2  # upwards")
    entries = "".join(f'msgid "{english}"\nmsgstr "{spanish}"\n\n' for english, spanish in words.items())
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + entries, encoding="utf-8")
    stub = render_stub(course, "basics", "es")
    for wanted in ("# Filas.\nROWS = 3", "x: torch.Tensor,  # cualquier forma\n", "    # ¿Bien?\n    y = x  # copia\n"):
        assert wanted in stub
    assert "    height: int = 2  # hacia arriba\n" in stub
    assert "    # kept as it is:   spaces too\n    return x  +  1  # fmt: skip\n" in stub


def test_a_helper_s_constant_and_import_stay_or_go_by_their_mark(course: Course) -> None:
    change(course, '_ANSWERS = {"a": "secret"}', "_LIMIT = 5  # keep")
    stub = render_stub(course, "basics", "en")
    assert "COLUMNS: int = 4\n_LIMIT = 5\n" in stub
    assert "import random" not in stub


LESSON = """\
# A title

- an item
  that goes on

```python
x = 1  # A title
```
"""


def test_a_lesson_is_translated_but_its_code_is_not(course: Course) -> None:
    assert render_lesson(course, "basics", "es") is None
    (course.reference_dir / "lessons" / "basics.md").write_text(LESSON, encoding="utf-8")
    assert render_lesson(course, "basics", "en") == LESSON.replace("an item\n  that", "an item that")
    add_spanish(course)
    spanish = render_lesson(course, "basics", "es")
    assert spanish == "# Un título\n\n- un punto que sigue\n\n```python\nx = 1  # A title\n```\n"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("minutes = 90", "*Builds on nothing that comes before; with its exercises about 1 h 30 min.*"),
        ("minutes = 45", "*Builds on nothing that comes before; with its exercises about 45 min.*"),
        ("minutes = 120", "*Builds on nothing that comes before; with its exercises about 2 h.*"),
    ],
)
def test_a_lesson_says_how_long_it_takes(course: Course, keys: str, line: str) -> None:
    (course.reference_dir / "lessons" / "basics.md").write_text("# A title\n\nWords.\n", encoding="utf-8")
    grading = course.root / "grading.toml"
    grading.write_text(GRADING.replace('name = "basics"', f'name = "basics"\n{keys}'), encoding="utf-8")
    assert render_lesson(load_course(course.root), "basics", "en") == f"# A title\n\n{line}\n\nWords.\n"


def test_a_lesson_says_what_it_builds_on(course: Course) -> None:
    for topic in ("first", "second", "third"):
        (course.reference_dir / "lessons" / f"{topic}.md").write_text("# A title\n", encoding="utf-8")
    topics = [Topic("first", ()), Topic("second", ()), Topic("third", (), builds_on=("first", "second"))]
    known = replace(course, topics=tuple(topics))
    assert render_lesson(known, "third", "en") == "# A title\n\n*Builds on: `first`, `second`.*\n"
    assert render_lesson(known, "third", "es") == "# A title\n\n*Se apoya en: `first`, `second`.*\n"
    assert render_lesson(known, "first", "en") == "# A title\n"


def test_the_command_writes_and_then_finds_no_drift(course: Course) -> None:
    root = str(course.root)
    before = antorcha("stubs", "--check", "--course", root)
    assert before.returncode == 1
    assert "+def double(" in before.stdout
    assert antorcha("stubs", "--course", root).stdout == "wrote exercises/basics.py\n"
    assert (course.exercises_dir / "basics.py").read_text(encoding="utf-8") == STUB
    assert antorcha("stubs", "--check", "--course", root).returncode == 0
    change(course, '"""Debug: add two."""', '"""Debug: add 2."""')
    after = antorcha("stubs", "--check", "--course", root, "basics")
    assert after.returncode == 1
    assert '+    """Debug: add 2."""' in after.stdout


def test_an_unknown_topic_is_told(course: Course) -> None:
    done = antorcha("stubs", "--course", str(course.root), "basic")
    assert done.returncode == 2
    assert 'did you mean "basics"?' in done.stderr


def test_a_language_that_the_course_lacks_is_told(course: Course) -> None:
    done = antorcha("stubs", "--course", str(course.root), "--language", "fr")
    assert done.returncode == 2
    assert "it lists: en, es" in done.stderr
    assert not list(course.exercises_dir.iterdir())


def test_this_repository_s_stubs_are_up_to_date() -> None:
    done = antorcha("stubs", "--check", "--course", str(ROOT))
    assert done.returncode == 0, done.stdout + done.stderr


FUNCTION = 'def mend(x: int) -> int:\n    """Debug: add two."""\n    y = x\n    return y + 3\n'


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ('def mend(x: int) -> int:\n    """Depura."""\n\n    y = (x)  # hm\n    return y + 3', True),
        ("def mend(x: int) -> int:\n        y = x\n        return y + 3", True),
        ("def mend(x: int) -> int:\n    y = x\n    return y + 2", False),
        ("def mend(x: int) -> int:\n    y = x\n    return y + 3.0", False),
        ("def mend(x: int) -> int:\n    y = x('')\n    return y + 3", False),
        ("def mend(x, z=1) -> int:\n    y = x\n    return y + 3", False),
    ],
)
def test_a_digest_tells_code_and_not_looks(other: str, same: bool) -> None:
    assert (stub_digests(FUNCTION, ["mend"]) == stub_digests(other, ["mend"])) is same


def test_a_digest_does_not_depend_on_the_python_version() -> None:
    """It is written down at release and compared on a student's Python."""
    source = "@cache\ndef f(a, /, b: int = 1, *c, d=None, **e):\n    return [x for x in f'{a!r:>{b}}' if x != 'é']\n"
    digest = "798ab511dcc0efd63919d336b33b1903ee3ebc8813b4746312b578fd5c5aff97"
    assert stub_digests(source, ["f"]) == {"f": digest}


def test_untouched_stubs_are_found(course: Course) -> None:
    digests = stub_digests(STUB, ["mend", "guess", "double", "absent"])
    assert set(digests) == {"mend", "guess", "double"}
    assert untouched(STUB, digests) == {"mend", "guess", "double"}
    assert untouched(STUB.replace("y + 3", "y + 2"), digests) == {"guess", "double"}
    assert untouched("def mend(:", digests) == frozenset()
