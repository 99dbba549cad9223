"""Operators that torch puts together differently for each device: here they are put together as on the CPU.

Recurrent layers and attention run on the CPU with a graph of their own, which their backward pass then follows;
dropout draws its mask as the CPU does. So the numbers are the CPU's to the last bit, gradients included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils._pytree import TreeSpec, tree_flatten, tree_unflatten

from antorcha.accelerator.memory import to_device, to_host
from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.accelerator.operators import operator
from antorcha.accelerator.rules import check_same_device, tensors_in

_RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu")
_CELLS = ("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")


def register(implement: Callable[[str, Callable[..., Any], str], None]) -> None:
    """Give these operators of `aten` their kernels. `implement`: registers (operator, kernel, dispatch key)."""
    # "Autograd" in the key: these kernels come before torch takes the operator apart and records each small step.
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
        return tuple(to_device(result.detach()) for result in ctx.results)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[Any, ...]:
        wanted = [leaf for leaf in ctx.leaves if isinstance(leaf, torch.Tensor) and leaf.requires_grad]
        pairs = [(out, to_host(grad)) for out, grad in zip(ctx.results, gradients, strict=True) if out.requires_grad]
        outputs, weights = zip(*pairs, strict=True)
        # The graph is kept: whoever asks with `retain_graph=True` comes here a second time.
        gradients_of_wanted = iter(torch.autograd.grad(outputs, wanted, weights, allow_unused=True, retain_graph=True))
        return (None, None, *(_gradient_for(leaf, gradients_of_wanted) for leaf in ctx.leaves))


def _leaf(value: Any) -> Any:
    """Return an argument as a leaf of a new graph on the CPU: a tensor's memory is shared, its history is left out."""
    if not isinstance(value, torch.Tensor):
        return value
    plain = value.detach()
    host = to_host(plain) if plain.device.type == SIMULATED_KIND else plain
    return host.requires_grad_(value.requires_grad)


def _gradient_for(leaf: Any, gradients: Iterator[torch.Tensor | None]) -> torch.Tensor | None:
    """Return the next of the gradients for a leaf that wants one, on the simulated device; `None` for others."""
    if not isinstance(leaf, torch.Tensor) or not leaf.requires_grad:
        return None
    gradient = next(gradients)
    return None if gradient is None else to_device(gradient.contiguous())


def _as_whole(name: str, checked: bool = False) -> Callable[..., Any]:
    """Return a kernel that runs the operator on the CPU as one step of the device's graph (`_OnCpu`).

    `checked`: whether the caller of the kernel has looked at the devices of the arguments himself.
    """

    def kernel(*args: Any, **kwargs: Any) -> Any:
        op = operator(name)
        if not checked:
            check_same_device(op, args, kwargs)
        flat, spec = tree_flatten((args, kwargs))
        results: tuple[torch.Tensor, ...] = _OnCpu.apply(op, spec, *flat)  # type: ignore[no-untyped-call]
        return results[0] if len(op._schema.returns) == 1 else results

    return kernel


def _recurrent(name: str, parts: int) -> Callable[..., Any]:
    """Return the kernel of a recurrent layer, with torch's own words where its tensors lie on two devices.

    `parts`: how many leading arguments hold tensors: input, (batch sizes,) hidden state, parameters. The batch sizes of
    a packed sequence are on the CPU, wherever the others are.
    """
    run = _as_whole(name, checked=True)

    def kernel(*args: Any) -> Any:
        data, hidden, parameters = args[0], args[parts - 2], args[parts - 1]
        for role, tensors in (("hidden", hidden), ("parameter", parameters)):
            for tensor in tensors_in(tensors):
                if tensor.device != data.device:
                    raise RuntimeError(
                        f"Input and {role} tensors are not at the same device, found input tensor at {data.device} "
                        f"and {role} tensor at {tensor.device}"
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
    """Return `tensor` with each element dropped with probability `p`, in the steps in which torch does it on the CPU.

    For a backend such as this one torch takes `native_dropout`, which rounds otherwise.
    """
    if not 0 <= p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p}")
    if p == 0 or not train or tensor.numel() == 0:
        return tensor
    if p == 1:
        return tensor * torch.zeros((), dtype=tensor.dtype, device=tensor.device)
    return tensor * torch.empty_like(tensor).bernoulli_(1 - p).div_(1 - p)
