"""The facts that have to be the same on every machine that grades a class, and what keeps one from grading it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from antorcha.bulk.keys import DeviceNames, code_digest, device_names, versions
from antorcha.worker.lockdown import layers

_CODE = "Antorcha's own code"


@dataclass(frozen=True)
class Machine:
    """A machine that may grade.

    `versions`: of all that marks may depend on, by name; `layers`: of the sandbox, those that are here; `missing`: the
    required ones that are not, each with the reason; `devices`: as `keys.device_names` has them.
    """

    versions: dict[str, str]
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    devices: DeviceNames = field(default_factory=list)


def this_machine(requirements: Sequence[str], roles: Sequence[str]) -> Machine:
    """Return what this machine has. `requirements`: of the course; `roles`: the kinds of device that it asks for."""
    found = layers()
    return Machine(
        versions=versions(requirements) | {_CODE: code_digest()[:12]},
        layers=tuple(layer.name for layer in found if layer.present),
        missing=tuple(f"{layer.name} ({layer.detail})" for layer in found if layer.required and not layer.present),
        devices=device_names(roles),
    )


def obstacles(worker: Machine, ours: Machine, isolation: str) -> list[str]:
    """Return why a worker may not grade what this machine hands out; nothing where it may.

    It has the same versions, since a mark is known by them, and every layer of the sandbox that this machine has.
    """
    reasons = [
        f"{name} is {worker.versions.get(name, 'not there')} and here {version}"
        for name, version in ours.versions.items()
        if worker.versions.get(name) != version
    ]
    if isolation == "required":
        reasons += [f"its sandbox lacks {layer}" for layer in worker.missing]
        absent = {layer.partition(" (")[0] for layer in worker.missing}
        lacking = [layer for layer in ours.layers if layer not in worker.layers and layer not in absent]
        reasons += [f"its sandbox lacks the layer {layer!r}, which this machine has" for layer in lacking]
    return reasons
