"""Checks of the hints that students get: complete in every language, true to the lesson, and giving nothing away."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from antorcha.course.model import Course, Exercise, Topic
from antorcha.course.quiz import QuizError, read_quiz
from antorcha.i18n.catalog import SOURCE_LANGUAGE, Catalog, course_catalog
from antorcha.sources.hints import HintStep, hints_path, read_hints
from antorcha.sources.reference import Definition, definitions, docstring_node, read_reference
from antorcha.sources.stubs import reference_path, render_lesson

_Solutions = dict[str, list[Definition]]  # by exercise

STEPS = 3
_IN_LESSON = 2  # the step that names a place in the lesson
_LONG = 14  # characters without spaces: from here on a piece of code is not written by chance
_OPTION = 24  # characters of an option's text, by the same measure

_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(?=\S)((?:`[^`]*`|[^*`])+)\*\*")
_HEADING = re.compile(r"#{1,6} +(.+?)\s*$", re.MULTILINE)
_CASE = re.compile(r"^\s*(\w)[:)] +(.+)$", re.MULTILINE)


def hint_complaints(course: Course, topic: Topic) -> list[str]:
    """Return what is wrong with a topic's hints, each with file and line; none for a topic without such a file.

    Raises: `UserError` where the file, the reference or the variants cannot be read.
    """
    path = hints_path(course, topic.name)
    if not path.is_file():
        return []
    hints = read_hints(course, topic.name, lambda message, _line: message)
    shown = path.relative_to(course.root).as_posix()
    complaints = [f"{shown}: no hints for {exercise.name}" for exercise in topic.checked if exercise.name not in hints]
    order = [exercise.name for exercise in topic.exercises if exercise.name in hints]
    if order != list(hints):
        complaints.append(f"{shown}: the exercises stand in another order than in grading.toml")
    for name, steps in hints.items():
        if len(steps) != STEPS:
            complaints.append(f"{shown}: {name} has {len(steps)} steps instead of {STEPS}")
    solutions = _solutions(course, topic.name)
    for language in dict.fromkeys((SOURCE_LANGUAGE, *course.languages)):
        catalog = course_catalog(course, language)
        for line, text in _in_language(course, topic, catalog, solutions):
            complaints.append(f"{shown}:{line}: {text} ({language})")
    return complaints


def _in_language(course: Course, topic: Topic, catalog: Catalog, solutions: _Solutions) -> Iterator[tuple[int, str]]:
    """Yield the lines and the reasons of what is wrong with the hints in one language."""
    lesson = render_lesson(course, topic.name, catalog.language)
    headings = set(_HEADING.findall(lesson or ""))
    source = read_hints(course, topic.name, lambda message, _line: message)
    for name, steps in read_hints(course, topic.name, lambda message, _line: catalog.gettext(message)).items():
        exercise = topic.exercise(name)
        assert exercise is not None
        for number, (step, original) in enumerate(zip(steps, source[name], strict=True), 1):
            if catalog.language != SOURCE_LANGUAGE and original.text not in catalog.messages:
                yield step.line, f"step {number} of {name} has no translation"
                continue
            if number == _IN_LESSON and lesson is not None:
                yield from _places(step, name, headings)
            yield from ((step.line, reason) for reason in _given_away(step.text, exercise, solutions.get(name, [])))


def _places(step: HintStep, name: str, headings: set[str]) -> Iterator[tuple[int, str]]:
    named = _BOLD.findall(step.text)
    if not named:
        yield step.line, f"step {_IN_LESSON} of {name} names no heading of the lesson in **bold**"
    for heading in named:
        if heading not in headings:
            yield step.line, f'step {_IN_LESSON} of {name}: the lesson has no heading "{heading}"'


def _given_away(text: str, exercise: Exercise, solutions: list[Definition]) -> list[str]:
    """Return a reason for each thing in a step that an answer could be copied from."""
    if exercise.kind in ("quiz", "predict"):
        return [reason for solution in solutions for reason in _answers_in(text, exercise, solution)]
    written = {code: _shape(code) for code in _CODE.findall(text)}
    plain = _squeezed(text)
    found = {}
    for solution in solutions:
        for statement in _statements(solution):
            code = ast.unparse(statement)
            squeezed = _squeezed(code)
            if len(squeezed) >= _LONG and squeezed in plain:
                found[squeezed] = f"it holds a line of the solution: {code}"
            elif (shape := _shape(code)) and shape in written.values():
                found[squeezed] = f"its code is a line of the solution but for the names: {code}"
    return list(found.values())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s`*]", "", text.replace("'", '"'))


def _statements(solution: Definition) -> Iterator[ast.AST]:
    """Yield the simple statements of a solution, and the expressions that they return or assign."""
    docstring = docstring_node(solution)
    for node in ast.walk(solution):
        if not isinstance(node, ast.stmt) or isinstance(node, Definition):
            continue
        if isinstance(node, ast.Expr) and node.value is docstring:
            continue
        if not hasattr(node, "body"):  # of a block its lines are
            yield node
        value = getattr(node, "value", None) or getattr(node, "iter", None) or getattr(node, "test", None)
        if isinstance(value, ast.AST):
            yield value


def _shape(code: str) -> str:
    """Return code with one name for every variable; empty for what is no Python, or too little to be a solution."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return ""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    variables = [node for node in names if node.id not in ("torch", "np", "nn", "F") and not hasattr(builtins, node.id)]
    work = (ast.BinOp, ast.Compare, ast.Subscript, ast.BoolOp, ast.AugAssign)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and (node.args or node.keywords)]
    if not variables or not (calls or any(isinstance(node, work) for node in ast.walk(tree))):
        return ""
    for node in variables:
        node.id = "_"
    return _squeezed(ast.unparse(tree).removeprefix("return "))


# ------------------------------------------------------------------------------------------------ answers


def _answers_in(text: str, exercise: Exercise, solution: Definition) -> Iterator[str]:
    """Yield a reason for each answer of a question that a step tells: its case and its value, or its option."""
    docstring = ast.get_docstring(solution) or ""
    cases = {letter: line.strip() for letter, line in _CASE.findall(docstring)}
    for case, value in _answers(solution):
        told = [f"`{value}`", f'"{value}"', f"«{value}»"]
        if exercise.kind == "quiz":
            told.append(f"{value})")
        said = any(mark in text for mark in told) or (len(value) > 1 and re.search(_word(value), text) is not None)
        named = not case or any(mark in text for mark in (f"`{case}`", f'"{case}"', f"«{case}»", f"{case})"))
        named = named or (case in cases and exercise.kind == "predict" and f"`{cases[case]}`" in text)
        if said and named:
            yield f"it tells the answer{f' to {case}' if case else ''} of {exercise.name}: {value}"
        option = _option(docstring, value) if exercise.kind == "quiz" and not case else ""
        if len(_squeezed(option)) >= _OPTION and _squeezed(option) in _squeezed(text):
            yield f"it holds the text of the right option of {exercise.name}: {option}"


def _word(value: str) -> str:
    return rf"(?<![\w.]){re.escape(value)}(?![\w])"


def _answers(solution: Definition) -> Iterator[tuple[str, str]]:
    """Yield pairs of a case, `""` where there is one question only, and the answer as text."""
    for node in ast.walk(solution):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), _plain(value)
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
            yield "", _plain(node.value)


def _plain(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)


def _option(docstring: str, letter: str) -> str:
    """Return the text of a quiz's option, `""` where there is none."""
    try:
        options = read_quiz(docstring).options
    except QuizError:
        return ""
    lines = docstring.split("\n")
    texts = (lines[option.first : option.end] for option in options if option.letter == letter)
    return " ".join(" ".join(text).split(maxsplit=1)[1] for text in texts)


def _solutions(course: Course, topic: str) -> _Solutions:
    """Return the definitions of each exercise's reference and of its right variants."""
    solutions: _Solutions = {}
    for node in definitions(read_reference(reference_path(course, topic)).tree.body):
        solutions.setdefault(node.name, []).append(node)
    variants = course.variants_dir / f"{topic}.py"
    for node in definitions(read_reference(variants).tree.body) if variants.is_file() else ():
        for exercise in filter(None, map(_right_of, node.decorator_list)):
            solutions.setdefault(exercise, []).append(node)
    return solutions


def _right_of(mark: ast.expr) -> str:
    """Return the exercise that a decorator `@right("exercise")` names, `""` for any other decorator."""
    if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "right" and mark.args):
        return ""
    named = mark.args[0]
    return named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""
