"""Frozen answers: what the reference answers to the visible tests, for folders that have no reference.

An answer says what a right answer is and nothing of how it was found: the lines and the names that a traceback would
show, the seconds, the last operation behind a tensor and the memory around it stay here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.worker.codec import NUMPY_DTYPES, TORCH_DTYPES

REPORT_FILE = "report.json"
MISTAKES = "mistakes"  # the ending of a topic's file of known mistakes, beside its answers
_SHOWN = 5  # problems told at once


@dataclass(frozen=True)
class Frozen:
    """What was recorded, by topic: `answers/<topic>.bin` and `mistakes/<topic>.bin` (of topics with variants).

    `skipped`: tests that did not run here.
    """

    answers: dict[str, bytes]
    mistakes: dict[str, bytes] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def of(self, topic: str) -> Frozen:
        """What was recorded for one topic."""
        mistakes = {name: data for name, data in self.mistakes.items() if name == topic}
        return Frozen({topic: self.answers[topic]}, mistakes, self.skipped)


def freeze(course: Course) -> Frozen:
    """Run the visible tests on the reference and keep its answers.

    Raises `UserError` where a visible test fails on the reference or needs what students do not have.
    """
    with tempfile.TemporaryDirectory(prefix="antorcha-") as folder:
        done = _run_recorder(course, Path(folder))
        report = _report(Path(folder), done)
        for message, hint in report["quizzes"]:
            raise UserError(message, hint)
        if report["problems"]:
            raise _problem(report["problems"])
        answers = {topic.name: (Path(folder) / f"{topic.name}.bin").read_bytes() for topic in course.topics}
        mistakes = {path.stem: path.read_bytes() for path in Path(folder).glob(f"*.{MISTAKES}")}
    return Frozen(answers, mistakes, tuple(report["skipped"]))


def frozen_files(frozen: Frozen, folder: str) -> dict[str, bytes]:
    """The files under `folder` (`_antorcha`) that a student's folder gets of what was recorded."""
    answers = {f"{folder}/answers/{name}.bin": data for name, data in frozen.answers.items()}
    return answers | {f"{folder}/{MISTAKES}/{name}.bin": data for name, data in frozen.mistakes.items()}


def _run_recorder(course: Course, folder: Path) -> subprocess.CompletedProcess[str]:
    # What an instructor's shell tells pytest must not change what students get.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "antorcha.release.recorder", str(course.root), str(folder)]
    return subprocess.run(
        command, env=environment, cwd=course.root, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )


def _report(folder: Path, done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith(("ERROR: ", "INTERNALERROR> "))]
        said = (errors or lines or [f"exit code {done.returncode}"])[-1]
        raise UserError(
            f"the visible tests could not be run on the reference: {said.removeprefix('ERROR: ')}",
            "try: pytest exercises/ --antorcha-student reference/",
        ) from None
    return report


def _problem(problems: list[str]) -> UserError:
    shown = "\n  ".join(problems[:_SHOWN])
    more = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return UserError(
        f"visible tests that students cannot be given:\n  {shown}{more}",
        "each must pass on the reference and use only what students have: "
        "pytest exercises/ --antorcha-student reference/",
    )


# ------------------------------------------------------------------------------------- what an answer keeps


def answers_only(message: bytes) -> bytes:
    """A call's message without what is no part of its answer. `compare` judges by it as by the whole one."""
    size = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + size])
    buffers = _split(message[4 + size :], header["b"])
    masks = [np.zeros(len(one), np.uint8) for one in buffers]
    _keep_reachable(header["v"], masks)
    fields = dict(header["v"][1])
    fields["seconds"] = 0.0
    fields["error"] = _error(fields["error"])
    header["v"][1] = [[key, node] for key, node in fields.items()]
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    kept = [(np.frombuffer(one, np.uint8) * mask).tobytes() for one, mask in zip(buffers, masks, strict=True)]
    return b"".join([len(text).to_bytes(4, "little"), text, *kept])


def _error(node: Any) -> Any:
    """An exception is compared by its type alone; its text and its lines are the reference's own."""
    if node is None:
        return None
    fields = dict(node[1])
    kept = {"bases": ["l", [fields["type"]]], "message": "", "frames": ["l", []], "innermost": False}
    return ["d", [[key, kept.get(key, item)] for key, item in fields.items()]]


def _split(data: bytes, lengths: list[int]) -> list[bytes]:
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    return [data[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def _keep_reachable(node: Any, masks: list[np.ndarray[Any, Any]]) -> None:
    """Mark the bytes that elements of tensors and arrays are made of; forget which operation made a tensor."""
    if not isinstance(node, list):
        return
    tag, content = node[0], node[-1]
    if tag in ("T", "A"):
        _keep_leaf(content, masks)
    elif tag in ("l", "t", "S", "s"):
        for item in content:
            _keep_reachable(item, masks)
    elif tag in ("d", "r"):
        for key, item in content:
            if tag == "d":
                _keep_reachable(key, masks)
            _keep_reachable(item, masks)


def _keep_leaf(leaf: dict[str, Any], masks: list[np.ndarray[Any, Any]]) -> None:
    if "fn" in leaf:
        leaf["fn"] = None
    if isinstance(leaf.get("gr"), dict):
        _keep_leaf(leaf["gr"], masks)
    if leaf["bf"] < 0:
        return
    dtype = NUMPY_DTYPES.get(leaf["dt"]) if "sc" in leaf else TORCH_DTYPES.get(leaf["dt"])
    if dtype is None:  # of no dtype that could be read again either
        return
    itemsize = dtype.itemsize
    steps = [*(step * itemsize for step in leaf["st"]), 1]
    touched: np.ndarray[Any, Any] = np.ndarray(
        (*leaf["sh"], itemsize), np.uint8, masks[leaf["bf"]].data, leaf["os"], steps
    )
    touched[...] = 1
