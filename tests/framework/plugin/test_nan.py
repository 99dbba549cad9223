"""NaN in an answer that a test judges itself: it meets every inequality, so it is wrong if the reference has none."""

from __future__ import annotations

import pytest
from support.agree_desk import Desk

from antorcha.plugin.agree import Agree
from antorcha.plugin.plain_answers import Student
from antorcha.results import Verdict

ANSWERS = {
    "a number": "NAN",
    "a complex number": "complex(0, NAN)",
    "a number in a list in a dict": "{'a': [NAN]}",
    "a key": "{NAN: 1}",
    "a part of a key": "{(1, NAN): 1}",
    "an item of a set": "{NAN}",
    "a field": "collections.namedtuple('Pair', 'a b')(1, NAN)",
    "an array": "np.array([1, NAN])",
    "NumPy's number": "np.float16(NAN)",
    "a tensor": "torch.tensor([1, NAN])",
    "a narrow tensor": "torch.tensor([NAN]).to(torch.float8_e4m3fn)",
    "a sparse tensor": "torch.tensor([[NAN, 0]]).to_sparse_csr()",
    "a complex tensor": "torch.tensor(complex(NAN, 0))",
}


def draws(agree: Agree) -> None:
    agree.that(Student(agree._context).make() != 0, "Anything but nothing.")


def made(answer: str) -> str:
    imports = "import collections\nimport numpy as np\nimport torch\n"
    return f"{imports}NAN = float('nan')\n\ndef make():\n    return {answer}\n"


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_it_is_wrong_wherever_it_stands(answer: str) -> None:
    with Desk(made("1.0"), made(answer)) as desk:
        finding = desk.ask(draws)
    assert finding is not None
    assert (finding.verdict, finding.diagnosis.kind) == (Verdict.WRONG, "has_nan")


@pytest.mark.parametrize("answer", ["NAN", "{NAN}", "{NAN: 1}"])
def test_where_the_reference_has_one_the_test_judges(answer: str) -> None:
    with Desk(made(answer), made(answer)) as desk:
        assert desk.ask(draws) is None
