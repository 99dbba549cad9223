"""What a student sees who runs pytest: one tiny course, many states of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

# Imported before the first run inside this process, so that none of them is loaded twice.
import pytest
import torch
from support.paths import MINI_COURSE

import antorcha.course.load
import antorcha.plugin.agree
import antorcha.plugin.devices
import antorcha.plugin.fixtures
import antorcha.plugin.outcome
import antorcha.plugin.terminal
import antorcha.sources.stubs

pytest_plugins = ["pytester"]

RIGHT = """\
import torch


def double(x):
    return x * 2


def average(values):
    return values.float().mean()


def last_row(matrix):
    return matrix[-1:]
"""


@pytest.fixture
def course(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.delenv("ANTORCHA_LANG", raising=False)
    shutil.copytree(MINI_COURSE, pytester.path, dirs_exist_ok=True)
    return Course(pytester)


class Course:
    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self.answers = self.root / "exercises" / "warmup.py"
        self.tests = self.root / "exercises" / "test_warmup.py"

    def answer(self, old: str = "", new: str = "", code: str = RIGHT) -> None:
        assert old in code
        self.answers.write_text(code.replace(old, new) if old else code, "utf-8")

    def run(self, *words: str, fresh: bool = False) -> Ended:
        """pytest on the visible tests, in this process or in a fresh one."""
        if fresh:
            return Ended(self.pytester.runpytest_subprocess("exercises", "-p", "no:cacheprovider", *words))
        return self.here("exercises", "-p", "no:cacheprovider", *words)

    def here(self, *words: str) -> Ended:
        """In this process, and without the other plugins that the environment has."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            return Ended(self.pytester.runpytest_inprocess("-p", "antorcha.plugin", *words))

    def has_a_second_topic(self, name: str) -> None:
        """Add a topic behind the first one, with the same exercises; each has the topic's name at its end."""
        config = self.root / "grading.toml"
        text = config.read_text("utf-8")
        topic = text[text.index("[[topics]]") :].replace('"warmup"', f'"{name}"')
        config.write_text(text + "\n" + self.renamed(topic, name), "utf-8")
        for file in ("exercises/{}.py", "exercises/test_{}.py", "reference/{}.py"):
            source = (self.root / file.format("warmup")).read_text("utf-8")
            (self.root / file.format(name)).write_text(self.renamed(source, name), "utf-8")

    def renamed(self, text: str, name: str) -> str:
        return re.sub(r"\b(double|average|last_row)\b", rf"\1_{name}", text)

    def is_bilingual(self) -> None:
        config = self.root / "grading.toml"
        text = config.read_text("utf-8").replace('"en"\nlanguages = ["en"]', '"es"\nlanguages = ["es", "en"]')
        assert '"es"' in text
        config.write_text(text, "utf-8")


class Ended:
    def __init__(self, result: pytest.RunResult) -> None:
        self.code = int(result.ret)
        self.counts = result.parseoutcomes() if "collected" in result.stdout.str() else {}
        self.text = result.stdout.str()
        self.errors = result.stderr.str()

    def shows(self, *parts: str) -> None:
        for part in parts:
            assert part in self.text, f"{part!r} is not in:\n{self.text}"

    def hides(self, *parts: str) -> None:
        for part in parts:
            assert part not in self.text, f"{part!r} is in:\n{self.text}"

    def shows_no_frame_of_ours(self) -> None:
        source = str(Path(antorcha.plugin.agree.__file__).parent.parent)
        self.hides(source, "agreement.py", "INTERNALERROR")
        assert source not in self.errors


# ------------------------------------------------------------------------------------------------ the states


def test_nothing_started(course: Course) -> None:
    ended = course.run()
    assert ended.code == 0
    ended.shows("not started", "0 of 3 exercises", "Next: double (exercises/warmup.py:11)")
    ended.hides("Traceback", "NotImplementedError", "FAILED", "Error")
    ended.shows_no_frame_of_ours()
    assert view(ended).splitlines()[1:] == [
        "Next: double (exercises/warmup.py:11)",
        " warmup  ░░░░░░░░░░░░░░░░░░░░  0 of 3 exercises · not started",
    ]
    detailed = course.run("-v")
    for name in ("double", "average", "last_row"):
        assert len(re.findall(rf"· {name} +not started", view(detailed))) == 1


def test_all_done(course: Course) -> None:
    course.answer()
    ended = course.run()
    assert ended.code == 0
    ended.shows("3 passed", "3 of 3 exercises", "All of these tests pass")
    ended.hides("Next:")


def test_a_wrong_answer(course: Course) -> None:
    course.answer("matrix[-1:]", "matrix[-1]")
    ended = course.run()
    assert ended.code == 1
    ended.shows("2 passed", "1 failed", "2 of 3 exercises", "✗ last_row")
    ended.shows("Next: last_row (exercises/warmup.py:12)\n")
    ended.shows("(2,)", "(1, 2)", "number of axes")
    ended.shows_no_frame_of_ours()


def test_who_asks_pytest_for_its_own_report_gets_it(course: Course) -> None:
    course.answer("matrix[-1:]", "matrix[-1]")
    sentence = "Your answer has shape (2,)"
    for words in (["-v"], ["--tb=short"], ["-rf"]):
        ended = course.run(*words)
        ended.shows("= FAILURES =", "_ test_last_row_of_two _", "Next: last_row", sentence)
    course.run().hides("FAILURES", "short test summary")
    report = course.root / "report.xml"
    course.run(f"--junitxml={report}")
    assert sentence in report.read_text("utf-8")


def test_first_what_to_do_now_then_the_course_in_its_own_order(course: Course) -> None:
    course.has_a_second_topic("after")
    course.answer("return x * 2", "print('look at me')\n    return helper")
    stub = (course.root / "exercises" / "after.py").read_text("utf-8")
    last = stub.rindex("raise NotImplementedError")
    (course.root / "exercises" / "after.py").write_text(stub[:last] + "return None\n", "utf-8")
    ended = course.run()
    # By the alphabet `after` comes first.
    assert ended.text.index("test_warmup.py F") < ended.text.index("test_after.py ··F")
    lines = view(ended).splitlines()[1:]
    assert lines[0] == "Next: double (exercises/warmup.py:4)"
    assert "name 'helper' is not defined" in lines[1]
    assert "look at me" in lines
    after = lines.index(" after   ░░░░░░░░░░░░░░░░░░░░  0 of 3 exercises")
    assert lines[after - 2 :][:2] == [" warmup  █████████████░░░░░░░  2 of 3 exercises", "   ✗ double"]
    assert lines[after + 1].startswith("   ✗ last_row_after  Your function returned None;")
    assert lines[after + 2 :] == ["   · not started: double_after, average_after"]
    course.run("-x").shows("stopping after 1 failures", "Next: double")
    assert "test_after.py" not in course.run("-x").text


@pytest.mark.slow
def test_a_console_without_such_signs_gets_plain_ones(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.setenv("PYTHONUTF8", "0")
    course.answer("matrix[-1:]", "matrix[-1]")
    command = [sys.executable, "-m", "pytest", "exercises", "-p", "no:cacheprovider"]
    text = subprocess.run(command, cwd=course.root, capture_output=True, check=False).stdout.decode("cp1252")
    assert " warmup  #############.......  2 of 3 exercises" in text
    assert "   x last_row" in text
    assert "\\u" not in text


def test_one_sentence_for_one_cause(course: Course) -> None:
    course.has_a_second_topic("after")
    course.answer("return x * 2", "return x *")
    ended = course.run()
    assert ended.counts["failed"] == 3
    assert ended.text.count("syntax error at line 5") == 1
    ended.shows("Next: double (exercises/warmup.py:5)", "0 of 3 exercises · could not be read")
    course.answer("values.float().mean()\n", "zero()\n")
    course.answers.write_text(course.answers.read_text("utf-8").replace("matrix[-1:]", "None"), "utf-8")
    (course.root / "exercises" / "after.py").write_text(course.renamed(RIGHT.replace("x * 2", "x *"), "after"), "utf-8")
    assert course.run().text.count("syntax error at line 5") == 1


def test_what_raises_shows_the_students_lines_only(course: Course) -> None:
    course.answer("values.float().mean()", "helper(values)\n\n\ndef helper(values):\n    return values.mean()")
    ended = course.run()
    assert ended.code == 1
    ended.shows("exercises/warmup.py:9: average", "exercises/warmup.py:13: helper", "return values.mean()")
    ended.shows("RuntimeError", "at line 13", "Here the tensor is torch.int64. Whole numbers have no mean")
    ended.shows_no_frame_of_ours()


def test_a_wrong_signature(course: Course) -> None:
    course.answer("def average(values)", "def average()")
    ended = course.run()
    assert ended.code == 1
    ended.shows("TypeError", "positional arguments")
    ended.shows_no_frame_of_ours()


def test_an_argument_that_is_changed(course: Course) -> None:
    course.answer("return x * 2", "x *= 2\n    return x")
    ended = course.run()
    ended.shows("argument 1")
    assert ended.code == 1


def test_a_module_that_stops_half_way(course: Course) -> None:
    course.answer("def last_row", "undefined_name\n\n\ndef last_row")
    ended = course.run()
    assert ended.code == 0
    ended.shows("3 passed", "line 12, is left out", "NameError", "3 of 3 exercises")
    ended.shows_no_frame_of_ours()


def test_a_syntax_error(course: Course) -> None:
    course.answer("return x * 2", "return x *")
    ended = course.run()
    assert ended.code == 1
    ended.shows("3 failed", "line 5", "return x *", "0 of 3 exercises", "syntax")
    ended.shows_no_frame_of_ours()


def test_a_missing_file(course: Course) -> None:
    course.answers.unlink()
    ended = course.run()
    assert ended.code == 1
    ended.shows("3 failed", "warmup.py")
    ended.shows_no_frame_of_ours()


def test_a_stub_saved_as_windows_1252_is_not_started(course: Course) -> None:
    course.answers.write_bytes(course.answers.read_bytes().replace(b"\n", "  # Peña\n".encode("cp1252"), 1))
    ended = course.run()
    assert ended.code == 0
    ended.shows("0 of 3 exercises")


def test_a_file_that_is_no_text(course: Course) -> None:
    course.answers.write_bytes(b"# Pe\x81a\n" + RIGHT.encode())
    ended = course.run()
    assert ended.code == 1
    ended.shows("3 failed", "UTF-8")
    ended.shows_no_frame_of_ours()


def test_a_missing_function(course: Course) -> None:
    course.answer("def average", "def averag")
    ended = course.run()
    assert ended.code == 1
    ended.shows("no function called average")
    ended.shows_no_frame_of_ours()


def test_a_stub_beside_an_answer_is_an_answer(course: Course) -> None:
    """What a name is bound to counts, also when the stub still stands above it."""
    stub = course.answers.read_text("utf-8")
    course.answer(code=stub + "\n\ndouble = lambda x: 2 * x\n")
    ended = course.run()
    ended.shows("1 passed", "1 of 3 exercises")


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("double(average(matrix[:0]))[-1:]", "Your code calls average, and that exercise has no answer yet"),
        ("[average(row) for row in matrix]", "Your code calls average, and that exercise has no answer yet"),
        ("unfinished(matrix)", "1 of 3 exercises"),  # a function of the answer's own is its own work
    ],
)
def test_an_answer_that_calls_an_exercise_without_an_answer(course: Course, called: str, said: str) -> None:
    code = RIGHT.replace("matrix[-1:]", called).replace("return values.float().mean()", "raise NotImplementedError")
    course.answer(code=f"{code}\n\ndef unfinished(x):\n    raise NotImplementedError\n")
    ended = course.run()
    ended.shows(said, "not started: average" if "average" in called else "not started: average, last_row")


def test_both_languages(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.is_bilingual()
    course.answer("matrix[-1:]", "matrix[-1]")
    spanish = course.run()
    english = course.run("--antorcha-language", "en")
    english.shows("Next: last_row", "2 of 3 exercises")
    monkeypatch.setenv("ANTORCHA_LANG", "en")
    assert view(course.run()) == view(english)
    assert spanish.code == english.code == 1
    monkeypatch.delenv("ANTORCHA_LANG")
    spanish.shows("Siguiente: last_row", "2 de 3 ejercicios")
    assert view(spanish) != view(english)


def view(ended: Ended) -> str:
    return ended.text[ended.text.index("Antorcha ·") :].rpartition("=" * 10)[0].rpartition("\n")[0]


# ------------------------------------------------------------------------------------------ pytest's own options


def test_some_tests_only(course: Course) -> None:
    ended = course.run("-k", "double")
    assert ended.code == 0
    ended.shows("2 deselected", "0 of 3 exercises", "Next: double")


def test_stop_at_the_first_failure_passes_over_what_is_not_started(course: Course) -> None:
    stub = course.answers.read_text("utf-8")
    course.answer(code=stub.replace("    raise NotImplementedError", "    return None", 2).replace("None", "x", 1))
    ended = course.run("-x")
    assert ended.code == 1
    ended.shows("1 failed")
    again = course.run()
    again.shows("2 failed", "not started")


def test_the_last_failed(course: Course) -> None:
    course.answer("matrix[-1:]", "matrix[-1]")
    course.here("exercises")
    ended = course.here("exercises", "--lf")
    ended.shows("1 failed")
    ended.hides("passed")
    course.answer()
    course.here("exercises", "--lf").shows("1 passed")


def test_print_is_shown(course: Course) -> None:
    course.answer("return matrix[-1:]", "print('look at me')\n    return matrix")
    course.run().shows("\nlook at me\n")
    course.answers.write_text(course.answers.read_text("utf-8").replace("x * 2", "x * 3"), "utf-8")
    course.run().shows("Next: double", "✗ last_row", "\n       look at me\n")
    course.run("--show-capture=no").hides("look at me")
    course.answer("return matrix[-1:]", "print('look at me')\n    return matrix[-1:]")
    course.run().hides("look at me")
    course.run("-s").shows("look at me")


def debugged(course: Course, words: list[str], typed: str) -> str:
    command = [sys.executable, "-m", "pytest", "exercises", "-p", "no:cacheprovider", *words]
    result = course.pytester.run(*command, stdin=typed.encode(), timeout=100)
    return result.stdout.str() + result.stderr.str()


def test_what_a_library_logs_does_not_bury_the_message(course: Course) -> None:
    noisy = "__import__('logging').error('noise')"
    course.answer("return matrix[-1:]", f"print('look at me')\n    {noisy}\n    return matrix")
    ended = course.run()
    ended.shows("look at me", "The shape of your answer")
    ended.hides("noise")


LOOKS_AT_LOGS = """\
import logging
import torch


def test_double_and_who_takes_logs(agree{fixture}, pytestconfig):
    agree("double", torch.tensor(1))
    print("pytest's own:", pytestconfig.pluginmanager.hasplugin("logging-plugin"))
"""


@pytest.mark.parametrize(
    ("fixture", "options", "kept"),
    [("", (), False), (", caplog", (), True), ("", ("--log-level=INFO",), True), ("", ("-o", "log_cli=true"), True)],
)
def test_pytest_takes_logs_only_where_somebody_looks(
    course: Course, fixture: str, options: tuple[str, ...], kept: bool
) -> None:
    course.answer()
    course.tests.write_text(LOOKS_AT_LOGS.format(fixture=fixture))
    ended = course.run("-s", *options)
    assert ended.code == 0
    ended.shows(f"pytest's own: {kept}")


COUNTS_OBJECTS = """\
import gc

KEPT = []


def pytest_collection_finish():
    KEPT.extend([] for _ in range(100_000))


def pytest_unconfigure():
    print("in the collector's sight:", len(gc.get_objects()))
"""


def test_pytests_end_looks_through_nothing_where_all_tests_are_checks(course: Course) -> None:
    course.answer()
    (course.root / "conftest.py").write_text(COUNTS_OBJECTS, "utf-8")
    own_test = course.root / "exercises" / "test_of_my_own.py"
    seen = []
    for code in ("", "def test_of_my_own():\n    pass\n"):
        own_test.write_text(code, "utf-8")
        ended = course.run(fresh=True)
        assert ended.code == 0
        seen.append(int(ended.text.partition("in the collector's sight: ")[2].split()[0]))
    assert seen[0] < 50_000 < 100_000 < seen[1]


def test_no_test_of_what_is_not_started_is_run(course: Course) -> None:
    course.tests.write_text(
        "import pytest\n\n@pytest.fixture\ndef made():\n    print('made')\n\n"
        "@pytest.mark.exercise('double')\ndef test_x(agree, made):\n    pytest.importorskip('no_such_module')\n"
    )
    ended = course.run("-s")
    assert ended.code == 0
    ended.shows("1 not started")
    ended.hides("made", "skipped")


PARTS = """\
import pytest
import torch


@pytest.mark.exercise("double")
def test_a_part(agree):
    def parts(module):
        return module.double(torch.tensor([1, 2]))[1].item()

    agree.scenario(parts)


@pytest.mark.exercise("double")
def test_a_part_here(student, agree):
    agree.that(int(student.double(torch.tensor([1, 2]))[1]) == 4, "Both are doubled.")
"""


@pytest.mark.parametrize(
    ("answer", "said"),
    [("None", "The test met a None where"), ("[x[0] * 2]", "more or fewer parts"), ("7", "could not work with")],
)
def test_what_a_test_cannot_work_with_is_told_by_its_cause(course: Course, answer: str, said: str) -> None:
    course.tests.write_text(PARTS, "utf-8")
    course.answer("return x * 2", f"return {answer}")
    ended = course.run("-v")
    assert ended.counts == {"failed": 2}
    assert ended.text.count(said) >= 2


LABELS = """\
import pytest


@pytest.mark.exercise("double")
def test_twice(agree):
    def seen(module):
        return {"value": 1, "first pass": module.double(2)}

    agree.scenario(seen)
"""


def test_a_label_of_a_scenario_is_read_in_the_students_language(course: Course) -> None:
    course.is_bilingual()
    catalog = course.root / "locale" / "es" / "LC_MESSAGES" / "course.po"
    catalog.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    catalog.write_text(f'{head}msgid "first pass"\nmsgstr "primera pasada"\n', "utf-8")
    course.tests.write_text(LABELS, "utf-8")
    course.answer("return x * 2", "return x")
    course.run().shows("En el elemento ['primera pasada'] de lo que mira esta prueba")
    course.run("--antorcha-language", "en").shows("In item ['first pass'] of what")


LIST_HANDED_OUT = """\
import pytest


@pytest.mark.exercise("double")
def test_of_a_list(agree):
    def seen(module):
        numbers = [1.0, 2.0]
        return {"doubled": module.double(numbers), "left": len(numbers)}

    agree.scenario(seen)
"""


def test_a_changed_argument_of_a_scenario_is_told_before_what_came_of_it(course: Course) -> None:
    course.tests.write_text(LIST_HANDED_OUT, "utf-8")
    course.answer("return x * 2", "x.append(1.0)\n    return x * 2")
    ended = course.run()
    ended.shows("Your function changed its argument")
    assert "The number of items" not in ended.text


ENDLESS = """\
numbers = []
    while x is not None: numbers = [*numbers, 1][-9:]
    return x * 2"""
SOME_COMPUTING = """\
import time

    end = time.process_time() + 1
    while time.process_time() < end:
        pass
    return x * 2"""


SCENARIO_OF_DOUBLE = """\
import pytest


@pytest.mark.exercise("double")
def test_both(agree):
    def twice(module):
        return module.double(module.double(3.0))

    agree.scenario(twice)
"""


GROWING = "rows = []\n    while x is not None: rows.append(torch.ones(1_000_000))"


def allow(course: Course, limit: str) -> None:
    """Give `double` a limit of its own."""
    config = course.root / "grading.toml"
    limits = f"limits = {{ {limit} }}"
    config.write_text(config.read_text("utf-8").replace('"double" }', f'"double", {limits} }}'), "utf-8")


def test_a_loop_without_end_is_interrupted_and_named(course: Course) -> None:
    allow(course, f"call_cpu_seconds = {0.3 / 4}")
    course.answer("return x * 2", ENDLESS)
    ended = course.run()
    assert ended.counts == {"failed": 1, "passed": 2}
    ended.shows("double was stopped after 0.3 seconds", "line 6: «while x is not None: numbers = ", "is the condition")
    ended.hides("EndlessError", "process_time")
    course.tests.write_text(SCENARIO_OF_DOUBLE, "utf-8")
    course.run().shows("double was stopped after 0.3 seconds", "✗ double")


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="only Linux says how much memory a process takes")
def test_a_loop_that_fills_the_memory_is_interrupted_and_named(course: Course) -> None:
    allow(course, "memory_mib = 100")
    course.answer("return x * 2", GROWING)
    ended = course.run()
    assert ended.counts == {"failed": 1, "passed": 2}
    ended.shows(
        "double was stopped when it took 100 MiB more", "line 6: «while x is not None: rows", "Does something grow"
    )
    ended.hides("TooMuchMemoryError")


def test_nobody_who_debugs_is_interrupted(course: Course) -> None:
    allow(course, f"call_cpu_seconds = {0.3 / 4}")
    course.answer("return x * 2", SOME_COMPUTING)
    course.run("-k", "double").shows("double was stopped")
    course.run("-k", "double", "--pdb").shows("1 passed")
    followed = SOME_COMPUTING.replace("import time", "import sys, time; sys.settrace(lambda *_: None)")
    course.answer("return x * 2", followed.replace("return", "sys.settrace(None); return"))
    course.run("-k", "double").shows("1 passed")


@pytest.mark.slow
def test_the_debugger_opens_in_the_students_function(course: Course) -> None:
    course.answer("return values.float().mean()", "hint = 4321\n    return values.mean()")
    text = debugged(course, ["--pdb", "-k", "average"], "p hint + 1\nq\n")
    assert "4322" in text
    assert "return values.mean()" in text
    assert "INTERNALERROR" not in text


@pytest.mark.slow
def test_breakpoint(course: Course) -> None:
    course.answer("return x * 2", "secret = 8000\n    breakpoint()\n    return x * 2")
    assert "8765" in debugged(course, ["-k", "double"], "p secret + 765\nc\n")
    left = debugged(course, [], "q\n")
    assert "Exit: Quitting debugger" in left
    assert "✗ double" not in left


def test_interrupting(course: Course) -> None:
    """Ctrl-C while the student's function runs ends the run; it is not the function's answer."""
    course.answer("return x * 2", "raise KeyboardInterrupt")
    ended = course.run("-k", "double", fresh=True)
    assert ended.code == 2
    ended.shows("KeyboardInterrupt")


@pytest.mark.slow
def test_in_parallel(course: Course) -> None:
    stub = course.answers.read_text("utf-8")
    course.answer(code=stub.replace("    raise NotImplementedError", "    return x * 2", 1))
    ended = course.run("-n", "2", fresh=True)
    assert ended.code == 0
    ended.shows("1 passed", "not started", "1 of 3 exercises", "Next: average (exercises/warmup.py:20)")
    course.answer("matrix[-1:]", "matrix[-1]")
    ended = course.run("-n", "2", fresh=True)
    assert ended.code == 1
    ended.shows("1 failed", "2 of 3 exercises", "number of axes")
    ended.shows_no_frame_of_ours()


def test_checks_run_on_one_thread_and_leave_the_others_alone(course: Course) -> None:
    course.answer()
    course.tests.write_text(
        "import torch\n\ndef test_double(agree):\n    assert torch.get_num_threads() == 1\n"
        "    agree('double', torch.tensor([1]))\n"
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        ended = course.run()
        assert (ended.code, torch.get_num_threads()) == (0, 2)
    finally:
        torch.set_num_threads(before)


@pytest.mark.slow
def test_what_torch_s_compiler_changes_is_not_laid_at_the_student_s_door(course: Course) -> None:
    """It raises the recursion limit, whether or not there is a C++ compiler to go on with."""
    compiled = "    try:\n        return torch.compile(lambda y: y * 2)(x)\n    except Exception:\n        return x * 2"
    course.answer("    return x * 2", compiled)
    ended = course.run("-k", "double", fresh=True)
    assert ended.code == 0
    raised = "    import sys\n    sys.setrecursionlimit(sys.getrecursionlimit() + 1)\n    return x * 2"
    course.answer("    return x * 2", raised)
    course.run("-k", "double", fresh=True).shows("recursion")


# ------------------------------------------------------------------------------------------------ writing tests


def test_a_plain_assert_is_explained_by_pytest(course: Course) -> None:
    course.answer()
    course.tests.write_text(
        "import torch\n\ndef test_sum(student):\n    answer = student.double(torch.tensor([1]))\n"
        "    assert answer.sum() == 3\n"
    )
    ended = course.run()
    assert ended.code == 1
    ended.shows("assert answer.sum() == 3", "1 failed", "✗ double")
    ended.shows_no_frame_of_ours()


def test_a_check_that_compares_nothing_earns_nothing(course: Course) -> None:
    course.answer()
    course.tests.write_text("def test_nothing(student):\n    student.double\n")
    ended = course.run()
    assert ended.code == 1
    ended.shows("1 failed", "before your answer could be compared")


def test_what_agree_that_says(course: Course) -> None:
    course.answer()
    course.tests.write_text(
        "import torch\n\ndef test_it(agree, student):\n"
        "    agree.that(student.double(torch.tensor(1)) == 3, 'Twice one is three here.')\n"
    )
    ended = course.run()
    assert ended.code == 1
    ended.shows("Twice one is three here.", "✗ double")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def test_none(agree):\n    agree('triple', 1)\n", "no exercise of 'warmup'"),
        (
            "def test_two(agree):\n    agree('double', 1)\n    agree('average', 1)\n",
            "(average, double)",
        ),
        ("import pytest\n\n@pytest.mark.exercise('tripel')\ndef test_x(agree): pass\n", "'tripel'"),
        ("import pytest\n\n@pytest.mark.points(0)\ndef test_x(agree):\n    agree('double', 1)\n", "positive"),
        ("import pytest\n\n@pytest.mark.points('two')\ndef test_x(agree):\n    agree('double', 1)\n", "positive"),
    ],
)
def test_mistakes_in_tests(course: Course, code: str, said: str) -> None:
    course.tests.write_text(code)
    ended = course.run()
    assert ended.code == 4
    assert said in ended.errors
    assert "exercises/test_warmup.py::test_" in ended.errors
    assert "Traceback" not in ended.errors + ended.text


def test_a_mark_says_which_exercise(course: Course) -> None:
    course.answer()
    course.tests.write_text(
        "import pytest, torch\n\n@pytest.mark.exercise('average')\n@pytest.mark.points(2.5)\ndef test_both(agree):\n"
        "    agree('double', torch.tensor([1]))\n    agree('average', torch.tensor([1]))\n"
    )
    ended = course.run("--strict-markers")
    assert ended.code == 0
    ended.shows("1 passed", "1 of 3 exercises")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("agree.using(tolerance=3)('double', torch.tensor(1))", "no setting tolerance"),
        ("agree('double', object())", "cannot travel"),
        ("agree.scenario(lambda module: module.double)", "cannot be compared"),
        ("agree.scenario(lambda module: module.no_such_thing('double'))", "the reference"),
    ],
)
def test_mistakes_of_the_author_are_not_held_against_the_student(course: Course, call: str, said: str) -> None:
    course.answer()
    course.tests.write_text(
        f"import pytest, torch\n\n@pytest.mark.exercise('double')\ndef test_x(agree):\n    {call}\n"
    )
    ended = course.run()
    assert ended.code == 1
    ended.shows("The check itself failed", said)


def test_fixtures_of_the_course_win(course: Course) -> None:
    course.answer()
    (course.root / "exercises" / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef device():\n    return 'mine'\n\n"
        "@pytest.fixture\ndef student():\n    return 'me'\n"
    )
    course.tests.write_text(
        "import torch\n\ndef test_x(agree, device, student):\n    assert (device, student) == ('mine', 'me')\n"
        "    agree('double', torch.tensor(1))\n"
    )
    assert course.run().code == 0


def test_the_graders_on_a_file_of_ones_choice(course: Course) -> None:
    (course.root / "ana.py").write_text(RIGHT.replace("x * 2", "x + x + 1"))
    ended = course.here("graders", "--antorcha-student", "ana.py")
    assert ended.code == 1
    ended.shows("2 failed", "3 passed", "Next: double (ana.py:4)")


# ------------------------------------------------------------------------------------------- where there is no course


def test_silence_where_there_is_no_course(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n\ndef test_it():\n    assert 'torch' not in sys.modules\n"
        "    assert 'antorcha.plugin' in sys.modules\n"
        "def test_wrong():\n    assert 1 == 2\n"
    )
    result = pytester.runpytest_subprocess()
    assert "Antorcha" not in result.stdout.str()
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}


def test_the_fixtures_of_a_stranger(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n\n@pytest.fixture\ndef device():\n    return 'own'\n\n"
        "@pytest.fixture\ndef student():\n    return 'own'\n\n"
        "def test_it(device, student):\n    assert device == student == 'own'\n"
    )
    assert Course(pytester).here().code == 0


def test_agree_outside_of_a_course_says_where_it_belongs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(agree):\n    agree('f', 1)\n")
    ended = Course(pytester).here()
    assert ended.code == 1
    ended.shows("belongs to no topic of a course")
    ended.hides("Traceback")


def test_a_mistake_in_the_configuration_is_one_clear_line(course: Course) -> None:
    (course.root / "grading.toml").write_text('title = "x"\nlanguage = 3\n')
    ended = course.run()
    assert ended.code == 4
    assert "grading.toml" in ended.errors
    assert "Traceback" not in ended.errors + ended.text


def test_visible_and_hidden_tests_of_one_name_keep_their_own_answers(course: Course) -> None:
    course.answer()
    for folder, name in (("exercises", "double"), ("graders", "average")):
        text = f"import torch\n\n\ndef test_one(agree):\n    agree({name!r}, torch.tensor([1.0, 2.0]))\n"
        (course.root / folder / "test_warmup.py").write_text(text, "utf-8")
    done = course.here("exercises", "graders", "-p", "no:cacheprovider", "--import-mode=importlib")
    assert done.counts == {"passed": 2}, done.text


SHARED_DATA = """\
import pytest
import torch

NUMBERS = torch.tensor([1.0, 2.0, 3.0])
TABLE = {"rows": [1.0, 2.0], "weight": torch.ones(2)}
LAYER = torch.nn.Linear(1, 1)


@pytest.mark.exercise("double")
def test_double(agree):
    def doubled(module):
        LAYER(module.double(TABLE["weight"][:1])).backward()
        return module.double(NUMBERS), module.double(TABLE["weight"]), len(module.double(TABLE["rows"]))

    agree.scenario(doubled)


@pytest.mark.exercise("average")
def test_average(agree):
    def averaged(module):
        return module.average(NUMBERS), module.average(TABLE["weight"]), len(TABLE["rows"]), LAYER.bias.grad is None

    agree.that([float(number) for number in agree.evidence(averaged)] == [2.0, 1.0, 2.0, 1.0], "It was spoilt.")
"""
IN_PLACE = """
    if isinstance(x, list):
        x.append(0.0)
        return 2 * x[:-1]
    return x.mul_(2)"""


def test_an_answer_that_writes_to_what_tests_share_costs_no_other_exercise(course: Course) -> None:
    course.tests.write_text(SHARED_DATA, "utf-8")
    course.answer("return x * 2", IN_PLACE.strip())
    ended = course.run()
    assert ended.counts == {"failed": 1, "passed": 1}
    ended.shows("✗ double", "1 of 3 exercises")
