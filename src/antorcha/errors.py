"""Errors that a person caused and a person can mend: the command line prints them without a traceback."""

from __future__ import annotations


class UserError(Exception):
    """What happened and where (`message`), and what to do next (`hint`). `exit_code` is the process's."""

    def __init__(self, message: str, hint: str = "", exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message
