"""The table of disguises: which silent bug each is, how it reads as code, and when it could show at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from antorcha.audit import disguises

DTYPE, INPUT, DETACHED, ALIASED, DEVICE, WORLD = (
    "dtype",
    "input changed",
    "detached",
    "aliased",
    "device",
    "global state",
)
SILENT = (DTYPE, INPUT, DETACHED, ALIASED, DEVICE, WORLD)


@dataclass(frozen=True)
class Wrapper:
    """`silent` names the class of silent bug, "" for none. `needs`: kinds of things (`disguises.kinds`) of which one
    in each group must have gone in or come out, or no test of this exercise could ever show a difference."""

    name: str
    line: str
    silent: str = ""
    needs: tuple[frozenset[str], ...] = ()


def _needs(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split("|")) for group in groups)


_ANY, _FLOATS = "argument tensor|argument array", "argument floating"
_TENSORS = "result tensor|result array"

WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper("result in float64", "return result.double()", DTYPE, _needs("result not float64")),
    Wrapper("result forced to float32", "return result.float()", DTYPE, _needs("result not float32")),
    Wrapper("argument changed", "x.add_(1)  # before the return", INPUT, _needs(_ANY)),
    Wrapper("argument written to", "x.copy_(x.clone())", INPUT, _needs("argument tensor")),
    Wrapper("argument made to want a gradient", "x.requires_grad_()", INPUT, _needs(_FLOATS)),
    Wrapper("argument made longer", "rows.append(rows[0])", INPUT, _needs("argument list")),
    Wrapper("result detached", "return result.detach()", DETACHED, _needs("result floating", _FLOATS)),
    Wrapper("computed without gradients", "with torch.no_grad():", DETACHED, _needs("result floating", _FLOATS)),
    Wrapper("result wants a gradient", "return result.requires_grad_()", DETACHED, _needs("result floating")),
    Wrapper("view of an argument", "return x.view(...)", ALIASED),
    Wrapper("results share memory", "return (result, result)", ALIASED),
    Wrapper("result on the CPU", "return result.cpu()", DEVICE, _needs("result tensor")),
    Wrapper("global seed set", "torch.manual_seed(0)", WORLD),
    Wrapper("default dtype left changed", "torch.set_default_dtype(torch.float64)", WORLD),
    Wrapper("default device left changed", 'torch.set_default_device("meta")', WORLD),
    Wrapper("gradients left switched off", "torch.set_grad_enabled(False)", WORLD),
    Wrapper("deterministic mode left on", "torch.use_deterministic_algorithms(True)", WORLD),
    Wrapper("the argument itself", "return x"),
    Wrapper("zeros like the answer", "return torch.zeros_like(result)", "", _needs(f"{_TENSORS}|result number")),
    Wrapper("one element off", "result[-1] += 1", "", _needs("result tensor|result number|result text")),
    Wrapper("booleans turned", "return not result", "", _needs("result boolean")),
    Wrapper("result in a list", "return [result]"),
    Wrapper("one more axis", "return result.unsqueeze(0)", "", _needs(_TENSORS)),
    Wrapper("result squeezed", "return result.squeeze()", "", _needs(_TENSORS)),
    Wrapper("result transposed", "return result.transpose(0, -1)", "", _needs("result matrix")),
    Wrapper("result as an array", "return result.numpy()", "", _needs("result tensor")),
    Wrapper("result as lists", "return result.tolist()", "", _needs("result tensor")),
    Wrapper("number in a tensor", "return torch.tensor(result)", "", _needs("result number|result boolean")),
    Wrapper("only the first", "return result[0]", "", _needs("result several")),
    Wrapper("in the reverse order", "return result[::-1]", "", _needs("result several")),
    Wrapper("exceptions swallowed", "except Exception: return None", "", _needs("error")),
)

# A test shows these by itself where an answer happens to be what an argument, or another answer, holds.
_NEEDS_LUCK = frozenset({"view of an argument", "results share memory"})


def could_show(wrapper: Wrapper, shown: frozenset[str]) -> bool:
    """Whether other inputs of these kinds could show the difference that the wrapper makes; yes when in doubt."""
    if not shown:
        return True
    if wrapper.name in _NEEDS_LUCK or (wrapper.silent != WORLD and "arguments" not in shown):
        return False
    if wrapper.silent == DETACHED and "argument wants gradient" in shown and "result wants gradient" not in shown:
        return False  # even then the solution has no graph to be cut from
    return all(group & shown for group in wrapper.needs)


def spied(output: str) -> tuple[str, ...]:
    """What the spy printed."""
    mark = disguises.SPY_MARK
    return tuple(sorted({line[len(mark) :].strip() for line in output.splitlines() if line.startswith(mark)}))


def spy_cells(exercise: str, methods: tuple[str, ...]) -> list[str]:
    """The code that sets the spy on `exercise`."""
    return _cells(disguises.SPY, exercise, methods)


def wrapper_cells(wrapper: Wrapper, exercise: str, methods: tuple[str, ...]) -> list[str]:
    """The code that puts `exercise` (or these methods of it, where it is a class) into the disguise."""
    return _cells(wrapper.name, exercise, methods)


def _cells(kind: str, exercise: str, methods: tuple[str, ...]) -> list[str]:
    home = "_antorcha_disguises"
    load = f"import sys, types\n{home} = types.ModuleType({home!r})\nexec({_text()!r}, {home}.__dict__)\n"
    targets = [f"{exercise}.{name}" for name in methods] or [exercise]
    return [load, "".join(f"{one} = {home}.disguise({kind!r}, {one})\n" for one in targets)]


@cache
def _text() -> str:
    return Path(disguises.__file__).read_text(encoding="utf-8")
