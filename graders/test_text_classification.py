"""Hidden tests for `text_classification`: each check is aimed at a misconception, named in the comment above it.

`agree("name", ...)` calls the student's function and the reference with the same arguments and compares what
they return. The articles held out are read here and judged here: a worker gets their texts and never their labels.
"""

import csv
import importlib.util
import io
import json
import sys
import tempfile
import types
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from torch import nn

from .common import beside_an_earlier_gradient, kept

needs_safetensors = pytest.mark.skipif(
    importlib.util.find_spec("safetensors") is None, reason="the package safetensors is not installed"
)


def filled(model, scale=0.5):
    """The model with weights that depend on nothing but the names and shapes of its parameters."""
    with torch.no_grad():
        for number, (_, weight) in enumerate(sorted(model.named_parameters())):
            numbers = torch.sin(torch.arange(weight.numel(), dtype=torch.float32) * 0.7 + number)
            weight.copy_(scale * numbers.reshape(weight.shape))
    return model


def with_gradients(model):
    """A model whose parameters have gradients already: who clears them changes the model."""
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    return model


def weights_of(model):
    return {name: one.detach().clone() for name, one in model.state_dict().items()}


# --- TextClassifier ---


def parts_of_classifier(module, *sizes):
    """A scenario: how the parts of a `TextClassifier` print, and the shape of each of its weights."""
    model = module.TextClassifier(*sizes)
    shapes = {name: tuple(one.shape) for name, one in model.named_parameters()}
    return {
        "parts of the model": {name: repr(part) for name, part in model.named_children()},
        "shapes of the parameters": shapes,
    }


def scores_of_classifier(module, ids):
    """A scenario: the scores, and the word numbers afterwards."""
    model = filled(module.TextClassifier(12, 3, 5, 4))
    return {"scores of the model": model(ids), "`ids` afterwards": ids}


# Trap: one layer for two; sizes exchanged; layers kept where `nn.Module` does not see them, such as a list.
@pytest.mark.exercise("TextClassifier")
def test_classifier_parts(agree):
    agree.scenario(parts_of_classifier, 11, 3, 5, 4)
    agree.scenario(parts_of_classifier, 2, 6, 1, 9)


# Trap: other sizes where none are given, or sizes that cannot be given by name.
@pytest.mark.exercise("TextClassifier")
def test_classifier_default_sizes(agree):
    def by_name(module):
        model = module.TextClassifier(vocabulary_size=7, classes=3, hidden_size=2, embedding_size=4)
        return {name: tuple(one.shape) for name, one in model.named_parameters()}

    agree.scenario(parts_of_classifier)
    agree.scenario(by_name)


# Trap: the first layer's hidden state, the cell state, or the output after the first word.
@pytest.mark.exercise("TextClassifier")
def test_classifier_scores(agree):
    agree.scenario(scores_of_classifier, torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 0], [0, 0, 11, 7, 7]]))


# Trap: `batch_first` forgotten: with as many texts as words the shapes fit all the same.
@pytest.mark.exercise("TextClassifier")
def test_classifier_scores_of_a_square_batch(agree):
    agree.scenario(scores_of_classifier, torch.tensor([[3, 1, 4], [9, 2, 6], [5, 8, 8]]))


# Trap: a batch of one text, or of texts with one word, squeezed.
@pytest.mark.exercise("TextClassifier")
def test_classifier_scores_of_one(agree):
    agree.scenario(scores_of_classifier, torch.tensor([[3, 1, 4, 1]]))
    agree.scenario(scores_of_classifier, torch.tensor([[7], [2]]))


# Trap: scores detached from the weights.
@pytest.mark.exercise("TextClassifier")
def test_classifier_gradients_reach_all_parts(agree):
    def gradients(module, ids):
        model = filled(module.TextClassifier(6, 2, 3, 2))
        model(ids)[:, 0].sum().backward()
        return {name: one.grad.flatten()[:40] for name, one in model.named_parameters() if one.grad is not None}

    agree.scenario(gradients, torch.tensor([[1, 2, 5], [4, 4, 0]]))


# --- read_articles ---


# Trap: labels from 1 to 14, which the loss function takes for classes 1 to 14 of 15.
def test_read_articles_counts_classes_from_0(agree):
    agree.using(numbers="strict")("read_articles", ['1,"Ab"," First."\n', '14,"Cd"," Last."\n', '10,"Ef"," Middle."\n'])


# Trap: `split(",")`: titles and contents with commas fall apart.
def test_read_articles_with_commas(agree):
    agree("read_articles", ['9,"Tavo, Norvia"," Tavo, Norvia is a village, in the north."', '2,"A,b","C,,d"'])


# Trap: quotes stripped by hand: two in a row stay two, or those inside are lost.
def test_read_articles_with_quotes(agree):
    agree("read_articles", ['3,"""Bo"" Li"," She sang ""La, la"" and ""Lo"""', '4,"X ""Y"" Z","""Q"""'])


# Trap: white space left around the content, or taken away inside it.
def test_read_articles_white_space(agree):
    agree(
        "read_articles", ['5,"Ana Paz"," \t Mayor of  Tavo.  "', '6,"Tavo 3","Fast  and old."', '8,"Lake Bo"," x "\r\n']
    )
    agree("read_articles", ['6," Tavo  3 ","Fast."'])


# Trap: needs a list: an open file has no length and can be read once.
@pytest.mark.exercise("read_articles")
def test_read_articles_from_an_open_file(agree):
    def from_file(module, text):
        return module.read_articles(io.StringIO(text))

    agree.scenario(from_file, '7,"Tower","Tall."\n12,"Songs, vol. 2"," An album."\n')
    agree("read_articles", [])


# --- text_tokens ---


# Trap: capitals kept.
def test_text_tokens_are_lower_case(agree):
    agree("text_tokens", "The OLD River IN Norvia")
    agree("text_tokens", "ÁRBOL Ñandú Straße")
    agree("text_tokens", "ŁÓDŹ, Őrség & ΕΛΛΆΔΑ: Москва!")


# Trap: `split()` keeps the punctuation that sticks to a word.
def test_text_tokens_without_punctuation(agree):
    agree("text_tokens", "A tower, a mill; (and) a bridge: built in 1902!")
    agree("text_tokens", '"Bo"--it\'s e.g. half-price\n\tnow...')


# Trap: `\w` takes the underscore for a letter; `[a-z]` takes accented letters and digits for none.
def test_text_tokens_letters_and_digits(agree):
    agree("text_tokens", "snake_case, _x_ 3rd año: über 4x4 (naïve)")


# Trap: empty words at the ends, from `re.split`; the same word kept once.
def test_text_tokens_repeated_and_none(agree):
    agree("text_tokens", "  la la, LA!  ")
    agree("text_tokens", " ... ?! ")
    agree("text_tokens", "")


# --- build_vocabulary ---

SOME_TEXTS = [
    ["ace", "red", "fox", "and", "ace", "owl"],
    ["an", "owl", "saw", "ace", "fox"],
    [],
    ["zebra", "ant", "bee", "cat", "dog", "elk", "gnu"],
    ["gnu", "bee", "owl"],
]


# Trap: the special words forgotten, exchanged, or put last.
def test_build_vocabulary_begins_with_pad_and_unk(agree):
    agree("build_vocabulary", [["b"], ["a", "b"], ["a", "c", "a"]])
    agree("build_vocabulary", [])
    agree("build_vocabulary", [[], []], 3)


# Trap: in the order of the alphabet alone, or the rarest first.
def test_build_vocabulary_most_frequent_first(agree):
    agree("build_vocabulary", [["b", "c", "c"], ["a", "c", "a"]])


# Trap: words that occur equally often in the order in which they came, or in that of a set.
def test_build_vocabulary_is_stable(agree):
    agree("build_vocabulary", SOME_TEXTS)
    agree("build_vocabulary", [list(reversed(words)) for words in reversed(SOME_TEXTS)])


# Trap: more often than `min_count` instead of at least; counted within each text; as many texts as `min_count`.
def test_build_vocabulary_minimum_frequency(agree):
    agree("build_vocabulary", SOME_TEXTS, 2)
    agree("build_vocabulary", SOME_TEXTS, min_count=3)
    agree("build_vocabulary", [["a", "a", "b"], ["b", "c"], ["b"]], 2)
    agree("build_vocabulary", SOME_TEXTS, 9)


# --- encode_tokens ---

VOCABULARY = {"<pad>": 0, "<unk>": 1, "the": 2, "fox": 3, "owl": 4, "red": 5}


# Trap: an unknown word raises, is left out, or becomes "<pad>".
def test_encode_tokens_unknown_words(agree):
    agree("encode_tokens", ["the", "blue", "owl", "sings"], VOCABULARY)
    agree("encode_tokens", ["blue"], VOCABULARY)


# Trap: the vocabulary grows with every unknown word.
def test_encode_tokens_leaves_the_vocabulary_alone(agree):
    agree("encode_tokens", ["a", "b", "a", "fox"], dict(VOCABULARY))


# Trap: no words make a tensor of floats.
def test_encode_tokens_of_nothing(agree):
    agree("encode_tokens", [], VOCABULARY)
    agree("encode_tokens", ["zebra"], VOCABULARY)


# Trap: each word once, or in another order.
def test_encode_tokens_in_their_order(agree):
    agree("encode_tokens", ["red", "fox", "the", "red", "red", "cow"], VOCABULARY)
    agree.scenario(kept, "encode_tokens", (["red", "fox"], VOCABULARY), (["the", "owl"], VOCABULARY))


# --- pad_batch ---


def text(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


# Trap: filled up on the left, or with another number than 0.
def test_pad_batch_fills_up_on_the_right(agree):
    agree("pad_batch", [(3, text(7, 8)), (0, text(4)), (5, text(9, 1, 2, 6))])


# Trap: sorted by length, with labels or lengths that stay behind; numbers sent through float32.
def test_pad_batch_keeps_the_order(agree):
    agree("pad_batch", [(1, text(2)), (2, text(5, 5, 5)), (3, text(4, 2**53 + 1)), (4, text(3))])


# Trap: lengths counted after filling up, or as the numbers that are not 0.
def test_pad_batch_lengths_before_filling_up(agree):
    agree("pad_batch", [(0, text(0, 3, 0)), (1, text(2, 0))])
    agree.scenario(kept, "pad_batch", ([(0, text(4, 3)), (1, text(2))],), ([(2, text(5)), (3, text(6, 7))],))


# Trap: a batch of one, an empty text.
def test_pad_batch_of_one_and_of_none(agree):
    agree.using(memory="own")("pad_batch", [(13, text(5, 6, 7))])
    agree("pad_batch", [(2, text()), (1, text(3, 4))])
    agree("pad_batch", [(2, text())])


# Trap: something else than a list of pairs counted on, as a loader hands it over.
@pytest.mark.exercise("pad_batch")
def test_pad_batch_as_collate_fn(agree):
    def batches(module, examples):
        return list(torch.utils.data.DataLoader(examples, batch_size=2, collate_fn=module.pad_batch))

    agree.scenario(batches, [(3, text(7, 8)), (0, text(4)), (5, text(9, 1, 2, 6)), (1, text()), (2, text(6))])


# --- bag_loader ---

TEXTS = [(number % 5, text(*range(number, number + 1 + number % 3))) for number in range(11)]


def cut_up(loader):
    """The texts of one pass through a loader, taken apart again, and how many there were in each batch."""
    texts, sizes = [], []
    for ids, offsets, labels in loader:
        ends = [*offsets.tolist()[1:], len(ids)]
        for label, start, end in zip(labels.tolist(), offsets.tolist(), ends, strict=True):
            texts.append([label, *ids[start:end].tolist()])
        sizes.append(len(labels))
    return texts, sizes


# Trap: offsets that count from the end of each text, begin at the first length, or have one too many.
def test_bag_loader_batches(agree):
    agree("bag_loader", TEXTS, 4, False)
    agree("bag_loader", TEXTS, batch_size=11, shuffle=False)


# Trap: the last batch left out; a batch of one.
def test_bag_loader_last_batch(agree):
    agree("bag_loader", TEXTS[:5], 2, False)
    agree("bag_loader", TEXTS[:3], 5, False)
    agree("bag_loader", TEXTS[3:6], 1, False)


# Trap: a text without words shifts the others.
def test_bag_loader_texts_without_words(agree):
    agree("bag_loader", [(1, text()), (2, text(4, 5)), (3, text()), (0, text(6))], 4, False)


# Trap: never shuffled, shuffled once and for all, texts parted from their labels, or a seed set inside.
@pytest.mark.exercise("bag_loader")
@pytest.mark.points(5)
def test_bag_loader_shuffles(agree):
    def passes(module, examples):
        first, second = (module.bag_loader(examples, 4, True) for _ in range(2))
        return [cut_up(first), cut_up(first), cut_up(second)]

    (once, sizes), (again, _), (other, _) = agree.evidence(passes, TEXTS)
    wanted = sorted([label, *ids.tolist()] for label, ids in TEXTS)
    agree.that(sizes == [4, 4, 3], "Each batch must hold `batch_size` texts, and the last one the rest.")
    agree.that(
        sorted(once) == sorted(again) == sorted(other) == wanted,
        "Every pass through the loader must bring each text once, with its own label.",
    )
    agree.that(once != again, "With `shuffle` every pass must bring the texts in a new order.")
    agree.that(once != other, "Two loaders must not shuffle alike. Is a seed set inside?")


# --- BagClassifier ---


def scores_of_bags(module, ids, offsets):
    """A scenario: the scores, and the arguments afterwards."""
    return {
        "scores of the model": filled(module.BagClassifier(12, 3, 4))(ids, offsets),
        "`ids` afterwards": ids,
        "`offsets` afterwards": offsets,
    }


# Trap: sizes exchanged; layers kept where `nn.Module` does not see them.
@pytest.mark.exercise("BagClassifier")
def test_bags_parts(agree):
    def shapes(module, *sizes):
        model = module.BagClassifier(*sizes)
        return {name: tuple(one.shape) for name, one in model.named_parameters()}

    agree.scenario(shapes, 11, 3, 4)
    agree.scenario(shapes, 2, 5, 9)


# Trap: the sum or the largest for the mean; the offsets not used.
@pytest.mark.exercise("BagClassifier")
def test_bags_scores(agree):
    agree.scenario(scores_of_bags, text(3, 1, 4, 1, 5, 9, 2), text(0, 2, 3))


# Trap: a text without words divides by zero, or is left out; a batch of one squeezed.
@pytest.mark.exercise("BagClassifier")
def test_bags_texts_without_words(agree):
    agree.scenario(scores_of_bags, text(3, 1, 4), text(0, 0, 2, 3))
    agree.scenario(scores_of_bags, text(7, 7, 11, 2), text(0))


# Trap: "<pad>", number 0, treated as no word at all: here it is a word like others.
@pytest.mark.exercise("BagClassifier")
def test_bags_gradients_reach_all_parts(agree):
    def gradients(module, ids, offsets):
        model = filled(module.BagClassifier(6, 2, 3))
        (model(ids, offsets) ** 2).sum().backward()
        return {name: one.grad for name, one in model.named_parameters()}

    agree.scenario(gradients, text(1, 2, 0, 5), text(0, 3))


# --- padded_scores ---


class Reader(nn.Module):
    """What `TextClassifier` is, with any number of layers."""

    def __init__(self, layers):
        super().__init__()
        self.embedding = nn.Embedding(9, 3)
        self.rnn = nn.LSTM(3, 4, num_layers=layers, batch_first=True)
        self.fc = nn.Linear(4, 2)

    def forward(self, ids):
        _, (hidden, _) = self.rnn(self.embedding(ids))
        return self.fc(hidden[-1])


def scores_of_padded(module, layers, ids, lengths):
    """A scenario: scores of texts that were filled up, what they teach the model, and everything afterwards."""
    model = with_gradients(filled(Reader(layers)).to(ids.device))
    scores = module.padded_scores(model, ids, lengths)
    if scores.requires_grad:
        (scores * torch.tensor([1.0, -2.0], device=scores.device)).sum().backward()
    gradients = {name: one.grad for name, one in model.named_parameters()}
    return {
        "scores that you returned": scores,
        "gradients of the model": gradients,
        "numbers of the model": weights_of(model),
        "in training mode": model.training,
        "`ids` and `lengths` afterwards": (ids, lengths),
    }


PADDED = torch.tensor([[3, 1, 0, 0], [4, 1, 5, 8], [2, 0, 0, 0], [6, 5, 3, 0]])
LENGTHS = torch.tensor([2, 4, 1, 3])


# Trap: `output[:, -1]` and `hidden[-1]` of what was filled up have read "<pad>"; the lengths moved to the GPU.
@pytest.mark.exercise("padded_scores")
@pytest.mark.points(2)
def test_padded_scores_do_not_depend_on_padding(agree, device):
    agree.scenario(scores_of_padded, 2, PADDED.to(device), LENGTHS)


# Trap: lengths that must be sorted; the scores left in the sorted order.
@pytest.mark.exercise("padded_scores")
def test_padded_scores_in_the_order_of_the_texts(agree):
    agree.scenario(scores_of_padded, 2, PADDED[[2, 0, 3]], LENGTHS[[2, 0, 3]])
    agree.scenario(scores_of_padded, 2, PADDED[[1, 3, 0, 2]], LENGTHS[[1, 3, 0, 2]])


# Trap: `hidden[1]` for the last layer; the first layer's state.
@pytest.mark.exercise("padded_scores")
def test_padded_scores_of_one_layer_and_of_three(agree):
    agree.scenario(scores_of_padded, 1, PADDED, LENGTHS)
    agree.scenario(scores_of_padded, 3, PADDED, LENGTHS)


# Trap: the end of a text looked for by its first 0: a text may hold "<pad>" itself, or nothing but it.
@pytest.mark.exercise("padded_scores")
def test_padded_scores_go_by_the_lengths(agree):
    agree.scenario(scores_of_padded, 2, torch.tensor([[3, 0, 2, 0], [0, 7, 0, 0]]), torch.tensor([3, 2]))
    agree.scenario(scores_of_padded, 2, torch.tensor([[5, 2, 7]]), torch.tensor([3]))


# --- probabilities_and_loss ---


def both_gradients(module, scores, labels):
    """A scenario: probabilities, loss, and the gradient that each of them sends back to the scores."""
    scores = scores.detach().requires_grad_()
    probabilities, loss = module.probabilities_and_loss(scores, labels)
    weights = torch.arange(probabilities.numel(), dtype=scores.dtype, device=scores.device).reshape(scores.shape)
    found = [
        torch.autograd.grad(end, scores, retain_graph=True, allow_unused=True)[0] if end.requires_grad else None
        for end in ((probabilities * weights).sum(), loss)
    ]
    return {
        "probabilities that you returned": probabilities,
        "loss that you returned": loss,
        "gradients of both": found,
    }


SCORES = torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [-2.0, -2.5, 4.0], [1.0, 1.0, 1.0]])


# Trap: softmax along the batch, also where there are as many texts as classes; labels turned into floats.
@pytest.mark.points(3)
def test_probabilities_and_loss_of_each_row(agree):
    agree("probabilities_and_loss", SCORES, torch.tensor([2, 1, 0, 0]))
    agree("probabilities_and_loss", SCORES[:3], torch.tensor([1, 1, 2]))


# Trap: the loss of the probabilities, which has softmax in it twice; the sum over the batch.
@pytest.mark.points(2)
@pytest.mark.exercise("probabilities_and_loss")
def test_probabilities_and_loss_of_sure_answers(agree):
    def losses(module, scores, labels):
        return {"what you returned": [module.probabilities_and_loss(scores, wanted)[1] for wanted in labels]}

    agree.scenario(losses, SCORES * 6, [torch.tensor([0, 1, 2, 0]), torch.tensor([1, 2, 1, 2])])


# Trap: `exp` of large scores is infinite, and that of low ones 0, of which the logarithm is infinite.
@pytest.mark.points(2)
def test_probabilities_and_loss_of_large_scores(agree):
    agree = agree.using(rtol=1e-3, atol=1e-4)  # of a score of 1000 float32 keeps four digits after the point
    agree("probabilities_and_loss", torch.tensor([[1000.0, 990.0, 0.0], [3.0, 1.0, -2.0]]), torch.tensor([1, 0]))
    agree("probabilities_and_loss", torch.tensor([[-900.0, -902.0, -901.0]]), torch.tensor([2]))
    agree("probabilities_and_loss", torch.tensor([[0.0, -400.0], [300.0, 0.0]]), torch.tensor([1, 1]))


# Trap: one answer without a graph; a batch of one text squeezed; the gradient that the scores came with cleared.
@pytest.mark.exercise("probabilities_and_loss")
def test_probabilities_and_loss_gradients(agree, device):
    agree = agree.using(rtol=1e-4, atol=1e-5)
    agree.scenario(both_gradients, SCORES.to(device), torch.tensor([2, 1, 0, 0], device=device))
    agree.scenario(both_gradients, SCORES[:1].to(device) * 3, torch.tensor([1], device=device))
    labels = torch.tensor([0, 2, 2, 1], device=device)
    agree.scenario(beside_an_earlier_gradient, "probabilities_and_loss", SCORES.to(device), labels)


# Trap: the largest score of the whole batch taken off, so that a row of low ones is 0 divided by 0; dtype not kept.
def test_probabilities_and_loss_of_float64(agree):
    agree("probabilities_and_loss", torch.tensor([[2000.0, 1999.0], [-5.0, 1.5]]).double(), torch.tensor([0, 0]))


# --- train_text_epoch ---


class Notes(list):
    """What a model notes, in one list for it and its copies: an answer may work with a copy of the model."""

    def __deepcopy__(self, memo):
        return self


class Probe(nn.Module):
    """A linear model that notes, whenever it is called, in which mode it is and whether gradients are on."""

    def __init__(self):
        super().__init__()
        self.part = nn.Dropout(0.0)
        self.fc = nn.Linear(3, 4)
        self.notes = Notes()

    def forward(self, *inputs):
        self.notes.append((self.training, self.part.training, torch.is_grad_enabled()))
        return self.fc(self.part(sum(inputs)))


def epoch(module, batches, max_norm, start):
    """A scenario: an epoch of training with momentum, from a model in this `start`, and what is left of it."""
    model = filled(Probe())
    model.train(start["training"])
    if start["stale"]:
        for weight in model.parameters():
            weight.grad = torch.full_like(weight, 3.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.5)
    loss = module.train_text_epoch(model, batches, optimizer, max_norm)
    return {
        "loss that you returned": loss,
        "type of the loss": type(loss).__name__,
        "numbers of the model": weights_of(model),
        "modes and gradients while the model runs": sorted(set(model.notes)),
        "in training mode": (model.training, model.part.training),
        "batches afterwards": batches,
    }


def batch(first, size, scale=1.0):
    """`size` inputs and labels that depend on `first`."""
    inputs = torch.cos(torch.arange(3.0 * size) + first).reshape(size, 3) * scale
    return inputs, (torch.arange(size) + first) % 4


FRESH = {"training": True, "stale": False}


# Trap: the mean of the batches' means: the last batch is smaller. The sum, or the last loss.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_mean_loss(agree):
    agree.scenario(epoch, [batch(0, 4), batch(3, 4, 2.0), batch(5, 1, 4.0)], 100.0, FRESH)


# Trap: gradients clipped after the step, or before there are any, or not at all.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_clips_the_gradients(agree):
    agree.scenario(epoch, [batch(1, 2, 9.0), batch(2, 2, 30.0)], 0.5, FRESH)
    agree.scenario(epoch, [batch(2, 3, 5.0), batch(6, 3, 0.1)], 1.5, FRESH)


# Trap: small gradients made larger, up to `max_norm`.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_leaves_small_gradients(agree):
    agree.scenario(epoch, [batch(0, 4, 0.1), batch(1, 4, 0.2)], 5.0, FRESH)


# Trap: gradients add up over batches, or with those that were there before.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_zeroes_the_gradients(agree):
    agree.scenario(epoch, [batch(2, 3), batch(7, 3), batch(1, 2)], 50.0, {"training": True, "stale": True})


# Trap: training mode forgotten after an evaluation.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_in_training_mode(agree):
    agree.scenario(epoch, [batch(4, 2), batch(5, 2)], 10.0, {"training": False, "stale": False})


# Trap: exactly one input to the model.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_models_with_two_inputs(agree):
    first, labels = batch(1, 3)
    second, _ = batch(8, 3)
    agree.scenario(epoch, [(first, second, labels), [second, first * 2, labels]], 10.0, FRESH)


class Bags(nn.Module):
    """A model as `BagClassifier`, with weights of its own: its first input has a number for each word."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.EmbeddingBag(6, 3)
        self.fc = nn.Linear(3, 4)

    def forward(self, ids, offsets):
        return self.fc(self.embedding(ids, offsets))


# Trap: the texts of a batch counted by its first input, which holds the words of all of them.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_of_bags(agree):
    def with_bags(module, batches):
        model = filled(Bags())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
        return {
            "what you returned": module.train_text_epoch(model, batches, optimizer, 100.0),
            "numbers of the model": weights_of(model),
        }

    few = torch.tensor([1, 5]), torch.tensor([0]), torch.tensor([2])
    many = torch.tensor([2, 3, 4, 1, 1, 5, 2]), torch.tensor([0, 2, 3]), torch.tensor([0, 3, 1])
    agree.scenario(with_bags, [few, many])


# Trap: needs a list; a `DataLoader` cannot be indexed.
@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_with_a_loader(agree):
    def with_loader(module, inputs, labels):
        data = torch.utils.data.TensorDataset(inputs, labels)
        answer = epoch(module, torch.utils.data.DataLoader(data, batch_size=2), 0.1, FRESH)
        return {key: value for key, value in answer.items() if key != "batches afterwards"}

    agree.scenario(with_loader, *batch(3, 5))


# Trap: a model that is brought to the CPU, or numbers of the function's own that are there.
@pytest.mark.exercise("train_text_epoch")
@pytest.mark.points(3)
def test_train_epoch_on_the_device(agree, device):
    def on_device(module, batches, place):
        model = filled(Bags()).to(place)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
        moved = [tuple(part.to(place) for part in batch) for batch in batches]
        return {"what you returned": module.train_text_epoch(model, moved, optimizer, 0.5), "model afterwards": model}

    one = torch.tensor([1, 5, 2]), torch.tensor([0, 1]), torch.tensor([2, 1])
    other = torch.tensor([2, 3, 4]), torch.tensor([0]), torch.tensor([0])
    agree.scenario(on_device, [one, other], device)


# --- train_padded_epoch ---


def padded(examples):
    """A batch as `pad_batch` makes it, from this file, so that an exercise does not hang on another one."""
    ids = nn.utils.rnn.pad_sequence([ids for _, ids in examples], batch_first=True)
    return ids, torch.tensor([len(ids) for _, ids in examples]), torch.tensor([label for label, _ in examples])


def epoch_of_padded(module, examples, batch_size, device, training=True, stale=False, layers=2):
    """A scenario: an epoch of an LSTM that is on `device`, from a loader that fills texts up, and what is left."""
    model = filled(Reader(layers)).train(training).to(device)
    if stale:
        for weight in model.parameters():
            weight.grad = torch.full_like(weight, 3.0)
    modes = set()
    model.rnn.register_forward_hook(lambda part, *_: modes.add(part.training))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.4, momentum=0.5)
    loader = torch.utils.data.DataLoader(examples, batch_size=batch_size, collate_fn=padded)
    loss = module.train_padded_epoch(model, loader, optimizer, device)
    return {
        "mean loss": loss,
        "type of the loss": type(loss).__name__,
        "model afterwards": model,
        "in training mode": sorted(modes),
    }


SHORT_AND_LONG = [
    (0, text(3, 1)),
    (1, text(4, 1, 5, 8, 2)),
    (1, text(2)),
    (0, text(6, 5, 3)),
    (1, text(7, 7, 1, 0, 8)),
]


# Trap: the lengths dropped: the LSTM reads "<pad>". Labels left on the CPU, or lengths moved to the GPU.
@pytest.mark.exercise("train_padded_epoch")
@pytest.mark.points(3)
def test_train_padded_epoch_stops_reading_where_texts_end(agree, device):
    agree.scenario(epoch_of_padded, SHORT_AND_LONG, 2, device)


# Trap: the lengths of the next batch, sorted lengths, or the longest text for all of them.
@pytest.mark.exercise("train_padded_epoch")
def test_train_padded_epoch_in_any_order_of_length(agree, device):
    agree.scenario(epoch_of_padded, SHORT_AND_LONG[::-1], 3, str(device))
    agree.scenario(epoch_of_padded, SHORT_AND_LONG[1:4], 3, device, True, False, 1)


# Trap: the mean of the batches' means, the sum, or the last loss; a tensor.
@pytest.mark.exercise("train_padded_epoch")
def test_train_padded_epoch_mean_over_texts(agree):
    def loss(module, examples):
        return epoch_of_padded(module, examples, 4, "cpu")["mean loss"]

    agree.scenario(loss, [*SHORT_AND_LONG, *SHORT_AND_LONG[2:], (0, text(8, 8, 8))])


# Trap: gradients add up, or those that were there before count; training mode forgotten.
@pytest.mark.exercise("train_padded_epoch")
def test_train_padded_epoch_from_any_start(agree):
    agree.scenario(epoch_of_padded, SHORT_AND_LONG[:4], 2, "cpu", True, True)
    agree.scenario(epoch_of_padded, SHORT_AND_LONG[:3], 1, "cpu", False)


# --- loss_and_accuracy ---


def measured(module, batches, training, stale=False):
    """A scenario: loss and accuracy of a model in this mode, and what is left of it."""
    model = filled(Probe())
    model.train(training)
    if stale:
        for weight in model.parameters():
            weight.grad = torch.full_like(weight, 3.0)
    answer = module.loss_and_accuracy(model, batches)
    return {
        "what you returned": answer,
        "types of the numbers": [type(item).__name__ for item in answer],
        "numbers of the model": weights_of(model),
        "gradients of the model": [weight.grad for weight in model.parameters()],
        "batches afterwards": batches,
        "modes and gradients while the model runs": sorted(set(model.notes)),
        "in training mode": (model.training, model.part.training),
    }


# Trap: the mean of the batches' means: small batches count for too much.
@pytest.mark.exercise("loss_and_accuracy")
def test_measured_over_texts_and_not_over_batches(agree):
    agree.scenario(measured, [batch(1, 5), batch(3, 1, 6.0), batch(4, 2, 3.0)], False)
    agree.scenario(measured, [batch(1, 1, 4.0), batch(4, 5)], False)


# Trap: the model is left in evaluation mode, or evaluated in training mode.
@pytest.mark.exercise("loss_and_accuracy")
def test_measured_in_evaluation_mode(agree):
    agree.scenario(measured, [batch(4, 3), batch(1, 2)], True)
    agree.scenario(measured, [batch(4, 3), batch(1, 2)], False)


# Trap: gradients computed or cleared on the way.
@pytest.mark.exercise("loss_and_accuracy")
def test_measured_without_touching_gradients(agree):
    agree.scenario(measured, [batch(7, 4)], True, True)


# Trap: accuracy as a percentage, a tensor, or the share of wrong answers; several inputs.
@pytest.mark.exercise("loss_and_accuracy")
def test_measured_right_and_wrong_answers(agree):
    def with_given_scores(module, batches):
        return module.loss_and_accuracy(nn.Identity(), batches)

    scores = torch.tensor([[5.0, 0.0, -1.0], [0.0, 2.0, 1.0], [-3.0, 0.0, 3.0]])
    agree.scenario(with_given_scores, [(scores, torch.tensor([0, 1, 2]))])
    agree.scenario(with_given_scores, [(scores, torch.tensor([1, 2, 0])), (scores[:1], torch.tensor([0]))])
    first, labels = batch(2, 3)
    agree.scenario(measured, [(first, batch(9, 3)[0], labels)], False)


# Trap: a model that is brought to the CPU, or numbers of the function's own that are there.
@pytest.mark.exercise("loss_and_accuracy")
@pytest.mark.points(2)
def test_measured_on_the_device(agree, device):
    def on_device(module, batches, place):
        model = filled(Probe()).to(place)
        moved = [tuple(part.to(place) for part in batch) for batch in batches]
        return {"what you returned": module.loss_and_accuracy(model, moved), "model afterwards": model}

    agree.scenario(on_device, [batch(1, 3), batch(3, 1, 6.0)], device)


# --- split_articles ---


def splits(module, examples, share, seeds):
    """A scenario: the two lists for each seed."""
    made = [module.split_articles(examples, share, seed) for seed in seeds]
    return [[list(part) if isinstance(part, list | tuple) else [] for part in pair] for pair in made]


# Trap: examples lost, or in both lists.
@pytest.mark.exercise("split_articles")
def test_split_puts_every_example_into_one_list(agree):
    examples = [f"text {value % 7}" for value in range(20)]
    for train, held_out in agree.evidence(splits, examples, 0.25, [0, 1, 5]):
        agree.that((len(train), len(held_out)) == (15, 5), "`n * share` examples are held out, and the others are not.")
        agree.that(sorted(train + held_out) == sorted(examples), "Every example must be in exactly one of the lists.")


# Trap: `int` cuts 28.999... down to 28; `[:-0]` is empty, where nothing is held out.
@pytest.mark.exercise("split_articles")
def test_split_sizes(agree):
    def sizes(module, count, shares):
        found = [module.split_articles(list(range(count)), share, 3) for share in shares]
        return {"sizes of the parts": [(len(train), len(held_out)) for train, held_out in found]}

    agree.scenario(sizes, 100, [0.29, 0.07, 0.57])
    agree.scenario(sizes, 6, [0.0, 1.0, 0.5, 0.3])
    agree.scenario(sizes, 7, [0.4])


# Trap: not shuffled: the last ones are of one class only.
@pytest.mark.exercise("split_articles")
@pytest.mark.points(2)
def test_split_is_shuffled(agree):
    ((train, held_out),) = agree.evidence(splits, [f"{number:02}" for number in range(40)], 0.5, [4])
    agree.that(0 < sum(value < "20" for value in held_out) < 20, "Shuffle before you split.")
    agree.that(len(train) == 20, "`n * share` examples are held out, and the others are not.")


# Trap: the seed not used, or one seed for all.
@pytest.mark.exercise("split_articles")
def test_split_by_seed(agree):
    one, again, other = agree.evidence(splits, [f"{number:02}" for number in range(30)], 0.3, [8, 8, 9])
    agree.that(one == again, "The same seed must give the same split.")
    agree.that(sorted(one[1]) != sorted(other[1]), "Another seed must give another split.")


# Trap: the seed of the whole program set; the caller's own list shuffled; examples that come back as something else.
@pytest.mark.exercise("split_articles")
def test_split_leaves_everything_else_alone(agree):
    def afterwards(module, examples):
        train, held_out = module.split_articles(examples, 0.5, 3)
        return {"`examples` afterwards": examples, "both lists in order": sorted([*train, *held_out])}

    agree.scenario(afterwards, list(range(12)))


# --- training_tools ---


# Trap: softmax applied before the cross-entropy, or the sum over the batch; the model's gradients cleared.
@pytest.mark.exercise("training_tools")
def test_tools_loss_function(agree):
    def losses(module, scores, labels):
        loss_function, *_ = module.training_tools(with_gradients(nn.Linear(2, 3)), 0.1, 2)
        return {
            "loss of the batch": loss_function(scores, labels),
            "loss of one row": loss_function(scores[:1], labels[:1]),
        }

    scores = torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0]], requires_grad=True)
    agree.scenario(losses, scores, torch.tensor([2, 1]))


# Trap: another optimiser, the default learning rate, or only some of the parameters.
@pytest.mark.exercise("training_tools")
def test_tools_optimizer(agree):
    def made(module, rate):
        model = filled(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2)))
        _, optimizer, _ = module.training_tools(model, rate, 3)
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        return {"optimizer that you returned": optimizer, "numbers of the model": weights_of(model)}

    agree.scenario(made, 0.25)


# Trap: the rate lowered after every epoch, by a tenth, or once only.
@pytest.mark.exercise("training_tools")
@pytest.mark.parametrize("epochs", [1, 3])
def test_tools_scheduler(agree, epochs):
    def rates(module, epochs):
        _, optimizer, scheduler = module.training_tools(nn.Linear(2, 3), 0.5, epochs)
        found = []
        for _ in range(8):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return found

    agree.scenario(rates, epochs)


# Trap: a scheduler of another optimiser, or one that no training has ever run: the rate that trains must really fall.
@pytest.mark.exercise("training_tools")
def test_tools_train_together(agree):
    def trained(module):
        model = filled(nn.Linear(2, 3))
        loss_function, optimizer, scheduler = module.training_tools(model, 0.25, 2)
        inputs, labels = torch.tensor([[1.0, -2.0], [0.5, 3.0], [-1.0, 1.5]]), torch.tensor([2, 0, 1])
        losses, rates = [], []
        for _ in range(5):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            loss = loss_function(model(inputs), labels)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
        return {
            "rates of the scheduler": rates,
            "losses of the epochs": losses,
            "numbers of the model": weights_of(model),
        }

    agree.using(rtol=1e-4, atol=1e-5).scenario(trained)


# --- keep_best_weights ---


class Kept(nn.Module):
    """A model with a weight, a buffer of floats, a counter, and a part whose mode shows."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1, bias=False)
        self.norm = nn.BatchNorm1d(1)


def best_of(module, training_losses, held_out_losses, device="cpu"):
    """A scenario: the answer for these losses, the model afterwards, and which functions were called in which order.

    Each epoch adds to what the model holds, so that an epoch which begins elsewhere than where the last one has
    ended shows in all that follow.
    """
    model, calls = filled(Kept()).to(device), []
    ways = iter(training_losses), iter(held_out_losses)

    def train_epoch():
        calls.append("train")
        model.train()
        with torch.no_grad():
            model.fc.weight.mul_(2).add_(1.0)
            model.norm.running_mean.add_(len(calls))
            model.norm.num_batches_tracked.add_(1)
        return next(ways[0])

    def held_out_loss():
        calls.append("measure")
        return next(ways[1])

    answer = module.keep_best_weights(model, train_epoch, held_out_loss, len(held_out_losses))
    return {
        "what you returned": answer,
        "model afterwards": model,
        "calls in their order": calls,
        "in training mode": model.training,
    }


# Trap: `state_dict()` is an alias of the weights, which go on changing; a shallow copy of it is another alias.
@pytest.mark.exercise("keep_best_weights")
@pytest.mark.points(3)
def test_keep_best_weights_of_an_epoch_in_the_middle(agree, device):
    agree.scenario(best_of, [5.0, 4.0, 3.0, 2.0], [3.0, 1.5, 2.0, 2.5], device)


# Trap: chosen by the loss of the training.
@pytest.mark.exercise("keep_best_weights")
@pytest.mark.points(2)
def test_keep_best_weights_go_by_the_held_out_loss(agree):
    agree.scenario(best_of, [1.0, 2.0, 3.0], [0.75, 0.5, 0.25])
    agree.scenario(best_of, [3.0, 2.0, 1.0], [0.25, 0.5, 0.75])


# Trap: the last of several that are equal; the largest; a loss that is a little smaller not counted as smaller.
@pytest.mark.exercise("keep_best_weights")
def test_keep_best_weights_of_the_first_of_equals(agree):
    agree.scenario(best_of, [4.0, 3.0, 2.0, 1.0, 0.5], [2.0, 0.5, 1.0, 0.5, 0.5])
    agree.scenario(best_of, [4.0, 3.0, 2.0], [0.500002, 0.500001, 0.5])


# Trap: the best weights brought back too early, or the training stopped, as soon as an epoch is worse.
@pytest.mark.exercise("keep_best_weights")
def test_keep_best_weights_after_a_worse_epoch(agree):
    agree.scenario(best_of, [1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 0.5, 0.75, 0.25])


# Trap: a start value that no loss gets below: 0, 1 or a large number.
@pytest.mark.exercise("keep_best_weights")
def test_keep_best_weights_of_large_losses(agree):
    agree.scenario(best_of, [1.0, 1.0], [3e12, 2e12])
    agree.scenario(best_of, [9.0], [250.0])
    agree.scenario(best_of, [1.0, 1.0, 1.0], [0.25, -1.0, -0.5])


# --- train_and_score ---


def articles(path, most):
    """Labels and texts of the first articles of a file, read without the reference's help."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[:most]
    return [int(number) - 1 for number, _, _ in rows], [f"{title} {content.strip()}" for _, title, content in rows]


COURSE = Path(__file__).parent.parent
LABELS, ARTICLES = articles(COURSE / "exercises" / "data" / "small_dbpedia_train.csv", 700)
HELD_OUT_LABELS, HELD_OUT = articles(COURSE / "reference" / "data" / "small_dbpedia_test.csv", 280)
WANTED = 0.9


def share_right(scores, labels):
    """The share of rows whose largest score is at the label; 0 where these are no such scores."""
    if not isinstance(scores, torch.Tensor) or scores.shape != (len(labels), 14):
        return 0.0
    return float((scores.argmax(dim=1) == torch.tensor(labels)).double().mean())


# Trap: nothing learnt: one class for all, words and numbers that do not fit, another order.
def test_train_and_score_held_out_articles(agree, student):
    scores = student.train_and_score(ARTICLES, LABELS, HELD_OUT, 0)
    agree.that(
        share_right(scores, HELD_OUT_LABELS) >= WANTED,
        "Of the articles that your model has never seen, fewer than 90 % are right.",
    )


def scores_of_nine(module, texts, labels, new):
    """A scenario: the scores of two calls that ask the same."""
    both = []
    for _ in range(2):
        scores = module.train_and_score(texts, labels, new, 4)
        both.append(scores.clone() if isinstance(scores, torch.Tensor) else scores)
    return both


# Without the last class: a table has a column for it all the same.
FEWER = [(label, text) for label, text in zip(LABELS, ARTICLES, strict=True) if label != 13][:60]


def decided_by_the_arguments(agree):
    """Ask whether scores are as the text says, and the same in another call and in a Python that was started anew."""
    labels, texts = map(list, zip(*FEWER, strict=True))
    arguments = texts, labels, HELD_OUT[:9]
    first, again = agree.evidence(scores_of_nine, *arguments)
    tensors = isinstance(first, torch.Tensor) and isinstance(again, torch.Tensor)
    agree.that(tensors, "What your function returns must be a PyTorch tensor.")
    agree.that(tuple(first.shape) == (9, 14), "One row for each new text, one column for each class.")
    agree.that(first.dtype == torch.float32, "The scores must be of dtype float32.")
    agree.that(not first.requires_grad, "The scores must need no gradient.")
    agree.that(torch.equal(first, again), "The same arguments with the same seed must give the same scores.")
    elsewhere, _ = agree.evidence(scores_of_nine, *arguments, another_start=True)
    same = isinstance(elsewhere, torch.Tensor) and torch.equal(first, elsewhere)
    agree.that(same, "Started anew, Python has another `hash` and other orders of sets: your scores depend on them.")


# Trap: answers that do not come from the labels, such as words written down for each class. And what else makes scores
# useless: another dtype, or others each time.
@pytest.mark.exercise("train_and_score")
@pytest.mark.points(7)
def test_train_and_score_goes_by_the_labels(agree, student):
    exchanged = [(label * 3 + 5) % 14 for label in LABELS]
    scores = student.train_and_score(ARTICLES, exchanged, HELD_OUT[:140], 1)
    agree.that(
        share_right(scores, [(label * 3 + 5) % 14 for label in HELD_OUT_LABELS[:140]]) >= WANTED,
        "The answers must come from `labels` alone: other labels, other answers.",
    )
    decided_by_the_arguments(agree)


# Trap: the seed not used: other weights and another order every time; one buffer for all calls.
@pytest.mark.exercise("train_and_score")
def test_train_and_score_same_seed_same_scores(agree):
    def twice(module, texts, labels, new):
        held = module.train_and_score(texts, labels, new, 6)
        first = held.clone() if isinstance(held, torch.Tensor) else held
        torch.rand(5)
        second = module.train_and_score(texts, labels, new, 6)
        second = second.clone() if isinstance(second, torch.Tensor) else second
        module.train_and_score(texts, labels, new[:-1] + new[:1], 7)
        settings = [str(torch.get_default_dtype()), torch.is_grad_enabled()]
        settings.append(torch.are_deterministic_algorithms_enabled())
        return first, second, held, settings, texts, labels, new

    first, second, held, settings, *arguments = agree.evidence(twice, ARTICLES[:60], LABELS[:60], HELD_OUT[:9])
    same = isinstance(first, torch.Tensor) and isinstance(second, torch.Tensor) and torch.equal(first, second)
    agree.that(same, "The same arguments with the same seed must give the same scores.")
    agree.that(torch.equal(first, held), "What a call has returned must not change when your function is called again.")
    agree.that(settings == ["torch.float32", True, False], "Leave the settings of PyTorch as they are.")
    agree.that(arguments == [ARTICLES[:60], LABELS[:60], HELD_OUT[:9]], "Your function must not change its arguments.")


# Trap: seeded by `hash` of a text, or words numbered in the order of a set: other scores each time Python starts.
@pytest.mark.exercise("train_and_score")
def test_train_and_score_when_python_starts_anew(agree):
    decided_by_the_arguments(agree)


# Trap: as many columns as classes occur; a single text; words that nobody has seen; scores with a graph.
def test_train_and_score_shape(agree, student):
    texts, labels = ["red car", "fast car", "tall tree", "old tree"], [5, 5, 10, 10]
    for new in (["car"], ["zzz qqq", "tree", "a"]):
        scores = student.train_and_score(texts, labels, new, 2)
        agree.that(isinstance(scores, torch.Tensor), "What your function returns must be a PyTorch tensor.")
        agree.that(tuple(scores.shape) == (len(new), 14), "One row for each new text, one column for each class.")
        agree.that(scores.dtype == torch.float32, "The scores must be of dtype float32.")
        agree.that(bool(torch.isfinite(scores).all()), "The scores must be numbers, neither `nan` nor infinite.")
        agree.that(not scores.requires_grad, "The scores must need no gradient.")


# --- compiled_scores ---


SMALL = """
import torch
from torch import nn

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 5)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(5, 2)

    def forward(self, x, shift):
        return self.fc(self.drop(torch.tanh(self.first(x + shift))))
"""


def small():
    """A model with dropout: two passes in training mode do not agree.

    `torch.compile` looks for the module that a class is from, and a locked worker does not have this file: so the
    class gets a module there.
    """
    home = sys.modules["small_model"] = types.ModuleType("small_model")
    exec(SMALL, home.__dict__)
    return filled(home.Small())


def numbers(rows, first=0.0):
    return torch.sin(torch.arange(3.0 * rows) + first).reshape(rows, 3)


INPUTS = [(numbers(4), numbers(1)), (numbers(4, 2.0), numbers(1, 5.0)), (numbers(2, 3.0), numbers(1))]


def compiled(module, batches, backend):
    """A scenario: scores through `torch.compile`, and the model and the batches afterwards."""
    torch._dynamo.reset()
    model = small()
    scores = module.compiled_scores(model, batches, backend)
    training = (model.training, model.drop.training)
    return {
        "scores that you returned": scores,
        "in training mode": training,
        "numbers of the model": weights_of(model),
        "batches afterwards": batches,
    }


# Trap: training mode: dropout makes other scores every time. Scores with a graph.
@pytest.mark.exercise("compiled_scores")
def test_compiled_scores_are_those_of_the_model(agree):
    agree.scenario(compiled, INPUTS, "eager")


# Trap: one batch only, or none; a batch of one row made a vector.
@pytest.mark.exercise("compiled_scores")
def test_compiled_scores_of_any_batches(agree):
    agree.scenario(compiled, [(numbers(1), numbers(1, 5.0))], "eager")
    agree.scenario(compiled, [], "eager")


# Trap: what `torch.compile` returns is thrown away and the model itself is called; the backend is not handed on.
# What the worker says of graphs and runs could be made up. So the backend's code multiplies the scores by a number that
# stands only here: scores that did not come through it are others.
@pytest.mark.exercise("compiled_scores")
@pytest.mark.points(4)
def test_compiled_scores_go_through_the_backend(agree):
    def recorded(module, batches, factor):
        import torch._dynamo.utils

        graphs, runs = [], []

        def take_down(graph, inputs):
            graphs.append([str(node.op) for node in graph.graph.nodes])

            def run(*inputs):
                runs.append(len(inputs))
                return tuple(output * factor for output in graph.forward(*inputs))

            return run

        torch._dynamo.reset()
        torch._dynamo.utils.counters.clear()
        scores = module.compiled_scores(small(), batches, take_down)
        # Nothing is compiled, or another backend got it: two mistakes that differ in nothing else.
        elsewhere = torch._dynamo.utils.counters["stats"]["unique_graphs"] - len(graphs)
        return len(graphs), len(runs), scores, elsewhere

    graphs, runs, *_ = agree.evidence(recorded, INPUTS[:2], 1.0)
    agree.that(graphs > 0, "The backend was never given anything to compile.")
    agree.that(runs >= 2, "The scores of every batch must come from the model compiled with the given `backend`.")
    agree.scenario(lambda *given: recorded(*given)[2], INPUTS[:2], -2.75)


# --- save_weights ---


def saved(module, model):
    """What the file holds that `save_weights` writes."""
    file = io.BytesIO()
    returned = module.save_weights(model, file)
    file.seek(0)
    written_by_torch = file.getvalue()[:2] == b"PK"  # an archive, where `pickle` alone writes a stream
    try:
        held = torch.load(file, weights_only=True)
    except Exception:
        held = "what `torch.load` refuses"
    return {
        "what you returned": returned,
        "written by torch": written_by_torch,
        "what the file holds": dict(held) if isinstance(held, Mapping) else held,
        "numbers of the model": weights_of(model),
        "in training mode": model.training,
    }


# Trap: the whole module pickled; its gradients cleared before.
@pytest.mark.exercise("save_weights")
def test_save_weights_of_a_model(agree):
    def scenario(module):
        return saved(module, with_gradients(filled(nn.Sequential(nn.Embedding(5, 2), nn.Linear(2, 3)))))

    agree.scenario(scenario)


# Trap: the parameters without the buffers, or without their names.
@pytest.mark.exercise("save_weights")
def test_save_weights_with_buffers(agree):
    def scenario(module):
        model = filled(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)))
        model[1].running_mean.fill_(2.5)
        return saved(module, model.double().eval())

    agree.scenario(scenario)


# Trap: the model brought to the CPU to be saved, and left there.
@pytest.mark.exercise("save_weights")
def test_save_weights_of_a_model_on_a_device(agree, device):
    def scenario(module, place):
        model, file = filled(nn.Linear(2, 3)).to(place), io.BytesIO()
        module.save_weights(model, file)
        file.seek(0)
        held = torch.load(file, map_location="cpu", weights_only=True)
        held = dict(held) if isinstance(held, Mapping) else held
        return {"what the file holds": held, "model afterwards": model}

    agree.scenario(scenario, device)


# --- load_weights ---


def checkpoint(content):
    """What `torch.save` writes, as bytes."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def from_another_machine(content):
    """A checkpoint whose tensors lived on a GPU, made without one: in its list of tensors "cpu" is exchanged."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(checkpoint(content))) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("data.pkl"):
                data = data.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
            new.writestr(name, data)
    return written.getvalue()


STATE = {"weight": torch.tensor([[1.5, -2.0], [0.25, 4.0]]), "bias": torch.tensor([3.0, -1.0])}


def restored(module, data, device="cpu"):
    """A scenario: a model with the weights in `data`, whether it is the same object, and whether it is in training."""
    model = filled(nn.Linear(2, 2))
    answer = module.load_weights(model, io.BytesIO(data), device)
    return {
        "model that you returned": answer,
        "the model that was given": answer is model,
        "numbers of the model": weights_of(model),
    }


# Trap: the loaded weights are never given to the model; the model left in training mode.
@pytest.mark.exercise("load_weights")
def test_load_weights_into_the_model(agree):
    agree.scenario(restored, checkpoint(STATE))


# Trap: the CPU for whatever device is given; text not thought of, or nothing but text.
@pytest.mark.exercise("load_weights")
@pytest.mark.points(4)
def test_load_weights_where_the_model_is_to_work(agree, device):
    agree.scenario(restored, checkpoint(STATE), device)
    agree.scenario(restored, from_another_machine(STATE), str(device))


# Trap: buffers left out.
@pytest.mark.exercise("load_weights")
def test_load_weights_with_buffers(agree):
    def with_buffers(module, data):
        model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        return module.load_weights(model, io.BytesIO(data), torch.device("cpu"))

    model = filled(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)))
    model[1].running_var.fill_(7.0)
    agree.scenario(with_buffers, checkpoint(model.state_dict()))


# Trap: `map_location` forgotten: a file from a machine with a GPU cannot be loaded on one without.
@pytest.mark.exercise("load_weights")
def test_load_weights_from_another_machine(agree):
    agree.scenario(restored, from_another_machine(STATE))


# Trap: `weights_only=False` runs whatever program the file holds.
@pytest.mark.exercise("load_weights")
def test_load_weights_refuses_programs(agree):
    agree.scenario(restored, checkpoint({**STATE, "note": Fraction(1, 2)}))
    agree.scenario(restored, checkpoint(nn.Linear(2, 2)))


# Trap: `strict=False` overlooks weights that are missing or that have another name.
@pytest.mark.exercise("load_weights")
def test_load_weights_that_do_not_fit(agree):
    agree.scenario(restored, checkpoint({"weight": STATE["weight"]}))
    agree.scenario(restored, checkpoint({**STATE, "scale": torch.ones(1)}))
    agree.scenario(restored, checkpoint({**STATE, "bias": torch.ones(3)}))


# --- save_checkpoint ---


TRAINED_ON = torch.sin(torch.arange(24.0)).reshape(8, 3), torch.arange(8) % 4


def new_training(device="cpu", kind="Adam", rate=0.1, seed=5, scale=0.5):
    """What a training consists of: model, optimiser, scheduler, generator."""
    model = filled(nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 4)), scale).to(device)
    settings = {"momentum": 0.9} if kind == "SGD" else {}
    optimizer = getattr(torch.optim, kind)(model.parameters(), lr=rate, **settings)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    return model, optimizer, scheduler, torch.Generator().manual_seed(seed)


def train(model, optimizer, scheduler, generator, epochs):
    """Train for some epochs on rows in an order that the generator draws."""
    inputs, labels = (part.to(model[1].weight.device) for part in TRAINED_ON)
    for _ in range(epochs):
        for places in torch.randperm(8, generator=generator).split(3):
            places = places.to(labels.device)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs[places]), labels[places]).backward()
            optimizer.step()
        scheduler.step()


def checkpointed(module, device, kind, epochs):
    """A scenario: what the file of a training holds after some epochs, and the training, which then goes on."""
    file, training = io.BytesIO(), new_training(device, kind)
    train(*training, epochs)
    returned = module.save_checkpoint(file, *training, epochs)
    file.seek(0)
    try:
        content = torch.load(file, map_location="cpu", weights_only=True)
    except Exception:
        content = {"what `torch.load` refuses": True}
    if not isinstance(content, Mapping):
        content = {f"no dict but a {type(content).__name__}": True}
    train(*training, 1)
    return {
        "keys in the file": sorted(content, key=str),
        "weights in the file": content.get("model"),
        "optimiser in the file": content.get("optimizer"),
        "scheduler in the file": content.get("scheduler"),
        "state of the generator": content.get("generator"),
        "epochs over": content.get("epochs_done"),
        "what you returned": returned,
        "training afterwards": (training[0], training[1], training[3].get_state()),
    }


# Trap: the weights alone; the optimiser, the scheduler or the generator forgotten.
@pytest.mark.exercise("save_checkpoint")
@pytest.mark.points(2)
def test_save_checkpoint_of_a_training(agree, device):
    agree.scenario(checkpointed, device, "Adam", 3)


# Trap: the generator's seed for its state; objects for their states.
@pytest.mark.exercise("save_checkpoint")
def test_save_checkpoint_of_another_training(agree):
    agree.scenario(checkpointed, "cpu", "SGD", 2)
    agree.scenario(checkpointed, "cpu", "Adam", 0)


# Trap: only one of a path and an open file thought of; the model's mode changed for saving, or its gradients cleared.
@pytest.mark.exercise("save_checkpoint")
def test_save_checkpoint_leaves_the_mode(agree):
    def scenario(module, training):
        file, parts = io.BytesIO(), new_training()
        with_gradients(parts[0].train(training))
        module.save_checkpoint(file, *parts, 11)
        return {"in training mode": parts[0].training, "first part in training mode": parts[0][0].training}

    agree.scenario(scenario, True)
    agree.scenario(scenario, False)


# --- resume_checkpoint ---


def content_of(training, epochs):
    """A checkpoint as `save_checkpoint` describes it, from this file, so that an exercise does not hang on another."""
    model, optimizer, scheduler, generator = training
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    return {**states, "generator": generator.get_state(), "epochs_done": epochs}


def resumed(module, device, kind, epochs, more):
    """A scenario: a training is interrupted after some epochs, and goes on in new objects, which began otherwise."""
    old = new_training(device, kind)
    train(*old, epochs)
    file = io.BytesIO(checkpoint(content_of(old, epochs)))
    new = new_training(device, kind, rate=0.7, seed=99, scale=0.25)
    parameters = [id(weight) for weight in new[0].parameters()]
    over = module.resume_checkpoint(file, *new)
    rates = [group["lr"] for group in new[1].param_groups]
    train(*new, more)
    return {
        "epochs over": over,
        "learning rate": rates,
        "model afterwards": new[0],
        "optimizer afterwards": new[1],
        "epochs of the scheduler": new[2].last_epoch,
        "state of the generator": new[3].get_state(),
        "the same parameters": parameters == [id(weight) for weight in new[0].parameters()],
    }


# Trap: the weights alone; the optimiser's momenta, the scheduler's epoch or the generator's state forgotten.
@pytest.mark.exercise("resume_checkpoint")
@pytest.mark.points(3)
def test_resume_checkpoint_goes_on_as_if_never_interrupted(agree, device):
    agree.scenario(resumed, device, "Adam", 3, 3)


# Trap: one epoch more or less; nothing done yet.
@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_of_another_training(agree):
    agree.scenario(resumed, "cpu", "SGD", 1, 2)
    agree.scenario(resumed, "cpu", "Adam", 0, 2)
    agree.scenario(resumed, "cpu", "SGD", 4, 0)


# Trap: `map_location` forgotten, or the model's device for the generator's state, which must be on the CPU.
@pytest.mark.exercise("resume_checkpoint")
@pytest.mark.points(3)
def test_resume_checkpoint_from_another_machine(agree, device):
    def scenario(module, data, place):
        new = new_training(place, rate=0.7, seed=99, scale=0.25)
        over = module.resume_checkpoint(io.BytesIO(data), *new)
        return {
            "epochs over": over,
            "model afterwards": new[0],
            "optimizer afterwards": new[1],
            "state of the generator": new[3].get_state(),
        }

    old = new_training()
    train(*old, 2)
    agree.scenario(scenario, from_another_machine(content_of(old, 2)), device)


# Trap: `weights_only=False` runs whatever program the file holds.
@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_refuses_programs(agree):
    def scenario(module):
        content, new = content_of(new_training(), 2), new_training()
        content["note"] = Fraction(1, 2)
        return module.resume_checkpoint(io.BytesIO(checkpoint(content)), *new)

    agree.scenario(scenario)


# Trap: `strict=False` overlooks weights that are missing.
@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_that_does_not_fit(agree):
    def scenario(module):
        content, new = content_of(new_training(), 2), new_training()
        del content["model"]["1.bias"]
        return module.resume_checkpoint(io.BytesIO(checkpoint(content)), *new)

    agree.scenario(scenario)


# Trap: the model put into training or evaluation mode.
@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_leaves_the_mode(agree):
    def scenario(module, training):
        content, new = content_of(new_training(), 2), new_training()
        new[0].train(training)
        module.resume_checkpoint(io.BytesIO(checkpoint(content)), *new)
        return {"in training mode": new[0].training, "first part in training mode": new[0][0].training}

    agree.scenario(scenario, True)
    agree.scenario(scenario, False)


# --- save_hub_folder ---


def parsed(text):
    """What a file's JSON holds, or its text where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def hub_folder(module, model, config, below=""):
    """What is in the folder that `save_hub_folder` writes, read with the package's own functions."""
    from safetensors.torch import load_file

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / below
        returned = module.save_hub_folder(model, config, folder)
        again = module.save_hub_folder(model, config, str(folder))
        try:
            weights = load_file(folder / "model.safetensors")
        except Exception as error:
            weights = type(error).__name__
        return {
            "files in the folder": sorted(path.name for path in folder.iterdir()),
            "weights in the file": weights,
            "config in the file": parsed((folder / "config.json").read_text(encoding="utf-8")),
            "what you returned": (returned, again),
            "numbers of the model": weights_of(model),
            "`config` afterwards": config,
        }


CONFIG = {"vocabulary_size": 50, "classes": 14, "name": "árbol"}


# Trap: pickled weights under the new name; the configuration as Python text; the model's gradients cleared.
@needs_safetensors
@pytest.mark.exercise("save_hub_folder")
def test_save_hub_folder_two_files(agree):
    def scenario(module, config):
        return hub_folder(module, with_gradients(filled(nn.Sequential(nn.Embedding(4, 2), nn.BatchNorm1d(2)))), config)

    agree.scenario(scenario, CONFIG)


# Trap: the folder, or the one that it is in, is not there yet.
@needs_safetensors
@pytest.mark.exercise("save_hub_folder")
def test_save_hub_folder_makes_the_folder(agree):
    def scenario(module, config):
        return hub_folder(module, filled(nn.Linear(2, 3)), config, "models/first")

    agree.scenario(scenario, {"in_features": 2, "out_features": 3})


# Trap: safetensors refuses a weight that is a transposed view; a dtype of its own for all weights.
@needs_safetensors
@pytest.mark.exercise("save_hub_folder")
def test_save_hub_folder_transposed_weights(agree):
    def scenario(module):
        model = filled(nn.Linear(2, 3)).half()
        model.weight = nn.Parameter(torch.arange(6, dtype=torch.float16).reshape(2, 3).t())
        return hub_folder(module, model, {})

    agree.scenario(scenario)


# --- load_hub_folder ---


def from_hub_folder(module, make_model, state, config):
    """A model from a folder that was written here, and the files afterwards."""
    from safetensors.torch import load_file, save_file

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_file(state, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        models = [module.load_hub_folder(make_model, place) for place in (folder, str(folder))]
        return {
            "models that you returned": models,
            "files in the folder": sorted(path.name for path in folder.iterdir()),
            "weights in the file": load_file(folder / "model.safetensors"),
        }


class Configured(nn.Module):
    """A model whose configuration changes more than shapes."""

    def __init__(self, size, scale, name="none"):
        super().__init__()
        self.fc = nn.Linear(size, 1)
        self.drop = nn.Dropout(0.5)
        self.register_buffer("scale", torch.tensor(float(scale)), persistent=False)
        self.register_buffer("length", torch.tensor(len(name)), persistent=False)


# Trap: a model with sizes of its own, or the dict handed over as one argument.
@needs_safetensors
@pytest.mark.exercise("load_hub_folder")
def test_load_hub_folder_configuration(agree):
    def scenario(module, state, config):
        made = []

        def make(*values, **arguments):
            made.append((len(values), arguments))
            return Configured(*values, **arguments)

        answer = from_hub_folder(module, make, state, config)
        held = [(model.scale, model.length) for model in answer["models that you returned"]]
        return {"what you returned": answer, "files that were made": made, "what they hold": held}

    state = {"fc.weight": torch.tensor([[1.0, 2.0, 3.0]]), "fc.bias": torch.tensor([4.0])}
    agree.scenario(scenario, state, {"size": 3, "scale": 2.5, "name": "bag"})


# Trap: the weights are read and never given to the model; training mode.
@needs_safetensors
@pytest.mark.exercise("load_hub_folder")
def test_load_hub_folder_weights(agree):
    def scenario(module, state):
        return from_hub_folder(module, nn.Linear, state, {"in_features": 2, "out_features": 2})

    agree.scenario(scenario, STATE)


# Trap: `strict=False` overlooks weights that are missing or have another shape.
@needs_safetensors
@pytest.mark.exercise("load_hub_folder")
def test_load_hub_folder_weights_that_do_not_fit(agree):
    def scenario(module, state):
        return from_hub_folder(module, nn.Linear, state, {"in_features": 2, "out_features": 2})

    agree.scenario(scenario, {"weight": STATE["weight"]})
    agree.scenario(scenario, {**STATE, "weight": torch.ones(3, 2)})


# --- save_vocabulary_and_card ---


def added_files(module, vocabulary, title, there=()):
    """A scenario: what lies in a folder after the vocabulary and the card were written into it, as text and as path."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in there:
            (folder / name).write_text("what was here before", encoding="utf-8")
        returned = [module.save_vocabulary_and_card(vocabulary, title, place) for place in (folder, scratch)]
        card = (folder / "README.md").read_text(encoding="utf-8").splitlines()
        vocab = (folder / "vocab.json").read_text(encoding="utf-8")
        return {
            "files in the folder": sorted(path.name for path in folder.iterdir()),
            "vocabulary in the file": parsed(vocab),
            "beginning of the card": card[:4],
            "rest of the card": [line.rstrip() for line in card[4:] if line.strip()],
            "what you returned": returned,
            "`vocabulary` afterwards": vocabulary,
        }


# Trap: the words without their numbers; Python text for JSON; the numbers as text or as keys.
@pytest.mark.exercise("save_vocabulary_and_card")
def test_save_vocabulary_and_card_words(agree):
    agree.scenario(added_files, {"<pad>": 0, "<unk>": 1, "el": 2, "árbol": 3, "\u0142\u00f3d\u017a": 4}, "Árboles")
    agree.scenario(added_files, {"zoo": 4, "<unk>": 1, "ant": 2, "<pad>": 0, "it's": 3}, "Zoo")


# Trap: metadata that does not begin the file; classes in another order, numbered, or some of them.
@pytest.mark.exercise("save_vocabulary_and_card")
def test_save_vocabulary_and_card_classes(agree):
    def card(module, title):
        found = added_files(module, {"<pad>": 0, "<unk>": 1}, title)
        return {"beginning of the card": found["beginning of the card"], "rest of the card": found["rest of the card"]}

    agree.scenario(card, "A bag of words")
    agree.scenario(card, "Ñandúes: what 14 classes of texts are about")


# Trap: what lies in the folder already is deleted, or files of these names are added to.
@pytest.mark.exercise("save_vocabulary_and_card")
def test_save_vocabulary_and_card_beside_other_files(agree):
    agree.scenario(added_files, {"<pad>": 0, "<unk>": 1, "a": 2}, "A", ["config.json", "README.md", "vocab.json"])


# --- classify_texts ---


class Named(nn.Module):
    """A model like `BagClassifier`, with dropout, that is made from a configuration."""

    def __init__(self, size, width):
        super().__init__()
        self.embedding = nn.EmbeddingBag(size, width)
        self.drop = nn.Dropout(0.9)
        self.fc = nn.Linear(width, 14)

    def forward(self, ids, offsets):
        return self.fc(self.drop(self.embedding(ids, offsets)))


WORDS = {"<pad>": 0, "river": 4, "<unk>": 1, "red": 3, "árbol": 5, "fox": 2, "2nd": 6}


def named(module, texts, words, chosen):
    """A scenario: the names of texts' classes by a model for which word number `n` means the class `chosen[n]`.

    Without words, or with those of a class more than 13, the bias decides: the class 9.
    """
    from safetensors.torch import save_file

    table, fc = torch.zeros(len(chosen), 14), torch.eye(14)
    for number, label in enumerate(chosen):
        table[number, label % 14] = 4.0
    state = {"embedding.weight": table, "fc.weight": fc, "fc.bias": torch.eye(14)[9] * 0.5}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_file(state, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"width": 14, "size": len(chosen)}), encoding="utf-8")
        (folder / "vocab.json").write_text(json.dumps(words), encoding="utf-8")
        names = [module.classify_texts(texts, Named, place) for place in (folder, scratch)]
        return {
            "names that you returned": names,
            "files in the folder": sorted(path.name for path in folder.iterdir()),
            "`texts` afterwards": texts,
        }


CHOSEN = [11, 6, 0, 13, 5, 10, 3]


# Trap: numbers for names; one off, as in the file of articles, where classes count from 1; one of the names misspelt.
@needs_safetensors
@pytest.mark.exercise("classify_texts")
@pytest.mark.points(2)
def test_classify_texts_names(agree):
    agree.scenario(named, ["fox", "red red fox", "river", "The 2nd, a 2nd!"], WORDS, CHOSEN)
    agree.scenario(named, ["2nd", "fox", "red", "river"], WORDS, [0, 1, 1, 2, 12, 13, 7])
    each = ["fox", "red", "river", "árbol", "2nd", "lion"]
    agree.scenario(named, each, WORDS, [0, 8, 11, 3, 13, 7, 10])
    agree.scenario(named, each, WORDS, [9, 6, 4, 5, 0, 1, 12])


# Trap: a vocabulary made anew of the new texts, or numbered by its order in the file.
@needs_safetensors
@pytest.mark.exercise("classify_texts")
@pytest.mark.points(3)
def test_classify_texts_with_the_vocabulary_of_the_folder(agree):
    agree.scenario(named, ["A RED river; red.", "Árbol, ÁRBOL! fox"], WORDS, CHOSEN)
    agree.scenario(named, ["river river fox", "2nd árbol árbol"], WORDS, [2, 6, 8, 1, 4, 12, 7])


# Trap: unknown words left out, or taken for "<pad>".
@needs_safetensors
@pytest.mark.exercise("classify_texts")
def test_classify_texts_unknown_words(agree):
    agree.scenario(named, ["zebra", "zebra lion fox", "<pad>"], WORDS, CHOSEN)


# Trap: an empty text is an error, is left out, or shifts the others.
@needs_safetensors
@pytest.mark.exercise("classify_texts")
@pytest.mark.points(2)
def test_classify_texts_without_words(agree):
    agree.scenario(named, [""], WORDS, CHOSEN)
    agree.scenario(named, ["river", "", " ?! ", "fox", ""], WORDS, CHOSEN)


# Trap: training mode: dropout takes words away, so that the answers are others each time.
@needs_safetensors
@pytest.mark.exercise("classify_texts")
@pytest.mark.points(2)
def test_classify_texts_in_evaluation_mode(agree):
    agree.scenario(named, ["fox", "red", "river", "árbol", "2nd", "lion"] * 6, WORDS, CHOSEN)
