"""The line under a lesson's title: which topics it builds on, and how long it takes."""

from __future__ import annotations

from antorcha.course.model import Topic
from antorcha.i18n import N_, translate

_BUILDS_ON = N_("Builds on: {topics}")
_BUILDS_ON_NOTHING = N_("Builds on nothing that comes before")
_MINUTES = N_("with its exercises about {time}")


def with_heading(lesson: str, topic: Topic, language: str) -> str:
    """Return a rendered lesson with that line after its first heading; as it is where grading.toml says neither."""
    line = heading(topic, language)
    title, newline, rest = lesson.partition("\n")
    return f"{title}{newline}\n*{line}*\n{rest}" if line and title.startswith("# ") else lesson


def heading(topic: Topic, language: str) -> str:
    """Return the line without its surroundings; empty where nothing is known."""
    if not topic.builds_on and topic.minutes is None:
        return ""
    names = ", ".join(f"`{name}`" for name in topic.builds_on)
    before = translate(_BUILDS_ON if names else _BUILDS_ON_NOTHING, language).format(topics=names)
    if topic.minutes is None:
        return f"{before}."
    return f"{before}; {translate(_MINUTES, language).format(time=duration(topic.minutes))}."


def duration(minutes: int) -> str:
    """Return a time in hours and minutes, written alike in all languages: "45 min", "2 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))
