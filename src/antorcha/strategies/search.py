"""`agree.forall`: one question asked with many inputs, and the smallest input that shows what is wrong."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from antorcha.accelerator.names import ON_ACCELERATOR
from antorcha.compare.finding import Finding
from antorcha.compare.show import show_tree
from antorcha.errors import CourseError
from antorcha.results import Verdict
from antorcha.strategies.choices import EDGES, Choices, DrawnChoices, EdgeChoices
from antorcha.strategies.inputs import build
from antorcha.worker.facts import ArrayFact, TensorFact, Tree
from antorcha.worker.trees import parts, walk
from antorcha.worker.wire import decode

Pack = Callable[[tuple[Any, ...], dict[str, Any]], bytes]
Judge = Callable[[bytes], Finding | None]

_MOST_TRIES = 150  # of ever smaller inputs, for one check of one submission
_MOST_SECONDS = 3.0  # the same for slow code: the search explains a verdict, it never makes one


@dataclass(frozen=True)
class Inputs:
    """The arguments of `agree.forall`: strategies and plain values.

    `count`: examples that are drawn beside the edge cases. `seed`: the check's, the same for all. `pack`: makes the
    bytes that travel out of positional and keyword arguments.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    count: int
    seed: int
    pack: Pack

    def examples(self) -> list[bytes]:
        """Return edge cases first, then what Hypothesis draws; each different. Raises: `CourseError`."""
        edges = [self._packed(EdgeChoices(edge)) for edge in EDGES]
        try:
            from antorcha.strategies import hypotheses

            drawn = hypotheses.examples(self._draw, self.count, self.seed)
        except ModuleNotFoundError as error:
            raise CourseError(
                f'agree.forall needs {error.name} where answers are not recorded: pip install "antorcha[instructor]"'
            ) from None
        return list(dict.fromkeys([*edges, *drawn]))

    def shrink(self, fails: Callable[[bytes], bool]) -> None:
        """Show `fails` the drawn examples until one fails, then ever smaller ones."""
        from antorcha.strategies import hypotheses

        hypotheses.shrink(self._draw, self.count, self.seed, fails)

    def _draw(self, draw: Callable[[Any], Any]) -> bytes:
        return self._packed(DrawnChoices(draw))

    def _packed(self, choices: Choices) -> bytes:
        args = tuple(build(value, choices) for value in self.args)
        return self.pack(args, {name: build(value, choices) for name, value in self.kwargs.items()})


@dataclass(frozen=True)
class FailingInput:
    """An input that fails, with its finding."""

    payload: bytes
    finding: Finding

    @property
    def ended(self) -> bool:
        """Return whether the code broke a limit instead of giving a wrong answer."""
        return self.finding.verdict not in (Verdict.WRONG, Verdict.ERROR)


@dataclass
class Hunt:
    """The search for the smallest input that fails like the one that was found first."""

    found: FailingInput
    tries: int = 0
    started: float = field(default_factory=time.monotonic)

    def search(self, inputs: Inputs, judge: Judge) -> None:
        """Try the inputs that Hypothesis draws and shrinks."""
        if not self.found.ended:
            inputs.shrink(lambda payload: self._fails(payload, judge(payload)) if self._goes_on() else False)

    def look_through(self, rest: dict[str, bytes], judge: Callable[[bytes, str], Finding | None]) -> None:
        """Try inputs whose answers are recorded, by key."""
        for key, payload in rest.items():
            if not self.found.ended and self._goes_on():
                self._fails(payload, judge(payload, key))

    def _fails(self, payload: bytes, finding: Finding | None) -> bool:
        if finding is None:
            return False
        failing = FailingInput(payload, finding)
        if failing.ended:  # it would cost the limit again and again
            self.tries = _MOST_TRIES
        first = self.found.finding
        if finding.verdict is not first.verdict or finding.diagnosis.kind != first.diagnosis.kind:
            return False
        # Hypothesis orders examples by their draws, where a larger tensor may come before a smaller one.
        if weight(payload) < weight(self.found.payload):
            self.found = failing
        return True

    def _goes_on(self) -> bool:
        self.tries += 1
        return self.tries <= _MOST_TRIES and time.monotonic() - self.started < _MOST_SECONDS


def seed_of(check: str, seed: int) -> int:
    """Return a check's own seed, the same on every machine and every device."""
    same_on_all_devices = check.replace(ON_ACCELERATOR, "")
    # Not `hash`, which is another one in each process. The course's seed stands above the 32 bits of the check's.
    return seed * 2**32 + zlib.crc32(same_on_all_devices.encode("utf-8"))


def with_smallest(found: FailingInput, name: str) -> Finding:
    """Return the finding with the input that it was found with, for those who may see a check's inputs."""
    diagnosis = found.finding.diagnosis
    private = {**diagnosis.private, "function": name, "smallest": show_arguments(found.payload)}
    return replace(found.finding, diagnosis=replace(diagnosis, private=private))


def weight(payload: bytes) -> tuple[int, int, str]:
    """Return the key by which inputs are ordered: number of elements, length of the text, the text itself."""
    text = show_arguments(payload)
    elements = sum(_size(node) for node in walk(decode(payload)) if not parts(node))
    return elements, len(text), text


def show_arguments(payload: bytes) -> str:
    """Return the arguments as a line of Python, or nearly so."""
    positional, keyword = decode(payload)
    return ", ".join([*map(_shown, positional), *(f"{name}={_shown(value)}" for name, value in keyword.items())])


def _shown(tree: Tree) -> str:
    """Return a value as text, with strides and offset in elements where it does not lie in memory as a plain one."""
    if isinstance(tree, TensorFact):
        plain = tree.data.is_contiguous() and tree.data.storage_offset() == 0
        return show_tree(tree) + ("" if plain else _note_on(tree.data.stride(), tree.data.storage_offset()))
    if isinstance(tree, ArrayFact) and not tree.scalar and not tree.data.flags.c_contiguous:
        return show_tree(tree) + _note_on(tuple(step // tree.data.itemsize for step in tree.data.strides), 0)
    return show_tree(tree)


def _note_on(strides: tuple[Any, ...], offset: Any) -> str:
    words = [f"stride() == {strides}"] + ([f"storage_offset() == {offset}"] if offset else [])
    return f" [{', '.join(words)}]"


def _size(leaf: Tree) -> int:
    if isinstance(leaf, TensorFact):
        return leaf.data.numel()
    if isinstance(leaf, ArrayFact):
        return int(leaf.data.size)
    empty = isinstance(leaf, list | tuple | dict) and not isinstance(leaf, torch.Size)
    return 0 if empty else 1
