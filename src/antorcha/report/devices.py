"""What to say of devices on which a topic should have been tested and was not."""

from __future__ import annotations

from antorcha.accelerator.devices import CPU, is_real
from antorcha.accelerator.messages import NOT_ON_A_GPU, SIMULATED_ONLY
from antorcha.accelerator.names import NAME
from antorcha.course.model import Course
from antorcha.i18n import translate
from antorcha.results import TopicResult


def untested(course: Course, result: TopicResult, language: str) -> str:
    """`""` where the course asks for the CPU only, or a check of the topic ran on a real GPU."""
    topic = course.topic(result.topic)
    checks = [check for exercise in result.exercises for check in exercise.checks if check.check]
    if topic is None or not checks or set(course.devices_of(topic)) <= {CPU}:
        return ""
    ran = {device for check in checks for device in check.device.split("+")}
    if any(is_real(device) for device in ran):
        return ""
    return translate(SIMULATED_ONLY if NAME in {one.partition(":")[0] for one in ran} else NOT_ON_A_GPU, language)
