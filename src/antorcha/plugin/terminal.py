"""The view at the end: what to do now, then each topic's progress in the course's own order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from textwrap import indent
from typing import Any

import pytest

from antorcha.console import written_in
from antorcha.explain import explain
from antorcha.hints.released import steps_of
from antorcha.hints.show import hint_lines, next_hint
from antorcha.hints.used import UsedHints
from antorcha.i18n import N_, translate
from antorcha.plugin.grading_session import GRADING_SESSION, GradingSession
from antorcha.plugin.progress import (
    Line,
    bar,
    lines_of,
    location,
    most_telling,
    next_line,
    note_on_the_file,
    result_of,
    results_in,
)
from antorcha.plugin.test_folder import TestFolder
from antorcha.results import Verdict

_BAR = 20  # characters
_USUAL_REPORTS = "fE"  # pytest's own default for -r
ANSWERED = N_("answered; it is graded when you hand it in")


def is_a_learners_run(config: pytest.Config) -> bool:
    """Return whether somebody works on the exercises and has asked for no report of pytest's own kind."""
    option = config.option
    asked = option.verbose > 0 or option.tbstyle != "auto" or option.reportchars != _USUAL_REPORTS
    return not asked and config.stash[GRADING_SESSION].given.path is None


@contextmanager
def failed_checks_aside(reporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[list[Any]]:
    """Keep the checks that failed from pytest's own summary, where a learner would read all of them at once.

    Yield the reports of these; none where pytest is to show them itself.
    """
    every = reporter.stats.get("failed", [])
    aside = [report for report in every if _is_of_a_visible_check(report)] if is_a_learners_run(config) else []
    if aside:
        reporter.stats["failed"] = [report for report in every if report not in aside]
    try:
        yield aside
    finally:
        if aside:  # they are counted in the last line
            reporter.stats["failed"] = every


def _is_of_a_visible_check(report: Any) -> bool:
    result = result_of(report)
    return result is not None and not result["hidden"]


def show(reporter: pytest.TerminalReporter, config: pytest.Config, failed: list[Any]) -> None:
    """Write the view. `failed`: the reports that pytest itself did not show."""
    grading = config.stash[GRADING_SESSION]
    results = list(results_in(report for reports in reporter.stats.values() for report in reports))
    test_folder = next(iter(grading.test_folders()), None)
    if test_folder is None or not results:
        return
    lines = lines_of(test_folder, results)
    _remember_mistakes(grading, test_folder, lines)
    view = _View(reporter, grading, test_folder, _telling_reports(failed), all_names=not is_a_learners_run(config))
    reporter.write_sep("=", f"Antorcha · {test_folder.course_text(test_folder.course.title)}", bold=True)
    said = view.show_next(lines)
    topics = list(dict.fromkeys(line.topic for line in lines))
    width = max(map(len, topics))
    for topic in topics:
        view.show_topic(topic.ljust(width), [line for line in lines if line.topic == topic], said)


def _remember_mistakes(grading: GradingSession, test_folder: TestFolder, lines: list[Line]) -> None:
    """Keep the known mistakes that this run recognised for whoever asks for a hint later on."""
    if test_folder.released and grading.given.path is None:
        mistakes = {line.exercise: line.mistake for line in lines if line.state != "unseen"}
        UsedHints(test_folder.exercises.parent).remember(mistakes, test_folder.language)


def _telling_reports(failed: list[Any]) -> dict[str, Any]:
    """Return for each exercise that is wrong the report that says most of it."""
    by_exercise: dict[str, list[tuple[dict[str, Any], Any]]] = {}
    for report in failed:
        if (result := result_of(report)) is not None:
            by_exercise.setdefault(result["exercise"], []).append((result, report))
    telling = {name: most_telling([result for result, _ in pairs]) for name, pairs in by_exercise.items()}
    return {
        name: next(report for result, report in pairs if result is telling[name]) for name, pairs in by_exercise.items()
    }


@dataclass
class _View:
    """The lines under pytest's own. `failed`: the report that says most of each exercise, where pytest shows none."""

    reporter: pytest.TerminalReporter
    grading: GradingSession
    test_folder: TestFolder
    failed: dict[str, Any]
    all_names: bool

    @property
    def say(self) -> Callable[[str], str]:
        return partial(translate, language=self.test_folder.language)

    def _write(self, text: str, **markup: bool) -> None:
        """Write a line as far as the terminal has its signs; pytest would write their numbers instead."""
        encoding = sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8"
        self.reporter.write_line(written_in(text, encoding or "utf-8"), **markup)

    def show_next(self, lines: list[Line]) -> str:
        """Write what to do now, and return the sentence that is said by that."""
        unfinished = next_line(lines)
        if unfinished is None:
            if all(line.state in ("done", "answered") for line in lines):
                text = N_("All of these tests pass. Well done! Your mark comes from these tests and from others.")
                self._write(self.say(text), green=True)
            return ""
        where = location(self.grading, self.test_folder, unfinished)
        text = self.say(N_("Next: {name} ({where})")).format(name=unfinished.exercise, where=where)
        self._write(text, cyan=True, bold=True)
        report = self.failed.get(unfinished.exercise)
        if report is not None:
            self._write(report.longreprtext)
            for name, content in self._captured(report):
                self.reporter.write_sep("-", name)
                self._write(content)
            self._write("")
        if self.reporter.config.getoption("antorcha_hint"):
            self._show_hint(unfinished)
        return unfinished.sentence if report is not None else ""

    def _show_hint(self, line: Line) -> None:
        """Write the next step of the hints for an exercise, below those that were asked for before."""
        course, exercises, language = self.test_folder.course, self.test_folder.exercises, self.test_folder.language
        used = UsedHints(exercises.parent if self.test_folder.released else None)
        steps = steps_of(course, exercises, line.topic, line.exercise, language)
        hint = next_hint(used, line.exercise, steps, line.mistake, language)
        width = min(100, self.reporter.config.get_terminal_writer().fullwidth)
        for text in [*hint_lines(hint, width), ""]:
            self._write(text)

    def _captured(self, report: Any) -> list[tuple[str, str]]:
        """Return what a check's code printed, as far as it is wanted: pairs of a title and a text."""
        wanted = self.reporter.config.option.showcapture
        shown = [
            (name, text) for name, text in report.sections if wanted == "all" or (wanted != "no" and wanted in name)
        ]
        return [(name, text.rstrip("\n")) for name, text in shown]

    def show_topic(self, title: str, lines: list[Line], said: str) -> None:
        """Write a topic's bar and below it what is not done. `said`: a sentence that needs no repetition."""
        begun = any(line.state not in ("new", "unseen") for line in lines)
        note = note_on_the_file(self.grading, self.test_folder, lines[0].topic) if begun else None
        note_text = explain(note, self.test_folder.language, full=True) if note is not None else ""
        unread = all(line.state == "wrong" and line.sentence == note_text for line in lines)
        self._write(f" {title}  {bar(lines, _BAR)}  {self._counts(lines, begun, unread)}", bold=begun)
        if note_text and note_text != said:
            self._write(f"   ! {note_text}", yellow=True)
        if self.all_names:
            self._show_each(lines, note_text)
        else:
            self._show_causes(lines, {note_text, said})
            if begun:
                self._show_names("?", N_("answered"), [line for line in lines if line.state == "answered"])
                self._show_names("·", N_("not started"), [line for line in lines if line.state == "new"])

    def _counts(self, lines: list[Line], begun: bool, unread: bool) -> str:
        done = sum(line.state == "done" for line in lines)
        parts = [self.say(N_("{done} of {total} exercises")).format(done=done, total=len(lines))]
        for state, text in (("answered", N_("{count} answered")), ("unseen", N_("{count} not run this time"))):
            if count := sum(line.state == state for line in lines):
                parts.append(self.say(text).format(count=count))
        if not begun:
            parts.append(self.say(N_("not started")))
        return " · ".join([*parts, *([self.say(Verdict.UNREADABLE.about.word)] if unread else [])])

    def _show_causes(self, lines: list[Line], said: set[str]) -> None:
        """Write one line for each sentence, with the names of all exercises that it is about."""
        by_sentence: dict[str, list[str]] = {}
        for line in lines:
            if line.state == "wrong":
                by_sentence.setdefault(line.sentence, []).append(line.exercise)
        for sentence, names in by_sentence.items():
            if sentence not in said:
                self._write(f"   ✗ {', '.join(names)}  {sentence.splitlines()[0]}", red=True)
                self._show_printed(names)
            elif len(names) < len(lines):  # what was said above is about these
                self._write(f"   ✗ {', '.join(names)}", red=True)

    def _show_printed(self, names: list[str]) -> None:
        """Write what the code of these exercises printed."""
        for name in names:
            for _, text in self._captured(self.failed[name]) if name in self.failed else ():
                self._write(indent(text, "       "))

    def _show_names(self, symbol: str, word: str, lines: list[Line]) -> None:
        """Write the names of exercises that have the same to be said of them, in one line."""
        if not lines:
            return
        text = f"   {symbol} {self.say(word)}: {', '.join(line.exercise for line in lines)}"
        width = self.reporter.config.get_terminal_writer().fullwidth
        self._write(text if len(text) <= width else f"{text[: width - 1]}…")

    def _show_each(self, lines: list[Line], note_text: str) -> None:
        """Write one line for each exercise that is not done."""
        width = max(len(line.exercise) for line in lines)
        for line in lines:
            if line.state == "wrong" and line.sentence != note_text:
                self._write(f"   ✗ {line.exercise:<{width}}  {line.sentence.splitlines()[0]}", red=True)
            elif line.state == "answered":
                self._write(f"   ? {line.exercise:<{width}}  {self.say(ANSWERED)}")
            elif line.state == "new":
                self._write(f"   · {line.exercise:<{width}}  {self.say(N_('not started'))}")
