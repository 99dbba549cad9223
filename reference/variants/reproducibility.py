"""Other right answers to `reproducibility`, and the mistakes that students make, commonest first within an exercise.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import contextlib
import copy
import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, RandomSampler, Subset, TensorDataset

from antorcha.variants import N_, equivalent, right, wrong


def _own(seed):
    """A generator of one's own."""
    return torch.Generator().manual_seed(seed)


# --- equal_draws ---


@right("equal_draws")
def two_generators(shape, seed):
    return torch.rand(shape, generator=_own(seed)), torch.rand(shape, generator=_own(seed))


@right("equal_draws")
def one_draw_and_its_copy(shape, seed):
    torch.random.manual_seed(seed)
    first = torch.rand(*shape)
    return [first, first.clone()]


@right("equal_draws")
def back_to_the_state(shape, seed):
    torch.manual_seed(seed)
    state = torch.get_rng_state()
    first = torch.empty(shape).uniform_()
    torch.set_rng_state(state)
    return first, torch.empty(shape).uniform_()


@wrong(
    "equal_draws",
    N_(
        "You set the seed once and expected two equal draws. After the first draw the generator has moved on: "
        "what brings it back to the beginning?"
    ),
)
def seeded_once(shape, seed):
    torch.manual_seed(seed)
    return torch.rand(shape), torch.rand(shape)


@wrong(
    "equal_draws",
    N_(
        "You returned one tensor under two names, or two that show the same memory. "
        "Write into the first and look at the second: each must have memory of its own."
    ),
)
def one_tensor_twice(shape, seed):
    torch.manual_seed(seed)
    first = torch.rand(shape)
    return first, first


@wrong(
    "equal_draws",
    N_("You seed with a number of your own. The seed is an argument: another one must give other numbers."),
)
def always_42(shape, seed):
    return torch.rand(shape, generator=_own(42)), torch.rand(shape, generator=_own(42))


@wrong(
    "equal_draws",
    N_(
        "Nothing here sets the seed of PyTorch's generator. Python's `random` has a generator of its own, "
        "and seeding that one changes nothing for `torch.rand`."
    ),
)
def seeds_python(shape, seed):
    random.seed(seed)
    first = torch.rand(shape)
    random.seed(seed)
    return first, torch.rand(shape)


@wrong(
    "equal_draws",
    N_("You drew from the bell curve of `randn`. The text asks for what `torch.rand` draws."),
)
def drawn_from_the_bell_curve(shape, seed):
    return torch.randn(shape, generator=_own(seed)), torch.randn(shape, generator=_own(seed))


# --- draws_alike ---

ALIKE = {letter: letter in "bcefhik" for letter in "abcdefghijkl"}


@right("draws_alike")
def letters_of_equal_draws(case):
    return case in {"b", "c", "e", "f", "h", "i", "k"}


@right("draws_alike")
def by_place_in_the_list(case):
    # What each tensor holds: the seed of the list, and how many draws of six came before it.
    held = {1: (1729, 0), 2: (1729, 1), 3: (1729, 0), 4: (1729, 1), 5: (42, 0), 6: (1729, 0), 7: (1729, 1)}
    held |= {8: (1729, 0.5), 9: (1729, 0), 10: (1729, 0), 11: (1729, 1), 12: (1729, 1)}
    pairs = dict(a=(1, 2), b=(1, 3), c=(2, 4), d=(1, 5), e=(1, 6), f=(2, 7), g=(1, 8), h=(1, 9), i=(1, 10))
    pairs |= dict(j=(9, 11), k=(2, 11), l=(1, 12))
    first, second = pairs[case]
    return held[first] == held[second]


@wrong(
    "draws_alike",
    N_(
        "You expected the seed to make all draws after it alike. "
        "It only says where they begin: think of what the first draw does to the generator."
    ),
)
def seed_makes_all_draws_alike(case):
    return True if case in "aj" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected only the first draw after the seed to come out the same. "
        "The second one goes on where the first stopped, so what about two programs that begin alike?"
    ),
)
def only_the_first_draw(case):
    return False if case in "cfk" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected another shape to give other numbers. "
        "The generator hands out one number after the other: does it know into which shape they go?"
    ),
)
def shape_chooses_the_numbers(case):
    return False if case in "ef" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected `randperm` to use up no numbers, because it gives whole ones. "
        "It is random too: from which generator does it draw?"
    ),
)
def randperm_uses_nothing_up(case):
    return True if case == "g" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected a generator of your own to have other numbers than the global one. "
        "Compare their seeds: what does a seed decide?"
    ),
)
def own_generators_have_other_numbers(case):
    return False if case in "hk" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected a draw with `generator=own` to use up numbers of the global generator. "
        "Each generator keeps its own place: whose place moved?"
    ),
)
def own_draws_move_the_global_one(case):
    return False if case == "i" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected a generator of your own to start again at every draw. "
        "It was seeded once, when it was made: where is it after `t9`?"
    ),
)
def own_generators_start_again(case):
    return {"j": True, "k": False}.get(case, ALIKE[case])


@wrong(
    "draws_alike",
    N_(
        "You expected `random.seed` to seed PyTorch as well. "
        "Python has a generator of its own: which one does `torch.rand` draw from?"
    ),
)
def python_seeds_torch(case):
    return True if case == "l" else ALIKE[case]


@wrong(
    "draws_alike",
    N_(
        "You expected random numbers never to come out the same. "
        "They are calculated: what happens when the calculation starts again from the same seed?"
    ),
)
def random_is_random(case):
    return False


# --- noisy_copy ---


def _noise(x, scale, seed):
    """Noise as it should be, for variants that are wrong elsewhere."""
    return scale * (2 * torch.rand(x.shape, generator=_own(seed), dtype=x.dtype) - 1)


@right("noisy_copy")
def uniform_in_place(x, scale, seed):
    return x + torch.empty_like(x, requires_grad=False).uniform_(-scale, scale, generator=_own(seed))


@right("noisy_copy")
def float32_noise(x, scale, seed):
    return x.clone().add(torch.rand(x.size(), generator=_own(seed)).sub(0.5).mul(2 * scale).to(x.dtype))


@right("noisy_copy")
def with_fork_rng(x, scale, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.lerp(x - scale, x + scale, torch.rand_like(x, requires_grad=False))


@right("noisy_copy")
def with_numpy(x, scale, seed):
    noise = np.random.default_rng(seed).uniform(-scale, scale, size=tuple(x.shape))
    return x + torch.as_tensor(noise, dtype=x.dtype)


@right("noisy_copy")
def with_python(x, scale, seed):
    numbers = random.Random(seed)
    flat = [numbers.uniform(-scale, scale) for _ in range(x.numel())]
    return x + torch.tensor(flat, dtype=x.dtype).reshape(x.shape)


@wrong(
    "noisy_copy",
    N_(
        "You seed the global generator, and from then on your caller draws numbers of your choosing. "
        "Is there a way to draw from a generator that is yours alone?"
    ),
)
def seeds_the_world(x, scale, seed):
    torch.manual_seed(seed)
    return x + scale * (2 * torch.rand_like(x, requires_grad=False) - 1)


@wrong(
    "noisy_copy",
    N_(
        "Your noise does not depend on `seed`: it comes from wherever the global generator happens to be, "
        "so the next call adds another one."
    ),
)
def noise_without_a_seed(x, scale, seed):
    return x + scale * (2 * torch.rand_like(x, requires_grad=False) - 1)


@wrong(
    "noisy_copy",
    N_(
        "You put the global generator back to the seed with which it began, not to the place where it was. "
        "Your caller gets numbers again that they have had already."
    ),
)
def noise_and_back_to_the_start(x, scale, seed):
    began = torch.initial_seed()
    result = seeds_the_world(x, scale, seed)
    torch.manual_seed(began)
    return result


@wrong(
    "noisy_copy",
    N_("Your noise goes from 0 to `scale`, and none of it is negative. Which numbers does `rand` draw?"),
)
def noise_is_never_negative(x, scale, seed):
    return x + scale * torch.rand(x.shape, generator=_own(seed), dtype=x.dtype)


@wrong(
    "noisy_copy",
    N_(
        "Your noise is only half as wide as it should be. "
        "Moved by a half, the numbers of `rand` go from -0.5 to 0.5: what remains to be done?"
    ),
)
def noise_of_half_the_width(x, scale, seed):
    return x + scale * (torch.rand(x.shape, generator=_own(seed), dtype=x.dtype) - 0.5)


@wrong(
    "noisy_copy",
    N_(
        "You drew from the bell curve of `randn`, which has no limits and prefers numbers near 0. "
        "The text asks for numbers spread evenly between two limits."
    ),
)
def noise_from_the_bell_curve(x, scale, seed):
    return x + scale * torch.randn(x.shape, generator=_own(seed), dtype=x.dtype)


@wrong(
    "noisy_copy",
    N_("You added the noise into `x` itself. The text asks for a new tensor, and `x` does not change."),
)
def noise_in_place(x, scale, seed):
    with torch.no_grad():
        return x.add_(_noise(x, scale, seed))


@wrong(
    "noisy_copy",
    N_("You added one and the same number to all elements. Each element has to get one of its own."),
)
def one_noise_for_all(x, scale, seed):
    return x + scale * (2 * torch.rand((), generator=_own(seed), dtype=x.dtype) - 1)


@wrong(
    "noisy_copy",
    N_("You drew noise for one row and added it to all rows. Each element has to get a number of its own."),
)
def one_row_of_noise(x, scale, seed):
    return x + _noise(x.reshape(-1, *x.shape[-1:])[0], scale, seed)


@wrong(
    "noisy_copy",
    N_("You seed with a number of your own. The seed is an argument: another one must give other noise."),
)
def noise_with_a_fixed_seed(x, scale, seed):
    return x + _noise(x, scale, 0)


@wrong(
    "noisy_copy",
    N_(
        "You seed NumPy's global generator, which your caller may be using too. "
        "It counts as well: draw from a generator that is yours alone."
    ),
)
def seeds_numpy(x, scale, seed):
    np.random.seed(seed)
    return x + torch.as_tensor(np.random.uniform(-scale, scale, tuple(x.shape)), dtype=x.dtype)


@wrong(
    "noisy_copy",
    N_(
        "You seed Python's global generator, which your caller may be using too. "
        "It counts as well: draw from a generator that is yours alone."
    ),
)
def seeds_pythons_world(x, scale, seed):
    random.seed(seed)
    flat = [random.uniform(-scale, scale) for _ in range(x.numel())]
    return x + torch.tensor(flat, dtype=x.dtype).reshape(x.shape)


@wrong(
    "noisy_copy",
    N_("Your noise is float64, as NumPy's is, and turns the result into float64 too. Keep the dtype of `x`."),
)
def numpy_widens(x, scale, seed):
    noise = np.random.default_rng(seed).uniform(-scale, scale, size=tuple(x.shape))
    return x + torch.tensor(noise)


@wrong(
    "noisy_copy",
    N_(
        "Your noise has always the dtype float32, and where `x` has a smaller one the sum takes that of the noise. "
        "Keep the dtype of `x`."
    ),
)
def float32_noise_widens(x, scale, seed):
    return x + scale * (2 * torch.rand(x.shape, generator=_own(seed)) - 1)


@wrong(
    "noisy_copy",
    N_("Your result is float32 whatever `x` is. Read in the text which dtype it should have."),
)
def noise_in_float32(x, scale, seed):
    return (x + _noise(x, scale, seed)).float()


@wrong(
    "noisy_copy",
    N_(
        "Your noise grows with the element that it is added to, and a 0 gets none. "
        "The limits of the noise are `-scale` and `scale` everywhere."
    ),
)
def noise_grows_with_x(x, scale, seed):
    return x * (1 + _noise(x, scale, seed))


@wrong(
    "noisy_copy",
    N_("You returned the noise alone. The text asks for `x` with the noise added to it."),
)
def noise_alone(x, scale, seed):
    return _noise(x, scale, seed)


@wrong(
    "noisy_copy",
    N_("You never use `scale`: your noise always goes from -1 to 1."),
)
def scale_forgotten(x, scale, seed):
    return x + _noise(x, 1, seed)


@wrong(
    "noisy_copy",
    N_("The gradient cannot flow from your result back to `x`. What cuts a tensor off from its history?"),
)
def noise_detached(x, scale, seed):
    return x.detach() + _noise(x, scale, seed)


# --- Dice ---


@right("Dice")
class PythonsDice:
    def __init__(self, seed):
        self.seed = seed
        self.restart()

    def roll(self, count):
        return torch.tensor([self.numbers.randint(1, 6) for _ in range(count)])

    def restart(self):
        self.numbers = random.Random(self.seed)


@right("Dice")
class NumpysDice:
    def __init__(self, seed):
        self.seed = seed
        self.numbers = np.random.default_rng(seed)

    def roll(self, count):
        return torch.from_numpy(self.numbers.integers(1, 7, size=count))

    def restart(self):
        self.__init__(self.seed)


@right("Dice")
class DiceWithAState:
    def __init__(self, seed):
        self.own = torch.Generator()
        self.own.manual_seed(seed)
        self.start = self.own.get_state()

    def roll(self, count):
        return torch.rand(count, generator=self.own).mul(6).floor().to(torch.int64) + 1

    def restart(self):
        self.own.set_state(self.start)


@right("Dice")
class DiceThatForks:
    def __init__(self, seed):
        self.seed = seed
        self.state = None

    def roll(self, count):
        with torch.random.fork_rng():
            if self.state is None:
                torch.manual_seed(self.seed)
            else:
                torch.set_rng_state(self.state)
            faces = torch.randint(6, (count,)) + 1
            self.state = torch.get_rng_state()
        return faces

    def restart(self):
        self.state = None


class _Dice:
    """A die as it should be, for variants that are wrong in one place."""

    def __init__(self, seed):
        self.own = _own(seed)

    def roll(self, count):
        return torch.randint(1, 7, (count,), generator=self.own)

    def restart(self):
        self.own.manual_seed(self.own.initial_seed())


@wrong(
    "Dice",
    N_(
        "Your die seeds its generator at every roll, so each roll is the first one again. "
        "When is the seed needed, and when must the generator just go on?"
    ),
)
class SeedsAtEveryRoll(_Dice):
    def roll(self, count):
        self.restart()
        return super().roll(count)


@wrong(
    "Dice",
    N_("The end of `randint` is not included, as in `range`: your die never shows a 6."),
)
class NeverASix(_Dice):
    def roll(self, count):
        return torch.randint(1, 6, (count,), generator=self.own)


@wrong(
    "Dice",
    N_("Your die counts from 0 to 5. The numbers on a die go from 1 to 6."),
)
class CountsFromZero(_Dice):
    def roll(self, count):
        return torch.randint(0, 6, (count,), generator=self.own)


@wrong(
    "Dice",
    N_(
        "Making a die seeds the global generator, and rolling it uses that one's numbers up. "
        "Everybody draws from it: a die needs a generator of its own."
    ),
)
class SeedsTheWorldOnce:
    def __init__(self, seed):
        self.seed = seed
        torch.manual_seed(seed)

    def roll(self, count):
        return torch.randint(1, 7, (count,))

    def restart(self):
        torch.manual_seed(self.seed)


@wrong(
    "Dice",
    N_(
        "All of your dice share one generator: rolling one moves the others on. "
        "What belongs to each die is kept in `self`."
    ),
)
class OneGeneratorForAll(_Dice):
    shared = torch.Generator()

    def __init__(self, seed):
        self.seed = seed
        self.own = OneGeneratorForAll.shared
        self.own.manual_seed(seed)

    def restart(self):
        self.own.manual_seed(self.seed)


@wrong(
    "Dice",
    N_("You seed with a number of your own. The seed is an argument: other seeds must give other results."),
)
class AlwaysTheSameDie(_Dice):
    def __init__(self, seed):
        super().__init__(42)


@wrong(
    "Dice",
    N_(
        "Your `restart` does nothing that the next roll could notice: the generator stays where it is. "
        "How does it get back to its beginning?"
    ),
)
class NeverGoesBack(_Dice):
    def restart(self):
        pass


@wrong(
    "Dice",
    N_("Your `restart` seeds the global generator, which has nothing to do with this die."),
)
class RestartsTheWorld(_Dice):
    def restart(self):
        torch.manual_seed(self.own.initial_seed())


@wrong(
    "Dice",
    N_("Your die has no seed: it draws from wherever the global generator happens to be."),
)
class DiceWithoutASeed(_Dice):
    def roll(self, count):
        return torch.randint(1, 7, (count,))


@wrong(
    "Dice",
    N_(
        "You rounded numbers from 1 to 6 to the nearest whole one, so that 1 and 6 come half as often as the others. "
        "Look for the function that draws whole numbers."
    ),
)
class RoundsToTheNearest(_Dice):
    def roll(self, count):
        return (1 + 5 * torch.rand(count, generator=self.own)).round().to(torch.int64)


@wrong(
    "Dice",
    N_("Your results are floating point numbers. The text asks for int64."),
)
class FloatingFaces(_Dice):
    def roll(self, count):
        return super().roll(count).float()


@wrong(
    "Dice",
    N_("Your die returns a list of Python numbers. The text asks for a tensor."),
)
class ListOfFaces(_Dice):
    def roll(self, count):
        return super().roll(count).tolist()


@wrong(
    "Dice",
    N_("Your die seeds Python's global generator, from which others draw as well. Make one that is the die's own."),
)
class SeedsPythonsWorld:
    def __init__(self, seed):
        self.seed = seed
        random.seed(seed)

    def roll(self, count):
        return torch.tensor([random.randint(1, 6) for _ in range(count)])

    def restart(self):
        random.seed(self.seed)


@wrong(
    "Dice",
    N_("Your die seeds NumPy's global generator, from which others draw as well. Make one that is the die's own."),
)
class SeedsNumpysWorld:
    def __init__(self, seed):
        self.seed = seed
        np.random.seed(seed)

    def roll(self, count):
        return torch.from_numpy(np.random.randint(1, 7, count).astype("int64"))

    def restart(self):
        np.random.seed(self.seed)


# --- shuffled_rows ---


def _order(count, seed):
    return torch.randperm(count, generator=_own(seed))


@right("shuffled_rows")
def indices_in_a_list(x, seed):
    order = list(range(len(x)))
    random.Random(seed).shuffle(order)
    return x[order]


@right("shuffled_rows")
def sorted_by_random_keys(x, seed):
    keys = torch.rand(len(x), generator=_own(seed))
    return x.index_select(0, keys.argsort())


@right("shuffled_rows")
def numpy_permutation(x, seed):
    order = np.random.default_rng(seed).permutation(x.shape[0])
    return torch.stack([x[int(i)] for i in order])


@right("shuffled_rows")
def rows_exchanged_one_by_one(x, seed):
    own = _own(seed)
    rows = list(x.unbind(0))
    for i in range(len(rows) - 1, 0, -1):
        j = int(torch.randint(0, i + 1, (), generator=own))
        rows[i], rows[j] = rows[j], rows[i]
    return torch.stack(rows)


@right("shuffled_rows")
def state_put_back(x, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    order = torch.randperm(x.size(0))
    torch.set_rng_state(state)
    return x[order, ...]


@right("shuffled_rows")
def list_of_rows_shuffled(x, seed):
    rows = list(x)
    random.Random(seed).shuffle(rows)
    return torch.stack(rows)


@right("shuffled_rows")
def drawn_without_repetition(x, seed):
    return x[torch.multinomial(torch.ones(len(x)), len(x), generator=_own(seed))].clone()


@wrong(
    "shuffled_rows",
    N_(
        "`random.shuffle` exchanges rows of a tensor, and each row is a view: when the first is overwritten, "
        "what it held is lost. Shuffle something that is no tensor, or draw an order."
    ),
)
def shuffles_a_tensor(x, seed):
    rows = x.clone()
    random.Random(seed).shuffle(rows)
    return rows


@wrong(
    "shuffled_rows",
    N_(
        "You drew each position on its own, so some rows come twice and others not at all. "
        "Look for the function that draws all positions in a random order."
    ),
)
def drawn_with_repetition(x, seed):
    return x[torch.randint(0, len(x), (len(x),), generator=_own(seed))]


@wrong(
    "shuffled_rows",
    N_(
        "You seed PyTorch's global generator, and from then on your caller draws numbers of your choosing. "
        "Can `randperm` draw from a generator that is yours alone?"
    ),
)
def shuffling_seeds_the_world(x, seed):
    torch.manual_seed(seed)
    return x[torch.randperm(len(x))]


@wrong(
    "shuffled_rows",
    N_(
        "Your order does not depend on `seed`: it comes from wherever the global generator happens to be, "
        "so the next call shuffles in another way."
    ),
)
def shuffled_without_a_seed(x, seed):
    return x[torch.randperm(len(x))]


@wrong(
    "shuffled_rows",
    N_(
        "You put the global generator back to the seed with which it began, not to the place where it was. "
        "Your caller gets numbers again that they have had already."
    ),
)
def shuffled_and_back_to_the_start(x, seed):
    began = torch.initial_seed()
    result = shuffling_seeds_the_world(x, seed)
    torch.manual_seed(began)
    return result


@wrong(
    "shuffled_rows",
    N_(
        "You seed Python's global generator, which your caller may be using too. "
        "The module `random` can also make a generator that is yours alone."
    ),
)
def shuffling_seeds_python(x, seed):
    random.seed(seed)
    return x[random.sample(range(len(x)), len(x))]


@wrong(
    "shuffled_rows",
    N_(
        "You seed NumPy's global generator, which your caller may be using too. "
        "NumPy can also make a generator that is yours alone."
    ),
)
def shuffling_seeds_numpy(x, seed):
    np.random.seed(seed)
    return x[np.random.permutation(len(x))]


@wrong(
    "shuffled_rows",
    N_("You shuffled all elements, so the rows are torn apart. Within a row nothing may move."),
)
def every_element_shuffled(x, seed):
    return x.flatten()[_order(x.numel(), seed)].reshape(x.shape)


@wrong(
    "shuffled_rows",
    N_("You shuffled the columns. The rows are on the first axis: where does the order go between the brackets?"),
)
def columns_shuffled(x, seed):
    return x[_order(len(x), seed)] if x.ndim == 1 else x[:, _order(x.shape[1], seed)]


@wrong(
    "shuffled_rows",
    N_(
        "You only moved the rows round in a circle: each one still follows the same neighbour. "
        "Any order must be able to come up."
    ),
)
def rows_in_a_circle(x, seed):
    return x.roll(int(torch.randint(0, len(x), (), generator=_own(seed))), 0)


@wrong(
    "shuffled_rows",
    N_("You shuffled `x` itself. The text asks for a copy, and `x` does not change."),
)
def shuffled_in_place(x, seed):
    with torch.no_grad():
        x[:] = x[_order(len(x), seed)]
    return x


@wrong(
    "shuffled_rows",
    N_("You seed with a number of your own. The seed is an argument: other seeds must give other orders."),
)
def shuffled_with_a_fixed_seed(x, seed):
    return x[_order(len(x), 0)]


@wrong(
    "shuffled_rows",
    N_(
        "You made a new tensor out of lists. The dtype is guessed anew then, and no gradient flows back: "
        "can the order be applied to the tensor itself?"
    ),
)
def shuffled_through_lists(x, seed):
    rows = x.tolist()
    random.Random(seed).shuffle(rows)
    return torch.tensor(rows)


@wrong(
    "shuffled_rows",
    N_("The gradient cannot flow from your result back to `x`. What cuts a tensor off from its history?"),
)
def shuffled_detached(x, seed):
    return x.detach()[_order(len(x), seed)]


@wrong(
    "shuffled_rows",
    N_("You returned the order, not the rows. What does a tensor do when an order stands between its brackets?"),
)
def the_order_itself(x, seed):
    return _order(len(x), seed)


# --- replayable_loader ---


@right("replayable_loader")
def order_as_a_sampler(features, labels, batch_size, seed):
    order = _order(len(labels), seed).tolist()
    return DataLoader(TensorDataset(features, labels), batch_size, sampler=order)


@right("replayable_loader")
def a_subset_in_order(features, labels, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(labels)).tolist()
    return DataLoader(Subset(TensorDataset(features, labels), order), batch_size=batch_size, shuffle=False)


@right("replayable_loader")
def batches_in_a_list(features, labels, batch_size, seed):
    own = _own(seed)
    return list(DataLoader(TensorDataset(features, labels), batch_size, shuffle=True, generator=own))


class _SeedsItsOwn(DataLoader):
    """Seeds its own generator whenever a pass begins."""

    def __iter__(self):
        self.generator.manual_seed(self.generator.initial_seed())
        return super().__iter__()


@right("replayable_loader")
def seeded_when_a_pass_begins(features, labels, batch_size, seed):
    return _SeedsItsOwn(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, generator=_own(seed))


class _Batches:
    """No loader of PyTorch's at all."""

    def __init__(self, features, labels, batch_size, seed):
        self.parts = features, labels
        self.batch_size, self.seed = batch_size, seed

    def __iter__(self):
        order = _order(len(self.parts[0]), self.seed)
        for chosen in order.split(self.batch_size):
            yield tuple(part[chosen] for part in self.parts)


@right("replayable_loader")
def a_loop_of_ones_own(features, labels, batch_size, seed):
    return _Batches(features, labels, batch_size, seed)


class _Pairs(Dataset):
    """Rows with their labels, in the order of a list."""

    def __init__(self, features, labels, order):
        self.features, self.labels, self.order = features, labels, order

    def __len__(self):
        return len(self.order)

    def __getitem__(self, place):
        return self.features[self.order[place]], self.labels[self.order[place]]


@right("replayable_loader")
def a_dataset_in_order(features, labels, batch_size, seed):
    order = list(range(len(features)))
    random.Random(seed).shuffle(order)
    return DataLoader(_Pairs(features, labels, order), batch_size)


@wrong(
    "replayable_loader",
    N_(
        "Your generator is made once, and each pass draws a new order from it: the second pass is another one. "
        "Draw the order only once, or go back to the beginning whenever a pass begins."
    ),
)
def generator_moves_on(features, labels, batch_size, seed):
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, generator=_own(seed))


@wrong(
    "replayable_loader",
    N_(
        "You seed the global generator when the loader is made. That disturbs everybody else, "
        "and by the time a pass begins others may have drawn from it."
    ),
)
def seeded_when_made(features, labels, batch_size, seed):
    torch.manual_seed(seed)
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True)


class _SeedsTheWorld(DataLoader):
    def __init__(self, *args, seed, **kwargs):
        super().__init__(*args, **kwargs)
        self.seed_of_all = seed

    def __iter__(self):
        torch.manual_seed(self.seed_of_all)
        return super().__iter__()


@wrong(
    "replayable_loader",
    N_(
        "Each of your passes seeds the global generator, so everybody else's numbers start again with it. "
        "A generator of your own can be seeded as often as you like."
    ),
)
def each_pass_seeds_the_world(features, labels, batch_size, seed):
    return _SeedsTheWorld(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, seed=seed)


class _SeedsWhileItLasts(_SeedsTheWorld):
    def __iter__(self):
        with torch.random.fork_rng():
            yield from super().__iter__()


@wrong(
    "replayable_loader",
    N_(
        "The global generator is seeded while your pass lasts, and whoever draws between two batches feels it: "
        "a `with` block around a `yield` is still open when the batch is handed out."
    ),
)
def seeded_while_it_lasts(features, labels, batch_size, seed):
    return _SeedsWhileItLasts(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, seed=seed)


class _SeedsAndDrawsAtOnce(_SeedsTheWorld):
    def __iter__(self):
        with torch.random.fork_rng():
            return iter(list(super().__iter__()))


@right("replayable_loader")
def drawn_at_once_and_put_back(features, labels, batch_size, seed):
    return _SeedsAndDrawsAtOnce(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, seed=seed)


class _GoesBackToTheStart(_SeedsTheWorld):
    def __iter__(self):
        began = torch.initial_seed()
        batches = list(super().__iter__())
        torch.manual_seed(began)
        return iter(batches)


@wrong(
    "replayable_loader",
    N_(
        "You put the global generator back to the seed with which it began, not to the place where it was. "
        "Your caller gets numbers again that they have had already."
    ),
)
def loader_and_back_to_the_start(features, labels, batch_size, seed):
    return _GoesBackToTheStart(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, seed=seed)


@wrong(
    "replayable_loader",
    N_("Your loader does not use `seed`: it draws its order from wherever the global generator happens to be."),
)
def loader_without_a_seed(features, labels, batch_size, seed):
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True)


@wrong(
    "replayable_loader",
    N_(
        "Every pass is the same because your loader does not shuffle at all. "
        "The order must be random, and another one for another seed."
    ),
)
def not_shuffled(features, labels, batch_size, seed):
    return DataLoader(TensorDataset(features, labels), batch_size=batch_size)


@wrong(
    "replayable_loader",
    N_(
        "You returned an iterator, which can be gone through once: the second pass brings nothing. "
        "Return what can be looped over again and again."
    ),
)
def only_one_pass(features, labels, batch_size, seed):
    return iter(batches_in_a_list(features, labels, batch_size, seed))


@wrong(
    "replayable_loader",
    N_(
        "You shuffled the features and the labels apart, so rows have labels that are not theirs. "
        "Both need one and the same order."
    ),
)
def shuffled_apart(features, labels, batch_size, seed):
    own = _own(seed)
    count = len(features)
    apart = features[torch.randperm(count, generator=own)], labels[torch.randperm(count, generator=own)]
    return DataLoader(TensorDataset(*apart), batch_size=batch_size)


@wrong(
    "replayable_loader",
    N_("You shuffled the features and left the labels in their old order. A row and its label belong together."),
)
def labels_left_behind(features, labels, batch_size, seed):
    return DataLoader(TensorDataset(features[_order(len(features), seed)], labels), batch_size=batch_size)


@wrong(
    "replayable_loader",
    N_("Your loader drops the last batch when it is not full. Every pass must bring every example."),
)
def last_batch_dropped(features, labels, batch_size, seed):
    order = _order(len(labels), seed).tolist()
    return DataLoader(TensorDataset(features, labels), batch_size, sampler=order, drop_last=True)


@wrong(
    "replayable_loader",
    N_(
        "You drew each example on its own, so some come twice in a pass and others not at all. "
        "Every pass must bring each example exactly once."
    ),
)
def examples_drawn_with_repetition(features, labels, batch_size, seed):
    data = TensorDataset(features, labels)
    chosen = list(RandomSampler(data, replacement=True, generator=_own(seed)))
    return DataLoader(data, batch_size=batch_size, sampler=chosen)


@wrong(
    "replayable_loader",
    N_(
        "You put the batches in a random order, but which examples share a batch is always the same. "
        "Shuffle the examples before they are cut into batches."
    ),
)
def batches_shuffled(features, labels, batch_size, seed):
    batches = list(torch.arange(len(labels)).split(batch_size))
    random.Random(seed).shuffle(batches)
    return DataLoader(TensorDataset(features, labels), batch_sampler=[batch.tolist() for batch in batches])


@wrong(
    "replayable_loader",
    N_("You seed with a number of your own. The seed is an argument: other seeds must give other orders."),
)
def loader_with_a_fixed_seed(features, labels, batch_size, seed):
    return order_as_a_sampler(features, labels, batch_size, 0)


class _ResetsAtTheEnd(DataLoader):
    def __iter__(self):
        yield from super().__iter__()
        self.generator.manual_seed(self.generator.initial_seed())


@wrong(
    "replayable_loader",
    N_(
        "Your loader goes back to the beginning when a pass ends. A pass that is broken off in the middle "
        "never gets there: do it when a pass begins."
    ),
)
def goes_back_at_the_end(features, labels, batch_size, seed):
    return _ResetsAtTheEnd(TensorDataset(features, labels), batch_size=batch_size, shuffle=True, generator=_own(seed))


@wrong(
    "replayable_loader",
    N_("Your loader brings features without labels. A batch is a pair: rows of `features` and their labels."),
)
def features_alone(features, labels, batch_size, seed):
    return DataLoader(features[_order(len(features), seed)], batch_size=batch_size)


@wrong(
    "replayable_loader",
    N_("Your batches hold the labels first. A batch is a pair: rows of `features` and then their labels."),
)
def labels_first(features, labels, batch_size, seed):
    return order_as_a_sampler(labels, features, batch_size, seed)


@wrong(
    "replayable_loader",
    N_("Your loader never uses `batch_size`. Read in the text how many examples a batch brings."),
)
def one_example_at_a_time(features, labels, batch_size, seed):
    return order_as_a_sampler(features, labels, 1, seed)


# --- peek_ahead ---


@right("peek_ahead")
def peek_with_fork_rng(count):
    with torch.random.fork_rng():
        return torch.rand(count)


@right("peek_ahead")
def peek_with_a_second_generator(count):
    double = torch.Generator()
    double.set_state(torch.get_rng_state())
    return torch.rand(count, generator=double)


@right("peek_ahead")
def peek_with_the_default_generator(count):
    state = torch.default_generator.get_state()
    try:
        return torch.empty(count).uniform_()
    finally:
        torch.default_generator.set_state(state)


@wrong(
    "peek_ahead",
    N_(
        "`initial_seed` tells where the generator began, not where it is. "
        "Seeding with it goes all the way back: look for the function that reads the present state."
    ),
)
def back_to_the_beginning(count):
    seed = torch.initial_seed()
    numbers = torch.rand(count)
    torch.manual_seed(seed)
    return numbers


@wrong(
    "peek_ahead",
    N_(
        "You used the numbers up: the next draw goes on behind them. "
        "How does the generator get back, and when must its state be read?"
    ),
)
def numbers_used_up(count):
    return torch.rand(count)


@wrong(
    "peek_ahead",
    N_(
        "You look with a generator that starts from the beginning. "
        "The global one has moved on since it was seeded: the two must be in the same state."
    ),
)
def looks_at_the_beginning(count):
    return torch.rand(count, generator=_own(torch.initial_seed()))


@wrong(
    "peek_ahead",
    N_("You drew from the bell curve of `randn`. The text asks for what `torch.rand` would draw."),
)
def peeks_at_the_bell_curve(count):
    with torch.random.fork_rng():
        return torch.randn(count)


@wrong(
    "peek_ahead",
    N_(
        "You made a new generator, but it has a seed of its own and knows nothing of the global one. "
        "How does it get into the same state?"
    ),
)
def looks_at_another_list(count):
    return torch.rand(count, generator=torch.Generator())


@wrong(
    "peek_ahead",
    N_(
        "You seed the generator with a number of your own, and what comes next is then always the same. "
        "The look must begin where the generator is now."
    ),
)
def seeds_before_the_look(count):
    torch.manual_seed(42)
    numbers = torch.rand(count)
    torch.manual_seed(42)
    return numbers


# --- seeded_call ---


@right("seeded_call")
def call_in_fork_rng(function, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return function()


@right("seeded_call")
def both_ways_out(function, seed):
    state = torch.random.get_rng_state()
    torch.random.manual_seed(seed)
    try:
        result = function()
    except BaseException:
        torch.random.set_rng_state(state)
        raise
    torch.random.set_rng_state(state)
    return result


@contextlib.contextmanager
def _seeded(seed):
    state = torch.default_generator.get_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.default_generator.set_state(state)


@right("seeded_call")
def call_in_a_block_of_ones_own(function, seed):
    with _seeded(seed):
        return function()


@wrong(
    "seeded_call",
    N_(
        "You seed the global generator and leave it like that: what your caller draws next depends on your seed. "
        "Note its state before, and put it back."
    ),
)
def seed_left_behind(function, seed):
    torch.manual_seed(seed)
    return function()


@wrong(
    "seeded_call",
    N_(
        "The state is not put back when `function` raises: the line that does so is never reached then. "
        "Which lines does Python run however a block ends?"
    ),
)
def not_after_an_exception(function, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    result = function()
    torch.set_rng_state(state)
    return result


def _put_back_after(kinds, function, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        result = function()
    except kinds:
        torch.set_rng_state(state)
        raise
    torch.set_rng_state(state)
    return result


@wrong(
    "seeded_call",
    N_(
        "The state is put back after most exceptions, but not after all: `KeyboardInterrupt` and its like are no "
        "`Exception`. Which lines does Python run however a block ends?"
    ),
)
def only_after_an_exception_as_such(function, seed):
    return _put_back_after(Exception, function, seed)


@wrong(
    "seeded_call",
    N_(
        "The state is put back after some exceptions only. Nobody can list all of them: "
        "which lines does Python run however a block ends?"
    ),
)
def only_after_the_exceptions_it_names(function, seed):
    return _put_back_after((ArithmeticError, LookupError, ValueError, TypeError, RuntimeError), function, seed)


@wrong(
    "seeded_call",
    N_(
        "You go back to the seed with which the generator began, not to the place where it was. "
        "Your caller gets numbers again that they have had already."
    ),
)
def call_and_back_to_the_start(function, seed):
    began = torch.initial_seed()
    try:
        torch.manual_seed(seed)
        return function()
    finally:
        torch.manual_seed(began)


@wrong(
    "seeded_call",
    N_("You swallow the exception: your caller never learns that `function` failed. It has to go on to them."),
)
def exception_swallowed(function, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    result = None
    with contextlib.suppress(Exception):
        result = function()
    torch.set_rng_state(state)
    return result


@wrong(
    "seeded_call",
    N_("You raise an exception of another kind. The one that `function` raised has to reach your caller as it is."),
)
def another_exception(function, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        try:
            return function()
        except Exception as error:
            raise RuntimeError(str(error)) from error


@wrong(
    "seeded_call",
    N_("You put the state back only after an exception. What happens when all goes well?"),
)
def only_after_an_exception(function, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        return function()
    except Exception:
        torch.set_rng_state(state)
        raise


@wrong(
    "seeded_call",
    N_("You do not return what `function` returns, so your caller gets None."),
)
def result_forgotten(function, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        function()


@wrong(
    "seeded_call",
    N_(
        "The numbers in `function` do not depend on `seed`. "
        "It draws from the global generator: seed that one, before the call. A generator of your own is of no use here."
    ),
)
def call_without_a_seed(function, seed):
    with torch.random.fork_rng():
        return function()


@wrong(
    "seeded_call",
    N_("You seed with a number of your own. The seed is an argument: another one must give other numbers."),
)
def call_with_a_fixed_seed(function, seed):
    return call_in_fork_rng(function, 42)


@wrong(
    "seeded_call",
    N_("You call `function` more than once. Each call may have effects: call it once and keep what it returns."),
)
def called_twice(function, seed):
    call_in_fork_rng(function, seed)
    return call_in_fork_rng(function, seed)


@wrong(
    "seeded_call",
    N_(
        "You seed NumPy and Python as well, and your caller draws from them too. "
        "The text says whose generator is meant."
    ),
)
def seeds_them_all(function, seed):
    random.seed(seed)
    np.random.seed(seed)
    return call_in_fork_rng(function, seed)


@wrong(
    "seeded_call",
    N_("You noted the state when the seed was set already, so that is what you put back. When must it be read?"),
)
def state_read_after_seeding(function, seed):
    torch.manual_seed(seed)
    state = torch.get_rng_state()
    try:
        return function()
    finally:
        torch.set_rng_state(state)


_STATE = {}


@wrong(
    "seeded_call",
    N_(
        "You keep the state in one place for all calls. When one call happens inside another, "
        "the inner one overwrites what the outer one had noted: keep it in a variable of the function."
    ),
)
def one_place_for_all_calls(function, seed):
    _STATE["before"] = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        return function()
    finally:
        torch.set_rng_state(_STATE["before"])


# --- twin_layers ---


@right("twin_layers")
def a_deep_copy(inputs, outputs, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        first = torch.nn.Linear(inputs, outputs)
    return first, copy.deepcopy(first)


@right("twin_layers")
def weights_loaded(inputs, outputs, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    first, second = torch.nn.Linear(inputs, outputs), torch.nn.Linear(inputs, outputs)
    torch.set_rng_state(state)
    second.load_state_dict(first.state_dict())
    return [first, second]


@right("twin_layers")
def weights_copied(inputs, outputs, seed):
    with _seeded(seed):
        first = torch.nn.Linear(inputs, outputs)
        second = torch.nn.Linear(inputs, outputs)
    with torch.no_grad():
        second.weight.copy_(first.weight)
        second.bias.copy_(first.bias)
    return first, second


@wrong(
    "twin_layers",
    N_(
        "You set the seed once, so the second layer got the numbers that come after those of the first. "
        "What must happen before each of them is made?"
    ),
)
def layers_seeded_once(inputs, outputs, seed):
    with _seeded(seed):
        return torch.nn.Linear(inputs, outputs), torch.nn.Linear(inputs, outputs)


@wrong(
    "twin_layers",
    N_(
        "You seed the global generator and leave it like that: what your caller draws next depends on your seed. "
        "Note its state before, and put it back."
    ),
)
def layers_leave_the_seed(inputs, outputs, seed):
    torch.manual_seed(seed)
    first = torch.nn.Linear(inputs, outputs)
    torch.manual_seed(seed)
    return first, torch.nn.Linear(inputs, outputs)


@wrong(
    "twin_layers",
    N_(
        "You returned one layer under two names, or two layers with the same tensors in them. "
        "When one is trained the other changes with it: a copy has tensors of its own."
    ),
)
def one_layer_twice(inputs, outputs, seed):
    with _seeded(seed):
        layer = torch.nn.Linear(inputs, outputs)
    return layer, layer


@wrong(
    "twin_layers",
    N_(
        "Your second layer has parameters of its own, but in the memory of the first one's: `.data` makes no copy. "
        "When one is trained the other changes with it."
    ),
)
def weights_in_one_memory(inputs, outputs, seed):
    first, second = a_deep_copy(inputs, outputs, seed)
    second.weight.data, second.bias.data = first.weight.data, first.bias.data
    return first, second


@wrong(
    "twin_layers",
    N_(
        "You put the global generator back to the seed with which it began, not to the place where it was. "
        "Your caller gets numbers again that they have had already."
    ),
)
def layers_and_back_to_the_start(inputs, outputs, seed):
    began = torch.initial_seed()
    layers = layers_leave_the_seed(inputs, outputs, seed)
    torch.manual_seed(began)
    return layers


@wrong(
    "twin_layers",
    N_("Your layers are alike, but nothing in them depends on `seed`: the first one was made from whatever came next."),
)
def layers_without_a_seed(inputs, outputs, seed):
    with torch.random.fork_rng():
        first = torch.nn.Linear(inputs, outputs)
    return first, copy.deepcopy(first)


@wrong(
    "twin_layers",
    N_("You gave the second layer the weights of the first, and left out the bias."),
)
def bias_left_out(inputs, outputs, seed):
    first, second = layers_seeded_once(inputs, outputs, seed)
    with torch.no_grad():
        second.weight.copy_(first.weight)
    return first, second


@wrong(
    "twin_layers",
    N_("You gave the numbers of inputs and outputs in the wrong order. Look up what `nn.Linear` takes first."),
)
def outputs_first(inputs, outputs, seed):
    return a_deep_copy(outputs, inputs, seed)


# --- as right as the solution ---

equivalent(
    "equal_draws",
    "item dropped: return (first, second) -> return (second, first)",
    "both hold the same numbers, so that nobody can say which was drawn first",
)
equivalent(
    "noisy_copy",
    "arithmetic: return x + noise -> return x - noise",
    "noise that is spread evenly from -scale to scale is so too with its sign turned",
)
equivalent(
    "shuffled_rows",
    "copy for view: return x[torch.randperm(len(x), generator=own)] -> "
    "return x[torch.randperm(len(x), generator=own)].clone()",
    "indexing with a tensor copies already",
)
equivalent(
    "twin_layers",
    "item dropped: return (first, deepcopy(first)) -> return (deepcopy(first), first)",
    "both are alike and separate, so that nobody can say which is the copy",
)
equivalent("equal_draws", "in the reverse order", "both hold the same numbers, so that the order cannot matter")
equivalent("equal_draws", "global seed set", "the text lets the function seed the global generator")
equivalent(
    "noisy_copy",
    "neighbouring function: noise = torch.empty(x.shape, dtype=x.dtype).uniform_(-scale, scale, generator=own) -> "
    "noise = torch.zeros(x.shape, dtype=x.dtype).uniform_(-scale, scale, generator=own)",
    "uniform_ writes every element, whatever it held",
)
equivalent(
    "noisy_copy",
    "neighbouring function: noise = torch.empty(x.shape, dtype=x.dtype).uniform_(-scale, scale, generator=own) -> "
    "noise = torch.ones(x.shape, dtype=x.dtype).uniform_(-scale, scale, generator=own)",
    "uniform_ writes every element, whatever it held",
)
equivalent("twin_layers", "in the reverse order", "both are alike and separate, so that the order cannot matter")
equivalent(
    "shuffled_rows",
    "one number expanded",
    "a copy that is one number repeated shares no memory with the argument; more is not asked for",
)
equivalent(
    "Dice",
    "result through float32",
    "the numbers from 1 to 6 are exact in float32",
)
equivalent(
    "Dice",
    "something returned",
    "what returns nothing takes nothing that could be returned",
)
