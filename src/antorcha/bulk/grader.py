"""Warm graders: processes that have collected the hidden tests once and run them on one submission after another.

    python -m antorcha.bulk.grader DESCRIPTOR CONFIG

One process of a run collects. For each socket that it is then sent it forks a grader, which reads jobs (a JSON line
each) from that socket and answers each with a `TopicResult`. Where tests need a GPU, which no process can use that was
forked from one that did, it becomes the one grader itself. All of them are trusted: they hold the reference and the
hidden tests, and the student's code runs in their zygotes' locked workers only.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from antorcha.accelerator import gpus
from antorcha.accelerator.lease import Lease
from antorcha.bulk.explaining import fault_line
from antorcha.bulk.judging import Judge
from antorcha.bulk.proofs import Proof
from antorcha.bulk.protocol import GraderJob, answer, fault, proven, ready, refusal, waiting
from antorcha.bulk.proving import prove, prove_scenarios, reference_file, rely_on
from antorcha.bulk.topic_tests import TopicTests
from antorcha.errors import CourseError, UserError
from antorcha.plain import from_plain
from antorcha.plugin.devices import hide_gpus
from antorcha.plugin.grading_session import GRADING_SESSION, GradingSession
from antorcha.plugin.session import CollectionProblems, run_session
from antorcha.plugin.test_folder import ORIGIN, tests_that_count
from antorcha.student.runners import Runners
from antorcha.torch_import import import_torch
from antorcha.worker import leftovers
from antorcha.worker.client import WorkerError, Zygote
from antorcha.worker.lockdown import Settings
from antorcha.worker.usage import resident_of

# What is remembered of answers grows with the class. A grader that has grown by this much ends, and another goes on:
# starting one costs a few seconds, a machine without memory costs the run.
_MOST_GROWTH = 1 << 30  # bytes


class Grader:
    """A pytest plugin whose run loop serves jobs instead of running each test once.

    `connection` leads to the run: it brings the sockets of graders to be, and in a grader its jobs.
    """

    def __init__(self, connection: socket.socket, settings: Settings, preload: Sequence[str]) -> None:
        self.connection = connection
        self.lease = Lease(lambda: self.tell(waiting())) if settings.use_gpu else None
        self.judge = Judge(partial(Zygote, settings, preload), self.lease)
        self.tests: dict[str, TopicTests] = {}
        self.forked: list[int] = []

    # Before the plugin's own, which makes devices ready for a grader that locks or for one that does not.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        grading = session.config.stash[GRADING_SESSION]
        grading.locked, grading.lease = True, self.lease
        if self.lease is not None:
            hide_gpus()
        for item in session.items:
            origin = item.stash.get(ORIGIN, None)
            if origin is None:
                continue
            self.tests.setdefault(origin.topic.name, TopicTests(origin)).add(item, origin)

    # Before pytest's own loop: the first that returns a value is the only one.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("the hidden tests cannot be collected")
        grading = session.config.stash[GRADING_SESSION]
        for connection in self.asked_for():
            if self.lease is not None:
                self.connection = connection
                self.serve(grading)
                break
            self.fork(connection, session)
        self.wait_for_graders()
        return True

    def asked_for(self) -> Iterator[socket.socket]:
        """Yield the socket of each grader that the run asks for, until it hangs up."""
        with suppress(ConnectionResetError):
            while True:
                data, descriptors, _, _ = socket.recv_fds(self.connection, 1, 1)
                if not data:
                    return
                yield socket.socket(fileno=descriptors[0])

    def fork(self, connection: socket.socket, session: pytest.Session) -> None:
        """Fork a grader that serves the run on a socket of its own, and takes all that it made with it when it ends.

        Before any test has run: autograd's threads, which a backward pass on the simulated device starts, do not
        survive a fork.
        """
        zygote = self.judge.living_zygote().fork()
        if pid := os.fork():
            self.forked.append(pid)
            zygote.close()
            connection.close()
            return
        self.connection.close()
        self.connection, self.judge.zygote = connection, zygote
        folder = ""
        try:
            folder = tempfile.tempdir = os.environ["TMPDIR"] = leftovers.new_folder()
            os.chmod(folder, 0o711)  # workers that are other users have folders below it, if this zygote is replaced
            self.serve(session.config.stash[GRADING_SESSION])
            session._setupstate.teardown_exact(None)
        except Exception:
            traceback.print_exc()
        finally:
            self.judge.zygote.close()
            if folder:
                leftovers.remove(folder)
            os._exit(0)  # past all that was registered, before the fork, to be done at the end of that process

    def wait_for_graders(self) -> None:
        """Wait for the graders that were forked: their zygotes' workers are in a folder that goes with this process."""
        self.connection.close()
        for pid in self.forked:
            os.waitpid(pid, 0)

    def serve(self, grading: GradingSession) -> None:
        """Answer jobs until the run hangs up, or an answer has broken this process or made it too large."""
        self.introduce()
        memory_at_start = resident_of(os.getpid())
        for job in self.jobs():
            message = self.answer(job, grading)
            if self.judge.gpu_broken or resident_of(os.getpid()) - memory_at_start > _MOST_GROWTH:
                message["leaving"] = True
            self.tell(message)
            if "leaving" in message:
                break

    def introduce(self) -> None:
        """Tell the run that this grader is ready, and hand it what it can end this process by."""
        itself = os.pidfd_open(os.getpid())
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self.connection, [json.dumps(ready()).encode("ascii") + b"\n"], [itself])
        os.close(itself)

    def jobs(self) -> Iterator[GraderJob]:
        """Yield the jobs as they come, until the run hangs up or is killed, in the middle of a line too."""
        with suppress(ConnectionResetError), self.connection.makefile("r", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield from_plain(GraderJob, json.loads(line))

    def _prepare(self, tests: TopicTests, proof: Proof | None, grading: GradingSession) -> None:
        """Let a topic's tests judge, by a proof that was made elsewhere or by one that is made and told now.

        Raises: `UserError` when the tests cannot be run on the reference: no submission's doing, so none is tried.
        """
        try:
            if proof is None:
                proof = prove(tests, grading, self.lease)
                file = reference_file(tests.course, tests.topic.name)
                with closing(Runners(self.judge.living_zygote(), file, tests.course, self.lease)) as runners:
                    prove_scenarios(tests, grading, runners)
                self.tell(proven(proof))
            rely_on(proof, tests, grading)
        except (CourseError, UserError, WorkerError):
            raise
        except Exception as error:
            raise UserError(
                f"{tests.topic.name}: the hidden tests cannot be run on the reference ({fault_line(error)})",
                "mend the test or the reference; nobody can be graded with it",
            ) from error

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to the run; where nobody is there any more, `jobs` ends."""
        with suppress(BrokenPipeError, ConnectionResetError):
            # ASCII, in which JSON writes lone surrogates too; names and texts of submissions may hold them.
            self.connection.sendall(json.dumps(message).encode("ascii") + b"\n")

    def answer(self, job: GraderJob, grading: GradingSession) -> dict[str, Any]:
        """Return the message about one job: its result, the course's mistake that keeps all from one, or our fault."""
        try:
            tests = self.tests.get(job.file.topic)
            if tests is None:
                raise UserError(
                    f"there are no hidden tests for {job.file.topic}", f"expected graders/test_{job.file.topic}.py"
                )
            if not tests.required_comparisons:
                self._prepare(tests, job.proof, grading)
            return answer(self.judge.judge(tests, job, grading))
        except (CourseError, UserError) as error:
            return refusal(str(error))
        except Exception as error:  # whatever a submission led us into, it costs nobody else anything
            return fault(fault_line(error))
        finally:
            if self.lease is not None:
                self.lease.release()


def main() -> int:
    """Serve jobs on the socket that the command line names, until the run hangs up; return pytest's exit code."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)  # no process below this one may speak for the grader
    config = json.loads(sys.argv[2])
    if config["gpu"] is not None:
        gpus.pin(config["gpu"])  # before CUDA starts, which reads only once what it may see
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # as in the workers
    import_torch()
    import torch

    torch.set_num_threads(1)
    grader = Grader(connection, Settings(**config["settings"]), config["preload"])
    root = Path(config["root"])
    files = [file for topic in config["topics"] for file in tests_that_count(root, topic)]
    try:
        return run_session(root, files, [grader, _Complaints(grader)])
    except FileNotFoundError:
        if root.is_dir():
            raise
        return 0  # it was a copy, which has gone with whoever hung up: pytest cannot go back to it
    finally:
        grader.judge.zygote.close()


class _Complaints(CollectionProblems):
    """A pytest plugin that tells the one who waits for the grader why tests could not be collected."""

    def __init__(self, grader: Grader) -> None:
        super().__init__()
        self.grader = grader

    def refuse(self, reason: str) -> None:
        """Tell at once: the session ends with it."""
        self.grader.tell(refusal(reason))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self.problems:
            # The last 3000 characters: pytest shows the lines of a file first, and what is wrong with them at the end.
            self.grader.tell(refusal("the hidden tests cannot be collected:\n" + "\n".join(self.problems)[-3000:]))


if __name__ == "__main__":
    sys.exit(main())
