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
_ORDER = (GREEN, AMBER, RED)

_OLDEST_PYTHON = (3, 11)
_OLDEST_TORCH = (2, 6)
_LITTLE_MEMORY = 4 << 30


@dataclass(frozen=True)
class Finding:
    """One line of the report: a verdict (green, amber or red), what was found, and what to do ("" for nothing)."""

    name: str
    verdict: str
    detail: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")


def run(args: argparse.Namespace) -> int:
    found = findings()
    overall = worst(found)
    if args.json:
        rows = [asdict(finding) for finding in found]
        print(json.dumps({"verdict": overall, "findings": rows}, indent=2))
    else:
        print(as_text(found))
    return 1 if overall == RED else 0


def findings() -> list[Finding]:
    """Everything that is looked at, in the order in which it is shown."""
    checks: tuple[Callable[[], Finding], ...] = (
        *(_python, _torch, _numpy, _platform, _cores, _memory, _gpu, _catalogs),
    )
    return [*(check() for check in checks), *_sandbox()]


def worst(found: list[Finding]) -> str:
    """The overall verdict: that of the worst finding."""
    return max((finding.verdict for finding in found), key=_ORDER.index)


def as_text(found: list[Finding]) -> str:
    """The report for a terminal: verdict, name and detail in columns, advice below where there is some."""
    verdicts = max(len(verdict) for verdict in _ORDER)
    names = max(len(finding.name) for finding in found)
    lines = []
    for finding in found:
        lines.append(f"{finding.verdict:<{verdicts}}  {finding.name:<{names}}  {finding.detail}")
        if finding.advice:
            lines.append(f"{'':<{verdicts}}  {'':<{names}}  -> {finding.advice}")
    return "\n".join([*lines, "", _conclusion(worst(found))])


def _conclusion(verdict: str) -> str:
    return {
        GREEN: "green: all is there",
        AMBER: "amber: good for grading other people's submissions; what is amber above would add to it",
        RED: "red: do not grade other people's submissions here before what is red above is mended",
    }[verdict]


def _python() -> Finding:
    enough = sys.version_info >= _OLDEST_PYTHON
    advice = "" if enough else "install Python 3.11 or later"
    return Finding("Python", GREEN if enough else RED, f"{platform.python_version()} ({sys.executable})", advice)


def _torch() -> Finding:
    version = _installed("torch")
    if version is None:
        return Finding("torch", RED, "not installed", "python -m pip install torch")
    enough = _numbers(version) >= _OLDEST_TORCH
    advice = "" if enough else "python -m pip install --upgrade torch"
    return Finding("torch", GREEN if enough else RED, version, advice)


def _numpy() -> Finding:
    version = _installed("numpy")
    if version is None:
        return Finding("numpy", RED, "not installed", "python -m pip install numpy")
    return Finding("numpy", GREEN, version)


def _platform() -> Finding:
    return Finding("platform", GREEN, f"{platform.system()} {platform.release()} on {platform.machine()}")


def _cores() -> Finding:
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return Finding("processor", GREEN, f"{usable} usable cores" if usable != 1 else "1 usable core")


def _memory() -> Finding:
    total = _memory_bytes()
    if total is None:
        return Finding("memory", AMBER, "unknown", "see that some 4 GiB are free before you grade")
    advice = "grade with fewer workers at once (--jobs)" if total < _LITTLE_MEMORY else ""
    return Finding("memory", AMBER if advice else GREEN, f"{total / (1 << 30):.1f} GiB", advice)


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _gpu() -> Finding:
    """For courses with checks on a device. Whether the driver and torch get on is seen when a worker starts CUDA."""
    from antorcha.accelerator import gpus

    problem, here = gpus.why_not(), gpus.usable()
    if not problem and "+cpu" in (_installed("torch") or ""):
        problem = "this PyTorch is built without CUDA"
    if problem:
        # No fault of a machine: what a course asks of a GPU is tested on the simulated one, and results say so.
        return Finding("GPU", GREEN, f"none for locked workers ({problem}): the simulated accelerator stands in")
    named = ", ".join(f"{gpu.name} ({gpu.devices[0]})" for gpu in here)
    return Finding("GPU", GREEN, f"locked workers may open {named}")


def _catalogs() -> Finding:
    """Without the compiled catalogs students read English, whatever the course's language."""
    from antorcha.i18n import DOMAIN, LOCALE_DIR

    compiled = sorted(path.parent.parent.name for path in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    sources = LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    stale = sorted(path.parent.parent.name for path in sources if _is_stale(path.with_suffix(".mo"), path))
    if stale or not compiled:
        wanting = ", ".join(stale) or "every language"
        advice = "install Antorcha again (python -m pip install -e . in a checkout): that compiles them"
        return Finding("translations", AMBER, f"not compiled, or older than their text: {wanting}", advice)
    return Finding("translations", GREEN, ", ".join(compiled))


def _is_stale(compiled: os.PathLike[str], source: os.PathLike[str]) -> bool:
    try:
        return os.stat(compiled).st_mtime < os.stat(source).st_mtime
    except OSError:
        return True


def _sandbox() -> list[Finding]:
    from antorcha.worker.lockdown import layers

    return [
        Finding(
            f"sandbox: {layer.name}",
            GREEN if layer.present else RED if layer.required else AMBER,
            layer.detail,
            layer.advice,
        )
        for layer in layers()
    ]


def _installed(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """The first two numbers of a version such as "2.6.0+cpu"."""
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:2])
