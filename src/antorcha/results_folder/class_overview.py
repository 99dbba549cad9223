"""The class page of a results folder, and the clusters in its database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from antorcha.errors import UserError
from antorcha.files import write_if_changed
from antorcha.grading.class_table import ClassTable
from antorcha.report.class_page import render_class
from antorcha.report.clusters import Cluster, clusters_of
from antorcha.report.feedback import translated
from antorcha.report.worth_a_look import CaseToSee
from antorcha.store.db import Store


class ClassOverview:
    """The page that an instructor looks at first: read from the store while it is open, written when it is closed."""

    def __init__(self, store: Store, table: ClassTable) -> None:
        self._table = table
        self._cases = [
            CaseToSee(student, topic, kind, what, (files,) if files else ())
            for student, topic, kind, what, files in store.rows(
                "SELECT student, topic, kind, what, files FROM worth_a_look WHERE run = (SELECT max(id) FROM runs)"
            )
        ]
        self._clusters = clusters_of(table.rows, table.course.language)
        self._attempts = {
            (student, topic): count
            for student, topic, count in store.rows("SELECT student, topic, count(*) FROM attempts GROUP BY 1, 2")
        }
        self._first_runs = dict(store.rows("SELECT topic, min(first_run) FROM attempts GROUP BY 1"))
        made = store.rows("SELECT started, antorcha FROM runs ORDER BY id DESC LIMIT 1")
        self._made = (str(made[0][0]), str(made[0][1])) if made else ("", "")
        record_clusters(store, self._clusters)

    def write(self, path: Path) -> list[str]:
        """Write the page; return a line where it cannot be made. Raises: `UserError` where nothing can be written."""
        table = self._table
        try:
            html = render_class(
                translated(table.course),
                table.rows,
                self._clusters,
                self._cases,
                self._attempts,
                self._made,
                self._first_runs,
            )
        except UserError:
            raise
        except Exception as error:  # the marks and the students' pages are written, and worth more than it is
            return [f"the class page could not be made ({type(error).__name__}: {error})"]
        write_if_changed(path, html)
        return []


def record_clusters(store: Store, clusters: Sequence[Cluster]) -> None:
    """Write the clusters of the class in the place of those of the run before."""
    store.insert(
        "INSERT INTO clusters VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, cluster.topic, cluster.exercise, cluster.mistake, cluster.found, json.dumps(cluster.checks))
            for number, cluster in enumerate(clusters, start=1)
        ],
        clear=("cluster_members", "clusters"),
    )
    store.insert(
        "INSERT INTO cluster_members VALUES (?, ?)",
        [(number, student) for number, cluster in enumerate(clusters, start=1) for student in cluster.students],
    )
