"""Quizzes on the trusted side: is each complete, does a test give its answer away, what did a shuffled letter mean?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from antorcha.course.model import Course, Topic
from antorcha.course.quiz import Quiz, order_for, own_letters, read_quiz
from antorcha.errors import UserError
from antorcha.plugin.check import CourseError
from antorcha.plugin.recognise import LiveWitness
from antorcha.release.reference import Reference, definitions, docstring_node, read_reference
from antorcha.release.stubs import reference_path
from antorcha.results import Diagnosis
from antorcha.student.local import LocalRunner
from antorcha.student.runner import Runner
from antorcha.worker.codec import encode
from antorcha.worker.facts import Observation
from antorcha.worker.runtime import CallOptions


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
        """Every case with every letter that does not answer it."""
        return [(case, one) for case in self.quiz.cases for one in self.quiz.letters if one != self.right[case]]

    def where(self, letter: str) -> str:
        """The place of an option in the reference."""
        item = next(one for one in self.quiz.options if one.letter == letter)
        return f"{self.path}:{self.line + item.first}"


def keys_of(course: Course, topic: Topic) -> list[Key]:
    """The quizzes of a topic, answered by its reference. Errors: `UserError` where the reference cannot be used."""
    if not topic.quizzes:
        return []
    path = reference_path(course, topic.name)
    reference = read_reference(path)
    runner = LocalRunner.from_file(f"quizzes_{topic.name}", path)
    return [_key(reference, runner, name) for name in topic.quizzes]


def require_complete(course: Course, topic: Topic, witness: LiveWitness | None) -> None:
    """Errors: `UserError` with a line for each answer that is no option and each option that nobody explains."""
    problems = [one for key in keys_of(course, topic) for one in _problems(key, witness)]
    if problems:
        raise UserError(
            "\n".join(problems),
            "the reference returns the letter of an option; each wrong option needs a variant that returns it, with an "
            f'explanation: @wrong("name", N_("...")) in reference/variants/{topic.name}.py',
        )


def _key(reference: Reference, runner: LocalRunner, name: str) -> Key:
    node = next(one for one in definitions(reference.tree.body) if one.name == name)
    docstring = docstring_node(node)
    assert docstring is not None, "the stubs were checked before"
    text = str(docstring.value)
    line = docstring.lineno + text[: len(text) - len(text.lstrip())].count("\n")
    quiz = read_quiz(inspect.cleandoc(text))
    return Key(name, quiz, {case: _answer(runner, name, case) for case in quiz.cases}, str(reference.path), line)


def _answer(runner: LocalRunner, name: str, case: str) -> Any:
    found = runner.call(name, encode([[case] if case else [], {}]), CallOptions())
    return None if found.error is not None or found.fault is not None else found.value


def _problems(key: Key, witness: LiveWitness | None) -> Iterator[str]:
    letters = key.quiz.letters
    for case, right in key.right.items():
        if right not in letters:
            options = ", ".join(letters)
            yield f"{key.path}:{key.line}: {_name(key, case)}: the answer is {right!r}, which is no option ({options})"
    runners = [witness.runner(one) for one in witness.wrong(key.exercise)] if witness else []
    answers = [(case, _answer(one, key.exercise, case)) for one in runners for case in key.quiz.cases]
    given = {(case, answer) for case, answer in answers if isinstance(answer, str)}
    for case, letter in key.wrong:
        if key.right[case] in letters and (case, letter) not in given:
            yield f"{key.where(letter)}: {_name(key, case)}: no wrong variant explains the option {letter})"


def _name(key: Key, case: str) -> str:
    return f'{key.exercise}("{case}")' if case else key.exercise


# --------------------------------------------------------------------------- what a release must not record


def watch(runner: LocalRunner, topic: Topic) -> Callable[[], str]:
    """Notes when a quiz of the reference is answered. Gives a function: the name of one that was, or "", once."""
    asked: list[str] = []
    namespace = runner.module.namespace.__dict__

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def answer(*args: Any, **kwargs: Any) -> Any:
            asked.append(name)
            return function(*args, **kwargs)

        return answer

    for name in topic.quizzes:
        if callable(namespace.get(name)):
            namespace[name] = noting(name, namespace[name])

    def one() -> str:
        found = asked[0] if asked else ""
        asked.clear()
        return found

    return one


def given_away(name: str) -> CourseError:
    """What an author reads whose visible test needs the answer of a quiz."""
    return CourseError(
        f"the answer of the quiz {name} would be recorded for students; a visible test may only ask whether an answer "
        f'is one of the options: agree.that(student.{name}() in ("a", "b"), "...")'
    )


# ------------------------------------------------------------------------------------------ shuffled options


class Unshuffled:
    """A hand-in whose letters are read as the options' own, for a student who saw them in another order."""

    def __init__(self, runner: Runner, course: Course, topic: Topic, student: str) -> None:
        letters = {name: _letters(course, topic, name) for name in topic.quizzes}
        self._runner = runner
        self._own = {name: own_letters(order_for(one, course.seed, student, name)) for name, one in letters.items()}

    def call(self, name: str, payload: bytes, options: CallOptions) -> Observation:
        found = self._runner.call(name, payload, options)
        own = self._own.get(name, {})
        return replace(found, value=own[found.value]) if type(found.value) is str and found.value in own else found

    def scenario(self, function: Callable[..., Any], payload: bytes, options: CallOptions) -> Observation:
        return self._runner.scenario(function, payload, options)

    def whole_file(self) -> Diagnosis | None:
        return self._runner.whole_file()

    def close(self) -> None:
        self._runner.close()


def _letters(course: Course, topic: Topic, name: str) -> tuple[str, ...]:
    reference = read_reference(reference_path(course, topic.name))
    node = next(one for one in definitions(reference.tree.body) if one.name == name)
    docstring = docstring_node(node)
    return read_quiz(inspect.cleandoc(str(docstring.value) if docstring else "")).letters
