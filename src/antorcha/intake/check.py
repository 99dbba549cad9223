"""The check for valid Python, made by another process, so that no source can take this one down."""

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
from antorcha.intake.delivered import UnusableError, printable
from antorcha.intake.syntax_words import in_plain_words
from antorcha.sources import untouched

_DEFINITION = re.compile(r"^(?:async +def|def|class) +(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """A top-level function or class: a digest of what it does, its lines, and whether it does nothing at all."""

    digest: str
    lines: tuple[int, int]
    empty: bool = False


@dataclass(frozen=True)
class Parsed:
    """The top level of a source.

    `definitions`: functions and classes by name; without `ok` they are guessed, and empty of all but their names.
    `assigned`: digests of the values of other names; `imports`: dotted names of modules.

    Without `ok`, `kind` is `syntax_error` (details: line, text, reason), `too_complex`, `nul_bytes` (line) or
    `not_utf8` (line, byte: a lone surrogate, from a notebook's JSON).
    """

    ok: bool
    definitions: dict[str, Definition] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    kind: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Checker:
    """A compiler of sources in a process of its own, started when first asked and again when a source ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one; the next question starts another."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def parse(self, code: str, *, cell: bool = False) -> Parsed:
        """Return the top level of `code`, a module or a notebook's cell (`await` may stand at its top level)."""
        # Surrogates and NULs are looked for here: compile() refuses both without naming their line.
        if (surrogate := _first_surrogate(code)) is not None:
            line = code.count("\n", 0, surrogate) + 1
            return Parsed(False, kind="not_utf8", details={"line": line, "byte": f"U+{ord(code[surrogate]):04X}"})
        if (zero := code.find("\0")) >= 0:
            return Parsed(False, kind="nul_bytes", details={"line": code.count("\n", 0, zero) + 1})
        answer = self._ask({"code": code, "cell": cell})
        if "definitions" in answer:
            definitions = {
                name: Definition(known["digest"], (known["lines"][0], known["lines"][1]), known["empty"])
                for name, known in answer["definitions"].items()
            }
            return Parsed(True, definitions, answer["assigned"], frozenset(answer["imports"]))
        guessed = {name: Definition("", (0, 0)) for name in _DEFINITION.findall(code)}
        if answer["error"] == "syntax":
            reason = in_plain_words(printable(answer["reason"]), answer["text"])
            details = {"line": answer["line"], "text": printable(answer["text"]), "reason": reason}
            return Parsed(False, guessed, kind="syntax_error", details=details)
        return Parsed(False, guessed, kind="too_complex")

    def without_outputs(self, text: str, name: str) -> Any:
        """Return the JSON of a large notebook without its outputs and widgets.

        Raises: `UnusableError` (`broken_notebook`, `notebook_too_deep`, `too_large`).
        """
        answer = self._ask({"notebook": text})
        if "notebook" in answer:
            return answer["notebook"]
        if answer["error"] == "json":
            raise UnusableError("broken_notebook", file=name, reason=printable(answer["reason"]))
        if answer["error"] == "deep":
            raise UnusableError("notebook_too_deep", file=name)
        raise UnusableError("too_large", file=name, limit=limits.readable(limits.NOTEBOOK_BYTES))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the process's answer to one request; `{"error": "complex"}` where the request ended it."""
        process = self._process = self._process or _start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            line = _read_line(process)
        except OSError:  # it died before it had read all
            line = b""
        if not line.endswith(b"\n"):  # no whole answer: it died or took too long, and is not asked again
            self.close()
            return {"error": "complex"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def _start() -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("_checker.py")
    # -I -S: nothing of the caller's environment, working folder or site-packages reaches the process.
    arguments = [str(limits.CHECK_MEMORY_BYTES), str(limits.CHECK_CPU_SECONDS), untouched.__file__]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(script), *arguments],
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
