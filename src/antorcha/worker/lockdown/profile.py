"""What an exercise may be granted beyond the default. A grant is a field here and a branch in the layers it
touches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """`scratch`: one folder of its own to write to, files up to `file_bytes`. The default grants nothing."""

    scratch: bool = False
    file_bytes: int = 0


PLAIN = Profile()
