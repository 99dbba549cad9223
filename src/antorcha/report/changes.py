"""Marks that changed, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antorcha.report.markup import clean
from antorcha.report.numbers import number
from antorcha.store.standing import FIRST, HAND_IN, KINDS, KeptChange, MarkChange

_LISTED_CHECKS = 2  # of one exercise, before "and 3 more"


def changes_lines(changes: Sequence[MarkChange], most: int, *, would: bool = False) -> list[str]:
    """Return how many marks went up and down, then what stood before and moved; `most`: lines of these.

    Marks of hand-ins that are new are counted and not listed: nobody had seen another. `would`: nothing is written.
    """
    topics = [change for change in changes if not change.exercise]
    first = sum(change.kind == FIRST for change in topics)
    standing = [change for change in topics if change.kind not in (FIRST, HAND_IN)]
    handed = sum(change.kind == HAND_IN for change in topics)
    ups, downs = (sum(sign * change.gain > 0 for change in standing) for sign in (1, -1))
    verb = "would change" if would else "changed"
    lines = []
    if first or handed:
        lines.append(f"New marks: {first} first, {handed} for another hand-in")
    if not standing and not any(_is_of_standing(change) for change in changes):
        return [*lines, "No mark of an unchanged hand-in would change."] if would else lines
    lines.append(f"Marks of unchanged hand-ins that {verb}: {ups} up, {downs} down")
    moved = [change for change in changes if _is_of_standing(change)]
    moved.sort(key=lambda change: (change.gain, change.student))
    lines += [f"  {change_line(change)}" for change in moved[:most]]
    more = len(moved) - most
    return [*lines, *([f"  and {more} more (`antorcha history` lists them)"] if more > 0 else [])]


def _is_of_standing(change: MarkChange) -> bool:
    """Return whether it is told by itself: an exercise, or a topic whose exercises stay as they are."""
    of_hand_in = change.kind in (FIRST, HAND_IN)
    return not of_hand_in and (bool(change.exercise) or change.kind not in ("course", "again"))


def change_line(change: MarkChange) -> str:
    """Return one change: who, what, how much, why and through which checks."""
    name = f"{change.topic}.{change.exercise}" if change.exercise else change.topic
    before = "–" if change.before is None else number(change.before)
    gain = "" if change.before is None else f" ({change.gain:+g})"
    said = f"{clean(change.student)}, {name}: {before} → {number(change.after)} of {number(change.most)}{gain}"
    checks = [f"{check.rpartition('::')[2]} {_moved(was, now)}" for check, was, now in change.checks]
    more = len(checks) - _LISTED_CHECKS
    listed = ", ".join(checks[:_LISTED_CHECKS]) + (f" and {more} more" if more > 0 else "")
    return f"{said}: {KINDS[change.kind]}" + (f" ({listed})" if listed else "")


def _moved(was: str, now: str) -> str:
    if not was:
        return f"is new and {'passes' if now == 'passed' else 'fails'}"
    if not now:
        return "is gone"
    return "passes now" if now == "passed" else "fails now"


def history_line(kept: KeptChange) -> str:
    """Return a change with its moment and with what it was made."""
    version = f"Antorcha {kept.antorcha}, course {kept.course}" if kept.antorcha else "an older Antorcha"
    why = f" “{clean(kept.change.why)}”" if kept.change.why else ""
    return f"{kept.at[:16].replace('T', ' ')}  {change_line(kept.change)}{why} [run {kept.run}, {version}]"


def change_record(change: MarkChange) -> dict[str, Any]:
    """Return a change as plain JSON."""
    return {
        "student": change.student,
        "topic": change.topic,
        "exercise": change.exercise,
        "before": change.before,
        "after": change.after,
        "max": change.most,
        "kind": change.kind,
        "checks": [{"check": check, "before": was, "after": now} for check, was, now in change.checks],
        **({"why": change.why} if change.why else {}),
    }
