# about: names of files that are no text in any encoding, and as long as a name can be
# expects: points=1 kept=passed
import os


def kept(x):
    for name in (b"\xff\xfe", b"new\nline", b"\x1b[2J", b"*", b"-rf", b"\xed\xa0\x80" * 80, b"'; rm -rf /"[:-1]):
        os.mkdir(name)
        with open(name + b"/" + name, "wb") as file:
            file.write(b"x")
    return x.clone()
