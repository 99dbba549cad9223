"""`agree.forall`: many inputs, edge cases first, the same for everybody, and the smallest that fails."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from support.agree_desk import Desk, Verdict

from antorcha.explain import explain
from antorcha.strategies import arrays, booleans, floats, hypotheses, integers, sampled, search, shapes, tensors
from antorcha.strategies.choices import EDGES, DrawnChoices, EdgeChoices
from antorcha.strategies.inputs import build

CENTER = "import torch\n\ndef center(x):\n    return x - x.mean(0)\n"
TAKES_ALL = "import torch\n\ndef center(x):\n    return x - x.mean()\n"


@pytest.fixture(autouse=True)
def _as_on_a_calm_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no clock end a search: on a busy machine it ends before the smallest input is found."""
    monkeypatch.setattr(search, "_MOST_SECONDS", math.inf)


def edges(strategy: object) -> list[object]:
    return [build(strategy, EdgeChoices(edge)) for edge in EDGES]


# ---------------------------------------------------------------------------------------------- what is drawn


def test_edge_cases_of_a_free_shape() -> None:
    found = edges(tensors())
    assert {tuple(example.shape) for example in found} >= {(), (1,), (1, 3), (3, 1), (3, 3), (0, 3), (3, 0)}
    assert any(not example.is_contiguous() for example in found)
    assert any(example.stride()[:1] == (0,) for example in found)
    assert any(example.storage_offset() > 50 and example.is_contiguous() for example in found)


def test_edge_cases_keep_to_the_shape_that_was_asked_for() -> None:
    for example in edges(tensors(shape=((1, 4), 3))):
        assert 1 <= example.shape[0] <= 4
        assert example.shape[1] == 3


def test_arrays_run_backwards_too() -> None:
    assert any(example.ndim and min(example.strides) < 0 for example in edges(arrays()))


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool, torch.complex64]
)
def test_every_dtype_has_elements(dtype: torch.dtype) -> None:
    found = edges(tensors(dtype=dtype))
    assert {example.dtype for example in found} == {dtype}
    assert max(example.unique().numel() if not dtype.is_complex else 2 for example in found) >= 2


def test_elements_stay_in_their_range() -> None:
    for example in edges(tensors(shape=(5, 5), elements=(0.01, 0.05))):
        assert float(example.min()) >= 0.0099
        assert float(example.max()) <= 0.0501
        assert example.unique().numel() > 3
    values = torch.cat([example.flatten() for example in edges(tensors(elements=[2, 7]))])
    assert set(values.tolist()) == {2, 7}


def test_a_named_size_is_one_size() -> None:
    pair = (tensors(shape=("n", 3)), arrays(shape=("n",)))
    assert all(left.shape[0] == right.shape[0] for left, right in edges(pair))
    assert len({left.shape[0] for left, _ in edges(pair)}) > 2

    drawn: list[tuple[int, int]] = []

    def one(draw: object) -> bytes:
        left, right = build(pair, DrawnChoices(draw))
        drawn.append((left.shape[0], right.shape[0]))
        return bytes(drawn[-1])

    hypotheses.examples(one, 20, 1)
    assert all(left == right for left, right in drawn)


def test_plain_kinds() -> None:
    assert all(isinstance(example, tuple) for example in edges(shapes(1, 2)))
    assert all(type(example) is int and 2 <= example <= 5 for example in edges(integers(2, 5)))
    assert all(type(example) is float for example in edges(floats()))
    assert set(edges(booleans())) == {True, False}
    assert set(edges(sampled("mean", "sum"))) == {"mean", "sum"}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: tensors(shape=3),
        lambda: tensors(shape=((4, 2),)),
        lambda: tensors(layouts=["sideways"]),
        lambda: tensors(elements=(3, 1)),
        lambda: tensors(elements=[]),
        lambda: shapes(3, 1),
        lambda: sampled(),
    ],
)
def test_a_strategy_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


@pytest.mark.slow
def test_examples_do_not_depend_on_what_is_loaded(tmp_path: Path) -> None:
    """Hypothesis would draw the numbers that it finds in a submission's source."""
    (tmp_path / "handin.py").write_text("A, B, C, D = 1234, 1235, 1236, 1237\n" * 20)
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "if len(sys.argv) > 1: import handin\n"
        "from antorcha.strategies import hypotheses\n"
        "from antorcha.strategies.choices import DrawnChoices\n"
        "from antorcha.strategies import integers\n"
        "one = lambda draw: str(integers(0, 2000).build(DrawnChoices(draw))).encode()\n"
        "print(hypotheses.examples(one, 200, 5))\n"
    )
    run = [sys.executable, "-c", program]
    plain, loaded = (
        subprocess.run([*run, *extra], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for extra in ([], ["x"])
    )
    assert plain == loaded
    assert not (tmp_path / ".hypothesis").exists()


# ------------------------------------------------------------------------------------------------ how it judges


def test_a_right_answer_passes_with_as_many_comparisons_as_the_reference() -> None:
    counts = []
    for code in (CENTER, CENTER.replace("x.mean(0)", "x.sum(0) / x.shape[0]"), CENTER):
        desk = Desk(CENTER, code)
        assert desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5))))) is None
        counts.append(desk.check.comparisons)
    assert len(set(counts)) == 1
    assert counts[0] > 30


def test_the_smallest_failing_input_is_told() -> None:
    desk = Desk(CENTER, TAKES_ALL)
    found = desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5)))))
    assert found is not None
    assert found.verdict is Verdict.WRONG
    assert found.diagnosis.private["smallest"] == "tensor([[0., 1.]])"
    full = explain(found.diagnosis, "en", full=True)
    assert "center fails already for tensor([[0., 1.]])." in full
    assert "tensor(" not in explain(found.diagnosis, "en")


def test_all_arguments_are_told() -> None:
    reference = "def scale(x, factor, *, up=True):\n    return x * factor if up else x / 2\n"
    desk = Desk(reference, reference.replace("x / 2", "x * 2"))
    strategies = tensors(shape=((1, 3),)), integers(1, 3)
    found = desk.ask(lambda agree: agree.forall("scale", *strategies, up=booleans()))
    assert found is not None
    assert found.diagnosis.private["smallest"] == "tensor([1.]), 1, up=False"


def test_a_bug_that_shows_in_views_only() -> None:
    reference = "import torch\n\ndef flat(x):\n    return x.reshape(-1)\n"
    desk = Desk(reference, reference.replace("x.reshape(-1)", "x.view(-1)"))
    found = desk.ask(lambda agree: agree.forall("flat", tensors(shape=((1, 4), (1, 4)))))
    assert found is not None
    assert found.verdict is Verdict.ERROR
    assert "stride() ==" in found.diagnosis.private["smallest"]


def test_a_view_that_starts_late_in_its_memory_arrives_so() -> None:
    reference = "import torch\n\ndef first(x):\n    return torch.as_strided(x, (1,), (1,))\n"
    desk = Desk(reference, reference.replace("(1,), (1,))", "(1,), (1,), 0)"))
    found = desk.ask(lambda agree: agree.forall("first", tensors(shape=((1, 4),))))
    assert found is not None
    assert "storage_offset() == 101" in found.diagnosis.private["smallest"]


def test_inputs_that_the_reference_refuses_are_no_inputs() -> None:
    reference = "def largest(x):\n    return x.max()\n"  # raises where there is nothing
    desk = Desk(reference, "def largest(x):\n    return x.max() if x.numel() else x.sum()\n")
    assert desk.ask(lambda agree: agree.forall("largest", tensors())) is None


def test_a_reference_that_refuses_everything_is_the_authors_mistake() -> None:
    desk = Desk("def f(x):\n    raise ValueError\n", "def f(x):\n    return x\n")
    with pytest.raises(Exception, match="raises for every input"):
        desk.ask(lambda agree: agree.forall("f", tensors()))


def test_hypothesis_strategies_may_be_mixed_in() -> None:
    from hypothesis import strategies as st

    reference = "def repeat(x, text):\n    return [text] * x.numel()\n"
    desk = Desk(reference, reference.replace("[text]", "[text.lower()]"))
    found = desk.ask(lambda agree: agree.forall("repeat", tensors(shape=((1, 2),)), st.text(alphabet="aA")))
    assert found is not None
    assert found.diagnosis.private["smallest"] == "tensor([0.]), 'A'"


def test_the_same_code_fails_at_the_same_input_every_time() -> None:
    texts = set()
    for _ in range(2):
        desk = Desk(CENTER, "def center(x):\n    return x - x.mean(0) if x.sum() < 7 else x\n")
        found = desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5)))))
        assert found is not None
        texts.add(found.diagnosis.private["smallest"])
    assert len(texts) == 1


# --------------------------------------------------------------------------------------------------- in a worker


def test_in_a_worker(zygote: object) -> None:
    with Desk(CENTER, TAKES_ALL, zygote=zygote) as desk:
        found = desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5)))))
    assert found is not None
    assert found.diagnosis.private["smallest"] == "tensor([[0., 1.]])"
    with Desk(CENTER, CENTER, zygote=zygote) as desk:
        assert desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5))))) is None


def test_a_limit_ends_the_search_at_once(zygote: object) -> None:
    endless = "def center(x):\n    while x.shape[0] > 2:\n        pass\n    return x - x.mean(0)\n"
    with Desk(CENTER, endless, zygote=zygote, call_cpu_seconds=0.3) as desk:
        found = desk.ask(lambda agree: agree.forall("center", tensors(shape=((1, 5), (1, 5)))))
        spent = desk.runner.spent.cpu
    assert found is not None
    assert found.verdict is Verdict.CPU_LIMIT
    assert spent < 0.7  # one call ran into the limit, and no other


def test_a_limit_met_while_shrinking_leaves_the_verdict() -> None:
    """The wrong answer came first; how small an input could be made is a detail."""
    from antorcha.compare.agreement import Finding
    from antorcha.results import Diagnosis
    from antorcha.strategies.search import FailingInput, Hunt, Inputs
    from antorcha.worker.wire import encode

    asked = 0

    def judge(payload: bytes) -> Finding:
        nonlocal asked
        asked += 1
        return Finding(Verdict.CPU_LIMIT, Diagnosis("cpu_limit"))

    pack = lambda args, kwargs: encode([list(args), kwargs])  # noqa: E731
    first = FailingInput(encode([[1], {}]), Finding(Verdict.WRONG, Diagnosis("value")))
    hunt = Hunt(first)
    hunt.search(Inputs((integers(),), {}, 20, 1, pack), judge)
    assert hunt.found is first
    assert asked == 1


# --------------------------------------------------------------------------------------- in a released folder

VISIBLE = """
from antorcha.strategies import tensors

def test_center(agree):
    agree.forall("center", tensors(shape=((1, 5), (1, 5))), examples=20)
"""


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answers that a release keeps of one visible test."""
    from support.agree_desk import course_folder

    root = course_folder(tmp_path_factory.mktemp("course"), CENTER, TAKES_ALL, VISIBLE)
    target = tmp_path_factory.mktemp("frozen")
    run = [sys.executable, "-m", "antorcha.release.recorder", str(root), str(target), "topic"]
    subprocess.run(run, check=True, capture_output=True)
    return target / "topic.bin"


@pytest.mark.slow
def test_recorded_examples_are_replayed_without_hypothesis(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from antorcha.plugin.oracle import FrozenOracle

    monkeypatch.setitem(sys.modules, "hypothesis", None)
    strategy = tensors(shape=((1, 5), (1, 5)))
    right = Desk(CENTER, CENTER, oracle=FrozenOracle(frozen), check="test_center")
    assert right.ask(lambda agree: agree.forall("center", strategy, examples=20)) is None
    assert right.check.comparisons > 15

    wrong = Desk(CENTER, TAKES_ALL, oracle=FrozenOracle(frozen), check="test_center")
    found = wrong.ask(lambda agree: agree.forall("center", strategy, examples=20))
    assert found is not None
    first, _, _ = found.diagnosis.private["smallest"].partition("]")
    assert first.startswith("tensor([[")
    assert first.count(",") < 4  # the smallest of those that were recorded


@pytest.mark.slow
def test_strategies_need_no_hypothesis() -> None:
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from antorcha.strategies import *\n"
        "import antorcha.plugin.agree\n"
        "print(tensors(shape=(3, (1, 5))), arrays(), shapes())"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_without_hypothesis_the_author_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(Exception, match=r"agree\.forall needs hypothesis"):
        Desk(CENTER, CENTER).ask(lambda agree: agree.forall("center", tensors()))


def test_numpy_arguments() -> None:
    reference = "import numpy as np\n\ndef running(a):\n    return np.cumsum(a)\n"
    desk = Desk(reference, reference.replace("np.cumsum(a)", "np.cumsum(a)[::-1][::-1] * np.sign(len(a) - 3.5)"))
    found = desk.ask(lambda agree: agree.forall("running", arrays(shape=((1, 5),), dtype=np.float32)))
    assert found is not None
    assert found.diagnosis.private["smallest"].startswith("array([")


# ------------------------------------------------------------------------------------------------- through the door


@pytest.mark.slow
def test_in_a_class(tmp_path: Path) -> None:
    from support.agree_desk import course_folder

    root = course_folder(tmp_path / "course", CENTER, TAKES_ALL, VISIBLE)
    (root / "graders" / "test_topic.py").write_text(VISIBLE)
    for student, code in (("ana", CENTER.replace("x.mean(0)", "x.sum(0) / len(x)")), ("bea", TAKES_ALL)):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "topic.py").write_text(f'"""Handed in by {student}."""\n{code}')
    run = [sys.executable, "-m", "antorcha.cli.main", "grade", "../class", "--out", "../out", "--json"]
    done = subprocess.run([*run, "--isolation", "none"], cwd=root, capture_output=True, text=True, check=False)
    rows = {row["student"]: row for row in json.loads(done.stdout)["submissions"]}
    assert (rows["ana"]["points"], rows["bea"]["points"]) == (1.0, 0.0)
    page = (tmp_path / "out" / "feedback" / "bea.md").read_text(encoding="utf-8")
    assert "tensor(" not in page  # of a hidden check's inputs a student reads nothing
