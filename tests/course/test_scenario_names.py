"""Scenarios of the course name what they return: a student reads a label, and not the place in a tuple."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.paths import ROOT

FILES = sorted([*ROOT.glob("graders/*.py"), *ROOT.glob("exercises/test_*.py")])

Function = ast.FunctionDef | ast.Lambda


def functions_in(body: list[ast.stmt]) -> dict[str, ast.FunctionDef]:
    return {each.name: each for each in body if isinstance(each, ast.FunctionDef)}


def scenarios(tree: ast.Module) -> Iterator[Function]:
    """Yield the functions that a file hands to `agree.scenario`, its own and those within a test."""
    outer = functions_in(tree.body)
    for test in outer.values():
        known = outer | functions_in(test.body)
        for call in ast.walk(test):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
                continue
            first = call.args[0]
            if call.func.attr == "scenario" and isinstance(first, ast.Name) and first.id in known:
                yield known[first.id]
            elif call.func.attr == "scenario" and isinstance(first, ast.Lambda):
                yield first


def returned(function: Function) -> Iterator[ast.expr]:
    """Yield what a function returns, without what functions within it return."""
    if isinstance(function, ast.Lambda):
        yield function.body
        return
    rest: list[ast.AST] = list(function.body)
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            rest.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_scenario_returns_a_tuple_or_a_list(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nameless = {
        f"{path.name}:{value.lineno}"
        for function in scenarios(tree)
        for value in returned(function)
        if isinstance(value, ast.Tuple | ast.List | ast.ListComp)
    }
    assert not nameless, "return a dict, with a label for a person as each key"


OF_TOPICS = [path for path in FILES if path.stem != "common"]


def names_of_code(topic: str) -> set[str]:
    """Return the arguments and attributes that a topic's solutions use, which stay as they are in every language."""
    tree = ast.parse((ROOT / "reference" / f"{topic}.py").read_text(encoding="utf-8"))
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return arguments | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", OF_TOPICS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_key_that_is_no_name_of_code_is_a_label_for_the_catalogs(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = names_of_code(path.stem.removeprefix("test_"))
    untranslated = {
        f"{path.name}:{key.lineno}: {key.value}"
        for function in scenarios(tree)
        for value in returned(function)
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and " " not in key.value
        and "." not in key.value
        and key.value not in known
    }
    assert not untranslated, "words with a space between them are translated"
