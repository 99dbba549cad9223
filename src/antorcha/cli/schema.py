"""`antorcha schema`: the JSON Schema of grading.toml, for an editor."""

from __future__ import annotations

import argparse
import json

HELP = "print the JSON Schema of grading.toml, for an editor's TOML plug-in"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: the schema is the same for every course."""


def run(args: argparse.Namespace) -> int:
    from antorcha.course.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
