"""Classifying texts: from a file of articles to a trained model that is saved and loaded again.

You read articles of 14 classes, turn their words into numbers, put texts of different lengths into
one batch, and train models that say which class a text belongs to. Beside this file,
`data/small_dbpedia_train.csv` holds 1400 short invented articles in the layout of DBpedia, a
well-known collection; the articles on which your models are judged are kept back.

Replace each `raise NotImplementedError` with your answer. A function or class may use the others of
this file. A function marked "Debug" already has code: find its bug and fix it.
"""

from __future__ import annotations

import copy
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader

# The class with the number 1 in the file is the label 0 here, and so on.
CLASSES = (
    "Company",
    "EducationalInstitution",
    "Artist",
    "Athlete",
    "OfficeHolder",
    "MeanOfTransportation",
    "Building",
    "NaturalPlace",
    "Village",
    "Animal",
    "Plant",
    "Album",
    "Film",
    "WrittenWork",
)


class TextClassifier(nn.Module):
    """A model with three parts: embedding, LSTM and linear layer.

    Its attributes, which `print` shows in this order:

    - `embedding`: an `nn.Embedding` with a vector of `embedding_size` numbers for each of
      `vocabulary_size` words;
    - `rnn`: an `nn.LSTM` of two layers that takes those vectors, with the batch as the first axis
      and hidden states of `hidden_size` numbers;
    - `fc`: an `nn.Linear` from a hidden state to one score for each class.

    `forward` takes word numbers, an int64 tensor of shape `(batch, length)`, and returns the scores,
    of shape `(batch, classes)`. They are what `fc` makes of the hidden state that the second (last)
    layer of the LSTM has after the last word. All texts of the batch are equally long here.

    >>> TextClassifier()
    TextClassifier(
      (embedding): Embedding(10000, 100)
      (rnn): LSTM(100, 256, num_layers=2, batch_first=True)
      (fc): Linear(in_features=256, out_features=2, bias=True)
    )
    >>> TextClassifier(50, 8, 16, 14)(torch.zeros(3, 7, dtype=torch.int64)).shape
    torch.Size([3, 14])
    """

    def __init__(
        self, vocabulary_size: int = 10000, embedding_size: int = 100, hidden_size: int = 256, classes: int = 2
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, embedding_size)
        self.rnn = nn.LSTM(embedding_size, hidden_size, num_layers=2, batch_first=True)
        self.fc = nn.Linear(hidden_size, classes)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.rnn(self.embedding(ids))
        return self.fc(hidden[-1])


def read_articles(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Read articles in DBpedia's layout: one pair of label and text for each line.

    `lines` is an open text file or a list of lines, which may end in a line break or not. Each line
    has three fields with commas between them: the number of the class, from 1 to 14, the title and
    the content. Title and content are in double quotes. Inside them commas mean nothing special,
    and two double quotes in a row stand for one.

    Return a list of tuples in the order of the lines. The label is an int from 0 to 13, one less
    than the number in the file, because the loss function counts from 0. The text is the title as it
    stands, one space, and the content without the white space at its own beginning and end.

    >>> read_articles(['9,"Tamburg"," Tamburg is a village, and small."', '3,"Ada ""Bo"" Li"," A singer."'])
    [(8, 'Tamburg Tamburg is a village, and small.'), (2, 'Ada "Bo" Li A singer.')]
    """
    return [(int(number) - 1, f"{title} {content.strip()}") for number, title, content in csv.reader(lines)]


def text_tokens(text: str) -> list[str]:
    """Cut a text into its words (tokens), all in lower case.

    A word is a run of letters and digits, as long as possible; accented letters are letters too.
    Everything else, such as spaces, punctuation, apostrophes and underscores, ends a word and is
    left out. A text without letters and digits has no words.

    >>> text_tokens("São_Tomé's 2nd album: LOVE, love!")
    ['são', 'tomé', 's', '2nd', 'album', 'love', 'love']
    """
    return re.findall(r"[^\W_]+", text.lower())


def build_vocabulary(texts: Sequence[Sequence[str]], min_count: int = 1) -> dict[str, int]:
    """Give every word of the texts a number.

    `texts` is a list of texts, each a list of words. Return a dict from words to numbers:

    - "<pad>", which fills short texts up, has the number 0, and "<unk>", which stands for every
      unknown word, the number 1, whatever the texts hold;
    - then come the words that occur at least `min_count` times in all texts together, numbered from
      2 on without gaps: the most frequent first, and those that occur equally often in the order of
      the alphabet (as `sorted` puts them).

    So the same texts give the same numbers in every run, and in whatever order they come. The words
    "<pad>" and "<unk>" themselves do not occur in the texts. `texts` does not change.

    >>> build_vocabulary([["a", "red", "fox"], ["a", "fox"], ["a", "den"]])
    {'<pad>': 0, '<unk>': 1, 'a': 2, 'fox': 3, 'den': 4, 'red': 5}
    """
    counts = Counter(word for words in texts for word in words)
    kept = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unk>", *kept])}


def encode_tokens(words: Sequence[str], vocabulary: dict[str, int]) -> torch.Tensor:
    """Debug: the numbers of a text's words.

    `vocabulary` is a dict like those of `build_vocabulary`. Return a vector of dtype int64 with one
    number for each word, in their order; a word that the vocabulary does not have gets the number
    of "<unk>". A text without words gives a vector without elements, of dtype int64 as well.
    Neither argument changes.

    The code below works for the texts that the vocabulary was built from. For a new text it stops:

        KeyError: 'zebra'

    >>> encode_tokens(["fox", "zebra", "fox"], {"<pad>": 0, "<unk>": 1, "a": 2, "fox": 3})
    tensor([3, 1, 3])
    """
    return torch.tensor([vocabulary.get(word, vocabulary["<unk>"]) for word in words], dtype=torch.int64)


def _stub_encode_tokens(words: Sequence[str], vocabulary: dict[str, int]) -> torch.Tensor:
    return torch.tensor([vocabulary[word] for word in words])


def pad_batch(examples: Sequence[tuple[int, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put texts of different lengths into one batch: a matrix, filled up with zeros.

    `examples` is a list of at least one pair of label (an int) and word numbers (an int64 vector,
    which may have no elements). Return a tuple of three int64 tensors:

    1. the word numbers, shape `(batch, length of the longest text)`: one row for each text, with
       zeros (the number of "<pad>") to the right of the short ones;
    2. the length of each text before it was filled up, shape `(batch,)`;
    3. the labels, shape `(batch,)`.

    All keep the order of `examples`, which do not change. The results share no memory with them. So
    this function can be the `collate_fn` of a `DataLoader`, which calls it with the list of pairs of
    each batch.

    >>> ids, lengths, labels = pad_batch([(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3]))])
    >>> ids
    tensor([[5, 2, 7],
            [3, 0, 0]])
    >>> lengths, labels
    (tensor([3, 1]), tensor([4, 0]))
    """
    texts = [ids for _, ids in examples]
    lengths = torch.tensor([len(ids) for ids in texts])
    return pad_sequence(texts, batch_first=True), lengths, torch.tensor([label for label, _ in examples])


def _bag_batch(examples):
    texts = [ids for _, ids in examples]
    lengths = torch.tensor([len(ids) for ids in texts])
    return torch.cat(texts), lengths.cumsum(0) - lengths, torch.tensor([label for label, _ in examples])


def bag_loader(examples: Sequence[tuple[int, torch.Tensor]], batch_size: int, shuffle: bool) -> DataLoader:
    """Make a `DataLoader` whose batches hold all texts end to end, without filling anything up.

    `examples` is a list of pairs of label and word numbers, as for `pad_batch`. Each batch that the
    loader gives is a tuple (or list) of three int64 tensors:

    1. the word numbers of all texts of the batch, one text right after the other, as one vector;
    2. the offsets, shape `(batch,)`: for each text, the position in that vector where it begins;
    3. the labels, shape `(batch,)`.

    The batches have `batch_size` texts each; the last one may have fewer and is not left out.
    Without `shuffle` the texts come in the order of `examples`. With it every pass through the
    loader brings them in a new random order; do not set a seed.

    >>> examples = [(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))]
    >>> for batch in bag_loader(examples, batch_size=2, shuffle=False):
    ...     print(*batch)
    tensor([5, 2, 7, 3]) tensor([0, 3]) tensor([4, 0])
    tensor([6, 6]) tensor([0]) tensor([1])
    """
    return DataLoader(examples, batch_size=batch_size, shuffle=shuffle, collate_fn=_bag_batch)


class BagClassifier(nn.Module):
    """A model that takes a text for a bag of words: their order does not count.

    Its attributes:

    - `embedding`: an `nn.EmbeddingBag` with a vector of `embedding_size` numbers for each of
      `vocabulary_size` words, which makes the mean of the vectors of a text's words;
    - `fc`: an `nn.Linear` from that mean to one score for each class.

    `forward` takes two int64 vectors, the word numbers of all texts end to end and the offsets at
    which the texts begin, as a batch of `bag_loader` holds them. It returns the scores, of shape
    `(batch, classes)`. A text without words has the mean 0.

    >>> model = BagClassifier(50, 8, 14)
    >>> model(torch.tensor([5, 2, 7, 3]), torch.tensor([0, 3])).shape
    torch.Size([2, 14])
    """

    def __init__(self, vocabulary_size: int, embedding_size: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary_size, embedding_size)
        self.fc = nn.Linear(embedding_size, classes)

    def forward(self, ids: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
        return self.fc(self.embedding(ids, offsets))


def padded_scores(model: nn.Module, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Debug: the scores that a `TextClassifier` gives to texts that were filled up.

    `ids` and `lengths` are the first two tensors of `pad_batch`; every text has at least one word,
    and they come in any order of length. `model` has the parts of a `TextClassifier`, `embedding`,
    `rnn` and `fc`, and its LSTM may have one layer or more, but reads in one direction only. Return
    the scores, of shape `(batch, classes)`, in the order of `ids`: what `fc` makes of the hidden
    state that the last layer of the LSTM has after the last word of each text, so that the scores of
    a text are the same, whatever other texts are in its batch.

    `model` and `ids` live on one device, which may be a GPU, and so do the scores; `lengths` is on the
    CPU, wherever the others are. Gradients flow to all parts of the model. Neither it nor the other arguments change.

    The code below raises no error, and the shape is right. But a short text gets other scores when a
    longer one joins it in its batch: the LSTM goes on reading, and reads "<pad>".

    >>> model = TextClassifier(50, 4, 8, 3)
    >>> ids, lengths = torch.tensor([[7, 9, 0, 0], [5, 5, 5, 5]]), torch.tensor([2, 4])
    >>> torch.allclose(padded_scores(model, ids, lengths)[:1], model(torch.tensor([[7, 9]])))
    True
    """
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    _, (hidden, _) = model.rnn(words)
    return model.fc(hidden[-1])


def _stub_padded_scores(model: nn.Module, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    output, _ = model.rnn(model.embedding(ids))
    return model.fc(output[:, -1])


def probabilities_and_loss(scores: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Debug: the probabilities that a model's scores stand for, and the loss.

    `scores` is a float tensor of shape `(batch, classes)`, as a model makes it: finite numbers of any
    size. `labels` is an int64 vector of shape `(batch,)` with the label of each text, on the same
    device; there is at least one text. Return a tuple of two tensors:

    1. the probabilities, with the shape and the dtype of `scores`. In each row, `exp` of a score is
       divided by the sum of `exp` of all scores of this row (softmax), so that 1 is the sum of every
       row. That holds for large scores as well: of 1000, say, for which `exp` alone is infinite;
    2. the cross-entropy of scores and labels, the mean over the batch, with the shape `()`.

    Gradients flow from both to `scores`. The arguments do not change.

    The code below stops with an error, for cross-entropy does not take the labels as they are handed
    over. Once this is mended, three things are wrong that raise no error: it is each *column* that
    adds up to 1, scores of 1000 give `nan`, and the loss of the example is 0.3182, although the
    largest score of each row belongs to its label by far.

    >>> scores, labels = torch.tensor([[4.0, 0.0], [0.0, 8.0]]), torch.tensor([0, 1])
    >>> probabilities, loss = probabilities_and_loss(scores, labels)
    >>> probabilities.sum(dim=1)
    tensor([1., 1.])
    >>> round(loss.item(), 4)
    0.0092
    """
    return scores.softmax(dim=1), cross_entropy(scores, labels)


def _stub_probabilities_and_loss(scores: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    exponentials = torch.exp(scores)
    probabilities = exponentials / exponentials.sum(dim=0)
    return probabilities, cross_entropy(probabilities, labels.float())


def train_text_epoch(
    model: nn.Module, loader: Iterable[Sequence[torch.Tensor]], optimizer: torch.optim.Optimizer, max_norm: float
) -> float:
    """Train a model for one epoch: go through all batches once, with one step of the optimiser each.

    `loader` is a `DataLoader` or a list of batches. The last item of a batch holds the labels, and
    all before it goes to the model: `model(*inputs)` gives the scores. So this function serves a
    `BagClassifier` and others alike. The loss is the cross-entropy of scores and labels. The model
    and all batches are on one device, which may be a GPU, and stay there.

    Train in training mode and leave the model in it. Start each step from gradients that are zero
    (or None), whatever is in them when you get the model. Between computing the gradients and the
    step, clip them: if the norm of all gradients together, as one long vector, is larger than
    `max_norm`, all are made smaller by the same factor, so that it is `max_norm`. PyTorch has a
    function for this.

    Return the mean loss of the epoch as a Python float: the mean over all texts, each with the loss
    that it had when its batch was trained on. The last batch may be smaller than the others.

    >>> model = nn.Linear(2, 3)
    >>> _ = nn.init.zeros_(model.weight), nn.init.zeros_(model.bias)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> batches = [(torch.ones(4, 2), torch.tensor([0, 0, 0, 0]))]
    >>> round(train_text_epoch(model, batches, optimizer, max_norm=1.0), 4)
    1.0986
    """
    model.train()
    losses = []
    for *inputs, labels in loader:
        optimizer.zero_grad()
        loss = cross_entropy(model(*inputs), labels)
        loss.backward()
        clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        losses += [loss.item()] * len(labels)
    return sum(losses) / len(losses)


def train_padded_epoch(
    model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: torch.device | str
) -> float:
    """Debug: train a `TextClassifier` for one epoch, on texts that were filled up, on any device.

    `loader` is a `DataLoader` with `pad_batch` as its `collate_fn`. So each batch holds word numbers,
    lengths and labels, in this order and all on the CPU; every text has at least one word. `model`
    has the parts of a `TextClassifier`, `embedding`, `rnn` and `fc`, and lives on `device` already (a
    `torch.device` or text); `optimizer` has all of its parameters.

    Go through the loader once, with one step of the optimiser for each batch. The scores of a text are
    those of `padded_scores`: what `fc` makes of the last layer's hidden state after the last *word* of
    the text. The loss is the cross-entropy of scores and labels, and each step goes by the gradients
    of this loss alone, whatever gradients the model comes with. Nothing is clipped. Train in training
    mode and leave the model in it.

    Return the mean loss of the epoch as a Python float: the mean over all texts, each with the loss
    that it had when its batch was trained on.

    The code below raises no error on the CPU. But it never looks at the lengths, and so the model
    learns from "<pad>". On a GPU it stops, as something is left behind there. Mind the way back: what
    packs the texts refuses lengths on a GPU:

        RuntimeError: 'lengths' argument should be a 1D CPU int64 tensor, but got 1D cuda:0 Long
        tensor

    To try it elsewhere than on the CPU, run the tests with `--device=all`.

    >>> examples = [(1, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))]
    >>> loader = DataLoader(examples, batch_size=2, collate_fn=pad_batch)
    >>> model = TextClassifier(10, 4, 8, 2)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    >>> losses = [train_padded_epoch(model, loader, optimizer, "cpu") for _ in range(5)]
    >>> losses[-1] < losses[0]
    True
    """
    model.train()
    losses = []
    for ids, lengths, labels in loader:
        optimizer.zero_grad()
        loss = cross_entropy(padded_scores(model, ids.to(device), lengths), labels.to(device))
        loss.backward()
        optimizer.step()
        losses += [loss.item()] * len(labels)
    return sum(losses) / len(losses)


def _stub_train_padded_epoch(
    model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: torch.device | str
) -> float:
    model.train()
    losses = []
    for ids, _, labels in loader:
        optimizer.zero_grad()
        loss = cross_entropy(model(ids.to(device)), labels)
        loss.backward()
        optimizer.step()
        losses += [loss.item()] * len(labels)
    return sum(losses) / len(losses)


def loss_and_accuracy(model: nn.Module, loader: Iterable[Sequence[torch.Tensor]]) -> tuple[float, float]:
    """Debug: how well a model does on all batches of a loader.

    `loader` gives batches as for `train_text_epoch`, at least one. Return two Python floats: the mean
    cross-entropy over all texts, and the accuracy, which is the share of all texts whose largest
    score is that of their label, from 0 to 1. The model and all batches are on one device, which may
    be a GPU, and stay there.

    Evaluate in evaluation mode and without gradients. All parts of the model come in one mode,
    training or evaluation, and afterwards all are in that mode again. The weights of the model and their
    gradients do not change.

    The code below raises no error. But for the example, with one batch of three texts and one of
    one, it says `0.5` where three of four texts are right: look at what the small batch counts for.

    >>> right, wrong = [4.0, 0.0], [0.0, 4.0]
    >>> batches = [
    ...     (torch.tensor([right, right, right]), torch.tensor([0, 0, 0])),
    ...     (torch.tensor([wrong]), torch.tensor([0])),
    ... ]
    >>> loss_and_accuracy(nn.Identity(), batches)[1]
    0.75
    """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        pairs = [(model(*inputs), labels) for *inputs, labels in loader]
    model.train(was_training)
    scores = torch.cat([scores for scores, _ in pairs])
    labels = torch.cat([labels for _, labels in pairs])
    return cross_entropy(scores, labels).item(), (scores.argmax(dim=1) == labels).sum().item() / len(labels)


def _stub_loss_and_accuracy(model: nn.Module, loader: Iterable[Sequence[torch.Tensor]]) -> tuple[float, float]:
    was_training = model.training
    model.eval()
    losses, accuracies = [], []
    with torch.no_grad():
        for *inputs, labels in loader:
            scores = model(*inputs)
            losses.append(cross_entropy(scores, labels).item())
            accuracies.append((scores.argmax(dim=1) == labels).float().mean().item())
    model.train(was_training)
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


def split_articles(examples: Sequence[Any], share: float, seed: int) -> tuple[list[Any], list[Any]]:
    """Split examples at random into some to train on and some to hold out.

    Return two lists: the examples to train on, and those held out. Of `n` examples `n * share` are
    held out, rounded to the nearest whole number (exact halves do not occur). Every example goes into
    exactly one of the lists.

    Shuffle before you split: files are often sorted by class. The same `seed` (an int) gives the
    same split every time, and other seeds give other splits. Use a generator of your own with that
    seed: the seed of the whole program must stay as it is. `examples` does not change.

    >>> train, held_out = split_articles(list(range(10)), share=0.3, seed=0)
    >>> len(train), len(held_out), sorted(train + held_out)
    (7, 3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
    held_out = round(len(examples) * share)
    return [examples[place] for place in order[held_out:]], [examples[place] for place in order[:held_out]]


def training_tools(
    model: nn.Module, learning_rate: float, epochs: int
) -> tuple[Callable[..., torch.Tensor], torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Make what training needs besides model and data: a loss function, an optimiser, a scheduler.

    Return a tuple of these three:

    1. something that can be called with scores, of shape `(batch, classes)`, and labels and gives
       the cross-entropy, the mean over the batch;
    2. an Adam optimiser for all parameters of the model, with the given learning rate and everything
       else as PyTorch has it by default; in one group of parameters or in several, as you like;
    3. a scheduler for that optimiser, of which `step()` is called once at the end of each epoch. The
       learning rate stays as it is for `epochs` epochs, is then a tenth of it for as many, then a
       hundredth, and so on.

    `epochs` is at least 1. The model does not change.

    >>> loss_function, optimizer, scheduler = training_tools(nn.Linear(2, 3), 0.5, epochs=2)
    >>> for epoch in range(4):
    ...     print(optimizer.param_groups[0]["lr"])
    ...     optimizer.step()
    ...     scheduler.step()
    0.5
    0.5
    0.05
    0.05
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.StepLR(optimizer, epochs)


def keep_best_weights(
    model: nn.Module, train_epoch: Callable[[], float], held_out_loss: Callable[[], float], epochs: int
) -> tuple[int, float]:
    """Debug: train for some epochs, and end with the weights of the best one.

    `train_epoch()` trains `model` for one epoch and returns the mean loss of the training.
    `held_out_loss()` returns the mean loss of the model as it is now, on texts that were held out. In
    each of the `epochs` epochs (at least one) call first one and then the other, each once; all losses
    are finite numbers. Every epoch goes on from where the one before it has ended.

    The best epoch is the one after which the held-out loss is the smallest; of several that are
    equally small, the first. When all epochs are done, give `model` itself, which may live on any
    device, all that its `state_dict()` held at the end of the best epoch, weights and buffers, and put
    it into evaluation mode. Return a tuple: the number of the best epoch, counted from 0, and its
    held-out loss.

    The code below raises no error. But the model always ends with the weights of the last epoch. And
    the epoch that it reports is not the best one: look at which loss it goes by.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> weights, losses = iter([1.0, 2.0, 3.0]), iter([0.5, 0.25, 0.75])
    >>> def train_epoch():
    ...     nn.init.constant_(model.weight, next(weights))
    ...     return 0.1
    >>> keep_best_weights(model, train_epoch, lambda: next(losses), epochs=3)
    (1, 0.25)
    >>> model.weight.item()
    2.0
    """
    best, best_loss, state = 0, float("inf"), model.state_dict()
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


def _stub_keep_best_weights(
    model: nn.Module, train_epoch: Callable[[], float], held_out_loss: Callable[[], float], epochs: int
) -> tuple[int, float]:
    best, best_loss, state = 0, float("inf"), model.state_dict()
    for epoch in range(epochs):
        loss = train_epoch()
        held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, model.state_dict()
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


def train_and_score(texts: Sequence[str], labels: Sequence[int], new_texts: Sequence[str], seed: int) -> torch.Tensor:
    """Train a model on texts and labels, and let it score new texts: everything so far, put together.

    `texts` is a list of articles as `read_articles` gives them, `labels` a list with the label of
    each one, from 0 to 13, and `new_texts` a list of at least one article that the model has never
    seen. Return a float32 tensor of shape `(len(new_texts), 14)` that needs no gradient: one score
    for each class, in the order of `new_texts`. The largest score in a row is your answer for that
    text.

    How you do it is yours to choose: the kind of model, its size, how long to train and how fast.
    What counts:

    - With 700 training texts of the course's own corpus, at least 90 % of your answers to other
      texts from it are right. Always answering the same class gets 7 %.
    - Only `labels` says which texts belong to a class: whoever exchanges the labels of two classes gets
      these two exchanged in the answers. Words that you have written down yourself are of no use.
    - The same arguments with the same seed (an int) give the same scores, also when random numbers
      were drawn in between, and also when Python was started anew. So nothing may depend on `hash` of
      a text or on the order of a `set`: both are others each time that Python starts. Setting the seed
      of the whole program is allowed here; PyTorch's other settings stay as they are.
    - It takes less than four seconds on one core. A bag of words gets there in a fraction of that.

    You can try yours on `data/small_dbpedia_train.csv`: hold some of its articles out.

    >>> texts = ["a tall tree", "a green tree", "a fast car", "a red car"]
    >>> train_and_score(texts, [10, 10, 5, 5], ["a small tree", "a small car"], seed=0).argmax(dim=1)
    tensor([10,  5])
    """
    words = [text_tokens(text) for text in texts]
    vocabulary = build_vocabulary(words)
    examples = [(labels[place], encode_tokens(one, vocabulary)) for place, one in enumerate(words)]
    torch.manual_seed(seed)
    model = BagClassifier(len(vocabulary), 32, 14)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(8):
        train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0)
    new = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in new_texts]
    ids, offsets, _ = next(iter(bag_loader(new, len(new), False)))
    with torch.no_grad():
        return model(ids, offsets)


def compiled_scores(
    model: nn.Module, batches: Sequence[Sequence[torch.Tensor]], backend: str | Callable[..., Any]
) -> list[torch.Tensor]:
    """Let a model score batches through `torch.compile`: the same answers as without it, faster.

    Compile the model with the given `backend`, the part of `torch.compile` that makes fast code of
    what the model computes. `batches` is a list of tuples of inputs: `model(*inputs)` gives the
    scores of one. Return a list with the scores of each batch, in their order, computed by the
    compiled model. Scores are for evaluation: put the model into evaluation mode and leave it there;
    they need no gradient. The model's weights do not change.

    PyTorch's own backend, "inductor", needs a C++ compiler and writes files, which grading does not
    allow. So the tests pass "eager", which runs what was compiled as it stands, or a function of
    their own that records what it is given; its code may return different numbers, so that its
    scores can be recognised. Hand `backend` on, whatever it is.

    >>> compiled_scores(nn.Linear(2, 3), [(torch.ones(4, 2),)], backend="eager")[0].shape
    torch.Size([4, 3])
    """
    compiled = torch.compile(model.eval(), backend=backend)
    with torch.no_grad():
        return [compiled(*inputs) for inputs in batches]


def save_weights(model: nn.Module, file: str | Path | BinaryIO) -> None:
    """Debug: save the weights of a model, and nothing else.

    `file` is a path, or a file that is open for writing bytes, such as an `io.BytesIO`. Save the
    model's `state_dict()` with `torch.save`, so that `torch.load(file, weights_only=True)` gives it
    back. The model does not change: it may live on a GPU, and then it is still there afterwards. It
    does not matter on which device the tensors in the file are, and nothing is returned.

    The code below saves without complaint. The error comes when somebody loads the file, as
    `torch.load` takes weights but not whole objects, in which programs can hide:

        _pickle.UnpicklingError: Weights only load failed. [...]
        WeightsUnpickler error: Unsupported global: GLOBAL torch.nn.modules.linear.Linear was not an
        allowed global by default.

    >>> import io
    >>> file = io.BytesIO()
    >>> save_weights(nn.Linear(2, 3), file)
    >>> _ = file.seek(0)
    >>> list(torch.load(file, weights_only=True))
    ['weight', 'bias']
    """
    torch.save(model.state_dict(), file)


def _stub_save_weights(model: nn.Module, file: str | Path | BinaryIO) -> None:
    torch.save(model, file)


def load_weights(model: nn.Module, file: str | Path | BinaryIO, device: str | torch.device) -> nn.Module:
    """Load saved weights into a model, on the device where it is to work.

    `file` holds what `save_weights` wrote, perhaps on another machine, whose devices (a GPU, say)
    this one does not have: tell `torch.load` to bring everything to `device`, the CPU or a GPU of this
    machine, as text or as a `torch.device`. `model` has just been
    made, with the same parts but other weights. Give it the saved ones, move it to `device`, put it
    into evaluation mode, and return it: the same object, not a copy.

    Files from elsewhere may hold programs that run when they are loaded. Load with
    `weights_only=True`, which refuses them with `pickle.UnpicklingError`; let that error pass. If
    the names or the shapes in the file do not fit the model, let the `RuntimeError` of
    `load_state_dict` pass.

    >>> import io
    >>> file = io.BytesIO()
    >>> torch.save({"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, file)
    >>> _ = file.seek(0)
    >>> load_weights(nn.Linear(2, 1), file, "cpu")(torch.tensor([3.0, 4.0]))
    tensor([7.], grad_fn=<ViewBackward0>)
    """
    model.load_state_dict(torch.load(file, map_location=device, weights_only=True))
    return model.to(device).eval()


def save_checkpoint(
    file: str | Path | BinaryIO,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    generator: torch.Generator,
    epochs_done: int,
) -> None:
    """Save all that a training needs to go on later as if nothing had interrupted it.

    `file` is a path, or a file that is open for writing bytes. `generator` is a random generator on
    the CPU, from which the loader draws its order, and `epochs_done` says how many epochs of the
    training are over. Write one dict with `torch.save`, with these five keys and no others:

    - "model", "optimizer" and "scheduler": what `state_dict()` of each of them gives;
    - "generator": the state in which the generator is now, as its `get_state()` gives it;
    - "epochs_done": the int.

    `torch.load(file, weights_only=True)` can read it. It does not matter on which device the tensors
    in the file are. Nothing else changes, and nothing is returned.

    >>> import io
    >>> file, model = io.BytesIO(), nn.Linear(2, 3)
    >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.5)
    >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    >>> save_checkpoint(file, model, optimizer, scheduler, torch.Generator(), 7)
    >>> _ = file.seek(0)
    >>> checkpoint = torch.load(file, weights_only=True)
    >>> sorted(checkpoint), checkpoint["epochs_done"], list(checkpoint["model"])
    (['epochs_done', 'generator', 'model', 'optimizer', 'scheduler'], 7, ['weight', 'bias'])
    """
    checkpoint = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "generator": generator.get_state(),
        "epochs_done": epochs_done,
    }
    torch.save(checkpoint, file)


def resume_checkpoint(
    file: str | Path | BinaryIO,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    generator: torch.Generator,
) -> int:
    """Bring a training back to where a checkpoint was saved, and say how many epochs are over.

    `file` holds what `save_checkpoint` describes. The other four have just been made as for a new
    training: with the same parts, for each other, with other weights, another rate or another seed
    perhaps. Give each of them its saved state, and return the number of epochs that are over. Whoever
    goes on training then gets, to the last bit, what an uninterrupted training would have given.

    `model` may live on a GPU, and stays on its device; so does the state of the optimiser, which
    `load_state_dict` puts beside the parameters. `generator` is on the CPU and takes its state from
    there only. The file may come from a machine whose devices this one does not have. So tell
    `torch.load` to bring everything to the CPU; and load with `weights_only=True`, which refuses
    programs with `pickle.UnpicklingError`: let that error pass. If the names or the shapes in the file
    do not fit the model, let the `RuntimeError` of `load_state_dict` pass.

    All four stay the objects that they are, the model's parameters too, which the optimiser goes on
    changing. Whether the model is in training mode does not change.

    >>> import io
    >>> def new_training(seed):
    ...     model = nn.Linear(2, 3)
    ...     optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    ...     scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    ...     return model, optimizer, scheduler, torch.Generator().manual_seed(seed)
    >>> file, old, new = io.BytesIO(), new_training(0), new_training(1)
    >>> save_checkpoint(file, *old, 7)
    >>> _ = file.seek(0)
    >>> resume_checkpoint(file, *new)
    7
    >>> torch.equal(old[0].weight, new[0].weight), old[3].initial_seed() == new[3].initial_seed()
    (True, True)
    """
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    generator.set_state(checkpoint["generator"])
    return checkpoint["epochs_done"]


def save_hub_folder(model: nn.Module, config: dict[str, Any], folder: str | Path) -> None:
    """Write a model as the folder that the Hugging Face Hub takes: weights and configuration.

    `config` holds the arguments with which the model was made, by name: numbers and texts. Write two
    files into `folder`, which is made if it is not there yet:

    - `model.safetensors`: the model's `state_dict()` in the format safetensors, under the same names;
    - `config.json`: `config` as JSON.

    Files of these names that are there already are replaced. The function `save_file` of
    `safetensors.torch` writes the format (`pip install safetensors`; import it inside your function).
    It takes only tensors whose elements lie in memory in their own order: `contiguous()` makes such
    a one. No two tensors of the model share memory. Model and `config` do not change.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(nn.Linear(2, 3), {"in_features": 2, "out_features": 3}, folder)
    ...     print(sorted(path.name for path in Path(folder).iterdir()))
    ['config.json', 'model.safetensors']
    """
    from safetensors.torch import save_file

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: one.contiguous() for name, one in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))


def load_hub_folder(make_model: Callable[..., nn.Module], folder: str | Path) -> nn.Module:
    """Make a model from a folder that `save_hub_folder` wrote.

    `make_model` is the model's class, or a function that makes one. Call it with what `config.json`
    holds as keyword arguments, give the new model the weights of `model.safetensors`, put it into
    evaluation mode and return it. The function `load_file` of `safetensors.torch` reads the weights
    (import it inside your function). If their names or shapes do not fit the model, let the
    `RuntimeError` of `load_state_dict` pass. The files do not change.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(nn.Linear(2, 3), {"in_features": 2, "out_features": 3}, folder)
    ...     load_hub_folder(nn.Linear, folder)
    Linear(in_features=2, out_features=3, bias=True)
    """
    from safetensors.torch import load_file

    folder = Path(folder)
    model = make_model(**json.loads((folder / "config.json").read_text()))
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval()


def save_vocabulary_and_card(vocabulary: dict[str, int], title: str, folder: str | Path) -> None:
    """Put into a model's folder what others need to use it: the vocabulary and a model card.

    The two files of `save_hub_folder` do not say which word has which number, nor which class has
    which label: without that nobody can give the model a text, or read its answer. `folder` is there
    already, as text or as a `Path`. Write two more files into it, both in UTF-8; what else lies there
    stays as it is, and files of these names are replaced.

    - `vocab.json`: `vocabulary`, a dict like those of `build_vocabulary`, as JSON;
    - `README.md`: the model card, which the Hub shows to people. It begins with the metadata that the
      Hub reads itself, between two lines `---`. Then come `title` as a heading and the names of
      `CLASSES`, each on a line of its own after a hyphen and a space, in their order.

    With the title "My title" the card begins like this, and goes on to the last class. Below the first
    four lines there may be blank lines wherever you like.

        ---
        library_name: pytorch
        pipeline_tag: text-classification
        ---
        # My title
        - Company
        - EducationalInstitution

    `vocabulary` does not change, and nothing is returned.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_vocabulary_and_card({"<pad>": 0, "<unk>": 1, "fox": 2}, "Foxes", folder)
    ...     print(json.loads((Path(folder) / "vocab.json").read_text())["fox"])
    ...     print("# Foxes" in (Path(folder) / "README.md").read_text().splitlines())
    2
    True
    """
    folder = Path(folder)
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    head = ["---", "library_name: pytorch", "pipeline_tag: text-classification", "---", f"# {title}", ""]
    card = [*head, *(f"- {name}" for name in CLASSES)]
    (folder / "README.md").write_text("\n".join(card) + "\n", encoding="utf-8")


def classify_texts(texts: Sequence[str], make_model: Callable[..., nn.Module], folder: str | Path) -> list[str]:
    """Say of each text, as people write it, the name of its class.

    `folder` holds the files of `save_hub_folder` and of `save_vocabulary_and_card`. `make_model` makes
    a model with the arguments that `config.json` holds, as for `load_hub_folder`; what it makes is used
    like a `BagClassifier`: `model(ids, offsets)` gives a score for each of the 14 classes. Loaded and
    put into evaluation mode, it scores the words of each text, which are those of `text_tokens`, with
    the numbers that they have in `vocab.json`; a word that is not in there has the number of "<unk>".

    Return a list with one name of `CLASSES` for each text, in their order: that of its largest score
    (no two are equally large). The label 0 has the first name. There is at least one text, and it may
    be empty or hold unknown words only: it gets a class all the same. Files and arguments do not change.

    >>> import tempfile
    >>> def make_model(size):
    ...     model = BagClassifier(size, 2, 14)
    ...     nn.init.zeros_(model.fc.weight)
    ...     model.fc.bias = nn.Parameter(torch.eye(14)[9])
    ...     return model
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_hub_folder(make_model(3), {"size": 3}, folder)
    ...     save_vocabulary_and_card({"<pad>": 0, "<unk>": 1, "fox": 2}, "Foxes", folder)
    ...     classify_texts(["A fox!", ""], make_model, folder)
    ['Animal', 'Animal']
    """
    model = load_hub_folder(make_model, folder)
    vocabulary = json.loads((Path(folder) / "vocab.json").read_text(encoding="utf-8"))
    examples = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in texts]
    ids, offsets, _ = _bag_batch(examples)
    with torch.no_grad():
        return [CLASSES[label] for label in model(ids, offsets).argmax(dim=1).tolist()]
