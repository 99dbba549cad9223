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
from pathlib import Path

from antorcha.accelerator import gpus
from antorcha.torch_import import import_torch
from antorcha.worker.lockdown import Settings
from antorcha.worker.zygote_process import ZygoteProcess


def main() -> int:
    """Serve jobs on the socket that the command line names, until the run hangs up; return pytest's exit code."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)  # no process below this one may speak for the grader
    config = json.loads(sys.argv[2])
    if config["gpu"] is not None:
        gpus.pin(config["gpu"])  # before CUDA starts, which reads only once what it may see
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # as in the workers
    # Before all that needs torch, which the zygote imports too: both take seconds, side by side.
    process = ZygoteProcess.start(Settings(**config["settings"]), config["preload"])
    import_torch()
    import torch

    from antorcha.bulk.grader_session import Complaints, Grader
    from antorcha.plugin.session import run_session
    from antorcha.plugin.test_folder import tests_that_count
    from antorcha.worker.client import Zygote

    torch.set_num_threads(1)
    grader = Grader(connection, Zygote(process))
    root = Path(config["root"])
    files = [file for topic in config["topics"] for file in tests_that_count(root, topic)]
    try:
        return run_session(root, files, [grader, Complaints(grader)])
    except FileNotFoundError:
        if root.is_dir():
            raise
        return 0  # it was a copy, which has gone with whoever hung up: pytest cannot go back to it
    finally:
        grader.judge.zygote.close()


if __name__ == "__main__":
    sys.exit(main())
