"""The points of an exercise, from its hidden and visible checks."""

from __future__ import annotations

import pytest

from antorcha.results import CheckResult, Verdict, score_exercise

PASSED, WRONG, NOT_TESTED = Verdict.PASSED, Verdict.WRONG, Verdict.NOT_TESTED


def points(hidden: list[Verdict], visible: list[Verdict]) -> tuple[float, float]:
    checks = [CheckResult(f"graders/test_t.py::test_{n}", "f", verdict) for n, verdict in enumerate(hidden)]
    checks += [CheckResult(f"exercises/test_t.py::test_{n}", "f", verdict) for n, verdict in enumerate(visible)]
    result = score_exercise("f", 6.0, tuple(checks))
    return result.points, result.max_points


@pytest.mark.parametrize(
    ("hidden", "visible", "earned"),
    [
        pytest.param([PASSED, PASSED], [PASSED], 6.0, id="all"),
        pytest.param([PASSED, PASSED], [WRONG], 4.0, id="who fails at home has no full marks"),
        pytest.param([PASSED, WRONG], [PASSED], 4.0, id="a visible one counts beside a hidden one"),
        pytest.param([WRONG, WRONG], [PASSED], 0.0, id="a table of visible answers earns nothing"),
        pytest.param([], [PASSED, WRONG], 3.0, id="where there is no hidden one"),
    ],
)
def test_visible_checks_count_but_not_alone(hidden: list[Verdict], visible: list[Verdict], earned: float) -> None:
    assert points(hidden, visible) == (earned, 6.0)


def test_there_are_no_points_where_no_hidden_check_could_be_tested() -> None:
    assert points([NOT_TESTED], [PASSED]) == (0.0, 0.0)
