"""The pytest plugins of a grader: it collects the hidden tests once and runs them on one submission after another."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

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
from antorcha.plugin.session import CollectionProblems
from antorcha.plugin.test_folder import ORIGIN
from antorcha.student.runners import Runners
from antorcha.worker import leftovers
from antorcha.worker.client import WorkerError, Zygote
from antorcha.worker.usage import resident_of

# What is remembered of answers grows with the class. A grader that has grown by this much ends, and another goes on:
# starting one costs a few seconds, a machine without memory costs the run.
_MOST_GROWTH = 1 << 30  # bytes


class Grader:
    """A pytest plugin whose run loop serves jobs instead of running each test once.

    `connection` leads to the run: it brings the sockets of graders to be, and in a grader its jobs.
    """

    def __init__(self, connection: socket.socket, zygote: Zygote) -> None:
        self.connection = connection
        self.lease = Lease(lambda: self.tell(waiting())) if zygote.settings.use_gpu else None
        self.judge = Judge(zygote, self.lease)
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


class Complaints(CollectionProblems):
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
