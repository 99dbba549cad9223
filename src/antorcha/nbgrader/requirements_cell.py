"""The first cell of a released notebook: it says what to install and to fetch, where something is missing.

What is loaded here needs the standard library alone: the cell runs where torch or pytest may be missing.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from antorcha.i18n import N_, translate
from antorcha.nbgrader.notebook_folder import (
    IN_COLAB,
    CannotCheckError,
    in_language,
    released_folder,
    speak_from_now_on,
)
from antorcha.release.packages import REQUIREMENTS_FILE

_COMMENT = N_("Run this cell first: it says what this notebook needs and does not have yet.")
_NOT_INSTALLED = N_(
    "The package antorcha is not in this notebook's Python, or it is older than the notebook.\n"
    "Run this in a new cell, then restart the kernel and run the first cell again:\n"
    "    %pip install -r requirements.txt\n"
    "The file requirements.txt and the folder wheels came with the assignment and belong beside the notebook: if you "
    "have the notebook alone, fetch the assignment again, whole."
)
_PACKAGES = N_(
    "Packages are missing: {packages}. Run this in a new cell, then restart the kernel and run the first cell again:"
)
_READY = N_("✓ Everything that this notebook needs is there.")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def requirements_cell(assignment: str, language: str) -> str:
    """Return the code of the cell, with what it says where antorcha itself is missing, in `language`."""
    colab = translate(IN_COLAB, language).format(assignment=assignment)
    return f'''\
# {translate(_COMMENT, language)}
try:
    from antorcha.notebook import check_requirements
except ImportError:
    import sys

    if "google.colab" in sys.modules:
        print("""{colab}""")
    print("""{translate(_NOT_INSTALLED, language)}""")
else:
    check_requirements("{language}")'''


def check_requirements(language: str) -> None:
    """Print whether this notebook has the packages and the files that it needs, and what to do where it has not.

    Nothing is raised: where work is graded, what is missing on a student's computer is nobody's concern.
    """
    speak_from_now_on(language)
    try:
        folder = released_folder()
    except CannotCheckError as error:
        print(error)
        return
    packages = _missing_packages(folder / REQUIREMENTS_FILE)
    if not packages:
        print(in_language(_READY))
        return
    print(in_language(_PACKAGES, packages=", ".join(packages)))
    # The wheel's path in the file is relative, and pip reads it from the folder that it runs in.
    if folder != Path.cwd():
        print(f"    %cd {folder}")
    print(f"    %pip install -r {REQUIREMENTS_FILE}")


def _missing_packages(path: Path) -> list[str]:
    """Return the packages in a file of requirements that are not installed; none where there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    names = [match.group() for line in lines if (match := _NAME.match(line))]
    return [name for name in names if not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
