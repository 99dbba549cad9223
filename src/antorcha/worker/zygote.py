"""The zygote: a process that has imported torch and nothing of any course, and forks one locked worker a hand-in.

    python -m antorcha.worker.zygote DESCRIPTOR SETTINGS [MODULE...]

DESCRIPTOR is its end of a seqpacket socket to the grader; SETTINGS is JSON for `lockdown.Settings`; the modules are
imported beside torch, for courses whose exercises use them. It answers
`{"fork": {...}}` (with the worker's channel and output pipe attached) by `{"forked": pid}`, kills on `{"kill": pid}`,
reports `{"exited": pid, "status": wait status, "cpu": seconds}`, and ends with its workers when the grader hangs up.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

_MESSAGE = 65_536


def _preload(modules: Sequence[str]) -> None:
    """Import what students use, so that no fork pays for it.

    No operation may run here: the threads that OpenMP would start do not survive a fork, and the child would hang.
    """
    gc.disable()
    import torch

    torch.set_num_threads(1)
    # Making any optimizer imports torch._dynamo (800 modules, a second of CPU).
    import torch._dynamo
    import torch.utils.data

    importlib.import_module("antorcha.worker.serve")
    with contextlib.suppress(ImportError):  # scenarios need it, also those of a hand-in that replaces sys.path
        importlib.import_module("cloudpickle")
    for module in modules:
        with contextlib.suppress(ImportError):  # a hand-in that uses it will say so
            importlib.import_module(module)

    gc.freeze()
    gc.enable()


class _Zygote:
    def __init__(self, control: socket.socket, prepared: Any) -> None:
        self.control = control
        self.prepared = prepared
        self.children: set[int] = set()
        self.wake_read, self.wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_write, warn_on_full_buffer=False)

    def run(self) -> None:
        self.tell({"ready": os.getpid()})
        while True:
            ready, _, _ = select.select([self.control.fileno(), self.wake_read], [], [])
            if self.wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake_read, 4096)
                self.reap()
            if self.control.fileno() in ready and not self.obey():
                break
        for pid in self.children:
            _kill(pid)

    def tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.send(json.dumps(message).encode("ascii"))

    def obey(self) -> bool:
        """Do what the next message says; False when the grader is gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, _MESSAGE, 2)
        except ConnectionResetError:
            return False
        if not data:
            return False
        message = json.loads(data)
        if "kill" in message and message["kill"] in self.children:
            _kill(message["kill"])
        if "fork" in message:
            self.fork(message["fork"], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def fork(self, limits: dict[str, Any], descriptors: list[int]) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            self.tell({"error": f"fork: {error.strerror}"})
            return
        if pid == 0:
            self.become_worker(limits, descriptors)
        self.children.add(pid)
        self.tell({"forked": pid})

    def become_worker(self, limits: dict[str, Any], descriptors: list[int]) -> None:
        """The child: never returns, whatever happens."""
        try:
            from antorcha.worker import lockdown, serve

            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel = _point_standard_streams(descriptors)
            lockdown.enter(
                self.prepared,
                memory_bytes=limits["memory"],
                cpu_seconds=limits["cpu"],
                uid=lockdown.worker_uid(os.getpid()),
                keep=(0, 1, 2, channel),
                scratch=_settle_in(limits["scratch"]),
                threads=limits["threads"],
                gpu=_take_gpu(limits["gpu"]),
            )
            serve.serve(channel, limits["result"])
            os._exit(0)
        except BaseException as error:
            with contextlib.suppress(Exception):
                os.write(2, f"worker: {type(error).__name__}: {error}\n".encode())
            os._exit(_CANNOT_START)

    def reap(self) -> None:
        while self.children:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self.children.discard(pid)
            cpu = used.ru_utime + used.ru_stime
            self.tell({"exited": pid, "status": status, "cpu": cpu})


_CANNOT_START = 99


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
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    os.environ.pop("PWD", None)  # bubblewrap's, and nobody else's here
    from antorcha.worker import lockdown

    _preload(sys.argv[3:])
    settings = json.loads(sys.argv[2])
    settings["extra_readable"] = tuple(settings["extra_readable"])
    prepared = lockdown.prepare(lockdown.Settings(**settings))
    _Zygote(control, prepared).run()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)  # a grader that was killed cannot
    os._exit(0)


if __name__ == "__main__":
    main()
