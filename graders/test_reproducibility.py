"""Hidden tests for `reproducibility`: each check is aimed at a misconception, named in the comment above it.

Many right programs draw other numbers than the reference. So where the text does not fix the numbers, a scenario
calls the student's function and returns what can be said of any right answer: differences between two calls, rows put
back in order, and what the caller of the function draws afterwards.
"""

import random

import numpy as np
import pytest
import torch

from .common import beside_an_earlier_gradient

SOME_SEEDS = (0, 7, 42, 1729, 1000000)


def is_tensor(answer: object) -> bool:
    """True for a tensor; asked first, so that nobody reads about the numbers in what holds none."""
    return isinstance(answer, torch.Tensor)


def seed_all(seed):
    """What the caller of a function did before: the three global generators at a known place, not at their start."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    return next_numbers()


def next_numbers():
    """What the caller draws next from each of the global generators of PyTorch, NumPy and Python."""
    return torch.rand(3), np.random.rand(3), random.random()


# --- equal_draws ---


def both_draws(module, shape, seed):
    """A scenario: both tensors after the first was written into. That the seed is set here decides nothing later."""
    torch.manual_seed(5)
    first, second = module.equal_draws(shape, seed)
    with torch.no_grad():
        first.add_(1)
    return {"first tensor": first, "second tensor": second}


# Trap: seeds once and expects two equal draws; the same tensor twice.
@pytest.mark.exercise("equal_draws")
def test_equal_draws_of_a_matrix(agree):
    agree.scenario(both_draws, (3, 4), 42)


# Trap: one seed written down for all, or the seed of the notes.
@pytest.mark.exercise("equal_draws")
def test_equal_draws_with_other_seeds(agree):
    agree.scenario(both_draws, (2, 3), 1729)
    agree.scenario(both_draws, (2, 3), 0)


# Trap: a bell curve, float64, or a matrix whatever the shape.
@pytest.mark.exercise("equal_draws")
def test_equal_draws_of_other_shapes(agree):
    agree.scenario(both_draws, (5,), 8)
    agree.scenario(both_draws, (2, 1, 3), 9)
    agree.scenario(both_draws, (30, 50), 10)


# --- draws_alike ---


# Trap: a seed makes all draws after it alike; seeding again does not go back.
def test_draws_alike_after_seeding_again(agree):
    agree("draws_alike", "a")
    agree("draws_alike", "c")
    agree("draws_alike", "d")


# Trap: another shape is another list of numbers.
def test_draws_alike_of_another_shape(agree):
    agree("draws_alike", "e")
    agree("draws_alike", "f")
    agree("draws_alike", "d")


# Trap: only `rand` uses up numbers.
def test_draws_alike_after_another_kind_of_draw(agree):
    agree("draws_alike", "g")
    agree("draws_alike", "b")


# Trap: a generator of one's own has other numbers, or uses up those of the global one.
def test_draws_alike_with_a_generator_of_ones_own(agree):
    agree("draws_alike", "h")
    agree("draws_alike", "i")
    agree("draws_alike", "j")


# Trap: a generator that has a seed gives the same numbers at every draw.
def test_draws_alike_the_second_draw_of_each(agree):
    agree("draws_alike", "j")
    agree("draws_alike", "k")


# Trap: Python's seed is PyTorch's too.
def test_draws_alike_after_seeding_python(agree):
    agree("draws_alike", "l")
    agree("draws_alike", "i")


# --- noisy_copy ---


def noise_twice(module, x, scale, seed):
    """A scenario: the difference between two equal calls, between which others draw, seed and call it too."""
    seed_all(3)
    first = module.noisy_copy(x.clone(), scale, seed)
    seed_all(4)
    module.noisy_copy(torch.zeros(7), 1.0, seed + 1)
    second = module.noisy_copy(x.clone(), scale, seed)
    return second - first


# Trap: no seed at all, or one generator for all calls, whose second numbers are others.
@pytest.mark.exercise("noisy_copy")
def test_noisy_copy_is_the_same_every_time(agree):
    agree.scenario(noise_twice, torch.zeros(4, 5), 0.5, 3)
    agree.scenario(noise_twice, torch.arange(6.0).double(), 2.0, 0)


def numbers_after_noise(module, x, seed):
    """A scenario: what the caller draws after two calls."""
    seed_all(11)
    module.noisy_copy(x, 1.0, seed)
    module.noisy_copy(x, 0.25, seed + 1)
    return next_numbers()


# Trap: seeds the caller's world, draws from it, or puts it back to its start.
@pytest.mark.exercise("noisy_copy")
@pytest.mark.points(2)
def test_noisy_copy_leaves_the_numbers_of_others_alone(agree):
    agree.scenario(numbers_after_noise, torch.zeros(3, 2), 11)
    agree.scenario(numbers_after_noise, torch.ones(5, dtype=torch.float64), 400)


def noise_of(module, x, scale, seeds):
    """A scenario: the noise that was added with each of these seeds."""
    return [module.noisy_copy(x, scale, seed) - x for seed in seeds]


# Trap: what makes noise useless: from 0 to scale, `randn`, noise that grows with `x`, one number for all; the same for
# every seed or never the same again; the numbers of others changed.
@pytest.mark.exercise("noisy_copy")
@pytest.mark.points(6)
def test_noisy_copy_is_spread_evenly(agree):
    noise, other = agree.evidence(noise_of, torch.full((60, 80), 2.0), 0.5, (21, 22))
    agree.that(is_tensor(noise), "What your function returns must be a PyTorch tensor.")
    agree.that(noise.shape == (60, 80), "The result must have the shape of `x`.")
    values = noise.detach().double().flatten()
    agree.that((values.abs() <= 0.5).all(), "No noise may be below `-scale` or above `scale`.")
    agree.that(values.unique().numel() > 4700, "Each element must get a number of its own.")
    # Mean 0, standard deviation 1/sqrt(12) = 0.289; with thousands of numbers neither strays this far.
    agree.that(
        abs(float(values.mean())) < 0.03 and abs(float(values.std()) - 0.289) < 0.02,
        "The noise must be spread evenly from `-scale` to `scale`.",
    )
    agree.that(not torch.equal(noise, other), "Another seed must give other noise.")
    agree.scenario(noise_twice, torch.ones(3, 4), 0.25, 12)
    agree.scenario(numbers_after_noise, torch.ones(4), 11)


# Trap: the noise without `x`, or `x` times the noise; `scale` taken for 1; float64 by way of float32, whose steps are
# wider than the noise where `x` is large.
@pytest.mark.exercise("noisy_copy")
def test_noisy_copy_is_near_x(agree):
    for number in (8.0, 2.0**40):
        (noise,) = agree.evidence(noise_of, torch.full((20, 20), number, dtype=torch.float64), 3.0, (5,))
        agree.that(is_tensor(noise), "What your function returns must be a PyTorch tensor.")
        agree.that((noise.abs() <= 3.001).all(), "No noise may be below `-scale` or above `scale`.")
        agree.that(noise.unique().numel() > 350, "Each element must get a number of its own.")
        agree.that(
            noise.min() < -2.5 and noise.max() > 2.5, "The noise must be spread evenly from `-scale` to `scale`."
        )


# Trap: one seed for all calls, whatever the argument says.
@pytest.mark.exercise("noisy_copy")
def test_noisy_copy_other_seeds_give_other_noise(agree):
    noises = agree.evidence(noise_of, torch.zeros(9), 1.0, SOME_SEEDS)
    agree.that(all(map(is_tensor, noises)), "What your function returns must be a PyTorch tensor.")
    different = {tuple(noise.flatten().tolist()) for noise in noises}
    agree.that(len(different) == len(SOME_SEEDS), "Another seed must give other noise.")


# Trap: adds to `x` in place; float32 for everything, or from the noise; a vector for a scalar; the gradient lost, or
# the one that `x` came with cleared.
# Numbers may differ by up to twice the scale, which is tiny here, and a float16 is rounded to the next thousandth.
@pytest.mark.points(1)
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_noisy_copy_keeps_shape_dtype_and_argument(agree, dtype):
    alike = agree.using(atol=8e-3, memory="own")
    alike("noisy_copy", torch.tensor([[1.0, -2.0, 4.0]], dtype=dtype), 1e-3, 6)
    alike("noisy_copy", torch.tensor(0.5, dtype=dtype), 1e-3, 7)
    alike("noisy_copy", torch.tensor([[1.0], [2.0]], dtype=dtype, requires_grad=True), 1e-3, 8)
    agree.using(atol=8e-3).scenario(beside_an_earlier_gradient, "noisy_copy", torch.ones(2, dtype=dtype), 1e-3, 9)


# --- Dice ---


def dice_side_by_side(module, seed, counts):
    """A scenario: how the results of two dice differ, while others draw, seed and roll."""
    seed_all(3)
    one = module.Dice(seed)
    first = [one.roll(count) for count in counts]
    seed_all(4)
    third, other = module.Dice(seed + 1), module.Dice(seed)
    second = []
    for count in counts:
        third.roll(2)
        second.append(other.roll(count))
        next_numbers()
    return {"difference of each roll": [after - before for before, after in zip(first, second, strict=True)]}


# Trap: one generator for all dice, the global one, or no seed at all.
@pytest.mark.exercise("Dice")
@pytest.mark.points(2)
def test_dice_with_the_same_seed(agree):
    agree.scenario(dice_side_by_side, 0, (5, 40, 7))
    agree.scenario(dice_side_by_side, 1729, (60,))


def all_faces(*rolled):
    """True if all of the numbers from 1 to 6 come up, and no other."""
    return {number for roll in rolled for number in roll.flatten().tolist()} == {1, 2, 3, 4, 5, 6}


def rolls(module, seeds, counts):
    """A scenario: the results of a die for each seed."""
    dice = [module.Dice(seed) for seed in seeds]
    return [[die.roll(count) for count in counts] for die in dice]


# Trap: seeds at every roll, so that each one is the first; a face that never comes.
@pytest.mark.exercise("Dice")
@pytest.mark.points(2)
def test_dice_go_on(agree):
    ((first, second, third),) = agree.evidence(rolls, (12,), (50, 50, 50))
    agree.that(all(map(is_tensor, (first, second, third))), "What your function returns must be a PyTorch tensor.")
    different = {tuple(roll.flatten().tolist()) for roll in (first, second, third)}
    agree.that(len(different) == 3, "The second roll must go on where the first one stopped.")
    # That one of six faces never comes up in 150 fair rolls happens once in a hundred billion.
    agree.that(all_faces(first, second, third), "All six numbers must be equally likely.")


def kinds_of_rolls(module):
    """A scenario: results without their values, since any numbers are right."""
    die = module.Dice(7)
    return {"one roll": die.roll(1) * 0, "four rolls": die.roll(4) * 0}


# Trap: floats, a list, or a number where one roll is asked for.
@pytest.mark.exercise("Dice")
@pytest.mark.points(3)
def test_dice_give_a_vector_of_int64(agree):
    agree.scenario(kinds_of_rolls)


# Trap: one seed for all, whatever the argument says.
@pytest.mark.exercise("Dice")
def test_dice_with_other_seeds(agree):
    found = agree.evidence(rolls, SOME_SEEDS, (50,))
    agree.that(all(is_tensor(one) for (one,) in found), "What your function returns must be a PyTorch tensor.")
    different = {tuple(one.flatten().tolist()) for (one,) in found}
    agree.that(len(different) == len(SOME_SEEDS), "Other seeds must give other results.")
    agree.that(all_faces(*(one for (one,) in found)), "All six numbers must be equally likely.")


def numbers_around_dice(module):
    """A scenario: what the caller draws when a die was made, rolled and restarted."""
    drawn = [seed_all(13)]
    die = module.Dice(13)
    drawn.append(next_numbers())
    die.roll(3)
    drawn.append(next_numbers())
    die.restart()
    die.roll(2)
    return {"what is drawn in between": drawn, "what is drawn next": next_numbers()}


# Trap: seeds the caller's world, or draws from it.
@pytest.mark.exercise("Dice")
@pytest.mark.points(2)
def test_dice_leave_the_numbers_of_others_alone(agree):
    agree.scenario(numbers_around_dice)


def rolls_after_a_restart(module, seed, before):
    """A scenario: how the rolls after each restart differ from the first ones."""
    die = module.Dice(seed)
    first = [die.roll(count) for count in (20, 30)]
    differences = []
    for count in before:
        die.roll(count)
        die.restart()
        again = [die.roll(20), die.roll(30)]
        differences.append([after - earlier for earlier, after in zip(first, again, strict=True)])
    return differences


# Trap: goes back to another place, or only once.
@pytest.mark.exercise("Dice")
@pytest.mark.points(2)
def test_dice_start_again(agree):
    agree.scenario(rolls_after_a_restart, 4, (1, 7))
    agree.scenario(rolls_after_a_restart, 99, (3,))


# Trap: what makes a die useless in a game: a face that never comes or comes too often (the end of `randint` counted as
# included; sums or rounded numbers), each roll the first one again, the same numbers for every seed, no way back.
@pytest.mark.exercise("Dice")
@pytest.mark.points(12)
def test_dice_in_a_game(agree):
    ((many, *single), (others, *_)) = agree.evidence(rolls, (5, 6), (6000, *[1] * 100))
    agree.that(all(map(is_tensor, (many, *single))), "What your function returns must be a PyTorch tensor.")
    agree.that(
        all(((roll >= 1) & (roll <= 6)).all() for roll in (many, *single)), "A die shows whole numbers from 1 to 6."
    )
    # Each face comes 1000 times, give or take 29; no fair die strays by 180.
    counts = [int((many == face).sum()) for face in range(1, 7)]
    agree.that(all(820 < count < 1180 for count in counts), "All six numbers must be equally likely.")
    agree.that(
        [int(roll) for roll in single] != many[:100].tolist() and len({int(roll) for roll in single}) > 1,
        "The second roll must go on where the first one stopped.",
    )
    agree.that(not torch.equal(many, others), "Other seeds must give other results.")
    agree.scenario(dice_side_by_side, 3, (9, 30))
    agree.scenario(rolls_after_a_restart, 8, (2, 5))
    agree.scenario(numbers_around_dice)


def settings_after_rolling(module):
    """A scenario: nothing was seeded here, so that whatever is left changed shows."""
    die = module.Dice(6)
    die.roll(1)
    die.restart()
    return die.roll(2) * 0


# Trap: seeds NumPy or Python.
@pytest.mark.exercise("Dice")
def test_dice_leave_the_settings_alone(agree):
    agree.scenario(settings_after_rolling)


# --- shuffled_rows ---


def rows_in_order(module, x, seed):
    """A scenario: the shuffled rows, put back in order by their first column. `x` has its first column in order."""
    shuffled = module.shuffled_rows(x, seed)
    return {"rows put back in order": shuffled[shuffled.reshape(len(x), -1)[:, 0].argsort()], "`x` afterwards": x}


# Trap: `random.shuffle` loses rows of a tensor; rows drawn with repetition; columns or elements shuffled.
@pytest.mark.exercise("shuffled_rows")
@pytest.mark.points(2)
def test_shuffled_rows_keeps_every_row(agree):
    for seed in SOME_SEEDS:
        agree.scenario(rows_in_order, torch.arange(8), seed)
        agree.scenario(rows_in_order, torch.arange(12.0).reshape(6, 2), seed)
    agree.scenario(rows_in_order, torch.arange(40, dtype=torch.int16).reshape(5, 4, 2), 3)


# Trap: shuffles with floats or without dtype, or by way of float32, where digits are lost; one row is nothing to
# shuffle; a row that is there twice.
@pytest.mark.exercise("shuffled_rows")
def test_shuffled_rows_of_other_dtypes(agree):
    agree.scenario(rows_in_order, torch.tensor([1.5, 1.5, 2.5], dtype=torch.float64), 1)
    agree.scenario(rows_in_order, torch.tensor([[3, 4]], dtype=torch.uint8), 2)
    agree.scenario(rows_in_order, torch.tensor([False, True, True]), 2)
    agree.scenario(rows_in_order, 2**53 + torch.arange(4), 3)
    agree.scenario(rows_in_order, torch.arange(4, dtype=torch.float64) / 7, 4)


def orders(module, count, seeds):
    """A scenario: the order in which the numbers from 0 come out, for each seed."""
    return [module.shuffled_rows(torch.arange(count), seed) for seed in seeds]


# Trap: what makes an order useless: not shuffled, one seed for all, or rows that only move round in a circle; rows lost
# or torn apart; never the same again; the numbers of others changed.
@pytest.mark.exercise("shuffled_rows")
@pytest.mark.points(6)
def test_shuffled_rows_any_order_can_come_up(agree):
    # That one of six orders never comes up in 200 fair draws happens once in a million billion.
    found = agree.evidence(orders, 3, tuple(range(200)))
    agree.that(all(map(is_tensor, found)), "What your function returns must be a PyTorch tensor.")
    different = {tuple(order.flatten().tolist()) for order in found}
    agree.that(len(different) > 1, "Other seeds must give other orders.")
    agree.that(len(different) >= 6, "Some orders never come up: with three rows there are six.")
    agree.scenario(rows_in_order, torch.arange(14.0).reshape(7, 2), 11)
    agree.scenario(shuffled_twice, torch.arange(12), 6)
    agree.scenario(numbers_after_shuffling, torch.arange(9.0).reshape(3, 3), 12)


def shuffled_twice(module, x, seed):
    """A scenario: the difference between two equal calls, between which others draw and seed."""
    seed_all(3)
    first = module.shuffled_rows(x.clone(), seed)
    seed_all(4)
    module.shuffled_rows(torch.arange(5), seed + 1)
    second = module.shuffled_rows(x.clone(), seed)
    return second - first


# Trap: no seed at all, or a generator made once for all calls.
@pytest.mark.exercise("shuffled_rows")
def test_shuffled_rows_is_the_same_every_time(agree):
    agree.scenario(shuffled_twice, torch.arange(20), 0)
    agree.scenario(shuffled_twice, torch.arange(30.0).reshape(15, 2), 9)


def numbers_after_shuffling(module, x, seed):
    """A scenario: what the caller draws after a call."""
    seed_all(12)
    module.shuffled_rows(x, seed)
    return next_numbers()


# Trap: seeds the global generator, PyTorch's, NumPy's or Python's, or draws from it.
@pytest.mark.exercise("shuffled_rows")
def test_shuffled_rows_leaves_the_numbers_of_others_alone(agree):
    agree.scenario(numbers_after_shuffling, torch.arange(6), 12)
    agree.scenario(numbers_after_shuffling, torch.arange(6.0).reshape(3, 2), 5)


# Trap: a single row handed out as it is; shuffles `x` itself.
def test_shuffled_rows_has_memory_of_its_own(agree):
    own = agree.using(memory="own")
    own("shuffled_rows", torch.tensor([[1.0, 2.0]]), 0)
    own("shuffled_rows", torch.full((5, 2), 3.0), 4)


def gradient_of_squares(module, x, seed):
    """A scenario: the gradient of the sum of squares of all that comes out, beside one that `x` came with.

    It does not depend on the order.
    """
    x.requires_grad_().grad = torch.full_like(x, 50.0)
    rows = module.shuffled_rows(x, seed)
    if rows.requires_grad:  # else `backward` would fail, and the answer of whoever cut it off is not seen
        (rows * rows).sum().backward()
    return x.grad


# Trap: the gradient goes to other rows, or nowhere; the one that `x` came with cleared.
@pytest.mark.exercise("shuffled_rows")
def test_shuffled_rows_keeps_the_gradient(agree):
    agree.scenario(gradient_of_squares, torch.arange(8.0).reshape(4, 2), 2)


# --- replayable_loader ---


def examples(count):
    """Features of two columns, and labels that tell which row they belong to."""
    return torch.arange(2.0 * count).reshape(count, 2), torch.arange(count)


def one_pass(loader):
    """The features and the labels of a whole pass, in the order in which they came, and the size of each batch."""
    batches = list(loader)
    sizes = [len(labels) for _, labels in batches]
    return torch.cat([features for features, _ in batches]), torch.cat([labels for _, labels in batches]), sizes


def holds_of(features, labels):
    """What a pass through more than a handful of `examples` must show in whatever order they come."""
    in_order = torch.arange(len(labels)).tolist()
    return {
        "features beside their own labels": (features[:, 0] / 2).tolist() == labels.tolist(),
        "shuffled": labels.tolist() != in_order,
    }


def two_passes(module, count, batch_size, seed, *, broken_off):
    """A scenario: how the labels of a second pass differ from those of the first, and what holds of both passes."""
    seed_all(3)
    loader = module.replayable_loader(*examples(count), batch_size, seed)
    first_rows, first, sizes = one_pass(loader)
    next_numbers()
    if broken_off:
        next(iter(loader))
    second_rows, second, again = one_pass(loader)
    passes = [holds_of(first_rows, first), holds_of(second_rows, second)]
    return {
        "difference of the passes": second - first,
        "sizes of the batches": (sizes, again),
        "what holds of both passes": passes,
    }


def batches_in_each_pass(module):
    """A scenario: how many batches each of two passes brings."""
    loader = module.replayable_loader(*examples(8), 3, 1)
    return {"batches in each pass": [sum(1 for _ in loader) for _ in range(2)]}


def can_be_looped_over_twice(agree):
    """Ask that a second pass brings batches; asked first, since the other questions put them together."""
    first, second = agree.evidence(batches_in_each_pass)["batches in each pass"]
    agree.that(first > 0, "A pass must bring batches.")
    agree.that(second > 0, "The second pass brings no batches. Return what can be looped over again and again.")


# Trap: the generator is made once and moves on: the second pass is another one; or it is empty.
@pytest.mark.exercise("replayable_loader")
@pytest.mark.points(2)
def test_replayable_loader_second_pass(agree):
    def scenario(module, count, batch_size, seed):
        return two_passes(module, count, batch_size, seed, broken_off=False)

    can_be_looped_over_twice(agree)
    agree.scenario(scenario, 24, 5, 0)
    agree.scenario(scenario, 20, 20, 1729)


def broken_off(module, count, batch_size, seed):
    """A scenario: two passes with one between them that was broken off."""
    return two_passes(module, count, batch_size, seed, broken_off=True)


# Trap: goes back to the start only at the end of a pass.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_after_a_pass_that_was_broken_off(agree):
    can_be_looped_over_twice(agree)
    agree.scenario(broken_off, 24, 4, 2)


def two_loaders(module, count, batch_size, seed):
    """A scenario: how the first pass of a second loader differs from that of the first, with others drawing too."""
    seed_all(3)
    rows, first, _ = one_pass(module.replayable_loader(*examples(count), batch_size, seed))
    seed_all(4)
    module.replayable_loader(*examples(count), batch_size, seed + 1)
    loader = module.replayable_loader(*examples(count), batch_size, seed)
    next_numbers()
    _, second, _ = one_pass(loader)
    return {"difference of the loaders": second - first, "first pass": holds_of(rows, first)}


# Trap: no seed at all: the order comes from the global generator.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_second_loader(agree):
    agree.scenario(two_loaders, 24, 5, 0)
    agree.scenario(two_loaders, 20, 7, 42)


def in_order(module, count, batch_size, seed):
    """A scenario: a pass put back in order by its labels, the size of each batch, and the arguments afterwards.

    `_version` counts how often a tensor was written to.
    """
    features, labels = examples(count)
    written = features._version + labels._version
    came, told, sizes = one_pass(module.replayable_loader(features, labels, batch_size, seed))
    order = told.argsort()
    return {
        "features put back in order": came[order],
        "labels put back in order": told[order],
        "sizes of the batches": sizes,
        "`features` afterwards": features,
        "`labels` afterwards": labels,
        "how often they were written to": features._version + labels._version - written,
    }


# Trap: features and labels shuffled apart; the last batch dropped or filled up; examples drawn with repetition.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_brings_every_example_once(agree):
    agree.scenario(in_order, 10, 4, 0)
    agree.scenario(in_order, 6, 3, 5)
    agree.scenario(in_order, 3, 8, 1)
    agree.scenario(in_order, 1, 1, 2)


def batches_of_one_example(module, features, labels):
    """A scenario: the only batch of one example, which no order can change."""
    loader = module.replayable_loader(features, labels, 2, 0)
    return {"what you returned": [list(batch) for batch in loader]}


# Trap: float64 becomes float32, labels become int64; numbers or rows in place of tensors; features and labels by way of
# one tensor, which has too few digits for one of them.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_keeps_the_dtypes(agree):
    features = torch.tensor([[0.5, 1.5, 2.5]], dtype=torch.float64)
    agree.scenario(batches_of_one_example, features, torch.tensor([3], dtype=torch.int32))
    agree.scenario(batches_of_one_example, features / 3, torch.tensor([2**53 + 1]))


def label_orders(module, count, batch_size, seeds):
    """A scenario: for each seed the features and labels of two passes, in the order in which they come."""
    loaders = [module.replayable_loader(*examples(count), batch_size, seed) for seed in seeds]
    return [[one_pass(loader)[:2] for _ in range(2)] for loader in loaders]


def seeds_after_a_pass(module, batch_size, seed):
    """A scenario: the seed of PyTorch's global generator once the loader is made, between batches, after a pass."""
    seed_all(31)
    loader = module.replayable_loader(*examples(7), batch_size, seed)
    found = [torch.initial_seed()]
    for _ in range(2):
        found += [torch.initial_seed() for _ in loader]
        found.append(torch.initial_seed())
    return found


def numbers_before_and_after(module):
    """A scenario: the many numbers that the caller had drawn before, and the few that come after a pass.

    A loader may use numbers up. But those that had been used up do not come back.
    """
    torch.manual_seed(31)
    before = torch.rand(5000)
    one_pass(module.replayable_loader(*examples(7), 3, 8))
    return before, torch.rand(4)


def stays_where_it_is(agree):
    """Ask that a pass does not make the caller's numbers come again."""
    before, after = agree.evidence(numbers_before_and_after)
    agree.that(
        not torch.isin(after, before).all(),
        "After a pass the global generator of PyTorch must not give numbers again that it has given before.",
    )


# Trap: what makes a loader useless: not shuffled, one seed for all, or only the batches shuffled; another order in the
# second pass, also after one that was broken off; examples lost; the world seeded or put back to its start.
@pytest.mark.exercise("replayable_loader")
@pytest.mark.points(8)
def test_replayable_loader_any_order_can_come_up(agree):
    can_be_looped_over_twice(agree)
    # That one of six orders never comes up in 120 fair draws happens once in five hundred million.
    found = agree.evidence(label_orders, 3, 2, tuple(range(120)))
    passes = [batch for loader in found for batch in loader]
    agree.that(
        all(torch.equal(features[:, 0], 2.0 * labels) for features, labels in passes),
        "Each row of `features` must keep its own label.",
    )
    agree.that(
        all(torch.equal(first[1], second[1]) for first, second in found),
        "The second pass must bring the examples in the order of the first.",
    )
    different = {tuple(labels.tolist()) for _, labels in passes}
    agree.that(len(different) > 1, "Other seeds must give other orders.")
    agree.that(len(different) >= 6, "Some orders never come up: with three examples there are six.")
    agree.scenario(in_order, 9, 2, 4)
    agree.scenario(broken_off, 22, 6, 3)
    agree.scenario(seeds_after_a_pass, 2, 6)
    stays_where_it_is(agree)


# Trap: seeds the caller's world, when the loader is made or when a pass begins.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_seeds_nobody_else(agree):
    agree.scenario(seeds_after_a_pass, 3, 8)


# Trap: puts the caller's world back to its start.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_does_not_go_back_to_the_start(agree):
    stays_where_it_is(agree)


def passes_without_seeding(module, batch_size, seed):
    """A scenario: as many labels as come. Here the world is as the check found it, so that seeding shows."""
    loader = module.replayable_loader(*examples(5), batch_size, seed)
    first, second = [sorted(one_pass(loader)[1].tolist()) for _ in range(2)]
    return {"first pass": first, "second pass": second}


# Trap: seeds NumPy or Python.
@pytest.mark.exercise("replayable_loader")
def test_replayable_loader_leaves_the_settings_alone(agree):
    can_be_looped_over_twice(agree)
    agree.scenario(passes_without_seeding, 2, 4)


# --- peek_ahead ---


def peek(module, seed, used_up, count):
    """A scenario: what a look shows, what comes really, and a second look, after some numbers were used up."""
    torch.manual_seed(seed)
    torch.rand(used_up)
    shown = module.peek_ahead(count)
    again = module.peek_ahead(count)
    return {
        "first look": shown,
        "second look": again,
        "what is drawn next": torch.rand(count + 2),
        "seed of the shared generator": torch.initial_seed(),
    }


# Trap: seeds with `initial_seed()`, which goes back to the beginning; no way back at all.
@pytest.mark.exercise("peek_ahead")
@pytest.mark.points(2)
def test_peek_ahead_in_the_middle(agree):
    agree.scenario(peek, 42, 4, 2)
    agree.scenario(peek, 1729, 3, 5)


def look_draw_and_look(module, count):
    """A scenario: two looks, between which a number is used up."""
    torch.manual_seed(9)
    first = module.peek_ahead(count)
    torch.rand(1)
    return {"first look": first, "second look": module.peek_ahead(count)}


# Trap: looks from the beginning, with a generator that has the same seed; one tensor for what every look shows; a stock
# of numbers that runs out.
@pytest.mark.exercise("peek_ahead")
def test_peek_ahead_far_on(agree):
    agree.scenario(peek, 0, 700, 30)
    agree.scenario(peek, 4, 10, 5000)
    agree.scenario(look_draw_and_look, 3)


# Trap: works only right after seeding; no peek at all where one number is wanted.
@pytest.mark.exercise("peek_ahead")
def test_peek_ahead_at_the_beginning(agree):
    agree.scenario(peek, 7, 0, 1)


def peek_between_normals(module):
    """A scenario: `randn` draws two numbers and keeps one for the next time; a look must not lose it."""
    torch.manual_seed(6)
    before = torch.randn(1)
    return {
        "what was drawn before": before,
        "what you returned": module.peek_ahead(3),
        "next number of `randn`": torch.randn(1),
        "what is drawn next": torch.rand(2),
    }


# Trap: a place found again by drawing as many numbers as before; what `randn` has kept is lost.
@pytest.mark.exercise("peek_ahead")
def test_peek_ahead_keeps_the_whole_state(agree):
    agree.scenario(peek_between_normals)


# Trap: another count or dtype; seeds the generators of others. The state that the check finds is fresh.
def test_peek_ahead_of_a_fresh_generator(agree):
    agree("peek_ahead", 4)
    agree("peek_ahead", 1)


# --- seeded_call ---


def call_and_go_on(module, seed):
    """A scenario: what is drawn within a call and after it."""
    torch.manual_seed(20)
    before = torch.rand(2)
    within = module.seeded_call(lambda: (torch.rand(3), torch.randperm(4)), seed)
    return {
        "what was drawn before": before,
        "numbers within the call": within,
        "what is drawn next": torch.rand(3),
        "seed of the shared generator": torch.initial_seed(),
    }


# Trap: leaves the seed behind; goes back to the beginning with `initial_seed()`.
@pytest.mark.exercise("seeded_call")
@pytest.mark.points(2)
def test_seeded_call_puts_the_generator_back(agree):
    agree.scenario(call_and_go_on, 42)
    agree.scenario(call_and_go_on, 20)


def error_and_go_on(module, seed):
    """A scenario: a call that raises after it has drawn: which error arrives, and what is drawn after it."""
    torch.manual_seed(21)
    torch.rand(2)
    drawn = []

    def fails():
        drawn.append(torch.rand(2))
        raise LookupError("nothing here")

    try:
        answer = module.seeded_call(fails, seed)
    except LookupError as error:
        answer = ("raised", type(error).__name__, str(error))
    return {"what came of the exception": answer, "numbers within the call": drawn, "what is drawn next": torch.rand(3)}


# Trap: puts it back only when all goes well; swallows the exception.
@pytest.mark.exercise("seeded_call")
@pytest.mark.points(5)
def test_seeded_call_after_an_exception(agree):
    agree.scenario(error_and_go_on, 42)


def other_errors_and_go_on(module, base, seed):
    """A scenario: as `error_and_go_on`, with an exception of a kind of its own, derived from `base`."""
    kind = type("OutOfPaper", ({"Exception": Exception, "BaseException": BaseException}[base],), {})
    torch.manual_seed(25)
    torch.rand(3)

    def fails():
        raise kind("no more paper")

    try:
        answer = module.seeded_call(fails, seed)
    except kind as error:
        answer = ("raised", type(error).__name__, str(error))
    return {"what came of the exception": answer, "what is drawn next": torch.rand(3)}


# Trap: puts it back after the exceptions that it names and no others; `Exception` is not the base of all.
@pytest.mark.exercise("seeded_call")
def test_seeded_call_after_an_exception_of_any_kind(agree):
    agree.scenario(other_errors_and_go_on, "Exception", 17)
    agree.scenario(other_errors_and_go_on, "BaseException", 18)


def numbers_within(module, seed):
    """A scenario: two calls with the same seed, between which others draw."""
    torch.manual_seed(22)
    first = module.seeded_call(lambda: torch.rand(2, 2), seed)
    torch.rand(5)
    return {"first call": first, "second call": module.seeded_call(lambda: torch.rand(2, 2), seed)}


# Trap: seeds nothing, one seed for all, or seeds after the call.
@pytest.mark.exercise("seeded_call")
def test_seeded_call_seeds(agree):
    agree.scenario(numbers_within, 42)
    agree.scenario(numbers_within, 3)


def answers(module):
    """A scenario: functions that return other things than tensors, how often they ran, and one that seeds."""
    torch.manual_seed(23)
    calls = []

    def forgetful():
        calls.append("forgetful")

    def seeds():
        torch.manual_seed(1)
        return torch.rand(1)

    def digits():
        return torch.tensor([2**53 + 1])

    functions = (forgetful, lambda: "text", lambda: [1, 2], lambda: 0, seeds, digits)
    results = [module.seeded_call(function, 9) for function in functions]
    return {"what you returned": results, "calls of `function`": calls, "what is drawn next": torch.rand(2)}


# Trap: returns only tensors, or by way of float32; calls the function twice.
@pytest.mark.exercise("seeded_call")
def test_seeded_call_returns_what_the_function_returns(agree):
    agree.scenario(answers)


def call_within_a_call(module):
    """A scenario: the inner call must leave the outer one's numbers alone."""
    torch.manual_seed(24)

    def outer():
        first = torch.rand(2)
        inner = module.seeded_call(lambda: torch.rand(2), 6)
        return first, inner, torch.rand(2)

    return {"what you returned": module.seeded_call(outer, 5), "what is drawn next": torch.rand(2)}


# Trap: one place for the state of all calls.
@pytest.mark.exercise("seeded_call")
def test_seeded_call_within_another(agree):
    agree.scenario(call_within_a_call)


def call_in_a_fresh_world(module):
    """A scenario: nothing was seeded here, so that whatever is left changed shows."""
    return module.seeded_call(lambda: torch.rand(2), 8)


# Trap: seeds NumPy and Python too.
@pytest.mark.exercise("seeded_call")
def test_seeded_call_leaves_the_settings_alone(agree):
    agree.scenario(call_in_a_fresh_world)


# --- twin_layers ---


def twins(module, inputs, outputs, seed):
    """A scenario: both layers, and what the caller draws next."""
    torch.manual_seed(30)
    torch.rand(2)
    first, second = module.twin_layers(inputs, outputs, seed)
    return first, second, torch.rand(3)


# Trap: seeds once, so that the second layer is another one; weights alike and biases not.
@pytest.mark.exercise("twin_layers")
@pytest.mark.points(2)
def test_twin_layers_are_alike(agree):
    def layers(module, inputs, outputs, seed):
        return twins(module, inputs, outputs, seed)[:2]

    agree.scenario(layers, 2, 6, 42)
    agree.scenario(layers, 3, 1, 0)


# Trap: leaves the seed behind, goes back to the beginning, or uses numbers up.
@pytest.mark.exercise("twin_layers")
@pytest.mark.points(2)
def test_twin_layers_leave_the_numbers_of_others_alone(agree):
    def numbers(module, inputs, outputs, seed):
        return twins(module, inputs, outputs, seed)[2]

    agree.scenario(numbers, 2, 6, 42)
    agree.scenario(numbers, 4, 2, 30)


def train_the_first(module, inputs, outputs, seed):
    """A scenario: both layers after one step of training the first."""
    first, second = module.twin_layers(inputs, outputs, seed)
    first(torch.ones(4, inputs)).sum().backward()
    with torch.no_grad():
        for parameter in first.parameters():
            parameter.sub_(0.5 * parameter.grad)
    return {"first layer": first, "second layer": second, "gradient of the second": second.weight.grad}


# Trap: the same layer twice, or two layers with the same weights in them.
@pytest.mark.exercise("twin_layers")
@pytest.mark.points(2)
def test_twin_layers_are_two(agree):
    agree.scenario(train_the_first, 3, 2, 42)


# Trap: seeds the world that it finds; layers that cannot learn.
def test_twin_layers_in_a_fresh_world(agree):
    agree("twin_layers", 2, 2, 8)
