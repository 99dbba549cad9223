"""Finds, for a test file, the course that it belongs to, the hand-in that it tests, and where the answers come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antorcha.course.manifest import FOLDER, manifest_path, read_extra, read_manifest
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.i18n import chosen_language
from antorcha.plugin.check import Check, CourseError
from antorcha.student.untouched import stub_digests, untouched

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.accelerator.lease import Lease
    from antorcha.plugin.oracle import Oracle
    from antorcha.plugin.recognise import LiveWitness, Witness
    from antorcha.student.runner import Runner

PREFIX = "test_"
Record = Callable[[str, str, bytes], None]


@dataclass(frozen=True)
class HandIn:
    """What is being tested: its runner, and the exercises in it that nobody has worked on.

    `special` may give another runner for a check: one on an accelerator, since code may look at the devices while it
    is loaded, or one of an exercise with limits of its own.
    """

    runner: Runner
    untouched: frozenset[str] = frozenset()
    special: Callable[[Check], Runner | None] = lambda _check: None

    def runner_for(self, check: Check) -> Runner:
        return self.special(check) or self.runner


def one_for_accelerators(load: Callable[[], Runner]) -> Callable[[Check], Runner | None]:
    """`HandIn.special` that loads the code once more for all checks on accelerators."""
    accelerated = cache(load)
    return lambda check: None if check.role == "cpu" else accelerated()


@dataclass
class Place:
    """A folder of test files: its course, and whether it is a released one (no reference, frozen answers)."""

    course: Course
    exercises: Path
    released: bool
    language: str
    tests: Path  # the folder itself: two tests of one name, here and elsewhere, ask different things
    stubs: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Workshop:
    """One per pytest session.

    `student` (a file or folder) takes the place of `exercises/` as the hand-in; in bulk grading `hand_in` does.
    `locked`: hand-ins run in locked workers; `lease` is the right to a real GPU there.
    """

    student: Path | None = None
    language: str | None = None
    device: str | None = None
    hand_in: Callable[[Course, Topic], HandIn] | None = None
    record: Record | None = None
    locked: bool = False
    lease: Lease | None = None
    _places: dict[Path, Place | None] = field(default_factory=dict)
    _hand_ins: dict[Path, HandIn] = field(default_factory=dict)
    _oracles: dict[tuple[Path, str, bool], Oracle] = field(default_factory=dict)
    _witnesses: dict[tuple[Path, str], Witness] = field(default_factory=dict)
    _texts: dict[Path, Callable[[str], str]] = field(default_factory=dict)

    def place(self, test_file: Path) -> Place | None:
        """The course of a test file, or `None` when it belongs to none and we have nothing to say about it."""
        folder = test_file.parent
        if folder not in self._places:
            self._places[folder] = self._find(folder)
        return self._places[folder]

    def places(self) -> list[Place]:
        """The places that were found so far."""
        return [place for place in self._places.values() if place is not None]

    def topic(self, test_file: Path) -> Topic | None:
        """`test_<topic>.py` grades `<topic>`."""
        place = self.place(test_file)
        return place.course.topic(test_file.stem.removeprefix(PREFIX)) if place else None

    def tested(self, place: Place, topic: Topic) -> HandIn:
        """The hand-in for a topic; loaded once in a session unless bulk grading brings another each time."""
        if self.hand_in is not None:
            return self.hand_in(place.course, topic)
        path = self.student_file(place, topic)
        if path not in self._hand_ins:
            from antorcha.student.local import LocalRunner

            load = partial(LocalRunner.from_file, topic.name, path)
            self._hand_ins[path] = HandIn(load(), self._untouched(place, topic, path), one_for_accelerators(load))
        return self._hand_ins[path]

    def oracle(self, place: Place, topic: Topic, check: Check | None = None) -> Oracle:
        """Frozen answers in a released folder, else the reference (for accelerators one of its own)."""
        where = (place.tests, topic.name, check is not None and check.role != "cpu")
        if where not in self._oracles:
            self._oracles[where] = self._make_oracle(place, topic)
        return self._oracles[where]

    def witness(self, place: Place, topic: Topic) -> Witness:
        """Who knows the wrong variants of a topic: themselves, or what a release recorded of them."""
        where = (place.tests, topic.name)
        if where not in self._witnesses:
            self._witnesses[where] = self._make_witness(place, topic)
        return self._witnesses[where]

    def reference(self, place: Place, topic: Topic) -> Any:
        """The reference module, for tests that need it. Errors: `CourseError` in a released folder."""
        from antorcha.plugin.oracle import ReferenceOracle

        oracle = self.oracle(place, topic)
        if not isinstance(oracle, ReferenceOracle):
            raise CourseError("the reference is not part of a released folder; a visible test cannot use it")
        return oracle.runner.module.namespace

    def course_text(self, place: Place) -> Callable[[str], str]:
        """Translates the course's own sentences."""
        if place.exercises not in self._texts:
            from antorcha.i18n.catalog import course_catalog

            self._texts[place.exercises] = course_catalog(place.course, place.language).gettext
        return self._texts[place.exercises]

    def _find(self, folder: Path) -> Place | None:
        manifest = manifest_path(folder)
        if manifest.is_file():
            course = read_manifest(manifest)
            stubs = read_extra(manifest).get("stubs", {})
            return Place(course, folder, True, self._language_of(course), folder, stubs)
        root = folder.parent
        if folder.name not in ("graders", "exercises") or not (root / "grading.toml").is_file():
            return None
        try:
            from antorcha.course.load import load_course
        except ModuleNotFoundError as error:
            raise UserError(
                f"{root}: this is a course's own folder, and reading it needs {error.name}",
                'install it with: pip install "antorcha[instructor]"',
            ) from None
        course = load_course(root)
        return Place(course, course.exercises_dir, False, self._language_of(course), folder)

    def _language_of(self, course: Course) -> str:
        """What was asked for, else the course's. Errors: `UserError` for a language that the course does not have."""
        language = self.language or chosen_language(course.language)
        known = list(dict.fromkeys((*course.languages, "en")))
        if language not in known:
            raise UserError(
                f"this course does not speak {language!r}",
                f"it has {', '.join(known)}: name one with --antorcha-language, or none for {course.language}",
            )
        return language

    def student_file(self, place: Place, topic: Topic) -> Path:
        """The file that holds the hand-in for a topic."""
        if self.student is None:
            return place.exercises / f"{topic.name}.py"
        return self.student / f"{topic.name}.py" if self.student.is_dir() else self.student

    def _untouched(self, place: Place, topic: Topic, path: Path) -> frozenset[str]:
        try:
            source = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return frozenset()
        return untouched(source, self.stubs(place, topic))

    def stubs(self, place: Place, topic: Topic) -> dict[str, str]:
        """The digest of each exercise's stub, by which an untouched one is known."""
        if topic.name not in place.stubs and not place.released:
            place.stubs[topic.name] = _rendered_stubs(place.course, topic)
        return place.stubs.get(topic.name, {})

    def _make_witness(self, place: Place, topic: Topic) -> Witness:
        from antorcha.plugin.mistakes import FOLDER as MISTAKES
        from antorcha.plugin.mistakes import FrozenWitness
        from antorcha.plugin.recognise import NoWitness

        if place.released:
            return FrozenWitness(place.exercises / FOLDER / MISTAKES / f"{topic.name}.bin", place.language)
        return live_witness(place.course, topic.name) or NoWitness()

    def _make_oracle(self, place: Place, topic: Topic) -> Oracle:
        from antorcha.plugin.oracle import FrozenOracle, ReferenceOracle
        from antorcha.student.local import LocalRunner

        if place.released:
            return FrozenOracle(place.exercises / FOLDER / "answers" / f"{topic.name}.bin")
        path = place.course.reference_dir / f"{topic.name}.py"
        runner = LocalRunner.from_file(f"reference_{topic.name}", path)
        problem = runner.whole_file()
        if problem is not None:
            raise CourseError(f"{path}: the reference cannot be loaded ({problem.kind}: {problem.details})")
        if self.record is None or not topic.quizzes:
            return ReferenceOracle(runner, self.record)
        from antorcha.plugin.quizzes import watch

        return ReferenceOracle(runner, self.record, watch(runner, topic))


def live_witness(course: Course, topic: str) -> LiveWitness | None:
    """The variants of a topic. Errors: `CourseError` when their file cannot be loaded."""
    path = course.reference_dir / "variants" / f"{topic}.py"
    try:
        code = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    from antorcha.plugin.recognise import LiveWitness

    witness = LiveWitness(code, path)
    problem = witness.problem()
    if problem is not None:
        raise CourseError(f"{path}: the variants cannot be loaded ({problem.kind}: {problem.details})")
    return witness


def _rendered_stubs(course: Course, topic: Topic) -> dict[str, str]:
    from antorcha.release.stubs import render_stub

    return stub_digests(render_stub(course, topic.name, course.language), [one.name for one in topic.exercises])
