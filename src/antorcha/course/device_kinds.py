"""The kinds of device, declared once for `grading.toml`, the options, the wire and the search for devices."""

from __future__ import annotations

CPU = "cpu"
ACCELERATOR = "accelerator"  # whichever of the real kinds the machine has, else the simulated one
REAL_KINDS = ("cuda", "mps", "xpu")
ROLES = (CPU, ACCELERATOR, *REAL_KINDS)  # what `devices` in grading.toml may name
