"""Hostile and broken submissions, graded together as one class through the public door.

Each file in `tests/hostile/<family>/` is one student's submission. Its header says what it tries (`# about:`) and what
must come of it (`# expects: points=0 scale=wrong whole=graded`): the points in all, an exercise's verdict, the verdict
of the file as a whole (`graded` where it says nothing), each with `|` between what is acceptable. A `.make.py` builds
its submission, because it is too large or too odd to be kept in a repository.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import runpy
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from support.paths import HOSTILE, ROOT
from support.records import INSTRUCTORS, TIMES, without

import antorcha
from antorcha.course.load import load_course
from antorcha.results import Verdict

if sys.platform != "linux":
    pytest.skip("the sandbox is Linux's", allow_module_level=True)

COURSE = HOSTILE / "course"
FAMILIES = ("theft", "leaks", "denial", "contamination", "malformed", "honest")
MARK = "hostile-was-here"  # the name of whatever a submission leaves behind
# Numbers of hidden inputs, a text of a hidden test, and the word that submissions put beside what they give away.
CANARIES = ("31337", "40961", "77773", "55557", "88883", "99991", "66661", "zq81hiddencanary", "LEAK")
WORKER_UIDS = range(60_706, 61_184)
SHARED_MEMORY_KEY = 0x7A713831
LACKING_LAUNCHER = ROOT / "tests" / "framework" / "worker" / "lockdown" / "lacking.py"
JOBS = 2
PR_SET_CHILD_SUBREAPER = 36

SAMPLE = (
    *("theft/patched_torch_equal", "theft/patched_encode", "theft/frame_with_the_id", "theft/equal_to_everything"),
    *("theft/fault_with_odd_details", "theft/exit_of_a_failed_lock", "theft/error_of_every_type"),
    *("theft/gradients_cut_short", "theft/empty_and_gigantic", "theft/exit_zero", "theft/thread_answers_later"),
    *("leaks/exception_type", "leaks/missing_names", "leaks/line_numbers", "leaks/sockets", "leaks/writes_files"),
    *("denial/deep_folders", "denial/closed_folder", "denial/path_too_long"),
    *("denial/loop", "denial/stdout_flood", "denial/cyclic_result", "denial/segmentation_fault", "denial/long_chain"),
    *("contamination/default_device", "malformed/nul_bytes", "malformed/ast_bomb_parentheses"),
    *("malformed/notebook_exits", "honest/plain", "honest/half"),
)


@dataclass(frozen=True)
class HostileSubmission:
    """One student. `expects`: the acceptable values of each thing that the header speaks of."""

    family: str
    name: str
    path: Path
    expects: dict[str, tuple[str, ...]]

    @property
    def student(self) -> str:
        return f"{self.family}-{self.name}"

    def deliver(self, folder: Path) -> None:
        """Put the submission into the student's folder."""
        folder.mkdir(parents=True)
        if self.path.name.endswith(".make.py"):
            runpy.run_path(str(self.path))["make"](folder)
        else:
            shutil.copy(self.path, folder / f"vectors{self.path.suffix}")


@dataclass(frozen=True)
class Graded:
    """What one run of `antorcha grade` left: a row for each student, and every text that a student may read."""

    rows: dict[str, dict[str, Any]]
    pages: dict[str, str]
    public: str
    left_behind: list[str] = field(default_factory=list)


def corpus() -> list[HostileSubmission]:
    return [_read(family, path) for family in FAMILIES for path in sorted((HOSTILE / family).glob("*.*"))]


def _read(family: str, path: Path) -> HostileSubmission:
    text = path.read_text(encoding="utf-8")
    header = re.search(r"^# expects: (.*)$", text, re.MULTILINE)
    assert header, f"{path} does not say what must come of it"
    assert re.search(r"^# about: ", text, re.MULTILINE), f"{path} does not say what it tries"
    pairs = (word.split("=", 1) for word in header[1].split())
    return HostileSubmission(
        family, path.name.partition(".")[0], path, {key: tuple(value.split("|")) for key, value in pairs}
    )


# ------------------------------------------------------------------------------------------------ one run of a class


@dataclass(frozen=True)
class Machine:
    """What this machine is made to lack for a run, and how the grader is asked to go about it."""

    name: str
    launcher: tuple[str, ...] = ()  # arguments of lacking.py
    words: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    uid: int | None = None

    def command(self, words: list[str]) -> list[str]:
        python = [sys.executable]
        before = [*python, str(LACKING_LAUNCHER), *self.launcher, "--"] if self.launcher else []
        return [*before, *python, "-m", "antorcha.cli.main", *words, *self.words]


AS_IT_IS = Machine("as-it-is")


def grade(submissions: Iterable[HostileSubmission], base: Path, machine: Machine = AS_IT_IS) -> Graded:
    """Grade these submissions as one class, in a home, a working folder and a temporary folder of their own."""
    submissions = list(submissions)
    own = {name: base / name for name in ("home", "cwd", "tmp")}
    for folder in own.values():
        folder.mkdir(parents=True)
    for submission in submissions:
        submission.deliver(base / "class" / submission.student)
    guarded = [base / "class", COURSE]
    before = [_digest(folder) for folder in guarded] + _packages()
    ours = {pid for pid, _ in _children()}  # other tests of this session keep a zygote
    output = _run(base, own, len(submissions), machine)
    left = [f"file {path}" for folder in own.values() for path in folder.rglob("*")]
    left += [f"changed {folder}" for folder, old in zip(guarded, before, strict=False) if _digest(folder) != old]
    left += ["changed packages"] if _packages() != before[len(guarded) :] else []
    left += [*_marked_files(), *_orphans(ours), *_shared_memory()]
    texts = {path.name: path.read_text() for path in (base / "out" / "feedback").rglob("*") if path.is_file()}
    record = without(json.loads(output), INSTRUCTORS)
    public = "\n".join([json.dumps(record), (base / "out" / "grades.csv").read_text(), *texts.values()])
    rows = {row["student"]: without(row, TIMES) for row in record["submissions"]}
    return Graded(rows, texts, public, left)


def _run(base: Path, own: dict[str, Path], count: int, machine: Machine) -> str:
    """The run must end by itself: each submission within its limits, and a start for each grader."""
    limits = load_course(COURSE).limits
    seconds = 300 + count * 6 * (limits.submission_cpu_seconds + limits.submission_wall_seconds)
    words = ["grade", str(base / "class"), "--course", str(COURSE), "--out", str(base / "out"), "--json"]
    _adopt_orphans()
    places = {"HOME": str(own["home"]), "TMPDIR": str(own["tmp"]), "PYTHONDONTWRITEBYTECODE": "1"}
    if machine.uid is not None:
        for folder in (base, *own.values()):
            os.chown(folder, machine.uid, machine.uid)
    done = subprocess.run(
        machine.command([*words, "--jobs", str(JOBS)]),
        cwd=own["cwd"],
        env={**os.environ, **places, **dict(machine.environment)},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr  # 1: a grader's fault, which the rows tell of
    return done.stdout


def _adopt_orphans() -> None:
    """Whatever outlives its parent becomes this process's child, and is found by `_orphans`."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _orphans(ours: set[int]) -> Iterator[str]:
    deadline = time.monotonic() + 5
    while (found := [child for child in _children() if child[0] not in ours]) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid, command in found:
        yield f"process {pid} {command}"
        os.kill(pid, signal.SIGKILL)


def _children() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            rest = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if int(rest[1]) == os.getpid():
            if rest[0] == "Z":
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(int(entry.name), os.WNOHANG)
            else:
                yield int(entry.name), command


def _marked_files() -> Iterator[str]:
    packages = [Path(module.__file__).parent for module in (torch, numpy, antorcha, pytest, json)]
    places = [Path(name) for name in ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", str(Path.home()), ".")]
    for place in [*places, *packages, *(package.parent for package in packages)]:
        for name in os.listdir(place) if os.access(place, os.R_OK) else ():
            status = os.lstat(place / name) if os.path.lexists(place / name) else None
            if MARK in name or (status and status.st_uid in WORKER_UIDS):
                yield f"file {place / name}"


def _shared_memory() -> Iterator[str]:
    for kind in ("shm", "sem", "msg"):
        try:
            rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        except OSError:
            continue
        yield from (f"{kind} {row}" for row in rows if int(row.split()[0]) == SHARED_MEMORY_KEY)


def _packages() -> list[Any]:
    files = [module.__file__ for module in (torch, numpy, antorcha, os)]
    return [(path, os.stat(path).st_mtime_ns, os.stat(path).st_mode, os.stat(path).st_size) for path in files]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        digest.update(f"{path} {status.st_mode} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


# ------------------------------------------------------------------------------------------------------- judgements


def problem_of(submission: HostileSubmission, graded: Graded) -> str:
    """How a row differs from what its submission's header says, or an empty text."""
    row = graded.rows[submission.student]
    found = {name: exercise["verdict"] for name, exercise in row["exercises"].items()}
    seen = {**found, "whole": row["verdict"]}
    problems = [
        f"{key} should be {' or '.join(acceptable)}"
        for key, acceptable in {"whole": ("graded",), **submission.expects}.items()
        if key != "points" and seen[key] not in acceptable
    ]
    if all(row["points"] != pytest.approx(float(value)) for value in submission.expects["points"]):
        problems.append(f"points should be {' or '.join(submission.expects['points'])}")
    if "grader_error" in seen.values():
        problems.append("our fault")
    said = f"{row['points']} points, {seen}, {row['message']!r}"
    return f"{submission.family}/{submission.name}: {', '.join(problems)}: {said}" if problems else ""


def check_class(graded: Graded) -> None:
    """What holds for the class as a whole, whoever is in it."""
    assert len(graded.pages) >= len(graded.rows)
    assert graded.left_behind == []
    shown = {canary: graded.public.count(canary) for canary in CANARIES if canary in graded.public}
    assert shown == {}, f"hidden inputs in texts for students: {shown}, near {_near(graded, next(iter(shown)))}"


def _near(graded: Graded, canary: str) -> list[str]:
    return [
        f"{name}: ...{text[max(0, text.index(canary) - 80) : text.index(canary) + 60]}..."
        for name, text in graded.pages.items()
        if canary in text
    ][:5]


def check_honest(honest: Graded, together: Graded) -> None:
    for student, row in honest.rows.items():
        if student in together.rows:
            assert together.rows[student] == row
    pages = {name: text for name, text in honest.pages.items() if name in together.pages and "honest" in name}
    assert {name: together.pages[name] for name in pages} == pages


@cache
def _all() -> tuple[HostileSubmission, ...]:
    return tuple(corpus())


def _sample() -> list[HostileSubmission]:
    chosen = [submission for submission in _all() if f"{submission.family}/{submission.name}" in SAMPLE]
    assert len(chosen) == len(SAMPLE)
    return chosen


@pytest.fixture(scope="module")
def honest_alone(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade(
        (submission for submission in _all() if submission.family == "honest"), tmp_path_factory.mktemp("alone")
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade(_all(), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade(_sample(), tmp_path_factory.mktemp("sample"))


def test_the_corpus_is_as_large_as_it_says() -> None:
    attacks = [submission for submission in _all() if submission.family != "honest"]
    assert len(attacks) >= 150
    assert len(_all()) - len(attacks) >= 8
    assert len({submission.student for submission in _all()}) == len(_all())


def test_a_sample_of_attacks(sample: Graded) -> None:
    wrong = [problem for submission in _sample() if (problem := problem_of(submission, sample))]
    assert wrong == []
    check_class(sample)


@pytest.mark.slow
@pytest.mark.parametrize("submission", _all(), ids=lambda submission: f"{submission.family}/{submission.name}")
def test_submission(submission: HostileSubmission, whole: Graded) -> None:
    assert problem_of(submission, whole) == ""


@pytest.mark.slow
def test_nothing_is_left_behind_and_nothing_hidden_is_shown(whole: Graded) -> None:
    check_class(whole)


@pytest.mark.slow
def test_honest_submissions_get_beside_them_what_they_get_alone(honest_alone: Graded, whole: Graded) -> None:
    check_honest(honest_alone, whole)


@pytest.mark.slow
def test_a_second_run_of_the_whole_corpus_stores_the_same(
    whole: Graded, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In another store, so that all is graded again; in another order of ends, since two graders share the class."""
    assert len(whole.rows) >= 300
    again = grade(_all(), tmp_path_factory.mktemp("again"))
    check_class(again)
    assert again.rows.keys() == whole.rows.keys()
    runs = (whole, again)
    steady = {name for name in whole.rows if not any(_depends_on_the_machine(run.rows[name]) for run in runs)}
    assert len(steady) > 200
    assert {student: again.rows[student] for student in steady} == {student: whole.rows[student] for student in steady}
    single = {submission.student for submission in _all() if len(submission.expects["points"]) == 1}
    assert len(single) > 280
    points = [{student: run.rows[student]["points"] for student in single} for run in runs]
    assert points[0] == points[1]


def _depends_on_the_machine(row: dict[str, Any]) -> bool:
    """Tell if the header allows several ends, or a busy machine may make another one of it."""
    (submission,) = (submission for submission in _all() if submission.student == row["student"])
    verdicts = {row["verdict"], *(exercise["verdict"] for exercise in row["exercises"].values())} - {"graded"}
    several = any(len(acceptable) > 1 for acceptable in submission.expects.values())
    return several or any(Verdict(verdict).about.depends_on_machine for verdict in verdicts)


# ------------------------------------------------------------------------------------------- on other machines

NOBODY = 60_500
ORDINARY = Machine("ordinary-user", ("--user", str(NOBODY)), uid=NOBODY)
WITHOUT_BUBBLEWRAP = Machine("without-bubblewrap", environment=(("PATH", "/nonexistent"),))
OLD_LANDLOCK = Machine("landlock-abi-1", environment=(("ANTORCHA_LANDLOCK_ABI", "1"), ("PATH", "/nonexistent")))
UNSAFE = ("--isolation", "none")
LACKING = {
    "landlock": ("--no-landlock",),
    "seccomp": ("--no-seccomp",),
    "both": ("--no-landlock", "--no-seccomp"),
}
# With ANTORCHA_WHOLE_CORPUS=1 the whole corpus instead of a sample; some two minutes for each machine.
WHOLE = bool(os.environ.get("ANTORCHA_WHOLE_CORPUS"))

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.mark.slow
@pytest.mark.parametrize(
    "machine",
    [pytest.param(ORDINARY, marks=needs_root), WITHOUT_BUBBLEWRAP, OLD_LANDLOCK],
    ids=lambda machine: machine.name,
)
def test_what_holds_here_holds_there(machine: Machine, tmp_path: Path) -> None:
    """As another user, without the second wall, with the oldest Landlock: the same verdicts, and nothing left."""
    chosen = list(_all()) if WHOLE else _sample()
    _open_the_way(tmp_path)
    graded = grade(chosen, tmp_path / "run", machine)
    assert [problem for submission in chosen if (problem := problem_of(submission, graded))] == []
    check_class(graded)


@pytest.mark.slow
@pytest.mark.parametrize("lacking", LACKING.values(), ids=LACKING)
def test_a_machine_without_a_required_layer_refuses_other_people_s_code(
    lacking: tuple[str, ...], tmp_path: Path
) -> None:
    machine = Machine("lacking", lacking)
    (submission,) = (submission for submission in _all() if f"{submission.family}/{submission.name}" == "honest/plain")
    submission.deliver(tmp_path / "class" / submission.student)
    words = ["grade", str(tmp_path / "class"), "--course", str(COURSE), "--out", str(tmp_path / "out")]
    done = subprocess.run(machine.command(words), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "this machine cannot lock up other people's code" in done.stderr
    assert all(f"{flag.removeprefix('--no-')}: " in done.stderr for flag in lacking)
    assert "--isolation=none" in done.stderr
    assert not (tmp_path / "out" / "grades.csv").exists()
    doctor = subprocess.run(
        machine.command(["doctor"]), capture_output=True, text=True, timeout=120, check=False
    ).stdout
    for flag in lacking:
        assert f"red    sandbox: {flag.removeprefix('--no-')}" in doctor


@pytest.mark.slow
@pytest.mark.parametrize("lacking", [LACKING["both"], *([*LACKING.values()][:2] if WHOLE else [])])
def test_without_a_layer_and_told_to_go_on_no_point_is_stolen(lacking: tuple[str, ...], tmp_path: Path) -> None:
    """What keeps marks honest is no layer of the lock: the worker holds nothing that could give a point."""
    machine = Machine("lacking", lacking, UNSAFE)
    chosen = [
        submission
        for submission in _all()
        if submission.family in ("theft", "honest") and (WHOLE or submission in _sample())
    ]
    _open_the_way(tmp_path)
    graded = grade(chosen, tmp_path / "run", machine)
    for submission in chosen:
        acceptable = [float(value) for value in submission.expects["points"]]
        assert any(graded.rows[submission.student]["points"] == pytest.approx(value) for value in acceptable), (
            submission.name
        )
    with contextlib.closing(sqlite3.connect(tmp_path / "run" / "out" / "results.db")) as connection:
        assert connection.execute("SELECT DISTINCT isolation FROM runs").fetchall() == [("none",)]


def _open_the_way(folder: Path) -> None:
    """pytest's folders are their owner's alone; a grader who is somebody else must reach this one."""
    for place in (folder, *folder.parents):
        if place.is_relative_to(tempfile.gettempdir()) and place.stat().st_uid == os.geteuid():
            place.chmod(place.stat().st_mode | 0o011)
