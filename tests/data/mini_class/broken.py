import torch


def double(x):
    return x * 2


def average(values)
    return values.mean()
