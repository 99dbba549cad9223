import torch


def double(x):
    x *= 2
    return x


def average(values):
    return values.float().mean(dim=0)


def last_row(matrix):
    return matrix[-1]
