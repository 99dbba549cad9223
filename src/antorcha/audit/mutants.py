"""The mutants of a topic's solution: each is a whole submission that differs from the reference in one place."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from antorcha.audit.layout import spread, spread_like
from antorcha.audit.operators import OPERATORS
from antorcha.audit.tree_positions import positions, replaced, without_docstring
from antorcha.audit.wrappers import WRAPPERS, Wrapper, observer_cells, wrapper_cells
from antorcha.sources.reference import Reference, definitions, start_line

Unit = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign

WRAPPER_FAMILY = "result and surroundings"
STUB_OPERATOR = "the stub's own code"
OPTION_OPERATOR = "another option"


@dataclass(frozen=True)
class Mutant:
    """A wrong submission for one exercise. `id` names it for an author and stays when other lines change.

    `cells` is the code to run, `silent` the class of silent bug ("" for none), `wrapper` its row in the table.
    """

    exercise: str
    operator: str
    family: str
    id: str
    diff: str
    cells: tuple[str, ...]
    wrapper: Wrapper | None = None

    @property
    def silent(self) -> str:
        return self.wrapper.silent if self.wrapper else ""

    @property
    def demanded(self) -> bool:
        """Return whether an audit fails where too many like this one survive."""
        return self.wrapper is None or self.wrapper.demanded

    def digest(self) -> str:
        return hashlib.sha256(json.dumps([self.exercise, *self.cells]).encode("utf-8", "surrogatepass")).hexdigest()


def mutants_of(reference: Reference, exercise: str, exercises: frozenset[str]) -> list[Mutant]:
    """Return all mutants of one exercise, none where the reference lacks it. `exercises`: the names of the topic's."""
    units = _units(reference, exercise, exercises)
    if exercise not in units:
        return []
    found = [mutant for name, unit in units.items() for mutant in _rewritten(reference, exercise, name, unit)]
    return [*_numbered(found), *_wrapped(reference, exercise, units[exercise]), *_stub(reference, exercise)]


def other_options(reference: Reference, quiz: str, wrong: list[tuple[str, str]]) -> list[Mutant]:
    """Return the mutants of a quiz: every other letter.

    `wrong`: each with the case that it answers, "" for the one question.

    Whatever else a mutant could do to a letter, no student does by mistake.
    """
    return [_other_option(reference, quiz, case, letter) for case, letter in wrong]


def _other_option(reference: Reference, quiz: str, case: str, letter: str) -> Mutant:
    condition = f"case == {case!r}" if case else "True"
    arguments = "case" if case else ""
    line = f"return {letter!r} if {condition} else _right_{quiz}({arguments})"
    code = f"_right_{quiz} = {quiz}\n\n\ndef {quiz}({arguments}):\n    {line}\n"
    asked = f"{quiz}({case!r})" if case else f"{quiz}()"
    name = f"{OPTION_OPERATOR}: {asked} -> {letter!r}"
    return Mutant(quiz, OPTION_OPERATOR, "quiz", name, f"+{asked} == {letter!r}", (original(reference), code))


def original(reference: Reference) -> str:
    """Return the solution's own text."""
    return "\n".join(reference.lines)


def observed(reference: Reference, exercise: str) -> tuple[str, ...]:
    """Return the solution, as cells, with one exercise wrapped in the observer."""
    unit = _units(reference, exercise, frozenset()).get(exercise)
    if unit is None or (isinstance(unit, ast.ClassDef) and not _methods(unit)):
        return (original(reference),)
    return (original(reference), *observer_cells(exercise, _methods(unit)))


def _units(reference: Reference, exercise: str, exercises: frozenset[str]) -> dict[str, Unit]:
    """Return the definition of an exercise, and the module's helpers and constants that it uses, by name."""
    known: dict[str, Unit] = {node.name: node for node in definitions(reference.tree.body)}
    for node in reference.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            known |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    found: dict[str, Unit] = {}
    waiting = [exercise]
    # Other exercises that this one calls have mutants of their own.
    while waiting:
        name = waiting.pop()
        if name in known and name not in found and (name == exercise or name not in exercises):
            found[name] = known[name]
            waiting += sorted({node.id for node in ast.walk(known[name]) if isinstance(node, ast.Name)})
    return found


def _rewritten(reference: Reference, exercise: str, name: str, unit: Unit) -> Iterator[Mutant]:
    plain = without_docstring(unit)
    before = ast.unparse(plain)
    seen = {before}
    lines = spread(before)
    for operator in OPERATORS:
        for position in positions(plain):
            for new in operator.propose(position):
                text = _text_of(replaced(plain, position.path, new))
                if text is None or text in seen:
                    continue
                seen.add(text)
                after = spread_like(text, lines)
                yield Mutant(
                    exercise,
                    operator.name,
                    operator.family,
                    f"{operator.name}: {_change(lines, after)}",
                    _diff(lines, after),
                    (_with(reference, unit, text),),
                )


def _text_of(node: ast.AST) -> str | None:
    """Return the code of a mutated definition, or `None` where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as `() is ()`
            text = ast.unparse(ast.fix_missing_locations(node))
            compile(text, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return text


def _with(reference: Reference, unit: Unit, text: str) -> str:
    """Return the module's text with one definition replaced."""
    lines = reference.lines
    return "\n".join([*lines[: start_line(unit) - 1], text, *lines[unit.end_lineno or unit.lineno :]])


def _change(before: list[str], after: list[str]) -> str:
    """Return the lines that differ, as `x.mean(dim=0) -> x.mean(dim=1)`; `-> moved` for a line in another place."""
    lines = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    left, right = ("; ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return f"{left} -> {'moved' if left == right else right}"


def _diff(before: list[str], after: list[str]) -> str:
    lines = difflib.unified_diff(before, after, lineterm="", n=2)
    return "\n".join(list(lines)[2:])


def _numbered(mutants: list[Mutant]) -> Iterator[Mutant]:
    """Yield the mutants, those of one name numbered: one mark must not excuse the same change to two equal lines."""
    count: Counter[str] = Counter()
    for mutant in mutants:
        count[mutant.id] += 1
        yield mutant if count[mutant.id] == 1 else replace(mutant, id=f"{mutant.id} #{count[mutant.id]}")


def _wrapped(reference: Reference, exercise: str, unit: Unit) -> Iterator[Mutant]:
    methods = _methods(unit)
    if isinstance(unit, ast.ClassDef) and not methods:
        return
    for wrapper in WRAPPERS:
        cells = (original(reference), *wrapper_cells(wrapper, exercise, methods))
        diff = f"@@ around {exercise} @@\n+    {wrapper.line}"
        yield Mutant(exercise, wrapper.name, WRAPPER_FAMILY, wrapper.name, diff, cells, wrapper)


def _methods(unit: Unit) -> tuple[str, ...]:
    """Return the methods that give a class's answers: `forward` of a module, else the public ones."""
    if not isinstance(unit, ast.ClassDef):
        return ()
    names = [node.name for node in unit.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    if "forward" in names:
        return ("forward",)
    return tuple(name for name in names if not name.startswith("_") or name in ("__call__", "__getitem__"))


def _stub(reference: Reference, exercise: str) -> Iterator[Mutant]:
    """Yield the mutant that still has the bug that a student is to find, where there is one."""
    if any(node.name == f"_stub_{exercise}" for node in definitions(reference.tree.body)):
        line = f"{exercise} = _stub_{exercise}"
        yield Mutant(
            exercise, STUB_OPERATOR, WRAPPER_FAMILY, STUB_OPERATOR, f"+{line}", (original(reference), f"{line}\n")
        )
