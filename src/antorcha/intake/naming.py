"""Reading of the names of files and folders: student, topic, attempt, assignment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from antorcha.course.model import Course

# What browsers, Canvas and file managers add to a second copy: "tensors (1)", "tensors-2", "tensors - copia".
_COPY_MARK = re.compile(
    r"(?: ?\((?P<in_brackets>\d+)\)|-(?P<after_dash>\d{1,2})| - (?:copia|copy)(?: \((?P<copy>\d+)\))?)+$"
)
_ATTEMPT = re.compile(
    r"(?:^|[ _.-])(?:attempt|try|intento|entrega|submission|versi[oó]n|version|rev|v)[ _.-]?(\d{1,4})$", re.IGNORECASE
)
_ASSIGNMENT = re.compile(
    r"^(?:tarea|semana|week|lab|laboratorio|pr[aá]ctica|practica|practical|assignment|homework|hw|ejercicios?|exercises?|"
    r"entrega|unidad|unit|tema|topic|bloque|m[oó]dulo|module|problem set|ps|p)[ _.-]*\d+(?:\b|_|$)",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"^(?:final|definitiv[oa]|old|new|viej[oa]|nuev[oa]|copia|copy|backup|bak|draft|borrador|corregid[oa]|fixed|test|mi|my|"
    r"solucion|solution|answers?|respuestas?|entrega|v?\d+)(?:[ _.-]*\d+)?$",
    re.IGNORECASE,
)
_SEPARATORS = "_- ."


def without_copy_mark(stem: str) -> str:
    """Return `tensors` for `tensors (1)`."""
    return _COPY_MARK.sub("", stem) or stem


def copy_number(stem: str) -> int:
    """Return 2 for `tensors (2)` and `tensors-2`, 1 for `tensors - copia`, 0 for what is no copy."""
    mark = _COPY_MARK.search(stem)
    if mark is None or not mark.start():
        return 0
    numbers = [int(number) for number in mark.groups() if number]
    return numbers[-1] if numbers else 1


def attempt_number(folders: tuple[str, ...], stem: str) -> int:
    """Return the number in `attempt2/tensors.py`, `intento 2/...` or `tensors_v2.py`; 0 where none is named."""
    marks = [mark for name in (*folders, stem) if (mark := _ATTEMPT.search(name))]
    return int(marks[-1][1]) if marks else 0


def looks_like_an_assignment(name: str) -> bool:
    """Return whether a name is like `Tarea 1`, `week_2` or `lab-3`, under which a platform keeps a task's hand-ins."""
    return bool(_ASSIGNMENT.match(name))


def is_a_version(name: str) -> bool:
    """Return whether a name is what people add to a file's for another version of it: "final", "v2", "copia"."""
    return bool(_VERSION.match(name))


def split_flat_name(stem: str, course: Course) -> tuple[str, str]:
    """Return student and topic of a file's stem: (`ana_garcia`, `tensors`) for `ana_garcia_tensors`.

    The student is empty when the stem is a topic's name, the topic is empty when the stem names none.
    """
    plain = without_copy_mark(stem)
    low = plain.casefold()
    # Longest first: of the topics `nets` and `deep_nets`, `ana_deep_nets` is about the second.
    for topic in sorted((topic.name for topic in course.topics), key=lambda name: (-len(name), name)):
        wanted = topic.casefold()
        if low == wanted:
            return "", topic
        if low.endswith(wanted) and low[-len(wanted) - 1] in _SEPARATORS:
            return plain[: -len(wanted)].rstrip(_SEPARATORS) or plain, topic
        if low.startswith(wanted) and low[len(wanted)] in _SEPARATORS:
            return plain[len(wanted) :].lstrip(_SEPARATORS) or plain, topic
        middle = re.fullmatch(rf"(.*[^_\- .])[_\- .]+{re.escape(topic)}[_\- .]+(.+)", plain, re.IGNORECASE)
        if middle and _names_a_version(middle[2]):
            return middle[1], topic
    return stem, ""


def _names_a_version(text: str) -> bool:
    """Return whether a text is words like "final" or "v2".

    Numbers alone are no version: `grupo_layers_1` and `grupo_layers_2` may be two groups.
    """
    words = [word for word in re.split(r"[_\- .]+", text) if word]
    return any(not word.isdigit() for word in words) and all(is_a_version(word) for word in words)


def topic_named(name: str, course: Course) -> str:
    """Return the topic that has exactly this name, whatever the case; empty for none."""
    low = name.casefold()
    return next((topic.name for topic in course.topics if topic.name.casefold() == low), "")


def common_prefix(names: Sequence[str]) -> str:
    """Return the longest text that all of `names` begin with."""
    # What the first and the last in the alphabet share, all between them share, too.
    lowest, highest = min(names, default=""), max(names, default="")
    same = next((place for place, char in enumerate(lowest) if not highest.startswith(char, place)), len(lowest))
    return lowest[:same]
