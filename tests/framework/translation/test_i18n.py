"""Catalogs: what is extracted, merged, checked, and shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.i18n.catalog import course_catalog, course_mo, course_po
from antorcha.sources.blocks import render, split
from antorcha.sources.prose import set_prose
from antorcha.translation.extract import course_messages, framework_messages, student_messages
from antorcha.translation.maintain import Domain, check, student_catalog

FILES = {
    "grading.toml": """\
title = "Tiny course"
language = "es"
[[topics]]
name = "basics"
title = "The basics"
exercises = [{ name = "double" }]
""",
    "reference/basics.py": '''\
"""First words."""


def double(x: int) -> int:
    """Double a number
    and return it.

    >>> double(1)
    2
    """
    return 2 * x


def _helper() -> None:
    """Nobody reads this."""
''',
    "reference/lessons/basics.md": "# A lesson\n\nOne paragraph\non two lines.\n\n```python\nx = 1\n```\n",
    "exercises/test_basics.py": """\
'''Tests to read.'''

# --- double ---


def test_shown(agree, student):
    # A remark that goes
    # on below.
    agree.that(max([1, 2], key=abs) == 2, "It should "
               "be two, not {value}.")
    agree.that(True, message=N_("Marked once."))
""",
    "graders/test_basics.py": """\
def test_hidden(agree):
    agree.that(True, "A hidden hint.")
    agree.scenario(lambda module: {"first pass": 1, "loss": 2})
""",
}

MESSAGES = [
    "Tiny course",
    "The basics",
    "First words.",
    "Double a number and return it.",
    "A lesson",
    "One paragraph on two lines.",
    "Tests to read.",
    "A remark that goes on below.",
    "It should be two, not {value}.",
    "Marked once.",
    "A hidden hint.",
    "first pass",
]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_course(tmp_path)


def antorcha(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", "messages", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def write_po(course: Course, entries: dict[str, str], extra: str = "") -> Path:
    path = course_po(course.root, "es")
    path.parent.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    body = "".join(f'msgid "{message}"\nmsgstr "{text}"\n\n' for message, text in entries.items())
    path.write_text(head + body + extra, encoding="utf-8")
    return path


def translated() -> dict[str, str]:
    return {message: f"ES {message}" for message in MESSAGES}


def test_what_a_student_reads_is_extracted_in_order(course: Course) -> None:
    assert [found.message for found in course_messages(course) if found.line] == MESSAGES


def test_each_message_has_its_line(course: Course) -> None:
    lines = {found.message: (found.path.name, found.line) for found in course_messages(course)}
    assert lines["The basics"] == ("grading.toml", 5)
    assert lines["Double a number and return it."] == ("basics.py", 5)
    assert lines["One paragraph on two lines."] == ("basics.md", 3)
    assert lines["A hidden hint."] == ("test_basics.py", 2)


def test_a_conftest_travels_too_and_so_do_its_remarks(course: Course) -> None:
    (course.exercises_dir / "conftest.py").write_text("# For every test.\n", encoding="utf-8")
    assert "For every test." in {found.message for found in course_messages(course)}


def test_the_labels_of_a_scenario_that_hidden_tests_share_are_extracted(course: Course) -> None:
    helper = 'def kept(module):\n    return {"what came first": module.double(1)}\n'
    (course.graders_dir / "common.py").write_text(helper, encoding="utf-8")
    assert "what came first" in {found.message for found in course_messages(course)}


def test_comments_and_docstrings_of_a_test_are_set_anew_and_the_code_stays() -> None:
    source = '''\
"""A first line.

>>> double(1)
2
"""

import os  # noqa: F401

# --- double ---


def helper():
    """Two words."""
    # The first remark goes
    # on here.
    return "# no remark"  # a short one


class Line:
    r"""A \\ in it."""
'''
    told: list[tuple[str, int]] = []

    def shout(message: str, line: int) -> str:
        told.append((message, line))
        return message.upper()

    assert (
        set_prose(source, shout)
        == '''\
"""A FIRST LINE.

>>> double(1)
2
"""

import os  # noqa: F401

# --- double ---


def helper():
    """TWO WORDS."""
    # THE FIRST REMARK GOES ON HERE.
    return "# no remark"  # A SHORT ONE


class Line:
    r"""A \\ IN IT."""
'''
    )
    assert sorted(told, key=lambda one: one[1])[:3] == [
        ("A first line.", 1),
        ("Two words.", 13),
        ("The first remark goes on here.", 14),
    ]
    assert set_prose(source, lambda message, _line: message) == source


def test_update_makes_a_catalog_and_keeps_what_is_translated(course: Course) -> None:
    root = str(course.root)
    first = antorcha("update", "--course", root)
    assert first.stdout == "wrote locale/es/LC_MESSAGES/course.po\n"
    path = course_po(course.root, "es")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgid "A lesson"\nmsgstr ""', 'msgid "A lesson"\nmsgstr "Una lección"'), encoding="utf-8"
    )
    assert antorcha("update", "--course", root).stdout == "the catalogs were up to date\n"
    assert course_catalog(course, "es").gettext("A lesson") == "Una lección"

    lesson = course.reference_dir / "lessons" / "basics.md"
    lesson.write_text("# A new lesson\n\nOther words altogether.\n", encoding="utf-8")
    antorcha("update", "--course", root)
    merged = path.read_text(encoding="utf-8")
    assert '#, fuzzy\n#| msgid "A lesson"\nmsgid "A new lesson"\nmsgstr "Una lección"' in merged
    assert course_catalog(course, "es").gettext("A new lesson") == "A new lesson"  # fuzzy does not count
    assert 'msgid "Other words altogether."' in merged


def test_a_message_that_is_gone_is_kept_as_obsolete_until_pruned(course: Course) -> None:
    path = write_po(course, {**translated(), "Quite another sentence": "Otra frase"})
    antorcha("update", "--course", str(course.root))
    assert '#~ msgid "Quite another sentence"' in path.read_text(encoding="utf-8")
    done = antorcha("check", "--course", str(course.root))
    assert 'stale: no source has this message any more: "Quite another sentence"' in done.stdout
    antorcha("update", "--prune", "--course", str(course.root))
    assert "Quite another" not in path.read_text(encoding="utf-8")
    assert antorcha("check", "--course", str(course.root)).returncode == 0


def test_check_is_content_with_a_full_catalog(course: Course) -> None:
    write_po(course, translated())
    done = antorcha("check", "--course", str(course.root))
    assert (done.returncode, done.stdout) == (0, "every message is translated\n")


@pytest.mark.parametrize(
    ("change", "extra", "expected"),
    [
        ({"A lesson": None}, "", 'reference/lessons/basics.md:1: no es translation: "A lesson"'),
        ({"A lesson": ""}, "", 'locale/es/LC_MESSAGES/course.po:16: empty es translation: "A lesson"'),
        ({"A lesson": None}, '#, fuzzy\nmsgid "A lesson"\nmsgstr "Una"\n', 'fuzzy es translation: "A lesson"'),
        ({"Old words": "Viejas"}, "", 'course.po:40: stale: no source has this message any more: "Old words"'),
        ({"It should be two, not {value}.": "Debe ser dos, no {valor}."}, "", "({valor}, {value}): "),
    ],
)
def test_check_lists_what_is_wrong_with_its_place(
    course: Course, change: dict[str, str | None], extra: str, expected: str
) -> None:
    entries = {message: text for message, text in {**translated(), **change}.items() if text is not None}
    write_po(course, entries, extra)
    done = antorcha("check", "--course", str(course.root))
    assert done.returncode == 1
    assert expected in done.stdout
    assert done.stdout.endswith("\n1 to mend\n")


def test_check_without_any_catalog_lists_everything(course: Course) -> None:
    done = antorcha("check", "--course", str(course.root))
    assert done.returncode == 1
    assert done.stdout.endswith(f"\n{len(MESSAGES)} to mend\n")


def test_a_message_that_is_put_together_at_run_time_is_told(course: Course) -> None:
    path = course.graders_dir / "test_basics.py"
    path.write_text('def test_hidden(agree):\n    agree.that(True, f"A {1} hint.")\n', encoding="utf-8")
    done = antorcha("check", "--course", str(course.root))
    assert "graders/test_basics.py:2: not a plain string, so it cannot be translated" in done.stdout


def test_a_broken_catalog_is_told_without_a_traceback(course: Course) -> None:
    path = write_po(course, {})
    path.write_text('msgid "A"\nnonsense\n', encoding="utf-8")
    for action in ("check", "update"):
        done = antorcha(action, "--course", str(course.root))
        assert done.returncode == 2
        assert "course.po" in done.stderr
        assert "Traceback" not in done.stderr
    with pytest.raises(UserError):
        course_catalog(course, "es")


def test_a_released_folder_gets_visible_messages_only(course: Course) -> None:
    write_po(course, translated())
    assert "A hidden hint." not in {found.message for found in student_messages(course)}
    data = student_catalog(course, "es")
    assert b"hidden" not in data
    assert b"Double a number" not in data
    path = course_mo(course.exercises_dir, "es")
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    course_po(course.root, "es").unlink()
    catalog = course_catalog(course, "es")
    assert catalog.gettext("The basics") == "ES The basics"
    assert catalog.gettext("It should be two, not {value}.") == "ES It should be two, not {value}."
    assert catalog.gettext("First words.") == "First words."


def test_a_student_s_install_reads_the_compiled_catalog_without_babel(course: Course) -> None:
    write_po(course, translated())
    path = course_mo(course.exercises_dir, "es")
    path.parent.mkdir(parents=True)
    path.write_bytes(student_catalog(course, "es"))
    program = f"""
import sys
from pathlib import Path
sys.modules["babel"] = sys.modules["pydantic"] = None
from antorcha.course.model import Course
from antorcha.i18n.catalog import course_catalog
print(course_catalog(Course("t", (), root=Path({str(course.root)!r})), "es").gettext("The basics"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8")
    assert done.stdout == "ES The basics\n", done.stderr


def test_a_damaged_compiled_catalog_is_told(course: Course) -> None:
    path = course_mo(course.exercises_dir, "es")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nonsense")
    with pytest.raises(UserError, match="damaged"):
        course_catalog(course, "es")


def test_without_a_catalog_a_message_stays_english(course: Course) -> None:
    assert course_catalog(course, "en").gettext("The basics") == "The basics"


def test_framework_messages_are_found_with_their_placeholders_checked(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text('MESSAGES = {"a": N_("Got {x}.")}\n', encoding="utf-8")
    po = tmp_path / "es.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Got {x}."\nmsgstr "Es {x} {"\n'
    )
    domain = Domain("antorcha", tmp_path, tuple(framework_messages(tmp_path)), {"es": po}, is_framework=True)
    assert [str(problem) for problem in check(domain)] == [
        "es.po:4: the translation is no format string (Single '{' encountered in format string): \"Got {x}.\""
    ]


PROSE = """\
A first paragraph with `a code
span` in it.

1. one thing
   that goes on

2. another

| name | meaning |
|------|---------|
| `x`  | `y`     |

> A quotation
> on two lines

Args:
    x: the number
        to double
    y: nothing

a: `torch.tensor(7)`

>>> code(1)
two words

    indented = code

<details><summary>A hint</summary>
"""


def test_prose_is_cut_into_messages_and_code_is_not() -> None:
    assert [unit.message for unit in split(PROSE) if unit.message] == [
        "A first paragraph with `a code span` in it.",
        "one thing that goes on",
        "another",
        "| name | meaning |",
        "A quotation on two lines",
        "Args:",
        "x: the number to double",
        "y: nothing",
        "<details><summary>A hint</summary>",
    ]


def test_rendering_without_translation_settles_at_once() -> None:
    once = render(PROSE, lambda message, _line: message)
    assert render(once, lambda message, _line: message) == once
    for kept in (">>> code(1)\ntwo words\n", "\n    indented = code\n", "|------|---------|", "    y: nothing\n"):
        assert kept in once


def test_a_code_span_is_not_broken_over_two_lines() -> None:
    text = render("word " * 9 + "`torch.rand(2, 3)` end", lambda message, _line: message, width=50)
    assert text.split("\n") == ["word " * 8 + "word", "`torch.rand(2, 3)` end"]


def test_every_message_of_this_repository_is_translated() -> None:
    done = antorcha("check", "--course", str(ROOT))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_topic_may_have_a_catalog_of_its_own(course: Course) -> None:
    write_po(course, translated())
    own = course_po(course.root, "es", "basics")
    own.write_bytes(course_po(course.root, "es").read_bytes())
    done = antorcha("update", "--prune", "--course", str(course.root))
    assert done.stdout == "wrote locale/es/LC_MESSAGES/course.po\nwrote locale/es/LC_MESSAGES/basics.po\n"
    shared = course_po(course.root, "es").read_text(encoding="utf-8")
    assert "A lesson" not in shared
    assert "ES A lesson" in own.read_text(encoding="utf-8")
    assert course_catalog(course, "es").messages == translated()
    assert antorcha("check", "--course", str(course.root)).returncode == 0
