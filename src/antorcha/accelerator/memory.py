"""One piece of memory, seen as a CPU tensor or as a tensor of the simulated device.

A tensor crosses over through DLPack: torch describes it, the description's device is exchanged, torch takes it back.
Nothing is copied, and torch itself keeps the memory alive, so the result is an ordinary `torch.Tensor` with a storage,
a version counter and views; only its device differs.
"""

from __future__ import annotations

import ctypes

import torch

# DLDeviceType of dlpack.h; torch takes an extension device for PrivateUse1.
_CPU, _EXTENSION = 1, 12
_DEVICE_TYPE_AT = ctypes.sizeof(ctypes.c_void_p)  # DLTensor: the data pointer, then the device's type

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


def to_device(tensor: torch.Tensor) -> torch.Tensor:
    """Return the same memory as a tensor of the simulated device. `tensor`: a strided CPU tensor without a graph."""
    return _crossed(tensor, _EXTENSION)


def to_host(tensor: torch.Tensor) -> torch.Tensor:
    """Return the same memory as a CPU tensor. `tensor`: one of the simulated device, without a graph."""
    return _crossed(tensor, _CPU)


def _crossed(tensor: torch.Tensor, kind: int) -> torch.Tensor:
    capsule: object = torch._C._to_dlpack(tensor)
    address = _pointer_of(capsule, b"dltensor")
    assert address is not None
    ctypes.c_int.from_address(address + _DEVICE_TYPE_AT).value = kind
    crossed: torch.Tensor = torch._C._from_dlpack(capsule)
    return crossed
