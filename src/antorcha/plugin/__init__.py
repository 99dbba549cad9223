"""The pytest plugin: fixtures, marks, points and the view at the end. It is silent where there is no course.

pytest loads this module in every run of an environment that has Antorcha, so nothing heavy is imported until a test
of a course asks for it.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from antorcha.plugin.check import CHECK, RESULT_PROPERTY
from antorcha.plugin.grading_session import GRADING_SESSION
from antorcha.plugin.test_folder import ORIGIN


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("antorcha", "Antorcha, the exercises' grader")
    group.addoption(
        "--antorcha-student",
        metavar="PATH",
        help="test this module or notebook, or the files in this folder, instead of those in exercises/; what is not "
        "the course's own runs in locked workers, as in antorcha grade",
    )
    group.addoption(
        "--antorcha-isolation",
        choices=("required", "none"),
        default="required",
        help="none: run what --antorcha-student names in this process, with your own rights (for a debugger)",
    )
    group.addoption("--antorcha-language", metavar="LANG", help="the language to speak, such as es or en")
    from antorcha.plugin.devices import CHOICES

    words = "run the checks that use a device there: accelerator is a GPU, or one that is simulated"
    _add_short_option(group, "device", choices=CHOICES, help=words)
    words = "show the next hint for the exercise to work on now; ask again for more"
    _add_short_option(group, "hint", action="store_true", help=words)


def _add_short_option(group: Any, name: str, **about: Any) -> None:
    """Add `--antorcha-NAME`, as `--NAME` too beside a course: elsewhere that may be another plugin's."""
    here = Path.cwd()
    beside = any((here / mark).exists() for mark in ("grading.toml", "exercises/_antorcha", "_antorcha"))
    names = [f"--antorcha-{name}", f"--{name}"] if beside else [f"--antorcha-{name}"]
    try:
        group.addoption(*names, **about)
    except ValueError:  # another plugin has taken the short one
        group.addoption(names[0], **about)


def pytest_configure(config: pytest.Config) -> None:
    from antorcha.plugin.given import GivenSubmission
    from antorcha.plugin.grading_session import GradingSession

    # Not as names of this package: `antorcha.plugin.agree` is a module too, and would take the fixture's place.
    config.pluginmanager.import_plugin("antorcha.plugin.fixtures")
    config.addinivalue_line("markers", "exercise(name): the exercise that this test grades")
    config.addinivalue_line("markers", "points(weight): what this check weighs within its exercise (default 1)")
    path = config.getoption("--antorcha-student")
    given = GivenSubmission(
        Path(path).resolve() if path else None,
        config.getoption("--antorcha-isolation"),
        # `--trace` opens the debugger too; neither is there where pytest's own plugin for them is not.
        interrupts=not (config.getoption("usepdb", False) or config.getoption("trace", False)),
    )
    # A plugin of its own, since this module has another hook of that name.
    config.pluginmanager.register(_Reporter(), "antorcha-reporter")
    config.stash[GRADING_SESSION] = GradingSession(
        given, config.getoption("--antorcha-language"), config.getoption("--antorcha-device")
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Raise for a file of the student's that hides a package: nothing that follows would say so."""
    from antorcha.course.manifest import find_released, language_around
    from antorcha.intake.in_the_way import file_in_the_way, sentence_about

    released = find_released(session.config.rootpath)
    # Sessions of ours put the folder at the end of Python's path, where it hides nothing; they have no terminal.
    if released is None or not session.config.pluginmanager.hasplugin("terminalreporter"):
        return
    path = file_in_the_way((released, released.parent, Path.cwd()))
    if path is not None:
        from antorcha.i18n import chosen_language

        asked = session.config.getoption("--antorcha-language")
        raise pytest.UsageError(sentence_about(path, asked or chosen_language(language_around(released))))


def pytest_unconfigure(config: pytest.Config) -> None:
    if GRADING_SESSION in config.stash:
        config.stash[GRADING_SESSION].given.close()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, object, object]:
    """Import every test file of a course from the course's seed: what it draws at its top is the same for everybody."""
    from antorcha.errors import CourseError, UserError

    test_folder = None
    if isinstance(collector, pytest.Module):
        with suppress(CourseError, UserError):  # told in one line once all is collected
            test_folder = collector.config.stash[GRADING_SESSION].test_folder(collector.path)
    if test_folder is None:
        return (yield)
    from antorcha.torch_import import import_torch

    import_torch()
    from antorcha.worker.global_state import kept_generators, seed_everything

    with kept_generators():
        seed_everything(test_folder.course.seed)
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Make what several checks share from the course's seed, and without a trace in the first one's random inputs."""
    grading = request.config.stash[GRADING_SESSION]
    test_folder = grading.test_folder(request._pyfuncitem.path)
    if test_folder is None or fixturedef.scope == "function":
        return (yield)
    from antorcha.worker.global_state import kept_generators, seed_everything

    with kept_generators():
        seed_everything(test_folder.course.seed)
        value = yield
    grading.generators.take_in([value])
    return value


# trylast: the device comes last in a test's name then, where `devices.name_and_role` takes it off.
@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    grading = metafunc.config.stash[GRADING_SESSION]
    if "device" in metafunc.fixturenames and grading.origin(metafunc.definition.path) is not None:
        from antorcha.plugin.devices import parametrise

        parametrise(metafunc, grading)


# trylast: pytest's own `-k` and `-m` have chosen by then, and a test that nobody runs needs no file.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from antorcha.errors import CourseError, UserError
    from antorcha.plugin.check import Check, exercise_of, weight_of
    from antorcha.plugin.selection import in_the_courses_order, leave_out_what_was_not_given

    grading = config.stash[GRADING_SESSION]
    try:
        for item in items:
            origin = grading.origin(item.path)
            if origin is not None:
                from antorcha.plugin.devices import name_and_role

                name, test, role = name_and_role(item)
                exercise = exercise_of(item, origin.course, origin.topic)
                item.stash[ORIGIN] = origin
                item.stash[CHECK] = Check(name, exercise, weight_of(item), test, role)
        leave_out_what_was_not_given(config, items)
        in_the_courses_order(config, items)
    except (UserError, CourseError) as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    grading = session.config.stash[GRADING_SESSION]
    grading.take_in_generators()
    _leave_logs_alone(session)
    roles = {item.stash[CHECK].role for item in session.items if CHECK in item.stash}
    if roles - {"cpu"}:  # before any check runs autograd backwards, after which it is too late
        from antorcha.plugin.devices import make_ready

        make_ready(roles, locked=grading.locked)


def _leave_logs_alone(session: pytest.Session) -> None:
    """Take pytest's own handlers of logs away where all tests are checks and nobody asked to see logs.

    It gives each of torch's forty loggers two handlers and takes them away again, in each of a check's three phases:
    as much work as the check of an exercise that nobody has worked on.
    """
    config = session.config
    if not config.pluginmanager.hasplugin("logging-plugin"):  # which has the options
        return
    asked_for = ("log_file", "log_cli_level", "log_level")
    if config.getini("log_cli") or any(config.getoption(name) or config.getini(name) for name in asked_for):
        return
    if all(CHECK in item.stash and "caplog" not in getattr(item, "fixturenames", ()) for item in session.items):
        config.pluginmanager.unregister(name="logging-plugin")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take what is there out of the garbage collector's sight where all tests were checks.

    At its end pytest goes through all of it five times, a second for a course that is solved, to find errors of objects
    that nobody holds any more. Only where it has a terminal: a notebook's Python lives on.
    """
    plugins = session.config.pluginmanager
    if plugins.hasplugin("terminalreporter") and session.items and all(CHECK in item.stash for item in session.items):
        gc.freeze()


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    from antorcha.plugin.selection import how_it_runs

    return how_it_runs(config.stash[GRADING_SESSION], items)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    if not any(CHECK in item.stash for item in session.items):
        return (yield)
    from antorcha.threads import one_thread

    with one_thread():
        return (yield)


# tryfirst: pytest's own sets up the fixtures, which may draw.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start every check from the course's seed, so that its own random inputs are the same for everybody.

    One whose exercise nobody has worked on ends here, before its test imports, makes or computes anything.
    """
    if CHECK in item.stash:
        from antorcha.plugin.check import require_started
        from antorcha.worker.global_state import seed_everything

        grading, origin = item.config.stash[GRADING_SESSION], item.stash[ORIGIN]
        item.stash[CHECK] = check = item.stash[CHECK].afresh()
        if check.role == "cpu":  # of any other the record says which device there is: its fixture goes before
            require_started(check, grading.untouched(origin), origin.language)
        grading.generators.put_back()
        seed_everything(origin.course.seed)


class _Reporter:
    """The report of a check that disagrees.

    pytest's own report would read and parse the test's source for a traceback that nobody is shown, and cost more than
    the check itself.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
        if call.excinfo is None or call.when == "collect" or CHECK not in item.stash:
            return None
        from antorcha.errors import CourseError
        from antorcha.plugin.check import Disagreement

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
        return report  # it ended without a result
    from antorcha.errors import CourseError
    from antorcha.plugin import outcome
    from antorcha.plugin.check import Disagreement

    origin = item.stash[ORIGIN]
    error = call.excinfo.value if call.excinfo else None
    if call.when == "setup" and error is not None and not isinstance(error, Disagreement):
        error = CourseError(f"{type(error).__name__}: {error}")  # a fixture failed, before any answer was asked for
    result = outcome.result_of(check, error, call.duration)
    report.user_properties.append((RESULT_PROPERTY, outcome.as_property(result, origin.topic.name, origin.hidden)))
    submission = None if call.when == "setup" else item.config.stash[GRADING_SESSION].under_test(origin)
    runner = submission.runner_for(check) if submission else None
    outcome.rewrite(report, call, result, outcome.View(item, origin.language, runner))
    return report


def pytest_report_teststatus(report: Any, config: pytest.Config) -> tuple[str, str, Any] | None:
    from antorcha.results import Verdict

    result = dict(getattr(report, "user_properties", ())).get(RESULT_PROPERTY)
    if result is None:
        return None
    # With xdist this process has collected nothing: each report says where it comes from.
    test_folder = config.stash[GRADING_SESSION].test_folder(config.rootpath / report.nodeid.partition("::")[0])
    from antorcha.i18n import N_, translate

    language = test_folder.language if test_folder else "en"
    if result["verdict"] == Verdict.NOT_STARTED:
        word = translate(N_("not started"), language)
        return word, "·", (word.upper(), {"yellow": True})
    topic = test_folder.course.topic(result["topic"]) if test_folder else None
    if result["verdict"] == Verdict.PASSED and not result["hidden"] and topic and result["exercise"] in topic.quizzes:
        word = translate(N_("answered"), language)  # "passed" would say that it is right
        return word, "?", (word.upper(), {"cyan": True})
    return None


# tryfirst: around pytest's own summary, which is a wrapper too.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, object, object]:
    if not config.stash[GRADING_SESSION].test_folders():
        return (yield)
    from antorcha.plugin import terminal

    with terminal.failed_checks_aside(terminalreporter, config) as failed:
        outcome = yield
    terminal.show(terminalreporter, config, failed)
    return outcome
