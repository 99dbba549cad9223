"""The evidence of one call: the one list of its fields, and the checks by which a worker's message becomes it.

Each field of `Evidence` names the check that a worker's word for it must pass, because the sender is not trusted. What
travels (`Report.as_message`), what is believed (`observation_from`) and what a digest covers follow from that list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from antorcha.results import Verdict
from antorcha.worker.facts import ErrorFact, Frame, TensorFact, Tree
from antorcha.worker.global_state import SETTINGS
from antorcha.worker.operations import MOST_NAMES
from antorcha.worker.watching import ASPECTS, MOST_CHANGES, Change
from antorcha.worker.wire.format import LONGEST_NAME, WireError

LONGEST_MESSAGE = 2000  # characters of an exception's text
LONGEST_LINE = 300  # characters of a line of code
MOST_FRAMES = 20  # of a traceback, the innermost
MOST_BASES = 50  # of an exception's type

# What the runtime itself may report; every other fault is for the trusted side to find.
_REPORTABLE = {"missing": Verdict.MISSING}


def _typed(value: Any, kind: type) -> Any:
    """Return a value of exactly this type: `True` is no int here. Raises: `WireError` for any other."""
    if type(value) is not kind:
        raise WireError(f"a {kind.__name__} was expected")
    return value


def _short(value: Any, most: int = LONGEST_NAME) -> str:
    """Return a text cut to `most` characters: whatever a sender writes, nothing longer is kept or shown."""
    return str(_typed(value, str)[:most])


def _at_most(value: Any, kind: type, most: int) -> Any:
    if len(_typed(value, kind)) > most:
        raise WireError(f"a {kind.__name__} of more than {most}")
    return value


def _fault(value: Any) -> str | None:
    if value is not None and _typed(value, str) not in _REPORTABLE:
        raise WireError("a fault that a worker cannot report")
    return None if value is None else _REPORTABLE[value]


def _arguments(value: Any) -> Any:
    """Check `[positional, keyword]`, or nothing, as a scenario has it."""
    if value is not None:
        if len(_typed(value, list)) != 2:
            raise WireError("a pair was expected")
        _typed(value[0], list)
        _typed(value[1], dict)
    return value


def _touched(value: Any) -> tuple[int, ...]:
    return tuple(_typed(number, int) for number in _typed(value, list))


def _gradients(value: Any) -> tuple[TensorFact | None, ...] | None:
    if value is None:
        return None
    return tuple(None if gradient is None else _typed(gradient, TensorFact) for gradient in _typed(value, list))


def _handed(value: Any) -> tuple[Change, ...]:
    """Check the changes that a scenario's calls made: two numbers, and a word of ours."""
    return tuple(_change(row) for row in _at_most(value or [], list, MOST_CHANGES))


def _change(row: Any) -> Change:
    if len(_typed(row, list)) != 3 or row[2] not in ASPECTS:
        raise WireError("a change of another form")
    return _typed(row[0], int), _typed(row[1], int), str(row[2])


def _settings(value: Any) -> tuple[str, ...]:
    """Check names of settings: they are shown, so nobody may send others."""
    if any(setting not in SETTINGS for setting in _at_most(value, list, len(SETTINGS))):
        raise WireError("an unknown setting")
    return tuple(value)


def _operations(value: Any) -> dict[str, int] | None:
    if value is None:
        return None
    counts = {_short(name): _typed(count, int) for name, count in _at_most(value, dict, MOST_NAMES + 1).items()}
    if any(count < 0 for count in counts.values()):
        raise WireError("fewer operations than none")
    return counts


def _frame(row: Any) -> Frame:
    if len(_typed(row, list)) != 4:
        raise WireError("a frame of another length")
    file, line, function, text = row
    return Frame(_short(file), _typed(line, int), _short(function), _short(text, LONGEST_LINE))


def error_from(value: Any) -> ErrorFact | None:
    """Return an exception's description, checked and cut to size. Raises: `WireError`."""
    if value is None:
        return None
    data = _typed(value, dict)
    return ErrorFact(
        type_name=_short(data.get("type")),
        bases=tuple(_short(name) for name in _typed(data.get("bases"), list)[:MOST_BASES]),
        message=_short(data.get("message"), LONGEST_MESSAGE),
        frames=tuple(_frame(row) for row in _typed(data.get("frames"), list)[:MOST_FRAMES]),
        innermost_is_student=_typed(data.get("innermost"), bool),
    )


def _checked(check: Callable[[Any], Any], *, counts: bool = True) -> dict[str, Any]:
    """Declare how a field is checked, and whether a submission that shows something else in it is another one."""
    return {"check": check, "counts": counts}


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence of one call. Exactly one of `error`, `fault` or a `value` counts, in this order.

    `fault` names an `antorcha.results.Verdict` that is not the code's answer (missing, a limit, a crash).
    `touched`: the numbers of the tensors among the arguments that were written to.
    `handed`: what the calls that a scenario made changed of their arguments.
    `gradients` holds, for each tensor argument that requires a gradient, the gradient of the answer with respect to
    it (`None`: not connected), or is `None` where no gradient was asked for or none exists.
    """

    value: Tree = field(default=None, metadata=_checked(lambda value: value))
    error: ErrorFact | None = field(default=None, metadata=_checked(error_from))
    fault: str | None = field(default=None, metadata=_checked(_fault))
    fault_details: dict[str, Any] = field(
        default_factory=dict, metadata=_checked(lambda details: _typed(details, dict))
    )
    arguments: Tree = field(default=None, metadata=_checked(_arguments))
    touched: tuple[int, ...] = field(default=(), metadata=_checked(_touched))
    gradients: tuple[Any, ...] | None = field(default=None, metadata=_checked(_gradients))
    handed: tuple[Change, ...] = field(default=(), metadata=_checked(_handed))
    global_state: tuple[str, ...] = field(default=(), metadata=_checked(_settings))
    operations: dict[str, int] | None = field(default=None, metadata=_checked(_operations))
    seconds: float = field(default=0.0, metadata=_checked(lambda seconds: _typed(seconds, float), counts=False))


EVIDENCE_CHECKS: dict[str, Callable[[Any], Any]] = {
    declared.name: declared.metadata["check"] for declared in fields(Evidence)
}
COUNTED_EVIDENCE: tuple[str, ...] = tuple(declared.name for declared in fields(Evidence) if declared.metadata["counts"])


@dataclass(frozen=True, eq=False)
class Observation(Evidence):
    """The evidence of one call on the trusted side, as facts. `size`: bytes of the message that it came in."""

    size: int = 0


def observation_from(message: Any) -> Observation:
    """Return the evidence in a decoded message.

    Raises: `WireError` when the message is not what `Report.as_message` writes.
    """
    data = _typed(message, dict)
    return Observation(**{name: check(data.get(name)) for name, check in EVIDENCE_CHECKS.items()})
