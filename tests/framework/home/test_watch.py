"""`antorcha watch` in a pseudo-terminal, and where there is no terminal: what somebody sees who saves a file."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.released import released_mini_course

from antorcha.course.load import load_course
from antorcha.home.changes import WatchedFiles
from antorcha.home.folder import student_folder
from antorcha.home.reset import reset
from antorcha.release.frozen import freeze

COMMAND = [sys.executable, "-m", "antorcha.cli.main", "watch"]
LONGEST = 60.0  # seconds that a test waits for what must come; nothing here asserts how long it took


class Terminal:
    """A watch in a terminal of its own."""

    def __init__(self, given: Path) -> None:
        import pty

        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(given)
            os.execv(sys.executable, COMMAND)
        self.text = ""

    def press(self, key: str) -> None:
        self.text = ""
        os.write(self.terminal, key.encode())

    def shows(self, *patterns: str) -> None:
        """Wait until all patterns have been shown since the last key or save."""
        end = time.monotonic() + LONGEST
        while not all(re.search(pattern, self.text) for pattern in patterns):
            assert time.monotonic() < end, f"{patterns} not in {self.text!r}"
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.text += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = released_mini_course(tmp_path)
    for name, data in freeze(load_course(tmp_path / "course")).answers.items():
        (folder / "exercises" / "_antorcha" / "answers" / f"{name}.bin").write_bytes(data)
    return folder


def save(given: Path, code: str, terminal: Terminal | None = None) -> None:
    """Save as an editor does that puts a new file into the place of the old one."""
    if terminal is not None:
        terminal.text = ""
    module = given / "exercises" / "warmup.py"
    new = module.with_name("warmup.py.swp")
    new.write_text(code, "utf-8")
    new.replace(module)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_file_is_saved_and_the_verdict_is_there(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delenv("ANTORCHA_LANG", raising=False)
    stub = (given / "exercises" / "warmup.py").read_text("utf-8")
    terminal = Terminal(given)
    try:
        terminal.shows(r"Next: double \(exercises/warmup.py:\d+\)", r"0 of 3 exercises", r"\[q\] quit")
        wrong = stub.replace("    raise NotImplementedError", "    print('look at me'); return x * 3", 1)
        save(given, wrong, terminal)
        terminal.shows("✗ double", "expected", "look at me")
        save(given, wrong.replace("x * 3", "x *"), terminal)
        terminal.shows("syntax error at line")
        save(given, wrong.replace("print('look at me'); return x * 3", "while True: x = x"), terminal)
        terminal.shows(r"Next: double")  # it computes for ever, and the next save is not kept waiting
        save(given, wrong.replace("x * 3", "x * 2"), terminal)
        terminal.shows("✓ double", r"Next: average", r"1 of 3 exercises")
        terminal.press("h")
        terminal.shows(r"no hints for average\.", r"exercises/warmup\.md")
        terminal.press("l")
        terminal.shows(r" warmup\r\n   ✓ double  · average  · last_row")
        helped = wrong.replace("x * 3", "x * 2") + "\nfrom own_helper import *\n"
        (given / "exercises" / "own_helper.py").write_text("def double(x):\n    return x * 4\n", "utf-8")
        save(given, helped, terminal)
        terminal.shows("✗ double")
        (given / "exercises" / "own_helper.py").write_text("def double(x):\n    return x * 2\n", "utf-8")
        terminal.press("a")  # nothing of the topic's own file has changed
        terminal.shows("✓ double")
        terminal.press("i")
        terminal.shows("Siguiente: average", r"\[q\] salir")
        (given / "exercises" / "warmup.py").unlink()
        terminal.text = ""
        terminal.shows(r"No hay ningún archivo|warmup\.py")
        save(given, wrong, terminal)
        terminal.shows("✗ double")
        terminal.press("r")
        terminal.shows("double")
        terminal.press("s")
        terminal.shows(r"warmup\.py\.1~")
        assert (given / "exercises" / "warmup.py").read_text("utf-8") == stub
        assert (given / "exercises" / "warmup.py.1~").read_text("utf-8") == wrong
        terminal.press("q")
        assert os.waitpid(terminal.pid, 0)[1] == 0
    finally:
        os.close(terminal.terminal)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process alone")
def test_without_a_terminal_there_are_plain_lines(given: Path) -> None:
    stub = (given / "exercises" / "warmup.py").read_text("utf-8")
    save(given, stub.replace("    raise NotImplementedError", "    return x * 2", 1))
    with subprocess.Popen(
        COMMAND,
        cwd=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        # Whoever starts the tests in the background of a shell hands on a SIGINT that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as watch:
        assert watch.stdout is not None
        try:
            said = [watch.stdout.readline() for _ in range(3)]
            watch.send_signal(signal.SIGINT)
            assert watch.wait(LONGEST) == 0
        finally:  # leaving the block waits for it, however long it takes
            watch.kill()
    assert said[1:] == ["✓ warmup.double\n", f"Next: average (exercises/warmup.py:{line_of(stub, 'average')})\n"]


def line_of(text: str, name: str) -> int:
    return text[: text.index(f"def {name}(")].count("\n") + 1


def test_what_changed_is_known_by_what_the_code_says(tmp_path: Path) -> None:
    given = released_mini_course(tmp_path)
    files = WatchedFiles(student_folder(given))
    stub = (given / "exercises" / "warmup.py").read_text("utf-8")

    def changed() -> list[str]:
        return [name for change in files.changes() for name in change.exercises]

    assert changed() == []
    code = stub.replace("    raise NotImplementedError", "    return x * 2", 1)
    save(given, code)
    assert changed() == ["double"]
    save(given, code + "\n# a remark\n")
    assert changed() == []
    save(given, code.replace("import torch", "import torch\nimport math"))
    assert changed() == ["double"], "an import may matter to all that was begun, and to no stub"
    save(given, code.replace("x * 2", "x *"))
    assert changed() == ["double"]
    (given / "exercises" / "warmup.py").unlink()
    assert changed() == [], "an editor may be about to put another one there"
    assert [changed() for _ in range(9)][-1] == ["double"]


def test_a_broken_function_is_put_back_and_the_others_stay(tmp_path: Path) -> None:
    given = released_mini_course(tmp_path)
    module = given / "exercises" / "warmup.py"
    stub = module.read_text("utf-8")
    mine = stub.replace("    raise NotImplementedError", "    return x * (\n\n        2 +", 1)
    mine = mine.replace("    raise NotImplementedError", "    return values.sum()", 1)
    module.write_text(mine, "utf-8")
    folder = student_folder(given)
    backup = reset(folder, "warmup", "double")
    assert backup.read_text("utf-8") == mine
    first, second = "    raise NotImplementedError", "    return values.sum()"
    assert module.read_text("utf-8") == stub.replace(first, second, 2).replace(second, first, 1)
    assert reset(folder, "warmup", "double") != backup
