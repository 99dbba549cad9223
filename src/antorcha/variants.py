"""The decorators with which a course writes down other right solutions and known wrong ones, in `reference/variants/`.

    from antorcha.variants import N_, right, wrong

    @right("center_columns")
    def with_a_product(x): ...

    @wrong("center_columns", N_("You subtracted the mean of everything. Look at `dim` in `mean`."))
    def global_mean(x): ...

The function's name is the variant's name. A wrong variant's message says what its author believed and where to look.

    equivalent("center_columns", "keyword dropped: x.mean(dim=0, keepdim=True) -> x.mean(dim=0)", "columns broadcast")

says of a mutant that `antorcha audit` lists as a survivor why no input could tell it from the solution.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from antorcha.i18n import N_

__all__ = ["N_", "Equivalent", "Variant", "equivalent", "equivalents_in", "right", "variants_in", "wrong"]

_VARIANT_ATTRIBUTE = "__antorcha_variant__"
_Definition = TypeVar("_Definition", bound=Callable[..., Any])


@dataclass(frozen=True)
class Variant:
    """One way to answer an exercise. `message` is empty for a right one."""

    exercise: str
    name: str
    message: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.message)


@dataclass(frozen=True)
class Equivalent:
    """A mutant that is as right as the solution, by its id as `antorcha audit` prints it."""

    exercise: str
    mutant: str
    reason: str


def right(exercise: str) -> Callable[[_Definition], _Definition]:
    """Mark another right solution of `exercise`."""
    return _marked(exercise, "")


def wrong(exercise: str, message: str) -> Callable[[_Definition], _Definition]:
    """Mark a wrong solution of `exercise`; `message` is what a student who did the same reads.

    Raises: `ValueError` for an empty message, by which a right variant is known.
    """
    if not message.strip():
        raise ValueError(f"a wrong variant of {exercise} needs a message")
    return _marked(exercise, message)


def equivalent(exercise: str, mutant: str, reason: str) -> None:
    """Mark a mutant of `exercise` as one that nobody could tell from the solution. All three are plain strings.

    Raises: `ValueError` for an empty reason.
    """
    # Running it has no effect: `equivalents_in` reads the calls in the source, without running the file.
    if not reason.strip():
        raise ValueError(f"an equivalent mutant of {exercise} needs a reason")


def equivalents_in(code: str) -> list[Equivalent]:
    """Return the mutants that a variants file marks as equivalent, read without running it.

    Raises: `SyntaxError`; `ValueError` for a mark that is misshapen.
    """
    equivalents = []
    for node in ast.parse(code).body:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == equivalent.__name__:
            values = [
                argument.value
                for argument in call.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
            if len(values) != 3 or len(call.args) != 3 or call.keywords:
                raise ValueError(f"line {call.lineno}: equivalent() takes three plain strings")
            equivalents.append(Equivalent(*values))
    return equivalents


def variants_in(namespace: dict[str, Any]) -> list[Variant]:
    """Return the variants that a module defines, in the order in which it defines them."""
    marked = [getattr(value, _VARIANT_ATTRIBUTE, None) for value in namespace.values()]
    # A definition that has two names in its module is one variant.
    return list(dict.fromkeys(mark for mark in marked if isinstance(mark, Variant)))


def _marked(exercise: str, message: str) -> Callable[[_Definition], _Definition]:
    def mark(definition: _Definition) -> _Definition:
        setattr(definition, _VARIANT_ATTRIBUTE, Variant(exercise, definition.__name__, message))
        return definition

    return mark
