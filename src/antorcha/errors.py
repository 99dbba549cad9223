"""Errors that a person caused and a person can mend."""

from __future__ import annotations


class UserError(Exception):
    """A mistake that whoever made it can mend: the command line prints it without a traceback.

    `message`: what happened and where; `hint`: what to do next; `exit_code`: the process's, by default the 2 with which
    argparse refuses a command line.
    """

    def __init__(self, message: str, hint: str = "", exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class CourseError(Exception):
    """A mistake in a test, the reference or the configuration: the author's to mend, and no student's fault."""
