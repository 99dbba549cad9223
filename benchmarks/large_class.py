"""What does a large class cost: grading, store, pages, exports, and what grows faster than the class?

    python benchmarks/large_class.py [--sizes 125 250 500] [--topic tensors] [--alike] [--options="--scheduler local:2"]
                                     [--json FILE] [--plot FILE.svg]

For each size a synthetic class of one topic is written (honest hand-ins of `examples/class`, or of a topic that nobody
handed in there the reference with some exercises left as the stub has them; each with a comment of its own, so that no
result is reused), and graded in a new results folder; then once more unchanged, which costs all
but the grading; then exported as every format that needs no other program's file. Whole processes, with all that they
start; memory is the most that the command itself held. The slopes are straight lines through the sizes, by least
squares. `--alike`: everybody hands in the same code, so that only one is graded, which tells of the rest alone up to
sizes that would take days.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HONEST = ("ana-garcia", "diego-santos", "nicolas-rojas", "sergio-leon", "teresa-blanco")
EXPORTS = ("csv", "moodle", "gradescope", "junit")
STEPS = ("first run", "unchanged", "exports")


@dataclass(frozen=True)
class Step:
    """The cost of one command: CPU seconds of all its processes, seconds on the wall, MiB that the command held."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Size:
    """A class of `students`: its steps by name, and MiB of its database and its pages."""

    students: int
    steps: dict[str, Step]
    database: float
    pages: float


def make_class(folder: Path, topic: str, count: int, *, alike: bool) -> None:
    """Write `count` modules, a folder for each student."""
    paths = [ROOT / "examples" / "class" / name / f"{topic}.py" for name in HONEST]
    sources = [path.read_text("utf-8") for path in paths if path.is_file()] or partly_done(topic)
    for number in range(count):
        own = folder / f"student-{number:06d}"
        own.mkdir(parents=True)
        text = sources[0] if alike else f"{sources[number % len(sources)]}\n# {number}\n"
        (own / f"{topic}.py").write_text(text, "utf-8")


def partly_done(topic: str) -> list[str]:
    """Return the reference of a topic, and the same with the last exercise, the last two, and so on, not begun."""
    done = (ROOT / "reference" / f"{topic}.py").read_text("utf-8")
    stub = (ROOT / "exercises" / f"{topic}.py").read_text("utf-8")
    begun = {_name_of(node): ast.get_source_segment(stub, node) for node in ast.parse(stub).body}
    texts = [done]
    for node in reversed(ast.parse(done).body):
        own, stubbed = ast.get_source_segment(done, node), begun.get(_name_of(node))
        if _name_of(node) and own and stubbed:
            texts.append(texts[-1].replace(own, stubbed))
    return texts


def _name_of(node: ast.stmt) -> str:
    """Return what a statement defines, "" for one that is no answer."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    return node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""


def measured(commands: Sequence[Sequence[str]]) -> Step:
    """Run commands one after another, and return what they cost together."""
    before, started, memory = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    for command in commands:
        process = subprocess.Popen(
            [sys.executable, "-m", "antorcha.cli.main", *command],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        most: list[float] = []
        watch = threading.Thread(target=_watch, args=(process.pid, most))
        watch.start()
        _, said = process.communicate()
        watch.join()
        if process.returncode:
            raise SystemExit(f"{shlex.join(command)}: {said.decode('utf-8', 'replace')[-2000:]}")
        memory = max(memory, *most, 0.0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Step(round(cpu, 2), round(time.perf_counter() - started, 2), round(memory, 1))


def _watch(pid: int, most: list[float]) -> None:
    """Add the peak of a process's memory (MiB) to `most`, as long as it lives."""
    while True:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            return
        peak = [line for line in lines if line.startswith("VmHWM")]
        if not peak:  # it has ended, and is only waited for
            return
        most.append(int(peak[0].split()[1]) / 1024)
        time.sleep(0.05)


def measure(count: int, args: argparse.Namespace) -> Size:
    with tempfile.TemporaryDirectory(prefix="large-class-") as name:
        folder, out = Path(name) / "class", Path(name) / "results"
        make_class(folder, args.topic, count, alike=args.alike)
        grade = ["grade", str(folder), "--out", str(out), "--topic", args.topic, "--quiet", *shlex.split(args.options)]
        if args.alike:  # the one that is graded, so that the first run of the class reuses it
            make_class(Path(name) / "first", args.topic, 1, alike=True)
            measured([["grade", str(Path(name) / "first"), *grade[2:]]])
        steps = [
            measured([grade]),
            measured([grade]),
            measured([["export", form, "--out", str(out)] for form in EXPORTS]),
        ]
        database = (out / "results.db").stat().st_size
        pages = sum(path.stat().st_size for path in (out / "feedback").iterdir())
    return Size(count, dict(zip(STEPS, steps, strict=True)), round(database / 2**20, 2), round(pages / 2**20, 2))


def slope(sizes: Sequence[Size], value: str, step: str = "") -> tuple[float, float]:
    """Return the cost of one more student, and what is there without any, by least squares."""
    xs = [size.students for size in sizes]
    ys = [getattr(size.steps[step] if step else size, value) for size in sizes]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    each = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0
    return each, mean_y - each * mean_x


def plot(sizes: Sequence[Size], path: Path, title: str) -> None:
    """Draw CPU seconds against the size of the class, a line for each step."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "large_class"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    students = [size.students for size in sizes]
    for step, mark in zip(STEPS, "os^", strict=True):
        axes.plot(students, [size.steps[step].cpu for size in sizes], marker=mark, label=step)
    axes.set(
        xlabel="hand-ins of one topic", ylabel="CPU seconds, all processes", title=title, xscale="log", yscale="log"
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def show(sizes: Sequence[Size]) -> None:
    print(f"{'students':>8}  {'step':<10} {'CPU s':>9} {'wall s':>9} {'MiB':>8}   database, pages (MiB)")
    for size in sizes:
        for name, step in size.steps.items():
            tail = f"   {size.database:.1f}, {size.pages:.1f}" if name == STEPS[0] else ""
            print(f"{size.students:>8}  {name:<10} {step.cpu:>9.1f} {step.wall:>9.1f} {step.memory:>8.0f}{tail}")
    if len(sizes) > 1:
        print("for each student more, and without any:")
        for name in STEPS:
            cpu, start = slope(sizes, "cpu", name)
            memory, base = slope(sizes, "memory", name)
            print(
                f"  {name:<10} {1000 * cpu:8.1f} ms of CPU, {start:6.1f} s; "
                f"{1024 * memory:8.1f} KiB held, {base:6.0f} MiB"
            )
        for what in ("database", "pages"):
            print(f"  {what:<10} {1024 * slope(sizes, what)[0]:8.1f} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[125, 250, 500])
    parser.add_argument("--topic", default="tensors")
    parser.add_argument("--alike", action="store_true")
    parser.add_argument("--options", default="", help="for `antorcha grade`, as one text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--read", type=Path, metavar="FILE", help="measure nothing: show and draw what --json kept")
    args = parser.parse_args()
    if args.read:
        kept = json.loads(args.read.read_text("utf-8"))
        sizes = [
            Size(**{**size, "steps": {name: Step(**step) for name, step in size["steps"].items()}})
            for size in kept["sizes"]
        ]
        args.topic, args.alike = kept["topic"], kept["alike"]
    else:
        sizes = [measure(count, args) for count in args.sizes]
    show(sizes)
    if args.json:
        record = {"topic": args.topic, "alike": args.alike, "options": args.options, "cores": os.cpu_count()}
        args.json.write_text(json.dumps(record | {"sizes": [asdict(size) for size in sizes]}, indent=1) + "\n", "utf-8")
    if args.plot:
        plot(sizes, args.plot, f"A class of {args.topic}" + (", everybody with the same code" if args.alike else ""))


if __name__ == "__main__":
    main()
