"""Recognition of syntax that is newer than the Python that grades, which is not the student's mistake."""

from __future__ import annotations

import re
import sys
from typing import Any

# Patterns of lines that an older Python calls invalid, with the version that brought the syntax.
_BROUGHT_BY = (
    ((3, 12), re.compile(r"^type\s+\w+\s*(?:\[[^\]]*\])?\s*=[^=]")),  # type Number = int
    ((3, 12), re.compile(r"^(?:async\s+)?(?:def|class)\s+\w+\[")),  # def first[T](items: list[T]) -> T
    # the quotes of an f-string again inside its braces
    ((3, 12), re.compile(r"""\b[rR]?[fF][rR]?(?:'[^'\\]*\{[^}']*'[^}]*\}|"[^"\\]*\{[^}"]*"[^}]*\})""")),
    ((3, 14), re.compile(r"""(?<![\w"'])[rR]?[tT][rR]?["'].*["']""")),  # t"{name}"
)


def as_newer_python(
    details: dict[str, Any], running: tuple[int, int] = (sys.version_info.major, sys.version_info.minor)
) -> dict[str, Any] | None:
    """Return the details of a syntax error with the Python that it needs; `None` where no newer one would read it.

    `details`: a syntax error's, with `text` the line where it stands. `running`: the Python that grades.
    """
    for version, pattern in _BROUGHT_BY:
        if running < version and pattern.search(str(details.get("text", ""))):
            needed, here = (".".join(map(str, number)) for number in (version, running))
            return {"line": details["line"], "text": details["text"], "needed": needed, "running": here}
    return None
