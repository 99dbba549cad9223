"""Recognition of an answer that a test cannot work with, by the exception that a line of the test's own raised."""

from __future__ import annotations

import re

# Too few or too many parts, however Python, torch and NumPy say it.
_ANOTHER_NUMBER = re.compile(r"index .*out of (range|bounds)|values to unpack|too many indices")


def kind_of_unusable(message: str) -> str:
    """Return the kind of diagnosis for the text of such an exception: a None, another number of parts, or any other."""
    if "NoneType" in message:
        return "unusable_none"
    return "unusable_count" if _ANOTHER_NUMBER.search(message) else "unusable"
