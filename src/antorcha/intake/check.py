"""Is it Python? Asked of another process, so that no source can take this one down."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from antorcha.intake import limits
from antorcha.intake.entry import printable

_DEFINITION = re.compile(r"^(?:async +def|def|class) +(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Parsed:
    """`names`: functions and classes at the top level.

    Without `ok`, `kind` is `syntax_error` (details: line, text, reason), `too_complex`, `nul_bytes` (line) or
    `not_utf8` (line, byte: a lone surrogate, from a notebook's JSON).
    """

    ok: bool
    names: frozenset[str] = frozenset()
    kind: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Checker:
    """Compiles sources in a process of its own, started when first asked and again when a source ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process, if there is one; the next question starts another."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def parse(self, code: str, *, cell: bool = False) -> Parsed:
        """Whether `code` compiles, as a module or as a notebook's cell (`await` may stand at its top level)."""
        if (surrogate := _first_surrogate(code)) is not None:
            line = code.count("\n", 0, surrogate) + 1
            return Parsed(False, kind="not_utf8", details={"line": line, "byte": f"U+{ord(code[surrogate]):04X}"})
        if (zero := code.find("\0")) >= 0:
            return Parsed(False, kind="nul_bytes", details={"line": code.count("\n", 0, zero) + 1})
        answer = self._ask({"code": code, "cell": cell})
        if "names" in answer:
            return Parsed(True, frozenset(answer["names"]))
        names = frozenset(_DEFINITION.findall(code))
        if answer["error"] == "syntax":
            details = {
                "line": answer["line"],
                "text": printable(answer["text"]),
                "reason": printable(answer["reason"]),
            }
            return Parsed(False, names, "syntax_error", details)
        return Parsed(False, names, "too_complex")

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process = self._process or _start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            line = _read_line(process)
        except OSError:  # it died before it had read all
            line = b""
        if not line.endswith(b"\n"):
            self.close()
            return {"error": "complex"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def _start() -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("_checker.py")
    numbers = [str(limits.CHECK_MEMORY_BYTES), str(limits.CHECK_CPU_SECONDS)]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(script), *numbers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _read_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    if os.name == "posix":  # only POSIX can wait for a pipe; elsewhere a slow source is waited for
        ready, _, _ = select.select([process.stdout], [], [], limits.CHECK_WALL_SECONDS)
        if not ready:
            return b""
    return process.stdout.readline()


def _first_surrogate(code: str) -> int | None:
    try:
        code.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start
    return None
