"""Checks of a reference against the exercises of its topic, made before a stub is cut from it."""

from __future__ import annotations

import ast
import difflib
import inspect
import re

from antorcha.course.model import Exercise, Topic
from antorcha.course.quiz import SITUATION_ARGUMENT, QuizError, read_quiz
from antorcha.errors import UserError
from antorcha.sources.reference import Definition, Reference, docstring_node

STUB_PREFIX = "_stub_"


def check_reference(reference: Reference, topic: Topic, definitions: dict[str, Definition]) -> None:
    """Raise `UserError` where `definitions`, by name, do not fit what grading.toml says of `topic`."""
    for exercise in topic.exercises:
        _check_exercise(reference, exercise, definitions)
    for name, node in definitions.items():
        original = name.removeprefix(STUB_PREFIX)
        if original != name and topic.exercise(original) is None:
            raise _error(reference, node, f"{name}: {original} is no exercise of {topic.name} in grading.toml")


def _check_exercise(reference: Reference, exercise: Exercise, definitions: dict[str, Definition]) -> None:
    """Raise `UserError` where the reference does not hold an exercise as grading.toml describes it."""
    node, given = definitions.get(exercise.name), definitions.get(STUB_PREFIX + exercise.name)
    if node is None:
        near = difflib.get_close_matches(exercise.name, definitions, n=1)
        hint = f'did you mean "{near[0]}"?' if near else "define it there, or take it out of grading.toml"
        raise UserError(f"{reference.path}: no function or class {exercise.name}", hint)
    if given is not None and _signature(given) != _signature(node):
        raise _error(reference, given, f"the signature of {given.name} is not that of {node.name}")
    if exercise.kind == "debug" and given is None:
        message = f"{node.name} is an exercise of kind debug, but there is no {STUB_PREFIX}{node.name}"
        raise _error(reference, node, message)
    if exercise.kind == "quiz":
        _check_quiz(reference, node)
    if exercise.is_essay and (isinstance(node, ast.ClassDef) or _argument_names(node.args) or not docstring_node(node)):
        message = (
            f"{node.name}: an essay is a function without arguments that returns a text, with its question as docstring"
        )
        raise _error(reference, node, message)


def _check_quiz(reference: Reference, node: Definition) -> None:
    """Raise `UserError` for a quiz whose docstring or signature is not a quiz's, or tells the answer."""
    docstring = docstring_node(node)
    text = inspect.cleandoc(str(docstring.value)) if docstring else ""
    first = docstring.lineno if docstring else node.lineno
    try:
        quiz = read_quiz(text)
    except QuizError as error:
        where = f"{reference.path}:{first + error.line - 1}"
        raise UserError(f"{where}: {node.name}: {error}", "docs/authoring.md shows a quiz") from None
    arguments = [SITUATION_ARGUMENT] if quiz.situations else []
    if isinstance(node, ast.ClassDef) or _argument_names(node.args) != arguments:
        wanted = "situations A), B), ... and so one argument, `case`" if arguments else "one question: no argument"
        raise _error(reference, node, f"{node.name}: a quiz is a function, and this one has {wanted}")
    if re.search(rf">>> {node.name}\([^)]*\)(?! in )", text):
        raise UserError(
            f"{reference.path}:{first}: {node.name}: an example in a quiz's docstring tells an answer",
            "show the form of an answer with another function, in the module's docstring",
        )


def _error(reference: Reference, node: Definition, message: str) -> UserError:
    return UserError(f"{reference.path}:{node.lineno}: {message}")


def _argument_names(arguments: ast.arguments) -> list[str]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [argument.arg for argument in (*plain, *starred)]


def _signature(node: Definition) -> str:
    """Return a text that is equal for equal signatures; annotations and defaults are part of them."""
    if isinstance(node, ast.ClassDef):
        return "class"
    return f"{ast.dump(node.args)} {ast.dump(node.returns) if node.returns else ''}"
