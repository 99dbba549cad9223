"""Runs a command on a machine that lacks something: a kernel without Landlock or seccomp, a grader who is not root.

    python lacking.py [--user UID] [--no-landlock] [--no-seccomp] -- COMMAND...

The layers are taken away below the command, by a filter that makes their system calls fail as on a kernel without them,
so that what the command finds out, says and does is what it would there.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import os
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT = 22, 38, 8, 47
_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_MODE_FILTER = 2
_LANDLOCK = (444, 445, 446)
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000


def become(uid: int) -> None:
    """An ordinary user, but for the right to read: this machine's Python may lie in a folder of root's."""
    held = 1 << _CAP_DAC_READ_SEARCH
    _check(_libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    header, data = struct.pack("Ii", 0x20080522, 0), struct.pack("6I", held, held, held, 0, 0, 0)
    _check(_libc.capset(header, data))
    _check(_libc.prctl(_PR_CAP_AMBIENT, _CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0))


def take_away(numbers: list[int]) -> None:
    """From here on, and for all that is started from here, these system calls are not there."""
    rows = [(_LOAD, 0, 0, 0)]
    for left, number in zip(range(len(numbers), 0, -1), numbers, strict=True):
        rows.append((_EQUAL, left, 0, number))
    rows += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    code = b"".join(struct.pack("HBBI", *row) for row in rows)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(buffer))
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(_libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0))


def _check(answer: int) -> None:
    if answer != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user", type=int)
    parser.add_argument("--no-landlock", action="store_true")
    parser.add_argument("--no-seccomp", action="store_true")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    if args.user is not None:
        become(args.user)
    missing = [*(_LANDLOCK if args.no_landlock else ()), *([_SECCOMP[os.uname().machine]] if args.no_seccomp else [])]
    if missing:
        take_away(missing)
    os.execv(args.command[0], args.command)


if __name__ == "__main__":
    main()
