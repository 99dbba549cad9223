"""The loop of a locked worker: one request in, one message of evidence out, on a descriptor of its own.

Requests come from the trusted side and are believed. `os.read` and `os.write` are used because the lock denies the
socket calls behind `send` and `recv`.
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
from antorcha.worker.codec import TooLargeError, decode, encode, live
from antorcha.worker.runtime import CallOptions, Module, describe_error

# Says that the lock is on, before anything of the student's is here: an end from now on is the student's doing.
GREETING = bytes(8)
_CHUNK = 1 << 20


def serve(descriptor: int, result_bytes: int) -> None:
    """Answer requests until the other side closes the channel."""
    os.write(descriptor, GREETING)
    module = Module("student")
    streams = (sys.stdout, sys.stderr)
    while (message := _read(descriptor)) is not None:
        # Whoever enters inference mode and never leaves it must not find it in the next call.
        with torch.inference_mode(False):
            request = live(decode(message, limit=1 << 31))
            reply: dict[str, Any] = {"id": request["id"]}
            if request["op"] == "load":
                module = Module(request["name"])
                reply |= _load(module, request)
            elif request["op"] == "gpu":
                reply["gpu"] = real.start(request["device"], request["share"])
            else:
                reply |= _run(module, request)
            message = _encode(reply, result_bytes)
            for stream in streams:  # the worker may be killed once it has answered, and what it printed is to be kept
                with contextlib.suppress(Exception):
                    stream.flush()
            _write(descriptor, message)


def _load(module: Module, request: dict[str, Any]) -> dict[str, Any]:
    if request["simulate"]:
        install()
    module.load(request["cells"], one_file=request["one_file"])
    stopped = module.stopped
    return {
        "stopped": None if stopped is None else describe_error(stopped, module.files),
        "names": [name for name, value in list(module.namespace.__dict__.items()) if callable(value)][:10_000],
    }


def _run(module: Module, request: dict[str, Any]) -> dict[str, Any]:
    options = CallOptions(**request["options"])
    if request["op"] == "call":
        report = module.call(request["name"], request["args"], request["kwargs"], options)
    else:
        report = module.scenario(pickle.loads(request["function"]), request["args"], options)
    return {"report": report.as_message(module.files)}


def _encode(reply: dict[str, Any], limit: int) -> bytes:
    try:
        return encode(reply, limit)
    except (TooLargeError, MemoryError) as error:
        return encode({"id": reply["id"], "too_large": str(error)})


def _read(descriptor: int) -> bytes | None:
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
