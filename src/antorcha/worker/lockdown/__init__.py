"""The lockdown of a forked worker: Landlock, seccomp, resource limits, another user.

`prepare()` once in the zygote, `enter(prepared, ...)` in each child; `layers()` says what this machine has.
Depends on nothing of Antorcha's other rooms, since it is loaded beside student code.
"""

from __future__ import annotations

import sys

from antorcha.worker.lockdown.layers import Layer, layers, missing_required

__all__ = ["Layer", "layers", "missing_required"]

if sys.platform == "linux":  # elsewhere there is nothing to lock with, and `layers` says so
    from antorcha.worker.lockdown.kernel import LockdownError
    from antorcha.worker.lockdown.lock import Prepared, Settings, enter, prepare
    from antorcha.worker.lockdown.profile import GpuFiles, Scratch
    from antorcha.worker.lockdown.users import ReservedUser

    __all__ += ["GpuFiles", "LockdownError", "Prepared", "ReservedUser", "Scratch", "Settings", "enter", "prepare"]
