"""Runs a student's code and writes down what it did, in a locked worker and in a student's own pytest alike.

Nothing here decides anything. What a hostile hand-in makes of this module only changes what it says about itself,
and every value that it says is compared elsewhere with one that it has never seen.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from antorcha.accelerator.messages import is_broken
from antorcha.worker.describe import describe
from antorcha.worker.facts import Frame, RecordFact
from antorcha.worker.operations import counting
from antorcha.worker.world import World

Cells = Sequence[tuple[str, str]]  # (code, name) of a module or of each cell of a notebook

_MAX_FRAMES = 20
_MAX_MESSAGE = 2000


@dataclass(frozen=True)
class CallOptions:
    """How to make one call: the seed that random generators start from, and what to look at besides the answer."""

    seed: int = 0
    gradients: bool = True
    operations: bool = False


@dataclass
class Report:
    """All that a call showed, still as live objects. `as_message` is what travels; `exception` stays here."""

    value: Any = None
    exception: BaseException | None = None
    fault: str | None = None
    fault_details: dict[str, Any] | None = None
    arguments: Any = None
    touched: tuple[int, ...] = ()
    gradients: tuple[torch.Tensor | None, ...] | None = None
    world: tuple[str, ...] = ()
    operations: dict[str, int] | None = None
    seconds: float = 0.0

    def as_message(self, files: Sequence[str]) -> dict[str, Any]:
        return {
            "value": self.value,
            "error": None if self.exception is None else describe_error(self.exception, files),
            "fault": self.fault,
            "fault_details": self.fault_details or {},
            "arguments": self.arguments,
            "touched": list(self.touched),
            "gradients": None if self.gradients is None else list(self.gradients),
            "world": list(self.world),
            "operations": None if self.operations is None else dict(self.operations),
            "seconds": self.seconds,
        }


class MissingNameError(AttributeError):
    """A scenario asked the module for a name that it does not define."""


class _Namespace(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        raise MissingNameError(f"module has no attribute {name!r}", name=name, obj=self)


class Module:
    """A student's module: its namespace, the files its lines come from, and where it stopped, if it did."""

    def __init__(self, name: str) -> None:
        self.namespace = _Namespace(name)
        self.files: list[str] = []
        self.stopped: BaseException | None = None

    def load(self, cells: Cells, *, one_file: bool) -> None:
        """Run the cells in order.

        A module (`one_file`) ends at the line that raises, and what it defined above stays. A notebook goes on with
        its next cell, as Jupyter does when a reader runs the cells one by one.
        """
        if cells:  # a module of no file has no `__file__`: whoever looks through all modules stumbles over an empty one
            self.namespace.__dict__["__file__"] = cells[0][1]
        sys.modules[self.namespace.__name__] = self.namespace
        for code, name in cells:
            self.files.append(name)
            linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._run(code, name, awaiting=not one_file)
            except BaseException as error:
                self.stopped = error
                if one_file:
                    return

    def _run(self, code: str, name: str, *, awaiting: bool) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if awaiting else 0
        compiled = _compiled(code, name, flags)
        if not compiled.co_flags & inspect.CO_COROUTINE:
            exec(compiled, self.namespace.__dict__)
            return
        # A cell with `await`, as Jupyter allows. A locked worker has no event loop: what truly waits cannot go on.
        coroutine = eval(compiled, self.namespace.__dict__)
        try:
            coroutine.send(None)
        except StopIteration:
            return
        coroutine.close()
        raise RuntimeError("this cell awaits something that needs an event loop, which grading does not have")

    def call(self, name: str, args: Sequence[Any], kwargs: dict[str, Any], options: CallOptions) -> Report:
        function = self.namespace.__dict__.get(name)
        if function is None:
            return Report(fault="missing", fault_details={"name": name})
        if not callable(function):
            return Report(fault="missing", fault_details={"name": name, "type": type(function).__name__})
        return observe(function, args, kwargs, options)

    def scenario(self, function: Callable[..., Any], args: Sequence[Any], options: CallOptions) -> Report:
        """Run a test's scenario with this module in front of its arguments."""
        report = observe(function, [self.namespace, *args], {}, options)
        error = report.exception
        if isinstance(error, AttributeError) and error.obj is self.namespace:
            return Report(fault="missing", fault_details={"name": str(error.name)})
        report.arguments, report.touched, report.gradients = None, (), None
        error = report.exception
        if isinstance(error, MissingNameError) and error.obj is self.namespace:
            return Report(fault="missing", fault_details={"name": str(error.name)})
        return report


@lru_cache(maxsize=16)  # a file of variants is loaded once for each of them
def _compiled(code: str, name: str, flags: int) -> types.CodeType:
    try:
        compiled: types.CodeType = compile(code, name, "exec", flags=flags, dont_inherit=True)
    except ValueError as error:  # what a null byte was before Python 3.11.4
        raise SyntaxError(str(error)) from None
    return compiled


def observe(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], options: CallOptions) -> Report:
    """Call `function` once from a known state of the world and write down all that can be seen of it."""
    world = World.prepare(options.seed)
    tensors = list(_tensors((list(args), kwargs)))
    versions = [tensor._version for tensor in tensors]
    report = Report(arguments=[list(args), kwargs])
    started = time.perf_counter()
    try:
        with warnings.catch_warnings(), counting(options.operations) as report.operations:
            warnings.simplefilter("ignore")
            report.value = describe(function(*args, **kwargs), world.reseed)
            _wait_for_the_gpu()
    except BaseException as error:
        report.exception = error
    report.seconds = time.perf_counter() - started
    report.world = world.restore()
    changed = [number for number, tensor in enumerate(tensors) if tensor._version != versions[number]]
    report.touched = tuple(changed)
    if options.gradients and report.exception is None:
        try:
            report.gradients = _gradients(report.value, tensors)
            _wait_for_the_gpu()
        except BaseException as error:  # a backward of the student's own
            report.exception = error
    if report.exception is not None and is_broken(type(report.exception).__name__, _text_of(report.exception)):
        report.value = report.arguments = None  # what is on the GPU cannot be read any more
    return report


def _wait_for_the_gpu() -> None:
    """What a GPU has been told to do and fails at is this call's error, and no later one's."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()


def _tensors(value: Any, depth: int = 0) -> Iterator[torch.Tensor]:
    """All tensors in nested lists, tuples and dicts, in a fixed order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif depth < 16 and isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item, depth + 1)
    elif depth < 16 and isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item, depth + 1)
    elif type(value) is RecordFact:
        yield from _tensors([item for _, item in value.fields], depth + 1)


def _gradients(value: Any, inputs: list[torch.Tensor]) -> tuple[torch.Tensor | None, ...] | None:
    """Gradients of the answer with respect to each input that wants one; `None` where there is nothing to take.

    The answer is contracted with fixed weights cos(0), cos(1), ... so that no two of its elements can be exchanged
    without being seen.
    """
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    outputs = [one for one in _tensors(value) if one.requires_grad and one.grad_fn is not None]
    if not wanted:
        return None
    if not outputs:
        return tuple(None for _ in wanted)
    weights = [_weights(output) for output in outputs]
    try:
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.autograd.grad(outputs, wanted, weights, allow_unused=True, retain_graph=True)
    except RuntimeError:  # a graph already freed, or spoilt by a change in place
        return tuple(None for _ in wanted)


def _weights(output: torch.Tensor) -> torch.Tensor:
    ramp = torch.arange(output.numel(), dtype=torch.float64).reshape(output.shape)
    return torch.cos(ramp).to(output.dtype).to(output.device)


def student_frames(error: BaseException, files: Sequence[str]) -> list[Frame]:
    """The lines of a traceback that the student wrote, outermost first."""
    known = set(files)
    summary = traceback.extract_tb(error.__traceback__)
    return [Frame(one.filename, one.lineno or 0, one.name, one.line or "") for one in summary if one.filename in known][
        -_MAX_FRAMES:
    ]


def _text_of(error: BaseException) -> str:
    """What an exception says: its `__str__` may be the student's, and may raise too."""
    try:
        return str(error)[:_MAX_MESSAGE]
    except Exception:
        return ""


def describe_error(error: BaseException, files: Sequence[str]) -> dict[str, Any]:
    """An exception as data: names and text, never the object."""
    message = _text_of(error)
    frames = student_frames(error, files)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    if isinstance(error, SyntaxError):
        frames = [Frame(str(error.filename), error.lineno or 0, "", (error.text or "").strip()[:200])]
    return {
        "type": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__],
        "message": message,
        "frames": [[one.file, one.line, one.function, one.text] for one in frames],
        "innermost": bool(last) and last[0].filename in set(files),
    }
