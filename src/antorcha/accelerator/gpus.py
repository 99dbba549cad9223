"""The NVIDIA GPUs that a locked worker could be given, from the driver's own list in /proc.

No library is loaded and no GPU touched. One that is cut into parts (MIG), or reached without the driver's files (WSL),
is none of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MACHINE_ROOT = Path("/")  # of the machine's files; tests have a machine of their own
VISIBLE_GPUS_VARIABLE = "CUDA_VISIBLE_DEVICES"
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
        """Return the paths of the device files that its user opens; no other GPU's."""
        return tuple(str(MACHINE_ROOT / name) for name in (f"dev/nvidia{self.minor}", *_SHARED))

    @property
    def readable(self) -> tuple[str, ...]:
        """Return the paths of the files and folders that its user reads besides."""
        bus = os.path.realpath(MACHINE_ROOT / "sys/bus/pci/devices" / self.address)
        return (*(str(MACHINE_ROOT / name) for name in _READ), bus)

    def obstacle(self) -> str:
        """Return the reason why this process may not use its files; an empty text where it may."""
        for name in (f"dev/nvidia{self.minor}", *_NEEDED):
            if not os.access(MACHINE_ROOT / name, os.R_OK | os.W_OK):
                return f"/{name} cannot be opened"
        return ""


def present() -> list[Gpu]:
    """Return all GPUs of this machine, in the order of their addresses."""
    try:
        folders = sorted((MACHINE_ROOT / _LIST).iterdir())
    except OSError:
        return []
    return [gpu for folder in folders for gpu in _described(folder)]


def usable() -> list[Gpu]:
    """Return the GPUs that may be opened and that CUDA_VISIBLE_DEVICES does not hide, in the order of that variable.

    Numbers in that variable count in the bus's order.
    """
    visible = present()
    setting = os.environ.get(VISIBLE_GPUS_VARIABLE)
    if setting is not None:
        words = [word.strip() for word in setting.split(",")]
        visible = [gpu for word in words for number, gpu in enumerate(visible) if word in (str(number), gpu.uuid)]
    return [gpu for gpu in visible if not gpu.obstacle()]


def why_not() -> str:
    """Return the reason why no locked worker can be given a GPU; an empty text where one can."""
    if usable():
        return ""
    all_gpus = present()
    if not all_gpus:
        return "no NVIDIA driver lists a GPU"
    return next((gpu.obstacle() for gpu in all_gpus if gpu.obstacle()), f"{VISIBLE_GPUS_VARIABLE} hides it")


def pin(number: int) -> None:
    """Let this process see one of the usable GPUs, in turn by `number`. CUDA reads that only when it starts."""
    choices = usable()
    if choices:
        os.environ[VISIBLE_GPUS_VARIABLE] = choices[number % len(choices)].uuid


def _described(folder: Path) -> Iterator[Gpu]:
    """Yield the GPU of one folder of the driver's list; nothing where the driver names no id or device file."""
    try:
        text = (folder / "information").read_text("utf-8", "replace")
    except OSError:
        return
    listed = dict(_FIELD.findall(text))
    if "GPU UUID" in listed and listed.get("Device Minor", "").isdecimal():
        yield Gpu(listed.get("Model", "GPU"), listed["GPU UUID"], int(listed["Device Minor"]), folder.name)
