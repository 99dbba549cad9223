"""`antorcha`: the command. It finds the module of a subcommand, and turns errors into one clear line."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from antorcha import __version__
from antorcha.console import write_plain_signs_where_needed
from antorcha.errors import UserError

# Name of the command -> the module that has HELP, add_arguments(parser) and run(args) -> exit code.
# Modules are imported only when their command is asked for: `antorcha topics` must not wait for torch.
COMMANDS = {
    "topics": "antorcha.cli.topics",
    "grade": "antorcha.cli.grade",
    "explain": "antorcha.cli.explain",
    "history": "antorcha.cli.history",
    "similar": "antorcha.cli.similar",
    "mark": "antorcha.cli.mark",
    "export": "antorcha.cli.export",
    "stubs": "antorcha.cli.stubs",
    "release": "antorcha.cli.release",
    "messages": "antorcha.cli.messages",
    "schema": "antorcha.cli.schema",
    "audit": "antorcha.cli.audit",
    "doctor": "antorcha.cli.doctor",
    "run": "antorcha.cli.run",
    "submit-check": "antorcha.cli.submit_check",
    "watch": "antorcha.cli.watch",
    "hint": "antorcha.cli.hint",
    "update": "antorcha.cli.update",
    "gradescope": "antorcha.cli.gradescope",
}

# Their help is in the language of the folder that somebody stands in.
FOR_STUDENTS = ("run", "submit-check", "watch", "hint", "update")

EXIT_INTERRUPTED = 130  # as a shell reports a program that SIGINT (2) has ended: 128 + 2


def build_parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for a command line: with the arguments of its command alone, of all where it names none."""
    parser = argparse.ArgumentParser(prog="antorcha", description="Auto-graded exercises for learning PyTorch.")
    parser.add_argument("--version", action="version", version=f"antorcha {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    command = next((word for word in argv if not word.startswith("-")), None)
    for name, module_name in COMMANDS.items():
        if command in COMMANDS and command != name:
            subparsers.add_parser(name)  # for the list of commands in a usage line
            continue
        module = importlib.import_module(module_name)
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        if name in FOR_STUDENTS and command == name:
            from antorcha.cli.student_help import translate_help

            translate_help(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of this process; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    write_plain_signs_where_needed()
    try:
        args = build_parser(words).parse_args(words)
        return int(args.run(args))
    except UserError as error:
        print(f"antorcha: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("antorcha: interrupted; what was done is kept", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `antorcha ... | head`: the reader left, there is nobody to tell
        # Python flushes stdout once more when it ends, and would complain about the same pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
