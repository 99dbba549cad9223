"""Runs every program on one device and prints, as one JSON object, what became of each: "as a GPU does", or what else.

python tests/framework/accelerator/conformance/verdicts.py simulated|cuda|mps|xpu
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from typing import Any

import numpy as np
import torch
from programs import PROGRAMS, Program

from antorcha.accelerator.devices import find
from antorcha.accelerator.simulated import install

AGREES = "as a GPU does"


def verdict(program: Program, device: torch.device) -> str:
    """What the program did on `device`, against what its line in the table says."""
    torch.manual_seed(0)
    try:
        result = program.run(device)
    except Exception as error:
        return _of_error(program, error)
    if program.error is not None:
        return "not refused"
    torch.manual_seed(0)
    expected = program.run(torch.device("cpu"))
    return AGREES if _same(expected, result, exact=device.type == "sim") else f"{result} instead of {expected}"


def _of_error(program: Program, error: Exception) -> str:
    what = f"{type(error).__name__}: {str(error)[:200]}"
    if program.error is None:
        return f"refused with {what}"
    kind, pattern = program.error
    return AGREES if isinstance(error, kind) and re.search(pattern, str(error)) else f"another error, {what}"


def _same(left: Any, right: Any, *, exact: bool) -> bool:
    if isinstance(left, np.ndarray):
        left, right = torch.from_numpy(left), torch.from_numpy(right)
    if isinstance(left, torch.Tensor):
        return isinstance(right, torch.Tensor) and _same_tensor(left.detach(), right.detach().cpu(), exact)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key], exact=exact) for key in left)
    if isinstance(left, list | tuple):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(_same(first, second, exact=exact) for first, second in pairs)
    if isinstance(left, float) and not exact:
        return abs(left - right) <= 1e-4 * max(1.0, abs(left))
    return bool(left == right)


def _same_tensor(left: torch.Tensor, right: torch.Tensor, exact: bool) -> bool:
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    return torch.equal(left, right) if exact else torch.allclose(left, right, rtol=1e-4, atol=1e-5, equal_nan=True)


def main(role: str) -> int:
    warnings.simplefilter("ignore")
    if role == "simulated":
        problem, name = install(), "sim:0"
    else:
        problem, name = find(role).why, find(role).name
    if problem or name is None:
        print(json.dumps({"unavailable": problem}))
        return 0
    print(json.dumps({program.name: verdict(program, torch.device(name)) for program in PROGRAMS}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
