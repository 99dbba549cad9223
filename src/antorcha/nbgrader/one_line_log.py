"""Errors of one submission in nbgrader's log as one line each."""

from __future__ import annotations

import logging
import re

from traitlets.log import get_logger

# The last line of a traceback whose error was raised for a person to read: nbgrader's own, which says the same in
# the line before, and ours. All others are faults, and whoever looks for them needs the traceback.
_USER_ERROR = re.compile(r"^antorcha\.errors\.UserError: (?P<sentence>.*)", re.DOTALL | re.MULTILINE)
_NBGRADER_ERROR = re.compile(r"^nbgrader\.converters\.base\.NbGraderException: ", re.MULTILINE)
# nbformat's, of a notebook in an older format, without saying whose; what could not be read has a line of ours.
_NAMELESS = "Notebook JSON is"
_TRACEBACK = "Traceback (most recent call last)"


class OneLineErrors(logging.Filter):
    """A filter that leaves of a traceback what happened, where that is all there is to know."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a traceback in `record` to its sentence; return whether the record is logged at all."""
        text = record.getMessage()
        if text.startswith(_NAMELESS):
            return False
        if not text.lstrip().startswith(_TRACEBACK):
            return True
        if error := _USER_ERROR.search(text):
            record.msg, record.args = error["sentence"].strip(), ()
            return True
        return not _NBGRADER_ERROR.search(text)


_FILTER = OneLineErrors()


def shorten_errors() -> None:
    """Make nbgrader's log say what went wrong with a submission in one line; calling it again changes nothing."""
    logger = get_logger()
    (logger.logger if isinstance(logger, logging.LoggerAdapter) else logger).addFilter(_FILTER)
