"""The tables of `results.db`.

A change here needs another `SCHEMA_VERSION`, and a step in `UPGRADES` that keeps every mark.
"""

from __future__ import annotations

SCHEMA_VERSION = 9

# `topics` is the cache too: a student's earlier versions stay in it under their own keys, and `counts` marks the one
# that counts now; `graders` is the key of what judged it. `checks` holds the checks of that one only. `submissions`
# says in which run a student was last in the class: who is not in the latest has left. `delivered_files` has a row for
# each file of each run's delivery, `worth_a_look` what a person should see of it. `attempts` has a row for each attempt
# at a topic that was ever delivered, `counted` the one that counts for a student: another's, in a group. `topic_marks`
# has the marks under the class's rules, and `runs.rules` says where these stand. The latest row of `teacher_marks` for
# an exercise holds, and the latest of `comments` for a student: nothing that a person wrote is deleted. The views are
# what a person queries.
TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    course TEXT NOT NULL,
    isolation TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    rules TEXT NOT NULL DEFAULT ''
);
CREATE TABLE submissions (
    student TEXT PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    name TEXT NOT NULL DEFAULT '',
    id TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    username TEXT NOT NULL DEFAULT '',
    section TEXT NOT NULL DEFAULT '',
    on_roster INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    handed_in TEXT NOT NULL DEFAULT '',
    late INTEGER NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '[]'
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
    graders TEXT NOT NULL DEFAULT '',
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

_DELIVERY_TABLES = """
CREATE TABLE topic_files (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    filename TEXT NOT NULL,
    notes TEXT NOT NULL,
    PRIMARY KEY (student, topic)
) WITHOUT ROWID;
CREATE TABLE delivered_files (
    run INTEGER NOT NULL REFERENCES runs(id),
    student TEXT NOT NULL,
    path TEXT NOT NULL,
    topics TEXT NOT NULL,
    reason TEXT,
    count INTEGER NOT NULL
);
CREATE INDEX delivered_files_by_run ON delivered_files (run);
CREATE TABLE worth_a_look (
    run INTEGER NOT NULL REFERENCES runs(id),
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    files TEXT NOT NULL
);
CREATE INDEX worth_a_look_by_run ON worth_a_look (run);
"""

_ATTEMPT_TABLES = """
CREATE TABLE attempts (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    handed_in TEXT NOT NULL,
    digest TEXT NOT NULL,
    late INTEGER NOT NULL,
    first_run INTEGER NOT NULL REFERENCES runs(id),
    run INTEGER NOT NULL REFERENCES runs(id),
    key TEXT NOT NULL,
    filename TEXT NOT NULL,
    notes TEXT NOT NULL,
    PRIMARY KEY (student, topic, handed_in, digest)
) WITHOUT ROWID;
CREATE TABLE counted (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    author TEXT NOT NULL,
    handed_in TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (student, topic)
) WITHOUT ROWID;
"""
_MARK_TABLE = """
CREATE TABLE topic_marks (
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    handed_in TEXT NOT NULL,
    due TEXT NOT NULL,
    raw REAL NOT NULL,
    override REAL NOT NULL DEFAULT 0,
    penalty REAL NOT NULL,
    final REAL NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (student, topic)
) WITHOUT ROWID;
"""

# No points: the mark was withdrawn.
_TEACHERS_TABLES = """
CREATE TABLE teacher_marks (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    exercise TEXT NOT NULL,
    points REAL,
    why TEXT NOT NULL,
    automatic REAL,
    given TEXT NOT NULL
);
CREATE INDEX teacher_marks_by_student ON teacher_marks (student, topic, exercise);
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    comment TEXT NOT NULL,
    given TEXT NOT NULL
);
"""

_ESSAY_COLUMNS = """
ALTER TABLE teacher_marks ADD COLUMN rubric TEXT NOT NULL DEFAULT '[]';
ALTER TABLE teacher_marks ADD COLUMN answer TEXT NOT NULL DEFAULT '';
"""

# `delivery`: where the hand-ins of the run were, as JSON (`Source` in `db.py`); `antorcha` and `course_digest`: what
# graded them. Nothing of `mark_changes` is ever deleted: exercise "" is the topic as a whole.
_HISTORY_TABLES = """
ALTER TABLE runs ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN antorcha TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN course_digest TEXT NOT NULL DEFAULT '';
CREATE TABLE mark_changes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    student TEXT NOT NULL,
    topic TEXT NOT NULL,
    exercise TEXT NOT NULL,
    before REAL,
    after REAL,
    max REAL NOT NULL,
    kind TEXT NOT NULL,
    checks TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX mark_changes_by_student ON mark_changes (student, topic, exercise);
CREATE TABLE clusters (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    exercise TEXT NOT NULL,
    mistake TEXT NOT NULL,
    sentence TEXT NOT NULL,
    checks TEXT NOT NULL
);
CREATE TABLE cluster_members (
    cluster INTEGER NOT NULL REFERENCES clusters(id),
    student TEXT NOT NULL,
    PRIMARY KEY (cluster, student)
) WITHOUT ROWID;
CREATE VIEW class_clusters AS
    SELECT clusters.id, topic, exercise, mistake, sentence, checks, count(*) AS students,
        group_concat(student, ', ') AS names
    FROM clusters JOIN cluster_members ON cluster = clusters.id GROUP BY clusters.id;
CREATE VIEW class_mistakes AS
    SELECT topic, exercise, json_extract(diagnosis, '$.details.variant') AS mistake,
        json_extract(diagnosis, '$.details.message') AS sentence, count(DISTINCT student) AS students,
        group_concat(DISTINCT student) AS names
    FROM class_checks WHERE json_extract(diagnosis, '$.kind') = 'variant'
    GROUP BY topic, exercise, mistake;
"""

# How many comparisons a topic's tests make on the reference, as JSON; of one state of the course only.
_PROOF_TABLE = """
CREATE TABLE proofs (
    topic TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    comparisons TEXT NOT NULL
) WITHOUT ROWID;
"""

# By the key of the topic that results rest on (`topics.graders`), the key of each of its exercises.
_EXERCISE_KEY_TABLE = """
CREATE TABLE exercise_keys (
    topic TEXT NOT NULL,
    graders TEXT NOT NULL,
    exercise TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (topic, graders, exercise)
) WITHOUT ROWID;
"""

TABLES += _DELIVERY_TABLES + _ATTEMPT_TABLES + _MARK_TABLE + _TEACHERS_TABLES + _ESSAY_COLUMNS + _HISTORY_TABLES
TABLES += _PROOF_TABLE + _EXERCISE_KEY_TABLE

# By the version that they start from. A file of an older layout than these is begun anew.
UPGRADES = {
    1: """
ALTER TABLE submissions ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN username TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN section TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN on_roster INTEGER;
ALTER TABLE submissions ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submissions ADD COLUMN handed_in TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submissions ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
"""
    + _DELIVERY_TABLES,
    2: "ALTER TABLE topics ADD COLUMN graders TEXT NOT NULL DEFAULT ''",
    3: "ALTER TABLE runs ADD COLUMN rules TEXT NOT NULL DEFAULT '';" + _ATTEMPT_TABLES,
    # The marks under the rules are made anew by each run.
    4: "DROP TABLE IF EXISTS topic_marks;" + _MARK_TABLE + _TEACHERS_TABLES,
    5: _ESSAY_COLUMNS,
    6: _HISTORY_TABLES,
    7: _PROOF_TABLE,
    8: _EXERCISE_KEY_TABLE,
}
