"""What the simulated device is called."""

from __future__ import annotations

NAME = "sim"
FIRST = f"{NAME}:0"
