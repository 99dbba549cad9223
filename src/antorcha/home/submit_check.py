"""The check before handing in: what grading would read of a student's folder, and the zip of just that."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from antorcha.course.model import Topic
from antorcha.errors import UserError
from antorcha.explain import explain
from antorcha.files import write_if_changed
from antorcha.home.folder import StudentFolder
from antorcha.i18n import N_
from antorcha.intake.account import Account, Piece
from antorcha.intake.archive import list_archive
from antorcha.intake.check import Checker
from antorcha.intake.choose import Stubs, choose
from antorcha.intake.folder import list_folder
from antorcha.intake.model import SubmittedFile
from antorcha.intake.unpack import sources
from antorcha.results import Diagnosis
from antorcha.sources.untouched import stub_digests, untouched

ZIP_NAME = N_("submission.zip")
_MADE_HERE = b"made by antorcha submit-check"  # the comment in such a zip, by which a later one may replace it
_LARGEST_ZIP = 1 << 30  # bytes, of what was read from a folder within grading's own limits


@dataclass(frozen=True)
class CheckedTopic:
    """A topic as grading would read it: its exercises that are answered, and what is wrong with its file."""

    topic: Topic
    file: SubmittedFile
    answered: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class CheckedFolder:
    """A folder as grading would read it. `begun`: the topics to hand in; `problems`: of the folder as a whole."""

    begun: tuple[CheckedTopic, ...]
    problems: tuple[str, ...]
    files: dict[str, bytes]


def check_folder(folder: StudentFolder) -> CheckedFolder:
    """Read a folder by grading's own rules, and load each file that holds answers from its top to its bottom."""
    account = Account()
    chosen = _chosen([Piece(file) for file in list_folder(folder.exercises)], folder, account)
    every = [_checked(folder, topic, chosen[topic.name]) for topic in folder.course.topics if topic.name in chosen]
    begun = tuple(topic for topic in every if topic.answered or topic.file.problem is not None)
    names = {checked.topic.name for checked in begun}
    wanted = [record.path for record in account.records if names & set(record.topics)]
    files = {path: (folder.exercises / path).read_bytes() for path in wanted}
    notes = [explain(note, folder.language, full=True) for note in account.notes]
    return CheckedFolder(begun, (*notes, *_lost_in_the_zip(folder, begun, files)), files)


def _chosen(pieces: list[Piece], folder: StudentFolder, account: Account) -> dict[str, SubmittedFile]:
    """Return the file for each topic that grading would choose."""
    stubs = Stubs(folder.course, folder.stubs)
    with Checker() as checker:
        return choose(sources(pieces, account, "cp437", stubs.brought_beside), folder.course, stubs, checker, account)


def _checked(folder: StudentFolder, topic: Topic, file: SubmittedFile) -> CheckedTopic:
    source = "\n\n".join(cell.code for cell in file.cells)
    answered = _answered(source, topic, folder.stubs.get(topic.name, {}))
    if not answered and file.problem is None:
        return CheckedTopic(topic, file, (), ())
    diagnoses = [*([file.problem] if file.problem else []), *file.notes]
    problems = [explain(diagnosis, folder.language, full=True) for diagnosis in diagnoses]
    if file.problem is None:
        loading = _loading(topic.name, file)
        problems += [explain(loading, folder.language, full=True)] if loading else []
        problems += _missed_modules(folder, file)
    return CheckedTopic(topic, file, answered, tuple(problems))


def _answered(source: str, topic: Topic, stubs: dict[str, str]) -> tuple[str, ...]:
    """Return the exercises of a topic that are there and no longer the stub."""
    names = [exercise.name for exercise in topic.exercises]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {
        name.asname or name.name
        for node in ast.walk(tree)
        for name in getattr(node, "names", ())
        if isinstance(name, ast.alias)
    }
    present = stub_digests(source, names).keys() | bound
    left = untouched(source, stubs)
    return tuple(name for name in names if name in present and name not in left)


def _loading(topic: str, file: SubmittedFile) -> Diagnosis | None:
    """Return what keeps a part of the file from counting, by loading it as grading does; `None` where all runs."""
    from antorcha.student.local import LocalRunner  # not above: it imports torch, and a broken folder needs no torch

    return LocalRunner.from_submission(topic, file).whole_file()


def _missed_modules(folder: StudentFolder, file: SubmittedFile) -> Iterator[str]:
    """Yield a sentence for each module that a file imports and that grading would not find."""
    own = {name.partition(".")[0] for name in file.importable}
    code = [cell.code for cell in file.cells] + [module.code for module in file.modules]
    imported = {name for source in code for name in _imports(source)}
    for name in sorted(imported - own):
        # What is nowhere at all has stopped the file from loading, which says so.
        beside = name != folder.exercises.name and (folder.root / name).is_dir()
        if beside or (folder.root / f"{name}.py").is_file():
            text = folder.say(N_("{file} imports {name}, which is not in `exercises`: grading would not find it."))
            yield text.format(file=file.filename, name=name)


def _imports(source: str) -> Iterator[str]:
    """Yield the first name of each module that a source imports, but for those relative to its own package."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _lost_in_the_zip(folder: StudentFolder, begun: tuple[CheckedTopic, ...], files: dict[str, bytes]) -> Iterator[str]:
    """Yield a sentence for each topic that grading would read otherwise from the zip than from the folder."""
    account = Account()
    members = list_archive(io.BytesIO(zipped(files)), "submission.zip", _LARGEST_ZIP, "cp437")
    chosen = _chosen([Piece(file) for file in members], folder, account)
    for checked in begun:
        name = checked.topic.name
        if name not in chosen or chosen[name].digest() != checked.file.digest():
            yield folder.say(
                N_("{topic}: the zip would be read otherwise than your folder. Hand in the files.")
            ).format(topic=name)
    for record in account.records:
        if record.reason is not None:
            yield explain(record.reason, folder.language, full=True)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = _MADE_HERE
        for name in sorted(files):
            # A fixed time: the same answers make the same zip.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def write_zip(folder: StudentFolder, files: dict[str, bytes], path: Path) -> None:
    """Write the zip. Raises: `UserError` where a file is in its place that no earlier check has made."""
    if path.exists() and not _is_ours(path):
        problem = folder.say(N_("{path} is there already, and it is no zip of an earlier check")).format(path=path)
        raise UserError(problem, folder.say(N_("move it away, or name another file with --out")))
    write_if_changed(path, zipped(files))


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == _MADE_HERE
    except (OSError, zipfile.BadZipFile):
        return False
