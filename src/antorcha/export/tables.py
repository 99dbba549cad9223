"""The class as plain tables, for a notebook of one's own: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from antorcha.errors import UserError
from antorcha.export.csv import harmless
from antorcha.files import make_folder, write_if_changed
from antorcha.store.db import Store

# Name of the table -> the query that makes it: the same that docs/results-database.md explains.
QUERIES = {
    "marks": "SELECT student, topic, points, max, verdict, seconds, graders FROM class_topics ORDER BY 1, 2",
    "final_marks": "SELECT * FROM topic_marks ORDER BY 1, 2",
    "checks": 'SELECT student, topic, exercise, "check", verdict, weight, comparisons, seconds, device,'
    " json_extract(diagnosis, '$.kind') AS kind, json_extract(diagnosis, '$.details.variant') AS mistake"
    ' FROM class_checks ORDER BY student, topic, exercise, "check"',
    "attempts": "SELECT student, topic, handed_in, late, digest, filename, first_run, run FROM attempts"
    " ORDER BY 1, 2, 3",
    "mistakes": "SELECT topic, exercise, mistake, sentence, students, names FROM class_mistakes"
    " ORDER BY 5 DESC, 1, 2, 3",
    "clusters": "SELECT topic, exercise, mistake, sentence, students, names FROM class_clusters ORDER BY 5 DESC, 1, 2",
    "changes": "SELECT started AS at, run, student, topic, exercise, before, after, max, kind, checks, why"
    " FROM mark_changes JOIN runs ON runs.id = run ORDER BY mark_changes.id",
    "runs": "SELECT id, course, isolation, started, finished, rules, antorcha, course_digest FROM runs ORDER BY id",
}


def write_tables(store: Store, folder: Path, *, parquet: bool = False) -> list[Path]:
    """Write every table into `folder` and return the files. Raises: `UserError` where pyarrow is needed and absent."""
    make_folder(folder)
    written = []
    for name, query in QUERIES.items():
        columns, rows = store.table(query)
        path = folder / f"{name}.{'parquet' if parquet else 'csv'}"
        write_if_changed(path, _as_parquet(columns, rows) if parquet else _as_csv(columns, rows))
        written.append(path)
    return written


def _as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()


def _as_parquet(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise UserError("Parquet files need pyarrow", "pip install pyarrow, or leave --parquet out for CSV") from None
    table = arrow.table({name: [row[place] for row in rows] for place, name in enumerate(columns)})
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()
