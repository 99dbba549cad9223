"""Checks on several devices: the choice of devices, the names of a check's variants, and one result out of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antorcha.accelerator.devices import find
from antorcha.accelerator.lease import DeviceGoneError, Lease
from antorcha.course.device_kinds import ACCELERATOR, CPU, ROLES
from antorcha.course.model import Tolerance
from antorcha.explain import explain
from antorcha.plugin.check import Check, Disagreement, lost
from antorcha.results import CheckResult, Diagnosis, Verdict

if TYPE_CHECKING:  # what imports torch waits until a check runs
    import torch

    from antorcha.plugin.grading_session import GradingSession
    from antorcha.plugin.recognise import Asked

DEVICE_FIXTURE = "device"
EVERY_DEVICE = "all"  # of the option: each device of the topic
CHOICES = (*ROLES, EVERY_DEVICE)


def roles_for(grading: GradingSession, test_file: Path) -> tuple[str, ...]:
    """Return the devices that a file's tests run on. At home that is the CPU unless the option says otherwise."""
    origin = grading.origin(test_file)
    if origin is None:
        return (CPU,)
    wanted = tuple(dict.fromkeys(origin.course.devices_of(origin.topic)))
    at_home = origin.folder.exercises.resolve() == test_file.parent.resolve()
    chosen = grading.device or (CPU if at_home else EVERY_DEVICE)
    if chosen == EVERY_DEVICE or wanted == (CPU,):
        return wanted
    return (chosen,)


def parametrise(metafunc: pytest.Metafunc, grading: GradingSession) -> None:
    """Make a test that uses `device` one test for each device; with the CPU alone nothing changes."""
    marks = metafunc.definition.iter_markers("parametrize")
    chosen_by_test = any(
        DEVICE_FIXTURE in str(mark.args[0] if mark.args else mark.kwargs.get("argnames")) for mark in marks
    )
    if DEVICE_FIXTURE not in metafunc.fixturenames or chosen_by_test:
        return
    roles = roles_for(grading, metafunc.definition.path)
    if roles != (CPU,):
        metafunc.parametrize(DEVICE_FIXTURE, roles, indirect=True, ids=list(roles))


def name_and_role(item: pytest.Item) -> tuple[str, str, str]:
    """Return a test's name and its node id without the device, and the device's role."""
    callspec = getattr(item, "callspec", None)
    role = callspec.params.get(DEVICE_FIXTURE) if callspec is not None else None
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


def hide_gpus() -> None:
    """Let the reference meet on the CPU what a worker meets there: no GPU. `device_for_check` shows it."""
    from antorcha.accelerator.real import hide

    for role in (ACCELERATOR, "cuda"):  # what is found is remembered; nothing is found once it is hidden
        find(role, locked=True)
    hide()


@contextmanager
def device_for_check(
    role: str, check: Check, language: str, *, locked: bool, lease: Lease | None = None
) -> Iterator[torch.device]:
    """Provide the device for a role while a check runs.

    Raises: `Disagreement` with verdict NOT_TESTED where there is none.

    `lease`: in grading, the right to a real GPU, which this side too uses only while it has it.
    """
    import torch

    from antorcha.compare.finding import Finding

    available = find(role, locked=locked)
    if available.name is None:
        diagnosis = Diagnosis("no_device", {"device": role}, {"why": available.why})
        raise Disagreement(Finding(Verdict.NOT_TESTED, diagnosis), explain(diagnosis, language))
    check.device = available.name
    if not available.is_simulated:
        from antorcha.accelerator.real import visible

        with visible(available.name):
            if lease is not None:
                _take(lease, check, language)
            yield torch.device(available.name)
        return
    from antorcha.accelerator.simulated import hide, install

    install()
    try:
        yield torch.device(available.name)
    finally:
        hide()  # a check that asks for no device must not see one


def _take(lease: Lease, check: Check, language: str) -> None:
    """Wait for the GPU and try it. Raises: `Disagreement` with verdict NOT_TESTED where it cannot be used."""
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
    """Return one result for each check, over all devices that it ran on.

    It passes where it passed on each of them; a device that is not here counts neither for nor against it.
    """
    variants: dict[str, list[CheckResult]] = {}
    for result in results:
        variants.setdefault(result.check, []).append(result)
    return [_one_of(group) for group in variants.values()]


_MOST_MEASURED = 1 << 22  # both sides are the submission's, of any size that it likes


def parity(traces: Sequence[Sequence[Asked]]) -> float | None:
    """Return the largest difference between the answers of a check on its devices; `None` for one device."""
    if len(traces) < 2:
        return None
    gaps = [0.0]
    # Not strict: a check may have ended earlier on one device, and an answer may hold other tensors there.
    for calls in zip(*traces, strict=False):
        first, *others = (_tensors(call) for call in calls)
        gaps += [_gap(left, right) for other in others for left, right in zip(first, other, strict=False)]
    return max(gaps)


def _tensors(asked: Asked) -> list[torch.Tensor]:
    """Return the tensors in an answer, as they travelled: on the CPU, whatever device they are from."""
    from antorcha.worker.facts import TensorFact
    from antorcha.worker.trees import walk

    return [leaf.data for leaf in walk(asked.answer.value) if isinstance(leaf, TensorFact)]


def _gap(left: torch.Tensor, right: torch.Tensor) -> float:
    """Return the largest absolute difference of two tensors; 0 where they cannot be compared."""
    from antorcha.compare.values import mismatch

    if left.shape != right.shape or left.numel() > _MOST_MEASURED:
        return 0.0
    difference = mismatch(left, right, Tolerance(0.0, 0.0))
    # NaN differs from itself, and is no distance.
    return difference.largest if difference is not None and difference.largest == difference.largest else 0.0


def _one_of(variants: list[CheckResult]) -> CheckResult:
    ran = [result for result in variants if result.verdict is not Verdict.NOT_TESTED]
    if len(variants) == 1 or not ran:
        return variants[0]
    speaks = next((result for result in ran if not result.passed), ran[0])
    untried = next((result.diagnosis for result in variants if is_lost(result)), None)
    if speaks.passed and untried is not None:  # remembered, so that another day it is graded again
        speaks = replace(speaks, diagnosis=untried)
    return replace(
        speaks,
        device="+".join(result.device.partition(":")[0] for result in ran),
        comparisons=sum(result.comparisons for result in ran),
        seconds=round(sum(result.seconds for result in ran), 6),
    )


def is_lost(result: CheckResult) -> bool:
    """Return whether a GPU was to be had and could not be used."""
    return result.diagnosis is not None and result.diagnosis.kind == "device_lost"


def _without(text: str, role: str) -> str:
    """Return a name without its device: `test_x[accelerator]` -> `test_x`; `test_x[3-accelerator]` -> `test_x[3]`."""
    alone, last = f"[{role}]", f"-{role}]"
    return text.removesuffix(alone) if text.endswith(alone) else text.removesuffix(last) + "]"
