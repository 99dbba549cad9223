"""What a worker gets from the machine: a user id of its own, and the packages wherever they lie, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.paths import ROOT

from antorcha.course.model import Limits
from antorcha.surroundings import library_folders

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

from antorcha.worker.client import WorkerError, Zygote
from antorcha.worker.lockdown import Settings, users

SITE = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def test_no_two_reserved_users_are_one_until_they_are_released(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other ids than the workers': graders that run beside this test must find theirs free.
    monkeypatch.setattr(users, "FIRST_UID", 900_000)
    monkeypatch.setattr(users, "UID_COUNT", 20)
    reserved = [users.reserve() for _ in range(20)]
    with pytest.raises(OSError, match="all 20 user ids"):
        users.reserve()
    uids = {user.uid for user in reserved}
    for user in reserved:
        user.release()
    assert uids == set(range(900_000, 900_020))
    users.reserve().release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_workers_alive_at_once_are_different_users() -> None:
    first, second = Zygote.start(), Zygote.start()
    workers = [zygote.spawn(Limits()) for zygote in (first, second, first)]
    try:
        for worker in workers:  # it has locked itself when it answers
            worker.load("answers", [("", "answers.py")], one_file=True)
        statuses = [Path(f"/proc/{worker.pid}/status").read_text() for worker in workers]
        uids = [line.split()[1] for status in statuses for line in status.splitlines() if line.startswith("Uid:")]
        assert len(set(uids)) == 3
        assert "0" not in uids
    finally:
        for worker in workers:
            worker.close()
        first.close()
        second.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_a_worker_cannot_reach_is_the_machine_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    os.chown(tmp_path, 60_501, 60_501)  # a worker is nobody's or a root without rights
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # With Landlock a worker keeps the right to enter any folder.
    zygote = Zygote.start(Settings(use_bubblewrap=False, use_landlock=False))
    worker = zygote.spawn(Limits(), scratch=True)
    try:
        with pytest.raises(WorkerError, match="let TMPDIR be a folder that all users can enter"):
            worker.load("answers", [("", "answers.py")], one_file=True)
    finally:
        worker.close()
        zygote.close()


def test_python_s_own_modules_are_in_no_package_folder() -> None:
    folders = library_folders(["json", "nothing_of_this_name"])
    assert os.path.dirname(os.__file__) not in folders
    assert str(ROOT / "src") in folders or any((Path(folder) / "antorcha").exists() for folder in folders)


TRIAL = {
    "course/grading.toml": 'title = "T"\nlanguage = "en"\nlanguages = ["en"]\n[[topics]]\nname = "t"\n'
    'exercises = [{ name = "twice" }]\n',
    "course/exercises/t.py": '"""T."""\n\n\ndef twice(x):\n    """Twice `x`."""\n    raise NotImplementedError\n',
    "course/reference/t.py": '"""T."""\n\n\ndef twice(x):\n    """Return twice `x`."""\n    return 2 * x\n',
    "course/graders/test_t.py": "import torch\n\n\ndef test_twice(agree):\n    agree('twice', torch.ones(2))\n",
    "class/right/t.py": "import json, sys\n\n\ndef twice(x):\n    return x + x\n",
    "class/nosy/t.py": "import os, sys\n\n\ndef twice(x):\n"
    "    own = [name for name in os.environ if 'PYTHON' in name]\n"
    "    assert sorted(own) == ['PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED'], own\n"
    "    assert os.getcwd() not in sys.path and '' not in sys.path\n    return x + x\n",
}


def _verdicts(base: Path, command: list[str], environment: dict[str, str], cwd: Path) -> dict[str, str]:
    for name, text in TRIAL.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text)
    words = ["grade", str(base / "class"), "--course", str(base / "course"), "--out", str(base / "out"), "--json"]
    done = subprocess.run(
        [*command, *words, "--jobs", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        cwd=cwd,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["submissions"]
    return {row["student"]: row["exercises"]["twice"]["verdict"] for row in rows}


@pytest.mark.slow
def test_an_installation_in_the_user_site_can_grade(tmp_path: Path) -> None:
    base = getattr(sys, "_base_executable", sys.executable)
    site = tmp_path / "user" / SITE
    site.mkdir(parents=True)
    (site / "installed.pth").write_text("\n".join(library_folders(["pydantic", "jinja2", "pytest"])))
    command = [base, "-m", "antorcha.cli.main"]
    surroundings = {"PYTHONUSERBASE": str(tmp_path / "user")}
    assert _verdicts(tmp_path, command, surroundings, tmp_path) == {"right": "passed", "nosy": "passed"}


@pytest.mark.slow
def test_the_shell_s_python_variables_and_folder_change_no_mark(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name in ("torch.py", "json.py", "numpy.py", "sitecustomize.py"):
        (here / name).write_text("raise SystemExit('the current folder was imported')\n")
    (here / "startup.py").write_text("raise SystemExit('the startup file was run')\n")
    command = [str(Path(sys.executable).with_name("antorcha"))]
    surroundings = {
        "PYTHONSTARTUP": str(here / "startup.py"),
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
        "PYTHONHASHSEED": "77",
        "PYTHONUNBUFFERED": "1",
        "PYTHONBREAKPOINT": "os.abort",
    }
    assert _verdicts(tmp_path, command, surroundings, here) == {"right": "passed", "nosy": "passed"}
