"""Is every bar of speed met? One table: bar, rival, theirs, ours, ratio, verdict.

    python benchmarks/bench.py [--quick] [--bars 1 3 4] [--otter PYTHON] [--json] [--plot FILE.svg]

Each bar is a ratio within one run, whole processes, from the folder to the stored result, isolation on, the start
included. CPU is that of all processes that a command started; seconds are on the wall, and only there where the bar is
about waiting. Rivals are pinned in `rivals.txt`: nbgrader is asked for in this environment, otter-grader in the
environment of PYTHON; a rival that is not there is said to be not measured. `--quick`: small classes, which show
whether the script works and make the start weigh more than the bar means; what takes minutes is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import made_class
import small_assignment as small

from antorcha.course.load import load_course

ROOT = Path(__file__).resolve().parent.parent
ANTORCHA = (sys.executable, "-m", "antorcha.cli.main")
_PR_SET_CHILD_SUBREAPER = 36
IMPORT_TORCH = (sys.executable, "-c", "import torch")
# At the end of a right hand-in. Behind the lock only: what has no lock would end, or pass everybody from then on.
_ATTACKS = (
    "torch.equal = torch.allclose = torch.Tensor.equal = lambda *_, **__: True\n",
    "import os\nos._exit(0)\n",
)


@dataclass(frozen=True)
class Cost:
    """The cost of a command: CPU seconds of all its processes, seconds on the wall, MiB that the largest held."""

    cpu: float
    wall: float
    memory: float

    def share(self, count: int) -> Cost:
        """Return what one of `count` alike took of it."""
        return replace(self, cpu=self.cpu / count, wall=self.wall / count)


def total(costs: Iterable[Cost]) -> Cost:
    """Return what several commands cost, one after the other."""
    listed = list(costs)
    seconds = (sum(cost.cpu for cost in listed), sum(cost.wall for cost in listed))
    return Cost(*seconds, max(cost.memory for cost in listed))


@dataclass(frozen=True)
class Row:
    """A bar and what was measured for it. `ratio` is to be at least or at most `bar`; `why`: why there is none."""

    number: str
    what: str
    rival: str
    bar: float
    at_least: bool
    theirs: float | None = None
    ours: float | None = None
    ratio: float | None = None
    why: str = ""

    @property
    def verdict(self) -> str:
        if self.ratio is None:
            return f"not measured: {self.why}"
        return "met" if (self.ratio >= self.bar if self.at_least else self.ratio <= self.bar) else "NOT MET"


class CommandFailedError(Exception):
    """A command of the benchmark ended with an error."""


def run(
    command: Sequence[str], folder: Path = ROOT, *, may_fail: bool = False, more: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and return what it cost. `more`: of its environment. Raises: `CommandFailedError`."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # containers set it; people's Python keeps compiled modules
    environment |= more or {}
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, used = time.perf_counter() - started, [usage]
    with contextlib.suppress(ChildProcessError):  # what it left behind is ours now, and counts once it has ended
        while True:
            used.append(os.wait3(0)[2])
    if process.returncode and not may_fail:
        raise CommandFailedError(f"{' '.join(command[:6])} ended with {process.returncode}: {said.strip()[-300:]}")
    cpu = sum(part.ru_utime + part.ru_stime for part in used)
    return Cost(cpu, wall, max(part.ru_maxrss for part in used) / 1024)


class Bench:
    """All measurements; each is made when a bar first asks for it."""

    def __init__(self, folder: Path, *, quick: bool, otter: str) -> None:
        self.folder = folder
        self.quick = quick
        self.otter = otter
        self.course = small.write_course(folder / "course")
        self.large = 40 if quick else 1000
        self.few = 2 if quick else 8  # hand-ins for a rival, which takes seconds for each

    def grade(self, hand_ins: Path, out: str, *words: str) -> Cost:
        target = self.folder / out
        options = ("--course", str(self.course), "--out", str(target), "--quiet")
        return run([*ANTORCHA, "grade", str(hand_ins), *options, *words])

    @cached_property
    def hand_ins(self) -> Path:
        return small.write_class(self.folder / "class", self.large)

    @cached_property
    def first(self) -> Cost:
        """The large class, graded for the first time."""
        return self.grade(self.hand_ins, "results")

    @cached_property
    def tenth(self) -> Cost:
        return self.grade(small.write_class(self.folder / "tenth", self.large // 10), "tenth-results")

    # ------------------------------------------------------------------------------------------------ the bars

    def start(self) -> Iterator[Row]:
        """Measure the goal of the start: one hand-in, and as many as two graders are started for, on the wall."""
        rounds = 1 if self.quick else 5
        for count in (1, 12):
            hand_ins = small.write_class(self.folder / f"start-{count}", count)
            pairs = [
                (run(IMPORT_TORCH).wall, self.grade(hand_ins, f"start-{count}-results", "--regrade").wall)
                for _ in range(rounds)
            ]
            theirs, ours = sorted(pairs, key=lambda pair: pair[1] / pair[0])[rounds // 2]
            yield Row("0", f"seconds, hand-ins: {count}", "import torch", 2.5, False, theirs, ours, ours / theirs)

    def small_assignment(self) -> Iterator[Row]:
        """Bar 1: seconds for each hand-in of the small equal assignment, of CPU and on the wall.

        Rivals are asked before and after: the machine of a benchmark may be faster in one minute than in the next.
        """
        rivals: list[tuple[str, float, Callable[[str, int], Cost]]] = [
            ("nbgrader", 100, self._nbgrader),
            ("otter-grader", 140, self._otter),
            ("one pytest process", 90, self._pytest),
        ]
        measured: dict[str, list[Cost]] = {}
        problems: dict[str, str] = {}
        for when in ("before", "after"):
            for rival, _, measure in rivals:
                try:
                    measured.setdefault(rival, []).append(measure(when, self.few // 2))
                except CommandFailedError as error:
                    problems[rival] = str(error)
            ours = self.first.share(self.large)  # once, after the first half
        for rival, bar, _ in rivals:
            row = Row("1", f"CPU s a hand-in, class of {self.large}", rival, bar, True, ours=ours.cpu)
            if rival in problems:
                yield replace(row, why=problems[rival])
                continue
            theirs = total(measured[rival]).share(self.few)
            yield replace(row, theirs=theirs.cpu, ratio=theirs.cpu / ours.cpu)
            what, ratio = f"seconds a hand-in, class of {self.large}", theirs.wall / ours.wall
            yield replace(row, what=what, theirs=theirs.wall, ours=ours.wall, ratio=ratio)

    def _pytest(self, when: str, count: int) -> Cost:
        folders = small.write_pytest(self.folder / f"pytest-{when}", count)
        return total(run([sys.executable, "-m", "pytest", "-q"], folder) for folder in folders)

    def _nbgrader(self, when: str, count: int) -> Cost:
        if importlib.util.find_spec("nbgrader") is None:
            raise CommandFailedError("nbgrader is not installed here (benchmarks/rivals.txt)")
        course = small.write_nbgrader(self.folder / f"nbgrader-{when}", count)
        run([sys.executable, "-m", "nbgrader", "generate_assignment", small.NAME], course)
        return run([sys.executable, "-m", "nbgrader", "autograde", small.NAME], course)

    def _otter(self, when: str, count: int) -> Cost:
        if not self.otter:
            raise CommandFailedError("no environment with otter-grader was given (--otter PYTHON)")
        folder = small.write_otter(self.folder / f"otter-{when}", count)
        run([self.otter, "-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], folder)
        return total(
            run([self.otter, "-m", "otter", "run", "-a", "autograder.zip", "--no-logo", str(path)], folder)
            for path in sorted((folder / "submissions").iterdir())
        )

    def isolation(self) -> Iterator[Row]:
        """Bar 2: what the locked workers cost beside the same checks run warm in one process."""
        count = 100 if self.quick else 500  # fewer, and the noise of two starts is larger than the difference
        sizes = [small.write_class(self.folder / f"isolated-{size}", size) for size in (count, 2 * count)]
        yield self._isolation(self.course, [small.NAME], sizes, sizes, count, "small assignment")
        # A quarter right throughout, the others with known mistakes, and one hostile for four of them.
        topics = [topic.name for topic in load_course(ROOT).topics][: 2 if self.quick else None]
        each = 2 if self.quick else 4
        sizes = [self._mixed(topics, size) for size in (each, 2 * each)]
        harmless = [self._harmless(folder) for folder in sizes]
        smaller, larger = (len(list(folder.glob("*/*.*"))) for folder in sizes)
        yield self._isolation(ROOT, topics, sizes, harmless, larger - smaller, "whole course")

    def _isolation(
        self, course: Path, topics: list[str], sizes: list[Path], harmless: list[Path], count: int, name: str
    ) -> Row:
        """Return what `count` hand-ins more cost, the larger of two classes less the smaller.

        So the start falls out of the difference: a process that is warm has none. `harmless`: the same two classes as
        whatever has no lock is given them.
        """
        graded = [
            self.grade(folder, f"{folder.name}-results", "--jobs", "1", "--course", str(course)).cpu for folder in sizes
        ]
        script = str(Path(__file__).with_name("unlocked.py"))
        warm = [
            sum(run([sys.executable, script, str(course), topic, str(folder)]).cpu for topic in topics)
            for folder in harmless
        ]
        theirs, ours = ((large - part) / count for part, large in (warm, graded))
        rival = "the same checks, unlocked, in one process"
        return Row("2", f"CPU s a hand-in more, {name}", rival, 1.5, False, theirs, ours, ours / theirs)

    def _mixed(self, topics: list[str], size: int) -> Path:
        """Write a class of `size` students, each with right and wrong answers to all of these topics, and hostile ones.

        One hostile student for four others, at least one: right answers with an attack behind them.
        """
        made, folder = self.folder / f"made-{size}", self.folder / f"mixed-{size}"
        made_class.make(made, size, topics, copies=0, hostile=0, seed=11, mutants=0)
        for week in made.glob("week*"):
            shutil.copytree(week, folder, dirs_exist_ok=True)
        for number in range(-(-size // 4)):
            student = folder / f"hostile-{number}"
            student.mkdir()
            for topic in topics:
                right = (ROOT / "reference" / f"{topic}.py").read_text("utf-8")
                (student / f"{topic}.py").write_text(f"{right}\n\n{_ATTACKS[number % len(_ATTACKS)]}", "utf-8")
        return folder

    def _harmless(self, mixed: Path) -> Path:
        """Write a mixed class without its attacks, which would end a process that has no lock, or pass everybody."""
        copy = Path(shutil.copytree(mixed, mixed.with_name(f"{mixed.name}-harmless")))
        for path in copy.glob("hostile-*/*.py"):
            text = path.read_text("utf-8")
            path.write_text(next(text.removesuffix(attack) for attack in _ATTACKS if text.endswith(attack)), "utf-8")
        return copy

    def unchanged(self) -> Iterator[Row]:
        """Bar 3: an unchanged class again, and one after a change of one exercise's hidden test."""
        first = self.first  # before the second run
        again = self.grade(self.hand_ins, "results")
        what = f"CPU s, class of {self.large} again"
        yield Row("3", what, "its first run", 0.01, False, first.cpu, again.cpu, again.cpu / first.cpu)
        changed = shutil.copytree(self.course, self.folder / "changed-course")
        small.change_a_test(changed)
        in_part = self.grade(self.hand_ins, "results", "--course", str(changed))
        what = f"CPU s, one of {small.EXERCISES} exercises changed"
        share = 1 / small.EXERCISES + 0.01
        yield Row("3", what, "its first run", share, False, first.cpu, in_part.cpu, in_part.cpu / first.cpu)

    def growth(self) -> Iterator[Row]:
        """Bar 4: cost and memory against the size of the class, and two graders against one."""
        tenth, first = self.tenth, self.first
        sizes = f"{self.large} hand-ins against {self.large // 10}"
        yield Row("4", f"CPU s, {sizes}", "a tenth of it", 10.5, False, tenth.cpu, first.cpu, first.cpu / tenth.cpu)
        memory = first.memory / tenth.memory
        yield Row("4", f"MiB, {sizes}", "a tenth of it", 1.05, False, tenth.memory, first.memory, memory)
        one, two = (self.grade(self.hand_ins, f"jobs-{jobs}", "--jobs", str(jobs), "--regrade").wall for jobs in (1, 2))
        yield Row("4", "seconds, two graders", "one grader", 1.9, True, one, two, one / two)

    def student(self) -> Iterator[Row]:
        """Bar 5: what a student waits for."""
        out = self.folder / "student"
        run([*ANTORCHA, "release", "student", "--out", str(out)])
        rounds = 1 if self.quick else 5
        pytest = (sys.executable, "-m", "pytest", "-q", "-p", "antorcha")
        # A student's environment has no other plugins: of ours one imports Hypothesis, for a second.
        alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        for what, bar, target in (
            ("one topic, untouched", 1.25, "exercises/test_tensors.py"),
            ("the course, untouched", 1.5, "exercises/"),
        ):
            pairs = [
                (run(IMPORT_TORCH).wall, run([*pytest, target], out, may_fail=True, more=alone).wall)
                for _ in range(rounds)
            ]
            theirs, ours = (sorted(side)[rounds // 2] for side in zip(*pairs, strict=True))
            yield Row("5", f"seconds, pytest on {what}", "import torch", bar, False, theirs, ours, ours / theirs)
        yield self._solved(out, [*pytest, "-p", "answers_own", "exercises/"], alone, rounds)

    def _solved(self, released: Path, pytest: list[str], alone: dict[str, str], rounds: int) -> Row:
        """Return what the solved course takes beside the answers' own computing."""
        solved = shutil.copytree(released, self.folder / "solved")
        for path in (ROOT / "reference").glob("*.py"):
            if (solved / "exercises" / path.name).is_file():
                shutil.copy(path, solved / "exercises" / path.name)
        own = self.folder / "answers_own"
        more = {**alone, "ANSWERS_OWN": str(own), "PYTHONPATH": str(Path(__file__).parent)}
        triples = [
            (run(IMPORT_TORCH).wall, run(pytest, solved, more=more).wall, float(own.read_text("utf-8")))
            for _ in range(rounds)
        ]
        theirs, ours, answers = sorted(triples, key=lambda one: (one[1] - one[2]) / one[0])[rounds // 2]
        what = f"seconds, the course solved, less {answers:.1f} of the answers' own"
        return Row("5", what, "import torch", 1.6, False, theirs, ours - answers, (ours - answers) / theirs)

    def release(self) -> Iterator[Row]:
        """Bar 6: releasing and auditing, in seconds on the wall."""
        command = [*ANTORCHA, "release", "student", "--force", "--out", str(self.folder / "released")]
        shutil.rmtree(ROOT / ".antorcha" / "release", ignore_errors=True)
        for what in ("first", "again"):
            seconds = run(command).wall
            yield Row("6", f"seconds, release student, {what}", "12 s", 1, False, 12, seconds, seconds / 12)
        audit = Row("6", "seconds, antorcha audit", "4 min", 1, False, 240, why="it takes an hour; leave out --quick")
        if self.quick:
            yield audit
        else:
            seconds = run([*ANTORCHA, "audit"], may_fail=True).wall
            yield replace(audit, ours=seconds, ratio=seconds / 240, why="")

    def curve(self) -> list[tuple[int, float]]:
        """Return CPU seconds by the size of the class."""
        sizes = [1, 10, 20, 40] if self.quick else [1, 30, 100, 300, 1000]
        return [
            (size, self.grade(small.write_class(self.folder / f"curve-{size}", size), f"curve-{size}-results").cpu)
            for size in sizes
        ]


BARS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "0": Bench.start,
    "1": Bench.small_assignment,
    "2": Bench.isolation,
    "3": Bench.unchanged,
    "4": Bench.growth,
    "5": Bench.student,
    "6": Bench.release,
}


def show(row: Row) -> str:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.3g}"

    wanted = f"{'>=' if row.at_least else '<='} {row.bar:g}"
    columns = f"{row.number:3} {row.what:42} {row.rival:42} {number(row.theirs):>8} {number(row.ours):>8}"
    return f"{columns} {number(row.ratio):>8} {wanted:>8}  {row.verdict}"


def plot(points: Sequence[tuple[int, float]], path: Path) -> None:
    """Draw CPU seconds against the size of the class."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "bench"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    axes.plot(*zip(*points, strict=True), marker="o")
    axes.set(xlabel="hand-ins of the small assignment", ylabel="CPU seconds, all processes", ylim=(0, None))
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--bars", nargs="+", choices=BARS, default=list(BARS))
    parser.add_argument("--otter", default="", metavar="PYTHON", help="of an environment with otter-grader and torch")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the cost of classes of several sizes")
    args = parser.parse_args()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    rows: list[Row] = []
    head = f"{'bar':3} {'what':42} {'rival':42} {'theirs':>8} {'ours':>8} {'ratio':>8} {'bar':>8}  verdict"
    if not args.json:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{head}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        bench = Bench(Path(name), quick=args.quick, otter=args.otter)
        for bar in args.bars:
            for row in BARS[bar](bench):
                rows.append(row)
                if not args.json:
                    print(show(row), flush=True)
        points = bench.curve() if args.plot else []
    if args.plot:
        plot(points, args.plot)
    if args.json:
        listed: list[dict[str, Any]] = [{**asdict(row), "verdict": row.verdict} for row in rows]
        print(json.dumps({"quick": args.quick, "cores": os.cpu_count(), "bars": listed, "curve": points}))


if __name__ == "__main__":
    main()
