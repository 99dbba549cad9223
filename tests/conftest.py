"""For all of the framework's own tests."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))  # for `support`, which several test files share

collect_ignore = ["data", "hostile"]  # courses and submissions to test with, which hold test files of their own


SLOW_FIXTURES = {"released"}  # the whole course, released
_MOST_PROCESSES = 4  # each holds torch


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are cores for `-n auto`: a test that waits for its own processes leaves one free."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(_MOST_PROCESSES, cores + 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What rests on a slow fixture is slow; and the files with the most slow tests go first.

    Whole files are shared out among processes: a long one that came last would keep all the others waiting.
    """
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session")
def zygote() -> Iterator[Any]:
    """What locked workers are forked from."""
    if sys.platform != "linux":
        pytest.skip("workers need Linux")
    from antorcha.worker.client import WorkerError, Zygote

    zygote = Zygote.start()
    try:
        zygote.wait_ready()
    except WorkerError as error:
        pytest.skip(f"no worker here: {error}")
    yield zygote
    zygote.close()
