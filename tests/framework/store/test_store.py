"""The store: what was recorded is there again, whatever happens to the process or to the file."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from support.paths import ROOT

from antorcha.bulk.keys import unit_key
from antorcha.errors import UserError
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plain import from_plain, to_plain
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise
from antorcha.store.db import Store

COURSE = "course-digest"


def a_result(topic: str = "tensors", *, right: int = 1, output: str = "") -> TopicResult:
    wrong = Diagnosis("shape", {"expected": (2, 3), "actual": [3, 2]}, {"input": "hidden"})
    checks = tuple(
        CheckResult(f"test_{topic}.py::test_{n}", "center", Verdict.PASSED, comparisons=1) for n in range(right)
    )
    failed = CheckResult(f"test_{topic}.py::test_last", "center", Verdict.WRONG, diagnosis=wrong)
    return TopicResult(topic, (score_exercise("center", 2.0, (*checks, failed)),), output=output, seconds=0.5)


def a_source(code: str = "x = 1", **rest: object) -> SubmittedFile:
    return SubmittedFile("tensors", "tensors.py", (Cell(code, "tensors.py"),), **rest)  # type: ignore[arg-type]


def record(path: Path, student: str, result: TopicResult, key: str = "k") -> TopicResult:
    with Store(path) as store:
        store.begin_run(COURSE, [student])
        return store.record(student, result, key)


def test_a_recorded_result_is_found_again_by_its_key_only(tmp_path: Path) -> None:
    stored = record(tmp_path / "results.db", "ana", a_result(output="hello"))
    with Store(tmp_path / "results.db") as store:
        found = store.lookup("ana", "tensors", "k")
        assert found == stored
        assert found is not None
        assert found.points == 1.0
        assert found.output == "hello"
        assert store.lookup("ana", "tensors", "another key") is None
        assert store.lookup("ana", "autograd", "k") is None


def test_a_fresh_result_reads_like_a_stored_one(tmp_path: Path) -> None:
    stored = record(tmp_path / "results.db", "ana", a_result())
    assert stored.exercises[0].checks[-1].diagnosis is not None
    assert stored.exercises[0].checks[-1].diagnosis.details["expected"] == [2, 3]


def test_the_same_code_of_another_student_is_reused_without_its_output(tmp_path: Path) -> None:
    record(tmp_path / "results.db", "ana", a_result(output="ana's private words"))
    with Store(tmp_path / "results.db") as store:
        found = store.lookup("bea", "tensors", "k")
    assert found is not None
    assert found.points == 1.0
    assert found.output == ""


def test_a_students_own_result_goes_before_anothers(tmp_path: Path) -> None:
    for student in ("ana", "zoe"):
        record(tmp_path / "results.db", student, a_result(output=student))
    with Store(tmp_path / "results.db") as store:
        found = store.lookup("zoe", "tensors", "k")
    assert found is not None
    assert found.output == "zoe"


@pytest.mark.parametrize("where", ["topic", "check"])
def test_what_we_spoilt_is_graded_again(tmp_path: Path, where: str) -> None:
    result = a_result()
    if where == "topic":
        result = replace(result, verdict=Verdict.GRADER_ERROR)
    else:
        check = replace(result.exercises[0].checks[0], verdict=Verdict.GRADER_ERROR)
        result = replace(result, exercises=(score_exercise("center", 2.0, (check,)),))
    record(tmp_path / "results.db", "ana", result)
    with Store(tmp_path / "results.db") as store:
        assert store.lookup("ana", "tensors", "k") is None


def test_there_is_one_row_for_each_check_of_the_version_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    record(path, "ana", a_result(right=3), "first")
    record(path, "ana", a_result(right=1), "second")
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM class_checks").fetchone() == (2,)
        assert db.execute("SELECT key, points FROM class_topics").fetchall() == [("second", 1.0)]
        assert db.execute("SELECT count(*) FROM topics").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_who_left_the_class_leaves_the_view_and_stays_in_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    with Store(path) as store:
        store.begin_run(COURSE, ["ana", "bea"])
        store.record("ana", a_result(), "a")
        store.record("bea", a_result(), "b")
        assert set(store.results()) == {"ana", "bea"}
        store.begin_run(COURSE, ["ana"])
        assert set(store.results()) == {"ana"}
        assert store.lookup("bea", "tensors", "b") is not None


def test_names_that_are_no_unicode_and_output_with_anything_in_it(tmp_path: Path) -> None:
    name, output = "jos\udce9", "\udcff\x00\x1b[31m'; DROP TABLE topics; --"
    record(tmp_path / "results.db", name, a_result(output=output))
    with Store(tmp_path / "results.db") as store:
        found = store.lookup(name, "tensors", "k")
    assert found is not None
    assert found.output == output


@pytest.mark.parametrize("content", [b"this is no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_corrupt_file_is_kept_aside_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "results.db"
    for number in (1, 2):
        path.write_bytes(content)
        with Store(path) as store:
            store.begin_run(COURSE, ["ana"])
            store.record("ana", a_result(), "k")
            assert len(store.remarks) == 1
            assert f"results.db.corrupt-{number}" in store.remarks[0]
        assert (tmp_path / f"results.db.corrupt-{number}").read_bytes() == content
    with Store(path) as store:
        assert store.remarks == []
        assert store.lookup("ana", "tensors", "k") is not None


def test_a_file_damaged_in_the_middle_is_noticed_on_opening(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    with Store(path) as store:
        store.begin_run(COURSE, ["ana"])
        for n in range(50):
            store.record("ana", a_result(output="x" * 2000), str(n))
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = os.urandom(len(content) // 2 - 8192)
    path.write_bytes(content)
    with Store(path) as store:
        assert "corrupt-1" in store.remarks[0]
        assert store.results() == {}


def test_an_older_layout_is_begun_anew_and_a_newer_one_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE topics (something_else)")
    with Store(path) as store:
        assert "older" in store.remarks[0]
        store.begin_run(COURSE, ["ana"])
        store.record("ana", a_result(), "k")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer version"):
        Store(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM topics").fetchone() == (1,)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file, not a folder")
    with pytest.raises(UserError, match="could not be written") as caught:
        Store(tmp_path / "results" / "results.db")
    assert caught.value.exit_code == 3


def run_child(body: str, path: Path, **options: object) -> subprocess.Popen[str]:
    script = "from tests.framework.store.test_store import *\nimport resource\n" + textwrap.dedent(body)
    root = ROOT
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))}
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=root,
    )


@pytest.mark.skipif(os.name != "posix", reason="signals and limits as POSIX has them")
def test_kill_9_loses_nothing_that_was_reported_and_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    body = """
        store = Store(Path(sys.argv[1]))
        store.begin_run(COURSE, ["ana"])
        for n in range(1_000_000):
            store.record("ana", a_result(right=20), str(n))
            print(n, flush=True)
    """
    with run_child(body, path) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "25\n":
                child.send_signal(signal.SIGKILL)
                break
    with Store(path) as store:
        assert store.remarks == []
        assert all(store.lookup("ana", "tensors", str(n)) for n in range(26))
        store.begin_run(COURSE, ["ana"])
        store.record("ana", a_result(), "after")
    with sqlite3.connect(path) as db:
        topics, checks = (db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("topics", "checks"))
    assert topics >= 27
    assert checks == 2


@pytest.mark.skipif(os.name != "posix", reason="signals and limits as POSIX has them")
def test_a_full_disk_is_one_clear_error_and_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    record(path, "ana", a_result(), "before")
    body = """
        store = Store(Path(sys.argv[1]))
        store.begin_run(COURSE, ["ana"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            for n in range(1000):
                store.record("ana", a_result(output="x" * 5000), str(n))
        except UserError as error:
            print(n, error.exit_code, error.message)
    """
    with run_child(body, path) as child:
        said = child.communicate()[0]
    count, code, message = said.split(maxsplit=2)
    assert code == "3"
    assert "results.db could not be written" in message
    with Store(path) as store:
        assert store.remarks == []
        assert store.lookup("ana", "tensors", "before") is not None
        assert store.lookup("ana", "tensors", str(int(count) - 1)) is not None
        assert store.lookup("ana", "tensors", count) is None


def test_the_key_follows_all_that_a_result_depends_on() -> None:
    unreadable = SubmittedFile("tensors", "tensors.py", problem=Diagnosis("syntax", {"line": 3}))
    elsewhere = SubmittedFile("tensors", "tensors.py", problem=Diagnosis("syntax", {"line": 7}))
    keys = [
        unit_key(a_source(), COURSE),
        unit_key(a_source("x = 2"), COURSE),
        unit_key(a_source(), "graders changed"),
        unit_key(a_source(), COURSE, "none"),
        unit_key(unreadable, COURSE),
        unit_key(elsewhere, COURSE),
        unit_key(None, COURSE),
    ]
    assert len(set(keys)) == len(keys)
    assert unit_key(a_source(notes=(Diagnosis("magic"),)), COURSE) == keys[0]


V1 = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, course TEXT NOT NULL, isolation TEXT NOT NULL, started TEXT NOT NULL,
    finished TEXT);
CREATE TABLE submissions (student TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs(id)) WITHOUT ROWID;
CREATE TABLE topics (student TEXT NOT NULL, topic TEXT NOT NULL, key TEXT NOT NULL, counts INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES runs(id), verdict TEXT NOT NULL, points REAL NOT NULL, max REAL NOT NULL, note TEXT,
    output TEXT NOT NULL, seconds REAL NOT NULL, result TEXT NOT NULL, PRIMARY KEY (student, topic, key));
CREATE TABLE checks (student TEXT NOT NULL, topic TEXT NOT NULL, exercise TEXT NOT NULL, "check" TEXT NOT NULL,
    verdict TEXT NOT NULL, weight REAL NOT NULL, comparisons INTEGER NOT NULL, seconds REAL NOT NULL,
    device TEXT NOT NULL, diagnosis TEXT);
CREATE VIEW class_topics AS SELECT topics.* FROM topics JOIN submissions USING (student)
    WHERE counts AND submissions.run = (SELECT max(id) FROM runs);
INSERT INTO runs VALUES (1, 'course', 'required', 'then', 'then');
INSERT INTO submissions VALUES ('ana', 1);
PRAGMA user_version = 1;
"""


def test_the_layout_before_persons_and_files_is_brought_up_to_date_with_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    result = from_plain(TopicResult, json.loads(json.dumps(to_plain(a_result()))))
    with sqlite3.connect(path) as db:
        db.executescript(V1)
        row = ("ana", "tensors", "k", 1, 1, "passed", 1.0, 1.0, None, "", 0.0, json.dumps(to_plain(result)))
        db.execute(f"INSERT INTO topics VALUES ({', '.join('?' * len(row))})", row)
    for _ in range(2):
        with Store(path) as store:
            assert store.remarks == []
            assert store.results() == {"ana": [result]}
    with Store(path) as store:
        store.begin_run("course", [*store.class_members(), "bea"])
        store.record("bea", a_result(), "k2", a_source())
        assert list(store.results()) == ["ana", "bea"]


@pytest.mark.parametrize("verdict", [Verdict.WALL_LIMIT, Verdict.THREAD_LIMIT, Verdict.CRASHED])
def test_what_the_machine_may_have_decided_is_graded_again(tmp_path: Path, verdict: Verdict) -> None:
    why = Diagnosis("crashed", {"signal": "SIGKILL"}) if verdict is Verdict.CRASHED else None
    check = CheckResult("t", "one", verdict, diagnosis=why)
    result = TopicResult("tensors", (score_exercise("one", 1.0, (check,)),))
    record(tmp_path / "results.db", "ana", result)
    with Store(tmp_path / "results.db") as store:
        assert store.lookup("ana", "tensors", "k") is None
        assert store.standing("ana", "tensors") == result


def test_a_crash_of_the_codes_own_making_is_reused(tmp_path: Path) -> None:
    check = CheckResult("t", "one", Verdict.CRASHED, diagnosis=Diagnosis("crashed", {"signal": "SIGSEGV"}))
    record(tmp_path / "results.db", "ana", TopicResult("tensors", (score_exercise("one", 1.0, (check,)),)))
    with Store(tmp_path / "results.db") as store:
        assert store.lookup("ana", "tensors", "k") is not None
