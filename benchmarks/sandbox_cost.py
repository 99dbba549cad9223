"""What does the sandbox cost for each submission, and what does it cost to send a call to another process?

    python benchmarks/sandbox_cost.py [--workers 5] [--rounds 40] [--json]

One round with every layer and one without (no Landlock, no seccomp, no user of its own; limits stay), in turn, in one
run. A submission here is what the grader does for each: fork a worker, wait for it to lock itself, load a module, one
call, close. Milliseconds a submission, medians over the rounds; the ratio is taken round by round. `cpu` is what the
grader and the zygotes' workers used, which a busy machine changes less than the time that passed.

A call is asked of a locked worker, and then packed, made and unpacked in this process: the difference is all that the
way there and back costs (system calls, waking, clocks), and more than could be saved by sending several calls at once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict

import torch

from antorcha.course.model import Limits
from antorcha.worker.client import Worker, Zygote
from antorcha.worker.lockdown import Settings
from antorcha.worker.runtime import CallOptions, Module
from antorcha.worker.wire import decode, encode, live

SOURCE = "import torch\n\n\ndef double(x):\n    return x * 2\n"
CELLS = [(SOURCE, "warmup.py")]
OPEN = Settings(use_landlock=False, use_seccomp=False, use_own_user=False)
CALLS = 100  # a round
Sample = dict[str, float]


def started(zygote: Zygote) -> Worker:
    """A worker with the module loaded."""
    worker = zygote.spawn(Limits())
    loaded = worker.load("warmup", CELLS, one_file=True)
    assert loaded == loaded | {"unreadable": None, "set_aside": []}, loaded
    return worker


def payload() -> bytes:
    return encode([[torch.tensor([1.0, 2.0])], {}])


def one_submission(zygote: Zygote) -> float:
    """Fork, lock, load, call, close; the CPU seconds that the worker took."""
    worker = started(zygote)
    worker.call("double", payload(), {})
    worker.close()
    return worker.spent.cpu


def cpu_here() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(zygote: Zygote, count: int) -> Sample:
    """Milliseconds a submission: as the clock on the wall says, and of CPU time in the grader and in the worker."""
    before, begun = cpu_here(), time.perf_counter()
    in_workers = sum(one_submission(zygote) for _ in range(count))
    wall = time.perf_counter() - begun
    return {"wall_ms": 1000 * wall / count, "cpu_ms": 1000 * (cpu_here() - before + in_workers) / count}


def calls_sent(zygote: Zygote) -> float:
    """CPU milliseconds of both processes for each call that is sent to a locked worker."""
    worker = started(zygote)
    packed = payload()
    worker.call("double", packed, {})  # the first pays for what the others find warm
    before, theirs = cpu_here(), worker.spent.cpu
    for _ in range(CALLS):
        worker.call("double", packed, {})
    took = cpu_here() - before + worker.spent.cpu - theirs
    worker.close()
    return 1000 * took / CALLS


def calls_here() -> float:
    """CPU milliseconds of the same packing, calls and unpacking in this process."""
    module = Module("warmup")
    module.load(CELLS, one_file=True)
    packed = payload()

    def call() -> None:
        request = live(decode(encode({"op": "call", "name": "double", "options": asdict(CallOptions()), "id": "1-0"})))
        args, kwargs = live(decode(packed))
        report = module.call(request["name"], args, kwargs, CallOptions(**request["options"]))
        decode(encode({"id": request["id"], "report": report.as_message(module.files)}))

    call()
    before = cpu_here()
    for _ in range(CALLS):
        call()
    return 1000 * (cpu_here() - before) / CALLS


def rounds(workers: int, count: int) -> list[dict[str, Sample]]:
    zygotes = {"locked": Zygote.start(), "open": Zygote.start(OPEN)}
    try:
        for zygote in zygotes.values():
            measure(zygote, 2)  # the first fork pays for what the others find warm
        found = []
        for number in range(count):
            order = list(zygotes) if number % 2 == 0 else list(reversed(zygotes))
            samples = {name: measure(zygotes[name], workers) for name in order}
            samples["call"] = {"sent": calls_sent(zygotes["locked"]), "here": calls_here()}
            found.append(samples)
        return found
    finally:
        for zygote in zygotes.values():
            zygote.close()


def summary(samples: Sequence[dict[str, Sample]]) -> dict[str, object]:
    def of(unit: str) -> dict[str, float]:
        locked, plain = ([sample[name][unit] for sample in samples] for name in ("locked", "open"))
        ratios = [a / b for a, b in zip(locked, plain, strict=True)]
        figures = {"locked": statistics.median(locked), "open": statistics.median(plain)}
        figures |= {"ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios)}
        return {name: round(value, 3) for name, value in figures.items()}

    call = {name: round(statistics.median(sample["call"][name] for sample in samples), 3) for name in ("sent", "here")}
    load = round(os.getloadavg()[0], 2)
    return {"wall_ms": of("wall_ms"), "cpu_ms": of("cpu_ms"), "call_cpu_ms": call, "load_average": load}


def main() -> int:
    parser = argparse.ArgumentParser(description="What the sandbox costs for each submission.")
    parser.add_argument("--workers", type=int, default=5, help="submissions a round and setting")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = summary(rounds(args.workers, args.rounds))
    if args.json:
        print(json.dumps(found))
        return 0
    for unit in ("wall_ms", "cpu_ms"):
        figures = found[unit]
        assert isinstance(figures, dict)
        print(
            f"{unit:8} a submission: locked {figures['locked']:.1f}, open {figures['open']:.1f}, ratio"
            f" {figures['ratio']:.2f} ({figures['ratio_min']:.2f} to {figures['ratio_max']:.2f})"
        )
    call = found["call_cpu_ms"]
    assert isinstance(call, dict)
    print(f"cpu_ms   a call: sent to a locked worker {call['sent']:.2f}, in this process {call['here']:.2f}")
    print(f"{args.rounds} rounds of {args.workers} submissions each; load average {found['load_average']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
