"""The fixtures that a course's tests use: `agree`, `student`, `reference`, `device`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from antorcha.plugin.keys import CHECK, WORKSHOP

if TYPE_CHECKING:
    import torch

    from antorcha.plugin.agree import Agree, Bench, Student


@pytest.fixture
def agree(request: pytest.FixtureRequest) -> Agree:
    """`agree("name", *args)`: the student's function must do what the reference's does with the same arguments."""
    from antorcha.plugin.agree import Agree

    return Agree(_bench(request))


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """`student.name(*args)`: the student's answer as plain data."""
    from antorcha.plugin.agree import Student

    return Student(_bench(request))


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """The reference module; only where the course itself is."""
    workshop = request.config.stash[WORKSHOP]
    place, topic = workshop.place(request.path), workshop.topic(request.path)
    if place is None or topic is None:
        pytest.fail(f"{request.path} belongs to no topic of a course", pytrace=False)
    return workshop.reference(place, topic)


@pytest.fixture
def device(request: pytest.FixtureRequest) -> Iterator[torch.device]:
    """The device that this check runs on: each of the topic's in turn (`docs/devices.md`)."""
    import torch

    role = getattr(request, "param", "cpu")
    if role == "cpu":
        yield torch.device("cpu")
        return
    from antorcha.plugin.devices import standing

    workshop = request.config.stash[WORKSHOP]
    place = workshop.place(request.path)
    language = place.language if place else "en"
    check = request.node.stash[CHECK]
    with standing(role, check, language, locked=workshop.locked, lease=workshop.lease) as there:
        yield there


def _bench(request: pytest.FixtureRequest) -> Bench:
    from antorcha.plugin.agree import Bench
    from antorcha.plugin.recognise import NoWitness
    from antorcha.worker.runtime import CallOptions

    workshop = request.config.stash[WORKSHOP]
    check = request.node.stash.get(CHECK, None)
    place, topic = workshop.place(request.path), workshop.topic(request.path)
    if check is None or place is None or topic is None:
        pytest.fail(
            f"{request.path} belongs to no topic of a course: expected graders/test_<topic>.py or "
            "exercises/test_<topic>.py beside a grading.toml that lists the topic",
            pytrace=False,
        )
    if check.role != "cpu":
        request.getfixturevalue("device")  # before any code is loaded that may ask which devices there are
    hand_in = workshop.tested(place, topic)
    return Bench(
        course=place.course,
        runner=hand_in.runner_for(check),
        oracle=workshop.oracle(place, topic, check),
        check=check,
        language=place.language,
        course_text=workshop.course_text(place),
        untouched=hand_in.untouched,
        witness=NoWitness() if workshop.hand_in else workshop.witness(place, topic),
        options=CallOptions(seed=place.course.seed),
    )
