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


def exercise_keys(course: Course, topic: str, *, devices: DeviceNames | None = None) -> dict[str, str]:
    """Return a digest for each exercise of a topic: as long as it is the same, so is what the exercise is worth.

    That holds for a submission that loads, prints nothing and whose calls all end by themselves: the exercises of a
    file share their workers, and the time that it is given. `devices`: as for `course_key`.
    """
    if course.topic(topic) is None:
        return {}
    parts = key_parts(course, topic, devices=devices)
    # In this order: what the hidden tests name of the reference counts, and what the known mistakes name of it.
    paths = (
        course.graders_dir / f"test_{topic}.py",
        course.variants_dir / f"{topic}.py",
        course.reference_dir / f"{topic}.py",
    )
    sources = [_statements_of(path) for path in paths]
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
    return {name: _digest([shared_digest, own, _used_by(name, sources)]) for name, own in exercises.items()}


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a file. `name`: of what it defines, "" where it is always part of an exercise's key.

    `exercise`: that it says it belongs to, "" where it says nothing.
    """

    text: str
    words: frozenset[str]
    name: str = ""
    exercise: str = ""

    def is_used_by(self, exercise: str, words: set[str]) -> bool:
        """Return whether an exercise may use it, of which these words are known so far."""
        if not self.name or self.name in words:
            return True
        return self.exercise == exercise if self.exercise else exercise in self.words


def _used_by(exercise: str, sources: list[list[_Statement]]) -> list[str]:
    """Return the text of all statements that an exercise may use."""
    words = {exercise}
    texts = []
    for statements in sources:
        used: set[int] = set()
        while more := {
            number
            for number, statement in enumerate(statements)
            if number not in used and statement.is_used_by(exercise, words)
        }:
            used |= more
            words.update(*(statements[number].words for number in more))
        texts += [statements[number].text for number in sorted(used)]
    return texts


def _statements_of(path: Path) -> list[_Statement]:
    """Return a file's statements; the whole file as one of them where its parts cannot be told apart."""
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape") if path.is_file() else ""
    whole = [_Statement(text, frozenset(_WORD.findall(text)))]
    if _COMPUTES_NAMES.search(text):
        return whole
    try:
        return list(_cut(text))
    except (SyntaxError, ValueError):  # whoever runs it will tell
        return whole


def _cut(text: str) -> Iterator[_Statement]:
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        part = "".join(lines[first - 1 : node.end_lineno])
        words = frozenset(_WORD.findall(part))
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield _Statement(part, words)
            continue
        exercise = next(filter(None, map(_exercise_said, decorators)), "")
        plain = all(_dotted_name(decorator) in _PLAIN_DECORATORS for decorator in decorators)
        # pytest collects classes with tests by their names, and nothing that is decorated is known to be only defined.
        optional = exercise or (plain and not (isinstance(node, ast.ClassDef) and node.name.startswith("Test")))
        yield _Statement(part, words, node.name if optional else "", exercise)


def _exercise_said(decorator: ast.expr) -> str:
    """Return the exercise that a decorator names, "" where it names none."""
    if not isinstance(decorator, ast.Call) or _dotted_name(decorator) not in _SAYS_THE_EXERCISE or not decorator.args:
        return ""
    said = decorator.args[0]
    return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""


def _dotted_name(expression: ast.expr) -> str:
    return ast.unparse(expression.func if isinstance(expression, ast.Call) else expression)


def _digest(parts: object) -> str:
    payload = json.dumps(parts, sort_keys=True, default=asdict)
    return hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
