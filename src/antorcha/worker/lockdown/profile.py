"""What an exercise may be granted beyond the default. A grant is a field here and a branch in the layers it
touches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """`scratch`: one folder of its own to write to. The default grants nothing."""

    scratch: bool = False


@dataclass(frozen=True)
class Scratch:
    """The folder of one worker, writable for the user that it becomes; `file_bytes` for each file in it."""

    path: str
    file_bytes: int


PLAIN = Profile()
WITH_SCRATCH = Profile(scratch=True)
