"""A signature of exceptions that is equal where two of them tell of one mistake.

That is the same message, about the same sizes, out of a submission's own code.
"""

from __future__ import annotations

import hashlib
import re

from antorcha.accelerator.errors import is_without_cuda
from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.course.device_kinds import REAL_KINDS
from antorcha.worker.facts import ErrorFact

_LONGEST = 300  # characters of a first line; what torch writes below it is advice, and changes with its releases
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_FUNCTION = re.compile(r"[\w.<>]+\(\)")  # an author's function has another name than a student's
_DEVICE = re.compile(rf"\b({'|'.join((SIMULATED_KIND, *REAL_KINDS))})(:\d+)?\b")
_PATH = re.compile(r"/[\w.\-/]+")  # of a scratch folder, which is another one each time
_NUMBER = re.compile(r"\d+(\.\d+)?")


def error_signature(error: ErrorFact) -> str:
    """Return a digest of an exception's type and message; "" where the submission's code had no part in it.

    Numbers count whatever their order: two ways to make one mistake multiply `(2x3 and 4x3)` or `(4x3 and 2x3)`. The
    text itself is in nobody's folder, since it may be about what a test holds.
    """
    if not error.frames:
        return ""
    if is_without_cuda(error.message):
        # torch's CPU build says it with AssertionError, the one for CUDA with RuntimeError: one mistake all the same.
        canonical = "there is no CUDA here"
    else:
        first_line = next(iter(error.message.splitlines()), "")[:_LONGEST]
        text = _DEVICE.sub("device", _FUNCTION.sub("function()", _ADDRESS.sub("0x", _PATH.sub("path", first_line))))
        numbers = sorted(match.group() for match in _NUMBER.finditer(text))
        canonical = repr([error.type_name, _NUMBER.sub("#", text), numbers])
    return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()[:16]
