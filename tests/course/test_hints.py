"""The hints of the shipped course: three steps for each exercise, in every language, and no answer in them."""

from __future__ import annotations

import pytest
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.sources.hint_checks import hint_complaints
from antorcha.sources.hints import hints_path

COURSE = load_course(ROOT)


@pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
def test_hints_are_complete_and_give_nothing_away(topic):
    assert hints_path(COURSE, topic.name).is_file()
    assert hint_complaints(COURSE, topic) == []
