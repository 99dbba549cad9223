"""Grants of an exercise beyond the default: each is a field here and a branch in the layers that it touches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """The grants that decide about a filter; none by default.

    `scratch`: one folder of its own to write to. `gpu`: the calls that CUDA makes.
    """

    scratch: bool = False
    gpu: bool = False


@dataclass(frozen=True)
class Scratch:
    """The folder of one worker, writable for the user that it becomes; `file_bytes` for each file in it."""

    path: str
    file_bytes: int


@dataclass(frozen=True)
class GpuFiles:
    """The files of one GPU that a worker may open: `devices` to read, write and control, `readable` to read."""

    devices: tuple[str, ...]
    readable: tuple[str, ...]


PLAIN = Profile()
WITH_SCRATCH = Profile(scratch=True)
