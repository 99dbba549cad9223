"""Two people at one machine, each a system user of their own where that can be had.

As root, and with bubblewrap, a command runs as a user that exists in no `/etc/passwd` but the command's own, and
reaches the interpreter also below folders that only root can enter. Nothing is left behind on the machine. Elsewhere
both people are the one who runs the tests.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from support.nbgrader_course import environment
from support.paths import ROOT

SERVED = Path("/srv")  # what all people of the machine share, in the commands' own view of it


@cache
def why_one_user() -> str:
    """Say why two users cannot be had here; nothing where they can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root can run commands as two users"
    missing = [name for name in ("bwrap", "setpriv") if shutil.which(name) is None]
    if missing or not SERVED.is_dir():
        return f"not on this machine: {', '.join(missing) or SERVED}"
    command = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", *_as_user(65501), "true"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return f"bubblewrap does not work here: {tried.stderr.strip()}" if tried.returncode else ""


def _as_user(number: int) -> list[str]:
    return ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--no-new-privs", "--"]


@dataclass
class Person:
    """Somebody with a folder of their own, who types commands there.

    The folder lies where everybody can come by: pytest's own folders are root's alone.
    """

    name: str
    number: int
    home: Path
    served: Path  # what stands at `/srv`
    here: Path = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.home
        self.home.mkdir()
        self.home.chmod(0o700)
        self.own()

    @property
    def login(self) -> str:
        """Return the name that the system knows this person by."""
        return getpass.getuser() if why_one_user() else self.name

    def own(self) -> None:
        """Give all that lies in the home to this person: for files that a test put there."""
        if not why_one_user():
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, self.number, self.number)

    def as_seen_here(self, text: str) -> str:
        """Return a text with the place of what is served: without a system user of their own it lies elsewhere."""
        return text.replace(f"{SERVED}/", f"{self.served}/") if why_one_user() else text

    def types(self, commands: str) -> str:
        """Run lines of a shell script, and stay in the folder where they end; what they printed."""
        commands = self.as_seen_here(commands)
        ended = self.home / ".ended_in"
        script = f"set -e\n{commands}\npwd > {ended}\n"
        done = subprocess.run(
            [*self._walls(), "bash", "-c", script],
            cwd="/", env=self._surroundings, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{self.name}: {commands}\n{done.stdout}{done.stderr}"
        self.here = Path(ended.read_text(encoding="utf-8").strip())
        return done.stdout + done.stderr

    def starts(self, command: Sequence[str], log: IO[str]) -> subprocess.Popen[str]:
        """Start a program in the folder where they are, that goes on while they type; `log`: of what it prints."""
        self.own()
        return subprocess.Popen(
            [*self._walls(), *command],
            cwd="/", env={**self._surroundings, "OMP_NUM_THREADS": "1"}, stdout=log, stderr=log, text=True,
        )  # fmt: skip

    @property
    def _surroundings(self) -> dict[str, str]:
        return {**environment(), "HOME": str(self.home), "USER": self.name, "LOGNAME": self.name}

    def _walls(self) -> list[str]:
        """Return the words before a command that make it this person's, in the folder where they are."""
        if why_one_user():
            return ["env", f"--chdir={self.here}"]
        users = self.served.parent / "passwd"
        known = Path("/etc/passwd").read_text(encoding="utf-8")
        if not users.exists():
            users.write_text(known, encoding="utf-8")
        if f"{self.name}:" not in users.read_text(encoding="utf-8"):
            with users.open("a", encoding="utf-8") as file:
                file.write(f"{self.name}:x:{self.number}:{self.number}::{self.home}:/bin/bash\n")
        passage = _passage(dict.fromkeys(path.resolve() for path in [*_read_by_python(), ROOT]))
        binds = ["--ro-bind", str(users), "/etc/passwd", "--bind", str(self.served), str(SERVED)]
        walls = ["bwrap", "--dev-bind", "/", "/", *passage, *binds, "--chdir", str(self.here), "--die-with-parent"]
        return [*walls, "--cap-add", "ALL", *_as_user(self.number)]


def _read_by_python() -> list[Path]:
    """Return the folders from which this interpreter reads its modules."""
    return [Path(sys.base_prefix), Path(sys.prefix), *(Path(entry) for entry in sys.path if Path(entry).is_dir())]


def _passage(folders: Iterable[Path]) -> list[str]:
    """Return bubblewrap's words that make these folders readable, also below such as only root can enter."""
    masks: dict[Path, None] = {}
    ways: dict[Path, None] = {}
    binds: list[str] = []
    for path in folders:
        above = list(reversed(path.parents))
        closed = next((number for number, folder in enumerate(above) if not folder.stat().st_mode & 0o001), None)
        if closed is not None:
            masks[above[closed]] = None
            ways |= dict.fromkeys(above[closed + 1 :])
            binds += ["--ro-bind", str(path), str(path)]
    made = [("--tmpfs", mask) for mask in masks] + [("--dir", way) for way in ways]
    return [word for kind, folder in made for word in ("--perms", "0755", kind, str(folder))] + binds
