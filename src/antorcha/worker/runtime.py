"""The run of a student's code and the record of what it did, in a locked worker and in a student's own pytest alike.

Nothing here decides anything. What a hostile submission makes of this module only changes what it says about itself,
and every value that it says is compared elsewhere with one that it has never seen.
"""

from __future__ import annotations

import inspect
import linecache
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import torch

from antorcha.accelerator.errors import is_broken
from antorcha.worker import importable
from antorcha.worker.describe import describe
from antorcha.worker.facts import Frame
from antorcha.worker.global_state import GlobalState
from antorcha.worker.guards import CodeLimits, interrupted_beyond, refusing_missing_devices
from antorcha.worker.jupyter_names import JUPYTER_NAMES
from antorcha.worker.observation import (
    EVIDENCE_CHECKS,
    LONGEST_LINE,
    LONGEST_MESSAGE,
    MOST_BASES,
    MOST_FRAMES,
    Evidence,
)
from antorcha.worker.operations import counting
from antorcha.worker.statements import Statement, lines_of, statements_of
from antorcha.worker.trees import walk
from antorcha.worker.watching import Watch
from antorcha.worker.wire.format import LONGEST_NAME

Cells = Sequence[tuple[str, str]]  # (code, name) of a module or of each cell of a notebook

_DEEPEST_TENSOR = 16  # containers in one another; tensors further down are not watched


@dataclass(frozen=True)
class CallOptions:
    """The options of one call: the seed that random generators start from, and what to look at besides the answer.

    `another_start`: in a Python with other hashes, where the code runs in a locked worker.
    """

    seed: int = 0
    gradients: bool = True
    operations: bool = False
    another_start: bool = False


@dataclass(frozen=True, eq=False)
class Report(Evidence):
    """The evidence of one call while its objects are still live. `exception` stays here."""

    exception: BaseException | None = None

    def as_message(self, files: Sequence[str]) -> dict[str, Any]:
        """Return what travels, in the form that `observation_from` takes. `files`: where the student's lines are."""
        message = {name: getattr(self, name) for name in EVIDENCE_CHECKS}
        error = None if self.exception is None else describe_error(self.exception, files)
        lists = {name: list(message[name] or ()) for name in ("touched", "global_state")}
        lists["handed"] = [list(change) for change in message["handed"] or ()]
        gradients = None if self.gradients is None else list(self.gradients)
        return {**message, **lists, "gradients": gradients, "error": error}


class MissingNameError(AttributeError):
    """A name that a scenario asked the module for and that it does not define."""


class ScenarioUnreadableError(Exception):
    """A scenario that cannot be unpacked where it is to run. The text says what kept it."""


class _Namespace(types.ModuleType):
    """A student's module, which tells a missing name of its own from any other `AttributeError`."""

    def __getattr__(self, name: str) -> Any:
        raise MissingNameError(f"module has no attribute {name!r}", name=name, obj=self)


@dataclass(frozen=True)
class SetAside:
    """A statement that was left out, by the numbers of its cell and of itself in it, and what it raised."""

    cell: int
    statement: int
    error: BaseException


def _nothing(*_: Any) -> None:
    """Do nothing, whatever is told."""


class Module:
    """A student's module: its namespace, the files its lines come from, and what of it was set aside."""

    def __init__(self, name: str) -> None:
        self.namespace = _Namespace(name)
        self.files: list[str] = []
        self.call_limits: CodeLimits | None = None  # for each call, where this process can be interrupted
        self.unreadable: BaseException | None = None  # why nothing of a module could be run
        self.set_aside: list[SetAside] = []

    def load(
        self,
        cells: Cells,
        *,
        one_file: bool,
        in_one_go: bool = False,
        skip: Collection[tuple[int, int]] = (),
        announce: Callable[[int, int], None] = _nothing,
        let_through: Callable[[BaseException], None] = _nothing,
        companions: Mapping[str, str] = MappingProxyType({}),
        limits: CodeLimits | None = None,
    ) -> None:
        """Run the cells statement by statement. One that raises is set aside, and all before and after it counts.

        In a notebook the rest of its cell goes with it, as in Jupyter. `in_one_go`: not statement by statement, for
        code of the course's own that is loaded hundreds of times. `skip`: statements to leave out, by the numbers
        of cell and statement. `announce`: told of each statement that can last, before it runs, and of the end.
        `let_through`: raises what is meant for whoever runs us. `companions`: code of other modules of the submission,
        by the name under which it imports them. `limits`: of each statement, where this process can be interrupted.
        """
        self._prepare(cells, one_file, companions)
        for number in range(len(cells)):
            for statement in self._statements(cells, number, one_file, in_one_go):
                place = (number, statement.number)
                if place not in skip:
                    if statement.can_last:
                        announce(*place)
                    try:
                        self._run(statement, limits)
                        continue
                    except BaseException as error:
                        let_through(error)
                        self.set_aside.append(SetAside(*place, error))
                if not one_file:
                    break
            if self.unreadable is not None:
                return
        announce(len(cells), 0)

    def _prepare(self, cells: Cells, one_file: bool, companions: Mapping[str, str]) -> None:
        """Make the module one that can be imported, with the names and modules that its code counts on."""
        if cells:  # a module of no file has no `__file__`: whoever looks through all modules stumbles over an empty one
            self.namespace.__dict__["__file__"] = cells[0][1]
        sys.modules[self.namespace.__name__] = self.namespace  # dataclasses and pickle look for it there
        if not one_file:
            self.namespace.__dict__.update(JUPYTER_NAMES)
        for name, code in companions.items():
            importable.offer(name, code)

    def _statements(self, cells: Cells, number: int, one_file: bool, in_one_go: bool) -> Sequence[Statement]:
        """Return the statements of a cell; none, and a note of the reason, where it cannot be read."""
        code, name = cells[number]
        self.files.append(name)
        # Tracebacks are to show its lines, and there need be no file of that name here.
        linecache.cache[name] = (len(code), None, lines_of(code), name)
        try:
            return statements_of(code, name, awaiting=not one_file, in_one_go=in_one_go)
        except BaseException as error:
            if one_file:
                self.unreadable = error
            else:
                self.set_aside.append(SetAside(number, 0, error))
            return ()

    def _run(self, statement: Statement, limits: CodeLimits | None) -> None:
        """Run a statement; without guards where it can only bind names. Raises: what the student's code raises."""
        code = statement.code
        if not statement.can_last:
            exec(code, self.namespace.__dict__)
            return
        with warnings.catch_warnings(), interrupted_beyond(limits), refusing_missing_devices():
            warnings.simplefilter("ignore")
            if not code.co_flags & inspect.CO_COROUTINE:
                exec(code, self.namespace.__dict__)
                return
            # A cell with `await`, as Jupyter allows. There is no event loop here: what truly waits cannot go on.
            coroutine = eval(code, self.namespace.__dict__)
            try:
                coroutine.send(None)
            except StopIteration:
                return
            coroutine.close()
            raise RuntimeError("this cell awaits something that needs an event loop, which grading does not have")

    def call(self, name: str, args: Sequence[Any], kwargs: dict[str, Any], options: CallOptions) -> Report:
        """Call a function of the module; report the fault "missing" where it has none of that name."""
        function = self.namespace.__dict__.get(name)
        if function is None:
            return Report(fault="missing", fault_details={"name": name})
        if not callable(function):
            return Report(fault="missing", fault_details={"name": name, "type": type(function).__name__})
        return observe(function, args, kwargs, options, self.call_limits)

    def scenario(self, function: Callable[..., Any], args: Sequence[Any], options: CallOptions) -> Report:
        """Run a test's scenario with this module in front of its arguments."""
        watch = Watch()
        report = observe(function, [watch.module(self.namespace), *args], {}, options, self.call_limits)
        error = report.exception
        if isinstance(error, AttributeError) and error.obj is self.namespace:
            return Report(fault="missing", fault_details={"name": str(error.name)})
        # They belong to the test's own function, and no test compares them.
        return replace(report, arguments=None, touched=(), gradients=None, handed=tuple(watch.changes))


def observe(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    options: CallOptions,
    limits: CodeLimits | None = None,
) -> Report:
    """Call `function` once from a known global state and write down all that can be seen of it.

    `BaseException` is caught throughout: a student's `SystemExit` is an answer too. `limits`: of the call, and
    once more of its gradients, where this process can be interrupted.
    """
    global_state = GlobalState.prepare(options.seed)
    arguments: Any = [list(args), kwargs]
    tensors = _tensors(arguments)
    versions = [tensor._version for tensor in tensors]
    value, gradients, exception = None, None, None
    started = time.perf_counter()
    try:
        with warnings.catch_warnings(), counting(options.operations) as operations, interrupted_beyond(limits):
            warnings.simplefilter("ignore")
            # Inside, as describing runs the student's iterators and loaders.
            value = describe(function(*args, **kwargs), global_state.reseed)
            _wait_for_the_gpu()
    except BaseException as error:
        exception = error
    seconds = time.perf_counter() - started
    changed_settings = global_state.restore()
    touched = tuple(number for number, tensor in enumerate(tensors) if tensor._version != versions[number])
    if options.gradients and exception is None:
        gradients, exception = _gradients_or_error(value, tensors, limits)
    if exception is not None and is_broken(type(exception).__name__, _text_of(exception)):
        value = arguments = None  # what is on the GPU cannot be read any more
    return Report(
        value=value,
        exception=exception,
        arguments=arguments,
        touched=touched,
        gradients=gradients,
        global_state=changed_settings,
        operations=None if operations is None else dict(operations),
        seconds=seconds,
    )


def _wait_for_the_gpu() -> None:
    """Wait until a GPU has done what it was told: what it fails at is this call's error, and no later one's."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()


def _tensors(value: Any) -> list[torch.Tensor]:
    """Return all tensors in nested lists, tuples and dicts, in a fixed order; a list may hold itself here."""
    return [node for node in walk(value, _DEEPEST_TENSOR) if isinstance(node, torch.Tensor)]


def _gradients_or_error(
    value: Any, inputs: list[torch.Tensor], limits: CodeLimits | None
) -> tuple[tuple[torch.Tensor | None, ...] | None, BaseException | None]:
    """Return the gradients of the answer, and what a backward of the student's own raised while they were computed."""
    gradients = None
    try:
        with interrupted_beyond(limits):
            gradients = _gradients(value, inputs)
        _wait_for_the_gpu()
    except BaseException as error:
        return gradients, error
    return gradients, None


def _gradients(value: Any, inputs: list[torch.Tensor]) -> tuple[torch.Tensor | None, ...] | None:
    """Return the gradients of the answer with respect to each input that wants one, in the inputs' order and shapes.

    `None` for an input that the answer does not depend on, or in place of all where no input wants one. The answer is
    contracted with fixed weights cos(0), cos(1), ... so that no two of its elements can be exchanged without being
    seen.
    """
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    outputs = [tensor for tensor in _tensors(value) if tensor.requires_grad and tensor.grad_fn is not None]
    if not wanted:
        return None
    if not outputs:
        return tuple(None for _ in wanted)
    try:
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Weights as `grad_outputs` would do too, but torch imports SymPy to compare their shapes: a second of CPU.
            sums = [(output * _weights(output)).sum().real for output in outputs]
            return torch.autograd.grad(sums, wanted, allow_unused=True, retain_graph=True)
    except RuntimeError:  # a graph already freed, or spoilt by a change in place
        return tuple(None for _ in wanted)


def _weights(output: torch.Tensor) -> torch.Tensor:
    """Return the weights, in the output's shape, dtype and device, from float64: a ramp in float16 would repeat."""
    ramp = torch.arange(output.numel(), dtype=torch.float64).reshape(output.shape)
    return torch.cos(ramp).to(output.dtype).to(output.device)


def student_frames(error: BaseException, files: Sequence[str]) -> list[Frame]:
    """Return the lines of a traceback that the student wrote, outermost first, of which the last are kept."""
    known = set(files)
    lines = [
        Frame(code.co_filename, line or 0, code.co_qualname, linecache.getline(code.co_filename, line or 0).strip())
        for code, line in ((frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__))
        if code.co_filename in known
    ]
    return lines[-MOST_FRAMES:]


def _text_of(error: BaseException) -> str:
    """Return an exception's text, cut to length: its `__str__` may be the student's, and may raise too."""
    try:
        return str(error)[:LONGEST_MESSAGE]
    except Exception:
        return ""


def describe_error(error: BaseException, files: Sequence[str]) -> dict[str, Any]:
    """Return an exception as data, names and text, each of bounded length; never the object.

    The form is the one that `observation.error_from` takes.
    """
    frames = student_frames(error, files)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    if isinstance(error, SyntaxError):
        frames = [Frame(str(error.filename), error.lineno or 0, "", (error.text or "").strip())]
    return {
        "type": type(error).__name__[:LONGEST_NAME],
        "bases": [base.__name__[:LONGEST_NAME] for base in type(error).__mro__[:MOST_BASES]],
        "message": _text_of(error),
        "frames": [
            [frame.file, frame.line, frame.function[:LONGEST_NAME], frame.text[:LONGEST_LINE]] for frame in frames
        ],
        "innermost": bool(last) and last[0].filename in set(files),
    }
