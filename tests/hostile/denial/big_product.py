# about: a matrix product that takes minutes in one call of torch
# expects: points=0 squares=cpu_limit|memory_limit
import torch


def squares(n):
    a = torch.ones(5000, 5000)
    while True:
        a = a @ a
