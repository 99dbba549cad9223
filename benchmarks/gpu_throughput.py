"""What does a submission's round of checks cost on the CPU, on the simulated accelerator, and on a real GPU?

    python benchmarks/gpu_throughput.py [--submissions 10] [--calls 20] [--json]

Milliseconds a submission, as grading makes it: a locked worker, the accelerator started in it, the source loaded,
`calls` calls with tensors on the device, the end. `first` is the time to the first answer, in which a GPU's context is
made; `call` is one of the others. Medians over the submissions, the devices in turn within each round. A device that
locked workers cannot have here is left out, with the reason.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import dataclass
from typing import Any

import torch

from antorcha.accelerator.devices import Found, find
from antorcha.accelerator.lease import DeviceGoneError, Lease
from antorcha.accelerator.simulated import install
from antorcha.course.model import Limits
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.student.remote import RemoteRunner
from antorcha.worker.client import Zygote
from antorcha.worker.lockdown import Settings
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode

CODE = "import torch\n\n\ndef layer(x, w):\n    return torch.relu(x @ w).sum(0)\n"
SOURCE = SubmittedFile("layers", "layers.py", (Cell(CODE, "layers.py"),))


@dataclass(frozen=True)
class Sample:
    """Milliseconds of one submission."""

    whole: float
    first: float
    call: float


def one_submission(zygote: Zygote, lease: Lease, device: str, calls: int) -> Sample:
    """Errors: `DeviceGoneError` when the GPU cannot be started in a locked worker."""
    started = time.perf_counter()
    runner = RemoteRunner(zygote, SOURCE, Limits(), ["layer"], device=device, lease=lease)
    times = []
    try:
        for _ in range(calls):
            before = time.perf_counter()
            payload = encode([[torch.ones(64, 32, device=device), torch.ones(32, 16, device=device)], {}])
            answer = runner.call("layer", payload, CallOptions())
            assert answer.value is not None, answer
            times.append(1000 * (time.perf_counter() - before))
    finally:
        runner.close()
        lease.release()
    return Sample(1000 * (time.perf_counter() - started), times[0], statistics.median(times[1:]))


def measure(submissions: int, calls: int) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """Samples for each device that is here, and why the others are not."""
    roles = {"cpu": Found("cpu"), "simulated": _simulated(), "real": find("cuda", locked=True)}
    missing = {role: found.why for role, found in roles.items() if found.name is None}
    names = {role: found.name for role, found in roles.items() if found.name is not None}
    samples: dict[str, list[Sample]] = {role: [] for role in names}
    zygote, lease = Zygote.start(Settings(use_gpu="real" in names)), Lease()
    try:
        for _ in range(submissions + 1):  # the first of each warms up
            for role, name in names.items():
                if role in missing:
                    continue
                try:
                    samples[role].append(one_submission(zygote, lease, name, calls))
                except DeviceGoneError as error:
                    missing[role] = str(error)
    finally:
        zygote.close()
    return {role: each[1:] for role, each in samples.items() if each[1:]}, missing


def _simulated() -> Found:
    problem = install()
    return Found("sim:0") if problem is None else Found(None, problem)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=10)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    samples, missing = measure(args.submissions, max(2, args.calls))
    found: dict[str, dict[str, Any]] = {
        role: {
            name: round(statistics.median(getattr(run, name) for run in each), 2) for name in ("whole", "first", "call")
        }
        for role, each in samples.items()
    }
    if args.json:
        print(json.dumps({"milliseconds": found, "not_here": missing}, indent=2))
        return
    for role, each in found.items():
        print(
            f"{role:<10} {each['whole']:8.1f} ms a submission   first {each['first']:8.1f}   call {each['call']:6.2f}"
        )
    for role, why in missing.items():
        print(f"{role:<10} not measured: {why}")


if __name__ == "__main__":
    main()
