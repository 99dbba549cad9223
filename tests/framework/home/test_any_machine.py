"""The student's side on a machine that lacks what only Linux has, with a console that knows no bars."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.paths import ROOT
from support.released import released_mini_course

from antorcha.course.load import load_course
from antorcha.release.frozen import freeze

ELSEWHERE = ROOT / "tests" / "support" / "other_machine"
LONGEST = 120.0  # seconds that a test waits for what must come


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released folder in Spanish, with one answer that is right and one that is wrong."""
    root = tmp_path_factory.mktemp("elsewhere")
    hints = "## average\n\n1. ¿Qué dtype?\n2. **Nada**.\n3. Un método.\n"
    folder = released_mini_course(root, "es", course_files={"hints/warmup.md": hints})
    for name, data in freeze(load_course(root / "course")).answers.items():
        (folder / "exercises" / "_antorcha" / "answers" / f"{name}.bin").write_bytes(data)
    module = folder / "exercises" / "warmup.py"
    code = module.read_text("utf-8").replace("    raise NotImplementedError", "    return x * 2", 1)
    module.write_text(code.replace("    raise NotImplementedError", "    return values * 3", 1), "utf-8")
    return folder


def surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "ANTORCHA_LANG"}
    return {**kept, "PYTHONPATH": str(ELSEWHERE), "PYTHONIOENCODING": "cp1252", "OMP_NUM_THREADS": "1"}


def there(folder: Path, *words: str, status: int = 0) -> str:
    """Run Python with these words on that machine; return what it printed, which must be cp1252."""
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, env=surroundings(), capture_output=True, timeout=300)
    text = (done.stdout + done.stderr).decode("cp1252")
    assert done.returncode == status, text
    assert "Traceback" not in text
    assert "\\u" not in text
    return text


def test_the_machine_is_as_it_should_be(tmp_path: Path) -> None:
    code = "import os, signal; print(hasattr(os, 'fork'), hasattr(signal, 'SIGKILL'), hasattr(signal, 'setitimer'))"
    assert there(tmp_path, "-c", code) == "False False False\n"
    code = (
        "import types; ours = {'__name__': 'antorcha.some', '__builtins__': __builtins__}\n"
        "try: exec('import fcntl', ours)\nexcept ModuleNotFoundError as error: print(error)"
    )
    assert there(tmp_path, "-c", code) == "No module named 'fcntl'\n"


@pytest.mark.slow
def test_pytest_shows_the_progress_in_plain_signs(given: Path) -> None:
    text = there(given, "-m", "pytest", "exercises", "--hint", status=1)
    assert re.search(r"warmup  #{6}\.{14}  1 de 3 ejercicios", text), text
    assert "x average" in text
    assert "Pista 1 de 3 para average" in text


@pytest.mark.slow
def test_the_commands_of_students_run(given: Path) -> None:
    assert "+ warmup: 2 de 3 ejercicios" in there(given, "-m", "antorcha.cli.main", "submit-check")
    assert "Qué dtype" in there(given, "-m", "antorcha.cli.main", "hint", "average")
    assert there(given, "-m", "antorcha.cli.main", "update", str(given)).startswith("No hay nada nuevo")


@pytest.mark.slow
def test_a_notebook_checks_its_cells(given: Path) -> None:
    code = (
        "from antorcha.notebook import check, progress, hint\n"
        "def double(x): return x * 2\n"
        "def average(values): return values * 3\n"
        "check('double'); hint('average'); progress()\n"
    )
    text = there(given / "exercises", "-c", code)
    assert "+ double: pruebas visibles superadas" in text
    assert "Pista 1 de 3 para average" in text
    assert re.search(r"#{6}\.{14} 1 de 3 ejercicios", text), text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_watch_obeys_its_keys_without_fork_and_termios(given: Path) -> None:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(given)
        command = [sys.executable, "-m", "antorcha.cli.main", "watch"]
        os.execve(sys.executable, command, surroundings())
    text = ""

    def shows(*patterns: str) -> None:
        nonlocal text
        end = time.monotonic() + LONGEST
        while not all(re.search(pattern, text) for pattern in patterns):
            assert time.monotonic() < end, f"{patterns} not in {text!r}"
            if select.select([terminal], [], [], 0.1)[0]:
                text += os.read(terminal, 1 << 16).decode("cp1252")

    try:
        shows(r"x average", r"warmup  #{6}\.{14}  1 de 3 ejercicios", r"\[q\] salir")
        text = ""
        module = given / "exercises" / "warmup.py"
        new = module.with_name("warmup.py.swp")  # as editors save: half a file is never seen
        new.write_text(module.read_text("utf-8").replace("values * 3", "values.float().mean()"), "utf-8")
        new.replace(module)
        shows(r"\+ average", r"2 de 3 ejercicios")
        os.write(terminal, b"q\n")
        shows(r"last_row")
        os.waitpid(pid, 0)
    finally:
        os.close(terminal)


def test_a_file_that_hides_torch_is_named_in_the_students_language(tmp_path: Path) -> None:
    folder = released_mini_course(tmp_path, "es")
    environment = {name: value for name, value in os.environ.items() if name != "ANTORCHA_LANG"}
    sentence = "torch.py tiene el nombre del paquete torch"
    for place, status in ((folder / "exercises", 4), (folder, 4)):
        (place / "torch.py").write_text("x = 1\n", "utf-8")
        command = [sys.executable, "-m", "pytest", "exercises"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert (done.returncode, sentence in done.stderr) == (status, True), done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        (place / "torch.py").unlink()
    (folder / "exercises" / "torch.py").write_text("x = 1\n", "utf-8")
    code = "from antorcha.notebook import check\ndef double(x): return x * 2\ncheck('double')\n"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder / "exercises", env=environment, capture_output=True, text=True)
    assert sentence in done.stderr.splitlines()[-1]
