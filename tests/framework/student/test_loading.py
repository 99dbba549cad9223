"""A submission is loaded statement by statement, at home and in a worker: one that fails takes no other with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from antorcha.course.model import Limits
from antorcha.explain import explain
from antorcha.intake.model import Cell, HelperModule, SubmittedFile
from antorcha.results import Verdict
from antorcha.student.local import LocalRunner
from antorcha.student.remote import RemoteRunner
from antorcha.worker.guards import CodeLimits
from antorcha.worker.observation import Observation
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode

LIMITS = Limits(call_cpu_seconds=1.0, submission_cpu_seconds=20.0)
NOTHING = encode([[], {}])
Load = Callable[..., Any]


@pytest.fixture(params=["home", "worker"])
def load(request: pytest.FixtureRequest) -> Iterator[Load]:
    opened: list[Any] = []

    def make(*cells: str, notebook: bool = False, limits: Limits = LIMITS) -> Any:
        file = "topic.ipynb" if notebook else "topic.py"
        named = [(code, f"{file}, cell {number}" if notebook else file) for number, code in enumerate(cells, start=1)]
        if request.param == "home":
            runner: Any = LocalRunner("student_topic", named, one_file=not notebook)
        else:
            submitted = SubmittedFile("topic", file, tuple(Cell(code, name) for code, name in named))
            zygote = request.getfixturevalue("zygote")
            runner = RemoteRunner(zygote, submitted, limits, ("before", "after", "lost", "needs"))
        opened.append(runner)
        return runner

    yield make
    for runner in opened:
        runner.close()


def answer(runner: Any, name: str) -> Observation:
    seen: Observation = runner.call(name, NOTHING, CallOptions())
    return seen


AROUND = "def before():\n    return 1\n{line}\ndef after():\n    return 2\n"
RAISING = {
    "1 / 0": "ZeroDivisionError",
    "model.fit()": "NameError",
    "import a_package_that_nobody_has": "ModuleNotFoundError",
    "import sys; sys.exit(0)": "SystemExit",
    "class Own(BaseException): pass\nraise Own": "BaseException",
    "x = torch.ones(1).cuda()": "NameError",
    "exec('def')": "SyntaxError",
}


@pytest.mark.parametrize(("line", "kind"), RAISING.items())
def test_what_stands_before_and_after_a_statement_that_raises_counts(load: Load, line: str, kind: str) -> None:
    runner = load(AROUND.replace("{line}", line))
    assert (answer(runner, "before").value, answer(runner, "after").value) == (1, 2)
    note = runner.whole_file()
    assert note is not None
    assert kind in note.details["reason"]
    assert note.details["line"] == 2 + line.count("\n") + 1
    assert note.details["text"] == line.splitlines()[-1]


def test_a_package_that_is_not_there_is_named(load: Load) -> None:
    note = load(AROUND.replace("{line}", "import a_package_that_nobody_has as p")).whole_file()
    assert note.kind == "set_aside_package"
    assert "a_package_that_nobody_has" in explain(note, "es")


def test_a_package_that_a_module_beside_needs_is_named(zygote: Any) -> None:
    code = "from mine import x\ndef after():\n    return 2\n"
    beside = HelperModule("mine", "import a_package_that_nobody_has\nx = 1\n", "mine.py")
    submitted = SubmittedFile("topic", "topic.py", (Cell(code, "topic.py"),), modules=(beside,))
    remote = RemoteRunner(zygote, submitted, LIMITS, ("after",))
    for runner in (remote, LocalRunner.from_submission("student_topic", submitted)):
        try:
            assert answer(runner, "after").value == 2
            note = runner.whole_file()
        finally:
            runner.close()
        assert note is not None
        assert (note.details["line"], note.details["package"]) == (1, "a_package_that_nobody_has")


def test_colab_s_own_package_is_called_by_its_name(load: Load) -> None:
    note = load("from google.colab import drive\ndef after():\n    return 2\n").whole_file()
    assert (note.kind, note.details["package"]) == ("set_aside_package", "google.colab")


def test_the_neighbours_of_an_import_work(load: Load) -> None:
    runner = load("import nobody_has_this\nimport math\ndef after():\n    return math.pi\n")
    assert answer(runner, "after").value == pytest.approx(3.14159, abs=1e-4)


@pytest.mark.parametrize("asks", ["x = torch.ones(1).cuda()", "x = torch.ones(1, device='cuda')"])
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_named(load: Load, asks: str) -> None:
    runner = load("import torch\n" + AROUND.replace("{line}", asks))
    assert answer(runner, "after").value == 2
    assert runner.whole_file().details["reason"] == "there is no GPU here"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_default_device_that_is_not_there_spoils_no_function(load: Load) -> None:
    runner = load(
        "import torch\ntorch.set_default_device('cuda')\ndef after():\n    return torch.ones(2).sum().item()\n"
    )
    assert answer(runner, "after").value == 2.0
    note = runner.whole_file()
    assert (note.details["line"], note.details["reason"]) == (2, "there is no GPU here")


def test_only_what_needs_a_lost_name_fails_and_for_that_reason(load: Load) -> None:
    runner = load("import nobody_has_this as pd\ndef needs():\n    return pd.x\ndef after():\n    return 2\n")
    assert answer(runner, "after").value == 2
    seen = answer(runner, "needs")
    assert seen.fault == Verdict.ERROR
    told = seen.fault_details["loading"]
    assert (told.kind, told.details["name"], told.details["line"], told.details["at"]) == (
        "needs_set_aside",
        "pd",
        1,
        3,
    )
    assert "nobody_has_this" in explain(told, "es")


def test_a_function_lost_with_its_statement_is_missing_for_that_reason(load: Load) -> None:
    runner = load("@no_such_decorator\ndef lost():\n    return 1\ndef after():\n    return 2\n")
    seen = answer(runner, "lost")
    assert seen.fault == Verdict.MISSING
    assert seen.fault_details["loading"].kind == "missing_set_aside"
    assert answer(runner, "after").value == 2


def test_a_notebook_goes_on_with_its_next_cell_as_jupyter_does(load: Load) -> None:
    runner = load(
        "def before():\n    return 1\n",
        "x = 1\n1 / 0\ndef lost(): pass\n",
        "def after():\n    return 2\n",
        notebook=True,
    )
    assert (answer(runner, "before").value, answer(runner, "after").value) == (1, 2)
    assert answer(runner, "lost").fault == Verdict.MISSING
    note = runner.whole_file()
    assert (note.details["cell"], note.details["line"]) == ("topic.ipynb, cell 2", 2)
    assert explain(note, "es").startswith("topic.ipynb, celda 2, línea 2")


def test_an_endless_loop_is_set_aside(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antorcha.student.local._OF_STATEMENTS", CodeLimits(0.3, 1024))
    runner = load(AROUND.replace("{line}", "while True: pass"))
    assert (answer(runner, "before").value, answer(runner, "after").value) == (1, 2)
    assert runner.whole_file().details["reason"] == "it does not end in time"


def test_several_are_counted(load: Load) -> None:
    note = load("1 / 0\nx = 1\ny = z\n[][1]\ndef after():\n    return 2\n").whole_file()
    assert note.kind == "set_aside_several"
    assert (note.details["count"], note.details["line"], note.details["others"]) == (3, 1, "topic.py:3, topic.py:4")


def test_a_curly_quote_is_named_as_what_it_is(load: Load) -> None:
    note = load("x = 1\ny = \u201chola\u201d\n").whole_file()
    assert note.details["line"] == 2
    assert 'a curly quote “ where Python needs "' in explain(note, "en", full=True)
    assert 'una comilla tipográfica “ donde Python necesita "' in explain(note, "es", full=True)


def test_a_form_feed_ends_no_line(load: Load) -> None:
    note = load("x = 1\n\x0c\ny = '\u2028'\n1 / 0\ndef after():\n    return 2\n").whole_file()
    assert (note.details["line"], note.details["text"]) == (4, "1 / 0")


def test_a_module_means_what_it_means_when_it_is_run_at_once(load: Load) -> None:
    code = '''"""Its docstring."""
from __future__ import annotations
"another text"
def after(x: NoSuchName = 1):
    return [__doc__, after.__annotations__]
'''
    assert answer(load(code), "after").value == ["Its docstring.", {"x": "NoSuchName"}]


ENDING = {
    "import os; os._exit(0)": "it leaves Python",
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": "it crashes Python",
    "while True: print('x' * 100_000)": "it prints too much",
}


@pytest.mark.parametrize(("line", "reason"), ENDING.items())
def test_what_ends_a_worker_is_set_aside_too(zygote: Any, line: str, reason: str) -> None:
    code = AROUND.replace("{line}", line)
    submitted = SubmittedFile("topic", "topic.py", (Cell(code, "topic.py"),))
    runner = RemoteRunner(zygote, submitted, LIMITS, ("before", "after"))
    try:
        assert (answer(runner, "before").value, answer(runner, "after").value) == (1, 2)
        assert runner.load_verdict is Verdict.PASSED
        note = runner.whole_file()
    finally:
        runner.close()
    assert note is not None
    assert (note.details["line"], note.details["reason"]) == (3, reason)


def test_a_file_that_ends_worker_after_worker_is_given_up(zygote: Any) -> None:
    code = "import os\n" + "os._exit(0)\n" * 6 + "def after():\n    return 2\n"
    runner = RemoteRunner(zygote, SubmittedFile("topic", "topic.py", (Cell(code, "topic.py"),)), LIMITS, ("after",))
    try:
        assert answer(runner, "after").fault == Verdict.EXITED
        assert runner.load_verdict is Verdict.EXITED
    finally:
        runner.close()


def test_an_exercise_that_is_defined_twice_is_told_with_both_places(zygote: Any) -> None:
    code = "def after():\n    return 1\n\ndef after():\n    return 2\n"
    runner = RemoteRunner(zygote, SubmittedFile("topic", "topic.py", (Cell(code, "topic.py"),)), LIMITS, ("after",))
    try:
        assert answer(runner, "after").value == 2
        note = runner.whole_file()
    finally:
        runner.close()
    assert note is not None
    assert note.details == {"name": "after", "first": "topic.py:1", "last": "topic.py:4"}
