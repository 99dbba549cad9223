"""The names of what lies in a results folder, and where such a folder may not lie."""

from __future__ import annotations

from pathlib import Path

from antorcha.errors import UserError


def database(out: Path) -> Path:
    """Return the database in a results folder."""
    return out / "results.db"


def status(out: Path) -> Path:
    """Return the file that says what a run is doing now, and that goes with it."""
    return out / "running.json"


def class_page(out: Path) -> Path:
    """Return the page about the class in a results folder."""
    return out / "index.html"


def list_of_cases(out: Path) -> Path:
    """Return the list of what a person should see in a results folder."""
    return out / "worth_a_look.csv"


def refuse_results_among_submissions(submissions: Path, out: Path) -> None:
    """Raise `UserError` for results inside the class: they would be taken for a student's on the next run."""
    folder, target = submissions.resolve(), out.resolve()
    if folder.is_dir() and (target == folder or folder in target.parents):
        raise UserError(f"the results folder {out} lies inside {submissions}", "Choose another one with --out.")
