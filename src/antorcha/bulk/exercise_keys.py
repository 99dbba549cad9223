"""A digest for each exercise of all that its own result rests on: after one mended hidden test that exercise is graded.

Most of it is what the key of the topic is made of. Of the hidden tests, the known mistakes and the reference it is only
what the exercise may use: all statements but the functions and classes that nothing of it names.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from antorcha.bulk.keys import DeviceNames, key_parts
from antorcha.course.model import Course

_WORD = re.compile(r"\w+")
# Code that may reach a function of its own file which no word of it names.
_COMPUTES_NAMES = re.compile(
    r"\b(?:globals|locals|vars|dir)\s*\(|\b(?:import_module|inspect|pytestmark)\b|\bmodules\s*\[\s*__name__"
)
# Whatever is decorated otherwise may be everyone's, as a fixture is.
_PLAIN_DECORATORS = frozenset(
    (
        *("pytest.mark.exercise", "pytest.mark.points", "pytest.mark.parametrize", "pytest.mark.usefixtures"),
        *("wrong", "right", "torch.no_grad", "torch.inference_mode", "contextlib.contextmanager", "dataclass"),
    )
)
_SAYS_THE_EXERCISE = frozenset(("pytest.mark.exercise", "wrong", "right"))
# What is drawn when a definition is read moves all that its file draws at its top afterwards, for any exercise.
_DRAWS = re.compile(r"rand|seed|normal|bernoulli|multinomial|shuffle|sample|choice|rng")


def exercise_keys(course: Course, topic: str, *, devices: DeviceNames | None = None) -> dict[str, str]:
    """Return a digest for each exercise of a topic: as long as it is the same, so is what the exercise is worth.

    That holds for a submission that loads, prints nothing and whose calls all end by themselves: the exercises of a
    file share their workers, and the time that it is given. `devices`: as for `course_key`.
    """
    if course.topic(topic) is None:
        return {}
    parts = key_parts(course, topic, devices=devices)
    # In this order: what the tests name of the reference counts, and what the known mistakes name of it.
    paths = (
        course.graders_dir / f"test_{topic}.py",
        course.variants_dir / f"{topic}.py",
        course.reference_dir / f"{topic}.py",
    )
    visible = course.exercises_dir / f"test_{topic}.py"
    sources = [_statements_of(path) for path in (visible, *paths)]
    cut = {path.relative_to(course.root).as_posix() for path in paths}
    settings = dict(parts["topic"])
    exercises = {exercise["name"]: exercise for exercise in settings.pop("exercises")}
    shared = {
        **parts,
        "topic": settings,
        "exercises": list(exercises),
        "files": [entry for entry in parts["files"] if entry[0] not in cut],
    }
    shared_digest = _digest(shared)
    # A helper or a fixture beside the tests may name what only a test's own file defines. The stub is no such helper.
    own = {
        *cut,
        *(path.relative_to(course.root).as_posix() for path in (visible, course.exercises_dir / f"{topic}.py")),
    }
    helpers = [course.root / name for name, _ in parts["files"] if name.endswith(".py") and name not in own]
    named = {word for path in helpers for word in _WORD.findall(_text_of(path))}
    return {
        name: _digest([shared_digest, settings_of, _used_by(name, named, sources)])
        for name, settings_of in exercises.items()
    }


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a file. `name`: of what it defines, "" where it is part of every exercise's key."""

    text: str
    words: frozenset[str]
    name: str = ""


def _used_by(exercise: str, named: set[str], sources: list[list[_Statement]]) -> list[str]:
    """Return the text of all statements that an exercise may use. `named`: words of what all exercises may use."""
    words = {exercise, *named}
    texts = []
    for statements in sources:
        used: set[int] = set()
        while more := {
            number
            for number, statement in enumerate(statements)
            if number not in used and (not statement.name or statement.name in words or exercise in statement.words)
        }:
            used |= more
            words.update(*(statements[number].words for number in more))
        texts += [statements[number].text for number in sorted(used)]
    return texts


def _statements_of(path: Path) -> list[_Statement]:
    """Return a file's statements; the whole file as one of them where its parts cannot be told apart."""
    text = _text_of(path)
    whole = [_Statement(text, frozenset(_WORD.findall(text)))]
    if _COMPUTES_NAMES.search(text):
        return whole
    try:
        return list(_cut(text))
    except (SyntaxError, ValueError):  # whoever runs it will tell
        return whole


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError:  # not there, or not to be read, of which the file's digest tells
        return ""


def _cut(text: str) -> Iterator[_Statement]:
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        part = "".join(lines[first - 1 : node.end_lineno])
        name = ""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _only_defines(node):
            name = node.name
        yield _Statement(part, frozenset(_WORD.findall(part)), name)


def _only_defines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Return whether a definition does nothing to the others of its file, and concerns whoever names it alone."""
    if isinstance(node, ast.ClassDef):
        if node.name.startswith("Test"):  # pytest collects these by their names
            return False
        at_once: list[ast.AST] = [*node.decorator_list, *node.body]
    else:
        at_once = [*node.decorator_list, node.args]
    identifiers = (
        child.id if isinstance(child, ast.Name) else child.attr
        for part in at_once
        for child in ast.walk(part)
        if isinstance(child, ast.Name | ast.Attribute)
    )
    if any(map(_DRAWS.search, identifiers)):
        return False
    names = [_dotted_name(decorator) for decorator in node.decorator_list]
    return any(map(_says_its_exercise, node.decorator_list)) or all(name in _PLAIN_DECORATORS for name in names)


def _says_its_exercise(decorator: ast.expr) -> bool:
    """Return whether a decorator says in so many letters which exercise a function belongs to."""
    if not isinstance(decorator, ast.Call) or _dotted_name(decorator) not in _SAYS_THE_EXERCISE or not decorator.args:
        return False
    said = decorator.args[0]
    return isinstance(said, ast.Constant) and isinstance(said.value, str)


def _dotted_name(expression: ast.expr) -> str:
    return ast.unparse(expression.func if isinstance(expression, ast.Call) else expression)


def _digest(parts: object) -> str:
    payload = json.dumps(parts, sort_keys=True, default=asdict)
    return hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
