"""What `agree` sees beyond tensors: streams, modules, optimisers, loaders, figures, operations, the global
state, arguments.

Every case runs on a module in this process and in a locked worker; both must find the same.
"""

from __future__ import annotations

import sys
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch
from support.agree_desk import Desk

from antorcha.compare.agreement import Finding
from antorcha.compare.policy import Policy, changed
from antorcha.errors import CourseError
from antorcha.explain import explain
from antorcha.messages import SETTING_WORDS
from antorcha.worker.describe import MOST_ITEMS, describe
from antorcha.worker.facts import OpaqueFact, RecordFact
from antorcha.worker.global_state import SETTINGS, GlobalState, seed_everything
from antorcha.worker.wire import decode, encode, live

HEAD = "import os, random, sys\nimport numpy as np\nimport torch\nfrom torch import nn\n"

Test = Callable[[Any], None]
Both = Callable[..., Finding | None]


@pytest.fixture
def both(zygote: Any) -> Both:
    """Judge an answer in this process and in a worker: the same finding."""

    def judge(reference: str, student: str, test: Test | None = None) -> Finding | None:
        texts = [HEAD + textwrap.dedent(source) for source in (reference, student)]
        ask = test or (lambda agree: agree("f"))
        here = Desk(*texts).ask(ask)
        with Desk(*texts, zygote=zygote) as desk:
            there = desk.ask(ask)
        assert (here is None) == (there is None)
        if here is not None and there is not None:
            assert here.verdict is there.verdict
            assert here.diagnosis.kind == there.diagnosis.kind
            assert here.diagnosis.private.get("path") == there.diagnosis.private.get("path")
        return here

    return judge


def kind_and_path(finding: Finding | None) -> tuple[str, str] | None:
    return None if finding is None else (finding.diagnosis.kind, str(finding.diagnosis.private.get("path", "")))


# ---------------------------------------------------------------------------------------------------- streams

COUNT = "def f():\n    for n in range(3):\n        yield torch.tensor(float(n))\n"


@pytest.mark.parametrize(
    ("student", "found"),
    [
        ("def f():\n    return (torch.tensor(float(n)) for n in range(3))\n", None),
        ("def f():\n    return map(torch.tensor, [0.0, 1.0, 2.0])\n", None),
        ("def f():\n    return iter([torch.tensor(float(n)) for n in range(3)])\n", None),
        (COUNT.replace("range(3)", "range(4)"), ("length", ".items")),
        (COUNT.replace("range(3)", "[0, 2, 1]"), ("value_0d", ".items[1]")),
        ("def f():\n    return [torch.tensor(float(n)) for n in range(3)]\n", ("type", "")),
        (
            "def f():\n    n = 0.0\n    while True:\n        yield torch.tensor(n)\n        n += 1\n",
            ("length", ".items"),
        ),
        ("def f():\n    yield torch.tensor(0.0)\n    raise KeyError('x')\n", ("raised", "")),
        ("def f():\n    raise NotImplementedError\n    yield\n", ("not_started", "")),
    ],
)
def test_generators_are_read_in_order(both: Both, student: str, found: tuple[str, str] | None) -> None:
    assert kind_and_path(both(COUNT, student)) == found


def test_two_endless_streams_agree_as_far_as_they_are_read(both: Both) -> None:
    endless = "import itertools\ndef f():\n    return itertools.count()\n"
    assert both(endless, "def f():\n    n = 0\n    while True:\n        yield n\n        n += 1\n") is None
    short = f"def f():\n    return iter(range({MOST_ITEMS}))\n"
    assert kind_and_path(both(endless, short)) == ("truth_value", ".more")


def test_a_generator_carries_gradients(both: Both) -> None:
    reference = "def f(x):\n    yield 2 * x\n    yield x ** 2\n"
    ask = lambda agree: agree("f", torch.tensor([1.0, 3.0], requires_grad=True))  # noqa: E731
    assert both(reference, reference, ask) is None
    cut = reference.replace("2 * x", "2 * x.detach()")
    assert kind_and_path(both(reference, cut, ask)) == ("gradient_missing", ".items[0]")


def test_a_test_reads_a_generator_as_a_list() -> None:
    assert live(decode(encode(describe(iter([1, 2]))))) == [1, 2]


# ----------------------------------------------------------------------------------------------------- modules

NET = """
def f():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.BatchNorm1d(3))
    return net
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("nn.ReLU()", "nn.Tanh()", None),  # what has no parameters shows in what a module computes
        ("return net", "return net.eval()", ("training_mode", "")),
        ("return net", "net[2].eval()\n    return net", ("truth_value", ".parts['2']")),
        ("nn.Linear(2, 3)", "nn.Linear(2, 3, bias=False)", ("key_missing", ".parameters")),
        ("nn.Linear(2, 3)", "nn.Linear(3, 3)", ("shape", ".parameters['0.weight']")),
        ("manual_seed(0)", "manual_seed(1)", ("value", ".parameters['0.weight']")),
        ("return net", "net[0].weight.requires_grad_(False)\n    return net", ("gradient_unwanted", "")),
        ("return net", "net(torch.ones(4, 2))\n    return net", ("value", ".buffers['2.running_mean']")),
        ("return net", "return net.double()", ("dtype", ".parameters['0.weight']")),
        ("return net", "return net.state_dict()", ("type", "")),
    ],
)
def test_a_module_is_its_parameters_buffers_and_mode(both: Both, old: str, new: str, found: Any) -> None:
    wrong = kind_and_path(both(NET, NET.replace(old, new)))
    if found and found[0] == "gradient_unwanted":
        assert wrong == ("gradient_missing", ".parameters['0.weight']")
    else:
        assert wrong == found


def test_a_module_inside_other_answers(both: Both) -> None:
    reference = NET.replace("return net", "return {'net': net, 'loss': 1.5}")
    assert both(reference, reference) is None
    other = reference.replace("nn.Linear(2, 3)", "nn.Linear(1, 3)")
    assert kind_and_path(both(reference, other)) == ("shape", "['net'].parameters['0.weight']")


def test_a_class_of_the_students_own_may_have_any_name(both: Both) -> None:
    mine = """
    class Mine(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 1)

    def f():
        torch.manual_seed(3)
        return Mine()
    """
    assert both(mine, mine.replace("Mine", "Yours")) is None
    assert kind_and_path(both(mine, mine.replace("layer", "layers"))) == ("key_missing", ".parameters")


# -------------------------------------------------------------------------------------------------- optimisers

OPTIMIZER = """
def f():
    torch.manual_seed(0)
    net = nn.Linear(2, 1)
    opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 2)).sum().backward()
    opt.step()
    return opt
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("lr=0.1", "lr=1e-1", None),
        ("lr=0.1", "lr=0.2", ("number", ".parameters[0]['lr']")),
        ("net.parameters()", "[net.weight]", ("length", ".parameters")),
        ("torch.ones(1, 2)", "torch.zeros(1, 2)", ("value", ".state[1]['momentum_buffer']")),
        ("SGD(net.parameters(), lr=0.1, momentum=0.9)", "Adam(net.parameters(), lr=0.1)", ("optimizer", "")),
        ("return opt", "return net", ("type", "")),
        ("net.parameters()", "[{'params': [net.bias]}, {'params': [net.weight]}]", None),
        ("torch.optim.SGD(", "type('MySGD', (torch.optim.SGD,), {})(", None),
        ("torch.optim.SGD(", "type('SGD', (torch.optim.RMSprop,), {})(", ("optimizer", "")),
    ],
)
def test_an_optimizer_is_its_settings_and_its_memory(both: Both, old: str, new: str, found: Any) -> None:
    assert kind_and_path(both(OPTIMIZER, OPTIMIZER.replace(old, new))) == found


# ----------------------------------------------------------------------------------------------------- loaders

LOADER = """
def f():
    data = torch.utils.data.TensorDataset(torch.arange(10.0), torch.arange(10) % 2)
    return torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("def f():\n", "def f():\n    torch.rand(5)\n", None),  # drew more numbers, shuffles as well
        ("shuffle=True", "shuffle=False", ("value", ".batches[0][0]")),
        ("batch_size=4", "batch_size=5", ("length", ".batches")),
        ("shuffle=True", "shuffle=True, drop_last=True", ("length", ".batches")),
        ("return torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)", "return data", ("type", "")),
    ],
)
def test_a_loader_is_its_batches(both: Both, old: str, new: str, found: Any) -> None:
    assert kind_and_path(both(LOADER, LOADER.replace(old, new))) == found


def test_a_dataset_is_its_items(both: Both) -> None:
    reference = """
    class Squares(torch.utils.data.Dataset):
        def __len__(self):
            return 4
        def __getitem__(self, i):
            return torch.tensor(i * i)

    def f():
        return Squares()
    """
    assert both(reference, reference) is None
    assert kind_and_path(both(reference, reference.replace("i * i", "2 * i"))) == ("value_0d", ".items[1]")
    assert kind_and_path(both(reference, reference.replace("return 4", "return 5"))) == ("number", ".length")
    raising = reference.replace("return torch.tensor(i * i)", "raise ValueError(i)")
    assert kind_and_path(both(reference, raising)) == ("raised", "")


# ----------------------------------------------------------------------------------------------------- figures


@dataclass
class _Artist:
    """As much of Matplotlib as a description asks for."""

    text: str = ""
    label: str = "_child0"
    x: Any = ()
    y: Any = ()

    def get_text(self) -> str:
        return self.text

    def get_label(self) -> str:
        return self.label

    def get_xdata(self, orig: bool = True) -> Any:
        return self.x

    def get_ydata(self, orig: bool = True) -> Any:
        return self.y

    def get_offsets(self) -> Any:
        return np.ma.array(np.stack([self.x, self.y], axis=1))


@dataclass
class _Legend:
    texts: list[_Artist]

    def get_texts(self) -> list[_Artist]:
        return self.texts


class _Axes:
    def __init__(self, **settings: Any) -> None:
        self.settings = {"title": "", "xlabel": "", "ylabel": "", "xscale": "linear", "yscale": "linear", **settings}
        self.lines = settings.get("lines", [])
        self.collections = settings.get("collections", [])
        self.patches: list[Any] = []
        self.images: list[Any] = []
        self.figure: Any = None

    def get_legend(self) -> Any:
        return self.settings.get("legend")

    def __getattr__(self, name: str) -> Any:
        return lambda: self.settings[name.removeprefix("get_")]


@dataclass
class _Figure:
    axes: list[_Axes] = field(default_factory=list)
    legends: list[_Legend] = field(default_factory=list)
    _suptitle: _Artist | None = None


@pytest.fixture
def matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    figure, axes = types.ModuleType("matplotlib.figure"), types.ModuleType("matplotlib.axes")
    figure.FigureBase, axes.Axes = _Figure, _Axes  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "matplotlib.figure", figure)
    monkeypatch.setitem(sys.modules, "matplotlib.axes", axes)


def plot(**changes: Any) -> Any:
    line = {"label": "loss", "x": [0, 1, 2], "y": torch.tensor([3.0, 2.0, 1.0]), **changes.pop("line", {})}
    settings = {"title": "Loss", "legend": _Legend([_Artist("loss")]), **changes}
    legends = settings.pop("figure_legends", [])
    axes = _Axes(lines=[_Artist(**line)], collections=[_Artist(x=[1.0], y=[2.0])], **settings)
    axes.figure = _Figure([axes], legends)
    return axes.figure


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"ylabel": "nobody asked for it"}, None),
        ({"title": "loss"}, ("other", ".axes[0].title")),
        ({"legend": None}, ("nothing_there", ".axes[0].legend")),
        ({"legend": None, "figure_legends": [_Legend([_Artist("loss")])]}, None),
        ({"yscale": "log"}, ("other", ".axes[0].yscale")),
        ({"line": {"y": [3.0, 2.0, 1.1]}}, ("value", ".axes[0].lines[0].y")),
        ({"line": {"x": np.arange(3, dtype=np.int64)}}, None),
        ({"line": {"label": "train"}}, ("other", ".axes[0].lines[0].label")),
    ],
)
@pytest.mark.usefixtures("matplotlib")
def test_a_figure_is_what_it_shows(changes: dict[str, Any], found: Any) -> None:
    from antorcha.compare.agreement import compare
    from antorcha.course.model import Course
    from antorcha.worker.observation import Observation

    expected, got = (Observation(value=decode(encode(describe(figure)))) for figure in (plot(), plot(**changes)))
    assert kind_and_path(compare(expected, got, None, Policy(), Course("c", ()))) == found


def test_a_real_figure() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], [2, 3], label="a")
    axes.scatter([1, 2], [3, 4])
    axes.bar(["x", "y"], [1, 2])
    axes.set(title="T", xlabel="X")
    axes.legend()
    fields = dict(describe(figure).fields)
    shown = dict(fields["axes"][0].fields)
    assert (shown["title"], shown["xlabel"], shown["legend"]) == ("T", "X", ["a"])
    assert dict(shown["lines"][0].fields)["y"].tolist() == [2, 3]
    assert dict(shown["points"][0].fields)["offsets"].tolist() == [[1, 3], [2, 4]]
    assert [bar[3] for bar in shown["bars"]] == [1, 2]


def test_a_legend_of_the_figure_counts_as_that_of_its_axes() -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    figure.subplots().plot([0, 1], [2, 3], label="a")
    figure.legend()
    axes = dict(describe(figure).fields)["axes"][0]
    assert dict(axes.fields)["legend"] == ["a"]


# ---------------------------------------------------------------------------------------- hostile descriptions


def test_what_cannot_be_described_is_named_only() -> None:
    class Odd(torch.nn.Module):
        def state_dict(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError("no")

        @property
        def training(self) -> bool:  # type: ignore[override]
            raise RuntimeError("no")

        @training.setter
        def training(self, value: bool) -> None:
            pass

    odd = describe(Odd())
    assert isinstance(odd, OpaqueFact)
    assert decode(encode(odd)).type_name.endswith("Odd")


def test_descriptions_are_bounded() -> None:
    loop: list[Any] = []
    loop.extend([loop] * 10)
    describe(loop)

    def endless() -> Any:
        while True:
            yield 1

    fields = dict(describe(endless()).fields)
    assert len(fields["items"]) == MOST_ITEMS
    assert fields["more"] is True


def test_what_needs_no_description_stays_the_very_same_object() -> None:
    value = [torch.ones(2), {"a": (1, np.ones(2))}, torch.Size([1])]
    assert describe(value) is value


def test_functions_and_classes_stay_opaque() -> None:
    assert decode(encode(describe(describe))).type_name == "function"
    assert decode(encode(describe(RecordFact))).type_name == "type"


# ------------------------------------------------------------------------------------------------------ sparse


def test_sparse_answers_agree_by_value_and_by_layout_where_asked(both: Both) -> None:
    sparse, dense = "def f():\n    return torch.eye(3).to_sparse()\n", "def f():\n    return torch.eye(3)\n"
    assert both(sparse, dense) is None
    strict = lambda agree: agree.using(layout="same")("f")  # noqa: E731
    assert both(sparse, sparse, strict) is None
    assert kind_and_path(both(sparse, dense, strict)) == ("layout", "")
    assert kind_and_path(both(sparse, "def f():\n    return 2 * torch.eye(3)\n")) == ("value", "")


def test_sparse_arguments_arrive_sparse(both: Both) -> None:
    reference = "def f(a):\n    return [str(a.layout), a.to_dense() @ torch.ones(3)]\n"
    for sparse in (torch.eye(3).to_sparse(), torch.eye(3).to_sparse_csr()):
        assert both(reference, reference, lambda agree, sparse=sparse: agree("f", sparse)) is None
        fixed = reference.replace("str(a.layout)", f"'{sparse.layout}'")
        assert both(reference, fixed, lambda agree, sparse=sparse: agree("f", sparse)) is None


# -------------------------------------------------------------------------------------------------- operations

LOOP = """
def f(x):
    out = torch.empty(x.shape[0])
    for i in range(x.shape[0]):
        out[i] = x[i].sum()
    return out
"""


def test_a_loop_over_the_rows_uses_too_many_operations(both: Both) -> None:
    reference = "def f(x):\n    return x.sum(1)\n"
    ask = lambda agree: agree.using(max_operations=10)("f", torch.ones(20, 3))  # noqa: E731
    assert both(reference, "def f(x):\n    return x @ torch.ones(x.shape[1])\n", ask) is None
    found = both(reference, LOOP, ask)
    assert kind_and_path(found) == ("too_many_operations", "")
    assert found is not None
    assert found.diagnosis.private["got"] > 40
    assert "10 are enough" in explain(found.diagnosis, "en", full=True)
    assert "more than 10" in explain(found.diagnosis, "en")  # the count could carry a hidden input
    assert both(reference, LOOP, lambda agree: agree("f", torch.ones(20, 3))) is None


def test_an_operation_may_be_forbidden(both: Both) -> None:
    reference = "def f(x):\n    return x.max()\n"
    ask = lambda agree: agree.using(forbid=("aten::sort",))("f", torch.tensor([1.0, 3.0, 2.0]))  # noqa: E731
    assert both(reference, reference, ask) is None
    found = both(reference, "def f(x):\n    return x.sort().values[-1]\n", ask)
    assert kind_and_path(found) == ("operation_forbidden", "")


def test_operations_of_a_generators_body_count(both: Both) -> None:
    reference = "def f(x):\n    yield x.sum()\n"
    lazy = "def f(x):\n    total = x.new_zeros(())\n    for one in x:\n        total = total + one\n    yield total\n"
    ask = lambda agree: agree.using(max_operations=5)("f", torch.ones(9))  # noqa: E731
    assert kind_and_path(both(reference, lazy, ask)) == ("too_many_operations", "")


def test_a_limit_that_the_reference_breaks_is_the_authors_mistake() -> None:
    reference = HEAD + LOOP
    with pytest.raises(CourseError, match="the reference itself uses"):
        Desk(reference, reference).ask(lambda agree: agree.using(max_operations=3)("f", torch.ones(4, 2)))


# --------------------------------------------------------------------------------------------------- the global state

CONTAMINATIONS = {
    "default_dtype": "torch.set_default_dtype(torch.float64)",
    "default_device": "torch.set_default_device('meta')",
    "grad_mode": "torch.set_grad_enabled(False)",
    "threads": "torch.set_num_threads(torch.get_num_threads() + 1)",
    "deterministic": "torch.use_deterministic_algorithms(True)",
    "matmul_precision": "torch.set_float32_matmul_precision('medium')",
    "anomaly_mode": "torch.autograd.set_detect_anomaly(True)",
    "print_options": "np.set_printoptions(precision=2)",
    "working_directory": "os.chdir('/usr')",
    "environment": "os.environ['SOMETHING'] = '1'",
    "locale": "__import__('locale').setlocale(0, 'C.UTF-8' if __import__('locale').setlocale(0) == 'C' else 'C')",
    "recursion_limit": "sys.setrecursionlimit(5000)",
    "random_seed": "torch.manual_seed(1729)",
}


def test_every_setting_is_tried_and_has_a_word() -> None:
    assert set(CONTAMINATIONS) == set(SETTINGS) == set(SETTING_WORDS)


@pytest.mark.parametrize("setting", sorted(CONTAMINATIONS))
def test_what_a_call_leaves_behind_is_named_and_put_back(setting: str) -> None:
    plain = HEAD + "def f():\n    return 1\n"
    desk = Desk(plain, HEAD + f"def f():\n    {CONTAMINATIONS[setting]}\n    return 1\n")
    before = GlobalState.prepare(0)
    before.restore()
    found = desk.ask(lambda agree: agree("f"))
    assert found is not None
    assert (found.diagnosis.kind, found.diagnosis.details["setting"]) == ("global_state", setting)
    assert SETTING_WORDS[setting] in explain(found.diagnosis, "en")
    assert GlobalState.prepare(0).before == before.before
    assert desk.ask(lambda agree: agree.using(global_state="ignore")("f")) is None


def test_in_a_worker_too(both: Both) -> None:
    plain = "def f():\n    return 1\n"
    for line in ("torch.manual_seed(1729)", "random.seed(1)", "np.random.seed(2)", "os.environ['A'] = 'b'"):
        found = both(plain, f"def f():\n    {line}\n    return 1\n")
        assert kind_and_path(found) == ("global_state", "")
        assert both(plain.replace("return", f"{line}\n    return"), plain) is None  # not asked of anybody


@pytest.mark.parametrize(
    "innocent",
    [
        "torch.rand(100); random.random(); np.random.rand(3)",
        "torch.randperm(5, generator=torch.Generator().manual_seed(0))",
        "np.random.default_rng(0).random(); random.Random(0).random()",
        "with torch.random.fork_rng(): torch.manual_seed(0)",
        "state = np.random.get_state(); np.random.seed(0); np.random.set_state(state)",
        "state = random.getstate(); random.seed(0); random.setstate(state)",
        "state = torch.get_rng_state(); torch.manual_seed(0); torch.set_rng_state(state)",
        "with torch.no_grad(): torch.ones(1)",
        "torch.utils.data.DataLoader(torch.arange(4), shuffle=True).__iter__()",
        "os.environ['KMP_WARNINGS'] = '0'",
    ],
)
def test_what_leaves_nothing_behind_is_no_finding(innocent: str) -> None:
    plain = HEAD + "def f():\n    return 1\n"
    assert Desk(plain, HEAD + f"def f():\n    {innocent}\n    return 1\n").ask(lambda agree: agree("f")) is None


def test_our_own_seed_gives_the_numbers_of_the_plain_seed() -> None:
    seed_everything(1729)
    ours = torch.randn(4), np.random.rand(2).tolist()
    torch.manual_seed(1729)
    np.random.seed(1729)
    assert torch.equal(ours[0], torch.randn(4))
    assert ours[1] == np.random.rand(2).tolist()


def test_functions_that_seed_are_themselves_again_afterwards() -> None:
    import random

    functions = random.seed, random.setstate, np.random.seed, np.random.set_state
    GlobalState.prepare(0).restore()
    assert (random.seed, random.setstate, np.random.seed, np.random.set_state) == functions


# --------------------------------------------------------------------------------------------------- arguments


def test_arguments_arrive_with_their_strides_and_sharing(both: Both) -> None:
    reference = """
    def f(x, y, *, z):
        y.add_(1)
        return [x.stride(), y.stride(), z.stride(), x.clone(), z.requires_grad, x.storage_offset()]
    """
    base = torch.arange(24.0).reshape(4, 6)

    def ask(agree: Any) -> None:
        agree("f", base.T, base[1:3, ::2], z=base[:1].expand(3, 6).detach().requires_grad_())

    assert both(reference, reference, ask) is None
    assert float(base[1, 0]) == 6.0  # the test's own tensor was nobody's to change
    copied = reference.replace("y.add_(1)", "y + 1")
    assert kind_and_path(both(reference, copied, ask)) == ("value", "[3]")  # x shares memory with y


@pytest.mark.parametrize(
    ("line", "kind", "argument"),
    [
        ("t.mul_(2)", "argument_changed", "1"),
        ("a[0] = 7", "argument_changed", "2"),
        ("l.append(3)", "argument_changed", "3"),
        ("d['k'] = 0", "argument_changed", "d"),
        ("d['inner'].append(1)", "argument_changed", "d"),
        ("t.add_(0)", "argument_touched", None),
        ("t.mul_(2); t.div_(2)", "argument_touched", None),
        ("t.requires_grad_()", "handed_requires_grad", "1"),
        ("d['inner'].append(t.requires_grad_())", "handed_requires_grad", "1"),
    ],
)
def test_changed_arguments_are_found(both: Both, line: str, kind: str | None, argument: str | None) -> None:
    reference = "def f(t, a, l, d):\n    return 1\n"

    def ask(agree: Any) -> None:
        agree("f", torch.ones(2), np.zeros(2), [1, 2], d={"k": 1, "inner": []})

    found = both(reference, f"def f(t, a, l, d):\n    {line}\n    return 1\n", ask)
    assert (None if found is None else found.diagnosis.kind) == kind
    if argument is not None and found is not None:
        assert {**found.diagnosis.private, **found.diagnosis.details}["argument"] == argument


# ------------------------------------------------------------------------------------------------- the settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"memory": "onw"}, "did you mean 'own'"),
        ({"dtype": "float32"}, "there are same, ignore"),
        ({"mutations": "same"}, "did you mean 'mutation'"),
        ({"rtol": "1e-3"}, "not a number"),
        ({"atol": -1}, "not a number"),
        ({"max_operations": True}, "not a number"),
        ({"forbid": "aten::add"}, "names of operations"),
        ({"forbid": ("sort",)}, "names of operations"),
    ],
)
def test_a_setting_that_does_not_exist_is_told_with_what_was_meant(settings: dict[str, Any], said: str) -> None:
    desk = Desk("def f(): pass", "def f(): pass")
    with pytest.raises(CourseError, match=said):
        desk.ask(lambda agree: agree.using(**settings))


def test_settings_that_exist_are_taken() -> None:
    policy = changed(Policy(), {"memory": "own", "rtol": 1e-3, "forbid": ("aten::sort",), "max_operations": 4})
    assert (policy.memory, policy.rtol, policy.max_operations) == ("own", 1e-3, 4)
