"""`antorcha schema`: the JSON Schemas of grading.toml and of a class's rules.toml, for an editor."""

from __future__ import annotations

import argparse
import json

HELP = "print the JSON Schema of grading.toml, for an editor's TOML plug-in"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the file; its schema is the same for every course."""
    parser.add_argument("--rules", action="store_true", help="of a class's rules.toml instead")


def run(args: argparse.Namespace) -> int:
    if args.rules:
        from antorcha.marks.load import rules_schema

        schema = rules_schema()
    else:
        from antorcha.course.schema import json_schema

        schema = json_schema()
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
