"""Tests for `reproducibility.py` that you can read and run: `pytest exercises/test_reproducibility.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer. `agree.scenario` does the
same for a few lines that use your module. Right programs may draw other numbers, so for some answers
`agree.evidence` gives what the lines returned with your module, and `agree.that` says what must be true of it.
"""

import random

import numpy as np
import torch


def seed_all(seed):
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


def test_equal_draws_with_seed_42(agree):
    def scenario(module):
        torch.manual_seed(0)
        return module.equal_draws((3, 4), 42)

    agree.scenario(scenario)


def test_equal_draws_are_two_tensors(agree):
    def scenario(module):
        torch.manual_seed(0)
        first, second = module.equal_draws((2, 2), 7)
        first.zero_()
        return second

    agree.scenario(scenario)


def test_draws_alike_the_first_after_each_seed(agree):
    agree("draws_alike", "b")


def test_draws_alike_the_first_two_draws(agree):
    agree("draws_alike", "a")


def test_noisy_copy_twice(agree):
    # How the results of two equal calls differ: they should not.
    def difference(module):
        seed_all(3)
        first, second = [module.noisy_copy(torch.tensor([10.0, 20.0, 30.0]), 0.5, 7) for _ in range(2)]
        return second - first

    agree.scenario(difference)


def test_noisy_copy_stays_within_the_scale(agree):
    # How far the noise goes beyond -0.5 and 0.5: nowhere.
    def too_far(module):
        seed_all(3)
        noise = module.noisy_copy(torch.zeros(200), 0.5, 7)
        return noise - noise.clamp(-0.5, 0.5)

    agree.scenario(too_far)


def test_noisy_copy_changes_nothing_for_its_caller(agree):
    def next_numbers(module):
        torch.manual_seed(42)
        module.noisy_copy(torch.zeros(3), 0.5, 7)
        return torch.rand(4)

    agree.scenario(next_numbers)


def test_dice_with_the_same_seed(agree):
    def two_dice(module):
        one, other = module.Dice(3), module.Dice(3)
        return [one.roll(20), one.roll(30)], [other.roll(20), other.roll(30)]

    first, second = agree.evidence(two_dice)
    agree.that(
        all(torch.equal(one, other) for one, other in zip(first, second, strict=True)),
        "Two dice with the same seed must give the same results.",
    )


def test_dice_goes_on(agree):
    def two_rolls(module):
        die = module.Dice(3)
        return die.roll(50), die.roll(50)

    first, second = agree.evidence(two_rolls)
    agree.that(not torch.equal(first, second), "The second roll must go on where the first one stopped.")


def test_shuffled_rows_loses_no_row(agree):
    def sorted_again(module):
        rows = module.shuffled_rows(torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]]), 1)
        return sorted(rows.tolist())

    agree.scenario(sorted_again)


def test_shuffled_rows_again_with_the_same_seed(agree):
    # How the orders of two equal calls differ, with other numbers drawn in between: they should not.
    def difference(module):
        seed_all(3)
        first = module.shuffled_rows(torch.arange(10), 1)
        torch.rand(3)
        return module.shuffled_rows(torch.arange(10), 1) - first

    agree.scenario(difference)


def test_shuffled_rows_has_other_orders_for_other_seeds(agree):
    orders = agree.evidence(
        lambda module: [module.shuffled_rows(torch.arange(10), seed).tolist() for seed in range(20)]
    )
    agree.that(len({tuple(order) for order in orders}) > 1, "Other seeds must give other orders.")


def labels_of(loader):
    return [labels.tolist() for _, labels in loader]


def test_replayable_loader_brings_every_example(agree):
    def all_labels(module):
        loader = module.replayable_loader(torch.arange(12.0).reshape(6, 2), torch.arange(6), 4, 0)
        batches = labels_of(loader)
        return [len(batch) for batch in batches], sorted(label for batch in batches for label in batch)

    agree.scenario(all_labels)


def test_replayable_loader_twice(agree):
    def two_passes(module):
        loader = module.replayable_loader(torch.arange(40.0).reshape(20, 2), torch.arange(20), 6, 0)
        return labels_of(loader), labels_of(loader)

    first, second = agree.evidence(two_passes)
    agree.that(first == second, "Every pass must bring the same batches in the same order.")


def test_peek_ahead_shows_what_comes(agree):
    def scenario(module):
        torch.manual_seed(42)
        torch.rand(4)
        return module.peek_ahead(2)

    agree.scenario(scenario)


def test_peek_ahead_uses_nothing_up(agree):
    def scenario(module):
        torch.manual_seed(42)
        torch.rand(4)
        module.peek_ahead(2)
        return torch.rand(2)

    agree.scenario(scenario)


def test_seeded_call_seeds(agree):
    def scenario(module):
        torch.manual_seed(0)
        return module.seeded_call(lambda: torch.rand(4), 42)

    agree.scenario(scenario)


def test_seeded_call_puts_the_generator_back(agree):
    def scenario(module):
        torch.manual_seed(0)
        torch.rand(3)
        module.seeded_call(lambda: torch.rand(4), 42)
        return torch.rand(3)

    agree.scenario(scenario)


def test_twin_layers_are_alike(agree):
    def scenario(module):
        torch.manual_seed(0)
        return module.twin_layers(2, 1, 42)

    agree.scenario(scenario)


def test_twin_layers_are_two_layers(agree):
    def scenario(module):
        torch.manual_seed(0)
        first, second = module.twin_layers(3, 2, 42)
        with torch.no_grad():
            first.weight.zero_()
        return second

    agree.scenario(scenario)
