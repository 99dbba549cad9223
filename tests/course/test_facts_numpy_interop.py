"""What the lesson and the exercises of `numpy_interop` say about PyTorch and NumPy, tried on the versions at hand.

When one of these fails after an update, the library has changed and the text must follow.
"""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest
import torch
from support.paths import ROOT

LESSON = (ROOT / "reference" / "lessons" / "numpy_interop.md").read_text("utf-8")


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_numpy_interop", ROOT / "reference" / "numpy_interop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = _reference()


def _said(error: pytest.ExceptionInfo[Exception]) -> str:
    """Type and message, with runs of white space made one space."""
    return " ".join(f"{error.type.__name__}: {error.value}".split())


def test_an_array_of_the_course_notes_becomes_a_float64_tensor() -> None:
    array = np.arange(1.0, 8.0)
    tensor = REFERENCE.other_side(array)
    assert repr(tensor) == "tensor([1., 2., 3., 4., 5., 6., 7.], dtype=torch.float64)", (
        "from_numpy no longer keeps float64"
    )
    array = array + 1
    assert array.tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert tensor.tolist() == [1, 2, 3, 4, 5, 6, 7], "array = array + 1 reaches the tensor now"
    assert REFERENCE.other_side(np.ones(5)).dtype == torch.float64


def test_seven_ones_become_a_float32_array() -> None:
    ones = REFERENCE.other_side(torch.ones(7))
    assert repr(ones) == "array([1., 1., 1., 1., 1., 1., 1.], dtype=float32)", "numpy() no longer keeps float32"


def test_the_good_and_the_bad_copies_of_the_course_notes() -> None:
    x = torch.full((2, 3), 0.5)
    bad, good, also_good = x.numpy(), x.clone().numpy(), x.numpy() + 0
    x.mul_(2)
    assert (float(bad[0, 0]), float(good[0, 0]), float(also_good[0, 0])) == (1.0, 0.5, 0.5)
    z = np.full((3, 4), 0.5)
    bad_copy, good_copy = torch.from_numpy(z), torch.tensor(z)
    bad_copy.sub_(1)
    assert (z[0, 0], good_copy[0, 0].item()) == (-0.5, 0.5)


@pytest.mark.parametrize("make", [torch.from_numpy, torch.tensor, torch.as_tensor])
def test_no_tensor_is_read_backwards(make: object) -> None:
    with pytest.raises(ValueError, match="negative") as error:
        make(np.arange(3)[::-1])  # type: ignore[operator]
    told = _said(error)
    assert told in " ".join(LESSON.split()), f"the lesson quotes another message than {told}"
    assert told in " ".join((REFERENCE.mirror_image.__doc__ or "").split())


def test_numpy_refuses_as_the_lesson_says() -> None:
    with pytest.raises(RuntimeError) as needs_gradient:
        torch.ones(2, requires_grad=True).numpy()
    with pytest.raises(TypeError) as no_such_dtype:
        torch.ones(2, dtype=torch.bfloat16).numpy()
    for error in (needs_gradient, no_such_dtype):
        assert f"`{_said(error)}`" in LESSON


def test_numpy_does_not_refuse_where_nothing_is_recorded() -> None:
    with torch.no_grad():
        assert torch.ones(2, requires_grad=True).numpy().tolist() == [1.0, 1.0]


def test_a_flipped_tensor_is_a_copy() -> None:
    t = torch.arange(3)
    t.flip(0)[0] = 9
    assert t.tolist() == [0, 1, 2]


def test_adding_zero_to_an_array_without_axes_gives_a_number() -> None:
    assert isinstance(torch.tensor(2.5).numpy() + 0, np.floating)
    assert (torch.tensor([True]).numpy() + 0).dtype != np.bool_
