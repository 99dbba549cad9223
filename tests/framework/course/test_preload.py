"""What a zygote imports beside torch: what the course names, and what takes long where the graded topics use it."""

from __future__ import annotations

from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.course.preload import modules_to_preload

NAMED = ("matplotlib.figure", "safetensors.torch")


def test_the_shipped_course_preloads_dynamo_for_the_topics_that_use_it() -> None:
    course = load_course(ROOT)
    assert modules_to_preload(course, ["tensors", "broadcasting"]) == NAMED
    assert modules_to_preload(course, ["tensors", "training_loop"]) == (*NAMED, "torch._dynamo")
    assert modules_to_preload(course) == (*NAMED, "torch._dynamo")
