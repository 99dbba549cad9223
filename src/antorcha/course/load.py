"""`grading.toml` -> `Course`, with every mistake in it explained at once: line, key, what was expected."""

from __future__ import annotations

import difflib
import json
import keyword
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from antorcha.course.locate import GRADING_FILE, Key, key_lines, line_of
from antorcha.course.model import DEFAULT_TOLERANCES, Audit, Course, Exercise, ExerciseLimits, Limits, Tolerance, Topic
from antorcha.course.schema import ExerciseForm, GradingForm, ToleranceForm, TopicForm
from antorcha.errors import UserError

Mistake = tuple[Key, str]

# A topic is a module beside the student's own; one of these names would hide the module of that name.
_TAKEN_MODULES = sys.stdlib_module_names | {"torch", "numpy", "pytest", "antorcha", "conftest"}


def load_course(root: Path) -> Course:
    """Read and check `root/grading.toml`.

    Raises `UserError` with one line a mistake: `grading.toml:17: topics[0].exercises[2].pionts: unknown key`.
    """
    path = root / GRADING_FILE
    text = _read(path)
    data = _parse(path, text)
    form, mistakes = _validate(data)
    mistakes += _cross_checks(data)
    if form is None or mistakes:
        raise UserError(_report(path, text, mistakes), f"mend {path} and run this again")
    return _to_course(form, root.resolve())


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # some editors put a byte-order mark in front
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", "a course is a folder with a grading.toml") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"{path}:{line}: byte {error.object[error.start]:#04x} is not UTF-8"
        raise UserError(message, "save the file with the encoding UTF-8") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        what = str(error)[: place.start()] if place else str(error).removesuffix(" (at end of document)")
        line = int(place.group(1)) if place else text.count("\n") + 1
        column = f":{place.group(2)}" if place else ""
        message = f"{path}:{line}{column}: not TOML: {what}"
        raise UserError(message, "https://toml.io shows the form") from None


def _validate(data: dict[str, Any]) -> tuple[GradingForm | None, list[Mistake]]:
    """Through JSON, where strict pydantic takes a list for a tuple and 1 for 1.0, but no `"1"` for a 1."""
    try:
        return GradingForm.model_validate_json(json.dumps(data, default=str)), []
    except ValidationError as error:
        return None, [_mistake(one) for one in error.errors(include_url=False) if not _is_echo(one)]


def _is_echo(error: ErrorDetails) -> bool:
    """An array whose every item is wrong is also told to be too short; the items' own mistakes say it all."""
    return error["type"] == "too_short" and bool(error["input"])


def _mistake(error: ErrorDetails) -> Mistake:
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "extra_forbidden":
        return path, "unknown key" + _nearest(str(path[-1]), _keys_at(path[:-1]))
    if kind == "missing":
        return path, "missing"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        if error["loc"][-1] == "[key]":
            return path, "unknown key" + _nearest(str(value), choices)
        what = f"expected one of {', '.join(choices)}, not {_show(value)}"
        return path, what + _near(str(value), choices)
    return path, f"{_expected(kind, context, error['msg'])}, not {_show(value)}"


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    known = {
        "string_type": "expected a string",
        "int_type": "expected a whole number",
        "int_from_float": "expected a whole number",
        "float_type": "expected a number",
        "bool_type": "expected true or false",
        "finite_number": "expected a finite number",
        "tuple_type": "expected an array",
        "dict_type": "expected a table",
        "model_type": "expected a table",
        "model_attributes_type": "expected a table",
        "greater_than": f"expected more than {context.get('gt')}",
        "greater_than_equal": f"expected {context.get('ge')} or more",
        "less_than": f"expected less than {context.get('lt')}",
        "less_than_equal": f"expected {context.get('le')} or less",
        "too_short": "expected at least one entry",
        "string_too_short": "expected some text",
    }
    if kind == "string_pattern_mismatch":
        if "_[A-Z]" in context["pattern"]:
            return 'expected a language code such as "es" or "pt_BR"'
        if "~" in context["pattern"]:
            return 'expected a package as pip takes it, such as "matplotlib>=3.8"'
        if r"\." in context["pattern"]:
            return 'expected a module\'s name, such as "matplotlib.figure"'
        return "expected a Python name (ASCII letters, digits and _, a letter first)"
    return known.get(kind, message)


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _near(name: str, valid: list[str]) -> str:
    near = difflib.get_close_matches(name, valid, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _nearest(name: str, valid: list[str]) -> str:
    return _near(name, valid) or f"; valid here: {', '.join(valid)}"


def _keys_at(path: Key) -> list[str]:
    """The keys that the form has at `path`."""
    kind: Any = GradingForm
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(part)].annotation
        elif get_origin(kind) is tuple:
            kind = get_args(kind)[0]
        else:
            kind = get_args(kind)[1]
    return list(kind.model_fields)


def _cross_checks(data: dict[str, Any]) -> list[Mistake]:
    """What no single key can tell: names used twice, or taken; a language that the course does not list."""
    languages = data.get("languages", list(Course.languages))
    language = data.get("language", Course.language)
    found: list[Mistake] = []
    if isinstance(language, str) and isinstance(languages, list) and language not in languages:
        listed = ", ".join(str(one) for one in languages)
        found.append((("language",), f'"{language}" is not in languages ({listed})'))
    topics = list(_named(data.get("topics"), ("topics",)))
    found += _repeated("topic", [(path, name) for path, name, _ in topics])
    for path, name, _ in topics:
        if name in _TAKEN_MODULES or name.startswith("test_"):
            found.append((path, f'"{name}" is the name of another module; choose one that hides nothing'))
    exercises = [
        (inner, name)
        for path, _, topic in topics
        for inner, name, _ in _named(topic.get("exercises"), (*path[:-1], "exercises"))
    ]
    found += _repeated("exercise", exercises)
    found += [(path, f'"{name}" is a word of Python') for path, name in exercises if keyword.iskeyword(name)]
    return found


def _named(tables: Any, path: Key) -> Iterator[tuple[Key, str, dict[str, Any]]]:
    """The `name` of each table of an array, with its path. What is misshapen, the form has told already."""
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            yield (*path, index, "name"), table["name"], table


def _repeated(what: str, names: list[tuple[Key, str]]) -> list[Mistake]:
    first: dict[str, Key] = {}
    found: list[Mistake] = []
    for path, name in names:
        if name in first:
            found.append((path, f'"{name}" is already the name of another {what}: {_dotted(first[name])}'))
        first.setdefault(name, path)
    return found


def _report(path: Path, text: str, mistakes: list[Mistake]) -> str:
    lines = key_lines(text)
    placed = sorted((line_of(lines, key), _dotted(key), what) for key, what in mistakes)
    return "\n".join(f"{path}:{line}: {key}: {what}" for line, key, what in placed)


def _dotted(key: Key) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


def _to_course(form: GradingForm, root: Path) -> Course:
    return Course(
        title=form.title,
        topics=tuple(_to_topic(topic) for topic in form.topics),
        language=form.language,
        languages=form.languages,
        seed=form.seed,
        devices=form.devices,
        limits=Limits(**{one.name: getattr(form.limits, one.name) for one in fields(Limits)}),
        tolerances={**DEFAULT_TOLERANCES, **_tolerances(form.tolerances)},
        device_tolerances={device: _tolerances(table) for device, table in form.device_tolerances.items()},
        audit=Audit(form.audit.min_killed, form.audit.min_silent),
        feedback=form.feedback,
        requirements=form.requirements,
        preload=form.preload,
        shuffle_quizzes=form.shuffle_quizzes,
        root=root,
    )


def _to_topic(form: TopicForm) -> Topic:
    return Topic(form.name, tuple(_to_exercise(one) for one in form.exercises), form.title, form.devices)


def _to_exercise(form: ExerciseForm) -> Exercise:
    return Exercise(
        name=form.name,
        points=form.points,
        kind=form.kind,
        feedback=form.feedback,
        limits=ExerciseLimits(**form.limits.model_dump()),
        figure=form.figure,
        scratch=form.scratch,
    )


def _tolerances(table: Any) -> dict[str, Tolerance]:
    forms: dict[str, ToleranceForm] = dict(table)
    return {dtype: Tolerance(one.rtol, one.atol) for dtype, one in forms.items()}
