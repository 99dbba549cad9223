"""The fixtures that a course's tests use: `agree`, `student`, `reference`, `device`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from antorcha.plugin.check import CHECK, require_started
from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.test_folder import ORIGIN, Origin

if TYPE_CHECKING:
    import torch

    from antorcha.plugin.agree import Agree
    from antorcha.plugin.check_context import CheckContext
    from antorcha.plugin.plain_answers import Student


@pytest.fixture
def agree(request: pytest.FixtureRequest) -> Agree:
    """Provide `agree("name", *args)`: the student's function must do what the reference's does with them."""
    from antorcha.plugin.agree import Agree

    return Agree(_context(request))


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """Provide `student.name(*args)`: the student's answer as plain data."""
    from antorcha.plugin.plain_answers import Student

    return Student(_context(request))


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """Provide the reference module; only where the course itself is."""
    return request.config.stash[GRADING_SESSION].answers.reference(_origin(request))


@pytest.fixture
def device(request: pytest.FixtureRequest) -> Iterator[torch.device]:
    """Provide the device that this check runs on: each of the topic's in turn (`docs/devices.md`)."""
    import torch

    role = getattr(request, "param", "cpu")
    if role == "cpu":
        yield torch.device("cpu")
        return
    from antorcha.plugin.devices import device_for_check

    grading, check = request.config.stash[GRADING_SESSION], request.node.stash[CHECK]
    language = request.node.stash[ORIGIN].language
    with device_for_check(role, check, language, locked=grading.locked, lease=grading.lease) as there:
        yield there


def _context(request: pytest.FixtureRequest) -> CheckContext:
    from antorcha.plugin.check_context import CheckContext
    from antorcha.plugin.recognise import NoKnownMistakes
    from antorcha.worker.runtime import CallOptions

    origin = _origin(request)
    grading, check = request.config.stash[GRADING_SESSION], request.node.stash[CHECK]
    if check.role != "cpu":
        request.getfixturevalue("device")  # before any code is loaded that may ask which devices there are
        require_started(check, grading.untouched(origin), origin.language)
    submission = grading.under_test(origin)
    runner, oracle = submission.runner_for(check), grading.answers.oracle(origin, check)
    runner.fresh_folder()
    oracle.fresh_folder()
    return CheckContext(
        course=origin.course,
        runner=runner,
        oracle=oracle,
        check=check,
        language=origin.language,
        course_text=origin.folder.course_text,
        smallest_input=submission.smallest_input,
        # In bulk grading all checks of an exercise explain each other, once they are done.
        known_mistakes=NoKnownMistakes() if grading.submission else grading.answers.known_mistakes(origin),
        options=CallOptions(seed=origin.course.seed),
    )


def _origin(request: pytest.FixtureRequest) -> Origin:
    origin: Origin | None = request.node.stash.get(ORIGIN, None)
    if origin is None:
        pytest.fail(
            f"{request.path} belongs to no topic of a course: expected graders/test_<topic>.py or "
            "exercises/test_<topic>.py beside a grading.toml that lists the topic",
            pytrace=False,
        )
    return origin
