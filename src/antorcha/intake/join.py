"""The answers in a file, and the joining of two files that each hold a part of a topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from antorcha.intake.model import Cell
from antorcha.intake.source import ReadFile


@dataclass(frozen=True)
class AnsweredFile:
    """A file, and the exercises of a topic that it answers.

    `own`: exercises that the file itself answers, with more than the stub; `helped`: those that come from modules that
    it imports; `defined`: all that are there, answered or not.
    """

    read: ReadFile
    exercises: frozenset[str]
    own: frozenset[str]
    defined: frozenset[str]
    helped: frozenset[str] = frozenset()

    @classmethod
    def of(cls, read: ReadFile, exercises: frozenset[str], stubs: dict[str, str]) -> AnsweredFile:
        """Compare a file with the `exercises` of a topic; `stubs`: the digest of each as it was released."""
        defined = {name: definition for name, (_, definition) in read.definitions.items() if name in exercises}
        worked_on = {name for name, known in defined.items() if not known.empty and known.digest != stubs.get(name)}
        assigned = exercises & read.assigned.keys()
        return cls(read, exercises, frozenset(worked_on | assigned), frozenset(defined.keys() | assigned))

    @property
    def answered(self) -> frozenset[str]:
        """Return the exercises that the file answers, itself or through modules that it imports."""
        return self.own | self.helped

    @property
    def is_broken(self) -> bool:
        """Return whether the file could not be read."""
        return self.read.source.problem is not None

    @property
    def any(self) -> bool:
        """Return whether the file is more than an untouched stub; what cannot be read may hold work."""
        problem = self.read.source.problem
        return bool(self.answered) if problem is None else problem.kind != "empty_file"

    def with_helpers(self, helpers: Iterable[ReadFile]) -> AnsweredFile:
        """Return the same answers with those of the modules that the file imports."""
        definitions = [item for helper in helpers for item in helper.definitions.items()]
        helped = {name for name, (_, definition) in definitions if name in self.exercises and not definition.empty}
        return replace(self, helped=frozenset(helped - self.defined))


def may_be_joined(first: AnsweredFile, second: AnsweredFile) -> bool:
    """Return whether each holds a part that the other lacks, and both mean the same by every name they share."""
    if first.is_broken or second.is_broken or not first.own or not second.own or first.answered & second.answered:
        return False
    ours, theirs = _meanings(first), _meanings(second)
    return all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())


def _meanings(answers: AnsweredFile) -> dict[str, str]:
    """Return a digest for each top-level name of a file but the exercises, of which at most one file has the answer."""
    read = answers.read
    defined = {name: definition.digest for name, (_, definition) in read.definitions.items()}
    return {name: meaning for name, meaning in {**read.assigned, **defined}.items() if name not in answers.exercises}


def join(first: AnsweredFile, second: AnsweredFile, second_name: str) -> AnsweredFile:
    """Return one source of both, each without the stubs of what the other answers; `second` runs after `first`.

    `second_name`: what its cells are called where the first has cells of the same name.
    """
    left = _without(first.read, second.answered - first.own)
    right = _without(second.read, (first.defined | first.answered) - second.own)
    taken = {cell.name for cell in left}
    right = [replace(cell, name=second_name) if cell.name in taken else cell for cell in right]
    source = replace(
        first.read.source,
        cells=(*left, *right),
        notes=(*first.read.source.notes, *second.read.source.notes),
    )
    # The second file's cells come behind the first's, so their numbers move.
    further = {name: (len(left) + cell, definition) for name, (cell, definition) in second.read.definitions.items()}
    read = ReadFile(
        source,
        {**further, **first.read.definitions} | {name: further[name] for name in second.own if name in further},
        {**first.read.assigned, **second.read.assigned},
        first.read.imports | second.read.imports,
        first.read.written + second.read.written,
    )
    return AnsweredFile(
        read,
        first.exercises,
        first.own | second.own,
        first.defined | second.defined,
        first.helped | second.helped,
    )


def _without(read: ReadFile, names: frozenset[str]) -> list[Cell]:
    """Return the cells with the definitions of `names` blanked, so that every other line keeps its number."""
    lines = [cell.code.split("\n") for cell in read.source.cells]
    for name in names & read.definitions.keys():
        cell, definition = read.definitions[name]
        first, last = definition.lines
        lines[cell][first - 1 : last] = [""] * (last - first + 1)
    return [replace(cell, code="\n".join(kept)) for cell, kept in zip(read.source.cells, lines, strict=True)]
