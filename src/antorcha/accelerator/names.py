"""The names of the simulated device and of calls on an accelerator."""

from __future__ import annotations

SIMULATED_KIND = "sim"
SIMULATED_DEVICE = f"{SIMULATED_KIND}:0"

# Ends the name of a call that a check makes on an accelerator, whichever it is.
ON_ACCELERATOR = "@accelerator"

# The function of `torch.utils.backend_registration` that the simulated device needs, and what is said where it is not.
SIMULATED_HOOK = "_setup_privateuseone_for_python_backend"
TOO_OLD = "cannot take a device written in Python; 2.10 and later can"
