"""Exceptions' texts: those of Python and torch are told, what a submission could put into one is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import torch

from antorcha.course.model import Course
from antorcha.disclosure.exception_texts import safe_text
from antorcha.disclosure.known_words import KnownWords, known_words
from antorcha.intake.model import Cell, SubmittedFile

CODE = """\
import pandas
# zebra
WORDS = "giraffe 424242"


def mean_of(x, axis):
    total = rnage(3)
    return x.fooo + axis
"""
X = torch.ones(2, 3)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownWords:
    exercises = tmp_path_factory.mktemp("course") / "exercises"
    exercises.mkdir()
    (exercises / "layers.py").write_text('def deepen(model):\n    """Use `penguin`."""\n', encoding="utf-8")
    course = Course("texts", (), root=exercises.parent)
    return known_words(course, "layers", SubmittedFile("layers", "layers.py", (Cell(CODE, "layers.py"),)))


def text_of(call: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the cases say
        call()
    return str(caught.value)


def mean_of(x: Any, axis: Any) -> None: ...


TOLD: dict[str, tuple[Callable[[], Any], str]] = {
    "a misspelt name": (lambda: eval("rnage"), "name 'rnage' is not defined"),
    "a name that is not the student's": (lambda: eval("zebra"), "name '…' is not defined"),
    "a name in a string": (lambda: eval("giraffe"), "name '…' is not defined"),
    "a name of the stub": (lambda: eval("penguin"), "name 'penguin' is not defined"),
    "a package": (lambda: exec("raise ModuleNotFoundError(\"No module named 'pandas'\")"), "No module named 'pandas'"),
    "an attribute": (lambda: X.fooo, "'Tensor' object has no attribute 'fooo'"),
    "None": (lambda: eval("None[0]"), "'NoneType' object is not subscriptable"),
    "too few arguments": (
        lambda: mean_of(X),  # type: ignore[call-arg]
        "mean_of() missing … required positional argument: 'axis'",
    ),
    "shapes of a product": (lambda: X @ X, "mat1 and mat2 shapes cannot be multiplied (… and …)"),
    "shapes of a sum": (
        lambda: X + torch.ones(4),
        "The size of tensor a (…) must match the size of tensor b (…) at non-singleton dimension …",
    ),
    "a view": (lambda: X.view(5), "shape '…' is invalid for input of size …"),
    "dtypes": (lambda: X @ X.long().T, "expected m1 and m2 to have the same dtype, but got: float != long int"),
    "no graph": (
        lambda: X.sum().backward(),
        "element … of tensors does not require grad and does not have a grad_fn",
    ),
    "an index": (lambda: X[7], "index … is out of bounds for dimension … with size …"),
    "arguments of torch's": (
        lambda: torch.zeros(2.5),  # type: ignore[call-overload]
        "…(): argument '…' (position …) must be tuple of ints, not float",
    ),
    "too few for torch": (
        lambda: torch.from_numpy(),  # type: ignore[call-arg]
        "…() takes exactly one argument (… given)",
    ),
    "none of torch's signatures": (
        lambda: torch.where(X, 1),  # type: ignore[call-overload]
        "…() received an invalid combination of arguments",
    ),
    "no number in a text": (lambda: int("giraffe"), "invalid literal for int()"),
    "a range backwards": (lambda: torch.arange(3, 1), "upper bound and lower bound inconsistent with step sign"),
    "an element that is no tensor": (
        lambda: torch.stack([X, 3]),  # type: ignore[list-item]
        "expected Tensor as element … in argument …, but got int",
    ),
    "a file that is not there": (lambda: Path("giraffe").read_text(), "[Errno 2] No such file or directory"),
    "division": (lambda: eval("1 / 0"), "division by zero"),
    "nothing to begin with": (lambda: reduce(max, []), "reduce() of empty iterable with no initial value"),
}


@pytest.mark.parametrize(("call", "text"), TOLD.values(), ids=TOLD)
def test_what_python_and_torch_say(known: KnownWords, call: Callable[[], Any], text: str) -> None:
    assert safe_text(text_of(call), "", known) == text


KEPT = {
    "an input": "tensor([1., 2.])",
    "a word": "giraffe",
    "a key": "'giraffe'",
    "a number as a name": "name '424242' is not defined",
    "behind a phrase": "division by zero giraffe",
    "before a phrase": "giraffe: division by zero",
    "on a second line": "\ngiraffe",
    "an operator of letters": "unsupported operand type(s) for giraffe: 'int' and 'int'",
}


@pytest.mark.parametrize("message", KEPT.values(), ids=KEPT)
def test_what_a_submission_could_say_is_kept(known: KnownWords, message: str) -> None:
    said = safe_text(message, "raise ValueError(message)", known) or ""
    assert "giraffe" not in said
    assert "424242" not in said
    assert "1." not in said


@pytest.mark.parametrize(
    "message",
    [
        "mat1 and mat2 shapes cannot be multiplied (424242x3 and giraffe)",
        "'giraffe' object has no attribute 'giraffe'",
        "giraffe() takes 424242 positional arguments but 3 were given",
        "No module named 'giraffe.zebra'",
        "Expected all tensors to be on the same device, giraffe",
        "division by zero (424242)",
        "giraffe() received an invalid combination of arguments - got (giraffe, 424242)",
        "giraffe(): argument 'giraffe' (position 424242) must be giraffe, not giraffe",
        "LSTM: Expected input to be 424242D or 3D, got giraffeD instead",
        "outer: Expected 1-D argument giraffe, but got 424242-D",
        "[Errno 2] No such file or directory: 'giraffe'",
        'Module [giraffe] is missing the required "forward" function',
        "name 'rnage' is not defined (giraffe)",
        "expected scalar type giraffe but found Long",
        "shape '[424242, 7]' is invalid for input of size 424242",
    ],
)
def test_a_phrase_carries_nothing(known: KnownWords, message: str) -> None:
    said = safe_text(message, "", known) or ""
    assert not [word for word in ("giraffe", "zebra", "424242", "7") if word in said]


def test_a_text_that_stands_in_the_raising_line_tells_no_more_than_the_line(known: KnownWords) -> None:
    assert (
        safe_text("two rows are needed", '    raise ValueError("two rows are needed")', known) == "two rows are needed"
    )
    assert safe_text("two rows are needed", "    raise ValueError(TEXTS[x])", known) is None
    assert safe_text("giraffe", '    if x == "giraffe": raise ValueError(x)', known) is None


@pytest.mark.parametrize(
    ("word", "is_known"),
    [
        ("penguin", True),
        ("giraffe", True),
        ("zebra", True),
        ("ace", False),
        ("guin", False),
        ("model", True),
        ("model.weight", True),
        ("hidden.weight", False),
        ("0", False),
        ("3", True),
        ("giraffe 424242", True),
        ("424242 giraffe", False),
    ],
)
def test_a_key_is_known_where_it_stands_in_the_course_s_text_or_the_student_s_file(
    known: KnownWords, word: str, is_known: bool
) -> None:
    assert known.knows(word) is is_known
