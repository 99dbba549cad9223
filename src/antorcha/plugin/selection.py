"""The choice of the tests that a given submission can be asked, and the line on how its code will run."""

from __future__ import annotations

import pytest

from antorcha.plugin.given import lease_for
from antorcha.plugin.grading_session import GRADING_SESSION, GradingSession
from antorcha.plugin.test_folder import ORIGIN, Origin


def leave_out_what_was_not_given(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of topics for which `--antorcha-student` names no file.

    Raises: `UserError` when it names none at all, or this machine cannot lock it up.
    """
    grading = config.stash[GRADING_SESSION]
    if grading.given.path is None:
        return
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    # First of all: where no topic has a file, that is one error, and not a run with nothing in it.
    for origins in _by_folder(items).values():
        grading.given.require_usable(origins[0].folder, {origin.topic.name for origin in origins})
    for item in items:
        origin = item.stash.get(ORIGIN, None)
        has_file = origin is None or grading.given.has_file(origin.course, origin.topic.name)
        (kept if has_file else left_out).append(item)
        if has_file and origin is not None and grading.given.is_locked(origin.folder) and not grading.locked:
            _prepare_for_workers(grading, origin)
    if left_out:
        config.hook.pytest_deselected(items=left_out)  # else pytest does not count them
        items[:] = kept


def in_the_courses_order(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the topics of visible tests into the course's order; without one, files come by the alphabet."""
    if config.getoption("failedfirst", False) or config.getoption("newfirst", False):
        return  # another order was asked for
    origins = [item.stash.get(ORIGIN, None) for item in items]
    # Tests of several folders, or beside others of somebody's own, are where whoever runs them put them.
    if not origins or any(origin is None or origin.hidden for origin in origins):
        return
    items.sort(key=lambda item: item.stash[ORIGIN].course.topics.index(item.stash[ORIGIN].topic))


def _prepare_for_workers(grading: GradingSession, origin: Origin) -> None:
    """Let the checks meet the devices that locked workers have."""
    grading.locked = True
    grading.lease = grading.given.lease = lease_for(origin.course)
    if grading.lease is not None:
        from antorcha.plugin.devices import hide_gpus

        hide_gpus()


def how_it_runs(grading: GradingSession, items: list[pytest.Item]) -> list[str]:
    """Return the line that says whether other people's code is locked up; none where all is one's own."""
    folders = [origins[0].folder for origins in _by_folder(items).values()]
    if any(grading.given.is_locked(folder) for folder in folders):
        hint = "--antorcha-isolation=none: in this process, for a debugger"
        return [f"antorcha: {grading.given.path} runs in locked workers, as in antorcha grade ({hint})"]
    if any(grading.given.is_unlocked_by_choice(folder) for folder in folders):
        return [f"antorcha: {grading.given.path} runs UNLOCKED, with all the rights that you have"]
    return []


def _by_folder(items: list[pytest.Item]) -> dict[str, list[Origin]]:
    """Return what the tests belong to, by the folder that they lie in."""
    folders: dict[str, list[Origin]] = {}
    for item in items:
        origin = item.stash.get(ORIGIN, None)
        if origin is not None:
            folders.setdefault(str(origin.folder.tests), []).append(origin)
    return folders
