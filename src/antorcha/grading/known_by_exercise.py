"""Results of other states of the course, of which today's graders would judge all or most exercises as those did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from antorcha.bulk.grade import Engine
from antorcha.bulk.known_results import KnownResult, separable
from antorcha.course.model import Course
from antorcha.intake.model import SubmittedFile
from antorcha.packed import Packed
from antorcha.store.db import Store


@dataclass
class KnownByExercise:
    """The keys of exercises, today's and those that the store's results rest on; both are read when first needed.

    `course_keys`: of today, by topic.
    """

    course: Course
    store: Store
    engine: Engine
    course_keys: Mapping[str, str]
    _today: dict[str, dict[str, str]] = field(default_factory=dict)
    _stale: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    _kept: set[str] = field(default_factory=set)

    def find(self, student: str, file: SubmittedFile, key_under: Callable[[str], str]) -> KnownResult | None:
        """Return the result of a submission that the fewest exercises have to be graded for, if there is one.

        `key_under`: the key of its result under a topic's key.
        """
        if file.topic not in self._stale:
            self._stale[file.topic] = self._read_stale(file.topic)
        for course_key, stale in self._stale[file.topic]:
            result = self.store.lookup(student, file.topic, key_under(course_key), own=True)
            if result is not None and separable(result):
                return KnownResult(Packed(result), stale)
        return None

    def keep_keys(self, topic: str, *, graded: bool) -> None:
        """Keep the keys of a topic's exercises for later runs.

        `graded`: a result of the topic is new; where none is, only what is known is kept, and nothing is read for it.
        """
        if topic not in self._kept and (graded or topic in self._today):
            self._kept.add(topic)
            self.store.record_exercise_keys(topic, self.course_keys[topic], self._keys_of_today(topic))

    def _keys_of_today(self, topic: str) -> dict[str, str]:
        """Return the keys of a topic's exercises; none where a file has changed since the run began."""
        if topic not in self._today:
            keys = self.engine.exercise_keys(self.course, topic)
            unchanged = self.engine.course_key(self.course, topic) == self.course_keys[topic]
            self._today[topic] = keys if unchanged else {}
        return self._today[topic]

    def _read_stale(self, topic: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the keys of a topic under which some exercises had the keys of today, with the other exercises."""
        known = self.course.topic(topic)
        others = {key: keys for key, keys in self.store.exercise_keys(topic).items() if key != self.course_keys[topic]}
        if known is None or not others:
            return []
        today = self._keys_of_today(topic)
        found = []
        for course_key, keys in others.items():
            stale = tuple(name for name, key in today.items() if keys.get(name) != key)
            # What a person grades is read from a file whose every exercise is graded.
            if len(stale) < len(today) and not set(known.essays) & set(stale):
                found.append((course_key, stale))
        return sorted(found, key=lambda pair: len(pair[1]))
