"""Operators on blocks: a statement dropped, two exchanged, an answer not returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from antorcha.audit.operators.base import PYTHON, TENSOR, Operator, changed, method
from antorcha.audit.places import Place

_SEEDS = {"manual_seed", "seed"}
_STEPS = {"zero_grad", "backward", "step", "train", "eval", "clip_grad_norm_"}
_PURE = {"tensor", "zeros", "ones", "full", "arange", "linspace", "eye", "len", "int", "float", "bool", "tuple", "list"}
_KEPT = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal, ast.FunctionDef, ast.ClassDef)


def _blocks_without(place: Place, wanted: Any) -> Iterator[Any]:
    if isinstance(place.value, list):
        for index, statement in enumerate(place.value):
            if not isinstance(statement, _KEPT) and wanted(statement):
                yield [*place.value[:index], *place.value[index + 1 :]] or [ast.Pass()]


def _calls(statement: ast.stmt, names: set[str]) -> bool:
    return isinstance(statement, ast.Expr) and method(statement.value) in names


def _seed_dropped(place: Place) -> Iterator[Any]:
    return _blocks_without(place, lambda statement: _calls(statement, _SEEDS))


def _step_dropped(place: Place) -> Iterator[Any]:
    return _blocks_without(place, lambda statement: _calls(statement, _STEPS))


def _statement_dropped(place: Place) -> Iterator[Any]:
    return _blocks_without(place, lambda statement: not isinstance(statement, ast.Return))


def _statements_swapped(place: Place) -> Iterator[Any]:
    block = place.value
    if isinstance(block, list):
        for index in range(len(block) - 1):
            first, second = block[index], block[index + 1]
            if not isinstance(second, ast.Return) and not isinstance(first, _KEPT) and _order_matters(first, second):
                yield [*block[:index], second, first, *block[index + 2 :]]


def _order_matters(first: ast.stmt, second: ast.stmt) -> bool:
    """Not for two assignments of different names where at most one of them calls what may have an effect."""
    if not (isinstance(first, ast.Assign) and isinstance(second, ast.Assign)):
        return True
    if not all(isinstance(node, ast.Name) for one in (first, second) for node in one.targets):
        return True
    stored, used = _names(first, ast.Store), _names(second, ast.Load)
    meet = stored & (used | _names(second, ast.Store)) or _names(second, ast.Store) & _names(first, ast.Load)
    return bool(meet) or (_may_act(first) and _may_act(second))


def _names(statement: ast.stmt, kind: type[ast.expr_context]) -> set[str]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, kind)}


def _may_act(statement: ast.stmt) -> bool:
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(method(call) not in _PURE for call in calls)


def _nothing_returned(place: Place) -> Iterator[Any]:
    if isinstance(place.value, ast.Return) and place.value.value is not None:
        yield changed(place.value, value=ast.Constant(None))


def _no_grad_dropped(place: Place) -> Iterator[Any]:
    """`with torch.no_grad():` and its decorator taken away."""
    node = place.value
    names = {"no_grad", "inference_mode", "set_grad_enabled", "enable_grad"}
    if isinstance(node, ast.With):
        kept = [item for item in node.items if method(item.context_expr) not in names]
        if len(kept) < len(node.items):
            yield changed(node, items=kept) if kept else ast.If(ast.Constant(True), node.body, [])
    if isinstance(node, ast.FunctionDef):
        kept_marks = [mark for mark in node.decorator_list if method(mark) not in names]
        if len(kept_marks) < len(node.decorator_list):
            yield changed(node, decorator_list=kept_marks)


def _loop(place: Place) -> Iterator[Any]:
    """The first round only, or a jump of the other kind."""
    node = place.value
    if isinstance(node, ast.For) and not isinstance(node.body[-1], ast.Break):
        yield changed(node, body=[*node.body, ast.Break()])
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, ast.Continue):
        yield ast.Break()


OPERATORS = (
    Operator("seed dropped", TENSOR, _seed_dropped),
    Operator("step of training dropped", TENSOR, _step_dropped),
    Operator("no_grad dropped", TENSOR, _no_grad_dropped),
    Operator("statement dropped", PYTHON, _statement_dropped),
    Operator("statements swapped", PYTHON, _statements_swapped),
    Operator("nothing returned", PYTHON, _nothing_returned),
    Operator("loop", PYTHON, _loop),
)
