"""The lock as a whole: one part made once in the zygote, the other put on by each forked worker before student code."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from antorcha.worker.lockdown import kernel, landlock, limits, paths, seccomp, users
from antorcha.worker.lockdown.kernel import LockdownError
from antorcha.worker.lockdown.profile import PLAIN, WITH_SCRATCH, GpuFiles, Profile, Scratch

_SIGKILL = 9


@dataclass(frozen=True)
class Settings:
    """The layers to use: all of them, as far as the machine has them, unless a test forces one down.

    `use_bubblewrap` is for whoever starts the zygote, where bubblewrap is installed and starts.
    `use_gpu` says that some workers will be granted a GPU, whose files the second wall has to show then.
    `extra_readable` are more files or folders for every worker; `log_denials` reports refused calls to the audit log.
    """

    use_landlock: bool = True
    use_seccomp: bool = True
    use_own_user: bool = True
    use_bubblewrap: bool = True
    use_gpu: bool = False
    max_landlock_abi: int | None = None
    extra_readable: tuple[str, ...] = ()
    log_denials: bool = False


@dataclass(frozen=True)
class Identity:
    """A worker's user: another one or not, and the capabilities that it keeps to read its own libraries."""

    own_user: bool
    capabilities: int
    why: str


@dataclass(frozen=True)
class Prepared:
    """Everything that a worker needs to lock itself.

    `ruleset` is the zygote's Landlock descriptor or None; a zygote that closes descriptors must spare it.
    """

    settings: Settings
    identity: Identity
    abi: int
    ruleset: int | None
    filter: seccomp.Filter | None
    scratch_filter: seccomp.Filter | None
    threads_beside: int
    born_bytes: int
    readable: tuple[str, ...]
    parent: int = field(default_factory=os.getpid)


def prepare(settings: Settings | None = None) -> Prepared:
    """Build the lock in the zygote, after its imports (some 5 ms).

    A layer that the machine lacks is left out, and `layers()` says so. Raises: `LockdownError` where the kernel has a
    layer and refuses to build it.
    """
    settings = Settings() if settings is None else settings
    # Python finds its temporary folder by writing to each candidate: a worker may not, and torch asks for the name.
    with contextlib.suppress(OSError):
        tempfile.gettempdir()
    readable = (*paths.readable(), *settings.extra_readable)
    abi = landlock.usable_abi(settings.max_landlock_abi) if settings.use_landlock else 0
    ruleset = landlock.build_ruleset(readable, paths.WRITABLE, abi) if abi else None
    plain = with_scratch = None
    if settings.use_seccomp and seccomp.supported():
        plain = seccomp.build(PLAIN, files_guarded=ruleset is not None)
        with_scratch = seccomp.build(WITH_SCRATCH, files_guarded=ruleset is not None)
    identity = identity_for(settings, guarded=ruleset is not None)
    threads_beside = 0 if identity.own_user else limits.threads_of_user(os.getuid())
    born = limits.address_space()
    return Prepared(settings, identity, abi, ruleset, plain, with_scratch, threads_beside, born, readable)


def enter(
    prepared: Prepared,
    memory_bytes: int,
    cpu_seconds: float,
    uid: int | None = None,
    keep: Sequence[int] | None = None,
    scratch: Scratch | None = None,
    threads: int = limits.Budget.threads,
    gpu: GpuFiles | None = None,
) -> None:
    """Lock this process, a single-threaded child of the zygote, for good.

    `memory_bytes` is address space beyond what the fork inherited; `cpu_seconds` counts from the fork. `uid`
    (see `users.reserve`) is taken where the machine allows another user, and ignored otherwise. `keep`, where
    given, are the only descriptors left open. `scratch` is the worker's own folder to write to, and the only
    one where there is Landlock. `gpu` are the files of the worker's GPU.

    Raises: `LockdownError`; the caller must leave with `os._exit` then, having run nothing.
    """
    budget = limits.Budget(memory_bytes, math.ceil(cpu_seconds), threads, born_bytes=prepared.born_bytes)
    budget = replace(budget, gpu=gpu is not None)
    try:
        _enter(prepared, budget, uid, keep, scratch, gpu)
    except OSError as error:
        raise LockdownError(f"the worker could not lock itself: {error}") from error


def identity_for(settings: Settings, guarded: bool) -> Identity:
    """Return the user that a worker will be. `guarded`: Landlock decides what it may read."""
    if not settings.use_own_user or os.geteuid() != 0:
        return Identity(False, 0, "the grader is not root, so a worker is the same user")
    held = kernel.effective_capabilities()
    if not all(held >> bit & 1 for bit in (kernel.CAP_SETUID, kernel.CAP_SETGID)) or not users.are_mapped():
        return Identity(False, _reading(held, guarded), "root here may not become another user (a container?)")
    if all(paths.open_to_others(path) for path in paths.landmarks()):
        return Identity(True, 0, "each worker is a user of its own")
    if _reading(held, guarded):
        return Identity(True, _reading(held, guarded), "each worker is a user of its own that may read Python's files")
    return Identity(False, 0, "Python or torch is in a folder that other users cannot read")


def _enter(
    prepared: Prepared,
    budget: limits.Budget,
    uid: int | None,
    keep: Sequence[int] | None,
    scratch: Scratch | None,
    gpu: GpuFiles | None,
) -> None:
    """Put on all layers, each of which takes away what those before it still needed.

    The ruleset opens paths, which another user may not; to be another user takes capabilities; and the filter, which
    comes last, refuses most of the calls made here.
    """
    os.setsid()  # a group of its own, which the zygote can kill as a whole
    if keep is not None:
        spared = [prepared.ruleset] if prepared.ruleset is not None else []
        _close_others([*keep, *spared])
    ruleset = _ruleset(prepared, scratch, gpu)
    limits.offer_to_oom_killer()  # while its files in /proc are its own: those of a process without dumps are root's
    limits.put_on(_for_user(prepared, budget, uid, scratch))
    _change_user(prepared.identity, uid)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # after the change of user, which sets it anew
    kernel.prctl(kernel.PR_SET_PDEATHSIG, _SIGKILL)  # when the zygote ends; a change of user clears this wish too
    if os.getppid() != prepared.parent:  # it died before the wish was made
        raise LockdownError("the zygote is gone")
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)  # else Landlock and seccomp are for root only
    if ruleset is not None:
        landlock.restrict(ruleset, prepared.abi)
        os.close(ruleset)
    program = _program(prepared, scratch, gpu)
    if program is not None:
        seccomp.install(program, prepared.settings.log_denials)


def _for_user(prepared: Prepared, budget: limits.Budget, uid: int | None, scratch: Scratch | None) -> limits.Budget:
    """Return the budget for a worker of this user: an ordinary user's threads are counted over all programs."""
    file_bytes = scratch.file_bytes if scratch else 0
    threads = budget.threads
    if uid is None or not prepared.identity.own_user:
        threads += prepared.threads_beside + limits.THREADS_BESIDE_OTHERS
    return replace(budget, threads=threads, file_bytes=file_bytes)


def _program(prepared: Prepared, scratch: Scratch | None, gpu: GpuFiles | None) -> seccomp.Filter | None:
    """Return the zygote's filter, or build one for a GPU, which few workers need."""
    if gpu is None or prepared.filter is None:
        return prepared.filter if scratch is None else prepared.scratch_filter
    profile = Profile(scratch=scratch is not None, gpu=True)
    return seccomp.build(profile, files_guarded=prepared.ruleset is not None)


def _ruleset(prepared: Prepared, scratch: Scratch | None, gpu: GpuFiles | None) -> int | None:
    """Return the zygote's ruleset, or one of this worker's own: a rule in the shared one would reach every sibling."""
    if (scratch is None and gpu is None) or prepared.ruleset is None:
        return prepared.ruleset
    os.close(prepared.ruleset)
    readable = (*prepared.readable, *(gpu.readable if gpu else ()))
    writable = (*paths.WRITABLE, *([scratch.path] if scratch else []))
    return landlock.build_ruleset(readable, writable, prepared.abi, gpu.devices if gpu else ())


def _change_user(identity: Identity, uid: int | None) -> None:
    """Become the worker's user; who stays root loses the capabilities to read all and break the machine."""
    if os.geteuid() != 0:
        return
    if uid is not None and identity.own_user:
        os.setgroups([])  # groups first: only root may change them
        os.setresgid(uid, uid, uid)
        if identity.capabilities:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
        os.setresuid(uid, uid, uid)
    kernel.keep_only_capabilities(identity.capabilities)


def _close_others(keep: Sequence[int]) -> None:
    """Close all descriptors but these: the zygote's own, such as its socket to the grader, are none of a worker's."""
    start = 0
    for descriptor in sorted(set(keep)):
        if descriptor > start:  # closerange(0, 0) would ask the kernel for everything up to -1
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _reading(held: int, guarded: bool) -> int:
    """Return the right to read any file, if the grader has it, for a worker that Landlock confines."""
    bit = 1 << kernel.CAP_DAC_READ_SEARCH
    return bit if guarded and held & bit else 0
