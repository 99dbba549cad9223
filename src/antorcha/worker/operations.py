"""A count of the tensor operations that a call makes, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Beyond these, one name stands for all others; the trusted side takes no longer list.
MOST_NAMES = 500


@contextmanager
def counting(wanted: bool) -> Iterator[dict[str, int] | None]:
    """Count while it lasts: yield `{"aten::add": 3, ...}`, one for each operation that torch dispatches.

    `x[i]` is an operation too (`aten::select`); `x.mean(0)` is one, whatever the size of `x`.
    """
    if not wanted:
        yield None
        return
    from torch.utils._python_dispatch import TorchDispatchMode

    counts: Counter[str] = Counter()

    class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = func._schema.name if hasattr(func, "_schema") else "other"
            counts[name if name in counts or len(counts) < MOST_NAMES else "other"] += 1
            return func(*args, **(kwargs or {}))

    with Counting():  # type: ignore[no-untyped-call]
        yield counts
