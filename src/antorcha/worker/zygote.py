"""The zygote: a process that has imported torch and nothing of any course, and forks one locked worker a submission.

    python -s -P -c "...; from antorcha.worker.zygote import main; main()" DESCRIPTOR SETTINGS [MODULE...]

DESCRIPTOR is its end of a seqpacket socket to the grader; SETTINGS is JSON for `lockdown.Settings`; the modules are
imported beside torch, for courses whose exercises use them. It answers
`{"fork": {...}}` (with the worker's channel and output pipe attached) by `{"forked": pid}`, kills on `{"kill": pid}`,
reports `{"exited": pid, "status": wait status, "cpu": seconds}`, and ends with its workers when the grader hangs up.
`{"zygote": true}` (with a socket attached) makes it fork another zygote, which serves the other end of that socket.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from antorcha.torch_import import import_torch
from antorcha.worker import huge_pages

_MESSAGE = 65_536  # bytes; a request is a few hundred
CANNOT_START = 99  # the exit code of a worker that could not lock itself, before any student code was there


def _preload(modules: Sequence[str]) -> None:
    """Import what students use and set up what is set up at first use, so that no fork pays for it.

    On one thread: those that OpenMP would start do not survive a fork, and the child would hang.
    """
    gc.disable()
    import_torch()
    import torch

    torch.set_num_threads(1)
    import torch.utils.data

    from antorcha.worker import serve

    with contextlib.suppress(ImportError):  # scenarios need it, also those of a submission that replaces sys.path
        importlib.import_module("cloudpickle")
    for module in modules:
        with contextlib.suppress(ImportError):  # a submission that uses it will say so
            importlib.import_module(module)

    serve.warm_up()
    # The collector of a child leaves alone what is here now, so these pages stay shared between all workers.
    gc.freeze()
    gc.enable()
    huge_pages.collapse()


class _Zygote:
    """The loop of the process: obey the grader, tell of workers that have ended."""

    def __init__(self, control: socket.socket, prepared: Any) -> None:
        self.control = control
        self.prepared = prepared
        self.children: set[int] = set()
        self.zygotes: set[int] = set()
        self.wake_read, self.wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # `select` wakes when a child ends; without a handler Python does not write to the wake-up pipe.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_write, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the grader hangs up, then end all workers."""
        self.tell({"ready": os.getpid()})
        while True:
            ready, _, _ = select.select([self.control.fileno(), self.wake_read], [], [])
            if self.wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake_read, 4096)
                self.reap()
            if self.control.fileno() in ready and not self.obey():
                break
        self.end_children()

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message; that the grader is gone shows when its next one is read."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.send(json.dumps(message).encode("ascii"))

    def obey(self) -> bool:
        """Do what the next message says; return False when the grader is gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, _MESSAGE, 2)
        except ConnectionResetError:
            return False
        if not data:
            return False
        message = json.loads(data)
        if "kill" in message and message["kill"] in self.children:  # the id of one that has ended may be another's now
            _kill(message["kill"])
        if "fork" in message:
            self.fork(message["fork"], descriptors)
        if "zygote" in message:
            self.fork_zygote(descriptors[0])
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def fork(self, limits: dict[str, Any], descriptors: list[int]) -> None:
        """Fork a worker. `limits`: the request that `Zygote.spawn` sends. `descriptors`: its channel, its output."""
        try:
            pid = os.fork()
        except OSError as error:
            self.tell({"error": f"fork: {error.strerror}"})
            return
        if pid == 0:
            self.become_worker(limits, descriptors)
        self.children.add(pid)
        self.tell({"forked": pid})

    def fork_zygote(self, descriptor: int) -> None:
        """Fork a zygote for another grader. Where that fails, its socket is closed, which tells."""
        try:
            pid = os.fork()
        except OSError:
            return
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                for own in (self.control.detach(), self.wake_read, self.wake_write):
                    os.close(own)
                # Each worker makes sure that the zygote which is its parent still lives.
                prepared = dataclasses.replace(self.prepared, parent=os.getpid())
                _Zygote(socket.socket(fileno=descriptor), prepared).run()
            finally:
                os._exit(0)
        self.zygotes.add(pid)

    def become_worker(self, limits: dict[str, Any], descriptors: list[int]) -> None:
        """Lock the forked process and serve requests in it; never return, whatever happens."""
        try:
            from antorcha.worker import lockdown, serve

            signal.set_wakeup_fd(-1)  # the zygote's pipe, which would hear of signals in this process
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel = _point_standard_streams(descriptors)
            scratch = _settle_in(limits["scratch"])
            lockdown.enter(
                self.prepared,
                memory_bytes=limits["memory"],
                cpu_seconds=limits["cpu"],
                uid=limits["uid"],
                keep=(0, 1, 2, channel),
                scratch=scratch,
                threads=limits["threads"],
                gpu=_take_gpu(limits["gpu"]),
            )
            _require_writing(scratch)
            serve.serve(channel, limits["result"])
            os._exit(0)  # past all that the zygote has registered to run at its own end
        except BaseException as error:
            with contextlib.suppress(Exception):
                os.write(2, f"worker: {type(error).__name__}: {error}\n".encode())
            os._exit(CANNOT_START)

    def end_children(self) -> None:
        """Kill the workers, and wait until they are gone: a living one could write into a folder that is removed.

        Other zygotes end by themselves, when their graders do.
        """
        for pid in self.children:
            _kill(pid)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()

    def reap(self) -> None:
        """Tell of all children that have ended: several ends may come as one signal."""
        while self.children or self.zygotes:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid in self.zygotes:
                self.zygotes.discard(pid)
                continue
            self.children.discard(pid)
            cpu = used.ru_utime + used.ru_stime
            self.tell({"exited": pid, "status": status, "cpu": cpu})


def _point_standard_streams(descriptors: list[int]) -> int:
    """Point 0 at nothing and 1 and 2 at the output pipe; the other descriptor is the channel."""
    channel, output = descriptors
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    return channel


def _settle_in(given: dict[str, Any] | None) -> Any:
    """Make a worker's own folder, where it is granted one, the place for its temporary files and relative paths."""
    if given is None:
        return None
    from antorcha.worker.lockdown import Scratch

    scratch = Scratch(**given)
    os.chdir(scratch.path)
    os.environ["TMPDIR"] = tempfile.tempdir = scratch.path
    return scratch


def _require_writing(scratch: Any) -> None:
    """Raise `OSError` when a locked worker cannot write to its folder: else the student is blamed for that.

    Such as below a `TMPDIR` of somebody who lets nobody in, where there is neither bubblewrap nor Landlock.
    """
    if scratch is None:
        return
    try:
        with tempfile.TemporaryFile(dir=scratch.path) as file:
            file.write(b"-")
    except PermissionError:
        above = os.path.dirname(scratch.path)
        raise OSError(f"it cannot write below {above}: let TMPDIR be a folder that all users can enter") from None


def _take_gpu(given: dict[str, Any] | None) -> Any:
    """Let CUDA, which is started once the lock is on, find the one GPU that this worker is granted."""
    if given is None:
        return None
    from antorcha.worker.lockdown import GpuFiles

    os.environ["CUDA_VISIBLE_DEVICES"] = given["uuid"]
    os.environ["CUDA_CACHE_DISABLE"] = "1"  # it has nowhere to keep what it compiles
    os.environ.pop("PYTORCH_NVML_BASED_CUDA_CHECK", None)  # forks no more: it may ask the GPU itself
    return GpuFiles(tuple(given["devices"]), tuple(given["readable"]))


def _kill(pid: int) -> None:
    """Kill a worker with its group; by itself too, since it leads a group only from its lock on."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Run a zygote with the arguments of this process, until its grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    os.environ.pop("PWD", None)  # bubblewrap's, and nobody else's here
    from antorcha.worker import leftovers, lockdown

    _preload(sys.argv[3:])
    settings = json.loads(sys.argv[2])
    settings["extra_readable"] = tuple(settings["extra_readable"])
    prepared = lockdown.prepare(lockdown.Settings(**settings))
    _Zygote(control, prepared).run()
    leftovers.remove(os.environ["TMPDIR"])  # a grader that was killed cannot
    os._exit(0)
