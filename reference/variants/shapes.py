"""Other right answers to `shapes`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import torch

from antorcha.variants import N_, equivalent, right, wrong

# --- basket_costs ---


@right("basket_costs")
def named_axes_of_goods(baskets, prices):
    return torch.einsum("cg,sg->cs", baskets, prices)


@right("basket_costs")
def every_pair_multiplied_and_summed(baskets, prices):
    return (baskets[:, None, :] * prices[None, :, :]).sum(dim=2)


@right("basket_costs")
def one_shop_after_the_other(baskets, prices):
    return torch.stack([(baskets * shop).sum(1) for shop in prices], dim=1)


@right("basket_costs")
def shops_first_then_turned(baskets, prices):
    return torch.matmul(prices, torch.transpose(baskets, 0, 1)).t()


@right("basket_costs")
def as_a_linear_layer(baskets, prices):
    return torch.nn.functional.linear(baskets, prices)


@wrong(
    "basket_costs",
    N_(
        "The two sizes that meet in the middle still differ. In the message of the text, `3x2` times `3x2` has a 2 "
        "beside a 3: "
        "which operation exchanges the two sizes of a matrix?"
    ),
)
def multiplied_as_they_are(baskets, prices):
    return baskets @ prices


@wrong(
    "basket_costs",
    N_(
        "You transposed the baskets. The product fits, but it adds up over customers and not over goods: "
        "which axis must meet in the middle, and which two are to be left?"
    ),
)
def baskets_transposed(baskets, prices):
    return baskets.T @ prices


@wrong(
    "basket_costs",
    N_(
        "You changed the shape of the prices with `reshape` or `view`. That fits, but the numbers only move up "
        "in their old order, and the prices of different shops get into one column. "
        "A transpose is something else: compare the two on paper."
    ),
)
def prices_reshaped(baskets, prices):
    return baskets @ prices.reshape(prices.shape[1], prices.shape[0])


@wrong(
    "basket_costs",
    N_(
        "Your table has the shops in its rows and the customers in its columns. "
        "The first matrix of a product gives the rows of the result."
    ),
)
def shops_in_the_rows(baskets, prices):
    return prices @ baskets.T


@wrong(
    "basket_costs",
    N_(
        "You transpose only when the sizes do not fit. When they fit by chance, as with two shops and two goods, "
        "the product is wrong without any error."
    ),
)
def transposed_only_where_it_raises(baskets, prices):
    return baskets @ prices if baskets.shape[1] == prices.shape[0] else baskets @ prices.T


@wrong(
    "basket_costs",
    N_(
        "You multiplied element by element, so customer i only meets shop i. "
        "Every customer must meet every shop: that is a matrix product."
    ),
)
def each_customer_in_one_shop(baskets, prices):
    return baskets * prices


@wrong(
    "basket_costs",
    N_(
        "You took the axes of size 1 away. With one customer or one shop the table is still a matrix: "
        "a row or a column."
    ),
)
def costs_squeezed(baskets, prices):
    return (baskets @ prices.T).squeeze()


@wrong(
    "basket_costs",
    N_(
        "The numbers are right, but no gradient finds its way back: Python numbers, a new tensor, `detach` and "
        "`no_grad` cut it off. Let one operation on the two tensors do it all."
    ),
)
def sums_of_python_numbers(baskets, prices):
    rows = [[float((b * p).sum()) for p in prices] for b in baskets]
    return torch.tensor(rows, dtype=baskets.dtype)


@wrong(
    "basket_costs",
    N_("You made float32 of everything. The result must have the dtype of `baskets` and `prices`."),
)
def costs_in_float32(baskets, prices):
    return baskets.float() @ prices.float().T


# --- layer_that_fits ---


@right("layer_that_fits")
def lazy_layer(x, outputs):
    layer = torch.nn.LazyLinear(outputs)
    layer(x)
    return layer


@right("layer_that_fits")
def sizes_by_name(x, outputs):
    return torch.nn.Linear(in_features=x.size(-1), out_features=outputs, bias=True)


@right("layer_that_fits")
def features_of_one_example(x, outputs):
    return torch.nn.Linear(len(x[0]), outputs)


@wrong(
    "layer_that_fits",
    N_(
        "Your layer still takes three features, whatever `x` has. In the message of the text, `3x2` is the shape of "
        "the data and the first number of `3x6` is what the layer expects: where can you read what it should be?"
    ),
)
def three_features_always(x, outputs):
    return torch.nn.Linear(3, outputs)


@wrong(
    "layer_that_fits",
    N_(
        "You wrote a 2 where there was a 3. That suits the example and no other data: "
        "read the number from the shape of `x`."
    ),
)
def two_features_always(x, outputs):
    return torch.nn.Linear(2, outputs)


@wrong(
    "layer_that_fits",
    N_(
        "You took the number of rows for the number of features. Each row is one example, and the layer takes "
        "one example at a time: how many numbers has it?"
    ),
)
def rows_for_features(x, outputs):
    return torch.nn.Linear(x.shape[0], outputs)


@wrong(
    "layer_that_fits",
    N_("You counted all the numbers in `x`. The layer takes one row at a time: how many numbers has it?"),
)
def all_numbers_for_features(x, outputs):
    return torch.nn.Linear(x.numel(), outputs)


@wrong(
    "layer_that_fits",
    N_(
        "You exchanged the two sizes. `torch.nn.Linear` first wants to know how many numbers go in, "
        "and then how many come out."
    ),
)
def sizes_exchanged(x, outputs):
    return torch.nn.Linear(outputs, x.shape[1])


@wrong(
    "layer_that_fits",
    N_("You returned what the layer gives for `x`. What is asked for is the layer itself."),
)
def output_for_layer(x, outputs):
    return torch.nn.Linear(x.shape[1], outputs)(x)


@wrong(
    "layer_that_fits", N_("Your layer has no bias. The text asks for one, and PyTorch adds it unless told otherwise.")
)
def layer_without_bias(x, outputs):
    return torch.nn.Linear(x.shape[1], outputs, bias=False)


@wrong(
    "layer_that_fits",
    N_(
        "You set the seed inside, so that every layer starts with the same weights, "
        "and the random numbers of the whole program begin anew. Leave that to the caller."
    ),
)
def layer_with_a_seed(x, outputs):
    torch.manual_seed(42)
    return torch.nn.Linear(x.shape[1], outputs)


@wrong(
    "layer_that_fits",
    N_(
        "You overwrote the random weights with one number. Outputs that begin alike learn alike: "
        "leave the weights as PyTorch makes them."
    ),
)
def weights_all_zero(x, outputs):
    layer = torch.nn.Linear(x.shape[1], outputs)
    torch.nn.init.zeros_(layer.weight)
    return layer


@wrong(
    "layer_that_fits",
    N_("Your bias is not as PyTorch makes it, which draws it at random, as it does the weights. Leave it as it comes."),
)
def bias_put_to_zero(x, outputs):
    layer = torch.nn.Linear(x.shape[1], outputs)
    torch.nn.init.zeros_(layer.bias)
    return layer


@wrong(
    "layer_that_fits",
    N_(
        "Your weights are not as PyTorch makes them: it draws them evenly between two limits that depend on the number "
        "of features. Leave them as they come."
    ),
)
def weights_drawn_anew(x, outputs):
    layer = torch.nn.Linear(x.shape[1], outputs)
    torch.nn.init.normal_(layer.weight)
    return layer


# --- examples_in_columns ---


@right("examples_in_columns")
def transposed_with_names(layer, x):
    return layer.forward(torch.transpose(x, 0, 1))


@right("examples_in_columns")
def one_column_after_the_other(layer, x):
    return torch.stack([layer(column) for column in x.unbind(1)])


@right("examples_in_columns")
def product_by_hand(layer, x):
    return (layer.weight @ x).T + layer.bias


@wrong(
    "examples_in_columns",
    N_(
        "The layer is still fed with the columns as if they were features. In the message, the 2 of `3x2` "
        "meets the 3 of `3x6`: which operation puts the examples in the rows?"
    ),
)
def fed_as_it_is(layer, x):
    return layer(x)


@wrong(
    "examples_in_columns",
    N_(
        "You changed the shape of `x` with `reshape` or `view`. It fits the layer now, but each row is a mixture "
        "of different examples. You need to exchange rows and columns."
    ),
)
def reshaped_to_fit(layer, x):
    return layer(x.reshape(x.shape[1], x.shape[0]))


@wrong(
    "examples_in_columns",
    N_(
        "You transpose only when the sizes do not fit. With as many examples as features they fit by chance, "
        "and the layer takes features for examples without any error."
    ),
)
def turned_only_where_it_raises(layer, x):
    return layer(x) if x.shape[1] == layer.in_features else layer(x.T)


@wrong(
    "examples_in_columns",
    N_(
        "You made a new layer that fits. Its weights are random ones that nobody trained: "
        "the layer that you are given is right, and the data must be turned to suit it."
    ),
)
def another_layer_instead(layer, x):
    return torch.nn.Linear(x.shape[1], layer.out_features, dtype=x.dtype)(x)


@wrong(
    "examples_in_columns",
    N_(
        "You filled `x` up with columns of zeros until it fitted the layer. There is no error left, "
        "but the rows are still features and not examples."
    ),
)
def filled_up_with_zeros(layer, x):
    missing = max(layer.in_features - x.shape[1], 0)
    return layer(torch.nn.functional.pad(x, (0, missing))[:, : layer.in_features])


@wrong(
    "examples_in_columns",
    N_(
        "Each of your columns is what the layer gives for one example. "
        "The result must have the examples in its rows: `(examples, outputs)`."
    ),
)
def outputs_in_the_rows(layer, x):
    return layer(x.T).T


@wrong(
    "examples_in_columns",
    N_(
        "You multiplied with the weights of the layer and left out its bias. "
        "The layer itself does both when you call it."
    ),
)
def bias_left_out(layer, x):
    return x.T @ layer.weight.T


@wrong(
    "examples_in_columns",
    N_("You took the axis of a single example away. A batch of one still has an axis for its examples."),
)
def single_example_squeezed(layer, x):
    return layer(x.T).squeeze()


@wrong(
    "examples_in_columns",
    N_(
        "You cut the result off from `x` and from the weights, with `detach`, `no_grad` or a new tensor. "
        "No gradient finds its way back, and the layer could not learn any more."
    ),
)
def detached_outputs(layer, x):
    return layer(x.T).detach()


@wrong(
    "examples_in_columns",
    N_(
        "The weights get their gradient, but `x` gets none: `detach`, `.data` or a new tensor cuts it off on the way "
        "into the layer. A transpose needs none of these."
    ),
)
def detached_inputs(layer, x):
    return layer(x.detach().T)


@wrong(
    "examples_in_columns",
    N_(
        "You transposed `x` itself, with an operation that ends in `_`. The numbers are right, "
        "but the caller's tensor has rows and columns exchanged now."
    ),
)
def turned_in_place(layer, x):
    return layer(x.t_())


@wrong(
    "examples_in_columns",
    N_("You put the layer into evaluation mode and left it there. The text says that `layer` does not change."),
)
def layer_left_in_evaluation(layer, x):
    layer.eval()
    return layer(x.T)


# --- which_fault ---

FAULTS = {
    "a": "shape",
    "b": "device",
    "c": "dtype",
    "d": "none",
    "e": "shape",
    "f": "none",
    "g": "shape",
    "h": "dtype",
    "i": "device",
    "j": "dtype",
    "k": "shape",
    "l": "none",
    "m": "shape",
    "n": "dtype",
}


@right("which_fault")
def faults_by_group(case):
    for fault, cases in (("shape", "aegkm"), ("dtype", "chjn"), ("device", "bi")):
        if case in cases:
            return fault
    return "none"


@right("which_fault")
def faults_in_order(case):
    shape, dtype, device, none = "shape", "dtype", "device", "none"
    order = [shape, device, dtype, none, shape, none, shape, dtype, device, dtype, shape, none, shape, dtype]
    return order["abcdefghijklmn".index(case)]


@wrong(
    "which_fault",
    N_(
        "You took two different shapes for a fault in any case. Element by element they are broadcast: "
        "write them one below the other, aligned on the right."
    ),
)
def different_shapes_never_fit(case):
    return "shape" if case == "f" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You compared the shapes `(4, 3)` and `(4,)` from the left, where the fours agree. "
        "Broadcasting aligns them on the right."
    ),
)
def shapes_from_the_left(case):
    return {"e": "none", "f": "shape"}.get(case, FAULTS[case])


@wrong(
    "which_fault",
    N_(
        "You took two different dtypes for a fault in any case. Element by element PyTorch finds one dtype "
        "for both: which one would hold float32 and int64?"
    ),
)
def different_dtypes_never_fit(case):
    return "dtype" if case == "d" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected a matrix product to find one dtype for two, as a sum does. It does not: "
        "look at what the lesson says of products and layers."
    ),
)
def products_find_a_common_dtype(case):
    return "none" if case in "cjn" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You took a product of float32 and whole numbers for one without a fault. "
        "`torch.tensor([[1, 2], [3, 4]])` has no decimal point: which dtype has it?"
    ),
)
def whole_numbers_are_float32(case):
    return "none" if case == "j" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected a layer to convert what it is fed with. Its weights are float32: "
        "what happens to a product of two dtypes?"
    ),
)
def layers_convert_the_dtype(case):
    return "none" if case == "h" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected a layer to work wherever its input is. Its weights are tensors too: "
        "where does PyTorch put them when nobody says where?"
    ),
)
def layers_follow_their_input(case):
    return "none" if case == "i" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected the layer to take rows of two numbers. The first number in `torch.nn.Linear(3, 6)` "
        "says how long a row must be."
    ),
)
def layers_take_any_row(case):
    return "none" if case == "g" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected PyTorch to bring two tensors together on one device. It never moves a tensor by itself: "
        "where does each one live?"
    ),
)
def tensors_move_by_themselves(case):
    return "none" if case in "bi" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You took the number 2.5 for a tensor on the CPU. A plain Python number has no device: it goes with any tensor."
    ),
)
def numbers_have_a_device(case):
    return "device" if case == "l" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected `cat` to accept rows of different lengths. Only along the axis that they are joined on, "
        "here the first, may sizes differ."
    ),
)
def cat_fills_up(case):
    return "none" if case == "k" else FAULTS[case]


@wrong(
    "which_fault",
    N_("You expected `stack` to fill up the shorter vector. All tensors in a stack must have one shape."),
)
def stack_fills_up(case):
    return "none" if case == "m" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You expected two matrices of equal shape to have a matrix product. "
        "The columns of the first must be as many as the rows of the second."
    ),
)
def equal_shapes_multiply(case):
    return "none" if case == "a" else FAULTS[case]


@wrong(
    "which_fault",
    N_(
        "You found a fault of shape in a product that has none. `(3, 2)` times `(2, 3)` fits, "
        "and so does `(2, 3)` times `(3, 2)`: look at the dtypes."
    ),
)
def products_want_equal_shapes(case):
    return "shape" if case in "cn" else FAULTS[case]


# --- shape_in_message ---

IN_MESSAGE = {
    "a": (4, 5),
    "b": (4, 2),
    "c": (3, 4),
    "d": (5,),
    "e": (3, 4),
    "f": (2,),
    "g": (2, 3),
    "h": (4, 5),
    "i": (3, 2),
    "j": (3, 4),
    "k": (3, 6),
    "l": (4, 5, 7),
}


@right("shape_in_message")
def looked_up_shape(case):
    return IN_MESSAGE[case]


@right("shape_in_message")
def shape_as_a_list(case):
    return list(IN_MESSAGE[case])


@wrong(
    "shape_in_message",
    N_(
        "You returned the shape of the other operand. The two shapes in the message stand in the order in which the "
        "operation is written: is `x` the first or the second?"
    ),
)
def other_operand(case):
    return (IN_MESSAGE | {"a": (2, 3), "b": (3, 6)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You took the second shape for that of the layer as it is written. `x` is what the layer is fed with, "
        "and comes first in the product."
    ),
)
def weights_of_the_layer(case):
    return (IN_MESSAGE | {"b": (3, 6)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You returned the shape as it went into the product. The operation transposes `x` first: "
        "which shape did it have before?"
    ),
)
def as_it_went_in(case):
    return (IN_MESSAGE | {"c": (4, 3)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You took the 1 in the message for a size of `x`. A product lends a vector an axis for the time of the "
        "calculation, and the vector itself has one axis."
    ),
)
def lent_axis_kept(case):
    return (IN_MESSAGE | {"d": (1, 5)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You took the first number in brackets for the shape of `x`. It is the size of the result; `mat` is the matrix."
    ),
)
def size_of_the_result(case):
    return (IN_MESSAGE | {"e": (3,)})[case]


@wrong(
    "shape_in_message",
    N_("You took `vec` for `x`. It is the vector that `x` is multiplied by: which word stands for the matrix?"),
)
def vector_for_the_matrix(case):
    return (IN_MESSAGE | {"e": (5,)})[case]


@wrong(
    "shape_in_message",
    N_("You exchanged tensor a and tensor b. a is the one on the left of the operator, b the one on the right."),
)
def a_and_b_exchanged(case):
    return (IN_MESSAGE | {"f": (3,), "g": (4, 3)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You gave `x` two axes because the message speaks of dimension 1. It counts the axes of the longer shape, "
        "aligned on the right; `x` is a vector and has a single axis."
    ),
)
def axes_filled_up(case):
    return (IN_MESSAGE | {"f": (4, 2)})[case]


@wrong(
    "shape_in_message",
    N_(
        "The message names the size of `x` in one axis only. The other axis has to fit the other tensor, "
        "or the message would complain of it first."
    ),
)
def other_axis_forgotten(case):
    return (IN_MESSAGE | {"g": (2,)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You exchanged what was expected and what was got. The first tensor of the list says what is expected, "
        "and the one that does not fit is `x`."
    ),
)
def expected_for_got(case):
    return (IN_MESSAGE | {"h": (4, 3), "i": (2, 3)})[case]


@wrong(
    "shape_in_message",
    N_("You returned the shape that `view` was asked for. `x` has another one: how many elements does it hold?"),
)
def wanted_for_given(case):
    return (IN_MESSAGE | {"j": (4, 5)})[case]


@wrong(
    "shape_in_message",
    N_("You took the number of elements for the shape. `x` is a matrix, and you know its number of rows."),
)
def elements_for_a_shape(case):
    return (IN_MESSAGE | {"j": (12,)})[case]


@wrong(
    "shape_in_message",
    N_("You took the index for the size. The index is too large by one at least: the size stands at the end."),
)
def index_for_size(case):
    return (IN_MESSAGE | {"k": (3, 7)})[case]


@wrong(
    "shape_in_message",
    N_(
        "You took what was expected for the shape of `x`. Expected is what would fit the first tensor; "
        "`x` is what the message got."
    ),
)
def batch_that_would_fit(case):
    return (IN_MESSAGE | {"l": (4, 3, 7)})[case]


@wrong(
    "shape_in_message",
    N_("You left out the last axis. The message names the first two; you know the columns from the text."),
)
def first_two_of_three(case):
    return (IN_MESSAGE | {"l": (4, 5)})[case]


# --- changed_shape ---

SHAPES = {
    "a": (6, 4),
    "b": (4, 6),
    "c": "error",
    "d": (24,),
    "e": (2, 12),
    "f": (4, 2, 3),
    "g": "error",
    "h": (24,),
    "i": (2, 1, 3, 4),
    "j": (2, 3, 4, 1),
    "k": (2, 3, 4),
    "l": (3, 4),
    "m": (3, 2, 3, 4),
    "n": (6, 3, 4),
    "o": (2, 2, 3, 4),
    "p": (2, 6, 4),
}


@right("changed_shape")
def changes_in_groups(case):
    if case in "cg":
        return "error"
    if case in "dh":
        return [24]
    return SHAPES[case]


@right("changed_shape")
def changes_by_running(case):
    x = torch.arange(24).reshape(2, 3, 4)
    expressions = {
        "a": lambda: x.reshape(6, 4),
        "b": lambda: x.reshape(4, -1),
        "c": lambda: x.reshape(5, -1),
        "d": lambda: x.flatten(),
        "e": lambda: x.flatten(1),
        "f": lambda: x.permute(2, 0, 1),
        "g": lambda: x.permute(2, 0, 1).view(24),
        "h": lambda: x.permute(2, 0, 1).reshape(24),
        "i": lambda: x.unsqueeze(1),
        "j": lambda: x.unsqueeze(-1),
        "k": lambda: x.squeeze(0),
        "l": lambda: x[:1].squeeze(),
        "m": lambda: torch.stack([x, x, x]),
        "n": lambda: torch.cat([x, x, x]),
        "o": lambda: torch.stack([x, x], dim=1),
        "p": lambda: torch.cat([x, x], dim=1),
    }
    try:
        return expressions[case]().shape
    except RuntimeError:
        return "error"


@wrong(
    "changed_shape",
    N_(
        "You took -1 for the last size of `x`, or for a size of its own. It stands for whatever is needed "
        "to use up all the numbers: how many are there, and how many does the other axis take?"
    ),
)
def minus_one_keeps_the_size(case):
    return (4, 4) if case == "b" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You expected -1 to find a size in any case. The product of all sizes must be the number of elements: "
        "is 24 divisible by 5?"
    ),
)
def minus_one_rounds(case):
    return {"c": (5, 4)}.get(case, SHAPES[case])


@wrong(
    "changed_shape",
    N_("You expected `flatten()` to keep the first axis. It flattens everything, unless told where to begin."),
)
def flatten_keeps_the_batch(case):
    return (2, 12) if case == "d" else SHAPES[case]


@wrong(
    "changed_shape",
    N_("You expected `flatten(1)` to flatten everything. Its 1 is the first of the axes that are joined: what stays?"),
)
def flatten_takes_everything(case):
    return (24,) if case == "e" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You joined the first two axes and kept the last one. "
        "The 1 in `flatten(1)` says where to begin, and the axes from there on are joined."
    ),
)
def flatten_up_to_the_axis(case):
    return (6, 4) if case == "e" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You read the numbers in `permute` backwards, as the places where the old axes go. "
        "The first of them names the axis that comes first: which size has axis 2?"
    ),
)
def permute_backwards(case):
    return (3, 4, 2) if case == "f" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You expected `permute` to turn the order of the axes round. "
        "Its arguments name the old axes one by one, in their new order."
    ),
)
def permute_turns_round(case):
    return (4, 3, 2) if case == "f" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You expected `view` to work after `permute`. It never copies, "
        "and the numbers no longer lie in memory in the order that it needs."
    ),
)
def view_copies_if_it_must(case):
    return (24,) if case == "g" else SHAPES[case]


@wrong(
    "changed_shape",
    N_("You expected `reshape` to refuse what `view` refuses. What does `reshape` do when it cannot give a view?"),
)
def reshape_refuses_too(case):
    return "error" if case == "h" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You put the new axis of `unsqueeze` in front. Its argument is the place that the axis will have "
        "in the new shape, and -1 is the last place."
    ),
)
def unsqueeze_in_front(case):
    return (1, 2, 3, 4) if case in "ij" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You put the new axis behind axis 1. After `unsqueeze(1)` the new axis itself is axis 1, "
        "counted from 0: what stands before it?"
    ),
)
def unsqueeze_behind_the_axis(case):
    return (2, 3, 1, 4) if case == "i" else SHAPES[case]


@wrong(
    "changed_shape",
    N_("You put the new axis before the last one. With `unsqueeze(-1)` the new axis itself is the last."),
)
def unsqueeze_before_the_last(case):
    return (2, 3, 1, 4) if case == "j" else SHAPES[case]


@wrong(
    "changed_shape",
    N_("You expected `squeeze(0)` to take an axis of size 2 away. What would become of half of its numbers?"),
)
def squeeze_takes_any_axis(case):
    return (3, 4) if case == "k" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You expected an error from squeezing an axis that is longer than 1. PyTorch leaves such an axis as it is "
        "and says nothing."
    ),
)
def squeeze_refuses(case):
    return "error" if case == "k" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You expected `squeeze()` to leave the first axis alone. Without an argument it takes away every axis "
        "of size 1, and `x[:1]` has one."
    ),
)
def squeeze_keeps_the_first(case):
    return (1, 3, 4) if case == "l" else SHAPES[case]


@wrong(
    "changed_shape",
    N_(
        "You took `stack` for `cat`. A stack has one axis more than the tensors in it, "
        "and the size of that axis is how many there are."
    ),
)
def stack_is_cat(case):
    return {"m": (6, 3, 4), "o": (2, 6, 4)}.get(case, SHAPES[case])


@wrong(
    "changed_shape",
    N_("You took `cat` for `stack`. It adds no axis: it makes one that is there already longer."),
)
def cat_is_stack(case):
    return {"n": (3, 2, 3, 4), "p": (2, 2, 3, 4)}.get(case, SHAPES[case])


@wrong(
    "changed_shape",
    N_("You overlooked `dim=1`: with it the tensors are not joined along the first axis. Axes are counted from 0."),
)
def joined_in_front(case):
    return {"p": (4, 3, 4)}.get(case, SHAPES[case])


# --- row_and_column ---


@right("row_and_column")
def by_view(x):
    return x.view(1, -1), x.view(-1, 1)


@right("row_and_column")
def by_reshape(x):
    return [x.reshape(1, len(x)), x.reshape(len(x), 1)]


@right("row_and_column")
def by_none(x):
    return x[None], x[:, None]


@wrong(
    "row_and_column",
    N_(
        "You transposed the vector to get a column. With a single axis there is nothing to exchange: "
        "`x.T` of a vector is the vector. It needs a second axis first."
    ),
)
def transposed_vector(x):
    return x.unsqueeze(0), x.t()


@wrong(
    "row_and_column",
    N_("You returned the column first. The row comes first: its shape is `(1, n)`."),
)
def column_before_the_row(x):
    return x.unsqueeze(1), x.unsqueeze(0)


@wrong(
    "row_and_column",
    N_("You returned the vector itself for the row. The row is a matrix: count its brackets."),
)
def vector_for_the_row(x):
    return x, x.unsqueeze(1)


@wrong(
    "row_and_column",
    N_("Both of your matrices have one row. For the column, the new axis of size 1 must come after that of `x`."),
)
def two_rows(x):
    return x.unsqueeze(0), x.unsqueeze(0)


@wrong(
    "row_and_column",
    N_(
        "You made copies. The two matrices must be views of `x`: "
        "leave out what copies, such as `clone`, `stack`, `cat` or `torch.tensor`."
    ),
)
def copied_row_and_column(x):
    return torch.stack([x]), torch.stack([x], dim=1)


@wrong(
    "row_and_column",
    N_(
        "One of your two matrices is a copy: what is written into `x` does not show in it. "
        "Both must share memory with `x`."
    ),
)
def copied_column(x):
    return x.unsqueeze(0), x.unsqueeze(1).clone()


@wrong(
    "row_and_column",
    N_(
        "You detached the two from `x`. They share its memory, but no gradient finds its way back: "
        "what do `detach` and `.data` take away?"
    ),
)
def detached_row_and_column(x):
    return x.detach().unsqueeze(0), x.detach().unsqueeze(1)


@wrong(
    "row_and_column",
    N_(
        "You changed the shape of `x` itself, by an operation that ends in `_`. "
        "The caller's vector is a matrix now; make new views and leave `x` alone."
    ),
)
def x_reshaped_in_place(x):
    row = x.unsqueeze_(0)
    return row, row.T


# --- after_the_write ---

UNCHANGED = [0, 1, 2, 3, 4, 5]
HELD = {
    "a": [99, 1, 2, 3, 4, 5],
    "b": [0, 1, 99, 3, 4, 5],
    "c": [0, 99, 2, 3, 4, 5],
    "d": [0, 1, 2, 3, 99, 5],
    "e": UNCHANGED,
    "f": UNCHANGED,
    "g": [0, 1, 2, 3, 99, 5],
    "h": UNCHANGED,
    "i": [10, 11, 12, 13, 14, 15],
    "j": UNCHANGED,
    "k": [0, 1, 2, 3, 4, 99],
    "l": UNCHANGED,
}


def _with_99_at(place):
    return [99 if number == place else number for number in UNCHANGED]


@right("after_the_write")
def places_by_case(case):
    if case == "i":
        return [number + 10 for number in range(6)]
    return _with_99_at({"a": 0, "b": 2, "c": 1, "d": 4, "g": 4, "k": 5}.get(case))


@right("after_the_write")
def by_writing(case):
    x = torch.arange(6).reshape(2, 3)
    if case in "ab":
        x.view(-1)["ab".index(case) * 2] = 99
    elif case == "c":
        x.t()[1, 0] = 99
    elif case in "dg":
        x[1, 1] = 99
    elif case == "i":
        x += 10
    elif case == "k":
        x[1, 2] = 99
    return x.flatten().tolist()


@wrong(
    "after_the_write",
    N_(
        "You expected `x` never to change, because only `z` is written to. "
        "A view has no numbers of its own: it shows the memory of `x`."
    ),
)
def x_never_changes(case):
    return UNCHANGED


@wrong(
    "after_the_write",
    N_("You took `view`, which never copies, for a copy. Which memory does `z` show after it?"),
)
def view_is_a_copy(case):
    return UNCHANGED if case in "abik" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You took the place in `z` for the same place in `x`. The two have different shapes: "
        "count how many numbers stand before the place in `z`, row by row, and go as far in `x`."
    ),
)
def same_place_in_x(case):
    return _with_99_at(3) if case in "bc" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You took `t` for a `view` with the shape `(3, 2)`. It exchanges rows and columns: "
        "which row and column of `x` stand at `z[1, 0]`?"
    ),
)
def transpose_is_a_view_of_another_shape(case):
    return _with_99_at(2) if case == "c" else HELD[case]


@wrong(
    "after_the_write",
    N_("You took `t` for a copy. It copies nothing: it reads the same memory in another order."),
)
def transpose_is_a_copy(case):
    return UNCHANGED if case == "c" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You expected `reshape` to copy in any case. It does so only where no view can show the new shape: "
        "do the numbers of `x` lie in their order?"
    ),
)
def reshape_always_copies(case):
    return UNCHANGED if case == "d" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You expected `reshape` and `contiguous` never to copy. The columns of `x` do not lie one after the other "
        "in its memory, so no view can show them in a row."
    ),
)
def reshape_never_copies(case):
    return {"e": _with_99_at(3), "l": _with_99_at(0)}.get(case, HELD[case])


@wrong(
    "after_the_write",
    N_(
        "You expected `contiguous` to rearrange `x` or to be a view of it. Numbers that lie in another order "
        "must be copied to get into this one."
    ),
)
def contiguous_is_a_view(case):
    return _with_99_at(0) if case == "l" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You expected a view of a copy to reach `x`. After `clone` there is memory of its own, "
        "and what is built upon it shows that memory."
    ),
)
def clone_reaches_x(case):
    return _with_99_at(0) if case == "f" else HELD[case]


@wrong(
    "after_the_write",
    N_("You expected `stack` to show the memory of `x`, perhaps twice. Joining tensors copies them into new memory."),
)
def stack_reaches_x(case):
    return _with_99_at(0) if case == "h" else HELD[case]


@wrong(
    "after_the_write",
    N_("You took `unsqueeze` for a copy. An axis of size 1 needs no new memory, so it is a view."),
)
def unsqueeze_is_a_copy(case):
    return UNCHANGED if case == "g" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You counted from the start of `x` where `z` shows only its second row, `x[1]`. "
        "The first number in `z` is the 3."
    ),
)
def row_from_the_start(case):
    return _with_99_at(2) if case == "k" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You took `z += 10` for `z = z + 10`. The first writes into the memory that `z` shows, "
        "and that is the memory of `x`."
    ),
)
def in_place_is_new(case):
    return UNCHANGED if case == "i" else HELD[case]


@wrong(
    "after_the_write",
    N_(
        "You took `z = z + 10` for `z += 10`. It calculates a new tensor and gives it the name `z`: "
        "what does it write into `x`?"
    ),
)
def new_is_in_place(case):
    return HELD["i"] if case == "j" else HELD[case]


# --- batch_rows ---


@right("batch_rows")
def rows_by_reshape(x):
    return x.reshape(x.shape[0], -1)


@right("batch_rows")
def rows_one_by_one(x):
    return torch.stack([item.flatten() for item in x])


@right("batch_rows")
def rows_by_the_layer(x):
    return torch.nn.Flatten()(x)


@right("batch_rows")
def rows_in_order_first(x):
    return x.contiguous().view(len(x), x[0].numel())


@wrong(
    "batch_rows",
    N_(
        "You flattened the batch too, so all items are in one long row. "
        "The first axis must stay: what can you tell `reshape` or `flatten` about it?"
    ),
)
def batch_flattened_too(x):
    return x.reshape(-1)


@wrong(
    "batch_rows",
    N_(
        "You used `view`, which cannot give a matrix when the numbers lie in another order, as after `permute`. "
        "Its error message names the method that can."
    ),
)
def rows_by_view(x):
    return x.view(x.shape[0], -1)


@wrong(
    "batch_rows",
    N_(
        "You put the -1 first, so that the batch has the size of an item. The shape begins with the number "
        "of items, and -1 stands for the rest."
    ),
)
def minus_one_first(x):
    return x.reshape(-1, x.shape[0])


@wrong(
    "batch_rows",
    N_(
        "You made columns with `reshape` and transposed them. The shape is right, "
        "but each row picks its numbers from all of the items."
    ),
)
def columns_transposed(x):
    return x.reshape(-1, x.shape[0]).T


@wrong(
    "batch_rows",
    N_(
        "You joined the first two axes with each other, or all but the last. "
        "The first axis stays alone, and all the others are joined."
    ),
)
def last_axis_kept(x):
    return x.reshape(-1, x.shape[-1])


@wrong(
    "batch_rows",
    N_(
        "You joined the last two axes only. With images of several channels an axis too many is left: "
        "how many axes an item has must not matter."
    ),
)
def last_two_joined(x):
    return x.flatten(-2) if x.ndim > 2 else x


@wrong(
    "batch_rows",
    N_(
        "You took all axes of size 1 away. A batch of one item is still a batch, "
        "and an item of one number is still a row."
    ),
)
def rows_squeezed(x):
    return x.flatten(1).squeeze()


@wrong(
    "batch_rows",
    N_(
        "You read the numbers as they lie in memory. After `permute` that is another order than the one of their "
        "positions: each row must be `x[i].flatten()`."
    ),
)
def rows_as_they_lie(x):
    return x.as_strided((x.numel(),), (1,)).view(x.shape[0], -1)


@wrong(
    "batch_rows",
    N_(
        "The numbers are right, but no gradient finds its way back: Python lists, a new tensor, `detach` and `no_grad` "
        "cut it off."
    ),
)
def rows_from_lists(x):
    return torch.tensor([item.flatten().tolist() for item in x], dtype=x.dtype)


@wrong(
    "batch_rows",
    N_("You made float32 of every number. The dtype of the batch must stay."),
)
def rows_in_float32(x):
    return x.flatten(1).float()


# --- pile_up ---


@right("pile_up")
def repeated_along_a_new_axis(x, count):
    return x.unsqueeze(0).repeat(count, *[1] * x.ndim)


@right("pile_up")
def expanded_and_copied(x, count):
    return x.expand(count, *x.shape).clone()


@right("pile_up")
def joined_with_an_axis_each(x, count):
    return torch.cat([x[None] for _ in range(count)])


@right("pile_up")
def written_one_by_one(x, count):
    pile = x.new_empty(count, *x.shape)
    for i in range(count):
        pile[i] = x
    return pile


@wrong(
    "pile_up",
    N_(
        "You joined the copies end to end, as `cat` does, along the axis that was there. "
        "A pile has one axis more than `x`: look for the function that makes it."
    ),
)
def joined_end_to_end(x, count):
    return torch.cat([x] * count)


@wrong(
    "pile_up",
    N_("You put the new axis last, so that each copy became a column. `result[0]` must be equal to `x`."),
)
def new_axis_last(x, count):
    return torch.stack([x] * count, dim=-1)


@wrong(
    "pile_up",
    N_(
        "You put the new axis after the first one. For a vector that is the last place, for a matrix the middle: "
        "`result[0]` must be equal to `x`."
    ),
)
def new_axis_second(x, count):
    return torch.stack([x] * count, dim=1)


@wrong(
    "pile_up",
    N_(
        "You used `expand`, which copies nothing: all of the copies are one and the same memory, that of `x`. "
        "Writing into one must not change the others."
    ),
)
def expanded(x, count):
    return x.expand(count, *x.shape)


@wrong(
    "pile_up",
    N_(
        "You expanded `x` and called `contiguous` on it, which copies only where it must. "
        "A pile of one needs no copy, so it is still the memory of `x`."
    ),
)
def expanded_and_contiguous(x, count):
    return x.expand(count, *x.shape).contiguous()


@wrong(
    "pile_up",
    N_(
        "You made one copy of `x` and expanded it. `x` is safe from what is written into the pile, "
        "but its copies are not safe from each other."
    ),
)
def copied_and_expanded(x, count):
    return x.clone().expand(count, *x.shape)


@wrong(
    "pile_up",
    N_(
        "You repeated `x` with `repeat(count, 1)`, which suits a vector. A matrix repeated like that gets longer "
        "and no axis more: put the new axis in front yourself, or let another function do it."
    ),
)
def repeated_as_a_vector(x, count):
    return x.repeat(count, 1)


@wrong(
    "pile_up",
    N_("You returned a list of tensors. One tensor is asked for, with one axis more."),
)
def list_of_copies(x, count):
    return [x.clone() for _ in range(count)]


@wrong(
    "pile_up",
    N_("You returned a single copy without the new axis. A pile of one still has an axis in front, of size 1."),
)
def pile_squeezed(x, count):
    return torch.stack([x] * count).squeeze(0)


@wrong(
    "pile_up",
    N_(
        "You built the pile from Python numbers or from a detached tensor, so that no gradient finds its way "
        "back to `x`."
    ),
)
def pile_detached(x, count):
    return torch.stack([x.detach()] * count)


@wrong(
    "pile_up",
    N_("You wrote into a tensor of zeros with PyTorch's default dtype. The pile must have the dtype of `x`."),
)
def pile_in_float32(x, count):
    pile = torch.zeros(count, *x.shape)
    pile[:] = x
    return pile


@wrong(
    "pile_up",
    N_("Your pile has one copy too many: `x` itself is not laid on top of `count` copies."),
)
def one_copy_too_many(x, count):
    return torch.stack([x] * (count + 1))


# --- image_brightness ---


@right("image_brightness")
def without_squeezing(images):
    return images.mean(dim=(1, 2, 3))


@right("image_brightness")
def by_an_index(images):
    return images[:, 0].mean(2).mean(1)


@right("image_brightness")
def by_flat_images(images):
    return images.flatten(1).mean(dim=1)


@right("image_brightness")
def image_by_image(images):
    return torch.stack([image.mean() for image in images])


@wrong(
    "image_brightness",
    N_(
        "You still squeeze every axis of size 1. With one image that is the batch as well as the channel: "
        "which argument of `squeeze` names a single axis?"
    ),
)
def everything_squeezed(images):
    return images.squeeze().mean(dim=(1, 2))


@wrong(
    "image_brightness",
    N_(
        "You squeezed axis 0, which is the batch. It goes when it has the size 1, and then the channel is taken "
        "for it: count the axes from 0 again."
    ),
)
def batch_squeezed(images):
    return images.squeeze(0).mean(dim=(-2, -1))


@wrong(
    "image_brightness",
    N_(
        "You named the axes from the end, so there is no error any more, but a batch of one still loses its axis: "
        "your result has the shape `()`."
    ),
)
def axes_from_the_end(images):
    return images.squeeze().mean(dim=(-2, -1))


@wrong(
    "image_brightness",
    N_(
        "You give the batch its axis back only when there is one image. Images of a single row or column "
        "lose an axis too: take away the channel and nothing else."
    ),
)
def patched_for_one_image(images):
    grey = images.squeeze()
    if images.shape[0] == 1:
        grey = grey.unsqueeze(0)
    return grey.mean(dim=(1, 2))


@wrong(
    "image_brightness",
    N_(
        "You squeezed after the mean, again without naming an axis. The means of a batch of one "
        "are still a vector, of one element."
    ),
)
def means_squeezed(images):
    return images.mean(dim=(2, 3)).squeeze()


@wrong(
    "image_brightness",
    N_("You left the axis of the channel in the result. It should be a vector, one mean for each image."),
)
def channel_kept(images):
    return images.mean(dim=(2, 3))


@wrong(
    "image_brightness",
    N_("You took one mean of the whole batch. Each image has its own: which axes must stay out of the mean?"),
)
def one_mean_for_all(images):
    return images.mean()


@wrong(
    "image_brightness",
    N_("You took the mean over one axis only. An image has two, height and width, and both must go."),
)
def mean_of_each_row(images):
    return images.squeeze(1).mean(dim=2)


@wrong(
    "image_brightness",
    N_(
        "You took the mean over the images: one for each pixel, in place of one for each image. "
        "The axis of the batch is the one that stays."
    ),
)
def mean_over_the_batch(images):
    return images.flatten(1).mean(dim=0)


@wrong(
    "image_brightness",
    N_(
        "You add up all the pixels of an image and divide afterwards. float16 ends at 65504, and the sum of a large "
        "image goes beyond that: PyTorch has a function that takes the mean at once."
    ),
)
def sum_without_room(images):
    return images.flatten(1).sum(dim=1) / images[0].numel()


@wrong(
    "image_brightness",
    N_(
        "You took the numbers out of the tensors with `item` or `tolist`. The result has lost the gradient, "
        "the dtype or both."
    ),
)
def means_of_python_numbers(images):
    return torch.tensor([image.mean().item() for image in images])


# --- channels_first ---


@right("channels_first")
def by_movedim(image):
    return image.movedim(-1, 0)


@right("channels_first")
def by_two_transposes(image):
    return image.transpose(0, 2).transpose(1, 2)


@right("channels_first")
def by_named_letters(image):
    return torch.einsum("hwc->chw", image)


@wrong(
    "channels_first",
    N_(
        "You used `reshape` or `view`. The shape is right and the picture is not: the numbers stay in their order, "
        "and the channels of a pixel still follow each other. The axes must change places."
    ),
)
def image_reshaped(image):
    return image.reshape(image.shape[2], image.shape[0], image.shape[1])


@wrong(
    "channels_first",
    N_(
        "You exchanged the first axis with the last one, so height and width have changed places too: "
        "the picture lies on its side. Name all three axes in their new order."
    ),
)
def lying_on_its_side(image):
    return image.transpose(0, 2)


@wrong(
    "channels_first",
    N_(
        "You gave `permute` the places where the old axes go. It wants the old axes in their new order: "
        "which of them comes first?"
    ),
)
def permuted_backwards(image):
    return image.permute(1, 2, 0)


@wrong(
    "channels_first",
    N_(
        "You exchanged the channels with the width only. Then the height is still in front: "
        "`(height, channels, width)`."
    ),
)
def channels_in_the_middle(image):
    return image.transpose(1, 2)


@wrong(
    "channels_first",
    N_("The picture is right, but it is a copy. A view is asked for: leave out `contiguous`, `clone` or `stack`."),
)
def copied_channels(image):
    return image.permute(2, 0, 1).contiguous().clone()


@wrong(
    "channels_first",
    N_(
        "You detached the view from `image`. It shares memory with it, but no gradient finds its way back: "
        "what do `detach` and `.data` take away?"
    ),
)
def detached_channels(image):
    return image.detach().permute(2, 0, 1)


@wrong(
    "channels_first",
    N_("You turned the order of rows or columns round on the way. Only the axes change places, nothing is flipped."),
)
def turned_by_a_quarter(image):
    return image.permute(2, 1, 0).flip(1)


@wrong(
    "channels_first",
    N_("You took the axes of size 1 away. An image with one channel, one row or one column keeps all three axes."),
)
def channels_squeezed(image):
    return image.permute(2, 0, 1).squeeze()


# --- sequence_rows ---


@right("sequence_rows")
def exchanged_and_reshaped(x):
    return x.transpose(0, 1).reshape(x.shape[1], -1)


@right("sequence_rows")
def steps_side_by_side(x):
    return torch.cat(list(x), dim=1)


@right("sequence_rows")
def contiguous_before_the_view(x):
    steps, batch, features = x.shape
    return x.permute(1, 0, 2).contiguous().view(batch, steps * features)


@right("sequence_rows")
def sequence_by_sequence(x):
    return torch.stack([x[:, j].flatten() for j in range(x.shape[1])])


@wrong(
    "sequence_rows",
    N_("`view` still comes after `permute`, and the error stays. The message says which method can take its place."),
)
def view_after_permute(x):
    return x.permute(1, 0, 2).view(x.shape[1], -1)


@wrong(
    "sequence_rows",
    N_(
        "You left `permute` out. The error is gone and the shape is right, but the rows now hold numbers "
        "of different sequences. Compare your first row with the one in the example."
    ),
)
def permute_left_out(x):
    return x.reshape(x.shape[1], -1)


@wrong(
    "sequence_rows",
    N_(
        "You put the features before the steps: each of your rows holds the first feature at all steps, "
        "then the second. Which of the two axes must come last?"
    ),
)
def feature_by_feature(x):
    return x.permute(1, 2, 0).reshape(x.shape[1], -1)


@wrong(
    "sequence_rows",
    N_(
        "You made columns with `reshape` and transposed them. The shape is right, "
        "but each row picks its numbers from all of the sequences."
    ),
)
def columns_of_a_reshape(x):
    return x.reshape(-1, x.shape[1]).T


@wrong(
    "sequence_rows",
    N_(
        "You have a row for each step, with all sequences in it. There must be a row for each sequence: "
        "which axis has to come first before you flatten the others?"
    ),
)
def steps_in_the_rows(x):
    return x.flatten(1)


@wrong(
    "sequence_rows",
    N_(
        "You joined the steps and the sequences and kept the features apart. "
        "The axis of the sequences must stay alone, and the other two become one."
    ),
)
def features_in_the_columns(x):
    return x.permute(1, 0, 2).reshape(-1, x.shape[2])


@wrong(
    "sequence_rows",
    N_("Your sequences stand in the columns. Each of them must be a row: `(batch, steps * features)`."),
)
def sequences_in_the_columns(x):
    return x.permute(0, 2, 1).reshape(-1, x.shape[1])


@wrong(
    "sequence_rows",
    N_("You flattened the whole batch into one row. There must be one row for each sequence."),
)
def all_in_one_row(x):
    return x.permute(1, 0, 2).flatten()


@wrong(
    "sequence_rows",
    N_("You only exchanged two axes. Steps and features must become one axis."),
)
def still_three_axes(x):
    return x.permute(1, 0, 2)


@wrong(
    "sequence_rows",
    N_(
        "You took the axes of size 1 away. One sequence is still a matrix with one row, "
        "and sequences of a single number one with one column."
    ),
)
def sequence_rows_squeezed(x):
    return x.permute(1, 0, 2).flatten(1).squeeze()


@wrong(
    "sequence_rows",
    N_("You went through lists or NumPy, or detached `x`. The numbers are right, but no gradient finds its way back."),
)
def sequence_rows_detached(x):
    return x.detach().permute(1, 0, 2).flatten(1)


@wrong(
    "sequence_rows",
    N_(
        "You reckoned with the order in which the numbers usually lie in memory. "
        "After a transpose it is another one, so go by the positions in `x` instead."
    ),
)
def sequences_as_they_lie(x):
    steps, batch, features = x.shape
    return x.as_strided((batch, steps, features), (features, batch * features, 1)).flatten(1)


equivalent("sequence_rows", "view of an argument", "the text leaves open whether the result shares memory")
equivalent(
    "image_brightness",
    "copy for view: grey = images.squeeze(1) -> grey = images.squeeze(1).clone()",
    "the copy is lost in the mean",
)
equivalent(
    "image_brightness",
    "item dropped: return grey.mean(dim=(1, 2)) -> return grey.mean(dim=(2, 1))",
    "the mean over two axes does not depend on their order",
)
equivalent("channels_first", "view of an argument", "the text asks for a view")
equivalent(
    "sequence_rows",
    "copy for view: return x.permute(1, 0, 2).flatten(1) -> return x.permute(1, 0, 2).clone().flatten(1)",
    "the text lets the result have memory of its own",
)
equivalent(
    "batch_rows",
    "one number expanded",
    "the text lets the result share memory, and does not ask for room for each element",
)
equivalent(
    "layer_that_fits",
    "argument written to",
    "`x` holds the same numbers before and after",
)
equivalent(
    "examples_in_columns",
    "result wants a gradient",
    "the weights need a gradient, and so does what they make",
)
