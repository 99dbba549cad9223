"""The pytest plugin: fixtures, marks, points and the view at the end. It is silent where there is no course.

pytest loads this module in every run of an environment that has Antorcha, so nothing heavy is imported until a test
of a course asks for it.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from antorcha.plugin.keys import CHECK, PROPERTY, WORKSHOP


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("antorcha", "Antorcha, the exercises' grader")
    group.addoption(
        "--antorcha-student",
        metavar="PATH",
        help="test this file, or the files in this folder, instead of those in exercises/",
    )
    group.addoption("--antorcha-language", metavar="LANG", help="the language to speak, such as es or en")
    _add_device_option(group)


def _add_device_option(group: Any) -> None:
    """Under its short name only beside a course: elsewhere `--device` may be another plugin's."""
    here = Path.cwd()
    beside = any((here / one).exists() for one in ("grading.toml", "exercises/_antorcha", "_antorcha"))
    names = ["--antorcha-device", "--device"] if beside else ["--antorcha-device"]
    choices = ("cpu", "accelerator", "cuda", "mps", "xpu", "all")
    words = "run the checks that use a device there: accelerator is a GPU, or one that is simulated"
    try:
        group.addoption(*names, choices=choices, help=words)
    except ValueError:
        group.addoption(names[0], choices=choices, help=words)


def pytest_configure(config: pytest.Config) -> None:
    from antorcha.plugin.workshop import Workshop

    # Not as names of this package: `antorcha.plugin.agree` is a module too, and would take the fixture's place.
    config.pluginmanager.import_plugin("antorcha.plugin.fixtures")
    config.addinivalue_line("markers", "exercise(name): the exercise that this test grades")
    config.addinivalue_line("markers", "points(weight): what this check weighs within its exercise (default 1)")
    given = config.getoption("--antorcha-student")
    student_path = Path(given).resolve() if given else None
    device = config.getoption("--antorcha-device")
    config.pluginmanager.register(_Reporter(), "antorcha-reporter")
    config.stash[WORKSHOP] = Workshop(student_path, config.getoption("--antorcha-language"), device)


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    workshop = metafunc.config.stash[WORKSHOP]
    if "device" in metafunc.fixturenames and workshop.topic(metafunc.definition.path) is not None:
        from antorcha.plugin.devices import parametrise

        parametrise(metafunc, workshop)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from antorcha.errors import UserError
    from antorcha.plugin.check import Check, CourseError, exercise_of, weight_of

    workshop = config.stash[WORKSHOP]
    try:
        for item in items:
            topic = workshop.topic(item.path)
            place = workshop.place(item.path)
            if place is not None and topic is not None:
                from antorcha.plugin.devices import name_and_role

                name, test, role = name_and_role(item)
                exercise = exercise_of(item, place.course, topic)
                item.stash[CHECK] = Check(name, exercise, weight_of(item), test, role)
    except (UserError, CourseError) as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    roles = {item.stash[CHECK].role for item in session.items if CHECK in item.stash}
    if roles - {"cpu"}:
        from antorcha.plugin.devices import make_ready

        make_ready(roles, locked=session.config.stash[WORKSHOP].locked)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    if not any(CHECK in item.stash for item in session.items):
        return (yield)
    from antorcha.threads import one_thread

    with one_thread():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every check starts from the course's seed, so that its own random inputs are the same for everybody."""
    if CHECK in item.stash:
        from antorcha.worker.world import seed_everything

        item.stash[CHECK] = item.stash[CHECK].afresh()
        place = item.config.stash[WORKSHOP].place(item.path)
        seed_everything(place.course.seed if place else 0)


class _Reporter:
    """Reports a check that disagrees. pytest's own report would read and parse the test's source for a traceback that
    nobody is shown, and cost more than the check itself."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
        if call.excinfo is None or call.when == "collect" or CHECK not in item.stash:
            return None
        from antorcha.plugin.check import CourseError, Disagreement

        if not isinstance(call.excinfo.value, Disagreement | CourseError):
            return None
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords=dict.fromkeys(item.keywords, 1),
            outcome="failed",
            longrepr=str(call.excinfo.value),
            when=call.when,
            # A library may log hundreds of lines (`torch.compile` does): the message would be lost above them.
            sections=[(f"Captured {name} {when}", text) for when, name, text in item._report_sections if name != "log"],
            duration=call.duration,
            start=call.start,
            stop=call.stop,
            user_properties=item.user_properties,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    check = item.stash.get(CHECK, None)
    if check is None or (call.when != "call" and not (call.when == "setup" and call.excinfo)):
        return report
    if call.excinfo is not None and call.excinfo.errisinstance((pytest.skip.Exception, KeyboardInterrupt)):
        return report
    from antorcha.plugin import outcome
    from antorcha.plugin.check import CourseError, Disagreement

    workshop = item.config.stash[WORKSHOP]
    place, topic = workshop.place(item.path), workshop.topic(item.path)
    assert place is not None
    assert topic is not None
    error = call.excinfo.value if call.excinfo else None
    if call.when == "setup" and error is not None and not isinstance(error, Disagreement):
        error = CourseError(f"{type(error).__name__}: {error}")  # a fixture failed, before any answer was asked for
    result = outcome.result_of(check, error, call.duration)
    hidden = item.path.parent != place.exercises
    report.user_properties.append((PROPERTY, outcome.as_property(result, topic.name, hidden)))
    runner = None if call.when == "setup" else workshop.tested(place, topic).runner_for(check)
    outcome.rewrite(report, call, result, outcome.View(item, workshop, place, runner))
    return report


def pytest_report_teststatus(report: Any, config: pytest.Config) -> tuple[str, str, Any] | None:
    from antorcha.results import Verdict

    result = dict(getattr(report, "user_properties", ())).get(PROPERTY)
    if report.when != "call" or result is None:
        return None
    # With xdist this process has collected nothing: each report says where it comes from.
    place = config.stash[WORKSHOP].place(config.rootpath / report.nodeid.partition("::")[0])
    from antorcha.i18n import N_, translate

    language = place.language if place else "en"
    if result["verdict"] == Verdict.NOT_STARTED:
        word = translate(N_("not started"), language)
        return word, "·", (word.upper(), {"yellow": True})
    topic = place.course.topic(result["topic"]) if place else None
    if result["verdict"] == Verdict.PASSED and not result["hidden"] and topic and result["exercise"] in topic.quizzes:
        word = translate(N_("answered"), language)  # "passed" would say that it is right
        return word, "?", (word.upper(), {"cyan": True})
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash[WORKSHOP].places():
        from antorcha.plugin.terminal import show

        show(terminalreporter, config)
