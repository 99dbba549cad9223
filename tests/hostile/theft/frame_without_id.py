# about: a well-formed message that answers no question
# expects: points=0 scale=forged
import os

import antorcha.worker.wire as codec

from_nobody = codec.encode({"report": {"value": True}, "id": "1-0000000000000000"})


def scale(x, factor):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, len(from_nobody).to_bytes(8, "little") + from_nobody)
        except OSError:
            pass
