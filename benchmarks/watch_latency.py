"""How long after a file was saved does `antorcha watch` show the verdict?

    python benchmarks/watch_latency.py FOLDER [--saves 50]

FOLDER is a released one (`antorcha release student`), and is copied. An answer to `first_tensors` is saved again and
again, right and wrong by turns, as editors save: a new file in the place of the old one. Each time counts from that
moment until the verdict stands in the terminal. The first save comes while the warm process still imports torch, and is
told apart. The rival is what a student would do instead: a fresh `pytest` of that exercise.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RIGHT = """return [
        torch.tensor(3.14),
        torch.tensor([1.0, 2.0, 3.0]),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        torch.arange(1.0, 13.0).reshape(2, 2, 3),
    ]"""
WRONG = RIGHT.replace("3.14", "[3.14]")
SIGNS = {RIGHT: "✓ first_tensors", WRONG: "✗ first_tensors"}
GIVE_UP = 60.0  # seconds


class Watch:
    """`antorcha watch` in a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execv(sys.executable, [sys.executable, "-m", "antorcha.cli.main", "watch"])
        self.read_until("[q]")

    def read_until(self, sign: str) -> float:
        """Return the seconds until a text is shown."""
        begun, shown = time.perf_counter(), ""
        while not re.search(re.escape(sign), shown):
            if time.perf_counter() - begun > GIVE_UP:
                raise SystemExit(f"{sign} was never shown; the last lines were:\n{shown[-500:]}")
            if select.select([self.terminal], [], [], 0.01)[0]:
                shown += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        return time.perf_counter() - begun

    def close(self) -> None:
        os.write(self.terminal, b"q")
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def save(module: Path, stub: str, answer: str, number: int) -> None:
    """Put an answer into the first stub, with a comment that makes each save another text."""
    new = module.with_suffix(".swp")
    text = stub.replace("    raise NotImplementedError", f"    {answer}  # {number}", 1)
    new.write_text(text, encoding="utf-8")
    new.replace(module)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--saves", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "course"
        shutil.copytree(args.folder, folder)
        module = folder / "exercises/tensors.py"
        stub = module.read_text(encoding="utf-8")
        watch = Watch(folder)
        seconds = []
        for number in range(args.saves + 1):
            answer = WRONG if number % 2 else RIGHT
            save(module, stub, answer, number)
            seconds.append(watch.read_until(SIGNS[answer]))
        watch.close()
        command = [sys.executable, "-m", "pytest", "-q", "exercises/test_tensors.py", "-k", "first_tensors"]
        rivals = []
        for _ in range(3):
            begun = time.perf_counter()
            subprocess.run(command, cwd=folder, capture_output=True, check=False)
            rivals.append(time.perf_counter() - begun)
    first, *warm = seconds
    median, rival = statistics.median(warm), statistics.median(rivals)
    print(f"save to verdict, {args.saves} saves: median {median:.3f} s, worst {max(warm):.3f} s")
    print(f"a save as soon as the watch has begun: {first:.2f} s")
    print(f"a fresh pytest of the same exercise: {rival:.2f} s, {rival / median:.0f} times as long")


if __name__ == "__main__":
    main()
