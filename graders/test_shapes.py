"""Hidden tests for `shapes`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return, and the gradients for each argument that needs one.
"""

import pytest
import torch

from antorcha.strategies import tensors

from .common import beside_an_earlier_gradient, kept


def wave(
    *shape: int, start: int = 1, dtype: torch.dtype = torch.float32, device: str = "cpu", grad: bool = False
) -> torch.Tensor:
    """Numbers of this shape that no exchange of axes, rows or items leaves as they are; multiples of 1/4."""
    count = int(torch.tensor(shape).prod())
    numbers = (7 * torch.arange(count) + 4 * start) % 23 - 9
    return (numbers.to(dtype) / 4).reshape(shape).to(device).requires_grad_(grad)


# --- basket_costs ---


# Trap: no transpose at all; the other matrix transposed; the table with customers and shops exchanged.
def test_basket_costs_of_three_sizes(agree, device):
    agree("basket_costs", wave(4, 2, device=device), wave(3, 2, start=5, device=device))
    agree("basket_costs", wave(2, 5, device=device), wave(4, 5, start=2, device=device))
    agree.scenario(kept, "basket_costs", (wave(2, 3), wave(2, 3)), (wave(2, 3, start=5), wave(2, 3)))


# Trap: a `reshape` for the transpose: it fits, and mixes the shops.
@pytest.mark.points(2)
def test_basket_costs_of_as_many_customers_as_shops(agree, device):
    agree("basket_costs", wave(3, 2, device=device), wave(3, 2, start=4, device=device))


# Trap: mended only where it raises: with as many shops as goods the product fits without the transpose.
@pytest.mark.points(2)
def test_basket_costs_of_square_matrices(agree, device):
    agree("basket_costs", wave(3, 3, device=device), wave(3, 3, start=6, device=device))
    agree("basket_costs", wave(4, 2, device=device), wave(2, 2, start=3, device=device))


# Trap: one customer or one shop squeezed away.
def test_basket_costs_of_one(agree, device):
    agree("basket_costs", wave(1, 3, device=device), wave(2, 3, start=7, device=device))
    agree("basket_costs", wave(2, 3, device=device), wave(1, 3, start=7, device=device))
    agree("basket_costs", wave(1, 1, device=device), wave(1, 1, start=8, device=device))


# Trap: `baskets` itself handed back where every price is 1.
def test_basket_costs_are_new(agree, device):
    agree.using(memory="own")("basket_costs", wave(4, 1, device=device), torch.ones(1, 1, device=device))


# Trap: the sums collected in a new float32 tensor, or out of Python numbers; the gradient of `baskets` cleared.
def test_basket_costs_keep_dtype_and_gradient(agree, device):
    x64 = wave(2, 3, dtype=torch.float64, device=device) / 3
    agree("basket_costs", x64, wave(4, 3, start=2, dtype=torch.float64, device=device))
    agree("basket_costs", wave(3, 2, device=device, grad=True), wave(3, 2, start=4, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "basket_costs", wave(2, 2, device=device), wave(3, 2, device=device))


# --- layer_that_fits ---


def parameter_facts(p):
    return None if p is None else {"shape": p.shape, "dtype": p.dtype, "requires_grad": p.requires_grad}


def layer_facts(module, x, outputs):
    """A scenario: the sizes of the layer made for `x`, and of what it gives; what is no layer is handed on."""
    layer = module.layer_that_fits(x, outputs)
    if not isinstance(layer, torch.nn.Linear):
        return layer
    try:
        given = tuple(layer(x).shape)
    except RuntimeError:
        given = "layer(x) raises RuntimeError"
    return {
        "shape of `layer(x)`": given,
        "weights of the layer": parameter_facts(layer.weight),
        "bias of the layer": parameter_facts(layer.bias),
        "`x` afterwards": x,
    }


def two_layers(module, x, outputs):
    """A scenario: whether two layers start with the same weights, and whether these are all one number."""
    layers = [module.layer_that_fits(x, outputs) for _ in range(2)]
    for layer in layers:
        layer(x)  # a `LazyLinear` makes its weights now
    first, second = (layer.weight.detach() for layer in layers)
    return {
        "two layers are equal": torch.equal(first, second),
        "all weights are equal": bool((first == first[0, 0]).all()),
    }


# Trap: 2 in place of 3, which is right for the example only.
@pytest.mark.exercise("layer_that_fits")
@pytest.mark.points(2)
def test_layer_that_fits_other_numbers_of_features(agree):
    agree.scenario(layer_facts, wave(3, 4), 6)
    agree.scenario(layer_facts, wave(2, 7), 3)
    agree.scenario(layer_facts, wave(5, 1), 2)


# Trap: the number of rows for the number of columns: it fits a square matrix, and what has three rows.
@pytest.mark.exercise("layer_that_fits")
@pytest.mark.points(2)
def test_layer_that_fits_any_number_of_examples(agree):
    agree.scenario(layer_facts, wave(1, 3), 6)
    agree.scenario(layer_facts, wave(6, 2), 6)
    agree.scenario(layer_facts, wave(2, 2), 1)


# Trap: a layer without bias, the data in place of the layer, or data forced to fit a layer of three features.
@pytest.mark.exercise("layer_that_fits")
def test_layer_that_fits_is_a_layer_with_a_bias(agree):
    agree.scenario(layer_facts, wave(3, 2), 6)
    agree.scenario(layer_facts, wave(3, 3), 5)


# Trap: a seed set inside, or weights put to one number.
@pytest.mark.exercise("layer_that_fits")
@pytest.mark.points(2)
def test_layer_that_fits_has_weights_of_its_own(agree):
    agree.scenario(two_layers, wave(3, 2), 6)


def parameters_of_the_layer(module, x, outputs):
    """A scenario: the numbers with which the layer begins."""
    layer = module.layer_that_fits(x, outputs)
    layer(x)  # a `LazyLinear` makes its weights now
    return {"weights of the layer": layer.weight.detach(), "bias of the layer": layer.bias.detach()}


def as_made(numbers, features):
    """True for numbers spread evenly between -1 / sqrt(features) and 1 / sqrt(features), as PyTorch draws them.

    There are thousands of them, so that neither their mean nor their deviation, 1 / sqrt(3) of that limit, strays far.
    """
    scaled = numbers.double() * features**0.5
    return bool((scaled.abs() <= 1.0001).all() and abs(scaled.mean()) < 0.06 and abs(scaled.std() - 3**-0.5) < 0.04)


# Trap: the bias put to zero, or the weights drawn anew in another way.
@pytest.mark.exercise("layer_that_fits")
def test_layer_that_fits_begins_as_pytorch_makes_it(agree):
    agree.scenario(layer_facts, wave(2, 5), 3000)
    begins = agree.evidence(parameters_of_the_layer, wave(2, 5), 3000)
    agree.that(as_made(begins["bias of the layer"], 5), "Leave the bias as PyTorch makes it.")
    agree.that(as_made(begins["weights of the layer"], 5), "Leave the weights as PyTorch makes them.")


# --- examples_in_columns ---


def through_layer(module, weight, bias, x):
    """A scenario: what a layer with these weights gives for the columns of `x`, and the weights afterwards."""
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    y = module.examples_in_columns(layer, x)
    return {
        "what you returned": y,
        "layer afterwards": layer,
        "weights afterwards": layer.weight.detach(),
        "bias afterwards": layer.bias.detach(),
        "`x` afterwards": x,
    }


def gradients_through_layer(module, weight, bias, x):
    """A scenario: what `x` and the weights add to the gradients that they have, each number counting differently."""
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    for leaf in (x, layer.weight, layer.bias):
        leaf.grad = torch.full_like(leaf, 50.0)
    y = module.examples_in_columns(layer, x)
    (y * wave(*y.shape)).sum().backward()
    return {
        "gradient of `x`": x.grad,
        "gradient of the weights": layer.weight.grad,
        "gradient of the bias": layer.bias.grad,
    }


# Trap: `reshape` for the transpose: right shape, wrong numbers; the result transposed, not what goes in.
@pytest.mark.exercise("examples_in_columns")
@pytest.mark.points(2)
def test_examples_in_columns_row_for_each_example(agree):
    agree.scenario(through_layer, wave(6, 3), wave(6, start=2), wave(3, 2, start=3))
    agree.scenario(through_layer, wave(2, 4), wave(2, start=2), wave(4, 5, start=3))


# Trap: mended only where it raises: with as many examples as features nothing does.
@pytest.mark.exercise("examples_in_columns")
@pytest.mark.points(2)
def test_examples_in_columns_of_a_square_matrix(agree):
    agree.scenario(through_layer, wave(2, 3), wave(2, start=2), wave(3, 3, start=5))
    agree.scenario(through_layer, wave(3, 3), wave(3, start=4), wave(3, 3, start=1))


# Trap: a batch of one squeezed to a vector.
@pytest.mark.exercise("examples_in_columns")
@pytest.mark.points(2)
def test_examples_in_columns_of_one(agree):
    agree.scenario(through_layer, wave(2, 3), wave(2, start=2), wave(3, 1, start=3))
    agree.scenario(through_layer, wave(1, 1), wave(1, start=3), wave(1, 4, start=2))


# Trap: a new layer that fits, with weights nobody trained; the trained weights changed to fit; float32 forced.
@pytest.mark.exercise("examples_in_columns")
def test_examples_in_columns_uses_the_layer_as_it_is(agree):
    double = torch.float64
    weight, bias = wave(4, 3, dtype=double) / 3, wave(4, start=2, dtype=double) / 3
    agree.scenario(through_layer, weight, bias, wave(3, 2, start=3, dtype=double) / 7)


# Trap: detached on the way in or out; gradients that the layer or `x` came with cleared.
@pytest.mark.exercise("examples_in_columns")
def test_examples_in_columns_keep_the_gradient(agree):
    agree.scenario(gradients_through_layer, wave(2, 3), wave(2, start=2), wave(3, 4, start=3, grad=True))


# --- which_fault ---


# Trap: shapes that broadcast taken for a fault; a size that differs on the right overlooked.
def test_which_fault_of_an_operation_element_by_element(agree):
    agree("which_fault", "e")
    agree("which_fault", "f")


# Trap: every mixture of dtypes taken for a fault.
def test_which_fault_of_a_sum_of_two_dtypes(agree):
    agree("which_fault", "d")


# Trap: a matrix product expected to make one dtype of two, as a sum does.
def test_which_fault_of_a_product_of_two_dtypes(agree):
    agree("which_fault", "c")
    agree("which_fault", "j")
    agree("which_fault", "n")


# Trap: the layer's weights forgotten: they have a shape, a dtype and a device too.
def test_which_fault_of_a_layer(agree):
    agree("which_fault", "g")
    agree("which_fault", "h")
    agree("which_fault", "i")


# Trap: `cat` and `stack` expected to fill up what is short.
def test_which_fault_of_joining(agree):
    agree("which_fault", "k")
    agree("which_fault", "m")


# Trap: a Python number taken for a tensor on the CPU; two devices expected to work together.
def test_which_fault_of_devices(agree):
    agree("which_fault", "b")
    agree("which_fault", "l")
    agree("which_fault", "a")


# --- shape_in_message ---


# Trap: the other operand's shape; the first and the second exchanged.
@pytest.mark.points(2)
def test_shape_in_message_of_products(agree):
    agree("shape_in_message", "a")
    agree("shape_in_message", "b")


# Trap: a message shows the matrix as it goes into the product, transposed.
@pytest.mark.points(2)
def test_shape_in_message_of_a_transposed_matrix(agree):
    agree("shape_in_message", "c")


# Trap: the axis of size 1 that a product lends to a vector; the vector's size taken for the matrix's.
@pytest.mark.points(2)
def test_shape_in_message_of_a_vector(agree):
    agree("shape_in_message", "d")
    agree("shape_in_message", "e")


# Trap: aligned on the left; tensor a and tensor b exchanged; only one of the sizes.
@pytest.mark.points(2)
def test_shape_in_message_element_by_element(agree):
    agree("shape_in_message", "f")
    agree("shape_in_message", "g")


# Trap: the tensors of a list counted from 1; "expected" taken for what was got.
def test_shape_in_message_of_lists(agree):
    agree("shape_in_message", "h")
    agree("shape_in_message", "i")


# Trap: the shape that was wanted taken for the one that is there; the index for the size.
def test_shape_in_message_of_view_and_index(agree):
    agree("shape_in_message", "j")
    agree("shape_in_message", "k")


# Trap: what was expected; the last axis left out.
def test_shape_in_message_of_a_batch(agree):
    agree("shape_in_message", "l")


# --- changed_shape ---


# Trap: -1 taken for a size, or for what is left over when nothing fits.
def test_changed_shape_of_reshape(agree):
    agree("changed_shape", "b")
    agree("changed_shape", "c")
    agree("changed_shape", "a")


# Trap: the batch flattened too, or kept where nobody asked for it.
def test_changed_shape_of_flatten(agree):
    agree("changed_shape", "d")
    agree("changed_shape", "e")


# Trap: permute read backwards; `view` expected to copy when it must; `reshape` expected to refuse as `view` does.
def test_changed_shape_of_permute(agree):
    agree("changed_shape", "f")
    agree("changed_shape", "g")
    agree("changed_shape", "h")


# Trap: the new axis in front, whatever the index says.
def test_changed_shape_of_unsqueeze(agree):
    agree("changed_shape", "i")
    agree("changed_shape", "j")


# Trap: squeeze takes any axis away, or raises; without an argument it leaves the first axis alone.
def test_changed_shape_of_squeeze(agree):
    agree("changed_shape", "k")
    agree("changed_shape", "l")


# Trap: stack and cat exchanged, or along the wrong axis.
def test_changed_shape_of_stack_and_cat(agree):
    agree("changed_shape", "m")
    agree("changed_shape", "n")
    agree("changed_shape", "o")
    agree("changed_shape", "p")


# --- row_and_column ---


def one_of_the_two(module, place, x):
    """A scenario: the matrix at `place`; `None` is handed on, so that it is told as a `return` that is missing."""
    answer = module.row_and_column(x)
    return None if answer is None else answer[place]


def after_writing(module, x):
    """A scenario: what `x`, the row and the column hold after a number was written into each of the two."""
    row, column = module.row_and_column(x)
    row[0, 0] = 999
    column[-1, 0] = -5
    return {"`x` afterwards": x, "matrix with one row": row, "matrix with one column": column}


# Trap: a vector, or a column, for the row.
@pytest.mark.exercise("row_and_column")
def test_row_and_column_row(agree, device):
    agree.scenario(one_of_the_two, 0, torch.arange(4, device=device))
    agree.scenario(one_of_the_two, 0, wave(1, device=device))


# Trap: `x.T` of a vector is the vector; the new axis in front.
@pytest.mark.exercise("row_and_column")
def test_row_and_column_column(agree, device):
    agree.scenario(one_of_the_two, 1, torch.arange(5, dtype=torch.int16, device=device))
    agree.scenario(one_of_the_two, 1, wave(3, dtype=torch.float64, device=device))


# Trap: `clone`, `stack` or `torch.tensor` copy.
@pytest.mark.points(2)
def test_row_and_column_are_views(agree, device):
    views = agree.using(memory="shared")
    views("row_and_column", torch.arange(5, device=device))
    views("row_and_column", wave(8, device=device)[1::2])


# Trap: only one of the two shares memory with `x`, or the two share it with each other only.
@pytest.mark.exercise("row_and_column")
def test_row_and_column_show_what_is_written(agree, device):
    agree.scenario(after_writing, wave(4, device=device))
    agree.scenario(after_writing, torch.tensor([True, True, False], device=device))


# Trap: a detached view; the gradient that `x` came with cleared.
def test_row_and_column_keep_the_gradient(agree, device):
    agree("row_and_column", wave(4, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "row_and_column", wave(3, device=device))


# --- after_the_write ---


# Trap: a view taken for a copy; the place in `z` taken for the place in `x`.
def test_after_the_write_through_another_shape(agree):
    agree("after_the_write", "b")
    agree("after_the_write", "d")
    agree("after_the_write", "a")


# Trap: a transpose taken for a reshape.
def test_after_the_write_through_a_transpose(agree):
    agree("after_the_write", "c")


# Trap: `reshape` always taken for a view, or `contiguous` for one.
def test_after_the_write_where_reshape_copies(agree):
    agree("after_the_write", "e")
    agree("after_the_write", "l")


# Trap: a copy of a copy taken for a view of the first; `stack` taken for a view.
def test_after_the_write_into_a_copy(agree):
    agree("after_the_write", "f")
    agree("after_the_write", "h")


# Trap: a new axis taken for a copy; a row counted from the start of `x`.
def test_after_the_write_through_one_axis_more(agree):
    agree("after_the_write", "g")
    agree("after_the_write", "k")


# Trap: `z += 10` taken for `z = z + 10`.
def test_after_the_write_in_place_or_not(agree):
    agree("after_the_write", "i")
    agree("after_the_write", "j")


# --- batch_rows ---


# Trap: `reshape(-1)` loses the batch; an axis more or less than the example; sizes written down.
def test_batch_rows_of_images(agree, device):
    agree("batch_rows", wave(4, 3, 2, 5, device=device))
    agree("batch_rows", wave(3, 4, 2, device=device))
    agree("batch_rows", wave(3, 2, 2, 1, 2, device=device))


# Trap: `squeeze` eats a batch of one, or an item of one number.
@pytest.mark.points(2)
def test_batch_rows_of_one(agree, device):
    agree("batch_rows", wave(1, 2, 3, device=device))
    agree("batch_rows", wave(5, 1, 1, device=device))
    agree("batch_rows", wave(1, 1, device=device))


# Trap: nothing to flatten.
def test_batch_rows_of_rows(agree, device):
    agree("batch_rows", torch.arange(10, dtype=torch.int16, device=device).reshape(2, 5))
    agree("batch_rows", torch.tensor([[2**24 + 1, 3], [2, 2**53 + 1]], device=device))
    agree("batch_rows", torch.tensor([[[True], [False]]], device=device))
    agree.scenario(kept, "batch_rows", (wave(2, 3, 1),), (wave(2, 3, 1, start=5),))
    agree("batch_rows", wave(3, 3, device=device).t())


# Trap: `view` refuses what `permute` gives; the memory read as it lies.
@pytest.mark.points(2)
def test_batch_rows_after_a_permute(agree, device):
    agree("batch_rows", wave(2, 4, 5, 3, device=device).permute(0, 3, 1, 2))
    agree("batch_rows", wave(4, 3, 2, device=device).permute(2, 1, 0))


# Trap: another number of axes, or another order; what is no float.
def test_batch_rows_of_any_shape(agree):
    agree.forall("batch_rows", tensors(shape=((1, 4), (1, 4), (1, 4)), dtype=(torch.float64, torch.int64)))


# Trap: rows made anew out of Python numbers; the gradient that `x` came with cleared.
def test_batch_rows_keep_the_gradient(agree, device):
    agree("batch_rows", wave(2, 3, 2, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "batch_rows", wave(1, 2, 2, device=device))


# --- pile_up ---


def written_into(module, x, count):
    """A scenario: `x` and the pile after one copy in it has been changed."""
    pile = module.pile_up(x, count)
    pile[0] = 99
    return {"`x` afterwards": x, "what you returned": pile}


# Trap: `cat` makes one long vector; the new axis at the end.
@pytest.mark.points(2)
def test_pile_up_five_times(agree, device):
    agree("pile_up", torch.arange(1.0, 8.0, device=device), 5)
    agree("pile_up", torch.arange(4, dtype=torch.int16, device=device), 4)


# Trap: `repeat(count, 1)` suits vectors only; the new axis after the rows.
def test_pile_up_of_a_matrix(agree, device):
    agree("pile_up", wave(2, 3, device=device), 4)
    agree("pile_up", wave(2, 2, 3, dtype=torch.float64, device=device) / 3, 2)
    agree("pile_up", torch.tensor([2**24 + 1, 2**53 + 1], device=device), 2)
    agree("pile_up", wave(3, 3, device=device).t(), 3)
    agree.scenario(kept, "pile_up", (wave(2, 2), 2), (wave(2, 2, start=5), 2))


# Trap: a tensor without axes has no first axis to repeat; one without elements; a single copy without its axis.
def test_pile_up_of_a_scalar_or_once(agree, device):
    agree("pile_up", torch.zeros(0, 2, device=device), 3)
    agree("pile_up", torch.tensor(7, device=device), 3)
    agree("pile_up", wave(3, device=device), 1)
    agree("pile_up", torch.tensor([True, False], device=device), 1)


# Trap: `expand` shows the same memory `count` times; one number shown in all places where all are equal.
@pytest.mark.exercise("pile_up")
@pytest.mark.points(2)
def test_pile_up_copies_are_independent(agree, device):
    agree.scenario(written_into, wave(3, device=device), 4)
    agree.scenario(written_into, wave(2, 2, device=device), 1)
    agree.scenario(written_into, torch.full((2,), 3.0, device=device), 3)


# Trap: `x` itself at the bottom of the pile.
def test_pile_up_has_memory_of_its_own(agree, device):
    agree.using(memory="own")("pile_up", wave(2, 3, device=device), 2)
    agree.using(memory="own")("pile_up", torch.tensor(0.5, device=device), 1)


# Trap: detached, or made anew out of Python numbers; the gradient that `x` came with cleared.
def test_pile_up_keeps_the_gradient(agree, device):
    agree("pile_up", wave(2, 2, device=device, grad=True), 3)
    agree.scenario(beside_an_earlier_gradient, "pile_up", wave(2, device=device), 2)


# --- image_brightness ---


# Trap: `squeeze()` eats the batch of one; `squeeze(0)` eats it too, and leaves the channel.
@pytest.mark.points(2)
def test_image_brightness_of_one_image(agree, device):
    agree("image_brightness", wave(1, 1, 3, 4, device=device))
    agree("image_brightness", wave(1, 1, 2, 2, device=device))


# Trap: one mean for the whole batch, or one for each row or column.
def test_image_brightness_of_several_images(agree, device):
    agree("image_brightness", wave(4, 1, 3, 2, device=device))
    agree("image_brightness", wave(3, 1, 3, 3, device=device))
    agree.scenario(kept, "image_brightness", (wave(2, 1, 2, 2),), (wave(2, 1, 2, 2, start=5),))


# Trap: height or width of 1 squeezed away: the batch is there, and the message is the same.
@pytest.mark.points(2)
def test_image_brightness_of_narrow_images(agree, device):
    agree("image_brightness", wave(3, 1, 1, 4, device=device))
    agree("image_brightness", wave(3, 1, 4, 1, device=device))
    agree("image_brightness", wave(2, 1, 1, 1, device=device))
    agree("image_brightness", wave(1, 1, 1, 1, device=device))


# Trap: the pixels added up in their own dtype and divided afterwards: float16 has no room for the sum.
def test_image_brightness_of_large_halves(agree, device):
    image = (torch.arange(28 * 28, device=device) % 5).reshape(1, 28, 28) ** 2 * 20
    agree("image_brightness", torch.stack([image, image + 5]).half())


# Trap: `images` itself handed back where an image is one pixel.
def test_image_brightness_is_new(agree, device):
    agree.using(memory="own")("image_brightness", wave(3, 1, 1, 1, device=device))


# Trap: numbers out with `item()` and into a new tensor: float32, and the gradient is lost; that of `images` cleared.
def test_image_brightness_keeps_dtype_and_gradient(agree, device):
    agree("image_brightness", wave(2, 1, 3, 5, dtype=torch.float64, device=device) / 3)
    agree("image_brightness", wave(2, 1, 2, 3, device=device, grad=True))
    agree("image_brightness", wave(1, 1, 2, 3, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "image_brightness", wave(2, 1, 1, 2, device=device))


# --- channels_first ---


# Trap: `reshape`: right shape, wrong picture; `transpose(0, 2)` exchanges height and width.
@pytest.mark.points(2)
def test_channels_first_of_a_picture(agree, device):
    agree("channels_first", wave(2, 4, 3, device=device))
    agree("channels_first", torch.arange(30, dtype=torch.uint8, device=device).reshape(3, 2, 5))


# Trap: with sides of one size no shape gives the mistake away.
@pytest.mark.points(2)
def test_channels_first_of_a_cube(agree, device):
    agree("channels_first", wave(3, 3, 3, device=device))
    agree("channels_first", wave(4, 4, 3, device=device))


# Trap: a single channel, row or column squeezed away.
@pytest.mark.points(2)
def test_channels_first_of_one(agree, device):
    agree("channels_first", wave(2, 3, 1, device=device))
    agree("channels_first", wave(1, 3, 2, dtype=torch.float64, device=device))
    agree("channels_first", torch.arange(6, device=device).reshape(3, 1, 2))


# Trap: `contiguous`, `clone` or `stack` copy, and so does another dtype on the way.
@pytest.mark.points(2)
def test_channels_first_is_a_view(agree, device):
    views = agree.using(memory="shared")
    views("channels_first", wave(2, 3, 4, device=device))
    views("channels_first", wave(2, 3, 4, device=device).transpose(0, 1))
    views("channels_first", torch.arange(12, device=device).reshape(2, 3, 2))
    views("channels_first", wave(2, 3, 2, dtype=torch.float64, device=device))


# Trap: a detached view; the gradient that `image` came with cleared.
def test_channels_first_keeps_the_gradient(agree, device):
    agree("channels_first", wave(2, 2, 3, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "channels_first", wave(1, 2, 3, device=device))


# --- sequence_rows ---


# Trap: `view` after the permute raises; without it: right shape, sequences mixed; features before steps.
@pytest.mark.points(2)
def test_sequence_rows_in_their_order(agree, device):
    agree("sequence_rows", torch.arange(24, device=device).reshape(2, 4, 3))
    agree("sequence_rows", wave(5, 2, 3, device=device))
    agree("sequence_rows", 2**53 + torch.arange(8, device=device).reshape(2, 2, 2))
    agree.scenario(kept, "sequence_rows", (wave(2, 2, 3),), (wave(2, 2, 3, start=5),))


# Trap: with sides of one size no shape gives the mistake away.
@pytest.mark.points(2)
def test_sequence_rows_of_a_cube(agree, device):
    agree("sequence_rows", wave(3, 3, 3, device=device))
    agree("sequence_rows", torch.arange(8, dtype=torch.uint8, device=device).reshape(2, 2, 2))


# Trap: a single sequence, step or feature squeezed away.
@pytest.mark.points(2)
def test_sequence_rows_of_one(agree, device):
    agree("sequence_rows", wave(3, 1, 2, device=device))
    agree("sequence_rows", wave(1, 4, 2, dtype=torch.float64, device=device))
    agree("sequence_rows", wave(4, 3, 1, device=device))
    agree("sequence_rows", wave(1, 3, 1, device=device))


# Trap: the memory read as it lies, whatever order the numbers have.
def test_sequence_rows_after_a_transpose(agree, device):
    agree("sequence_rows", wave(4, 3, 2, device=device).transpose(0, 1))
    agree("sequence_rows", wave(3, 2, 4, device=device).transpose(0, 2))


# Trap: rows made anew out of Python numbers or through NumPy; the gradient that `x` came with cleared.
def test_sequence_rows_keep_the_gradient(agree, device):
    agree("sequence_rows", wave(2, 3, 2, device=device, grad=True))
    agree.scenario(beside_an_earlier_gradient, "sequence_rows", wave(2, 2, 1, device=device))
