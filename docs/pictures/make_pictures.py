"""Make the pictures of README.md and README.es.md: the real program in a terminal, as SVG.

    .venv/bin/python docs/pictures/make_pictures.py

Run it where what students see has changed; the same program gives the same pictures. It needs Linux or macOS.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from antorcha.course.load import load_course
from antorcha.home.reset import lines_of_function, place_of
from antorcha.release.folder import place
from antorcha.release.frozen import freeze
from antorcha.release.student import build
from antorcha.release.wheel import make_wheel

HERE = Path(__file__).parent
COLUMNS, LINES = 100, 26
TOPICS = 3  # enough to show the order of the course
STUB = "    raise NotImplementedError"
# The scalar stands in brackets: one of the known mistakes.
WRONG = """\
    block = torch.arange(1.0, 13.0).view(2, 2, 3)
    return [torch.tensor([3.14]), torch.tensor([1.0, 2, 3]), torch.tensor([[1.0, 2], [3, 4]]), block]"""
RIGHT = ("from_nested", "number_from", "inclusive_range", "blank_like")  # taken from the reference
FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
LONGEST = 120.0  # seconds for a text to appear


def main() -> None:
    """Write a picture of pytest and one of the watch in each language."""
    course = load_course(HERE.parents[1])
    course = replace(course, topics=course.topics[:TOPICS])
    frozen, wheel = freeze(course), make_wheel()
    for language in ("en", "es"):
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder) / "given"
            place(course, build(course, language, wheel, frozen).files, given, force=False)
            begun = partly_solved(given)
            write_picture(f"watch.{language}", ["$ antorcha watch", *watched(given, begun)])
            (given / "exercises" / "tensors.py").write_text(begun.replace(STUB, WRONG, 1), encoding="utf-8")
            write_picture(f"pytest.{language}", ["$ pytest exercises/", *tested(given)])


def partly_solved(given: Path) -> str:
    """Return the first topic's stub with some of the reference's answers in it."""
    answers = (HERE.parents[1] / "reference" / "tensors.py").read_text(encoding="utf-8")
    lines = (given / "exercises" / "tensors.py").read_text(encoding="utf-8").splitlines(keepends=True)
    for name in RIGHT:
        first, end = place_of(lines, name) or (0, 0)
        lines[first:end] = lines_of_function(answers, name)
    return "".join(lines)


def tested(given: Path) -> list[str]:
    """Return what pytest writes, without the lines about this machine and with no seconds."""
    words = [sys.executable, "-m", "pytest", "exercises", "--color=yes"]
    text = in_a_terminal(given, words, lambda _text, ended: ended)
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if "exercises/test_" in line)
    last = next(number for number, line in enumerate(lines) if " passed" in line or " failed" in line)
    return lines[first:last]


def watched(given: Path, begun: str) -> list[str]:
    """Return the screen of a watch after a wrong answer was saved."""
    module = given / "exercises" / "tensors.py"
    module.write_text(begun, encoding="utf-8")

    def saved(text: str, _ended: bool) -> bool:
        """Save the wrong answer once the first screen is there; return whether its verdict is."""
        if "[q]" in text and WRONG not in module.read_text(encoding="utf-8"):
            module.write_text(begun.replace(STUB, WRONG, 1), encoding="utf-8")
        return "✗ first_tensors" in text and text.rstrip().endswith(("quit", "salir"))

    return in_a_terminal(given, [sys.executable, "-m", "antorcha.cli.main", "watch"], saved).splitlines()


def in_a_terminal(folder: Path, words: list[str], finished: Callable[[str, bool], bool]) -> str:
    """Run a command in a terminal until `finished(text, whether it has ended)`; return what its screen shows last."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.environ.update({"TERM": "xterm-256color", "OMP_NUM_THREADS": "1"})
        os.environ.pop("ANTORCHA_LANG", None)
        os.execv(words[0], words)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    data, ended, end = b"", False, time.monotonic() + LONGEST
    while not finished(data.decode("utf-8", "replace"), ended):
        if time.monotonic() > end:
            raise SystemExit(f"{words} shows:\n{data.decode('utf-8', 'replace')}")
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data += os.read(terminal, 1 << 16)
            except OSError:  # the other side is gone
                ended = True
    if not ended:
        os.write(terminal, b"q")
    os.waitpid(process, 0)
    os.close(terminal)
    return data.decode("utf-8", "replace").rpartition("\x1b[2J\x1b[H")[2].replace("\r\n", "\n")


def write_picture(name: str, lines: list[str]) -> None:
    """Write lines with the terminal's colours as `NAME.svg`."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line))
    start, end = CONSOLE_SVG_FORMAT.index("@font-face"), CONSOLE_SVG_FORMAT.index(".{unique_id}-matrix")
    # No font from elsewhere: a page that shows the picture as an image would not fetch it.
    code = (CONSOLE_SVG_FORMAT[:start] + CONSOLE_SVG_FORMAT[end:]).replace("Fira Code, monospace", FONT)
    (HERE / f"{name}.svg").write_text(
        console.export_svg(title="Antorcha", code_format=code, unique_id="antorcha"), encoding="utf-8"
    )
    print(f"wrote {name}.svg")


if __name__ == "__main__":
    main()
