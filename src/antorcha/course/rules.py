"""The rules for values of `grading.toml` and of a class's `rules.toml`, beside their Python types.

A rule stands in an annotation, `Annotated[float, POSITIVE]`. Pydantic asks it for its schema where pydantic is
installed; a student's install reads the same annotations without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class Rule:
    """A constraint, by pydantic-core's names: `gt`, `ge`, `lt`, `le`, `min_length`, `pattern`, `allow_inf_nan`.

    `expected` completes "expected ...", where the constraint's own name says too little.
    """

    constraint: tuple[tuple[str, Any], ...]
    expected: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        return {**handler(source), **dict(self.constraint)}


@dataclass(frozen=True)
class OneOf:
    """The texts that a key may have, for a field that is a plain `str` to the rest of the package."""

    choices: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        return {"type": "literal", "expected": list(self.choices)}


def _rule(expected: str = "", **constraint: Any) -> Rule:
    return Rule(tuple(constraint.items()), expected)


NOT_EMPTY = _rule(min_length=1)

Positive = Annotated[float, _rule(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, _rule(ge=0, allow_inf_nan=False)]
Share = Annotated[float, _rule(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, _rule(gt=0)]
Seed = Annotated[int, _rule(ge=0, lt=2**63)]
Text = Annotated[str, NOT_EMPTY]

_IDENTIFIER = _rule("a Python name (ASCII letters, digits and _, a letter first)", pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
_LANGUAGE = _rule('a language code such as "es" or "pt_BR"', pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")
_REQUIREMENT = _rule(
    'a package as pip takes it, such as "matplotlib>=3.8"',
    pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?([<>=!~]=?[^ #]*)?$",
)
_MODULE_NAME = _rule(
    'a module\'s name, such as "matplotlib.figure"', pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"
)

_MOMENT = _rule(
    "a date, with or without a time: 2026-03-06 or 2026-03-06T23:59",
    pattern=r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?( ?(Z|[+-]\d\d:\d\d))?)?$",
)
_TIME_ZONE = _rule('a time zone such as "America/Bogota" or "Europe/Madrid"', pattern=r"^[A-Za-z0-9_+\-/]+$")

Identifier = Annotated[str, _IDENTIFIER]
Language = Annotated[str, _LANGUAGE]
Requirement = Annotated[str, _REQUIREMENT]
ModuleName = Annotated[str, _MODULE_NAME]
Moment = Annotated[str, _MOMENT]
TimeZoneName = Annotated[str, _TIME_ZONE]

EXPECTED_BY_PATTERN: dict[str, str] = {
    dict(rule.constraint)["pattern"]: rule.expected
    for rule in (_IDENTIFIER, _LANGUAGE, _REQUIREMENT, _MODULE_NAME, _MOMENT, _TIME_ZONE)
}
