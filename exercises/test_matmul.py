"""Tests for `matmul.py` that you can read and run: `pytest exercises/test_matmul.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, gradients, and whether an argument was changed. `agree.scenario` does the same for a few
lines that use your module. `agree.evidence` brings back what such lines return, and `agree.that` says
what must be true of it.
"""

import pytest
import torch


def twice(module, name, first, second):
    function = getattr(module, name)
    return {"first call": function(*first), "second call": function(*second)}


def test_two_products_of_a_vector_with_itself(agree):
    agree("two_products", torch.tensor([1, 2, 3]), torch.tensor([1, 2, 3]))


def test_two_products_of_floats(agree):
    agree("two_products", torch.tensor([0.5, -2.0]), torch.tensor([4.0, 3.0]))
    agree("two_products", torch.tensor([0.3]).double() / 7, torch.tensor([1.1]).double())


def test_two_products_of_small_integers(agree):
    agree("two_products", torch.tensor([6, 2], dtype=torch.int32), torch.tensor([1, -5], dtype=torch.int32))


def test_product_shape_of_2_by_3_and_3_by_2(agree):
    agree("product_shape", "a")


def test_product_shape_of_3_by_2_twice(agree):
    agree("product_shape", "c")


def test_product_functions_for_two_vectors(agree):
    agree("product_functions", "a")


def test_product_functions_for_two_matrices(agree):
    agree("product_functions", "b")


def test_bought_together_in_3_orders_of_3(agree):
    agree("bought_together", torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]))
    agree("bought_together", torch.tensor([[1.0, 0.0], [1.0, 1.0]], dtype=torch.float64))


def test_bought_together_in_4_orders_of_3(agree):
    agree("bought_together", torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
    agree("bought_together", torch.zeros(0, 4))


def test_dot_table_of_3_rows_and_3(agree):
    a = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)
    agree("dot_table", a, torch.tensor([[1.0, 0.0], [2.0, 1.0], [0.0, -1.0]]))
    agree("dot_table", a, torch.tensor([[0.5, 2.0]], requires_grad=True))
    agree("dot_table", torch.tensor([[0.3, 1.2]]).double(), torch.tensor([[0.7, -0.1]]).double())


def test_dot_table_without_a_loop(agree):
    def operations(module, small, large):
        from torch.utils._python_dispatch import TorchDispatchMode

        class Counting(TorchDispatchMode):
            count = 0

            def __torch_dispatch__(self, func, types, args=(), kwargs=None):
                self.count += 1
                return func(*args, **(kwargs or {}))

        with Counting() as for_small:
            module.dot_table(*small)
        with Counting() as for_large:
            module.dot_table(*large)
        return for_small.count, for_large.count

    small, large = (torch.ones(3, 2), torch.ones(4, 2)), (torch.ones(30, 20), torch.ones(40, 20))
    agree("dot_table", *large)
    for_small, for_large = agree.evidence(operations, small, large)
    # A loop over 27 rows more makes at least 27 operations more.
    agree.that(
        for_large < for_small + 10,
        "With larger inputs your code takes more tensor operations: it still has a loop.",
    )


def timed(module, launches, durations, repeats, queued=0.0):
    """A scenario: the answer and the number of calls, on a machine whose time passes as the test says.

    `launches[i]` is how long call i of `work` takes to return, `durations[i]` how long the machine is then busy,
    and `queued` what it was asked for before. A further call repeats the last of them.
    """
    state = {"now": 100.0, "busy": 100.0 + queued, "calls": 0}

    def work():
        call = min(state["calls"], len(durations) - 1)
        state["calls"] += 1
        state["now"] += launches[call]
        state["busy"] = max(state["now"], state["busy"]) + durations[call]

    def wait():
        state["now"] = max(state["now"], state["busy"])

    answer = module.fair_time(work, lambda: state["now"], wait, repeats)
    return {"what you returned": answer, "calls of `work`": state["calls"]}


@pytest.mark.exercise("fair_time")
def test_fair_time_of_calls_that_return_at_once(agree):
    agree.scenario(timed, [0.25, 0.25, 0.25, 0.25], [8.0, 1.0, 2.0, 6.0], 3)
    agree.scenario(timed, [0.5, 0.5, 0.5, 0.5], [4.0, 6.0, 1.0, 3.0], 3)


@pytest.mark.exercise("fair_time")
def test_fair_time_of_calls_that_do_all_their_work(agree):
    agree.scenario(timed, [4.0, 1.0, 2.0, 1.5, 9.0], [0.0, 0.0, 0.0, 0.0, 0.0], 4)


@pytest.mark.exercise("fair_time")
def test_fair_time_of_a_single_call(agree):
    agree.scenario(timed, [0.5, 0.5], [16.0, 3.0], 1)


def test_item_scores_of_two_items(agree):
    queries = torch.tensor([[[1.0, 2.0, 0.0]], [[3.0, 4.0, 1.0]]])
    keys_of_the_first = [[1.0, 0.0, 5.0], [0.0, 1.0, 2.0], [1.0, 1.0, 0.0], [2.0, 0.0, -1.0]]
    keys_of_the_second = [[2.0, 0.0, 1.0], [0.0, 2.0, 3.0], [1.0, -1.0, 0.0], [0.0, 0.0, 4.0]]
    keys = torch.tensor([keys_of_the_first, keys_of_the_second])
    agree("item_scores", queries, keys)


def test_item_scores_of_one_item(agree):
    queries = torch.tensor([[[1.0, 0.0, 2.0], [2.0, 3.0, -1.0]]])
    agree("item_scores", queries, torch.tensor([[[5.0, 1.0, 0.0], [0.0, -1.0, 4.0]]]))
    queries = torch.tensor([[[0.3, 1.1]]], dtype=torch.float64, requires_grad=True)
    agree("item_scores", queries, torch.tensor([[[0.7, -2.0]]], dtype=torch.float64, requires_grad=True))


def test_mapped_points_from_2_coordinates_to_3(agree):
    points = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [0.0, 1.0], [5.0, -1.0]]])
    agree("mapped_points", points, torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))


def test_mapped_points_two_sets_of_two(agree):
    points = torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
    agree("mapped_points", points, torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    points = torch.tensor([[[2.0, -1.0]]], requires_grad=True)
    agree("mapped_points", points, torch.tensor([[0.5, 3.0]], requires_grad=True))


def test_hand_linear_of_three_outputs(agree):
    weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    agree("hand_linear", torch.tensor([[1.0, 2.0], [3.0, 4.0]]), weight, torch.tensor([0.5, 0.0, -1.0]))
    agree("hand_linear", torch.tensor([2.0, -1.0]), weight, torch.tensor([1.5, 2.0, 0.0]))


def test_hand_linear_without_a_bias(agree):
    weight = torch.tensor([[2.0, 1.0], [0.0, -3.0]])
    agree("hand_linear", torch.tensor([[1.0, 4.0]]), weight)
    agree("hand_linear", torch.tensor([[1.0, 4.0]], dtype=torch.float16), weight.to(torch.float16))
    agree.scenario(twice, "hand_linear", (weight, weight), (weight + 1, weight))


def test_hand_linear_is_the_layer(agree):
    def by_hand(module):
        torch.manual_seed(42)
        layer = torch.nn.Linear(in_features=2, out_features=6)
        x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        return module.hand_linear(x, layer.weight, layer.bias)

    agree.scenario(by_hand)
