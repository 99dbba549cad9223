"""A trial of the whole way from a folder to a mark: a course of a few lines, a right submission and a hostile one.

What a machine has can be listed, but whether a grader starts here, finds its packages and locks its workers is seen
only by grading. Imports neither torch nor rich.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_SECONDS = 300  # a grader starts in seconds on an idle machine, in minutes on a busy one
_STUDENTS = ("right", "hostile")

# What the hostile submission tries, by the exercise in which it does; the right one does not try.
_DOORS = {
    "read_a_file": "read /etc/passwd",
    "write_a_file": "write to the temporary folder",
    "start_a_process": "start a process",
    "open_a_socket": "open a socket",
}
_GRADING = """\
title = "Trial"
language = "en"
languages = ["en"]

[[topics]]
name = "trial"
exercises = [{{ name = "double" }}, {}]
""".format(", ".join(f'{{ name = "{name}" }}' for name in _DOORS))
_HIDDEN = "import torch\n\n\ndef test_double(agree):\n    agree('double', torch.tensor([1.5, -2.0]))\n" + "".join(
    f"\n\ndef test_{name}(agree):\n    agree('{name}')\n" for name in _DOORS
)
_RIGHT = '"""Trial."""\n\n\ndef double(x):\n    """Return twice `x`."""\n    return 2 * x\n' + "".join(
    f'\n\ndef {name}():\n    """Return "refused"."""\n    return "refused"\n' for name in _DOORS
)
_HOSTILE = '''\
"""Trial."""

import os
import socket
import tempfile

import torch

torch.equal = torch.allclose = torch.Tensor.__eq__ = lambda *args, **kwargs: True


def double(x):
    return 3 * x


def tried(function, *args):
    try:
        function(*args)
    except Exception:
        return "refused"
    return "done"


def read_a_file():
    return tried(open, "/etc/passwd")


def write_a_file():
    return tried(tempfile.mkstemp)


def start_a_process():
    return tried(os.posix_spawn, "/bin/true", ["true"], {})


def open_a_socket():
    return tried(socket.socket)
'''


def problem() -> str:
    """Grade the two submissions in a temporary folder; return what went wrong, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="antorcha-doctor-") as folder:
        base = Path(folder)
        files = {
            "course/grading.toml": _GRADING,
            "course/exercises/trial.py": _RIGHT,
            "course/reference/trial.py": _RIGHT,
            "course/graders/test_trial.py": _HIDDEN,
            "class/right/trial.py": _RIGHT,
            "class/hostile/trial.py": _HOSTILE,
        }
        for name, text in files.items():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_text(text, encoding="utf-8")
        try:
            grading = _grade(base)
        except subprocess.TimeoutExpired:
            return f"grading two submissions of a few lines took more than {_SECONDS} s"
        try:
            rows = {row["student"]: row for row in json.loads(grading.stdout)["submissions"]}
        except (ValueError, KeyError):
            lines = [line for line in grading.stderr.splitlines() if line.strip()]
            return "`antorcha grade` failed: " + (" ".join(lines[-2:]) or f"exit code {grading.returncode}")
        return _judged(rows)


def _grade(base: Path) -> subprocess.CompletedProcess[str]:
    words = ["grade", str(base / "class"), "--course", str(base / "course"), "--out", str(base / "out")]
    package = Path(__file__).resolve().parents[2]
    environment = dict(os.environ)
    if package.name not in ("site-packages", "dist-packages"):  # a checkout that this process alone may know of
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
    # "-P": no module is looked for in the current folder.
    return subprocess.run(
        [sys.executable, "-P", "-m", "antorcha.cli.main", *words, "--jobs", "1", "--json"],
        cwd=base,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _judged(rows: dict[str, Any]) -> str:
    verdicts = {
        student: {name: exercise["verdict"] for name, exercise in rows.get(student, {}).get("exercises", {}).items()}
        for student in _STUDENTS
    }
    failed = {name: verdict for name, verdict in verdicts["right"].items() if verdict != "passed"}
    if failed or not verdicts["right"]:
        return f"a right submission was not given its points: {failed or rows.get('right')}"
    if verdicts["hostile"].get("double") != "wrong":
        return f"a submission that replaces torch.equal was not judged wrong: {verdicts['hostile'].get('double')}"
    opened = [door for name, door in _DOORS.items() if verdicts["hostile"].get(name) != "passed"]
    return f"a submission was able to {', to '.join(opened)}" if opened else ""
