"""Gives the accelerator in a message another name: an answer recorded on one machine holds on another's device."""

from __future__ import annotations

import re

# A tensor's "dv" or the text of a torch.device; quotes inside a text of the course's own are escaped.
_ACCELERATOR = re.compile(rb'("dv"[:,]")(?:sim|cuda|mps|xpu):0(")')
ANY = "sim:0"


def with_accelerator(message: bytes, name: str = ANY) -> bytes:
    """`message` (as `codec.encode` writes it) with the first device of whatever accelerator called `name`."""
    size = int.from_bytes(message[:4], "little")
    header = _ACCELERATOR.sub(rb"\g<1>" + name.encode("ascii") + rb"\g<2>", message[4 : 4 + size])
    return len(header).to_bytes(4, "little") + header + message[4 + size :]
