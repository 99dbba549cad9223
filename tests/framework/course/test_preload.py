"""What a zygote imports beside torch: what the course names, and what the graded topics name."""

from __future__ import annotations

from support.paths import ROOT

from antorcha.course.load import load_course

COURSE = ("matplotlib.figure", "safetensors.torch")
SYMPY, COMPILER = "torch.fx.experimental.symbolic_shapes", "torch._dynamo"


def test_a_topic_adds_to_what_the_course_preloads() -> None:
    course = load_course(ROOT)
    assert course.modules_for(["broadcasting", "matmul"]) == COURSE
    assert course.modules_for(["tensors", "broadcasting", "autograd"]) == (*COURSE, SYMPY)
    assert course.modules_for(["text_classification"]) == (*COURSE, COMPILER)
    assert course.modules_for([]) == (*COURSE, SYMPY, COMPILER)
