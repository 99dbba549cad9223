"""A new release taken into a folder in which somebody has worked: answers stay, and nothing is replaced unsaid."""

from __future__ import annotations

import ast
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from antorcha.course.manifest import released_stub
from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed
from antorcha.home.folder import StudentFolder
from antorcha.home.reset import backup_of, lines_of_function, place_of
from antorcha.i18n import N_
from antorcha.release.folder import (
    MANIFEST_PATH,
    Files,
    earlier_digests,
    is_inside,
    remove_stale,
    set_aside,
    worked_on_since,
)
from antorcha.sources.untouched import stub_digests, untouched

_LARGEST_FILE = 1 << 28  # bytes; a file of a zip that claims to be larger is not read


@dataclass
class Updated:
    """The outcome of an update.

    `count`: files that are new, changed or gone; `told`: a sentence for each thing that their owner should know.
    """

    count: int = 0
    told: list[str] = field(default_factory=list)
    to_install: bool = False


@dataclass(frozen=True)
class _Merged:
    """A module of answers with the new release's stubs in the places where nobody has worked."""

    text: str
    fresh: list[str] = field(default_factory=list)  # stubs that nobody had touched, as they come now
    kept: list[str] = field(default_factory=list)  # answers to what asks for something else by now
    added: list[str] = field(default_factory=list)


def read_release(source: Path, folder: StudentFolder) -> Files:
    """Return the files that a release brings, from its folder or its zip. Raises: `UserError` for anything else."""
    try:
        read = _from_zip(source) if source.is_file() else _from_folder(source)
        manifest = json.loads(read(MANIFEST_PATH))
        names = [str(name) for name in manifest["extra"]["files"]]
        return {name: read(name) for name in names if is_inside(name)} | {MANIFEST_PATH: read(MANIFEST_PATH)}
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        problem = folder.say(N_("{path} is no release of a course, or it is damaged")).format(path=source)
        hint = folder.say(N_("name the zip that you were given, or the folder that you unpacked it to"))
        raise UserError(problem, hint) from None


def _from_folder(source: Path) -> Callable[[str], bytes]:
    return lambda name: (source / name).read_bytes()


def _from_zip(source: Path) -> Callable[[str], bytes]:
    """Return what reads a file of the release in a zip, whatever folder the zip has around it."""
    archive = zipfile.ZipFile(io.BytesIO(source.read_bytes()))
    manifests = [name for name in archive.namelist() if name.endswith(MANIFEST_PATH)]
    if not manifests:
        raise ValueError("no manifest")
    around = manifests[0].removesuffix(MANIFEST_PATH)

    def read(name: str) -> bytes:
        if archive.getinfo(around + name).file_size > _LARGEST_FILE:
            raise ValueError("larger than any file of a release")
        return archive.read(around + name)

    return read


def update(folder: StudentFolder, new: Files) -> Updated:
    """Bring a folder to the state of another release. Raises: `UserError` where that is another course's."""
    manifest = json.loads(new[MANIFEST_PATH])
    topics = {topic["name"]: topic for topic in manifest["topics"]}
    if not any(topic.name in topics for topic in folder.course.topics):
        raise UserError(
            folder.say(N_("the release is one of another course: {title}")).format(title=manifest["title"]),
            folder.say(N_("unpack it to a folder of its own")),
        )
    earlier = earlier_digests(folder.root)
    outcome = Updated()
    modules = {f"exercises/{name}.py": name for name in topics}
    files = dict(new)
    # Before anything is replaced: the stubs of the last release are still there to compare with.
    for name in worked_on_since(new, folder.root, earlier):
        if name in modules:
            names = [str(exercise["name"]) for exercise in topics[modules[name]]["exercises"]]
            files[name] = _merge_file(folder, modules[name], names, new[name].decode("utf-8"), outcome)
        else:
            backup = set_aside(folder.root / name)
            said = folder.say(N_("{file}: you had changed it. Yours is {backup} now, and the new one is in its place."))
            outcome.told.append(said.format(file=name, backup=backup.name))
    for name in sorted(files, key=lambda name: (name == MANIFEST_PATH, name)):
        make_folder((folder.root / name).parent)
        written = write_if_changed(folder.root / name, files[name])
        outcome.count += written
        outcome.to_install = outcome.to_install or (written and name.startswith(("requirements", "wheels/")))
    removed = remove_stale(new, folder.root, earlier)
    outcome.count += len(removed)
    return outcome


def _merge_file(folder: StudentFolder, topic: str, names: list[str], stub: str, outcome: Updated) -> bytes:
    """Return the student's file with what is new in it, and keep a copy of it as it was where it changes."""
    path = folder.exercises / f"{topic}.py"
    before = path.read_bytes()
    try:
        mine = before.decode("utf-8")
    except UnicodeDecodeError:
        said = folder.say(N_("{topic}: your file is not UTF-8 text, so it stays as it is."))
        outcome.told.append(said.format(topic=topic))
        return before
    merged = _merge(mine, released_stub(folder.exercises, topic), stub, names, folder.stubs.get(topic, {}))
    if merged.text != mine:
        backup = backup_of(path)
        shutil.copy2(path, backup)
        said = folder.say(N_("{topic}: your file as it was is {backup}."))
        outcome.told.append(said.format(topic=topic, backup=backup.name))
    outcome.told += _sentences(folder, topic, merged)
    return merged.text.encode("utf-8")


def _sentences(folder: StudentFolder, topic: str, merged: _Merged) -> Iterator[str]:
    for names, text in (
        (merged.added, N_("{topic}: new exercises: {names}.")),
        (merged.fresh, N_("{topic}: changed, and you had not begun them: {names}.")),
        (
            merged.kept,
            N_(
                "{topic}: changed, and your answers stay: {names}. What they ask for now is in "
                "exercises/_antorcha/stubs/{topic}.txt."
            ),
        ),
    ):
        if names:
            yield folder.say(text).format(topic=topic, names=", ".join(names))


def _merge(mine: str, old_stub: str, new_stub: str, names: list[str], digests: dict[str, str]) -> _Merged:
    """Put new stubs where nobody has worked; what somebody has written stays as it is, line by line."""
    left = untouched(mine, digests)
    new_digests = stub_digests(new_stub, names)
    lines = mine.splitlines(keepends=True)
    merged = _Merged("")
    for name in names:
        fresh, place = lines_of_function(new_stub, name), place_of(lines, name)
        # A release that kept no stubs is compared by what their code says.
        same = fresh == lines_of_function(old_stub, name) if old_stub else digests.get(name) == new_digests.get(name)
        if place is None and name not in digests:
            lines += ["\n", "\n", *fresh]
            merged.added.append(name)
        elif place is None or not fresh or same:
            continue
        elif name in left:
            lines[place[0] : place[1]] = fresh
            merged.fresh.append(name)
        else:
            merged.kept.append(name)
    text = _with_imports("".join(lines), new_stub)
    return _Merged(text, merged.fresh, merged.kept, merged.added)


def _with_imports(mine: str, stub: str) -> str:
    """Return a module with those imports at the top of a stub that it lacks; what cannot be parsed stays as it is."""
    try:
        tree, wanted = ast.parse(mine), ast.parse(stub)
    except (SyntaxError, ValueError):
        return mine
    present = {ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
    lacking = [
        text
        for node in wanted.body
        if isinstance(node, ast.Import | ast.ImportFrom) and (text := ast.unparse(node)) not in present
    ]
    ends = [node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not lacking or not ends:
        return mine
    lines = mine.splitlines(keepends=True)
    return "".join([*lines[: ends[-1]], *(f"{text}\n" for text in lacking), *lines[ends[-1] :]])
