"""Other right answers to `dtype_device`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from antorcha.variants import N_, equivalent, right, wrong

INFINITY = float("inf")


# --- mixed_dtype ---

DTYPES = dict(
    zip(
        "abcdefghijklmn",
        "float32 float16 float64 float32 int64 int16 uint8 float32 float16 float32 int64 int64 bool float32".split(),
        strict=True,
    )
)


def dtype_named(case, **others):
    return getattr(torch, {**DTYPES, **others}[case])


@right("mixed_dtype")
def looked_up_dtype(case):
    return dtype_named(case)


@right("mixed_dtype")
def asked_of_torch(case):
    whole, byte, small = (torch.tensor([1, 2], dtype=dtype) for dtype in (torch.int64, torch.uint8, torch.int8))
    half, single, double = (
        torch.tensor([0.5, 1.5], dtype=dtype) for dtype in (torch.float16, torch.float32, torch.float64)
    )
    flags = torch.tensor([True, False])
    results = {
        "a": single + whole,
        "b": half + whole,
        "c": single + double,
        "d": half + single,
        "e": byte + whole,
        "f": byte + small,
        "g": byte * 2,
        "h": whole + 0.5,
        "i": half + 0.5,
        "j": whole / whole,
        "k": whole + flags,
        "l": flags.sum(),
        "m": single > double,
        "n": single * torch.tensor(2.0, dtype=torch.float64),
    }
    return results[case].dtype


@wrong(
    "mixed_dtype",
    N_(
        "You expected an integer tensor to make the floats wider, because int64 has 64 bits. Between an integer and a "
        "float the float's dtype comes out, whatever their sizes are."
    ),
)
def integers_widen_floats(case):
    return dtype_named(case, a="float64", b="float64")


@wrong(
    "mixed_dtype",
    N_(
        "You expected the integer dtype to win over the float. What would become of 0.5? "
        "See what the lesson says about kinds of dtypes."
    ),
)
def integers_win(case):
    return dtype_named(case, a="int64", b="int64", h="int64")


@wrong(
    "mixed_dtype",
    N_(
        "You expected the smaller of two float dtypes. PyTorch takes the one that holds the values of both: "
        "which of the two is it?"
    ),
)
def smaller_float_wins(case):
    return dtype_named(case, c="float32", d="float16")


@wrong(
    "mixed_dtype",
    N_(
        "You expected one of the two 8-bit dtypes when uint8 meets int8. Neither holds both 255 and -1: which is the "
        "smallest that does?"
    ),
)
def eight_bits_are_enough(case):
    return dtype_named(case, f="int8")


@wrong(
    "mixed_dtype",
    N_(
        "You expected uint8 when uint8 meets int8. It holds no negative numbers: which is the smallest dtype that "
        "holds what both can hold?"
    ),
)
def no_sign_is_needed(case):
    return dtype_named(case, f="uint8")


@wrong(
    "mixed_dtype",
    N_(
        "You took the Python number 2 for an int64 tensor. A plain number of the same kind adapts to the dtype of the "
        "tensor."
    ),
)
def python_int_is_int64(case):
    return dtype_named(case, g="int64")


@wrong(
    "mixed_dtype",
    N_(
        "You took the Python number 0.5 for float64. A plain number never chooses among float dtypes: what a float "
        "tensor has stays, and with integers the default comes out."
    ),
)
def python_float_is_float64(case):
    return dtype_named(case, h="float64", i="float64")


@wrong(
    "mixed_dtype",
    N_(
        "You let the Python number 0.5 turn a float16 tensor into float32. A plain number adapts to the float dtype "
        "that is there."
    ),
)
def python_float_is_float32(case):
    return dtype_named(case, i="float32")


@wrong(
    "mixed_dtype",
    N_("You expected the quotient of integers to be an integer. `/` is true division: 1 / 2 is 0.5."),
)
def quotient_is_whole(case):
    return dtype_named(case, j="int64")


@wrong(
    "mixed_dtype",
    N_("You expected a sum of flags to be a flag. What does it say about [True, True, True]?"),
)
def sum_of_flags_is_a_flag(case):
    return dtype_named(case, l="bool")


@wrong(
    "mixed_dtype",
    N_("You expected a comparison to have the dtype of what is compared. What are its two possible answers?"),
)
def comparison_is_a_float(case):
    return dtype_named(case, m="float64")


@wrong(
    "mixed_dtype",
    N_(
        "You took a tensor without axes for one with an axis. Within one kind, a tensor without axes has no say: it "
        "adapts as a plain number does."
    ),
)
def no_axes_count_as_well(case):
    return dtype_named(case, n="float64")


# --- held_after_cast ---

HELD = {
    "a": [2, -2],
    "b": [3, -3],
    "c": [0, 0],
    "d": [127, -128, -56],
    "e": [255, 0, 255],
    "f": [60000, INFINITY],
    "g": [2048, 2048],
    "h": [2**24, 2**24],
    "i": [1, 0],
    "j": [0, 1, 1],
    "k": [254, 2],
}


@right("held_after_cast")
def looked_up_numbers(case):
    return [float(number) for number in HELD[case]]


@right("held_after_cast")
def tried_out(case):
    x = torch.tensor
    conversions = {
        "a": lambda: x([2.7, -2.7]).long(),
        "b": lambda: x([2.7, -2.7]).round(),
        "c": lambda: x([0.9, -0.9]).char(),
        "d": lambda: x([127, 128, 200]).char(),
        "e": lambda: x([255, 256, -1]).byte(),
        "f": lambda: x([60000.0, 70000.0]).half(),
        "g": lambda: x([2048.0, 2049.0]).half(),
        "h": lambda: x([2**24, 2**24 + 1]).float(),
        "i": lambda: x([1.0, 1e-9]).half(),
        "j": lambda: x([0, 1, 1]),
        "k": lambda: x([3, 5], dtype=torch.uint8) - x([5, 3], dtype=torch.uint8),
    }
    return tuple(conversions[case]().tolist())


@wrong(
    "held_after_cast",
    N_(
        "You expected a conversion to an integer dtype to round. It drops what stands after the decimal point: "
        "rounding is a step of its own."
    ),
)
def conversion_rounds(case):
    return {"a": [3, -3], "c": [1, -1]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_(
        "You expected a conversion to go down to the next whole number. It goes towards zero: from 2.7 down, and from "
        "-2.7 where?"
    ),
)
def conversion_goes_down(case):
    return {"a": [2, -3], "c": [0, -1]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected `round` to cut the decimals off. Which whole number is nearest to 2.7?"),
)
def round_cuts_off(case):
    return {"b": [2, -2]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_(
        "You expected integers to stop at the end of their range. They start again at the other end, as a clock does "
        "after 12."
    ),
)
def integers_stop_at_the_end(case):
    return {"d": [127, 127, 127], "e": [255, 255, 0], "k": [0, 2]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_(
        "You expected a negative number in a uint8 tensor. The difference of two uint8 tensors is uint8 too: what "
        "does it hold below 0?"
    ),
)
def difference_is_negative(case):
    return {"k": [-2, 2]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected float16 to stop at its largest number, 65504. What do floats hold that are too large?"),
)
def half_stops_at_the_end(case):
    return {"f": [60000, 65504]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_(
        "You expected floats to hold every whole number within their range. From 2 to the power of 11 on float16 has "
        "no room for the last binary digit, and float32 from 2 to the power of 24 on."
    ),
)
def floats_are_exact(case):
    return {"g": [2048, 2049], "h": [2**24, 2**24 + 1]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected float32 to hold every whole number. How many binary digits has 16777217, and how many a float32?"),
)
def float32_is_exact(case):
    return {"h": [2**24, 2**24 + 1]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected float16 to hold 0.000000001. Compare it with the smallest float16 above 0."),
)
def tiny_is_kept(case):
    return {"i": [1, 1e-9]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected 0.5 to become False. A bool is not an integer: everything that is not 0 becomes True."),
)
def bool_cuts_off(case):
    return {"j": [0, 0, 1]}.get(case, HELD[case])


@wrong(
    "held_after_cast",
    N_("You expected negative numbers to become False. Only 0 does."),
)
def negative_is_false(case):
    return {"j": [0, 1, 0]}.get(case, HELD[case])


# --- half_and_whole ---


@right("half_and_whole")
def with_trunc(x):
    return [x.to(dtype=torch.float16), torch.trunc(x).long(), torch.round(x).long()]


@right("half_and_whole")
def with_type(x):
    return x.type(torch.float16), x.type(torch.int64), x.round().type(torch.int64)


@right("half_and_whole")
def floor_of_the_absolute_value(x):
    cut = torch.where(x < 0, -((-x).floor()), x.floor())
    return x.clone().half(), cut.to(torch.int64), torch.round(x, decimals=0).to(torch.int64)


@right("half_and_whole")
def copied_into_new_tensors(x):
    results = [torch.empty_like(x, dtype=dtype) for dtype in (torch.float16, torch.int64, torch.int64)]
    for result, values in zip(results, (x, x.fix(), x.round()), strict=True):
        result.copy_(values)
    return tuple(results)


@wrong(
    "half_and_whole",
    N_(
        "You expected the conversion to int64 to round. It drops the decimals: for the third result, rounding must "
        "come first."
    ),
)
def rounding_expected_of_int64(x):
    return x.half(), x.to(torch.int64), x.to(torch.int64)


@wrong(
    "half_and_whole",
    N_("Your second result is rounded. It should only lose what stands after the decimal point: 2.7 gives 2."),
)
def rounded_twice(x):
    return x.half(), x.round().long(), x.round().long()


@wrong(
    "half_and_whole",
    N_("You cut off with `floor`, which always goes down: -2.7 gives -3. Which way does the text go from -2.7?"),
)
def cut_off_with_floor(x):
    return x.half(), x.floor().long(), x.round().long()


@wrong(
    "half_and_whole",
    N_(
        "You rounded by adding 0.5 and cutting off. That does not suit negative numbers, nor those half way between: "
        "there is a function for rounding."
    ),
)
def added_a_half(x):
    return x.half(), x.long(), (x + 0.5).long()


@wrong(
    "half_and_whole",
    N_(
        "You rounded by adding 0.5 and going down, which sends 0.5 to 1 and 2.5 to 3. Which function does "
        "the text name?"
    ),
)
def half_goes_up(x):
    return x.half(), x.long(), (x + 0.5).floor().long()


@wrong(
    "half_and_whole",
    N_("Your whole numbers are int32, which is what `int()` gives. The text asks for int64."),
)
def whole_numbers_in_int32(x):
    return x.half(), x.int(), x.round().int()


@wrong(
    "half_and_whole",
    N_("Your whole numbers are still floats: `round` and `trunc` keep the dtype. Convert afterwards."),
)
def whole_numbers_as_floats(x):
    return x.half(), x.trunc(), x.round()


@wrong(
    "half_and_whole",
    N_(
        "You made the whole numbers from the float16, which has lost digits by then: 2049 has become 2048. "
        "Begin each result with `x`."
    ),
)
def whole_from_half(x):
    half = x.half()
    return half, half.long(), half.round().long()


@wrong(
    "half_and_whole",
    N_("You went through float32, and float64 loses digits there: what was just below a half has become a half."),
)
def through_single(x):
    x = x.float()
    return x.half(), x.long(), x.round().long()


@wrong(
    "half_and_whole",
    N_("You took bfloat16. It has 16 bits as well, but fewer digits: the text asks for float16."),
)
def in_bfloat16(x):
    return x.bfloat16(), x.long(), x.round().long()


@wrong(
    "half_and_whole",
    N_(
        "Your results are on the CPU, wherever `x` was. None of these conversions needs the CPU: work with the tensor "
        "where it is."
    ),
)
def converted_on_the_cpu(x):
    here = x.cpu()
    return here.half(), here.long(), here.round().long()


# --- bytes_at ---


@right("bytes_at")
def size_of_one_element(x, dtypes):
    return [x.nelement() * torch.empty(0, dtype=dtype).element_size() for dtype in dtypes]


@right("bytes_at")
def really_converted(x, dtypes):
    return tuple(x.to(dtype).nbytes for dtype in dtypes)


@right("bytes_at")
def counted_from_the_shape(x, dtypes):
    count = 1
    for size in x.shape:
        count *= size
    sizes = []
    for dtype in dtypes:
        sizes.append(count * dtype.itemsize)
    return sizes


@wrong(
    "bytes_at",
    N_("You used the size that an element has now, in the dtype of `x`. The question is what it would have in each."),
)
def size_at_present(x, dtypes):
    return [x.numel() * x.element_size() for _ in dtypes]


@wrong("bytes_at", N_("You counted bits. A byte has eight of them."))
def bits_counted(x, dtypes):
    return [x.numel() * dtype.itemsize * 8 for dtype in dtypes]


@wrong(
    "bytes_at",
    N_("Your numbers of bytes are floats, such as 24.0, which `/` makes. The text asks for ints: `//` makes those."),
)
def bits_divided_by_eight(x, dtypes):
    return [x.numel() * (8 * dtype.itemsize) / 8 for dtype in dtypes]


@wrong("bytes_at", N_("You counted a bool as one bit. In a tensor it takes a whole byte."))
def a_bit_for_a_bool(x, dtypes):
    return [-(-x.numel() // 8) if dtype == torch.bool else x.numel() * dtype.itemsize for dtype in dtypes]


@wrong("bytes_at", N_("`len(x)` counts what stands along the first axis, not the elements."))
def rows_counted(x, dtypes):
    return [(len(x) if x.ndim else 1) * dtype.itemsize for dtype in dtypes]


@wrong(
    "bytes_at",
    N_("You gave the size of one element for each dtype. How many elements does `x` have?"),
)
def one_element_only(x, dtypes):
    return [dtype.itemsize for dtype in dtypes]


@wrong(
    "bytes_at",
    N_(
        "You asked for the memory behind the tensor. A part of a larger tensor looks at the memory of the whole, and "
        "an expanded one repeats what it has: count elements instead."
    ),
)
def memory_behind_it(x, dtypes):
    return [x.untyped_storage().nbytes() // x.element_size() * dtype.itemsize for dtype in dtypes]


@wrong("bytes_at", N_("You added them up. The text asks for a list, with one number for each dtype."))
def all_added_up(x, dtypes):
    return sum(x.numel() * dtype.itemsize for dtype in dtypes)


# --- total_of_halves ---


@right("total_of_halves")
def longer_numbers_first(x):
    return x.float().sum()


@right("total_of_halves")
def added_in_a_float32_total(x):
    total = torch.zeros((), device=x.device)
    for part in x.to(torch.float32).reshape(-1).split(64):
        total = total + part.sum()
    return total


@right("total_of_halves")
def dot_with_ones(x):
    numbers = x.reshape(-1).type(torch.float32)
    return torch.dot(numbers, torch.ones_like(numbers))


@wrong(
    "total_of_halves",
    N_(
        "Your sum was float16 or bfloat16 for a moment, before it became the float32 that you return. What those have "
        "no room for was lost then: from the numbers to the result, the sum must be float32."
    ),
)
def sum_converted_afterwards(x):
    return x.sum().float()


@wrong(
    "total_of_halves",
    N_(
        "You converted the total after the loop. It was added up in the dtype of `x`, where a large total plus a small "
        "number is the large total again."
    ),
)
def loop_converted_afterwards(x):
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for number in x.flatten():
        total = total + number
    return total.float()


@wrong(
    "total_of_halves",
    N_(
        "Your sum has the dtype of `x`. float16 ends at 65504 and bfloat16 has three digits: the text asks for float32."
    ),
)
def sum_in_the_short_dtype(x):
    return x.sum()


@wrong("total_of_halves", N_("Your sum is float64. That holds every digit, but the text asks for float32."))
def sum_in_float64(x):
    return x.sum(dtype=torch.float64)


@wrong("total_of_halves", N_("You added up along one axis only. The text asks for one number, whatever the shape is."))
def along_the_last_axis(x):
    return x.sum(-1, dtype=torch.float32)


@wrong("total_of_halves", N_("You took the mean. The text asks for the sum."))
def mean_of_halves(x):
    return x.float().mean()


@wrong("total_of_halves", N_("Your numbers are right, but `item`, `detach` or NumPy on the way cuts off the gradient."))
def halves_cut_off(x):
    return x.detach().float().sum()


@wrong("total_of_halves", N_("You returned a Python number. The text asks for a tensor with no axes."))
def halves_as_a_number(x):
    return x.float().sum().item()


# --- training_bytes ---


def _bytes(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


def _training_bytes(model, states, **others):
    trained = _bytes(p for p in model.parameters() if p.requires_grad)
    known = {
        "weights": _bytes(model.parameters()),
        "gradients": trained,
        "optimizer": states * trained,
        "buffers": _bytes(model.buffers()),
    }
    return known | others


@right("training_bytes")
def by_names_and_nbytes(model, states):
    result = dict.fromkeys(("weights", "gradients", "optimizer", "buffers"), 0)
    for _, parameter in model.named_parameters():
        result["weights"] += parameter.nbytes
        if parameter.requires_grad:
            result["gradients"] += parameter.nbytes
            result["optimizer"] += states * parameter.nbytes
    for _, buffer in model.named_buffers():
        result["buffers"] += buffer.nbytes
    return result


@right("training_bytes")
def known_by_identity(model, states):
    parameters, buffers = {}, {}
    for part in model.modules():
        parameters.update({id(p): p for p in part._parameters.values() if p is not None})
        buffers.update({id(b): b for b in part._buffers.values() if b is not None})
    trained = sum(p.numel() * p.dtype.itemsize for p in parameters.values() if p.requires_grad)
    frozen = sum(p.numel() * p.dtype.itemsize for p in parameters.values() if not p.requires_grad)
    return {
        "buffers": _bytes(buffers.values()),
        "optimizer": trained * states,
        "gradients": trained,
        "weights": trained + frozen,
    }


@wrong(
    "training_bytes",
    N_(
        "You counted the weights and nothing for training them. Each weight that is trained needs a gradient, "
        "and the optimizer remembers `states` numbers for it."
    ),
)
def weights_alone(model, states):
    return _training_bytes(model, states, gradients=0, optimizer=0)


@wrong(
    "training_bytes",
    N_(
        "You took all of it from `state_dict`. It lists a layer that is used twice under both names, and leaves out "
        "buffers that are not saved. Which methods of a module list each tensor once?"
    ),
)
def all_from_the_state_dict(model, states):
    parameters = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    state = model.state_dict(keep_vars=True)
    weights = [t for name, t in state.items() if name in parameters]
    trained = _bytes(t for t in weights if t.requires_grad)
    buffers = _bytes(t for name, t in state.items() if name not in parameters)
    return {"weights": _bytes(weights), "gradients": trained, "optimizer": states * trained, "buffers": buffers}


@wrong(
    "training_bytes",
    N_("You counted a parameter that is shared as often as it is used. There is only one of it in memory."),
)
def shared_counted_twice(model, states):
    every = [p for _, p in model.named_parameters(remove_duplicate=False)]
    trained = _bytes(p for p in every if p.requires_grad)
    return _training_bytes(model, states, weights=_bytes(every), gradients=trained, optimizer=states * trained)


@wrong(
    "training_bytes",
    N_(
        "You gave a gradient to frozen parameters too. What has `requires_grad` False gets none, and the optimizer "
        "remembers nothing for it."
    ),
)
def frozen_have_gradients(model, states):
    weights = _bytes(model.parameters())
    return _training_bytes(model, states, gradients=weights, optimizer=states * weights)


@wrong(
    "training_bytes",
    N_("You left the frozen parameters out of the weights. They are not trained, but they are there."),
)
def frozen_take_no_memory(model, states):
    trained = _bytes(p for p in model.parameters() if p.requires_grad)
    return _training_bytes(model, states, weights=trained)


@wrong(
    "training_bytes",
    N_(
        "You let the optimizer remember something for the frozen parameters too. "
        "It keeps numbers only for those that are trained."
    ),
)
def frozen_are_remembered(model, states):
    return _training_bytes(model, states, optimizer=states * _bytes(model.parameters()))


@wrong("training_bytes", N_("You counted 4 bytes for every number. How many it takes depends on the dtype."))
def four_bytes_each(model, states):
    def size(tensors):
        return 4 * sum(t.numel() for t in tensors)

    trained = size(p for p in model.parameters() if p.requires_grad)
    return {
        "weights": size(model.parameters()),
        "gradients": trained,
        "optimizer": states * trained,
        "buffers": size(model.buffers()),
    }


@wrong(
    "training_bytes",
    N_("You counted numbers and not bytes. How many bytes does each of them take?"),
)
def numbers_for_bytes(model, states):
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return {
        "weights": sum(p.numel() for p in model.parameters()),
        "gradients": trained,
        "optimizer": states * trained,
        "buffers": sum(b.numel() for b in model.buffers()),
    }


@wrong(
    "training_bytes",
    N_("You added up the gradients that are there now. The text asks for those that training will need."),
)
def gradients_there_now(model, states):
    now = _bytes(p.grad for p in model.parameters() if p.grad is not None)
    return _training_bytes(model, states, gradients=now)


@wrong("training_bytes", N_("You counted one number for each weight as the optimizer's. It keeps `states` of them."))
def one_state_always(model, states):
    return _training_bytes(model, 1)


@wrong("training_bytes", N_("You counted two numbers for each weight, as Adam keeps them. How many are `states`?"))
def two_states_always(model, states):
    return _training_bytes(model, 2)


@wrong(
    "training_bytes",
    N_("You counted the buffers among the weights. They belong under their own name, and only there."),
)
def buffers_are_weights(model, states):
    return _training_bytes(model, states, weights=_bytes(model.parameters()) + _bytes(model.buffers()))


@wrong("training_bytes", N_("You left the buffers out. No gradient flows to them, but they take memory."))
def no_buffers(model, states):
    return _training_bytes(model, states, buffers=0)


@wrong(
    "training_bytes",
    N_(
        "You looked for buffers in `state_dict`, and some are not there: those with `persistent=False` are not saved, "
        "but they take memory. And one that is shared stands there twice."
    ),
)
def only_saved_buffers(model, states):
    names = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    saved = [t for name, t in model.state_dict().items() if name not in names]
    return _training_bytes(model, states, buffers=_bytes(saved))


# --- layer_on_array ---


@right("layer_on_array")
def like_the_weights(layer, array):
    return layer(torch.from_numpy(array).to(layer.weight))


@right("layer_on_array")
def made_where_it_is_needed(layer, array):
    weight = next(layer.parameters())
    return layer(torch.tensor(array, dtype=weight.dtype, device=weight.device))


@right("layer_on_array")
def converted_by_numpy(layer, array):
    rows = torch.as_tensor(array.astype(np.float32), device=layer.bias.device)
    return nn.functional.linear(rows, layer.weight, layer.bias)


@right("layer_on_array")
def written_out(layer, array):
    rows = torch.from_numpy(array).float().to(layer.weight.device)
    return rows @ layer.weight.T + layer.bias


@wrong(
    "layer_on_array",
    N_(
        "You made the layer float64. It is the caller's: from now on it is twice as large and no longer fits the rest "
        "of the model. Which of the two should adapt, the model or the data?"
    ),
)
def layer_converted(layer, array):
    layer.double()
    return layer(torch.from_numpy(array).double().to(layer.weight.device))


@wrong(
    "layer_on_array",
    N_(
        "You made the layer float64 and the result float32 again. The result looks right, but the caller's layer has "
        "stayed float64: convert the data instead."
    ),
)
def layer_converted_result_back(layer, array):
    layer.double()
    return layer(torch.from_numpy(array).double().to(layer.weight.device)).float()


@wrong(
    "layer_on_array",
    N_(
        "The array's numbers are still on the CPU, and the layer may be on an accelerator: where does `layer.weight` "
        "live? It is the data that should follow, to its device and in dtype, never the layer."
    ),
)
def left_on_the_cpu(layer, array):
    return layer(torch.from_numpy(array).float())


@wrong(
    "layer_on_array",
    N_(
        "You brought the layer to the CPU. It is the caller's, and `to` moves a module itself: take the data to the "
        "layer instead."
    ),
)
def layer_moved_to_the_cpu(layer, array):
    return layer.cpu()(torch.from_numpy(array).float())


@wrong(
    "layer_on_array",
    N_("The result is on the CPU. The text wants it on the device of the layer, where the next layer needs it."),
)
def result_brought_to_the_cpu(layer, array):
    return like_the_weights(layer, array).cpu()


@wrong(
    "layer_on_array",
    N_(
        "No gradient reaches the weights: `no_grad` and `detach` cut the result off. Neither is needed here, as the "
        "array needs no gradient."
    ),
)
def cut_off(layer, array):
    with torch.no_grad():
        return like_the_weights(layer, array)


@wrong(
    "layer_on_array",
    N_(
        "Not every array reaches the layer in the layer's dtype: one of whole numbers is int64, and the layer refuses "
        "that as well. Convert the data, whatever their dtype is, and not the layer."
    ),
)
def only_from_float64(layer, array):
    rows = torch.from_numpy(array).to(layer.weight.device)
    return layer(rows.float() if rows.dtype == torch.float64 else rows)


@wrong(
    "layer_on_array",
    N_("You multiplied with the weights and forgot what the layer adds: its bias."),
)
def without_bias(layer, array):
    return torch.from_numpy(array).to(layer.weight) @ layer.weight.T


@wrong(
    "layer_on_array",
    N_(
        "You calculated with float64 copies of the weights, so the result is float64. The layer's own dtype is to come "
        "out: convert the data."
    ),
)
def weights_converted(layer, array):
    rows = torch.from_numpy(array).double().to(layer.weight.device)
    return nn.functional.linear(rows, layer.weight.double(), layer.bias.double())


@wrong(
    "layer_on_array",
    N_(
        "You wrote `cuda` into the code. The layer need not be there, and there may be no such GPU: ask the "
        "layer's weights where they live."
    ),
)
def to_cuda(layer, array):
    return layer(torch.from_numpy(array).float().to("cuda"))


@wrong(
    "layer_on_array",
    N_(
        "You called `to` and threw its result away. A tensor's `to` does not change the tensor: it returns another "
        "one, which needs a name."
    ),
)
def rows_moved_and_thrown_away(layer, array):
    rows = torch.from_numpy(array)
    rows.to(torch.float32)
    rows.to(layer.weight.device)
    return layer(rows)


# --- pick_device ---


@right("pick_device")
def asked_the_accelerator():
    if torch.accelerator.is_available():
        return torch.accelerator.current_accelerator(), torch.accelerator.device_count()
    return torch.device("cpu"), 0


@right("pick_device")
def as_text():
    name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return name, {"cuda": torch.cuda.device_count(), "mps": 1, "cpu": 0}[name]


@right("pick_device")
def counted_first():
    if count := torch.cuda.device_count():
        return [torch.device("cuda", 0), count]
    if count := torch.mps.device_count():
        return [torch.device("mps:0"), count]
    return [torch.device("cpu"), 0]


@wrong(
    "pick_device",
    N_("You chose CUDA without asking. Where there is no such GPU, the first `to` stops the program."),
)
def cuda_always():
    return torch.device("cuda"), torch.cuda.device_count()


@wrong(
    "pick_device",
    N_(
        "You chose the CPU on a machine that has an accelerator: you did not ask what else is there, or asked too "
        "early or in another way than the text says."
    ),
)
def cpu_always():
    return torch.device("cpu"), 0


@wrong(
    "pick_device",
    N_("You asked for CUDA only. On a Mac that has MPS, the model would stay on the CPU."),
)
def mps_forgotten():
    if torch.cuda.is_available():
        return torch.device("cuda"), torch.cuda.device_count()
    return torch.device("cpu"), 0


@wrong(
    "pick_device",
    N_(
        "You asked what PyTorch was built for: `is_built`, or `current_accelerator` on its own. A PyTorch "
        "for CUDA also "
        "runs on computers without any GPU: ask what is available."
    ),
)
def built_is_not_there():
    found = torch.accelerator.current_accelerator()
    if found is None:
        return torch.device("cpu"), 0
    return found, torch.accelerator.device_count()


@wrong(
    "pick_device",
    N_("You count one accelerator wherever there is one. A machine may have several GPUs: there is a function for it."),
)
def one_at_most():
    device, count = as_text()
    return device, min(count, 1)


@wrong("pick_device", N_("You counted the CPU. The text asks for the number of accelerators."))
def cpu_counted():
    device, count = as_text()
    return device, max(count, 1)


@wrong(
    "pick_device",
    N_("You counted the CUDA GPUs, whatever the device is. On a Mac with MPS there are none of those."),
)
def cuda_counted():
    return as_text()[0], torch.cuda.device_count()


@wrong("pick_device", N_("You returned the device alone. The text asks for a pair: the device and how many there are."))
def device_alone():
    return as_text()[0]


# --- lives_where ---

PLACES = dict(
    zip(
        "abcdefghijklmn",
        (
            "accelerator cpu accelerator accelerator error accelerator accelerator error cpu accelerator error error "
            "accelerator error"
        ).split(),
        strict=True,
    )
)


@right("lives_where")
def looked_up_place(case):
    return PLACES[case]


@right("lives_where")
def sorted_by_place(case):
    if case in "bi":
        return "cpu"
    return "error" if case in "ehkln" else "accelerator"


@right("lives_where")
def matched(case):
    match case:
        case "b" | "i":
            return "cpu"
        case "a" | "c" | "d" | "f" | "g" | "j" | "m":
            return "accelerator"
    return "error"


@wrong(
    "lives_where",
    N_(
        "You expected `t.to(accel)` to move `t` itself. It gives you another tensor, and if nobody keeps that, it is "
        "lost."
    ),
)
def to_moves_the_tensor(case):
    return {"b": "accelerator", "n": "accelerator"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_(
        "You expected `layer.to(accel)` to leave the layer where it was, as `to` of a tensor does. A module moves its "
        "own parameters, and stays the same module."
    ),
)
def to_copies_the_module(case):
    return {"c": "cpu"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected a layer to fetch its input from another device. It does not: the input must be moved too."),
)
def layers_fetch_their_input(case):
    return {"k": "accelerator"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected PyTorch to move one of two tensors that live on different devices. It never does: it stops."),
)
def torch_moves_them(case):
    return {"e": "accelerator", "h": "accelerator", "k": "accelerator", "n": "accelerator"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected `zeros_like` to make its tensor on the CPU. What does 'like' cover besides the shape?"),
)
def like_means_the_shape(case):
    return {"d": "cpu"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_(
        "You expected numbers and tensors without axes to be refused too. They may come from the CPU: what PyTorch "
        "refuses is tensors with axes."
    ),
)
def numbers_are_refused(case):
    return {"f": "error", "g": "error"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected a tensor without axes on the CPU to be refused. It is let in, as a plain number is."),
)
def no_axes_are_refused(case):
    return {"g": "error"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_(
        "You took `torch.tensor([3.0])` for a number. It has an axis, and a tensor with axes has to be on the device "
        "of the others."
    ),
)
def one_element_is_a_number(case):
    return {"h": "accelerator"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected indices in brackets to be refused. Between `[` and `]` they may come from the CPU."),
)
def indices_are_refused(case):
    return {"j": "error"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected `numpy` to bring the tensor to the CPU. It refuses: `cpu()` has to come first."),
)
def numpy_brings_it_back(case):
    return {"l": "cpu"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected a tensor that came back with `cpu()` to be one of the accelerator still. Where does it live now?"),
)
def never_comes_back(case):
    return {"i": "error"}.get(case, PLACES[case])


@wrong(
    "lives_where",
    N_("You expected the result to stay where the layer is. The layer has done its work, and then `to` follows."),
)
def stays_with_the_layer(case):
    return {"m": "cpu"}.get(case, PLACES[case])


# --- move_batch ---


@right("move_batch")
def by_kind_of_container(batch, device):
    if torch.is_tensor(batch):
        return batch.detach().clone().to(device)
    if isinstance(batch, list | tuple):
        return type(batch)(by_kind_of_container(item, device) for item in batch)
    if isinstance(batch, dict):
        moved = {}
        for key in batch:
            moved[key] = by_kind_of_container(batch[key], device)
        return moved
    return batch


@right("move_batch")
def matched_by_shape(batch, device):
    match batch:
        case torch.Tensor():
            return torch.empty_like(batch, device=device).copy_(batch)
        case dict():
            return dict(zip(batch, matched_by_shape(list(batch.values()), device), strict=True))
        case list():
            return list(map(lambda one: matched_by_shape(one, device), batch))
        case tuple():
            return tuple(matched_by_shape(list(batch), device))
    return batch


@right("move_batch")
def by_tree_map(batch, device):
    from torch.utils._pytree import tree_map

    return tree_map(lambda one: one.to(torch.device(device)) if isinstance(one, torch.Tensor) else one, batch)


@wrong(
    "move_batch",
    N_("You threw the result of `to` away. It leaves the tensor where it was and gives you another one."),
)
def result_of_to_thrown_away(batch, device):
    if isinstance(batch, torch.Tensor):
        batch.to(device)
    elif isinstance(batch, dict):
        for value in batch.values():
            result_of_to_thrown_away(value, device)
    elif isinstance(batch, list | tuple):
        for value in batch:
            result_of_to_thrown_away(value, device)
    return batch


@wrong(
    "move_batch",
    N_(
        "You moved the tensors of the first level only. A list in a dict may hold tensors too: a function may call "
        "itself."
    ),
)
def first_level_only(batch, device):
    def moved(one):
        return one.to(device) if isinstance(one, torch.Tensor) else one

    if isinstance(batch, dict):
        return {key: moved(value) for key, value in batch.items()}
    return type(batch)(map(moved, batch)) if isinstance(batch, list | tuple) else moved(batch)


@wrong("move_batch", N_("You made lists of the tuples. A tuple should stay a tuple."))
def lists_for_tuples(batch, device):
    if isinstance(batch, tuple):
        return [lists_for_tuples(item, device) for item in batch]
    if isinstance(batch, list):
        return [lists_for_tuples(item, device) for item in batch]
    if isinstance(batch, dict):
        return {key: lists_for_tuples(value, device) for key, value in batch.items()}
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@wrong(
    "move_batch",
    N_("You wrote the moved tensors into the caller's own lists and dicts. Build new ones, and leave `batch` alone."),
)
def written_into_the_batch(batch, device):
    if isinstance(batch, dict):
        for key, value in batch.items():
            batch[key] = written_into_the_batch(value, device)
        return batch
    if isinstance(batch, list):
        batch[:] = [written_into_the_batch(item, device) for item in batch]
        return batch
    if isinstance(batch, tuple):
        return tuple(written_into_the_batch(item, device) for item in batch)
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@wrong(
    "move_batch",
    N_("You call `to` on everything that is no container. Numbers, text and None have no such method: ask first."),
)
def everything_is_a_tensor(batch, device):
    if isinstance(batch, dict):
        return {key: everything_is_a_tensor(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(everything_is_a_tensor(item, device) for item in batch)
    return batch.to(device)


@wrong("move_batch", N_("You made tensors of the numbers. What is no tensor should stay what it is."))
def numbers_made_tensors(batch, device):
    if isinstance(batch, dict):
        return {key: numbers_made_tensors(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(numbers_made_tensors(item, device) for item in batch)
    return torch.as_tensor(batch, device=device) if isinstance(batch, torch.Tensor | int | float) else batch


@wrong("move_batch", N_("You left out what is no tensor. Numbers, text and None belong to the batch: hand them on."))
def others_left_out(batch, device):
    kept = torch.Tensor | dict | list | tuple
    if isinstance(batch, dict):
        return {key: others_left_out(value, device) for key, value in batch.items() if isinstance(value, kept)}
    if isinstance(batch, list | tuple):
        return type(batch)(others_left_out(item, device) for item in batch if isinstance(item, kept))
    return batch.to(device)


@wrong("move_batch", N_("You forgot dicts: what they hold has stayed where it was."))
def dicts_forgotten(batch, device):
    if isinstance(batch, list | tuple):
        return type(batch)(dicts_forgotten(item, device) for item in batch)
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@wrong("move_batch", N_("You forgot tuples: what they hold has stayed where it was."))
def tuples_forgotten(batch, device):
    if isinstance(batch, dict):
        return {key: tuples_forgotten(value, device) for key, value in batch.items()}
    if isinstance(batch, list):
        return [tuples_forgotten(item, device) for item in batch]
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@wrong(
    "move_batch",
    N_(
        "You wrote `cuda` into the code. The caller says where the tensors go, with `device`: it may be the "
        "CPU, or an accelerator of another make."
    ),
)
def device_not_heeded(batch, device):
    return by_kind_of_container(batch, "cuda")


@wrong("move_batch", N_("You move all tensors to the CPU. The caller says where, with `device`."))
def to_the_cpu_always(batch, device):
    return by_kind_of_container(batch, "cpu")


@wrong(
    "move_batch", N_("You made float32 of the tensors. They should keep their dtypes: labels are int64, masks bool.")
)
def floats_made_of_all(batch, device):
    if isinstance(batch, dict):
        return {key: floats_made_of_all(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(floats_made_of_all(item, device) for item in batch)
    return batch.to(device, torch.float32) if isinstance(batch, torch.Tensor) else batch


@wrong("move_batch", N_("You sorted the keys of the dict. They should stay in the order in which they were."))
def keys_sorted(batch, device):
    if isinstance(batch, dict):
        return {key: keys_sorted(batch[key], device) for key in sorted(batch, key=str)}
    if isinstance(batch, list | tuple):
        return type(batch)(keys_sorted(item, device) for item in batch)
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


# --- normalise_channels ---

MEANS, SPREADS = [0.5, 0.25, 0.75], [0.25, 0.5, 0.125]


@right("normalise_channels")
def constants_like_the_images(images):
    mean, spread = (images.new_tensor(values).reshape(1, 3, 1, 1) for values in (MEANS, SPREADS))
    return images.sub(mean).div(spread)


@right("normalise_channels")
def constants_moved(images):
    mean = torch.tensor([[[0.5]], [[0.25]], [[0.75]]]).to(images)
    inverse = torch.tensor([[[4.0]], [[2.0]], [[8.0]]]).to(images.device, images.dtype)
    return (images - mean) * inverse


@right("normalise_channels")
def channel_by_channel(images):
    channels = [(images[:, i] - mean) / spread for i, (mean, spread) in enumerate(zip(MEANS, SPREADS, strict=True))]
    return torch.stack(channels, dim=1)


@right("normalise_channels")
def channels_last(images):
    mean, spread = (torch.tensor(values, dtype=images.dtype).to(images.device) for values in (MEANS, SPREADS))
    return ((images.permute(0, 2, 3, 1) - mean) / spread).permute(0, 3, 1, 2)


@wrong(
    "normalise_channels",
    N_(
        "The constants are still made on the CPU. Anything that you make inside a function has to be made where its "
        "input lives: ask `images` for its device."
    ),
)
def dtype_mended_only(images):
    mean, spread = (torch.tensor(values, dtype=images.dtype).view(3, 1, 1) for values in (MEANS, SPREADS))
    return (images - mean) / spread


@wrong(
    "normalise_channels",
    N_(
        "float16 images become float32: the constants, or something else that you calculate with, are still float32. "
        "In which dtype should they be made?"
    ),
)
def device_mended_only(images):
    mean, spread = (torch.tensor(values, device=images.device).view(3, 1, 1) for values in (MEANS, SPREADS))
    return (images - mean) / spread


@wrong(
    "normalise_channels",
    N_("You wrote `cuda` into the code. It stops on every computer that has no such GPU: ask `images` for its device."),
)
def constants_on_cuda(images):
    mean, spread = (torch.tensor(values).cuda().to(images.dtype).view(3, 1, 1) for values in (MEANS, SPREADS))
    return (images - mean) / spread


@wrong(
    "normalise_channels",
    N_("You brought the images to the CPU, and the result stays there. Bring the constants to the images instead."),
)
def images_brought_to_the_cpu(images):
    return constants_like_the_images(images.cpu())


@wrong(
    "normalise_channels",
    N_("You made float32 of the result. It should have the dtype of `images`, whichever that is."),
)
def result_in_float32(images):
    return constants_like_the_images(images.float())


@wrong(
    "normalise_channels",
    N_(
        "The dtype is right at the end, but on the way everything was float32, and float64 images have lost digits. "
        "Make the constants in the dtype of `images`."
    ),
)
def float32_on_the_way(images):
    return constants_like_the_images(images.float()).to(images.dtype)


@wrong(
    "normalise_channels",
    N_("You wrote into the caller's images: `-=`, `/=` and methods with `_` do that. Return a new tensor."),
)
def images_written_to(images):
    mean, spread = (images.new_tensor(values).view(3, 1, 1) for values in (MEANS, SPREADS))
    return images.detach().sub_(mean).div_(spread)


@wrong(
    "normalise_channels",
    N_("Gradients no longer flow back to the images: `detach`, `no_grad`, `torch.tensor` or NumPy cut them off."),
)
def images_cut_off(images):
    return constants_like_the_images(images.detach())


@wrong(
    "normalise_channels",
    N_("You computed the means and spreads from the images. The text gives them: they are constants."),
)
def measured_instead(images):
    mean, spread = images.mean((0, 2, 3), keepdim=True), images.std((0, 2, 3), keepdim=True)
    return (images - mean) / spread


# --- hide_future ---


@right("hide_future")
def mask_added(scores):
    n = scores.size(-1)
    return scores + torch.full((n, n), -INFINITY, dtype=scores.dtype, device=scores.device).triu(1)


@right("hide_future")
def mask_like_the_scores(scores):
    return scores.masked_fill(torch.ones_like(scores).triu(1) == 1, -INFINITY)


@right("hide_future")
def mask_made_there(scores):
    n = scores.shape[-1]
    hidden = torch.ones(n, n, dtype=torch.bool, device=scores.device).triu(diagonal=1)
    return scores.masked_fill(hidden, -INFINITY)


@right("hide_future")
def places_compared(scores):
    place = torch.arange(scores.shape[-1], device=scores.device)
    return torch.where(place > place[:, None], -INFINITY, scores)


@right("hide_future")
def written_into_a_copy(scores):
    hidden = scores.clone()
    hidden[..., torch.ones(scores.shape[-2:]).triu(1).bool()] = -INFINITY
    return hidden


@right("hide_future")
def lower_part_kept(scores):
    rows, columns = torch.tril_indices(scores.shape[-2], scores.shape[-1])
    result = torch.full_like(scores, -INFINITY)
    result[..., rows, columns] = scores[..., rows, columns]
    return result


@wrong(
    "hide_future",
    N_("The mask is still made on the CPU. Make it where the scores live: ask `scores` for its device."),
)
def mask_on_the_cpu(scores):
    n = scores.shape[-1]
    return scores + torch.full((n, n), -INFINITY, dtype=scores.dtype).triu(1)


@wrong(
    "hide_future",
    N_("The mask is on the right device, but still float32, and so float16 scores become float32."),
)
def mask_in_float32(scores):
    n = scores.shape[-1]
    return scores + torch.full((n, n), -INFINITY, device=scores.device).triu(1)


@wrong(
    "hide_future",
    N_(
        "You wrote `cuda` into the code. A function works where its input lives, and there may be no such "
        "GPU: ask `scores` for its device."
    ),
)
def mask_on_cuda(scores):
    n = scores.shape[-1]
    return scores.masked_fill(torch.ones(n, n, device="cuda").triu(1).bool(), -INFINITY)


@wrong(
    "hide_future",
    N_("You brought the scores to the CPU, and the result stays there. Bring the mask to the scores instead."),
)
def scores_brought_to_the_cpu(scores):
    return mask_added(scores.cpu())


@wrong("hide_future", N_("You hid the diagonal, too. A step may look at itself: only what comes after it is hidden."))
def diagonal_hidden(scores):
    return scores.masked_fill(torch.ones_like(scores).triu(0).bool(), -INFINITY)


@wrong("hide_future", N_("You hid the past and kept the future. Hide where the column is larger than the row."))
def past_hidden(scores):
    return scores.masked_fill(torch.ones_like(scores).tril(-1).bool(), -INFINITY)


@wrong(
    "hide_future",
    N_("You put zeros where something is hidden. After a softmax a 0 still counts: the text asks for minus infinity."),
)
def zeros_for_hidden(scores):
    return scores.tril()


@wrong(
    "hide_future",
    N_("You hid with a very large negative number. The text asks for minus infinity."),
)
def very_small_for_hidden(scores):
    return scores.masked_fill(torch.ones_like(scores).triu(1).bool(), torch.finfo(scores.dtype).min)


@wrong(
    "hide_future",
    N_("You wrote into the caller's scores: `masked_fill_` and assignments do that. Return a new tensor."),
)
def scores_written_to(scores):
    return scores.detach().masked_fill_(torch.ones_like(scores).triu(1).bool(), -INFINITY)


@wrong(
    "hide_future",
    N_("Gradients no longer flow back to the scores: `detach`, `no_grad` or `torch.tensor` cut them off."),
)
def scores_cut_off(scores):
    return mask_added(scores.detach())


@wrong("hide_future", N_("You made float32 of the scores. The result should keep their dtype, whichever that is."))
def scores_in_float32(scores):
    return mask_added(scores.float())


@wrong(
    "hide_future",
    N_("You hide with a large negative number. It is not minus infinity, which the text asks for."),
)
def a_large_negative_number(scores):
    n = scores.shape[-1]
    mask = torch.full((n, n), -1e4, dtype=scores.dtype, device=scores.device).triu(diagonal=1)
    return scores + mask


@wrong(
    "hide_future",
    N_("You hide whatever is 0 after `tril`. A score may be 0 itself, and then it is hidden too."),
)
def zeros_taken_for_hidden(scores):
    low = torch.tril(scores)
    return low.masked_fill(low == 0, float("-inf"))


# --- expected_place ---


@right("expected_place")
def places_like_the_probabilities(probabilities):
    places = torch.arange(probabilities.size(-1)).to(probabilities)
    return torch.matmul(probabilities, places)


@right("expected_place")
def integers_multiplied(probabilities):
    places = torch.arange(probabilities.shape[-1], device=probabilities.device)
    return (probabilities * places).sum(dim=-1)


@right("expected_place")
def counted_by_adding_up(probabilities):
    places = torch.ones_like(probabilities).cumsum(-1) - 1
    return (places * probabilities).sum(-1)


@right("expected_place")
def one_place_after_the_other(probabilities):
    total = probabilities[..., 0] * 0
    for place in range(probabilities.shape[-1]):
        total = total + place * probabilities[..., place]
    return total


@wrong(
    "expected_place",
    N_("The places are still made on the CPU. Make them where the probabilities live: ask the tensor for its device."),
)
def places_on_the_cpu(probabilities):
    return probabilities @ torch.arange(probabilities.shape[-1], dtype=probabilities.dtype)


@wrong(
    "expected_place",
    N_("The places are on the right device, but still float32, and a product of matrices wants one dtype."),
)
def places_in_float32(probabilities):
    return probabilities @ torch.arange(probabilities.shape[-1], dtype=torch.float32, device=probabilities.device)


@wrong(
    "expected_place",
    N_(
        "You left the dtype of the places to `arange`, and it makes integers. `@` wants one dtype on both sides: take "
        "that of the probabilities."
    ),
)
def places_as_integers(probabilities):
    return probabilities @ torch.arange(probabilities.shape[-1], device=probabilities.device)


@wrong(
    "expected_place",
    N_(
        "You made float32 of the probabilities. That stops the error and loses digits: the result should have their "
        "dtype."
    ),
)
def probabilities_in_float32(probabilities):
    return places_like_the_probabilities(probabilities.float())


@wrong(
    "expected_place",
    N_("The result has the right dtype, but it went through float32, and float64 has lost digits there."),
)
def float32_and_back(probabilities):
    return places_like_the_probabilities(probabilities.float()).to(probabilities.dtype)


@wrong(
    "expected_place",
    N_(
        "You wrote `cuda` into the code. A function works where its input lives, and there may be no such "
        "GPU: ask the probabilities for their device."
    ),
)
def places_on_cuda(probabilities):
    n = probabilities.shape[-1]
    return probabilities @ torch.arange(n, dtype=probabilities.dtype, device="cuda")


@wrong(
    "expected_place",
    N_("You brought the probabilities to the CPU, and the result stays there. Bring the places to them instead."),
)
def probabilities_brought_to_the_cpu(probabilities):
    return places_like_the_probabilities(probabilities.cpu())


@wrong("expected_place", N_("Your first place is 1. The text counts them from 0."))
def places_from_one(probabilities):
    return places_like_the_probabilities(probabilities) + probabilities.sum(-1)


@wrong(
    "expected_place",
    N_("You summed over everything. Each row of a batch has an expected place of its own: sum along the last axis."),
)
def all_rows_summed(probabilities):
    return integers_multiplied(probabilities).sum()


@wrong("expected_place", N_("You kept the last axis, with size 1. The result should have one axis fewer."))
def axis_kept(probabilities):
    return integers_multiplied(probabilities).unsqueeze(-1)


@wrong(
    "expected_place",
    N_("You returned the most likely place. The text asks for the mean of the places, weighed by their probabilities."),
)
def most_likely_place(probabilities):
    return probabilities.argmax(-1).to(probabilities.dtype)


@wrong(
    "expected_place",
    N_(
        "Gradients no longer flow back to the probabilities: `detach`, `no_grad`, `torch.tensor` or NumPy cut them off."
    ),
)
def probabilities_cut_off(probabilities):
    return places_like_the_probabilities(probabilities.detach())


# --- last_steps ---


def in_brackets(x, lengths):
    return x[torch.arange(len(lengths)), lengths - 1]


@right("last_steps")
def gathered(x, lengths):
    index = (lengths.to(x.device) - 1).view(-1, 1, 1).expand(-1, 1, x.shape[2])
    return x.gather(1, index).squeeze(1)


@right("last_steps")
def one_after_the_other(x, lengths):
    return torch.stack([sequence[length - 1] for sequence, length in zip(x, lengths.tolist(), strict=True)])


@right("last_steps")
def lengths_moved_first(x, lengths):
    lengths = lengths.to(x.device)
    return x.take_along_dim((lengths - 1)[:, None, None], dim=1)[:, 0]


@right("last_steps")
def picked_by_a_mask(x, lengths):
    steps = torch.arange(x.shape[1], device=x.device)
    last = steps == lengths.to(x.device).unsqueeze(1) - 1
    return x[last]


@right("last_steps")
def rows_of_a_flat_one(x, lengths):
    rows = torch.arange(x.shape[0]) * x.shape[1] + lengths - 1
    return x.reshape(-1, x.shape[2]).index_select(0, rows.to(x.device))


@wrong(
    "last_steps",
    N_(
        "You brought `x` to the CPU, to the lengths, and the result stays there. The index is the smaller one: bring "
        "it to `x`."
    ),
)
def x_brought_to_the_cpu(x, lengths):
    return in_brackets(x.cpu(), lengths)


@wrong(
    "last_steps",
    N_(
        "You wrote `cuda` into the code. A function works where its input lives, and there may be no such "
        "GPU: ask `x` for its device."
    ),
)
def index_on_cuda(x, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, x.shape[2]).cuda()
    return x.gather(1, index).squeeze(1)


@wrong(
    "last_steps",
    N_("You threw the result of `to` away: it leaves the index on the CPU and gives you another one."),
)
def index_not_kept(x, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, x.shape[2])
    index.to(x.device)
    return x.gather(1, index).squeeze(1)


@wrong("last_steps", N_("You took the last step of all, whatever the lengths say: for a short sequence it is filler."))
def last_of_all(x, lengths):
    return x[:, -1]


@wrong(
    "last_steps",
    N_("You took the step after the last one that counts: steps are counted from 0, lengths from 1."),
)
def one_step_too_far(x, lengths):
    return in_brackets(x, lengths.clamp(max=x.shape[1] - 1))


@wrong(
    "last_steps",
    N_("You wrote into the caller's lengths: `-=` and methods with `_` do that."),
)
def lengths_written_to(x, lengths):
    lengths -= 1
    return x[torch.arange(len(lengths)), lengths]


@wrong(
    "last_steps",
    N_("You kept the axis of the steps, with size 1. The result has the shape `(batch, features)`."),
)
def steps_kept(x, lengths):
    return in_brackets(x, lengths).unsqueeze(1)


@wrong(
    "last_steps",
    N_(
        "You squeezed every axis of size 1, and a batch of one or a single feature has gone as well. "
        "Say which axis you mean."
    ),
)
def all_ones_squeezed(x, lengths):
    return in_brackets(x, lengths).squeeze()


@wrong(
    "last_steps",
    N_("Of a batch of one you return a part of `x`, which looks at the same memory. The text asks for a new tensor."),
)
def view_of_a_single_one(x, lengths):
    return x[:, int(lengths[0]) - 1] if len(x) == 1 else in_brackets(x, lengths)


@wrong("last_steps", N_("You made float32 of the result. It should have the dtype of `x`."))
def steps_in_float32(x, lengths):
    return in_brackets(x, lengths).float()


@wrong(
    "last_steps",
    N_("Gradients no longer flow back to `x`: `detach`, `no_grad`, `torch.tensor` or NumPy cut them off."),
)
def steps_cut_off(x, lengths):
    return in_brackets(x.detach(), lengths)


@wrong(
    "last_steps",
    N_("You used the first text's length for all of them. Each text has a last step of its own."),
)
def first_length_for_all(x, lengths):
    return x[:, lengths - 1][:, 0]


@wrong(
    "last_steps",
    N_(
        "You multiply by a mask and add up. What does not count need not be a number: nan and infinity times 0 are "
        "nan. Pick the steps that you want out of `x`."
    ),
)
def times_a_mask(x, lengths):
    mask = torch.arange(x.shape[1], device=x.device) == (lengths.to(x.device) - 1).unsqueeze(1)
    return (x * mask.unsqueeze(2)).sum(dim=1)


# --- fit_batches ---


@right("fit_batches")
def moved_one_by_one(model, batches, device, lr=0.1):
    model = model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for batch in batches:
        x, y = (part.to(device) for part in batch)
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses


@right("fit_batches")
def steps_by_hand(model, batches, device, lr=0.1):
    model.to(torch.device(device))
    losses = []
    for x, y in [(x.to(device), y.to(device)) for x, y in batches]:
        loss = nn.MSELoss()(model(x), y)
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter -= lr * gradient
        losses.append(loss.detach().cpu().item())
    return losses


@right("fit_batches")
def gradients_cleared_afterwards(model, batches, device, lr=0.1):
    optimizer = torch.optim.SGD(model.to(device).parameters(), lr=lr)
    optimizer.zero_grad()
    losses = []
    for x, y in batches:
        inputs, targets = x.to(device, copy=True), y.to(device, copy=True)
        losses.append(nn.functional.mse_loss(model(inputs), targets))
        losses[-1].backward()
        optimizer.step()
        optimizer.zero_grad()
    return [loss.item() for loss in losses]


def trained(
    model, batches, device, lr=0.1, *, where_x=None, where_y=None, clear="before", note=lambda loss: loss.item()
):
    """Training with one thing wrong: where data and labels are, when gradients are cleared, what is noted down."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x.to(where_x or device)), y.to(where_y or device))
        if clear == "before":
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if clear == "after":
            optimizer.zero_grad()
        losses.append(note(loss))
    return losses


@wrong(
    "fit_batches",
    N_(
        "A part of each batch is still on the CPU: the labels, which the loss compares with the model's answers on "
        "`device`, or the inputs. What `to` gives has to be kept, for both of them."
    ),
)
def labels_left_behind(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device, lr, where_y="cpu")


@wrong(
    "fit_batches",
    N_("The inputs are still on the CPU: what `x.to(device)` gives has to be kept, `x = x.to(device)`."),
)
def inputs_left_behind(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device, lr, where_x="cpu")


@wrong(
    "fit_batches",
    N_("The model has stayed where it was. It belongs on `device` as well as the data, and without any batches too."),
)
def model_left_behind(model, batches, device, lr=0.1):
    return trained(model, batches, device, lr)


@wrong(
    "fit_batches",
    N_("You train wherever the model lives. The caller says where, with `device`: move the model there first."),
)
def trained_where_the_model_is(model, batches, device, lr=0.1):
    return trained(model, batches, next(model.parameters()).device, lr)


@wrong(
    "fit_batches",
    N_(
        "You wrote `cuda` into the code. The caller says where to train, with `device`: it may be the CPU, "
        "or an accelerator of another make."
    ),
)
def trained_on_cuda(model, batches, device, lr=0.1):
    return trained(model.to("cuda"), batches, "cuda", lr)


@wrong(
    "fit_batches",
    N_("You trained on the CPU and moved the model to `device` afterwards. Everything should be computed on `device`."),
)
def moved_afterwards(model, batches, device, lr=0.1):
    losses = trained(model.cpu(), batches, "cpu", lr)
    model.to(device)
    return losses


@wrong(
    "fit_batches",
    N_(
        "You made the optimizer before the model was moved. On some devices the model has new parameters afterwards, "
        "and the optimizer goes on changing the old ones: move the model first."
    ),
)
def optimizer_made_too_early(model, batches, device, lr=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.to(device)
    losses = []
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(
    "fit_batches",
    N_("You brought the model back to the CPU after training. It should stay on `device`."),
)
def brought_back(model, batches, device, lr=0.1):
    losses = trained(model.to(device), batches, device, lr)
    model.cpu()
    return losses


@wrong(
    "fit_batches",
    N_("You trained a copy of the model. The caller's own is to be trained, and it is still as it was."),
)
def copy_trained(model, batches, device, lr=0.1):
    import copy

    model.to(device)
    return trained(copy.deepcopy(model), batches, device, lr)


@wrong(
    "fit_batches",
    N_("The gradients of earlier batches are still there, and the new ones are added to them. Clear them each time."),
)
def gradients_add_up(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device, lr, clear="never")


@wrong(
    "fit_batches",
    N_("You noted the losses down as tensors. The text asks for Python floats, and a tensor keeps its graph alive."),
)
def losses_as_tensors(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device, lr, note=lambda loss: loss.detach())


@wrong(
    "fit_batches",
    N_("Your function returns in the first turn of the loop: the `return` stands too far to the right."),
)
def return_in_the_loop(model, batches, device, lr=0.1):
    model.to(device)
    for batch in batches:
        return trained(model, [batch], device, lr)
    return None


@wrong(
    "fit_batches",
    N_(
        "You clear the gradients after each step only. What the model brings along from before your function was "
        "called is then in the first step: clear them before `backward`."
    ),
)
def cleared_after_each_step(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device, lr, clear="after")


@wrong("fit_batches", N_("You do not use `lr`. The caller says how long the steps are."))
def rate_not_heeded(model, batches, device, lr=0.1):
    return trained(model.to(device), batches, device)


@wrong("fit_batches", N_("You return the last loss only. The text asks for a list with that of each batch."))
def last_loss_only(model, batches, device, lr=0.1):
    losses = trained(model.to(device), batches, device, lr)
    return losses[-1] if losses else 0.0


@wrong(
    "fit_batches",
    N_("You took each loss after the step. The text asks for the loss that the step was made for."),
)
def losses_after_the_step(model, batches, device, lr=0.1):
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
        losses.append(nn.functional.mse_loss(model(x), y).item())
    return losses


# --- autocast_step ---


def _bce(scores, labels):
    return nn.functional.binary_cross_entropy_with_logits(scores, labels)


def _step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@right("autocast_step")
def loss_within_a_decorated_function(model, optimizer, x, labels):
    optimizer.zero_grad(set_to_none=False)

    @torch.autocast(device_type=x.device.type, dtype=torch.bfloat16)
    def loss_of():
        return nn.BCEWithLogitsLoss()(model(x), labels)

    loss = loss_of()
    loss.backward()
    optimizer.step()
    return float(loss)


@right("autocast_step")
def loss_of_float_scores_outside(model, optimizer, x, labels):
    with torch.amp.autocast(x.device.type, torch.bfloat16):
        scores = model(x)
    return _step(optimizer, _bce(scores.float(), labels))


@right("autocast_step")
def cleared_at_the_end_as_well(model, optimizer, x, labels):
    for parameter in model.parameters():
        parameter.grad = None
    with torch.autocast(str(x.device).split(":")[0], dtype=torch.bfloat16):
        scores = model(x).float()
        loss = (nn.functional.softplus(scores) - scores * labels).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


@wrong(
    "autocast_step",
    N_(
        "You still make the whole model float16. It stays so after the step, and its weights lose the digits that "
        "small steps change: leave the model as it is, and let autocast convert what the layers calculate with."
    ),
)
def model_still_halved(model, optimizer, x, labels):
    model.half()
    return _step(optimizer, _bce(model(x.half()), labels))


@wrong(
    "autocast_step",
    N_(
        "You made the model bfloat16. Its weights, gradients and the optimizer's memory then are bfloat16 as well, "
        "with three digits: leave the model float32 and use autocast."
    ),
)
def model_in_bfloat16(model, optimizer, x, labels):
    model.bfloat16()
    return _step(optimizer, _bce(model(x.bfloat16()).float(), labels))


@wrong(
    "autocast_step",
    N_(
        "You made the model float16 for the calculation and float32 again afterwards. Its weights have been rounded "
        "on the way, and what was lost does not come back."
    ),
)
def halved_and_back(model, optimizer, x, labels):
    model.half()
    loss = _step(optimizer, _bce(model(x.half()).float(), labels))
    model.float()
    return loss


@wrong(
    "autocast_step",
    N_(
        "You made the loss outside of autocast, out of bfloat16 scores, so that part of it is calculated with three "
        "digits. Make it inside, where this loss turns to float32, or make the scores float32 first."
    ),
)
def loss_outside(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        scores = model(x)
    return _step(optimizer, _bce(scores, labels))


@wrong(
    "autocast_step",
    N_(
        "The model is left alone, but it calculates in float32. The text asks for scores calculated under "
        "`torch.autocast`, for the kind of device that `x` is on: for another kind it changes nothing."
    ),
)
def all_in_float32(model, optimizer, x, labels):
    return _step(optimizer, _bce(model(x), labels))


@wrong(
    "autocast_step",
    N_(
        "You rounded `x` to bfloat16 and back and calculated in float32. Under autocast the layers calculate in "
        "bfloat16, and their results have that dtype."
    ),
)
def only_the_inputs_rounded(model, optimizer, x, labels):
    return _step(optimizer, _bce(model(x.bfloat16().float()), labels))


@wrong(
    "autocast_step",
    N_(
        "You asked for autocast on the CPU whatever device `x` is on. On another device that changes nothing: "
        "ask `x` for the type of its device."
    ),
)
def autocast_for_the_cpu(model, optimizer, x, labels):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = _bce(model(x), labels)
    return _step(optimizer, loss)


@wrong(
    "autocast_step",
    N_("You never clear the gradients, so that those from before are in this step too."),
)
def gradients_from_before(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        loss = _bce(model(x), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


@wrong(
    "autocast_step",
    N_(
        "You chose float16. It has 16 bits as well, but ends at 65504 and needs losses that are scaled: "
        "the text asks for bfloat16."
    ),
)
def autocast_to_float16(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.float16):
        loss = _bce(model(x), labels)
    return _step(optimizer, loss)


@wrong("autocast_step", N_("You returned the loss from after the step. The text asks for the one from before it."))
def loss_after_the_step(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        loss = _bce(model(x), labels)
    _step(optimizer, loss)
    with torch.no_grad(), torch.autocast(x.device.type, dtype=torch.bfloat16):
        return _bce(model(x), labels).item()


@wrong("autocast_step", N_("You forgot the step: the gradients are there, and the weights are what they were."))
def no_step(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        loss = _bce(model(x), labels)
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@wrong("autocast_step", N_("You returned a tensor. The text asks for a Python float."))
def loss_as_a_tensor(model, optimizer, x, labels):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        loss = _bce(model(x), labels)
    _step(optimizer, loss)
    return loss.detach()


# --- loss_curve ---


@right("loss_curve")
def number_by_number(losses):
    return np.array([float(loss) for loss in losses], dtype="float64")


@right("loss_curve")
def written_into_an_array(losses):
    curve = np.empty(len(losses))
    for place, loss in enumerate(losses):
        curve[place] = loss.detach().cpu().double().reshape(()).numpy()
    return curve


@right("loss_curve")
def joined_on_the_cpu(losses):
    here = [torch.zeros(0, dtype=torch.float64)] + [loss.detach().to("cpu", torch.float64).view(1) for loss in losses]
    return torch.cat(here).numpy()


@wrong(
    "loss_curve",
    N_(
        "You handed the tensors to NumPy as they are, or joined them first. They may live on several devices and need "
        "gradients, and there may be none at all: get the number out of each."
    ),
)
def tensors_handed_to_numpy(losses):
    return np.array([np.asarray(loss, dtype=np.float64).reshape(()) for loss in losses], dtype=np.float64)


@wrong(
    "loss_curve",
    N_("You thought of the device, but not of the gradient: a loss of a training run needs one."),
)
def device_thought_of(losses):
    return np.array([loss.cpu().double().numpy().reshape(()) for loss in losses], dtype=np.float64)


@wrong(
    "loss_curve",
    N_("You thought of the gradient, but not of the device: NumPy sees the memory of the CPU only."),
)
def gradient_thought_of(losses):
    return np.array([loss.detach().double().numpy().reshape(()) for loss in losses], dtype=np.float64)


@wrong(
    "loss_curve",
    N_("NumPy has no bfloat16. Convert before `numpy`, or take the number out with a method that knows every dtype."),
)
def bfloat16_forgotten(losses):
    return np.array([loss.detach().cpu().numpy().reshape(()) for loss in losses], dtype=np.float64)


@wrong(
    "loss_curve",
    N_("You joined the tensors first. `stack` and `cat` want them on one device and of one shape, and at least one."),
)
def stacked_first(losses):
    return torch.stack(losses).detach().cpu().double().numpy()


@wrong("loss_curve", N_("Your array is float32. The text asks for float64, whatever the dtypes of the losses are."))
def curve_in_float32(losses):
    return np.array([loss.item() for loss in losses], dtype=np.float32)


@wrong(
    "loss_curve",
    N_(
        "You made float32 of each loss on the way, and a float64 loses digits there. The method `float()` of a tensor "
        "gives float32; Python's own floats have all the digits."
    ),
)
def single_on_the_way(losses):
    return np.array([loss.float().item() for loss in losses], dtype=np.float64)


@wrong("loss_curve", N_("You returned a list. The text asks for a NumPy array."))
def list_of_losses(losses):
    return [loss.item() for loss in losses]


@wrong("loss_curve", N_("You returned a tensor. It is on the CPU, but not an array yet."))
def tensor_of_losses(losses):
    return torch.tensor([loss.item() for loss in losses], dtype=torch.float64)


@wrong(
    "loss_curve",
    N_("Tensors of shape (1,) have given you an axis more. The array has one number for each loss, and one axis."),
)
def one_axis_more(losses):
    return np.array([loss.detach().cpu().double().numpy() for loss in losses], dtype=np.float64)


@wrong(
    "loss_curve",
    N_(
        "You took the caller's losses out of their graphs: with `_` at the end, `detach_` changes the tensor itself, "
        "and `backward` no longer works."
    ),
)
def losses_cut_off(losses):
    return np.array([loss.detach_().item() for loss in losses], dtype=np.float64)


# --- what nobody can tell from the solution ---

equivalent(
    "half_and_whole",
    "results share memory",
    "where cutting off and rounding give the same, one tensor may be both: no text asks for memory of their own",
)
equivalent(
    "normalise_channels",
    "copy for view: return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1) -> "
    "return (images - mean.view(3, 1, 1).clone()) / spread.view(3, 1, 1)",
    "a copy of constants that nobody else has",
)
equivalent(
    "normalise_channels",
    "copy for view: return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1) -> "
    "return (images - mean.view(3, 1, 1)) / spread.view(3, 1, 1).clone()",
    "a copy of constants that nobody else has",
)
equivalent(
    "hide_future",
    "in place: hidden = torch.ones_like(scores, dtype=torch.bool).triu(diagonal=1) -> "
    "hidden = torch.ones_like(scores, dtype=torch.bool).triu_(diagonal=1)",
    "the mask was made in the same line: nobody else has it",
)
equivalent(
    "fit_batches",
    "arguments swapped: loss = nn.functional.mse_loss(model(x.to(device)), y.to(device)) -> "
    "loss = nn.functional.mse_loss(y.to(device), model(x.to(device)))",
    "the square of a difference is the same both ways round",
)
equivalent(
    "fit_batches",
    "statements swapped: optimizer.zero_grad() -> moved",
    "gradients may be cleared at any time before backward",
)
equivalent(
    "fit_batches",
    "statements swapped: losses.append(loss.item()) -> moved",
    "the step does not change the loss that was computed before it",
)
equivalent(
    "loss_curve",
    "view for copy: return np.array([loss.item() for loss in losses], dtype=np.float64) -> "
    "return np.asarray([loss.item() for loss in losses], dtype=np.float64)",
    "of a list, both make a new array",
)
equivalent(
    "loss_curve",
    "dtype= dropped: return np.array([loss.item() for loss in losses], dtype=np.float64) -> "
    "return np.array([loss.item() for loss in losses])",
    "of Python floats, and of nothing at all, NumPy makes float64 by itself",
)
equivalent(
    "layer_on_array",
    "view for copy: rows = torch.tensor(array, dtype=torch.float32, device=layer.weight.device) -> "
    "rows = torch.as_tensor(array, dtype=torch.float32, device=layer.weight.device)",
    "nothing writes into the rows, so they may look at the memory of the array",
)
equivalent(
    "pick_device",
    "call dropped: return (torch.device('cuda'), torch.cuda.device_count()) -> "
    "return ('cuda', torch.cuda.device_count())",
    "the text takes text for a device as well",
)
equivalent(
    "pick_device",
    "call dropped: return (torch.device('mps'), 1) -> return ('mps', 1)",
    "the text takes text for a device as well",
)
equivalent(
    "pick_device",
    "call dropped: return (torch.device('cpu'), 0) -> return ('cpu', 0)",
    "the text takes text for a device as well",
)
equivalent(
    "pick_device",
    "statements swapped: if torch.backends.mps.is_available():; return (torch.device('mps'), 1) -> moved",
    "no machine has both, as the text says",
)
equivalent(
    "last_steps",
    "copy for view: return x[torch.arange(x.shape[0]), lengths - 1] -> "
    "return x[torch.arange(x.shape[0]), lengths - 1].clone()",
    "indexing with tensors has made a copy already",
)
equivalent(
    "autocast_step",
    "statements swapped: optimizer.zero_grad() -> moved",
    "gradients may be cleared at any time before `backward`",
)
equivalent(
    "move_batch",
    "one number expanded",
    "the text lets a tensor be handed on, and does not ask for room for each element",
)
equivalent(
    "move_batch",
    "calculated on the CPU",
    "the text does not say by which way a tensor comes to the device",
)
equivalent(
    "move_batch",
    "result detached",
    "the text says that the tensors need no gradient",
)
equivalent(
    "move_batch",
    "computed without gradients",
    "the text says that the tensors need no gradient",
)
equivalent(
    "move_batch",
    "something returned",
    "what is returned for None is None itself",
)
equivalent(
    "last_steps",
    "one number expanded",
    "the text does not ask for room for each element",
)
equivalent(
    "fit_batches",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "fit_batches",
    "calculated on the CPU",
    "the batches come on the CPU",
)
equivalent(
    "fit_batches",
    "argument written to",
    "the batches hold the same numbers before and after",
)
equivalent(
    "autocast_step",
    "gradient of an argument cleared",
    "the text leaves open what is in the gradients afterwards",
)
equivalent(
    "autocast_step",
    "argument written to",
    "`x` and `labels` hold the same numbers before and after",
)
equivalent(
    "half_and_whole",
    "result through float32",
    "whole numbers up to 60000 are exact in float32",
)
equivalent(
    "half_and_whole",
    "result detached",
    "the text says that `x` needs no gradient",
)
equivalent(
    "half_and_whole",
    "computed without gradients",
    "the text says that `x` needs no gradient",
)
equivalent(
    "bytes_at",
    "calculated on the CPU",
    "the answer is made of Python numbers, which live on no device",
)
equivalent(
    "loss_curve",
    "calculated on the CPU",
    "the answer is an array, which lies on the CPU",
)
equivalent(
    "total_of_halves",
    "result squeezed",
    "the sum has no axes that could be squeezed",
)
equivalent(
    "layer_on_array",
    "result wants a gradient",
    "the weights need a gradient, and so does what they make",
)
