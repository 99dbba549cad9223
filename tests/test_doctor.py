"""`antorcha doctor`: a report that anybody can read, and an exit code that a script can."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from antorcha.cli import doctor
from antorcha.cli.doctor import AMBER, GREEN, RED, Finding
from antorcha.worker import lockdown

BLOCKED = "import sys; sys.modules.update(torch=None, rich=None)\nfrom antorcha.cli.main import main\n"


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    script = BLOCKED + f"sys.exit(main({['doctor', *words]!r}))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_the_report_names_every_layer_without_torch_or_rich() -> None:
    done = ask()
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
    done = ask("--json")
    answer = json.loads(done.stdout)
    verdicts = [finding["verdict"] for finding in answer["findings"]]
    assert answer["verdict"] == max(verdicts, key=(GREEN, AMBER, RED).index)
    assert done.returncode == (answer["verdict"] == RED)


def test_a_missing_required_layer_is_red(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    broken = [lockdown.Layer("landlock", False, True, "the kernel has none", "get one")]
    monkeypatch.setattr(lockdown, "layers", lambda: broken)
    found = doctor.findings()
    assert doctor.worst(found) == RED
    assert "-> get one" in doctor.as_text(found)
    assert doctor.run(type("Args", (), {"json": False})()) == 1
    assert "do not grade" in capsys.readouterr().out


def test_optional_layers_only_warn() -> None:
    assert doctor.worst([Finding("a", GREEN, ""), Finding("b", AMBER, "")]) == AMBER
    assert doctor.worst([Finding("a", GREEN, "")]) == GREEN


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
    assert doctor._catalogs() == Finding("translations", GREEN, "es")
    os.utime(folder / "antorcha.mo", (1, 1))
    assert doctor._catalogs().verdict == AMBER
