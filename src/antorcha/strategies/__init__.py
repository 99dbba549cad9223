"""Kinds of inputs for `agree.forall`: tensors, arrays and numbers of many shapes, edge cases first.

from antorcha.strategies import tensors
agree.forall("center_columns", tensors(shape=((1, 5), (1, 5))))
"""

from antorcha.strategies.inputs import Strategy, arrays, booleans, floats, integers, sampled, shapes, tensors

__all__ = ["Strategy", "arrays", "booleans", "floats", "integers", "sampled", "shapes", "tensors"]
