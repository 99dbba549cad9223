"""Puts the simulated device into this process, once."""

from __future__ import annotations

from typing import Any

import torch

# Here and not where they are used: a locked worker cannot read our files any more.
from antorcha.accelerator import autocast, composites, facade, kernels
from antorcha.accelerator.names import NAME

_kept: list[Any] = []  # libraries undo their registrations when they are collected
_core: Any = torch._C
_accelerator_of_torch = getattr(_core, "_accelerator_getAccelerator", None)


def why_not() -> str | None:
    """Why this torch cannot have the simulated device; `None` where it can."""
    from torch.utils import backend_registration

    if not hasattr(backend_registration, "_setup_privateuseone_for_python_backend"):
        return f"PyTorch {torch.__version__} cannot take a device written in Python; 2.10 and later can"
    name = torch._C._get_privateuse1_backend_name()
    if not _kept and name != "privateuseone":
        return f'another extension of PyTorch, "{name}", has taken the place of the simulated device'
    return None


def install() -> str | None:
    """Register the device "sim" and make it visible; again is harmless. Returns why it cannot be done, or `None`."""
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
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME, backend_module=facade.DeviceModule())
    library: Any = torch.library.Library
    everything = library("_", "IMPL")
    everything.fallback(kernels.run, "PrivateUse1")
    everything.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    aten = library("aten", "IMPL")
    kernels.register(aten.impl)
    composites.register(aten.impl)
    autocast.register(aten.impl)
    facade.patch()
    _kept.extend((everything, aten))
