"""`--rules`: the file with a class's rules, which a class keeps from run to run."""

from __future__ import annotations

from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.marks.class_rules import RULES_FILE, ClassRules
from antorcha.marks.load import load_rules
from antorcha.store.opening import remembered_rules

NO_RULES = "none"


def class_rules(wanted: str | None, course: Course, database: Path) -> tuple[ClassRules | None, str]:
    """Return the rules that `--rules` names, else those of the latest run, else those beside the course's own file.

    With them goes what is remembered of it: the file, "none" where that was asked for, "" where there is no such file.
    Raises: `UserError` for mistakes in the file, and where that of the latest run is gone: a run without it would undo
    every penalty.
    """
    remembered = remembered_rules(database)
    if wanted == NO_RULES or (wanted is None and remembered == NO_RULES):
        return None, NO_RULES
    path = Path(wanted or remembered or course.root / RULES_FILE).resolve()
    if path.is_file() or wanted:
        return load_rules(path, course), str(path)
    if remembered:
        raise UserError(
            f"the marks in {database.parent} follow the rules in {path}, and that file is not there any longer",
            f"Say where the rules are with --rules FILE, or --rules {NO_RULES} to do without.",
        )
    return None, ""
