"""The outcome of loading a submission, as diagnoses: the same for a module in this process and in a worker."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from antorcha.accelerator.errors import says_no_gpu
from antorcha.i18n import N_
from antorcha.intake.delivered import printable
from antorcha.intake.syntax_words import in_plain_words
from antorcha.results import COLAB, Diagnosis, Verdict
from antorcha.worker.facts import ErrorFact, is_public_error
from antorcha.worker.observation import Observation
from antorcha.worker.statements import lines_of

Cells = Sequence[tuple[str, str]]  # (code, name) of a module or of each cell of a notebook

_LONGEST_TEXT = 60  # characters of a statement that a sentence quotes
_NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
_DEFINED = re.compile(r"\b(?:def|class)[\s\\]+(\w+)")
_CELL = re.compile(r", cell (\d+)$")  # how intake names them
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
# Statements that end a worker: each costs a fresh worker and the limit that it met. A file with more cannot be read.
MOST_ENDINGS = 3
ENDINGS = frozenset(verdict for verdict in Verdict if verdict.about.of_a_statement)


@dataclass(frozen=True)
class LeftOut:
    """A statement that was set aside, by the numbers of its cell and of itself in it (from 0), with the reason.

    `why`: the exception that it raised, or the limit that it broke.
    """

    cell: int
    statement: int
    why: ErrorFact | Verdict


@dataclass(frozen=True)
class Loss:
    """A statement that was set aside, as it is told: where it stands, and the names that are lost with it."""

    details: dict[str, Any]  # cell, line, text, reason, and package where that is why
    names: frozenset[str]
    kind: str
    message: str


@dataclass(frozen=True)
class Loaded:
    """The end of loading: `unreadable` when nothing at all can be called, `losses` when a part can."""

    verdict: Verdict = Verdict.PASSED
    unreadable: Diagnosis | None = None
    losses: tuple[Loss, ...] = ()
    defined_twice: Diagnosis | None = None

    @property
    def note(self) -> Diagnosis | None:
        """Return the diagnosis of the file as a whole: of several the worst, and `None` where all of it counts."""
        return self.unreadable or (_told(self.losses) if self.losses else self.defined_twice)

    def answer(self) -> Observation | None:
        """Return the answer to every call on a file that cannot be read."""
        if self.unreadable is None:
            return None
        return Observation(fault=self.verdict, fault_details={"loading": self.unreadable})

    def explained(self, observation: Observation) -> Observation:
        """Return the observation; where it lacks a name that was lost with a statement, one that says so."""
        name, kind, fault = "", "", Verdict.ERROR
        error, details = observation.error, observation.fault_details
        if observation.fault == Verdict.MISSING and "type" not in details:
            name, kind, fault = str(details.get("name")), "missing_set_aside", Verdict.MISSING
        elif error is not None and error.type_name == "NameError" and (named := _NOT_DEFINED.match(error.message)):
            name, kind = named[1], "needs_set_aside"
        # Without a name no loss matches: nothing that was set aside has the name "".
        loss = next((loss for loss in self.losses if name in loss.names), None)
        if loss is None:
            return observation
        at = {"at": error.frames[-1].line if error and error.frames else 0}
        told = Diagnosis(kind, {**loss.details, **at, "name": name}, {"message": loss.message})
        return Observation(fault=fault, fault_details={"loading": told}, size=observation.size)


def loaded(
    cells: Cells,
    unreadable: ErrorFact | None,
    left_out: Sequence[LeftOut],
    *,
    one_file: bool,
    names: Collection[str] = (),
    modules: Collection[str] = (),
) -> Loaded:
    """Return how loading ended.

    `names`: the exercises, each of which is to be defined once; `modules`: the code of the submission's other modules.
    """
    # Parsing raises RecursionError or MemoryError for code that is nested too deep.
    if unreadable is not None and "SyntaxError" not in unreadable.bases:
        return Loaded(Verdict.UNREADABLE, unreadable=Diagnosis("too_complex", {"file": _shown(cells[0][1])}))
    if unreadable is not None:
        frame = unreadable.frames[-1] if unreadable.frames else None
        line, text = (frame.line, frame.text) if frame else (0, "")
        # The message is Python's reason with the place, "invalid syntax (topic.py, line 3)".
        place = f" ({_shown(frame.file)}, line {line})" if frame else ""
        reason = in_plain_words(unreadable.message.removesuffix(place), text)
        syntax = Diagnosis("syntax", {"line": line}, {"text": printable(text), "reason": reason})
        return Loaded(Verdict.UNREADABLE, unreadable=syntax)
    if not left_out and not _may_define_twice(cells, names):
        return Loaded()
    bodies = [_body(code) for code, _ in cells]
    # In a notebook the rest of its cell is lost with a statement. The numbers are a worker's claim: they are checked.
    losses = [
        _loss(cells, bodies, out, alone=one_file, modules=modules) for out in left_out if 0 <= out.cell < len(cells)
    ]
    return Loaded(losses=tuple(losses), defined_twice=_defined_twice(cells, bodies, names))


def unreadable(problem: Diagnosis) -> Loaded:
    """Return the end of a file that intake could not read."""
    return Loaded(Verdict.UNREADABLE, unreadable=problem)


def broken(verdict: Verdict, details: dict[str, Any]) -> Loaded:
    """Return the end of a file whose loading hit a limit, left the process or crashed, and no statement is to blame."""
    kind = "process_exited" if verdict is Verdict.EXITED else verdict.value
    return Loaded(verdict, unreadable=Diagnosis(kind, details))


@lru_cache(maxsize=16)  # as in `statements_of`
def _body(code: str) -> list[ast.stmt]:
    """Return the statements of a cell; none where it cannot be read."""
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _loss(
    cells: Cells, bodies: list[list[ast.stmt]], left_out: LeftOut, *, alone: bool, modules: Collection[str]
) -> Loss:
    """Describe a statement by our own copy of the source: what a worker says of it names a place and no more."""
    code, name = cells[left_out.cell]
    body = bodies[left_out.cell][left_out.statement :]
    why = left_out.why
    line = body[0].lineno if body else (why.frames[-1].line if isinstance(why, ErrorFact) and why.frames else 1)
    lines = lines_of(code)
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    lost = frozenset(name for node in (body[:1] if alone else body) for name in _bound(node))
    details = {"cell": _shown(name), "line": line, "text": text[:_LONGEST_TEXT]}
    if isinstance(why, Verdict):
        reason = why.about.of_a_statement
        return Loss({**details, "reason": reason}, lost, "set_aside", reason)
    kind = next((base for base in why.bases if is_public_error(base)), "Exception")
    message = f"{kind}: {why.message}" if why.message else kind
    missing = _NO_MODULE.match(why.message) if "ImportError" in why.bases else None
    # Only a package that the source names: code chooses its exceptions' texts.
    if missing and any(missing[1].partition(".")[0] in source for source in (code, *modules)):
        package = COLAB if missing[1] in COLAB and COLAB in text else missing[1]
        return Loss({**details, "reason": f"{kind}: {package}", "package": package}, lost, "set_aside_package", message)
    if says_no_gpu(why.message):
        return Loss({**details, "reason": N_("there is no GPU here")}, lost, "set_aside", message)
    return Loss({**details, "reason": kind}, lost, "set_aside", message)


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement would have made."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.alias):
            yield part.asname or part.name.partition(".")[0]
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield part.name


def _shown(name: str) -> str:
    return PurePath(name).name


def _place(name: str, line: int) -> str:
    """Return a place in any language: `topic.py:3`, or `[7]:2` for a line of a notebook's cell, as Jupyter counts."""
    cell = _CELL.search(name)
    return f"[{cell[1]}]:{line}" if cell else f"{_shown(name)}:{line}"


def _told(losses: Sequence[Loss]) -> Diagnosis:
    first, others = losses[0], losses[1:]
    if not others:
        return Diagnosis(first.kind, first.details, {"message": first.message})
    places = [_place(loss.details["cell"], loss.details["line"]) for loss in others]
    shown = ", ".join(places[:5]) + (", ..." if len(places) > 5 else "")
    packages = list(dict.fromkeys(loss.details["package"] for loss in losses if "package" in loss.details))
    details = {**first.details, "count": len(losses), "others": shown, "packages": packages}
    return Diagnosis("set_aside_several", details, {"message": first.message})


def _may_define_twice(cells: Cells, names: Collection[str]) -> bool:
    """Return whether it is worth parsing the source for a name that is defined twice: most define each once."""
    defined = [name for code, _ in cells for name in _DEFINED.findall(code) if name in names]
    return len(defined) > len(set(defined))


def _defined_twice(cells: Cells, bodies: list[list[ast.stmt]], names: Collection[str]) -> Diagnosis | None:
    places: dict[str, list[str]] = {}
    for (_, cell), body in zip(cells, bodies, strict=True):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name in names:
                places.setdefault(node.name, []).append(_place(cell, node.lineno))
    for name, at in places.items():
        if len(at) > 1:
            return Diagnosis("defined_twice", {"name": name, "first": ", ".join(at[:-1]), "last": at[-1]})
    return None
