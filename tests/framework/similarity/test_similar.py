"""`antorcha similar`: copies in disguise are found, and what the course or the class explains is not."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from support.browser import COMMAND, Browser, faults
from support.tiny_class import home as home

from antorcha.cli.main import main

_OPERATIONS = ["sum", "mean", "amax", "amin", "prod", "abs", "sqrt", "exp", "log", "tanh", "relu", "neg", "floor"]


def own_code(seed: int) -> str:
    """Return a module of two functions as nobody else writes them."""
    draw = random.Random(seed)

    def function(name: str) -> str:
        lines = [f"def {name}(x):"]
        for number in range(9):
            operation, factor = draw.choice(_OPERATIONS), draw.randrange(2, 99)
            lines.append(f"    part{number} = x.{operation}() * {factor} + torch.{draw.choice(_OPERATIONS)}(x)")
        return "\n".join([*lines, "    return part0 + part8"])

    return f"import torch\n\n\n{function('double')}\n\n\n{function('half')}\n"


def disguised(code: str) -> str:
    """Return code under other names, in another order, as another hand lays it out."""
    head, first, second = code.split("\n\n\n")
    text = f"{head}\n# mine\n\n{second}\n\n{first}\n".replace("part", "my_step").replace(" * ", "*")
    return text.replace("(x)", "(values)").replace("x.", "values.")


def write(folder: Path, student: str, code: str) -> None:
    (folder / student).mkdir(parents=True)
    (folder / student / "one.py").write_text(code)


def similar(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["similar", *words, "--json"]) == 0
    pairs: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["pairs"]
    return pairs


@pytest.fixture
def class_of_ten(home: Path) -> Path:
    for number in range(10):
        write(home / "class", f"student{number}", own_code(number))
    return home


def test_those_who_wrote_for_themselves_are_no_pair(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert similar(capsys, "class") == []
    assert main(["similar", "class"]) == 0
    assert "No two hand-ins" in capsys.readouterr().out


def test_a_copy_in_disguise_is_found_with_its_passages(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(class_of_ten / "class", "zoe", disguised(own_code(3)))
    (pair,) = similar(capsys, "class")
    assert set(pair["students"]) == {"student3", "zoe"}
    assert pair["share"] > 0.9
    assert all(left["file"] == right["file"] == "one.py" for left, right in pair["passages"])
    page = class_of_ten / "similar.html"
    assert main(["similar", "class", "--page", f"{page}"]) == 0
    assert "no proof" in capsys.readouterr().out
    html = page.read_text(encoding="utf-8")
    assert "my_step0" in html
    assert "part0" in html


@pytest.mark.slow
def test_the_page_is_in_the_courses_language_and_has_no_serious_fault(
    class_of_ten: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if COMMAND is None:
        pytest.skip("there is no chromium here")
    write(class_of_ten / "class", "zoe", disguised(own_code(3)))
    config = class_of_ten / "grading.toml"
    config.write_text(config.read_text().replace('language = "en"', 'language = "es"'))
    page = class_of_ten / "similar.html"
    assert main(["similar", "class", "--page", f"{page}"]) == 0
    html = page.read_text(encoding="utf-8")
    assert '<html lang="es">' in html
    assert "Entregas que se parecen" in html
    assert "one.py, líneas" in html
    assert not re.search(r"alike|what is their own|hand-in", html)
    with Browser(class_of_ten / "profile") as browser:
        browser.open_file(page)
        assert faults(browser) == []


def test_a_copy_in_a_notebook_is_found(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = disguised(own_code(3)).split("\n\n")
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": part} for part in parts
    ]
    folder = class_of_ten / "class/zoe"
    folder.mkdir()
    (folder / "one.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    (pair,) = similar(capsys, "class")
    assert set(pair["students"]) == {"student3", "zoe"}


def test_what_everybody_was_given_explains_it(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (class_of_ten / "exercises/one.py").write_text(own_code(3))
    write(class_of_ten / "class", "zoe", disguised(own_code(3)))
    assert similar(capsys, "class") == []


def test_an_answer_of_the_course_explains_it(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (class_of_ten / "reference/variants").mkdir()
    (class_of_ten / "reference/variants/one.py").write_text(own_code(3))
    write(class_of_ten / "class", "zoe", disguised(own_code(3)))
    assert similar(capsys, "class") == []


def test_what_many_of_the_class_write_explains_it(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(6):
        write(class_of_ten / "class", f"zoe{number}", disguised(own_code(3)))
    assert similar(capsys, "class") == []


def test_a_copy_from_last_year_is_found(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(class_of_ten / "last_year", "old", disguised(own_code(4)))
    write(
        class_of_ten / "last_year", "twin", disguised(own_code(4))
    )  # earlier classes are not compared with themselves
    pairs = similar(capsys, "class", "--against", "last_year")
    assert sorted(sorted(pair["students"]) for pair in pairs) == [
        ["old (last_year)", "student4"],
        ["student4", "twin (last_year)"],
    ]


def test_a_group_is_not_compared_with_itself(class_of_ten: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(class_of_ten / "class", "zoe", disguised(own_code(3)))
    rules = (class_of_ten / "rules.toml").read_text()
    (class_of_ten / "rules.toml").write_text(f'{rules}\n[[groups]]\nmembers = ["zoe", "student3"]\n')
    assert similar(capsys, "class") == []
