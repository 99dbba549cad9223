"""Tests for `broadcasting.py` that you can read and run: `pytest exercises/test_broadcasting.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, gradients, and whether an argument was changed. `agree.scenario` does the same for a few
lines that use your module. `agree.evidence` brings back what such lines return, and `agree.that` says
what must be true of it.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode


def operations(module, name, *calls):
    class Counting(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            self.count += 1
            return func(*args, **(kwargs or {}))

    counts = []
    for arguments in calls:
        with Counting() as made:
            getattr(module, name)(*arguments)
        counts.append(made.count)
    return counts


def twice(module, name, first, second):
    function = getattr(module, name)
    return {"first call": function(*first), "second call": function(*second)}


def agree_without_a_loop(agree, name, small, large):
    agree(name, *large)
    for_small, for_large = agree.evidence(operations, name, small, large)
    # The sizes grow by 20 or more: a loop makes at least as many operations more.
    agree.that(
        for_large < for_small + 10,
        "The number of tensor operations grows with the sizes. Use operations on whole tensors, without a loop.",
    )


def test_broadcast_outcome_of_two_rows_and_one(agree):
    agree("broadcast_outcome", "a")


def test_broadcast_outcome_of_a_table_and_a_vector(agree):
    agree("broadcast_outcome", "b")


def test_common_shape_that_fits(agree):
    agree("common_shape", (4, 3, 2), (3, 1))
    agree("common_shape", (2, 1), (1, 5))
    agree("common_shape", (), (4,))
    agree("common_shape", (1, 5), (0, 1))


def test_common_shape_that_does_not_fit(agree):
    agree("common_shape", (3, 4), (3,))
    agree("common_shape", (3, 4), (3, 1))
    agree("common_shape", (8,), (2,))
    agree("common_shape", (2, 6), (3, 4))


def test_rescale_batch_of_two_rows(agree):
    batch = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    agree("rescale_batch", batch, torch.tensor([[1.0, 10.0, 100.0]]), torch.tensor([1.0, 2.0, 4.0]))
    batch = torch.tensor([[0.7, -1.0], [4.5, 0.3]], dtype=torch.float64, requires_grad=True)
    weights = torch.tensor([[-2.0, 1.1]], dtype=torch.float64, requires_grad=True)
    agree("rescale_batch", batch, weights, torch.tensor([3.0, 0.6], dtype=torch.float64, requires_grad=True))


def test_rescale_batch_of_whole_numbers(agree):
    batch = torch.tensor([[1, 2], [3, 4], [5, 6]])
    agree("rescale_batch", batch, torch.tensor([[3, 1]]), torch.tensor([2, 4]))


def test_rescale_batch_without_a_loop(agree):
    small, large = ((torch.ones(n, n), torch.ones(1, n), torch.ones(n)) for n in (2, 25))
    agree_without_a_loop(agree, "rescale_batch", small, large)


def test_adjust_blocks_one_block(agree):
    blocks = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    agree("adjust_blocks", blocks, torch.ones(2, 3), torch.tensor([1.0, 10.0]), torch.tensor([0.0, 0.5, 0.25]))
    numbers = [[[0.3, -2.0]]], [[1.1, 7.0]], [-1.2], [0.4, 5.0]
    agree("adjust_blocks", *(torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in numbers))


def test_adjust_blocks_two_square_blocks(agree):
    blocks = torch.arange(8.0).reshape(2, 2, 2)
    background = torch.tensor([[1.0, 0.0], [2.0, 5.0]])
    agree("adjust_blocks", blocks, background, torch.tensor([2.0, 3.0]), torch.tensor([0.5, -0.5]))


def test_adjust_blocks_without_a_loop(agree):
    small, large = ((torch.ones(n, n, n), torch.ones(n, n), torch.ones(n), torch.ones(n)) for n in (2, 25))
    agree_without_a_loop(agree, "adjust_blocks", small, large)


def test_outer_sum_two_and_three(agree):
    agree("outer_sum", torch.tensor([10, 20]), torch.tensor([1, 2, 3]))
    agree("outer_sum", torch.tensor([6, -1]), torch.tensor([0.75, 1.25, -0.5], requires_grad=True))
    agree("outer_sum", torch.tensor([1.5, -0.25]), torch.tensor([4, 9, 2]))


def test_outer_sum_of_one_length(agree):
    agree("outer_sum", torch.tensor([10.0, 20.0]), torch.tensor([1.0, 2.0]))
    agree("outer_sum", torch.tensor([2.5]), torch.tensor([-4.0]))


def test_outer_sum_without_a_loop(agree):
    agree_without_a_loop(agree, "outer_sum", *((torch.arange(n), torch.arange(n)) for n in (2, 25)))


def test_pairwise_distances_of_right_triangles(agree):
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    others = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    agree.using(atol=2e-5)("pairwise_distances", points, others)
    point = torch.tensor([[1.0, -2.0]], dtype=torch.float64, requires_grad=True)
    others = torch.tensor([[1.0, 1.0], [5.0, -2.0], [5.0, 1.0]], dtype=torch.float64, requires_grad=True)
    agree.using(atol=2e-5)("pairwise_distances", point, others)


def test_pairwise_distances_of_points_on_a_line(agree):
    agree.using(atol=2e-5)("pairwise_distances", torch.tensor([[1.0], [5.0]]), torch.tensor([[2.0], [4.0]]))
    close = torch.tensor([[-18.3], [17.9], [17.92], [19.77]])
    agree.using(atol=2e-5)("pairwise_distances", close, close + 0.015)


def test_pairwise_distances_without_a_loop(agree):
    small, large = ((torch.zeros(n, 2), torch.ones(n, 2)) for n in (2, 25))
    agree_without_a_loop(agree.using(atol=2e-5), "pairwise_distances", small, large)


def test_takings_in_euros_of_three_days(agree):
    takings = torch.tensor([[100.0, 50.0, 10.0], [200.0, 30.0, 40.0]])
    agree("takings_in_euros", takings, torch.tensor([1.0, 0.5]))
    takings = torch.tensor([[0.2, 7.0, 1.5], [2.3, 9.0, 6.0]], dtype=torch.float64, requires_grad=True)
    agree("takings_in_euros", takings, torch.tensor([0.0425, 1.7], dtype=torch.float64, requires_grad=True))
    agree("takings_in_euros", torch.tensor([[4.0, 8.0, 5.0]]), torch.tensor([2.5]))


def test_takings_in_euros_of_as_many_shops_as_days(agree):
    takings = torch.tensor([[100.0, 50.0], [200.0, 30.0]])
    agree("takings_in_euros", takings, torch.tensor([1.0, 0.5]))
    agree("takings_in_euros", torch.tensor([[6.0], [2.5]]), torch.tensor([0.5, 3.0]))
    euros = torch.tensor([0.25, 2.0])
    agree.scenario(twice, "takings_in_euros", (takings, euros), (takings + 1, euros))


def test_mean_squared_loss_of_a_perfect_model(agree):
    agree("mean_squared_loss", torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0, 2.0, 3.0]))
    agree("mean_squared_loss", torch.tensor([7.0, -3.0]), torch.tensor([[7.0], [-3.0]]))


def test_mean_squared_loss_of_two_columns(agree):
    prediction = torch.tensor([[1.0], [2.0], [4.0]])
    agree("mean_squared_loss", prediction, torch.tensor([[1.0], [4.0], [0.0]]))
    agree("mean_squared_loss", prediction, torch.tensor([1.0, 4.0, 0.0]))
    prediction = torch.tensor([[0.2], [-6.0]], dtype=torch.float64, requires_grad=True)
    agree("mean_squared_loss", prediction, torch.tensor([[1.3], [-5.5]], dtype=torch.float64, requires_grad=True))
