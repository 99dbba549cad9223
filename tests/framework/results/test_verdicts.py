"""What is declared of each verdict is complete, and no two contradict each other."""

from __future__ import annotations

import pytest

from antorcha.messages import MESSAGES
from antorcha.verdicts import Verdict


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_described(verdict: Verdict) -> None:
    assert verdict.about.word
    assert verdict.about.explanation or verdict is Verdict.PASSED
    assert Verdict(verdict.value) is verdict


def test_of_two_verdicts_one_always_speaks_for_a_row() -> None:
    severities = [verdict.about.severity for verdict in Verdict if verdict.about.severity]
    assert len(severities) == len(set(severities))


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict.value.endswith("_limit")])
def test_every_limit_has_a_sentence_of_its_own(verdict: Verdict) -> None:
    assert verdict.diagnosis_kind in MESSAGES
