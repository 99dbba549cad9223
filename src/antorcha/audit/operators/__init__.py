"""The mutation operators: each proposes other nodes for a node, or other blocks for a block of statements."""

from __future__ import annotations

from antorcha.audit.operators import calls, python, statements, tensor
from antorcha.audit.operators.base import Operator

# The special ones first: where two propose the same code, the first one names it.
OPERATORS: tuple[Operator, ...] = (*tensor.OPERATORS, *calls.OPERATORS, *python.OPERATORS, *statements.OPERATORS)

__all__ = ["OPERATORS", "Operator"]
