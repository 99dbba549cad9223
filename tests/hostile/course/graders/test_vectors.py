"""Hidden tests of the course that hostile hand-ins attack.

The odd numbers are canaries: each stands in a hidden input or expected value and nowhere else, so that a page for
students that shows one of them has leaked.
"""

import pytest
import torch

CANARY_TEXT = "zq81hiddencanary"  # in this file only, and sent to the worker by one scenario


# Trap: in place, on the caller's tensor.
def test_scale_leaves_its_argument_alone(agree):
    agree("scale", torch.tensor([31337.25, -2.0, 0.5]), 3.0)


# Trap: only the first axis.
def test_scale_of_a_matrix(agree):
    agree("scale", torch.tensor([[1.5, 40961.75], [3.0, -4.0]]), -2.0)


# Trap: the values of the visible test, typed in.
def test_squares_of_seven(agree):
    agree("squares", 7)


# Trap: an empty answer is float32 by default.
def test_squares_of_none_and_one(agree):
    agree("squares", 0)
    agree("squares", 1)


# Trap: a detached answer.
def test_weighted_and_its_gradients(agree):
    x = torch.tensor([0.5, -1.25, 2.0], requires_grad=True)
    w = torch.tensor([3.0, 1.5, -77773.5], requires_grad=True)
    agree("weighted", x, w)


# Trap: state of the class instead of the object.
def test_running_mean(agree):
    def scenario(module, first, second):
        one, other = module.Running(), module.Running()
        one.add(first)
        other.add(second)
        one.add(second)
        return [one.mean(), other.mean()]

    agree.scenario(scenario, torch.tensor([1.0, 2.0]), torch.tensor([[55557.5, 4.0]]))


# Trap: forgets what was there.
@pytest.mark.exercise("Running")
def test_running_mean_of_many(agree):
    def scenario(module):
        assert CANARY_TEXT
        one = module.Running()
        for number in range(1, 6):
            one.add(torch.full((number,), float(number)))
        return {"mean": one.mean()}

    agree.scenario(scenario)


# Trap: draws with repetition.
def test_permutation_is_one(agree, student):
    answer = student.permutation(97)
    agree.that(isinstance(answer, torch.Tensor) and answer.dtype == torch.int64, "The answer is not an int64 tensor.")
    agree.that(answer.shape == (97,), "There must be as many numbers as were asked for.")
    agree.that(torch.equal(answer.sort().values, torch.arange(97)), "Some number is missing.")
    agree.that(not torch.equal(answer, torch.arange(97)), "The order is not random.")


# Trap: nan instead of an error.
def test_root_refuses_negatives(agree):
    agree("root", torch.tensor([4.0, -88883.0]))


# Trap: always an error.
def test_root_of_squares(agree):
    agree("root", torch.tensor([[4.0, 9.0], [2.25, 0.0]]))


# Trap: tensors instead of numbers.
def test_summary(agree):
    agree("summary", torch.tensor([[7.5, -99991.25], [0.0, 1.0], [2.0, 3.0]]))


# Trap: the values as text.
def test_kept(agree):
    agree("kept", torch.tensor([[0.1, -2.0], [3.5, 66661.25]]))
