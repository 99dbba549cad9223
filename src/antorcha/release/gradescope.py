"""The zip that Gradescope makes an autograder of: the course's own files of some topics, the wheel and two scripts.

https://gradescope-autograders.readthedocs.io/en/latest/specs/: `setup.sh` runs once, as root, where an image is built,
and finds the zip unpacked in `/autograder/source`; `run_autograder` is copied to `/autograder`, runs there for each
submission, finds it in `submission` and writes `results/results.json`.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from antorcha.bulk.course_copy import course_copy
from antorcha.course.model import Course
from antorcha.files import zip_bytes
from antorcha.release.packages import WHEELS_FOLDER
from antorcha.release.wheel import make_wheel

COURSE_FOLDER = "course"
_SCRIPTS = ("setup.sh", "run_autograder")
# What a mark may depend on, in the versions of the machine that the zip is made on.
_PINNED = ("torch", "numpy", "pytest", "hypothesis")

# An image's own Python may be older than ours; Ubuntu has newer ones beside it.
_SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image. Made by `antorcha release gradescope`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python=""
new_enough='import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$name" > /dev/null && "$name" -c "$new_enough" 2> /dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    apt-get update
    apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
    python=$(command -v python3.12 || command -v python3.11)
fi
"$python" -m venv venv
# A wheel of torch for CPUs alone is a tenth as large: pip's own variables (PIP_EXTRA_INDEX_URL) say where to find one.
venv/bin/pip install -c constraints.txt %(packages)s
venv/bin/antorcha doctor || echo "Read the lines above: submissions are graded only where they can be locked up."
"""
_RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission, in /autograder. Made by `antorcha release gradescope`.
cd "$(dirname "${BASH_SOURCE[0]}")"
exec source/venv/bin/antorcha gradescope . --course source/%(course)s%(options)s
"""


def autograder_zip(course: Course, topics: Sequence[str], isolation: str = "required") -> bytes:
    """Return the zip for the assignment in which these topics are handed in; no other topic's files are in it.

    Raises: `UserError` where a file of the course cannot be read, or there is no wheel.
    """
    wheel = make_wheel()
    files = {f"{COURSE_FOLDER}/{name}": data for name, data in course_copy(course, topics).items()}
    wheel_path = f"{WHEELS_FOLDER}/{wheel.filename}"
    options = "".join(f" --topic {shlex.quote(topic)}" for topic in topics)
    options += "" if isolation == "required" else f" --isolation={isolation}"
    packages = " ".join(map(shlex.quote, (f"./{wheel_path}[instructor]", *course.requirements)))
    scripts = (_SETUP % {"packages": packages}, _RUN % {"course": COURSE_FOLDER, "options": options})
    files |= {name: text.encode("utf-8") for name, text in zip(_SCRIPTS, scripts, strict=True)}
    files |= {wheel_path: wheel.data, "constraints.txt": _constraints().encode("utf-8")}
    return zip_bytes(files, executable=_SCRIPTS)


def _constraints() -> str:
    """Return pins of what marks depend on, as pip takes them: without the "+cpu" of a build of one's own."""
    lines = []
    for name in _PINNED:
        try:
            lines.append(f"{name}=={version(name).partition('+')[0]}")
        except PackageNotFoundError:
            continue
    return "\n".join(lines) + "\n"
