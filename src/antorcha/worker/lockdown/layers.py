"""The layers of the sandbox that this machine has, in words for `antorcha doctor`. Imports on every platform."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer of the sandbox. `required` ones must be present before other people's code may run.

    `detail` says what was found, `advice` what to do where it is missing ("" where there is nothing to do).
    """

    name: str
    present: bool
    required: bool
    detail: str
    advice: str = ""


def layers() -> list[Layer]:
    """Return the layers, the required ones first; lock nothing and leave nothing behind."""
    # Each layer imports its own module, since those of Linux cannot be imported elsewhere.
    if sys.platform != "linux":
        advice = "grade other people's submissions on Linux: a virtual machine, WSL 2 or a container will do"
        return [Layer("sandbox", False, True, f"no sandbox on this platform ({sys.platform})", advice)]
    detail = "memory, CPU time, threads, files and descriptors are limited per worker"
    limits = Layer("resource limits", True, True, detail)  # every Linux has them
    return [_landlock(), _seccomp(), limits, _own_user(), _bubblewrap()]


def missing_required() -> list[Layer]:
    """Return what keeps other people's code from running here; nothing where the sandbox stands."""
    return [layer for layer in layers() if layer.required and not layer.present]


def _landlock() -> Layer:
    from antorcha.worker.lockdown import landlock

    abi = landlock.usable_abi()
    if abi < 1:
        advice = "use Linux 5.13 or later with Landlock in its list of security modules (`lsm=landlock,...` at boot)"
        return Layer("landlock", False, True, "the kernel has no Landlock", advice)
    advice = "" if abi >= 3 else "a newer kernel (6.2) also guards against emptied files by itself"
    return Layer(
        "landlock",
        True,
        True,
        f"files are guarded (ABI {abi} of the kernel's {landlock.kernel_abi()})",
        advice,
    )


def _seccomp() -> Layer:
    from antorcha.worker.lockdown import seccomp
    from antorcha.worker.lockdown.kernel import machine

    if seccomp.architecture() is None:
        advice = "use 64-bit Python on x86_64 or aarch64"
        return Layer("seccomp", False, True, f"no table of system calls for {machine()}", advice)
    if not seccomp.supported():
        advice = "use a kernel with CONFIG_SECCOMP_FILTER"
        return Layer("seccomp", False, True, "the kernel cannot filter system calls", advice)
    return Layer("seccomp", True, True, f"system calls are filtered by an allowlist for {machine()}")


def _own_user() -> Layer:
    from antorcha.worker.lockdown.lock import Settings, identity_for

    identity = identity_for(Settings(), guarded=_landlock().present)
    advice = ""
    if not identity.own_user:
        advice = "optional: as root, with Python in a folder that all may read, each worker becomes a user of its own"
    return Layer("own user", identity.own_user, False, identity.why, advice)


def _bubblewrap() -> Layer:
    from antorcha.worker.lockdown.bubblewrap import obstacle

    problem = obstacle()
    if not problem:
        return Layer("bubblewrap", True, False, "starts: a second wall, in which no other files exist")
    advice = "optional: install the package `bubblewrap`; it also hides which files exist"
    if problem != "not installed":
        advice = "optional: allow unprivileged user namespaces (on Ubuntu, an AppArmor profile for bwrap)"
    return Layer("bubblewrap", False, False, problem, advice)
