# about: the same with the id found among all objects, then the process leaves
# expects: points=0 scale=wrong
import gc
import os

import antorcha.worker.wire as codec
from antorcha.worker.runtime import Report


def scale(x, factor):
    for one in gc.get_objects():
        if type(one) is dict and one.get("op") == "call" and "id" in one:
            data = codec.encode({"id": one["id"], "report": Report(value=True, arguments=[[], {}]).as_message(())})
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, len(data).to_bytes(8, "little") + data)
                except OSError:
                    pass
    os._exit(0)
