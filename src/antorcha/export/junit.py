"""JUnit XML, which dashboards of continuous integration read.

https://github.com/testmoapp/junitxml describes what tools agree on: `testsuites` hold `testsuite`s with their counts,
these `testcase`s, in which stand `failure`, `error` or `skipped`. A suite is a student's topic and a case an exercise:
the name of a hidden test is told to nobody.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from antorcha.course.model import Course
from antorcha.export.topic_points import written
from antorcha.grading.class_table import ClassTable
from antorcha.report.feedback import told_of_exercise
from antorcha.results import ExerciseResult, SubmissionResult, TeacherMark, TopicResult, Verdict

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTS = ("failures", "errors", "skipped")


def junit_xml(table: ClassTable) -> str:
    """Return the class as one document."""
    root = ElementTree.Element("testsuites", name=_text(table.course.title))
    totals = dict.fromkeys(("tests", *_COUNTS), 0)
    for row in table.rows:
        for topic in row.topics:
            suite = _suite(table.course, row, topic)
            root.append(suite)
            for count in totals:
                totals[count] += int(suite.get(count, "0"))
    for count, number in totals.items():
        root.set(count, str(number))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(course: Course, row: SubmissionResult, topic: TopicResult) -> ElementTree.Element:
    name = _text(f"{row.student}.{topic.topic}")
    suite = ElementTree.Element("testsuite", name=name, tests=str(len(topic.exercises)), time=f"{topic.seconds:.3f}")
    counts = dict.fromkeys(_COUNTS, 0)
    mark = row.mark_of(topic.topic)
    for exercise in topic.exercises:
        given = mark.given_for(exercise.name) if mark else None
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=exercise.name, time="0")
        if outcome := _outcome(exercise, given):
            counts["failures" if outcome == "failure" else "errors" if outcome == "error" else outcome] += 1
            points = f"{written((given or exercise).points)} of {written((given or exercise).max_points)} points"
            told = ElementTree.SubElement(case, outcome, message=f"{exercise.verdict.value}: {points}")
            if outcome != "skipped":
                told.set("type", exercise.verdict.value)
            told.text = _text("\n".join(told_of_exercise(course, topic, exercise, mark)))
    for count, number in counts.items():
        suite.set(count, str(number))
    return suite


def _outcome(exercise: ExerciseResult, given: TeacherMark | None) -> str:
    """Return the element that says what became of an exercise, "" for one that is right, or that a teacher calls so."""
    if given:
        return "" if given.points >= given.max_points else "failure"
    if exercise.verdict is Verdict.PASSED:
        return ""
    if exercise.verdict is Verdict.GRADER_ERROR:
        return "error"
    return "failure" if exercise.graded else "skipped"


def _text(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
