"""The user ids of workers: each worker alive on this machine has one that no other worker has.

A limit on processes counts all those of a user, and a signal reaches them: two workers with one id could starve or
kill each other. An id is reserved by a socket with its name in the kernel's table of abstract names, which all
graders of a machine share and from which a name goes when its process does, however that ends.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

# Numbers that systemd leaves to nobody: above its home folders, below its dynamic users.
FIRST_UID, UID_COUNT = 60_706, 478


@dataclass(frozen=True)
class ReservedUser:
    """A user id that no other worker is given until it is released."""

    uid: int
    _name: socket.socket

    def release(self) -> None:
        """Let others have the id."""
        self._name.close()


def reserve() -> ReservedUser:
    """Reserve a user id. Raises: `OSError` when all of them are in use."""
    # To bind is to ask and to take in one step, so two graders cannot be given the same.
    start = os.getpid()  # graders that start together begin their search at different ids
    for number in range(UID_COUNT):
        uid = FIRST_UID + (start + number) % UID_COUNT
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind(f"\0antorcha-worker-{uid}")
        except OSError:
            name.close()
            continue
        return ReservedUser(uid, name)
    raise OSError(f"all {UID_COUNT} user ids for workers are in use")


def are_mapped() -> bool:
    """Return whether the user ids of workers exist in this user namespace: a container may have few."""
    try:
        with open("/proc/self/uid_map", encoding="ascii") as table:
            rows = [[int(word) for word in line.split()] for line in table]
    except (OSError, ValueError):
        return False
    return any(start <= FIRST_UID and start + count >= FIRST_UID + UID_COUNT for start, _, count in rows)
