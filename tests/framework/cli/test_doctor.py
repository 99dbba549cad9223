"""`antorcha doctor`: a report that anybody can read, and an exit code that a script can."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from antorcha.cli import doctor
from antorcha.cli.doctor import AMBER, GREEN, RED, MachineFinding
from antorcha.worker import lockdown

BLOCKED = "import sys; sys.modules.update(torch=None, rich=None)\nfrom antorcha.cli.main import main\n"


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    script = BLOCKED + f"sys.exit(main({['doctor', *words]!r}))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_the_report_names_every_layer_without_torch_or_rich() -> None:
    done = ask("--quick")
    assert not done.stderr
    for name in (
        "Python",
        "torch",
        "numpy",
        "memory",
        "translations",
        *(f"sandbox: {x.name}" for x in lockdown.layers()),
    ):
        assert f" {name} " in done.stdout
    assert done.stdout.splitlines()[-1].split(":")[0] in (GREEN, AMBER, RED)


def test_json_says_the_same() -> None:
    done = ask("--json", "--quick")
    answer = json.loads(done.stdout)
    verdicts = [finding["verdict"] for finding in answer["findings"]]
    assert answer["verdict"] == max(verdicts, key=(GREEN, AMBER, RED).index)
    assert done.returncode == (answer["verdict"] == RED)


def test_a_missing_required_layer_is_red(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    broken = [lockdown.Layer("landlock", False, True, "the kernel has none", "get one")]
    monkeypatch.setattr(lockdown, "layers", lambda: broken)
    found = doctor.findings()  # without a trial: nothing of it could be run
    assert doctor.worst(found) == RED
    assert "-> get one" in doctor.as_text(found)
    assert doctor.run(type("Args", (), {"json": False, "quick": False})()) == 1
    assert "do not grade" in capsys.readouterr().out


def test_optional_layers_only_warn() -> None:
    assert doctor.worst([MachineFinding("a", GREEN, ""), MachineFinding("b", AMBER, "")]) == AMBER
    assert doctor.worst([MachineFinding("a", GREEN, "")]) == GREEN


def test_on_another_platform_the_sandbox_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    (only,) = lockdown.layers()
    assert only.required
    assert not only.present
    assert "Linux" in only.advice
    assert lockdown.missing_required() == [only]


@pytest.mark.parametrize(
    ("version", "enough"), [("2.6.0+cpu", True), ("2.13.0", True), ("2.5.1", False), ("3.0a1", True)]
)
def test_an_old_torch_is_red(monkeypatch: pytest.MonkeyPatch, version: str, enough: bool) -> None:
    monkeypatch.setattr(doctor, "_installed", lambda package: version)
    assert (doctor._torch().verdict == GREEN) is enough


def test_old_and_missing_catalogs_are_found(tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    from antorcha import i18n

    folder = Path(tmp_path, "es", "LC_MESSAGES")
    folder.mkdir(parents=True)
    monkeypatch.setattr(i18n, "LOCALE_DIR", Path(tmp_path))
    assert doctor._catalogs().verdict == AMBER
    (folder / "antorcha.po").touch()
    assert doctor._catalogs().verdict == AMBER
    (folder / "antorcha.mo").touch()
    assert doctor._catalogs() == MachineFinding("translations", GREEN, "es")
    os.utime(folder / "antorcha.mo", (1, 1))
    assert doctor._catalogs().verdict == AMBER


@pytest.mark.slow
@pytest.mark.skipif(bool(lockdown.missing_required()), reason="nothing can be graded here")
def test_it_grades_a_right_and_a_hostile_submission_before_it_says_so() -> None:
    done = ask()
    (line,) = (line for line in done.stdout.splitlines() if " trial " in line)
    assert line.startswith(GREEN), line
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(bool(lockdown.missing_required()), reason="nothing can be graded here")
def test_a_grader_that_cannot_start_is_red(tmp_path: os.PathLike[str]) -> None:
    """As where a package is missing: the trial says what `antorcha grade` says."""
    from pathlib import Path

    Path(tmp_path, "pydantic.py").write_text("raise ModuleNotFoundError('No module named pydantic')")
    script = BLOCKED + "sys.exit(main(['doctor']))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    (line,) = (line for line in done.stdout.splitlines() if " trial " in line)
    assert line.startswith(RED), line
    assert "pydantic" in line
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("right", "hostile", "said"),
    [
        ("error", "wrong", "a right submission was not given its points: {'double': 'error'}"),
        ("passed", "passed", "not judged wrong: passed"),
        ("passed", "wrong", "a submission was able to open a socket"),
    ],
)
def test_what_fails_in_the_trial_is_said(right: str, hostile: str, said: str) -> None:
    from antorcha.cli import trial

    doors = {name: {"verdict": "passed"} for name in ("read_a_file", "write_a_file", "start_a_process")}
    rows = {
        "right": {"exercises": {"double": {"verdict": right}}},
        "hostile": {"exercises": {"double": {"verdict": hostile}, **doors, "open_a_socket": {"verdict": "wrong"}}},
    }
    assert said in trial._judged(rows)
