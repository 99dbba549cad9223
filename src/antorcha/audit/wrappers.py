"""The table of wrapper mutants: which silent bug each is, how it reads as code, and when it could show at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from antorcha.audit import wrapper_code

DTYPE, INPUT, DETACHED, ALIASED, DEVICE, GLOBAL_STATE = (
    "dtype",
    "input changed",
    "detached",
    "aliased",
    "device",
    "global state",
)
SILENT_BUGS = (DTYPE, INPUT, DETACHED, ALIASED, DEVICE, GLOBAL_STATE)
# Bugs that show by themselves. "raised": the code itself, and not for want of an exception that the text asks for.
SHAPE, TYPE, VALUE, EXCEPTION, RAISED = "shape", "type", "value", "exception", "raised"


@dataclass(frozen=True)
class Wrapper:
    """A mistake that is made around the solution: in what goes in, what comes out or what is left behind.

    `silent` names the class of silent bug, "" for none. `needs`: kinds of things (`wrapper_code.kinds`) of which one
    in each group must have gone in or come out, or no test of this exercise could ever show a difference. `shows`: what
    else a sentence may truly call wrong, the class of a bug that shows or what follows from a silent one. One that is
    not `demanded` is listed where it survives, and fails no audit: it is wrong only where an exercise's text says so.
    """

    name: str
    line: str
    silent: str = ""
    needs: tuple[frozenset[str], ...] = ()
    shows: tuple[str, ...] = ()

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(filter(None, (self.silent, *self.shows)))

    @property
    def demanded(self) -> bool:
        return self.name not in _LISTED_ONLY


def _needs(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split("|")) for group in groups)


_ARGUMENT, _FLOATING_ARGUMENT = "argument tensor|argument array", "argument floating"
_RESULT = "result tensor|result array"
_ANY_ASPECT = (TYPE, SHAPE, DTYPE, VALUE)  # it depends on what stands there in the answer's place

WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper("result in float64", "return result.double()", DTYPE, _needs("result not float64")),
    Wrapper("result forced to float32", "return result.float()", DTYPE, _needs("result not float32")),
    Wrapper(
        "result through float32",
        "return result.float().to(dtype)",
        DTYPE,
        _needs("result whole|result not float32"),
        (VALUE, ALIASED),  # what comes back is no view any more
    ),
    Wrapper("argument changed", "x.add_(1)  # before the return", INPUT, _needs(_ARGUMENT)),
    Wrapper("argument written to", "x.copy_(x.clone())", INPUT, _needs("argument tensor")),
    Wrapper("argument made to want a gradient", "x.requires_grad_()", INPUT, _needs(_FLOATING_ARGUMENT), (DETACHED,)),
    Wrapper("argument made longer", "rows.append(rows[0])", INPUT, _needs("argument list")),
    Wrapper("argument emptied", "rows.clear()", INPUT, _needs("argument list")),
    Wrapper(
        "gradient of an argument cleared", "x.grad = None", INPUT, _needs("argument wants gradient|argument model")
    ),
    Wrapper("model left in evaluation mode", "model.eval()", INPUT, _needs("argument model")),
    Wrapper("model left frozen", "model.requires_grad_(False)", INPUT, _needs("argument model"), (DETACHED, RAISED)),
    Wrapper("result detached", "return result.detach()", DETACHED, _needs("result floating", _FLOATING_ARGUMENT)),
    Wrapper(
        "computed without gradients",
        "with torch.no_grad():",
        DETACHED,
        _needs("result floating", _FLOATING_ARGUMENT),
        (RAISED,),
    ),
    Wrapper("result wants a gradient", "return result.requires_grad_()", DETACHED, _needs("result floating")),
    Wrapper("view of an argument", "return x.view(...)", ALIASED, (), (VALUE,)),
    Wrapper("results share memory", "return (result, result)", ALIASED, (), (VALUE,)),
    Wrapper("one buffer for all calls", "return buffer.copy_(result)", ALIASED, _needs("result tensor"), (VALUE,)),
    Wrapper("one number expanded", "return number.expand(shape)", ALIASED, _needs("result tensor"), (VALUE,)),
    Wrapper("calculated on the CPU", "x = x.cpu()", DEVICE, _needs("argument tensor")),
    Wrapper("result on the CPU", "return result.cpu()", DEVICE, _needs("result tensor")),
    Wrapper("global seed set", "torch.manual_seed(0)", GLOBAL_STATE),
    Wrapper("default dtype left changed", "torch.set_default_dtype(torch.float64)", GLOBAL_STATE, (), (DTYPE, RAISED)),
    Wrapper("default device left changed", 'torch.set_default_device("meta")', GLOBAL_STATE, (), (DEVICE, RAISED)),
    Wrapper("gradients left switched off", "torch.set_grad_enabled(False)", GLOBAL_STATE, (), (DETACHED, RAISED)),
    Wrapper("deterministic mode left on", "torch.use_deterministic_algorithms(True)", GLOBAL_STATE),
    Wrapper("the argument itself", "return x"),
    Wrapper(
        "zeros like the answer",
        "return torch.zeros_like(result)",
        "",
        _needs(f"{_RESULT}|result number|result boolean|result text"),
        (VALUE,),
    ),
    Wrapper("one element off", "result[-1] += 1", "", _needs("result tensor|result number|result text"), (VALUE,)),
    Wrapper("booleans turned", "return not result", "", _needs("result boolean"), (VALUE,)),
    Wrapper("something returned", "return x", "", _needs("result nothing"), (TYPE,)),
    Wrapper("result in a list", "return [result]", "", (), (TYPE,)),
    Wrapper("one more axis", "return result.unsqueeze(0)", "", _needs(_RESULT), (SHAPE,)),
    Wrapper("result squeezed", "return result.squeeze()", "", _needs(_RESULT), (SHAPE,)),
    Wrapper("result transposed", "return result.transpose(0, -1)", "", _needs("result matrix"), (SHAPE, VALUE)),
    Wrapper("result as an array", "return result.numpy()", "", _needs("result tensor"), (TYPE,)),
    Wrapper("result as lists", "return result.tolist()", "", _needs("result tensor"), (TYPE,)),
    Wrapper("number in a tensor", "return torch.tensor(result)", "", _needs("result number|result boolean"), (TYPE,)),
    Wrapper("only the first", "return result[0]", "", _needs("result several"), (TYPE, SHAPE)),
    Wrapper("in the reverse order", "return result[::-1]", "", _needs("result several"), _ANY_ASPECT),
    Wrapper("exceptions swallowed", "except Exception: return None", "", _needs("error"), (EXCEPTION,)),
)

# The text of an exercise decides whether these are wrong: whether memory must be the answer's own, who may leave a
# model in which mode, how many digits of a float64 count. The hidden tests do not yet ask for all of them wherever a
# text does.
_LISTED_ONLY = frozenset(
    (
        *("result through float32", "gradient of an argument cleared", "argument emptied", "one buffer for all calls"),
        *("model left in evaluation mode", "model left frozen", "one number expanded", "calculated on the CPU"),
        "something returned",
    )
)

# A test shows these by itself where an answer happens to be what an argument, or another answer, holds.
_NEEDS_LUCK = frozenset(
    {"view of an argument", "results share memory", "one buffer for all calls", "one number expanded"}
)


def does_nothing(wrapper: Wrapper, shown: frozenset[str]) -> bool:
    """Return whether a wrapper changes nothing where only these kinds of things went in and came out.

    One that may make the code itself raise does something whatever goes in; no when in doubt.
    """
    return bool(shown) and RAISED not in wrapper.shows and not all(group & shown for group in wrapper.needs)


def could_show(wrapper: Wrapper, shown: frozenset[str]) -> bool:
    """Return whether other inputs of these kinds could show what the wrapper changes; yes when in doubt."""
    if not shown:
        return True
    if wrapper.name in _NEEDS_LUCK or (wrapper.silent != GLOBAL_STATE and "arguments" not in shown):
        return False
    if wrapper.silent == DETACHED and "argument wants gradient" in shown and "result wants gradient" not in shown:
        return False  # even then the solution has no graph to be cut from
    return all(group & shown for group in wrapper.needs)


def observed_kinds(output: str) -> tuple[str, ...]:
    """Read from a submission's output what the observing wrapper printed."""
    mark = wrapper_code.OBSERVED_MARK
    return tuple(sorted({line[len(mark) :].strip() for line in output.splitlines() if line.startswith(mark)}))


def observer_cells(exercise: str, methods: tuple[str, ...]) -> list[str]:
    """Return the code that wraps `exercise` in the observer, which changes nothing."""
    return _cells(wrapper_code.OBSERVER, exercise, methods)


def wrapper_cells(wrapper: Wrapper, exercise: str, methods: tuple[str, ...]) -> list[str]:
    """Return the code that wraps `exercise`, or these methods of it where it is a class."""
    return _cells(wrapper.name, exercise, methods)


def _cells(kind: str, exercise: str, methods: tuple[str, ...]) -> list[str]:
    home = "_antorcha_wrappers"
    load = f"import sys, types\n{home} = types.ModuleType({home!r})\nexec({_text()!r}, {home}.__dict__)\n"
    targets = [f"{exercise}.{name}" for name in methods] or [exercise]
    return [load, "".join(f"{target} = {home}.wrap({kind!r}, {target})\n" for target in targets)]


@cache
def _text() -> str:
    return Path(wrapper_code.__file__).read_text(encoding="utf-8")
