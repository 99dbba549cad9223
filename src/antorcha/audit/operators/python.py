"""The usual operators, on expressions: arithmetic, comparison, boolean, constants, slices, arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from antorcha.audit.operators.base import PYTHON, Operator, changed, is_module, method, number, subject
from antorcha.audit.tree_positions import TreePosition

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
# Their operands cannot be exchanged; for all others a mutant with exchanged ones would be the solution again.
_ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ERRORS = {
    "ValueError": "TypeError",
    "TypeError": "ValueError",
    "RuntimeError": "ValueError",
    "IndexError": "KeyError",
    "KeyError": "IndexError",
}


def _arithmetic(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield changed(node, op=_ARITHMETIC[type(node.op)]())


def _operand_dropped(position: TreePosition) -> Iterator[Any]:
    if isinstance(position.value, ast.BinOp):
        yield position.value.left
        yield position.value.right


def _operands_swapped(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, _ONE_WAY):
        yield changed(node, left=node.right, right=node.left)


def _comparison(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Compare):
        for index, sign in enumerate(node.ops):
            for other in _COMPARISON[type(sign)]:
                yield changed(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _boolean(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values if len(node.values) == 2 else ()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand


def _condition(position: TreePosition) -> Iterator[Any]:
    """Yield a condition the other way round, or decided once for all."""
    node, parent = position.value, position.parent
    if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.comprehension) and _is_condition(position):
        if not isinstance(node, ast.Compare | ast.UnaryOp):  # those are turned by operators of their own
            yield ast.UnaryOp(ast.Not(), node)
        if isinstance(parent, ast.If | ast.IfExp):
            yield ast.Constant(True)
            yield ast.Constant(False)


def _is_condition(position: TreePosition) -> bool:
    name = position.path[-1][0]
    return name == "test" or (name == "ifs" and isinstance(position.parent, ast.comprehension))


def _constant(position: TreePosition) -> Iterator[Any]:
    if not isinstance(position.value, ast.Constant):
        return
    value = position.value.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield number(value + 1)
        yield number(value - 1)
    elif isinstance(value, float):
        # By much, and by a thousandth, which a tolerance that is too wide lets through. Rounded, as the number
        # stands in the name by which an author knows the mutant.
        yield number(round(value + 1.0, 12))
        yield number(round(value * 1.001, 12) or 1e-3)
    elif isinstance(value, str) and not isinstance(position.parent, ast.JoinedStr | ast.Expr):
        yield ast.Constant(value + "_")
    elif value is None and not isinstance(position.parent, ast.Return | ast.Compare):
        yield ast.Constant(0)


def _slice(position: TreePosition) -> Iterator[Any]:
    """Yield a slice one off at either end, or without its bound or step."""
    node = position.value
    if not isinstance(node, ast.Slice):
        return
    for name in ("lower", "upper", "step"):
        if (bound := getattr(node, name)) is not None:
            yield changed(node, **{name: None})
            if not isinstance(bound, ast.Constant):  # those have an operator of their own
                yield changed(node, **{name: ast.BinOp(bound, ast.Sub(), ast.Constant(1))})
                yield changed(node, **{name: ast.BinOp(bound, ast.Add(), ast.Constant(1))})
    if node.lower is None:
        yield changed(node, lower=ast.Constant(1))
    if node.upper is None:
        yield changed(node, upper=number(-1))


def _range(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if method(node) in ("range", "arange") and 1 <= len(node.args) <= 3:
        where = 0 if len(node.args) == 1 else 1
        for sign in (ast.Sub(), ast.Add()):
            stop = ast.BinOp(node.args[where], sign, ast.Constant(1))
            yield changed(node, args=[*node.args[:where], stop, *node.args[where + 1 :]])
        if len(node.args) == 1:
            yield changed(node, args=[ast.Constant(1), *node.args])


def _branch(position: TreePosition) -> Iterator[Any]:
    if isinstance(position.value, ast.IfExp):
        yield changed(position.value, body=position.value.orelse, orelse=position.value.body)


def _arguments_swapped(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Call):
        for index in range(len(node.args) - 1):
            pair = [node.args[index + 1], node.args[index]]
            yield changed(node, args=[*node.args[:index], *pair, *node.args[index + 2 :]])


def _argument_dropped(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Call):
        for index in range(len(node.args)):
            yield changed(node, args=[*node.args[:index], *node.args[index + 1 :]])
        for index in range(len(node.keywords)):
            yield changed(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])


def _call_dropped(position: TreePosition) -> Iterator[Any]:
    """Yield `x` for `x.item()` and for `float(x)`."""
    node = position.value
    if isinstance(node, ast.Call) and (kept := subject(node)) is not None:
        if method(node) in ("list", "tuple"):  # agreement takes one for the other unless a check says otherwise
            return
        by_name = isinstance(node.func, ast.Name) or is_module(getattr(node.func, "value", node))
        if not by_name or len(node.args) == 1:
            yield kept


def _item_dropped(position: TreePosition) -> Iterator[Any]:
    """Yield a list, tuple or dict that lacks an item, or has two neighbours exchanged."""
    node = position.value
    if isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load):
        for index in range(len(node.elts)):
            yield changed(node, elts=[*node.elts[:index], *node.elts[index + 1 :]])
        for index in range(len(node.elts) - 1):
            pair = [node.elts[index + 1], node.elts[index]]
            yield changed(node, elts=[*node.elts[:index], *pair, *node.elts[index + 2 :]])
    if isinstance(node, ast.Dict):
        for index in range(len(node.keys)):
            keys, values = (list(items) for items in (node.keys, node.values))
            del keys[index], values[index]
            yield changed(node, keys=keys, values=values)


def _attribute(position: TreePosition) -> Iterator[Any]:
    """Yield `x` for `x.T`. A name in a module has operators of its own."""
    node = position.value
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and not is_module(node.value):
        called_here = isinstance(position.parent, ast.Call) and position.path[-1][0] == "func"
        if not called_here:
            yield node.value


def _error(position: TreePosition) -> Iterator[Any]:
    node = position.value
    if isinstance(node, ast.Name) and node.id in _ERRORS:
        yield changed(node, id=_ERRORS[node.id])


def _cast(position: TreePosition) -> Iterator[Any]:
    """Yield `int(x)` for `float(x)` and the other way round, and what is sorted or reversed as it came."""
    others = {"int": "float", "float": "int", "sorted": "list", "reversed": "list"}
    node = position.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in others and node.args:
        yield ast.Call(ast.Name(others[node.func.id], ast.Load()), node.args[:1], [])


OPERATORS = (
    Operator("arithmetic", PYTHON, _arithmetic),
    Operator("operand dropped", PYTHON, _operand_dropped),
    Operator("operands swapped", PYTHON, _operands_swapped),
    Operator("comparison", PYTHON, _comparison),
    Operator("boolean", PYTHON, _boolean),
    Operator("condition", PYTHON, _condition),
    Operator("slice", PYTHON, _slice),
    Operator("range", PYTHON, _range),
    Operator("branch", PYTHON, _branch),
    Operator("constant", PYTHON, _constant),
    Operator("arguments swapped", PYTHON, _arguments_swapped),
    Operator("argument dropped", PYTHON, _argument_dropped),
    Operator("call dropped", PYTHON, _call_dropped),
    Operator("item dropped", PYTHON, _item_dropped),
    Operator("attribute dropped", PYTHON, _attribute),
    Operator("cast", PYTHON, _cast),
    Operator("exception", PYTHON, _error),
)
