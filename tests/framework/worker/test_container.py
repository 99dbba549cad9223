"""The container recipe, as far as it can be checked without an engine: its instructions, its files, its options."""

from __future__ import annotations

import json
import re
import tomllib

from support.paths import ROOT

from antorcha.cli.main import main

RECIPE = ROOT / "docs" / "container" / "Dockerfile"
KNOWN = {"FROM", "RUN", "ARG", "WORKDIR", "COPY", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"(?m)^#.*\n", "", RECIPE.read_text(encoding="utf-8")).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(word, rest) for word, rest in lines]


def test_instructions_are_known_and_in_order() -> None:
    words = [word for word, _ in instructions()]
    assert set(words) <= KNOWN
    assert words[0] == "FROM"
    assert words[-2:] == ["ENTRYPOINT", "CMD"]


def test_what_it_copies_is_there_and_holds_no_course() -> None:
    copied = [source for word, rest in instructions() if word == "COPY" for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in copied), copied
    assert not {"graders", "reference", "exercises", "examples", "."} & set(copied)


def test_what_it_installs_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runs = " ".join(rest for word, rest in instructions() if word == "RUN")
    (extra,) = re.findall(r'"\.\[(\w+)\]"', runs)
    assert extra in project["optional-dependencies"]
    # The build reads these files, so they have to be there before it.
    order = [rest for word, rest in instructions() if word in ("COPY", "RUN")]
    built = next(number for number, rest in enumerate(order) if ".[instructor]" in rest)
    before = " ".join(order[:built])
    needed = ("pyproject.toml", "hatch_build.py", "src", str(project["readme"]), "LICENSE")
    assert all(name in before for name in needed)
    image = next(rest for word, rest in instructions() if word == "FROM")
    (version,) = re.findall(r"python:(3\.\d+)", image)
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_its_commands_are_ours(capsys: object) -> None:
    found = {word: json.loads(rest) for word, rest in instructions() if word in ("ENTRYPOINT", "CMD")}
    assert found["ENTRYPOINT"] == ["antorcha"]
    assert main([*found["CMD"], "--quick"]) in (0, 1)
