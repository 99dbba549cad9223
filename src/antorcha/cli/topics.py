"""`antorcha topics`: what a course asks for, and how many checks look at each exercise."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from antorcha.cli.common import add_course_argument, course_from
from antorcha.files import write_if_changed

if TYPE_CHECKING:
    from antorcha.course.model import Course

HELP = "list topics and exercises: points, kind, and how many visible and hidden checks each has"
EXIT_UNGRADED = 1
_HEADER = ("exercise", "kind", "points", "visible", "hidden")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_course_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--map", type=Path, metavar="FILE", help="write a picture of the course (SVG) and list nothing")
    parser.add_argument("--language", metavar="CODE", help="of the picture (default: the course's)")


def run(args: argparse.Namespace) -> int:
    """Print the course's topics; return 1 where an exercise has no hidden check."""
    from antorcha.bulk.collect import count_checks, without_hidden
    from antorcha.sources.course_map import render_map

    course = course_from(args)
    if args.map is not None:
        write_if_changed(args.map, render_map(course, args.language or course.language))
        return 0
    counts = count_checks(course)
    if args.json:
        print(json.dumps(_record(course, counts)))
    else:
        print("\n".join(_table(course, counts)))
    problems = without_hidden(course, counts)
    for problem in problems:
        print(f"antorcha: {problem}", file=sys.stderr)
    return EXIT_UNGRADED if problems else 0


def _record(course: Course, counts: dict[str, dict[str, tuple[int, int]]]) -> dict[str, object]:
    return {
        "topics": [
            {
                "name": topic.name,
                "points": topic.points,
                "exercises": [
                    {
                        "name": exercise.name,
                        "kind": exercise.kind,
                        "points": exercise.points,
                        "visible": counts[topic.name][exercise.name][0],
                        "hidden": counts[topic.name][exercise.name][1],
                    }
                    for exercise in topic.exercises
                ],
            }
            for topic in course.topics
        ]
    }


def _table(course: Course, counts: dict[str, dict[str, tuple[int, int]]]) -> list[str]:
    """Return one block of lines a topic, columns aligned over all of them."""
    width = max((len(exercise.name) for topic in course.topics for exercise in topic.exercises), default=0)
    lines = []
    for topic in course.topics:
        title = f": {topic.title}" if topic.title else ""
        lines += [f"{topic.name}{title} ({topic.points:g} points)", _row(_HEADER, width)]
        for exercise in topic.exercises:
            visible, hidden = counts[topic.name][exercise.name]
            points = f"{exercise.points:g}"
            lines.append(_row((exercise.name, exercise.kind, points, str(visible), str(hidden)), width))
        lines.append("")
    return lines[:-1]


def _row(cells: tuple[str, str, str, str, str], width: int) -> str:
    name, kind, points, visible, hidden = cells
    return f"  {name:<{max(width, 8)}}  {kind:<7}  {points:>6}  {visible:>7}  {hidden:>6}"
