"""A pytest session of ours, which reads nothing but the files that it is given and the course that they belong to."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import Literal

import pytest

# What looks after a terminal, a log or a debugger costs time in every phase of every check, and nobody looks.
_UNWANTED_PLUGINS = (
    *("terminal", "cacheprovider", "faulthandler", "unraisableexception", "threadexception"),
    *("debugging", "logging", "warnings"),
)


Output = Literal["shown", "unseen", "captured"]


class CollectionProblems:
    """A pytest plugin that keeps the reasons why tests could not be collected."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(str(report.longrepr).strip())

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None]:
        try:
            yield
        except pytest.UsageError as error:  # a test that grades no exercise
            self.refuse(str(error))
            raise

    def refuse(self, reason: str) -> None:
        """Take note of a test that ends the collection of all."""
        self.problems.append(reason)


def run_session(
    root: Path,
    files: Sequence[Path],
    plugins: Sequence[object],
    options: Sequence[str] = (),
    *,
    output: Output = "unseen",
) -> int:
    """Run pytest on `files` with `plugins`, and return its exit code.

    `root`: the course, or the released folder; no `conftest.py` above it is read, no settings file anywhere, no
    variable of the shell and no installed plugin. `output`, of what tests print: "captured" takes also what comes from
    C or goes to the error stream, and costs time in every phase of every check.
    """
    with ExitStack() as stack:
        stack.enter_context(_without_pytest_variables())
        stack.enter_context(_importable([str(file.parent) for file in files]))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # a warning is no reason for a mark
        if output == "unseen":
            stack.enter_context(redirect_stdout(stack.enter_context(open(os.devnull, "w", encoding="utf-8"))))
        capture = f"--capture={'fd' if output == 'captured' else 'no'}"
        return int(pytest.main([*_options(root), capture, *options, *map(str, files)], plugins=list(plugins)))


def _options(root: Path) -> list[str]:
    # With `-c` alone pytest takes the folder of that file, /dev, for the border, and reads every conftest.py above.
    options = ["-c", os.devnull, "--rootdir", str(root), "--confcutdir", str(root), "-o", "addopts="]
    options += ["-p", "antorcha.plugin"]
    # The package's own `agree` is the module of that name once it was imported, and no fixture any more.
    options += ["-p", "antorcha.plugin.fixtures"]
    options += [word for name in _UNWANTED_PLUGINS for word in ("-p", f"no:{name}")]
    return [*options, "--import-mode=importlib"]


@contextmanager
def _without_pytest_variables() -> Iterator[None]:
    """Keep from pytest what the shell says to pytest, for as long as it runs."""
    saved = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(saved)


@contextmanager
def _importable(folders: Sequence[str]) -> Iterator[None]:
    """Let tests import the modules beside them, as they do where pytest is started by hand.

    At the end of the path: a topic may have the name of a module of Python's own.
    """
    added = [folder for folder in dict.fromkeys(folders) if folder not in sys.path]
    sys.path.extend(added)
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)
