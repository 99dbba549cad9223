"""The packages that hand-ins import and that are not installed here, with the people whom each concerns."""

from __future__ import annotations

from collections.abc import Iterable

from antorcha.results import COLAB, TopicResult


def missing_packages(results: Iterable[tuple[str, TopicResult]]) -> dict[str, list[str]]:
    """Return the students of each missing package, each once, the package that stops most people first.

    `results`: pairs of student and result.
    """
    students: dict[str, dict[str, None]] = {}
    for student, result in results:
        details = result.note.details if result.note else {}
        for package in details.get("packages") or filter(None, [details.get("package")]):
            students.setdefault(package, {})[student] = None
    by_number = sorted(students.items(), key=lambda item: (-len(item[1]), item[0]))
    return {package: list(names) for package, names in by_number}


def missing_package_lines(packages: dict[str, list[str]]) -> list[str]:
    """Return a sentence for each missing package."""
    return [
        f"{len(names)} {'hand-in stops' if len(names) == 1 else 'hand-ins stop'} at `import {package}`: "
        + ("only Colab has it, so ignore." if package == COLAB else "add it to `requirements`, or ignore.")
        for package, names in packages.items()
    ]
