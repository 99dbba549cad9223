"""A name says one thing, and what `docs/contributing.md` sends a newcomer to is there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from support.paths import ROOT

PACKAGE = ROOT / "src" / "antorcha"


def test_no_two_public_classes_have_one_name() -> None:
    found = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_the_files_that_a_change_touches_are_there() -> None:
    page = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:\w+/)*\w+\.py|(?:\w+/)+)`", page.partition("| change |")[2]))
    assert len(named) > 15
    assert [name for name in sorted(named) if not ((PACKAGE / name).exists() or (ROOT / name).exists())] == []
