"""The import of torch, as far as Antorcha is the first to ask for it."""

from __future__ import annotations

import gc
import sys


def import_torch() -> None:
    """Import torch with Python's garbage collector at rest: nothing that it makes is garbage.

    The collector would go through all of it again and again, a sixth of the import's time, and once more at the end of
    every pytest, for a fifth of a second. What is there by then is out of its sight afterwards.
    """
    if "torch" in sys.modules:
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        import torch  # noqa: F401
    finally:
        if was_enabled:
            gc.enable()
    gc.freeze()
