import torch


def double(x):
    return x + x


def average(values):
    return values.float().sum() / values.numel()


def last_row(matrix):
    return matrix[len(matrix) - 1].unsqueeze(0)
