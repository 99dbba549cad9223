"""The words that a student could know: those of the course's public text of a topic, and of the submission itself."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path

from antorcha.course.model import Course
from antorcha.intake.model import SubmittedFile

_TOKEN = re.compile(r"\w+")
# Names that torch itself gives to what a module holds, so that `net.0.weight` is made of known parts.
_NAMES_OF_TORCH = frozenset(("weight", "bias", "running_mean", "running_var", "num_batches_tracked"))


@dataclass(frozen=True)
class _Text:
    """A text with its words."""

    text: str
    tokens: frozenset[str]

    def has(self, word: str) -> bool:
        """Return whether a word, or several with what stands between them, occurs in the text."""
        if _TOKEN.fullmatch(word):
            return word in self.tokens
        # Not in the middle of another word: "<pad>" stands in "'<pad>'", and "ace e" not in "place emphasis".
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text) is not None


@dataclass(frozen=True)
class KnownWords:
    """The words that may be told to a student, since they stand where the student can read them.

    `course`: stub, lesson and visible tests. `code`: of the submission, file by file. `exercises`: their names.
    What the submission says is read when somebody asks: of most answers nothing is told.
    """

    course: tuple[_Text, ...]
    code: tuple[str, ...]
    exercises: frozenset[str]

    @cached_property
    def own(self) -> tuple[_Text, ...]:
        """All of the submission's text."""
        return tuple(map(_text, self.code))

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The submission's identifiers alone, without what its strings and comments say."""
        return frozenset(chain.from_iterable(self._identifiers))

    @cached_property
    def own_functions(self) -> frozenset[str]:
        """The functions and classes that the submission defines beside the exercises."""
        defined = {name for source in self._identifiers for word, name in pairwise(source) if word in ("def", "class")}
        return frozenset(defined - self.exercises)

    @cached_property
    def _identifiers(self) -> list[list[str]]:
        return [_names(source) for source in self.code]

    def knows(self, word: str) -> bool:
        """Return whether a key, a name or a number could be known; a dotted name also by its parts."""
        if any(text.has(word) for text in (*self.course, *self.own)):
            return True
        parts = word.split(".")
        return len(parts) > 1 and all(part in _NAMES_OF_TORCH or (part and self.knows(part)) for part in parts)

    def knows_name(self, name: str) -> bool:
        """Return whether an identifier in an exception's text could be known.

        The submission's strings do not count here: its code chooses an exception's text while it sees hidden inputs,
        and a list of likely words in a string would let it ask which of them is meant.
        """
        if name.isdecimal():  # an index or a size, which a hidden input may have chosen
            return False
        return all(
            part in self.own_names or any(part in text.tokens for text in self.course) for part in name.split(".")
        )


def known_words(course: Course, topic: str, file: SubmittedFile) -> KnownWords:
    """Return the words that the author of a submission could know."""
    code = (*(cell.code for cell in file.cells), *(module.code for module in file.modules))
    course_topic = course.topic(topic)
    exercises = {exercise.name for exercise in course_topic.exercises} if course_topic else set()
    return KnownWords(_public_texts(course.exercises_dir, topic), code, frozenset(exercises))


@cache  # a grader process judges a whole class by the same files
def _public_texts(exercises: Path, topic: str) -> tuple[_Text, ...]:
    readable = [path for path in public_files(exercises, topic) if path.is_file()]
    return tuple(_text(path.read_text("utf-8", errors="replace")) for path in readable)


def public_files(exercises: Path, topic: str) -> tuple[Path, ...]:
    """Return a topic's files as students have them: the stub, the lesson and the visible tests."""
    return (exercises / f"{topic}.py", exercises / f"{topic}.md", exercises / f"test_{topic}.py")


@lru_cache(maxsize=16)  # an audit's submissions have a cell in common that is long
def _text(text: str) -> _Text:
    return _Text(text, frozenset(_TOKEN.findall(text)))


def _names(code: str) -> list[str]:
    """Return a source's identifiers as far as it can be read; what comes after a broken line has none."""
    names: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.NAME:
                names.append(token.string)
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return names
