"""The simulated device, and a real one where there is one, against one table of what a CUDA device does."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

HERE = Path(__file__).parent
AGREES = "as a GPU does"
LEAST_AGREEMENT = 0.98


@functools.cache
def verdicts(device: str) -> dict[str, str]:
    """In a process of its own: the simulated device stays in a process for good."""
    command = [sys.executable, str(HERE / "verdicts.py"), device]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    if "unavailable" in found:
        pytest.skip(found["unavailable"])
    return found


def differences(device: str) -> dict[str, str]:
    return {name: verdict for name, verdict in verdicts(device).items() if verdict != AGREES}


def documented() -> set[str]:
    """The programs that docs/devices.md lists as differences."""
    text = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")
    section = text.partition("### How true it is")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


def test_there_are_many_programs() -> None:
    assert len(verdicts("simulated")) >= 150


def test_the_simulated_device_agrees_with_a_gpu() -> None:
    found = differences("simulated")
    assert len(found) <= (1 - LEAST_AGREEMENT) * len(verdicts("simulated")), found


def test_every_difference_is_in_the_docs() -> None:
    found = differences("simulated")
    assert set(found) == documented(), found


@pytest.mark.gpu
def test_a_real_gpu_agrees_with_the_table() -> None:
    assert differences("cuda") == {}


@pytest.mark.slow
def test_operators_give_the_cpu_s_numbers() -> None:
    command = [sys.executable, str(HERE / "operators.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if "unavailable" in found:
        pytest.skip(found["unavailable"])
    assert len(found) > 250
    assert {name: what for name, what in found.items() if what != "same"} == {}
