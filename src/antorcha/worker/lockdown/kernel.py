"""The few calls into the C library that Python's `os` lacks. Loaded once in the zygote: a child must not dlopen."""

from __future__ import annotations

import ctypes
import os

# CDLL(None) is the C library that the interpreter itself runs on; nothing is searched for or compiled.
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.restype = ctypes.c_int
_libc.capset.restype = ctypes.c_int

# linux/prctl.h and linux/capability.h.
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_READ_SEARCH = 2
CAP_SETGID = 6
CAP_SETUID = 7

_CAPABILITY_VERSION_3 = 0x20080522


class LockdownError(RuntimeError):
    """A layer of the lock that could not be put on. The child is not locked, and must leave at once."""


class _CapabilityHeader(ctypes.Structure):
    """`struct __user_cap_header_struct`."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    """`struct __user_cap_data_struct`."""

    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def refuse(call: str) -> LockdownError:
    """Return the error for the C library call that just failed, with the kernel's reason."""
    code = ctypes.get_errno()
    return LockdownError(f"{call}: {os.strerror(code)} (errno {code})")


def system_call(number: int, *arguments: object) -> int:
    """Make a system call; return its result, -1 with `ctypes.get_errno()` set where it failed."""
    return int(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: int) -> None:
    """Call `prctl(option, value, 0, 0, 0)`. Raises: `LockdownError` when the kernel refuses."""
    long = ctypes.c_ulong
    if _libc.prctl(option, long(value), long(0), long(0), long(0)) != 0:
        raise refuse(f"prctl({option}, {value})")


def keep_only_capabilities(mask: int) -> None:
    """Drop every capability that is not in `mask` (bits 0 to 31). Raises: `LockdownError`."""
    # Version 3 takes 64 bits, as two structs of 32: the upper ones are dropped all.
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)(_CapabilityData(mask, mask, 0), _CapabilityData(0, 0, 0))
    if _libc.capset(ctypes.byref(header), data) != 0:
        raise refuse("capset")


def effective_capabilities() -> int:
    """Return this process's effective capabilities as a bit mask; 0 where /proc does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("CapEff:"):
                    return int(line.split()[1], 16)
    except OSError:
        pass
    return 0


def machine() -> str:
    """Return the kernel's name of the processor family, such as `x86_64` or `aarch64`."""
    return os.uname().machine if hasattr(os, "uname") else ""
