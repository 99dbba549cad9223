"""Every error of torch that is explained, raised by torch itself: a release that words it otherwise fails by name."""

from __future__ import annotations

import copy
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody writes it
from torch.utils.data import DataLoader, Dataset, TensorDataset

from antorcha.error_texts.meaning import meaning
from antorcha.error_texts.recognise import phrases, recognise

X = torch.ones(2, 3)
W = torch.ones(2, 3, requires_grad=True)


class Foreign: ...


class WithoutInit(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(2, 2)


class WithoutForward(nn.Module): ...


class WithoutReturn(Dataset):
    def __getitem__(self, index: int) -> None: ...

    def __len__(self) -> int:
        return 3


def meta() -> torch.Tensor:
    return torch.ones(2, 3, device="meta")


def backward_twice() -> None:
    loss = (W**2).sum()
    loss.backward()
    loss.backward()


def overwrite_what_is_needed() -> None:
    result = torch.sigmoid(W)
    result.add_(1)
    result.sum().backward()


def overwrite_a_parameter() -> None:
    weights = torch.ones(3, requires_grad=True)
    weights -= 1


def overwrite_part_of_a_parameter() -> None:
    weights = torch.ones(3, requires_grad=True)
    weights[0] = 5


def change_requires_grad() -> None:
    (W * 2).requires_grad = False


def inference_tensor() -> None:
    with torch.inference_mode():
        made = torch.ones(2, 3)
    (W * made).sum().backward()


def optimize_a_result() -> None:
    torch.optim.SGD([W * 2], lr=0.1)


def load(model: nn.Module, saved: nn.Module) -> None:
    model.load_state_dict(saved.state_dict())


def weights_only() -> None:
    file = io.BytesIO()
    torch.save({"model": Foreign()}, file)
    file.seek(0)
    torch.load(file)


# What raises it, and how the explanation begins: with the operands' own shapes and dtypes, where the text has any.
RAISED: dict[str, tuple[Callable[[], Any], str]] = {
    "a dtype of a batch": (
        lambda: torch.bmm(X[None], X.double().T[None]),
        "Here torch.float32 was expected and torch.float64 came.",
    ),
    "matmul": (lambda: X @ X, "Here the left matrix is 2x3 and the right one 2x3: 3 columns meet 2 rows."),
    "linear int": (
        lambda: nn.Linear(3, 5)(X.long()),
        "Here the first one is torch.int64 and the second one torch.float32.",
    ),
    "matmul dtype": (lambda: X @ X.long().T, "Here the first one is torch.float32 and the second one torch.int64."),
    "mv": (lambda: X @ torch.ones(2), "Here the matrix is 2x3, with 3 columns, and the vector has 2 elements."),
    "dot": (lambda: torch.ones(3) @ torch.ones(4), "Here the first one has 3 elements and the second one 4."),
    "dot fn": (lambda: torch.dot(X, X), "Here the first one has 2 axes and the second one 2."),
    "bmm": (
        lambda: torch.bmm(torch.ones(2, 3, 4), torch.ones(2, 3, 4)),
        "Here the second one should begin with the sizes [2, 4] and begins with [2, 3].",
    ),
    "bmm 2d": (lambda: torch.bmm(X, X), "Here `batch1` has another number of axes."),
    "mm vec": (lambda: torch.mm(X, torch.ones(3)), "Here the second factor is no matrix."),
    "mm 3d": (lambda: torch.mm(torch.ones(2, 2, 2), X), "Here the first factor is no matrix."),
    "0d matmul": (lambda: X @ torch.tensor(2.0), "Here the left one has 2 axes and the right one 0."),
    "batch bc": (
        lambda: torch.ones(2, 3, 4) @ torch.ones(3, 4, 4),
        "Here the first one has 2 along axis 0 and the second one 3.",
    ),
    "add inplace": (lambda: torch.ones(3).add_(X), "Here the result has the shape [2, 3] and the tensor [3]."),
    "expand": (
        lambda: X.expand(2, 4),
        "Here a tensor of shape [2, 3] is to become [2, 4], and along axis 1 it has the size 3, not 4.",
    ),
    "assign idx": (
        lambda: X.__setitem__(torch.tensor([0, 1]), torch.ones(3, 3)),
        "Here the value has the shape [3, 3] and the place [2, 3].",
    ),
    "index pair": (
        lambda: X[torch.tensor([0, 1]), torch.tensor([0, 1, 2])],
        "Here the index tensors have the shapes [2], [3].",
    ),
    "reshape": (lambda: X.reshape(4, 2), "Here there are 6 elements and the shape asked for is [4, 2]."),
    "two -1": (
        lambda: X.reshape(-1, -1),
        "In a new shape `-1` stands for the one size that torch is to work out",
    ),
    "view t": (
        lambda: X.t().view(6),
        "`view` never copies, and after `.T`",
    ),
    "permute": (lambda: X.permute(0, 1, 2), "Here the tensor has 2 axes and 3 are named."),
    "t3": (lambda: torch.ones(2, 2, 2).t(), "Here the tensor has 3 axes."),
    "transpose": (lambda: X.transpose(0, 2), "Here axis 2 is asked for and there are those from -2 to 1."),
    "cat": (
        lambda: torch.cat([X, torch.ones(2, 4)]),
        "Here they are glued along axis 0; along another one tensor 1 of the list (from 0) has 4, and not 3.",
    ),
    "cat ndim": (lambda: torch.cat([X, torch.ones(3)]), "Here a tensor with 2 axes meets one with 1."),
    "cat empty": (lambda: torch.cat([]), "The list of tensors is empty:"),
    "stack empty": (lambda: torch.stack([]), "The list of tensors is empty:"),
    "stack": (lambda: torch.stack([X, torch.ones(3)]), "Here tensor 0 (from 0) has the shape [2, 3] and tensor 1 [3]."),
    "cat zero": (
        lambda: torch.cat([torch.tensor(1.0), torch.tensor(2.0)]),
        "A tensor without axes has none to be glued along.",
    ),
    "cat tensor": (lambda: torch.cat(X), "Here the argument `tensors` is of type Tensor."),
    "index": (lambda: X[7], "Here index 7 is asked for along axis 0, which has the size 2."),
    "index_select": (
        lambda: X.index_select(0, torch.tensor([5])),
        "An index is not below the size of what it points into.",
    ),
    "index many": (lambda: X[0, 0, 0], "Here the tensor has 2 axes."),
    "index float": (lambda: X[torch.tensor([0.0, 1.0])], "A tensor of floating point numbers is no index."),
    "mask": (lambda: X[torch.ones(3, dtype=torch.bool)], "Here the mask has the shape [3] and the tensor [2, 3]."),
    "index pyfloat": (lambda: X[1.0], "Here the index is of type float."),
    "0d index": (
        lambda: torch.tensor(1.0)[0],
        "A tensor without axes is one number and has nothing to choose from; `.item()` makes it a number of Python's.",
    ),
    "neg step": (lambda: X[::-1], "A slice of a tensor cannot run backwards, as one of a list can."),
    "gather dim": (
        lambda: X.gather(1, torch.tensor([0])),
        "`gather` and `scatter` want an index with as many axes as the tensor.",
    ),
    "masked_fill": (lambda: X.masked_fill(X, 1.0), "Here the mask is torch.float32."),
    "where cond": (lambda: torch.where(X, X, X), "Here it is torch.float32."),
    "narrow": (lambda: X.narrow(1, 1, -1), "`narrow` takes a start and a length, and here the length is below 0."),
    "max of nothing": (lambda: torch.ones(0, 3).max(), "An empty tensor has no largest or smallest element."),
    "argmin of nothing": (lambda: torch.ones(0).argmin(), "An empty tensor has no largest or smallest element."),
    "topk": (lambda: X.topk(5), "`topk` cannot find more elements than there are along the axis."),
    "split": (lambda: torch.split(X, [1, 3], dim=1), "Here the axis has the size 3."),
    "item": (lambda: X.item(), "Here there are 6 elements."),
    "float": (lambda: float(X), "Only a tensor with a single element can become a number."),
    "index int": (
        lambda: [1, 2, 3][X],
        "Where Python wants one whole number, a tensor with several elements, or of another dtype, will not do.",
    ),
    "bool": (
        lambda: bool(X),
        "`if`, `and`, `or`, `not` and `in` want one yes or no, and a comparison of tensors gives one for each element.",
    ),
    "bool empty": (lambda: bool(torch.ones(0)), "An empty tensor is neither true nor false."),
    "iter 0d": (
        lambda: list(torch.tensor(1)),
        "A tensor without axes is one number, and there is nothing to go through.",
    ),
    "len 0d": (
        lambda: len(torch.tensor(1)),
        "A tensor without axes is one number and has no length; `.numel()` counts the elements of any tensor.",
    ),
    "tensor.size": (lambda: X.shape(), "`.shape` is no function:"),
    "tensor call": (lambda: X(1), "A tensor has parentheses behind it as if it were a function."),
    "numpy grad": (
        lambda: W.numpy(),
        "NumPy knows nothing of the graph of gradients, so the tensor must leave it first:",
    ),
    "meta numpy": (lambda: meta().numpy(), "Here the tensor is on meta."),
    "neg stride": (
        lambda: torch.from_numpy(np.arange(3)[::-1]),
        "An array that was turned round, as by `[::-1]`, is read backwards in memory, which a tensor cannot do.",
    ),
    "tensor obj": (lambda: torch.tensor(np.array([None])), "Here its dtype is object_."),
    "from_numpy list": (lambda: torch.from_numpy([1]), "Here a value of type list came."),
    "tensor ragged": (
        lambda: torch.tensor([[1, 2], [3]]),
        "Here, along axis 1, one list has 2 elements and another 1.",
    ),
    "tensor strs": (lambda: torch.tensor(["a", "b"]), "Here there are elements of type str."),
    "tensor none": (lambda: torch.tensor(None), "Here there is a value of type NoneType."),
    "zeros float": (lambda: torch.zeros(2.5), "Here the argument `size` is of type float."),
    "sum list": (lambda: torch.sum([1, 2]), "Here the argument `input` of `sum` is of type list."),
    "where2": (lambda: torch.where(X, 1), "Here `where` was given (Tensor, int)."),
    "mean long": (lambda: X.long().mean(), "Here the tensor is torch.int64."),
    "std long": (
        lambda: X.long().std(),
        "Whole numbers have no mean, no deviation and no gradient here",
    ),
    "rg int": (
        lambda: torch.tensor([1, 2], requires_grad=True),
        "Gradients are numbers with a fraction, so only a tensor of floating point numbers can have one.",
    ),
    "rg int2": (
        lambda: torch.tensor([1, 2]).requires_grad_(),
        "Gradients are numbers with a fraction, so only a tensor of floating point numbers can have one.",
    ),
    "bcel long": (
        lambda: F.binary_cross_entropy_with_logits(torch.ones(2), torch.ones(2).long()).backward(),
        "Here the result is torch.float32 and the tensor that it goes into torch.int64.",
    ),
    "numbers into flags": (
        lambda: torch.tensor([True, False]).add_(1),
        "Here the result is torch.int64 and the tensor that it goes into torch.bool. The result is made of numbers",
    ),
    "bce long": (
        lambda: F.binary_cross_entropy(torch.ones(2), torch.ones(2).long()),
        "Here torch.int64 came and torch.float32 was expected.",
    ),
    "ce int input": (lambda: F.cross_entropy(X.long(), torch.tensor([0, 1])), "Here the dtype is torch.int64."),
    "allclose dtype": (
        lambda: torch.allclose(X, X.double()),
        "Here the first one is torch.float32 and the second one torch.float64.",
    ),
    "bool minus": (lambda: (X > 0) - (X > 0), "True and False cannot be subtracted."),
    "bool neg": (lambda: -(X > 0), "A mask is turned round with `~`, not with `-`."),
    "pow neg": (lambda: torch.tensor(2) ** -1, "2 to the power of -1 has a fraction, which whole numbers cannot hold:"),
    "einsum size": (lambda: torch.einsum("ij,jk->ik", X, X), "Here j is 2 in operand 1 (from 0) and 3 before."),
    "einsum dims": (lambda: torch.einsum("ijk->i", X), "Here operand 0 (from 0) has 2 axes and 3 letters."),
    "inv ns": (lambda: torch.linalg.inv(X), "Here there are 2 rows and 3 columns."),
    "multinomial n": (lambda: torch.multinomial(torch.tensor([1.0, 2.0]), 5), "More are to be drawn than there are."),
    "multinomial": (lambda: torch.multinomial(torch.tensor([-1.0, 2.0]), 1), "Probabilities are numbers from 0 up."),
    "backward norg": (
        lambda: X.sum().backward(),
        "Nothing leads from this result back to a tensor with `requires_grad=True`.",
    ),
    "backward nonscalar": (
        lambda: (W * 2).backward(),
        "`backward()` starts from one number, and this result has several.",
    ),
    "twice": (backward_twice, "The first `backward()` frees the graph."),
    "inplace saved": (overwrite_what_is_needed, "Here it is the result of Sigmoid."),
    "inplace leaf": (overwrite_a_parameter, "A parameter cannot be overwritten while its operations are recorded."),
    "inplace view": (
        overwrite_part_of_a_parameter,
        "A parameter cannot be overwritten while its operations are recorded.",
    ),
    "set_rg": (change_requires_grad, "This tensor is the result of a computation:"),
    "deepcopy": (
        lambda: copy.deepcopy(W * 2),
        "The result of a computation drags its graph along and cannot be copied so:",
    ),
    "grad unused": (
        lambda: torch.autograd.grad((W * 2).sum(), torch.ones(1, requires_grad=True)),
        "Here it is tensor 0 of those asked for (from 0).",
    ),
    "autograd.grad norg": (
        lambda: torch.autograd.grad((W * 2).sum(), X),
        "A gradient is asked for with respect to a tensor that records none:",
    ),
    "grad mismatch": (lambda: (W * 2).backward(torch.ones(3)), "Here it has the shape [3] and the result [2, 3]."),
    "assign grad": (lambda: setattr(W, "grad", torch.ones(5)), "Here the gradient is [5] and the tensor [2, 3]."),
    "inference": (inference_tensor, "A tensor made under `torch.inference_mode()` is lost to gradients for good."),
    "retain": (lambda: X.retain_grad(), "This tensor records no gradient, so there is none to be kept."),
    "setattr param": (
        lambda: setattr(nn.Linear(2, 2), "weight", X),
        "Here `weight` is given a value of type torch.FloatTensor.",
    ),
    "super": (WithoutInit, "The `__init__` of your module must call `super().__init__()` before anything else."),
    "forward": (lambda: WithoutForward()(X), "Here the class is WithoutForward."),
    "sequential list": (lambda: nn.Sequential([nn.ReLU()]), "Here it was given: list."),
    "conv ch": (
        lambda: nn.Conv2d(3, 4, 3)(torch.ones(1, 1, 8, 8)),
        "Here the input has the shape [1, 1, 8, 8], with 1 channels, and the layer wants 3.",
    ),
    "conv dim": (
        lambda: nn.Conv2d(3, 4, 3)(torch.ones(8, 8)),
        "Here conv2d wants 3 or 4 axes, and the input has the shape [8, 8].",
    ),
    "conv small": (lambda: nn.Conv2d(1, 1, 5)(torch.ones(1, 1, 3, 3)), "Here the image is 3 x 3 and the kernel 5 x 5."),
    "conv long": (
        lambda: nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 3, 3).long()),
        "Here the input is torch.int64 and the layer torch.float32.",
    ),
    "bn": (lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)), "Here the input has the shape [1, 3]."),
    "bn ch": (lambda: nn.BatchNorm1d(4)(torch.ones(2, 3)), "Here 3 come in and the layer was made for 4."),
    "ln": (lambda: nn.LayerNorm(4)(X), "Here it was made for [4] and the input has the shape [2, 3]."),
    "lstm": (lambda: nn.LSTM(4, 5)(X), "Here the layer wants 4 and the input has 3."),
    "gru hidden": (
        lambda: nn.GRU(3, 5)(torch.ones(2, 1, 3), torch.ones(1, 1, 4)),
        "Here (1, 1, 5) is wanted and [1, 1, 4] came.",
    ),
    "embedding of floats": (lambda: nn.Embedding(5, 2)(torch.tensor([])), "Here the numbers are torch.float32."),
    "embedding too small": (
        lambda: nn.EmbeddingBag(5, 2)(torch.tensor([7]), torch.tensor([0])),
        "Here the row 7 is asked for and there are 5.",
    ),
    "mha": (lambda: nn.MultiheadAttention(5, 2), "Each head of the attention gets an equal part of the embedding."),
    "ce batch": (lambda: F.cross_entropy(X, torch.tensor([0, 1, 2])), "Here there are 2 rows of scores and 3 targets."),
    "ce oob": (lambda: F.cross_entropy(X, torch.tensor([0, 7])), "Here there is a class 7."),
    "ce float": (lambda: F.cross_entropy(X, torch.tensor([0.0, 1.0])), "Here the target is torch.float32."),
    "ce shape": (
        lambda: F.cross_entropy(X, torch.tensor([[0], [1]])),
        "The target has one class number for each sample, and no axis more:",
    ),
    "ce prob int": (lambda: F.cross_entropy(X, torch.ones(2, 3, dtype=torch.int64)), "Here the target is torch.int64."),
    "bcel size": (
        lambda: F.binary_cross_entropy_with_logits(torch.ones(2, 1), torch.ones(2)),
        "Here the target has the shape [2] and the prediction [2, 1].",
    ),
    "bce size": (
        lambda: F.binary_cross_entropy(torch.ones(2, 1), torch.ones(2)),
        "Here the target has the shape [2] and the prediction [2, 1].",
    ),
    "bce range": (lambda: F.binary_cross_entropy(torch.tensor([2.0]), torch.ones(1)), "`BCELoss` takes probabilities."),
    "onehot float": (lambda: F.one_hot(torch.tensor([1.0])), "`one_hot` takes class numbers, which are whole numbers:"),
    "onehot n": (
        lambda: F.one_hot(torch.tensor([5]), 3),
        "Classes are numbered from 0, so the largest is `num_classes - 1`.",
    ),
    "load size": (
        lambda: load(nn.Linear(2, 3), nn.Linear(4, 3)),
        "Here `weight` has the shape [3, 4] in the file and [3, 2] in the model.",
    ),
    "load model": (
        lambda: nn.Linear(2, 2).load_state_dict(nn.Linear(2, 2)),
        "Here it was given a value of type torch.nn.modules.linear.Linear.",
    ),
    "weights_only": (weights_only, "Here the file also holds a `"),
    "optim load": (
        lambda: torch.optim.SGD([W], lr=0.1).load_state_dict(
            torch.optim.SGD([W, torch.ones(1, requires_grad=True)], lr=0.1).state_dict()
        ),
        "The optimizer's state was saved with another number of parameters than this one has:",
    ),
    "optim empty": (lambda: torch.optim.SGD([], lr=0.1), "The optimizer has nothing to train."),
    "optim tensor": (lambda: torch.optim.SGD(W, lr=0.1), "A single parameter goes into a list:"),
    "optim meth": (
        lambda: torch.optim.SGD(nn.Linear(2, 2).parameters, lr=0.1),
        "A method was handed on without being called:",
    ),
    "optim nonleaf": (optimize_a_result, "What is trained must be made directly, not computed:"),
    "optim ints": (lambda: torch.optim.SGD([1], lr=0.1), "Here it was given a value of type int."),
    "loader none": (
        lambda: next(iter(DataLoader(WithoutReturn(), batch_size=3))),
        "Here a sample is of type NoneType.",
    ),
    "tds": (lambda: TensorDataset(X, torch.ones(3)), "All tensors of a `TensorDataset` have equally many rows:"),
    "random_split": (
        lambda: torch.utils.data.random_split([1, 2, 3], [1, 1]),
        "The parts of `random_split` must add up to the number of samples; fractions that add up to 1 work too.",
    ),
    "meta add": (lambda: X + meta(), "Here one tensor is on meta and another on cpu."),
    "bad dtype": (lambda: X.to("float"), "Here it is called `float`."),
}


# What a build of PyTorch for the CPU says on a machine without a GPU, and what one for GPUs does.
WITHOUT_GPU = {
    "Torch not compiled with CUDA enabled": "This build of PyTorch is for the CPU alone.",
    "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from "
    "http://www.nvidia.com/Download/index.aspx": "This machine has no NVIDIA GPU, or no driver for it.",
}


def text_of(call: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the text is what counts
        call()
    return str(caught.value)


@pytest.mark.parametrize(("call", "begins"), RAISED.values(), ids=RAISED)
def test_an_error_of_torch_is_explained(call: Callable[[], Any], begins: str) -> None:
    text = text_of(call)
    said = meaning(text, "en")
    assert said, f"torch {torch.__version__} words an error in a way that nothing explains any more: {text}"
    assert said.startswith(begins)
    spanish = meaning(text, "es")
    assert spanish
    assert spanish != said


@pytest.mark.parametrize(("text", "begins"), WITHOUT_GPU.items(), ids=["for the CPU", "for GPUs"])
def test_both_builds_of_torch_are_explained_where_no_gpu_is(text: str, begins: str) -> None:
    assert meaning(text, "en").startswith(begins)
    assert meaning(text, "es") != meaning(text, "en")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_this_build_says_one_of_both_where_no_gpu_is() -> None:
    assert text_of(lambda: X.cuda()) in WITHOUT_GPU


def test_every_explanation_has_an_error_that_raises_it() -> None:
    texts = [text_of(call) for call, _ in RAISED.values()] + list(WITHOUT_GPU)
    raised = {found.phrase.text for text in texts if (found := recognise(text))}
    explained = [phrase.text for phrase in phrases() if phrase.meaning]
    # The one that no CPU raises, which the script below does on a simulated GPU.
    assert [text for text in explained if text not in raised] == ["Expected all tensors to be on the same device"]
    assert len(explained) >= 60


@pytest.mark.parametrize(
    "text", ["my own words", "foo did not match bar", "expected scalar type kitten but found puppy", ""]
)
def test_what_torch_did_not_say_is_left_as_it_is(text: str) -> None:
    assert meaning(text, "en") == ""


def run_script(folder: Path, code: str, *options: str) -> str:
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "antorcha.cli.main", "run", *options, str(script)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    return done.stderr


@pytest.mark.slow
def test_a_script_of_ones_own_is_told_what_its_error_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTORCHA_LANG", "en")
    code = 'import torch\ntorch.ones(2, 3, device="sim") @ torch.ones(3, 2)\n'
    said = run_script(tmp_path, code, "--simulated-gpu")
    error, explanation = said.strip().split("\n\n")
    assert "RuntimeError: Expected all tensors to be on the same device" in error
    assert explanation.startswith("Here they are on sim:0 and cpu. ")
    monkeypatch.delenv("ANTORCHA_LANG")
    assert "\n\n" not in run_script(tmp_path, "import torch\nraise ValueError('mine')\n").strip()
