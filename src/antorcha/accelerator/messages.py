"""What there is to say of devices, by kind of diagnosis."""

from __future__ import annotations

from antorcha.i18n import N_

MESSAGES: dict[str, str] = {
    "no_device": N_("This could not be tested on a GPU here; it says nothing about your code."),
    "no_device.full": N_("This could not be tested on the device {device}: {why}."),
    "device_lost": N_("The GPU could not be used, so this was not tested on a GPU; it says nothing about your code."),
    "device_lost.full": N_("The device {device} could not be used: {why}."),
    "device_broken": N_("An error that your code caused on the GPU before kept this from running."),
    "mixed_devices": N_(
        "At line {line} of your code, tensors on two devices meet. Create new tensors on the device of the tensor "
        "that you were given (device=x.device), and move a model with .to(device)."
    ),
    "mixed_devices.full": N_(
        "At line {line}, «{text}», tensors on two devices meet. Create new tensors on the device of the tensor that "
        "you were given (device=x.device), and move a model with .to(device)."
    ),
    "numpy_of_device": N_(
        "At line {line} of your code, a tensor on an accelerator is handed to NumPy, which knows only the CPU's "
        "memory. Use .cpu() first, or stay with torch."
    ),
}

# Around a sentence about what was found on a device.
ON_DEVICE = N_("On the accelerator ({device}): {sentence}")
SIMULATED = N_("simulated")

# About a whole topic.
NOT_ON_A_GPU = N_("Not tested on a GPU.")
SIMULATED_ONLY = N_("Tested on the CPU and on a simulated accelerator; not tested on a GPU.")


def is_broken(kind: str, message: str) -> bool:
    """Does an exception (its type's name and text) say that a process's CUDA is broken, for all that follows too?

    A device-side assert, an illegal access, a GPU that is gone. Running out of the GPU's memory breaks nothing.
    """
    if kind == "OutOfMemoryError":
        return False
    return kind == "AcceleratorError" or "CUDA error:" in message or "CUDA driver error:" in message


def mistake_with_devices(message: str) -> str | None:
    """The kind of diagnosis for an exception of torch's that is about devices, told by its words."""
    if ("same device" in message and "Expected" in message) or "are not at the same device" in message:
        return "mixed_devices"
    return "numpy_of_device" if "device type tensor to numpy" in message else None
