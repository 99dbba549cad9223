"""How much CPU does a class cost behind nbgrader: stock `autograde`, ours, and `antorcha grade` into the gradebook?

    python benchmarks/nbgrader_autograde.py [--submissions 30] [--topics tensors operations broadcasting | --small]
        [--profile]

All three grade the same submissions of one assignment with a notebook a topic, each in a copy of the same nbgrader
course, in the same run, by the same hidden tests. The rival is nbgrader's own list of steps, which runs each notebook
in a kernel. `--small`: one notebook, the small assignment of `make bench`, with its six checks hidden and visible, so
that what the pipelines cost is most of it; the topics of the shipped course have 40 to 150 checks each. The
submissions are the reference's answers, each with a comment of its own. CPU seconds are those of all processes, user
and system, with start-up; all three must give the same marks. `--profile` says instead in which libraries the process
of our `autograde` spends its CPU, without the graders and workers that it starts.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import pstats
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import small_assignment as small

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "week"
OURS = "c.Autograde.autograde_preprocessors = antorcha.autograde_preprocessors()"
_PR_SET_CHILD_SUBREAPER = 36
_PROFILED = """
import cProfile, sys, time
profiler = cProfile.Profile(time.process_time)
file = sys.argv.pop(1)
try:
    profiler.runcall(__import__("nbgrader.apps.nbgraderapp", fromlist=["main"]).main)
finally:
    profiler.dump_stats(file)
"""


@dataclass(frozen=True)
class Cost:
    """What a way of grading took."""

    cpu: float
    seconds: float
    points: float  # of all submissions, as the gradebook has them


def run(folder: Path, *words: str) -> None:
    """Run one command of this environment in `folder`."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def make_course(root: Path, exercises: Path, topics: Sequence[str], submissions: int) -> Path:
    """Write the nbgrader course from the one in `exercises`, with all submissions in it; return its folder."""
    course = root / "course"
    released = ("release", "nbgrader", *topics, "--course", str(course), "--assignment", ASSIGNMENT)
    run(exercises, "-m", "antorcha.cli.main", *released)
    run(course, "-m", "nbgrader", "generate_assignment", ASSIGNMENT)
    for topic in topics:
        answers = cells_of(course / "source" / ASSIGNMENT / f"{topic}.ipynb")
        notebook = json.loads((course / "release" / ASSIGNMENT / f"{topic}.ipynb").read_text(encoding="utf-8"))
        for number in range(submissions):
            for cell in notebook["cells"]:
                if (name := grade_id(cell)).startswith("solution_"):
                    cell["source"] = [*answers[name], f"\n# {number}"]
            target = course / "submitted" / f"student-{number:03d}" / ASSIGNMENT / f"{topic}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(notebook), encoding="utf-8")
    return course


def write_small(root: Path) -> Path:
    """Write the small assignment with visible tests too, which a notebook's check cells need; return its folder."""
    small.write_course(root)
    shutil.copy(root / f"graders/test_{small.NAME}.py", root / "exercises")
    return root


def cells_of(source: Path) -> dict[str, list[str]]:
    """Return the source of each of nbgrader's cells by its name, without the marks around solutions."""
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    return {grade_id(cell): [line for line in cell["source"] if "SOLUTION" not in line] for cell in cells}


def grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def measure(course: Path, *commands: Sequence[str]) -> Cost:
    """Return what the commands take in `course`, with all processes that they leave to us."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        run(course, *command)
    seconds = time.perf_counter() - started
    while True:  # what a command left behind is ours now, and counts once it has ended
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with sqlite3.connect(course / "gradebook.db") as database:
        (points,) = database.execute("select sum(coalesce(manual_score, auto_score, 0)) from grade").fetchone()
    return Cost(cpu, seconds, points or 0.0)


def profile(course: Path) -> None:
    """Print by library where the process of our `autograde` spends its CPU, and the functions that lead there."""
    file = course / "profile"
    run(course, "-c", _PROFILED, str(file), "autograde", ASSIGNMENT)
    statistics: dict[Any, Any] = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    by_library: Counter[str] = Counter()
    for (path, _, _), (_, _, own, _, callers) in statistics.items():
        if path != "~":
            by_library[library(path)] += own
        for (caller, _, _), (_, _, spent, _) in callers.items() if path == "~" else ():
            by_library[library(caller)] += spent  # what is written in C counts for whoever called it
    total = by_library.total()
    print(f"{total:.1f} s of CPU in the process of nbgrader autograde")
    for name, seconds in by_library.most_common(12):
        print(f"{name:24}{seconds:8.1f} s {seconds / total:6.0%}")
    pstats.Stats(str(file)).sort_stats("cumulative").print_stats("nbgrader|antorcha|sqlalchemy/orm/session", 40)


def library(path: str) -> str:
    """Return the package that a file belongs to; all of the standard library is one, and so are all imports."""
    parts = Path(path).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    return "importing" if "importlib" in path else "antorcha" if "antorcha" in parts else "standard library"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=30)
    parser.add_argument("--topics", nargs="+", default=["tensors", "operations", "broadcasting"])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as name:
        exercises = write_small(Path(name) / "antorcha") if args.small else ROOT
        topics = [small.NAME] if args.small else args.topics
        course = make_course(Path(name), exercises, topics, args.submissions)
        if args.profile:
            profile(course)
        else:
            report(compare(course, exercises, Path(name)), args.submissions, len(topics))


def compare(course: Path, exercises: Path, folder: Path) -> dict[str, Cost]:
    """Return what each way takes, in the nbgrader course `course` and copies of it."""
    stock, direct = (Path(shutil.copytree(course, folder / way)) for way in ("stock", "direct"))
    config = stock / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    assert OURS in text
    config.write_text(text.replace(OURS, ""), encoding="utf-8")
    autograde = ("-m", "nbgrader", "autograde", ASSIGNMENT)
    antorcha = ("-m", "antorcha.cli.main")
    ours = ("--course", str(exercises), "--out", "results")
    grade = (*antorcha, "grade", "submitted", *ours, "--quiet")
    export = (*antorcha, "export", "nbgrader", *ours, "--into", "gradebook.db")
    return {
        "stock nbgrader autograde": measure(stock, autograde),
        "autograde with our step": measure(course, autograde),
        "antorcha grade and export": measure(direct, grade, export),
    }


def report(ways: dict[str, Cost], submissions: int, notebooks: int) -> None:
    """Print the costs, and each as a ratio to the first."""
    first = next(iter(ways.values()))
    print(f"{submissions} submissions of {notebooks} notebooks")
    for name, cost in ways.items():
        ratio = f"{first.cpu / cost.cpu:5.1f} times less CPU"
        print(f"{name:28} {cost.cpu:8.1f} s of CPU {cost.seconds:8.1f} s  {ratio}   {cost.points:g} points")


if __name__ == "__main__":
    main()
