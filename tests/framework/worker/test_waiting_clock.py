"""Sleeping and waiting is told from computing and from waiting for a core, seen from outside and on a busy machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from antorcha.worker import usage
from antorcha.worker.usage import WaitingClock

if sys.platform != "linux":
    pytest.skip("workers need Linux", allow_module_level=True)

WAITS = {
    "sleeps": "import time; time.sleep(60)",
    "stops": "import os; os.kill(os.getpid(), 19)",
    "locks": "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "sleeps_in_threads": "import threading, time\n"
    "for _ in range(3): threading.Thread(target=time.sleep, args=(60,)).start()",
    "sleeps_and_computes": "import time\nwhile True: time.sleep(0.03)",
}
COMPUTES = {
    "spins": "while True: pass",
    "spins_in_a_thread": "import threading\ndef spin():\n while True: pass\nthreading.Thread(target=spin).start()",
    "gives_its_turn_away": "import os\nwhile True: os.sched_yield()",
}


@contextmanager
def running(code: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-S", "-c", f"print(flush=True)\n{code}"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def cpu_seconds(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)


def watched(pid: int, looks: int = 20, pause: float = 0.05) -> WaitingClock:
    clock = WaitingClock(pid)
    clock.restart(cpu_seconds(pid))
    for _ in range(looks):
        time.sleep(pause)
        clock.update(cpu_seconds(pid))
    return clock


@pytest.mark.parametrize("name", WAITS)
def test_what_waits_is_charged(name: str) -> None:
    with running(WAITS[name]) as pid:
        time.sleep(0.3)
        clock = watched(pid)
    assert clock.seconds > 0.5 * clock.passed


@pytest.mark.parametrize("name", COMPUTES)
def test_what_computes_is_not_however_many_computers_share_the_cores(name: str) -> None:
    with running(COMPUTES["spins"]), running(COMPUTES["spins"]), running(COMPUTES[name]) as pid:
        clock = watched(pid)
    assert clock.seconds < 0.25 * clock.passed


def test_time_in_which_nobody_looked_is_not_charged() -> None:
    with running(WAITS["sleeps"]) as pid:
        clock = watched(pid, looks=1, pause=2.0)  # as when the grader itself was stopped
    assert clock.passed <= 0.5


def test_where_the_kernel_does_not_tell_a_part_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_queue_seconds", lambda pid: None)
    with running(WAITS["sleeps"]) as pid:
        clock = watched(pid)
    assert 0 < clock.seconds < 0.25 * clock.passed


def test_a_process_that_has_ended_is_charged_nothing_and_raises_nothing() -> None:
    with running("pass") as pid:
        time.sleep(0.2)
        clock = WaitingClock(pid)
        clock.update(0.0)
    clock.update(0.0)
    assert usage.threads_of(pid) == 0
