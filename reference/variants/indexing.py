"""Other right answers to `indexing`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import copy

import torch
from torch.nn.functional import one_hot

from antorcha.variants import N_, equivalent, right, wrong

# --- read_block ---


@right("read_block")
def one_bracket_after_the_other(x):
    rows = torch.stack([block[0] for block in x])
    columns = torch.stack([block[:, 1] for block in x])
    return x[0], x[0][0], rows, columns, torch.stack([block[1][1] for block in x])


@right("read_block")
def with_select_and_lists(x):
    return [x.select(0, 0), x[0, 0, :], x[:, 0, :].clone(), x[..., 1], x[:, [1], [1]].squeeze(1)]


@right("read_block")
def the_middle_from_the_columns(x):
    columns = x.unbind(2)[1]
    return [x.unbind(0)[0], x[0].unbind(0)[0], x.unbind(1)[0], columns, columns[:, 1]]


def _pieces(x, **instead):
    pieces = {"block": x[0], "row": x[0, 0], "rows": x[:, 0], "columns": x[:, :, 1], "middle": x[:, 1, 1]}
    return list({**pieces, **instead}.values())


@wrong(
    "read_block",
    N_(
        "You wrote `x[:][0]` for the first row of every block. `x[:]` is all of `x` again, "
        "so the `[0]` after it picks a block: put both into one pair of brackets, with a comma."
    ),
)
def colon_in_brackets_of_its_own(x):
    return _pieces(x, rows=x[:][0], columns=x[:][:][1], middle=x[:][1][1]) if len(x) > 1 else _pieces(x, rows=x[:][0])


@wrong(
    "read_block",
    N_(
        "Your third piece is the first block once more, as `x[:][0]` gives it: `x[:]` is all of `x`, "
        "and the `[0]` after it picks a block. Put both into one pair of brackets, with a comma."
    ),
)
def first_block_for_the_first_rows(x):
    return _pieces(x, rows=x[:][0])


@wrong(
    "read_block",
    N_(
        "You took the second row of every block for its second column. "
        "The axes are blocks, rows and columns, in this order: count how many `:` come before the index."
    ),
)
def second_row_for_second_column(x):
    return _pieces(x, columns=x[:, 1])


@wrong(
    "read_block",
    N_(
        "You took the first column of every block for its first row. "
        "The axes are blocks, rows and columns, in this order: on which of them does the index for a row stand?"
    ),
)
def first_column_for_first_row(x):
    return _pieces(x, rows=x[:, :, 0])


@wrong(
    "read_block",
    N_(
        "You took the first column of the first block for its first row. "
        "After `x[0]` the rows come first: the next index picks one of them."
    ),
)
def column_of_the_first_block(x):
    return _pieces(x, row=x[0, :, 0])


@wrong(
    "read_block",
    N_("You count from 1, but positions start at 0: index 1 is the second one."),
)
def counts_from_one(x):
    return [x[1], x[1, 1], x[:, 1], x[:, :, 2], x[:, 2, 2]]


@wrong(
    "read_block",
    N_(
        "You read the first column of every block where the second is asked for. "
        "Positions start at 0: which index has the second column?"
    ),
)
def first_column_for_second(x):
    return _pieces(x, columns=x[:, :, 0])


@wrong(
    "read_block",
    N_(
        "Your last piece is one element of the first block only. "
        "It must hold one of every block: what stands for all positions on an axis?"
    ),
)
def middle_of_the_first_block(x):
    return _pieces(x, middle=x[0, 1, 1])


@wrong(
    "read_block",
    N_(
        "Your last piece is a whole row or a whole block. An element needs an index on the axis of rows "
        "and one on the axis of columns, and all blocks are wanted."
    ),
)
def whole_row_for_an_element(x):
    return _pieces(x, middle=x[:, 1])


@wrong(
    "read_block",
    N_(
        "You picked with slices, such as `0:1`, and a slice keeps its axis with size 1. "
        "Compare your shapes with those in the text: an axis that you give a single index is gone."
    ),
)
def slices_keep_their_axes(x):
    return [x[0:1], x[0:1, 0:1], x[:, 0:1], x[:, :, 1:2], x[:, 1:2, 1:2]]


@wrong(
    "read_block",
    N_(
        "You returned Python lists. Each piece must be a tensor, with its dtype: "
        "what the brackets give you is one already."
    ),
)
def pieces_as_lists(x):
    return [piece.tolist() for piece in _pieces(x)]


@wrong(
    "read_block",
    N_(
        "You made new tensors out of the numbers, so that no gradient finds its way back to `x`. "
        "Indexing alone gives tensors that remember where they come from."
    ),
)
def pieces_made_anew(x):
    return [torch.tensor(piece.tolist(), dtype=x.dtype) for piece in _pieces(x)]


# --- indexed_shape ---

SHAPES = {
    "a": (3, 4),
    "b": (1, 3, 4),
    "c": (2, 4),
    "d": (2, 2, 4),
    "e": (2, 3),
    "f": (),
    "g": (2, 1, 3, 4),
    "h": (2, 2, 4),
    "i": (2, 4),
    "j": (3,),
    "k": (2, 3, 3),
    "l": (0, 3, 4),
    "m": "error",
    "n": "error",
}


@right("indexed_shape")
def shapes_in_groups(case):
    if case in "mn":
        return "error"
    if case in "dh":
        return [2, 2, 4]
    if case in "ci":
        return [2, 4]
    return SHAPES[case]


@right("indexed_shape")
def shapes_by_running(case):
    x = torch.arange(24).reshape(2, 3, 4)
    expressions = {
        "a": lambda: x[0],
        "b": lambda: x[0:1],
        "c": lambda: x[:, 1],
        "d": lambda: x[:, 1:],
        "e": lambda: x[..., 0],
        "f": lambda: x[1, 2, 3],
        "g": lambda: x[:, None],
        "h": lambda: x[:, [0, 2]],
        "i": lambda: x[[0, 1], [0, 2]],
        "j": lambda: x[x > 20],
        "k": lambda: x[:, :, 1:10],
        "l": lambda: x[2:],
        "m": lambda: x[2],
        "n": lambda: x[::-1],
    }
    try:
        return expressions[case]().shape
    except (IndexError, ValueError):
        return "error"


@wrong(
    "indexed_shape",
    N_(
        "You let a slice of one position drop its axis. A slice such as `0:1` says from where to where, "
        "and what it gives may be short, but the axis stays."
    ),
)
def short_slice_drops_its_axis(case):
    return (3, 4) if case == "b" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You kept an axis that has a single index. An index picks one position, and then its axis is gone; "
        "only a slice keeps it."
    ),
)
def index_keeps_its_axis(case):
    return {"a": (1, 3, 4), "c": (2, 1, 4), "e": (2, 3, 1), "f": (1, 1, 1)}.get(case, SHAPES[case])


@wrong(
    "indexed_shape",
    N_(
        "You put the second index on the wrong axis. In `x[:, 1]` the `:` stands for all of the first axis: "
        "which axis does the 1 belong to, and which ones are left?"
    ),
)
def index_on_the_first_axis(case):
    return {"c": (3, 4), "d": (1, 3, 4)}.get(case, SHAPES[case])


@wrong(
    "indexed_shape",
    N_("You read `1:` as one position. A slice without an end goes on to the end of its axis."),
)
def slice_without_an_end(case):
    return (2, 1, 4) if case == "d" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You took `...` for a single `:`. It stands for as many of them as are needed, "
        "so that the index after it falls on the last axis."
    ),
)
def dots_are_one_colon(case):
    return (2, 4) if case == "e" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You gave one element the shape of a vector. Three indices take all three axes away: "
        "what is left of `(2, 3, 4)`?"
    ),
)
def one_element_is_a_vector(case):
    return (1,) if case == "f" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You put the new axis of `None` in front. It appears where `None` stands in the brackets: "
        "what stands before it here?"
    ),
)
def new_axis_in_front(case):
    return (1, 2, 3, 4) if case == "g" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_("You expected `None` to change nothing, or to pick something. In brackets it adds an axis of size 1."),
)
def none_changes_nothing(case):
    return (2, 3, 4) if case == "g" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You expected two lists to cross like the rows and columns of a table. They go in step: "
        "the first of one with the first of the other, and so on. How many pairs are there?"
    ),
)
def lists_make_a_table(case):
    return (2, 2, 4) if case == "i" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_("You let a list of positions drop its axis, as one index does. A list picks several: how many does this one?"),
)
def list_drops_its_axis(case):
    return (2, 4) if case == "h" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_("You took the list `[0, 2]` for the slice `0:3`. A list names each position: how many are named?"),
)
def list_is_a_slice(case):
    return (2, 3, 4) if case == "h" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You expected a mask to keep the shape of `x`. The elements that it picks need not form a block, "
        "so they come in a row: how many elements are larger than 20?"
    ),
)
def mask_keeps_the_shape(case):
    return (2, 3, 4) if case == "j" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_("You counted 20 among the elements larger than 20, or one too few. Write down the largest numbers in `x`."),
)
def mask_counts_one_too_many(case):
    return (4,) if case == "j" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You expected an error from a slice that goes beyond the end. Slices are forgiving, as in Python lists: "
        "they take what there is, even nothing."
    ),
)
def slice_beyond_the_end_raises(case):
    return "error" if case in "kl" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You gave a slice more positions than its axis has. "
        "Which of the positions from 1 to 9 does an axis of size 4 have?"
    ),
)
def slice_fills_up(case):
    return (2, 3, 9) if case == "k" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You expected an index beyond the end to give an empty tensor, as a slice does. "
        "With a single index PyTorch must give you that very position: what if there is none?"
    ),
)
def index_beyond_the_end_is_empty(case):
    return (0, 3, 4) if case == "m" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_("You took `x[2]` for the second block. Positions start at 0: which ones does an axis of size 2 have?"),
)
def index_counts_from_one(case):
    return (3, 4) if case == "m" else SHAPES[case]


@wrong(
    "indexed_shape",
    N_(
        "You expected a negative step to turn a tensor round, as it does with lists and NumPy arrays. "
        "Look in the lesson at what PyTorch says to it."
    ),
)
def negative_step_turns_round(case):
    return (2, 3, 4) if case == "n" else SHAPES[case]


# --- matrix_edges ---


@right("matrix_edges")
def edges_by_function(x):
    inside = x.narrow(1, 1, x.shape[1] - 2) if x.shape[1] > 1 else x[:, 1:]
    return x.select(1, 0).unsqueeze(1), x.select(0, x.shape[0] - 1), inside


@right("matrix_edges")
def edges_with_a_new_axis(x):
    return [x[:, 0, None], x[len(x) - 1, :], x[..., 1:-1]]


@wrong(
    "matrix_edges",
    N_(
        "You gave the first column a single index, and so its axis is gone: your column is a vector. "
        "Which kind of index keeps an axis, even for one position?"
    ),
)
def column_as_a_vector(x):
    return x[:, 0], x[-1], x[:, 1:-1]


@wrong(
    "matrix_edges",
    N_(
        "You took the last row with a slice, so it is a matrix with one row. "
        "It is to be a vector: which kind of index takes its axis away?"
    ),
)
def row_as_a_matrix(x):
    return x[:, :1], x[-1:], x[:, 1:-1]


@wrong(
    "matrix_edges",
    N_(
        "Your column is a matrix, but one with a single row: `(1, rows)` in place of `(rows, 1)`. "
        "The new axis must come after the rows."
    ),
)
def column_lying_down(x):
    return x[:, 0].unsqueeze(0), x[-1], x[:, 1:-1]


@wrong(
    "matrix_edges",
    N_(
        "The shape of your first column is right, but it is a copy: a list of positions, as in `x[:, [0]]`, "
        "always copies, and so does `clone`. A slice keeps the axis too, and copies nothing."
    ),
)
def list_of_one_column(x):
    return x[:, [0]], x[-1], x[:, 1:-1]


@wrong(
    "matrix_edges",
    N_(
        "You made copies. The three pieces are to be views, which share memory with `x`: "
        "indexes and slices alone give you those."
    ),
)
def copied_edges(x):
    return x[:, :1].clone(), x[-1].clone(), x[:, 1:-1].clone()


@wrong(
    "matrix_edges",
    N_(
        "You detached the pieces from `x`. They share its memory, but no gradient finds its way back: "
        "what do `detach` and `.data` take away?"
    ),
)
def detached_edges(x):
    return x[:, :1].detach(), x[-1].detach(), x[:, 1:-1].detach()


@wrong(
    "matrix_edges",
    N_("You kept the last column in the third piece. A slice without an end goes on to the very last position."),
)
def last_column_kept(x):
    return x[:, :1], x[-1], x[:, 1:]


@wrong(
    "matrix_edges",
    N_(
        "You left out one column too many. The end of a slice is not included: in `1:-1`, is the last column in or out?"
    ),
)
def one_column_too_many(x):
    return x[:, :1], x[-1], x[:, 1:-2]


@wrong(
    "matrix_edges",
    N_(
        "You took the first and the last row away instead of the first and the last column. "
        "The first place in the brackets is for the rows."
    ),
)
def rows_for_columns(x):
    return x[:, :1], x[-1], x[1:-1]


@wrong(
    "matrix_edges",
    N_(
        "You took the last column for the last row. With a comma, the index before it is for rows, "
        "the one after it for columns."
    ),
)
def column_for_row(x):
    return x[:, :1], x[:, -1], x[:, 1:-1]


@wrong(
    "matrix_edges",
    N_("You took the first row for the last one. Count from the end: which index has the last position?"),
)
def first_row_for_last(x):
    return x[:, :1], x[0], x[:, 1:-1]


# --- every_other_row_up ---


@right("every_other_row_up")
def positions_going_down(x):
    return x[torch.arange(len(x) - 1, -1, -2, device=x.device)]


@right("every_other_row_up")
def rows_of_a_list(x):
    return torch.stack(list(x)[::-2])


@right("every_other_row_up")
def turned_at_the_end(x):
    first = (len(x) - 1) % 2
    return x[first::2].flip(0)


@wrong(
    "every_other_row_up",
    N_(
        "The step is still negative, and PyTorch allows none: the message says that it must be greater than zero. "
        "Which function turns a tensor round along an axis, so that a positive step will do?"
    ),
)
def step_still_negative(x):
    return x[::-2]


@wrong(
    "every_other_row_up",
    N_(
        "You skipped first and turned round afterwards, so you start from the first row. "
        "The last row must always be there: try an even number of rows."
    ),
)
def skipped_before_turning(x):
    return x[::2].flip(0)


@wrong(
    "every_other_row_up",
    N_(
        "You begin with the last row but one, or skip it when the number of rows is odd. "
        "The first row of the result is always the last row of `x`."
    ),
)
def last_row_skipped(x):
    return x[1::2].flip(0)


@wrong("every_other_row_up", N_("You only took the minus sign away, so the rows go down from the first one."))
def going_down(x):
    return x[::2]


@wrong("every_other_row_up", N_("You turned the rows round and kept all of them. Only every second one is wanted."))
def every_row_up(x):
    return x.flip(0)


@wrong(
    "every_other_row_up",
    N_(
        "You turned the columns round too. Each row must keep the order of its numbers: "
        "tell `flip` only the axis of the rows."
    ),
)
def columns_turned_too(x):
    return x.flip(0, 1)[::2]


@wrong(
    "every_other_row_up",
    N_("You turned the columns round instead of the rows. Which number has the axis of the rows?"),
)
def columns_turned_instead(x):
    return x.flip(1)[::2]


@wrong(
    "every_other_row_up",
    N_(
        "The numbers are right, but the gradient is gone: NumPy, which can step backwards, loses it, and so do "
        "`detach` and `.data`. PyTorch has a function of its own that turns a tensor round."
    ),
)
def rows_through_numpy(x):
    return torch.from_numpy(x.detach().numpy()[::-2].copy())


# --- replace_below ---


@right("replace_below")
def chosen_with_where(x, threshold, value):
    return torch.where(x < threshold, value, x)


@right("replace_below")
def masked_and_filled(x, threshold, value):
    return x.masked_fill(x < threshold, value)


@right("replace_below")
def filled_in_a_copy(x, threshold, value):
    result = torch.empty_like(x).copy_(x)
    return result.masked_fill_(result < threshold, value)


@wrong(
    "replace_below",
    N_(
        "You still write into the memory of `x`. Another name for it, a slice such as `x[:]` or any other view "
        "is no copy: look for the method that makes one."
    ),
)
def written_through_a_view(x, threshold, value):
    result = x
    result[result < threshold] = value
    return result


@wrong(
    "replace_below",
    N_(
        "You wrote into `x` and made a copy of it afterwards, so the caller's tensor has changed. "
        "The copy must come first."
    ),
)
def copied_too_late(x, threshold, value):
    x[x < threshold] = value
    return x.clone()


@wrong(
    "replace_below",
    N_(
        "Nothing was replaced: `result[mask]` in the middle of a line is a copy of the elements, "
        "and you wrote into that copy. Assign to `result[mask]` itself."
    ),
)
def written_into_a_copy(x, threshold, value):
    result = x.clone()
    result[result < threshold].fill_(value)
    return result


@wrong(
    "replace_below",
    N_("You replaced the elements that equal `threshold` too. They are not below it."),
)
def equal_ones_too(x, threshold, value):
    return x.masked_fill(x <= threshold, value)


@wrong(
    "replace_below",
    N_(
        "You lifted the small elements up to `threshold`, as `clamp` does. "
        "They are to become `value`, which may be another number."
    ),
)
def lifted_to_the_threshold(x, threshold, value):
    result = x.clone()
    result[result < threshold] = threshold
    return result


@wrong(
    "replace_below",
    N_(
        "You made a number with the dtype of `x` out of `threshold`. Beside integers 2.5 becomes 2 that way, "
        "and then 2 is no longer below it: compare with the number as it is."
    ),
)
def threshold_cut_to_the_dtype(x, threshold, value):
    return x.masked_fill(x < torch.tensor(threshold, dtype=x.dtype, device=x.device), value)


@wrong(
    "replace_below",
    N_(
        "You kept what is at least `threshold` and replaced all the rest. `nan` is neither at least `threshold` "
        "nor below it, and it must stay: ask the question of the text."
    ),
)
def nan_replaced_too(x, threshold, value):
    return torch.where(x >= threshold, x, value)


@wrong(
    "replace_below",
    N_(
        "You replaced what is above `threshold` and kept what is below it. "
        "See which of its three arguments `where` takes where the condition holds."
    ),
)
def replaced_above(x, threshold, value):
    return torch.where(x < threshold, x, value)


@wrong(
    "replace_below",
    N_(
        "You made floating point numbers of integers. The result must have the dtype of `x`: "
        "a copy of `x` has it already."
    ),
)
def floats_for_integers(x, threshold, value):
    return torch.where(x < threshold, float(value), x)


@wrong(
    "replace_below",
    N_(
        "The numbers are right, but your copy has lost its connection with `x`, "
        "and no gradient flows back. `clone` makes a copy that keeps it."
    ),
)
def copy_without_gradient(x, threshold, value):
    result = x.detach().clone()
    result[result < threshold] = value
    return result


@wrong(
    "replace_below",
    N_(
        "Your copy is a tensor that starts anew: it wants a gradient of its own and hands none back to `x`. "
        "`clone` makes a copy that does."
    ),
)
def copied_deeply(x, threshold, value):
    result = copy.deepcopy(x)
    with torch.no_grad():
        result[result < threshold] = value
    return result


@wrong(
    "replace_below",
    N_(
        "You give `x` itself back when there is nothing to replace. The result must have memory of its own in any case."
    ),
)
def no_copy_without_need(x, threshold, value):
    if not (x < threshold).any():
        return x
    return x.masked_fill(x < threshold, value)


# --- row_means_between ---


def _between(x, low, high):
    return (x >= low) & (x <= high)


@right("row_means_between")
def row_after_row(x, low, high):
    means = []
    for row in x:
        counted = row[_between(row, low, high)]
        means.append(counted.mean() if len(counted) else row.new_zeros(()))
    return torch.stack(means)


@right("row_means_between")
def nan_for_the_others(x, low, high):
    return torch.where(_between(x, low, high), x, float("nan")).nanmean(1).nan_to_num(0.0)


@right("row_means_between")
def filled_with_zeros(x, low, high):
    mask = torch.logical_and(x >= low, x <= high)
    total, count = x.masked_fill(~mask, 0).sum(-1), mask.sum(-1)
    return torch.where(count > 0, total / count, torch.zeros_like(total))


# Before the chain: its exception is a RuntimeError too, but not the other way round.
@wrong(
    "row_means_between",
    N_(
        "You joined two comparisons with `&` but without parentheses. `&` binds more tightly than `>=`, "
        "so it is worked out first: put each comparison in parentheses."
    ),
)
def no_parentheses(x, low, high):
    mask = x >= low & x <= high
    return x.masked_fill(~mask, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You compared as in `low <= x <= high`, or with `and`. Python then asks whether a whole tensor is true, "
        "and PyTorch refuses. Join two masks with `&`, each in parentheses."
    ),
)
def compared_in_a_chain(x, low, high):
    mask = low <= x <= high
    return x.masked_fill(~mask, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You took the mean of all elements that count. `x[mask]` puts them in one vector and forgets the rows, "
        "but each row has a mean of its own."
    ),
)
def one_mean_for_all(x, low, high):
    counted = x[_between(x, low, high)]
    return counted.mean() if len(counted) else x.new_zeros(())


@wrong(
    "row_means_between",
    N_(
        "You divided by the number of all columns. A mean divides by how many elements count in that row: "
        "what is the sum of a mask?"
    ),
)
def divided_by_all_columns(x, low, high):
    return torch.where(_between(x, low, high), x, 0).mean(1)


@wrong(
    "row_means_between",
    N_(
        "You multiplied by the mask to get rid of the others. Infinity or `nan` times 0 is `nan`: "
        "choose with `torch.where` or fill with `masked_fill` instead."
    ),
)
def times_the_mask(x, low, high):
    mask = _between(x, low, high)
    return (x * mask).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "A row in which no element counts gives `nan`: you divide 0 by 0, or take the mean of nothing. "
        "The text asks for 0 there."
    ),
)
def nothing_by_nothing(x, low, high):
    mask = _between(x, low, high)
    return torch.where(mask, x, 0).sum(1) / mask.sum(1)


@wrong(
    "row_means_between",
    N_(
        "In float16 a row in which no element counts gives `nan`: a safeguard as small as 1e-8 is 0 in that dtype, "
        "and you divide 0 by 0. Divide by 1 there instead, as `clamp` makes it."
    ),
)
def safeguard_too_small_for_half(x, low, high):
    mask = _between(x, low, high)
    return torch.where(mask, x, 0).sum(1) / (mask.sum(1) + 1e-8).to(x.dtype)


@wrong(
    "row_means_between",
    N_("You took the mean of each column. The axis that `dim` names is the one that goes away: which one must stay?"),
)
def means_of_columns(x, low, high):
    mask = _between(x, low, high)
    return torch.where(mask, x, 0).sum(0) / mask.sum(0).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You give the only column of `x` back as it is. It holds the same numbers as your result should, "
        "but writing into one of them changes the other: the result needs memory of its own."
    ),
)
def only_column_handed_out(x, low, high):
    mask = _between(x, low, high)
    if x.shape[1] == 1 and mask.all():
        return x[:, 0]
    return torch.where(mask, x, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You took the means out as Python numbers and made a new tensor of them, so no gradient flows back. "
        "Put the means together with `torch.stack`, or work on all rows at once."
    ),
)
def means_made_anew(x, low, high):
    rows = [row[_between(row, low, high)] for row in x]
    return torch.tensor([row.mean().item() if len(row) else 0.0 for row in rows], dtype=x.dtype)


@wrong("row_means_between", N_("You left out the elements that equal `low` or `high`. Both ends are included."))
def ends_left_out(x, low, high):
    mask = (x > low) & (x < high)
    return torch.where(mask, x, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_("You left out the elements that equal `high`, as the end of a slice is. Here both ends are included."),
)
def upper_end_left_out(x, low, high):
    mask = (x >= low) & (x < high)
    return torch.where(mask, x, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You joined the two comparisons with `|`, which means or. "
        "An element must be at least `low` and at most `high`, both at once."
    ),
)
def one_condition_is_enough(x, low, high):
    mask = (x >= low) | (x <= high)
    return torch.where(mask, x, 0).sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You counted the elements that are not 0 after the others had been made 0. "
        "But a 0 may be one of those that count: count what is true in the mask."
    ),
)
def zeros_not_counted(x, low, high):
    kept = torch.where(_between(x, low, high), x, 0)
    return kept.sum(1) / (kept != 0).sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_("You wrote zeros into `x` itself. The caller's tensor must stay as it was: use `torch.where`, or fill a copy."),
)
def zeros_written_into_x(x, low, high):
    mask = _between(x, low, high)
    x[~mask] = 0
    return x.sum(1) / mask.sum(1).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "The rows in which no element counts are missing from your result. "
        "It must have one number for each row of `x`, in order."
    ),
)
def empty_rows_left_out(x, low, high):
    rows = [row[_between(row, low, high)] for row in x]
    return torch.tensor([row.mean().item() for row in rows if len(row)], dtype=x.dtype)


@wrong(
    "row_means_between",
    N_("Your means are a matrix with one column: `keepdim=True` keeps the axis. The text asks for a vector."),
)
def means_in_a_column(x, low, high):
    mask = _between(x, low, high)
    return torch.where(mask, x, 0).sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)


@wrong(
    "row_means_between",
    N_(
        "You made the number of elements float32, and float16 divided by that is float32. "
        "The means must have the dtype of `x`: divide by whole numbers, or by numbers of that dtype."
    ),
)
def counted_in_float32(x, low, high):
    mask = _between(x, low, high)
    return torch.where(mask, x, 0).sum(1) / mask.float().sum(1).clamp(min=1)


# --- left_over ---


@right("left_over")
def turned_by_logical_not(x, taken):
    return x[torch.logical_not(taken)]


@right("left_over")
def made_bool_first(x, taken):
    return torch.masked_select(x, ~taken.bool())


@right("left_over")
def by_the_places_of_zeros(x, taken):
    places = (taken.reshape(-1) != 1).nonzero().squeeze(1)
    return x.reshape(-1)[places]


@right("left_over")
def subtracted_as_numbers(x, taken):
    return x[(1 - taken.long()).to(torch.bool)]


@wrong(
    "left_over",
    N_(
        "You turned the mask with `~` alone. That is right for True and False, but of whole numbers it turns 1 into -2 "
        "and 0 into -1, and those are positions. Make a bool of every mask first."
    ),
)
def turned_bits(x, taken):
    return x[~taken]


@wrong(
    "left_over",
    N_(
        "You made whole numbers of the mask and left them as they are: in brackets 1 and 0 are positions, not True and "
        "False. Make a bool of them."
    ),
)
def ones_as_positions(x, taken):
    return x[1 - taken.long()]


@wrong("left_over", N_("You returned the elements that are marked. The text asks for the others."))
def marked_ones(x, taken):
    return x[taken.bool()]


@wrong(
    "left_over",
    N_(
        "You wrote 0 where an element is marked, and kept the shape of `x`. The text asks for a vector with only those "
        "that are left over."
    ),
)
def zeros_for_the_marked(x, taken):
    return torch.where(taken.bool(), 0, x)


@wrong(
    "left_over",
    N_("You dropped the zeros after you had multiplied by the mask. An element that is 0 itself is lost that way."),
)
def zeros_dropped(x, taken):
    kept = x * (1 - taken.to(x.dtype))
    return kept[kept != 0]


@wrong(
    "left_over",
    N_("You asked Python's `not` for the opposite of a whole mask. It has one answer, and a mask has many."),
)
def python_not(x, taken):
    return x[not taken]


@wrong(
    "left_over",
    N_("You returned where the elements are that are left over. The text asks for the elements themselves."),
)
def places_for_elements(x, taken):
    return (taken == 0).nonzero()


@wrong(
    "left_over",
    N_(
        "A single element that is left over has lost its axis in your result, as `squeeze()` does it. "
        "The text asks for a vector, and one of one number has the shape `(1,)`."
    ),
)
def single_one_squeezed(x, taken):
    return x[taken == 0].squeeze()


@wrong(
    "left_over",
    N_("You turned the caller's mask round in place. A method without `_` at the end leaves it as it was."),
)
def mask_turned_in_place(x, taken):
    return x[taken.bool().logical_not_()]


@wrong(
    "left_over",
    N_("You treated the mask as True and False only. It may also come as ones and zeros."),
)
def compared_with_false_by_identity(x, taken):
    if taken.dtype != torch.bool:
        raise TypeError("the mask must be bool")
    return x[~taken]


@wrong(
    "left_over",
    N_("Your elements are the right ones, but `detach`, `.data` or a list on the way cuts off the gradient."),
)
def left_over_cut_off(x, taken):
    return x.detach()[taken == 0]


# --- label_scores ---


@right("label_scores")
def gathered(scores, labels):
    return scores.gather(1, labels.unsqueeze(1)).squeeze(1)


@right("label_scores")
def example_by_example(scores, labels):
    return torch.stack([row[label] for row, label in zip(scores, labels, strict=True)])


@right("label_scores")
def diagonal_of_the_table(scores, labels):
    return scores[:, labels].diagonal()


@right("label_scores")
def taken_along_the_classes(scores, labels):
    return torch.take_along_dim(scores, labels[:, None], dim=1)[:, 0]


@wrong(
    "label_scores",
    N_(
        "You still take all the rows: `:` crosses each of them with each label, and that makes `(n, n)`. "
        "Each label belongs to one row: give the numbers of the rows too, so that both go in step."
    ),
)
def still_all_rows(scores, labels):
    return scores[:, labels]


@wrong(
    "label_scores",
    N_(
        "You used the labels to pick rows: the first place in the brackets is for rows. "
        "A label is the number of a column."
    ),
)
def labels_as_rows(scores, labels):
    return scores[labels]


@wrong(
    "label_scores",
    N_(
        "You gave `gather` the labels as they are. It wants as many axes in its index as the scores have: "
        "how does a vector become a matrix with one column?"
    ),
)
def gathered_with_a_vector(scores, labels):
    return scores.gather(1, labels)


@wrong(
    "label_scores",
    N_("The scores are right, but they are still a matrix with one column. Take away the axis that you added."),
)
def still_a_column(scores, labels):
    return scores.gather(1, labels.unsqueeze(1))


@wrong(
    "label_scores",
    N_(
        "You used `squeeze()` without saying which axis, and with a single row it takes away that axis as well. "
        "Name the axis that is to go."
    ),
)
def squeezed_everything(scores, labels):
    return scores.gather(1, labels.unsqueeze(1)).squeeze()


@wrong(
    "label_scores",
    N_(
        "You used `gather` along the rows: each label picked a row of the first column. "
        "Which axis of the scores counts the classes?"
    ),
)
def gathered_along_the_rows(scores, labels):
    return scores.gather(0, labels.unsqueeze(0)).squeeze(0)


@wrong(
    "label_scores",
    N_(
        "You picked the largest score of each row. That is the model's own choice; "
        "the text asks for the score of the right class, large or not."
    ),
)
def largest_of_each_row(scores, labels):
    return scores.max(dim=1).values


@wrong(
    "label_scores",
    N_(
        "You multiplied by zeros and ones to be rid of the scores of the other classes. Infinity or `nan` times 0 is "
        "`nan`: choose by row and column instead."
    ),
)
def times_zeros_and_ones(scores, labels):
    return (scores * one_hot(labels, scores.shape[1])).sum(dim=1)


@wrong(
    "label_scores",
    N_(
        "You took the mean of the table with `n` times `n` numbers. The right ones are in it, "
        "but most of the others belong to the labels of other rows."
    ),
)
def mean_of_the_table(scores, labels):
    return scores[:, labels].mean(dim=1)


@wrong(
    "label_scores",
    N_(
        "You took the numbers out with `item` or `tolist` and made a new tensor, "
        "so no gradient flows back to the scores, and float64 may be lost. Stay with tensors all the way."
    ),
)
def scores_made_anew(scores, labels):
    return torch.tensor([row[label].item() for row, label in zip(scores, labels, strict=True)])


@wrong(
    "label_scores",
    N_(
        "You counted classes from 1. Positions start at 0, and so do the labels: "
        "a label is the number of its column as it stands."
    ),
)
def classes_from_one(scores, labels):
    return scores[torch.arange(len(labels)), labels - 1]


@wrong(
    "label_scores",
    N_(
        "You used `take`, which counts positions through the whole matrix as if it were one long vector. "
        "The label is a position in its own row."
    ),
)
def taken_from_a_flat_matrix(scores, labels):
    return scores.take(labels)


@wrong(
    "label_scores",
    N_(
        "You count positions in memory with `view(-1)`, which refuses a matrix that does not lie in it row after row, "
        "such as a transposed one. Look for a way to choose by row and column."
    ),
)
def counted_through_the_memory(scores, labels):
    rows, classes = scores.shape
    return scores.view(-1)[torch.arange(rows, device=scores.device) * classes + labels]


# --- count_labels ---


@right("count_labels")
def added_one_by_one(labels, classes):
    counts = torch.zeros(classes, dtype=torch.int64, device=labels.device)
    for label in labels:
        counts[label] += 1
    return counts


@right("count_labels")
def added_at_their_index(labels, classes):
    counts = torch.zeros(classes, dtype=labels.dtype, device=labels.device)
    return counts.index_add_(0, labels, torch.ones_like(labels))


@right("count_labels")
def compared_with_every_class(labels, classes):
    return (labels[:, None] == torch.arange(classes, device=labels.device)).sum(0)


@right("count_labels")
def rows_with_a_single_one(labels, classes):
    return one_hot(labels, classes).sum(dim=0)


@right("count_labels")
def accumulated(labels, classes):
    counts = torch.zeros(classes, dtype=torch.int64, device=labels.device)
    return counts.index_put_((labels,), torch.ones_like(labels), accumulate=True)


@wrong(
    "count_labels",
    N_(
        "You still add through `counts[labels]`. That reads all the old counts first, adds 1 to each and writes them "
        "back, so an index that occurs twice is written twice with the same number. Look for a function that adds up."
    ),
)
def still_once_each(labels, classes):
    counts = torch.zeros(classes, dtype=torch.int64)
    counts[labels] += 1
    return counts


@wrong(
    "count_labels",
    N_(
        "Your result ends with the largest label that occurs. Classes after it are to have a 0: "
        "does `bincount` know how many classes there are?"
    ),
)
def as_long_as_the_largest(labels, classes):
    return torch.bincount(labels)


@wrong(
    "count_labels",
    N_(
        "You counted only the classes that occur, as `unique` does. The others are missing, "
        "and so the counts are not at the places of their classes."
    ),
)
def only_those_that_occur(labels, classes):
    return labels.unique(return_counts=True)[1]


@wrong(
    "count_labels",
    N_("Your counts are floating point numbers. Counts are whole: the text asks for int64."),
)
def counts_as_floats(labels, classes):
    return torch.zeros(classes).index_add_(0, labels, torch.ones(len(labels)))


@wrong(
    "count_labels",
    N_("Your counts start at 1 instead of 0: each of them is one too high. With what do you fill the vector?"),
)
def one_too_many(labels, classes):
    return torch.bincount(labels, minlength=classes) + 1


@wrong(
    "count_labels",
    N_("You added up the labels and not their number: each occurrence must add 1, whatever the number of its class."),
)
def labels_added_up(labels, classes):
    return torch.zeros(classes, dtype=torch.int64).index_add_(0, labels, labels)


@wrong(
    "count_labels",
    N_("Your result is a Python list. The text asks for an int64 tensor with one count for each class."),
)
def list_of_counts(labels, classes):
    return [labels.tolist().count(label) for label in range(classes)]


@wrong(
    "count_labels",
    N_("Your result has one place too many. The classes go from 0 to `classes - 1`: how many are they?"),
)
def one_place_too_many(labels, classes):
    return torch.bincount(labels, minlength=classes + 1)


@wrong(
    "count_labels",
    N_(
        "You stack or concatenate something for each label, or ask for the largest, "
        "and with no labels at all there is nothing. An empty vector must give `classes` zeros."
    ),
)
def nothing_to_add(labels, classes):
    rows = [torch.arange(classes) == label for label in labels]
    return torch.stack(rows).sum(dim=0)


# --- mutants that nobody can tell from the solution ---

equivalent("read_block", "results share memory", "each piece may share memory, with `x` and so with the others")
equivalent(
    "every_other_row_up",
    "copy for view: return x.flip(0)[::2] -> return x.flip(0)[::2].clone()",
    "what flip returns is a copy of x already",
)
equivalent(
    "every_other_row_up",
    "view of an argument",
    "the text lets the result share memory with x",
)
equivalent(
    "row_means_between",
    "in place: return torch.where(counts, x, 0).sum(dim=1) / counts.sum(dim=1).clamp(min=1) -> "
    "return torch.where(counts, x, 0).sum(dim=1) / counts.sum(dim=1).clamp_(min=1)",
    "the sum is a tensor of the function's own that nobody else sees",
)
equivalent(
    "label_scores",
    "copy for view: return scores[torch.arange(len(labels)), labels] -> "
    "return scores[torch.arange(len(labels)), labels].clone()",
    "index tensors copy already",
)
equivalent(
    "left_over",
    "copy for view: return x[taken == 0] -> return x[taken == 0].clone()",
    "a mask copies already, so that this is a copy of a copy",
)
equivalent(
    "read_block",
    "one number expanded",
    "each piece may share memory; the text does not ask for room for each element",
)
equivalent(
    "every_other_row_up",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "replace_below",
    "one number expanded",
    "a copy that is one number repeated has memory of its own; room for each element is not asked for",
)
equivalent(
    "row_means_between",
    "one number expanded",
    "a vector that is one number repeated shares no memory with the argument; more is not asked for",
)
equivalent(
    "left_over",
    "one number expanded",
    "a vector that is one number repeated shares no memory with the argument; more is not asked for",
)
equivalent(
    "count_labels",
    "one number expanded",
    "the text does not ask for room for each element",
)
