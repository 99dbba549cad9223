"""The pieces of a topic's stub, cut from its reference module and translated.

A stub keeps the module's docstring, the imports, constants with a public name (no line marked `# solution only`), and
every exercise of grading.toml: decorators, signature, docstring, and then `raise NotImplementedError` (of an essay an
empty text to be filled in), or the body of `_stub_<name>` where the reference has one. Anything else goes, unless the
line that opens it ends in `# keep`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from antorcha.course.model import Topic
from antorcha.course.quiz import QuizError, order_for, read_quiz, reordered
from antorcha.errors import UserError
from antorcha.sources.blocks import Translate
from antorcha.sources.prose import set_comments, set_docstring
from antorcha.sources.reference import Definition, Reference, definitions, docstring_node, start_line
from antorcha.sources.reference_checks import STUB_PREFIX, check_reference

NOT_STARTED = "raise NotImplementedError"
_NO_TEXT_YET = 'return """\n\n{indent}"""'


@dataclass(frozen=True)
class StubPiece:
    """A top-level piece of a stub: the module's docstring, an import, a constant, a helper or an exercise."""

    text: str
    exercise: str = ""  # its name, where it is one
    is_block: bool = False  # a function or class, with room around it
    is_import: bool = False
    blank_above: bool = True
    line: int = 0  # where it begins in the reference; 0 for the module's docstring


def join_pieces(pieces: Iterable[StubPiece]) -> str:
    """Return the pieces as one module, spaced as `ruff format` would."""
    text, last = "", None
    for piece in pieces:
        text += _gap(last, piece) + piece.text
        last = piece
    return text + "\n"


def _gap(last: StubPiece | None, piece: StubPiece) -> str:
    """Return the newlines between two pieces."""
    if last is None:
        return ""
    if last.is_block or piece.is_block:
        return "\n\n\n"
    return "\n\n" if piece.blank_above or last.is_import != piece.is_import else "\n"


class StubWriter:
    """The writer of one topic's stub, piece by piece."""

    def __init__(
        self, reference: Reference, topic: Topic, translate: Translate, shuffle: tuple[int, str] | None = None
    ) -> None:
        """Check the reference; `shuffle`: the course's seed and the student whose order the options of quizzes get.

        Raises: `UserError` as `check_reference` does.
        """
        self.reference = reference
        self.topic = topic
        self.translate = translate
        self.shuffle = shuffle
        self.definitions = {node.name: node for node in definitions(reference.tree.body)}
        check_reference(reference, topic, self.definitions)

    def pieces(self) -> list[StubPiece]:
        """Return the pieces in the order of the reference."""
        pieces = []
        if module_docstring := docstring_node(self.reference.tree):
            pieces.append(StubPiece(self.docstring(module_docstring, 0)))
        for node in self.reference.tree.body:
            piece = self._piece(node)
            if piece is not None:
                pieces.append(piece)
        return pieces

    def _piece(self, node: ast.stmt) -> StubPiece | None:
        """Return the piece of a top-level statement; `None` for one that the stub leaves out."""
        if isinstance(node, Definition) and self.topic.exercise(node.name):
            if node is not self.definitions[node.name]:  # an overload, or a first try that a later one replaces
                return None
            return StubPiece(self._exercise(node), exercise=node.name, is_block=True, line=node.lineno)
        if not self._is_kept(node):
            return None
        return StubPiece(
            self._kept(node),
            is_block=isinstance(node, Definition),
            is_import=isinstance(node, ast.Import | ast.ImportFrom),
            blank_above=self.reference.blank_above(node),
            line=node.lineno,
        )

    def _is_kept(self, node: ast.stmt) -> bool:
        """Return whether the stub keeps a statement that is no exercise."""
        if self.reference.marked_solution_only(node):
            return False
        if self.reference.marked_keep(node) or isinstance(node, ast.Import | ast.ImportFrom):
            return True
        names = _assigned(node)
        return bool(names) and not any(name.startswith("_") for name in names)

    def _exercise(self, node: Definition) -> str:
        """Return the source of an exercise as it is given, with the body of its `_stub_` where there is one."""
        given = self.definitions.get(STUB_PREFIX + node.name)
        body = self.reference.body(given) if given else ""
        if given and body:
            body = set_comments(body, self.translate, given.lineno)
            return self._opening(node, room="\n" if isinstance(node, ast.ClassDef) else "") + body
        return self._class(node) if isinstance(node, ast.ClassDef) else self._function(node)

    def _function(self, node: Definition) -> str:
        indent = " " * (node.col_offset + 4)
        # A method may be called as an essay is: what is none is no exercise of the course's.
        body = _NO_TEXT_YET.format(indent=indent) if node.name in self.topic.essays else NOT_STARTED
        return self._opening(node) + indent + body

    def _class(self, node: ast.ClassDef) -> str:
        """Return a class with its public methods to be written, and with the members that are kept."""
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
        """Return signature and docstring, and the line's end; `room` goes below a docstring."""
        header = set_comments(self.reference.header(node), self.translate, start_line(node)) + "\n"
        docstring = docstring_node(node)
        if docstring is None:
            return header
        return header + self.docstring(docstring, node.col_offset + 4, quiz=node.name) + "\n" + room

    def _kept(self, node: ast.stmt) -> str:
        """Return the node's own lines, with every docstring and comment in it translated."""
        lines = self.reference.source_lines(node)
        first = self.reference.first_line(node)
        inner = [docstring_node(definition) for definition in ast.walk(node) if isinstance(definition, Definition)]
        # From the last one upward: the lines above a docstring keep their numbers while it is set anew.
        for docstring in sorted((text for text in inner if text), key=lambda text: -text.lineno):
            last = (docstring.end_lineno or docstring.lineno) - first + 1
            text = self.docstring(docstring, docstring.col_offset)
            lines[docstring.lineno - first : last] = text.split("\n")
        return set_comments("\n".join(lines), self.translate, first)

    def docstring(self, node: ast.Constant, indent: int, quiz: str = "") -> str:
        """Return a docstring as source text: translated, wrapped, quoted, indented. `quiz`: its exercise, if any."""

        def shuffled(text: str, body: str) -> str:
            return self._shuffled(node, text, body, quiz)

        is_shuffled = self.shuffle is not None and quiz in self.topic.quizzes
        return set_docstring(node, indent, self.translate, shuffled if is_shuffled else None)

    def _shuffled(self, node: ast.Constant, text: str, body: str, quiz: str) -> str:
        """Return a quiz with its options in the student's order; `text`: the reference's, `body`: as translated."""
        assert self.shuffle is not None
        letters = read_quiz(text).letters
        try:
            if read_quiz(body).letters == letters:
                return reordered(body, order_for(letters, *self.shuffle, quiz))
        except QuizError:  # a translation that is no quiz any more is told as one with other letters
            pass
        where = f"{self.reference.path}:{node.lineno}"
        raise UserError(f"{where}: {quiz}: a translation changes the letters of its options", "mend it in locale/")


def _assigned(node: ast.stmt) -> list[str]:
    """Return the names that an assignment binds; none where `node` is no plain assignment."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        return []
    # ast.walk, since a target may be a tuple: `low, high = 0, 1`.
    nodes = [node for target in targets for node in ast.walk(target)]
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))
