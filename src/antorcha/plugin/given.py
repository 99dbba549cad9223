"""The submission that pytest is to test: the files in `exercises/`, or whatever `--antorcha-student` names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.accelerator import gpus
from antorcha.course.device_kinds import CPU
from antorcha.course.model import Course, Topic
from antorcha.errors import UserError
from antorcha.plugin.submission import SubmissionUnderTest, choose_among_loads
from antorcha.sources.untouched import untouched, untouched_in

if TYPE_CHECKING:  # they import torch, and this module is read where there is no course
    from antorcha.accelerator.lease import Lease
    from antorcha.intake.model import SubmittedFile
    from antorcha.plugin.check import Check
    from antorcha.plugin.test_folder import Origin, TestFolder
    from antorcha.student.local import LocalRunner
    from antorcha.student.runners import Runners
    from antorcha.worker.client import Zygote


@dataclass
class GivenSubmission:
    """One person's files. Other people's code runs in locked workers, as in grading, unless `isolation` is "none"."""

    path: Path | None = None  # a module, a notebook or a folder; without one, the files of `exercises/`
    isolation: str = "required"
    lease: Lease | None = None  # the right to a real GPU, for locked workers
    interrupts: bool = True  # what computes for too long in this process; nobody wants that in a debugger
    _under_test: dict[tuple[Path, str], SubmissionUnderTest] = field(default_factory=dict)
    _untouched: dict[tuple[Path, str], frozenset[str]] = field(default_factory=dict)
    _files: dict[Path, dict[str, SubmittedFile]] = field(default_factory=dict)
    _zygote: Zygote | None = None
    _runners: list[Runners] = field(default_factory=list)

    def is_locked(self, folder: TestFolder) -> bool:
        """Return whether the code that these tests ask runs locked up.

        A student at home and a course's own reference are nobody else's code.
        """
        return self.isolation != "none" and self._is_somebody_elses(folder)

    def is_unlocked_by_choice(self, folder: TestFolder) -> bool:
        """Return whether other people's code runs here with all the rights of whoever started pytest."""
        return self.isolation == "none" and self._is_somebody_elses(folder)

    def _is_somebody_elses(self, folder: TestFolder) -> bool:
        if self.path is None or folder.released:
            return False
        own = (folder.course.reference_dir.resolve(), folder.course.exercises_dir.resolve())
        return not any(self.path.is_relative_to(place) for place in own)

    def require_usable(self, folder: TestFolder, topics: set[str]) -> None:
        """Raise `UserError` when there is no file for any of `topics`, or this machine cannot lock it up."""
        if self.path is None:
            return
        if not self.path.exists():
            raise UserError(f"--antorcha-student {self.path}: there is no such file or folder", "check the name")
        if not any(self.has_file(folder.course, topic) for topic in sorted(topics)):
            wanted = ", ".join(f"{topic}.py or {topic}.ipynb" for topic in sorted(topics))
            raise UserError(f"--antorcha-student {self.path}: nothing in it answers these tests", f"expected {wanted}")
        if self.is_locked(folder):
            _require_locks()

    def has_file(self, course: Course, topic: str) -> bool:
        """Return whether something was handed in for a topic."""
        return self.path is None or self._plain_module(topic) is not None or topic in self._read(course)

    def file_shown(self, folder: TestFolder, topic: Topic) -> Path:
        """Return the file that holds the submission for a topic, for whoever wants to open it."""
        if self.path is None:
            return folder.exercises / f"{topic.name}.py"
        module = self._plain_module(topic.name)
        if module is not None or self.path.is_file():
            return module or self.path
        file = self._read(folder.course).get(topic.name)
        return self.path / (file.filename if file else f"{topic.name}.py")

    def under_test(self, origin: Origin) -> SubmissionUnderTest:
        """Return the submission for a topic; it is loaded once in a session."""
        kind = (origin.folder.tests, origin.topic.name)
        if kind not in self._under_test:
            make = self._locked if self.is_locked(origin.folder) else self._in_this_process
            self._under_test[kind] = make(origin)
        return self._under_test[kind]

    def untouched(self, origin: Origin) -> frozenset[str]:
        """Return the exercises of a topic that nobody has worked on; nothing is loaded."""
        kind = (origin.folder.tests, origin.topic.name)
        if kind not in self._untouched:
            module = None if self.is_locked(origin.folder) else self._module(origin)
            self._untouched[kind] = (
                _idle(self._file_for(origin), origin) if module is None else _idle_module(module, origin)
            )
        return self._untouched[kind]

    def close(self) -> None:
        """End all workers."""
        for runners in self._runners:
            runners.close()
        if self._zygote is not None:
            self._zygote.close()
        if self.lease is not None:
            self.lease.release()

    def _locked(self, origin: Origin) -> SubmissionUnderTest:
        from antorcha.student.runners import Runners
        from antorcha.worker.client import Zygote
        from antorcha.worker.lockdown import Settings

        file = self._file_for(origin)
        if self._zygote is None:
            self._zygote = Zygote.start(Settings(use_gpu=self.lease is not None), origin.course.modules_for([]))
        runners = Runners(self._zygote, file, origin.course, self.lease)
        self._runners.append(runners)
        return SubmissionUnderTest(runners.plain, self.untouched(origin), runners.runner_for)

    def _in_this_process(self, origin: Origin) -> SubmissionUnderTest:
        from antorcha.student.local import LocalRunner

        name, module = origin.topic.name, self._module(origin)

        def load(scratch: bool) -> LocalRunner:
            if module is not None:
                return LocalRunner.from_file(name, module, scratch=scratch)
            return LocalRunner.from_submission(name, self._read(origin.course)[name], scratch=scratch)

        plain = load(False)
        choose = choose_among_loads(load, origin.course)

        def limited(check: Check) -> LocalRunner:
            """Return the runner for a check, with the limit of its exercise."""
            runner = choose(check) or plain
            if self.interrupts:
                runner.interrupt_calls(check.exercise, origin.course.limits_of(check.exercise))
            return runner

        return SubmissionUnderTest(plain, self.untouched(origin), limited)

    def _module(self, origin: Origin) -> Path | None:
        """Return the module that answers a topic, where it is run in this process as it lies on the disk."""
        return self._plain_module(origin.topic.name) if self.path else self.file_shown(origin.folder, origin.topic)

    def _plain_module(self, topic: str) -> Path | None:
        """Return the submission where it is a module on disk, under whose own name debuggers and tracebacks find it."""
        if self.path is None:
            return None
        module = self.path / f"{topic}.py" if self.path.is_dir() else self.path
        return module if module.suffix == ".py" and module.is_file() else None

    def _file_for(self, origin: Origin) -> SubmittedFile:
        """Return the file for a topic. A module that is named answers it under any name, however little is in it."""
        from antorcha.intake.at_home import module_text, why_unreadable
        from antorcha.intake.delivered import UnusableError
        from antorcha.intake.model import Cell, SubmittedFile

        topic = origin.topic.name
        module = self._plain_module(topic)
        try:
            files = self._read(origin.course)
        except UserError:  # nothing in the file says that it is for this course
            if module is None:
                raise
            files = {}
        if module is None or topic in files:
            return files[topic]
        try:
            code = module_text(module.read_bytes(), module.name)
        except (OSError, UnusableError) as error:
            return SubmittedFile(topic, module.name, problem=why_unreadable(module, error))
        return SubmittedFile(topic, module.name, (Cell(code, module.name),))

    def _read(self, course: Course) -> dict[str, SubmittedFile]:
        """Return the files by topic, as `antorcha grade` reads them. Raises: `UserError`."""
        assert self.path is not None
        if course.root not in self._files:
            from antorcha.intake.read import read_class

            submissions = read_class(self.path, course)
            if len(submissions) > 1:
                raise UserError(
                    f"--antorcha-student {self.path}: these are the files of {len(submissions)} people",
                    "name one person's file or folder; `antorcha grade` takes a whole class",
                )
            self._files[course.root] = submissions[0].files
        return self._files[course.root]


def lease_for(course: Course) -> Lease | None:
    """Return the right to a real GPU, where a course's checks use one and workers can be given one."""
    from antorcha.accelerator.lease import Lease

    wanted = any(role != CPU for topic in course.topics for role in course.devices_of(topic))
    return Lease(lambda: None) if wanted and gpus.usable() else None


def _require_locks() -> None:
    from antorcha.worker.lockdown import missing_required

    missing = missing_required()
    if missing:
        raise UserError(
            "this machine cannot lock up other people's code ("
            + "; ".join(f"{layer.name}: {layer.detail}" for layer in missing)
            + ")",
            "`antorcha doctor` says what to install; --antorcha-isolation=none runs it with your own rights",
        )


def _idle(file: SubmittedFile, origin: Origin) -> frozenset[str]:
    """Return the exercises of a file that nobody has worked on."""
    return untouched_in((cell.code for cell in file.cells), origin.folder.stub_digests(origin.topic))


def _idle_module(path: Path, origin: Origin) -> frozenset[str]:
    from antorcha.intake.at_home import module_text
    from antorcha.intake.delivered import UnusableError

    try:
        code = module_text(path.read_bytes(), path.name)
    except (OSError, UnusableError):  # said by the runner, which cannot read it either
        return frozenset()
    return untouched(code, origin.folder.stub_digests(origin.topic))
