"""Feedback pages and the class table: what is told, what is never told, and to whom."""

from __future__ import annotations

import html.parser
import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from antorcha import messages
from antorcha.course.model import Course, Exercise, Topic
from antorcha.report.disclosure import student_sentence
from antorcha.report.feedback import render_html, render_markdown, write_feedback
from antorcha.report.names import feedback_name
from antorcha.report.progress import progress
from antorcha.report.summary import summarise, summary_lines
from antorcha.report.table import print_table
from antorcha.results import CheckResult, Diagnosis, SubmissionResult, TopicResult, Verdict, score_exercise

COURSE = Course("A course", (Topic("tensors", (Exercise("center", 2.0),), "Tensors"),), language="en")
SECRET = "s3cr3t"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1)) ![x](http://e.example/x.png) <http://e.example>",
    "# heading\n## heading\n- list\n1. list\n> quote\n===\n---\n\n    code\n```\nfence",
    "`a` `` ` `<b>` `unclosed <i>",
    "{{ 7*7 }} {% raw %} {student} {0.__class__}",
    "a | b | c\n--|--|--\n",
    "\x1b[31mred\x1b[0m \u202egnp.exe\u202c \x00",
    "&lt;b&gt; &#60;script&#62; *bold* __bold__ ~~gone~~ \\",
]


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(messages.MESSAGES, "test.said", "In `center`: {what}")


def said(what: str, **private: str) -> Diagnosis:
    return Diagnosis("test.said", {"what": what}, dict(private))


def check(verdict: Verdict, diagnosis: Diagnosis | None = None) -> CheckResult:
    return CheckResult(f"test_tensors.py::test_{SECRET}", "center", verdict, diagnosis=diagnosis)


def submission(*checks: CheckResult, student: str = "ana", **rest: object) -> SubmissionResult:
    topic = TopicResult("tensors", (score_exercise("center", 2.0, checks),), output=SECRET, **rest)  # type: ignore[arg-type]
    return SubmissionResult(student, (topic,))


def both(one: SubmissionResult, course: Course = COURSE) -> list[str]:
    return [render_html(course, one), render_markdown(course, one)]


class Tags(html.parser.HTMLParser):
    """Which elements and attributes a page is made of, and the text that it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_tells_points_verdict_and_the_explanation() -> None:
    for page in both(submission(check(Verdict.PASSED), check(Verdict.WRONG, said("shape (3,)")))):
        assert "ana" in page
        assert "1 of 2 points" in page
        assert "50 %" in page
        assert "partly right" in page
        assert "shape (3,)" in page


def test_a_symbol_tells_the_verdict_without_colour() -> None:
    symbols = set()
    for checks in [(Verdict.PASSED,), (Verdict.WRONG,), (Verdict.PASSED, Verdict.WRONG), (Verdict.NOT_STARTED,)]:
        page = render_markdown(COURSE, submission(*map(check, checks)))
        found = re.search(r"### (\S) center", page)
        assert found
        symbols.add(found[1])
    assert len(symbols) == 4


def test_what_several_checks_say_is_said_once_with_a_count() -> None:
    same = [check(Verdict.WRONG, said("the same")) for _ in range(3)]
    for page in both(submission(*same, check(Verdict.WRONG, said("another")))):
        assert page.count("the same") == 1
        assert "×3" in page
        assert page.count("another") == 1


def test_a_page_never_shows_what_is_hidden() -> None:
    diagnosis = said("public", input=SECRET, output=SECRET)
    note = said("about the file", output=SECRET)
    for page in both(submission(check(Verdict.WRONG, diagnosis), check(Verdict.ERROR), note=note)):
        assert SECRET not in page
        assert "test_" not in page
        assert "public" in page


def test_a_note_on_the_whole_file_is_not_repeated_by_each_exercise() -> None:
    note = said("line 3 could not be read")
    one = submission(check(Verdict.UNREADABLE, note), verdict=Verdict.UNREADABLE, note=note)
    for page in both(one):
        assert page.count("line 3 could not be read") == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_word_and_an_explanation(verdict: Verdict) -> None:
    assert verdict.about.word
    assert verdict.about.explanation or verdict is Verdict.PASSED
    for page in both(submission(check(verdict))):
        assert verdict.about.word in page


def hostile_submission(text: str) -> SubmissionResult:
    """`text` wherever a student has a say: the name, a note on the folder, one on the file, an explanation."""
    one = submission(check(Verdict.WRONG, said(text)), note=said(f"file {text}"), student=text)
    return replace(one, notes=(said(text),))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_student_writes_becomes_html(text: str) -> None:
    plain = submission(check(Verdict.WRONG, said("x")), note=said("y"))
    hostile = hostile_submission(text)
    reference = Tags(render_html(COURSE, replace(plain, notes=(said("z"),))))
    page = Tags(render_html(COURSE, hostile))
    assert [tag for tag in page.found if tag[0] != "code"] == [tag for tag in reference.found if tag[0] != "code"]
    assert all(not attributes for tag, attributes in page.found if tag == "code")
    if not re.search(r"[`\x00-\x1f\u202a-\u202e]", text):
        assert page.text.count(text) == 5  # the title, the heading, a note on the folder and two on the file
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", page.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_student_writes_becomes_markdown(text: str) -> None:
    page = render_markdown(COURSE, hostile_submission(text))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    kinds = {child.type for token in tokens for child in [token, *(token.children or [])]}
    assert not kinds & {
        "html_block", "html_inline", "link_open", "image", "fence", "code_block", "table_open", "hr",
        "blockquote_open", "ordered_list_open", "s_open", "em_open",
    }  # fmt: skip
    assert sum(token.type == "heading_open" for token in tokens) == 4
    assert sum(token.type == "list_item_open" for token in tokens) == 2
    assert sum(child.type == "strong_open" for token in tokens for child in token.children or []) == 1


def test_a_page_needs_nothing_from_outside_itself() -> None:
    page = render_html(COURSE, submission(check(Verdict.PASSED)))
    assert not re.search(r"https?:|//|src=|href=|@import|url\(", page)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in Tags(page).found}
    assert "prefers-color-scheme: dark" in page


def test_a_page_speaks_the_courses_language() -> None:
    assert '<html lang="es">' in render_html(replace(COURSE, language="es"), submission(check(Verdict.PASSED)))


def test_a_page_is_written_again_only_when_it_changed(tmp_path: Path) -> None:
    right, wrong = submission(check(Verdict.PASSED)), submission(check(Verdict.WRONG))
    assert write_feedback(tmp_path, COURSE, right) is True
    assert write_feedback(tmp_path, COURSE, right) is False
    assert write_feedback(tmp_path, COURSE, wrong) is True
    assert sorted(page.name for page in tmp_path.iterdir()) == ["ana.html", "ana.md"]


def test_page_names_are_safe_and_never_collide() -> None:
    names = [
        "ana",
        "Ana",
        "ANA",
        "ána",
        "../ana",
        "ana/..",
        "a/b",
        "a_b",
        "a-b",
        "..",
        ".",
        "",
        "con",
        "COM1",
        "nul.txt",
    ]
    names += ["李雷", "李霞", "x" * 300, "x" * 301, "\udce9", "-rf", "ana\n", "Ana Núñez", feedback_name("Ana Núñez")]
    pages = [feedback_name(name) for name in names]
    assert len({page.casefold() for page in pages}) == len(names)
    for page in pages:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", page)
        assert page.lower() not in {"con", "nul", "com1"}
    assert feedback_name("ana") == "ana"
    assert feedback_name("Ana Núñez").startswith("Ana-Nunez-")


def test_the_table_is_aligned_plain_text_without_a_terminal() -> None:
    rows = [submission(check(Verdict.PASSED), student=name) for name in ("ana", "李雷", "\x1b[31mred\n[bold]x")]
    out = io.StringIO()
    print_table(COURSE, rows, out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert "\x1b" not in out.getvalue()
    assert "[bold]x" in lines[3]
    assert lines[1].index("2/2") == lines[2].index("2/2") + 2  # two letters, each two places wide


def test_the_table_on_a_terminal_takes_no_name_for_markup() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    print_table(COURSE, [submission(check(Verdict.PASSED), student="[red]\x1b[2J[/red]")], out)
    assert "[red]" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


def test_the_summary_counts_the_class() -> None:
    right, wrong = check(Verdict.PASSED), check(Verdict.WRONG)
    summary = summarise([submission(right), submission(right, wrong), submission(wrong), SubmissionResult("none", ())])
    assert summary is not None
    assert (summary.students, summary.mean, summary.median) == (3, 50.0, 50.0)
    assert summary.histogram == (1, 0, 0, 0, 0, 1, 0, 0, 0, 1)
    assert summary.hardest == (("tensors.center", 50.0),)
    assert "mean 50 %" in summary_lines(summary)[0]
    assert summarise([]) is None


def test_progress_is_lines_without_a_terminal_and_nothing_when_silent() -> None:
    out = io.StringIO()
    with progress(2, stream=out) as meter:
        meter.step("ana")
        meter.step("bea\x1b[2J")
    assert out.getvalue().count("graded 2/2") == 1
    assert "\x1b" not in out.getvalue()
    quiet = io.StringIO()
    with progress(2, silent=True, stream=quiet) as meter:
        meter.step("ana")
    assert quiet.getvalue() == ""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no headless browser here")
def test_a_browser_opens_the_page_without_an_error(tmp_path: Path) -> None:
    hostile = replace(submission(check(Verdict.WRONG, said(HOSTILE[0])), student=HOSTILE[1]), notes=(said(HOSTILE[4]),))
    page = tmp_path / "page.html"
    page.write_text(render_html(COURSE, hostile), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        ["chromium", *options, "--enable-logging=stderr", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    assert "<img" not in done.stdout
    assert HOSTILE[1] in Tags(done.stdout).text


def test_what_torch_says_ends_before_its_explanation_begins() -> None:
    phrase = "grad can be implicitly created only for scalar outputs"
    raised = Diagnosis("raised", {"type": "RuntimeError", "line": 3, "says": "shapes differ", "phrase": phrase})
    sentence = student_sentence(check(Verdict.ERROR, raised), "difference", "en")
    assert sentence.startswith("Your code raised RuntimeError at line 3: shapes differ. ")
    assert sentence.endswith("A loss ends in `.mean()` or `.sum()`.")
