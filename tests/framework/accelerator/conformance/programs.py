"""Small programs for one device, each with what a CUDA device does with it.

Written from what torch documents of devices: tensors of one operation must be on one device, except CPU tensors
without axes in elementwise operations and CPU indices in `x[...]`; NumPy reads CPU memory only; `.to` copies when the
device differs. `d` is the device. A legal program returns values that must equal those of the same program on the
CPU; where the numbers are drawn at random, which each device does in its own way, it returns what does not depend on
them.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

Run = Callable[[torch.device], Any]


@dataclass(frozen=True)
class Program:
    """`error` is `None` for a legal program, else the type and a pattern of the message that a CUDA device gives."""

    name: str
    run: Run
    error: tuple[type[Exception], str] | None = None


PROGRAMS: list[Program] = []

ONE_DEVICE = (RuntimeError, "same device")
TO_NUMPY = (TypeError, "can't convert .* device type tensor to numpy")


def legal(run: Run) -> Run:
    PROGRAMS.append(Program(run.__name__, run))
    return run


def refused(error: type[Exception], pattern: str) -> Callable[[Run], Run]:
    def note(run: Run) -> Run:
        PROGRAMS.append(Program(run.__name__, run, (error, pattern)))
        return run

    return note


def x_on(d: torch.device) -> torch.Tensor:
    return torch.arange(12.0, device=d).reshape(4, 3)


def cpu_like(shape: tuple[int, ...]) -> torch.Tensor:
    return torch.linspace(-1, 1, int(np.prod(shape))).reshape(shape)


def given(module: nn.Module) -> nn.Module:
    """The module with parameters that are the same on every device."""
    with torch.no_grad():
        for number, parameter in enumerate(module.parameters()):
            parameter.copy_(torch.sin(torch.arange(parameter.numel()) + float(number)).reshape(parameter.shape) / 2)
    return module


# Several lines at once: name -> expression in `d`, `x` (4, 3 on the device) and `c` (4, 3 on the CPU).
LEGAL_LINES = {
    # making tensors
    "zeros": "torch.zeros(2, 3, device=d)",
    "ones_int": "torch.ones(2, dtype=torch.int64, device=d)",
    "full": "torch.full((2, 2), 7.0, device=d)",
    "arange_step": "torch.arange(0, 1, 0.25, device=d)",
    "linspace": "torch.linspace(0, 1, 5, device=d)",
    "logspace": "torch.logspace(0, 2, 3, device=d)",
    "eye": "torch.eye(3, device=d)",
    "tensor_of_lists": "torch.tensor([[1, 2], [3, 4]], device=d)",
    "tensor_of_a_number": "torch.tensor(3.5, device=d)",
    "as_tensor_of_array": "torch.as_tensor(np.arange(3.0), device=d)",
    "zeros_like": "torch.zeros_like(x)",
    "zeros_like_to_cpu": "torch.zeros_like(x, device='cpu') + c",
    "full_like": "torch.full_like(x, 2.5)",
    "new_tensor": "x.new_tensor([1.0, 2.0])",
    "new_zeros": "x.new_zeros(2, 2) + x[0, 0]",
    "empty_then_fill": "torch.empty(3, device=d).fill_(2)",
    "tril_indices": "torch.tril_indices(3, 3, device=d)",
    "rand_like_shape": "torch.rand_like(x).shape",
    "randint_range": "bool((torch.randint(0, 5, (100,), device=d) < 5).all())",
    "randperm_sorted": "torch.randperm(10, device=d).sort().values",
    "meshgrid": "torch.meshgrid(x[0], x[1], indexing='ij')",
    "new_device_of_result": "(x * 2).device == x.device",
    # moving
    "cpu_then_numpy": "x.cpu().numpy()",
    "to_cpu_is_on_cpu": "x.to('cpu').device.type",
    "to_same_device_is_same": "x.to(d) is x",
    "to_other": "c.to(x)",
    "to_device_and_dtype": "c.to(d, torch.float64)",
    "to_copy_owns": "x.to(d, copy=True).data_ptr() != x.data_ptr()",
    "from_numpy_to": "torch.from_numpy(np.ones(3)).to(d)",
    "copy_from_cpu": "torch.zeros(4, 3, device=d).copy_(c)",
    "copy_to_cpu": "torch.zeros(4, 3).copy_(x)",
    "clone_stays": "x.clone().device == x.device",
    "half_and_back": "x.half().float()",
    "long": "x.long()",
    "non_blocking": "c.to(d, non_blocking=True).cpu()",
    "non_blocking_back": "x.to('cpu', non_blocking=True) + c",
    # meeting
    "times_number": "x * 2 + 1",
    "times_cpu_number_tensor": "x * torch.tensor(2.0)",
    "cpu_number_tensor_first": "torch.tensor(2.0) - x",
    "compare_with_cpu_number": "x > torch.tensor(3.0)",
    "pow_cpu_number": "x ** torch.tensor(2.0)",
    "div_cpu_int": "x / torch.tensor(2)",
    "in_place_cpu_number": "x.add_(torch.tensor(1.0))",
    "where_number": "torch.where(x > 3, x, 0.0)",
    "masked_fill_number": "x.masked_fill(x > 3, -1.0)",
    "masked_fill_cpu_number": "x.masked_fill(x > 3, torch.tensor(-1.0))",
    "clamp": "x.clamp(2, 5)",
    "matmul": "x @ x.T",
    "einsum": "torch.einsum('ij,kj->ik', x, x)",
    "cat": "torch.cat([x, x])",
    "stack": "torch.stack([x, x], dim=1)",
    "broadcast": "x + x[0] + x[:, :1]",
    "outer": "torch.outer(x[0], x[1])",
    "allclose": "torch.allclose(x, x.clone())",
    "equal": "torch.equal(x, x.clone())",
    "numpy_of_result": "(x.sum(0)).detach().cpu().numpy()",
    # indexing
    "index_number": "x[1, 2]",
    "slice": "x[1:3, ::2]",
    "index_list": "x[[0, 2]]",
    "index_cpu_tensor": "x[torch.tensor([0, 2])]",
    "index_own_tensor": "x[torch.tensor([0, 2], device=d)]",
    "index_two_cpu_tensors": "x[torch.tensor([0, 1]), torch.tensor([2, 2])]",
    "index_mask": "x[x > 5]",
    "index_cpu_mask": "x[torch.tensor([True, False, True, False])]",
    "index_array": "x[np.array([0, 3])]",
    "index_select": "x.index_select(0, torch.tensor([0, 2], device=d))",
    "gather": "x.gather(1, torch.tensor([[0], [1], [2], [0]], device=d))",
    "take_along": "torch.take_along_dim(x, x.argsort(dim=1), dim=1)",
    "scatter": "torch.zeros(4, 3, device=d).scatter(1, torch.zeros(4, 1, dtype=torch.int64, device=d), 1.0)",
    "nonzero": "(x > 5).nonzero()",
    "argmax": "x.argmax(dim=1)",
    "topk": "tuple(x.topk(2))",
    "sort": "tuple(x.sort(dim=1, descending=True))",
    "unique": "torch.unique(x.long() % 3, return_counts=True)",
    "one_hot": "F.one_hot(torch.tensor([0, 2], device=d), 3)",
    "searchsorted": "torch.searchsorted(x[0], x[0] + 0.5)",
    "bincount": "torch.bincount(torch.tensor([0, 1, 1], device=d))",
    # reading
    "item": "x.sum().item()",
    "tolist": "x.tolist()",
    "truth": "'yes' if x.sum() > 0 else 'no'",
    "float_of": "float(x[1, 1])",
    "int_of": "int(x[1, 1])",
    "len_and_iteration": "[float(row.sum()) for row in x] + [len(x)]",
    "shape_words": "(x.shape, x.ndim, x.numel(), x.stride(), str(x.dtype))",
    "format_number": "f'{x[0, 1]:.2f}'",
    "index_of_python_list": "[10, 20, 30][x[0, 1].long()]",
    # shapes and views
    "view": "x.view(2, 6)",
    "permute_contiguous": "x.permute(1, 0).contiguous()",
    "flatten": "x.flatten()",
    "expand": "x[:, :1].expand(4, 5)",
    "chunk": "x.chunk(2)",
    "split": "x.split([1, 3])",
    "squeeze": "x.unsqueeze(0).squeeze(0)",
    "movedim": "x.unsqueeze(0).movedim(0, -1)",
    "view_shares": "x.view(-1).data_ptr() == x.data_ptr()",
    "roll_flip": "x.roll(1, 0).flip(1)",
    "tile_repeat": "x.repeat(2, 1).tile(1, 2)",
    "pad": "F.pad(x, (1, 1))",
    "unfold": "x.unfold(0, 2, 1)",
    # numbers
    "mean_std": "(x.mean(0), x.std(0))",
    "norm": "torch.linalg.vector_norm(x)",
    "cumsum": "x.cumsum(0)",
    "softmax": "x.softmax(1)",
    "logsumexp": "x.logsumexp(1)",
    "median": "x.median()",
    "quantile": "x.quantile(0.5)",
    "solve": "torch.linalg.solve(torch.eye(3, device=d) * 2, x.T)",
    "det": "torch.linalg.det(torch.eye(3, device=d) * 2)",
    "complex_abs": "torch.complex(x, x).abs()",
    "fft": "torch.fft.rfft(x).abs()",
    "isnan": "torch.tensor([1.0, float('nan')], device=d).isnan()",
    "cdist": "torch.cdist(x, x)",
    "histc": "x.histc(4, 0, 12)",
    "vmap": "torch.vmap(lambda row: row.sum())(x)",
    "func_grad": "torch.func.grad(lambda y: (y**2).sum())(x)",
}

REFUSED_LINES = {
    "add_cpu_vector": ("x + torch.zeros(3)", ONE_DEVICE),
    "cpu_vector_add": ("torch.zeros(3) + x", ONE_DEVICE),
    "cpu_vector_with_device_number": ("c * x[0, 0]", ONE_DEVICE),
    "mul_cpu_one_element": ("x * torch.tensor([2.0])", ONE_DEVICE),
    "in_place_cpu_vector": ("x.add_(torch.ones(3))", ONE_DEVICE),
    "cpu_in_place_device": ("c.add_(x)", ONE_DEVICE),
    "compare_cpu": ("x > c", ONE_DEVICE),
    "logical_and": ("(x > 1) & (c > 0)", ONE_DEVICE),
    "maximum": ("torch.maximum(x, c)", ONE_DEVICE),
    "where_cpu_other": ("torch.where(x > 3, x, c)", ONE_DEVICE),
    "where_cpu_condition": ("torch.where(c > 0, x, x)", (RuntimeError, "same device|on the same device")),
    "masked_fill_cpu_mask": ("x.masked_fill(c > 0, 0.0)", (RuntimeError, "device")),
    "matmul_cpu": ("x @ c.T", ONE_DEVICE),
    "matvec_cpu": ("x @ torch.ones(3)", ONE_DEVICE),
    "bmm_cpu": ("torch.bmm(x[None], c.T[None])", ONE_DEVICE),
    "einsum_cpu": ("torch.einsum('ij,kj->ik', x, c)", ONE_DEVICE),
    "cat_cpu": ("torch.cat([x, c])", ONE_DEVICE),
    "stack_cpu": ("torch.stack([c, x])", ONE_DEVICE),
    "index_select_cpu": ("x.index_select(0, torch.tensor([0]))", ONE_DEVICE),
    "gather_cpu": ("x.gather(1, torch.tensor([[0]]))", ONE_DEVICE),
    "scatter_cpu_index": ("x.scatter(1, torch.tensor([[0]]), 1.0)", ONE_DEVICE),
    "scatter_cpu_source": ("x.scatter(1, torch.zeros(4, 3, dtype=torch.int64, device=d), c)", ONE_DEVICE),
    "cpu_indexed_by_device": ("c[torch.tensor([0, 2], device=d)]", (RuntimeError, "indices should be either on")),
    "cpu_mask_on_device": ("c[x > 3]", (RuntimeError, "indices should be either on")),
    "masked_select_cpu": ("torch.masked_select(x, c > 0)", (RuntimeError, "device")),
    "lerp_cpu": ("torch.lerp(x, c, 0.5)", ONE_DEVICE),
    "addmm_cpu": ("torch.addmm(c[:, :1], x, x[:3].T)", ONE_DEVICE),
    "cdist_cpu": ("torch.cdist(x, c)", (RuntimeError, "device")),
    "cross_cpu": ("torch.linalg.cross(x, c)", ONE_DEVICE),
    "equal_cpu": ("torch.equal(x, c)", (RuntimeError, "device")),
    "mse_cpu_target": ("F.mse_loss(x, c)", ONE_DEVICE),
    "cross_entropy_cpu_target": ("F.cross_entropy(x, torch.tensor([0, 1, 2, 0]))", ONE_DEVICE),
    "bce_cpu_target": ("F.binary_cross_entropy_with_logits(x, c.abs())", ONE_DEVICE),
    "linear_cpu_weight": ("F.linear(x, torch.ones(2, 3))", ONE_DEVICE),
    "layer_norm_cpu_weight": ("F.layer_norm(x, (3,), torch.ones(3))", ONE_DEVICE),
    "embedding_cpu_index": ("F.embedding(torch.tensor([0, 1]), x)", ONE_DEVICE),
    "to_discarded": ("(c.to(d), x + c)", ONE_DEVICE),
    "numpy": ("x.numpy()", TO_NUMPY),
    "np_asarray": ("np.asarray(x)", TO_NUMPY),
    "numpy_of_view": ("x[0].numpy()", TO_NUMPY),
    "numpy_with_gradient": ("x.requires_grad_().numpy()", TO_NUMPY),
    "pin_device_tensor": ("x.pin_memory()", (RuntimeError, "only dense CPU tensors can be pinned")),
    "cpu_generator": ("torch.rand(2, device=d, generator=torch.Generator())", (RuntimeError, "Expected a '.*' device")),
    "item_of_many": ("x.item()", (RuntimeError, "cannot be converted to Scalar")),
    "truth_of_many": ("bool(x)", (RuntimeError, "Boolean value of Tensor")),
    "shape_mismatch": ("x @ x", (RuntimeError, "shapes cannot be multiplied")),
    "index_type": ("x[torch.tensor([0.0], device=d)]", (IndexError, "indices must be")),
}


def _line(code: str) -> Run:
    compiled = compile(code, "<program>", "eval")

    def run(d: torch.device) -> Any:
        names = {"torch": torch, "np": np, "F": F, "d": d, "x": x_on(d), "c": cpu_like((4, 3))}
        return eval(compiled, names)

    return run


PROGRAMS += [Program(name, _line(code)) for name, code in LEGAL_LINES.items()]
PROGRAMS += [Program(name, _line(code), error) for name, (code, error) in REFUSED_LINES.items()]


# ------------------------------------------------------------------------------------------------ writing in place


@legal
def set_row_from_cpu(d):
    x = x_on(d)
    x[0] = torch.ones(3)  # an assignment copies
    return x


@legal
def set_by_mask_and_by_index(d):
    x = x_on(d)
    x[x > 8] = 0
    x[torch.tensor([1])] = 5.0
    x[torch.tensor([0, 2], device=d), 1] = torch.tensor([7.0, 8.0], device=d)
    return x


@refused(RuntimeError, "device")
def set_by_index_from_cpu_vector(d):
    x = x_on(d)
    x[torch.tensor([0, 2], device=d), 1] = torch.tensor([7.0, 8.0])


@legal
def shape_changes_in_place(d):
    x = x_on(d)
    view = x.view(-1)
    x.t_()
    shapes = [tuple(x.shape)]
    x.unsqueeze_(0).transpose_(0, 2)
    shapes.append(tuple(x.shape))
    x.squeeze_()
    view[0] = 9
    return x, shapes


@legal
def resize(d):
    x = x_on(d)
    x.resize_(2, 2)
    larger = torch.zeros(2, device=d).resize_(3, 2)
    return x, tuple(larger.shape)


@legal
def writes_through_a_view(d):
    x = x_on(d)
    x[1].mul_(10)
    x.T[0].zero_()
    return x


@legal
def out_argument(d):
    x = x_on(d)
    out = torch.empty(0, device=d)
    torch.add(x, 1, out=out)
    return out


@refused(*ONE_DEVICE)
def out_on_the_cpu(d):
    torch.add(x_on(d), x_on(d), out=torch.empty(4, 3))


@legal
def version_counts(d):
    x = x_on(d)
    before = x._version
    x.add_(1)
    x[0] = 2
    return x._version - before


@legal
def assigning_data(d):
    parameter = nn.Parameter(torch.zeros(3, device=d))
    parameter.data = torch.ones(3, device=d)
    parameter.data.add_(1)
    return parameter


# ------------------------------------------------------------------------------------------------------- gradients


@legal
def data_of_another_device(d):
    layer = given(nn.Linear(3, 2))
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(cpu_like((4, 3))).sum().backward()
    before = [id(weight) for weight in layer.parameters()]
    for weight in layer.parameters():
        weight.data = weight.data.to(d)
    optimizer.zero_grad()
    layer(x_on(d)).sum().backward()
    optimizer.step()
    same = before == [id(weight) for weight in layer.parameters()]
    x = x_on(d)
    x.data = cpu_like((2,))
    return layer.weight.detach(), layer.weight.grad, layer.weight.is_leaf, same, x.cpu()


@legal
def leaf_gradient(d):
    w = torch.ones(3, device=d, requires_grad=True)
    (w**3).sum().backward()
    return w.grad, w.grad.device == w.device


@legal
def gradient_reaches_a_cpu_leaf(d):
    w = torch.ones(3, requires_grad=True)
    (w.to(d) * 2).sum().backward()
    return w.grad, w.grad.device.type


@legal
def moved_leaf_is_no_leaf(d):
    w = torch.ones(3, requires_grad=True)
    moved = w.to(d) * 1
    return moved.is_leaf, w.is_leaf


@legal
def second_derivative(d):
    w = torch.tensor([1.0, 2.0], device=d, requires_grad=True)
    (first,) = torch.autograd.grad((w**3).sum(), w, create_graph=True)
    return torch.autograd.grad(first.sum(), w)


@legal
def jacobian(d):
    return torch.autograd.functional.jacobian(lambda v: v**2, torch.arange(3.0, device=d))


@legal
def no_grad(d):
    w = torch.ones(3, device=d, requires_grad=True)
    with torch.no_grad():
        w -= 0.5
    return w, w.requires_grad


@legal
def detach(d):
    w = torch.ones(3, device=d, requires_grad=True)
    return (w * 2).detach().cpu().numpy()


@legal
def hook(d):
    seen = []
    w = torch.ones(3, device=d, requires_grad=True)
    w.register_hook(lambda gradient: seen.append(gradient.device == w.device))
    (w * 2).sum().backward()
    return seen


@legal
def own_function(d):
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, gradient):
            (x,) = ctx.saved_tensors
            return 2 * x * gradient

    w = torch.arange(3.0, device=d, requires_grad=True)
    Square.apply(w).sum().backward()
    return w.grad


@refused(RuntimeError, "device|expected")
def gradient_of_another_device(d):
    w = torch.ones(3, device=d, requires_grad=True)
    (w * 2).backward(torch.ones(3))


@refused(RuntimeError, "device")
def assigning_a_gradient_of_another_device(d):
    w = torch.ones(3, device=d, requires_grad=True)
    w.grad = torch.ones(3)


@refused(RuntimeError, "modified by an inplace operation")
def spoilt_graph(d):
    w = torch.ones(3, device=d, requires_grad=True)
    y = w.exp()
    y.add_(1)
    y.sum().backward()


# --------------------------------------------------------------------------------------------------------- modules


@legal
def linear(d):
    return given(nn.Linear(3, 2)).to(d)(x_on(d))


@legal
def module_made_on_the_device(d):
    return given(nn.Linear(3, 2, device=d))(x_on(d))


@legal
def convolution(d):
    net = given(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 1))).to(d)
    loss = net(x_on(d).repeat(1, 2)[None, None, :, :5].reshape(1, 1, 4, 5)).sum()
    loss.backward()
    return loss, net[0].weight.grad


@legal
def batch_norm_and_its_buffers(d):
    net = nn.BatchNorm1d(3).to(d)
    return net(x_on(d)), net.running_mean, net.running_mean.device == x_on(d).device


@legal
def embedding(d):
    return given(nn.Embedding(5, 2)).to(d)(torch.tensor([[0, 3]], device=d))


@legal
def lstm(d):
    net = given(nn.LSTM(3, 4, batch_first=True)).to(d)
    output, (hidden, cell) = net(x_on(d)[None] / 10)
    return output, hidden, cell


@legal
def packed_lstm_with_gradient(d):
    lstm = given(nn.LSTM(3, 2, num_layers=2, batch_first=True)).to(d)
    texts = cpu_like((2, 4, 3)).to(d).requires_grad_()
    packed = nn.utils.rnn.pack_padded_sequence(texts, torch.tensor([2, 4]), batch_first=True, enforce_sorted=False)
    output, (hidden, _) = lstm(packed)
    padded, lengths = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)
    (hidden[-1] * padded[:, 0]).sum().backward()
    return hidden, padded, lengths, texts.grad, lstm.weight_hh_l0.grad


@refused(RuntimeError, "'lengths' argument should be a 1D CPU int64 tensor")
def packed_with_lengths_on_the_device(d):
    lengths = torch.tensor([4, 2], device=d)
    nn.utils.rnn.pack_padded_sequence(torch.ones(2, 4, 3, device=d), lengths, batch_first=True)


@legal
def gru_with_gradient(d):
    net = given(nn.GRU(3, 2)).to(d)
    output, _ = net(x_on(d)[:, None] / 10)
    output.sum().backward()
    return output, net.weight_hh_l0.grad


@legal
def attention(d):
    net = given(nn.MultiheadAttention(4, 2, batch_first=True)).to(d)
    query = torch.linspace(0, 1, 12, device=d).reshape(1, 3, 4)
    return net(query, query, query)


@legal
def scaled_dot_product(d):
    query = torch.linspace(0, 1, 24, device=d).reshape(1, 2, 3, 4)
    return F.scaled_dot_product_attention(query, query, query, is_causal=True)


@legal
def transformer_layer(d):
    net = given(nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)).to(d)
    return net(torch.linspace(0, 1, 12, device=d).reshape(1, 3, 4))


@legal
def buffer_moves_along(d):
    class Shift(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("shift", torch.ones(3))

        def forward(self, x):
            return x + self.shift

    return Shift().to(d)(x_on(d))


@legal
def to_returns_the_module(d):
    net = nn.Linear(3, 2)
    return net.to(d) is net, all(p.device == x_on(d).device for p in net.parameters())


@legal
def dropout_in_evaluation(d):
    return nn.Dropout(0.5).eval()(x_on(d))


@legal
def dropout_keeps_or_doubles(d):
    dropped = F.dropout(torch.ones(1000, device=d), 0.5)
    return bool(((dropped == 0) | (dropped == 2)).all())


@refused(*ONE_DEVICE)
def module_not_moved(d):
    nn.Linear(3, 2)(x_on(d))


@refused(*ONE_DEVICE)
def input_not_moved(d):
    nn.Linear(3, 2).to(d)(cpu_like((4, 3)))


@refused(*ONE_DEVICE)
def plain_attribute_does_not_move(d):
    class Shift(nn.Module):
        def __init__(self):
            super().__init__()
            self.shift = torch.ones(3)

        def forward(self, x):
            return x + self.shift

    Shift().to(d)(x_on(d))


@refused(*ONE_DEVICE)
def layers_in_a_plain_list_do_not_move(d):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(3, 3)]

        def forward(self, x):
            return self.layers[0](x)

    Net().to(d)(x_on(d))


@refused(RuntimeError, "same device|should be the same|device type")
def convolution_of_a_cpu_image(d):
    nn.Conv2d(1, 2, 3).to(d)(torch.ones(1, 1, 5, 5))


@refused(RuntimeError, "device")
def hidden_state_on_the_cpu(d):
    nn.GRU(3, 2).to(d)(x_on(d)[:, None], torch.zeros(1, 1, 2))


@refused(RuntimeError, "device")
def recurrent_input_on_the_cpu(d):
    nn.LSTM(3, 2).to(d)(torch.ones(4, 1, 3))


@refused(RuntimeError, "device")
def attention_to_cpu_keys(d):
    query = torch.ones(1, 2, 3, 4, device=d)
    F.scaled_dot_product_attention(query, torch.ones(1, 2, 3, 4), query)


@refused(*ONE_DEVICE)
def attention_mask_on_the_cpu(d):
    scores = torch.ones(3, 3, device=d)
    scores + torch.full((3, 3), float("-inf")).triu(1)


@refused(*ONE_DEVICE)
def embedding_of_cpu_words(d):
    nn.Embedding(5, 2).to(d)(torch.tensor([1, 2]))


# -------------------------------------------------------------------------------------------------------- training


def _trained(d, optimizer, **settings):
    net = given(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))).to(d)
    steps = optimizer(net.parameters(), **settings)
    x, y = x_on(d) / 12, torch.linspace(0, 1, 4, device=d)[:, None]
    losses = []
    for _ in range(5):
        steps.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        steps.step()
        losses.append(loss.item())
    return losses, [parameter.detach() for parameter in net.parameters()]


@legal
def training_with_sgd(d):
    return _trained(d, torch.optim.SGD, lr=0.1, momentum=0.9)


@legal
def training_with_adam(d):
    return _trained(d, torch.optim.Adam, lr=0.01)


@legal
def training_with_adamw(d):
    return _trained(d, torch.optim.AdamW, lr=0.01)


@legal
def optimizer_state_lives_there(d):
    net = nn.Linear(3, 1).to(d)
    steps = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(x_on(d)).sum().backward()
    steps.step()
    return [state["momentum_buffer"].device == x_on(d).device for state in steps.state.values()]


@legal
def scheduler(d):
    net = nn.Linear(3, 1).to(d)
    steps = torch.optim.SGD(net.parameters(), lr=1.0)
    decay = torch.optim.lr_scheduler.ExponentialLR(steps, 0.5)
    steps.step()
    decay.step()
    return decay.get_last_lr()


@legal
def accuracy(d):
    scores = x_on(d)
    labels = torch.tensor([2, 0, 2, 1], device=d)
    return (scores.argmax(1) == labels).float().mean().item()


@refused(*ONE_DEVICE)
def labels_not_moved(d):
    net = nn.Linear(3, 3).to(d)
    images, labels = torch.ones(4, 3), torch.tensor([0, 1, 2, 0])
    F.cross_entropy(net(images.to(d)), labels)


@refused(*ONE_DEVICE)
def batches_not_moved(d):
    net = nn.Linear(3, 1).to(d)
    data = torch.utils.data.TensorDataset(torch.ones(4, 3), torch.ones(4, 1))
    for images, targets in torch.utils.data.DataLoader(data, batch_size=2):
        F.mse_loss(net(images), targets)


@refused(*ONE_DEVICE)
def class_weights_on_the_cpu(d):
    F.cross_entropy(x_on(d), torch.tensor([0, 1, 2, 0], device=d), weight=torch.ones(3))


@refused(*ONE_DEVICE)
def predictions_compared_with_cpu_labels(d):
    return x_on(d).argmax(1) == torch.tensor([2, 0, 2, 1])


@refused(*TO_NUMPY)
def losses_to_numpy(d):
    np.array([x_on(d).sum().detach().numpy()])


@legal
def data_loader(d):
    data = torch.utils.data.TensorDataset(cpu_like((4, 3)), torch.arange(4))
    return [(images.to(d).sum(), labels.to(d)) for images, labels in torch.utils.data.DataLoader(data, batch_size=2)]


@legal
def data_loader_over_device_tensors(d):
    data = torch.utils.data.TensorDataset(x_on(d))
    return [batch for (batch,) in torch.utils.data.DataLoader(data, batch_size=2)]


# ------------------------------------------------------------------------------------------------ keeping and copying


@legal
def saved_and_loaded(d):
    file = io.BytesIO()
    torch.save(given(nn.Linear(3, 2)).to(d).state_dict(), file)
    file.seek(0)
    loaded = torch.load(file, weights_only=True)
    return loaded, loaded["bias"].device == x_on(d).device


@legal
def loaded_to_the_cpu(d):
    file = io.BytesIO()
    torch.save(x_on(d), file)
    file.seek(0)
    loaded = torch.load(file, map_location="cpu", weights_only=True)
    return loaded, loaded.device.type


@legal
def loaded_to_the_device(d):
    file = io.BytesIO()
    torch.save(cpu_like((4, 3)), file)
    file.seek(0)
    loaded = torch.load(file, map_location=d, weights_only=True)
    return loaded, loaded.device == x_on(d).device


@legal
def cpu_state_into_a_device_model(d):
    net = nn.Linear(3, 2).to(d)
    net.load_state_dict(given(nn.Linear(3, 2)).state_dict())
    return net(x_on(d))


@legal
def deep_copy(d):
    net = given(nn.Linear(3, 2)).to(d)
    twin = copy.deepcopy(net)
    with torch.no_grad():
        net.weight.zero_()
    return twin(x_on(d)), twin.weight.device == net.weight.device


@legal
def deep_copy_keeps_sharing(d):
    x = x_on(d)
    a, b = copy.deepcopy([x, x[0]])
    b.zero_()
    return a


@legal
def printed(d):
    text = repr(x_on(d)[0])
    return text.startswith("tensor([0., 1., 2.]")


@legal
def default_device(d):
    torch.set_default_device(d)
    try:
        made = torch.ones(2) + torch.arange(2.0)
        return made, made.device.type == d.type, nn.Linear(2, 1).weight.device.type == d.type
    finally:
        torch.set_default_device(None)


@legal
def device_as_a_context(d):
    with torch.device(d):
        return torch.zeros(2).device.type == d.type


@legal
def seed_repeats(d):
    torch.manual_seed(3)
    first = torch.randn(4, device=d)
    torch.manual_seed(3)
    return torch.equal(first, torch.randn(4, device=d))


@legal
def generator_of_the_device(d):
    first, second = (torch.rand(4, device=d, generator=torch.Generator(device=d).manual_seed(5)) for _ in range(2))
    return torch.equal(first, second)


@legal
def memory_is_shared_by_views_only(d):
    x = x_on(d)
    return x.T.untyped_storage().data_ptr() == x.untyped_storage().data_ptr(), x.clone().data_ptr() == x.data_ptr()


# ----------------------------------------------------------------------------- what a simulated device is known to lack


@legal
def sparse(d):
    return torch.eye(2, device=d).to_sparse().to_dense()


@refused(RuntimeError, "Expected a 'cpu' device type for generator")
def device_generator_for_a_cpu_tensor(d):
    torch.rand(2, generator=torch.Generator(device=d))


@legal
def autocast_computes_in_half(d):
    with torch.autocast(d.type, dtype=torch.bfloat16):
        return str((x_on(d) @ x_on(d).T).dtype)
