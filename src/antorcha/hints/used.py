"""The record of how many hints somebody has asked for, and of the mistakes that the last run recognised.

It stays on the student's machine: hidden, ignored by git, and in no zip that `antorcha submit-check` makes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from antorcha.errors import UserError
from antorcha.files import make_folder, write_if_changed

_FOLDER = ".antorcha"  # beside `exercises`


class UsedHints:
    """The record of one folder, in a file; without a folder in this process's memory alone."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root
        self._steps: dict[str, int] = {}
        self._mistakes: dict[str, dict[str, str]] = {}  # sentences by exercise, then language
        self._read()

    def ask(self, exercise: str, steps: int) -> int:
        """Count one more step of an exercise that has so many; return how many may be shown now."""
        self._read()
        self._steps[exercise] = min(self._steps.get(exercise, 0) + 1, steps)
        self._write()
        return self._steps[exercise]

    def mistake(self, exercise: str, language: str) -> str:
        """Return the sentence of the mistake that was recognised the last time; `""` for none."""
        return self._mistakes.get(exercise, {}).get(language, "")

    def remember(self, mistakes: Mapping[str, str], language: str) -> None:
        """Take note of the mistakes of these exercises, of a run in a language; `""`: none was recognised."""
        self._read()
        for exercise, sentence in mistakes.items():
            self._mistakes.pop(exercise, None)
            if sentence:
                self._mistakes[exercise] = {language: sentence}
        self._write()

    def _read(self) -> None:
        if self._root is None:
            return
        try:
            data: dict[str, Any] = json.loads((self._root / _FOLDER / "hints.json").read_text(encoding="utf-8"))
            steps = {str(name): int(count) for name, count in data["steps"].items()}
            mistakes = {str(name): dict(said) for name, said in data["mistakes"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # none yet, or damaged: begin anew
            return
        self._steps, self._mistakes = steps, mistakes

    def _write(self) -> None:
        """Write the record. Where nothing can be written, hints begin anew the next time; that is no error."""
        if self._root is None or not (self._steps or self._mistakes or (self._root / _FOLDER).is_dir()):
            return
        data = {"steps": self._steps, "mistakes": self._mistakes}
        try:
            make_folder(self._root / _FOLDER)
            write_if_changed(self._root / _FOLDER / ".gitignore", "*\n")
            text = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
            write_if_changed(self._root / _FOLDER / "hints.json", text + "\n")
        except UserError:
            return
