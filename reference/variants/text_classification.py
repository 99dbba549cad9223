"""Other right answers to `text_classification`, and the mistakes that students make, commonest first.

A hand-in that answers like one of the wrong ones gets its message: what its author believed, and where to look.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import random
import re
import struct
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader, Subset, random_split

from antorcha.variants import N_, equivalent, right, wrong

# --- TextClassifier ---


@right("TextClassifier")
class OutputAfterTheLastWord(nn.Module):
    def __init__(self, vocabulary_size=10000, embedding_size=100, hidden_size=256, classes=2):
        super().__init__()
        self.embedding = nn.Embedding(num_embeddings=vocabulary_size, embedding_dim=embedding_size)
        self.rnn = nn.LSTM(embedding_size, hidden_size, 2, batch_first=True)
        self.fc = nn.Linear(hidden_size, classes)

    def forward(self, ids):
        output, _ = self.rnn(self.embedding(ids))
        return self.fc(output[:, -1, :])


@right("TextClassifier")
class PartsMadeInAnotherOrder(nn.Module):
    def __init__(self, vocabulary_size=10000, embedding_size=100, hidden_size=256, classes=2):
        nn.Module.__init__(self)
        parts = {"fc": nn.Linear(hidden_size, classes), "rnn": self._reader(embedding_size, hidden_size)}
        self.embedding = nn.Embedding(vocabulary_size, embedding_size)
        self.rnn, self.fc = parts["rnn"], parts["fc"]

    @staticmethod
    def _reader(inputs, hidden):
        return nn.LSTM(input_size=inputs, hidden_size=hidden, num_layers=2, batch_first=True)

    def forward(self, ids):
        states = self.rnn(self.embedding.weight[ids])[1][0]
        return states[1] @ self.fc.weight.T + self.fc.bias


class _Classifier(nn.Module):
    """The solution, for mistakes to begin from."""

    layers = 2
    batch_first = True

    def __init__(self, vocabulary_size=10000, embedding_size=100, hidden_size=256, classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, embedding_size)
        self.rnn = nn.LSTM(embedding_size, hidden_size, num_layers=self.layers, batch_first=self.batch_first)
        self.fc = nn.Linear(hidden_size, classes)

    def forward(self, ids):
        return self.fc(self.rnn(self.embedding(ids))[1][0][-1])


@wrong(
    "TextClassifier",
    N_(
        "You took the first layer's hidden state. The LSTM hands out one state for each layer, the lowest first: "
        "which of them does the last layer have?"
    ),
)
class FirstLayer(_Classifier):
    def forward(self, ids):
        return self.fc(self.rnn(self.embedding(ids))[1][0][0])


@wrong(
    "TextClassifier",
    N_(
        "You took the cell state for the hidden state. The LSTM returns `output, (hidden, cell)`: "
        "look at the order of the two in parentheses."
    ),
)
class CellState(_Classifier):
    def forward(self, ids):
        return self.fc(self.rnn(self.embedding(ids))[1][1][-1])


@wrong(
    "TextClassifier",
    N_(
        "You took the output after the first word. The axes of the output are batch, word, numbers: "
        "at which end of a text has the LSTM read all of it?"
    ),
)
class OutputAfterTheFirstWord(_Classifier):
    def forward(self, ids):
        return self.fc(self.rnn(self.embedding(ids))[0][:, 0])


@wrong(
    "TextClassifier",
    N_(
        "You left `batch_first` at its default, and so the LSTM takes the words of a text for texts of a batch. "
        "Say that the batch is the first axis."
    ),
)
class BatchSecond(_Classifier):
    batch_first = False

    def forward(self, ids):
        output, _ = self.rnn(self.embedding(ids))
        return self.fc(output[:, -1])


@wrong(
    "TextClassifier",
    N_("Your LSTM has one layer, as it has when nobody says how many. Two are asked for: look for the argument."),
)
class OneLayer(_Classifier):
    layers = 1


@wrong(
    "TextClassifier",
    N_(
        "You return one row of scores for each word. The text asks for one for each text: "
        "what the last layer holds after the last word."
    ),
)
class ScoresForEveryWord(_Classifier):
    def forward(self, ids):
        return self.fc(self.rnn(self.embedding(ids))[0])


@wrong(
    "TextClassifier",
    N_(
        "You turned the scores into probabilities. The text asks for what `fc` gives; "
        "the loss function does the rest itself."
    ),
)
class Probabilities(_Classifier):
    def forward(self, ids):
        return super().forward(ids).softmax(dim=1)


@wrong(
    "TextClassifier",
    N_("You wrote the sizes of the example into the model. They must come from the arguments of `__init__`."),
)
class FixedSizes(_Classifier):
    def __init__(self, vocabulary_size=10000, embedding_size=100, hidden_size=256, classes=2):
        super().__init__()


@wrong(
    "TextClassifier",
    N_(
        "You keep the parts in a list of Python's, where `nn.Module` does not see their weights: "
        "an optimiser would never get them. Make each part an attribute of its own."
    ),
)
class PartsInAList(nn.Module):
    def __init__(self, vocabulary_size=10000, embedding_size=100, hidden_size=256, classes=2):
        super().__init__()
        rnn = nn.LSTM(embedding_size, hidden_size, num_layers=2, batch_first=True)
        self.parts = [nn.Embedding(vocabulary_size, embedding_size), rnn, nn.Linear(hidden_size, classes)]

    def forward(self, ids):
        embedding, rnn, fc = self.parts
        return fc(rnn(embedding(ids))[1][0][-1])


# --- read_articles ---


@right("read_articles")
def with_a_loop(lines):
    found = []
    for row in csv.reader(lines, delimiter=",", quotechar='"'):
        found.append((int(row[0]) - 1, row[1] + " " + row[2].strip()))
    return found


@right("read_articles")
def with_a_dict_for_each_line(lines):
    reader = csv.DictReader(lines, fieldnames=["number", "title", "content"])
    return [(int(row["number"]) - 1, " ".join([row["title"], row["content"].strip()])) for row in reader]


@right("read_articles")
def with_a_pattern(lines):
    found = []
    for line in lines:
        number, *fields = re.findall(r'^\d+|"(?:[^"]|"")*"', line)
        title, content = (field[1:-1].replace('""', '"') for field in fields)
        found.append((int(number) - 1, f"{title} {content.strip()}"))
    return found


@wrong(
    "read_articles",
    N_(
        "You kept the numbers of the file, from 1 to 14. The loss function counts classes from 0: "
        "what is missing between the two?"
    ),
)
def labels_from_1(lines):
    return [(label + 1, text) for label, text in with_a_loop(lines)]


@wrong(
    "read_articles",
    N_(
        "You cut the lines at every comma, also at those inside the quotes. "
        "Python has a module that knows what quotes mean."
    ),
)
def cut_at_every_comma(lines):
    found = []
    for line in lines:
        number, title, *content = line.strip().split(",")
        found.append((int(number) - 1, f"{title.strip(chr(34))} {','.join(content).strip(chr(34)).strip()}"))
    return found


@wrong(
    "read_articles",
    N_(
        "You took the quotes around title and content away, but those inside are still doubled, or gone. "
        "Two double quotes in a row stand for one."
    ),
)
def quotes_by_hand(lines):
    found = []
    for line in lines:
        number, rest = line.strip().split(",", 1)
        title, content = rest.strip('"').split('","')
        found.append((int(number) - 1, f"{title} {content.strip()}"))
    return found


@wrong("read_articles", N_("You returned the text first and the label second. Compare with the pairs in the example."))
def text_before_label(lines):
    return [(text, label) for label, text in with_a_loop(lines)]


@wrong("read_articles", N_("You left the title out. The text is the title, one space, and the content."))
def content_alone(lines):
    return [(int(number) - 1, content.strip()) for number, _, content in csv.reader(lines)]


@wrong(
    "read_articles",
    N_("You left the white space around the content as it is in the file. Look at the example: one space is enough."),
)
def white_space_kept(lines):
    return [(int(number) - 1, f"{title} {content}") for number, title, content in csv.reader(lines)]


@wrong(
    "read_articles",
    N_("You put nothing between title and content, so that two words become one. A space belongs there."),
)
def no_space_between(lines):
    return [(int(number) - 1, title + content.strip()) for number, title, content in csv.reader(lines)]


@wrong(
    "read_articles",
    N_("Your labels are text, as everything in a file is. Make numbers of them: the text asks for an int."),
)
def labels_as_text(lines):
    return [(str(label), text) for label, text in with_a_loop(lines)]


_WHITE_SPACE_SQUEEZED = N_(
    "You also changed the white space inside the text. Only that at the beginning and the end of the content goes."
)


@wrong("read_articles", _WHITE_SPACE_SQUEEZED)
def white_space_squeezed(lines):
    return [(label, " ".join(text.split())) for label, text in with_a_loop(lines)]


@wrong("read_articles", _WHITE_SPACE_SQUEEZED)
def white_space_of_the_whole_text(lines):
    rows = csv.reader(lines)
    return [(int(number) - 1, f"{title} {content}".strip().replace("  ", " ")) for number, title, content in rows]


@wrong(
    "read_articles",
    N_("You left out the first line, as if it were a heading. These files have none: every line is an article."),
)
def first_line_skipped(lines):
    return with_a_loop(lines)[1:]


# --- text_tokens ---


@right("text_tokens")
def letter_by_letter(text):
    words, word = [], ""
    for letter in text.lower() + " ":
        if letter.isalnum():
            word += letter
        elif word:
            words.append(word)
            word = ""
    return words


@right("text_tokens")
def with_spaces_for_the_rest(text):
    return "".join(letter if letter.isalnum() else " " for letter in text).lower().split()


@right("text_tokens")
def cut_at_the_rest(text):
    return [word for word in re.split(r"[\W_]+", text.lower()) if word]


@wrong(
    "text_tokens",
    N_(
        "You cut at spaces only, and the punctuation sticks to the words. "
        "Then `fox` and `fox.` would be two words: say what a word is made of."
    ),
)
def cut_at_spaces(text):
    return text.lower().split()


@wrong("text_tokens", N_("You kept the capitals. `The` and `the` are one word: all words are in lower case."))
def capitals_kept(text):
    return re.findall(r"[^\W_]+", text)


@wrong(
    "text_tokens",
    N_("You counted the underscore as a letter. In a pattern, `\\w` takes it along with letters and digits."),
)
def with_underscores(text):
    return re.findall(r"\w+", text.lower())


@wrong(
    "text_tokens",
    N_("Your words are made of the letters from a to z. Accented letters, such as ã or ñ, are letters as well."),
)
def plain_letters(text):
    return re.findall(r"[a-z0-9]+", text.lower())


@wrong("text_tokens", N_("You left out the digits, or let them end a word. Digits belong to words as letters do."))
def without_digits(text):
    return re.findall(r"[^\W\d_]+", text.lower())


@wrong(
    "text_tokens",
    N_("There are empty words among yours. They come from cutting where a text begins or ends: leave them out."),
)
def with_empty_words(text):
    return re.split(r"[\W_]+", text.lower())


@wrong(
    "text_tokens",
    N_("You returned each word once. A word that occurs several times is in the list as often, in its places."),
)
def each_word_once(text):
    return list(dict.fromkeys(letter_by_letter(text)))


@wrong(
    "text_tokens",
    N_("You took the punctuation away and joined what it had parted: `half-price` is two words, not one."),
)
def joined_across_punctuation(text):
    return re.sub(r"[^\w\s]|_", "", text.lower()).split()


# --- build_vocabulary ---


@right("build_vocabulary")
def counted_by_hand(texts, min_count=1):
    counts = defaultdict(int)
    for words in texts:
        for word in words:
            counts[word] += 1
    vocabulary = {"<pad>": 0, "<unk>": 1}
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if count >= min_count:
            vocabulary[word] = len(vocabulary)
    return vocabulary


@right("build_vocabulary")
def sorted_twice(texts, min_count=1):
    flat = sorted(word for words in texts for word in words)
    counts = {word: flat.count(word) for word in dict.fromkeys(flat)}
    kept = [word for word in sorted(counts, key=counts.get, reverse=True) if counts[word] >= min_count]
    return dict(zip(["<pad>", "<unk>", *kept], range(len(kept) + 2), strict=True))


def _counts(texts):
    counts = {}
    for words in texts:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return counts


def _numbered(words):
    return {word: number for number, word in enumerate(["<pad>", "<unk>", *words])}


@wrong(
    "build_vocabulary",
    N_(
        "You number words that occur equally often as they come. So the same texts in another order give "
        "other numbers, and a saved model no longer fits: put those words into the order of the alphabet."
    ),
)
def ties_as_they_come(texts, min_count=1):
    counts = _counts(texts)
    return _numbered(sorted((word for word in counts if counts[word] >= min_count), key=lambda word: -counts[word]))


@wrong(
    "build_vocabulary",
    N_("You kept the words that occur more than `min_count` times. Those that occur exactly so often stay as well."),
)
def more_often_than(texts, min_count=1):
    return counted_by_hand(texts, min_count + 1)


@wrong(
    "build_vocabulary",
    N_("You put the words into the order of the alphabet. The most frequent come first; the alphabet decides ties."),
)
def by_the_alphabet(texts, min_count=1):
    counts = _counts(texts)
    return _numbered(sorted(word for word in counts if counts[word] >= min_count))


@wrong("build_vocabulary", N_("You put the rarest words first. Which way does your sorting run?"))
def rarest_first(texts, min_count=1):
    counts = _counts(texts)
    kept = (word for word in counts if counts[word] >= min_count)
    return _numbered(sorted(kept, key=lambda word: (counts[word], word)))


@wrong(
    "build_vocabulary",
    N_("Words that occur equally often are in the order from z to a: reversing a sorted list turns the ties as well."),
)
def ties_backwards(texts, min_count=1):
    counts = _counts(texts)
    kept = (word for word in counts if counts[word] >= min_count)
    return _numbered(sorted(kept, key=lambda word: (counts[word], word), reverse=True))


@wrong(
    "build_vocabulary",
    N_(
        "You forgot the two special words. Without `<pad>` and `<unk>` there is nothing to fill up with, "
        "and no number for an unknown word."
    ),
)
def without_special_words(texts, min_count=1):
    return {word: number for number, word in enumerate(list(counted_by_hand(texts, min_count))[2:])}


@wrong(
    "build_vocabulary",
    N_("You put the two special words last. Their numbers are 0 and 1, whatever the texts hold."),
)
def special_words_last(texts, min_count=1):
    words = list(counted_by_hand(texts, min_count))
    return {word: number for number, word in enumerate([*words[2:], *words[:2]])}


@wrong("build_vocabulary", N_("You exchanged the two special words: `<pad>` has the number 0 and `<unk>` 1."))
def special_words_exchanged(texts, min_count=1):
    return {**counted_by_hand(texts, min_count), "<pad>": 1, "<unk>": 0}


@wrong(
    "build_vocabulary",
    N_("You counted the texts that hold a word. A word that occurs twice in one text counts twice."),
)
def texts_that_hold_it(texts, min_count=1):
    return counted_by_hand([sorted(set(words)) for words in texts], min_count)


@wrong("build_vocabulary", N_("You never use `min_count`. Words that occur less often than that are left out."))
def min_count_forgotten(texts, min_count=1):
    return counted_by_hand(texts)


# --- encode_tokens ---


@right("encode_tokens")
def with_a_question_for_each(words, vocabulary):
    numbers = []
    for word in words:
        numbers.append(vocabulary[word] if word in vocabulary else 1)
    return torch.LongTensor(numbers)


@right("encode_tokens")
def filled_one_by_one(words, vocabulary):
    ids = torch.full((len(words),), vocabulary["<unk>"])
    for place, word in enumerate(words):
        try:
            ids[place] = vocabulary[word]
        except KeyError:
            pass
    return ids.long()


@wrong(
    "encode_tokens",
    N_(
        "The error says which word the vocabulary does not have. You left such words out, and the text got shorter: "
        "each needs a number as well, that of `<unk>`."
    ),
)
def unknown_words_left_out(words, vocabulary):
    return torch.tensor([vocabulary[word] for word in words if word in vocabulary], dtype=torch.int64)


@wrong(
    "encode_tokens",
    N_("You gave unknown words the number 0. That is `<pad>`, which says that there is no word at all."),
)
def unknown_words_as_padding(words, vocabulary):
    return torch.tensor([vocabulary.get(word, 0) for word in words], dtype=torch.int64)


@wrong(
    "encode_tokens",
    N_(
        "You gave every unknown word a new number. The model has no vector for it: "
        "its vocabulary was fixed when it was made."
    ),
)
def growing_vocabulary(words, vocabulary):
    return torch.tensor([vocabulary.setdefault(word, len(vocabulary)) for word in words], dtype=torch.int64)


@wrong(
    "encode_tokens",
    N_(
        "A text without words gives you float32: `torch.tensor` of an empty list has nothing to judge by. "
        "Say which dtype you want."
    ),
)
def floats_of_nothing(words, vocabulary):
    return torch.tensor([vocabulary.get(word, 1) for word in words])


@wrong("encode_tokens", N_("You returned a list. What is asked for is a tensor, a vector of dtype int64."))
def numbers_in_a_list(words, vocabulary):
    return [vocabulary.get(word, 1) for word in words]


@wrong("encode_tokens", N_("You gave each word once. A word that occurs twice gives its number twice."))
def each_number_once(words, vocabulary):
    return torch.tensor([vocabulary.get(word, 1) for word in dict.fromkeys(words)], dtype=torch.int64)


@wrong("encode_tokens", N_("Your numbers are int32. An embedding takes them, but the text asks for int64."))
def short_integers(words, vocabulary):
    return torch.tensor([vocabulary.get(word, 1) for word in words], dtype=torch.int32)


# --- pad_batch ---


@right("pad_batch")
def row_by_row(examples):
    longest = max(len(ids) for _, ids in examples)
    table = torch.zeros(len(examples), longest, dtype=torch.int64)
    for row, (_, ids) in zip(table, examples, strict=True):
        row[: len(ids)] = ids
    lengths = torch.tensor([len(ids) for _, ids in examples])
    return table, lengths, torch.tensor([label for label, _ in examples])


@right("pad_batch")
def stacked_with_zeros(examples):
    lengths = torch.LongTensor([ids.numel() for _, ids in examples])
    longest = int(lengths.max())
    rows = [F.pad(ids, (0, longest - len(ids)), value=0) for _, ids in examples]
    return torch.stack(rows), lengths, torch.LongTensor([label for label, _ in examples])


@wrong(
    "pad_batch",
    N_("You filled up on the left. The text asks for the zeros to the right of the words."),
)
def zeros_on_the_left(examples):
    table, lengths, labels = row_by_row(examples)
    for row, (_, ids) in zip(table, examples, strict=True):
        row.copy_(row.roll(table.shape[1] - len(ids)))
    return table, lengths, labels


@wrong(
    "pad_batch",
    N_("You counted the lengths after filling up, and so all are the same. Count before: the model needs to know."),
)
def lengths_after_filling_up(examples):
    table, lengths, labels = row_by_row(examples)
    return table, torch.full_like(lengths, table.shape[1]), labels


@wrong(
    "pad_batch",
    N_("You counted the numbers that are not 0. A text may hold a 0 itself: take its length before you fill it up."),
)
def lengths_without_zeros(examples):
    table, _, labels = row_by_row(examples)
    return table, (table != 0).sum(dim=1), labels


@wrong(
    "pad_batch",
    N_("You filled up with 1, the number of `<unk>`. The number of `<pad>` is 0."),
)
def filled_up_with_unknown(examples):
    longest = max(len(ids) for _, ids in examples)
    _, lengths, labels = row_by_row(examples)
    return torch.stack([F.pad(ids, (0, longest - len(ids)), value=1) for _, ids in examples]), lengths, labels


@wrong("pad_batch", N_("You put the longest text first. All three tensors keep the order of `examples`."))
def longest_first(examples):
    return row_by_row(sorted(examples, key=lambda one: -len(one[1])))


@wrong(
    "pad_batch",
    N_("You made the batch the second axis. Each text is a row: look for `batch_first`, or for the axes of `stack`."),
)
def one_column_for_each_text(examples):
    table, lengths, labels = row_by_row(examples)
    return table.T.contiguous(), lengths, labels


@wrong(
    "pad_batch",
    N_("Your table of word numbers holds floats, as `torch.zeros` gives them. An embedding wants int64."),
)
def table_of_floats(examples):
    table, lengths, labels = row_by_row(examples)
    return table.float(), lengths, labels


@wrong(
    "pad_batch",
    N_("You cut all texts to the shortest one. None of their words may be lost: the short ones are filled up."),
)
def cut_to_the_shortest(examples):
    table, lengths, labels = row_by_row(examples)
    return table[:, : int(lengths.min())], lengths, labels


@wrong(
    "pad_batch",
    N_("You returned lists for lengths and labels. All three are tensors of dtype int64."),
)
def lists_for_tensors(examples):
    table, lengths, labels = row_by_row(examples)
    return table, lengths.tolist(), labels.tolist()


@wrong("pad_batch", N_("You returned labels and lengths in the wrong order: word numbers, lengths, labels."))
def labels_before_lengths(examples):
    table, lengths, labels = row_by_row(examples)
    return table, labels, lengths


# --- bag_loader ---


def _offsets(texts):
    starts, position = [], 0
    for ids in texts:
        starts.append(position)
        position += len(ids)
    return torch.tensor(starts)


@right("bag_loader")
def positions_counted(examples, batch_size, shuffle):
    def collate(batch):
        texts = [ids for _, ids in batch]
        return torch.cat(texts), _offsets(texts), torch.tensor([label for label, _ in batch])

    return DataLoader(examples, batch_size, shuffle, collate_fn=collate)


@right("bag_loader")
def with_a_sampler(examples, batch_size, shuffle):
    def collate(batch):
        flat = [number for _, ids in batch for number in ids.tolist()]
        sizes = torch.tensor([0, *(len(ids) for _, ids in batch[:-1])])
        labels = torch.tensor([label for label, _ in batch])
        return [torch.tensor(flat, dtype=torch.int64), torch.cumsum(sizes, dim=0), labels]

    if shuffle:
        order = torch.utils.data.RandomSampler(range(len(examples)))
    else:
        order = torch.utils.data.SequentialSampler(range(len(examples)))
    return DataLoader(examples, batch_size=batch_size, sampler=order, collate_fn=collate, drop_last=False)


def _loader(examples, batch_size, shuffle, offsets=_offsets, **more):
    def collate(batch):
        texts = [ids for _, ids in batch]
        return torch.cat(texts), offsets(texts), torch.tensor([label for label, _ in batch])

    return DataLoader(examples, batch_size=batch_size, shuffle=shuffle, collate_fn=collate, **more)


@wrong(
    "bag_loader",
    N_("Your offsets say where each text ends. They must say where it begins: the first one is always 0."),
)
def ends_for_offsets(examples, batch_size, shuffle):
    return _loader(examples, batch_size, shuffle, lambda texts: torch.tensor([len(ids) for ids in texts]).cumsum(0))


@wrong(
    "bag_loader",
    N_("You gave the lengths of the texts. An offset is a position: how many words come before the text?"),
)
def lengths_for_offsets(examples, batch_size, shuffle):
    return _loader(examples, batch_size, shuffle, lambda texts: torch.tensor([len(ids) for ids in texts]))


@wrong(
    "bag_loader",
    N_("You gave one offset too many: the end of the last text is the beginning of none."),
)
def one_offset_too_many(examples, batch_size, shuffle):
    return _loader(
        examples, batch_size, shuffle, lambda texts: torch.tensor([0, *(len(ids) for ids in texts)]).cumsum(0)
    )


@wrong(
    "bag_loader",
    N_(
        "Each of your offsets is the length of the text before. Lengths must be added up: "
        "the third text begins after the first and the second together."
    ),
)
def lengths_not_added_up(examples, batch_size, shuffle):
    return _loader(examples, batch_size, shuffle, lambda texts: torch.tensor([0, *(len(ids) for ids in texts[:-1])]))


@wrong("bag_loader", N_("You left out the last batch when it is smaller. Its texts count as well."))
def last_batch_dropped(examples, batch_size, shuffle):
    return _loader(examples, batch_size, shuffle, drop_last=True)


@wrong("bag_loader", N_("You never use `shuffle`. With it every pass must bring the texts in a new order."))
def never_shuffled(examples, batch_size, shuffle):
    return _loader(examples, batch_size, False)


@wrong("bag_loader", N_("You shuffle always. Without `shuffle` the texts come in the order of `examples`."))
def always_shuffled(examples, batch_size, shuffle):
    return _loader(examples, batch_size, True)


@wrong(
    "bag_loader",
    N_("You shuffled the list once, and so every pass has the same order. Let the `DataLoader` shuffle."),
)
def shuffled_once(examples, batch_size, shuffle):
    examples = list(examples)
    if shuffle:
        random.shuffle(examples)
    return _loader(examples, batch_size, False)


@wrong(
    "bag_loader",
    N_("You set a seed inside, and so two loaders shuffle in the same way. Leave the random numbers to the caller."),
)
def seed_inside(examples, batch_size, shuffle):
    return _loader(examples, batch_size, shuffle, generator=torch.Generator().manual_seed(0))


@wrong(
    "bag_loader",
    N_("You filled the texts up to one length. Here they lie end to end, and the offsets say where each begins."),
)
def filled_up_bags(examples, batch_size, shuffle):
    def collate(batch):
        table, _, labels = row_by_row(batch)
        return table.flatten(), torch.arange(len(batch)) * table.shape[1], labels

    return DataLoader(examples, batch_size=batch_size, shuffle=shuffle, collate_fn=collate)


# --- BagClassifier ---


@right("BagClassifier")
class WithTheDefaultMode(nn.Module):
    def __init__(self, vocabulary_size, embedding_size, classes):
        super().__init__()
        self.fc = nn.Linear(embedding_size, classes)
        self.embedding = nn.EmbeddingBag(vocabulary_size, embedding_size)

    def forward(self, ids, offsets):
        means = self.embedding(ids, offsets)
        return self.fc(means)


@right("BagClassifier")
class MeansByHand(nn.Module):
    def __init__(self, vocabulary_size, embedding_size, classes):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary_size, embedding_size, mode="sum")
        self.fc = nn.Linear(embedding_size, classes)

    def forward(self, ids, offsets):
        lengths = torch.diff(offsets, append=torch.tensor([len(ids)])).clamp(min=1)
        return self.fc(self.embedding(ids, offsets) / lengths.unsqueeze(1))


class _Bag(nn.Module):
    """The solution, for mistakes to begin from."""

    settings = {"mode": "mean"}  # noqa: RUF012

    def __init__(self, vocabulary_size, embedding_size, classes):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary_size, embedding_size, **self.settings)
        self.fc = nn.Linear(embedding_size, classes)

    def forward(self, ids, offsets):
        return self.fc(self.embedding(ids, offsets))


@wrong("BagClassifier", N_("You add the vectors up. With the mean a long text does not weigh more than a short one."))
class SumOfVectors(_Bag):
    settings = {"mode": "sum"}  # noqa: RUF012


@wrong("BagClassifier", N_("You take the largest of the vectors' numbers. The text asks for the mean."))
class LargestOfVectors(_Bag):
    settings = {"mode": "max"}  # noqa: RUF012


@wrong(
    "BagClassifier",
    N_("You do not use the offsets: all texts become one bag. Hand them on to the embedding."),
)
class OneBagForAll(_Bag):
    def forward(self, ids, offsets):
        return self.fc(self.embedding(ids, offsets[:1]))


@wrong(
    "BagClassifier",
    N_("You turned the scores into probabilities. The text asks for what `fc` gives; the loss function does the rest."),
)
class ProbabilitiesOfBags(_Bag):
    def forward(self, ids, offsets):
        return super().forward(ids, offsets).softmax(dim=-1)


@wrong(
    "BagClassifier",
    N_("You told the embedding to skip the number 0. In a bag nothing is filled up, so a 0 is a word like all others."),
)
class PaddingSkipped(_Bag):
    settings = {"mode": "mean", "padding_idx": 0}  # noqa: RUF012


@wrong(
    "BagClassifier",
    N_("You divide by the number of words, and a text without words makes `nan` of it. Its mean is to be 0."),
)
class DividedByZero(_Bag):
    settings = {"mode": "sum"}  # noqa: RUF012

    def forward(self, ids, offsets):
        lengths = torch.diff(offsets, append=torch.tensor([len(ids)]))
        return self.fc(self.embedding(ids, offsets) / lengths.unsqueeze(1))


@wrong(
    "BagClassifier", N_("You exchanged sizes: the embedding has a vector for each word, `fc` a score for each class.")
)
class SizesExchanged(_Bag):
    def __init__(self, vocabulary_size, embedding_size, classes):
        super().__init__(vocabulary_size, classes, embedding_size)


# --- padded_scores ---


@right("padded_scores")
def at_the_last_word(model, ids, lengths):
    output, _ = model.rnn(model.embedding(ids))
    return model.fc(output[torch.arange(len(ids)), lengths - 1])


@right("padded_scores")
def one_text_at_a_time(model, ids, lengths):
    states = [
        model.rnn(model.embedding(row[: int(n)]).unsqueeze(0))[1][0][-1] for row, n in zip(ids, lengths, strict=True)
    ]
    return model.fc(torch.cat(states))


@right("padded_scores")
def sorted_and_put_back(model, ids, lengths):
    order = lengths.argsort(descending=True)
    words = pack_padded_sequence(model.embedding(ids[order]), lengths[order].tolist(), batch_first=True)
    output, rest = pad_packed_sequence(model.rnn(words)[0], batch_first=True)
    last = (rest - 1).to(output.device).view(-1, 1, 1)
    states = output.gather(1, last.expand(-1, 1, output.shape[2])).squeeze(1)
    return model.fc(states[order.argsort()])


@wrong(
    "padded_scores",
    N_(
        "You take the state after the last column, and in a short text that is `<pad>`. "
        "The lengths say where each text ends; a packed sequence lets the LSTM stop there."
    ),
)
def state_after_the_padding(model, ids, lengths):
    return model.fc(model.rnn(model.embedding(ids))[1][0][-1])


@wrong(
    "padded_scores",
    N_("You are one word off: a text of `n` words has its last one at the position `n - 1`."),
)
def one_word_late(model, ids, lengths):
    output, _ = model.rnn(model.embedding(ids))
    return model.fc(output[torch.arange(len(ids)), lengths.clamp(max=ids.shape[1] - 1)])


@wrong(
    "padded_scores",
    N_(
        "You packed sequences that must be sorted, and these come in any order. "
        "Look at `enforce_sorted`, or sort them and put the scores back."
    ),
)
def sorted_lengths_demanded(model, ids, lengths):
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True)
    return model.fc(model.rnn(words)[1][0][-1])


@wrong(
    "padded_scores",
    N_("You sorted the texts by length and left their scores in that order. They belong in the order of `ids`."),
)
def scores_left_sorted(model, ids, lengths):
    order = lengths.argsort(descending=True)
    return at_the_last_word(model, ids[order], lengths[order])


@wrong(
    "padded_scores",
    N_("You took the first layer's state. The states come one for each layer, and the last layer is asked for."),
)
def state_of_the_first_layer(model, ids, lengths):
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    return model.fc(model.rnn(words)[1][0][0])


@wrong(
    "padded_scores",
    N_("You took the state number 1 for the last layer's. The LSTM may have one layer, or three: count from the end."),
)
def second_of_the_layers(model, ids, lengths):
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    return model.fc(model.rnn(words)[1][0][1])


@wrong(
    "padded_scores",
    N_("You took the cell state for the hidden state. The LSTM returns `output, (hidden, cell)`."),
)
def cell_state_of_packed(model, ids, lengths):
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    return model.fc(model.rnn(words)[1][1][-1])


@wrong(
    "padded_scores",
    N_("You replaced the vectors of `<pad>` by zeros. The LSTM still goes on and changes its state with every zero."),
)
def padding_set_to_zero(model, ids, lengths):
    mask = torch.arange(ids.shape[1]) < lengths.unsqueeze(1)
    return model.fc(model.rnn(model.embedding(ids) * mask.unsqueeze(2))[1][0][-1])


@wrong(
    "padded_scores",
    N_("You took the mean of the states of all words. The state after the last word is asked for."),
)
def mean_of_the_states(model, ids, lengths):
    mask = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)
    output, _ = model.rnn(model.embedding(ids))
    return model.fc((output * mask).sum(dim=1) / lengths.unsqueeze(1))


@wrong(
    "padded_scores",
    N_("You counted the numbers that are not 0 for the length. A text may hold a 0 itself: use `lengths`."),
)
def lengths_from_the_numbers(model, ids, lengths):
    return at_the_last_word(model, ids, (ids != 0).sum(dim=1).clamp(min=1))


@wrong(
    "padded_scores",
    N_("Your scores are cut off from the model: nothing can be learnt from them. Let the gradients flow."),
)
def scores_without_gradients(model, ids, lengths):
    with torch.no_grad():
        return at_the_last_word(model, ids, lengths)


@wrong(
    "padded_scores",
    N_("You put the model into evaluation mode and left it there. The text says that it does not change."),
)
def model_left_in_evaluation(model, ids, lengths):
    model.eval()
    return at_the_last_word(model, ids, lengths)


@wrong(
    "padded_scores",
    N_(
        "You moved the lengths to where the texts are. A packed sequence wants them on the CPU, "
        "and that is where they come from: leave them there."
    ),
)
def lengths_on_the_device(model, ids, lengths):
    words = pack_padded_sequence(model.embedding(ids), lengths.to(ids.device), batch_first=True, enforce_sorted=False)
    return model.fc(model.rnn(words)[1][0][-1])


# --- probabilities_and_loss ---


@right("probabilities_and_loss")
def shifted_by_hand(scores, labels):
    shifted = scores - scores.max(dim=1, keepdim=True).values
    exponentials = shifted.exp()
    sums = exponentials.sum(dim=1, keepdim=True)
    logs = shifted - sums.log()
    return exponentials / sums, -logs[torch.arange(len(labels)), labels].mean()


@right("probabilities_and_loss")
def with_modules(scores, labels):
    wanted = F.one_hot(labels, scores.shape[1]).to(scores.dtype)
    return nn.Softmax(dim=-1)(scores), nn.CrossEntropyLoss()(scores, wanted)


@right("probabilities_and_loss")
def from_logarithms(scores, labels):
    logs = torch.log_softmax(scores, dim=1)
    return logs.exp(), F.nll_loss(logs, labels)


@wrong(
    "probabilities_and_loss",
    N_("You divided by the sums of the columns. The classes of one text share its 1, so the sum goes along a row."),
)
def softmax_along_the_batch(scores, labels):
    return scores.softmax(dim=0), F.cross_entropy(scores, labels)


@wrong(
    "probabilities_and_loss",
    N_(
        "`exp` of a large score is infinite, and infinite divided by infinite is `nan`. PyTorch has a softmax that "
        "knows this. By hand: take the largest score of each row off first, which changes no share."
    ),
)
def exponentials_overflow(scores, labels):
    exponentials = scores.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True), F.cross_entropy(scores, labels)


@wrong(
    "probabilities_and_loss",
    N_(
        "You gave the probabilities to the cross-entropy, which has a softmax inside: it is applied twice, and even a "
        "sure right answer has a large loss. Hand the scores over as they are."
    ),
)
def softmax_twice(scores, labels):
    probabilities = scores.softmax(dim=1)
    return probabilities, F.cross_entropy(probabilities, labels)


@wrong(
    "probabilities_and_loss",
    N_("You mended the labels and nothing else. Go on with the three things that the text tells of the example."),
)
def labels_mended_only(scores, labels):
    exponentials = torch.exp(scores)
    probabilities = exponentials / exponentials.sum(dim=0)
    return probabilities, F.cross_entropy(probabilities, labels)


@wrong(
    "probabilities_and_loss",
    N_(
        "Cross-entropy still gets the labels as floats. A label is the number of a class, "
        "so they stay the whole numbers that they are, of dtype int64."
    ),
)
def labels_still_floats(scores, labels):
    return scores.softmax(dim=1), F.cross_entropy(scores, labels.float())


@wrong(
    "probabilities_and_loss",
    N_(
        "You took the largest score of the whole batch off. In a row of much lower scores every `exp` is then 0, "
        "and 0 divided by 0 is `nan`: each row has a largest score of its own."
    ),
)
def shifted_by_the_batch(scores, labels):
    exponentials = (scores - scores.max()).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True), F.cross_entropy(scores, labels)


@wrong(
    "probabilities_and_loss",
    N_(
        "You took the logarithm of the probabilities. Where one of them is so small that the computer makes 0 of it, "
        "the loss is infinite. `cross_entropy` works from the scores and avoids that."
    ),
)
def logarithm_of_the_probabilities(scores, labels):
    probabilities = scores.softmax(dim=1)
    return probabilities, -probabilities[torch.arange(len(labels)), labels].log().mean()


@wrong(
    "probabilities_and_loss",
    N_("`nll_loss` wants logarithms of probabilities, and you gave it the probabilities: your loss is below 0."),
)
def nll_of_probabilities(scores, labels):
    probabilities = scores.softmax(dim=1)
    return probabilities, F.nll_loss(probabilities, labels)


@wrong(
    "probabilities_and_loss",
    N_("You returned the logarithms of the probabilities. Probabilities lie between 0 and 1."),
)
def logarithms_returned(scores, labels):
    return scores.log_softmax(dim=1), F.cross_entropy(scores, labels)


@wrong(
    "probabilities_and_loss",
    N_("You made each score a number between 0 and 1 on its own (sigmoid). In a row they must add up to 1."),
)
def sigmoid_for_softmax(scores, labels):
    return scores.sigmoid(), F.cross_entropy(scores, labels)


@wrong("probabilities_and_loss", N_("Your loss adds up over the batch. The mean over the batch is asked for."))
def loss_summed(scores, labels):
    return scores.softmax(dim=1), F.cross_entropy(scores, labels, reduction="sum")


@wrong(
    "probabilities_and_loss",
    N_("You returned a loss for each text. One number for the batch is asked for: the mean."),
)
def a_loss_for_each_text(scores, labels):
    return scores.softmax(dim=1), F.cross_entropy(scores, labels, reduction="none")


@wrong(
    "probabilities_and_loss",
    N_("You cut large scores down to a bound. Two of them above it then look alike, which they are not."),
)
def scores_cut_down(scores, labels):
    exponentials = scores.clamp(-80, 80).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True), F.cross_entropy(scores, labels)


@wrong(
    "probabilities_and_loss",
    N_("Your probabilities are cut off from the scores. Gradients are to flow from both results."),
)
def probabilities_without_gradients(scores, labels):
    return scores.detach().softmax(dim=1), F.cross_entropy(scores, labels)


@wrong("probabilities_and_loss", N_("Your results are float32, whatever the scores are. They keep the scores' dtype."))
def always_float32(scores, labels):
    return scores.float().softmax(dim=1), F.cross_entropy(scores.float(), labels)


@wrong("probabilities_and_loss", N_("You returned the loss first. The probabilities come first, then the loss."))
def loss_before_probabilities(scores, labels):
    return F.cross_entropy(scores, labels), scores.softmax(dim=1)


# --- train_text_epoch ---


@right("train_text_epoch")
def with_a_criterion(model, loader, optimizer, max_norm):
    criterion = nn.CrossEntropyLoss()
    model.train()
    losses, sizes = [], []
    for batch in loader:
        optimizer.zero_grad(set_to_none=False)
        loss = criterion(model(*batch[:-1]), batch[-1])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(model.parameters()), max_norm)
        optimizer.step()
        losses.append(loss.item())
        sizes.append(batch[-1].shape[0])
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


@right("train_text_epoch")
def with_gradients_of_its_own(model, loader, optimizer, max_norm):
    model.train(True)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    total, count = 0.0, 0
    for *inputs, labels in loader:
        each = F.cross_entropy(model(*inputs), labels, reduction="none")
        gradients = torch.autograd.grad(each.mean(), weights)
        norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
        factor = torch.clamp(max_norm / (norm + 1e-6), max=1.0)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient * factor
        optimizer.step()
        total += each.detach().double().sum().item()
        count += len(labels)
    return total / count


def _epoch(model, loader, optimizer, clip, *, train=True, zero=True, mean=True, zero_late=False, scores=None):
    """Train for an epoch as the solution does, for mistakes to begin from; `scores` takes the place of the model's."""
    if train:
        model.train()
    losses, sizes = [], []
    for *inputs, labels in loader:
        loss = F.cross_entropy((scores or model)(*inputs), labels)
        if zero and not zero_late:
            optimizer.zero_grad()
        loss.backward()
        clip(model.parameters())
        if zero_late:
            optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    if not mean:
        return losses, sizes
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


def _clip(max_norm):
    return lambda weights: torch.nn.utils.clip_grad_norm_(weights, max_norm)


@wrong(
    "train_text_epoch",
    N_(
        "You returned the mean of the batches' means. The last batch is smaller, "
        "so its texts count for too much: weigh each batch with its number of texts."
    ),
)
def mean_of_the_means(model, loader, optimizer, max_norm):
    losses, _ = _epoch(model, loader, optimizer, _clip(max_norm), mean=False)
    return sum(losses) / len(losses)


@wrong(
    "train_text_epoch",
    N_("You never set the gradients to zero, so those of earlier batches are added to each new one."),
)
def gradients_add_up(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, _clip(max_norm), zero=False)


@wrong(
    "train_text_epoch",
    N_(
        "The gradients are not clipped when the step is taken: you clip them not at all, before `backward`, "
        "or after the step."
    ),
)
def never_clipped(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, lambda weights: None)


@wrong(
    "train_text_epoch",
    N_("You limit each number of the gradients on its own, which turns their direction. The norm of all is meant."),
)
def clipped_by_value(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, lambda weights: torch.nn.utils.clip_grad_value_(list(weights), max_norm))


@wrong(
    "train_text_epoch",
    N_("You clip the gradient of each parameter on its own. The norm of all gradients together is meant."),
)
def clipped_one_by_one(model, loader, optimizer, max_norm):
    def clip(weights):
        for weight in weights:
            torch.nn.utils.clip_grad_norm_([weight], max_norm)

    return _epoch(model, loader, optimizer, clip)


@wrong(
    "train_text_epoch",
    N_("You bring every gradient to the norm `max_norm`, small ones too. Clipping only makes large ones smaller."),
)
def always_of_that_norm(model, loader, optimizer, max_norm):
    def clip(weights):
        weights = list(weights)
        norm = torch.sqrt(sum((weight.grad**2).sum() for weight in weights))
        for weight in weights:
            weight.grad.mul_(max_norm / norm)

    return _epoch(model, loader, optimizer, clip)


@wrong(
    "train_text_epoch",
    N_("You set the gradients to zero after computing them, and the step has nothing to go by."),
)
def zeroed_before_the_step(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, _clip(max_norm), zero_late=True)


@wrong(
    "train_text_epoch",
    N_("The model may come from an evaluation and still be in that mode. Put it into training mode first."),
)
def mode_left_as_it_was(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, _clip(max_norm), train=False)


@wrong("train_text_epoch", N_("You returned the sum of the losses. The mean over all texts is asked for."))
def sum_of_losses(model, loader, optimizer, max_norm):
    losses, sizes = _epoch(model, loader, optimizer, _clip(max_norm), mean=False)
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True))


@wrong(
    "train_text_epoch",
    N_(
        "You counted the texts of a batch by its first input. In a bag that holds the words of all texts: "
        "there are as many texts as labels."
    ),
)
def counted_by_the_first_input(model, loader, optimizer, max_norm):
    batches = list(loader)
    losses, _ = _epoch(model, batches, optimizer, _clip(max_norm), mean=False)
    sizes = [len(batch[0]) for batch in batches]
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


@wrong("train_text_epoch", N_("You returned the loss of the last batch. The mean over all texts is asked for."))
def last_loss(model, loader, optimizer, max_norm):
    return _epoch(model, loader, optimizer, _clip(max_norm), mean=False)[0][-1]


@wrong(
    "train_text_epoch",
    N_("You gave the model the first item of the batch only. All before the labels goes to the model."),
)
def one_input_only(model, loader, optimizer, max_norm):
    return _epoch(model, [(batch[0], batch[-1]) for batch in loader], optimizer, _clip(max_norm))


@wrong("train_text_epoch", N_("You returned a tensor. The text asks for a Python float: look for `item()`."))
def loss_in_a_tensor(model, loader, optimizer, max_norm):
    return torch.tensor(_epoch(model, loader, optimizer, _clip(max_norm)))


@wrong(
    "train_text_epoch",
    N_("You put a softmax before the cross-entropy, which has one inside. Give it the scores as the model makes them."),
)
def softmax_before_the_loss(model, loader, optimizer, max_norm):
    def softened(*inputs):
        return torch.softmax(model(*inputs), dim=1)

    return _epoch(model, loader, optimizer, _clip(max_norm), scores=softened)


@wrong(
    "train_text_epoch",
    N_(
        "You divided the sum of the batches' losses by the number of texts. Each loss is a mean already: "
        "weigh it by the texts of its batch before you add it."
    ),
)
def means_divided_by_texts(model, loader, optimizer, max_norm):
    losses, sizes = _epoch(model, loader, optimizer, _clip(max_norm), mean=False)
    return sum(losses) / sum(sizes)


@wrong(
    "train_text_epoch",
    N_("Your function returns in the first turn of the loop: the `return` stands too far to the right."),
)
def return_in_the_loop(model, loader, optimizer, max_norm):
    return _epoch(model, [next(iter(loader))], optimizer, _clip(max_norm))


@wrong(
    "train_text_epoch",
    N_("You brought the model to the CPU. It may live on a GPU, and so do the batches: all stay where they are."),
)
def trained_on_the_cpu(model, loader, optimizer, max_norm):
    model.cpu()
    return _epoch(model, loader, optimizer, _clip(max_norm))


# --- train_padded_epoch ---


def _packed(model, ids, lengths, **settings):
    words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, **settings)
    return model.fc(model.rnn(words)[1][0][-1])


@right("train_padded_epoch")
def packed_in_the_loop(model, loader, optimizer, device):
    model.train()
    total, texts = 0.0, 0
    for ids, lengths, labels in loader:
        ids, labels = ids.to(device), labels.to(device)
        loss = nn.CrossEntropyLoss()(_packed(model, ids, lengths, enforce_sorted=False), labels)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        texts += len(labels)
    return total / texts


@right("train_padded_epoch")
def output_at_the_last_word(model, loader, optimizer, device):
    model.train()
    losses = []
    for ids, lengths, labels in loader:
        output, _ = model.rnn(model.embedding(ids.to(device)))
        scores = model.fc(output[torch.arange(len(ids)), lengths - 1])
        each = F.cross_entropy(scores, labels.to(device), reduction="none")
        model.zero_grad()
        each.mean().backward()
        optimizer.step()
        losses.append(each.detach().cpu())
    return torch.cat(losses).mean().item()


@right("train_padded_epoch")
def one_text_after_the_other(model, loader, optimizer, device):
    model.train(True)
    losses, sizes = [], []
    for ids, lengths, labels in loader:
        optimizer.zero_grad()
        rows = [row[:length].unsqueeze(0).to(device) for row, length in zip(ids, lengths.tolist(), strict=True)]
        scores = torch.cat([model(row) for row in rows])
        loss = F.cross_entropy(scores, labels.to(scores.device))
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        sizes.append(len(rows))
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


def _padded_epoch(model, loader, optimizer, device, *, scores=None, mode=True, zero=True, clip=None, move_labels=True):
    """Train as the solution does, for mistakes to begin from. Return the losses of the batches and their sizes."""
    if mode:
        model.train()
    losses, sizes = [], []
    for ids, lengths, labels in loader:
        if zero:
            optimizer.zero_grad()
        found = (scores or _scores_of_words)(model, ids.to(device), lengths)
        loss = F.cross_entropy(found, labels.to(device) if move_labels else labels)
        loss.backward()
        if clip:
            clip(model.parameters())
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    return losses, sizes


def _scores_of_words(model, ids, lengths):
    return _packed(model, ids, lengths, enforce_sorted=False)


def _over_texts(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


@wrong(
    "train_padded_epoch",
    N_(
        "Your LSTM reads on after the end of a short text, and learns from `<pad>`. The loader hands you the lengths: "
        "the state after the last word is what counts."
    ),
)
def lengths_dropped(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=lambda model, ids, _: model(ids)))


@wrong(
    "train_padded_epoch",
    N_(
        "You moved the lengths to the device. Packing refuses them on a GPU: of the three tensors of a batch, "
        "the lengths stay on the CPU."
    ),
)
def lengths_moved_as_well(model, loader, optimizer, device):
    def scores(model, ids, lengths):
        return _scores_of_words(model, ids, lengths.to(device))

    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=scores))


@wrong(
    "train_padded_epoch",
    N_("You left the labels on the CPU. The scores are where the model is, and the loss needs both in one place."),
)
def labels_left_behind(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, move_labels=False))


@wrong(
    "train_padded_epoch",
    N_("You brought the model to the CPU, where the batches are. It stays on `device`: the batches go to the model."),
)
def model_to_the_batches(model, loader, optimizer, device):
    model.cpu()
    return _over_texts(*_padded_epoch(model, loader, optimizer, "cpu"))


@wrong(
    "train_padded_epoch",
    N_(
        "You packed sequences that must be sorted, and these come in any order. "
        "Look at `enforce_sorted`, or sort them and put the scores back."
    ),
)
def packed_as_if_sorted(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=_packed))


@wrong(
    "train_padded_epoch",
    N_("You sorted the texts by length, and their labels stayed behind: each score meets the label of another text."),
)
def labels_not_sorted_along(model, loader, optimizer, device):
    def scores(model, ids, lengths):
        order = lengths.argsort(descending=True)
        return _packed(model, ids[order], lengths[order])

    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=scores))


@wrong(
    "train_padded_epoch",
    N_("You replaced the vectors of `<pad>` by zeros. The LSTM still goes on and changes its state with every zero."),
)
def padding_of_zeros(model, loader, optimizer, device):
    def scores(model, ids, lengths):
        mask = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2).to(device)
        return model.fc(model.rnn(model.embedding(ids) * mask)[1][0][-1])

    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=scores))


@wrong(
    "train_padded_epoch",
    N_("You took the first layer's state. The states come one for each layer, and the last layer is asked for."),
)
def first_layer_of_padded(model, loader, optimizer, device):
    def scores(model, ids, lengths):
        words = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        return model.fc(model.rnn(words)[1][0][0])

    return _over_texts(*_padded_epoch(model, loader, optimizer, device, scores=scores))


@wrong(
    "train_padded_epoch",
    N_(
        "You returned the mean of the batches' means. The last batch is smaller, "
        "so its texts count for too much: weigh each batch with its number of texts."
    ),
)
def mean_of_padded_means(model, loader, optimizer, device):
    losses, _ = _padded_epoch(model, loader, optimizer, device)
    return sum(losses) / len(losses)


@wrong("train_padded_epoch", N_("You returned the sum of the losses. The mean over all texts is asked for."))
def sum_of_padded_losses(model, loader, optimizer, device):
    losses, sizes = _padded_epoch(model, loader, optimizer, device)
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True))


@wrong("train_padded_epoch", N_("You returned the loss of the last batch. The mean over all texts is asked for."))
def last_padded_loss(model, loader, optimizer, device):
    return _padded_epoch(model, loader, optimizer, device)[0][-1]


@wrong(
    "train_padded_epoch",
    N_("The gradients add up: those of earlier batches, or from before the call, are still in each step."),
)
def padded_gradients_add_up(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, zero=False))


@wrong(
    "train_padded_epoch",
    N_("The model may come from an evaluation and still be in that mode. Put it into training mode first."),
)
def padded_mode_as_it_was(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, mode=False))


@wrong("train_padded_epoch", N_("You returned a tensor. The text asks for a Python float: look for `item()`."))
def padded_loss_in_a_tensor(model, loader, optimizer, device):
    return torch.tensor(_over_texts(*_padded_epoch(model, loader, optimizer, device)))


@wrong(
    "train_padded_epoch", N_("You clip the gradients. In this exercise the optimiser's step takes them as they are.")
)
def padded_gradients_clipped(model, loader, optimizer, device):
    return _over_texts(*_padded_epoch(model, loader, optimizer, device, clip=_clip(0.01)))


# --- loss_and_accuracy ---


@right("loss_and_accuracy")
def from_all_scores_together(model, loader):
    mode = model.training
    model.eval()
    with torch.inference_mode():
        pairs = [(model(*batch[:-1]), batch[-1]) for batch in loader]
    model.train(mode)
    scores, labels = torch.cat([one for one, _ in pairs]), torch.cat([one for _, one in pairs])
    right_ones = scores.max(dim=1).indices.eq(labels)
    return F.cross_entropy(scores, labels).item(), right_ones.double().mean().item()


@right("loss_and_accuracy")
def weighted_with_the_sizes(model, loader):
    modes = {part: part.training for part in model.modules()}
    losses, hits, sizes = [], [], []
    try:
        model.train(False)
        for *inputs, labels in loader:
            with torch.no_grad():
                scores = model(*inputs)
            losses.append(float(nn.CrossEntropyLoss()(scores, labels)) * labels.numel())
            hits.append(int(torch.sum(scores.argmax(1) == labels)))
            sizes.append(labels.numel())
    finally:
        for part, mode in modes.items():
            part.training = mode
    return sum(losses) / sum(sizes), sum(hits) / sum(sizes)


@wrong(
    "loss_and_accuracy",
    N_(
        "You average over the batches, so a text in a small batch counts for more than one in a large one. "
        "Add up over the texts and divide once, at the end."
    ),
)
def means_of_batches(model, loader):
    losses, hits, sizes = _by_batch(model, loader)
    accuracies = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    return _mean(losses), _mean(accuracies)


def _by_batch(model, loader):
    """Mean loss, right answers and texts of each batch."""
    mode = model.training
    model.eval()
    losses, hits, sizes = [], [], []
    with torch.no_grad():
        for *inputs, labels in loader:
            scores = model(*inputs)
            losses.append(F.cross_entropy(scores, labels).item())
            hits.append((scores.argmax(dim=1) == labels).sum().item())
            sizes.append(len(labels))
    model.train(mode)
    return losses, hits, sizes


def _mean(values):
    return sum(values) / len(values)


@wrong(
    "loss_and_accuracy",
    N_("You mended the accuracy, but the loss is still the mean of the batches' means: it needs the same care."),
)
def loss_still_by_batches(model, loader):
    losses, hits, sizes = _by_batch(model, loader)
    return _mean(losses), sum(hits) / sum(sizes)


@wrong(
    "loss_and_accuracy",
    N_("You mended the loss, but the accuracy is still the mean of the batches' means: it needs the same care."),
)
def accuracy_still_by_batches(model, loader):
    losses, hits, sizes = _by_batch(model, loader)
    accuracies = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes), _mean(accuracies)


@wrong(
    "loss_and_accuracy",
    N_(
        "You left the model in evaluation mode. Whoever goes on training it would do so without dropout: "
        "restore its mode."
    ),
)
def left_in_evaluation_mode(model, loader):
    answer = weighted_with_the_sizes(model, loader)
    model.eval()
    return answer


@wrong(
    "loss_and_accuracy",
    N_("You put the model into training mode at the end, also when it came in evaluation mode. Note what it was."),
)
def always_back_to_training(model, loader):
    answer = weighted_with_the_sizes(model, loader)
    model.train()
    return answer


@wrong(
    "loss_and_accuracy",
    N_("You evaluate in the mode in which the model comes. In training mode dropout makes it worse than it is."),
)
def evaluated_as_it_comes(model, loader):
    loss, hits, texts = 0.0, 0, 0
    with torch.no_grad():
        for *inputs, labels in loader:
            scores = model(*inputs)
            loss += F.cross_entropy(scores, labels, reduction="sum").item()
            hits += (scores.argmax(dim=1) == labels).sum().item()
            texts += len(labels)
    return loss / texts, hits / texts


@wrong(
    "loss_and_accuracy",
    N_("PyTorch keeps track of gradients during your evaluation, which costs time and memory. Switch that off."),
)
def with_gradients_on(model, loader):
    mode = model.training
    model.eval()
    loss, hits, texts = 0.0, 0, 0
    for *inputs, labels in loader:
        scores = model(*inputs)
        loss += F.cross_entropy(scores, labels, reduction="sum").item()
        hits += (scores.argmax(dim=1) == labels).sum().item()
        texts += len(labels)
    model.train(mode)
    return loss / texts, hits / texts


@wrong("loss_and_accuracy", N_("Your accuracy is a percentage. The text asks for a share, from 0 to 1."))
def accuracy_in_percent(model, loader):
    loss, accuracy = weighted_with_the_sizes(model, loader)
    return loss, accuracy * 100


@wrong("loss_and_accuracy", N_("You count the wrong answers. The accuracy is the share of the right ones."))
def share_of_wrong_answers(model, loader):
    loss, accuracy = weighted_with_the_sizes(model, loader)
    return loss, 1 - accuracy


@wrong("loss_and_accuracy", N_("You returned the accuracy first. Look at the order in the text: loss, then accuracy."))
def accuracy_before_loss(model, loader):
    loss, accuracy = weighted_with_the_sizes(model, loader)
    return accuracy, loss


@wrong("loss_and_accuracy", N_("You returned the sum of the losses. The mean over all texts is asked for."))
def loss_added_up(model, loader):
    loss, accuracy = weighted_with_the_sizes(model, loader)
    return loss * sum(len(batch[-1]) for batch in loader), accuracy


@wrong(
    "loss_and_accuracy",
    N_(
        "You divided the sum of the batches' losses by the number of texts. Each loss is a mean already: "
        "weigh it by the texts of its batch before you add it."
    ),
)
def losses_divided_by_texts(model, loader):
    losses, hits, sizes = _by_batch(model, loader)
    return sum(losses) / sum(sizes), sum(hits) / sum(sizes)


@wrong(
    "loss_and_accuracy",
    N_("You put a softmax before the cross-entropy, which has one inside. Give it the scores as the model makes them."),
)
def softmax_before_measuring(model, loader):
    mode = model.training
    model.eval()
    with torch.no_grad():
        pairs = [(torch.softmax(model(*inputs), dim=1), labels) for *inputs, labels in loader]
    model.train(mode)
    scores, labels = torch.cat([one for one, _ in pairs]), torch.cat([one for _, one in pairs])
    return F.cross_entropy(scores, labels).item(), (scores.argmax(dim=1) == labels).double().mean().item()


@wrong(
    "loss_and_accuracy",
    N_("You brought the model to the CPU. It may live on a GPU, and so do the batches: all stay where they are."),
)
def measured_on_the_cpu(model, loader):
    model.cpu()
    return weighted_with_the_sizes(model, loader)


# --- split_articles ---


@right("split_articles")
def with_random_split(examples, share, seed):
    held_out = round(len(examples) * share)
    generator = torch.Generator()
    generator.manual_seed(seed)
    parts = random_split(range(len(examples)), [len(examples) - held_out, held_out], generator=generator)
    return tuple([examples[place] for place in part] for part in parts)


@right("split_articles")
def with_pythons_random(examples, share, seed):
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    cut = len(shuffled) - round(len(shuffled) * share)
    return shuffled[:cut], shuffled[cut:]


@right("split_articles")
def with_the_seed_put_back(examples, share, seed):
    chosen = set(random.Random(seed).sample(range(len(examples)), round(len(examples) * share)))
    indices = list(range(len(examples)))
    train = Subset(examples, [place for place in indices if place not in chosen])
    return [train[i] for i in range(len(train))], [examples[place] for place in sorted(chosen)]


@wrong(
    "split_articles",
    N_("You did not shuffle. In a file that is sorted by class, whole classes would be missing in the training."),
)
def not_shuffled(examples, share, seed):
    cut = len(examples) - round(len(examples) * share)
    return list(examples[:cut]), list(examples[cut:])


@wrong(
    "split_articles",
    N_(
        "You set the seed of the whole program, and everything random after it is different. "
        "Make a generator of your own: `torch.Generator` has `manual_seed` too."
    ),
)
def global_seed(examples, share, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(examples)).tolist()
    cut = len(order) - round(len(order) * share)
    return [examples[place] for place in order[:cut]], [examples[place] for place in order[cut:]]


@wrong(
    "split_articles",
    N_("You shuffled the list of the caller. Shuffle a copy, or positions."),
)
def callers_list_shuffled(examples, share, seed):
    random.Random(seed).shuffle(examples)
    cut = len(examples) - round(len(examples) * share)
    return examples[:cut], examples[cut:]


_CUT_DOWN = N_(
    "You cut the number down instead of rounding it: 100 times 0.29 is a tiny bit less than 29 in the computer, "
    "and `int` makes 28 of it."
)


@wrong("split_articles", _CUT_DOWN)
def cut_down(examples, share, seed):
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    cut = len(shuffled) - int(len(shuffled) * share)
    return shuffled[:cut], shuffled[cut:]


@wrong("split_articles", _CUT_DOWN)
def cut_down_in_torchs_order(examples, share, seed):
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = int(len(examples) * share)
    return [examples[place] for place in order[held_out:]], [examples[place] for place in order[:held_out]]


@wrong(
    "split_articles",
    N_("You gave the list that is held out first. The examples to train on come first."),
)
def held_out_first(examples, share, seed):
    train, held_out = with_pythons_random(examples, share, seed)
    return held_out, train


@wrong(
    "split_articles",
    N_("Your last position is counted from the end, and `-0` is 0: with nothing to hold out you hold out everything."),
)
def minus_zero(examples, share, seed):
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    held_out = round(len(shuffled) * share)
    return shuffled[:-held_out], shuffled[-held_out:]


@wrong("split_articles", N_("You do not use `seed`: every seed gives the same split."))
def one_seed_for_all(examples, share, seed):
    return with_pythons_random(examples, share, 42)


@wrong(
    "split_articles",
    N_("You drew examples with repetition: some are in the lists twice, and others not at all."),
)
def drawn_with_repetition(examples, share, seed):
    drawn = random.Random(seed).choices(examples, k=len(examples))
    cut = len(drawn) - round(len(drawn) * share)
    return drawn[:cut], drawn[cut:]


@wrong(
    "split_articles",
    N_("You trained on everything: the examples that you hold out are still among those to train on."),
)
def still_among_the_others(examples, share, seed):
    return list(examples), with_pythons_random(examples, share, seed)[1]


# --- training_tools ---


@right("training_tools")
def with_lambda(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(params=list(model.parameters()), lr=learning_rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.1 ** (epoch // epochs))
    return torch.nn.functional.cross_entropy, optimizer, scheduler


@right("training_tools")
def with_named_arguments(model, learning_rate, epochs):
    optimizer = torch.optim.Adam([{"params": model.parameters()}], lr=learning_rate)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=epochs, gamma=0.1)
    return nn.CrossEntropyLoss(reduction="mean"), optimizer, scheduler


def _step(optimizer, epochs, factor=0.1):
    return torch.optim.lr_scheduler.StepLR(optimizer, epochs, factor)


@wrong(
    "training_tools",
    N_("Your learning rate goes down after every epoch. It stays as it is for `epochs` of them."),
)
def lower_every_epoch(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.1)


@wrong(
    "training_tools",
    N_("Your learning rate loses a tenth each time. It is to become a tenth: which factor does that?"),
)
def loses_a_tenth(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs, 0.9)


@wrong(
    "training_tools",
    N_("Your learning rate goes down once and then stays. It becomes a tenth after every `epochs` epochs."),
)
def lower_only_once(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [epochs], 0.1)


@wrong(
    "training_tools",
    N_("You left the optimiser at its own learning rate. Hand on the one that is given."),
)
def default_learning_rate(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters())
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs)


@wrong("training_tools", N_("You made an optimiser of another kind. The text asks for Adam."))
def sgd_for_adam(model, learning_rate, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs)


@wrong("training_tools", N_("AdamW is not Adam: it also lets the weights decay. The text asks for Adam itself."))
def adamw_for_adam(model, learning_rate, epochs):
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs)


@wrong(
    "training_tools",
    N_("You applied softmax before the cross-entropy, which does it itself. It wants the plain scores."),
)
def softmax_first(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return lambda s, y: F.cross_entropy(s.softmax(dim=1), y), optimizer, _step(optimizer, epochs)


@wrong(
    "training_tools",
    N_("Your loss adds up over the batch. The mean over the batch is asked for."),
)
def sum_over_the_batch(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(reduction="sum"), optimizer, _step(optimizer, epochs)


@wrong(
    "training_tools",
    N_("`NLLLoss` expects logarithms of probabilities, and you have scores. Look for the loss that takes scores."),
)
def nll_of_scores(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    return nn.NLLLoss(), optimizer, _step(optimizer, epochs)


@wrong("training_tools", N_("Your optimiser has a copy of the model: the model itself will never change."))
def parameters_of_a_copy(model, learning_rate, epochs):
    optimizer = torch.optim.Adam(copy.deepcopy(model).parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs)


@wrong("training_tools", N_("Your optimiser has only the last layer's parameters. It is to train all of the model."))
def last_layer_only(model, learning_rate, epochs):
    layers = [*model.children()] or [model]
    optimizer = torch.optim.Adam(layers[-1].parameters(), lr=learning_rate)
    return nn.CrossEntropyLoss(), optimizer, _step(optimizer, epochs)


# --- keep_best_weights ---


@right("keep_best_weights")
def cloned_one_by_one(model, train_epoch, held_out_loss, epochs):
    history = []
    for _ in range(epochs):
        train_epoch()
        weights = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
        history.append((held_out_loss(), weights))
    losses = [loss for loss, _ in history]
    best = losses.index(min(losses))
    model.load_state_dict(history[best][1])
    model.train(False)
    return best, losses[best]


@right("keep_best_weights")
def written_to_a_file(model, train_epoch, held_out_loss, epochs):
    best = None
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if best is None or loss < best[1]:
            best, file = (epoch, loss), io.BytesIO()
            torch.save(model.state_dict(), file)
    file.seek(0)
    model.load_state_dict(torch.load(file, weights_only=True))
    model.eval()
    return best


@right("keep_best_weights")
def a_copy_of_the_model(model, train_epoch, held_out_loss, epochs):
    best_model, best_epoch, best_loss = None, None, math.inf
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss < best_loss:
            best_model, best_epoch, best_loss = copy.deepcopy(model), epoch, loss
    model.load_state_dict(best_model.state_dict())
    model.eval()
    return [best_epoch, best_loss]


def _best(model, train_epoch, held_out_loss, epochs, *, keep=copy.deepcopy, worse=lambda loss, best: loss >= best):
    """Keep the best weights as the solution does, for mistakes to begin from."""
    best, best_loss, state = 0, float("inf"), model.state_dict()
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if not worse(loss, best_loss):
            best, best_loss, state = epoch, loss, keep(model.state_dict())
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_(
        "Your model ends with the weights of the last epoch. What `state_dict()` gives is no copy: its tensors are "
        "those of the model, which go on changing. A copy of the dict alone holds the same tensors."
    ),
)
def best_in_name_only(model, train_epoch, held_out_loss, epochs):
    return _best(model, train_epoch, held_out_loss, epochs, keep=dict)


@wrong(
    "keep_best_weights",
    N_(
        "You went by the loss of the training. It goes on falling when the model learns its texts by heart: "
        "only texts that were held out say which epoch is the best."
    ),
)
def best_by_the_training(model, train_epoch, held_out_loss, epochs):
    losses = []

    def train():
        losses.append(train_epoch())

    def measure():
        held_out_loss()
        return losses[-1]

    return _best(model, train, measure, epochs)


@wrong(
    "keep_best_weights",
    N_("You chose the epoch by the loss of the training, and the model ends with the weights of the last one."),
)
def nothing_mended(model, train_epoch, held_out_loss, epochs):
    best, best_loss, state = 0, float("inf"), model.state_dict()
    for epoch in range(epochs):
        loss = train_epoch()
        held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, model.state_dict()
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_("Of several epochs that are equally good you took the last one. The first is asked for."),
)
def last_of_equals(model, train_epoch, held_out_loss, epochs):
    return _best(model, train_epoch, held_out_loss, epochs, worse=lambda loss, best: loss > best)


@wrong("keep_best_weights", N_("You took the epoch with the largest loss. The smaller the loss, the better."))
def largest_loss(model, train_epoch, held_out_loss, epochs):
    return _best(model, train_epoch, held_out_loss, epochs, worse=lambda loss, best: loss <= best < math.inf)


@wrong(
    "keep_best_weights",
    N_("You kept the parameters of the best epoch, but not the buffers, such as the running means of a batch norm."),
)
def parameters_only(model, train_epoch, held_out_loss, epochs):
    state = {}

    def keep(_):
        state.clear()
        state.update({name: weight.detach().clone() for name, weight in model.named_parameters()})

    def loaded(given):
        for name, weight in given.named_parameters():
            weight.data.copy_(state[name])

    best, best_loss = 0, float("inf")
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss < best_loss:
            best, best_loss = epoch, loss
            keep(model)
    loaded(model)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_("You found the best epoch, but the model never gets its weights back: `load_state_dict` is missing."),
)
def never_loaded(model, train_epoch, held_out_loss, epochs):
    losses = []
    for _ in range(epochs):
        train_epoch()
        losses.append(held_out_loss())
    return losses.index(min(losses)), min(losses)


@wrong(
    "keep_best_weights",
    N_("You left the model in the mode in which the last epoch left it. It is to be ready for use: evaluation mode."),
)
def mode_of_the_last_epoch(model, train_epoch, held_out_loss, epochs):
    answer = _best(model, train_epoch, held_out_loss, epochs)
    model.train()
    return answer


@wrong("keep_best_weights", N_("You counted the epochs from 1. The first one has the number 0."))
def epochs_from_1(model, train_epoch, held_out_loss, epochs):
    best, loss = _best(model, train_epoch, held_out_loss, epochs)
    return best + 1, loss


@wrong(
    "keep_best_weights",
    N_(
        "You went back to the best weights as soon as an epoch was worse. Training is to go on from where the last "
        "epoch ended; the best weights come back once, at the end."
    ),
)
def back_after_each_worse_epoch(model, train_epoch, held_out_loss, epochs):
    best, best_loss, state = 0, float("inf"), None
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, copy.deepcopy(model.state_dict())
        else:
            model.load_state_dict(state)
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_("You stopped at the first epoch that was worse. There are `epochs` of them, and a better one may come later."),
)
def stopped_early(model, train_epoch, held_out_loss, epochs):
    best, best_loss, state = 0, float("inf"), None
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss >= best_loss:
            break
        best, best_loss, state = epoch, loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_(
        "You began with 1, 10 or 100 as the smallest loss so far, and a loss may be larger than that in every epoch. "
        "Begin with infinity, or with the first loss."
    ),
)
def a_number_to_begin_with(model, train_epoch, held_out_loss, epochs):
    best, best_loss, state = 0, 100.0, copy.deepcopy(model.state_dict())
    for epoch in range(epochs):
        train_epoch()
        loss = held_out_loss()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong(
    "keep_best_weights",
    N_("You measured before training, so that each loss belongs to the weights of the epoch before."),
)
def measured_first(model, train_epoch, held_out_loss, epochs):
    best, best_loss, state = 0, float("inf"), None
    for epoch in range(epochs):
        loss = held_out_loss()
        train_epoch()
        if loss < best_loss:
            best, best_loss, state = epoch, loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    model.eval()
    return best, best_loss


@wrong("keep_best_weights", N_("You returned the loss first. The number of the best epoch comes first, then its loss."))
def loss_before_epoch(model, train_epoch, held_out_loss, epochs):
    best, loss = _best(model, train_epoch, held_out_loss, epochs)
    return loss, best


@wrong("keep_best_weights", N_("You returned the loss of the last epoch. That of the best one is asked for."))
def loss_of_the_last_epoch(model, train_epoch, held_out_loss, epochs):
    losses = []

    def measure():
        losses.append(held_out_loss())
        return losses[-1]

    best, _ = _best(model, train_epoch, measure, epochs)
    return best, losses[-1]


# --- train_and_score ---


def _counted(texts, words):
    """A table of how often each text has each word."""
    found = [(row, word) for row, text in enumerate(texts) for word in re.findall(r"\w+", text.lower())]
    places = torch.tensor([row * len(words) + words[word] for row, word in found if word in words])
    return torch.bincount(places, minlength=len(texts) * len(words)).reshape(len(texts), len(words)).float()


def _words(texts):
    found = dict.fromkeys(word for text in texts for word in re.findall(r"\w+", text.lower()))
    return {word: place for place, word in enumerate(found)}


@right("train_and_score")
def naive_bayes(texts, labels, new_texts, seed):
    words = _words(texts)
    counts = _counted(texts, words)
    per_class = torch.stack([counts[torch.tensor(labels) == c].sum(dim=0) for c in range(14)]) + 0.5
    logs = (per_class / per_class.sum(dim=1, keepdim=True)).log()
    return _counted(new_texts, words) @ logs.T


@right("train_and_score")
def linear_on_counts(texts, labels, new_texts, seed):
    torch.manual_seed(seed)
    words = _words(texts)
    counts, wanted = _counted(texts, words).bool().float(), torch.tensor(labels)
    model = nn.Linear(len(words), 14)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(25):
        optimizer.zero_grad()
        F.cross_entropy(model(counts), wanted).backward()
        optimizer.step()
    return model(_counted(new_texts, words).bool().float()).detach()


@wrong(
    "train_and_score",
    N_(
        "Your model answers with the class that is commonest in the training, whatever the text says. "
        "That is right for one in fourteen."
    ),
)
def commonest_class(texts, labels, new_texts, seed):
    return torch.bincount(torch.tensor(labels), minlength=14).float().repeat(len(new_texts), 1)


@wrong(
    "train_and_score",
    N_("Texts and labels have lost each other in your training: whoever shuffles one must shuffle the other alike."),
)
def labels_shuffled(texts, labels, new_texts, seed):
    labels = list(labels)
    random.Random(seed).shuffle(labels)
    return naive_bayes(texts, labels, new_texts, seed)


@wrong(
    "train_and_score",
    N_(
        "You made a vocabulary of its own for the new texts. The words get other numbers in it than those "
        "that the model has learnt: encode with the vocabulary of the training."
    ),
)
def another_vocabulary(texts, labels, new_texts, seed):
    words = _words(texts)
    counts = _counted(texts, words)
    per_class = torch.stack([counts[torch.tensor(labels) == c].sum(dim=0) for c in range(14)]) + 0.5
    logs = (per_class / per_class.sum(dim=1, keepdim=True)).log()
    others = {word: place for place, word in enumerate(_words(new_texts)) if place < len(words)}
    return _counted(new_texts, {**others}) @ logs.T[: len(others)]


@wrong(
    "train_and_score",
    N_("The model was never trained: it scores with the weights that it was made with."),
)
def never_trained(texts, labels, new_texts, seed):
    torch.manual_seed(seed)
    words = _words(texts)
    return nn.Linear(len(words), 14)(_counted(new_texts, words)).detach()


@wrong(
    "train_and_score",
    N_(
        "Your answers are in another order than the new texts: a loader that shuffles is for training. "
        "For scoring it must not."
    ),
)
def scores_in_another_order(texts, labels, new_texts, seed):
    scores = naive_bayes(texts, labels, new_texts, seed)
    return scores[torch.randperm(len(scores), generator=torch.Generator().manual_seed(seed))]


@wrong(
    "train_and_score",
    N_("You do not use the seed, so every training begins elsewhere and gives other scores."),
)
def seed_not_used(texts, labels, new_texts, seed):
    return linear_on_counts(texts, labels, new_texts, torch.randint(10**6, ()).item())


@wrong(
    "train_and_score",
    N_("You return the class of each text. A score for each of the 14 classes is asked for."),
)
def classes_for_scores(texts, labels, new_texts, seed):
    return naive_bayes(texts, labels, new_texts, seed).argmax(dim=1)


@wrong(
    "train_and_score",
    N_("Your table has a column for each class that occurs in the training. There are always 14 columns."),
)
def only_classes_that_occur(texts, labels, new_texts, seed):
    return naive_bayes(texts, labels, new_texts, seed)[:, sorted(set(labels))]


@wrong(
    "train_and_score",
    N_("Your scores still have a graph behind them. Nobody will train on them: score without gradients."),
)
def scores_with_a_graph(texts, labels, new_texts, seed):
    return linear_on_counts(texts, labels, new_texts, seed).requires_grad_()


@wrong(
    "train_and_score",
    N_(
        "Your random numbers begin at a `hash` of texts, and Python has another one each time that it starts: "
        "`seed` itself is the number to begin with."
    ),
)
def seeded_by_a_hash(texts, labels, new_texts, seed):
    return linear_on_counts(texts, labels, new_texts, abs(hash((*texts, seed))) % 2**31)


@wrong(
    "train_and_score",
    N_(
        "You number the words in the order of a `set`, which is another one each time that Python starts: "
        "sort them, or use `build_vocabulary`."
    ),
)
def words_in_the_order_of_a_set(texts, labels, new_texts, seed):
    torch.manual_seed(seed)
    words = {word: place for place, word in enumerate(set(_words(texts)))}
    counts, wanted = _counted(texts, words).bool().float(), torch.tensor(labels)
    model = nn.Linear(len(words), 14)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(25):
        optimizer.zero_grad()
        F.cross_entropy(model(counts), wanted).backward()
        optimizer.step()
    return model(_counted(new_texts, words).bool().float()).detach()


# --- compiled_scores ---


@right("compiled_scores")
def compiled_in_place(model, batches, backend):
    model.eval()
    model.compile(backend=backend)
    with torch.inference_mode():
        return [model(*inputs) for inputs in batches]


@right("compiled_scores")
def compiled_function(model, batches, backend):
    @torch.compile(backend=backend)
    def score(*inputs):
        return model(*inputs)

    model.train(False)
    scores = []
    for inputs in batches:
        with torch.no_grad():
            scores.append(score(*inputs).detach())
    return scores


@wrong(
    "compiled_scores",
    N_(
        "The given backend ran none of your scores. `torch.compile` leaves the model as it is and returns a new one: "
        "is that the one that you call, and did you hand `backend` on?"
    ),
)
def compiled_and_thrown_away(model, batches, backend):
    torch.compile(model.eval(), backend=backend)
    with torch.no_grad():
        return [model(*inputs) for inputs in batches]


@wrong(
    "compiled_scores",
    N_("You did not hand `backend` on, or not the one that is given. What compiles is for the caller to choose."),
)
def another_backend(model, batches, backend):
    return compiled_in_place(model, batches, "eager")


@wrong(
    "compiled_scores",
    N_("The model is in training mode: dropout makes the scores different every time. Evaluate in evaluation mode."),
)
def compiled_in_training_mode(model, batches, backend):
    compiled = torch.compile(model, backend=backend)
    with torch.no_grad():
        return [compiled(*inputs) for inputs in batches]


@wrong(
    "compiled_scores",
    N_("You put the model back into training mode. The text says to leave it in evaluation mode."),
)
def mode_put_back(model, batches, backend):
    scores = compiled_function(model, batches, backend)
    model.train()
    return scores


@wrong("compiled_scores", N_("Your scores have a graph behind them. Switch the gradients off while you score."))
def compiled_with_gradients(model, batches, backend):
    compiled = torch.compile(model.eval(), backend=backend)
    return [compiled(*inputs) for inputs in batches]


@wrong(
    "compiled_scores", N_("You returned the scores of the first batch only. A list with those of each is asked for.")
)
def first_batch_only(model, batches, backend):
    return compiled_function(model, batches[:1], backend)


@wrong(
    "compiled_scores",
    N_("You joined the scores of all batches into one tensor. A list with one tensor for each batch is asked for."),
)
def joined_scores(model, batches, backend):
    scores = compiled_function(model, batches, backend)
    return torch.cat(scores) if scores else torch.zeros(0, 2)


# --- save_weights ---


@right("save_weights")
def as_a_plain_dict(model, file):
    torch.save(dict(model.state_dict()), file)


@right("save_weights")
def copied_to_the_cpu(model, file):
    torch.save({name: one.detach().cpu().clone() for name, one in model.state_dict().items()}, f=file)


@wrong(
    "save_weights",
    N_(
        "You saved the model itself, with its class and all. Loading with `weights_only=True` refuses that: "
        "the last line of the error names the class. Save what `state_dict()` gives."
    ),
)
def whole_model(model, file):
    torch.save(model, file)


@wrong(
    "save_weights",
    N_("You saved the parameters, but not the buffers, such as the running means of a batch norm."),
)
def without_buffers(model, file):
    torch.save({name: one.detach() for name, one in model.named_parameters()}, file)


@wrong(
    "save_weights",
    N_("You saved a list of the parameters: names and buffers are missing. Save the `state_dict()`."),
)
def parameters_without_names(model, file):
    torch.save(list(model.parameters()), file)


@wrong(
    "save_weights",
    N_("You put the weights into a dict of your own. The file is to hold the `state_dict()` itself."),
)
def one_level_too_deep(model, file):
    torch.save({"state_dict": model.state_dict()}, file)


@wrong(
    "save_weights",
    N_("You saved the weights in another dtype. What comes back must be what was there."),
)
def always_in_float32(model, file):
    torch.save({name: one.float() for name, one in model.state_dict().items()}, file)


@wrong("save_weights", N_("You put the model into evaluation mode. Saving must leave it as it is."))
def evaluation_mode_for_saving(model, file):
    torch.save(model.eval().state_dict(), file)


@wrong(
    "save_weights",
    N_("You wrote the weights with `pickle` itself. `torch.load` reads what `torch.save` writes."),
)
def pickled_by_hand(model, file):
    import pickle

    pickle.dump(model.state_dict(), file)


@wrong(
    "save_weights",
    N_("You brought the model to the CPU in order to save it, and left it there. Saving must leave it where it is."),
)
def model_left_on_the_cpu(model, file):
    model.cpu()
    torch.save(model.state_dict(), file)


# --- load_weights ---


@right("load_weights")
def moved_first(model, file, device):
    model.to(device)
    state = torch.load(file, weights_only=True, map_location=torch.device(device))
    model.load_state_dict(state, strict=True)
    model.train(False)
    return model


@right("load_weights")
def through_the_cpu(model, file, device):
    state = torch.load(file, map_location="cpu")
    model.load_state_dict(state)
    model.eval()
    model.to(device)
    return model


@right("load_weights")
def with_the_tensors_of_the_file(model, file, device):
    state = torch.load(file, map_location=lambda storage, _: storage, weights_only=True)
    model.load_state_dict(state, assign=False)
    return model.eval().to(torch.device(device))


@wrong(
    "load_weights",
    N_(
        "You did not say where the tensors are to go, so PyTorch looks for the device on which they were saved. "
        "Look at the argument `map_location`."
    ),
)
def where_they_were(model, file, device):
    model.load_state_dict(torch.load(file, weights_only=True))
    return model.to(device).eval()


@wrong(
    "load_weights",
    N_("You load with `weights_only=False`, and that runs whatever program the file holds. Do not trust files."),
)
def trusting(model, file, device):
    model.load_state_dict(torch.load(file, map_location=device, weights_only=False))
    return model.to(device).eval()


@wrong("load_weights", N_("You left the model in training mode. It is to be ready for use: in evaluation mode."))
def loaded_in_training_mode(model, file, device):
    model.load_state_dict(torch.load(file, map_location=device, weights_only=True))
    return model.to(device)


@wrong(
    "load_weights",
    N_("You read the file, but never gave the weights to the model: it still has its own."),
)
def read_and_forgotten(model, file, device):
    torch.load(file, map_location=device, weights_only=True)
    return model.to(device).eval()


@wrong(
    "load_weights",
    N_(
        "With `strict=False` weights that are missing, or that the model does not know, are passed over in silence. "
        "Let the error come."
    ),
)
def not_strict(model, file, device):
    model.load_state_dict(torch.load(file, map_location=device, weights_only=True), strict=False)
    return model.to(device).eval()


@wrong(
    "load_weights",
    N_("You returned what `load_state_dict` returns: a note on the names that did not fit. Return the model."),
)
def returns_the_note(model, file, device):
    return model.to(device).eval().load_state_dict(torch.load(file, map_location=device, weights_only=True))


@wrong(
    "load_weights",
    N_("You returned a copy, and the model that was given still has its own weights. Load into the model itself."),
)
def a_copy(model, file, device):
    return moved_first(copy.deepcopy(model), file, device)


@wrong("load_weights", N_("You returned the dict that the file holds. Return the model, with these weights in it."))
def returns_the_state(model, file, device):
    state = torch.load(file, map_location=device, weights_only=True)
    model.load_state_dict(state)
    model.eval()
    return state


@wrong(
    "load_weights",
    N_("You load onto the CPU, whatever `device` says. The model is to work where the caller wants it."),
)
def always_onto_the_cpu(model, file, device):
    model.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return model.eval()


# --- save_checkpoint ---


def _states(model, optimizer, scheduler, generator, epochs_done):
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    return {**states, "generator": generator.get_state(), "epochs_done": epochs_done}


@right("save_checkpoint")
def in_a_loop(file, model, optimizer, scheduler, generator, epochs_done):
    content = {"epochs_done": int(epochs_done), "generator": generator.get_state()}
    for name, part in (("scheduler", scheduler), ("model", model), ("optimizer", optimizer)):
        content[name] = part.state_dict()
    torch.save(obj=content, f=file)


@right("save_checkpoint")
def copied_before_saving(file, model, optimizer, scheduler, generator, epochs_done):
    content = copy.deepcopy(_states(model, optimizer, scheduler, generator, epochs_done))
    content["model"] = {name: tensor.cpu() for name, tensor in content["model"].items()}
    torch.save(content, file)


@wrong(
    "save_checkpoint",
    N_(
        "You saved the weights alone. Whoever goes on from there begins anew with the optimiser's memory, "
        "with the learning rate and with the order of the texts: all five keys are needed."
    ),
)
def weights_alone(file, model, optimizer, scheduler, generator, epochs_done):
    torch.save({"model": model.state_dict()}, file)


@wrong(
    "save_checkpoint",
    N_("The file holds what `state_dict()` of the model gives, and nothing else. A dict with five keys is asked for."),
)
def state_of_the_model(file, model, optimizer, scheduler, generator, epochs_done):
    torch.save(model.state_dict(), file)


def _without(key):
    def save(file, model, optimizer, scheduler, generator, epochs_done):
        content = _states(model, optimizer, scheduler, generator, epochs_done)
        del content[key]
        torch.save(content, file)

    return save


@wrong(
    "save_checkpoint",
    N_("You left the optimiser out. It has a memory, such as momenta, and without it the next steps are others."),
)
def optimizer_left_out(file, model, optimizer, scheduler, generator, epochs_done):
    _without("optimizer")(file, model, optimizer, scheduler, generator, epochs_done)


@wrong(
    "save_checkpoint",
    N_("You left the scheduler out. It counts the epochs, and without that it lowers the rate at the wrong time."),
)
def scheduler_left_out(file, model, optimizer, scheduler, generator, epochs_done):
    _without("scheduler")(file, model, optimizer, scheduler, generator, epochs_done)


@wrong("save_checkpoint", N_("You left the generator out: the texts would come in the order of the first epoch again."))
def generator_left_out(file, model, optimizer, scheduler, generator, epochs_done):
    _without("generator")(file, model, optimizer, scheduler, generator, epochs_done)


@wrong(
    "save_checkpoint",
    N_(
        "You saved the generator's seed, with which it once began. It has drawn numbers since: "
        "its state says where it is now."
    ),
)
def seed_for_state(file, model, optimizer, scheduler, generator, epochs_done):
    content = _states(model, optimizer, scheduler, generator, epochs_done)
    torch.save({**content, "generator": generator.initial_seed()}, file)


@wrong(
    "save_checkpoint",
    N_(
        "You saved the state with which the generator once began. It has drawn numbers since: save the state in which "
        "it is now."
    ),
)
def state_at_the_beginning(file, model, optimizer, scheduler, generator, epochs_done):
    content = _states(model, optimizer, scheduler, generator, epochs_done)
    first = torch.Generator().manual_seed(generator.initial_seed())
    torch.save({**content, "generator": first.get_state()}, file)


@wrong(
    "save_checkpoint",
    N_(
        "You saved the optimiser's settings without its memory, such as momenta: the next steps are others. Save all "
        "that its `state_dict()` gives."
    ),
)
def optimizer_without_its_memory(file, model, optimizer, scheduler, generator, epochs_done):
    content = _states(model, optimizer, scheduler, generator, epochs_done)
    settings = {"state": {}, "param_groups": optimizer.state_dict()["param_groups"]}
    torch.save({**content, "optimizer": settings}, file)


@wrong(
    "save_checkpoint",
    N_("You saved the state of PyTorch's own generator. The loader draws from `generator`: ask that one."),
)
def state_of_the_global_generator(file, model, optimizer, scheduler, generator, epochs_done):
    content = _states(model, optimizer, scheduler, generator, epochs_done)
    torch.save({**content, "generator": torch.get_rng_state()}, file)


@wrong(
    "save_checkpoint",
    N_(
        "You saved whole objects, with their classes, and loading with `weights_only=True` refuses such files. "
        "Save their states."
    ),
)
def whole_objects(file, model, optimizer, scheduler, generator, epochs_done):
    content = {"model": model, "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save({**content, "generator": generator.get_state(), "epochs_done": epochs_done}, file)


@wrong("save_checkpoint", N_("You saved one epoch too many. `epochs_done` is how many are over: save it as it is."))
def one_epoch_too_many(file, model, optimizer, scheduler, generator, epochs_done):
    torch.save(_states(model, optimizer, scheduler, generator, epochs_done + 1), file)


@wrong(
    "save_checkpoint",
    N_("You saved the parameters of the model, but not the buffers, such as the running means of a batch norm."),
)
def checkpoint_without_buffers(file, model, optimizer, scheduler, generator, epochs_done):
    content = _states(model, optimizer, scheduler, generator, epochs_done)
    torch.save({**content, "model": {name: tensor.detach() for name, tensor in model.named_parameters()}}, file)


@wrong("save_checkpoint", N_("You put the model into evaluation mode. Saving must leave it as it is."))
def checkpoint_in_evaluation_mode(file, model, optimizer, scheduler, generator, epochs_done):
    model.eval()
    torch.save(_states(model, optimizer, scheduler, generator, epochs_done), file)


@wrong(
    "save_checkpoint",
    N_("You brought the model to the CPU in order to save it, and left it there. Saving must leave it where it is."),
)
def checkpointed_on_the_cpu(file, model, optimizer, scheduler, generator, epochs_done):
    torch.save(_states(model.cpu(), optimizer, scheduler, generator, epochs_done), file)


# --- resume_checkpoint ---


@right("resume_checkpoint")
def in_a_loop_of_parts(file, model, optimizer, scheduler, generator):
    content = torch.load(file, weights_only=True, map_location=torch.device("cpu"))
    parts = {"scheduler": scheduler, "optimizer": optimizer, "model": model}
    for name, part in parts.items():
        part.load_state_dict(content.pop(name))
    generator.set_state(content["generator"])
    return content["epochs_done"]


@right("resume_checkpoint")
def storages_as_they_come(file, model, optimizer, scheduler, generator):
    content = torch.load(file, weights_only=True, map_location=lambda storage, _: storage)
    model.load_state_dict(content["model"], strict=True)
    generator.set_state(content["generator"].cpu().clone())
    optimizer.load_state_dict(copy.deepcopy(content["optimizer"]))
    scheduler.load_state_dict(content["scheduler"])
    return int(content["epochs_done"])


def _resume(file, model, optimizer, scheduler, generator, *, leave=(), trust=False, strict=True, assign=False):
    """Resume as the solution does, for mistakes to begin from."""
    content = torch.load(file, map_location="cpu", weights_only=not trust)
    model.load_state_dict(content["model"], strict=strict, assign=assign)
    if "optimizer" not in leave:
        optimizer.load_state_dict(content["optimizer"])
    if "scheduler" not in leave:
        scheduler.load_state_dict(content["scheduler"])
    if "generator" not in leave:
        generator.set_state(content["generator"])
    return content["epochs_done"]


@wrong(
    "resume_checkpoint",
    N_(
        "You gave back the weights alone. Optimiser, scheduler and generator begin anew, "
        "and the training goes another way than the one that was interrupted."
    ),
)
def weights_given_back_alone(file, *training):
    return _resume(file, *training, leave=("optimizer", "scheduler", "generator"))


@wrong(
    "resume_checkpoint",
    N_("You left out the optimiser: it has lost its memory and the learning rate that it had come down to."),
)
def optimizer_not_resumed(file, *training):
    return _resume(file, *training, leave=("optimizer",))


@wrong(
    "resume_checkpoint",
    N_("You left out the scheduler: it counts the epochs from the beginning and lowers the rate at the wrong time."),
)
def scheduler_not_resumed(file, *training):
    return _resume(file, *training, leave=("scheduler",))


@wrong(
    "resume_checkpoint",
    N_("You left out the generator: the order that it draws is not that of a training without a break."),
)
def generator_not_resumed(file, *training):
    return _resume(file, *training, leave=("generator",))


@wrong(
    "resume_checkpoint",
    N_("You gave the saved state to PyTorch's own generator. The loader draws from `generator`: give it to that one."),
)
def global_generator_resumed(file, *training):
    epochs_done = _resume(file, *training, leave=("generator",))
    file.seek(0)
    torch.set_rng_state(torch.load(file, map_location="cpu", weights_only=True)["generator"])
    return epochs_done


@wrong(
    "resume_checkpoint",
    N_(
        "You did not say where the tensors are to go, so PyTorch looks for the device on which they were saved. "
        "Look at the argument `map_location`."
    ),
)
def resumed_where_they_were(file, model, optimizer, scheduler, generator):
    content = torch.load(file, weights_only=True)
    generator.set_state(content["generator"].cpu())
    for name, part in (("model", model), ("optimizer", optimizer), ("scheduler", scheduler)):
        part.load_state_dict(content[name])
    return content["epochs_done"]


@wrong(
    "resume_checkpoint",
    N_(
        "You loaded everything onto the model's device, the generator's state as well. "
        "A generator on the CPU takes its state from the CPU only."
    ),
)
def all_onto_the_device(file, model, optimizer, scheduler, generator):
    content = torch.load(file, weights_only=True, map_location=next(model.parameters()).device)
    for name, part in (("model", model), ("optimizer", optimizer), ("scheduler", scheduler)):
        part.load_state_dict(content[name])
    generator.set_state(content["generator"])
    return content["epochs_done"]


@wrong(
    "resume_checkpoint",
    N_("You load with `weights_only=False`, and that runs whatever program the file holds. Do not trust files."),
)
def trusting_checkpoints(file, *training):
    return _resume(file, *training, trust=True)


@wrong("resume_checkpoint", N_("You returned the number of the last epoch. How many epochs are over is one more."))
def last_epoch_returned(file, *training):
    return _resume(file, *training) - 1


@wrong("resume_checkpoint", N_("You added one to the number of epochs. The file says how many are over."))
def next_epoch_returned(file, *training):
    return _resume(file, *training) + 1


@wrong(
    "resume_checkpoint",
    N_("You returned nothing, or not the number. Whoever goes on training must know how many epochs are over."),
)
def nothing_returned(file, *training):
    _resume(file, *training)


@wrong(
    "resume_checkpoint",
    N_("With `strict=False` weights that are missing are passed over in silence. Let the error come."),
)
def checkpoint_not_strict(file, *training):
    return _resume(file, *training, strict=False)


@wrong(
    "resume_checkpoint",
    N_(
        "With `assign=True` the model gets new parameters, and the optimiser goes on changing the old ones. "
        "Copy the numbers into the parameters that are there, as `load_state_dict` does by default."
    ),
)
def new_parameters(file, *training):
    return _resume(file, *training, assign=True)


@wrong("resume_checkpoint", N_("You put the model into evaluation mode. Its mode is not to change: training goes on."))
def resumed_in_evaluation_mode(file, model, *others):
    model.eval()
    return _resume(file, model, *others)


@wrong("resume_checkpoint", N_("You put the model into training mode. Its mode is not to change."))
def resumed_in_training_mode(file, model, *others):
    model.train()
    return _resume(file, model, *others)


# --- save_hub_folder ---


def _write_config(config, folder):
    with open(Path(folder) / "config.json", "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2, ensure_ascii=False)


@right("save_hub_folder")
def with_bytes(model, config, folder):
    import os

    from safetensors.torch import save

    os.makedirs(folder, exist_ok=True)
    data = save({name: one.detach().clone(memory_format=torch.contiguous_format) for name, one in _state(model)})
    Path(folder, "model.safetensors").write_bytes(data)
    _write_config(config, folder)


def _state(model):
    return list(model.state_dict().items())


@right("save_hub_folder")
def byte_by_byte(model, config, folder):
    """The format by hand: the header's length, the header as JSON, then the numbers."""
    names = {torch.float32: "F32", torch.float16: "F16", torch.int64: "I64", torch.float64: "F64"}
    header, data = {}, b""
    for name, one in _state(model):
        raw = one.detach().contiguous().numpy().tobytes()
        place = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": names[one.dtype], "shape": list(one.shape), "data_offsets": place}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    _write_config(config, folder)


@wrong(
    "save_hub_folder",
    N_(
        "`load_file` finds nothing in the format safetensors in the folder. Is the folder made if it is not there, "
        "and which function writes the weights? What `torch.save` writes is pickled, which is another format."
    ),
)
def pickled_under_the_name(model, config, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), Path(folder) / "model.safetensors")
    _write_config(config, folder)


@wrong(
    "save_hub_folder",
    N_("You expected the folder to be there. Make it first, with all folders above it that are missing."),
)
def folder_not_made(model, config, folder):
    from safetensors.torch import save_file

    folder = Path(folder)
    save_file({name: one.contiguous() for name, one in _state(model)}, folder / "model.safetensors")
    _write_config(config, folder)


@wrong(
    "save_hub_folder",
    N_("`safetensors` refuses a weight that is a transposed view. Look at `contiguous()`."),
)
def views_refused(model, config, folder):
    from safetensors.torch import save_file

    Path(folder).mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), Path(folder) / "model.safetensors")
    _write_config(config, folder)


@wrong(
    "save_hub_folder",
    N_("Your configuration is Python text, not JSON: other programs cannot read single quotes, `True` or `None`."),
)
def python_text(model, config, folder):
    with_bytes(model, config, folder)
    (Path(folder) / "config.json").write_text(str(config), encoding="utf-8")


@wrong(
    "save_hub_folder",
    N_("You saved the parameters, but not the buffers, such as the running means of a batch norm."),
)
def buffers_left_out(model, config, folder):
    from safetensors.torch import save_file

    with_bytes(model, config, folder)
    weights = {name: one.detach().contiguous() for name, one in model.named_parameters()}
    save_file(weights, Path(folder) / "model.safetensors")


@wrong(
    "save_hub_folder",
    N_("You turned the weights into float32. Each keeps its dtype."),
)
def weights_in_float32(model, config, folder):
    from safetensors.torch import save_file

    with_bytes(model, config, folder)
    weights = {name: one.float().contiguous() for name, one in _state(model)}
    save_file(weights, Path(folder) / "model.safetensors")


@wrong(
    "save_hub_folder",
    N_("If the folder is there already, your function does not accept that. Replace its files."),
)
def only_once(model, config, folder):
    Path(folder).mkdir(parents=True)
    with_bytes(model, config, folder)


@wrong(
    "save_hub_folder",
    N_("You add to the file `config.json` that is there. Two configurations in one file are no JSON: replace it."),
)
def configuration_appended(model, config, folder):
    from safetensors.torch import save_file

    Path(folder).mkdir(parents=True, exist_ok=True)
    save_file({name: one.contiguous() for name, one in _state(model)}, Path(folder) / "model.safetensors")
    with open(Path(folder, "config.json"), "a", encoding="utf-8") as file:
        json.dump(config, file)


# --- load_hub_folder ---


@right("load_hub_folder")
def opened_by_hand(make_model, folder):
    from safetensors import safe_open

    with open(Path(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    with safe_open(Path(folder, "model.safetensors"), framework="pt", device="cpu") as file:
        state = {name: file.get_tensor(name) for name in file.keys()}
    model = make_model(**config)
    model.load_state_dict(state)
    model.train(False)
    return model


@right("load_hub_folder")
def from_bytes(make_model, folder):
    from safetensors.torch import load

    folder = Path(folder)
    model = make_model(**json.loads((folder / "config.json").read_bytes()))
    model.load_state_dict(load((folder / "model.safetensors").read_bytes()), strict=True)
    return model.eval()


@wrong("load_hub_folder", N_("You left the new model in training mode. It is to be ready for use: in evaluation mode."))
def hub_in_training_mode(make_model, folder):
    return from_bytes(make_model, folder).train()


@wrong("load_hub_folder", N_("You made the model, but never gave it the weights of the file: it has random ones."))
def hub_weights_forgotten(make_model, folder):
    return make_model(**json.loads((Path(folder) / "config.json").read_bytes())).eval()


@wrong(
    "load_hub_folder",
    N_("You handed the configuration over as one dict. Its items are keyword arguments: two stars unpack them."),
)
def dict_as_one_argument(make_model, folder):
    return make_model(json.loads((Path(folder) / "config.json").read_bytes())).eval()


@wrong(
    "load_hub_folder",
    N_("You handed the values over by position. Only their names say what they are: use keyword arguments."),
)
def values_by_position(make_model, folder):
    return from_bytes(lambda **config: make_model(*config.values()), folder)


@wrong(
    "load_hub_folder",
    N_("With `strict=False` weights that are missing are passed over in silence. Let the error come."),
)
def hub_not_strict(make_model, folder):
    from safetensors.torch import load_file

    folder = Path(folder)
    model = make_model(**json.loads((folder / "config.json").read_bytes()))
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    return model.eval()


# --- save_vocabulary_and_card ---


@right("save_vocabulary_and_card")
def with_open_files(vocabulary, title, folder):
    with open(Path(folder) / "vocab.json", "w", encoding="utf-8") as file:
        json.dump(vocabulary, file, ensure_ascii=False, indent=1, sort_keys=True)
    with open(Path(folder, "README.md"), "w", encoding="utf-8") as file:
        print("---", "library_name: pytorch", "pipeline_tag: text-classification", "---", sep="\n", file=file)
        print(f"\n# {title}\n", file=file)
        for name in _NAMES:
            print("-", name, file=file)


@right("save_vocabulary_and_card")
def with_bytes_and_a_template(vocabulary, title, folder):
    names = "\n".join("- " + name for name in _NAMES)
    card = f"---\nlibrary_name: pytorch\npipeline_tag: text-classification\n---\n# {title}\n{names}"
    Path(folder, "README.md").write_bytes(card.encode())
    Path(folder, "vocab.json").write_bytes(json.dumps(vocabulary).encode())


_NAMES = (
    "Company EducationalInstitution Artist Athlete OfficeHolder MeanOfTransportation Building NaturalPlace Village "
    "Animal Plant Album Film WrittenWork"
).split()


def _add(
    vocabulary, title, folder, *, names=_NAMES, words=json.dumps, card=lambda text: text, heading="# ", bullet="- "
):
    """Write both files as the solution does, for mistakes to begin from."""
    head = ["---", "library_name: pytorch", "pipeline_tag: text-classification", "---", heading + title, ""]
    text = card("\n".join([*head, *(bullet + name for name in names)]) + "\n")
    (Path(folder) / "vocab.json").write_text(words(vocabulary), encoding="utf-8")
    (Path(folder) / "README.md").write_text(text, encoding="utf-8")


@wrong(
    "save_vocabulary_and_card",
    N_(
        "You wrote the words as a list. Their numbers would follow from their order, "
        "which need not be that of the dict."
    ),
)
def words_without_numbers(vocabulary, title, folder):
    _add(vocabulary, title, folder, words=lambda vocabulary: json.dumps(list(vocabulary)))


@wrong(
    "save_vocabulary_and_card",
    N_("Your vocabulary is Python text, not JSON: other programs cannot read it. Look at the module `json`."),
)
def vocabulary_as_python_text(vocabulary, title, folder):
    _add(vocabulary, title, folder, words=str)


@wrong(
    "save_vocabulary_and_card",
    N_("You turned the vocabulary round: its keys are the words, and the numbers are what they lead to."),
)
def words_by_number(vocabulary, title, folder):
    turned = {number: word for word, number in vocabulary.items()}
    _add(vocabulary, title, folder, words=lambda _: json.dumps(turned))


@wrong(
    "save_vocabulary_and_card",
    N_("Your words have new numbers, by their order. They must keep those that the model has learnt."),
)
def words_numbered_anew(vocabulary, title, folder):
    _add(vocabulary, title, folder, words=lambda words: json.dumps({word: n for n, word in enumerate(sorted(words))}))


@wrong(
    "save_vocabulary_and_card",
    N_("You left `<pad>` and `<unk>` out of the vocabulary. They have numbers like other words, and belong to it."),
)
def special_words_left_out(vocabulary, title, folder):
    _add({word: number for word, number in vocabulary.items() if number > 1}, title, folder)


@wrong(
    "save_vocabulary_and_card",
    N_("The metadata is not at the beginning of your card. The Hub reads it only if the file begins with `---`."),
)
def metadata_after_the_title(vocabulary, title, folder):
    def card(text):
        return f"# {title}\n\n" + text.replace(f"# {title}\n", "")

    _add(vocabulary, title, folder, card=card)


@wrong("save_vocabulary_and_card", N_("Your card has no metadata. The four lines from `---` to `---` come first."))
def no_metadata(vocabulary, title, folder):
    _add(vocabulary, title, folder, card=lambda text: "\n".join(text.split("\n")[4:]))


@wrong(
    "save_vocabulary_and_card",
    N_("Your card names the classes in the order of the alphabet. Their order says which label each of them has."),
)
def classes_sorted(vocabulary, title, folder):
    _add(vocabulary, title, folder, names=sorted(_NAMES))


@wrong(
    "save_vocabulary_and_card", N_("Your card names the classes of the example only. All of `CLASSES` belong there.")
)
def classes_of_the_example(vocabulary, title, folder):
    _add(vocabulary, title, folder, names=_NAMES[:2])


@wrong("save_vocabulary_and_card", N_("Your title is no heading. In Markdown a line that begins with `# ` is one."))
def title_without_heading(vocabulary, title, folder):
    _add(vocabulary, title, folder, heading="")


@wrong("save_vocabulary_and_card", N_("You put `My title`, from the example, above the card. `title` belongs there."))
def title_of_the_example(vocabulary, title, folder):
    _add(vocabulary, "My title", folder)


@wrong("save_vocabulary_and_card", N_("The names of your classes have no hyphen and space before them, as a list has."))
def names_without_hyphens(vocabulary, title, folder):
    _add(vocabulary, title, folder, bullet="")


@wrong(
    "save_vocabulary_and_card",
    N_("You emptied the folder first. What else lies there, such as the weights, must stay as it is."),
)
def folder_emptied(vocabulary, title, folder):
    for path in Path(folder).iterdir():
        path.unlink()
    _add(vocabulary, title, folder)


@wrong("save_vocabulary_and_card", N_("You add to files that are there already. Replace them: the old text must go."))
def added_to_old_files(vocabulary, title, folder):
    old = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir()}
    _add(
        vocabulary,
        title,
        folder,
        words=lambda words: old.get("vocab.json", "") + json.dumps(words),
        card=lambda text: old.get("README.md", "") + text,
    )


@wrong(
    "save_vocabulary_and_card",
    N_("You add to a `README.md` that is there already. Replace it: the old text must go."),
)
def added_to_the_old_card(vocabulary, title, folder):
    path = Path(folder) / "README.md"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    _add(vocabulary, title, folder, card=lambda text: old + text)


@wrong(
    "save_vocabulary_and_card",
    N_("You expect `folder` as a `Path`. It may be text too: `Path(folder)` makes a path of both."),
)
def paths_only(vocabulary, title, folder):
    if isinstance(folder, str):
        return folder / "vocab.json"
    return _add(vocabulary, title, folder)


# --- classify_texts ---


def _words_of(text):
    return re.findall(r"[^\W_]+", text.lower())


def _vocabulary_of(folder):
    return json.loads(Path(folder, "vocab.json").read_bytes())


def _numbers_of(text, vocabulary):
    return [vocabulary.get(word, vocabulary["<unk>"]) for word in _words_of(text)]


def _labels(texts, make_model, folder, *, vocabulary=None, numbers=_numbers_of, load=from_bytes):
    """The label of each text, found as the solution does, for mistakes to begin from."""
    model = load(make_model, folder)
    vocabulary = vocabulary or _vocabulary_of(folder)
    found = []
    for text in texts:
        ids = torch.tensor(numbers(text, vocabulary), dtype=torch.int64)
        found.append(int(model(ids, torch.tensor([0])).argmax()))
    return found


@right("classify_texts")
def one_text_for_each_batch(texts, make_model, folder):
    return [_NAMES[label] for label in _labels(texts, make_model, folder)]


@right("classify_texts")
def all_texts_in_one_batch(texts, make_model, folder):
    model = opened_by_hand(make_model, folder)
    with open(Path(folder) / "vocab.json", encoding="utf-8") as file:
        vocabulary = json.load(file)
    rows = [_numbers_of(text, vocabulary) for text in texts]
    flat = torch.tensor([number for row in rows for number in row], dtype=torch.int64)
    offsets = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
    with torch.inference_mode():
        return tuple(_NAMES[row.argmax()] for row in model(flat, offsets))


@wrong("classify_texts", N_("You returned the labels. The names of the classes are asked for: `CLASSES` has them."))
def labels_for_names(texts, make_model, folder):
    return _labels(texts, make_model, folder)


@wrong(
    "classify_texts",
    N_("Your names are one off. The file of articles counts the classes from 1, but the labels begin with 0."),
)
def names_one_off(texts, make_model, folder):
    return [_NAMES[label - 1] for label in _labels(texts, make_model, folder)]


@wrong("classify_texts", N_("Your names are one off, in the other direction: the label 0 has the first name."))
def names_one_further(texts, make_model, folder):
    return [_NAMES[(label + 1) % 14] for label in _labels(texts, make_model, folder)]


@wrong(
    "classify_texts",
    N_(
        "You made a vocabulary of the new texts. In it words have other numbers than those that the model has learnt: "
        "take the one that lies in the folder."
    ),
)
def vocabulary_of_the_new_texts(texts, make_model, folder):
    vocabulary = counted_by_hand([_words_of(text) for text in texts])
    size = len(_vocabulary_of(folder))
    kept = {word: number for word, number in vocabulary.items() if number < size}
    return [_NAMES[label] for label in _labels(texts, make_model, folder, vocabulary=kept)]


@wrong(
    "classify_texts",
    N_("You numbered the words by their order in `vocab.json`. The file says the number of each: use that."),
)
def numbered_by_the_order_in_the_file(texts, make_model, folder):
    vocabulary = {word: number for number, word in enumerate(_vocabulary_of(folder))}
    return [_NAMES[label] for label in _labels(texts, make_model, folder, vocabulary=vocabulary)]


@wrong(
    "classify_texts",
    N_("You left unknown words out. Each of them has the number of `<unk>`, for which the model has a vector too."),
)
def unknown_words_dropped(texts, make_model, folder):
    def numbers(text, vocabulary):
        return [vocabulary[word] for word in _words_of(text) if word in vocabulary]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong("classify_texts", N_("You gave unknown words the number 0, that of `<pad>`. They have the number of `<unk>`."))
def unknown_words_for_padding(texts, make_model, folder):
    def numbers(text, vocabulary):
        return [vocabulary.get(word, 0) for word in _words_of(text)]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong(
    "classify_texts",
    N_("You looked words up without asking whether the vocabulary has them: an unknown one raises a KeyError."),
)
def unknown_words_raise(texts, make_model, folder):
    def numbers(text, vocabulary):
        return [vocabulary[word] for word in _words_of(text)]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong(
    "classify_texts",
    N_("You left out texts without words. Every text gets a name, or the names no longer stand beside their texts."),
)
def texts_without_words_dropped(texts, make_model, folder):
    kept = [text for text in texts if _words_of(text)]
    return [_NAMES[label] for label in _labels(kept, make_model, folder)]


@wrong(
    "classify_texts",
    N_(
        "You put something of your own into texts without words, such as `<unk>` or `<pad>`. "
        "They have no words, and the model can score that: a bag of nothing has the mean 0."
    ),
)
def unknown_for_nothing(texts, make_model, folder):
    def numbers(text, vocabulary):
        return _numbers_of(text, vocabulary) or [1]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong(
    "classify_texts",
    N_("The model is in training mode: dropout makes it forget at random. Put it into evaluation mode."),
)
def classified_in_training_mode(texts, make_model, folder):
    def load(make_model, folder):
        return from_bytes(make_model, folder).train()

    return [_NAMES[label] for label in _labels(texts, make_model, folder, load=load)]


@wrong(
    "classify_texts", N_("You kept the capitals. The vocabulary has words in lower case, as `text_tokens` makes them.")
)
def classified_with_capitals(texts, make_model, folder):
    def numbers(text, vocabulary):
        return [vocabulary.get(word, 1) for word in re.findall(r"[^\W_]+", text)]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong("classify_texts", N_("You cut at spaces only, and the punctuation sticks to the words: use `text_tokens`."))
def classified_at_spaces(texts, make_model, folder):
    def numbers(text, vocabulary):
        return [vocabulary.get(word, 1) for word in text.lower().split()]

    return [_NAMES[label] for label in _labels(texts, make_model, folder, numbers=numbers)]


@wrong("classify_texts", N_("You never gave the model the weights of the folder: it answers at random."))
def classified_with_new_weights(texts, make_model, folder):
    return [_NAMES[label] for label in _labels(texts, make_model, folder, load=hub_weights_forgotten)]


@wrong("classify_texts", N_("You took the smallest score. The class of a text is that of its largest one."))
def smallest_score(texts, make_model, folder):
    model = from_bytes(make_model, folder)
    vocabulary = _vocabulary_of(folder)
    found = []
    for text in texts:
        ids = torch.tensor(_numbers_of(text, vocabulary), dtype=torch.int64)
        found.append(_NAMES[int(model(ids, torch.tensor([0])).argmin())])
    return found


@wrong(
    "classify_texts", N_("You returned the name of the first text only. A list with one for each text is asked for.")
)
def first_text_only(texts, make_model, folder):
    return [_NAMES[label] for label in _labels(texts[:1], make_model, folder)]


# --- mutants that are as right as the solution ---

equivalent(
    "pad_batch",
    "results share memory",
    "only lengths that happen to be the labels could lie in one memory, and no text asks for memory of their own",
)
equivalent(
    "TextClassifier",
    "boolean: return self.fc(hidden[-1]) -> return self.fc(hidden[1])",
    "with two layers the last one is number 1",
)
equivalent(
    "TextClassifier",
    "statements swapped: self.rnn = nn.LSTM(embedding_size, hidden_size, num_layers=2, batch_first=True) -> moved",
    "the order in which parts are made changes their random weights, and nothing that is asked",
)
equivalent(
    "TextClassifier",
    "statements swapped: self.fc = nn.Linear(hidden_size, classes) -> moved",
    "the order in which parts are made changes their random weights, and nothing that is asked",
)
equivalent(
    "build_vocabulary",
    "constant: def build_vocabulary(texts: Sequence[Sequence[str]], min_count: int=1) -> dict[str, int]: -> def "
    "build_vocabulary(texts: Sequence[Sequence[str]], min_count: int=0) -> dict[str, int]:",
    "every word that occurs, occurs at least once",
)
equivalent(
    "encode_tokens",
    "view for copy: return torch.tensor( -> return torch.as_tensor(",
    "a list has no memory to share",
)
equivalent(
    "pad_batch",
    "view for copy: lengths = torch.tensor([len(ids) for ids in texts]) -> lengths = torch.as_tensor([len(ids) "
    "for ids in texts])",
    "a list has no memory to share",
)
equivalent(
    "pad_batch",
    "view for copy: torch.tensor([label for label, _ in examples]) -> torch.as_tensor([label for label, _ in "
    "examples])",
    "a list has no memory to share",
)
equivalent(
    "bag_loader",
    "view for copy: lengths = torch.tensor([len(ids) for ids in texts]) -> lengths = torch.as_tensor([len(ids) "
    "for ids in texts])",
    "a list has no memory to share",
)
equivalent(
    "bag_loader",
    "view for copy: torch.tensor([label for label, _ in examples]) -> torch.as_tensor([label for label, _ in "
    "examples])",
    "a list has no memory to share",
)
equivalent(
    "bag_loader",
    "constant: lengths.cumsum(0) - lengths, -> lengths.cumsum(-1) - lengths,",
    "a vector has one axis, and its first is its last",
)
equivalent(
    "BagClassifier",
    "statements swapped: self.fc = nn.Linear(embedding_size, classes) -> moved",
    "the order in which parts are made changes their random weights, and nothing that is asked",
)
equivalent(
    "train_text_epoch",
    "statements swapped: losses = [] -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "train_text_epoch",
    "statements swapped: loss = cross_entropy(model(*inputs), labels) -> moved",
    "the scores do not depend on the gradients, which are zeroed before backward either way",
)
equivalent(
    "train_text_epoch",
    "statements swapped: losses += [loss.item()] * len(labels) -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "loss_and_accuracy",
    "statements swapped: scores = torch.cat([scores for scores, _ in pairs]) -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "loss_and_accuracy",
    "statements swapped: labels = torch.cat([labels for _, labels in pairs]) -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "split_articles",
    "statements swapped: held_out = round(len(examples) * share) -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "train_and_score",
    "range: for _ in range(8): -> for _ in range(8 - 1):",
    "how long to train is free",
)
equivalent(
    "train_and_score",
    "range: for _ in range(8): -> for _ in range(8 + 1):",
    "how long to train is free",
)
equivalent(
    "train_and_score",
    "range: for _ in range(8): -> for _ in range(1, 8):",
    "how long to train is free",
)
equivalent(
    "train_and_score",
    "constant: model = BagClassifier(len(vocabulary), 32, 14) -> model = BagClassifier(len(vocabulary), 33, 14)",
    "the size of the model is free",
)
equivalent(
    "train_and_score",
    "constant: model = BagClassifier(len(vocabulary), 32, 14) -> model = BagClassifier(len(vocabulary), 31, 14)",
    "the size of the model is free",
)
equivalent(
    "train_and_score",
    "constant: optimizer = torch.optim.Adam(model.parameters(), lr=0.05) -> optimizer = "
    "torch.optim.Adam(model.parameters(), lr=0.05005)",
    "how fast to train is free",
)
equivalent(
    "train_and_score",
    "constant: for _ in range(8): -> for _ in range(9):",
    "how long to train is free",
)
equivalent(
    "train_and_score",
    "constant: for _ in range(8): -> for _ in range(7):",
    "how long to train is free",
)
equivalent(
    "train_and_score",
    "constant: train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0) -> "
    "train_text_epoch(model, bag_loader(examples, 33, True), optimizer, 1.0)",
    "batches, their order and the limit of the norm are free",
)
equivalent(
    "train_and_score",
    "constant: train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0) -> "
    "train_text_epoch(model, bag_loader(examples, 31, True), optimizer, 1.0)",
    "batches, their order and the limit of the norm are free",
)
equivalent(
    "train_and_score",
    "constant: train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0) -> "
    "train_text_epoch(model, bag_loader(examples, 32, False), optimizer, 1.0)",
    "batches, their order and the limit of the norm are free",
)
equivalent(
    "train_and_score",
    "constant: train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0) -> "
    "train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 2.0)",
    "batches, their order and the limit of the norm are free",
)
equivalent(
    "train_and_score",
    "constant: train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.0) -> "
    "train_text_epoch(model, bag_loader(examples, 32, True), optimizer, 1.001)",
    "batches, their order and the limit of the norm are free",
)
equivalent(
    "train_and_score",
    "constant: new = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in new_texts] -> new = [(1, "
    "encode_tokens(text_tokens(text), vocabulary)) for text in new_texts]",
    "the labels of new texts are never used",
)
equivalent(
    "train_and_score",
    "constant: new = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in new_texts] -> new = [(-1, "
    "encode_tokens(text_tokens(text), vocabulary)) for text in new_texts]",
    "the labels of new texts are never used",
)
equivalent(
    "train_and_score",
    "statements swapped: torch.manual_seed(seed) -> moved",
    "nothing random happens before the model is made",
)
equivalent(
    "train_and_score",
    "statements swapped: new = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in new_texts] -> moved",
    "neither statement needs what the other one makes",
)
equivalent(
    "train_and_score",
    "loop:  -> break",
    "one epoch happens to be enough on this corpus, and how long to train is free",
)
equivalent(
    "train_and_score",
    "one element off",
    "a row of scores that grows as a whole has its largest one where it was",
)
equivalent(
    "load_weights",
    "argument dropped: model.load_state_dict(torch.load(file, map_location=device, weights_only=True)) -> "
    "model.load_state_dict(torch.load(file, map_location=device))",
    "true is PyTorch's default since 2.6, the oldest release that the course allows",
)
equivalent(
    "save_hub_folder",
    "statements swapped: (folder / 'config.json').write_text(json.dumps(config)) -> moved",
    "two files can be written in any order",
)
equivalent(
    "keep_best_weights",
    "constant: best, best_loss, state = (0, float('inf'), model.state_dict()) -> best, best_loss, state = "
    "(1, float('inf'), model.state_dict())",
    "the first epoch, of which there always is one, replaces it",
)
equivalent(
    "keep_best_weights",
    "constant: best, best_loss, state = (0, float('inf'), model.state_dict()) -> best, best_loss, state = "
    "(-1, float('inf'), model.state_dict())",
    "the first epoch, of which there always is one, replaces it",
)
equivalent(
    "keep_best_weights",
    "call dropped: best, best_loss, state = (0, float('inf'), model.state_dict()) -> best, best_loss, state = "
    "(0, float('inf'), model)",
    "the first epoch, of which there always is one, replaces it",
)
equivalent(
    "keep_best_weights",
    "statements swapped: model.eval() -> moved",
    "loading weights does not depend on the mode, nor the mode on them",
)
equivalent(
    "resume_checkpoint",
    "argument dropped: checkpoint = torch.load(file, map_location='cpu', weights_only=True) -> checkpoint = "
    "torch.load(file, map_location='cpu')",
    "true is PyTorch's default since 2.6, the oldest release that the course allows",
)
equivalent(
    "resume_checkpoint",
    "statements swapped: optimizer.load_state_dict(checkpoint['optimizer']) -> moved",
    "each of the four takes its own state, in any order",
)
equivalent(
    "resume_checkpoint",
    "statements swapped: scheduler.load_state_dict(checkpoint['scheduler']) -> moved",
    "each of the four takes its own state, in any order",
)
equivalent(
    "resume_checkpoint",
    "statements swapped: generator.set_state(checkpoint['generator']) -> moved",
    "each of the four takes its own state, in any order",
)
equivalent(
    "train_padded_epoch",
    "statements swapped: losses = [] -> moved",
    "an empty list can be made before or after the mode is set",
)
equivalent(
    "train_padded_epoch",
    "statements swapped: loss = cross_entropy(padded_scores(model, ids.to(device), lengths), "
    "labels.to(device)) -> moved",
    "older gradients play no part in the loss, and are gone before `backward`",
)
equivalent(
    "train_padded_epoch",
    "statements swapped: losses += [loss.item()] * len(labels) -> moved",
    "a step changes the weights, and not a loss that is calculated already",
)
equivalent(
    "save_vocabulary_and_card",
    "operand dropped: (folder / 'README.md').write_text('\\n'.join(card) + '\\n', encoding='utf-8') -> (folder "
    "/ 'README.md').write_text('\\n'.join(card), encoding='utf-8')",
    "nobody asks for the end of the last line",
)
equivalent(
    "save_vocabulary_and_card",
    "constant: (folder / 'vocab.json').write_text(json.dumps(vocabulary), encoding='utf-8') -> (folder / "
    "'vocab.json').write_text(json.dumps(vocabulary), encoding='utf-8_')",
    "Python takes the underscore away: it is the same encoding",
)
equivalent(
    "save_vocabulary_and_card",
    "constant: (folder / 'README.md').write_text('\\n'.join(card) + '\\n', encoding='utf-8') -> (folder / "
    "'README.md').write_text('\\n'.join(card) + '\\n', encoding='utf-8_')",
    "Python takes the underscore away: it is the same encoding",
)
equivalent(
    "save_vocabulary_and_card",
    "argument dropped: (folder / 'vocab.json').write_text(json.dumps(vocabulary), encoding='utf-8') -> "
    "(folder / 'vocab.json').write_text(json.dumps(vocabulary))",
    "where submissions are graded, UTF-8 is the default",
)
equivalent(
    "save_vocabulary_and_card",
    "argument dropped: (folder / 'README.md').write_text('\\n'.join(card) + '\\n', encoding='utf-8') -> "
    "(folder / 'README.md').write_text('\\n'.join(card) + '\\n')",
    "where submissions are graded, UTF-8 is the default",
)
equivalent(
    "save_vocabulary_and_card",
    "item dropped: f'# {title}',; '' -> f'# {title}'",
    "the text allows blank lines anywhere below the metadata",
)
equivalent(
    "save_vocabulary_and_card",
    "item dropped: f'# {title}',; '' -> '',; f'# {title}'",
    "the text allows blank lines anywhere below the metadata",
)
equivalent(
    "save_vocabulary_and_card",
    "statements swapped: (folder / 'vocab.json').write_text(json.dumps(vocabulary), encoding='utf-8') -> moved #2",
    "two files can be written in any order",
)
equivalent(
    "classify_texts",
    "constant: vocabulary = json.loads((Path(folder) / 'vocab.json').read_text(encoding='utf-8')) -> "
    "vocabulary = json.loads((Path(folder) / 'vocab.json').read_text(encoding='utf-8_'))",
    "Python takes the underscore away: it is the same encoding",
)
equivalent(
    "classify_texts",
    "constant: examples = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in texts] -> examples "
    "= [(1, encode_tokens(text_tokens(text), vocabulary)) for text in texts]",
    "these labels fill a place, and nobody reads them",
)
equivalent(
    "classify_texts",
    "constant: examples = [(0, encode_tokens(text_tokens(text), vocabulary)) for text in texts] -> examples "
    "= [(-1, encode_tokens(text_tokens(text), vocabulary)) for text in texts]",
    "these labels fill a place, and nobody reads them",
)
equivalent(
    "classify_texts",
    "argument dropped: vocabulary = json.loads((Path(folder) / 'vocab.json').read_text(encoding='utf-8')) -> "
    "vocabulary = json.loads((Path(folder) / 'vocab.json').read_text())",
    "where submissions are graded, UTF-8 is the default",
)
equivalent(
    "classify_texts",
    "call dropped: return [CLASSES[label] for label in model(ids, offsets).argmax(dim=1).tolist()] -> return "
    "[CLASSES[label] for label in model(ids, offsets).argmax(dim=1)]",
    "a tensor of one whole number is an index like any other",
)
equivalent(
    "classify_texts",
    "no_grad dropped: with torch.no_grad(): -> if True:",
    "names carry no graph",
)
equivalent(
    "classify_texts",
    "statements swapped: vocabulary = json.loads((Path(folder) / 'vocab.json').read_text(encoding='utf-8')) -> moved",
    "two files can be read in any order",
)
equivalent(
    "classify_texts",
    "view for copy: lengths = torch.tensor([len(ids) for ids in texts]) -> lengths = "
    "torch.as_tensor([len(ids) for ids in texts])",
    "of a list, both make a new tensor",
)
equivalent(
    "classify_texts",
    "view for copy: torch.tensor([label for label, _ in examples]) -> torch.as_tensor([label for label, _ in "
    "examples])",
    "of a list, both make a new tensor",
)
equivalent(
    "classify_texts",
    "constant: lengths.cumsum(0) - lengths, -> lengths.cumsum(-1) - lengths,",
    "a vector has one axis only",
)
equivalent(
    "classify_texts",
    "call dropped: torch.tensor([label for label, _ in examples]) -> [label for label, _ in examples]",
    "these labels fill a place, and nobody reads them",
)
equivalent(
    "pad_batch",
    "one number expanded",
    "a matrix that is one number repeated shares no memory with the examples; more is not asked for",
)
equivalent(
    "train_text_epoch",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "train_padded_epoch",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "train_and_score",
    "constant: optimizer = torch.optim.Adam(model.parameters(), lr=0.05) -> "
    "optimizer = torch.optim.Adam(model.parameters(), lr=1.05)",
    "the text leaves open how fast to train, and this rate gets 90 % right as well",
)
equivalent(
    "train_and_score",
    "global seed set",
    "the text allows to set the seed of the whole program",
)
equivalent(
    "TextClassifier",
    "result wants a gradient",
    "the weights need a gradient, and so does what they make",
)
equivalent(
    "BagClassifier",
    "result wants a gradient",
    "the weights need a gradient, and so does what they make",
)
equivalent(
    "padded_scores",
    "result wants a gradient",
    "the weights need a gradient, and so does what they make",
)
equivalent(
    "encode_tokens",
    "result through float32",
    "the numbers of a vocabulary have no gaps: 2**24 words would be needed",
)
equivalent(
    "keep_best_weights",
    "gradient of an argument cleared",
    "the text says nothing of what is in the gradients afterwards",
)
equivalent(
    "compiled_scores",
    "gradient of an argument cleared",
    "the text says nothing of gradients that the model has already",
)
equivalent(
    "load_weights",
    "gradient of an argument cleared",
    "the model has just been made and holds no gradients",
)
equivalent(
    "resume_checkpoint",
    "gradient of an argument cleared",
    "the model has just been made and holds no gradients",
)
equivalent(
    "train_text_epoch",
    "argument written to",
    "the batches hold the same numbers before and after",
)
equivalent(
    "loss_and_accuracy",
    "argument written to",
    "the batches hold the same numbers before and after",
)
equivalent(
    "compiled_scores",
    "argument written to",
    "the batches hold the same numbers before and after",
)
equivalent(
    "keep_best_weights",
    "model left in evaluation mode",
    "the text asks for evaluation mode",
)
equivalent(
    "compiled_scores",
    "model left in evaluation mode",
    "the text asks for evaluation mode",
)
equivalent(
    "load_weights",
    "model left in evaluation mode",
    "the text asks for evaluation mode",
)
equivalent(
    "compiled_scores",
    "result detached",
    "the text says that the scores need no gradient",
)
equivalent(
    "compiled_scores",
    "computed without gradients",
    "the text says that the scores need no gradient",
)
