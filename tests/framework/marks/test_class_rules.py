"""A class's rules through `antorcha grade`: due dates, penalties, extensions, attempts and groups."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.fake_grader import FakeGrader
from support.tiny_class import HALF, RIGHT, RULES, finals, grade, hand_in, rows

from antorcha.cli.main import main
from antorcha.marks.class_rules import Penalty, PenaltyStep
from antorcha.marks.times import days_begun, read_due, read_moment
from antorcha.results import TopicResult, Verdict

MADRID = ZoneInfo("Europe/Madrid")


def append(home: Path, text: str) -> None:
    with (home / "rules.toml").open("a") as file:
        file.write(text)


def test_marks_under_rules_are_those_of_a_table_written_by_hand(home: Path, grader: FakeGrader, capsys: Any) -> None:
    append(
        home,
        """
[[extensions]]
student = "eva"
days = 2
why = "ill"

[[extensions]]
student = "fede"
due = "2026-03-01"
topics = ["one"]
""",
    )
    (home / "rules.toml").write_text("grace_minutes = 10\n" + (home / "rules.toml").read_text())
    hand_ins = {  # student: (moment, code, raw, penalty, final)
        "ana": ("03-06 23:59", RIGHT, "10", "0", "10"),  # the last minute
        "bea": ("03-07 00:08", RIGHT, "10", "0", "10"),  # within the grace
        "carl": ("03-07 00:20", RIGHT, "10", "1", "9"),  # the first day
        "dora": ("03-08 00:20", HALF, "4", "0.8", "3.2"),  # the second
        "eva": ("03-08 23:59", RIGHT, "10", "0", "10"),  # her extension ends
        "fede": ("03-06 20:00", RIGHT, "10", "0", "10"),  # an extension never shortens
        "gema": ("04-20 12:00", RIGHT, "10", "5", "5"),  # never more than half
    }
    for student, (moment, code, *_) in hand_ins.items():
        hand_in(home, student, moment, code)
    record = grade(capsys=capsys)
    table = rows(home)
    wanted = {student: tuple(marks) for student, (_, _, *marks) in hand_ins.items()}
    assert {name: (row["one.raw"], row["one.penalty"], row["one.final"]) for name, row in table.items()} == wanted
    assert {name: (row["raw"], row["penalty"], row["final"]) for name, row in table.items()} == wanted
    assert {name: row["points"] for name, row in table.items()} == {name: marks[2] for name, marks in wanted.items()}
    assert table["dora"]["one.half"] == "4"  # what an exercise earned stays what it earned
    assert table["carl"]["percent"] == "90"
    why = "Handed in 20 min after the due date (2026-03-06 23:59): 10 % is taken off, 1 less."
    assert table["carl"]["why"] == f"one: {why}"
    assert table["ana"]["why"] == ""
    by_name = {row["student"]: row for row in record["submissions"]}
    assert by_name["carl"]["points"] == 9
    assert by_name["carl"]["marks"]["one"] == {
        "raw": 10, "override": 0, "penalty": 1, "final": 9, "handed_in": "2026-03-07 00:20", "due": "2026-03-06 23:59",
        "why": why,
    }  # fmt: skip
    page = (home / "results" / "feedback" / "carl.md").read_text("utf-8")
    assert "## Topic one (9 / 10)" in page
    assert "Handed in 20 min after the due date" in page
    assert "9 of 10 points" in page
    assert "Handed in 20 min" in (home / "results" / "feedback" / "carl.html").read_text("utf-8")
    assert "for you the due date is 2026-03-08 23:59" in (home / "results" / "feedback" / "eva.md").read_text("utf-8")
    with sqlite3.connect(home / "results" / "results.db") as db:
        row = db.execute("SELECT raw, penalty, final, why FROM topic_marks WHERE student = 'carl'").fetchone()
    assert row == (10, 1, 9, why)


def test_a_class_without_rules_has_the_columns_that_it_had(home: Path, grader: FakeGrader, capsys: Any) -> None:
    hand_in(home, "ana", "03-09 10:00")
    record = grade("--rules", "none", capsys=capsys)
    assert list(rows(home)["ana"]) == ["student", "points", "max", "percent", "one.double", "one.half", "verdict"]
    assert rows(home)["ana"]["points"] == "10"
    assert "marks" not in record["submissions"][0]
    assert "due date" not in (home / "results" / "feedback" / "ana.md").read_text("utf-8")
    grade(capsys=capsys)  # "none" is remembered as a file is
    assert "one.raw" not in rows(home)["ana"]
    assert main(["mark", "ana", "half", "4", "--why", "as it was"]) == 0
    assert rows(home)["ana"]["one.final"] == "10"


@pytest.mark.parametrize(("which", "counts"), [("last", ("2.4", "0")), ("best", ("9", "10")), ("first", ("4", "10"))])
def test_the_attempt_that_the_rules_say_counts(
    home: Path, grader: FakeGrader, capsys: Any, which: str, counts: tuple[str, str]
) -> None:
    (home / "rules.toml").write_text(f'attempts = "{which}"\n{RULES}')
    for moment, code in (("03-05 10:00", HALF), ("03-07 10:00", RIGHT), ("03-10 10:00", HALF)):
        hand_in(home, "ana", moment, code)
    hand_in(home, "bea", "03-05 10:00", RIGHT)
    hand_in(home, "bea", "03-06 10:00", "raise SystemExit\n")

    def nothing_started(student: str, result: TopicResult) -> TopicResult:
        if student != "bea":
            return result
        zero = tuple(replace(exercise, points=0.0, verdict=Verdict.WRONG, checks=()) for exercise in result.exercises)
        return replace(result, exercises=zero)

    grader.spoil = nothing_started
    grade(capsys=capsys)
    # "bea" is the last attempt's name while it is graded; of hers the earlier one keeps its points
    assert (finals(home)["ana"], finals(home)["bea"]) == counts
    grader.ran.clear()
    again = grade(capsys=capsys)
    assert grader.ran == []
    assert again["graded"] == 0
    assert (finals(home)["ana"], finals(home)["bea"]) == counts


def test_an_attempt_of_another_week_counts_by_the_same_rule(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "rules.toml").write_text(f'attempts = "best"\n{RULES}')
    hand_in(home, "ana", "03-05 10:00", RIGHT)
    hand_in(home, "ana", "03-09 10:00", HALF, folder="later")
    grade(capsys=capsys)
    grade(folder="later", capsys=capsys)
    assert finals(home) == {"ana": "10"}
    grade("--rules", "rules.toml", capsys=capsys)  # the first week's once more: the newer attempt stays the newer
    (home / "rules.toml").write_text(RULES)
    grade(capsys=capsys)
    assert finals(home) == {"ana": "2.8"}
    assert rows(home)["ana"]["one.double"] == "0"
    with sqlite3.connect(home / "results" / "results.db") as db:
        assert db.execute("SELECT points FROM class_topics WHERE topic = 'one'").fetchall() == [(4,)]


def test_what_one_of_a_group_hands_in_counts_for_each(home: Path, grader: FakeGrader, capsys: Any) -> None:
    group = '\n[[groups]]\nmembers = ["ana", "bea", "Carla Ruiz"]\ntopics = ["one"]\n'
    append(home, group + '\n[[extensions]]\nstudent = "bea"\ndays = 3\n')
    hand_in(home, "ana", "03-07 10:00")
    hand_in(home, "bea", "03-05 10:00", topic="two", code="def triple(x): return 3 * x\n")
    hand_in(home, "dan", "03-05 10:00", HALF)
    grade(capsys=capsys)
    assert finals(home) == {"ana": "9", "bea": "10", "Carla Ruiz": "9", "dan": "4"}  # each by their own due date
    assert rows(home)["bea"]["points"] == "15"
    (page,) = (home / "results" / "feedback").glob("Carla*.md")
    assert "What ana handed in counts for your group." in page.read_text("utf-8")
    record = grade(capsys=capsys)
    assert finals(home)["Carla Ruiz"] == "9"
    assert [case for case in record["worth_a_look"] if case["kind"] == "kept_from_before"] == []
    hand_in(home, "bea", "03-08 10:00", HALF, folder="later")  # the group's last word
    grade(folder="later", capsys=capsys)
    assert finals(home) == {"ana": "3.2", "bea": "4", "Carla Ruiz": "3.2", "dan": "4"}
    (home / "rules.toml").write_text(RULES)  # a group no longer
    grade(capsys=capsys)
    assert (finals(home)["ana"], finals(home)["Carla Ruiz"]) == ("9", "0")
    assert rows(home)["Carla Ruiz"]["verdict"] == "missing"


def test_where_nothing_says_when_it_is_in_time_and_worth_a_look(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "class" / "ana").mkdir(parents=True)
    (home / "class" / "ana" / "one.py").write_text(RIGHT)
    append(home, '\n[[extensions]]\nstudent = "zoe"\ndays = 1\n')
    record = grade(capsys=capsys)
    cases = {(case["student"], case["kind"]): case["what"] for case in record["worth_a_look"]}
    assert cases["ana", "time_not_known"].startswith("Nothing says when it was handed in. It was due 2026-03-06 23:59")
    assert ("zoe", "named_by_rules") in cases
    assert finals(home) == {"ana": "10"}
    append(home, '\n[[handed_in]]\nstudent = "ana"\ntopic = "one"\ntime = "2026-03-07T10:00"\n')
    record = grade(capsys=capsys)
    assert finals(home) == {"ana": "9"}
    assert "time_not_known" not in {case["kind"] for case in record["worth_a_look"]}


def test_moodles_worksheet_says_when(home: Path, grader: FakeGrader, capsys: Any) -> None:
    folder = home / "class" / "Ana Gil_7001_assignsubmission_file_"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(RIGHT)
    (home / "roster.csv").write_text(
        "Identificador,Nombre completo,Dirección de correo,Última modificación (entrega)\n"
        'Participante 7001,Ana Gil,ana@x.org,"domingo, 8 de marzo de 2026, 10:00"\n',
        encoding="utf-8",
    )
    grade("--roster", "roster.csv", capsys=capsys)
    assert finals(home) == {"Ana Gil": "8"}


@pytest.mark.parametrize("which", ["last", "best", "first"])
def test_an_attempt_whose_moment_is_told_later_is_no_other_one(
    home: Path, grader: FakeGrader, capsys: Any, which: str
) -> None:
    (home / "rules.toml").write_text(f'attempts = "{which}"\n{RULES}')
    folder = home / "class" / "Ana Gil_7001_assignsubmission_file_"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(RIGHT)
    (home / "roster.csv").write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 7001,Ana Gil,ana@x.org,"Sunday, 8 March 2026, 10:00 AM"\n'
    )
    grade(capsys=capsys)
    assert finals(home) == {"Ana Gil": "10"}
    for options in (("--roster", "roster.csv"), ()):  # and what was known once stays known
        grade(*options, capsys=capsys)
        assert finals(home) == {"Ana Gil": "8"}


def test_a_class_keeps_its_rules_from_run_to_run(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "rules.toml").rename(home / "mine.toml")
    hand_in(home, "ana", "03-07 10:00")
    grade("--rules", "mine.toml", capsys=capsys)
    grade(capsys=capsys)
    assert finals(home) == {"ana": "9"}
    (home / "mine.toml").unlink()
    assert main(["grade", "class"]) == 2
    said = capsys.readouterr().err
    assert "mine.toml, and that file is not there any longer" in said
    assert "--rules none" in said
    assert finals(home) == {"ana": "9"}


def test_all_mistakes_of_a_rules_file_are_told_at_once(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "rules.toml").write_text(
        """\
timezone = "America/Bogot"
[penalty]
per_day = 1.5
table = [{ share = 0.5 }]
[[topics]]
name = "ones"
due = "2026-02-30"
[[topics]]
name = "two"
penalty = { per_dya = 0.1 }
[[extensions]]
student = "ana"
[[groups]]
members = []
"""
    )
    hand_in(home, "ana", "03-07 10:00")
    assert main(["grade", "class"]) == 2
    said = capsys.readouterr().err
    for line in (
        ':1: timezone: there is no time zone "America/Bogot" on this machine; did you mean "America/Bogota"?',
        ":2: penalty: a penalty has either per_day or a table",
        ":3: penalty.per_day: expected 1.0 or less, not 1.5",
        ':6: topics[0].name: the course has no topic "ones"; did you mean "one"?',
        ':7: topics[0].due: "2026-02-30" is no date that there is',
        ':10: topics[1].penalty.per_dya: unknown key; did you mean "per_day"?',
        ":11: extensions[0]: an extension has either due or days",
        ":14: groups[0].members: expected at least one entry",
    ):
        assert line in said


def test_a_name_that_two_students_go_by_is_refused(home: Path, grader: FakeGrader, capsys: Any) -> None:
    append(home, '\n[[extensions]]\nstudent = "gil"\ndays = 1\n')
    for number in ("7001", "7002"):
        folder = home / "class" / f"Gil_{number}_assignsubmission_file_"
        folder.mkdir(parents=True)
        (folder / "one.py").write_text(RIGHT + f"# {number}\n")
    assert main(["grade", "class"]) == 2
    assert '"gil" may be any of 2 students' in capsys.readouterr().err


def test_whom_a_roster_gives_another_name_is_one_student(home: Path, grader: FakeGrader, capsys: Any) -> None:
    append(home, '\n[[extensions]]\nstudent = "ana"\ndays = 1\n\n[[groups]]\nmembers = ["ana", "eva"]\n')
    hand_in(home, "ana", "03-07 10:00")
    record = grade(capsys=capsys)
    assert finals(home) == {"ana": "10", "eva": "9"}
    assert "not_in_this_delivery" not in {case["kind"] for case in record["worth_a_look"]}
    record = grade(capsys=capsys)
    assert "not_in_this_delivery" not in {case["kind"] for case in record["worth_a_look"]}
    (home / "roster.csv").write_text("name,username\nAna Gil,ana\nEva Sol,eva\n")
    grade("--roster", "roster.csv", capsys=capsys)
    assert finals(home) == {"Ana Gil": "10", "Eva Sol": "9"}


def test_one_student_in_two_groups_is_refused(home: Path, grader: FakeGrader, capsys: Any) -> None:
    append(home, '\n[[groups]]\nmembers = ["ana", "bea"]\n\n[[groups]]\nmembers = ["bea", "eva"]\ntopics = ["one"]\n')
    hand_in(home, "ana", "03-07 10:00")
    assert main(["grade", "class"]) == 2
    assert 'the rules have "bea" in two groups for one.' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-05-14-02-11", "2026-03-05T13:02:11"),  # Blackboard
        ("2026-03-05 14:02:11.123456789 Z", "2026-03-05T14:02:11"),  # Gradescope
        ("2026-03-05 14:02:11 -05:00", "2026-03-05T19:02:11"),
        ("2026-07-05 14:02:11.948203 CEST", "2026-07-05T12:02:11"),  # nbgrader
        ("2026-03-05 14:02:11.9 America/Bogota", "2026-03-05T19:02:11"),
        ("2026-03-05 14:02:11.948203 UTC", "2026-03-05T14:02:11"),
        ("Thursday, 5 March 2026, 2:02 PM", "2026-03-05T13:02:00"),  # Moodle
        ("jueves, 5 de marzo de 2026, 14:02", "2026-03-05T13:02:00"),
        ("5 de septiembre de 2026, 09:05", "2026-09-05T07:05:00"),
        ("2026-03-05", "2026-03-05T22:59:59"),
        ("2026-02-30", None),
        ("2026-03-05 14:02:11 XYZ", None),
        ("-", None),
    ],
)
def test_moments_as_platforms_write_them(text: str, moment: str | None) -> None:
    read = read_moment(text, MADRID)
    assert (read.astimezone(UTC).replace(tzinfo=None).isoformat() if read else None) == moment


def test_days_are_counted_as_a_calendar_does_when_clocks_change() -> None:
    due = read_due("2026-10-24T23:59", MADRID)  # the day after has 25 hours
    assert due is not None
    hand_ins = {datetime(2026, 10, 24, 23, 59, 59): 0, datetime(2026, 10, 25, 23, 59): 1, datetime(2026, 10, 26): 2}
    assert {local: days_begun(due, local.replace(tzinfo=MADRID), MADRID) for local in hand_ins} == hand_ins


@pytest.mark.parametrize(("hours", "share"), [(0.5, 0.05), (24, 0.05), (24.5, 0.25), (400, 1.0)])
def test_a_table_of_penalties(hours: float, share: float) -> None:
    table = (PenaltyStep(0.25, 24), PenaltyStep(0.05), PenaltyStep(1.0, 168))
    assert Penalty(table=table).share(hours, 1) == share


def test_a_penalty_of_the_maximum_ends_at_nothing(home: Path, grader: FakeGrader, capsys: Any) -> None:
    (home / "rules.toml").write_text(RULES.replace("per_day = 0.1", 'per_day = 0.3\nof = "maximum"'))
    hand_in(home, "ana", "03-07 10:00", HALF)
    hand_in(home, "bea", "03-09 10:00", HALF)
    grade(capsys=capsys)
    assert finals(home) == {"ana": "1", "bea": "0"}
