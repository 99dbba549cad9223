"""The files of a release that are there to be installed: the wheel, and the file that pip reads."""

from __future__ import annotations

from antorcha.course.model import Course
from antorcha.i18n import N_, translate
from antorcha.release.wheel import Wheel

REQUIREMENTS_FILE = "requirements.txt"
WHEELS_FOLDER = "wheels"
_COMMENT = N_("Install with: pip install -r requirements.txt (in this folder; its last line is relative)")


def package_files(course: Course, language: str, wheel: Wheel) -> dict[str, bytes]:
    """Return `requirements.txt`, with its comment in `language`, and the wheel, by their paths in the release."""
    path = f"{WHEELS_FOLDER}/{wheel.filename}"
    lines = [f"# {translate(_COMMENT, language)}", *wheel.requirements, *course.requirements, f"./{path}"]
    return {REQUIREMENTS_FILE: ("\n".join(lines) + "\n").encode("utf-8"), path: wheel.data}
