"""The wire: values to bytes and back, as a JSON header and raw buffers. No pickle, and nothing that runs on decoding.

Layout of a message: 4 bytes (little endian) length of the header, the header as JSON
`{"v": NODE, "b": [length of each buffer]}`, the buffers one after the other.

A NODE is `null`, `true`, a number, a string, or a list whose first item is a tag:

    ["l", [...]]  list      ["t", [...]]  tuple     ["S", [...]]  torch.Size   ["s", [...]]  set
    ["d", [[k, v], ...]]    ["c", re, im]           ["b", base64]              ["i", hex]    an int beyond 63 bits
    ["dt", name] torch.dtype   ["nd", name] numpy.dtype   ["dv", text] torch.device   ["ly", name] torch.layout
    ["r", type, is_tuple, [[name, node], ...]]  named tuple or dataclass
    ["T", {...}]  tensor    ["A", {...}]  NumPy array or scalar     ["o", type]  anything else

Tensors and arrays name a buffer, a byte offset and strides, so that views, expanded tensors and shared memory arrive
as they were. `decode` trusts nothing: every length, index, stride and name is checked before memory is touched, and
any bytes at all give a tree or a `WireError`.
"""

from antorcha.worker.wire.decoding import decode
from antorcha.worker.wire.encoding import encode
from antorcha.worker.wire.format import TooLargeError, WireError
from antorcha.worker.wire.live_objects import live

__all__ = ["TooLargeError", "WireError", "decode", "encode", "live"]
