"""What does the sandbox cost for each submission?

    python benchmarks/sandbox_cost.py [--workers 5] [--rounds 40] [--json]

One round with every layer and one without (no Landlock, no seccomp, no user of its own; limits stay), in turn, in one
run. A submission here is what the grader does for each: fork a worker, wait for it to lock itself, load a module, one
call, close. Milliseconds a submission, medians over the rounds; the ratio is taken round by round. `cpu` is what the
grader and the zygotes' workers used, which a busy machine changes less than the time that passed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Sequence

import torch

from antorcha.course.model import Limits
from antorcha.worker.client import Zygote
from antorcha.worker.lockdown import Settings
from antorcha.worker.wire import encode

SOURCE = "import torch\n\n\ndef double(x):\n    return x * 2\n"
OPEN = Settings(use_landlock=False, use_seccomp=False, use_own_user=False)
Sample = dict[str, float]


def one_submission(zygote: Zygote) -> float:
    """Fork, lock, load, call, close; the CPU seconds that the worker took."""
    worker = zygote.spawn(Limits())
    loaded = worker.load("warmup", [(SOURCE, "warmup.py")], one_file=True)
    assert loaded["names"], loaded
    worker.call("double", encode([[torch.tensor([1.0, 2.0])], {}]), {})
    worker.close()
    return worker.spent.cpu


def measure(zygote: Zygote, count: int) -> Sample:
    """Milliseconds a submission: as the clock on the wall says, and of CPU time in the grader and in the worker."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    in_workers = sum(one_submission(zygote) for _ in range(count))
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    here = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_ms": 1000 * wall / count, "cpu_ms": 1000 * (here + in_workers) / count}


def rounds(workers: int, count: int) -> list[dict[str, Sample]]:
    zygotes = {"locked": Zygote.start(), "open": Zygote.start(OPEN)}
    try:
        for zygote in zygotes.values():
            measure(zygote, 2)  # the first fork pays for what the others find warm
        found = []
        for number in range(count):
            order = list(zygotes) if number % 2 == 0 else list(reversed(zygotes))
            found.append({name: measure(zygotes[name], workers) for name in order})
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

    return {"wall_ms": of("wall_ms"), "cpu_ms": of("cpu_ms"), "load_average": round(os.getloadavg()[0], 2)}


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
    print(f"{args.rounds} rounds of {args.workers} submissions each; load average {found['load_average']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
