"""The NVIDIA GPUs that a locked worker could be given, from the driver's own list. Loads no library, touches none.

One that is cut into parts (MIG), or reached without the driver's files (WSL), is none of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")  # of the machine's files; tests have a machine of their own
VISIBLE = "CUDA_VISIBLE_DEVICES"
_LIST = "proc/driver/nvidia/gpus"
_SHARED = ("dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia-uvm-tools")
_NEEDED = ("dev/nvidiactl", "dev/nvidia-uvm")
# What the driver's libraries look up: its parameters, the numbers of its device files, the machine's memory.
_READ = ("proc/driver/nvidia", "proc/devices", "proc/meminfo", "proc/sys/vm/mmap_min_addr")
_FIELD = re.compile(r"^(Model|GPU UUID|Device Minor):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Gpu:
    """One GPU: its name for people, its own id, the number of its device file and its address on the bus."""

    name: str
    uuid: str
    minor: int
    address: str

    @property
    def devices(self) -> tuple[str, ...]:
        """The device files that its user opens; no other GPU's."""
        return tuple(str(ROOT / name) for name in (f"dev/nvidia{self.minor}", *_SHARED))

    @property
    def readable(self) -> tuple[str, ...]:
        """What its user reads besides."""
        bus = os.path.realpath(ROOT / "sys/bus/pci/devices" / self.address)
        return (*(str(ROOT / name) for name in _READ), bus)

    def obstacle(self) -> str:
        """Why this process may not use its files; an empty text where it may."""
        for name in (f"dev/nvidia{self.minor}", *_NEEDED):
            if not os.access(ROOT / name, os.R_OK | os.W_OK):
                return f"/{name} cannot be opened"
        return ""


def present() -> list[Gpu]:
    """All GPUs of this machine, in the order of their addresses."""
    try:
        folders = sorted((ROOT / _LIST).iterdir())
    except OSError:
        return []
    return [gpu for folder in folders for gpu in _described(folder)]


def usable() -> list[Gpu]:
    """Those that may be opened and that CUDA_VISIBLE_DEVICES does not hide (numbers count in the bus's order)."""
    here = present()
    asked = os.environ.get(VISIBLE)
    if asked is not None:
        words = [word.strip() for word in asked.split(",")]
        here = [gpu for word in words for number, gpu in enumerate(here) if word in (str(number), gpu.uuid)]
    return [gpu for gpu in here if not gpu.obstacle()]


def why_not() -> str:
    """Why no locked worker can be given a GPU; an empty text where one can."""
    if usable():
        return ""
    here = present()
    if not here:
        return "no NVIDIA driver lists a GPU"
    return next((gpu.obstacle() for gpu in here if gpu.obstacle()), f"{VISIBLE} hides it")


def pin(number: int) -> None:
    """Let this process see one of the usable GPUs, in turn by `number`. Before CUDA starts."""
    here = usable()
    if here:
        os.environ[VISIBLE] = here[number % len(here)].uuid


def _described(folder: Path) -> Iterator[Gpu]:
    try:
        text = (folder / "information").read_text("utf-8", "replace")
    except OSError:
        return
    found = dict(_FIELD.findall(text))
    if "GPU UUID" in found and found.get("Device Minor", "").isdecimal():
        yield Gpu(found.get("Model", "GPU"), found["GPU UUID"], int(found["Device Minor"]), folder.name)
