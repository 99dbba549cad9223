"""The codec: what goes in comes out as it was, and bytes of anybody's making give a tree or a `WireError`."""

from __future__ import annotations

import json
import random
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antorcha.worker.facts import ArrayFact, DeviceFact, OpaqueFact, RecordFact, TensorFact
from antorcha.worker.wire import TooLargeError, WireError, decode, encode, live
from antorcha.worker.wire import format as wire_format

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # torch warns of its less common kinds of tensors

Pair = namedtuple("Pair", "left right")


@dataclass
class Settings:
    rate: float
    weights: Any


def through(value: Any, limit: int = wire_format.DEFAULT_LIMIT) -> Any:
    return decode(encode(value, limit), limit)


def message(value: Any, buffers: list[bytes] | None = None) -> bytes:
    """A message as a hostile sender would write it."""
    parts = buffers or []
    header = json.dumps({"v": value, "b": [len(part) for part in parts]}).encode()
    return len(header).to_bytes(4, "little") + header + b"".join(parts)


def tensor_node(**changes: Any) -> list[Any]:
    node = {"dv": "cpu", "rg": False, "lf": True, "fn": None, "ly": "strided", "ty": "Tensor", "dt": "uint8"}
    return ["T", node | {"sh": [4], "st": [1], "os": 0, "bf": 0, "mm": 0} | changes]


# ------------------------------------------------------------------------------------------------ plain values


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**63, -(2**200), 10**1000),
        *(
            0.0,
            -0.0,
            1e-310,
            float("inf"),
            float("-inf"),
            3 + 4j,
            complex("inf"),
            "",
            "año",
            "a\x00b",
            b"",
            b"\x00\xff",
        ),
        *([], (), {}, set(), [1, [2, (3,)]], {"a": 1, 2: "b", (1, 2): None}, {1, 2, "x"}, (None, [None])),
        *(torch.float32, torch.bfloat16, torch.bool, np.dtype("int16"), torch.strided, torch.sparse_csr),
        *(torch.Size([]), torch.Size([2, 3]), torch.Size([-1, 2**50])),
    ],
    # A set of text has another order in each process, and those that share the suite out must agree on its names.
    ids=lambda value: f"a set of {len(value)}" if isinstance(value, set) else repr(value)[:40],
)
def test_plain_values(value: Any) -> None:
    back = through(value)
    assert back == value
    assert type(back) is type(value)
    assert repr(back) == repr(value)
    assert live(back) == value


def test_nan() -> None:
    back = through([float("nan"), complex(float("nan"), 1.0)])
    assert back[0] != back[0]
    assert back[1].imag == 1.0
    assert back[1].real != back[1].real


def test_order_of_dicts_is_kept() -> None:
    assert list(through({"b": 1, "a": 2, 3: 0})) == ["b", "a", 3]
    assert through(OrderedDict(z=1, a=2)) == {"z": 1, "a": 2}


def test_lone_surrogates_become_question_marks() -> None:
    assert through("a\ud800b") == "a?b"
    assert through({"\udfff": 1}) == {"?": 1}


def test_keys_of_every_kind() -> None:
    value = {None: 1, 1.5: 2, "x": 3, (1, ("a",)): 4, frozenset({1, 2}): 5, torch.float32: 6, 2 + 1j: 7, b"k": 8}
    assert through(value) == value
    assert through({frozenset({frozenset({1}), 2})}) == {frozenset({frozenset({1}), 2})}
    assert through({(frozenset({1}), 2)}) == {(frozenset({1}), 2)}


def test_devices_and_records() -> None:
    assert through(torch.device("cuda", 1)) == DeviceFact("cuda:1")
    assert through(Pair(1, "x")) == RecordFact("Pair", (("left", 1), ("right", "x")), is_tuple=True)
    assert through(Settings(0.1, [1])) == RecordFact("Settings", (("rate", 0.1), ("weights", [1])), is_tuple=False)
    back = live(through([Pair(1, "x"), Settings(0.1, Pair(2, 3)), torch.device("cpu"), torch.device("cuda", 99)]))
    assert (back[0].left, back[0][1]) == (1, "x")
    assert isinstance(back[0], tuple)
    assert back[1].weights.right == 3
    assert back[2:] == [torch.device("cpu"), DeviceFact("cuda:99")]
    assert live(through(live(through(Pair(1, 2))))) == (1, 2)


def test_what_torch_calls_a_named_tuple() -> None:
    values, indices = through(torch.tensor([1.0, 3.0, 2.0]).max(dim=0))
    assert (values.data.item(), indices.data.item()) == (3.0, 1)


class Colour(IntEnum):
    RED = 3


class Text(str):
    def __str__(self) -> str:
        return "another"


class Awkward:
    """Nothing about it can be asked."""

    def __getattribute__(self, name: str) -> Any:
        raise ZeroDivisionError


class Sum(float):
    def __float__(self) -> float:
        raise ZeroDivisionError


class Endless(set):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise ZeroDivisionError


@dataclass
class Trap:
    inside: int = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "inside":
            raise ZeroDivisionError
        return super().__getattribute__(name)


def test_subclasses_of_plain_values() -> None:
    assert through(Colour.RED) == 3
    assert through(Text("as it is")) == "as it is"


@pytest.mark.parametrize(
    "make",
    [object, lambda: len, lambda: torch.nn.Linear(1, 1), lambda: range(3), lambda: int, Awkward, Trap, Endless],
)
def test_what_does_not_travel_is_named(make: Any) -> None:
    value = make()
    assert through([1, value, 2]) == [1, OpaqueFact(type(value).__qualname__), 2]


def test_a_value_that_fails_when_asked_spoils_nothing_else() -> None:
    assert through({"a": Sum(1.5), "b": [1, Awkward()]}) == {"a": OpaqueFact("Sum"), "b": [1, OpaqueFact("Awkward")]}


# ----------------------------------------------------------------------------------------------------- tensors


def same(left: torch.Tensor, right: torch.Tensor) -> None:
    assert left.dtype == right.dtype
    assert left.shape == right.shape
    if left.dtype.is_complex or left.dtype.is_floating_point:
        wide = torch.complex128
        assert torch.allclose(left.to(wide), right.to(wide), rtol=0, atol=0, equal_nan=True)
    else:
        assert left.tolist() == right.tolist()


@pytest.mark.parametrize("name", sorted(wire_format.TORCH_DTYPES))
def test_every_dtype(name: str) -> None:
    dtype = wire_format.TORCH_DTYPES[name]
    for value in (torch.tensor([[0, 1], [2, 3]]), torch.tensor(1), torch.empty(0, 3)):
        tensor = value.to(dtype)
        back = through(tensor)
        assert isinstance(back, TensorFact)
        assert back.data.stride() == tensor.stride()
        same(back.data, tensor)


@pytest.mark.parametrize("name", sorted(wire_format.NUMPY_DTYPES))
def test_every_numpy_dtype(name: str) -> None:
    for array in (np.arange(6).reshape(2, 3).astype(name), np.array(1, name), np.empty((0, 2), name)):
        back = through(array)
        assert isinstance(back, ArrayFact)
        assert not back.scalar
        assert back.data.dtype == array.dtype
        assert np.array_equal(back.data, array)
        assert back.data.strides == array.strides or not array.size
    scalar = np.dtype(name).type(1)
    assert type(live(through(scalar))) is type(scalar)


def test_a_message_gives_every_tensor_the_memory_layout_that_it_had() -> None:
    base = torch.arange(24.0)
    views = [
        *(base.reshape(4, 6).t(), base[::3], base.reshape(2, 3, 4).permute(2, 0, 1), base[5:6].expand(7)),
        *(base.reshape(4, 6)[:, 2], base[3].view(()), torch.zeros(1).expand(1000, 1000)),
    ]
    for view in views:
        back = through(view).data
        assert back.stride() == view.stride()
        same(back, view)
    assert len(encode(views[-1])) < 1000


def test_dtypes_and_places_that_do_not_travel_are_named() -> None:
    quantized = torch.quantize_per_tensor(torch.tensor([1.0, 2.0]), 0.5, 0, torch.qint8)
    assert through(quantized).data.tolist() == [1.0, 2.0]
    meta = through(torch.empty(2, 3, device="meta"))
    assert (meta.device, meta.data.shape) == ("meta", (2, 3))
    if hasattr(torch, "float8_e8m0fnu"):
        assert through([torch.empty(2, dtype=torch.float8_e8m0fnu)]) == [OpaqueFact("Tensor")]
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    assert isinstance(through(nested), OpaqueFact | TensorFact)


@pytest.mark.parametrize("layout", ["sparse_coo", "sparse_csr", "sparse_csc"])
def test_sparse_tensors_travel_as_numbers_and_a_layout(layout: str) -> None:
    dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
    back = through(dense.to_sparse(layout=getattr(torch, layout)))
    assert back.layout == layout
    same(back.data, dense)


def test_special_numbers() -> None:
    tensor = torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0, 1e-45])
    back = through(tensor).data
    assert back.view(torch.int32).tolist() == tensor.view(torch.int32).tolist()
    for dtype in (torch.bfloat16, torch.float16, torch.complex64):
        assert through(tensor.to(dtype)).data.isnan()[0]


def test_conjugates_and_negatives() -> None:
    numbers = torch.tensor([1 + 2j, 3 - 4j])
    together = through([numbers, numbers.conj(), numbers.conj().imag])
    assert together[1].data.tolist() == [1 - 2j, 3 + 4j]
    assert together[2].data.tolist() == [-2.0, 4.0]
    assert together[0].memory == together[1].memory == together[2].memory


def test_autograd_facts() -> None:
    weight = torch.tensor([1.0, 2.0], requires_grad=True)
    (weight * 3).sum().backward()
    leaf, result = through([weight, weight * 2])
    assert (leaf.requires_grad, leaf.leaf, leaf.grad_fn) == (True, True, None)
    assert leaf.grad.data.tolist() == [3.0, 3.0]
    assert (result.requires_grad, result.leaf, result.grad_fn) == (True, False, "MulBackward0")
    again = live(leaf)
    assert again.requires_grad
    assert again.is_leaf
    assert again.grad.tolist() == [3.0, 3.0]


def test_parameters_and_gradients_of_gradients() -> None:
    parameter = torch.nn.Parameter(torch.tensor([1.0]))
    parameter.grad = torch.tensor([5.0])
    parameter.grad.grad = torch.tensor([6.0])
    fact = through(parameter)
    assert fact.type_name == "Parameter"
    assert fact.grad.grad is None
    back = live(fact)
    assert isinstance(back, torch.nn.Parameter)
    assert back.grad is not None
    assert back.grad.tolist() == [5.0]
    frozen = live(through(torch.nn.Parameter(torch.tensor([1.0]), requires_grad=False)))
    assert not frozen.requires_grad


def test_uninitialised_booleans_are_true_or_false() -> None:
    odd = torch.tensor([0, 1, 2, 255], dtype=torch.uint8).view(torch.bool)
    assert through(odd).data.view(torch.uint8).tolist() == [0, 1, 1, 1]
    assert through(odd[1:]).data.view(torch.uint8).tolist() == [1, 1, 1]
    assert through(odd.numpy()).data.view(np.uint8).tolist() == [0, 1, 1, 1]


# ---------------------------------------------------------------------------------------- NumPy, shared memory


def test_numpy_strides() -> None:
    base = np.arange(24.0).reshape(4, 6)
    packed = np.zeros(3, dtype=[("a", "u1"), ("b", "f4")])
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(8), 3)
    arrays = [base[::-1], base[:, ::-2], base.T, np.broadcast_to(np.float32(3), (5, 5)), windows, base[1:3, 2]]
    for array in arrays:
        assert np.array_equal(through(array).data, array)
        assert through(array).data.strides == array.strides
    assert np.array_equal(through(packed["b"]).data, packed["b"])
    assert isinstance(through(packed), OpaqueFact)
    assert isinstance(through(np.array(["a"])), OpaqueFact)
    assert isinstance(through(np.array([1], dtype=">i4")), OpaqueFact)


def test_shared_memory_is_shared_again() -> None:
    tensor = torch.zeros(6)
    whole, part, other = live(through([tensor, tensor[2:4], torch.zeros(6)]))
    whole[2] = 7
    assert part.tolist() == [7, 0]
    assert other.tolist() == [0] * 6


def test_numpy_and_torch_share_too() -> None:
    array = np.zeros(4, dtype=np.float32)
    facts = through({"array": array, "tensor": torch.from_numpy(array), "view": array[::-1], "own": array.copy()})
    assert facts["array"].memory == facts["tensor"].memory == facts["view"].memory != facts["own"].memory
    back = live(facts)
    back["array"][0] = 5
    assert back["tensor"].tolist() == [5, 0, 0, 0]
    assert back["view"].tolist() == [0, 0, 0, 5]
    tensor = torch.zeros(3)
    left, right = through([tensor, tensor.numpy()])
    assert left.memory == right.memory


def test_an_array_of_more_elements_than_memory_touches_no_neighbour() -> None:
    arrays = [np.lib.stride_tricks.as_strided(np.ones(1), (100_000,), (0,)) for _ in range(3)]
    facts = through(arrays)
    assert len({fact.memory for fact in facts}) == 3
    assert len(encode(arrays)) < 1000


def test_views_far_apart_in_one_memory() -> None:
    large = torch.zeros(1_000_000)
    first, last = through([large[:2], large[-2:]])
    assert first.memory == last.memory
    assert len(encode([large[:2], large[-2:]])) < 1000
    assert last.data.tolist() == [0, 0]


def test_odd_offsets_in_one_memory() -> None:
    raw = np.arange(16, dtype=np.uint8)
    shifted = np.frombuffer(raw.data, dtype=np.int32, count=2, offset=1)
    whole, part = through([raw, shifted])
    assert np.array_equal(part.data, shifted)
    assert np.array_equal(whole.data, raw)


# ------------------------------------------------------------------------------------------------------ limits


def test_cycles_and_depth() -> None:
    loop: list[Any] = []
    loop.append(loop)
    deep: Any = 0
    for _ in range(wire_format.MAX_DEPTH):
        deep = [deep]
    assert through(deep) == deep
    wide: Any = 0
    for _ in range(60):
        wide = [wide, wide]
    for value in (loop, [deep], wide, [0] * wire_format.MAX_NODES, 1 << 100_000):
        with pytest.raises(TooLargeError):
            encode(value)


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(300),
        np.zeros(300, np.float32),
        torch.zeros(1).expand(300),
        [torch.zeros(100), torch.zeros(200)],
        torch.zeros(300, device="meta"),
        torch.eye(20).to_sparse(),
        "x" * 2000,
        b"x" * 2000,
    ],
    ids=["tensor", "array", "expanded", "together", "meta", "sparse", "text", "bytes"],
)
def test_size(value: Any) -> None:
    with pytest.raises(TooLargeError):
        encode(value, limit=1000)


def test_what_the_encoder_lets_through_the_decoder_takes() -> None:
    """Else an honest answer that is a little too large would pass for a forged one."""
    for count in (230, 240, 249, 250, 251, 260):
        try:
            sent = encode(torch.zeros(1).expand(count), 1000)
        except TooLargeError:
            assert count > 250
        else:
            assert decode(sent, 1000).data.shape == (count,)


def test_keys_whose_hashes_collide_are_few() -> None:
    colliding = [["i", hex(number * (2**61 - 1))] for number in range(wire_format.MAX_HASHED + 1)]
    with pytest.raises(WireError):
        decode(message(["s", colliding]))
    with pytest.raises(TooLargeError):
        encode(set(range(wire_format.MAX_HASHED + 1)))
    assert (
        len(through({str(number): None for number in range(wire_format.MAX_HASHED + 1)})) == wire_format.MAX_HASHED + 1
    )


# ----------------------------------------------------------------------------------------------- hostile bytes


@pytest.mark.parametrize(
    "node",
    [
        *(2**63, -(2**63) - 1, [], [1], ["?"], ["l"], ["l", 1], ["t", {}], ["S", ["a"]], ["S", [1.5]], {"a": 1}),
        *(["d", [[1]]], ["d", 5], ["c", "1", 2], ["i", "zz"], ["i", "1" * 5000], ["b", "%"], ["b", 5], ["s", 1]),
        *(["dt", "float31"], ["dt", 5], ["nd", "object"], ["ly", "x"], ["dv", 1], ["dv", "x" * 300], ["o", None]),
        *(["r", "N", 1, []], ["r", "N", True, [["a"]]], ["r", "N", True, [[1, 2]]], ["T", 1], ["T", {}], ["A", []]),
        *(tensor_node(rg=1), tensor_node(dv=5), tensor_node(ly="nice"), tensor_node(mm=-2), tensor_node(mm=True)),
        *(tensor_node(sh=[5]), tensor_node(os=1), tensor_node(os=-1), tensor_node(bf=1), tensor_node(bf=-1)),
        *(tensor_node(st=[2]), tensor_node(st=[-1]), tensor_node(st=[1, 1]), tensor_node(sh=[4.0]), tensor_node(sh=4)),
        *(tensor_node(sh=[2**47, 2**47, 0]), tensor_node(sh=[2**45], st=[0]), tensor_node(dt="float32")),
        *(tensor_node(sh=[1] * 65, st=[1] * 65), tensor_node(dt="other"), tensor_node(rg=True), tensor_node(gr=3)),
        tensor_node(gr=tensor_node(gr=tensor_node()[1])[1]),
        *(["A", {"sc": 1}], ["A", {"sc": True, "dt": "object", "sh": [1], "st": [1], "os": 0, "bf": 0, "mm": 0}]),
        ["A", {"sc": False, "dt": "int8", "sh": [4], "st": [-1], "os": 2, "bf": 0, "mm": 0}],
    ],
    ids=lambda node: json.dumps(node)[:50],
)
def test_nodes_that_our_encoder_does_not_write(node: Any) -> None:
    with pytest.raises(WireError):
        decode(message(node, [b"abcd"]))


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x00", b"\xff\xff\xff\xff", b"\x02\x00\x00\x00{}", b"\x04\x00\x00\x00null", b"\x01\x00\x00\x00\xff"),
        message(1) + b"x",
        b"\x20\xa1\x07\x00" + b"[" * 500_000,
        message(None)[:-1],
    ],
    ids=range(9),
)
def test_bytes_that_are_no_message(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data)


def test_headers_of_millions_of_items_are_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", lambda _: pytest.fail("parsed"))
    header = b'{"v":[' + b"[]," * wire_format.MAX_ITEMS + b'0],"b":[]}'
    with pytest.raises(WireError):
        decode(len(header).to_bytes(4, "little") + header)


def test_many_views_at_odd_offsets_cost_no_more_than_they_hold() -> None:
    """Each would cost a copy of its whole buffer if the reader were careless: 60 GB here."""
    size = 3_000_000
    views = [tensor_node(dt="int16", sh=[2], st=[size // 4], os=1 + 2 * number) for number in range(20_000)]
    assert len(decode(message(["l", views], [bytes(size)]))) == 20_000


_ATOMS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=5)),
    *(st.complex_numbers(), st.sampled_from([torch.float32, np.dtype("int8"), torch.device("cpu"), torch.Size([2])])),
    st.builds(lambda size: torch.arange(float(size)), st.integers(0, 6)),
    st.builds(lambda size: np.arange(size, dtype=np.int16)[::-1], st.integers(0, 6)),
)
_TREES = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=4),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=12,
)
_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from(["T", "A", "l", "t", "S", "s", "d", "r", "c", "i", "b", "dt", "nd", "ly", "dv", "o", "int16"]),
        st.builds(
            tensor_node,
            sh=st.lists(st.integers(0, 2**49), max_size=3),
            st=st.lists(st.integers(-5, 2**49), max_size=3),
            os=st.integers(-1, 10),
            dt=st.sampled_from(["int16", "bool", "bfloat16", "float64"]),
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=2), inner, max_size=4)),
    max_leaves=20,
)
_QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def taken_or_refused(data: bytes) -> None:
    try:
        tree = decode(data, limit=1_000_000)
    except WireError:
        return
    live(tree)


@_QUICK
@given(_TREES)
def test_any_tree_comes_back(value: Any) -> None:
    once = encode(value)
    again = encode(live(decode(once)))
    assert _told(decode(again)) == _told(decode(once))


def _told(tree: Any) -> str:
    """A tree as text, numbers of memory and names of types left out."""
    if isinstance(tree, TensorFact | ArrayFact):
        return f"{type(tree).__name__}({tree.data.dtype}, {tree.data.tolist()})"
    if isinstance(tree, RecordFact):
        return f"record({_told([list(pair) for pair in tree.fields])})"
    if isinstance(tree, dict):
        return "{" + ",".join(f"{key!r}:{_told(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        return type(tree).__name__ + "(" + ",".join(map(_told, tree)) + ")"
    return repr(tree)


@_QUICK
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    taken_or_refused(data)
    taken_or_refused(len(data).to_bytes(4, "little") + data)


@_QUICK
@given(_JSON, st.binary(max_size=40))
def test_any_json(value: Any, buffer: bytes) -> None:
    taken_or_refused(message(value, [buffer]))


@_QUICK
@given(_TREES, st.integers(0, 2**32))
def test_messages_with_a_few_bytes_changed(value: Any, seed: int) -> None:
    data = bytearray(encode({"value": value, "tensor": torch.arange(6).reshape(2, 3)}))
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 4)):
        data[dice.randrange(len(data))] = dice.choice(b'0123456789-[]{},":eNl\x00\xff')
    taken_or_refused(bytes(data))
    taken_or_refused(bytes(data[: dice.randrange(len(data))]))
