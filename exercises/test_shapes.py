"""Tests for `shapes.py` that you can read and run: `pytest exercises/test_shapes.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer: values,
shape, dtype, and whether an argument was changed. `agree.scenario` does the same for a few lines that
use your module. With `memory="shared"` the answer must also be a view of the argument, and with
`memory="own"` it must not be one.
"""

import torch


def test_basket_costs_of_three_customers_and_three_shops(agree):
    baskets = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    agree("basket_costs", baskets, torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]]))
    agree("basket_costs", baskets, torch.tensor([[0.5, 2.0], [1.5, -1.0]]))
    agree("basket_costs", baskets.clone().requires_grad_(), torch.tensor([[2.5, 1.0]], requires_grad=True))
    agree("basket_costs", baskets.double() / 7, torch.tensor([[0.1, 0.9]], dtype=torch.float64))


def test_basket_costs_of_one_customer(agree):
    agree("basket_costs", torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[1.0, 5.0, 3.0]]))
    agree("basket_costs", torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[1.0, 5.0, 3.0], [2.0, 4.0, 1.5]]))


def test_layer_that_fits_two_features(agree):
    def shapes(module, x):
        layer = module.layer_that_fits(x, 6)
        bias = None if layer.bias is None else layer.bias.shape
        return {"shape of the weights": layer.weight.shape, "shape of the bias": bias}

    def shape_of_what_comes_out(module, x):
        return module.layer_that_fits(x, 6)(x).shape

    def numbers_are_all_the_same(module, x):
        layer = module.layer_that_fits(x, 6)
        layer(x)
        return {
            "all weights are equal": bool((layer.weight == layer.weight[0, 0]).all()),
            "all numbers of the bias are equal": bool((layer.bias == layer.bias[0]).all()),
        }

    x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    agree.scenario(shapes, x)
    agree.scenario(shape_of_what_comes_out, x)
    agree.scenario(numbers_are_all_the_same, x)


def test_layer_that_fits_four_features(agree):
    def shape_of_the_weights(module, x):
        return module.layer_that_fits(x, 5).weight.shape

    def shape_of_what_comes_out(module, x):
        return module.layer_that_fits(x, 5)(x).shape

    agree.scenario(shape_of_the_weights, torch.ones(6, 4))
    agree.scenario(shape_of_what_comes_out, torch.ones(6, 4))


def test_examples_in_columns_two_examples(agree):
    def shape(module, x):
        return module.examples_in_columns(torch.nn.Linear(3, 6), x).shape

    agree.scenario(shape, torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))


def test_examples_in_columns_numbers(agree):
    def sums(module, x):
        # With these weights the layer adds up the numbers of each example, and counts the last one a hundred times.
        layer = torch.nn.Linear(3, 1)
        layer.weight = torch.nn.Parameter(torch.tensor([[1.0, 1.0, 100.0]]))
        layer.bias = torch.nn.Parameter(torch.tensor([0.5]))
        return module.examples_in_columns(layer, x)

    agree.scenario(sums, torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    agree.scenario(sums, torch.tensor([[1.0, 2.0, 0.0], [3.0, 4.0, -1.0], [5.0, 6.0, 8.0]]))


def test_examples_in_columns_lets_gradients_through(agree):
    def gradients(module, x):
        layer = torch.nn.Linear(2, 1)
        layer.weight = torch.nn.Parameter(torch.tensor([[2.0, -3.0]]))
        layer.bias = torch.nn.Parameter(torch.tensor([1.0]))
        (module.examples_in_columns(layer, x) ** 2).sum().backward()
        return {"gradient of `x`": x.grad, "gradient of the weights": layer.weight.grad}

    agree.scenario(gradients, torch.tensor([[1.0, 0.5, 4.0], [3.0, 2.0, -1.0]], requires_grad=True))


def test_which_fault_of_two_tall_matrices(agree):
    agree("which_fault", "a")


def test_which_fault_of_two_devices(agree):
    agree("which_fault", "b")


def test_shape_in_message_of_a_product(agree):
    agree("shape_in_message", "a")


def test_shape_in_message_of_a_stack(agree):
    agree("shape_in_message", "i")


def test_changed_shape_six_rows(agree):
    agree("changed_shape", "a")


def test_changed_shape_flat(agree):
    agree("changed_shape", "d")


def test_row_and_column_of_three(agree):
    agree("row_and_column", torch.tensor([1.0, 2.0, 3.0]))
    agree("row_and_column", torch.tensor([0.5, -2.0], requires_grad=True))
    agree.using(memory="shared")("row_and_column", torch.arange(12).reshape(6, 2)[:, 1])


def test_row_and_column_share_the_memory(agree):
    def written(module, x):
        row, column = module.row_and_column(x)
        row[0, 0] = 999.0
        return {"`x` afterwards": x, "matrix with one row": row, "matrix with one column": column}

    agree.scenario(written, torch.arange(1.0, 8.0))


def test_after_the_write_through_a_vector(agree):
    agree("after_the_write", "a")


def test_after_the_write_of_a_new_tensor(agree):
    agree("after_the_write", "j")


def test_batch_rows_of_two(agree):
    agree("batch_rows", torch.arange(12).reshape(2, 3, 2))
    agree("batch_rows", torch.tensor([[[1.0, 5.0], [0.5, -1.0]]], requires_grad=True))
    agree("batch_rows", torch.tensor([[4.0, 2.0, 8.0], [6.0, 1.0, 3.0]]))


def test_batch_rows_of_colour_images(agree):
    agree("batch_rows", torch.arange(36.0).reshape(3, 3, 2, 2))
    agree("batch_rows", torch.arange(24.0).reshape(2, 2, 2, 3).permute(0, 3, 1, 2))


def test_pile_up_five_times(agree):
    agree("pile_up", torch.arange(1.0, 8.0), 5)
    agree("pile_up", torch.tensor([[1, 2, 3], [4, 5, 6]]), 3)
    agree("pile_up", torch.tensor([0.5, -0.5], requires_grad=True), 1)
    agree("pile_up", torch.tensor(4.5), 2)


def test_pile_up_has_memory_of_its_own(agree):
    def written(module, x):
        pile = module.pile_up(x, 2)
        pile[0] = 50.0
        return {"`x` afterwards": x, "what you returned": pile}

    agree.using(memory="own")("pile_up", torch.tensor([1.0, 2.0, 3.0]), 2)
    agree.using(memory="own")("pile_up", torch.tensor([[1.5, 2.5]]), 1)
    agree.scenario(written, torch.tensor([1.0, 2.0, 3.0]))


def test_image_brightness_of_two_images(agree):
    agree("image_brightness", torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 4.0], [6.0, 6.0]]]]))
    agree("image_brightness", torch.tensor([[[[0.0, 1.0]]], [[[4.0, 6.0]]]], dtype=torch.float64, requires_grad=True))


def test_image_brightness_of_one_image_at_the_end(agree):
    agree("image_brightness", torch.arange(8.0).reshape(2, 1, 2, 2))
    agree("image_brightness", torch.ones(1, 1, 28, 28))


def test_image_brightness_of_a_large_image_in_float16(agree):
    agree("image_brightness", ((torch.arange(2000) % 3) ** 2 * 40).half().reshape(1, 1, 40, 50))


def test_channels_first_of_a_tiny_picture(agree):
    agree("channels_first", torch.tensor([[[1, 10], [2, 20], [3, 30]]]))
    agree("channels_first", torch.tensor([[[1.0, 0.5], [2.0, -0.5]]], requires_grad=True))


def test_channels_first_copies_nothing(agree):
    agree.using(memory="shared")("channels_first", torch.arange(24.0).reshape(2, 4, 3))


def test_sequence_rows_of_two_sequences(agree):
    agree("sequence_rows", torch.tensor([[[1, 2], [10, 20]], [[3, 4], [30, 40]], [[5, 6], [50, 60]]]))
    agree("sequence_rows", torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]], requires_grad=True))


def test_sequence_rows_of_four_sequences(agree):
    agree("sequence_rows", torch.arange(60.0).reshape(5, 4, 3))
    agree("sequence_rows", torch.arange(30.0).reshape(2, 5, 3).transpose(0, 1))
