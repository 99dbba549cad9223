"""Torch's operators by name, looked up when they are first called: there are hundreds, and a program uses few."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch


@cache
def operator(name: str) -> Any:
    """`add.Tensor` -> `torch.ops.aten.add.Tensor`; `view` -> `torch.ops.aten.view.default`."""
    base, _, overload = name.partition(".")
    return getattr(getattr(torch.ops.aten, base), overload or "default")
