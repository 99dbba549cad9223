"""From a worker's message to an `Observation`: checked field by field, because the sender is not trusted."""

from __future__ import annotations

from typing import Any

from antorcha.results import Verdict
from antorcha.worker.codec import WireError
from antorcha.worker.facts import ErrorFact, Frame, Observation, TensorFact
from antorcha.worker.world import SETTINGS

# What the runtime itself may report; every other fault is for the trusted side to find.
_REPORTABLE = {"missing": Verdict.MISSING}


def observation_from(message: Any) -> Observation:
    """Errors: `WireError` when the message is not what `Report.as_message` writes."""
    data = _typed(message, dict)
    error = data.get("error")
    fault = data.get("fault")
    if fault is not None and _typed(fault, str) not in _REPORTABLE:
        raise WireError("a fault that a worker cannot report")
    return Observation(
        value=data.get("value"),
        error=None if error is None else error_from(error),
        fault=None if fault is None else _REPORTABLE[fault],
        fault_details=_typed(data.get("fault_details"), dict),
        arguments=_arguments_from(data.get("arguments")),
        touched=tuple(_typed(one, int) for one in _typed(data.get("touched"), list)),
        gradients=_gradients_from(data.get("gradients")),
        world=tuple(_setting(one) for one in _typed(data.get("world"), list)),
        operations=_operations_from(data.get("operations")),
        seconds=_typed(data.get("seconds"), float),
    )


def _arguments_from(value: Any) -> Any:
    """`[positional, keyword]`, or nothing, as a scenario has it."""
    if value is not None:
        positional, keyword = _pair(value)
        _typed(positional, list)
        _typed(keyword, dict)
    return value


def _pair(value: Any) -> list[Any]:
    if len(_typed(value, list)) != 2:
        raise WireError("a pair was expected")
    return list(value)


def _gradients_from(value: Any) -> tuple[TensorFact | None, ...] | None:
    if value is None:
        return None
    return tuple(None if one is None else _typed(one, TensorFact) for one in _typed(value, list))


def _operations_from(value: Any) -> dict[str, int] | None:
    if value is None:
        return None
    counts = {_typed(name, str)[:200]: _typed(count, int) for name, count in _typed(value, dict).items()}
    if any(count < 0 for count in counts.values()):
        raise WireError("fewer operations than none")
    return counts


def error_from(value: Any) -> ErrorFact:
    """An exception's description, checked. Errors: `WireError`."""
    data = _typed(value, dict)
    frames = [_typed(one, list) for one in _typed(data.get("frames"), list)[:20]]
    return ErrorFact(
        type_name=_typed(data.get("type"), str)[:200],
        bases=tuple(_typed(one, str)[:200] for one in _typed(data.get("bases"), list)[:50]),
        message=_typed(data.get("message"), str)[:2000],
        frames=tuple(_frame_from(one) for one in frames),
        innermost_is_student=_typed(data.get("innermost"), bool),
    )


def _frame_from(row: list[Any]) -> Frame:
    if len(row) != 4:
        raise WireError("a frame of another length")
    file, line, function, text = row
    return Frame(_typed(file, str)[:200], _typed(line, int), _typed(function, str)[:200], _typed(text, str)[:300])


def _setting(value: Any) -> str:
    """Its name is shown, so nobody may send others."""
    if value not in SETTINGS:
        raise WireError("an unknown setting")
    return str(value)


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise WireError(f"a {kind.__name__} was expected")
    return value
