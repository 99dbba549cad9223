"""How much faster is `antorcha grade` than one pytest process for each submission?

    python benchmarks/grade_class.py [--submissions 40] [--rounds 3] [--json]

Both grade the same class in the same run, in turn, on all cores, with the same hidden tests. The rival is what a
course without Antorcha does: a fresh `pytest` for each submission (student code beside the tests, nothing locked), as
many at once as there are cores. The class is made of the honest submissions of `examples/class`, each with a comment
of its own so that no result is reused. Medians over the rounds; the ratio is taken round by round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HONEST = ["ana-garcia", "diego-santos", "nicolas-rojas", "sergio-leon", "teresa-blanco"]


def make_class(folder: Path, count: int, salt: str) -> list[Path]:
    """`count` modules, one folder a student."""
    sources = [path for name in HONEST if (path := ROOT / "examples" / "class" / name / "tensors.py").is_file()]
    made = []
    for number in range(count):
        target = folder / f"student-{number:03d}" / "tensors.py"
        target.parent.mkdir(parents=True)
        text = sources[number % len(sources)].read_text(encoding="utf-8")
        target.write_text(f"{text}\n# {salt} {number}\n", encoding="utf-8")
        made.append(target)
    return made


def time_antorcha(folder: Path, out: Path) -> float:
    command = [sys.executable, "-m", "antorcha.cli.main", "grade", str(folder), "--out", str(out), "--quiet"]
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def time_pytest(submissions: list[Path]) -> float:
    def run_pytest(path: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "graders/test_tensors.py",
            "--antorcha-student",
            str(path),
            "-p",
            "no:cacheprovider",
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run_pytest, submissions))
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    ours, theirs = [], []
    for number in range(args.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "class"
            submissions = make_class(folder, args.submissions, f"round {number}")
            ours.append(time_antorcha(folder, Path(name) / "results"))
            theirs.append(time_pytest(submissions))
    ratios = [slow / fast for slow, fast in zip(theirs, ours, strict=True)]
    result = {
        "submissions": args.submissions,
        "antorcha_seconds": statistics.median(ours),
        "pytest_seconds": statistics.median(theirs),
        "ratio": statistics.median(ratios),
    }
    if args.json:
        print(json.dumps(result))
        return
    print(f"{args.submissions} submissions, {os.cpu_count()} cores, medians of {args.rounds} rounds")
    print(f"antorcha grade             {result['antorcha_seconds']:8.2f} s, with start-up")
    print(f"one pytest a submission       {result['pytest_seconds']:8.2f} s")
    print(f"ratio                      {result['ratio']:8.1f}")


if __name__ == "__main__":
    main()
