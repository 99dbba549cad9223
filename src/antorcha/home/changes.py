"""The changes in a student's files since the last look, exercise by exercise; nothing here needs torch."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from antorcha.course.model import Topic
from antorcha.home.folder import StudentFolder
from antorcha.intake.at_home import module_text
from antorcha.intake.delivered import UnusableError
from antorcha.sources.untouched import Definition, digest, untouched


@dataclass(frozen=True)
class Change:
    """A topic whose file has changed. `exercises`: those to try again."""

    topic: Topic
    exercises: tuple[str, ...]


_LOOKS_UNTIL_GONE = 10  # an editor that replaces a file leaves none for a moment


@dataclass
class _Seen:
    """A file as it was seen last. `missing`: how many looks in a row have found no file."""

    stamp: tuple[int, int] | None = (0, 0)  # no file has it
    missing: int = 0
    digests: dict[str, str] = field(default_factory=dict)
    rest: str = ""
    new: frozenset[str] = frozenset()


class WatchedFiles:
    """The files of all topics, looked at as often as one likes."""

    def __init__(self, folder: StudentFolder) -> None:
        self._folder = folder
        self._seen = {topic.name: _Seen() for topic in folder.course.topics}

    def new(self, topic: Topic) -> frozenset[str]:
        """Return the exercises of a topic that nobody has worked on."""
        return self._seen[topic.name].new

    def changes(self) -> list[Change]:
        """Return the topics whose files changed since the last call; at the first one all that were begun."""
        found = []
        for topic in self._folder.course.topics:
            path = self._folder.exercises / f"{topic.name}.py"
            stamp, seen = _stamp(path), self._seen[topic.name]
            seen.missing = seen.missing + 1 if stamp is None else 0
            if stamp != seen.stamp and seen.missing in (0, _LOOKS_UNTIL_GONE):
                found.append(Change(topic, self._look(topic, path, stamp)))
        return [change for change in found if change.exercises]

    def _look(self, topic: Topic, path: Path, stamp: tuple[int, int] | None) -> tuple[str, ...]:
        """Read a file anew, and return the exercises whose code is another than before."""
        before = self._seen[topic.name]
        names = [exercise.name for exercise in topic.exercises]
        try:
            code = module_text(path.read_bytes(), path.name)
            tree = ast.parse(code)
        except (OSError, UnusableError, SyntaxError, ValueError, RecursionError, MemoryError):
            # Nothing in it can run: the first exercise says so for all, and the next state is compared with this one.
            self._seen[topic.name] = _Seen(stamp, new=before.new)
            return tuple(name for name in names if name not in before.new)[:1] or tuple(names[:1])
        own = {node.name: digest(node) for node in tree.body if isinstance(node, Definition) and node.name in names}
        others = [node for node in tree.body if not (isinstance(node, Definition) and node.name in names)]
        rest = digest(ast.Module(others, []))
        new = untouched(code, self._folder.stubs.get(topic.name, {}))
        self._seen[topic.name] = _Seen(stamp, digests=own, rest=rest, new=new)
        begun = [name for name in names if name not in new]
        if rest != before.rest:  # an import or a helper may matter to all of them
            return tuple(begun)
        return tuple(name for name in names if own.get(name) != before.digests.get(name))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes whenever a file is saved; `None` where there is none, as while an editor replaces it."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
