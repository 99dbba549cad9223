"""Entrega de Hugo Peña, 2.º curso. Última versión."""
from typing import Any, Sequence

import numpy as np
import torch


def first_tensors() -> list[torch.Tensor]:
    escalar = torch.tensor(3.14)
    vector = torch.tensor([1., 2., 3.])
    matriz = torch.tensor([[1., 2.], [3., 4.]])
    # 12 números en bloques de 2 x 3
    tensor = torch.arange(1., 13.).reshape(2, 2, 3)
    return [escalar, vector, matriz, tensor]


def from_nested(data: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    if dtype is None:
        return torch.tensor(data)
    return torch.tensor(data, dtype=dtype)


def inferred_dtype(case: str) -> torch.dtype:
    respuestas = {
        "a": torch.float32,
        "b": torch.int64,
        "c": torch.float32,
        "d": torch.bool,
        "e": torch.float32,
        "f": torch.int64,
        "g": torch.float32,
        "h": torch.float32,
        "i": torch.float64,
        "j": torch.int64,
        "k": torch.int64,
        "l": torch.int64,
    }
    return respuestas[case]


def rank_name(case: str) -> str:
    if case in "bi":
        return "scalar"
    if case in "acg":
        return "vector"
    if case in "df":
        return "matrix"
    return "tensor"


def number_from(t: torch.Tensor) -> int | float | bool:
    return t.item()


def comes_back(case: str) -> bool:
    # float32 no guarda bien 3.14, 0.1 ni 16777217.0
    return case not in ("b", "d", "h")


def constants(
    shape: int | Sequence[int], value: int | float | bool, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if isinstance(shape, int):
        shape = (shape,)
    ceros = torch.zeros(shape, dtype=dtype)
    unos = torch.ones(shape, dtype=dtype)
    llenos = torch.full(shape, value, dtype=dtype)
    return ceros, unos, llenos


def inclusive_range(start: int, stop: int, step: int = 1) -> torch.Tensor:
    return torch.arange(start, stop + 1, step, dtype=torch.int64)


def grid(start: float, stop: float, count: int) -> torch.Tensor:
    return torch.linspace(start, stop, steps=count)


def blank_like(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.zeros_like(x), torch.ones_like(x)


def noise_like(x: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
    if dtype is None:
        if x.dtype.is_floating_point:
            dtype = x.dtype
        else:
            dtype = torch.float32
    return torch.rand_like(x, dtype=dtype)


def random_images(count: int, height: int = 224, width: int = 224) -> torch.Tensor:
    return torch.rand((count, height, width, 3))


def pad_rows(rows: list[list[float]], width: int) -> torch.Tensor:
    table = torch.zeros(len(rows), width)
    for i, row in enumerate(rows):
        table[i, : len(row)] = torch.tensor(row)
    return table


def from_array(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array)


def describe(t: torch.Tensor) -> dict[str, Any]:
    return {
        "shape": tuple(t.shape),
        "ndim": t.ndim,
        "dtype": t.dtype,
        "device": t.device.type,
        "elements": t.numel(),
    }
