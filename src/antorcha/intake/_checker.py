"""The process that compiles hand-ins, to see whether they are Python. It runs none of them.

Started as a script, `python -I -S _checker.py MEMORY_BYTES CPU_SECONDS`, because some sources bring
down the interpreter that compiles them, or take it for minutes: then it is this process that dies, and one
hand-in that is "too complex". A request is a line of JSON, {"code", "cell"}; so is the answer, {"names"} or
{"error", ...}.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from typing import Any

_TEXT_LENGTH = 200


def _limit_this_process(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the other side's patience is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _start_clock(seconds: float) -> None:
    """CPU seconds for one request; nobody handles the signal, so its default ends the process."""
    try:
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)
    except (ImportError, AttributeError):
        return


def _syntax_error(code: str, error: SyntaxError) -> dict[str, Any]:
    lines = code.split("\n")
    line = error.lineno or 1
    text = lines[line - 1] if 0 < line <= len(lines) else (error.text or "")
    return {"error": "syntax", "line": line, "text": text.strip()[:_TEXT_LENGTH], "reason": error.msg}


def check(code: str, cell: bool) -> dict[str, Any]:
    """Whether `code` compiles, and the functions and classes at its top level."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if cell else 0
    try:
        tree = compile(code, "hand-in", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        compile(tree, "hand-in", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return _syntax_error(code, error)
    except Exception:  # RecursionError, MemoryError, OverflowError, ...: all say "not compiled"
        return {"error": "complex"}
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {"names": [node.name for node in tree.body if isinstance(node, definitions)]}


def main() -> None:
    memory, cpu_seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit_this_process(memory)
    warnings.simplefilter("ignore")  # SyntaxWarning is the student's business
    for line in sys.stdin.buffer:
        _start_clock(cpu_seconds)
        request = json.loads(line)
        answer = check(request["code"], request["cell"])
        _start_clock(0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
