"""Which of a student's files answers which topic: by its name, else by the functions in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from antorcha.course.model import Course
from antorcha.intake import limits
from antorcha.intake.check import Checker
from antorcha.intake.entry import MODULE, is_course_file, printable
from antorcha.intake.layout import HandedIn, split_flat_name, without_copy_mark
from antorcha.intake.model import Source
from antorcha.intake.source import Read, read_source
from antorcha.results import Diagnosis


@dataclass(frozen=True)
class _Candidate:
    """A file that may answer `topic`; `rank` orders those of one topic, the smallest wins."""

    topic: str
    file: HandedIn
    rank: tuple[object, ...]
    read: Read | None = None
    found: str = ""  # what the guess rests on; empty when the name was right


def match_topics(files: list[HandedIn], course: Course, checker: Checker) -> tuple[dict[str, Source], list[Diagnosis]]:
    """A source for each topic that `files` (modules and notebooks) answer, and notes about the others."""
    candidates: dict[str, list[_Candidate]] = {}
    misnamed = []
    for file in files:
        if candidate := _by_name(file, course):
            candidates.setdefault(candidate.topic, []).append(candidate)
        elif not is_course_file(file.entry.name):
            misnamed.append(file)
    named = set(candidates)
    notes = []
    for file in misnamed[: limits.STUDENT_GUESSES]:
        guess = _by_content(file, course, checker)
        if guess and guess.topic not in named:
            candidates.setdefault(guess.topic, []).append(guess)
        elif guess:
            notes.append(_another(file, guess.topic, min(candidates[guess.topic], key=_rank)))
        else:
            notes.append(Diagnosis("file_set_aside", {"file": file.entry.shown}))
    notes = notes[: limits.NAMES_LISTED]
    order = [topic.name for topic in course.topics if topic.name in candidates]
    return {topic: _winner(topic, candidates[topic], checker) for topic in order}, notes


def _rank(candidate: _Candidate) -> tuple[object, ...]:
    return candidate.rank


def _by_name(file: HandedIn, course: Course) -> _Candidate | None:
    entry = file.entry
    exact = course.topic(entry.stem)
    topic = file.topic or (exact.name if exact else "")
    if not topic:
        close = [one.name for one in course.topics if one.name.casefold() == entry.stem.casefold()]
        topic = close[0] if close else ""
    if not topic:
        return None
    inexact = not (file.topic or exact)
    copied = without_copy_mark(entry.stem) != entry.stem
    order = (inexact, copied, entry.suffix != MODULE, len(entry.parts), entry.parts)
    return _Candidate(topic, file, order, found="its name" if inexact else "")


def _by_content(file: HandedIn, course: Course, checker: Checker) -> _Candidate | None:
    entry = file.entry
    read = read_source(entry, "", checker)
    shared = {topic.name: len(read.names & {one.name for one in topic.exercises}) for topic in course.topics}
    matching = [name for name, count in shared.items() if count]
    if len(matching) == 1:
        topic, found = matching[0], "the functions in it"
    elif topic := _topic_in_name(entry.stem, course):
        found = "its name"
    else:
        return None
    order = (-shared[topic], entry.suffix != MODULE, len(entry.parts), entry.parts)
    return _Candidate(topic, file, order, read, found)


def _topic_in_name(stem: str, course: Course) -> str:
    """The topic whose name begins or ends the file's: `tensors (1)`, `tensors_final`. Empty for none."""
    return split_flat_name(stem, course)[1]


def _winner(topic: str, candidates: list[_Candidate], checker: Checker) -> Source:
    best, *others = sorted(candidates, key=_rank)
    read = best.read or read_source(best.file.entry, topic, checker)
    notes = [_another(other.file, topic, best) for other in others[: limits.NAMES_LISTED]]
    if best.found:
        wanted = topic + best.file.entry.suffix
        details = {"file": best.file.entry.shown, "topic": topic, "found": best.found, "wanted": wanted}
        notes.insert(0, Diagnosis("name_guessed", details))
    return replace(read.source, topic=topic, notes=(*notes, *read.source.notes))


def _another(file: HandedIn, topic: str, used: _Candidate) -> Diagnosis:
    details = {"file": file.entry.shown, "topic": topic, "used": printable("/".join(used.file.entry.parts))}
    return Diagnosis("another_file", details)
