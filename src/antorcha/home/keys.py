"""Single keys from a terminal, without waiting for them; none where there is no terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def keys() -> Iterator[Callable[[], str]]:
    """Let the terminal give up its keys one by one; yield what returns the next key, or `""` where none was pressed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield lambda: ""
        return
    try:
        import termios
    except ImportError:  # Windows
        yield _of_windows()
        return
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield _of_posix(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _of_posix(terminal: int) -> Callable[[], str]:
    import os
    import select

    def key() -> str:
        ready, _, _ = select.select([terminal], [], [], 0)
        return os.read(terminal, 1).decode("latin-1") if ready else ""

    return key


def _of_windows() -> Callable[[], str]:
    import importlib

    console: Any = importlib.import_module("msvcrt")  # by its name: a type checker elsewhere does not know it
    with contextlib.suppress(ImportError, AttributeError):  # pytest brings colorama to Windows
        colours: Any = importlib.import_module("colorama")
        colours.just_fix_windows_console()

    def key() -> str:
        return str(console.getwch()) if console.kbhit() else ""

    return key
