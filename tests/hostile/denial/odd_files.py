# about: links, pipes, sockets and devices in its scratch folder: none can be made
# expects: points=1 kept=passed
import os
import socket


def kept(x):
    with open("file", "w") as file:
        file.write("x")
    server = lambda: socket.socket(socket.AF_UNIX).bind("socket")
    tries = [
        lambda: os.link("file", "hard"),
        lambda: os.symlink("/etc", "soft"),
        lambda: os.mkfifo("pipe"),
        lambda: os.mknod("device", 0o20666, os.makedev(1, 5)),
        lambda: os.chmod("file", 0o4777),
        server,
    ]
    for number, attempt in enumerate(tries):
        try:
            attempt()
        except OSError:
            continue
        raise AssertionError(number)
    return x.clone()
