"""One check on several devices: which ones, how its variants are named, and how their results become one again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antorcha.accelerator.devices import CPU, find
from antorcha.accelerator.lease import DeviceGoneError, Lease
from antorcha.course.model import Tolerance
from antorcha.messages import explain
from antorcha.plugin.check import Check, Disagreement, lost
from antorcha.results import CheckResult, Diagnosis, Verdict

if TYPE_CHECKING:  # what imports torch waits until a check runs
    import torch

    from antorcha.plugin.recognise import Asked
    from antorcha.plugin.workshop import Workshop

FIXTURE = "device"
EVERY = "all"  # of the option: each device of the topic
CHOICES = (CPU, "accelerator", "cuda", "mps", "xpu", EVERY)


def roles_for(workshop: Workshop, test_file: Path) -> tuple[str, ...]:
    """The devices that a file's tests run on. At home that is the CPU unless the option says otherwise."""
    place, topic = workshop.place(test_file), workshop.topic(test_file)
    if place is None or topic is None:
        return (CPU,)
    wanted = tuple(dict.fromkeys(place.course.devices_of(topic)))
    at_home = place.exercises.resolve() == test_file.parent.resolve()
    chosen = workshop.device or (CPU if at_home else EVERY)
    if chosen == EVERY or wanted == (CPU,):
        return wanted
    return (chosen,)


def parametrise(metafunc: pytest.Metafunc, workshop: Workshop) -> None:
    """Make a test that uses `device` one test for each device; with the CPU alone nothing changes."""
    if FIXTURE not in metafunc.fixturenames or _has_its_own(metafunc):
        return
    roles = roles_for(workshop, metafunc.definition.path)
    if roles != (CPU,):
        metafunc.parametrize(FIXTURE, roles, indirect=True, ids=list(roles))


def name_and_role(item: pytest.Item) -> tuple[str, str, str]:
    """A test's name and its node id without the device, and the device's role."""
    callspec = getattr(item, "callspec", None)
    role = callspec.params.get(FIXTURE) if callspec is not None else None
    if callspec is None or role not in CHOICES:
        return item.name, item.nodeid, CPU
    return _without(item.name, role), _without(item.nodeid, role), role


def make_ready(roles: Iterable[str], *, locked: bool) -> None:
    """Register the simulated device, unseen, if a check is going to need it.

    Autograd counts the devices when it first runs backwards, once for the life of the process: one that comes later
    has no gradients.
    """
    if any(find(role, locked=locked).is_simulated for role in roles):
        from antorcha.accelerator.simulated import hide, install

        install()
        hide()


@contextmanager
def standing(
    role: str, check: Check, language: str, *, locked: bool, lease: Lease | None = None
) -> Iterator[torch.device]:
    """The device for a role while a check runs. Errors: `Disagreement` with verdict NOT_TESTED where there is none.

    `lease`: in grading, the right to a real GPU, which this side too uses only while it has it.
    """
    import torch

    from antorcha.compare.agreement import Finding

    found = find(role, locked=locked)
    if found.name is None:
        diagnosis = Diagnosis("no_device", {"device": role}, {"why": found.why})
        raise Disagreement(Finding(Verdict.NOT_TESTED, diagnosis), explain(diagnosis, language))
    check.device = found.name
    if not found.is_simulated:
        from antorcha.accelerator.real import visible

        with visible(found.name):
            if lease is not None:
                _take(lease, check, language)
            yield torch.device(found.name)
        return
    from antorcha.accelerator.simulated import hide, install

    install()
    try:
        yield torch.device(found.name)
    finally:
        hide()


def _take(lease: Lease, check: Check, language: str) -> None:
    """Wait for the GPU and try it. Errors: `Disagreement` with verdict NOT_TESTED where it cannot be used."""
    from antorcha.accelerator.real import problem

    finding = None
    try:
        lease.take()
    except DeviceGoneError as error:
        finding = lost(str(error), check.role)
    if finding is None and (why := problem(check.device)):
        finding = lost(why, check.role, here=True)
    if finding is not None:
        raise Disagreement(finding, explain(finding.diagnosis, language))
    check.leased = True


def merged(results: Iterable[CheckResult]) -> list[CheckResult]:
    """One result for each check, over all devices that it ran on.

    It passes where it passed on each of them; a device that is not here counts neither for nor against it.
    """
    variants: dict[str, list[CheckResult]] = {}
    for result in results:
        variants.setdefault(result.check, []).append(result)
    return [_one_of(group) for group in variants.values()]


_MOST_MEASURED = 1 << 22  # both sides are the hand-in's, of any size that it likes


def parity(traces: Sequence[Sequence[Asked]]) -> float | None:
    """The largest difference between what one check's calls answered on its devices; `None` for one device."""
    if len(traces) < 2:
        return None
    gaps = [0.0]
    for calls in zip(*traces, strict=False):
        first, *others = (_tensors(call) for call in calls)
        gaps += [_gap(left, right) for other in others for left, right in zip(first, other, strict=False)]
    return max(gaps)


def _tensors(asked: Asked) -> list[torch.Tensor]:
    from antorcha.compare.agreement import leaves
    from antorcha.worker.facts import TensorFact

    return [leaf.data for leaf in leaves(asked.answer.value) if isinstance(leaf, TensorFact)]


def _gap(left: torch.Tensor, right: torch.Tensor) -> float:
    from antorcha.compare.values import mismatch

    if left.shape != right.shape or left.numel() > _MOST_MEASURED:
        return 0.0
    found = mismatch(left, right, Tolerance(0.0, 0.0))
    return found.largest if found is not None and found.largest == found.largest else 0.0


def _one_of(variants: list[CheckResult]) -> CheckResult:
    ran = [one for one in variants if one.verdict is not Verdict.NOT_TESTED]
    if len(variants) == 1 or not ran:
        return variants[0]
    speaks = next((one for one in ran if not one.passed), ran[0])
    untried = next((one.diagnosis for one in variants if is_lost(one)), None)
    if speaks.passed and untried is not None:  # remembered, so that another day it is graded again
        speaks = replace(speaks, diagnosis=untried)
    return replace(
        speaks,
        device="+".join(one.device.partition(":")[0] for one in ran),
        comparisons=sum(one.comparisons for one in ran),
        seconds=round(sum(one.seconds for one in ran), 6),
    )


def is_lost(result: CheckResult) -> bool:
    """Was a GPU to be had and could not be used?"""
    return result.diagnosis is not None and result.diagnosis.kind == "device_lost"


def _without(text: str, role: str) -> str:
    """`test_x[accelerator]` -> `test_x`; `test_x[3-accelerator]` -> `test_x[3]`."""
    alone, last = f"[{role}]", f"-{role}]"
    return text.removesuffix(alone) if text.endswith(alone) else text.removesuffix(last) + "]"


def _has_its_own(metafunc: pytest.Metafunc) -> bool:
    marks = metafunc.definition.iter_markers("parametrize")
    return any(FIXTURE in str(mark.args[0] if mark.args else mark.kwargs.get("argnames")) for mark in marks)
