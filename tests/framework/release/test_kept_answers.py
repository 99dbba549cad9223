"""A second release records only what changed since the first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GRADING = """\
title = "Two topics"
language = "en"
languages = ["en", "es"]
[[topics]]
name = "half"
exercises = [{ name = "halve" }]
[[topics]]
name = "twice"
exercises = [{ name = "double" }]
"""
CATALOG = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "You halved it twice."
msgstr "{told}"
"""
MISTAKE = """\
from antorcha.variants import N_, wrong


@wrong("halve", N_("You halved it twice."))
def halved_twice(x):
    return x / 4
"""
VISIBLE = """\
from pathlib import Path


def test_{function}(agree):
    with open(Path(__file__).parents[2] / "ran.txt", "a") as file:
        file.write("{topic} ")
    agree("{function}", 4.0)
"""
_MISTAKES_OF_HALF = "exercises/_antorcha/mistakes/half.bin"


class Team:
    """A course of two topics whose visible tests note that they ran, and releases of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.course, self._ran = folder, folder / "course", folder / "ran.txt"

    def write(self, name: str, text: str) -> None:
        path = self.course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def translate(self, told: str) -> None:
        self.write("locale/es/LC_MESSAGES/course.po", CATALOG.format(told=told))

    def release(self) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "antorcha.cli.main",
            "release",
            "student",
            "--force",
            "--out",
            str(self.folder / "out"),
        ]
        return subprocess.run(command, cwd=self.course, capture_output=True, text=True, timeout=120)

    def ran(self) -> set[str]:
        """Return the topics whose visible tests ran since the last call; each runs more than once."""
        topics = set(self._ran.read_text().split()) if self._ran.exists() else set()
        self._ran.unlink(missing_ok=True)
        return topics

    def released(self) -> dict[str, bytes]:
        out = self.folder / "out"
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    team = Team(tmp_path_factory.mktemp("team"))
    team.write("grading.toml", GRADING)
    for topic, function, sign in (("half", "halve", "/"), ("twice", "double", "*")):
        team.write(f"reference/{topic}.py", f'def {function}(x):\n    """Do it."""\n    return x {sign} 2\n')
        team.write(f"exercises/test_{topic}.py", VISIBLE.format(function=function, topic=topic))
    team.write("reference/variants/half.py", MISTAKE)
    team.translate("La partiste dos veces.")
    done = team.release()
    assert done.returncode == 0, done.stderr
    assert team.ran() == {"half", "twice"}
    return team.folder


@pytest.fixture
def team(released_once: Path, tmp_path: Path) -> Team:
    """Return a copy of the course that was released once: what is kept is not of a place."""
    shutil.copytree(released_once, tmp_path, dirs_exist_ok=True)
    return Team(tmp_path)


def test_an_unchanged_course_is_released_again_without_running_its_tests(team: Team) -> None:
    first = team.released()
    done = team.release()
    assert done.returncode == 0, done.stderr
    assert team.ran() == set()
    assert team.released() == first
    assert not [name for name in first if ".antorcha" in name]


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("exercises/test_half.py", '\n\ndef test_more(agree):\n    agree("halve", 6.0)\n'),
        ("reference/half.py", "\n\ndef helper():\n    return 1\n"),
        ("reference/variants/half.py", "\n\ndef helper():\n    return 1\n"),
    ],
)
def test_only_a_changed_topic_is_recorded_again(team: Team, name: str, added: str) -> None:
    team.write(name, (team.course / name).read_text() + added)
    assert team.release().returncode == 0
    assert team.ran() == {"half"}


def test_a_changed_translation_reaches_the_next_release(team: Team) -> None:
    first = team.released()
    team.translate("La dividiste dos veces.")
    assert team.release().returncode == 0
    assert "half" in team.ran()
    assert team.released()[_MISTAKES_OF_HALF] != first[_MISTAKES_OF_HALF]


def test_a_broken_visible_test_is_refused_however_much_is_kept(team: Team) -> None:
    right = (team.course / "exercises/test_half.py").read_text()
    team.write("exercises/test_half.py", right + "\n\ndef test_wrong(agree):\n    agree.that(False, 'Never.')\n")
    done = team.release()
    assert done.returncode == 2
    assert "test_wrong" in done.stderr
    team.write("exercises/test_half.py", right)
    team.ran()
    assert team.release().returncode == 0
    assert team.ran() == set()


def test_what_is_kept_and_damaged_is_recorded_again(team: Team) -> None:
    first = team.released()
    for path in (team.course / ".antorcha/release").iterdir():
        path.write_bytes(path.read_bytes()[:40])
    assert team.release().returncode == 0
    assert team.ran() == {"half", "twice"}
    assert team.released() == first
