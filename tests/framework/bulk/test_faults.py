"""Faults on our side: whatever is killed, full, read-only or damaged, the next run ends up with the right results."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.paths import ROOT

from antorcha.results import CheckResult, TopicResult, Verdict, score_exercise
from antorcha.store import db
from antorcha.store.db import Store

SCRIPT = ROOT / "benchmarks" / "fault_injection.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")


def a_result(points: float) -> TopicResult:
    check = CheckResult("test_one", "one", Verdict.PASSED if points else Verdict.WRONG, comparisons=1)
    return TopicResult("topic", (score_exercise("one", points or 1.0, (check,)),))


# ------------------------------------------------------------------------------------------ a clock that jumps


def test_a_clock_that_runs_backwards_changes_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "results.db") as store:
        for year, points in ((2031, 0.0), (2007, 1.0)):
            monkeypatch.setattr(db, "_now", lambda year=year: f"{year}-01-01T00:00:00+00:00")
            store.begin_run("course", ["ana"] if year == 2007 else ["ana", "bea"])
            store.record("ana", a_result(points), f"key {year}")
            store.record("bea", a_result(points), f"key {year}")
            store.finish_run()
        found = store.results()
    assert {student: [topic.points for topic in topics] for student, topics in found.items()} == {"ana": [1.0]}


# ---------------------------------------------------------------------------------------- a folder to read only


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can reach."""
    with tempfile.TemporaryDirectory(prefix="antorcha-faults-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


def as_nobody(body: str, out: Path) -> str:
    """What these lines print, run by a user who may not write where root may."""
    start = """
        import os, sys
        from pathlib import Path
        from antorcha.errors import UserError
        from antorcha.files import write_if_changed
        from antorcha.store.db import Store
        from tests.framework.bulk.test_faults import a_result
        out = Path(sys.argv[1])
        if os.getuid() == 0:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(body), str(out)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_to_read_only_is_one_clear_error_and_keeps_what_is_there(open_folder: Path) -> None:
    out = open_folder / "results"
    with Store(out / "results.db") as store:
        store.begin_run("course", ["ana"])
        store.record("ana", a_result(1.0), "key")
    (out / "grades.csv").write_text("as it was", "utf-8")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    os.chmod(out, 0o555)
    body = """
        def begin():
            with Store(out / "results.db") as store:
                store.begin_run("course", ["ana"])
        for write in (begin, lambda: write_if_changed(out / "grades.csv", "new")):
            try:
                write()
            except UserError as error:
                print(error.exit_code, error.message)
            else:
                print("written")
    """
    said = as_nobody(body, out).splitlines()
    os.chmod(out, 0o755)
    if os.getuid():  # the owner of results.db may write into it, in a folder that takes no new file
        assert len(said) == 2
    else:
        assert [line.partition(" ")[0] for line in said] == ["3", "3"], said
        assert all("could not be written" in line for line in said), said
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    with Store(out / "results.db") as store:
        assert store.remarks == []
        assert store.lookup("ana", "topic", "key") is not None


# -------------------------------------------------------------------------------------- a whole run, disturbed


@pytest.mark.slow
def test_kill_9_at_random_moments_costs_nobody_a_mark() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--rounds", "10", "--seed", "7", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    record = json.loads(done.stdout)
    assert record["wrong"] == []
    # Many, since moments are parts of what an undisturbed run took: where other work ended meanwhile, some come late.
    assert record["rounds"] == 10
    assert sum(record["kills"].values()) >= 3
    assert done.returncode == 0


@pytest.fixture(scope="module")
def faults() -> Any:
    spec = importlib.util.spec_from_file_location("fault_injection", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_graders_whose_run_was_killed_end_without_a_word(tmp_path: Path, faults: Any) -> None:
    faults.make_desk(tmp_path)
    run = faults.start(tmp_path, tmp_path / "run" / "results", 1)
    while "grader" not in faults.family(run.pid):
        assert run.poll() is None
    run.kill()
    assert run.communicate() == ("", "")  # the graders hold the other ends: this waits for them
    assert faults.left_behind(tmp_path / "run", scratch=True) == []


@pytest.mark.slow
def test_a_disk_that_is_full_a_while_and_a_damaged_file_leave_the_right_results(tmp_path: Path, faults: Any) -> None:
    """A limit on the size of a file stands for the disk: what is written beyond it fails, here and in the graders."""
    faults.make_desk(tmp_path)
    whole = faults.start(tmp_path, tmp_path / "whole" / "results", 2)
    assert whole.wait() == 0
    expected = faults.snapshot(tmp_path / "whole" / "results")
    out = tmp_path / "full" / "results"
    out.parent.mkdir()
    for limit in (4_000, 170_000):  # an empty store has 86,000 bytes, this class 143,000 and its journal more
        full = faults.start(
            tmp_path, out, 2, lambda size=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        )
        said = full.communicate()[1]
        assert full.returncode == 3, said
        assert "could not be written" in said
        assert "Traceback" not in said
    kept = faults.rows(out)
    assert kept
    again = faults.start(tmp_path, out, 2)
    stdout, _ = again.communicate()
    assert again.returncode == 0
    assert json.loads(stdout)["cached"] >= len(kept)
    assert faults.differences("", faults.snapshot(out), expected) == []
    content = (out / "results.db").read_bytes()
    (out / "results.db").write_bytes(content[: len(content) // 2])
    mended = faults.start(tmp_path, out, 2)
    said = mended.communicate()[1]
    assert mended.returncode == 0
    assert "corrupt-1" in said
    assert faults.differences("", faults.snapshot(out), expected) == []
