"""Does a cluster give the marks of one machine, whatever its size, and what does it cost?

    python benchmarks/cluster_class.py [--count 300] [--workers 1 2 4]

A class of mixed hand-ins (right, wrong, slow, endless, leaving, broken) is graded with `--jobs 2`, then with
`--scheduler local:2`, which nothing disturbs, and by Dask schedulers with so many workers on the loopback interface,
one of which is killed in the middle and started again. Compared with the first run are `grades.csv`, all pages and all
rows of the store, byte for byte. CPU seconds are of all processes that a run started; who is killed takes some with it,
so those runs have none. The exit code is 1 where anything differs.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import fault_injection as faults

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from framework.cluster.test_cluster import MixedClass, recorded  # noqa: E402 - tests are no package of ours
from support.dask_cluster import DaskCluster, wait_until  # noqa: E402


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print the CPU seconds of the processes that were started and have ended in here."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what}: {seconds:.1f} s of CPU", flush=True)


def graded(made: MixedClass, out: Path, *options: str) -> dict[str, Any]:
    """Grade the class undisturbed; return the results folder."""
    code, _, said = made.grade(out, *options)
    if code:
        raise SystemExit(said)
    return faults.snapshot(out)


def on_workers(made: MixedClass, folder: Path, count: int, number: int) -> dict[str, Any]:
    """Grade the class on `number` workers, one of which is killed at a third; return the results folder."""
    out = folder / "results"
    folder.mkdir()
    with closing(DaskCluster(folder / "cluster")) as cluster:
        cluster.start_scheduler()
        for name in range(number):
            cluster.start_worker(str(name))
        run = made.start(out, "--scheduler", cluster.address)
        wait_until(lambda: recorded(out) >= count // 3 or run.poll() is not None, "nothing is graded")
        cluster.kill_worker("0")
        cluster.start_worker("0")
        _, said = run.communicate()
        if run.returncode:
            raise SystemExit(said)
    return faults.snapshot(out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    args = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cluster-class-") as name:
        folder = Path(name)
        made = MixedClass(folder / "made", args.count)
        with measured("--jobs 2"):
            expected = graded(made, folder / "local", "--jobs", "2")
        with measured("--scheduler local:2"):
            seen = graded(made, folder / "local-2", "--scheduler", "local:2")
        wrong += faults.differences("local:2", seen, expected)
        for number in args.workers:
            seen = on_workers(made, folder / f"workers-{number}", args.count, number)
            wrong += faults.differences(f"{number} workers, one killed", seen, expected)
            print(f"{number} workers, one killed: done", flush=True)
            shutil.rmtree(folder / f"workers-{number}", ignore_errors=True)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{args.count} hand-ins, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
