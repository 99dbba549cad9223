"""The store of outcomes between audits: one JSON file a topic, keyed by what each outcome depends on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from antorcha.audit.outcome import Outcome
from antorcha.files import make_folder, write_if_changed
from antorcha.plain import PlainDataError, from_plain, to_plain

CACHE_FORMAT = 3  # a file of another format is forgotten: what is in it can be found out again


class Cache:
    """The outcomes of one topic. Saving forgets those that the run did not use."""

    def __init__(self, folder: Path, topic: str) -> None:
        self._path = folder / f"{topic}.json"
        data = _read(self._path)
        self._old: dict[str, Any] = data.get("outcomes", {})
        self._used: dict[str, Any] = {}
        self.finished: dict[str, Any] = data.get("finished") or {}  # {"key": ..., "record": ...} of the last full audit

    def get(self, key: str) -> Outcome | None:
        try:
            outcome = from_plain(Outcome, self._old[key])
        except (KeyError, PlainDataError):
            return None
        self._used[key] = self._old[key]
        return outcome

    def put(self, key: str, outcome: Outcome) -> None:
        self._used[key] = to_plain(outcome)

    def save(self, *, complete: bool, finished: dict[str, Any] | None = None) -> None:
        """Write the file. An interrupted run (`complete` false) keeps what it did not get to use."""
        outcomes = self._used if complete else {**self._old, **self._used}
        make_folder(self._path.parent)
        data = {"format": CACHE_FORMAT, "outcomes": outcomes, "finished": finished or {}}
        write_if_changed(self._path, json.dumps(data))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) and data.get("format") == CACHE_FORMAT else {}
