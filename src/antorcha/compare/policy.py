"""What one check asks of an answer beyond its value: the settings behind `agree.using(...)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Policy:
    """Strict where silence hides bugs (dtype, device, arguments changed), lenient where spelling is free.

    - `dtype`, `device`: "same" as the reference's, or "ignore".
    - `layout`: compare the layout and the strides too.
    - `memory`: the answer must own its memory ("own"), must share an argument's ("shared"), or either ("ignore").
    - `mutation`: arguments must end as the reference leaves them ("same"), or may change ("ignore").
    - `gradients`: compare `requires_grad` and the gradients with respect to the arguments.
    - `containers`: "lenient" takes list, tuple and torch.Size for each other.
    - `numbers`: "lenient" takes int, float and NumPy scalars of equal value for each other.
    - `rtol`, `atol`: instead of the course's tolerance for the dtype.
    - `world`: the process-wide settings (default dtype, grad mode, ...) must be left as the reference leaves them.
    - `max_operations`: how many tensor operations the code may use, as torch counts them.
    - `forbid`: names of operations that it may not use, such as "aten::sort".
    - `error`: a regular expression that the message of the expected exception must contain (`re.search`).
    """

    dtype: Literal["same", "ignore"] = "same"
    device: Literal["same", "ignore"] = "same"
    layout: Literal["same", "ignore"] = "ignore"
    memory: Literal["own", "shared", "ignore"] = "ignore"
    mutation: Literal["same", "ignore"] = "same"
    gradients: Literal["same", "ignore"] = "same"
    containers: Literal["lenient", "strict"] = "lenient"
    numbers: Literal["lenient", "strict"] = "lenient"
    world: Literal["same", "ignore"] = "same"
    rtol: float | None = None
    atol: float | None = None
    max_operations: int | None = None
    forbid: tuple[str, ...] = ()
    error: str | None = None

    @property
    def counts_operations(self) -> bool:
        return self.max_operations is not None or bool(self.forbid)


def changed(policy: Policy, settings: dict[str, Any]) -> Policy:
    """`policy` with other settings. Errors: `ValueError` naming what was meant, for a name or value there is not."""
    for name, value in settings.items():
        _check(name, value)
    return replace(policy, **settings)


def _check(name: str, value: Any) -> None:
    hints = get_type_hints(Policy)
    if name not in hints:
        raise ValueError(f"there is no setting {name}{_meant(name, list(hints))}")
    if name == "error" and value is not None:
        _check_pattern(value)
    if get_origin(hints[name]) is Literal:
        known = list(get_args(hints[name]))
        if value not in known:
            raise ValueError(f"{name}={value!r} is not a value{_meant(str(value), known)}")
    elif name == "forbid":
        if not isinstance(value, tuple | list) or not all(isinstance(one, str) and "::" in one for one in value):
            raise ValueError(f'forbid={value!r}: give names of operations, such as ("aten::sort",)')
    elif value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        raise ValueError(f"{name}={value!r} is not a number of 0 or more")


def _meant(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"


def _check_pattern(value: Any) -> None:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        raise ValueError(f"error={value!r} is no regular expression: {error}") from None
