"""Tests for `indexing.py` that you can read and run: `pytest exercises/test_indexing.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. With `memory="shared"` the answer must also be a
view of the argument, and with `memory="own"` it must not be one. `agree.scenario` does the same for a
few lines that use your module.
"""

import torch

NAN, INFINITY = float("nan"), float("inf")


def twice(module, name, first, second):
    function = getattr(module, name)
    return {"first call": function(*first), "second call": function(*second)}


def test_read_block_of_one_block(agree):
    agree("read_block", torch.arange(1, 10).reshape(1, 3, 3))


def test_read_block_of_two_blocks(agree):
    agree("read_block", torch.arange(1.0, 13.0).reshape(2, 2, 3))
    agree("read_block", torch.arange(1.0, 9.0).reshape(1, 4, 2).requires_grad_())
    agree("read_block", torch.tensor([[[False, True, True], [True, False, True]]]))


def test_indexed_shape_of_the_first_block(agree):
    agree("indexed_shape", "a")


def test_indexed_shape_of_a_slice_of_rows(agree):
    agree("indexed_shape", "d")


def test_matrix_edges_of_two_rows(agree):
    agree("matrix_edges", torch.tensor([[1, 2, 3], [4, 5, 6]]))
    agree("matrix_edges", torch.tensor([[0.5, 1.5, 2.5, 3.5]], requires_grad=True))
    agree("matrix_edges", torch.tensor([[7], [-4]]))


def test_matrix_edges_copies_nothing(agree):
    agree.using(memory="shared")("matrix_edges", torch.arange(12.0).reshape(3, 4))
    agree.using(memory="shared")("matrix_edges", torch.arange(15.0).reshape(5, 3).t())


def test_every_other_row_up_of_four(agree):
    agree("every_other_row_up", torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]]))


def test_every_other_row_up_of_one(agree):
    agree("every_other_row_up", torch.tensor([[0.5, 1.5, 2.5]]))
    agree("every_other_row_up", torch.tensor([[0.5], [1.5], [2.5]], requires_grad=True))


def test_replace_below_leaves_x_as_it_was(agree):
    agree("replace_below", torch.tensor([[3.0, -1.0], [-2.0, 5.0]]), 0.0, 0.0)
    agree("replace_below", torch.tensor([-4.0, NAN, 1.5, 6.0]), 1.5, -8.0)
    agree("replace_below", torch.tensor([3.0, -1.0, 0.5], requires_grad=True), 1.0, 2.0)
    agree("replace_below", torch.tensor([4, 1, 3, 2]), 3.5, -6)


def test_replace_below_has_memory_of_its_own(agree):
    agree.using(memory="own")("replace_below", torch.tensor([4, 7, 1, 9]), 5, -1)
    agree.using(memory="own")("replace_below", torch.tensor([4, 7, 9]), 3, -1)


def test_row_means_between_with_a_faulty_sensor(agree):
    x = torch.tensor([[1.0, 2.0, 99.0], [NAN, 4.0, 5.0], [99.0, 99.0, 99.0]])
    agree("row_means_between", x, 0, 10)


def test_row_means_between_when_everything_counts(agree):
    agree("row_means_between", torch.tensor([[1.0, 3.0], [-2.0, 6.0]]), -5.0, 6.5)
    agree("row_means_between", torch.tensor([[0.0, 3.0], [-2.0, 0.0]], requires_grad=True), -2.0, 3.0)
    agree("row_means_between", torch.tensor([[0.5, 3.0]], dtype=torch.float16), 0.0, 4.0)
    agree("row_means_between", torch.tensor([[0.5, 3.0]], dtype=torch.float16), 4.0, 5.0)
    agree.using(memory="own")("row_means_between", torch.tensor([[0.5], [3.0]]), 0.0, 4.0)


def test_left_over_of_a_bool_mask(agree):
    agree("left_over", torch.tensor([10, 20, 30, 40]), torch.tensor([True, False, False, True]))
    agree("left_over", torch.tensor([0.5, 2.0]), torch.tensor([False, True]))


def test_left_over_of_ones_and_zeros(agree):
    agree("left_over", torch.tensor([10, 20, 30, 40]), torch.tensor([1, 0, 0, 1]))
    x = torch.tensor([[1.5, 2.5], [3.5, 4.5]], requires_grad=True)
    agree("left_over", x, torch.tensor([[1, 0], [0, 0]], dtype=torch.uint8))


def test_label_scores_of_three_rows(agree):
    scores = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    agree("label_scores", scores, torch.tensor([2, 0, 0]))
    agree("label_scores", scores.t(), torch.tensor([1, 1, 2]))


def test_label_scores_of_two_rows(agree):
    agree("label_scores", torch.tensor([[0.5, -0.5, 0.0, 2.0], [1.5, 1.0, 3.0, -4.0]]), torch.tensor([3, 1]))
    agree("label_scores", torch.tensor([[0.5, -0.5, 2.0]], requires_grad=True), torch.tensor([2]))
    agree("label_scores", torch.tensor([[1.5, -INFINITY], [NAN, 4.0]]), torch.tensor([0, 1]))


def test_count_labels_that_come_back(agree):
    agree("count_labels", torch.tensor([0, 2, 2, 0, 2]), classes=4)


def test_count_labels_all_the_same(agree):
    agree("count_labels", torch.tensor([1, 1, 1]), classes=2)
    agree("count_labels", torch.tensor([], dtype=torch.int64), classes=2)
    agree.scenario(twice, "count_labels", (torch.tensor([2, 2]), 3), (torch.tensor([0, 1, 0]), 3))
