"""Submissions that fail in a way that has nothing to do with their exercise: none may be told a known mistake of it."""

from __future__ import annotations

import ast

from antorcha.sources.reference import Reference, definitions

_TEXT = "hola"
# What the exercise's body is replaced by. `None` and the argument itself are no such failures: to return them is what
# a course's own wrong variants may do.
_BODIES = {
    **{
        f"{name} with foreign text": f"raise {name}({_TEXT!r})"
        for name in (
            "ArithmeticError",
            "AssertionError",
            "AttributeError",
            "ImportError",
            "IndexError",
            "KeyError",
            "LookupError",
            "NameError",
            "OSError",
            "RuntimeError",
            "StopIteration",
            "TypeError",
            "ValueError",
        )
    },
    "division by zero": "return 1 // 0",
    "a name that is not defined": "return no_such_name",
    "a text that is no number": f"return int({_TEXT!r})",
    "a misspelt function of torch": "return _torch.flaot(1)",
    "a method that tensors do not have": "return _torch.ones(2).averge()",
    "a foreign shape error": "return _torch.ones(11, 13) @ _torch.ones(17, 19)",
    "a foreign text": f"return {_TEXT!r}",
    "a tensor of another shape": "return _torch.ones(11, 13, 17)",
}


def foreign_failures(reference: Reference, exercise: str) -> dict[str, tuple[str, ...]]:
    """Return by name the cells of submissions that are the solution but for one exercise, which fails otherwise."""
    node = next((node for node in definitions(reference.tree.body) if node.name == exercise), None)
    if node is None:
        return {}
    solution = "\n".join(reference.lines)
    return {name: (solution, _definition(node, body)) for name, body in _BODIES.items()}


def _definition(node: ast.AST, body: str) -> str:
    name = getattr(node, "name", "")
    if not isinstance(node, ast.ClassDef):
        return f"import torch as _torch\n\n\ndef {name}(*args, **kwargs):\n    {body}\n"
    body = body.replace("return ", "self.made = ")
    return f"import torch as _torch\n\n\nclass {name}:\n    def __init__(self, *args, **kwargs):\n        {body}\n"
