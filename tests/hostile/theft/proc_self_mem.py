# about: reads its own memory, and that of its parent, through /proc
# expects: points=0 scale=error|wrong
import os


def scale(x, factor):
    found = []
    for pid in ("self", os.getppid(), 1):
        for name in ("maps", "mem", "environ", "cmdline", "root/etc/passwd"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    found.append(file.read(1 << 16))
            except OSError:
                pass
    assert not found, "something under /proc could be read"
    raise RuntimeError("nothing to be had")
