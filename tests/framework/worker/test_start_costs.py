"""What a process that is forked for each submission, or looks at a call, does not pay for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from antorcha.course.model import Limits
from antorcha.worker.wire import encode

if TYPE_CHECKING:  # what it imports is there on Linux only
    from antorcha.worker.client import Zygote

LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def printed(code: str) -> str:
    """Return what a Python of its own prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(
    not LARGE_PAGES.is_file() or "[never]" in LARGE_PAGES.read_text(), reason="this kernel has no large pages to give"
)
def test_memory_is_put_into_large_pages() -> None:
    code = """
from antorcha.worker.huge_pages import collapse

kept = [bytes([number % 256]) * 100_000 for number in range(600)]  # 60 MB of what `malloc` gives in small pieces
small = [[number] for number in range(500_000)]  # 60 MB more of what Python divides itself


def in_large_pages():
    with open("/proc/self/smaps_rollup") as smaps:
        return next(int(line.split()[1]) for line in smaps if line.startswith("AnonHugePages:"))


before = in_large_pages()
collapse()
print(in_large_pages() - before, sum(map(len, kept)), sum(row[0] for row in small))
"""
    more, bytes_kept, numbers = map(int, printed(code).split())
    assert (bytes_kept, numbers) == (60_000_000, 500_000 * 499_999 // 2)
    if not more:
        pytest.skip("this kernel is older than Linux 6.1, or has no large page free")
    assert more > 40_000  # KiB


def test_looking_at_gradients_and_operations_imports_neither_sympy_nor_dynamo() -> None:
    code = """
import sys

from antorcha.torch_import import import_torch

import_torch()
import torch

from antorcha.worker.runtime import CallOptions, observe

for numbers in (torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 2j, 3.0])):
    report = observe(lambda x: (x * 2, x.sum()), [numbers.requires_grad_()], {}, CallOptions(operations=True))
    (gradient,) = report.gradients
    # Each answer is weighted by cos(0), cos(1), ...: the second one by 1.
    assert torch.allclose(gradient, 2 * torch.cos(torch.arange(3.0)) + 1 + 0 * numbers), gradient
    assert report.operations == {"aten::mul": 1, "aten::sum": 1}
print(*{"sympy", "torch._dynamo"} & sys.modules.keys())
"""
    assert printed(code).strip() == ""


def test_watching_what_a_scenario_hands_over_imports_no_dynamo() -> None:
    code = """
import sys

import torch

from antorcha.worker.watching import Watch

watch = Watch()
watch.function(lambda x: x.shape)(torch.ones(3).to("meta"))
print(watch.changes, "torch._dynamo" in sys.modules)
"""
    assert printed(code).strip() == "[] False"


@pytest.mark.skipif(sys.platform != "linux", reason="graders need Linux")
def test_a_grader_starts_the_zygote_before_it_imports_torch() -> None:
    code = """
import json
import socket
import sys

from antorcha.bulk import grader

one, other = socket.socketpair()
config = {"gpu": None, "settings": {}, "preload": [], "root": "/", "topics": []}
sys.argv = ["grader", str(other.detach()), json.dumps(config)]


class Started:
    @staticmethod
    def start(*_):
        print("torch" in sys.modules)
        sys.exit()


grader.ZygoteProcess = Started
grader.main()
"""
    assert printed(code).strip() == "False"


OPTIMISER = """
import sys

import torch


def trained(start):
    weight = torch.nn.Parameter(start.clone())
    optimiser = torch.optim.SGD([weight], lr=0.5)
    weight.sum().backward()
    optimiser.step()
    return weight.detach(), "torch._dynamo" in sys.modules


def compiled(x):
    return torch.compile(lambda y: 2 * y, backend="eager")(x), "torch._dynamo" in sys.modules
"""


def test_a_worker_imports_dynamo_where_somebody_compiles(zygote: Zygote) -> None:
    worker = zygote.spawn(Limits())
    assert worker.load("late", [(OPTIMISER, "late.py")], one_file=True)["set_aside"] == []
    for name, expected, dynamo in (("trained", [0.5, 1.5], False), ("compiled", [2.0, 4.0], True)):
        report = worker.call(name, encode([[torch.tensor([1.0, 2.0])], {}]), {})
        assert report["error"] is None
        answer, imported = report["value"]
        assert (answer.data.tolist(), imported) == (expected, dynamo)
        assert report["global_state"] == []
    worker.close()


KEPT_AWAY = """
import sys

from antorcha.torch_import import import_torch

import_torch()
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Counting(TorchDispatchMode):
    seen = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen += 1
        return func(*args, **(kwargs or {}))


weight = torch.nn.Parameter(torch.ones(2))
optimiser = torch.optim.Adam([weight], lr=0.5)
(3 * weight).sum().backward()
with Counting() as counting:
    optimiser.step()
optimiser.zero_grad()
print(counting.seen > 0, weight.tolist(), weight.grad, "torch._dynamo" in sys.modules)


@torch.compile(backend="eager")
def step(x):
    optimiser.zero_grad()
    return 2 * x


(3 * weight).sum().backward()
print(step(torch.ones(1)).tolist(), weight.grad, "torch._dynamo" in sys.modules)
"""


def test_torch_imports_dynamo_only_where_somebody_compiles() -> None:
    assert printed(KEPT_AWAY).splitlines() == ["True [0.5, 0.5] None False", "[2.0] None True"]


def test_torch_does_as_it_does_where_its_decorators_have_other_names() -> None:
    code = f"""
from antorcha import torch_import

torch_import._CHANGED = {{name: ("no_such_name", changed) for name, (_, changed) in torch_import._CHANGED.items()}}
{KEPT_AWAY}
"""
    assert printed(code).splitlines() == ["True [0.5, 0.5] None True", "[2.0] None True"]


def test_nothing_stays_behind_of_an_import_of_torch_that_fails() -> None:
    code = """
import importlib.machinery

find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = lambda name, *rest: None if name == "torch._compile" else find(name, *rest)
from antorcha.torch_import import import_torch

try:
    import_torch()
except ImportError as error:
    print(error.name)
import sys

print([type(finder).__name__ for finder in sys.meta_path if "antorcha" in type(finder).__module__])
"""
    assert printed(code).splitlines() == ["torch._compile", "[]"]
