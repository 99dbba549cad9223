"""The meaning of torch's exceptions about devices, by their words: torch has no types of its own for them."""

from __future__ import annotations

# How torch says that a machine has no GPU, by build and by what was asked.
_NO_GPU = (
    "Torch not compiled with CUDA enabled",
    "Found no NVIDIA driver",
    "No CUDA GPUs are available",
    "Attempting to deserialize object on a CUDA device",
    "no CUDA-capable device",
    "Cannot access accelerator device",
)


def is_broken(kind: str, message: str) -> bool:
    """Return whether an exception says that a process's CUDA is broken, for all that follows too.

    `kind`, `message`: the name of its type and its text. A device-side assert, an illegal access or a GPU that is gone
    are such; running out of the GPU's memory breaks nothing.
    """
    if kind == "OutOfMemoryError":
        return False
    return kind == "AcceleratorError" or "CUDA error:" in message or "CUDA driver error:" in message


def is_without_cuda(message: str) -> bool:
    """Return whether an exception's text says that this machine has no CUDA: each build of torch words it anew."""
    return (
        "not compiled with CUDA" in message or "no NVIDIA driver" in message or "No CUDA GPUs are available" in message
    )


def mistake_with_devices(message: str) -> str | None:
    """Return the kind of diagnosis for an exception's text that is about devices; `None` for any other."""
    if ("same device" in message and "Expected" in message) or "are not at the same device" in message:
        return "mixed_devices"
    if "have incompatible tensor type" in message:  # of `x.data = y`
        return "data_of_another_kind"
    return "numpy_of_device" if "device type tensor to numpy" in message else None


def says_no_gpu(message: str) -> bool:
    """Return whether an exception's text shows that code asked for a GPU where there is none."""
    return any(words in message for words in _NO_GPU)
