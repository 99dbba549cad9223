"""What a command of ours leaves out of nbgrader's import."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = """
import sys

from antorcha.nbgrader.imports import leave_out_address_grammar

leave_out_address_grammar()
from nbgrader.api import Gradebook

print("lark" in sys.modules, Gradebook.__name__)
"""


def test_nbgrader_is_imported_without_the_grammar_of_addresses() -> None:
    pytest.importorskip("rfc3987_syntax", reason="the package whose grammar it is")
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "Gradebook"]
