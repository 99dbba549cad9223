"""The two sources of the choices that `antorcha.strategies.inputs` builds an input from: edge cases, and Hypothesis."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    """The choices for one input. `named`: sizes that were chosen under a name, for all who need the same."""

    named: dict[str, int]

    def rank(self, low: int, high: int) -> int:
        """Choose the number of dimensions, from `low` to `high`, both included."""

    def side(self, low: int, high: int, number: int, count: int) -> int:
        """Choose the size of dimension `number` (from 0) of `count`, from `low` to `high`, both included."""

    def layout(self, options: Sequence[str]) -> str:
        """Choose one of `options`, the names of ways in which a tensor lies in memory."""

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of `options`."""

    def number(self, low: float, high: float, parts: int) -> float:
        """Choose a multiple of 1/`parts` from `low` to `high`, both included."""

    def foreign(self, strategy: Any) -> Any:
        """Choose a value of one of Hypothesis's own strategies."""


def grid(low: float, high: float, parts: int) -> tuple[int, int, int]:
    """Return the first and the last multiple of 1/`parts` in a range, and the parts: more where the range is narrow.

    They are doubled until the range holds five multiples, or 1/`parts` is a millionth.
    """
    while parts > 1 and floor(high * parts) - ceil(low * parts) < 4 and parts < 2**20 and low < high:
        parts *= 2
    return ceil(low * parts), floor(high * parts), parts


# ----------------------------------------------------------------------------------------------------- edge cases


@dataclass(frozen=True)
class Edge:
    """A shape or a layout at which wrong code often breaks; clipped to what a strategy allows.

    `sides`: the size of dimension `number` of `count`.
    """

    name: str
    dims: int
    sides: Callable[[int, int], int]
    layout: str = "contiguous"


def _plain(number: int, count: int) -> int:
    return 4 + number  # no two sides alike, so that swapped dimensions show


# The name of an edge case is the seed of its elements: one that is renamed asks for other numbers.
EDGES: tuple[Edge, ...] = (
    Edge("0-d", 0, _plain),
    Edge("one element", 1, lambda number, count: 1),
    Edge("one row", 2, lambda number, count: 1 if number == 0 else 3),
    Edge("one column", 2, lambda number, count: 1 if number == count - 1 else 3),
    Edge("1-d", 1, _plain),
    Edge("square", 2, lambda number, count: 3),
    Edge("plain", 2, _plain),
    Edge("no rows", 2, lambda number, count: 0 if number == 0 else 3),
    Edge("no columns", 2, lambda number, count: 0 if number == count - 1 else 3),
    Edge("3-d", 3, lambda number, count: 2 + number),
    Edge("transposed", 2, _plain, "transposed"),
    Edge("strided", 2, _plain, "strided"),
    Edge("reversed", 2, _plain, "reversed"),
    Edge("offset", 2, _plain, "offset"),
    Edge("expanded", 2, _plain, "expanded"),
)


@dataclass
class EdgeChoices:
    """The choices of one edge case, the same in every run."""

    edge: Edge
    named: dict[str, int] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.edge.name)

    def rank(self, low: int, high: int) -> int:
        return _clip(self.edge.dims, low, high)

    def side(self, low: int, high: int, number: int, count: int) -> int:
        return _clip(self.edge.sides(number, count), low, high)

    def layout(self, options: Sequence[str]) -> str:
        return self.edge.layout if self.edge.layout in options else options[0]

    def pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def number(self, low: float, high: float, parts: int) -> float:
        first, last, parts = grid(low, high, parts)
        return self._random.randint(first, last) / parts

    def foreign(self, strategy: Any) -> Any:
        from antorcha.strategies.hypotheses import simplest

        return simplest(strategy)


def _clip(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)


# ----------------------------------------------------------------------------------------------------- Hypothesis


@dataclass
class DrawnChoices:
    """Choices that Hypothesis draws, and later shrinks: towards few, small, whole, positive and contiguous."""

    draw: Callable[[Any], Any]
    named: dict[str, int] = field(default_factory=dict)

    def rank(self, low: int, high: int) -> int:
        return self._integer(low, high)

    def side(self, low: int, high: int, number: int, count: int) -> int:
        return self._integer(low, high)

    def layout(self, options: Sequence[str]) -> str:
        return self.pick(options)

    def pick(self, options: Sequence[T]) -> T:
        return options[self._integer(0, len(options) - 1)]

    def number(self, low: float, high: float, parts: int) -> float:
        # Whole numbers stand behind the 0, since that is where Hypothesis shrinks to.
        if parts > 1 and ceil(low) < floor(high) and self._integer(0, 1) == 0:
            parts = 1
        first, last, parts = grid(low, high, parts)
        return self._integer(first, last) / parts

    def foreign(self, strategy: Any) -> Any:
        return self.draw(strategy)

    def _integer(self, low: int, high: int) -> int:
        from hypothesis import strategies

        return int(self.draw(strategies.integers(low, high))) if low < high else low
