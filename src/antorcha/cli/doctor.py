"""`antorcha doctor`: what this machine has, what it lacks, and what to do about it. Imports neither torch nor rich."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

HELP = "say what this machine has for grading: versions, memory, the layers of the sandbox"

GREEN, AMBER, RED = "green", "amber", "red"
_ORDER = (GREEN, AMBER, RED)  # from good to bad
_CONCLUSIONS = {
    GREEN: "green: all is there",
    AMBER: "amber: good for grading other people's submissions; what is amber above would add to it",
    RED: "red: do not grade other people's submissions here before what is red above is mended",
}

_OLDEST_PYTHON = (3, 11)  # both as in pyproject.toml, which a checkout on PYTHONPATH never asked
_OLDEST_TORCH = (2, 6)
_LITTLE_MEMORY = 4 << 30  # bytes: two workers of the default `memory_mib`, without the graders


@dataclass(frozen=True)
class MachineFinding:
    """One line of the report: a verdict (green, amber or red), what was found, and what to do ("" for nothing)."""

    name: str
    verdict: str
    detail: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")
    parser.add_argument("--quick", action="store_true", help="only look: do not grade a right and a hostile submission")


def run(args: argparse.Namespace) -> int:
    """Print the report; return 1 where the machine is not good for grading."""
    report = findings(trial=not args.quick)
    overall = worst(report)
    if args.json:
        rows = [asdict(finding) for finding in report]
        print(json.dumps({"verdict": overall, "findings": rows}, indent=2))
    else:
        print(as_text(report))
    return 1 if overall == RED else 0


def findings(*, trial: bool = True) -> list[MachineFinding]:
    """Return everything that is looked at, in the order in which it is shown.

    `trial`: grade two small submissions too, where nothing stands against it.
    """
    checks: tuple[Callable[[], MachineFinding], ...] = (
        *(_python, _torch, _numpy, _platform, _cores, _memory, _gpu, _catalogs),
    )
    report = [*(check() for check in checks), *_sandbox()]
    return [*report, _trial()] if trial and worst(report) != RED else report


def worst(report: list[MachineFinding]) -> str:
    """Return the overall verdict: that of the worst finding."""
    return max((finding.verdict for finding in report), key=_ORDER.index)


def as_text(report: list[MachineFinding]) -> str:
    """Return the report for a terminal: verdict, name and detail in columns, advice below where there is some."""
    verdicts = max(len(verdict) for verdict in _ORDER)
    names = max(len(finding.name) for finding in report)
    lines = []
    for finding in report:
        lines.append(f"{finding.verdict:<{verdicts}}  {finding.name:<{names}}  {finding.detail}")
        if finding.advice:
            lines.append(f"{'':<{verdicts}}  {'':<{names}}  -> {finding.advice}")
    return "\n".join([*lines, "", _CONCLUSIONS[worst(report)]])


def _python() -> MachineFinding:
    enough = sys.version_info >= _OLDEST_PYTHON
    advice = "" if enough else "install Python 3.11 or later"
    return MachineFinding("Python", GREEN if enough else RED, f"{platform.python_version()} ({sys.executable})", advice)


def _torch() -> MachineFinding:
    version = _installed("torch")
    if version is None:
        return MachineFinding("torch", RED, "not installed", "python -m pip install torch")
    # The first two numbers of a version such as "2.6.0+cpu"; a nightly build's may have letters in them.
    numbers = tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:2])
    enough = numbers >= _OLDEST_TORCH
    advice = "" if enough else "python -m pip install --upgrade torch"
    return MachineFinding("torch", GREEN if enough else RED, version, advice)


def _numpy() -> MachineFinding:
    version = _installed("numpy")
    if version is None:
        return MachineFinding("numpy", RED, "not installed", "python -m pip install numpy")
    return MachineFinding("numpy", GREEN, version)


def _platform() -> MachineFinding:
    return MachineFinding("platform", GREEN, f"{platform.system()} {platform.release()} on {platform.machine()}")


def _cores() -> MachineFinding:
    # Those that this process may run on: a container or `taskset` leaves fewer than the machine has.
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return MachineFinding("processor", GREEN, f"{usable} usable cores" if usable != 1 else "1 usable core")


def _memory() -> MachineFinding:
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")  # bytes
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return MachineFinding("memory", AMBER, "unknown", "see that some 4 GiB are free before you grade")
    advice = "grade with fewer workers at once (--jobs)" if total < _LITTLE_MEMORY else ""
    return MachineFinding("memory", AMBER if advice else GREEN, f"{total / (1 << 30):.1f} GiB", advice)


def _gpu() -> MachineFinding:
    """Look for GPUs. Whether the driver and torch get on is seen only when a worker starts CUDA."""
    from antorcha.accelerator import gpus

    problem, usable = gpus.why_not(), gpus.usable()
    if not problem and "+cpu" in (_installed("torch") or ""):
        problem = "this PyTorch is built without CUDA"
    if problem:
        # No fault of a machine: what a course asks of a GPU is tested on the simulated one, and results say so.
        return MachineFinding("GPU", GREEN, f"none for locked workers ({problem}): the simulated accelerator stands in")
    named = ", ".join(f"{gpu.name} ({gpu.devices[0]})" for gpu in usable)
    return MachineFinding("GPU", GREEN, f"locked workers may open {named}")


def _catalogs() -> MachineFinding:
    """Look for the compiled catalogs, without which students read English, whatever the course's language."""
    from antorcha.i18n import FRAMEWORK_DOMAIN, LOCALE_DIR

    compiled = sorted(path.parent.parent.name for path in LOCALE_DIR.glob(f"*/LC_MESSAGES/{FRAMEWORK_DOMAIN}.mo"))
    sources = LOCALE_DIR.glob(f"*/LC_MESSAGES/{FRAMEWORK_DOMAIN}.po")
    stale = sorted(path.parent.parent.name for path in sources if _is_stale(path.with_suffix(".mo"), path))
    if stale or not compiled:
        wanting = ", ".join(stale) or "every language"
        advice = "install Antorcha again (python -m pip install -e . in a checkout): that compiles them"
        return MachineFinding("translations", AMBER, f"not compiled, or older than their text: {wanting}", advice)
    return MachineFinding("translations", GREEN, ", ".join(compiled))


def _is_stale(compiled: os.PathLike[str], source: os.PathLike[str]) -> bool:
    try:
        return os.stat(compiled).st_mtime < os.stat(source).st_mtime
    except OSError:  # not compiled at all
        return True


def _sandbox() -> list[MachineFinding]:
    from antorcha.worker.lockdown import layers

    return [
        MachineFinding(
            f"sandbox: {layer.name}",
            GREEN if layer.present else RED if layer.required else AMBER,
            layer.detail,
            layer.advice,
        )
        for layer in layers()
    ]


def _trial() -> MachineFinding:
    from antorcha.cli.trial import problem

    failure = problem()
    if failure:
        advice = "grade a class of your own to see all that is said; `--quick` skips this"
        return MachineFinding("trial", RED, failure, advice)
    return MachineFinding(
        "trial", GREEN, "a right submission was given its points; a hostile one was locked in and got none"
    )


def _installed(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
