"""The names of the simulated device and of calls on an accelerator."""

from __future__ import annotations

SIMULATED_KIND = "sim"
SIMULATED_DEVICE = f"{SIMULATED_KIND}:0"

# Ends the name of a call that a check makes on an accelerator, whichever it is.
ON_ACCELERATOR = "@accelerator"
