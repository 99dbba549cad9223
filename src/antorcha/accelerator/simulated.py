"""The installation of the simulated device: into a process once, and shown or hidden from then on."""

from __future__ import annotations

from typing import Any

import torch

# Here and not where they are used: a locked worker cannot read our files any more.
from antorcha.accelerator import autocast, composites, facade, kernels
from antorcha.accelerator.names import SIMULATED_HOOK, SIMULATED_KIND, TOO_OLD

_kept: list[Any] = []  # libraries undo their registrations when they are collected
_core: Any = torch._C
_accelerator_of_torch = getattr(_core, "_accelerator_getAccelerator", None)  # for `show`, once `hide` has replaced it


def why_not() -> str | None:
    """Return the reason why this torch cannot have the simulated device; `None` where it can."""
    from torch.utils import backend_registration

    if not hasattr(backend_registration, SIMULATED_HOOK):
        return f"PyTorch {torch.__version__} {TOO_OLD}"
    name = torch._C._get_privateuse1_backend_name()
    if not _kept and name != "privateuseone":
        return f'another extension of PyTorch, "{name}", has taken the place of the simulated device'
    return None


def install() -> str | None:
    """Register the device "sim" and make it visible; return why it cannot be done, or `None`. Harmless to repeat."""
    problem = why_not()
    if problem is None and not _kept:
        _register()
    if problem is None:
        show()
    return problem


def show() -> None:
    """Let `torch.accelerator` tell of the simulated device, where it is installed."""
    if _kept:
        _core._accelerator_getAccelerator = _accelerator_of_torch


def hide() -> None:
    """Let `torch.accelerator` answer as if the device had never been installed."""
    if _kept:
        _core._accelerator_getAccelerator = lambda: None


def _register() -> None:
    """Register the device with torch, which takes one such backend a process and never gives it up."""
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(SIMULATED_KIND, backend_module=facade.DeviceModule())
    library: Any = torch.library.Library
    everything = library("_", "IMPL")
    everything.fallback(kernels.run, "PrivateUse1")
    # Operators without a cast of their own pass autocast by, as they do on a GPU.
    everything.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    aten = library("aten", "IMPL")
    kernels.register(aten.impl)
    composites.register(aten.impl)
    autocast.register(aten.impl)
    facade.patch()
    _kept.extend((everything, aten))
