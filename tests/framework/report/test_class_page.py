"""The class page: what it says of a class, and how it works in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.browser import COMMAND, Browser, faults
from support.large_class import large_class

from antorcha.messages import _FILE_NOTES, _FOLDER_NOTES
from antorcha.report.class_page import render_class
from antorcha.report.clusters import clusters_of
from antorcha.report.needs_help import needing_help
from antorcha.report.statistics import exercise_numbers
from antorcha.report.worth_a_look import CaseToSee, label
from antorcha.results import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    SubmissionResult,
    TopicResult,
    Verdict,
    score_exercise,
)

_MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def page() -> str:
    course, rows = large_class()
    return render_class(course, rows, clusters_of(rows, "en"), made=("2026-03-06", "1.0"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, page: str) -> Iterator[Browser]:
    if COMMAND is None:
        pytest.skip("there is no chromium here")
    folder = tmp_path_factory.mktemp("class_page")
    (folder / "index.html").write_text(page, encoding="utf-8")
    with Browser(folder / "profile") as browser:
        browser.open_file(folder / "index.html")
        yield browser


def _row(student: str, *diagnoses: Diagnosis | None, topic: str = "tensors") -> SubmissionResult:
    """Return a student with one exercise, of which each check has a diagnosis or passed."""
    checks = tuple(
        CheckResult(f"graders/t.py::{number}", "grid", Verdict.WRONG if found else Verdict.PASSED, diagnosis=found)
        for number, found in enumerate(diagnoses)
    )
    return SubmissionResult(student, (TopicResult(topic, (score_exercise("grid", 2, checks),)),))


def _value(got: str, line: int = 1) -> Diagnosis:
    return Diagnosis("value", {"line": line}, {"expected": "1", "got": got, "where": [0], "count": 1, "total": 1})


def test_a_class_of_200_and_151_exercises_fits_into_one_file(page: str) -> None:
    assert len(page.encode()) < _MOST_BYTES
    assert "src=" not in page  # nothing comes from elsewhere
    assert 'href="http' not in page


def test_those_who_fail_alike_are_together() -> None:
    known = Diagnosis("variant", {"variant": "one_axis", "message": "One axis."}, {"general": None})
    rows = [
        _row("ana", _value("3"), None),
        _row("bea", _value("3", line=9), None),  # the same in another line
        _row("carla", _value("4"), None),
        _row("dora", known, known),
        _row("eva", known, _value("7")),
        _row("fay", None, None),
    ]
    groups = {cluster.students: cluster.mistake for cluster in clusters_of(rows, "en")}
    assert groups == {("ana", "bea"): "", ("carla",): "", ("dora", "eva"): "one_axis"}


def test_those_who_forgot_to_fill_a_variable_are_together_whatever_they_called_it() -> None:
    text = "cannot access local variable '{}' where it is not associated with a value"
    details = {"type": "UnboundLocalError", "file": "tensors.py", "line": 3}
    rows = [
        _row(name, Diagnosis("raised", details, {"message": text.format(variable), "text": f"{variable} += 1"}))
        for name, variable in (("ana", "total"), ("bea", "suma"))
    ]
    (cluster,) = clusters_of(rows, "en")
    assert cluster.students == ("ana", "bea")
    assert "local variable" in cluster.found
    assert "total" not in cluster.sentence + cluster.found


def test_the_sentence_for_a_group_names_nobodys_line() -> None:
    details = {"type": "ValueError", "file": "tensors.py", "line": 41, "says": "bad"}
    rows = [
        _row(name, Diagnosis("raised", details, {"message": "bad", "text": "x", "type": "ValueError"})) for name in "ab"
    ]
    (cluster,) = clusters_of(rows, "en")
    assert "ValueError" in cluster.sentence
    assert "41" not in cluster.sentence + cluster.found


def test_an_exercise_that_the_good_fail_does_not_discriminate() -> None:
    course, rows = large_class(60)
    numbers = exercise_numbers(rows)
    assert len(numbers) == sum(len(topic.exercises) for topic in course.topics)
    assert all(0 <= one.mean <= 1 for one in numbers)
    telling = [one.discrimination for one in numbers if one.discrimination is not None]
    assert sum(telling) / len(telling) > 0.1  # results were drawn by how much each knows


def test_who_fell_behind_and_who_handed_in_nothing_is_named() -> None:
    course, rows = large_class(20)
    middle = len(course.topics) // 2
    good, poor = _all(rows[0], Verdict.PASSED), _all(rows[0], Verdict.WRONG)
    fallen = SubmissionResult("fallen", (*good[:middle], *poor[middle:]))
    absent = SubmissionResult("absent", good[:-2])
    needs = {one.student: one.reasons for one in needing_help(course, [*rows, fallen, absent], "en")}
    assert any("Falls behind" in reason for reason in needs["fallen"])
    assert any(
        f"Handed in nothing for {course.topics[-2].name}, {course.topics[-1].name}" in reason
        for reason in needs["absent"]
    )


def test_falling_behind_is_seen_in_the_order_in_which_topics_were_handed_in() -> None:
    course, rows = large_class(20)
    good, poor = _all(rows[0], Verdict.PASSED), _all(rows[0], Verdict.WRONG)
    class_of = [SubmissionResult(f"good-{number}", good[:3]) for number in range(5)]
    fallen = SubmissionResult("fallen", (good[0], poor[1], good[2]))  # the second topic came last
    three = replace(course, topics=course.topics[:3])
    weeks = {topic.name: week for topic, week in zip(three.topics, (1, 3, 2), strict=True)}

    def falls(first_runs: dict[str, int]) -> bool:
        needs = needing_help(three, [*class_of, fallen], "en", first_runs)
        return any("Falls behind" in reason for one in needs for reason in one.reasons)

    assert falls(weeks)
    assert not falls({})


def _all(row: SubmissionResult, verdict: Verdict) -> tuple[TopicResult, ...]:
    """Return a row's topics with every check ended alike."""

    def scored(name: str, points: float) -> ExerciseResult:
        return score_exercise(name, points, (CheckResult("graders/t.py::t", name, verdict),))

    return tuple(
        TopicResult(topic.topic, tuple(scored(exercise.name, exercise.max_points) for exercise in topic.exercises))
        for topic in row.topics
    )


def test_words_in_the_field_leave_only_what_holds_them(browser: Browser) -> None:
    browser.click('document.getElementById("filter")')
    browser.type("STÚDENT-017")
    rows = '[...document.querySelectorAll("#students tbody tr")].filter(row => !row.hidden)'
    assert browser.ask(f"{rows}.map(row => row.cells[0].innerText)") == ["student-017"]
    browser.type("no such words")
    assert browser.ask("document.getElementById('none').hidden") is False
    browser.ask("document.getElementById('filter').value = ''")
    browser.ask("document.getElementById('filter').dispatchEvent(new Event('input'))")
    assert browser.ask(f"{rows}.length") == 200


def test_words_in_the_field_find_a_group_that_is_folded_up(browser: Browser) -> None:
    rest = 'document.querySelector("details.rest")'
    assert browser.ask(f"{rest}.open") is False
    name = browser.ask(f'{rest}.querySelector(".card code").textContent')
    browser.click('document.getElementById("filter")')
    browser.type(name.replace(".", " "))
    browser.wait_for(f"{rest}.open", "the groups to be unfolded")
    browser.type(" ")
    assert browser.ask(f"{rest}.open") is False


def test_a_heading_sorts_its_column(browser: Browser) -> None:
    head = 'document.querySelectorAll("#students thead th button")[2]'
    browser.click(head)
    column = '[...document.querySelectorAll("#students tbody tr")].map(row => parseFloat(row.cells[2].innerText))'
    in_order = f"({column}).every((value, at, all) => !at || all[at - 1] {{}} value)"
    browser.wait_for(in_order.format(">="), "the best to come first")
    browser.click(head)
    browser.wait_for(in_order.format("<="), "the best to come last")


def test_it_fits_a_phone_and_has_a_name_for_all_that_is_used(browser: Browser) -> None:
    browser._send("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True)
    assert browser.ask("document.documentElement.scrollWidth") <= 390
    named = 'used.textContent || used.labels?.length || used.getAttribute("aria-label")'
    nameless = f'[...document.querySelectorAll("button, a, input, svg")].filter(used => !({named}))'
    assert browser.ask(f"{nameless}.map(used => used.outerHTML)") == []
    browser._send("Emulation.clearDeviceMetricsOverride")


@pytest.mark.slow
def test_axe_finds_no_serious_fault(browser: Browser, tmp_path: Path) -> None:
    course, rows = large_class(10)
    cases = [CaseToSee("student-001", "", "name_guessed", "")]
    page = tmp_path / "index.html"
    page.write_text(render_class(course, rows, clusters_of(rows, "en"), cases), encoding="utf-8")
    browser.open_file(page)
    assert faults(browser) == []
    browser.ask("document.querySelector('label').remove()")
    assert any("label" in fault for fault in faults(browser))  # so it does look


def test_what_is_worth_a_look_is_told_in_the_courses_language() -> None:
    course, rows = large_class(3)
    cases = [CaseToSee("student-001", "", kind, "") for kind in ("name_guessed", "kept_from_before")]
    page = render_class(replace(course, language="es"), rows, [], cases)
    assert "archivos con otro nombre, reconocidos por lo que contienen" in page
    assert "sin archivo en esta entrega, vale la nota de una anterior" in page
    assert "name guessed" not in page


def test_each_note_about_files_has_words_of_its_own() -> None:
    kinds = [*_FILE_NOTES, *_FOLDER_NOTES]
    assert [kind for kind in kinds if label(kind) == kind.replace("_", " ") and "_" in kind] == ["nothing_handed_in"]
