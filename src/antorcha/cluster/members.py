"""The Dask workers that grade for a run: each is looked at before it gets anything, and refused where it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distributed.comm.core import CommClosedError

from antorcha.bulk.keys import DeviceNames
from antorcha.cluster import on_worker
from antorcha.cluster.machine import Machine, obstacles
from antorcha.cluster.package import Package
from antorcha.course.device_kinds import CPU
from antorcha.plain import PlainDataError, from_plain

# What is raised for a worker that has just ended, or cannot be reached now: it is asked again.
_GONE = (CommClosedError, ConnectionError, TimeoutError)
_SHOWN = 3  # reasons for which one worker is refused


@dataclass
class Member:
    """A worker that may grade. `has_gpu`: it declares Dask's resource "GPU"."""

    name: str
    threads: int
    devices: DeviceNames
    has_gpu: bool
    digest: str = ""  # of the package that it has

    def has_devices(self, devices: DeviceNames) -> bool:
        """Return whether its devices are these."""
        return [list(row) for row in self.devices] == [list(row) for row in devices]


class Members:
    """The workers of one cluster, by address, as they come and go."""

    def __init__(
        self,
        client: Any,
        ours: Machine,
        isolation: str,
        requirements: Sequence[str],
        roles: Sequence[str],
        say: Callable[[str], None],
    ) -> None:
        self.accepted: dict[str, Member] = {}
        self.refused: dict[str, str] = {}  # the reason, which names the worker
        self._client = client
        self._ours = ours
        self._isolation = isolation
        self._requirements = tuple(requirements)
        self._roles = tuple(roles)
        self._say = say
        self._devices: DeviceNames | None = None

    @property
    def devices(self) -> DeviceNames:
        """Return the devices of those workers that get the checks on accelerators.

        They are those of the first accepted worker with a GPU, and of this machine where there is none. What they are
        is settled once: a mark of this run does not depend on who joins later.
        """
        if self._devices is None:
            with_gpu = [member for member in self.accepted.values() if member.has_gpu]
            self._devices = with_gpu[0].devices if with_gpu else self._ours.devices
        return self._devices

    @property
    def on_gpu(self) -> bool:
        """Return whether checks on accelerators go to workers with Dask's resource "GPU"."""
        return any(member.has_gpu and member.has_devices(self.devices) for member in self.accepted.values())

    def able(self, roles: Iterable[str]) -> dict[str, Member]:
        """Return the workers that may grade checks on devices of these kinds."""
        if set(roles) <= {CPU}:
            return self.accepted
        on_gpu = self.on_gpu
        return {
            address: member
            for address, member in self.accepted.items()
            if member.has_devices(self.devices) and (member.has_gpu or not on_gpu)
        }

    def look(self, package: Package | None) -> None:
        """See who is there: forget who has gone, look at who has come, and hand the package to who has none."""
        present: Mapping[str, int] = self._client.nthreads()
        self.accepted = {address: member for address, member in self.accepted.items() if address in present}
        digest = package.digest if package else ""
        strangers = [address for address in present if address not in self.accepted and address not in self.refused]
        for address, answer in self._ask(on_worker.describe, strangers, self._requirements, self._roles, digest):
            self._judge(address, present[address], answer, digest)
        if package is not None:
            without = [address for address, member in self.accepted.items() if member.digest != digest]
            for address, answer in self._ask(on_worker.receive, without, package, digest):
                if isinstance(answer, _GONE):
                    self.forget(address)
                elif isinstance(answer, BaseException):
                    self.refuse(address, f"the course cannot be unpacked there ({type(answer).__name__}: {answer})")
                else:
                    self.accepted[address].digest = digest

    def forget(self, address: str) -> None:
        """Look at a worker anew: another process answers at its address."""
        self.accepted.pop(address, None)

    def refuse(self, address: str, reason: str) -> None:
        """Let a worker get nothing from now on, and say so."""
        member = self.accepted.pop(address, None)
        name = f"{member.name} ({address})" if member and member.name != address else address
        if address not in self.refused:
            self.refused[address] = f"worker {name} grades nothing: {reason}"
            self._say(self.refused[address])

    def _judge(self, address: str, threads: int, answer: Any, digest: str) -> None:
        if isinstance(answer, BaseException):
            if not isinstance(answer, _GONE):
                self.refuse(address, f"Antorcha cannot be used there ({type(answer).__name__}: {answer})")
            return
        try:
            machine = from_plain(Machine, answer["machine"])
        except (PlainDataError, KeyError, TypeError) as error:
            self.refuse(address, f"its Antorcha is another one ({error})")
            return
        member = Member(answer["name"], threads, machine.devices, answer["has_gpu"])
        member.digest = digest if answer["has_package"] else ""
        self.accepted[address] = member
        reasons = obstacles(machine, self._ours, self._isolation)
        if reasons:
            more = [f"and {len(reasons) - _SHOWN} more"] if len(reasons) > _SHOWN else []
            self.refuse(address, "; ".join([*reasons[:_SHOWN], *more]))

    def _ask(self, function: Callable[..., Any], addresses: list[str], *args: Any) -> list[tuple[str, Any]]:
        """Return what a function returns, or raises, in each of these workers, outside of their queues."""
        if not addresses:
            return []
        answers = self._client.run(function, *args, workers=addresses, on_error="return")
        return list(answers.items())
