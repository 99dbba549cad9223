"""The loop of a locked worker: one request in, one message of evidence out, on a descriptor of its own.

A request is two frames: what is asked, and the arguments of a call as they were packed once, so that nobody packs them
again. Requests come from the trusted side and are believed. `os.read` and `os.write` are used because the lock denies
the socket calls behind `send` and `recv`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from typing import Any

import torch

from antorcha.accelerator import real
from antorcha.accelerator.simulated import install
from antorcha.worker.jupyter_names import our_notebook
from antorcha.worker.runtime import CallOptions, Module, Report, ScenarioUnreadableError, describe_error
from antorcha.worker.wire import TooLargeError, decode, encode, live

# Sent once the lock is on and before anything of the student's is here: an end from now on is the student's doing.
GREETING = bytes(8)
# In place of a message's length: the numbers of the cell and of the statement that is run next.
ANNOUNCEMENT = 1 << 63
MOST_SET_ASIDE = 100  # statements that are told of; a submission can have any number that fail
LARGEST_REQUEST = 1 << 31  # bytes; our own side made it
_CHUNK = 1 << 20  # bytes
_WARM_UP = """
import torch


def double(x):
    return 2 * x - x.sum()
"""


def serve(descriptor: int, result_bytes: int) -> None:
    """Answer requests until the other side closes the channel. `result_bytes`: what an answer may hold."""
    os.write(descriptor, GREETING)
    module = Module("student")
    stand_in = our_notebook()
    sys.modules[stand_in.__name__] = stand_in
    streams = (sys.stdout, sys.stderr)  # now, since the student's code may put others in their place
    while (message := _read(descriptor)) is not None and (payload := _read(descriptor)) is not None:
        # Whoever enters inference mode and never leaves it must not find it in the next call.
        with torch.inference_mode(False):
            request = live(decode(message, LARGEST_REQUEST))
            reply: dict[str, Any] = {"id": request["id"]}
            if request["op"] == "load":
                module = Module(request["name"])
                reply |= _load(module, request, descriptor)
            elif request["op"] == "gpu":
                reply["gpu"] = real.start(request["device"], request["share"])
            else:
                reply |= _run(module, request, payload)
            message = _encode(reply, result_bytes)
            for stream in streams:  # the worker may be killed once it has answered, and what it printed is to be kept
                with contextlib.suppress(Exception):
                    stream.flush()
            _write(descriptor, message)


def warm_up() -> None:
    """Serve a submission of our own, so that what is set up at first use is there before this process is forked.

    Without gradients: the threads that autograd would start do not survive a fork.
    """
    module = Module("warm_up")
    module.load([(_WARM_UP, "warm_up.py")], one_file=True)
    args, kwargs = live(decode(encode([[torch.ones(2, 3)], {}]), LARGEST_REQUEST))
    for name in ("double", "no_such_name"):
        encode({"report": module.call(name, args, kwargs, CallOptions()).as_message(module.files)})
    del sys.modules[module.namespace.__name__]


def _load(module: Module, request: dict[str, Any], descriptor: int) -> dict[str, Any]:
    """Load a submission, announcing each statement that can last: if one ends this process, it is known which."""
    if request["simulate"]:
        install()
    module.load(
        request["cells"],
        one_file=request["one_file"],
        skip={(cell, statement) for cell, statement in request["skip"]},
        announce=lambda cell, statement: _announce(descriptor, cell, statement),
        companions=request["companions"],
    )
    files, unreadable = module.files, module.unreadable
    set_aside = module.set_aside[:MOST_SET_ASIDE]
    return {
        "unreadable": None if unreadable is None else describe_error(unreadable, files),
        "set_aside": [[lost.cell, lost.statement, describe_error(lost.error, files)] for lost in set_aside],
    }


def _announce(descriptor: int, cell: int, statement: int) -> None:
    """Write the two numbers in place of a length, 31 bits for the cell and 32 for the statement."""
    os.write(descriptor, (ANNOUNCEMENT | cell << 32 | statement).to_bytes(8, "little"))


def _run(module: Module, request: dict[str, Any], payload: bytes) -> dict[str, Any]:
    """Make the call, or run the scenario, that is asked for, and return its report as a reply."""
    options = CallOptions(**request["options"])
    args, kwargs = live(decode(payload, LARGEST_REQUEST))
    if request["op"] == "call":
        report = module.call(request["name"], args, kwargs, options)
    else:
        report = _run_scenario(module, request["function"], args, options)
    return {"report": report.as_message(module.files)}


def _run_scenario(module: Module, function: bytes, args: list[Any], options: CallOptions) -> Report:
    """Unpack and run a scenario. That it cannot be unpacked is told as data: no submission ended its worker by it."""
    try:
        scenario = pickle.loads(function)
    except Exception as error:
        return Report(exception=ScenarioUnreadableError(f"{type(error).__name__}: {error}"))
    return module.scenario(scenario, args, options)


def _encode(reply: dict[str, Any], limit: int) -> bytes:
    """Return a reply as a message; one that says "too large" where it is."""
    try:
        return encode(reply, limit)
    except (TooLargeError, MemoryError) as error:
        return encode({"id": reply["id"], "too_large": str(error)})


def _read(descriptor: int) -> bytes | None:
    """Return the next frame; `None` at the end of the channel."""
    size = _read_exactly(descriptor, 8)
    return None if size is None else _read_exactly(descriptor, int.from_bytes(size, "little"))


def _read_exactly(descriptor: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(descriptor, min(size - len(parts), _CHUNK))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _write(descriptor: int, message: bytes) -> None:
    rest = memoryview(len(message).to_bytes(8, "little") + message)
    while rest:
        rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
