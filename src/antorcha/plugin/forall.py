"""`agree.forall`: one question asked with many inputs, and the smallest input that shows what is wrong."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from antorcha.choices import EDGES, Choices, DrawnChoices, EdgeChoices
from antorcha.compare.agreement import Finding
from antorcha.compare.show import show_tree
from antorcha.plugin.check import CourseError
from antorcha.plugin.keys import ON_ACCELERATOR
from antorcha.results import Verdict
from antorcha.strategies import build
from antorcha.worker.codec import decode
from antorcha.worker.facts import ArrayFact, TensorFact, Tree

Pack = Callable[[tuple[Any, ...], dict[str, Any]], bytes]
Judge = Callable[[bytes], Finding | None]

_MOST_TRIES = 150  # of ever smaller inputs, for one check of one hand-in
_MOST_SECONDS = 3.0  # the same for slow code: the search explains a verdict, it never makes one


@dataclass(frozen=True)
class Inputs:
    """The arguments of `agree.forall`: strategies and plain values. `seed` is the check's, the same for all."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    count: int
    seed: int
    pack: Pack

    def examples(self) -> list[bytes]:
        """Edge cases first, then what Hypothesis draws; each different. Errors: `CourseError`."""
        edges = [self._packed(EdgeChoices(edge)) for edge in EDGES]
        return list(dict.fromkeys([*edges, *self._drawn()]))

    def shrink(self, fails: Callable[[bytes], bool]) -> None:
        """Show `fails` the drawn examples until one fails, then ever smaller ones."""
        from antorcha import hypotheses

        hypotheses.shrink(self._draw, self.count, self.seed, fails)

    def _drawn(self) -> list[bytes]:
        try:
            from antorcha import hypotheses

            return hypotheses.examples(self._draw, self.count, self.seed)
        except ModuleNotFoundError as error:
            raise CourseError(
                f'agree.forall needs {error.name} where answers are not recorded: pip install "antorcha[instructor]"'
            ) from None

    def _draw(self, draw: Callable[[Any], Any]) -> bytes:
        return self._packed(DrawnChoices(draw))

    def _packed(self, choices: Choices) -> bytes:
        args = tuple(build(one, choices) for one in self.args)
        return self.pack(args, {name: build(one, choices) for name, one in self.kwargs.items()})


@dataclass(frozen=True)
class Found:
    """An input that fails, and how."""

    payload: bytes
    finding: Finding

    @property
    def ended(self) -> bool:
        """Did the code break a limit instead of giving a wrong answer?"""
        return self.finding.verdict not in (Verdict.WRONG, Verdict.ERROR)


@dataclass
class Hunt:
    """Looks for the smallest input that fails like the one that was found first."""

    found: Found
    tries: int = 0
    started: float = field(default_factory=time.monotonic)

    def search(self, inputs: Inputs, judge: Judge) -> None:
        """Try whatever Hypothesis makes of the inputs."""
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
        found = Found(payload, finding)
        if found.ended:  # it would cost the limit again and again
            self.tries = _MOST_TRIES
        if not _alike(finding, self.found.finding):
            return False
        if weight(payload) < weight(self.found.payload):
            self.found = found
        return True

    def _goes_on(self) -> bool:
        self.tries += 1
        return self.tries <= _MOST_TRIES and time.monotonic() - self.started < _MOST_SECONDS


def _alike(one: Finding, other: Finding) -> bool:
    return one.verdict is other.verdict and one.diagnosis.kind == other.diagnosis.kind


def seed_of(check: str, seed: int) -> int:
    """A check's own seed, the same on every machine."""
    same_on_all_devices = check.replace(ON_ACCELERATOR, "")
    return seed * 2**32 + zlib.crc32(same_on_all_devices.encode("utf-8"))


def with_smallest(found: Found, name: str) -> Finding:
    """The finding with the input that it was found with, for whoever may see a check's inputs."""
    diagnosis = found.finding.diagnosis
    private = {**diagnosis.private, "function": name, "smallest": show_arguments(found.payload)}
    return replace(found.finding, diagnosis=replace(diagnosis, private=private))


def weight(payload: bytes) -> tuple[int, int, str]:
    """What makes one input smaller than another: fewer elements, then a shorter text."""
    text = show_arguments(payload)
    return _elements(decode(payload)), len(text), text


def show_arguments(payload: bytes) -> str:
    """The arguments as a line of Python, or nearly so."""
    positional, keyword = decode(payload)
    return ", ".join([*map(_shown, positional), *(f"{name}={_shown(one)}" for name, one in keyword.items())])


def _shown(tree: Tree) -> str:
    if isinstance(tree, TensorFact):
        plain = tree.data.is_contiguous() and tree.data.storage_offset() == 0
        return show_tree(tree) + ("" if plain else _note_on(tree.data.stride(), tree.data.storage_offset()))
    if isinstance(tree, ArrayFact) and not tree.scalar and not tree.data.flags.c_contiguous:
        return show_tree(tree) + _note_on(tuple(step // tree.data.itemsize for step in tree.data.strides), 0)
    return show_tree(tree)


def _note_on(strides: tuple[Any, ...], offset: Any) -> str:
    words = [f"stride() == {strides}"] + ([f"storage_offset() == {offset}"] if offset else [])
    return f" [{', '.join(words)}]"


def _elements(tree: Tree) -> int:
    if isinstance(tree, TensorFact):
        return tree.data.numel()
    if isinstance(tree, ArrayFact):
        return int(tree.data.size)
    if isinstance(tree, dict):
        return sum(map(_elements, tree.values()))
    if isinstance(tree, list | tuple) and not isinstance(tree, torch.Size):
        return sum(map(_elements, tree))
    return 1
