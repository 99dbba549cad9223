"""nbgrader's feedback page with the names of exercises in its table of contents."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.exporters import HTMLExporter

from antorcha.nbgrader.cells import CHECK_PREFIX, POINTS_PREFIX

# As nbgrader's template writes each test of a notebook: two nameless links an exercise, the one worth nothing.
_ENTRY = re.compile(r'<li>(?P<link><a href="#(?P<name>[^"]+)">)Test cell</a>(?P<score>[^<]*)</li>\s*')


class FeedbackExporter(HTMLExporter):
    """nbgrader's exporter of feedback. It changes links alone, so that templates of the user's own keep working."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **options: Any
    ) -> tuple[str, Any]:
        """Convert a notebook to its page."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        return _ENTRY.sub(_named, page), resources


def _named(entry: re.Match[str]) -> str:
    """Return an entry of the table of contents with its exercise's name; none for a check cell."""
    name = entry["name"]
    if name.startswith(CHECK_PREFIX):
        return ""
    exercise = name.removeprefix(POINTS_PREFIX)
    return f"<li>{entry['link']}<code>{exercise}</code></a>{entry['score']}</li>\n"
