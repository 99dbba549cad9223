"""Runs torch's own sample inputs for one operator after the other on the CPU and on the simulated device.

python tests/framework/accelerator/conformance/operators.py

It prints {operator: "same", or what differs} as one JSON object.
"""

from __future__ import annotations

import json
import sys
import types
import unittest
import warnings
from typing import Any

import torch

# Torch's own tests want it for something that has nothing to do with the samples.
sys.modules.setdefault("expecttest", types.ModuleType("expecttest")).__dict__.setdefault("TestCase", unittest.TestCase)

from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from torch.utils._pytree import tree_flatten, tree_map  # noqa: E402

from antorcha.accelerator.simulated import install  # noqa: E402

# What the course's exercises, references and graders call, and what its topics are about.
_NAMES = """
    abs add addcdiv addcmul addmm all allclose amax amin any arange argmax argmin argsort as_strided baddbmm bernoulli
    bincount block_diag bmm broadcast_to bucketize cat cdist ceil chunk clamp clone column_stack contiguous cos cov
    cross cummax cumprod cumsum diag diag_embed diagonal diff dist div dot einsum eq equal exp expand eye
    fill flatten flip floor floor_divide fmod full full_like gather ge gradient gt histc hstack index_add index_copy
    index_fill index_put index_select inner isclose isfinite isinf isnan item kron kthvalue le lerp linspace log log1p
    log2 log_softmax logaddexp logical_and logical_not logical_or logical_xor logspace logsumexp lt masked_fill
    masked_select matmul max maximum mean median meshgrid min minimum mm movedim mul multinomial mv nan_to_num narrow
    ne neg new_full new_ones new_zeros nonzero norm normal ones ones_like outer permute pow prod quantile rand_like
    randint randn reciprocal relu remainder repeat repeat_interleave reshape roll rot90 round rsqrt scatter scatter_add
    select sigmoid sign sin softmax sort split sqrt square squeeze stack std std_mean sub sum swapaxes t take
    take_along_dim tan tanh tensordot tile to topk trace transpose trapezoid tril triu true_divide trunc unbind
    unflatten unfold unique unsqueeze var var_mean view view_as vstack where xlogy zero_ zeros zeros_like
    nn.functional.adaptive_avg_pool2d nn.functional.avg_pool2d nn.functional.batch_norm nn.functional.bilinear
    nn.functional.binary_cross_entropy nn.functional.binary_cross_entropy_with_logits nn.functional.conv1d
    nn.functional.conv2d nn.functional.conv_transpose2d nn.functional.cosine_similarity nn.functional.cross_entropy
    nn.functional.dropout nn.functional.elu nn.functional.embedding nn.functional.gelu nn.functional.group_norm
    nn.functional.hardtanh nn.functional.huber_loss nn.functional.instance_norm nn.functional.interpolate
    nn.functional.kl_div nn.functional.l1_loss nn.functional.layer_norm nn.functional.leaky_relu nn.functional.linear
    nn.functional.local_response_norm nn.functional.max_pool1d nn.functional.max_pool2d nn.functional.mish
    nn.functional.mse_loss nn.functional.nll_loss nn.functional.normalize nn.functional.one_hot nn.functional.pad
    nn.functional.pairwise_distance nn.functional.pixel_shuffle nn.functional.prelu nn.functional.relu
    nn.functional.scaled_dot_product_attention nn.functional.selu nn.functional.silu nn.functional.smooth_l1_loss
    nn.functional.softmin nn.functional.softplus nn.functional.tanhshrink nn.functional.unfold
    linalg.cholesky linalg.cross linalg.det linalg.eigh linalg.inv linalg.matrix_norm linalg.matrix_power
    linalg.norm linalg.qr linalg.slogdet linalg.solve linalg.svd linalg.vecdot linalg.vector_norm
"""
USED = frozenset(_NAMES.split())
_SAMPLES = 12


def _moved(value: Any) -> Any:
    """The same inputs on the simulated device, tensors that require a gradient as leaves there."""

    def move(one: Any) -> Any:
        if isinstance(one, torch.Tensor):
            return one.detach().to("sim").requires_grad_(one.requires_grad)
        return torch.device("sim", 0) if isinstance(one, torch.device) else one

    return tree_map(move, value)


def _run(op: Any, sample: Any) -> list[Any]:
    """What the operator gives, and the gradients of its inputs."""
    torch.manual_seed(0)
    result = op(sample.input, *sample.args, **sample.kwargs)
    outputs = tree_flatten(result)[0]
    tensors = [output for output in outputs if isinstance(output, torch.Tensor) and output.requires_grad]
    flat = tree_flatten((sample.input, sample.args, sample.kwargs))[0]
    inputs = [value for value in flat if isinstance(value, torch.Tensor) and value.requires_grad]
    gradients: tuple[Any, ...] = ()
    if tensors and inputs and op.supports_autograd:
        gradients = torch.autograd.grad(
            tensors, inputs, [torch.ones_like(tensor) for tensor in tensors], allow_unused=True
        )
    return [value.detach().cpu() if isinstance(value, torch.Tensor) else value for value in (*outputs, *gradients)]


def compare(op: Any) -> str:
    """ "same", or what the first sample that differs gives."""
    dtype = torch.float32 if torch.float32 in op.dtypes else next(iter(op.dtypes), torch.int64)
    samples = op.sample_inputs("cpu", dtype, requires_grad=op.supports_autograd and dtype.is_floating_point)
    for number, sample in zip(range(_SAMPLES), samples, strict=False):
        if op.variant_test_name == "partial_views":  # of a larger memory, which `_moved` leaves behind
            continue
        there = type(sample)(_moved(sample.input), args=_moved(sample.args), kwargs=_moved(sample.kwargs))
        if "device" in there.kwargs:
            there.kwargs["device"] = "sim"
        try:
            expected = _run(op, sample)
        except Exception:  # not this operator's usual way: nothing to compare
            continue
        try:
            got = _run(op, there)
        except Exception as error:
            return f"sample {number}: {type(error).__name__}: {str(error)[:200]}"
        if not all(map(_same, expected, got)):
            return f"sample {number}: other values"
    return "same"


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, torch.Tensor):
        same_form = left.dtype == right.dtype and left.shape == right.shape
        return same_form and bool(torch.equal(left.nan_to_num(), right.nan_to_num()))
    return isinstance(left, torch.device) or bool(left == right)


def main() -> int:
    warnings.simplefilter("ignore")
    problem = install()
    if problem is not None:
        print(json.dumps({"unavailable": problem}))
        return 0
    torch.set_num_threads(1)
    print(json.dumps({f"{op.name} {op.variant_test_name}".strip(): compare(op) for op in op_db if op.name in USED}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
