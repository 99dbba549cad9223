"""A worker's folder is measured and removed whatever stands in it, as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from antorcha.worker import leftovers, usage

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

LIMIT = 20_000_000


def _nested(folder: Path, depth: int, name: str = "inner", mode: int = 0o777) -> int:
    """Make `depth` folders, one in the other; return the innermost one, open."""
    current = os.open(folder, os.O_PATH)
    for _ in range(depth):
        os.mkdir(name, mode, dir_fd=current)
        inner = os.open(name, os.O_PATH, dir_fd=current)
        os.close(current)
        current = inner
    return current


def _fill(folder: int, count: int, size: int) -> None:
    for number in range(count):
        file = os.open(f"{number}", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
        os.write(file, bytes(size))
        os.close(file)
    os.close(folder)


SMALL: dict[str, Callable[[Path], None]] = {
    "nothing": lambda folder: None,
    "a_file": lambda folder: (folder / "file").touch(),
    "deep_folders": lambda folder: os.close(_nested(folder, 400)),
    "a_long_path": lambda folder: _fill(_nested(folder, 40, "n" * 250), 1, 1),
    "a_link": lambda folder: (folder / "link").symlink_to("/usr"),
    "a_sparse_file": lambda folder: os.truncate(os.open(folder / "x", os.O_CREAT | os.O_WRONLY), 1 << 36),
    "a_name_that_is_no_text": lambda folder: os.mkdir(os.fsencode(folder) + b"/\xff\n"),
}
LARGE: dict[str, Callable[[Path], None]] = {
    "a_large_file": lambda folder: _fill(_nested(folder, 1), 1, LIMIT + 1),
    "large_at_the_end_of_a_long_path": lambda folder: _fill(_nested(folder, 40, "n" * 250), 3, LIMIT // 2),
    "a_folder_that_cannot_be_listed": lambda folder: _fill(_nested(folder, 1, mode=0o300), 1, 1),
    "a_folder_that_cannot_be_entered": lambda folder: os.mkdir(folder / "closed", 0),
    "closed_folders_in_each_other": lambda folder: os.close(_nested(folder, 30, mode=0o300)),
    "very_many_files": lambda folder: _fill(_nested(folder, 1), 2_100, 0),
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "scratch"
    made.mkdir()
    yield made
    assert leftovers.remove(str(made))


@pytest.mark.parametrize("name", SMALL)
def test_what_is_small_is_within_the_limit_and_goes_away(folder: Path, name: str) -> None:
    SMALL[name](folder)
    assert not usage.outgrown(str(folder), LIMIT, moving=False, over=True)
    assert leftovers.remove(str(folder))
    assert not folder.exists()


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_or_cannot_be_measured_is_over_the_limit_and_goes_away(folder: Path, name: str) -> None:
    LARGE[name](folder)
    assert usage.outgrown(str(folder), LIMIT, moving=False, over=True)
    assert leftovers.remove(str(folder))
    assert not folder.exists()


def test_more_folders_on_the_way_than_may_be_open_are_over_the_limit(folder: Path) -> None:
    current = os.open(folder, os.O_PATH)
    for level in range(300):  # the order in which a folder is listed depends on the names
        for name in (f"left{level}", f"right{level}"):
            os.mkdir(name, dir_fd=current)
        inner = os.open(f"right{level}", os.O_PATH, dir_fd=current)
        os.close(current)
        current = inner
    os.close(current)
    before = len(os.listdir("/proc/self/fd"))
    assert usage.outgrown(str(folder), LIMIT, moving=False, over=True)
    assert leftovers.remove(str(folder))
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_moved_about_while_it_is_measured_is_not_missed(folder: Path) -> None:
    moved = folder / "here" / "moved"
    moved.mkdir(parents=True)
    (folder / "there").mkdir()
    (moved / "large").write_bytes(bytes(LIMIT + 1))
    stop = threading.Event()

    def move() -> None:
        while not stop.is_set():
            os.rename(moved, folder / "there" / "moved")
            os.rename(folder / "there" / "moved", moved)

    mover = threading.Thread(target=move)
    mover.start()
    try:
        assert all(usage.outgrown(str(folder), LIMIT, moving=True, over=True) for _ in range(20))
    finally:
        stop.set()
        mover.join()


def test_two_may_remove_a_folder_at_once(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As a grader and its zygote do, when both end."""
    for number in range(3):
        (folder / f"{number}").mkdir()
        os.close(_nested(folder / f"{number}", 100))
    answers: list[bool] = []
    removers = [threading.Thread(target=lambda: answers.append(leftovers.remove(str(folder)))) for _ in range(3)]
    for remover in removers:
        remover.start()
    for remover in removers:
        remover.join()
    assert not folder.exists()
    assert answers == [True, True, True], capfd.readouterr().err


def test_a_link_is_removed_and_not_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o555)
    (folder / "link").symlink_to(kept)
    assert leftovers.remove(str(folder))
    assert kept.stat().st_mode & 0o777 == 0o555


def test_a_folder_that_is_not_there_is_removed(tmp_path: Path) -> None:
    assert leftovers.remove(str(tmp_path / "nothing" / "here"))


AS_SOMEBODY = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_leftovers as tests  # before it can read Python's files no more
os.setgroups([])
os.setresgid(60_500, 60_500, 60_500)
os.setresuid(60_500, 60_500, 60_500)
answers = {{}}
for name, make in (tests.SMALL | tests.LARGE).items():
    folder = Path({base!r}) / name
    folder.mkdir()
    make(folder)
    outgrown = tests.usage.outgrown(str(folder), tests.LIMIT, moving=False, over=True)
    answers[name] = outgrown, tests.leftovers.remove(str(folder)), folder.exists()
print(json.dumps(answers))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_s_grader_gives_the_same_verdicts_and_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    base = tmp_path_factory.mktemp("somebody")
    for above in (base, *base.parents[:-2]):
        above.chmod(above.stat().st_mode | 0o011)
    base.chmod(0o777)
    code = AS_SOMEBODY.format(tests=str(Path(__file__).parent), base=str(base))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expected = {name: [False, True, False] for name in SMALL} | {name: [True, True, False] for name in LARGE}
    assert json.loads(done.stdout) == expected


def test_what_cannot_be_removed_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    kernels = "/proc/self/task"  # even root can remove nothing there
    assert leftovers.remove(kernels) is False
    assert f"{kernels} could not be removed" in capfd.readouterr().err
