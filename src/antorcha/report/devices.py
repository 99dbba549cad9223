"""The note about devices on which a topic should have been tested and was not."""

from __future__ import annotations

from antorcha.accelerator.devices import is_real
from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course
from antorcha.i18n import translate
from antorcha.report.words import NOT_ON_A_GPU, SIMULATED_ONLY
from antorcha.results import TopicResult


def untested(course: Course, result: TopicResult, language: str) -> str:
    """Return the sentence about a topic that was not tested on a GPU; `""` where nothing is to be said.

    That is where the course asks for the CPU only, or a check of the topic ran on a real GPU.
    """
    topic = course.topic(result.topic)
    checks = [check for exercise in result.exercises for check in exercise.checks if check.check]
    if topic is None or not checks or set(course.devices_of(topic)) <= {CPU}:
        return ""
    # A check that compares devices ran on several: "cpu+cuda".
    ran = {device for check in checks for device in check.device.split("+")}
    if any(is_real(device) for device in ran):
        return ""
    return translate(
        SIMULATED_ONLY if SIMULATED_KIND in {device.partition(":")[0] for device in ran} else NOT_ON_A_GPU, language
    )
