"""Does `antorcha grade` survive kill -9 of its processes at random moments?

    python benchmarks/fault_injection.py [--rounds 200] [--minutes M] [--seed 0] [--json]

Each round grades a small class in a new results folder and sends SIGKILL, at one to three moments drawn by the seed,
to a worker, a zygote, a grader, the run alone, or the run with everything that it started. Then the same command is
run again until it reports success (twice at most), and the results must equal those of an undisturbed run: every row
of results.db apart from times, printed output and who was judged twice (a killed grader is a reason for it), grades.csv
and the feedback pages byte for byte. At the moment when a run ended early, what results.db held already must be right,
and the next run must reuse it. Nothing may be left behind: no process, no half-written file, and no scratch folder
(where somebody was left alive to remove it).

A difference is printed and makes the exit status 1. The moments depend on the machine: a seed repeats the plan only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
TARGETS = ("worker", "worker", "zygote", "grader", "run", "everything")
PATIENCE = 120.0
REUSABLE = "verdict NOT IN ('grader_error', 'not_tested')"


def make_desk(folder: Path) -> None:
    """Make a course with short limits and a class whose grading takes about as long as starting to grade."""
    course = Path(shutil.copytree(DATA / "mini_course", folder / "course"))
    settings = course / "grading.toml"
    settings.write_text(settings.read_text("utf-8").replace("call_cpu_seconds = 2", "call_cpu_seconds = 0.4"), "utf-8")
    submissions = Path(shutil.copytree(DATA / "mini_class", folder / "class"))
    right = (submissions / "all-right.py").read_text("utf-8")
    wrong = (submissions / "wrong.py").read_text("utf-8")
    made = {
        "slow": right.replace("    return x + x", "    import time\n    time.sleep(0.3)\n    return x + x"),
        "slow-wrong": wrong.replace("    x *= 2", "    import time\n    time.sleep(0.3)\n    x *= 2"),
        "slow-import": "import time\n\ntime.sleep(0.4)\n" + right,
        "endless": right.replace("return x + x", "while True: pass"),
        "quits": right.replace("return x + x", "__import__('os')._exit(0)"),
        "talks": right.replace("return x + x", "print('here')\n    return x + x"),
    }
    for name, code in made.items():
        (submissions / f"{name}.py").write_text(code, "utf-8")


def start(desk: Path, out: Path, jobs: int, limit: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    """Start a run of `antorcha grade`; `limit` is called in its process before it begins."""
    scratch = out.parent / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    words = ["grade", str(desk / "class"), "--course", str(desk / "course"), "--out", str(out)]
    return subprocess.Popen(
        [sys.executable, "-m", "antorcha.cli.main", *words, "--jobs", str(jobs), "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
        preexec_fn=limit,
    )


# ------------------------------------------------------------------------------------------------ what there is


def processes() -> dict[int, tuple[int, str]]:
    """By number: the parent and the command line of every process that runs now."""
    running = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                running[int(entry.name)] = int(parent), line
    return running


def family(pid: int) -> dict[str, list[int]]:
    """Return the processes of a run that can be killed, by what they are."""
    everybody = processes()
    by_kind: dict[str, list[int]] = {"run": [pid], "everything": [pid]}
    for process in everybody:
        line = [process]
        while line[-1] in everybody:
            line.append(everybody[line[-1]][0])
        if pid not in line[1:]:
            continue
        by_kind["everything"].append(process)
        parent, command = everybody[process]
        if "antorcha.bulk.grader" in command:
            by_kind.setdefault("grader", []).append(process)
        elif "antorcha.worker.zygote" in command:
            forked = "antorcha.worker.zygote" in everybody.get(parent, (0, ""))[1]
            by_kind.setdefault("worker" if forked else "zygote", []).append(process)
    return by_kind


def kill(pid: int, target: str, draw: random.Random) -> set[int]:
    """Send SIGKILL; return the processes that it went to, none where there is no such process now."""
    candidates = family(pid).get(target, [])
    if candidates and target != "everything":
        candidates = [draw.choice(candidates)]
    for process in candidates:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return set(candidates)


def lasting(value: Any) -> Any:
    """Return a record without what may differ from run to run."""
    if isinstance(value, dict):
        return {key: lasting(part) for key, part in value.items() if key not in ("seconds", "output", "judged_twice")}
    return [lasting(part) for part in value] if isinstance(value, list) else value


def rows(out: Path, where: str = "1") -> dict[str, Any]:
    """Return what results.db says of each student and topic, apart from times; empty before there is a table."""
    topics = f"SELECT student, topic, key, result, verdict, points, max, note FROM topics WHERE counts AND {where}"
    checks = 'SELECT student, topic, exercise, "check", verdict, weight, comparisons, device, diagnosis FROM checks'
    by_topic: dict[str, Any] = {}
    if not (out / "results.db").exists():
        return by_topic
    with closing(sqlite3.connect(out / "results.db")) as db, suppress(sqlite3.OperationalError):
        for student, topic, key, result, *rest in db.execute(topics):
            assert f"{student}/{topic}" not in by_topic, "two results count"
            by_topic[f"{student}/{topic}"] = [key, lasting(json.loads(result)), *rest, []]
        for student, topic, *rest in db.execute(checks):
            if f"{student}/{topic}" in by_topic:
                by_topic[f"{student}/{topic}"][-1].append(rest)
    return by_topic


def files(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): b"".join(
            line for line in path.read_bytes().splitlines(keepends=True) if b",judged_twice," not in line
        )
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.startswith("results.db") and path.name != "index.html"  # it tells times
    }


def snapshot(out: Path) -> dict[str, Any]:
    return {"rows": rows(out), "files": files(out)}


# ---------------------------------------------------------------------------------------------------- one round


@dataclass
class Round:
    """The events of one round; `wrong` is empty when all is as it should be."""

    kills: list[str] = field(default_factory=list)
    runs: int = 0
    wrong: list[str] = field(default_factory=list)


def disturb(run: subprocess.Popen[str], plan: list[tuple[float, str]], draw: random.Random) -> Iterator[str]:
    """Send the planned signals, each as soon as its moment has come and its target is there."""
    started = time.monotonic()
    for moment, target in plan:
        while run.poll() is None and time.monotonic() - started < moment:
            time.sleep(0.005)
        while run.poll() is None:
            if kill(run.pid, target, draw):
                yield target
                break
            time.sleep(0.005)


def finish(run: subprocess.Popen[str], outcome: Round) -> dict[str, Any] | None:
    """Return what the run reported, or `None` where it did not reach its end."""
    outcome.runs += 1
    try:
        stdout, stderr = run.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        outcome.wrong.append(f"a run did not end within {PATIENCE:.0f} s")
        kill(run.pid, "everything", random.Random())
        return None
    if "Traceback" in stderr:
        outcome.wrong.append(f"a traceback: {stderr[-1500:]}")
    if run.returncode not in (0, 1, -signal.SIGKILL):
        outcome.wrong.append(f"exit status {run.returncode}: {stderr[-1500:]}")
    if run.returncode == -signal.SIGKILL:
        return None
    record: dict[str, Any] = {"code": run.returncode, "said": stderr, **json.loads(stdout or "{}")}
    return record


def one_round(desk: Path, expected: dict[str, Any], seconds: float, draw: random.Random) -> Round:
    outcome = Round()
    count = draw.choice((1, 1, 2, 3))
    plan = sorted((draw.uniform(0.0, 0.8 * seconds), draw.choice(TARGETS)) for _ in range(count))
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as name:
        out = Path(name) / "results"
        run = start(desk, out, draw.choice((1, 2)))
        outcome.kills += disturb(run, plan, draw)
        record = finish(run, outcome)
        for _ in range(2):
            if record is not None and record["code"] == 0:
                break
            kept = rows(out, REUSABLE)
            outcome.wrong += differences("kept", kept, {topic: expected["rows"].get(topic) for topic in kept})
            record = finish(start(desk, out, 2), outcome)
            if record is not None and record.get("cached", 0) < len(kept):
                outcome.wrong.append(f"{len(kept)} results were there, and {record.get('cached')} were reused")
        if record is None or record["code"] != 0:
            outcome.wrong.append(f"no run reported success: {record}")
        outcome.wrong += differences("final", snapshot(out), expected)
        killed = set(outcome.kills)
        nobody_left = "everything" in killed or {"zygote", "grader"} <= killed or {"run", "grader"} <= killed
        outcome.wrong += left_behind(Path(name), scratch=not nobody_left)
    return outcome


def differences(what: str, seen: dict[Any, Any], expected: dict[Any, Any]) -> list[str]:
    lines = []
    for key in sorted(seen.keys() | expected.keys()):
        ours, theirs = seen.get(key), expected.get(key)
        if isinstance(ours, list) and isinstance(theirs, list):
            ours, theirs = dict(enumerate(ours)), dict(enumerate(theirs))
        if isinstance(ours, dict) and isinstance(theirs, dict):
            lines += differences(f"{what}: {key}", ours, theirs)
        elif ours != theirs:
            lines.append(f"{what}: {key}: {str(ours)[:300]} instead of {str(theirs)[:300]}")
    return lines


def left_behind(folder: Path, *, scratch: bool) -> list[str]:
    """Return what is still there a while after the last run: processes of ours, half files, scratch folders."""
    deadline = time.monotonic() + 15.0
    while True:
        lines = [f"left: process {pid}: {line}" for pid, line in of_ours(folder).items()]
        lines += [f"left: {path}" for path in folder.rglob("*.part")]
        if scratch:
            lines += [f"left: {path}" for path in (folder / "scratch").iterdir()]
        if not lines or time.monotonic() > deadline:
            return lines
        time.sleep(0.05)


def of_ours(folder: Path) -> dict[int, str]:
    """Processes that were started with this folder in their environment or command."""
    found = {}
    for pid, (_, line) in processes().items():
        with suppress(OSError):
            if str(folder).encode() in Path(f"/proc/{pid}/environ").read_bytes() or str(folder) in line:
                found[pid] = line
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="kill -9 at random moments of `antorcha grade`")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no round after this time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    begun, kills, wrong, done, runs = time.monotonic(), Counter[str](), [], 0, 0
    with tempfile.TemporaryDirectory(prefix="faults-desk-") as name:
        desk = Path(name)
        make_desk(desk)
        undisturbed, started = Round(), time.monotonic()
        finish(start(desk, desk / "results", 1), undisturbed)
        seconds, expected = time.monotonic() - started, snapshot(desk / "results")
        assert not undisturbed.wrong, undisturbed.wrong
        assert len(expected["rows"]) == len(list((desk / "class").iterdir())), expected
        for number in range(args.rounds):
            if time.monotonic() - begun > 60 * args.minutes:
                break
            found = one_round(desk, expected, seconds, random.Random(f"{args.seed}-{number}"))
            done, runs = done + 1, runs + found.runs
            kills.update(found.kills)
            wrong += [f"round {number} ({', '.join(found.kills)}): {line}" for line in found.wrong]
            if not args.json:
                print(f"{number}: {', '.join(found.kills) or 'ended before'}; {found.runs} runs", flush=True)
                print("\n".join(f"  {line}" for line in found.wrong), end="\n" if found.wrong else "", flush=True)
    record = {"rounds": done, "runs": runs, "kills": dict(kills), "seconds": round(seconds, 1), "wrong": wrong}
    print(json.dumps(record))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
