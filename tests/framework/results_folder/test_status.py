"""`antorcha grade --status`: how far a run is, asked from another terminal."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.paths import MINI_CLASS, MINI_COURSE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")

GRADE = [sys.executable, "-m", "antorcha.cli.main", "grade"]


def status(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GRADE, "--status", "--out", str(out), *words], capture_output=True, text=True, check=False, cwd=out.parent
    )


def make_class(folder: Path) -> Path:
    """All but one have everything right; each takes at least a second, in its sleep."""
    right = (MINI_CLASS / "all-right.py").read_text("utf-8")
    slow = "import time\n" + right.replace("return x + x", "time.sleep(0.4)\n    return x + x")
    folder.mkdir()
    for number in range(5):
        (folder / f"s{number}.py").write_text(f"{slow}\n# {number}\n", "utf-8")
    shutil.copy(MINI_CLASS / "wrong.py", folder)
    return folder


def test_a_run_is_watched_from_another_terminal(tmp_path: Path) -> None:
    hand_ins, out = make_class(tmp_path / "class"), tmp_path / "results"
    options = ["--course", str(MINI_COURSE), "--out", str(out), "--quiet", "--jobs", "1"]
    seen: list[dict[str, Any]] = []
    text = ""
    run = subprocess.Popen([*GRADE, str(hand_ins), *options], cwd=tmp_path)
    try:
        while run.poll() is None:
            done = status(out, "--json")
            if done.returncode == 0:
                seen.append(json.loads(done.stdout))
            if not text and seen and seen[-1]["done"]:
                text = status(out).stdout
            time.sleep(0.1)
    finally:
        run.kill()
    assert run.returncode == 0
    assert all(one["total"] == 6 and one["rest"] == 6 - one["done"] for one in seen)
    assert [one["done"] for one in seen] == sorted(one["done"] for one in seen)
    under_way = {hand_in["student"] for one in seen for hand_in in one["now"]}
    assert under_way & {f"s{number}" for number in range(5)}
    assert all(hand_in["topic"] == "warmup" for one in seen for hand_in in one["now"])
    with_results = [one for one in seen if one["done"]]
    assert with_results, "the run was over before it could be watched"
    assert all(one["per_second"] > 0 for one in with_results)
    rows = [row for one in with_results for row in one["accepted"]]
    assert {row["exercise"] for row in rows} == {"double", "average", "last_row"}
    assert all(0 <= row["accepted"] <= row["graded"] <= 6 for row in rows)
    assert "of 6 results" in text
    assert "warmup.double" in text


def test_no_run_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "results"
    done = status(out)
    assert (done.returncode, done.stdout) == (1, f"No run is grading into {out}/ now.\n")
    out.mkdir()
    # Left behind by a run that was killed: no process has this number.
    left = {"process": 2**22 + 1, "started": 1.0, "total": 3, "done": 1, "free": 0, "now": []}
    (out / "running.json").write_text(json.dumps(left))
    done = status(out, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (1, {"running": False})


def test_a_class_has_to_be_named(tmp_path: Path) -> None:
    done = subprocess.run([*GRADE, "--out", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "antorcha grade CLASS" in done.stderr
    assert done.stdout == ""
