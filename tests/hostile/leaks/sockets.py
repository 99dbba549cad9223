# about: sockets of every family and kind: none can be made
# expects: points=1 squares=passed
import socket

import torch


def squares(n):
    for family in range(0, 46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind)
            except OSError:
                continue
            raise AssertionError(f"a socket of family {family}")
    try:
        socket.socketpair()
    except OSError:
        return torch.arange(n) ** 2
    raise AssertionError("a pair of sockets")
