"""Moments as people and platforms write them, in the class's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from antorcha.course.quiz import same_student as plain_words

_DIGITS = re.compile(
    r"^(?P<date>\d{4}-\d\d-\d\d)(?:[T -](?P<time>\d\d[:-]\d\d(?:[:-]\d\d)?)(?:[.,]\d+)?(?: ?(?P<zone>\S+))?)?$"
)
_OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)?$")
# Moodle's "Thursday, 5 March 2026, 2:02 PM" and "jueves, 5 de marzo de 2026, 14:02"
_IN_WORDS = re.compile(
    r"^(?:[^\W\d]+,? )?(?P<day>\d{1,2}) (?:de )?(?P<month>[^\W\d]+)\.? (?:de )?(?P<year>\d{4}),? "
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?$"
)
_MONTHS = (
    ("jan", "ene"), ("feb",), ("mar",), ("apr", "abr"), ("may",), ("jun",), ("jul",), ("aug", "ago"), ("sep", "set"),
    ("oct",), ("nov",), ("dec", "dic"),
)  # fmt: skip
_END_OF_DAY = time(23, 59, 59)


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment in a text, with its own time zone or else the class's; `None` where it says no moment.

    A date alone is the end of that day.
    """
    words = " ".join(text.split())
    try:
        if mark := _DIGITS.match(words):
            clock = time.fromisoformat(mark["time"].replace("-", ":")) if mark["time"] else _END_OF_DAY
            naive = datetime.combine(datetime.fromisoformat(mark["date"]).date(), clock)
            return _in_zone(naive, mark["zone"] or "", zone)
        if mark := _IN_WORDS.match(words.replace(",", ", ").replace("  ", " ")):
            return _from_words(mark, zone)
    except ValueError:  # 2026-02-30, 25:00, a zone that is none
        return None
    return None


def read_due(text: str, zone: tzinfo) -> datetime | None:
    """Return a due date: who hands in within its minute is in time, as 23:59 is the last minute of a day."""
    moment = read_moment(text, zone)
    return moment.replace(second=59) if moment and moment.second == 0 else moment


def _from_words(mark: re.Match[str], zone: tzinfo) -> datetime | None:
    start = plain_words(mark["month"])[:3]
    month = next((number for number, names in enumerate(_MONTHS, start=1) if start in names), 0)
    hour = int(mark["hour"])
    if mark["half"]:
        hour = hour % 12 + (12 if mark["half"] in "Pp" else 0)
    return datetime(int(mark["year"]), month, int(mark["day"]), hour, int(mark["minute"]), tzinfo=zone)


def _in_zone(naive: datetime, name: str, zone: tzinfo) -> datetime | None:
    """Return a moment in the zone of this name: "", "Z", "-05:00", "UTC", "CEST", "Europe/Madrid"."""
    if not name:
        return naive.replace(tzinfo=zone)
    if name in ("Z", "UTC", "GMT"):
        return naive.replace(tzinfo=UTC)
    if offset := _OFFSET.match(name):
        return datetime.fromisoformat(f"{naive.isoformat()}{offset[1]}{offset[2]}:{offset[3] or '00'}")
    for fold in (0, 1):  # an abbreviation is one of the class's zone, if any: "CST" is three zones
        if (local := naive.replace(tzinfo=zone, fold=fold)).tzname() == name:
            return local
    return naive.replace(tzinfo=ZoneInfo(name)) if "/" in name and known_zone(name) else None


def known_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name, or `None` where this machine knows none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # `ZoneInfoNotFoundError` is a `KeyError`
        return None


def days_begun(due: datetime, moment: datetime, zone: tzinfo) -> int:
    """Return how many days have begun since the due date, as a calendar counts them: 0 for who is in time.

    Days end at the due date's time of day, also where a clock was changed in between.
    """
    local = due.astimezone(zone)
    days = max(0, int((moment - due) / timedelta(days=1)) - 1)  # at least so many; the loop finds the rest
    while (local + timedelta(days=days)).astimezone(UTC) < moment.astimezone(UTC):
        days += 1
    return days


def shown(moment: datetime, zone: tzinfo) -> str:
    """Return a moment as everybody reads it alike: "2026-03-06 23:59"."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def duration(length: timedelta) -> str:
    """Return a length of time in at most two units: "2 d 3 h", "1 h 5 min", "1 min" for less than that."""
    minutes = max(1, int(length.total_seconds() // 60))
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2])
