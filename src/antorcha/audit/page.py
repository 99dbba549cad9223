"""An audit as one self-contained HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antorcha.audit.model import count, shortcomings
from antorcha.audit.record import by_exercise, by_operator, topic_record
from antorcha.course.model import Course

if TYPE_CHECKING:
    from antorcha.audit.run import Report


def render(course: Course, report: Report) -> str:
    """The page; it loads nothing from anywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("antorcha.audit"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    topics = [
        {
            "name": audit.topic,
            "audit": audit,
            "record": topic_record(audit),
            "whole": count(audit.mutants),
            "silent": count(audit.silent),
            "exercises": by_exercise(audit),
            "operators": by_operator(audit),
            "shortcomings": shortcomings(audit, course.audit),
        }
        for audit in report.audits
    ]
    return environment.get_template("audit.html.j2").render(course=course, report=report, topics=topics)
