"""Where the plugin keeps its state in pytest's own objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from antorcha.plugin.check import Check
    from antorcha.plugin.workshop import Workshop

WORKSHOP: pytest.StashKey[Workshop] = pytest.StashKey()
CHECK: pytest.StashKey[Check] = pytest.StashKey()

# The name of the property under which a report carries its check's result (xdist passes properties on).
PROPERTY = "antorcha"

# Marks the calls of a check on an accelerator, whichever it is.
ON_ACCELERATOR = "@accelerator"
