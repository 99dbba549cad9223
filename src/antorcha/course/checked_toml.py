"""The reading of a TOML file into checked dataclasses. All mistakes are told at once: line, key, what was expected."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from antorcha.course.locate import Key, key_lines, line_of
from antorcha.course.rules import EXPECTED_BY_PATTERN
from antorcha.errors import UserError

Mistake = tuple[Key, str]
Settings = TypeVar("Settings")


def read_toml(
    path: Path,
    adapter: TypeAdapter[Settings],
    settings_class: type[Settings],
    cross_checks: Callable[[dict[str, Any]], list[Mistake]],
    hint_without_file: str,
) -> Settings:
    """Read and check a file against a dataclass, of which `adapter` is pydantic's reading.

    `cross_checks` finds in the plain data what no single key can tell.
    Raises: `UserError` with one line a mistake: `grading.toml:17: topics[0].exercises[2].pionts: unknown key`.
    """
    text = _read(path, hint_without_file)
    data = _parse(path, text)
    settings, wrong_values = _validate(data, adapter, settings_class)
    mistakes = [*wrong_values, *cross_checks(data)]
    if mistakes:
        raise UserError(_report(path, text, mistakes), f"mend {path} and run this again")
    checked: Settings = settings
    return checked


def _read(path: Path, hint: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # some editors put a byte-order mark in front
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", hint) from None
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
        reason = str(error)[: place.start()] if place else str(error).removesuffix(" (at end of document)")
        line = int(place.group(1)) if place else text.count("\n") + 1
        column = f":{place.group(2)}" if place else ""
        message = f"{path}:{line}{column}: not TOML: {reason}"
        raise UserError(message, "https://toml.io shows the form") from None


def _validate(data: dict[str, Any], adapter: TypeAdapter[Any], settings_class: type[Any]) -> tuple[Any, list[Mistake]]:
    """Return the settings, or `None` and what is wrong with them."""
    # Through JSON, where strict pydantic takes a list for a tuple and 1 for 1.0, but no "1" for a 1
    try:
        return adapter.validate_json(json.dumps(data, default=str)), []
    except ValidationError as failure:
        errors = failure.errors(include_url=False)
        # An array of which every item is wrong pydantic calls too short as well, though it is not empty.
        return None, [
            _mistake(error, settings_class) for error in errors if error["type"] != "too_short" or not error["input"]
        ]


def _mistake(error: ErrorDetails, settings_class: Any) -> Mistake:
    # "[key]" is pydantic's mark for a wrong key of a table, where a wrong value has none; the key stands before it.
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "unexpected_keyword_argument":
        return path, "unknown key" + _nearest(str(path[-1]), _keys_at(path[:-1], settings_class))
    if kind == "missing":
        return path, "missing"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        if error["loc"][-1] == "[key]":
            return path, "unknown key" + _nearest(str(value), choices)
        expected = f"expected one of {', '.join(choices)}, not {_show(value)}"
        return path, expected + _near(str(value), choices)
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
        "dataclass_type": "expected a table",
        "greater_than": f"expected more than {context.get('gt')}",
        "greater_than_equal": f"expected {context.get('ge')} or more",
        "less_than": f"expected less than {context.get('lt')}",
        "less_than_equal": f"expected {context.get('le')} or less",
        "too_short": "expected at least one entry",
        "string_too_short": "expected some text",
    }
    if kind == "string_pattern_mismatch":
        return f"expected {EXPECTED_BY_PATTERN[context['pattern']]}"
    return known.get(kind, message)


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."  # a line of the report stays a line


def _near(name: str, valid: list[str]) -> str:
    near = difflib.get_close_matches(name, valid, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _nearest(name: str, valid: list[str]) -> str:
    return _near(name, valid) or f"; valid here: {', '.join(valid)}"


def _keys_at(path: Key, settings_class: Any) -> list[str]:
    """Return the keys that a file of `settings_class` may have at `path`."""
    kind = settings_class
    for part in path:
        if is_dataclass(kind):
            kind = get_type_hints(kind)[str(part)]  # without `Annotated` and its rules
        elif get_origin(kind) is tuple:
            kind = get_args(kind)[0]  # of `tuple[Item, ...]`
        else:
            kind = get_args(kind)[1]  # of `dict[str, Value]`
        if get_origin(kind) in (Union, UnionType):  # `Penalty | None`
            kind = next(member for member in get_args(kind) if member is not NoneType)
    return [key.name for key in fields(kind)]


def named_tables(tables: Any, path: Key) -> Iterator[tuple[Key, str, dict[str, Any]]]:
    """Yield the path and the `name` of each table of an array; what is misshapen, pydantic has told already."""
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            yield (*path, index, "name"), table["name"], table


def _report(path: Path, text: str, mistakes: list[Mistake]) -> str:
    lines = key_lines(text)
    placed = sorted((line_of(lines, key), dotted(key), message) for key, message in mistakes)
    return "\n".join(f"{path}:{line}: {key}: {message}" for line, key, message in placed)


def dotted(key: Key) -> str:
    """Return a key as a person writes it: `topics[0].exercises[2].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")
