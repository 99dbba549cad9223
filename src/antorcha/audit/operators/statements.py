"""Operators on blocks: a statement dropped, two exchanged, an answer not returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from antorcha.audit.operators.base import PYTHON, TENSOR, Operator, changed, method
from antorcha.audit.tree_positions import TreePosition

_SEEDS = {"manual_seed", "seed"}
_STEPS = {"zero_grad", "backward", "step", "train", "eval", "clip_grad_norm_"}
# Calls without any effect but their answer: whether two of them stand in this order or that, nothing shows.
_PURE = {"tensor", "zeros", "ones", "full", "arange", "linspace", "eye", "len", "int", "float", "bool", "tuple", "list"}
# Without most of these the code raises at once, or does the same: such a mutant asks nothing of a test.
_KEPT_STATEMENTS = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal, ast.FunctionDef, ast.ClassDef)


def _blocks_without(position: TreePosition, wanted: Any) -> Iterator[Any]:
    if isinstance(position.value, list):
        for index, statement in enumerate(position.value):
            if not isinstance(statement, _KEPT_STATEMENTS) and wanted(statement):
                yield [*position.value[:index], *position.value[index + 1 :]] or [ast.Pass()]


def _calls(statement: ast.stmt, names: set[str]) -> bool:
    return isinstance(statement, ast.Expr) and method(statement.value) in names


def _seed_dropped(position: TreePosition) -> Iterator[Any]:
    return _blocks_without(position, lambda statement: _calls(statement, _SEEDS))


def _step_dropped(position: TreePosition) -> Iterator[Any]:
    return _blocks_without(position, lambda statement: _calls(statement, _STEPS))


def _statement_dropped(position: TreePosition) -> Iterator[Any]:
    return _blocks_without(position, lambda statement: not isinstance(statement, ast.Return))


def _statements_swapped(position: TreePosition) -> Iterator[Any]:
    block = position.value
    if isinstance(block, list):
        for index in range(len(block) - 1):
            first, second = block[index], block[index + 1]
            if (
                not isinstance(second, ast.Return)
                and not isinstance(first, _KEPT_STATEMENTS)
                and _order_matters(first, second)
            ):
                yield [*block[:index], second, first, *block[index + 2 :]]


def _order_matters(first: ast.stmt, second: ast.stmt) -> bool:
    """Return whether two neighbours may do something else in the other order.

    Two assignments do not, where neither reads or stores the other's names and at most one calls what may have
    an effect.
    """
    if not (isinstance(first, ast.Assign) and isinstance(second, ast.Assign)):
        return True
    if not all(isinstance(node, ast.Name) for statement in (first, second) for node in statement.targets):
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


def _nothing_returned(position: TreePosition) -> Iterator[Any]:
    if isinstance(position.value, ast.Return) and position.value.value is not None:
        yield changed(position.value, value=ast.Constant(None))


def _no_grad_dropped(position: TreePosition) -> Iterator[Any]:
    """Yield a block or a function without its `torch.no_grad()` or the like."""
    node = position.value
    names = {"no_grad", "inference_mode", "set_grad_enabled", "enable_grad"}
    if isinstance(node, ast.With):
        kept = [item for item in node.items if method(item.context_expr) not in names]
        if len(kept) < len(node.items):
            yield changed(node, items=kept) if kept else ast.If(ast.Constant(True), node.body, [])
    if isinstance(node, ast.FunctionDef):
        kept_marks = [mark for mark in node.decorator_list if method(mark) not in names]
        if len(kept_marks) < len(node.decorator_list):
            yield changed(node, decorator_list=kept_marks)


def _loop(position: TreePosition) -> Iterator[Any]:
    """Yield a loop that ends after its first round, or `break` and `continue` one for the other."""
    node = position.value
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
