"""The process behind `antorcha watch` that has torch and pytest loaded already: it runs the checks of a topic.

Started as `python -m antorcha.home.warm_process EXERCISES`. A request is a line of JSON on the standard input, an
answer one on the standard output, as `antorcha.home.warm` sends and reads them. Where processes can fork, the checks of
a topic are collected once, and each request is answered by a child; the next one ends a child that is still busy.
Elsewhere the process answers one request and ends.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from antorcha.torch_import import import_torch

import_torch()  # before a module below does so

import pytest
import torch

import antorcha.plugin.agree
import antorcha.plugin.content
import antorcha.plugin.devices
import antorcha.plugin.fixtures
import antorcha.plugin.mistakes
import antorcha.plugin.outcome
import antorcha.student.local  # noqa: F401 - all of these are loaded here, so that no child has to
from antorcha.course.manifest import manifest_path
from antorcha.plugin.check import CHECK
from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.progress import lines_of, most_telling, result_of
from antorcha.plugin.session import CollectionProblems, run_session
from antorcha.plugin.test_folder import ORIGIN

Request = dict[str, Any]  # a request, an answer or a part of one, as JSON

CAN_FORK = hasattr(os, "fork")


class _Collected:
    """A pytest plugin: the checks of a topic, collected once, and run as often as `serve` likes."""

    def __init__(self, serve: Callable[[_Collected, pytest.Session], None]) -> None:
        self._serve = serve
        self._pairs: list[tuple[Request, Any]] = []

    # tryfirst: the first plugin that returns something takes the place of pytest's own loop.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            self._serve(self, session)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = result_of(report)
        if result is not None:
            self._pairs.append((result, report))

    def run(self, session: pytest.Session, request: Request) -> Request:
        """Run the checks of the exercises that a request names; return what became of each exercise."""
        wanted = request["exercises"]
        items = [item for item in session.items if CHECK in item.stash and item.stash[CHECK].exercise in wanted]
        for number, item in enumerate(items):
            following = items[number + 1] if number + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        test_folder = next(iter(session.config.stash[GRADING_SESSION].test_folders()))
        lines = lines_of(test_folder, [result for result, _ in self._pairs])
        seen = [_plain(line, self._pairs) for line in lines if line.state != "unseen"]
        return {"id": request["id"], "problem": "", "lines": seen}


def _in_session(exercises: Path, request: Request, serve: Callable[[_Collected, pytest.Session], None]) -> str:
    """Let `serve` work with the collected checks of a topic; return why they could not be collected, else `""`."""
    problems = CollectionProblems()
    test_file = exercises / f"test_{request['topic']}.py"
    for name in (test_file.stem, "conftest"):  # those of a session before, which may have been replaced
        sys.modules.pop(name, None)
        sys.modules.pop(f"{exercises.name}.{name}", None)
    options = ["--antorcha-language", request["language"]]
    run_session(exercises.parent, [test_file], [_Collected(serve), problems], options, output="captured")
    return "\n".join(problems.problems)


def _plain(line: Any, pairs: list[tuple[Request, Any]]) -> Request:
    """Return a line as JSON, with the whole text of the check that says most and with what was printed meanwhile."""
    own = [(result, report) for result, report in pairs if result["exercise"] == line.exercise]
    text, printed = "", ""
    if line.state == "wrong":
        telling = most_telling([result for result, _ in own])
        report = next(report for result, report in own if result is telling)
        text = report.longreprtext
        printed = "".join(content for _, content in report.sections)
    return {
        "topic": line.topic,
        "exercise": line.exercise,
        "state": line.state,
        "sentence": line.sentence,
        "mistake": line.mistake,
        "text": text,
        "printed": printed,
    }


def _write(stream: BinaryIO, data: Request) -> None:
    stream.write(json.dumps(data).encode("utf-8") + b"\n")
    stream.flush()


class _Child:
    """A forked process that answers one request."""

    def __init__(self, request: Request, work: Callable[[], Request]) -> None:
        self._id = request["id"]
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.close(self.reading)
            with os.fdopen(writing, "wb") as stream:
                _write(stream, _safely(request, work))
            os._exit(0)
        os.close(writing)
        self._data = b""

    def read(self) -> bytes | None:
        """Return the answer once it is whole, `None` before. A child that ended without one leaves a problem."""
        piece = os.read(self.reading, 1 << 16)
        self._data += piece
        if piece:
            return None
        ended = json.dumps({"id": self._id, "problem": "Python itself ended", "lines": []}).encode() + b"\n"
        return self._data if self._data.endswith(b"\n") else ended

    def end(self) -> None:
        """End the process, whatever it is doing."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.reading)


def _safely(request: Request, work: Callable[[], Request]) -> Request:
    try:
        return work()
    except BaseException as error:  # Ctrl-C, an exit or a fault of ours: the next request is another matter
        return {"id": request["id"], "problem": f"{type(error).__name__}: {error}", "lines": []}


class _Forks:
    """The work where processes can fork: a child for each request, and of two requests only the later one."""

    def __init__(self, exercises: Path, out: BinaryIO) -> None:
        self._exercises = exercises
        self._out = out
        self._requests = os.dup(0)  # pytest puts another file in its place while it captures
        self._unread = b""
        self._next: Request | None = None

    def work(self) -> None:
        """Answer requests until the input ends."""
        self._next = self._awaited(None)
        while (request := self._next) is not None:
            problem = _in_session(self._exercises, request, self._serve)
            if problem:
                _write(self._out, {"id": request["id"], "problem": problem, "lines": []})
                self._next = self._awaited(None)

    def _serve(self, collected: _Collected, session: pytest.Session) -> None:
        """Answer requests about one topic in one language, as long as the release is the same."""
        _prepare(session)
        first, stamp = self._next, self._stamp()
        while (asked := self._next) is not None and _is_like(asked, first) and self._stamp() == stamp:
            self._answer(asked, partial(_afresh, collected, session, asked))

    def _answer(self, request: Request, work: Callable[[], Request]) -> None:
        """Let a child answer, and wait for the next request: it ends the child if that is busy still."""
        child = _Child(request, work)
        try:
            self._next = self._awaited(child)
        finally:
            child.end()

    def _awaited(self, child: _Child | None) -> Request | None:
        """Return the next request, or `None` at the end of the input; pass on what the child says meanwhile."""
        open_pipes = [self._requests, *([child.reading] if child else [])]
        while True:
            ready, _, _ = select.select(open_pipes, [], [])
            if child is not None and child.reading in ready and (said := child.read()) is not None:
                self._out.write(said)
                self._out.flush()
                open_pipes.remove(child.reading)
            if self._requests in ready:
                piece = os.read(self._requests, 1 << 16)
                *lines, self._unread = (self._unread + piece).split(b"\n")
                if lines:
                    asked: Request = json.loads(lines[-1])
                    return asked
                if not piece:
                    return None

    def _stamp(self) -> int:
        """Return what changes when another release is put into the folder."""
        try:
            return manifest_path(self._exercises).stat().st_mtime_ns
        except OSError:
            return 0


def _is_like(request: Request, other: Request | None) -> bool:
    return other is not None and all(request[key] == other[key] for key in ("topic", "language"))


def _prepare(session: pytest.Session) -> None:
    """Read what every child needs before the first one is forked."""
    grading = session.config.stash[GRADING_SESSION]
    for origin in [item.stash[ORIGIN] for item in session.items if ORIGIN in item.stash][:1]:
        grading.answers.oracle(origin)
        grading.answers.known_mistakes(origin)
    gc.freeze()


def _afresh(collected: _Collected, session: pytest.Session, request: Request) -> Request:
    """Answer in a child, without what an earlier one that was ended may have left in the file of captured output."""
    session.config.pluginmanager.getplugin("capturemanager").read_global_capture()
    return collected.run(session, request)


def _answer_once(exercises: Path, out: BinaryIO) -> None:
    """Answer one request in this very process, where processes cannot fork."""
    for line in sys.stdin.buffer:
        request: Request = json.loads(line)
        answers: list[Request] = []

        def work(request: Request = request, answers: list[Request] = answers) -> Request:
            problem = _in_session(exercises, request, lambda own, session: answers.append(own.run(session, request)))
            return answers[0] if answers else {"id": request["id"], "problem": problem, "lines": []}

        _write(out, _safely(request, work))
        return


def main() -> None:
    """Serve the folder that the command line names."""
    exercises = Path(sys.argv[1])
    # What students' code prints, also from C, may not get between the answers.
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(exercises.parent)
    _write(out, {"id": 0, "problem": "", "lines": []})  # ready
    if CAN_FORK:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
        torch.set_num_threads(1)  # no threads are started before a fork
        _Forks(exercises, out).work()
    else:
        _answer_once(exercises, out)


if __name__ == "__main__":
    main()
