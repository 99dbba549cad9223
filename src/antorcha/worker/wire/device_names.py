"""Another name for the accelerator in a message: an answer recorded on one machine holds on another's device."""

from __future__ import annotations

import re

from antorcha.accelerator.names import SIMULATED_DEVICE, SIMULATED_KIND
from antorcha.course.device_kinds import REAL_KINDS
from antorcha.worker.wire.format import header_and_buffers, in_one_message

ANY_ACCELERATOR = SIMULATED_DEVICE
# A tensor's "dv" or the text of a torch.device; quotes inside a text of the course's own are escaped.
_ACCELERATOR = re.compile(rf'("dv"[:,]")(?:{"|".join((SIMULATED_KIND, *REAL_KINDS))}):0(")'.encode("ascii"))


def with_accelerator(message: bytes, name: str = ANY_ACCELERATOR) -> bytes:
    """Return `message` (as `encode` writes it) with the first device of whatever accelerator called `name`."""
    header, buffers = header_and_buffers(message)
    return in_one_message(_ACCELERATOR.sub(rb"\g<1>" + name.encode("ascii") + rb"\g<2>", header), buffers)
