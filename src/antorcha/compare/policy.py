"""The settings of one check, beyond the value of an answer: all that `agree.using(...)` takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from antorcha.course.model import Course, Tolerance


@dataclass(frozen=True)
class Policy:
    """The settings of a check.

    Strict where silence hides bugs (dtype, device, arguments changed), lenient where spelling is free.

    - `dtype`, `device`: "same" as the reference's, or "ignore".
    - `layout`: compare the layout and the strides too.
    - `memory`: the answer must own its memory ("own"), must share an argument's ("shared"), or either ("ignore").
    - `mutation`: arguments must end as the reference leaves them ("same"), or may change ("ignore"). What a scenario
      hands to the student's functions counts as arguments: models, tensors, arrays, lists, dicts.
    - `mode`: a model that a scenario hands over stays in its mode, training or evaluation, where the reference leaves
      it so ("same"), or may be left in the other ("ignore").
    - `gradients`: compare `requires_grad` and the gradients with respect to the arguments.
    - `containers`: "lenient" takes list, tuple and torch.Size for each other.
    - `numbers`: "lenient" takes int, float and NumPy scalars of equal value for each other.
    - `rtol`, `atol`: instead of the course's tolerance for the dtype.
    - `global_state`: process-wide settings (default dtype, grad mode, ...) must be left as the reference leaves them.
    - `max_operations`: how many tensor operations the code may use, as torch counts them.
    - `forbid`: names of operations that it may not use, such as "aten::sort".
    - `error`: a regular expression that the message of the expected exception must contain (`re.search`).
    """

    dtype: Literal["same", "ignore"] = "same"
    device: Literal["same", "ignore"] = "same"
    layout: Literal["same", "ignore"] = "ignore"
    memory: Literal["own", "shared", "ignore"] = "ignore"
    mutation: Literal["same", "ignore"] = "same"
    mode: Literal["same", "ignore"] = "same"
    gradients: Literal["same", "ignore"] = "same"
    containers: Literal["lenient", "strict"] = "lenient"
    numbers: Literal["lenient", "strict"] = "lenient"
    global_state: Literal["same", "ignore"] = "same"
    rtol: float | None = None
    atol: float | None = None
    max_operations: int | None = None
    forbid: tuple[str, ...] = ()
    error: str | None = None

    @property
    def counts_operations(self) -> bool:
        """Return whether the calls of this check must be run with every tensor operation counted."""
        return self.max_operations is not None or bool(self.forbid)


@dataclass(frozen=True)
class Rules:
    """The rules of one comparison: the check's policy, and the course's tolerances where it sets none."""

    policy: Policy
    course: Course

    def tolerance(self, dtype: str, device: str = "cpu") -> Tolerance:
        """Return how close numbers of `dtype` ("float32") on `device` ("cuda:0") must be."""
        of_course = self.course.tolerance(dtype, device.partition(":")[0])
        rtol = of_course.rtol if self.policy.rtol is None else self.policy.rtol
        return Tolerance(rtol, of_course.atol if self.policy.atol is None else self.policy.atol)


def changed(policy: Policy, settings: dict[str, Any]) -> Policy:
    """Return `policy` with other settings.

    Raises: `ValueError` for a setting or a value that there is not, with the one that may have been meant.
    """
    for name, value in settings.items():
        _check(name, value)
    return replace(policy, **settings)


@cache  # resolving them takes half a millisecond, and tests make a policy of their own for every submission
def _settings() -> dict[str, Any]:
    return get_type_hints(Policy)


def _check(name: str, value: Any) -> None:
    """Raise `ValueError` for a setting that there is not, or for a value that it cannot have."""
    hints = _settings()
    if name not in hints:
        raise ValueError(f"there is no setting {name}{_meant(name, list(hints))}")
    if name == "error" and value is not None:
        _check_pattern(value)
    if get_origin(hints[name]) is Literal:
        known = list(get_args(hints[name]))
        if value not in known:
            raise ValueError(f"{name}={value!r} is not a value{_meant(str(value), known)}")
    elif name == "forbid":
        if not isinstance(value, tuple | list) or not all(
            isinstance(operation, str) and "::" in operation for operation in value
        ):
            raise ValueError(f'forbid={value!r}: give names of operations, such as ("aten::sort",)')
    # The rest are numbers, and `True` is 1 to Python.
    elif value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        raise ValueError(f"{name}={value!r} is not a number of 0 or more")


def _meant(word: str, known: list[str]) -> str:
    """Return the end of a message: the known word nearest to `word`, else all of them."""
    close = get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"


def _check_pattern(value: Any) -> None:
    """Raise `ValueError` for what is no regular expression, with the reason that `re` gives."""
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        raise ValueError(f"error={value!r} is no regular expression: {error}") from None
