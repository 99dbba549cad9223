"""Quizzes on the trusted side: their completeness, tests that would give an answer away, and shuffled letters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from antorcha.course.model import Course, Topic
from antorcha.course.quiz import Quiz, order_for, own_letters, read_quiz
from antorcha.errors import CourseError, UserError
from antorcha.plugin.recognise import ReferenceMistakes
from antorcha.results import Diagnosis
from antorcha.sources.reference import Reference, definitions, docstring_node, read_reference
from antorcha.sources.stubs import reference_path
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode


@dataclass(frozen=True)
class Key:
    """A quiz with its answers: the right letter of each case ("" where there is one question)."""

    exercise: str
    quiz: Quiz
    right: dict[str, Any]
    path: str
    line: int  # of the docstring in the reference

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Return every case with every letter that does not answer it."""
        return [
            (case, letter) for case in self.quiz.cases for letter in self.quiz.letters if letter != self.right[case]
        ]

    def where(self, letter: str) -> str:
        """Return the place of an option in the reference."""
        option = next(option for option in self.quiz.options if option.letter == letter)
        return f"{self.path}:{self.line + option.first}"


def keys_of(course: Course, topic: Topic) -> list[Key]:
    """Return the quizzes of a topic, answered by its reference. Raises: `UserError` where that cannot be used."""
    if not topic.quizzes:
        return []
    path = reference_path(course, topic.name)
    reference = read_reference(path)
    runner = LocalRunner.from_file(f"quizzes_{topic.name}", path)
    return [_key(reference, runner, name) for name in topic.quizzes]


def require_complete(course: Course, topic: Topic, known_mistakes: ReferenceMistakes | None) -> None:
    """Raise `UserError` with a line for each answer that is no option and each option that no variant explains."""
    problems = [problem for key in keys_of(course, topic) for problem in _problems(key, known_mistakes)]
    if problems:
        raise UserError(
            "\n".join(problems),
            "the reference returns the letter of an option; each wrong option needs a variant that returns it, with an "
            f'explanation: @wrong("name", N_("...")) in reference/variants/{topic.name}.py',
        )


def _key(reference: Reference, runner: LocalRunner, name: str) -> Key:
    node = next(node for node in definitions(reference.tree.body) if node.name == name)
    docstring = docstring_node(node)
    assert docstring is not None, "the stubs were checked before"
    text = str(docstring.value)
    # `cleandoc` leaves empty lines at the beginning away, and the quiz counts its lines from what is left.
    line = docstring.lineno + text[: len(text) - len(text.lstrip())].count("\n")
    quiz = read_quiz(inspect.cleandoc(text))
    return Key(name, quiz, {case: _answer(runner, name, case) for case in quiz.cases}, str(reference.path), line)


def _answer(runner: LocalRunner, name: str, case: str) -> Any:
    """Return the letter that a quiz's function answers in a case; `None` where it raises or is missing."""
    answer = runner.call(name, encode([[case] if case else [], {}]), CallOptions())
    return None if answer.error is not None or answer.fault is not None else answer.value


def _problems(key: Key, known_mistakes: ReferenceMistakes | None) -> Iterator[str]:
    letters = key.quiz.letters
    for case, right in key.right.items():
        if right not in letters:
            options = ", ".join(letters)
            yield f"{key.path}:{key.line}: {_name(key, case)}: the answer is {right!r}, which is no option ({options})"
    runners = (
        [known_mistakes.runner(mistake) for mistake in known_mistakes.wrong(key.exercise)] if known_mistakes else []
    )
    answers = [(case, _answer(runner, key.exercise, case)) for runner in runners for case in key.quiz.cases]
    given = {(case, answer) for case, answer in answers if isinstance(answer, str)}
    for case, letter in key.wrong:
        if key.right[case] in letters and (case, letter) not in given:
            yield f"{key.where(letter)}: {_name(key, case)}: no wrong variant explains the option {letter})"


def _name(key: Key, case: str) -> str:
    return f'{key.exercise}("{case}")' if case else key.exercise


# --------------------------------------------------------------------------- what a release must not record


def watch(runner: LocalRunner, topic: Topic) -> Callable[[], str]:
    """Note which quizzes and essays of the reference are answered from now on.

    Return a function that gives the name of the first one since its last call, or "".
    """
    answered: list[str] = []
    namespace = runner.module.namespace.__dict__

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def answer(*args: Any, **kwargs: Any) -> Any:
            answered.append(name)
            return function(*args, **kwargs)

        return answer

    for name in (*topic.quizzes, *topic.essays):
        if callable(namespace.get(name)):
            namespace[name] = noting(name, namespace[name])

    def take() -> str:
        name = answered[0] if answered else ""
        answered.clear()
        return name

    return take


def given_away(name: str) -> CourseError:
    """Return the error for a visible test that needs the answer of a quiz or an essay."""
    return CourseError(
        f"the answer of {name} would be recorded for students; a visible test of a quiz may only ask whether an answer "
        f'is one of the options, agree.that(student.{name}() in ("a", "b"), "..."), and one of an essay how it is '
        "written, such as how long it is"
    )


# ------------------------------------------------------------------------------------------ shuffled options


class Unshuffled:
    """A submission whose letters are read as the options' own, for a student who saw them in another order."""

    def __init__(self, runner: Runner, course: Course, topic: Topic, student: str) -> None:
        all_letters = {name: _letters(course, topic, name) for name in topic.quizzes}
        self._runner = runner
        # By quiz: from a letter as this student saw it to the option's own.
        self._own = {
            name: own_letters(order_for(letters, course.seed, student, name)) for name, letters in all_letters.items()
        }

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        answer = self._runner.call(name, payload, options)
        own = self._own.get(name, {})
        return replace(answer, value=own[answer.value]) if type(answer.value) is str and answer.value in own else answer

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        return self._runner.scenario(function, payload, options)

    def charge(self, seconds: float) -> None:
        self._runner.charge(seconds)

    def fresh_folder(self) -> None:
        self._runner.fresh_folder()

    def whole_file(self) -> Diagnosis | None:
        return self._runner.whole_file()

    def close(self) -> None:
        self._runner.close()


def _letters(course: Course, topic: Topic, name: str) -> tuple[str, ...]:
    reference = read_reference(reference_path(course, topic.name))
    node = next(node for node in definitions(reference.tree.body) if node.name == name)
    docstring = docstring_node(node)
    return read_quiz(inspect.cleandoc(str(docstring.value) if docstring else "")).letters
