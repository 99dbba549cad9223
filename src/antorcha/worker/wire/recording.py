"""The part of a call's message that may be recorded for others to read.

An answer says what a right answer is and nothing of how it was found: the lines and the names that a traceback would
show, the seconds, the last operation behind a tensor and the memory around it are left out.
"""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

import numpy as np

from antorcha.worker.wire.format import NUMPY_DTYPES, TORCH_DTYPES, header_and_buffers, in_one_message


def answers_only(message: bytes) -> bytes:
    """Return a call's message without what is no part of its answer; `compare` judges by it as by the whole one.

    `message`: our own encoder's, of `Report.as_message`.
    """
    text, rest = header_and_buffers(message)
    header = json.loads(text)
    ends = list(accumulate(header["b"]))
    buffers = [rest[end - length : end] for end, length in zip(ends, header["b"], strict=True)]
    masks = [np.zeros(len(buffer), np.uint8) for buffer in buffers]  # 1 for each byte that belongs to an element
    _keep_reachable(header["v"], masks)
    fields = dict(header["v"][1])
    fields["seconds"] = 0.0
    fields["error"] = _error(fields["error"])
    header["v"][1] = [[key, node] for key, node in fields.items()]
    kept = [(np.frombuffer(buffer, np.uint8) * mask).tobytes() for buffer, mask in zip(buffers, masks, strict=True)]
    return in_one_message(json.dumps(header, separators=(",", ":")).encode("ascii"), *kept)


def _error(node: Any) -> Any:
    """Keep an exception's type, which alone is compared; its text and its lines are the reference's own."""
    if node is None:
        return None
    fields = dict(node[1])
    kept = {"bases": ["l", [fields["type"]]], "message": "", "frames": ["l", []], "innermost": False}
    return ["d", [[key, kept.get(key, item)] for key, item in fields.items()]]


def _keep_reachable(node: Any, masks: list[np.ndarray[Any, Any]]) -> None:
    """Mark the bytes that elements of tensors and arrays are made of; forget which operation made a tensor."""
    if not isinstance(node, list):
        return
    tag, content = node[0], node[-1]
    if tag in ("T", "A"):
        _keep_leaf(content, masks)
    elif tag in ("l", "t", "S", "s"):
        for item in content:
            _keep_reachable(item, masks)
    elif tag in ("d", "r"):
        for key, item in content:
            if tag == "d":
                _keep_reachable(key, masks)
            _keep_reachable(item, masks)


def _keep_leaf(leaf: dict[str, Any], masks: list[np.ndarray[Any, Any]]) -> None:
    """Mark the bytes of one tensor or array, and those of its gradient."""
    if "fn" in leaf:
        leaf["fn"] = None
    if isinstance(leaf.get("gr"), dict):
        _keep_leaf(leaf["gr"], masks)
    if leaf["bf"] < 0:
        return
    dtype = NUMPY_DTYPES.get(leaf["dt"]) if "sc" in leaf else TORCH_DTYPES.get(leaf["dt"])
    if dtype is None:  # of no dtype that could be read again either
        return
    itemsize = dtype.itemsize
    steps = [*(step * itemsize for step in leaf["st"]), 1]
    touched: np.ndarray[Any, Any] = np.ndarray(
        (*leaf["sh"], itemsize), np.uint8, masks[leaf["bf"]].data, leaf["os"], steps
    )
    touched[...] = 1
