"""The tables of `results.db`. A change here needs another `VERSION`; a file of an older one is begun anew."""

from __future__ import annotations

VERSION = 1

# `topics` is the cache too: a student's earlier versions stay in it under their own keys, and `counts` marks
# the one that counts now. `checks` holds the checks of that one only. `submissions` says in which run a
# student was last in the class: who is not in the latest has left. The two views are what a person queries.
TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    course TEXT NOT NULL,
    isolation TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT
);
CREATE TABLE submissions (
    student TEXT PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id)
) WITHOUT ROWID;
CREATE TABLE topics (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    counts INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES runs(id),
    verdict TEXT NOT NULL,
    points REAL NOT NULL,
    max REAL NOT NULL,
    note TEXT,
    output TEXT NOT NULL,
    seconds REAL NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (student, topic, key)
);
CREATE INDEX topics_by_key ON topics (topic, key);
CREATE TABLE checks (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    exercise TEXT NOT NULL,
    "check" TEXT NOT NULL,
    verdict TEXT NOT NULL,
    weight REAL NOT NULL,
    comparisons INTEGER NOT NULL,
    seconds REAL NOT NULL,
    device TEXT NOT NULL,
    diagnosis TEXT
);
CREATE INDEX checks_by_student ON checks (student, topic);
CREATE VIEW class_topics AS
    SELECT topics.* FROM topics JOIN submissions USING (student)
    WHERE counts AND submissions.run = (SELECT max(id) FROM runs);
CREATE VIEW class_checks AS
    SELECT checks.* FROM checks JOIN submissions USING (student)
    WHERE submissions.run = (SELECT max(id) FROM runs);
"""
