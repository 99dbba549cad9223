"""Other right answers to `matmul`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F

from antorcha.variants import N_, equivalent, right, wrong

# --- two_products ---


@right("two_products")
def mul_and_dot(a, b):
    return torch.mul(a, b), torch.dot(a, b)


@right("two_products")
def added_up_in_the_same_dtype(a, b):
    each = a * b
    return [each, each.sum(dtype=a.dtype)]


@right("two_products")
def added_up_in_a_loop(a, b):
    total = torch.zeros((), dtype=a.dtype, device=a.device)
    for i in range(len(a)):
        total = total + a[i] * b[i]
    return a * b, total


@right("two_products")
def a_row_times_a_column(a, b):
    return torch.einsum("i,i->i", a, b), torch.mm(a.unsqueeze(0), b.unsqueeze(1)).reshape(())


@wrong(
    "two_products",
    N_(
        "You took `*` for both products. It multiplies element by element and adds nothing up: "
        "which operator is the matrix product?"
    ),
)
def star_twice(a, b):
    return a * b, a * b


@wrong(
    "two_products",
    N_(
        "You took `@` for both products. It adds up what it has multiplied: "
        "which operator leaves one product for each element?"
    ),
)
def at_twice(a, b):
    return a @ b, a @ b


@wrong(
    "two_products",
    N_("You returned the two in the other order. First comes the product element by element, then the dot product."),
)
def in_the_other_order(a, b):
    return a @ b, a * b


@wrong(
    "two_products",
    N_(
        "You added up with `sum`, which turns small integer dtypes into int64. "
        "The dot product has the dtype of the vectors: look for a way to multiply and add up at once, "
        "or at what `sum` can be told."
    ),
)
def sum_makes_int64(a, b):
    return a * b, (a * b).sum()


@wrong(
    "two_products",
    N_(
        "Your dot product is a vector with one element. It is a single number without axes, shape `()`: "
        "what adds the axis?"
    ),
)
def dot_in_brackets(a, b):
    return a * b, (a @ b).reshape(1)


@wrong(
    "two_products",
    N_(
        "Your dot product has kept an axis of size 1, as `keepdim=True` lets it, and small integer dtypes are int64 in "
        "it, as `sum` makes them. It is a single number without axes, shape `()`, in the dtype of the vectors."
    ),
)
def summed_with_its_axis(a, b):
    return a * b, (a * b).sum(0, keepdim=True)


@wrong(
    "two_products",
    N_(
        "You multiplied every element of one vector by every element of the other, and that is a table. "
        "In the dot product each element meets only the one in the same place."
    ),
)
def outer_product(a, b):
    return a * b, torch.outer(a, b)


@wrong(
    "two_products",
    N_(
        "You took the number out of its tensor with `item()`. The dot product is to stay a tensor, "
        "so that its dtype is kept and a gradient can flow through it."
    ),
)
def dot_as_a_python_number(a, b):
    return a * b, (a @ b).item()


@wrong(
    "two_products",
    N_(
        "You wrote the products into `a`: `*=` and `mul_` change the tensor of the caller. "
        "Make a new tensor and leave `a` as it was."
    ),
)
def written_into_a(a, b):
    dot = a @ b
    a *= b
    return a, dot


@wrong(
    "two_products",
    N_(
        "You made float32 of everything. The results have the dtype of the vectors, whatever it is: "
        "no conversion is needed."
    ),
)
def float32_products(a, b):
    a, b = a.float(), b.float()
    return a * b, a @ b


@wrong(
    "two_products",
    N_("You took the mean of the products. The dot product adds them up and divides by nothing."),
)
def mean_of_the_products(a, b):
    return a * b, (a * b).double().mean().to(a.dtype)


@wrong(
    "two_products",
    N_("Your numbers go through float32, which knows seven digits. Calculate in the dtype that the vectors have."),
)
def products_through_float32(a, b):
    return a * b, torch.dot(a.float(), b.float()).to(a.dtype)


# --- product_shape ---

SHAPES = {
    "a": (2, 2),
    "b": (3, 3),
    "c": "error",
    "d": (3, 3),
    "e": (4,),
    "f": "error",
    "g": (),
    "h": (3,),
    "i": (4, 3),
    "j": "error",
    "k": "error",
    "l": (5, 2, 4),
    "m": (5, 2, 4),
    "n": (1, 1),
}


@right("product_shape")
def shapes_by_running(case):
    o = torch.ones
    try:
        match case:
            case "a" | "b":
                result = o(2, 3) @ o(3, 2) if case == "a" else o(3, 2) @ o(2, 3)
            case "c" | "d":
                result = o(3, 2) @ (o(3, 2) if case == "c" else o(3, 2).T)
            case "e" | "f":
                result = o(4, 3) @ o(3) if case == "e" else o(3) @ o(4, 3)
            case "g" | "h":
                result = o(3) @ o(3) if case == "g" else o(3) * o(3)
            case "i" | "j":
                result = o(4, 1) @ (o(1, 3) if case == "i" else o(3, 2))
            case "k":
                result = o(2, 3) * o(3, 2)
            case "l" | "m":
                result = o(5, 2, 3) @ (o(5, 3, 4) if case == "l" else o(3, 4))
            case _:
                result = o(1, 3) @ o(3, 1)
    except RuntimeError:
        return "error"
    return result.shape


@right("product_shape")
def shapes_by_group(case):
    if case in "cfjk":
        return "error"
    if case in "lm":
        return [5, 2, 4]
    return {"a": [2, 2], "e": [4], "g": [], "h": [3], "i": [4, 3], "n": [1, 1]}.get(case, [3, 3])


@wrong(
    "product_shape",
    N_(
        "You kept the inner sizes. They are the ones that are added up and vanish: "
        "the shape of the result is made of the other two."
    ),
)
def inner_sizes_kept(case):
    return {"a": (3, 3), "b": (2, 2), "d": (2, 2), "i": (1, 1), "n": (3, 3)}.get(case, SHAPES[case])


@wrong(
    "product_shape",
    N_(
        "You expected `@` to multiply element by element. It is the matrix product: "
        "it needs equal inner sizes, not equal shapes."
    ),
)
def at_is_element_by_element(case):
    changed = {"a": "error", "b": "error", "c": (3, 2), "d": "error", "e": (4, 3), "f": (4, 3), "g": (3,)}
    return (changed | {"j": "error", "l": "error", "m": "error", "n": (3, 3)}).get(case, SHAPES[case])


@wrong(
    "product_shape",
    N_(
        "You expected two matrices of one shape to fit each other. "
        "Compare the last size of the first with the first size of the second."
    ),
)
def equal_shapes_fit(case):
    return (3, 2) if case == "c" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected PyTorch to transpose for you when the shapes do not fit. "
        "It never does: it raises an error, and you decide."
    ),
)
def transposed_by_itself(case):
    return {"c": (3, 3), "f": (4,)}.get(case, SHAPES[case])


@wrong(
    "product_shape",
    N_("You overlooked `.T`, which exchanges rows and columns. Write down the shape of each operand before `@`."),
)
def transpose_overlooked(case):
    return "error" if case == "d" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected the dot product of two vectors to be a vector with one element. "
        "Both axes are used up: how many are left?"
    ),
)
def dot_is_a_short_vector(case):
    return (1,) if case == "g" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected a table of every element with every element. "
        "Between two vectors `@` is the dot product, which multiplies in pairs and adds up."
    ),
)
def vectors_make_a_table(case):
    return (3, 3) if case == "g" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You took a vector for a column with an axis of size 1 that stays. "
        "A vector has one axis, and it is used up in the product: what is left of the matrix?"
    ),
)
def vector_is_a_column(case):
    return {"e": (4, 1), "g": (1, 1)}.get(case, SHAPES[case])


@wrong(
    "product_shape",
    N_(
        "You expected an error for a matrix with a vector. `@` takes vectors too: "
        "compare the last size of the matrix with the length of the vector."
    ),
)
def no_vectors_beside_matrices(case):
    return "error" if case == "e" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected a vector to fit on either side of the matrix. On the left it is a row: "
        "its length must be the number of rows of the matrix."
    ),
)
def vector_on_either_side(case):
    return (4,) if case == "f" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected an inner size of 1 to be stretched, as `*` would do. "
        "`@` does not stretch inner sizes: are the two equal?"
    ),
)
def inner_one_is_stretched(case):
    return (4, 2) if case == "j" else SHAPES[case]


@wrong(
    "product_shape",
    N_("You took `*` for the matrix product. It multiplies element by element: which shape has the result then?"),
)
def star_is_a_matrix_product(case):
    return {"h": (), "k": (2, 2)}.get(case, SHAPES[case])


@wrong(
    "product_shape",
    N_(
        "You expected `@` to want two matrices. It multiplies the items of a batch one by one, along the last two axes."
    ),
)
def no_batches(case):
    return "error" if case in "lm" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected both operands to need the same number of axes. "
        "A matrix beside a batch is used for each item: what shape has the product of one item?"
    ),
)
def as_many_axes_on_both_sides(case):
    return "error" if case in "em" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You expected every item to meet every other. Items with the same number meet, "
        "so there are as many products as items."
    ),
)
def items_multiplied_too(case):
    return (5, 5, 2, 4) if case == "l" else SHAPES[case]


@wrong(
    "product_shape",
    N_(
        "You took a matrix with one element for a number without axes. "
        "The product of two matrices is a matrix: which are its outer sizes?"
    ),
)
def one_element_has_no_axes(case):
    return () if case == "n" else SHAPES[case]


# --- product_functions ---

FUNCTIONS = {
    "a": ["dot", "matmul"],
    "b": ["mm", "matmul"],
    "c": ["matmul"],
    "d": ["bmm", "matmul"],
    "e": ["matmul"],
    "f": ["matmul"],
    "g": [],
    "h": [],
    "i": ["mm", "matmul"],
    "j": ["matmul"],
}


@right("product_functions")
def functions_by_running(case):
    o = torch.ones
    pairs = {
        "a": (o(3), o(3)),
        "b": (o(2, 3), o(3, 4)),
        "c": (o(2, 3), o(3)),
        "d": (o(5, 2, 3), o(5, 3, 4)),
        "e": (o(5, 2, 3), o(3, 4)),
        "f": (o(1, 2, 3), o(5, 3, 4)),
        "g": (o(2, 3), o(2, 3)),
        "h": (o(5, 2, 3), o(4, 3, 2)),
        "i": (o(1, 3), o(3, 1)),
        "j": (o(2, 3), o(5, 3, 4)),
    }
    found = []
    for name in ("dot", "mm", "bmm", "matmul"):
        try:
            getattr(torch, name)(*pairs[case])
        except RuntimeError:
            continue
        found.append(name)
    return found


@right("product_functions")
def functions_by_group(case):
    strict = {"a": "dot", "b": "mm", "d": "bmm", "i": "mm"}
    names = (strict[case],) if case in strict else ()
    return names if case in "gh" else (*names, "matmul")


def _with(case, name):
    return [function for function in ("dot", "mm", "bmm", "matmul") if function == name or function in FUNCTIONS[case]]


@wrong(
    "product_functions",
    N_(
        "You named only the function that fits most tightly. "
        "The question is which of them take the two tensors, and `matmul` is the generous one."
    ),
)
def the_tightest_only(case):
    return FUNCTIONS[case][:1]


@wrong(
    "product_functions",
    N_(
        "You expected `mm` to multiply each item of a batch. It wants two matrices, two axes each, "
        "and says so: `must be a matrix`."
    ),
)
def mm_takes_batches(case):
    return _with(case, "mm") if case in "defj" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_("You expected `mm` to take a vector. It wants two matrices: how many axes has `(3,)`?"),
)
def mm_takes_a_vector(case):
    return _with(case, "mm") if case == "c" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_(
        "You expected `bmm` to use one item, or one matrix, for the whole batch. "
        "It broadcasts nothing: it wants three axes and as many items on both sides."
    ),
)
def bmm_broadcasts(case):
    return _with(case, "bmm") if case in "efj" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_(
        "You expected `dot` to take a matrix with one row or one column. "
        "It wants two vectors: count the axes, not the elements."
    ),
)
def dot_takes_thin_matrices(case):
    return _with(case, "dot") if case == "i" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_("You expected `dot` to be another name for the matrix product, as in NumPy. In PyTorch it takes vectors only."),
)
def dot_as_in_numpy(case):
    return _with(case, "dot") if case in "bci" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_(
        "You expected `matmul` to want as many axes on both sides. "
        "It takes a vector beside a matrix, and a matrix beside a batch."
    ),
)
def matmul_wants_equal_axes(case):
    return [] if case in "cej" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_(
        "You expected `matmul` to take matrices only. It takes vectors and batches as well: "
        "that is what it has over the other three."
    ),
)
def matmul_takes_matrices_only(case):
    return [function for function in FUNCTIONS[case] if function != "matmul" or case in "bi"]


@wrong(
    "product_functions",
    N_(
        "You expected two matrices of one shape to fit. "
        "Compare the last size of the first with the first size of the second."
    ),
)
def equal_shapes_have_a_product(case):
    return ["mm", "matmul"] if case == "g" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_("You looked at the last two axes only. The number of items must fit too: can 5 items and 4 items go in pairs?"),
)
def items_need_not_fit(case):
    return {"f": ["bmm", "matmul"], "h": ["bmm", "matmul"]}.get(case, FUNCTIONS[case])


@wrong(
    "product_functions",
    N_("You expected `matmul` to stretch 4 items to 5. Only a size of 1 is stretched."),
)
def four_items_are_stretched(case):
    return ["matmul"] if case == "h" else FUNCTIONS[case]


@wrong(
    "product_functions",
    N_(
        "You expected an error where there is one item on one side and five on the other. "
        "`matmul` broadcasts the axes in front of the last two."
    ),
)
def one_item_is_not_stretched(case):
    return [] if case == "f" else FUNCTIONS[case]


# --- bought_together ---


@right("bought_together")
def summed_over_the_orders(orders):
    return torch.einsum("ni,nj->ij", orders, orders)


@right("bought_together")
def every_pair_of_columns(orders):
    return (orders[:, :, None] * orders[:, None, :]).sum(0)


@right("bought_together")
def pair_by_pair(orders):
    d = orders.shape[1]
    counts = [[((orders[:, i] == 1) & (orders[:, j] == 1)).sum() for j in range(d)] for i in range(d)]
    return torch.tensor(counts, dtype=orders.dtype)


@wrong(
    "bought_together",
    N_(
        "The table still compares orders with orders: how many products two orders have in common. "
        "The inner axis is the one that is added up, so it must be that of the orders: which one do you transpose?"
    ),
)
def orders_with_orders(orders):
    return orders @ orders.T


@wrong(
    "bought_together",
    N_(
        "You multiplied element by element with `*`, so each order meets only itself. "
        "A table of pairs needs a matrix product."
    ),
)
def orders_times_themselves(orders):
    return orders * orders


@wrong(
    "bought_together",
    N_("You transposed rightly, but multiplied with `*`. Which operator adds up over the orders?"),
)
def transposed_and_starred(orders):
    return orders.T * orders


@wrong(
    "bought_together",
    N_(
        "You set the diagonal to 0, as if a product were never bought with itself. "
        "The text says what stands there: in how many orders the product is."
    ),
)
def empty_diagonal(orders):
    return (orders.T @ orders).fill_diagonal_(0)


@wrong(
    "bought_together",
    N_(
        "You kept only one half of the table. "
        "Products 0 and 2 are bought together as often as 2 and 0, and both places are asked for."
    ),
)
def upper_half_only(orders):
    return torch.triu(orders.T @ orders)


@wrong(
    "bought_together",
    N_(
        "You multiplied how often each product was bought. That does not say whether it was in the same order: "
        "multiply within each order, then add up."
    ),
)
def totals_multiplied(orders):
    return torch.outer(orders.sum(0), orders.sum(0))


@wrong(
    "bought_together",
    N_("You divided by the number of orders. The text asks how many orders there are, not which share of all."),
)
def share_of_the_orders(orders):
    return (orders.T @ orders) / len(orders)


@wrong(
    "bought_together",
    N_(
        "You made whole numbers of the counts. The result has the dtype of `orders`, "
        "and the product gives it without a conversion."
    ),
)
def whole_numbers(orders):
    return (orders.T @ orders).long()


@wrong(
    "bought_together",
    N_(
        "Without any orders you return the number 0, with which Python's `sum` begins. "
        "There must be a table then too: one of zeros."
    ),
)
def nothing_added_up(orders):
    return sum(torch.outer(order, order) for order in orders)


@wrong(
    "bought_together",
    N_("You made float32 of the result. It must have the dtype of `orders`, which may also be float64."),
)
def always_float32(orders):
    return orders.float().T @ orders.float()


# --- dot_table ---


@right("dot_table")
def as_a_linear_layer(a, b):
    return F.linear(a, b)


@right("dot_table")
def einsum_over_the_rows(a, b):
    return torch.einsum("nd,md->nm", a, b)


@right("dot_table")
def broadcast_and_added_up(a, b):
    return (a.unsqueeze(1) * b.unsqueeze(0)).sum(-1)


@right("dot_table")
def mapped_over_the_rows(a, b):
    return torch.vmap(lambda row: torch.mv(b, row))(a)


@right("dot_table")
def the_table_turned_twice(a, b):
    return torch.mm(b, a.transpose(0, 1)).t()


@right("dot_table")
def a_batch_of_one(a, b):
    return torch.bmm(a[None], b.mT[None]).squeeze(0)


@wrong(
    "dot_table",
    N_(
        "Your numbers are right, and there is a loop over every element, as in the text. "
        "Find one product that does it all: over which index do the loops add up, and which axis is that?"
    ),
)
def three_loops(a, b):
    entries = []
    for i in range(len(a)):
        for j in range(len(b)):
            total = torch.zeros((), dtype=a.dtype, device=a.device)
            for k in range(a.shape[1]):
                total = total + a[i, k] * b[j, k]
            entries.append(total)
    return torch.stack(entries).reshape(len(a), len(b)) if entries else a.new_zeros(len(a), len(b))


@wrong(
    "dot_table",
    N_(
        "Your numbers are right, but you compute one dot product for each pair of rows, in two loops. "
        "A matrix product takes all pairs at once."
    ),
)
def one_dot_for_each_pair(a, b):
    entries = [torch.dot(row, other) for row in a for other in b]
    return torch.stack(entries).reshape(len(a), len(b)) if entries else a.new_zeros(len(a), len(b))


@wrong(
    "dot_table",
    N_(
        "Your numbers are right, but a loop over the rows of `a` is left. "
        "Instead of one row at a time, give all of `a` to the product."
    ),
)
def one_product_for_each_row_of_a(a, b):
    rows = [b @ row for row in a]
    return torch.stack(rows) if rows else a.new_zeros(0, len(b))


@wrong(
    "dot_table",
    N_(
        "Your numbers are right, but a loop over the rows of `b` is left. "
        "Instead of one column of the result at a time, give all of `b` to the product."
    ),
)
def one_product_for_each_row_of_b(a, b):
    columns = [a @ row for row in b]
    return torch.stack(columns, dim=1) if columns else a.new_zeros(len(a), 0)


@wrong(
    "dot_table",
    N_(
        "Your numbers are right, but a loop over the numbers in a row is left. "
        "Adding up over them is what the matrix product does by itself."
    ),
)
def one_outer_product_for_each_number(a, b):
    table = a.new_zeros(len(a), len(b))
    for k in range(a.shape[1]):
        table = table + torch.outer(a[:, k], b[:, k])
    return table


@wrong(
    "dot_table",
    N_(
        "You multiplied `a` and `b` as they are. The rows of both hold `d` numbers, "
        "so the inner sizes fit only by chance: what must be done to `b`?"
    ),
)
def rows_not_transposed(a, b):
    return a @ b


@wrong(
    "dot_table",
    N_(
        "You transposed `a`. Then the product adds up over rows: "
        "which axis do both tensors have in common, and where must it stand?"
    ),
)
def the_first_transposed(a, b):
    return a.T @ b


@wrong(
    "dot_table",
    N_("Your table lies on its side: the rows of `a` must be its rows, and those of `b` its columns."),
)
def table_on_its_side(a, b):
    return b @ a.T


@wrong(
    "dot_table",
    N_(
        "You reshaped `b` to make it fit. `reshape` keeps the numbers in their order and breaks the lines elsewhere; "
        "look for what exchanges rows and columns."
    ),
)
def reshaped_to_fit(a, b):
    return a @ b.reshape(b.shape[1], b.shape[0])


@wrong(
    "dot_table",
    N_(
        "The numbers are right, but the gradient is gone: NumPy, Python numbers, `detach` and `no_grad` lose it. "
        "Stay with tensors all the way, and in their graph."
    ),
)
def table_through_numpy(a, b):
    return torch.from_numpy(a.detach().numpy() @ b.detach().numpy().T)


@wrong(
    "dot_table",
    N_(
        "You cut `b` off with `detach`, `.data` or the like: a gradient reaches `a`, and none `b`. "
        "Use both of them as they are."
    ),
)
def second_cut_off(a, b):
    return a @ b.detach().T


@wrong(
    "dot_table",
    N_("You made float32 of the table. It must have the dtype of `a` and `b`, which may also be float64."),
)
def float32_table(a, b):
    return a.float() @ b.float().T


@wrong(
    "dot_table",
    N_(
        "You used `squeeze()`, which takes away every axis of size 1: also that of a single row. "
        "The result always has two axes."
    ),
)
def table_squeezed(a, b):
    return (a @ b.T).squeeze()


# --- fair_time ---


def _measured(work, clock, wait, repeats):
    """The times of `repeats` calls, after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        wait()
        start = clock()
        work()
        wait()
        times.append(clock() - start)
    return times


def _timed_from_the_start(work, clock, wait, repeats):
    times = []
    for _ in range(repeats):
        wait()
        start = clock()
        work()
        wait()
        times.append(clock() - start)
    return times


def _middle(times):
    times = sorted(times)
    return float(times[len(times) // 2] + times[(len(times) - 1) // 2]) / 2


@right("fair_time")
def median_of_a_sorted_list(work, clock, wait, repeats):
    return _middle(_measured(work, clock, wait, repeats))


@right("fair_time")
def median_by_torch(work, clock, wait, repeats):
    marks = []
    for _ in range(repeats + 1):
        wait()
        before = clock()
        work()
        wait()
        marks.append(clock() - before)
    times = torch.tensor(marks[1:], dtype=torch.float64)
    return times.quantile(0.5).item()


@right("fair_time")
def one_reading_between_two_calls(work, clock, wait, repeats):
    work()
    wait()
    readings = [clock()]
    for _ in range(repeats):
        work()
        wait()
        readings.append(clock())
    times = sorted(later - earlier for earlier, later in itertools.pairwise(readings))
    half = repeats // 2
    return times[half] if repeats % 2 else (times[half - 1] + times[half]) / 2


@wrong(
    "fair_time",
    N_(
        "You read the clock as soon as `work` returned, and a GPU may then still be busy. You measured how long it "
        "takes to ask for the calculation: wait for its end before you look at the clock."
    ),
)
def clock_before_wait(work, clock, wait, repeats):
    work()
    times = []
    for _ in range(repeats):
        wait()
        start = clock()
        work()
        times.append(clock() - start)
        wait()
    return _middle(times)


@wrong(
    "fair_time",
    N_("You counted the first call. It is slower than the others, and the text asks for one that is not measured."),
)
def first_call_counted(work, clock, wait, repeats):
    return _middle(_timed_from_the_start(work, clock, wait, repeats))


@wrong(
    "fair_time",
    N_(
        "You called `work` once more and counted that first call with the others. "
        "It is slower than they are: throw its time away."
    ),
)
def first_call_among_the_times(work, clock, wait, repeats):
    return _middle(_timed_from_the_start(work, clock, wait, repeats + 1))


@wrong(
    "fair_time",
    N_(
        "What the first call asked for was still running when your first time began, so that it counts there. "
        "Wait before you read the clock for the first time as well."
    ),
)
def first_call_left_running(work, clock, wait, repeats):
    work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        wait()
        times.append(clock() - start)
    return _middle(times)


@wrong(
    "fair_time",
    N_("You took the mean. One call that was held up pulls it up as far as you like: the text asks for the median."),
)
def mean_of_the_times(work, clock, wait, repeats):
    return sum(_measured(work, clock, wait, repeats)) / repeats


@wrong(
    "fair_time",
    N_(
        "You read the clock before the first and after the last call and divided. That is the mean, "
        "which one call that was held up pulls up: measure each call by itself, and take the median."
    ),
)
def once_around_the_loop(work, clock, wait, repeats):
    work()
    start = clock()
    for _ in range(repeats):
        work()
    wait()
    return (clock() - start) / repeats


@wrong("fair_time", N_("You took the shortest time. The text asks for the median, with as many times above as below."))
def shortest_time(work, clock, wait, repeats):
    return float(min(_measured(work, clock, wait, repeats)))


@wrong("fair_time", N_("You took the longest time, which is the one that something has held up most. Take the median."))
def longest_time(work, clock, wait, repeats):
    return float(max(_measured(work, clock, wait, repeats)))


@wrong("fair_time", N_("You added the times up. The text asks how long one call takes: the median of them."))
def times_added_up(work, clock, wait, repeats):
    return float(sum(_measured(work, clock, wait, repeats)))


@wrong(
    "fair_time",
    N_("You took what stands in the middle of the list. The times have to be sorted first."),
)
def middle_without_sorting(work, clock, wait, repeats):
    times = _measured(work, clock, wait, repeats)
    return (times[len(times) // 2] + times[(len(times) - 1) // 2]) / 2


@wrong(
    "fair_time",
    N_("For an even number of times you took the upper of the two in the middle. The median is the mean of both."),
)
def upper_of_the_middle(work, clock, wait, repeats):
    return sorted(_measured(work, clock, wait, repeats))[repeats // 2]


@wrong(
    "fair_time",
    N_(
        "For an even number of times you took the lower of the two in the middle, as `torch.median` does. "
        "Here the median is the mean of both."
    ),
)
def lower_of_the_middle(work, clock, wait, repeats):
    return torch.tensor(_measured(work, clock, wait, repeats), dtype=torch.float64).median().item()


@wrong(
    "fair_time",
    N_("You measured one call too few: `repeats` calls are measured, besides the one that is not."),
)
def one_call_too_few(work, clock, wait, repeats):
    times = _measured(work, clock, wait, repeats - 1)
    return _middle(times) if times else 0.0


@wrong("fair_time", N_("You returned all the times. The text asks for their median, one number."))
def all_the_times(work, clock, wait, repeats):
    return _measured(work, clock, wait, repeats)


@wrong(
    "fair_time",
    N_("You called `work` more than once before you measured. Once is enough, and once is what the text asks for."),
)
def warmed_up_three_times(work, clock, wait, repeats):
    work()
    work()
    return _middle(_measured(work, clock, wait, repeats))


# --- item_scores ---


@right("item_scores")
def bmm_and_permute(queries, keys):
    return torch.bmm(queries, keys.permute(0, 2, 1))


@right("item_scores")
def item_by_item(queries, keys):
    return torch.stack([one @ other.T for one, other in zip(queries, keys, strict=True)])


@right("item_scores")
def einsum_for_each_item(queries, keys):
    return torch.einsum("bnd,bmd->bnm", queries, keys)


@right("item_scores")
def last_axis_added_up(queries, keys):
    return (queries[:, :, None, :] * keys[:, None, :, :]).sum(dim=-1)


@wrong(
    "item_scores",
    N_(
        "`keys` go into your product as they are, or with the wrong axes exchanged. The rows of both hold `d` numbers: "
        "which two axes of `keys` must change places, so that `d` is the inner one and the items stay in front?"
    ),
)
def keys_not_transposed(queries, keys):
    return queries @ keys


@wrong(
    "item_scores",
    N_(
        "You used `.T` on a tensor with three axes. It reverses all of them, so the items come last. "
        "Look for what exchanges the last two only."
    ),
)
def all_axes_reversed(queries, keys):
    return queries @ keys.permute(2, 1, 0)


@wrong(
    "item_scores",
    N_(
        "You exchanged the first two axes, and the first one counts the items. "
        "It must stay in front: count the axes from 0."
    ),
)
def first_axes_exchanged(queries, keys):
    return queries @ keys.transpose(0, 1)


@wrong(
    "item_scores",
    N_(
        "Each query meets only the key in the same place. "
        "Every query of an item must meet every key of that item: which kind of product does that?"
    ),
)
def only_in_the_same_place(queries, keys):
    return (queries * keys).sum(-1)


@wrong(
    "item_scores",
    N_(
        "You put the rows of all items into one matrix, so rows of different items meet. "
        "Keep the first axis and multiply within each item."
    ),
)
def items_run_together(queries, keys):
    d = queries.shape[-1]
    return queries.reshape(-1, d) @ keys.reshape(-1, d).T


@wrong(
    "item_scores",
    N_(
        "You added the keys of all items together. In `einsum`, "
        "the items must have the same letter in both tensors and in the result."
    ),
)
def keys_of_all_items(queries, keys):
    return torch.einsum("bnd,cmd->bnm", queries, keys)


@wrong(
    "item_scores",
    N_("Your tables lie on their sides: the queries must be their rows, and the keys their columns."),
)
def keys_by_queries(queries, keys):
    return keys @ queries.transpose(1, 2)


@wrong(
    "item_scores",
    N_(
        "You reshaped the keys to make them fit. `reshape` keeps the numbers in their order "
        "and breaks the lines elsewhere; look for what exchanges two axes."
    ),
)
def keys_reshaped_to_fit(queries, keys):
    batch, m, d = keys.shape
    return queries @ keys.reshape(batch, d, m)


@wrong(
    "item_scores",
    N_(
        "You divided by the square root of `d`, as attention layers do. "
        "Here the dot products are asked for as they are."
    ),
)
def divided_as_in_attention(queries, keys):
    return queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5


@wrong(
    "item_scores",
    N_(
        "You used `squeeze()`, which takes away every axis of size 1: also a batch of one, or a single row. "
        "The result always has three axes."
    ),
)
def scores_squeezed(queries, keys):
    return (queries @ keys.transpose(1, 2)).squeeze()


@wrong(
    "item_scores",
    N_(
        "You wrote the scores into a table that `torch.zeros` or its like made in float32. "
        "They must have the dtype of `queries` and `keys`, whichever floating point dtype that is."
    ),
)
def scores_in_a_table_of_float32(queries, keys):
    scores = torch.zeros(*queries.shape[:2], keys.shape[1], device=queries.device)
    for i in range(len(queries)):
        scores[i] = queries[i] @ keys[i].T
    return scores


@wrong(
    "item_scores",
    N_(
        "The scores are right, but no gradient flows back: `no_grad`, `detach`, `.data` and NumPy cut it off. "
        "Use the tensors as they are."
    ),
)
def scores_cut_off(queries, keys):
    with torch.no_grad():
        return queries @ keys.mT


@wrong(
    "item_scores",
    N_(
        "You looked at the first item only. Each item of the batch has a table of its own, even when there is just one."
    ),
)
def scores_of_the_first_item(queries, keys):
    return queries[0] @ keys[0].T


# --- mapped_points ---


@right("mapped_points")
def matrix_in_front(points, matrix):
    return (matrix @ points.mT).mT


@right("mapped_points")
def flattened_and_back(points, matrix):
    sets, n, d = points.shape
    return torch.mm(points.reshape(sets * n, d), matrix.t()).reshape(sets, n, matrix.shape[0])


@right("mapped_points")
def layer_without_bias(points, matrix):
    return F.linear(points, matrix)


@right("mapped_points")
def point_by_point(points, matrix):
    return torch.stack([torch.stack([matrix @ point for point in group]) for group in points])


@right("mapped_points")
def one_matrix_for_each_set(points, matrix):
    return torch.bmm(points, matrix.T.expand(len(points), -1, -1))


@wrong(
    "mapped_points",
    N_(
        "The code still uses `mm`, which takes two matrices and nothing else, in whichever order. "
        "`points` has three axes: look for the function that multiplies along the last two."
    ),
)
def mm_with_a_batch(points, matrix):
    return torch.mm(matrix, points)


@wrong(
    "mapped_points",
    N_(
        "You exchanged `mm` for `matmul` and kept the order. `matrix @ points` adds up over the points of a set, "
        "and with as many points as coordinates it does not even complain. "
        "The coordinates are along the last axis of both."
    ),
)
def matrix_times_points(points, matrix):
    return torch.matmul(matrix, points)


@wrong(
    "mapped_points",
    N_(
        "You put `points` in front and left `matrix` as it was. Its rows hold `d` numbers: "
        "for these to meet the coordinates of a point, what must be done to it? A square matrix hides it."
    ),
)
def matrix_not_transposed(points, matrix):
    return points @ matrix


@wrong(
    "mapped_points",
    N_("You put all sets into one. The result has three axes: the sets, their points, and the new coordinates."),
)
def sets_run_together(points, matrix):
    return points.reshape(-1, points.shape[-1]) @ matrix.T


@wrong(
    "mapped_points",
    N_(
        "Each set is turned: a point is a column of your result. "
        "The points must be along the second axis, as they were, and the new coordinates along the last."
    ),
)
def points_as_columns(points, matrix):
    return matrix @ points.transpose(1, 2)


@wrong(
    "mapped_points",
    N_(
        "The shape is right, but you got it with `reshape`, and it put the numbers in other places. "
        "Look for what exchanges two axes."
    ),
)
def turned_back_by_reshape(points, matrix):
    return (matrix @ points.transpose(1, 2)).reshape(*points.shape[:2], len(matrix))


@wrong(
    "mapped_points",
    N_(
        "You reshaped `points` so that `mm` takes them. `reshape` keeps the numbers in their order: "
        "are the columns of your matrix still points?"
    ),
)
def points_reshaped_to_columns(points, matrix):
    sets, n, d = points.shape
    return torch.mm(matrix, points.reshape(d, sets * n)).T.reshape(sets, n, -1)


@wrong(
    "mapped_points",
    N_("You looked at the first set only. Every set of points must be in the result, even when there is just one."),
)
def first_set_only(points, matrix):
    return points[0] @ matrix.T


@wrong(
    "mapped_points",
    N_(
        "You used `squeeze()`, which takes away every axis of size 1: also that of a single set or point. "
        "The result always has three axes."
    ),
)
def points_squeezed(points, matrix):
    return (points @ matrix.T).squeeze()


@wrong(
    "mapped_points",
    N_(
        "You cut the gradient off with `detach`, `.data` or NumPy. It was the number of axes that `mm` did not like: "
        "stay with the tensors as they are."
    ),
)
def points_detached(points, matrix):
    return points.detach() @ matrix.detach().T


@wrong(
    "mapped_points",
    N_(
        "You put `matrix` into the weight of a layer of your own. That weight always wants a gradient, and takes the "
        "one that `matrix` should get. Multiply by `matrix` itself."
    ),
)
def through_a_layer(points, matrix):
    layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=False)
    layer.weight.data = matrix
    return layer(points)


# --- hand_linear ---


@right("hand_linear")
def functional_linear(x, weight, bias=None):
    return F.linear(x, weight, bias)


@right("hand_linear")
def output_by_output(x, weight, bias=None):
    columns = [(x * row).sum(-1) for row in weight]
    y = torch.stack(columns, dim=-1)
    if bias is not None:
        y = y + bias
    return y


@right("hand_linear")
def einsum_over_the_inputs(x, weight, bias=None):
    y = torch.einsum("...i,oi->...o", x, weight)
    return torch.add(y, bias) if bias is not None else y


@right("hand_linear")
def one_large_matrix(x, weight, bias=None):
    rows = x.reshape(-1, weight.shape[1])
    y = torch.mm(rows, weight.t())
    if bias is not None:
        y += bias
    return y.reshape(*x.shape[:-1], weight.shape[0])


@right("hand_linear")
def weight_in_front(x, weight, bias=None):
    y = (weight @ x.unsqueeze(-1)).squeeze(-1)
    return y + (0 if bias is None else bias)


@wrong(
    "hand_linear",
    N_(
        "You forgot to transpose the weight. PyTorch complains as long as there are not as many outputs as inputs; "
        "if there are, you just get other numbers. What does a row of `weight` hold?"
    ),
)
def weight_not_transposed(x, weight, bias=None):
    y = x @ weight
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_(
        "You put the weight in front of x. That fits a single example; "
        "with several rows x must come first and the weight be transposed."
    ),
)
def weight_times_x(x, weight, bias=None):
    y = weight @ x
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_(
        "You transposed x in place of the weight, so the examples end up in the columns. "
        "In y = x·Wᵀ + b only the weight is transposed."
    ),
)
def x_transposed(x, weight, bias=None):
    y = weight @ x.transpose(0, -1)
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_("You reshaped the weight in place of transposing it, and that puts its numbers in other places."),
)
def weight_reshaped(x, weight, bias=None):
    y = x @ weight.reshape(weight.shape[1], weight.shape[0])
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_("You never add the bias. Each output has one, and it is added to every row."),
)
def bias_forgotten(x, weight, bias=None):
    return x @ weight.T


@wrong(
    "hand_linear",
    N_("You add the bias even when there is none. A layer without a bias passes `None`: ask for it before you add."),
)
def bias_always_added(x, weight, bias=None):
    return x @ weight.T + bias


@wrong(
    "hand_linear",
    N_(
        "You ask whether the bias is true, with `if bias` or `bias or ...`. "
        "A tensor with several elements has no answer to that. Ask whether it `is None`."
    ),
)
def bias_asked_for_truth(x, weight, bias=None):
    y = x @ weight.T
    return y + bias if bias else y


@wrong(
    "hand_linear",
    N_(
        "You made a column of the bias, so each row gets a number of its own. "
        "There is one for each output, and the outputs are along the last axis: the bias fits as it is."
    ),
)
def bias_as_a_column(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + bias.unsqueeze(1)


@wrong(
    "hand_linear",
    N_(
        "You used `mm` or `addmm`, which take matrices only. "
        "`x` may also be a single example or have axes in front: "
        "look for the product that takes them all."
    ),
)
def matrices_only(x, weight, bias=None):
    y = torch.mm(x, weight.T)
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_(
        "You transpose the weight only where the sizes demand it. With as many outputs as inputs they demand nothing, "
        "and the weight has to be transposed all the same: its rows belong to the outputs."
    ),
)
def transposed_only_to_fit(x, weight, bias=None):
    y = x @ weight if x.shape[-1] == weight.shape[0] else x @ weight.T
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_(
        "Where there is no bias you add zeros in float32, as `torch.zeros` makes them, and in half precision the "
        "result becomes float32. Add nothing, or zeros of the dtype of `x`."
    ),
)
def zeros_for_no_bias(x, weight, bias=None):
    return x @ weight.T + (torch.zeros(len(weight)) if bias is None else bias)


@wrong(
    "hand_linear",
    N_(
        "You multiplied element by element, with `*`. Between the inputs and the weights of one output there is a dot "
        "product: which operator adds up?"
    ),
)
def inputs_times_weights(x, weight, bias=None):
    y = x * weight
    return y if bias is None else y + bias


@wrong(
    "hand_linear",
    N_("You made a new layer, and it has random weights of its own. Use `weight` and `bias` as they were given."),
)
def a_layer_of_its_own(x, weight, bias=None):
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=x.dtype)
    return layer(x)


@wrong(
    "hand_linear",
    N_(
        "You cut off the weight and the bias with `detach` or `.data`. "
        "They are what training adjusts: gradients must flow to them."
    ),
)
def weight_detached(x, weight, bias=None):
    y = x @ weight.detach().T
    return y if bias is None else y + bias.detach()


@wrong(
    "hand_linear",
    N_(
        "You transposed the weight in place: `t_` and `transpose_` change the tensor of the caller. "
        "Leave out the `_` at the end."
    ),
)
def weight_transposed_in_place(x, weight, bias=None):
    y = x @ weight.t_()
    return y if bias is None else y + bias


# --- mutants that nobody can tell from the solution ---

equivalent(
    "two_products",
    "operands swapped: return (a * b, a @ b) -> return (a * b, b @ a)",
    "the dot product of two vectors does not depend on their order",
)
equivalent("bought_together", "result transposed", "the table is symmetric: i with j is j with i")
equivalent("bought_together", "result detached", "the text says that orders never need a gradient")
equivalent("bought_together", "computed without gradients", "the text says that orders never need a gradient")
equivalent(
    "hand_linear",
    "in place: return y if bias is None else y + bias -> return y if bias is None else y.add_(bias)",
    "y is the new tensor of the product: nobody else has it, and its gradient does not need its values",
)
equivalent(
    "hand_linear",
    "constant: bias: torch.Tensor | None=None -> bias: torch.Tensor | None=0",
    "adding 0 is as good as adding nothing",
)
equivalent(
    "fair_time",
    "statements swapped: times = [] -> moved",
    "an empty list before the first call of `work` or after it",
)
equivalent(
    "bought_together",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "dot_table",
    "one number expanded",
    "the text does not ask for room for each element",
)
