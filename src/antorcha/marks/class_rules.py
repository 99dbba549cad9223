"""The rules of a class as typed data: what its `rules.toml` says of due dates, penalties, attempts, groups.

`antorcha.marks.load` has pydantic check the file against these classes, as a `grading.toml` is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from antorcha.course.rules import NOT_EMPTY, Identifier, Moment, NotNegative, Positive, Share, Text, TimeZoneName

RULES_FILE = "rules.toml"
NO_ZONE = "UTC"  # of a class without rules, in which no date is shown

WhichAttempt = Literal["last", "best", "first"]


def _described(description: str) -> dict[str, Any]:
    return {"description": description}


@dataclass(frozen=True)
class PenaltyStep:
    """A row of a table of penalties."""

    share: Share = field(metadata=_described("What is taken off, from 0 to 1."))
    after_hours: NotNegative = field(default=0.0, metadata=_described("For who is later than these hours."))


@dataclass(frozen=True)
class Penalty:
    """The penalty for being late: a share for each day that has begun, or by a table."""

    per_day: Share = field(default=0.0, metadata=_described("For each day that has begun after the due date."))
    table: tuple[PenaltyStep, ...] = field(
        default=(), metadata=_described("Instead of per_day; of the rows that apply, the last one counts.")
    )
    most: Share = field(default=1.0, metadata=_described("Never more than this share."))
    of: Literal["earned", "maximum"] = field(
        default="earned", metadata=_described("A share of the points that were earned, or of all that there are.")
    )

    def share(self, hours: float, days: int) -> float:
        """Return the share that is taken off a submission `hours` late, `days` days after the due date have begun."""
        rows = [row.share for row in sorted(self.table, key=lambda row: row.after_hours) if hours > row.after_hours]
        share = rows[-1] if rows else 0.0 if self.table else self.per_day * days
        return min(share, self.most)


@dataclass(frozen=True)
class TopicRules:
    """The rules of one topic, over those of the class."""

    name: Identifier = field(metadata=_described("A topic of the course."))
    due: Moment | None = field(default=None, metadata=_described("A date alone means the end of that day."))
    grace_minutes: NotNegative | None = None
    penalty: Penalty | None = None
    attempts: WhichAttempt | None = None


@dataclass(frozen=True)
class Extension:
    """A later due date for one student."""

    student: Text = field(metadata=_described("By name, id, user name or email."))
    due: Moment | None = field(default=None, metadata=_described("The new due date; it never shortens the class's."))
    days: Positive | None = field(default=None, metadata=_described("Instead of due: so many days more."))
    topics: tuple[Identifier, ...] = field(default=(), metadata=_described("All topics, where none is named."))
    why: str = field(default="", metadata=_described("For you alone: students do not read it."))


@dataclass(frozen=True)
class Group:
    """Students who hand in together: what one of them hands in counts for each."""

    members: Annotated[tuple[Text, ...], NOT_EMPTY] = field(
        metadata=_described("By name, id, user name or email; who handed in nothing gets a row all the same.")
    )
    name: str = ""
    topics: tuple[Identifier, ...] = field(default=(), metadata=_described("All topics, where none is named."))


@dataclass(frozen=True)
class StatedTime:
    """A moment of handing in that you know and the delivery does not say; it goes before what the delivery says."""

    student: Text = field(metadata=_described("By name, id, user name or email."))
    topic: Identifier
    time: Moment


@dataclass(frozen=True)
class ClassRules:
    """All that a `rules.toml` may say."""

    # pydantic's: a key that is not known is a mistake, and "1" is no number
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    timezone: TimeZoneName = field(
        metadata=_described("In which due dates are written, and times of handing in that name no zone.")
    )
    attempts: WhichAttempt = field(
        default="last", metadata=_described("Which of a student's attempts at a topic counts; untouched ones never do.")
    )
    grace_minutes: NotNegative = field(
        default=0.0, metadata=_described("Who is later than this is late from the due date on.")
    )
    penalty: Penalty = Penalty()
    topics: tuple[TopicRules, ...] = ()
    extensions: tuple[Extension, ...] = ()
    groups: tuple[Group, ...] = ()
    handed_in: tuple[StatedTime, ...] = ()

    def of_topic(self, topic: str) -> TopicRules:
        """Return the topic's rules, with those of the class where it has none of its own."""
        own = next((rules for rules in self.topics if rules.name == topic), TopicRules(topic))
        return TopicRules(
            topic,
            own.due,
            self.grace_minutes if own.grace_minutes is None else own.grace_minutes,
            self.penalty if own.penalty is None else own.penalty,
            self.attempts if own.attempts is None else own.attempts,
        )

    def attempts_of(self, topic: str) -> WhichAttempt:
        """Return which attempt at a topic counts."""
        return self.of_topic(topic).attempts or self.attempts

    @property
    def wants_each_attempt(self) -> bool:
        """Return whether attempts before the last one matter."""
        return any(which != "last" for which in (self.attempts, *(rules.attempts for rules in self.topics)) if which)
