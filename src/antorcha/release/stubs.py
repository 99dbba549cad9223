"""What a student starts from: `exercises/<topic>.py` and `.md`, cut from the reference in a language.

From `reference/<topic>.py` a stub keeps the module's docstring, the imports, constants with a public name (no
line marked `# solution only`), and every exercise of grading.toml: decorators, signature, docstring, and then
`raise NotImplementedError`, or the body of `_stub_<name>` where the reference has one. Anything else goes,
unless the line that opens it ends in `# keep`.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from antorcha.course.model import Course, Exercise, Topic
from antorcha.course.quiz import ARGUMENT, QuizError, order_for, read_quiz, reordered
from antorcha.errors import UserError
from antorcha.i18n.blocks import Translate, render
from antorcha.i18n.catalog import course_catalog
from antorcha.release.prose import set_comments, set_docstring
from antorcha.release.reference import (
    Definition,
    Reference,
    definitions,
    docstring_node,
    read_reference,
    start_line,
)

STUB_PREFIX = "_stub_"
NOT_STARTED = "raise NotImplementedError"


@dataclass(frozen=True)
class Piece:
    """A top-level piece of a stub: the module's docstring, an import, a constant, a helper or an exercise."""

    text: str
    exercise: str = ""  # its name, where it is one
    is_block: bool = False  # a function or class, with room around it
    is_import: bool = False
    blank_above: bool = True
    line: int = 0  # where it begins in the reference; 0 for the module's docstring


def render_stub(course: Course, topic: str, language: str, student: str = "") -> str:
    """The text of `exercises/<topic>.py` in `language`; English where a translation is missing.

    With a `student`, the options of quizzes stand in that student's order.
    Raises `UserError` where the reference is missing or does not hold what grading.toml says.
    """
    return join_pieces(stub_pieces(course, topic, translator(course, language), student))


def render_lesson(course: Course, topic: str, language: str) -> str | None:
    """The text of `exercises/<topic>.md` in `language`, or None for a topic without a lesson."""
    text = lesson_source(course, topic)
    return None if text is None else render(text, translator(course, language))


def render_files(course: Course, topic: str, language: str, student: str = "") -> dict[str, str]:
    """Stub and lesson by file name, as they stand in `exercises/`; for one `student` as for `render_stub`."""
    files = {f"{topic}.py": render_stub(course, topic, language, student)}
    lesson = render_lesson(course, topic, language)
    return files if lesson is None else {**files, f"{topic}.md": lesson}


def translator(course: Course, language: str) -> Translate:
    """Translations from the course's catalog, for `render` and `stub_pieces`."""
    catalog = course_catalog(course, language)
    return lambda message, _line: catalog.gettext(message)


def reference_path(course: Course, topic: str) -> Path:
    return course.reference_dir / f"{topic}.py"


def lesson_path(course: Course, topic: str) -> Path:
    return course.reference_dir / "lessons" / f"{topic}.md"


def lesson_source(course: Course, topic: str) -> str | None:
    """The English lesson, or None. Raises `UserError` where it cannot be read."""
    path = lesson_path(course, topic)
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None


def stub_pieces(course: Course, topic: str, translate: Translate, student: str = "") -> list[Piece]:
    """The stub's pieces in the order of the reference. `translate` gets every message and its line there."""
    known = _topic(course, topic)
    shuffle = (course.seed, student) if course.shuffle_quizzes and student else None
    return _Writer(read_reference(reference_path(course, topic)), known, translate, shuffle).pieces()


def join_pieces(pieces: Iterable[Piece]) -> str:
    """The pieces as one module, spaced as `ruff format` would."""
    text, last = "", None
    for piece in pieces:
        text += _gap(last, piece) + piece.text
        last = piece
    return text + "\n"


def drift(course: Course, topic: str, language: str) -> str:
    """A unified diff from the files in `exercises/` to what they ought to be; empty where there is none."""
    diffs: list[str] = []
    for name, wanted in render_files(course, topic, language).items():
        path = course.exercises_dir / name
        present = path.read_text(encoding="utf-8") if path.is_file() else ""
        shown = path.relative_to(course.root).as_posix()
        diffs += difflib.unified_diff(
            present.splitlines(keepends=True),
            wanted.splitlines(keepends=True),
            f"{shown} (as it is)",
            f"{shown} (from the reference)",
        )
    return "".join(diffs)


def write_files(course: Course, topic: str, language: str) -> list[Path]:
    """Bring `exercises/` up to date; the paths that changed."""
    changed: list[Path] = []
    for name, text in render_files(course, topic, language).items():
        path = course.exercises_dir / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        changed.append(path)
    return changed


def _gap(last: Piece | None, piece: Piece) -> str:
    if last is None:
        return ""
    if last.is_block or piece.is_block:
        return "\n\n\n"
    return "\n\n" if piece.blank_above or last.is_import != piece.is_import else "\n"


def _topic(course: Course, name: str) -> Topic:
    topic = course.topic(name)
    if topic is None:
        known = [one.name for one in course.topics]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"topics: {', '.join(known)}"
        raise UserError(f'no topic "{name}" in {course.root / "grading.toml"}', hint)
    return topic


class _Writer:
    """Writes the pieces of one stub."""

    def __init__(
        self, reference: Reference, topic: Topic, translate: Translate, shuffle: tuple[int, str] | None = None
    ) -> None:
        """`shuffle`: the course's seed and the student whose order the quizzes' options get."""
        self.reference = reference
        self.topic = topic
        self.translate = translate
        self.shuffle = shuffle
        self.found = {node.name: node for node in definitions(reference.tree.body)}
        self._check()

    def pieces(self) -> list[Piece]:
        pieces = []
        if module_docstring := docstring_node(self.reference.tree):
            pieces.append(Piece(self.docstring(module_docstring, 0)))
        for node in self.reference.tree.body:
            piece = self._piece(node)
            if piece is not None:
                pieces.append(piece)
        return pieces

    def _piece(self, node: ast.stmt) -> Piece | None:
        if isinstance(node, Definition) and self.topic.exercise(node.name):
            if node is not self.found[node.name]:  # an overload, or a first try that a later one replaces
                return None
            return Piece(self._exercise(node), exercise=node.name, is_block=True, line=node.lineno)
        if not self._is_kept(node):
            return None
        return Piece(
            self._kept(node),
            is_block=isinstance(node, Definition),
            is_import=isinstance(node, ast.Import | ast.ImportFrom),
            blank_above=self.reference.blank_above(node),
            line=node.lineno,
        )

    def _is_kept(self, node: ast.stmt) -> bool:
        if self.reference.marked_solution_only(node):
            return False
        if self.reference.marked_keep(node) or isinstance(node, ast.Import | ast.ImportFrom):
            return True
        names = _assigned(node)
        return bool(names) and not any(name.startswith("_") for name in names)

    def _exercise(self, node: Definition) -> str:
        given = self.found.get(STUB_PREFIX + node.name)
        body = self.reference.body(given) if given else ""
        if given and body:
            body = set_comments(body, self.translate, given.lineno)
            return self._opening(node, room="\n" if isinstance(node, ast.ClassDef) else "") + body
        return self._class(node) if isinstance(node, ast.ClassDef) else self._function(node)

    def _function(self, node: Definition) -> str:
        return self._opening(node) + " " * (node.col_offset + 4) + NOT_STARTED

    def _class(self, node: ast.ClassDef) -> str:
        members: list[tuple[bool, str]] = []
        for member in node.body:
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(member.name):
                members.append((True, self._function(member)))
            elif self._is_kept(member):
                members.append((isinstance(member, Definition), self._kept(member)))
        if not members:  # nothing may be raised here: it would be raised on import
            opening = self._opening(node)
            return opening.rstrip() if docstring_node(node) else f"{opening}{' ' * (node.col_offset + 4)}pass"
        text = self._opening(node, room="\n") + members[0][1]
        for (above, _), (here, source) in pairwise(members):
            text += ("\n\n" if above or here else "\n") + source
        return text

    def _opening(self, node: Definition, room: str = "") -> str:
        """Signature and docstring, and the line's end; `room` goes below a docstring."""
        header = set_comments(self.reference.header(node), self.translate, start_line(node)) + "\n"
        docstring = docstring_node(node)
        if docstring is None:
            return header
        return header + self.docstring(docstring, node.col_offset + 4, quiz=node.name) + "\n" + room

    def _kept(self, node: ast.stmt) -> str:
        """The node's own lines, with every docstring and comment in it translated."""
        lines = self.reference.source_lines(node)
        first = self.reference.first_line(node)
        inner = [docstring_node(one) for one in ast.walk(node) if isinstance(one, Definition)]
        for docstring in sorted((one for one in inner if one), key=lambda one: -one.lineno):
            last = (docstring.end_lineno or docstring.lineno) - first + 1
            text = self.docstring(docstring, docstring.col_offset)
            lines[docstring.lineno - first : last] = text.split("\n")
        return set_comments("\n".join(lines), self.translate, first)

    def docstring(self, node: ast.Constant, indent: int, quiz: str = "") -> str:
        """A docstring as source text: translated, wrapped, quoted and indented. `quiz`: whose it is, if it is one."""

        def shuffled(text: str, body: str) -> str:
            return self._shuffled(node, text, body, quiz)

        is_shuffled = self.shuffle is not None and quiz in self.topic.quizzes
        return set_docstring(node, indent, self.translate, shuffled if is_shuffled else None)

    def _shuffled(self, node: ast.Constant, text: str, body: str, quiz: str) -> str:
        """A quiz with its options in order. `text`: as in the reference; `body`: translated, as it is set."""
        assert self.shuffle is not None
        letters = read_quiz(text).letters
        try:
            if read_quiz(body).letters == letters:
                return reordered(body, order_for(letters, *self.shuffle, quiz))
        except QuizError:
            pass
        where = f"{self.reference.path}:{node.lineno}"
        raise UserError(f"{where}: {quiz}: a translation changes the letters of its options", "mend it in locale/")

    def _check(self) -> None:
        for exercise in self.topic.exercises:
            self._check_exercise(exercise)
        for name, node in self.found.items():
            original = name.removeprefix(STUB_PREFIX)
            if original != name and self.topic.exercise(original) is None:
                raise self._error(node, f"{name}: {original} is no exercise of {self.topic.name} in grading.toml")

    def _check_exercise(self, exercise: Exercise) -> None:
        node, given = self.found.get(exercise.name), self.found.get(STUB_PREFIX + exercise.name)
        if node is None:
            near = difflib.get_close_matches(exercise.name, self.found, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "define it there, or take it out of grading.toml"
            raise UserError(f"{self.reference.path}: no function or class {exercise.name}", hint)
        if given is not None and _signature(given) != _signature(node):
            raise self._error(given, f"the signature of {given.name} is not that of {node.name}")
        if exercise.kind == "debug" and given is None:
            message = f"{node.name} is an exercise of kind debug, but there is no {STUB_PREFIX}{node.name}"
            raise self._error(node, message)
        if exercise.kind == "quiz":
            self._check_quiz(node)

    def _check_quiz(self, node: Definition) -> None:
        docstring = docstring_node(node)
        text = inspect.cleandoc(str(docstring.value)) if docstring else ""
        first = docstring.lineno if docstring else node.lineno
        try:
            quiz = read_quiz(text)
        except QuizError as error:
            where = f"{self.reference.path}:{first + error.line - 1}"
            raise UserError(f"{where}: {node.name}: {error}", "docs/authoring.md shows a quiz") from None
        arguments = [ARGUMENT] if quiz.situations else []
        if isinstance(node, ast.ClassDef) or [one.arg for one in _all_arguments(node.args)] != arguments:
            wanted = "situations A), B), ... and so one argument, `case`" if arguments else "one question: no argument"
            raise self._error(node, f"{node.name}: a quiz is a function, and this one has {wanted}")
        if re.search(rf">>> {node.name}\([^)]*\)(?! in )", text):
            raise UserError(
                f"{self.reference.path}:{first}: {node.name}: an example in a quiz's docstring tells an answer",
                "show the form of an answer with another function, in the module's docstring",
            )

    def _error(self, node: Definition, message: str) -> UserError:
        return UserError(f"{self.reference.path}:{node.lineno}: {message}")


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    one_by_one = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [*one_by_one, *(one for one in (arguments.vararg, arguments.kwarg) if one)]


def _signature(node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        return "class"
    return f"{ast.dump(node.args)} {ast.dump(node.returns) if node.returns else ''}"


def _assigned(node: ast.stmt) -> list[str]:
    """The names that an assignment binds; none where `node` is no plain assignment."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        return []
    names = [one for target in targets for one in ast.walk(target)]
    return [one.id for one in names if isinstance(one, ast.Name)]


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))
