"""The class page: one HTML file that needs nothing from outside itself, for the instructor who has graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from antorcha.course.model import Course
from antorcha.i18n import translate
from antorcha.report.class_words import WORDS
from antorcha.report.clusters import Cluster
from antorcha.report.devices import untested
from antorcha.report.names import feedback_name
from antorcha.report.needs_help import Needs, needing_help
from antorcha.report.numbers import number, percent
from antorcha.report.page_words import Words
from antorcha.report.rendering import render
from antorcha.report.statistics import (
    ExerciseNumbers,
    TopicNumbers,
    exercise_numbers,
    share_of,
    topic_numbers,
)
from antorcha.report.worth_a_look import CaseToSee, label
from antorcha.results import SubmissionResult, Verdict

_BINS = 10
_MOST_CLUSTERS = 150  # cards on the page; a class of hundreds has long tails
_FEWEST_TO_NAME = 3  # students: what fewer did is no mistake of a class
_MOST_TO_NAME = 12
_SHOWN_CLUSTERS = 12  # before the others are folded up
_SHOWN_NAMES = 12  # of a group, before they are folded up
# Ends that are no answer and no error: what an instructor should see of a class by itself.
_TROUBLE = tuple(
    verdict
    for verdict in Verdict
    if verdict.about.tone == "bad"
    and verdict not in (Verdict.WRONG, Verdict.ERROR, Verdict.MISSING, Verdict.NOT_STARTED)
)


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: its place in the drawing, and what it stands for."""

    x: float
    y: float
    height: float
    count: int
    label: str
    words: str


@dataclass(frozen=True)
class StudentLine:
    """A student's row: points, percentage, and the percentage in each topic, `None` where nothing was handed in."""

    name: str
    page: str
    points: str
    percent: float
    topics: tuple[int | None, ...]


@dataclass(frozen=True)
class Trouble:
    """Something that ended otherwise than with an answer, and to whom it happened. `what`: in full, "" for no more."""

    word: str
    what: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassPage:
    """All that the template sees."""

    language: str
    title: str
    made: str
    words: Words
    average: str
    bars: tuple[Bar, ...]
    topics: tuple[TopicNumbers, ...]
    titles: dict[str, str]
    exercises: tuple[ExerciseNumbers, ...]
    clusters: tuple[Cluster, ...]
    to_name: tuple[Cluster, ...]
    alone: int
    needs: tuple[Needs, ...]
    students: tuple[StudentLine, ...]
    trouble: tuple[Trouble, ...]
    devices: tuple[tuple[str, str], ...]
    pages: dict[str, str] = field(default_factory=dict)
    shown_names: int = _SHOWN_NAMES
    shown_clusters: int = _SHOWN_CLUSTERS


def render_class(
    course: Course,
    rows: Sequence[SubmissionResult],
    clusters: Sequence[Cluster],
    cases: Sequence[CaseToSee] = (),
    attempts: Mapping[tuple[str, str], int] | None = None,
    made: tuple[str, str] = ("", ""),
    first_runs: Mapping[str, int] | None = None,
) -> str:
    """Return the page.

    `course`: with translated titles; `attempts`: by student and topic; `made`: date and version; `first_runs`: by
    topic, the run in which it was first handed in.
    """
    language = course.language
    words = Words(WORDS, language)
    exercises = exercise_numbers(rows)
    topics = topic_numbers(rows, attempts or {})
    groups = [cluster for cluster in clusters if len(cluster.students) > 1]
    page = ClassPage(
        language=language,
        title=words.say("title", course=course.title),
        made=words.say(
            "made",
            students=len(rows),
            topics=len(course.topics),
            exercises=len(exercises),
            date=made[0][:10],
            version=made[1],
        ),
        words=words,
        average=_average(rows, words),
        bars=tuple(_bars(rows, words)),
        topics=tuple(topics),
        titles={topic.name: topic.title or topic.name for topic in course.topics},
        exercises=tuple(exercises),
        clusters=tuple(groups[:_MOST_CLUSTERS]),
        to_name=tuple(group for group in groups if not group.mistake and len(group.students) >= _FEWEST_TO_NAME)[
            :_MOST_TO_NAME
        ],
        alone=len(clusters) - len(groups),
        needs=tuple(needing_help(course, rows, language, first_runs)),
        students=tuple(_line(course, row) for row in rows),
        trouble=tuple(_trouble(rows, cases, language)),
        devices=tuple(_devices(course, rows, language)),
        pages={row.student: f"feedback/{feedback_name(row.student)}.html" for row in rows},
    )
    return render("class.html.j2", page)


def _average(rows: Sequence[SubmissionResult], words: Words) -> str:
    shares = _shares(rows)
    if not shares:
        return ""
    return words.say("mean", mean=number(fmean(shares)), median=number(median(shares)))


def _shares(rows: Sequence[SubmissionResult]) -> list[float]:
    return [percent(row.points, row.max_points) for row in rows if row.topics]


def _bars(rows: Sequence[SubmissionResult], words: Words) -> list[Bar]:
    """Return the bars of the histogram in a drawing of 400 by 120 units."""
    counts = [0] * _BINS
    for share in _shares(rows):
        counts[min(int(share // _BINS), _BINS - 1)] += 1
    most = max(counts) or 1
    bars = []
    for place, count in enumerate(counts):
        height = 100 * count / most
        low, high = place * 10, place * 10 + (10 if place == _BINS - 1 else 9)
        said = words.say("bin", low=low, high=high, count=count)
        bars.append(Bar(place * 40 + 2, 112 - height, height, count, f"{low}", said))
    return bars


def _line(course: Course, row: SubmissionResult) -> StudentLine:
    results = {topic.topic: topic for topic in row.topics if topic.verdict is not Verdict.MISSING}
    shares = tuple(
        round(100 * share_of(row, results[topic.name])) if topic.name in results else None for topic in course.topics
    )
    points = f"{number(row.points)} / {number(row.max_points)}"
    page = f"feedback/{feedback_name(row.student)}.html"
    return StudentLine(row.student, page, points, percent(row.points, row.max_points), shares)


def _trouble(rows: Sequence[SubmissionResult], cases: Sequence[CaseToSee], language: str) -> list[Trouble]:
    """Return what ended otherwise than with an answer, by kind; then what intake and the run noted."""
    by_verdict: dict[Verdict, dict[str, None]] = {}
    for row in rows:
        for topic in row.topics:
            verdicts = {topic.verdict, *(check.verdict for exercise in topic.exercises for check in exercise.checks)}
            for verdict in verdicts.intersection(_TROUBLE):
                by_verdict.setdefault(verdict, {})[row.student] = None
    found = [
        Trouble(
            translate(verdict.about.word, language), translate(verdict.about.explanation, language), tuple(students)
        )
        for verdict, students in by_verdict.items()
    ]
    named: dict[str, dict[str, None]] = {}
    for case in cases:
        if case.kind not in {verdict.value for verdict in Verdict}:
            named.setdefault(case.kind, {})[case.student or ", ".join(case.files)] = None
    found += [Trouble(label(kind, language), "", tuple(students)) for kind, students in named.items()]
    return sorted(found, key=lambda trouble: -len(trouble.students))


def _devices(course: Course, rows: Sequence[SubmissionResult], language: str) -> list[tuple[str, str]]:
    """Return the sentence for each topic that was not tested on a GPU for anybody who handed it in."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for topic in row.topics:
            if topic.verdict is not Verdict.MISSING:
                found.setdefault(topic.topic, set()).add(untested(course, topic, language))
    return [(name, " ".join(sorted(said - {""}))) for name, said in found.items() if said - {""}]
