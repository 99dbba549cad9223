"""Once a class is graded, the next submission's worker is locked while this one's computes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from antorcha.course.model import Limits
from antorcha.results import Verdict
from antorcha.worker.client import Breach, Worker, Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")

LIMITS = Limits()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote.start()
    zygote.wait_ready()
    yield zygote
    zygote.close()


def children_of(zygote: Zygote) -> set[int]:
    """Return the living workers of a zygote, which may be the child of its container."""
    found, waiting = set(), [zygote._process.process.pid]
    while waiting:
        pid = waiting.pop()
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        waiting += map(int, listed)
        found |= set(map(int, listed))
    return found


def answers(worker: Worker) -> bool:
    loaded = worker.load("topic", [("x = 1\n", "topic.py")], one_file=True)
    return loaded["unreadable"] is None


def test_from_the_second_alike_on_the_next_is_there_before_it_is_asked_for(zygote: Zygote) -> None:
    limits = replace(LIMITS, threads=9)
    for number in range(4):
        waiting = children_of(zygote)
        worker = zygote.spawn(limits)
        assert (worker.pid in waiting) == (number >= 2)
        assert answers(worker)
        worker.close()


def test_another_limit_and_a_folder_get_workers_of_their_own(zygote: Zygote) -> None:
    for _ in range(2):
        zygote.spawn(LIMITS).close()
    strict, with_folder = zygote.spawn(replace(LIMITS, result_bytes=2000)), zygote.spawn(LIMITS, scratch=True)
    assert answers(strict)
    assert answers(with_folder)
    assert strict.limits.result_bytes == 2000
    strict.close()
    with_folder.close()


def test_one_that_was_killed_while_it_waited_says_so(zygote: Zygote) -> None:
    for _ in range(2):
        worker = zygote.spawn(LIMITS)
        assert answers(worker)
        worker.close()
    # Whoever is left among the zygote's workers was forked ahead.
    (ahead,) = [pid for pid in children_of(zygote) if not Path(f"/proc/{pid}/task/{pid}/children").read_text()]
    os.kill(ahead, signal.SIGKILL)
    worker = zygote.spawn(LIMITS)
    assert worker.pid == ahead or not Path(f"/proc/{ahead}").exists()
    with pytest.raises(Breach) as breach:
        answers(worker)
    assert breach.value.verdict is Verdict.CRASHED
    assert breach.value.details == {"signal": "SIGKILL"}
    worker = zygote.spawn(LIMITS)
    assert answers(worker)
    worker.close()


def test_none_is_left_when_the_zygote_is_closed() -> None:
    zygote = Zygote.start()
    for _ in range(2):
        zygote.spawn(LIMITS).close()
    processes = children_of(zygote) | {zygote._process.process.pid}
    zygote.close()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
