"""Other right answers to `numpy_interop`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import numpy as np
import torch

from antorcha.variants import N_, equivalent, right, wrong

# --- other_side ---


@right("other_side")
def copied_over(x, single=False):
    if isinstance(x, torch.Tensor):
        return (x.to(torch.float32) if single else x.clone()).numpy()
    return torch.tensor(x, dtype=torch.float32 if single else None)


@right("other_side")
def converted_first(x, single=False):
    is_tensor = torch.is_tensor(x)
    if single:
        x = x.float() if is_tensor else x.astype("float32")
    return np.asarray(x.numpy()) if is_tensor else torch.as_tensor(x)


@right("other_side")
def copied_into_a_new_one(x, single=False):
    if isinstance(x, torch.Tensor):
        result = np.empty(tuple(x.shape), dtype=np.float32 if single else str(x.dtype).split(".")[1])
        result[...] = x.numpy()
        return result
    result = torch.empty(x.shape, dtype=torch.float32 if single else getattr(torch, x.dtype.name))
    return result.copy_(torch.from_numpy(x))


@wrong(
    "other_side",
    N_(
        "You made float32 of everything, as `torch.Tensor(array)` and `.float()` do. Without `single=True` the "
        "result must have the dtype of `x`: which function takes it over?"
    ),
)
def always_single(x, single=False):
    return x.float().numpy() if isinstance(x, torch.Tensor) else torch.Tensor(x)


@wrong(
    "other_side",
    N_("You never use `single`. When it is True, the result must be float32, whatever the dtype of `x` is."),
)
def single_forgotten(x, single=False):
    return x.numpy() if isinstance(x, torch.Tensor) else torch.from_numpy(x)


@wrong(
    "other_side",
    N_(
        "You use `single` on the way to a tensor only. On the way to an array it must be heeded too: "
        "how does an array change its dtype?"
    ),
)
def single_for_tensors_only(x, single=False):
    return x.numpy() if isinstance(x, torch.Tensor) else copied_over(x, single)


@wrong(
    "other_side",
    N_(
        "You use `single` on the way to an array only. On the way to a tensor it must be heeded too: "
        "how does a tensor change its dtype?"
    ),
)
def single_for_arrays_only(x, single=False):
    return copied_over(x, single) if isinstance(x, torch.Tensor) else torch.from_numpy(x)


@wrong(
    "other_side",
    N_(
        "You went through Python lists, and they do not remember the dtype: it had to be guessed again on the other "
        "side. Turn the tensor or the array over as a whole."
    ),
)
def over_through_lists(x, single=False):
    values = x.tolist()
    if isinstance(x, torch.Tensor):
        return np.array(values, dtype=np.float32 if single else None)
    return torch.tensor(values, dtype=torch.float32 if single else None)


@wrong(
    "other_side",
    N_(
        "You read the bytes anew as float32: that is what `view` with a dtype does, and it gives other numbers. "
        "Look for the method that converts the values."
    ),
)
def bytes_read_as_float32(x, single=False):
    if isinstance(x, torch.Tensor):
        return x.numpy().view(np.float32) if single else x.numpy()
    return torch.from_numpy(x).view(torch.float32) if single else torch.from_numpy(x)


@wrong(
    "other_side",
    N_("You always return a tensor. When `x` is a tensor, the answer is to be an array: ask `isinstance` what `x` is."),
)
def always_a_tensor(x, single=False):
    t = torch.as_tensor(x)
    return t.float() if single else t


@wrong(
    "other_side",
    N_("You always return an array. When `x` is an array, the answer is to be a tensor: ask `isinstance` what `x` is."),
)
def always_an_array(x, single=False):
    array = x.numpy() if isinstance(x, torch.Tensor) else x
    return array.astype(np.float32) if single else array


@wrong(
    "other_side",
    N_(
        "The dtype is right at the end, but on the way the values were float32 and lost digits. "
        "Without `single=True` nothing needs to be converted at all."
    ),
)
def through_float32(x, single=False):
    if isinstance(x, torch.Tensor):
        return x.float().numpy().astype(np.float32 if single else x.numpy().dtype)
    return torch.from_numpy(x).float().to(torch.float32 if single else torch.from_numpy(x).dtype)


@wrong(
    "other_side",
    N_(
        "With `single=True` you go by way of float64. A large whole number is rounded twice then, and may end at a "
        "neighbour of the nearest: convert it in one step."
    ),
)
def single_by_way_of_float64(x, single=False):
    if isinstance(x, torch.Tensor):
        return x.double().float().numpy() if single else x.numpy()
    return torch.from_numpy(x.astype(np.float64).astype(np.float32) if single else x)


@wrong(
    "other_side",
    N_(
        "You made a number of a tensor without axes: arithmetic with NumPy does that, and so does `[()]`. "
        "The answer must still be an array, of shape `()`."
    ),
)
def number_for_no_axes(x, single=False):
    result = copied_over(x, single)
    return result[()] if isinstance(result, np.ndarray) else result


# --- linked_pair ---


@right("linked_pair")
def with_as_tensor(array, t):
    return torch.as_tensor(array), t.data.numpy()


@right("linked_pair")
def by_force(array, t):
    return [torch.from_numpy(array), t.numpy(force=True)]


@right("linked_pair")
def through_dlpack(array, t):
    if array.dtype == bool or t.dtype == torch.bool:
        return torch.from_numpy(array), np.asarray(t.detach().numpy())
    return torch.from_dlpack(array), t.detach().view(t.shape).numpy()


@right("linked_pair")
def while_nothing_is_recorded(array, t):
    with torch.no_grad():
        return torch.from_numpy(array), t.numpy()


@wrong(
    "linked_pair",
    N_(
        "You copied the array: `torch.tensor` always does, and so do `copy` and `clone`. "
        "Which function gives the array's own memory to a tensor?"
    ),
)
def array_copied(array, t):
    return torch.tensor(array), t.detach().numpy()


@wrong(
    "linked_pair",
    N_(
        "You copied the tensor: `clone` and `copy` give memory of its own to the result. "
        "Here the array is to look at the memory of `t` itself."
    ),
)
def tensor_copied(array, t):
    return torch.from_numpy(array), t.detach().clone().numpy()


@wrong(
    "linked_pair",
    N_("You copied both ways. Here a change on one side must be seen on the other: which functions share the memory?"),
)
def both_copied(array, t):
    return torch.tensor(array), t.detach().numpy().copy()


@wrong(
    "linked_pair",
    N_(
        "You forgot that `t` may need a gradient: `numpy()` refuses such a tensor. "
        "The error message names the method that helps, and it copies nothing."
    ),
)
def gradient_forgotten(array, t):
    return torch.from_numpy(array), t.numpy()


@wrong(
    "linked_pair",
    N_(
        "You took the need of a gradient away from the tensor of the caller: `requires_grad_` and `detach_` change `t` "
        "itself. Look for the method without `_`."
    ),
)
def need_taken_away(array, t):
    return torch.from_numpy(array), t.requires_grad_(False).numpy()


@wrong(
    "linked_pair",
    N_(
        "You made float32 of the array. That is a copy whenever the array has another dtype, and the text wants the "
        "dtype kept."
    ),
)
def link_in_float32(array, t):
    return torch.from_numpy(array).float(), t.detach().numpy()


@wrong(
    "linked_pair",
    N_(
        "You asked for memory in one piece, as `contiguous`, `ascontiguousarray` or `flatten` do. For a transposed "
        "tensor or array that is a copy. Nothing here needs it."
    ),
)
def in_one_piece(array, t):
    if not array.ndim:
        return torch.from_numpy(array), t.detach().contiguous().numpy()
    return torch.from_numpy(np.ascontiguousarray(array)), t.detach().contiguous().numpy()


@wrong(
    "linked_pair",
    N_("Your two answers are in the wrong order: first the tensor that sees `array`, then the array that sees `t`."),
)
def pair_turned_round(array, t):
    return t.detach().numpy(), torch.from_numpy(array)


# --- stays_linked ---

LINKED = dict(zip("abcdefghijkl", (c == "T" for c in "TFTFTFTTFTFT"), strict=True))


@right("stays_linked")
def letters_that_are_linked(case):
    return case in "aceghjl"


@right("stays_linked")
def by_writing(case):
    array, t = np.ones((2, 3)), torch.ones(2, 3)
    made = {
        "a": lambda: torch.from_numpy(array),
        "b": lambda: torch.tensor(array),
        "c": lambda: torch.as_tensor(array),
        "d": lambda: torch.from_numpy(array).float(),
        "e": lambda: torch.from_numpy(array).double(),
        "f": lambda: torch.from_numpy(array + 0),
        "g": lambda: torch.from_numpy(array)[1:],
        "h": lambda: t.numpy(),
        "i": lambda: t.clone().numpy(),
        "j": lambda: t.cpu().numpy(),
        "k": lambda: t.numpy().copy(),
        "l": lambda: t.detach().numpy(),
    }[case]()
    made[0, 0] = 9
    return bool((array == 9).any()) or bool((t == 9).any())


@wrong(
    "stays_linked",
    N_(
        "You expected every result to share memory. Some of these functions and methods are there to copy: "
        "look for them one by one."
    ),
)
def all_linked(case):
    return True


@wrong(
    "stays_linked",
    N_(
        "You expected every result to have memory of its own. Turning an array into a tensor is quick because nothing "
        "is copied, unless you ask for it."
    ),
)
def none_linked(case):
    return False


@wrong(
    "stays_linked",
    N_(
        "You took `torch.tensor` and `torch.as_tensor` for the same. One of them always copies; "
        "the other copies only if it must."
    ),
)
def as_tensor_copies(case):
    return case != "c" and LINKED[case]


@wrong("stays_linked", N_("You expected `torch.tensor` to share memory. It always copies what it is given."))
def tensor_shares(case):
    return case == "b" or LINKED[case]


@wrong(
    "stays_linked",
    N_(
        "You expected every method for changing the dtype to copy. What has `.double()` to do when the tensor is "
        "float64 already?"
    ),
)
def double_copies(case):
    return case != "e" and LINKED[case]


@wrong(
    "stays_linked",
    N_(
        "You expected `.float()` to keep the memory. `array` is float64: its elements take twice the room of float32, "
        "so they cannot be the same memory."
    ),
)
def float_shares(case):
    return case == "d" or LINKED[case]


@wrong(
    "stays_linked",
    N_(
        "You expected `array + 0` to be `array` itself. Arithmetic makes a new array, even if no number changes, "
        "and the tensor looks at that one."
    ),
)
def sum_shares(case):
    return case == "f" or LINKED[case]


@wrong("stays_linked", N_("You took a part of a tensor for a copy. A slice looks at the same memory as the whole."))
def slice_copies(case):
    return case != "g" and LINKED[case]


@wrong(
    "stays_linked",
    N_(
        "You expected `.cpu()` to copy. It does for a tensor on an accelerator; what has it to do for one that is on "
        "the CPU already?"
    ),
)
def cpu_copies(case):
    return case != "j" and LINKED[case]


@wrong(
    "stays_linked",
    N_("You expected `.detach()` to copy. It only leaves the graph of gradients: the memory is the same."),
)
def detach_copies(case):
    return case != "l" and LINKED[case]


@wrong(
    "stays_linked",
    N_("You expected `t.numpy()` to be a copy. It is not: the array looks at the memory of the tensor."),
)
def numpy_copies(case):
    return case not in "hjl" and LINKED[case]


@wrong(
    "stays_linked",
    N_(
        "You expected `.copy()` or `.clone()` to share memory. They are the methods that copy, in NumPy and in PyTorch."
    ),
)
def copies_share(case):
    return case in "ik" or LINKED[case]


# --- copied_pair ---


@right("copied_pair")
def cloned_first(array, t):
    return torch.from_numpy(array).clone(), t.clone().numpy()


@right("copied_pair")
def copied_in_numpy(array, t):
    return torch.from_numpy(array.copy()), np.array(t.numpy())


@right("copied_pair")
def astype_always_copies(array, t):
    values = t.numpy()
    return torch.as_tensor(array).clone(), values.astype(values.dtype)


@wrong(
    "copied_pair",
    N_(
        "You copied nothing: `from_numpy` and `numpy()` look at the memory that is there already. "
        "Which methods make a copy?"
    ),
)
def nothing_copied(array, t):
    return torch.from_numpy(array), t.numpy()


@wrong(
    "copied_pair",
    N_("Your tensor still looks at the memory of `array`: `from_numpy` and `as_tensor` do not copy it."),
)
def array_still_linked(array, t):
    return torch.as_tensor(array), t.numpy().copy()


@wrong(
    "copied_pair",
    N_(
        "Your array still looks at the memory of `t`. On the CPU `cpu()` copies nothing, "
        "and neither do `numpy()` and `detach()`."
    ),
)
def tensor_still_linked(array, t):
    return torch.tensor(array), t.detach().cpu().numpy()


@wrong(
    "copied_pair",
    N_(
        "You relied on `contiguous`, `ascontiguousarray` or `reshape` to copy. They do so only when the memory is not "
        "in one piece; ask for a copy by its name."
    ),
)
def copied_if_scattered(array, t):
    one_piece = np.ascontiguousarray(array).reshape(array.shape)
    return torch.from_numpy(one_piece), t.contiguous().numpy()


@wrong(
    "copied_pair",
    N_(
        "You added 0 to get a copy. That works for most arrays, but one without axes turns into a number, and True and "
        "False turn into 1 and 0. Ask for a copy by its name."
    ),
)
def plus_zero(array, t):
    return torch.as_tensor(array + 0), t.numpy() + 0


@wrong(
    "copied_pair",
    N_(
        "You made float32 of the copies. Each must have the dtype of what it was made from, and the method for copying "
        "keeps it."
    ),
)
def copies_in_float32(array, t):
    return torch.tensor(array, dtype=torch.float32), t.numpy().astype(np.float32)


@wrong(
    "copied_pair",
    N_(
        "You copied by way of Python lists, and they remember neither the dtype nor how long the rows are when there "
        "are none. Ask the array and the tensor for a copy."
    ),
)
def copied_through_lists(array, t):
    return torch.tensor(array.tolist()), np.array(t.tolist())


@wrong(
    "copied_pair",
    N_("Your two answers are in the wrong order: first the tensor made from `array`, then the array made from `t`."),
)
def copies_turned_round(array, t):
    return t.numpy().copy(), torch.tensor(array)


# --- weight_history ---


@right("weight_history")
def cloned_each_time(weights, steps):
    history = []
    with torch.no_grad():
        for step in steps:
            history.append(weights.clone().numpy())
            weights.sub_(step)
        return [*history, weights.clone().numpy()]


@right("weight_history")
def worked_out_in_numpy(weights, steps):
    history = [np.array(weights.tolist(), dtype=weights.detach().numpy().dtype)]
    for step in steps:
        history.append(history[-1] - step.numpy())
    with torch.no_grad():
        weights.copy_(torch.tensor(history[-1]))
    return history


@right("weight_history")
def all_of_it_unrecorded(weights, steps):
    with torch.no_grad():
        history = [weights.numpy().copy()]
        for step in steps:
            weights -= step
            history.append(weights.numpy().copy())
    return history


@right("weight_history")
def through_its_data(weights, steps):
    history = (weights.detach().clone().numpy(),)
    for step in steps:
        weights.data -= step
        history += (np.copy(weights.detach().numpy()),)
    return history


@wrong(
    "weight_history",
    N_(
        "All of your entries look at one memory, that of `weights`, and show what it holds at the end. `detach` and "
        "`numpy` do not copy: when must you make a copy?"
    ),
)
def all_the_same(weights, steps):
    history = [weights.detach().numpy()]
    for step in steps:
        with torch.no_grad():
            weights -= step
        history.append(weights.detach().numpy())
    return history


@wrong(
    "weight_history",
    N_(
        "You copied too late: by the end of the loop all of the entries hold the last values. "
        "The copy must be made at the moment that is to be remembered."
    ),
)
def copied_at_the_end(weights, steps):
    return [array.copy() for array in all_the_same(weights, steps)]


@wrong(
    "weight_history",
    N_("You copy after each step, but the first entry still looks at the memory of `weights`. It needs a copy too."),
)
def first_not_copied(weights, steps):
    return [weights.detach().numpy(), *through_its_data(weights, steps)[1:]]


@wrong(
    "weight_history",
    N_("You copy the values before the first step, but the entries after it still look at the memory of `weights`."),
)
def only_the_first_copied(weights, steps):
    first = weights.detach().clone().numpy()
    return [first, *all_the_same(weights, steps)[1:]]


@wrong(
    "weight_history",
    N_(
        "You got rid of the shared memory by no longer changing `weights`: `weights = weights - step` makes a new "
        "tensor, and the one of the caller is never trained."
    ),
)
def weights_never_trained(weights, steps):
    history = [weights.detach().clone().numpy()]
    for step in steps:
        weights = weights.detach() - step
        history.append(weights.clone().numpy())
    return history


@wrong(
    "weight_history",
    N_(
        "You gave `weights` other memory with `.data =`. Whoever looks at a part of it, or holds the tensor "
        "that it is a part of, still sees the old numbers. Write into the memory that is there."
    ),
)
def given_other_memory(weights, steps):
    history = [weights.detach().clone().numpy()]
    for step in steps:
        weights.data = weights.data - step
        history.append(weights.detach().clone().numpy())
    return history


@wrong(
    "weight_history",
    N_("You left out the values before the first step. There is one entry more than there are steps."),
)
def start_left_out(weights, steps):
    return through_its_data(weights, steps)[1:]


@wrong(
    "weight_history",
    N_("You note the values down before each step only. The last entry, after the last step, is missing."),
)
def end_missing(weights, steps):
    return through_its_data(weights, steps)[:-1]


@wrong(
    "weight_history",
    N_("Your entries are tensors. The history is to hold NumPy arrays, each with memory of its own."),
)
def history_of_tensors(weights, steps):
    return [torch.from_numpy(array) for array in through_its_data(weights, steps)]


@wrong(
    "weight_history",
    N_("Your entries are lists. The history is to hold NumPy arrays, with the dtype of `weights`."),
)
def history_of_lists(weights, steps):
    return [array.tolist() for array in through_its_data(weights, steps)]


@wrong(
    "weight_history",
    N_(
        "Weights that need a gradient stop your code. While PyTorch records, such a tensor can neither become an array "
        "nor be changed in place: the stub had `detach()` for the one and `torch.no_grad()` for the other."
    ),
)
def without_detach(weights, steps):
    history = [weights.numpy().copy()]
    for step in steps:
        with torch.no_grad():
            weights -= step
        history.append(weights.numpy().copy())
    return history


@wrong(
    "weight_history",
    N_(
        "You took the need of a gradient away from the weights of the caller. They are still to be trained: "
        "`weights` must need a gradient afterwards if it did before."
    ),
)
def no_longer_trainable(weights, steps):
    weights.requires_grad_(False)
    return through_its_data(weights, steps)


@wrong(
    "weight_history",
    N_("You note down the steps. The history is to hold the weights themselves, as they are after each step."),
)
def history_of_the_steps(weights, steps):
    through_its_data(weights, steps)
    return [np.zeros(tuple(weights.shape), "float32"), *(step.numpy().copy() for step in steps)]


@wrong(
    "weight_history",
    N_("You add the steps. Each of them is to be subtracted from the weights."),
)
def steps_added(weights, steps):
    return through_its_data(weights, [-step for step in steps])


# --- mirror_image ---


@right("mirror_image")
def flipped_as_a_tensor(image):
    return torch.from_numpy(image).flip(1)


@right("mirror_image")
def in_one_piece_again(image):
    return torch.from_numpy(np.ascontiguousarray(np.flip(image, axis=1)))


@right("mirror_image")
def columns_by_number(image):
    return torch.tensor(image)[:, list(range(image.shape[1]))[::-1]]


@right("mirror_image")
def taken_by_numpy(image):
    return torch.from_numpy(np.take(image, np.arange(image.shape[1])[::-1], axis=1))


@wrong(
    "mirror_image",
    N_(
        "The array is still read backwards when it reaches PyTorch, and neither `from_numpy` nor `tensor` nor "
        "`as_tensor` takes one like that. Copying `image` before it is turned round does not help: "
        "which array has the negative stride?"
    ),
)
def still_backwards(image):
    return torch.tensor(image[:, ::-1])


@wrong(
    "mirror_image",
    N_("You swapped top and bottom. Left and right are along the second axis: which position has it in the index?"),
)
def upside_down(image):
    return torch.from_numpy(image[::-1].copy())


@wrong(
    "mirror_image",
    N_("You turned every axis round. Only the columns change places; see which axis `np.flip` or `flip` is given."),
)
def all_axes_turned(image):
    return torch.from_numpy(np.flip(image).copy())


@wrong(
    "mirror_image",
    N_(
        "You turned the last axis round. In an image with channels that one holds the colours: the columns are always "
        "the second axis."
    ),
)
def last_axis_turned(image):
    return torch.from_numpy(image[..., ::-1].copy())


@wrong(
    "mirror_image",
    N_("You only took the minus sign away. The error is gone, but so is the mirror: the columns are as they were."),
)
def not_mirrored(image):
    return torch.from_numpy(image[:, ::1].copy())


@wrong(
    "mirror_image",
    N_(
        "You turned the image of the caller round in place. `image` must stay as it was: copy what you take from it "
        "instead of writing into it."
    ),
)
def turned_in_place(image):
    image[:] = image[:, ::-1].copy()
    return torch.tensor(image)


@wrong(
    "mirror_image",
    N_("You made float32 of the image. The tensor must have the dtype of the image: none of this needs another one."),
)
def mirrored_in_float32(image):
    return torch.from_numpy(image[:, ::-1].astype(np.float32))


@wrong(
    "mirror_image",
    N_("You went through Python lists, and they do not remember the dtype. Copy the array itself."),
)
def mirrored_through_lists(image):
    return torch.tensor(image[:, ::-1].tolist())


@wrong(
    "mirror_image",
    N_("You returned an array. The mirrored image is to be a tensor of PyTorch."),
)
def mirrored_array(image):
    return image[:, ::-1].copy()


@wrong(
    "mirror_image",
    N_("You swapped rows and columns: that is the transpose. Here the shape stays, and the columns change places."),
)
def rows_for_columns(image):
    return torch.from_numpy(image.swapaxes(0, 1)[:, ::-1].copy())


# --- plain_array ---


@right("plain_array")
def refused_ones_as_float32(t):
    here = t.cpu().detach()
    try:
        return here.numpy()
    except TypeError:
        return here.to(torch.float32).numpy()


@right("plain_array")
def forced(t):
    return (t.float() if t.dtype is torch.bfloat16 else t).numpy(force=True)


@right("plain_array")
def by_way_of_lists(t):
    dtype = "float32" if t.dtype == torch.bfloat16 else str(t.dtype).removeprefix("torch.")
    return np.array(t.tolist(), dtype=dtype).reshape(tuple(t.shape))


@right("plain_array")
def where_nothing_is_recorded(t):
    with torch.no_grad():
        here = t.cpu()
        return (here.float() if here.dtype == torch.bfloat16 else here).numpy()


@right("plain_array")
def copied_without_recording(t):
    with torch.no_grad():
        here = t.clone().to("cpu")
        return here.float().numpy() if here.dtype == torch.bfloat16 else here.numpy()


@wrong(
    "plain_array",
    N_(
        "You called `numpy()` on the tensor as it is. It may need a gradient, live on an accelerator or be bfloat16, "
        "and NumPy can work with none of these: see what each error message advises."
    ),
)
def numpy_at_once(t):
    return t.numpy()


@wrong(
    "plain_array",
    N_(
        "You took the tensor out of the graph but left it where it lives, and NumPy sees the memory of the CPU only. "
        "Read the error message to the end. And what about bfloat16?"
    ),
)
def detached_only(t):
    return t.detach().numpy()


@wrong(
    "plain_array",
    N_(
        "You brought the tensor to the CPU, but it may still need a gradient there: `cpu()` stays in the graph. "
        "And what about bfloat16?"
    ),
)
def cpu_only(t):
    return t.cpu().numpy()


@wrong(
    "plain_array",
    N_("You did not think of bfloat16. NumPy has no such dtype: what does the text ask for there?"),
)
def bfloat16_forgotten(t):
    return t.detach().cpu().numpy()


@wrong(
    "plain_array",
    N_(
        "You made float32 of every tensor. Only bfloat16 is to become float32: all the others keep their dtype, and "
        "some have digits that float32 would lose."
    ),
)
def float32_for_all(t):
    return t.detach().cpu().float().numpy()


@wrong(
    "plain_array",
    N_(
        "You made float32 of every floating point tensor. Only bfloat16 is to become float32: NumPy has float16 and "
        "float64 of its own."
    ),
)
def float32_for_floats(t):
    here = t.detach().cpu()
    return (here.float() if here.is_floating_point() else here).numpy()


@wrong(
    "plain_array",
    N_(
        "You took the need of a gradient away from `t` itself: `requires_grad_(False)` changes the tensor of the "
        "caller. Look for a method that gives you another tensor."
    ),
)
def gradient_switched_off(t):
    return refused_ones_as_float32(t.requires_grad_(False))


@wrong(
    "plain_array",
    N_(
        "You took `t` itself out of its graph: with `_` at the end, `detach_` changes the tensor of the caller, and "
        "no gradient flows back through it any more."
    ),
)
def detached_in_place(t):
    return refused_ones_as_float32(t.detach_())


@wrong(
    "plain_array",
    N_(
        "You bring only tensors of CUDA to the CPU. There are other accelerators, and `is_cuda` is False for them: "
        "`cpu()` can be called on any tensor, and copies nothing if it is on the CPU."
    ),
)
def only_from_cuda(t):
    here = t.detach()
    if here.is_cuda:
        here = here.cpu()
    return (here.float() if here.dtype == torch.bfloat16 else here).numpy()


@wrong(
    "plain_array",
    N_(
        "You went through Python lists without saying a dtype, so NumPy had to guess it. "
        "A list of no rows does not know how long they are either."
    ),
)
def dtype_guessed_from_lists(t):
    return np.array(t.tolist())


@wrong(
    "plain_array",
    N_(
        "You read the bits of bfloat16 as whole numbers: `view` with a dtype does not convert. "
        "Look for the method that gives the same values in float32."
    ),
)
def bits_of_bfloat16(t):
    here = t.detach().cpu()
    return (here.view(torch.int16) if here.dtype == torch.bfloat16 else here).numpy()


@wrong(
    "plain_array",
    N_(
        "You made float16 of bfloat16. Both have 16 bits, but float16 ends at 65504 and has no room for what is "
        "larger: the text says which dtype to take."
    ),
)
def float16_for_bfloat16(t):
    here = t.detach().cpu()
    return (here.half() if here.dtype == torch.bfloat16 else here).numpy()


@wrong(
    "plain_array",
    N_("You returned the list of the numbers. The answer is to be a NumPy array, with a shape and a dtype."),
)
def list_of_numbers(t):
    return t.tolist()


@wrong(
    "plain_array",
    N_("You returned a tensor. It is on the CPU and needs no gradient, but it is not an array yet."),
)
def still_a_tensor(t):
    here = t.detach().cpu()
    return here.float() if here.dtype == torch.bfloat16 else here


# --- what_they_hold ---

ONE, TWO, NINE = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [9.0, 2.0, 3.0]
PLUS, PLUS_TWO, NOUGHT = [2.0, 3.0, 4.0], [3.0, 4.0, 5.0], [0.0, 0.0, 0.0]
HELD = {
    "a": (NINE, NINE),
    "b": (PLUS, ONE),
    "c": (PLUS, PLUS),
    "d": (NOUGHT, NOUGHT),
    "e": (PLUS, PLUS),
    "f": (ONE, TWO),
    "g": (ONE, ONE),
    "h": (TWO, TWO),
    "i": (PLUS, TWO),
    "j": (PLUS_TWO, PLUS),
    "k": (TWO, PLUS),
}


@right("what_they_hold")
def looked_up(case):
    return HELD[case]


@right("what_they_hold")
def by_running_it(case):
    array = np.array([1.0, 2.0, 3.0])
    tensor = torch.from_numpy(array)
    if case == "a":
        tensor[0] = 9
    if case == "d":
        array[:] = 0
    if case == "e":
        np.add(array, 1, out=array)
    if case in "cj":
        array += 1
    if case in "bij":
        array = array + 1
    if case == "k":
        tensor = tensor + 1
        array *= 2
    if case == "f":
        tensor = tensor * 2
    if case in "hi":
        tensor *= 2
    return [array.tolist(), tensor.tolist()]


@wrong(
    "what_they_hold",
    N_(
        "You expected `array = array + 1` to change the array that was there. It makes a new one and gives it the name "
        "`array`; the tensor still looks at the first one."
    ),
)
def plus_changes_the_array(case):
    return {"b": (PLUS, PLUS), "i": ([4.0, 6.0, 8.0],) * 2, "j": (PLUS_TWO, PLUS_TWO)}.get(case, HELD[case])


@wrong(
    "what_they_hold",
    N_(
        "You expected `array += 1` to make a new array, as `array = array + 1` does. "
        "For an array `+=` writes into the memory that is there, and who else looks at that?"
    ),
)
def in_place_makes_a_new_one(case):
    return {"c": (PLUS, ONE), "j": (PLUS_TWO, ONE), "i": (PLUS, TWO), "k": (TWO, PLUS)}.get(case, HELD[case])


@wrong(
    "what_they_hold",
    N_(
        "You expected the array and the tensor to go their own ways from the start. "
        "After `from_numpy` both look at one memory."
    ),
)
def nothing_is_shared(case):
    alone = {"c": (PLUS, ONE), "d": (NOUGHT, ONE), "e": (PLUS, ONE), "h": (ONE, TWO), "j": (PLUS_TWO, ONE)}
    return {"a": (ONE, NINE), **alone}.get(case, HELD[case])


@wrong(
    "what_they_hold",
    N_(
        "You expected the array and the tensor to hold the same for ever. A line such as `array = ...` or "
        "`tensor = ...` gives the name to something new, and the link is gone."
    ),
)
def linked_for_ever(case):
    together = {"b": PLUS, "f": TWO, "i": [4.0, 6.0, 8.0], "j": PLUS_TWO, "k": [4.0, 6.0, 8.0]}
    return (together[case],) * 2 if case in together else HELD[case]


@wrong(
    "what_they_hold",
    N_(
        "You expected `tensor = tensor * 2` to change the tensor that was there. It makes a new one: "
        "what happens to the array?"
    ),
)
def product_changes_the_array(case):
    return {"f": (TWO, TWO), "k": ([4.0, 6.0, 8.0],) * 2}.get(case, HELD[case])


@wrong(
    "what_they_hold",
    N_(
        "You expected `tensor.mul(2)` to change the tensor. Without `_` at the end a method leaves its tensor alone, "
        "and here nobody keeps the result."
    ),
)
def mul_changes_the_tensor(case):
    return (TWO, TWO) if case == "g" else HELD[case]


@wrong(
    "what_they_hold",
    N_("You expected `tensor.mul_(2)` to leave things as they are. The `_` says that it writes into its tensor."),
)
def mul_in_place_changes_nothing(case):
    return (ONE, ONE) if case == "h" else HELD[case]


@wrong(
    "what_they_hold",
    N_(
        "You took `array[:] = 0` for `array = 0`. With the brackets it writes into the array that is there, "
        "and the tensor looks at that one."
    ),
)
def slice_is_the_name(case):
    return (NOUGHT, ONE) if case == "d" else HELD[case]


@wrong(
    "what_they_hold",
    N_("You did not heed `out=array` in `np.add`: it says where the result is to be written."),
)
def out_not_heeded(case):
    return (ONE, ONE) if case == "e" else HELD[case]


@wrong(
    "what_they_hold",
    N_("You put the two lists in the wrong order: what `array` holds comes first, then what `tensor` holds."),
)
def tensor_before_array(case):
    return HELD[case][::-1]


@wrong(
    "what_they_hold",
    N_(
        "You lost the link one line too early: after `array = array + 1` the tensor still uses the first array's "
        "memory, and before that line both see what is written into it."
    ),
)
def link_lost_from_the_start(case):
    return (PLUS_TWO, ONE) if case == "j" else HELD[case]


# --- mutants that nobody can tell from the solution ---

equivalent(
    "other_side",
    "copy for view: tensor = torch.from_numpy(x) -> tensor = torch.from_numpy(x).clone()",
    "the text lets the result share memory or have its own",
)
equivalent(
    "mirror_image",
    "copy for view: return torch.from_numpy(image[:, ::-1].copy()) -> "
    "return torch.from_numpy(image[:, ::-1].copy()).clone()",
    "a copy of a copy",
)
equivalent(
    "other_side",
    "one number expanded",
    "the text lets the result share memory, and does not ask for room for each element",
)
equivalent(
    "other_side",
    "result detached",
    "the text says that tensors need no gradient",
)
equivalent(
    "other_side",
    "computed without gradients",
    "the text says that tensors need no gradient",
)
equivalent(
    "copied_pair",
    "result detached",
    "the text says that the tensor needs no gradient",
)
equivalent(
    "copied_pair",
    "computed without gradients",
    "the text says that the tensor needs no gradient",
)
equivalent(
    "mirror_image",
    "one number expanded",
    "a tensor that is one number repeated has memory of its own; room for each element is not asked for",
)
equivalent(
    "weight_history",
    "gradient of an argument cleared",
    "the text says nothing of a gradient that the weights have already",
)
equivalent(
    "plain_array",
    "calculated on the CPU",
    "the answer is an array, which lies on the CPU",
)
