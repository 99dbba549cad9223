"""The system calls that a worker may make: an allowlist, as a BPF program built here.

Built in plain Python on purpose. The bindings to libseccomp that can be installed are old, need a system library, and
look for it with `ctypes.util.find_library`, which starts compilers and wants a temporary folder; the filter itself is
two hundred instructions. What is not named is refused, so a call that a later kernel invents is refused as well.
"""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass
from functools import partial

from antorcha.worker.lockdown import bpf, numbers, nvidia
from antorcha.worker.lockdown.kernel import LockdownError, machine, refuse, system_call
from antorcha.worker.lockdown.profile import Profile

# SECCOMP_* of linux/seccomp.h.
_SET_MODE_FILTER = 1
_FLAG_LOG = 2

# AUDIT_ARCH_* of linux/audit.h: what the kernel says that a call was made as.
_ARCHITECTURES = {"x86_64": (0xC000003E, numbers.X86_64), "aarch64": (0xC00000B7, numbers.AARCH64)}

_MEMORY = "mmap mprotect munmap brk mremap"
_DESCRIPTORS = "read write close lseek pread64 pwrite64 readv writev preadv dup dup2 dup3 pipe pipe2 close_range"
_WAITING = "poll ppoll select pselect6 pause nanosleep clock_nanosleep restart_syscall sched_yield"
# Existence, size and times of a guessed path: Landlock does not cover them, and imports cannot do without.
_LOOKING = "stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getcwd getdents64"
_THREADS = "futex set_robust_list rseq gettid exit exit_group sched_getaffinity getcpu"
_SIGNALS = (
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack "
    "alarm getitimer setitimer"
)
_ASKING = (
    "getpid getppid getpgrp getuid geteuid getgid getegid getgroups getresuid getresgid getrlimit getrusage times "
    "time gettimeofday clock_gettime clock_getres sysinfo uname getrandom"
)
_PLAIN = " ".join((_MEMORY, _DESCRIPTORS, _WAITING, _LOOKING, _THREADS, _SIGNALS, _ASKING)).split()
# Only inside the one folder that Landlock leaves writable.
_SCRATCH = (
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    *("ftruncate", "fsync", "fdatasync"),
)

# What glibc (and musl, which adds DETACHED) asks for in pthread_create. Any other bit is a process or a namespace.
_CLONE_THREAD = 0x00010000
_THREAD_FLAGS = 0x003D0F00 | 0x00400000

_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONCLEX FIOCLEX
# DUPFD GETFD SETFD GETFL SETFL DUPFD_CLOEXEC: no locks, owners, leases, seals
_FCNTLS = (0, 1, 2, 3, 4, 1030)
# GET_PDEATHSIG GET_DUMPABLE SET_NAME GET_NAME GET_SECCOMP CAPBSET_READ GET_TIMERSLACK GET_NO_NEW_PRIVS SET_VMA
_PRCTLS = (2, 3, 15, 16, 21, 23, 30, 39, 0x53564D41)
# GET_XCOMP_SUPP GET_XCOMP_PERM REQ_XCOMP_PERM: how oneDNN asks for a processor's matrix unit (AMX). Without it a worker
# would round bfloat16 products otherwise than the grader, which may ask.
_ARCH_PRCTLS = (0x1021, 0x1022, 0x1023)
_LAST_HARMLESS_ADVICE = 25  # above: MADV_HWPOISON and MADV_SOFT_OFFLINE, which break physical pages

_O_WRITES = os.O_WRONLY | os.O_RDWR
_O_TRUNC = getattr(os, "O_TRUNC", 0)
_O_CREAT = getattr(os, "O_CREAT", 0)

_DENIED = bpf.give(bpf.fail_with(errno.EPERM))
_MISSING = bpf.give(bpf.fail_with(errno.ENOSYS))
_ALLOWED = bpf.give(bpf.ALLOW)


@dataclass(frozen=True)
class Filter:
    """A filter ready for the kernel. `raw`: the program. `pid_slots`: the places in it for the worker's own pid."""

    raw: ctypes.Array[bpf.RawInstruction]
    pid_slots: tuple[int, ...]
    call_number: int


def supported() -> bool:
    """Return whether the kernel can filter system calls and this module knows the processor's numbers."""
    known = architecture()
    if known is None:
        return False
    # Setting a filter that lies nowhere: a kernel that could have done it says that the address is bad.
    system_call(known[1]["seccomp"], ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0), None)
    return ctypes.get_errno() == errno.EFAULT


def architecture() -> tuple[int, dict[str, int]] | None:
    """Return the architecture's mark and numbers; None where the filter does not know it (or Python is 32-bit)."""
    return _ARCHITECTURES.get(machine()) if ctypes.sizeof(ctypes.c_void_p) == 8 else None


def build(profile: Profile, files_guarded: bool = True) -> Filter:
    """Build the filter of `profile` for this machine.

    `files_guarded`: Landlock decides what may be written; without it no file may be opened for writing, but by a worker
    with a folder to write to.
    Raises: `LockdownError` on an unknown architecture.
    """
    known = architecture()
    if known is None:
        raise LockdownError(f"no table of system calls for this processor ({machine()})")
    program = assemble(*known, profile=profile, files_guarded=files_guarded)
    slots = tuple(index for index, instruction in enumerate(program) if instruction.own_pid)
    return Filter(bpf.to_kernel(program), slots, known[1]["seccomp"])


def assemble(mark: int, table: dict[str, int], profile: Profile, files_guarded: bool) -> bpf.Rule:
    """Return the program for one architecture as data: without a kernel, so that each can be examined."""
    named = dict.fromkeys(_PLAIN, (_ALLOWED,)) | _argument_rules(files_guarded or profile.scratch)
    if profile.gpu:
        named |= dict.fromkeys(nvidia.GPU_SYSTEM_CALLS, (_ALLOWED,)) | {"ioctl": _controlling_a_gpu(files_guarded)}
    if profile.scratch:
        named |= dict.fromkeys(_SCRATCH, (_ALLOWED,))
    # Numbers of the x32 interface (bit 30 set) lie above every other number: they are refused as "young" ones.
    rules = {table[name]: rule for name, rule in named.items() if name in table}
    return bpf.assemble(mark, rules, default=(_DENIED,), young=(_MISSING,), young_from=numbers.FIRST_COMMON)


def install(program: Filter, log_denials: bool = False) -> None:
    """Put the filter on this process for good; `PR_SET_NO_NEW_PRIVS` must be set.

    `log_denials` also writes each refusal to the kernel's audit log, where its settings allow that.

    Raises: `LockdownError` when the kernel refuses.
    """
    own = os.getpid()
    for slot in program.pid_slots:
        program.raw[slot].k = own
    head = bpf.RawProgram(len(program.raw), program.raw)
    flags = ctypes.c_uint(_FLAG_LOG if log_denials else 0)
    if system_call(program.call_number, ctypes.c_uint(_SET_MODE_FILTER), flags, ctypes.byref(head)) != 0:
        raise refuse("seccomp filter")


def _argument_rules(files_guarded: bool) -> dict[str, bpf.Rule]:
    """Return the rules of the calls that are allowed with some arguments only, by the name of the call."""
    return {
        "clone": _only_threads(),
        "ioctl": _argument_among(1, _IOCTLS),
        "fcntl": _argument_among(1, _FCNTLS),
        "prctl": _argument_among(0, _PRCTLS),
        "arch_prctl": _argument_among(0, _ARCH_PRCTLS),
        "madvise": (
            bpf.load_argument(2),
            *bpf.when(bpf.IF_GREATER, _LAST_HARMLESS_ADVICE, _DENIED.k),
            _ALLOWED,
        ),
        "prlimit64": _only_reading_own_limits(),
        # abort() and raise() signal the own process; a group or any other process has another number.
        "kill": _only_itself(),
        "tgkill": _only_itself(),
        "open": _opening(1, files_guarded),
        "openat": _opening(2, files_guarded),
    }


def _argument_among(index: int, values: tuple[int, ...]) -> bpf.Rule:
    """Allow these values of an argument, which the kernel reads as 32 bits: the low half is the whole of it."""
    tests = [instruction for value in values for instruction in bpf.when(bpf.IF_EQUAL, value, bpf.ALLOW)]
    return (bpf.load_argument(index), *tests, _DENIED)


def _controlling_a_gpu(files_guarded: bool) -> bpf.Rule:
    """Allow the ordinary requests, and the driver's.

    Landlock says for which files. Without it nothing can be opened for writing, which the driver's files need.
    """
    ordinary = _argument_among(1, _IOCTLS)[:-1]
    if not files_guarded:
        return (*ordinary, _DENIED)
    unified = [step for number in nvidia.UVM_REQUESTS for step in bpf.when(bpf.IF_EQUAL, number, bpf.ALLOW)]
    masked = bpf.keep_bits(nvidia.WITHOUT_SIZE)
    requests = map(nvidia.request, nvidia.DRIVER_REQUESTS)
    escapes = [step for number in requests for step in bpf.when(bpf.IF_EQUAL, number, bpf.ALLOW)]
    return (*ordinary, *unified, masked, *escapes, _DENIED)


def _only_threads() -> bpf.Rule:
    """Allow `clone` for a thread of this process, and for nothing else."""
    load = bpf.load_argument(0)
    foreign = bpf.when(bpf.IF_ANY_BIT, ~_THREAD_FLAGS & 0xFFFFFFFF, _DENIED.k)
    return (load, *foreign, *bpf.when(bpf.IF_ANY_BIT, _CLONE_THREAD, bpf.ALLOW), _DENIED)


def _only_itself() -> bpf.Rule:
    """Allow a signal to the worker's own process, whose id is filled in when the filter is put on."""
    return (bpf.load_argument(0), *bpf.when(bpf.IF_EQUAL, 0, bpf.ALLOW, own_pid=True), _DENIED)


def _only_reading_own_limits() -> bpf.Rule:
    """Allow `prlimit64` of process 0, which is the caller, without new limits; a pointer has two halves to look at."""
    zero = partial(bpf.unless, bpf.IF_EQUAL, 0, _DENIED.k)
    process, new_low, new_high = bpf.load_argument(0), bpf.load_argument(2), bpf.load_argument(2, high=True)
    return (process, *zero(), new_low, *zero(), new_high, *zero(), _ALLOWED)


def _opening(index: int, files_guarded: bool) -> bpf.Rule:
    """Allow opening as the flags, argument `index`, ask for it; without Landlock for reading only."""
    load = bpf.load_argument(index)
    if not files_guarded:
        refused = bpf.fail_with(errno.EACCES)
        return (load, *bpf.when(bpf.IF_ANY_BIT, _O_WRITES | _O_TRUNC | _O_CREAT, refused), _ALLOWED)
    # O_RDONLY | O_TRUNC empties a file, and Landlock before ABI 3 takes it for mere reading.
    writes = bpf.when(bpf.IF_ANY_BIT, _O_WRITES, bpf.ALLOW)
    return (load, *writes, *bpf.when(bpf.IF_ANY_BIT, _O_TRUNC, _DENIED.k), _ALLOWED)
