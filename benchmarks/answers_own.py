"""A pytest plugin that adds up what a student's answers themselves take at home, imports of their first use included.

    ANSWERS_OWN=FILE pytest -p answers_own exercises/

writes the seconds to FILE: those between a call of the student's code and its end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from antorcha.torch_import import import_torch

import_torch()  # as the plugin of a course does, before anything of ours imports torch without its care
from antorcha.worker.runtime import Module, Report  # noqa: E402

_seconds = [0.0]


def _adding(real: Any) -> Any:
    def asked(*args: Any, **keywords: Any) -> Report:
        report: Report = real(*args, **keywords)
        _seconds[0] += report.seconds
        return report

    return asked


Module.call = _adding(Module.call)  # type: ignore[method-assign]
Module.scenario = _adding(Module.scenario)  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    Path(os.environ["ANSWERS_OWN"]).write_text(str(_seconds[0]), "utf-8")
