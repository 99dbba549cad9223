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


def next_numbers():
    return torch.rand(2), np.random.rand(2), random.random()


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
    noise, other = agree.evidence(lambda module: [module.noisy_copy(torch.zeros(200), 0.5, seed) for seed in (7, 8)])
    agree.that(len(noise.unique()) > 150, "Each element must get a number of its own.")
    rows = agree.evidence(lambda module: module.noisy_copy(torch.zeros(10, 6), 0.5, 7))
    agree.that(len(rows.unique()) > 50, "Each element must get a number of its own.")
    agree.that(noise.min() < -0.4 and noise.max() > 0.4, "The noise must be spread evenly from `-scale` to `scale`.")
    agree.that(not torch.equal(noise, other), "Another seed must give other noise.")


def test_noisy_copy_is_near_x(agree):
    near = agree.using(atol=5e-3)
    near("noisy_copy", torch.tensor([[3.0], [-1.5]], dtype=torch.float64), 5e-4, 12)
    near("noisy_copy", torch.tensor([0.25, 2.0], dtype=torch.float16, requires_grad=True), 5e-4, 13)


def test_noisy_copy_changes_nothing_for_its_caller(agree):
    def drawn_afterwards(module):
        seed_all(42)
        next_numbers()
        module.noisy_copy(torch.zeros(3), 0.5, 7)
        return next_numbers()

    agree.scenario(drawn_afterwards)


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


def test_dice_restart(agree):
    def difference(module):
        die = module.Dice(8)
        first = die.roll(25)
        die.roll(4)
        die.restart()
        return die.roll(25) - first

    agree.scenario(difference)


def test_dice_are_fair(agree):
    many, other = agree.evidence(lambda module: [module.Dice(seed).roll(5000) for seed in (3, 4)])
    agree.that(((many >= 1) & (many <= 6)).all(), "A die shows whole numbers from 1 to 6.")
    agree.that(
        all(670 < int((many == face).sum()) < 1000 for face in range(1, 7)), "All six numbers must be equally likely."
    )
    agree.that(not torch.equal(many, other), "Other seeds must give other results.")


def test_shuffled_rows_loses_no_row(agree):
    def sorted_again(module):
        rows = module.shuffled_rows(torch.tensor([[1, 10], [2, 20], [3, 30], [4, 40]]), 1)
        return sorted(rows.tolist())

    def gradient(module, x):
        (module.shuffled_rows(x, 6) ** 3).sum().backward()
        return x.grad

    agree.scenario(sorted_again)
    agree.scenario(gradient, torch.tensor([[1.0], [3.0], [-2.0]], requires_grad=True))
    agree("shuffled_rows", torch.full((3, 2), 2.5, dtype=torch.float64), 6)
    agree.using(memory="own")("shuffled_rows", torch.tensor([[7, 5, 9]]), 6)


def test_shuffled_rows_again_with_the_same_seed(agree):
    # How the orders of two equal calls differ, with other numbers drawn in between: they should not.
    def difference(module):
        seed_all(3)
        first = module.shuffled_rows(torch.arange(10), 1)
        torch.rand(3)
        return module.shuffled_rows(torch.arange(10), 1) - first

    agree.scenario(difference)


def test_shuffled_rows_changes_nothing_for_its_caller(agree):
    def drawn_afterwards(module):
        seed_all(6)
        next_numbers()
        module.shuffled_rows(torch.arange(4), 1)
        return next_numbers()

    agree.scenario(drawn_afterwards)


def test_shuffled_rows_has_other_orders_for_other_seeds(agree):
    orders = agree.evidence(
        lambda module: [module.shuffled_rows(torch.arange(10), seed).tolist() for seed in range(20)]
    )
    agree.that(len({tuple(order) for order in orders}) > 1, "Other seeds must give other orders.")
    short = agree.evidence(
        lambda module: [module.shuffled_rows(torch.arange(3), seed).tolist() for seed in range(1000, 1150)]
    )
    agree.that(len({tuple(order) for order in short}) == 6, "Some orders never come up: with three rows there are six.")


def labels_of(loader):
    return [labels.tolist() for _, labels in loader]


def test_replayable_loader_brings_every_example(agree):
    def all_labels(module):
        loader = module.replayable_loader(torch.arange(12.0).reshape(6, 2), torch.arange(6), 4, 0)
        batches = labels_of(loader)
        return {
            "sizes of the batches": [len(batch) for batch in batches],
            "all labels in order": sorted(label for batch in batches for label in batch),
        }

    def rows_with_labels(module):
        loader = module.replayable_loader(torch.arange(18.0).reshape(9, 2), torch.arange(9), 4, 3)
        return sorted((label, row) for x, y in loader for label, row in zip(y.tolist(), x.tolist(), strict=True))

    def dtypes(module):
        features, labels = torch.ones(3, 2, dtype=torch.float16), torch.tensor([2, 0, 1], dtype=torch.int16)
        kinds = {(str(x.dtype), str(y.dtype)) for x, y in module.replayable_loader(features, labels, 2, 3)}
        return {"dtypes of the batches": sorted(kinds)}

    agree.scenario(all_labels)
    agree.scenario(rows_with_labels)
    agree.scenario(dtypes)


def test_replayable_loader_twice(agree):
    def two_passes(module):
        loader = module.replayable_loader(torch.arange(40.0).reshape(20, 2), torch.arange(20), 6, 0)
        first = labels_of(loader)
        next(iter(loader), None)
        return first, labels_of(loader)

    first, second = agree.evidence(two_passes)
    agree.that(first == second, "Every pass must bring the same batches in the same order.")


def test_replayable_loader_has_other_orders_for_other_seeds(agree):
    def orders_of_three(module):
        loaders = [module.replayable_loader(torch.ones(3, 1), torch.arange(3), 2, seed) for seed in range(500, 600)]
        return [tuple(label for batch in labels_of(loader) for label in batch) for loader in loaders]

    orders = set(agree.evidence(orders_of_three))
    agree.that(len(orders) > 1, "Other seeds must give other orders.")
    agree.that(len(orders) == 6, "Some orders never come up: with three examples there are six.")


def test_replayable_loader_leaves_the_global_generator_alone(agree):
    def seeds_between_batches(module):
        torch.manual_seed(77)
        loader = module.replayable_loader(torch.ones(5, 2), torch.arange(5), 2, 9)
        return {"seeds between the batches": [torch.initial_seed() for _ in loader]}

    def before_and_after(module):
        torch.manual_seed(77)
        before = torch.rand(3000)
        labels_of(module.replayable_loader(torch.ones(5, 2), torch.arange(5), 2, 9))
        return before, torch.rand(3)

    agree.scenario(seeds_between_batches)
    before, after = agree.evidence(before_and_after)
    agree.that(
        not torch.isin(after, before).all(),
        "After a pass the global generator of PyTorch must not give numbers again that it has given before.",
    )


def test_peek_ahead_shows_what_comes(agree):
    def scenario(module):
        torch.manual_seed(42)
        torch.rand(4)
        return module.peek_ahead(2)

    agree.scenario(scenario)


def test_peek_ahead_shows_many_numbers(agree):
    def scenario(module):
        torch.manual_seed(8)
        torch.rand(3)
        shown = module.peek_ahead(600)
        return {"what you returned": shown, "what is drawn next": torch.rand(2)}

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

    def with_another_seed(module):
        torch.manual_seed(0)
        calls = []

        def draw():
            calls.append("called")
            return torch.rand(2)

        return {"what you returned": module.seeded_call(draw, 5), "calls of `function`": calls}

    agree.scenario(scenario)
    agree.scenario(with_another_seed)


def test_seeded_call_puts_the_generator_back(agree):
    def scenario(module):
        torch.manual_seed(0)
        torch.rand(3)
        module.seeded_call(lambda: torch.rand(4), 42)
        return torch.rand(3)

    def numbers_of_numpy_and_python(module):
        seed_all(8)
        module.seeded_call(lambda: torch.rand(4), 42)
        return next_numbers()

    agree.scenario(scenario)
    agree.scenario(numbers_of_numpy_and_python)


def test_seeded_call_after_an_exception(agree):
    def scenario(module):
        torch.manual_seed(0)
        torch.rand(3)
        try:
            answer = module.seeded_call(lambda: torch.rand(4)[7], 42)
        except IndexError:
            answer = "IndexError"
        return {"what you returned": answer, "what is drawn next": torch.rand(3)}

    def interrupted(module):
        torch.manual_seed(6)

        def stops():
            raise KeyboardInterrupt

        try:
            answer = module.seeded_call(stops, 42)
        except KeyboardInterrupt:
            answer = "KeyboardInterrupt"
        return {"what you returned": answer, "what is drawn next": torch.rand(2)}

    agree.scenario(scenario)
    agree.scenario(interrupted)


def test_seeded_call_within_another(agree):
    def scenario(module):
        torch.manual_seed(0)
        inside = module.seeded_call(lambda: (module.seeded_call(lambda: torch.rand(1), 3), torch.rand(2)), 4)
        return {"numbers within the call": inside, "what is drawn next": torch.rand(2)}

    agree.scenario(scenario)


def test_twin_layers_are_alike(agree):
    def scenario(module):
        torch.manual_seed(0)
        return module.twin_layers(2, 1, 42)

    agree.scenario(scenario)


def test_twin_layers_change_nothing_for_their_caller(agree):
    def drawn_afterwards(module):
        seed_all(5)
        next_numbers()
        module.twin_layers(4, 3, 42)
        return next_numbers()

    agree.scenario(drawn_afterwards)


def test_twin_layers_are_two_layers(agree):
    def scenario(module):
        torch.manual_seed(0)
        first, second = module.twin_layers(3, 2, 42)
        with torch.no_grad():
            first.weight.zero_()
            first.bias.zero_()
        return second

    agree.scenario(scenario)
