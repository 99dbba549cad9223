"""What the course says of shapes and of the errors they make. If one of these fails, PyTorch has changed: mend it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from support.paths import ROOT

REFERENCE = ROOT / "reference" / "shapes.py"

CHANGED = "this torch release answers otherwise than the lesson and the stubs of `shapes` say"

A = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
B = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])
PRODUCT = [[27, 30, 33], [61, 68, 75], [95, 106, 117]]
LAYER_OF_TWO = [
    [2.2368, 1.2292, 0.4714, 0.3864, 0.1309, 0.9838],
    [4.4919, 2.1970, 0.4469, 0.5285, 0.3401, 2.4777],
    [6.7469, 3.1648, 0.4224, 0.6705, 0.5493, 3.9716],
]


@pytest.fixture(scope="module")
def shapes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_of_shapes", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expressions(docstring: str | None) -> dict[str, str]:
    """The lines `a: ...` of an exercise's text, by their letter."""
    lines = (line.strip() for line in (docstring or "").splitlines())
    return {line[0]: line[3:] for line in lines if line[1:3] == ": " and line[0].islower()}


def test_the_product_that_the_notes_print(shapes: ModuleType) -> None:
    assert (A @ B.T).tolist() == PRODUCT, CHANGED
    assert torch.mm(A, B.T).tolist() == PRODUCT, CHANGED
    assert shapes.basket_costs(A, B).tolist() == PRODUCT


def test_the_layer_that_the_notes_print(shapes: ModuleType) -> None:
    torch.manual_seed(42)
    layer = shapes.layer_that_fits(A, 6)
    torch.testing.assert_close(layer(A), torch.tensor(LAYER_OF_TWO), rtol=0, atol=1e-4, msg=CHANGED)


@pytest.mark.parametrize("columns", [2, 3])
def test_a_product_that_does_not_fit_is_refused_in_these_words(columns: int) -> None:
    message = rf"^mat1 and mat2 shapes cannot be multiplied \(3x2 and 3x{columns}\)$"
    with pytest.raises(RuntimeError, match=message):
        A @ torch.ones(3, columns)


def test_both_stubs_of_the_layer_stop_with_these_words(shapes: ModuleType) -> None:
    message = r"^mat1 and mat2 shapes cannot be multiplied \(3x2 and 3x6\)$"
    with pytest.raises(RuntimeError, match=message):
        shapes._stub_layer_that_fits(A, 6)(A)
    with pytest.raises(RuntimeError, match=message):
        shapes._stub_examples_in_columns(torch.nn.Linear(3, 6), A)


def test_a_view_after_a_permute_is_refused_in_these_words(shapes: ModuleType) -> None:
    message = (
        r"^view size is not compatible with input tensor's size and stride \(at least one dimension spans across two "
        r"contiguous subspaces\)\. Use \.reshape\(\.\.\.\) instead\.$"
    )
    with pytest.raises(RuntimeError, match=message):
        shapes._stub_sequence_rows(torch.ones(5, 4, 3))


def test_a_batch_of_one_stops_with_these_words(shapes: ModuleType) -> None:
    message = r"^Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\)$"
    with pytest.raises(IndexError, match=message):
        shapes._stub_image_brightness(torch.ones(1, 1, 28, 28))
    assert shapes._stub_image_brightness(torch.ones(32, 1, 28, 28)).shape == (32,), CHANGED


def test_writing_999_into_the_view(shapes: ModuleType) -> None:
    x = torch.arange(1.0, 8.0)
    z = x.view(1, 7)
    z[0, 0] = 999.0
    assert x.tolist() == [999, 2, 3, 4, 5, 6, 7], CHANGED
    row, column = shapes.row_and_column(x)
    row[0, 1] = -1.0
    assert x[1] == column[1, 0] == -1.0


def test_the_stack_that_the_notes_leave_unfinished(shapes: ModuleType) -> None:
    x = torch.arange(1.0, 8.0)
    assert torch.stack([x] * 5).shape == shapes.pile_up(x, 5).shape == (5, 7), CHANGED
    assert torch.cat([x] * 5).shape == (35,), CHANGED


def test_squeeze_and_unsqueeze_of_the_notes() -> None:
    x = torch.arange(1, 10).reshape(1, 3, 3)
    assert torch.unsqueeze(x, dim=0).shape == (1, 1, 3, 3), CHANGED
    assert torch.squeeze(torch.ones(1, 7)).shape == (7,), CHANGED
    assert torch.ones(2, 3).squeeze(0).shape == (2, 3), CHANGED


def test_the_permuted_image_of_the_notes(shapes: ModuleType) -> None:
    image = torch.rand(224, 224, 3)
    permuted = shapes.channels_first(image)
    assert permuted.shape == (3, 224, 224), CHANGED
    assert permuted.data_ptr() == image.data_ptr(), CHANGED


def _without_fault(operation: Callable[[], object]) -> bool:
    try:
        operation()
    except RuntimeError:
        return False
    return True


def test_each_fault_that_the_exercise_asks_for(shapes: ModuleType) -> None:
    """On the device "meta", which every machine has, in place of "cuda": tensors there do not go with others either."""
    asked = expressions(shapes.which_fault.__doc__)
    assert len(asked) == 14
    for case, expression in asked.items():
        here = expression.replace('"cuda"', '"meta"')
        fault = shapes.which_fault(case)
        works = _without_fault(lambda here=here: eval(here, {"torch": torch}))
        assert works == (fault == "none"), f"{expression}: {CHANGED}"
        # A fault of the device is gone when everything is on one, a fault of the dtype when everything has one.
        mended = here.replace(', device="meta"', "") if fault == "device" else here
        if fault == "dtype":
            for other in ("float64", "float16"):
                mended = mended.replace(f", dtype=torch.{other}", "")
            mended = mended.replace("[[1, 2], [3, 4]]", "[[1.0, 2.0], [3.0, 4.0]]")
        if fault in {"device", "dtype"}:
            assert _without_fault(lambda mended=mended: eval(mended, {"torch": torch})), f"{expression}: {CHANGED}"


MATRIX = ("a", "b", "c", "e", "g", "h", "i", "j", "k")


def test_each_message_is_what_a_tensor_of_that_shape_gets(shapes: ModuleType) -> None:
    """The operations of `shape_in_message`, run with an `x` of the shape that is the answer."""
    text = " ".join((shapes.shape_in_message.__doc__ or "").split())
    asked = expressions(shapes.shape_in_message.__doc__)
    assert "".join(asked) == "abcdefghijkl"
    for case, expression in asked.items():
        shape = shapes.shape_in_message(case)
        assert 1 not in shape
        assert (len(shape) == 2) == (case in MATRIX)
        with pytest.raises((RuntimeError, IndexError)) as raised:
            eval(expression, {"torch": torch, "x": torch.ones(shape)})
        assert f"{case}: {expression} {' '.join(str(raised.value).split())}" in text, CHANGED
