"""Writing of the `nbgrader_config.py` that puts Antorcha's steps into nbgrader's commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed

CONFIG_FILE = "nbgrader_config.py"

_HEADER = '''\
"""nbgrader with Antorcha's grader. `antorcha release nbgrader` wrote this once; it is yours to change."""

'''
_IMPORTS = """\
import os
from pathlib import Path

try:
    from antorcha.nbgrader import preprocessor as antorcha
except Exception as error:  # nbgrader would go on without this file, and run submissions in its own way
    raise SystemExit(f"{__file__}: {error}. Is antorcha[instructor] installed?") from error

c = get_config()  # noqa: F821
"""
# Without its name the exchange would mix courses; nbgrader refuses to release without one.
_COURSE = """\
# This folder is the nbgrader course; the Antorcha course holds the hidden tests and stays with the instructors.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = %(course_id)s
os.environ.setdefault("ANTORCHA_COURSE", %(course)s)
"""
_EXCHANGE = """\
# Where `nbgrader release_assignment`, `fetch_assignment`, `submit` and `collect` leave their files.
c.Exchange.root = %(exchange)s
# A submission that did not come through it costs nobody else their feedback.
c.ExchangeFactory.release_feedback = antorcha.ReleaseFeedback
"""
_STEPS = """\
# An exercise is released as the stub that `antorcha stubs` writes, also where it brings code with a mistake in it.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.GenerateAssignment.preprocessors = antorcha.generate_preprocessors()

# One student never stops the class: odd files, copied and deleted cells, notebooks under another name.
c.Autograde.exporter_class = antorcha.SubmissionExporter
c.Autograde.pre_convert_hook = antorcha.recognise_renamed
c.Autograde.sanitize_preprocessors = antorcha.sanitize_preprocessors()

# Students' code runs in Antorcha's locked worker and not in a kernel. Take this line out and nbgrader's own
# Execute grades in the student's kernel: read first, in docs/nbgrader.md, what that gives up.
c.Autograde.autograde_preprocessors = antorcha.autograde_preprocessors()

# Feedback opens with the names of exercises.
c.GenerateFeedback.exporter_class = antorcha.FeedbackExporter
"""
_SETTING_START = re.compile(r"^(?:c\.[\w.]+ =|os\.environ\.setdefault\(\"ANTORCHA_COURSE\")", re.MULTILINE)


def write_config(course: Course, target: Path, exchange: Path | None, force: bool) -> tuple[list[Path], str]:
    """Write `nbgrader_config.py` into `target` where there is none, or with `force`.

    Return the paths that changed, and what the file that is there lacks: lines to be copied into it. Lines of the
    user's own, and other values for ours, are the user's business. Raises: `UserError` when it cannot be written.
    """
    path = target / CONFIG_FILE
    text = _config_text(course, target, exchange)
    if path.exists() and not force:
        return [], _missing(path.read_text(encoding="utf-8", errors="replace"), text)
    make_folder(target)
    return ([path] if write_if_changed(path, text) else []), ""


def _config_text(course: Course, target: Path, exchange: Path | None) -> str:
    """Return the text of the whole file; paths are JSON strings, which Python reads as its own."""
    values = {
        "course_id": json.dumps(course_id(target)),
        "course": json.dumps(str(course.root.resolve())),
        "exchange": json.dumps(str(exchange.absolute()) if exchange else ""),
    }
    parts = [_IMPORTS, _COURSE % values, *([_EXCHANGE % values] if exchange else []), _STEPS]
    return _HEADER + "\n".join(parts)


def course_id(target: Path) -> str:
    """Return nbgrader's name for the course in the folder `target`: the folder's own.

    Raises: `UserError` for a name that nbgrader does not take.
    """
    name = target.absolute().name
    if not name or "+" in name or name != name.strip():
        raise UserError(f'{target}: "{name}" cannot be the name of an nbgrader course', "give --course another folder")
    return name


def _missing(present: str, wanted: str) -> str:
    """Return the lines of `wanted` that set what `present` does not, in their order."""
    statements = [
        line for line in wanted.splitlines() if (key := _SETTING_START.match(line)) and key.group() not in present
    ]
    if any("antorcha." in line for line in statements) and "import preprocessor as antorcha" not in present:
        statements.insert(0, "from antorcha.nbgrader import preprocessor as antorcha")
    return "\n".join(statements)
