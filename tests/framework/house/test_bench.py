"""`make bench` as a developer runs it, on classes that are too small for a verdict: the table is whole and adds up."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")]


def test_a_bar_is_measured_and_a_rival_that_is_not_here_is_named() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "bench.py"), "--quick", "--json", "--bars", "1", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    rows = {(row["number"], row["rival"]): row for row in record["bars"]}
    otter = rows["1", "otter-grader"]
    assert otter["ratio"] is None
    assert otter["verdict"] == "not measured: no environment with otter-grader was given (--otter PYTHON)"
    pytest_row = rows["1", "one pytest process"]
    (again,) = [row for row in record["bars"] if row["number"] == "3" and row["what"].endswith("again")]
    for row in (pytest_row, again):
        assert row["theirs"] > 0
        assert row["ours"] > 0
    assert pytest_row["ratio"] == pytest.approx(pytest_row["theirs"] / pytest_row["ours"])
    assert again["ratio"] == pytest.approx(again["ours"] / again["theirs"])
    assert again["ratio"] < 1
    assert again["verdict"] == ("met" if again["ratio"] <= 0.01 else "NOT MET")
