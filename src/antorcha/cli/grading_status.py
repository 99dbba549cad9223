"""`antorcha grade --status`: how far a run is that grades in another terminal."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

from antorcha.report.markup import clean
from antorcha.results_folder.paths import database, status
from antorcha.results_folder.running import RunningGrade, read_status
from antorcha.store.accepted import Accepted, accepted_so_far


def tell_status(out: Path, *, as_json: bool) -> int:
    """Print what the run into a results folder is doing; return 0, or 1 where none goes on."""
    state, moment = read_status(status(out)), time.time()
    if state is None:
        print(json.dumps({"running": False}) if as_json else f"No run is grading into {out}/ now.")
        return 1
    accepted = accepted_so_far(database(out))
    if as_json:
        print(json.dumps(_record(state, accepted, moment)))
    else:
        print("\n".join(_lines(state, accepted, moment)))
    return 0


def _record(state: RunningGrade, accepted: list[Accepted], moment: float) -> dict[str, object]:
    return {
        "running": True,
        "total": state.total,
        "done": state.done,
        "reused": state.free,
        "rest": state.total - state.done,
        "seconds": round(moment - state.started, 1),
        "per_second": round(state.rate(moment), 3),
        "seconds_left": _left(state, moment),
        "now": [
            {"student": hand_in.student, "topic": hand_in.topic, "seconds": round(moment - hand_in.since, 1)}
            for hand_in in state.now
        ],
        "accepted": [asdict(row) for row in accepted],
    }


def _left(state: RunningGrade, moment: float) -> float | None:
    """Return the seconds that the rest will take at this pace; `None` while there is none to go by."""
    rate = state.rate(moment)
    return round((state.total - state.done) / rate, 1) if rate else None


def _lines(state: RunningGrade, accepted: list[Accepted], moment: float) -> list[str]:
    seconds, left, slowest = moment - state.started, _left(state, moment), state.slowest()
    pace = "" if left is None else f": {state.rate(moment):.1f} a second, about {left:.0f} s left"
    reused = f" ({state.free} of them at no cost)" if state.free else ""
    lines = [f"{state.done} of {state.total} results{reused} in {seconds:.0f} s{pace}."]
    if slowest is not None:
        lines.append(f"Longest under way: {clean(slowest.student)}, {slowest.topic}, {moment - slowest.since:.0f} s.")
    rows = [
        f"  {row.topic}.{row.exercise:30} {row.accepted / row.graded:4.0%}  ({row.accepted} of {row.graded})"
        for row in accepted
    ]
    return [*lines, *(["Accepted so far:", *rows] if rows else [])]
