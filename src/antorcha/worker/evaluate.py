"""One line that an instructor types, run beside a submission in its locked worker."""

from __future__ import annotations

import contextlib
import io
import sys
from types import ModuleType

_LONGEST = 20_000  # characters of what is shown


def evaluate(module: ModuleType, line: str) -> str:
    """Run `line` among the submission's names; return what it printed, and the `repr` of its value where it has one.

    Names that it binds stay for the next line, for as long as the worker lives.
    """
    import torch

    names = vars(sys.modules[module.__name__])  # a scenario is handed a wrapper, which watches what it calls
    names.setdefault("torch", torch)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            code = compile(line, "<shell>", "eval")
        except SyntaxError:
            exec(compile(line, "<shell>", "exec"), names)
            value = None
        else:
            value = eval(code, names)
    shown = printed.getvalue() + ("" if value is None else repr(value))
    return shown[:_LONGEST].rstrip("\n")
