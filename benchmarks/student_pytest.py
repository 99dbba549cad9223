"""What a student waits for: `pytest exercises/` in a released, untouched folder against `python -c "import torch"`.

    python benchmarks/student_pytest.py [RUNS]

Releases the repository's course into a temporary folder, runs the two in turn and prints the median wall times, the
range, and the ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
COMMANDS = {
    "import torch": [sys.executable, "-c", "import torch"],
    "pytest exercises/": [sys.executable, "-m", "pytest", "exercises/"],
}


def seconds(command: list[str], folder: Path) -> float:
    # What a student has: no plug-in but ours.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": ""}
    words = [*command, "-p", "antorcha"] if "pytest" in command else command
    started = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    spent = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return spent


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "course")
        release = [sys.executable, "-m", "antorcha.cli.main", "release", "student"]
        subprocess.run([*release, "--course", str(REPOSITORY), "--out", str(out)], check=True, capture_output=True)
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for number in range(runs + 1):
            for name, command in COMMANDS.items():
                spent = seconds(command, out)
                if number:  # the first round only warms the disk's cache
                    times[name].append(spent)
    medians = {name: statistics.median(spent) for name, spent in times.items()}
    for name, spent in times.items():
        print(f"{name:20} {medians[name]:6.2f} s   ({min(spent):.2f} to {max(spent):.2f}, {runs} runs)")
    print(f"ratio                {medians['pytest exercises/'] / medians['import torch']:6.2f}")


if __name__ == "__main__":
    main()
