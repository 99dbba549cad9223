"""The script of the process that compiles submissions, to see whether they are Python. It runs none of them.

Started as `python -I -S _checker.py MEMORY_BYTES CPU_SECONDS UNTOUCHED_PY`, because some sources bring down
the interpreter that compiles them, or take it for minutes: then it is this process that dies, and one submission that
is "too complex". A request is a line of JSON, {"code", "cell"} or {"notebook"}; so is the answer,
{"definitions", "assigned", "imports"}, {"notebook"} or {"error", ...}.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_TEXT_LENGTH = 200  # characters of a student's line or of an error's text that travel back
_UNUSED_IN_A_CELL = ("outputs", "attachments")


def _limit_this_process(memory: int) -> None:
    """Bound the address space to `memory` bytes, and leave no core file when a source ends the process."""
    try:
        import resource
    except ImportError:  # Windows: the other side's patience is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _start_clock(seconds: float) -> None:
    """Give one request `seconds` of CPU time; 0 stops the clock.

    Nobody handles SIGPROF, so its default ends the process, also inside the compiler, where no Python code runs.
    """
    try:
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)
    except (ImportError, AttributeError):  # Windows has no interval timers
        return


def _module_from(path: str) -> ModuleType:
    """Load a file that needs the standard library alone: without site-packages (`-S`) there is no `antorcha`."""
    spec = importlib.util.spec_from_file_location("untouched", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _syntax_error(code: str, error: SyntaxError) -> dict[str, Any]:
    """Return the answer for code that is no Python, with the line (from 1) and its text."""
    # Not error.text: an error found while the tree is compiled has none, since a tree has no source.
    lines = code.split("\n")
    line = error.lineno or 1
    text = lines[line - 1] if 0 < line <= len(lines) else (error.text or "")
    return {"error": "syntax", "line": line, "text": text.strip()[:_TEXT_LENGTH], "reason": error.msg}


def check(code: str, cell: bool, untouched: ModuleType) -> dict[str, Any]:
    """Return what the top level of `code` defines, assigns and imports, or why it does not compile."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if cell else 0
    try:
        # Compiled twice: the tree is needed, and some errors (`return` outside a function) show only in bytecode.
        tree = compile(code, "submission", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        compile(tree, "submission", "exec", flags, dont_inherit=True)
        return {
            "definitions": _definitions(tree, untouched),
            "assigned": _assigned(tree, untouched),
            "imports": sorted(set(_imports(tree))),
        }
    except SyntaxError as error:
        return _syntax_error(code, error)
    except Exception:  # RecursionError, MemoryError, OverflowError, ...: all say "not compiled"
        return {"error": "complex"}


def _definitions(tree: ast.Module, untouched: ModuleType) -> dict[str, dict[str, Any]]:
    """Return digest, emptiness and lines of each top-level function and class; of two of one name the last."""
    definitions = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            definitions[node.name] = {
                "digest": _digest(node, untouched),
                "empty": not isinstance(node, ast.ClassDef) and _does_nothing(node.body),
                "lines": [first, node.end_lineno],
            }
    return definitions


def _does_nothing(body: list[ast.stmt]) -> bool:
    """Return whether a body holds nothing but a docstring, `pass`, `...` or `raise NotImplementedError`."""
    return all(isinstance(statement, ast.Pass) or _says_nothing(statement) for statement in body)


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _assigned(tree: ast.Module, untouched: ModuleType) -> dict[str, str]:
    """Return the digest of each value that the top level assigns to a name: `device = ...`."""
    digests = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            digests.update(dict.fromkeys(names, _digest(node.value, untouched)))
    return digests


def _digest(node: ast.AST, untouched: ModuleType) -> str:
    """Return the digest of a node; "", which no stub has, for what compiles and nests too deep to be walked through."""
    try:
        digest: str = untouched.digest(node)
    except RecursionError:
        return ""
    return digest


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of every module that is imported anywhere; `from a import b` may mean `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            module = node.module or ""
            if module:
                yield dots + module
            separator = "." if module else ""
            yield from (f"{dots}{module}{separator}{alias.name}" for alias in node.names)


def without_outputs(text: str) -> dict[str, Any]:
    """Return the answer with a notebook (JSON text) without outputs, attachments and the state of widgets."""
    try:
        document = json.loads(text)
    except RecursionError:
        return {"error": "deep"}
    except MemoryError:
        return {"error": "complex"}
    except ValueError as error:
        return {"error": "json", "reason": str(error)[:_TEXT_LENGTH]}
    if isinstance(document, dict):
        metadata = document.get("metadata")
        if isinstance(metadata, dict):
            metadata.pop("widgets", None)
        for sheet in [document, *_listed(document.get("worksheets"))]:
            for cell in _listed(sheet.get("cells") if isinstance(sheet, dict) else None):
                if isinstance(cell, dict):
                    for key in _UNUSED_IN_A_CELL:
                        cell.pop(key, None)
    return {"notebook": document}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def main() -> None:
    """Answer each line of standard input with a line on standard output, until the input ends."""
    memory, cpu_seconds, untouched = int(sys.argv[1]), float(sys.argv[2]), _module_from(sys.argv[3])
    _limit_this_process(memory)
    warnings.simplefilter("ignore")  # SyntaxWarning is the student's business
    for line in sys.stdin.buffer:
        _start_clock(cpu_seconds)
        request = json.loads(line)
        if "notebook" in request:
            answer = without_outputs(request["notebook"])
        else:
            answer = check(request["code"], request["cell"], untouched)
        _start_clock(0)
        # ASCII alone (json's default): whatever the locale, lone surrogates come through.
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
