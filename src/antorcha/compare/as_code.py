"""Values as Python that can be pasted: an expression that makes the same value again."""

from __future__ import annotations

import base64
import zlib
from math import prod
from typing import Any

import numpy as np
import torch

from antorcha.worker.facts import KINDS, ArrayFact, DeviceFact, RecordFact, TensorFact, Tree

# Written out element by element up to this many: more would be read by nobody, and packed bytes are shorter.
_MOST_ELEMENTS = 400
_MOST_BYTES = 1 << 18  # of a value that is packed: more is not pasted anywhere
_UNWRITTEN = "..."  # Python's own word for what is left out: the line still parses
_LITERALS = (type(None), bool, int, float, complex, str, bytes, torch.dtype, torch.layout)


def call_as_code(name: str, arguments: Tree) -> str:
    """Return the call of a function. `arguments`: `[positional, keyword]`, as a payload decodes to."""
    positional, keyword = arguments
    words = [*map(as_code, positional), *(f"{key}={as_code(value)}" for key, value in keyword.items())]
    line = f"{name}({', '.join(words)})"
    return line if len(line) <= 100 else f"{name}(\n" + "".join(f"    {word},\n" for word in words) + ")"


def arguments_as_code(arguments: Tree) -> str:
    """Return arguments by themselves, as statements that name them: what a test's scenario is given."""
    positional, keyword = arguments
    words = [as_code(value) for value in positional]
    lines = [f"arguments = ({', '.join(words)}{',' if len(words) == 1 else ''})"]
    options = ", ".join(f"{key!r}: {as_code(value)}" for key, value in keyword.items())
    return "\n".join([*lines, *([f"options = {{{options}}}"] if options else [])])


def as_code(tree: Tree) -> str:
    """Return an expression for a value, with `...` in the place of what cannot be written, such as a generator."""
    if isinstance(tree, TensorFact):
        return _tensor(tree)
    if isinstance(tree, ArrayFact):
        return _array(tree)
    if isinstance(tree, DeviceFact):
        return f"torch.device({tree.text!r})"
    if isinstance(tree, RecordFact) and tree.type_name not in KINDS:
        return f"{tree.type_name}({', '.join(f'{name}={as_code(value)}' for name, value in tree.fields)})"
    return _plain(tree)


def _plain(tree: Tree) -> str:
    """Return the expression for a value of Python's own, or a dtype."""
    if isinstance(tree, torch.Size):
        return f"torch.Size({list(tree)})"
    if isinstance(tree, list):
        return f"[{', '.join(map(as_code, tree))}]"
    if isinstance(tree, tuple):
        return f"({', '.join(map(as_code, tree))}{',' if len(tree) == 1 else ''})"
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{as_code(key)}: {as_code(value)}' for key, value in tree.items())}}}"
    if isinstance(tree, set | frozenset):
        inner = ", ".join(sorted(map(as_code, tree)))
        return f"{type(tree).__name__}([{inner}])"
    if isinstance(tree, float) and (tree != tree or tree in (float("inf"), float("-inf"))):
        return f'float("{tree}")'
    if isinstance(tree, np.dtype):
        return f'numpy.dtype("{tree}")'
    return repr(tree) if isinstance(tree, _LITERALS) else _UNWRITTEN


def _tensor(fact: TensorFact) -> str:
    data = fact.data.detach()
    if fact.layout != "strided":
        data = data.to_dense()
    code = _numbers(data, f"dtype={data.dtype}")
    plain = data.is_contiguous() or not all(data.shape)
    if fact.layout != "strided":
        code += {"sparse_coo": ".to_sparse()", "sparse_csr": ".to_sparse_csr()"}.get(fact.layout, "")
    elif not plain and sorted(data.stride(), reverse=True) != list(data.stride()):
        order = sorted(range(data.dim()), key=lambda axis: data.stride()[axis], reverse=True)
        back = [order.index(axis) for axis in range(data.dim())]
        code = f"{_numbers(data.permute(order), f'dtype={data.dtype}')}.permute({back})"
    if fact.device not in ("cpu", "meta"):
        code += f".to({fact.device!r})"
    return code + (".requires_grad_()" if fact.requires_grad else "")


def _numbers(data: torch.Tensor, words: str) -> str:
    if 0 in data.shape:
        return f"torch.empty({tuple(data.shape)}, {words})"
    if prod(data.shape) <= _MOST_ELEMENTS:
        return f"torch.tensor({_listed(_short(data).tolist())}, {words})"
    flat = data.resolve_conj().resolve_neg().contiguous().reshape(-1)
    raw = flat.view(torch.uint8).numpy().tobytes()
    shape = f".reshape({tuple(data.shape)})"
    return f"torch.frombuffer(bytearray({_packed(raw)}), {words}){shape}" if len(raw) <= _MOST_BYTES else _UNWRITTEN


def _short(data: torch.Tensor) -> torch.Tensor:
    """Return floats in double precision whose text is the shortest that makes the same float again, such as 0.1."""
    if data.dtype not in (torch.float16, torch.float32):
        return data
    numbers = data.contiguous().numpy()
    shortest = np.array([float(str(value)) for value in numbers.ravel()], dtype=np.float64)
    return torch.from_numpy(shortest.reshape(numbers.shape))


def _array(fact: ArrayFact) -> str:
    data = fact.data
    if fact.scalar:
        return f"numpy.{data.dtype}({_listed(data.item())})"
    if data.size <= _MOST_ELEMENTS:
        code = f"numpy.array({_listed(data.tolist())}, dtype={str(data.dtype)!r})"
        return code if all(data.shape) else f"numpy.empty({data.shape}, dtype={str(data.dtype)!r})"
    raw = np.ascontiguousarray(data).tobytes()
    code = f"numpy.frombuffer({_packed(raw)}, dtype={data.dtype.str!r}).reshape({data.shape})"
    return code if len(raw) <= _MOST_BYTES else _UNWRITTEN


def _packed(raw: bytes) -> str:
    text = base64.b85encode(zlib.compress(raw, 9)).decode("ascii")
    return f"zlib.decompress(base64.b85decode({text!r}))"


def _listed(value: Any) -> str:
    """Return nested lists of numbers, with infinities and NaN as Python can read them."""
    if isinstance(value, list):
        return f"[{', '.join(map(_listed, value))}]"
    return _plain(value)


IMPORTS = ("base64", "zlib", "numpy", "torch")


def imports_of(code: str) -> list[str]:
    """Return the import lines that an expression needs."""
    return [f"import {name}" for name in IMPORTS if f"{name}." in code]
