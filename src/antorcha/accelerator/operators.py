"""Torch's operators by name, looked up when they are first called: there are hundreds, and a program uses few."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch


@cache
def operator(name: str) -> Any:
    """Return `torch.ops.aten.add.Tensor` for `add.Tensor`, and `torch.ops.aten.view.default` for `view`."""
    base, _, overload = name.partition(".")
    return getattr(getattr(torch.ops.aten, base), overload or "default")
