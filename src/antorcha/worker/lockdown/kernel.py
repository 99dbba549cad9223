"""The few calls into the C library that Python's `os` lacks. Loaded once in the zygote: a child must not
dlopen."""

from __future__ import annotations

import ctypes
import os

# CDLL(None) is the C library that the interpreter itself runs on; nothing is searched for or compiled.
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.restype = ctypes.c_int
_libc.capset.restype = ctypes.c_int

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_READ_SEARCH = 2
CAP_SETGID = 6
CAP_SETUID = 7

_CAPABILITY_VERSION_3 = 0x20080522


class LockdownError(RuntimeError):
    """A layer of the lock could not be put on. A child that sees this must leave at once: it is not
    locked."""


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def refuse(what: str) -> LockdownError:
    """The error for the C library call that just failed, with the kernel's reason."""
    code = ctypes.get_errno()
    return LockdownError(f"{what}: {os.strerror(code)} (errno {code})")


def system_call(number: int, *arguments: object) -> int:
    """The raw system call. Returns its result, -1 with `ctypes.get_errno()` set where it failed."""
    return int(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: int) -> None:
    """`prctl(option, value, 0, 0, 0)`. Raises LockdownError."""
    long = ctypes.c_ulong
    if _libc.prctl(option, long(value), long(0), long(0), long(0)) != 0:
        raise refuse(f"prctl({option}, {value})")


def keep_only_capabilities(mask: int) -> None:
    """Drops every capability that is not in `mask` (bits 0 to 31). Raises LockdownError."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)(_CapabilityData(mask, mask, 0), _CapabilityData(0, 0, 0))
    if _libc.capset(ctypes.byref(header), data) != 0:
        raise refuse("capset")


def effective_capabilities() -> int:
    """This process's effective capabilities as a bit mask; 0 where /proc does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("CapEff:"):
                    return int(line.split()[1], 16)
    except OSError:
        pass
    return 0


def machine() -> str:
    """The kernel's name of the processor family, such as `x86_64` or `aarch64`."""
    return os.uname().machine if hasattr(os, "uname") else ""
