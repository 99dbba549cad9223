"""For all of the framework's own tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))  # `bench`, which several test files share

collect_ignore = ["data", "hostile"]  # courses and hand-ins to test with, which hold test files of their own


@pytest.fixture(scope="session")
def zygote() -> Iterator[Any]:
    """What locked workers are forked from."""
    if sys.platform != "linux":
        pytest.skip("workers need Linux")
    from antorcha.worker.client import WorkerError, Zygote

    zygote = Zygote()
    try:
        zygote.wait_ready()
    except WorkerError as error:
        pytest.skip(f"no worker here: {error}")
    yield zygote
    zygote.close()
