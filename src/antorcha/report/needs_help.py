"""Students who may need their instructor, each with the reasons: what the numbers show, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from antorcha.course.model import Course
from antorcha.i18n import N_, translate
from antorcha.report.statistics import share_of
from antorcha.results import SubmissionResult, TopicResult, Verdict

_NO_WORK = (Verdict.NOT_STARTED, Verdict.NOT_TESTED, Verdict.TO_GRADE)
_MOST_HANDED_IN = 0.5  # of the class: a topic that fewer have handed in is missed by nobody
_FALL = 0.3  # of a topic's points, against oneself and against the class
_STOPPED = 1 / 3  # of a topic's exercises, untouched at its end

NOTHING = N_("Worked on {topic} and got no point for it.")
NOT_READ = N_("The file for {topic} could not be read.")
STOPPED = N_("Stopped in {topic}: the last {count} of {total} exercises are untouched.")
NO_FILE = N_("Handed in nothing for {topics}, which most of the class did.")
FALLING = N_(
    "Falls behind: {before} % in the first topics, {after} % in the last ones, where the class has {class_share} %."
)


@dataclass(frozen=True)
class Needs:
    """A student and why, the gravest reason first. `weight`: how grave all of it is, to sort by."""

    student: str
    reasons: tuple[str, ...]
    weight: float


def needing_help(
    course: Course, rows: Sequence[SubmissionResult], language: str, first_runs: Mapping[str, int] | None = None
) -> list[Needs]:
    """Return those who may need help, the gravest cases first.

    `course`: with the topics of the class; `first_runs`: the run in which each was first handed in, which tells the
    order of the weeks. Topics of one run are in the course's order.
    """
    weeks = first_runs or {}
    handed: dict[str, dict[str, float]] = {
        topic.name: {
            row.student: share_of(row, result)
            for row in rows
            for result in row.topics
            if result.topic == topic.name and result.verdict is not Verdict.MISSING
        }
        for topic in sorted(course.topics, key=lambda topic: weeks.get(topic.name, 0))
    }
    expected = [name for name, shares in handed.items() if len(shares) > _MOST_HANDED_IN * len(rows)]
    middle = {name: median(shares.values()) for name, shares in handed.items() if shares}
    found = []
    for row in rows:
        reasons = [*_of_topics(row, language), *_of_weeks(row.student, handed, expected, middle, language)]
        if reasons:
            weight = sum(weight for weight, _ in reasons)
            reasons.sort(key=lambda reason: -reason[0])
            found.append(Needs(row.student, tuple(text for _, text in reasons), weight))
    return sorted(found, key=lambda needs: (-needs.weight, needs.student))


def _of_topics(row: SubmissionResult, language: str) -> list[tuple[float, str]]:
    reasons = []
    for topic in row.topics:
        worked = any(exercise.verdict not in _NO_WORK for exercise in topic.exercises)
        last = _untouched_at_the_end(topic)
        if topic.verdict is Verdict.UNREADABLE:
            reasons.append((3.0, translate(NOT_READ, language).format(topic=topic.topic)))
        elif topic.verdict is not Verdict.MISSING and worked and row.points_of(topic) == 0 and topic.max_points:
            reasons.append((4.0, translate(NOTHING, language).format(topic=topic.topic)))
        elif worked and last >= max(2, _STOPPED * len(topic.exercises)):
            text = translate(STOPPED, language).format(topic=topic.topic, count=last, total=len(topic.exercises))
            reasons.append((1.0 + last / len(topic.exercises), text))
    return reasons


def _untouched_at_the_end(topic: TopicResult) -> int:
    count = 0
    for exercise in reversed(topic.exercises):
        if exercise.verdict is not Verdict.NOT_STARTED:
            break
        count += 1
    return count


def _of_weeks(
    student: str,
    handed: dict[str, dict[str, float]],
    expected: Sequence[str],
    middle: dict[str, float],
    language: str,
) -> list[tuple[float, str]]:
    reasons = []
    absent = [name for name in expected if student not in handed[name]]
    if absent:
        reasons.append((1.0 + len(absent), translate(NO_FILE, language).format(topics=", ".join(absent))))
    own = [(name, shares[student]) for name, shares in handed.items() if student in shares]
    half = len(own) // 2
    if half:
        before = fmean(share for _, share in own[:half])
        after = fmean(share for _, share in own[-half:])
        of_class = fmean(middle[name] for name, _ in own[-half:])
        if before - after >= _FALL and of_class - after >= _FALL:
            shown = {"before": f"{100 * before:.0f}", "after": f"{100 * after:.0f}"}
            text = translate(FALLING, language).format(**shown, class_share=f"{100 * of_class:.0f}")
            reasons.append((3.0, text))
    return reasons
