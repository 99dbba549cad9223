# about: an unfinished line
# expects: points=0 whole=unreadable
import torch

def scale(x, factor):
    return (x *
