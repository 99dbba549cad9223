"""The workflow that runs a released folder's visible tests in each student's repository on GitHub.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax. Name and job are those that GitHub
Classroom knew its own workflow by.
"""

from __future__ import annotations

WORKFLOW_PATH = ".github/workflows/classroom.yml"

_WORKFLOW = """\
# The tests that come with the exercises, on every push; they give no points.
name: Autograding Tests
"on":
  - push
  - workflow_dispatch
permissions:
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - name: Checkout code
        uses: actions/checkout@v4
      - name: Set up Python
        uses: actions/setup-python@v5
        with:
          python-version: "3.12"
          cache: pip
      - name: Install
        run: pip install -r requirements.txt
      - name: Exercises
        run: python -m pytest exercises/
"""


def workflow_files() -> dict[str, bytes]:
    """Return the workflow by its path in a released folder."""
    return {WORKFLOW_PATH: _WORKFLOW.encode("utf-8")}
