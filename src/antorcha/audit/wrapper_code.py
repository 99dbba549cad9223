"""The code of wrapper mutants: the solution runs, and its result, its arguments or the process's state is spoilt.

Most of these are silent mutants: nothing raises, and the numbers look right. This file's text travels to the worker
with a mutant, so it imports nothing of ours.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

Change = Callable[[Any], Any]


def deep(value: Any, change: Change) -> Any:
    """Return `value` with `change` done to every leaf of its lists, tuples and dicts."""
    if isinstance(value, torch.Size):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(deep(item, change) for item in value))
    if type(value) in (list, tuple):
        return type(value)(deep(item, change) for item in value)
    if isinstance(value, dict):
        return {key: deep(item, change) for key, item in value.items()}
    return change(value)


def leaves(value: Any) -> Iterator[Any]:
    collected: list[Any] = []
    deep(value, collected.append)
    return iter(collected)


def tensors(value: Any) -> list[torch.Tensor]:
    return [leaf for leaf in leaves(value) if isinstance(leaf, torch.Tensor)]


def on_tensor(change: Callable[[torch.Tensor], Any], array: Change | None = None) -> Change:
    """Return a change for tensors; `array`, where given, is for NumPy arrays."""

    def changed(leaf: Any) -> Any:
        if isinstance(leaf, torch.Tensor):
            return change(leaf)
        return array(leaf) if array is not None and isinstance(leaf, np.ndarray) else leaf

    return changed


# ---------------------------------------------------------------------------------------------- of the result


def as_dtype(name: str) -> Change:
    dtype = getattr(torch, name)
    return on_tensor(lambda t: t if t.is_complex() or t.is_sparse else t.to(dtype), lambda a: a.astype(name))


def widened(t: torch.Tensor) -> torch.Tensor:
    return t.double() if t.is_floating_point() else t.int() if t.dtype == torch.int64 else t


def one_off(value: Any) -> Any:
    """Change the very last element of a result."""
    last = [number for number, leaf in enumerate(leaves(value)) if _can_be_off(leaf)][-1:]
    numbers = itertools.count()
    return deep(value, lambda leaf: _off(leaf) if next(numbers) in last else leaf)


def _can_be_off(leaf: Any) -> bool:
    if isinstance(leaf, torch.Tensor):
        return leaf.numel() > 0
    return isinstance(leaf, int | float | complex | str) and not isinstance(leaf, bool)


def _off(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        return _tensor_off(leaf)
    return leaf + "_" if isinstance(leaf, str) else leaf + 1


def _tensor_off(t: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        wrong = t.detach().clone().reshape(-1)
        wrong[-1] = ~wrong[-1] if wrong.dtype == torch.bool else wrong[-1] + 1
        difference = wrong.reshape(t.shape)
    return t + (difference - t.detach()) if t.is_floating_point() else difference


def wants_gradient(t: torch.Tensor) -> torch.Tensor:
    able = (t.is_floating_point() or t.is_complex()) and t.is_leaf
    return t.detach().requires_grad_() if able and not t.requires_grad else t


def zero(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        return torch.zeros_like(leaf)
    if isinstance(leaf, np.ndarray):
        return np.zeros_like(leaf)
    return type(leaf)() if isinstance(leaf, bool | int | float | complex | str) else leaf


def flipped(leaf: Any) -> Any:
    return (not leaf) if isinstance(leaf, bool) else leaf


def in_a_tensor(leaf: Any) -> Any:
    return torch.tensor(leaf) if isinstance(leaf, bool | int | float | complex) else leaf


def first_of(value: Any) -> Any:
    return value[0] if isinstance(value, list | tuple) and value else value


def the_other_way(value: Any) -> Any:
    return type(value)(value[::-1]) if type(value) in (list, tuple) else value


_buffers: dict[tuple[Any, ...], torch.Tensor] = {}


def one_buffer(value: Any) -> Any:
    """Write each tensor of a result into the tensor that the last call returned in its place."""
    numbers = itertools.count()

    def buffered(t: torch.Tensor) -> torch.Tensor:
        if t.requires_grad or t.numel() == 0:
            return t
        place = next(numbers), tuple(t.shape), t.dtype, t.device
        return _buffers.setdefault(place, torch.empty_like(t)).copy_(t)

    return deep(value, on_tensor(buffered))


def one_cell(t: torch.Tensor) -> torch.Tensor:
    """Spread one number over a result whose elements are all equal, without memory for each of them."""
    if t.numel() < 2 or t.requires_grad or not torch.equal(t, t.reshape(-1)[0].expand(t.shape)):
        return t
    return t.reshape(-1)[0].clone().expand(t.shape)


def _rounded(t: torch.Tensor) -> torch.Tensor:
    """Send numbers through float32 and back; the dtype stays, and digits beyond the seventh go."""
    if t.dtype not in (torch.float64, torch.int64, torch.int32):
        return t
    return t.float().to(t.dtype)


def _rounded_array(a: Any) -> Any:
    return a.astype("float32").astype(a.dtype) if a.dtype.name in ("float64", "int64", "int32") else a


def _turned(t: torch.Tensor) -> torch.Tensor:
    return t.transpose(0, -1) if t.ndim > 1 else t


RESULT_CHANGES: dict[str, Change] = {
    "result in float64": lambda value: deep(value, on_tensor(widened, lambda a: a.astype("float64"))),
    "result forced to float32": lambda value: deep(value, as_dtype("float32")),
    "result through float32": lambda value: deep(value, on_tensor(_rounded, _rounded_array)),
    "one buffer for all calls": one_buffer,
    "one number expanded": lambda value: deep(value, on_tensor(one_cell)),
    "result on the CPU": lambda value: deep(value, on_tensor(lambda t: t.cpu())),
    "result detached": lambda value: deep(value, on_tensor(lambda t: t.detach())),
    "result wants a gradient": lambda value: deep(value, on_tensor(wants_gradient)),
    "zeros like the answer": lambda value: deep(value, zero),
    "one element off": lambda value: one_off(value),
    "booleans turned": lambda value: deep(value, flipped),
    "result in a list": lambda value: [value],
    "one more axis": lambda value: deep(value, on_tensor(lambda t: t.unsqueeze(0), lambda a: a[None])),
    "result squeezed": lambda value: deep(value, on_tensor(lambda t: t.squeeze(), lambda a: a.squeeze())),
    "result transposed": lambda value: deep(
        value, on_tensor(_turned, lambda a: a.swapaxes(0, -1) if a.ndim > 1 else a)
    ),
    "result as an array": lambda value: deep(value, on_tensor(lambda t: t.detach().numpy())),
    "result as lists": lambda value: deep(value, on_tensor(lambda t: t.tolist())),
    "number in a tensor": lambda value: deep(value, in_a_tensor),
    "only the first": first_of,
    "in the reverse order": the_other_way,
}

# ------------------------------------------------------------------------------ of the arguments, and of both


def spoil(leaf: Any) -> None:
    """Change the content of an argument."""
    if isinstance(leaf, torch.Tensor):
        leaf.logical_not_() if leaf.dtype == torch.bool else leaf.add_(1)
    elif isinstance(leaf, np.ndarray) and leaf.flags.writeable:
        leaf[...] = leaf + 1 if leaf.dtype != bool else ~leaf


def touch(leaf: Any) -> None:
    """Write to an argument what it holds already."""
    if isinstance(leaf, torch.Tensor):
        leaf.copy_(leaf.clone())


def want(leaf: Any) -> None:
    if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() and leaf.is_leaf:
        leaf.requires_grad_()


def lengthen(arguments: tuple[Any, ...]) -> None:
    for argument in arguments:
        if isinstance(argument, list):
            argument.append(argument[0] if argument else 0)


def empty_lists(arguments: tuple[Any, ...]) -> None:
    for argument in arguments:
        if isinstance(argument, list):
            argument.clear()


def clear_gradient(leaf: Any) -> None:
    """Clear the gradient of an argument, or those of a model's parameters."""
    if isinstance(leaf, torch.nn.Module):
        leaf.zero_grad()
    elif isinstance(leaf, torch.Tensor) and leaf.is_leaf:
        leaf.grad = None


def evaluate(leaf: Any) -> None:
    if isinstance(leaf, torch.nn.Module):
        leaf.eval()


def freeze(leaf: Any) -> None:
    if isinstance(leaf, torch.nn.Module):
        leaf.requires_grad_(False)


def each(change: Callable[[Any], None], *, graph: bool = False) -> Callable[[tuple[Any, ...]], None]:
    def changed(arguments: tuple[Any, ...]) -> None:
        with torch.set_grad_enabled(graph):
            for leaf in leaves(arguments):
                change(leaf)

    return changed


def switch_gradients_off(arguments: tuple[Any, ...]) -> None:
    torch.set_grad_enabled(False)


ARGUMENT_CHANGES: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "argument changed": each(spoil),
    "argument written to": each(touch),
    "argument made to want a gradient": each(want, graph=True),
    "argument made longer": lengthen,
    "argument emptied": empty_lists,
    "gradient of an argument cleared": each(clear_gradient),
    "model left in evaluation mode": each(evaluate),
    "model left frozen": each(freeze),
    "default dtype left changed": lambda _: torch.set_default_dtype(torch.float64),
    "default device left changed": lambda _: torch.set_default_device("meta"),
    "gradients left switched off": switch_gradients_off,
    "deterministic mode left on": lambda _: torch.use_deterministic_algorithms(True),
}


def view_of_argument(value: Any, arguments: tuple[Any, ...]) -> Any:
    """Make a result of an argument's memory where it holds just what the argument holds."""

    def viewed(t: torch.Tensor) -> torch.Tensor:
        for argument in tensors(arguments):
            if argument.dtype == t.dtype and argument.device == t.device and argument.numel() == t.numel() > 0:
                for view in (argument, argument.T if argument.ndim == 2 else argument):
                    if view.is_contiguous() or view.shape == t.shape:
                        shaped = view if view.shape == t.shape else view.view(t.shape)
                        if torch.equal(shaped, t) and shaped.requires_grad == t.requires_grad:
                            return shaped.view_as(shaped)
        return t

    return deep(value, on_tensor(viewed))


def one_memory(value: Any) -> Any:
    """Make equal tensors of a result one and the same."""
    known: list[torch.Tensor] = []

    def first_equal(t: torch.Tensor) -> torch.Tensor:
        for earlier in known:
            if earlier.dtype == t.dtype and earlier.shape == t.shape and torch.equal(earlier, t):
                return earlier
        known.append(t)
        return t

    return deep(value, on_tensor(first_equal))


def something_returned(value: Any, arguments: tuple[Any, ...]) -> Any:
    """Return the first argument where nothing is to be returned."""
    return arguments[0] if value is None and arguments else value


def without_gradients(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with torch.no_grad():
        return function(*args, **kwargs)


def seeded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    torch.manual_seed(0)
    return function(*args, **kwargs)


def first_argument(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    given = (*args, *kwargs.values())
    candidates = [argument for argument in given if isinstance(argument, torch.Tensor)] or given
    return candidates[0] if candidates else None


def silent_errors(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except Exception:
        return None


def aliased(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return view_of_argument(function(*args, **kwargs), (*args, *kwargs.values()))


def shared(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return one_memory(function(*args, **kwargs))


def answered(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return something_returned(function(*args, **kwargs), (*args, *kwargs.values()))


def calculated_on_the_cpu(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Bring the arguments to the CPU, calculate there, and leave the answer there."""
    home = on_tensor(lambda t: t.cpu())
    return function(*deep(args, home), **deep(kwargs, home))


CALL_CHANGES: dict[str, Callable[..., Any]] = {
    "computed without gradients": without_gradients,
    "global seed set": seeded,
    "the argument itself": first_argument,
    "exceptions swallowed": silent_errors,
    "view of an argument": aliased,
    "results share memory": shared,
    "something returned": answered,
    "calculated on the CPU": calculated_on_the_cpu,
}


# ------------------------------------------------------------------------------------------- the one that observes

OBSERVER = "observer"
OBSERVED_MARK = "[antorcha-observed]"
_printed: set[str] = set()


def observe_kinds(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Change nothing, and print once what kinds of things go in and come out."""
    given = [*args, *kwargs.values()]
    words = {f"argument {word}" for argument in given for word in kinds(argument)} | {"arguments" for _ in given}
    try:
        value = function(*args, **kwargs)
        words |= {f"result {word}" for word in kinds(value)}
    except Exception:
        words.add("error")
        raise
    finally:
        for word in sorted(words - _printed):
            print(OBSERVED_MARK, word, flush=True)  # the worker is killed, not ended
        _printed.update(words)
    return value


def kinds(value: Any) -> Iterator[str]:
    """Yield words for what a value is and holds."""
    if value is None:
        yield "nothing"
    if type(value) in (list, tuple):
        yield "list" if isinstance(value, list) else "tuple"
        yield "several" if len(value) > 1 else "few"
    for leaf in leaves(value):
        if isinstance(leaf, torch.Tensor | np.ndarray):
            yield from _tensor_kinds(leaf)
        elif isinstance(leaf, torch.nn.Module):
            yield "model"
        elif isinstance(leaf, bool):
            yield "boolean"
        elif isinstance(leaf, int | float | complex):
            yield "number"
        elif isinstance(leaf, str):
            yield "text"


def _tensor_kinds(leaf: Any) -> Iterator[str]:
    name = str(leaf.dtype).removeprefix("torch.")
    yield from (f"not {other}" for other in ("float32", "float64") if other != name)
    if leaf.ndim >= 2:
        yield "matrix"
    if isinstance(leaf, np.ndarray):
        yield "array"
        return
    yield "tensor"
    if leaf.is_floating_point() or leaf.is_complex():
        yield "floating"
    if leaf.dtype in (torch.int32, torch.int64):
        yield "whole"
    if leaf.requires_grad:
        yield "wants gradient"


CALL_CHANGES[OBSERVER] = observe_kinds


def wrap(kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` with one wrong done to it."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        own = args[1:] if _is_method(function) else args
        if kind in CALL_CHANGES:
            bound = functools.partial(function, args[0]) if _is_method(function) else function
            return CALL_CHANGES[kind](bound, *own, **kwargs)
        value = function(*args, **kwargs)
        if kind in ARGUMENT_CHANGES:
            ARGUMENT_CHANGES[kind]((*own, *kwargs.values()))
            return value
        if isinstance(value, types.GeneratorType):
            return (RESULT_CHANGES[kind](item) for item in value)
        return RESULT_CHANGES[kind](value)

    return wrapped


def _is_method(function: Callable[..., Any]) -> bool:
    return "self" in list(inspect.signature(function).parameters)[:1]
