"""Landlock: the files that a worker may open, and no TCP port, abstract socket or process outside.

Three system calls through ctypes. The kernel refuses bits that its ABI does not know, so each ABI gets exactly the
bits it has; what an old ABI lacks (truncation, TCP, scopes) is closed by the seccomp filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Sequence

from antorcha.worker.lockdown.kernel import LockdownError, refuse, system_call

NEWEST_ABI = 7
ABI_VARIABLE = "ANTORCHA_LANDLOCK_ABI"

# The same numbers on every architecture: calls from 424 on share one table.
_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446

_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_LOG_SAME_EXEC_OFF = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
REFER = 1 << 13
TRUNCATE = 1 << 14
IOCTL_DEV = 1 << 15

_ALL_OF_ABI_1 = (1 << 13) - 1
_FS_SINCE = ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV))

_NET_BIND_TCP = 1 << 0
_NET_CONNECT_TCP = 1 << 1
_NET_ABI = 4

_SCOPE_ABSTRACT_UNIX = 1 << 0
_SCOPE_SIGNAL = 1 << 1
_SCOPE_ABI = 6
_LOG_ABI = 7

_READ = READ_FILE | READ_DIR
_WRITE = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE | REFER
_CONTROL = READ_FILE | WRITE_FILE | IOCTL_DEV
_FOR_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


class _RulesetAttr(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneathAttr(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _layout_ = "ms"  # what `_pack_` means, said out loud: Python 3.14 asks for it
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def kernel_abi() -> int:
    """Return the Landlock ABI of the running kernel; 0 where it has none, or where it is switched off."""
    answer = system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_RULESET_VERSION))
    return max(answer, 0)


def usable_abi(max_abi: int | None = None) -> int:
    """Return the ABI to build for: the kernel's, no newer than this module knows and no newer than `max_abi`.

    The environment may lower it too, to try on a new kernel what an older one would do.
    """
    wish = os.environ.get(ABI_VARIABLE, "")
    ceilings = [NEWEST_ABI, *([] if max_abi is None else [max_abi]), *([int(wish)] if wish.isdecimal() else [])]
    return min(kernel_abi(), *ceilings)


def build_ruleset(
    readable: Sequence[str],
    writable: Sequence[str] = (),
    max_abi: int | None = None,
    devices: Sequence[str] = (),
) -> int:
    """Build a ruleset that denies all but reading `readable`, writing `writable` too, and controlling `devices`.

    Return its descriptor. Paths are files or folders; a folder stands for all below it. A path that does not exist is
    skipped (a machine without /lib64 is no error).

    Raises: `LockdownError` where the kernel has no Landlock or refuses a rule.
    """
    abi = usable_abi(max_abi)
    if abi < 1:
        raise LockdownError("this kernel has no Landlock (Linux 5.13 or later, with `landlock` in its list of LSMs)")
    handled = _ALL_OF_ABI_1 | sum(right for since, right in _FS_SINCE if abi >= since)
    ruleset = _create(abi, handled)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in writable:
            _allow(ruleset, path, (_READ | _WRITE) & handled)
        for path in devices:
            _allow(ruleset, path, _CONTROL & handled)
    except BaseException:
        os.close(ruleset)
        raise
    return ruleset


def restrict(ruleset: int, max_abi: int | None = None) -> None:
    """Put `ruleset` on this process for good. `PR_SET_NO_NEW_PRIVS` must be set. Raises: `LockdownError`."""
    # A denied open is ordinary here: without this flag, hostile code could fill the system's audit log.
    flags = _LOG_SAME_EXEC_OFF if usable_abi(max_abi) >= _LOG_ABI else 0
    if system_call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(flags)) != 0:
        raise refuse("landlock_restrict_self")


def _create(abi: int, handled: int) -> int:
    # The struct has grown with the ABI: a kernel is shown as much of it as it knows, 8 bytes for each field.
    attr = _RulesetAttr(handled, 0, 0)
    size = 8
    if abi >= _NET_ABI:
        attr.handled_access_net = _NET_BIND_TCP | _NET_CONNECT_TCP
        size = 16
    if abi >= _SCOPE_ABI:
        attr.scoped = _SCOPE_ABSTRACT_UNIX | _SCOPE_SIGNAL
        size = 24
    # The kernel makes this descriptor close-on-exec by itself.
    ruleset = system_call(_CREATE_RULESET, ctypes.byref(attr), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise refuse(f"landlock_create_ruleset (ABI {abi})")
    return ruleset


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):  # nothing that there was to allow
            return
        raise LockdownError(f"cannot open {path} to allow it: {error.strerror}") from error
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FOR_A_FILE  # rights that only folders have are EINVAL on a file
        attr = _PathBeneathAttr(rights, descriptor)
        status = system_call(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_RULE_PATH_BENEATH),
            ctypes.byref(attr),
            ctypes.c_uint32(0),
        )
        if status != 0:
            raise refuse(f"landlock_add_rule for {path}")
    finally:
        os.close(descriptor)
