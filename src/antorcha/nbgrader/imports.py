"""The import of nbgrader by a command of ours."""

from __future__ import annotations

import sys


def leave_out_address_grammar() -> None:
    """Keep jsonschema, which nbgrader imports, from building a grammar for international addresses: 2 s of CPU.

    No schema of a notebook has such an address. To be called before nbgrader is imported, in a process of ours only:
    what is left out can be imported by nobody there.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
