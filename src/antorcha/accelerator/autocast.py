"""`torch.autocast` on the simulated device: the operators that torch documents for CUDA, cast as they are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.accelerator.operators import operator

# The two lists of torch's page on automatic mixed precision: computed in the lower precision, and in float32.
_TO_LOWER = (
    *("matmul", "mm", "bmm", "mv", "addmm", "addmv", "addbmm", "baddbmm", "linear", "chain_matmul", "prelu"),
    *("conv1d", "conv2d", "conv3d", "conv_tbc", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
    *("scaled_dot_product_attention", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"),
)
_TO_FLOAT32 = (
    *("acos", "asin", "cosh", "erfinv", "exp", "expm1", "log", "log10", "log1p", "log2", "pow", "reciprocal", "rsqrt"),
    *("sinh", "tan", "softplus", "layer_norm", "group_norm", "norm", "nuclear_norm", "cosine_similarity", "cdist"),
    *("cosine_embedding_loss", "nll_loss", "nll_loss2d", "hinge_embedding_loss", "kl_div", "l1_loss", "smooth_l1_loss"),
    *(
        "huber_loss",
        "mse_loss",
        "margin_ranking_loss",
        "multilabel_margin_loss",
        "soft_margin_loss",
        "poisson_nll_loss",
    ),
    *("triplet_margin_loss", "binary_cross_entropy_with_logits", "dist", "pdist", "renorm", "logsumexp"),
    *("softmax", "log_softmax", "sum", "prod", "cumsum", "cumprod"),
)


def register(implement: Callable[[str, Callable[..., Any], str], None]) -> None:
    """Give these operators of `aten` their casts. `implement`: registers (operator, kernel, dispatch key)."""
    qualified: list[str] = torch._C._dispatch_get_all_op_names()
    for name in (full.removeprefix("aten::") for full in qualified if full.startswith("aten::")):
        base, _, overload = name.partition(".")
        target = _lower if base in _TO_LOWER else _float32 if base in _TO_FLOAT32 else None
        if target is not None and "out" not in overload:
            implement(name, _casting(name, target), "AutocastPrivateUse1")


def _casting(name: str, target: Callable[[], torch.dtype]) -> Callable[..., Any]:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        with torch._C._DisableAutocast():
            op, dtype = operator(name), target()
            return op(
                *(_cast(value, dtype) for value in args),
                **{name: _cast(value, dtype) for name, value in kwargs.items()},
            )

    return kernel


def _cast(value: Any, dtype: torch.dtype) -> Any:
    """Return an argument, or a list of some, with its floating tensors of the device in `dtype`; never float64 ones."""
    if isinstance(value, list | tuple):
        return [_cast(item, dtype) for item in value]
    if not isinstance(value, torch.Tensor) or value.device.type != SIMULATED_KIND or not value.is_floating_point():
        return value
    return value if value.dtype is torch.float64 else value.to(dtype)


def _lower() -> torch.dtype:
    return torch.get_autocast_dtype(SIMULATED_KIND)


def _float32() -> torch.dtype:
    return torch.float32
