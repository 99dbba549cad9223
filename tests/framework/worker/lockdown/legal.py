"""What honest submissions do. Each returns something when it worked; torch is imported before the lock."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy
import torch

Work = Callable[[dict[str, Any]], object]
LEGAL: dict[str, Work] = {}


def legal(function: Work) -> Work:
    LEGAL[function.__name__] = function
    return function


@legal
def tensors(c: dict[str, Any]) -> object:
    x = torch.randn(30, 30, requires_grad=True)
    (x @ x).sum().backward()
    torch.linalg.svd(torch.randn(200, 200))
    torch.fft.fft(torch.randn(100))
    return x.grad.shape == x.shape and bool(torch.randn(2, 3, dtype=torch.bfloat16).sum() < 100)


@legal
def numpy_arrays(c: dict[str, Any]) -> object:
    generator = numpy.random.default_rng()
    return numpy.linalg.svd(generator.normal(size=(200, 200)))[1].shape == (200,)


@legal
def training_loop(c: dict[str, Any]) -> object:
    model = torch.nn.Sequential(torch.nn.Linear(10, 20), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(20, 1))
    optimizer = torch.optim.Adam(model.parameters())
    data = torch.utils.data.TensorDataset(torch.randn(64, 10), torch.randn(64, 1))
    losses = []
    for x, y in torch.utils.data.DataLoader(data, batch_size=8, shuffle=True, num_workers=0):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return len(losses) == 8


@legal
def layers(c: dict[str, Any]) -> object:
    torch.nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 32, 32)).sum().backward()
    torch.nn.LSTM(4, 5)(torch.randn(3, 2, 4))
    return torch.nn.TransformerEncoderLayer(16, 2)(torch.randn(2, 3, 16)).shape == (2, 3, 16)


@legal
def many_threads_in_torch(c: dict[str, Any]) -> object:
    torch.set_num_threads(2)
    torch.exp(torch.randn(4_000_000))
    x = torch.randn(900, 900, requires_grad=True)
    (x @ x).sum().backward()
    return torch.get_num_threads() == 2


@legal
def python_threads(c: dict[str, Any]) -> object:
    from concurrent.futures import ThreadPoolExecutor

    box: list[int] = []
    thread = threading.Thread(target=lambda: (time.sleep(0.01), box.append(1)))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(3) as pool:
        return [*box, *pool.map(abs, range(-3, 0))] == [1, 3, 2, 1]


@legal
def waiting(c: dict[str, Any]) -> object:
    before = time.monotonic()
    time.sleep(0.02)
    threading.Event().wait(0.01)
    return time.monotonic() > before and time.process_time() > 0 and time.time() > 0 and bool(time.localtime())


@legal
def signals(c: dict[str, Any]) -> object:
    heard: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
    signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
    signal.raise_signal(signal.SIGUSR1)
    return heard == [signal.SIGALRM, signal.SIGUSR1]


@legal
def randomness(c: dict[str, Any]) -> object:
    import random
    import uuid

    return len(os.urandom(8)) == 8 and random.SystemRandom().random() < 1 and torch.seed() >= 0 and bool(uuid.uuid4())


@legal
def lazy_imports(c: dict[str, Any]) -> object:
    import asyncio
    import decimal
    import hashlib
    import multiprocessing
    import platform
    import sqlite3
    import ssl
    import unittest.mock
    import zoneinfo

    import torch.export

    modules = (asyncio, multiprocessing, sqlite3, ssl, unittest.mock, torch.export)
    modules = (*modules, decimal.Decimal(1), hashlib.sha256(b"").hexdigest(), platform.machine())
    assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,)
    return all(modules) and bool(zoneinfo.available_timezones() is not None)


@legal
def reading_allowed_files(c: dict[str, Any]) -> object:
    folder = os.path.dirname(torch.__file__)
    with open(os.path.join(c["package"], "module.py")) as file:
        return "nn" in os.listdir(folder) and file.read().startswith("#") and os.path.exists(folder)


@legal
def writing_to_nowhere(c: dict[str, Any]) -> object:
    with open(os.devnull, "w") as sink:
        print("quiet", file=sink)
    r, w = os.pipe()
    os.write(w, b"x")
    return os.read(r, 1) == b"x"


@legal
def warnings_and_tracebacks(c: dict[str, Any]) -> object:
    warnings.warn("careful", stacklevel=1)
    try:
        torch.randn(2) @ torch.randn(3)
    except RuntimeError:
        text = traceback.format_exc()
    try:
        torch.nn.functional.cross_entropy("no", None)
    except Exception:
        text += traceback.format_exc()
    return "nn/functional.py" in text and "return torch._C._nn.cross_entropy_loss(" in text  # the source was read


@legal
def compiling_without_a_compiler(c: dict[str, Any]) -> object:
    # Student code has no file that the worker may open; dynamo reads one that exists and puts up with none.
    space: dict[str, Any] = {}
    exec(compile("def add_one(x):\n    return x + 1\n", "exercise.py", "exec"), space)
    return torch.compile(space["add_one"], backend="eager")(torch.ones(3)).tolist() == [2, 2, 2]


@legal
def saving_to_memory(c: dict[str, Any]) -> object:
    buffer = io.BytesIO()
    torch.save(torch.nn.Linear(2, 2).state_dict(), buffer)
    buffer.seek(0)
    return set(torch.load(buffer)) == {"weight", "bias"}


@legal
def asking_the_machine(c: dict[str, Any]) -> object:
    import resource

    resource.getrlimit(resource.RLIMIT_CPU)
    resource.getrusage(resource.RUSAGE_SELF)
    return (os.cpu_count() or 0) > 0 and len(os.sched_getaffinity(0)) > 0 and not torch.cuda.is_available()


@legal
def deep_recursion(c: dict[str, Any]) -> object:
    def down(n: int) -> int:
        return down(n + 1)

    try:
        down(0)
    except RecursionError:
        return sys.getrecursionlimit() > 0
    return False
