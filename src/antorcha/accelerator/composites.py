"""Operators that torch puts together differently for each device: here they are put together as on the CPU.

Recurrent layers and attention run on the CPU with a graph of their own, which their backward pass then follows;
dropout draws its mask as the CPU does. So the numbers are the CPU's to the last bit, gradients included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._pytree import TreeSpec, tree_flatten, tree_unflatten

from antorcha.accelerator.memory import to_device, to_host
from antorcha.accelerator.names import NAME
from antorcha.accelerator.operators import operator
from antorcha.accelerator.rules import check_same_device, tensors_in

_RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu")
_CELLS = ("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")


def register(implement: Callable[[str, Callable[..., Any], str], None]) -> None:
    """Give these operators of `aten` their kernels."""
    for name in _RECURRENT:
        implement(f"{name}.input", _recurrent(f"{name}.input", parts=3), "AutogradPrivateUse1")
        implement(f"{name}.data", _recurrent(f"{name}.data", parts=4), "AutogradPrivateUse1")
    for name in _CELLS:
        implement(name, _as_whole(name), "AutogradPrivateUse1")
    attention = _as_whole("scaled_dot_product_attention")
    implement("scaled_dot_product_attention", _checked_attention(attention), "AutogradPrivateUse1")
    implement("dropout", _dropout, "AutogradPrivateUse1")


class _OnCpu(torch.autograd.Function):
    """One operator on the CPU with a graph of its own. `flat` are its arguments, laid out by `spec`."""

    @staticmethod
    def forward(ctx: Any, op: Any, spec: TreeSpec, *flat: Any) -> tuple[torch.Tensor, ...]:
        leaves = [_leaf(value) for value in flat]
        with torch.enable_grad():
            args, kwargs = tree_unflatten(leaves, spec)
            results = op(*args, **kwargs)
        ctx.results = [results] if isinstance(results, torch.Tensor) else list(results)
        ctx.leaves = leaves
        return tuple(to_device(one.detach()) for one in ctx.results)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[Any, ...]:
        wanted = [one for one in ctx.leaves if isinstance(one, torch.Tensor) and one.requires_grad]
        pairs = [(out, to_host(grad)) for out, grad in zip(ctx.results, gradients, strict=True) if out.requires_grad]
        outputs, weights = zip(*pairs, strict=True)
        found = iter(torch.autograd.grad(outputs, wanted, weights, allow_unused=True, retain_graph=True))
        return (None, None, *(_gradient_for(leaf, found) for leaf in ctx.leaves))


def _leaf(value: Any) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    plain = value.detach()
    host = to_host(plain) if plain.device.type == NAME else plain
    return host.requires_grad_(value.requires_grad)


def _gradient_for(leaf: Any, found: Any) -> torch.Tensor | None:
    if not isinstance(leaf, torch.Tensor) or not leaf.requires_grad:
        return None
    gradient = next(found)
    return None if gradient is None else to_device(gradient.contiguous())


def _as_whole(name: str) -> Callable[..., Any]:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        op = operator(name)
        check_same_device(op, args, kwargs)
        flat, spec = tree_flatten((args, kwargs))
        results: tuple[torch.Tensor, ...] = _OnCpu.apply(op, spec, *flat)  # type: ignore[no-untyped-call]
        return results[0] if len(op._schema.returns) == 1 else results

    return kernel


def _recurrent(name: str, parts: int) -> Callable[..., Any]:
    """`parts`: how many leading arguments hold tensors: input, (batch sizes,) hidden state, parameters."""
    run = _as_whole(name)

    def kernel(*args: Any) -> Any:
        data, hidden, parameters = args[0], args[parts - 2], args[parts - 1]
        for what, tensors in (("hidden", hidden), ("parameter", parameters)):
            for one in tensors_in(tensors):
                if one.device != data.device:
                    raise RuntimeError(
                        f"Input and {what} tensors are not at the same device, found input tensor at {data.device} "
                        f"and {what} tensor at {one.device}"
                    )
        return run(*args)

    return kernel


def _checked_attention(run: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *rest: Any, **named: Any) -> Any:
        if not query.device == key.device == value.device:
            raise RuntimeError(
                "Expected query, key, and value to have the same device type, but got query.device: "
                f"{query.device} key.device: {key.device} and value.device: {value.device} instead."
            )
        return run(query, key, value, *rest, **named)

    return kernel


def _dropout(tensor: torch.Tensor, p: float, train: bool) -> torch.Tensor:
    if not 0 <= p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p}")
    if p == 0 or not train or tensor.numel() == 0:
        return tensor
    if p == 1:
        return tensor * torch.zeros((), dtype=tensor.dtype, device=tensor.device)
    return tensor * torch.empty_like(tensor).bernoulli_(1 - p).div_(1 - p)
