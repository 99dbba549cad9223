"""An audit as one self-contained HTML page."""

from __future__ import annotations

from antorcha.audit.model import AuditReport, count, shortcomings
from antorcha.audit.record import by_exercise, by_operator, topic_record
from antorcha.course.model import Course


def render(course: Course, report: AuditReport) -> str:
    """Return the page as HTML that loads nothing from anywhere."""
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
