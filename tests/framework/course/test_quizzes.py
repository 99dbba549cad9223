"""Quizzes: complete or refused, their answers in nothing that a student gets, their options shuffled."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from antorcha.bulk.keys import unit_key
from antorcha.course.load import load_course
from antorcha.course.model import Course, Exercise, Topic
from antorcha.course.quiz import QuizError, order_for, own_letters, read_quiz, reordered, same_student
from antorcha.course.shuffled_quizzes import (
    OptionOrders,
    names_in,
    remember_shuffled,
    require_distinct,
    shuffled_quizzes_path,
)
from antorcha.errors import UserError
from antorcha.nbgrader.assignment import release as release_nbgrader
from antorcha.plugin.oracle import read_answers
from antorcha.sources.stubs import render_stub

GRADING = """\
title = "Small"
language = "en"
languages = ["en", "es"]

[[topics]]
name = "asked"
exercises = [
    { name = "sky", kind = "quiz" },
    { name = "animals", kind = "quiz", points = 2 },
    { name = "twice" },
]
"""

REFERENCE = '''\
"""Two questions and a sum."""


def sky() -> str:
    """Of which colour is the sky by day?

    a) green, as the grass below it
    b) blue, because the air
       scatters it most
    c) red
    """
    return "b"


def animals(case: str) -> str:
    """How many legs has the animal that `case` names?

    A) a hen
    B) a horse

    a) two
    b) four
    c) six
    """
    return {"A": "a", "B": "b"}[case]


def twice(x):
    """Return `x` times two."""
    return 2 * x
'''

VARIANTS = """\
from antorcha.variants import N_, wrong


@wrong("sky", N_("Grass is green. Look up, not down."))
def sky_is_grass():
    return "a"


@wrong("sky", N_("Red is the evening's colour; read when the question asks."))
def sky_in_the_evening():
    return "c"


def animal(case, wrong_case, letter):
    return letter if case == wrong_case else {"A": "a", "B": "b"}[case]


@wrong("animals", N_("A hen stands on two legs. Its wings are no legs."))
def wings_are_legs(case):
    return animal(case, "A", "b")


@wrong("animals", N_("A hen is a bird and no insect."))
def hen_is_an_insect(case):
    return animal(case, "A", "c")


@wrong("animals", N_("A horse walks on all of its legs, and those are more than a pair."))
def horse_like_a_rider(case):
    return animal(case, "B", "a")


@wrong("animals", N_("Six legs are the legs of insects, and a horse is none."))
def horse_is_an_insect(case):
    return animal(case, "B", "c")


@wrong("twice", N_("You squared it."))
def squared(x):
    return x * x
"""

VISIBLE = """\
def test_sky_is_answered(agree, student):
    agree.that(student.sky() in ("a", "b", "c"), "Answer with the letter of an option.")


def test_animals_are_answered(agree, student):
    for case in ("A", "B"):
        agree.that(student.animals(case) in ("a", "b", "c"), "Answer with the letter of an option.")


def test_twice(agree):
    agree("twice", 3)
"""

HIDDEN = """\
import pytest


def test_sky(agree):
    agree("sky")


@pytest.mark.parametrize("case", ["A", "B"])
def test_animals(agree, case):
    agree("animals", case)


def test_twice(agree):
    agree("twice", 5)
"""

FILES = {
    "grading.toml": GRADING,
    "reference/asked.py": REFERENCE,
    "reference/variants/asked.py": VARIANTS,
    "exercises/test_asked.py": VISIBLE,
    "graders/test_asked.py": HIDDEN,
}
DOCSTRING = re.search(r'def sky.*?"""(.*?)"""', REFERENCE, re.DOTALL)[1]  # type: ignore[index]


def write(root: Path, **changed: str) -> Path:
    """The small course, with some files in another text."""
    for name, text in (FILES | {_FILE[key]: text for key, text in changed.items()}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


_FILE = {"grading": "grading.toml", "reference": "reference/asked.py", "variants": "reference/variants/asked.py"}
_FILE |= {"visible": "exercises/test_asked.py", "hidden": "graders/test_asked.py"}


def antorcha(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def solution(sky: str, hen: str, horse: str) -> str:
    animals = f'def animals(case):\n    return {{"A": "{hen}", "B": "{horse}"}}[case]\n'
    return f'def sky():\n    return "{sky}"\n\n\n{animals}\n\ndef twice(x):\n    return x + x\n'


def hand_in(folder: Path, student: str, code: str) -> None:
    (folder / student).mkdir(parents=True)
    (folder / student / "asked.py").write_text(code, encoding="utf-8")


# ------------------------------------------------------------------------------------------ the docstring


def test_options_and_situations_are_read() -> None:
    quiz = read_quiz("Q?\n\nA) one\nB) two\n\na) x\n   goes on\nb) y\n\nAn end.")
    assert (quiz.letters, quiz.cases) == (("a", "b"), ("A", "B"))
    assert (quiz.options[0].first, quiz.options[0].end) == (5, 7)


def test_options_may_be_items_of_a_list() -> None:
    text = "Q?\n\n- a) x\n  goes on\n- b) y\n\n>>> quiz() in (1, 2)"
    assert read_quiz(text).letters == ("a", "b")
    assert reordered(text, ("b", "a")) == "Q?\n\n- a) y\n- b) x\n  goes on\n\n>>> quiz() in (1, 2)"


def test_one_question_has_one_case() -> None:
    assert read_quiz("a) x\nb) y").cases == ("",)


@pytest.mark.parametrize(
    ("text", "line"),
    [("Q?", 1), ("Q?\n\na) alone", 1), ("a) x\nc) y", 2), ("a) x\nb) y\na) z", 3), ("B) x\na) y\nb) z", 1)],
)
def test_what_is_no_quiz_is_refused(text: str, line: int) -> None:
    with pytest.raises(QuizError) as caught:
        read_quiz(text)
    assert caught.value.line == line


def test_options_move_whole_and_are_lettered_anew() -> None:
    text = "Q?\n\na) x\n   goes on\nb) y\n\nc) z\n\nAn end."
    assert reordered(text, ("c", "a", "b")) == "Q?\n\na) z\nb) x\n   goes on\n\nc) y\n\nAn end."
    assert reordered(text, ("a", "b", "c")) == text


def test_an_order_is_the_students_own_and_always_the_same() -> None:
    letters = tuple("abcdef")
    orders = {order_for(letters, 7, f"student {number}", "sky") for number in range(50)}
    assert len(orders) > 40
    assert all(sorted(order) == list(letters) for order in orders)
    first = order_for(letters, 7, "Ana García", "sky")
    assert first == order_for(letters, 7, "ana_GARCIA", "sky")
    assert len({first, order_for(letters, 8, "Ana García", "sky"), order_for(letters, 7, "Ana García", "sea")}) == 3
    assert own_letters(("c", "a", "b")) == {"a": "c", "b": "a", "c": "b"}


def test_names_are_compared_by_their_words() -> None:
    assert same_student(" Ana_García-López ") == same_student("ana garcia lopez") == "ana garcia lopez"
    with pytest.raises(UserError, match="same student"):
        require_distinct(["Ana García", "ana-garcia"])
    with pytest.raises(UserError, match="no name"):
        require_distinct(["--"])


# ------------------------------------------------------------------------------------- what authors are told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (DOCSTRING, "Of which colour is the sky?", "asked.py:5: sky: a quiz needs two or more options"),
        ("    c) red", "    d) red", 'asked.py:10: sky: "d)" stands where "c)" was expected'),
        ("def sky()", "def sky(case)", "sky: a quiz is a function, and this one has one question: no argument"),
        ("def animals(case: str)", "def animals()", "animals: a quiz is a function, and this one has situations"),
        ("    c) red\n", "    c) red\n\n    >>> sky()\n    'b'\n", "sky: an example in a quiz's docstring tells"),
    ],
)
def test_a_quiz_that_is_none_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in REFERENCE
    course = load_course(write(tmp_path, reference=REFERENCE.replace(old, new, 1)))
    with pytest.raises(UserError) as caught:
        render_stub(course, "asked", "en")
    assert said in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "file", "old", "new", "said"),
    [
        (
            "release",
            "reference",
            'return "b"',
            'return "d"',
            "asked.py:5: sky: the answer is 'd', which is no option (a, ",
        ),
        ("grade", "reference", '"B": "b"}[', '"B": "four"}[', "asked.py:16: animals(\"B\"): the answer is 'four'"),
        (
            "release",
            "variants",
            'return "c"',
            'return "a"',
            "asked.py:10: sky: no wrong variant explains the option c)",
        ),
        (
            "audit",
            "variants",
            '"A", "c"',
            '"A", "b"',
            'asked.py:23: animals("A"): no wrong variant explains the option c)',
        ),
    ],
)
def test_an_incomplete_quiz_is_refused(tmp_path: Path, command: str, file: str, old: str, new: str, said: str) -> None:
    text = FILES[_FILE[file]]
    assert old in text
    root = write(tmp_path / "course", **{file: text.replace(old, new, 1)})
    hand_in(tmp_path / "class", "ana", solution("b", "a", "b"))
    words = {
        "release": ["release", "student", "--out", str(tmp_path / "out")],
        "audit": ["audit", "--jobs", "1"],
        "grade": ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "results")],
    }
    done = antorcha(*words[command], "--course", str(root))
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert '@wrong("name", N_("..."))' in done.stderr
    assert not (tmp_path / "out").exists()


MARKED = "import pytest\n\n@pytest.mark.exercise"


@pytest.mark.parametrize(
    "test",
    [
        'def test_it(agree):\n    agree("sky")\n',
        'def test_it(agree):\n    agree("animals", "A")\n',
        f'{MARKED}("twice")\ndef test_it(agree):\n    agree.scenario(lambda module: module.sky())\n',
    ],
)
@pytest.mark.slow
def test_a_visible_test_that_would_record_an_answer_is_refused(tmp_path: Path, test: str) -> None:
    root = write(tmp_path / "course", visible=f"{VISIBLE}\n\n{test}")
    done = antorcha("release", "student", "--course", str(root), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "test_it" in done.stderr
    assert "would be recorded for students" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_visible_test_that_only_the_right_answer_passes_is_refused(tmp_path: Path) -> None:
    test = 'def test_it(agree, student):\n    agree.that(student.sky() in ("a", "b"), "Look up.")\n'
    root = write(tmp_path / "course", visible=f"{VISIBLE}\n\n{test}")
    done = antorcha("release", "student", "--course", str(root), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "test_it: tells the answer of the quiz sky: a wrong option fails it" in done.stderr


@pytest.mark.slow
def test_a_hidden_test_asks_a_quiz_directly(tmp_path: Path) -> None:
    hidden = HIDDEN.replace('agree("sky")', "agree.scenario(lambda module: module.sky())")
    root = write(
        tmp_path / "course", hidden=hidden.replace("def test_sky", '@pytest.mark.exercise("sky")\ndef test_sky')
    )
    hand_in(tmp_path / "class", "ana", solution("b", "a", "b"))
    done = antorcha("grade", str(tmp_path / "class"), "--course", str(root), "--out", str(tmp_path / "results"))
    assert done.returncode != 0
    assert 'sky is a quiz: ask it with agree("sky")' in done.stderr


@pytest.mark.slow
def test_the_audit_tries_every_letter(tmp_path: Path) -> None:
    root = write(tmp_path / "course")
    done = antorcha("audit", "--jobs", "1", "--course", str(root), "--json", "--cache", str(tmp_path / "cache"))
    assert done.returncode == 0, done.stdout + done.stderr
    one_case_only = HIDDEN.replace('["A", "B"]', '["A"]')
    root = write(tmp_path / "weak", hidden=one_case_only)
    done = antorcha("audit", "--jobs", "1", "--course", str(root), "--cache", str(tmp_path / "cache"))
    assert done.returncode == 1
    assert "another option: animals('B') -> 'c'" in done.stdout
    assert "another option: animals('A')" not in done.stdout


# ------------------------------------------------------------------------------------- what students get


def blobs(data: bytes) -> bytes:
    """A zip's files in one, with what is packed in them."""
    with zipfile.ZipFile(BytesIO(data)) as opened:
        parts = [opened.read(name) for name in opened.namelist()]
    return b"\n".join([*parts, *(blobs(part) for part in parts if part[:2] == b"PK")])


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("released")
    done = antorcha("release", "student", "--course", str(write(root / "course")), "--out", str(root / "out"))
    assert done.returncode == 0, done.stderr
    return root / "out"


def test_no_answer_and_no_explanation_is_released(released: Path) -> None:
    folder = released / "exercises/_antorcha"
    assert not [key for key in read_answers(folder / "answers/asked.bin") if "twice" not in key]
    rows = read_answers(folder / "mistakes/asked.bin")["variants"]
    assert {row["exercise"] for row in rows} == {"twice"}
    everything = blobs(released.with_name("out.zip").read_bytes())
    assert b"You squared it" not in everything, "the scan below looks into compressed files as well"
    for secret in (b"Grass is green", b"sky_is_grass", b"A hen stands", b"wings_are_legs", b'{"A": "a"'):
        assert secret not in everything


OTHER = {
    "reference": REFERENCE.replace('return "b"', 'return "a"').replace('{"A": "a", "B": "b"}', '{"A": "c", "B": "a"}'),
    "variants": VARIANTS.replace('return "a"', 'return "b"')
    .replace('{"A": "a", "B": "b"}', '{"A": "c", "B": "a"}')
    .replace('"A", "c"', '"A", "a"')
    .replace('"B", "a"', '"B", "b"'),
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_with_other_answers_a_release_is_the_same_to_the_byte(released: Path, tmp_path: Path) -> None:
    """Not even a digest depends on them, which could be tried against the few options."""
    done = antorcha(*("release", "student", "--course", str(write(tmp_path, **OTHER)), "--out", str(tmp_path / "out")))
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(released)
    assert (tmp_path / "out.zip").read_bytes() == released.with_name("out.zip").read_bytes()


@pytest.mark.slow
def test_with_other_answers_the_notebook_that_nbgrader_releases_is_the_same(tmp_path: Path) -> None:
    found = []
    for name, changed in (("first", {}), ("other", OTHER)):
        folder = tmp_path / name / "nbgrader"
        course = write(tmp_path / name / "course", **changed)
        done = antorcha("release", "nbgrader", "--course", str(folder), "--antorcha", str(course))
        assert done.returncode == 0, done.stderr
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "ANTORCHA_"))}
        # nbgrader starts alembic by its name.
        environment["PATH"] = str(Path(sys.executable).parent) + os.pathsep + environment["PATH"]
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", "asked"]
        made = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        found.append(contents(folder / "release"))
    assert "asked/asked.ipynb" in found[0]
    assert found[0] == found[1]
    notebook = json.loads(found[0]["asked/asked.ipynb"])
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert any(
        "b) blue, because the air scatters it most" in source and "raise NotImplementedError" in source
        for source in sources
    )


def test_a_notebooks_check_does_not_call_an_answer_right(tmp_path: Path) -> None:
    course = load_course(write(tmp_path / "course"))
    release_nbgrader(course, tmp_path / "nbgrader", language="en")
    code = f'{solution("c", "a", "z")}\nfrom antorcha.notebook import check\ncheck("sky")\ncheck("animals")\n'
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "nbgrader/source/asked",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "? sky: answered; it is graded when you hand it in." in done.stdout
    assert "Answer with the letter of an option." in done.stderr


def in_pytest(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "exercises/", "-p", "no:cacheprovider", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


@pytest.mark.slow
def test_an_answer_is_not_called_right(released: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.py").write_text(solution("c", "a", "z"), encoding="utf-8")
    said = in_pytest(released, "--antorcha-student", str(tmp_path), "--antorcha-language", "en")
    assert re.search(r"\? sky +answered; it is graded when you hand it in", said)
    assert re.search(r"✗ animals +Answer with the letter of an option\.", said)
    assert "1 of 3 exercises · 1 answered" in said
    assert re.search("█+▒+░+", said)
    assert "1 answered" in said.splitlines()[-1]
    spanish = in_pytest(released, "--antorcha-student", str(tmp_path), "--antorcha-language", "es")
    assert re.search(r"\? sky +respondida; se califica cuando la entregas", spanish)


# ------------------------------------------------------------------------------------------------ shuffled


SHUFFLED = f"shuffle_quizzes = true\n{GRADING}"


def shown(stub: str, exercise: str) -> dict[str, str]:
    """The options of a stub by the letter that a student sees."""
    body = stub.partition(f"def {exercise}(")[2].partition("raise NotImplementedError")[0]
    return dict(re.findall(r"^    ([a-z])\) (.*)$", body, re.MULTILINE))


@pytest.mark.slow
def test_each_student_answers_in_an_order_of_their_own(tmp_path: Path) -> None:
    root = write(tmp_path / "course", grading=SHUFFLED)
    names = ["Ana García", "bea", "Carl-Otto", "dora", "emil", "flora"]
    (tmp_path / "names.txt").write_text("# a comment\n" + "\n".join(names[1:]) + "\n", encoding="utf-8")
    words = ["release", "student", "--course", str(root), "--out", str(tmp_path / "out")]
    done = antorcha(*words, "--student", names[0], "--students", str(tmp_path / "names.txt"))
    assert done.returncode == 0, done.stderr
    assert sorted(names_in(shuffled_quizzes_path(load_course(root))), key=same_student) == sorted(
        names, key=same_student
    )
    zips = sorted((tmp_path / "out").glob("*.zip"))
    assert len(zips) == len(names)

    right = {"sky": "blue, because the air scatters it most", "hen": "two", "horse": "four"}
    orders = set()
    for name in names:
        (stub,) = (tmp_path / "out").glob(f"{'Ana-Garcia-*' if name == names[0] else name + '*'}/exercises/asked.py")
        text = stub.read_text(encoding="utf-8")
        sky, animals = shown(text, "sky"), shown(text, "animals")
        assert len(sky) == len(animals) == 3
        letters = {value: letter for options in (sky, animals) for letter, value in options.items()}
        orders.add("".join(letters[letter] for letter in right.values()))
        spelling = name.upper().replace(" ", "_")
        hand_in(tmp_path / "class", spelling, solution(*(letters[letter] for letter in right.values())))
    assert len(orders) > 1
    hand_in(tmp_path / "class", "stranger", solution("b", "a", "b"))
    wrong = solution("a", "a", "a")
    hand_in(tmp_path / "class2", "bea", wrong)
    hand_in(tmp_path / "class2", "dora", wrong)

    grade = ["grade", str(tmp_path / "class"), "--course", str(root), "--out", str(tmp_path / "results"), "--json"]
    done = antorcha(*grade)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {row["points"] for row in found["submissions"]} == {4.0}, found
    assert "not in shuffled_quizzes.txt, so quizzes are read in the course's own order: stranger" in done.stderr

    # The same code of two students is two submissions, and each is judged and explained by what its author saw.
    done = antorcha(*["grade", str(tmp_path / "class2"), *grade[2:-1]])
    assert "2 graded, 0 reused" in done.stdout
    for name in ("bea", "dora"):
        order = order_for(("a", "b", "c"), 1729, name, "sky")
        page = (tmp_path / "results/feedback" / f"{name}.md").read_text(encoding="utf-8")
        assert ("Grass is green" in page, "Red is the evening" in page) == (order[0] == "a", order[0] == "c")


@pytest.mark.slow
def test_a_course_that_shuffles_says_so_to_who_names_nobody(tmp_path: Path) -> None:
    root = write(tmp_path / "course", grading=SHUFFLED)
    done = antorcha("release", "student", "--course", str(root), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "note: quizzes are in the course's own order" in done.stdout
    stub = (tmp_path / "out/exercises/asked.py").read_text(encoding="utf-8")
    assert list(shown(stub, "animals").values()) == ["two", "four", "six"]


def test_students_are_named_only_where_something_is_shuffled(tmp_path: Path) -> None:
    done = antorcha(
        *("release", "student", "--course", str(write(tmp_path / "course")), "--out", str(tmp_path / "out")),
        *("--student", "ana"),
    )
    assert done.returncode == 2
    assert "shuffle_quizzes = true" in done.stderr


def test_whose_letters_are_read_how(tmp_path: Path) -> None:
    topics = (Topic("asked", (Exercise("sky", kind="quiz"),)), Topic("plain", (Exercise("twice"),)))
    course = Course("Small", topics, root=tmp_path, shuffle_quizzes=True)
    remember_shuffled(course, ["Ana García"])
    remember_shuffled(course, ["bea", "ana-garcia"])
    readers = OptionOrders(course)
    assert readers.of("ANA_GARCIA", "asked") == readers.of("Ana García", "asked") == "ana garcia"
    assert readers.of("Ana García", "plain") == readers.of("carl", "asked") == ""
    assert readers.not_shuffled(["bea", "carl"]) == ["carl"]
    unshuffled = OptionOrders(Course("Small", topics, root=tmp_path))
    assert unshuffled.of("bea", "asked") == ""
    assert unshuffled.not_shuffled(["carl"]) == []
    assert len({unit_key(None, "key", "required", person) for person in ("", "ana garcia", "bea")}) == 3


@pytest.mark.slow
def test_stubs_of_a_student_are_still_known_as_untouched(tmp_path: Path) -> None:
    root = write(tmp_path / "course", grading=SHUFFLED)
    course = load_course(root)
    hand_in(tmp_path / "class", "bea", render_stub(course, "asked", "en", "bea"))
    remember_shuffled(course, ["bea"])
    done = antorcha("grade", str(tmp_path / "class"), "--course", str(root), "--out", str(tmp_path / "r"), "--json")
    (one,) = json.loads(done.stdout)["submissions"]
    assert {exercise["verdict"] for exercise in one["exercises"].values()} == {"not_started"}
