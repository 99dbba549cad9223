"""Tests for `text_classification`. Run them with `pytest exercises/test_text_classification.py`.

`agree("name", ...)` calls your function and compares what it returns with the right answer.
"""

import csv
import importlib.util
import io
import json
import sys
import tempfile
import types
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import nn

needs_safetensors = pytest.mark.skipif(
    importlib.util.find_spec("safetensors") is None, reason="the package safetensors is not installed"
)


def filled(model):
    """The model with weights that are the same in every run."""
    with torch.no_grad():
        for number, (_, weight) in enumerate(sorted(model.named_parameters())):
            numbers = torch.cos(torch.arange(weight.numel(), dtype=torch.float32) * 0.9 + number)
            weight.copy_(0.4 * numbers.reshape(weight.shape))
    return model


def weights_of(model):
    return {name: one.detach().clone() for name, one in model.state_dict().items()}


# --- TextClassifier ---


@pytest.mark.exercise("TextClassifier")
def test_classifier_parts(agree):
    def parts(module):
        model = module.TextClassifier(20, 4, 6, 3)
        return {name: repr(part) for name, part in model.named_children()}

    agree.scenario(parts)


@pytest.mark.exercise("TextClassifier")
def test_classifier_scores(agree):
    def scores(module, ids):
        return filled(module.TextClassifier(20, 4, 6, 3))(ids)

    agree.scenario(scores, torch.tensor([[5, 2, 19], [0, 7, 7]]))


# --- read_articles ---


def test_read_articles(agree):
    agree("read_articles", ['9,"Tamburg"," Tamburg is a village, and small."\n', '1,"Bo Ltd"," A company."\n'])


def test_read_articles_with_quotes(agree):
    agree("read_articles", ['3,"Ada ""Bo"" Li"," Ada ""Bo"" Li, a singer."'])
    agree("read_articles", ['12,"Elm  Hill"," Elm Hill is  a hill. "'])


# --- text_tokens ---


def test_text_tokens(agree):
    agree("text_tokens", "The village, in the North: 12 houses!")


def test_text_tokens_letters(agree):
    agree("text_tokens", "São_Tomé's 2nd album")


# --- build_vocabulary ---


def test_build_vocabulary(agree):
    agree("build_vocabulary", [["a", "red", "fox"], ["a", "fox"], ["a", "den"]])


def test_build_vocabulary_in_any_order(agree):
    agree("build_vocabulary", [["a", "den"], ["fox", "red"], ["fox", "a", "a"]])
    agree("build_vocabulary", [["den", "den", "den"], ["fox", "red"], ["fox"]])


def test_build_vocabulary_minimum_frequency(agree):
    agree("build_vocabulary", [["a", "red", "fox"], ["a", "fox"], ["a", "den"]], min_count=2)


# --- encode_tokens ---


def test_encode_tokens(agree):
    agree("encode_tokens", ["fox", "zebra", "fox"], {"<pad>": 0, "<unk>": 1, "a": 2, "fox": 3})


def test_encode_tokens_of_nothing(agree):
    agree("encode_tokens", [], {"<pad>": 0, "<unk>": 1, "a": 2})


# --- pad_batch ---


def test_pad_batch(agree):
    agree("pad_batch", [(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))])


def test_pad_batch_of_one(agree):
    agree("pad_batch", [(2, torch.tensor([8, 9]))])
    agree("pad_batch", [(3, torch.tensor([4, 0, 8]))])


@pytest.mark.exercise("pad_batch")
def test_pad_batch_as_collate_fn(agree):
    def batches(module, examples):
        return list(torch.utils.data.DataLoader(examples, batch_size=2, collate_fn=module.pad_batch))

    agree.scenario(batches, [(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))])


# --- bag_loader ---

EXAMPLES = [(4, torch.tensor([5, 2, 7])), (0, torch.tensor([3])), (1, torch.tensor([6, 6]))]


def test_bag_loader_one_batch(agree):
    agree("bag_loader", EXAMPLES, batch_size=3, shuffle=False)


def test_bag_loader_last_batch(agree):
    agree("bag_loader", EXAMPLES, batch_size=2, shuffle=False)


@pytest.mark.exercise("bag_loader")
def test_bag_loader_shuffles(agree):
    def labels(module):
        examples = [(label, torch.tensor([label, label])) for label in range(12)]
        loader, other = (module.bag_loader(examples, 5, True) for _ in range(2))
        return [[label for *_, labels in one for label in labels.tolist()] for one in (loader, loader, other)]

    first, second, other = agree.evidence(labels)
    agree.that(sorted(first) == list(range(12)), "Every pass through the loader must bring each text once.")
    agree.that(first != second, "With `shuffle` every pass must bring the texts in a new order.")
    agree.that(first != other, "Two loaders must not shuffle alike. Is a seed set inside?")


# --- BagClassifier ---


@pytest.mark.exercise("BagClassifier")
def test_bags_parts(agree):
    def shapes(module):
        return {name: tuple(one.shape) for name, one in module.BagClassifier(20, 4, 3).named_parameters()}

    agree.scenario(shapes)


@pytest.mark.exercise("BagClassifier")
def test_bags_scores(agree):
    def scores(module, ids, offsets):
        return filled(module.BagClassifier(20, 4, 3))(ids, offsets)

    agree.scenario(scores, torch.tensor([5, 2, 7, 3]), torch.tensor([0, 3]))
    agree.scenario(scores, torch.tensor([5, 0, 7, 3]), torch.tensor([0, 3, 3]))


# --- padded_scores ---


class Reader(nn.Module):
    """What `TextClassifier` is."""

    def __init__(self, layers=2):
        super().__init__()
        self.embedding = nn.Embedding(10, 3)
        self.rnn = nn.LSTM(3, 4, num_layers=layers, batch_first=True)
        self.fc = nn.Linear(4, 2)

    def forward(self, ids):
        _, (hidden, _) = self.rnn(self.embedding(ids))
        return self.fc(hidden[-1])


def scores_of_padded(module, ids, lengths, layers=2):
    return module.padded_scores(filled(Reader(layers)).to(ids.device), ids, lengths)


@pytest.mark.exercise("padded_scores")
def test_padded_scores(agree, device):
    ids = torch.tensor([[7, 9, 0, 0], [5, 5, 5, 5]], device=device)
    agree.scenario(scores_of_padded, ids, torch.tensor([2, 4]))
    agree.scenario(scores_of_padded, torch.tensor([[7, 0, 9], [3, 1, 0]]), torch.tensor([3, 2]), 3)


@pytest.mark.exercise("padded_scores")
def test_padded_scores_of_a_text_alone(agree):
    agree.scenario(scores_of_padded, torch.tensor([[7, 9]]), torch.tensor([2]))


# --- probabilities_and_loss ---


@pytest.mark.exercise("probabilities_and_loss")
def test_probabilities_and_loss(agree, device):
    scores = torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]], device=device, requires_grad=True)
    agree("probabilities_and_loss", scores, torch.tensor([0, 2], device=device))
    agree("probabilities_and_loss", scores[:1].double(), torch.tensor([1], device=device))


@pytest.mark.exercise("probabilities_and_loss")
def test_probabilities_and_loss_of_large_scores(agree):
    agree = agree.using(rtol=1e-3, atol=1e-4)
    agree("probabilities_and_loss", torch.tensor([[1000.0, 990.0], [0.0, -2.0], [0.5, 0.5]]), torch.tensor([1, 0, 1]))
    agree("probabilities_and_loss", torch.tensor([[0.0, 500.0], [-600.0, -601.0]]), torch.tensor([0, 1]))


# --- train_text_epoch ---

BATCHES = [
    (torch.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]), torch.tensor([0, 2, 1])),
    (torch.tensor([[2.0, -2.0]]), torch.tensor([1])),
]


def epoch(module, batches, max_norm):
    model = filled(nn.Linear(2, 3)).eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    loss = module.train_text_epoch(model, batches, optimizer, max_norm)
    return {
        "loss that you returned": loss,
        "numbers of the model": weights_of(model),
        "in training mode": model.training,
    }


@pytest.mark.exercise("train_text_epoch")
def test_train_epoch(agree):
    def of_bags(module, batches):
        model = filled(nn.EmbeddingBag(8, 3))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        return {
            "what you returned": module.train_text_epoch(model, batches, optimizer, 50.0),
            "numbers of the model": weights_of(model),
        }

    two = torch.tensor([6, 1, 0, 7, 2]), torch.tensor([0, 4]), torch.tensor([1, 0])
    one = torch.tensor([5]), torch.tensor([0]), torch.tensor([2])
    agree.scenario(epoch, BATCHES, 100.0)
    agree.scenario(of_bags, [two, one])


@pytest.mark.exercise("train_text_epoch")
def test_train_epoch_clips(agree):
    agree.scenario(epoch, BATCHES, 0.25)


# --- train_padded_epoch ---


def fill_up(examples):
    """A batch as `pad_batch` makes it."""
    ids = nn.utils.rnn.pad_sequence([ids for _, ids in examples], batch_first=True)
    return ids, torch.tensor([len(ids) for _, ids in examples]), torch.tensor([label for label, _ in examples])


def epoch_of_padded(module, examples, device, training=True):
    model = filled(Reader()).train(training).to(device)
    model.fc.bias.grad = torch.full_like(model.fc.bias, 5.0)
    modes = set()
    model.rnn.register_forward_hook(lambda part, *_: modes.add(part.training))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    loader = torch.utils.data.DataLoader(examples, batch_size=2, collate_fn=fill_up)
    loss = module.train_padded_epoch(model, loader, optimizer, device)
    return {
        "mean loss": loss,
        "type of the loss": type(loss).__name__,
        "model afterwards": model,
        "in training mode": sorted(modes),
    }


@pytest.mark.exercise("train_padded_epoch")
def test_train_padded_epoch(agree, device):
    agree.scenario(epoch_of_padded, [(1, torch.tensor([7])), (0, torch.tensor([3, 3, 5, 2]))], device)


@pytest.mark.exercise("train_padded_epoch")
def test_train_padded_epoch_of_several_batches(agree):
    texts = [(0, torch.tensor([3, 1])), (1, torch.tensor([5, 8, 2])), (1, torch.tensor([4]))]
    agree.scenario(epoch_of_padded, texts, "cpu", False)


# --- loss_and_accuracy ---


def measured(module, batches, training):
    model = filled(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5)))
    model.train(training)
    return {"what you returned": module.loss_and_accuracy(model, batches), "in training mode": model.training}


@pytest.mark.exercise("loss_and_accuracy")
def test_measured_over_texts(agree):
    def of_scores(module, batches):
        model, with_gradients = nn.Identity(), set()
        model.register_forward_hook(lambda *_: with_gradients.add(torch.is_grad_enabled()))
        return {
            "what you returned": module.loss_and_accuracy(model, batches),
            "gradients switched on": sorted(with_gradients),
        }

    three = torch.tensor([[3.0, 1.0], [0.5, 2.0], [1.0, 4.0]]), torch.tensor([0, 1, 0])
    one = torch.tensor([[2.0, 5.0]]), torch.tensor([0])
    agree.scenario(measured, BATCHES, False)
    agree.scenario(of_scores, [three, one])


@pytest.mark.exercise("loss_and_accuracy")
def test_measured_and_back_in_training_mode(agree):
    agree.scenario(measured, BATCHES, True)


# --- split_articles ---


@pytest.mark.exercise("split_articles")
def test_split_sizes(agree):
    def sizes(module):
        cases = [(10, 0.3), (50, 0.58), (8, 0.0)]
        found = [module.split_articles(list(range(n)), share, 0) for n, share in cases]
        return {"sizes of the parts": [[len(part) for part in parts] for parts in found]}

    agree.scenario(sizes)


@pytest.mark.exercise("split_articles")
def test_split_is_shuffled_and_complete(agree):
    def splits(module):
        return [[list(part) for part in module.split_articles(list(range(30)), 0.5, seed)] for seed in (1, 2)]

    (train, held_out), (_, other) = agree.evidence(splits)
    agree.that(sorted(train + held_out) == list(range(30)), "Every example must be in exactly one of the lists.")
    agree.that(sorted(held_out) not in (list(range(15)), list(range(15, 30))), "Shuffle before you split.")
    agree.that(sorted(held_out) != sorted(other), "Another seed must give another split.")


# --- training_tools ---


@pytest.mark.exercise("training_tools")
def test_tools_loss_function(agree):
    def loss(module, scores, labels):
        return module.training_tools(nn.Linear(2, 3), 0.5, 2)[0](scores, labels)

    agree.scenario(loss, torch.tensor([[2.0, 0.0, -1.0], [1.0, 1.5, 0.0]]), torch.tensor([0, 2]))


@pytest.mark.exercise("training_tools")
def test_tools_learning_rates(agree):
    def rates(module):
        _, optimizer, scheduler = module.training_tools(nn.Linear(2, 3), 0.5, 2)
        found = []
        for _ in range(5):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return {"optimizer that you returned": optimizer, "rates of the scheduler": found}

    def one_step(module):
        model = filled(nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 3)))
        optimizer = module.training_tools(model, 0.05, 2)[1]
        model(torch.tensor([[1.0, -0.5, 2.0]])).sum().backward()
        optimizer.step()
        return weights_of(model)

    agree.scenario(rates)
    agree.scenario(one_step)


# --- keep_best_weights ---


def best_of(module, training_losses, held_out_losses, device="cpu"):
    model, calls = filled(nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1))).to(device), []
    given = iter(training_losses), iter(held_out_losses)

    def train_epoch():
        calls.append("train")
        model.train()
        with torch.no_grad():
            model[0].weight.mul_(2).add_(1.0)
            model[1].running_mean.add_(len(calls))
        return next(given[0])

    def held_out_loss():
        calls.append("measure")
        return next(given[1])

    answer = module.keep_best_weights(model, train_epoch, held_out_loss, len(held_out_losses))
    return {"what you returned": answer, "model afterwards": model, "calls in their order": calls}


@pytest.mark.exercise("keep_best_weights")
def test_keep_best_weights(agree, device):
    agree.scenario(best_of, [3.0, 2.0, 1.0, 0.5, 0.25], [8.0, 9.0, 4.0, 6.0, 4.0], device)


@pytest.mark.exercise("keep_best_weights")
def test_keep_best_weights_of_the_first_epoch(agree):
    agree.scenario(best_of, [3.0, 2.0], [250.0, 400.0])


# --- train_and_score ---

DATA = Path(__file__).parent / "data" / "small_dbpedia_train.csv"


def articles(first, last):
    """Labels and texts of some articles of the file."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[first:last]
    return [int(number) - 1 for number, _, _ in rows], [f"{title} {content.strip()}" for _, title, content in rows]


def test_train_and_score_articles_that_were_held_out(agree, student):
    labels, texts = articles(0, 700)
    wanted, new_texts = articles(700, 840)
    scores = student.train_and_score(texts, labels, new_texts, 0)
    fits = isinstance(scores, torch.Tensor) and scores.shape == (140, 14)
    agree.that(fits, "One row for each new text, one column for each class.")
    right = (scores.argmax(dim=1) == torch.tensor(wanted)).double().mean()
    agree.that(right >= 0.9, "Of the articles that your model has never seen, fewer than 90 % are right.")


def test_train_and_score_shape(agree, student):
    def twice(module, *arguments):
        first = module.train_and_score(*arguments)
        torch.rand(3)
        return first, module.train_and_score(*arguments)

    texts = ["a tall tree", "a green tree", "a fast car", "a red car"]
    scores = student.train_and_score(texts, [10, 10, 5, 5], ["a small tree", "xyz"], 0)
    fits = isinstance(scores, torch.Tensor) and tuple(scores.shape) == (2, 14)
    agree.that(fits, "One row for each new text, one column for each class.")
    agree.that(scores.dtype == torch.float32, "The scores must be of dtype float32.")
    agree.that(not scores.requires_grad, "The scores must need no gradient.")
    first, second = agree.evidence(twice, texts, [10, 10, 5, 5], ["a small tree", "xyz"], 3)
    agree.that(torch.equal(first, second), "The same arguments with the same seed must give the same scores.")


# --- compiled_scores ---


SCORER = """
from torch import nn

class Scorer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 3)

    def forward(self, x):
        return self.fc(x)
"""


def model_from_a_module_of_its_own():
    home = sys.modules["scorer_model"] = types.ModuleType("scorer_model")
    exec(SCORER, home.__dict__)
    return filled(home.Scorer())


@pytest.mark.exercise("compiled_scores")
def test_compiled_scores(agree):
    def compiled(module, batches):
        torch._dynamo.reset()
        model = filled(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5)))
        return {
            "what you returned": module.compiled_scores(model, batches, "eager"),
            "in training mode": model.training,
        }

    agree.scenario(compiled, [(torch.ones(4, 2),), (torch.zeros(4, 2),)])


@pytest.mark.exercise("compiled_scores")
def test_compiled_scores_go_through_the_backend(agree):
    def runs(module, batches):
        found = []

        def backend(graph, inputs):
            def run(*inputs):
                found.append(len(inputs))
                return graph.forward(*inputs)

            return run

        torch._dynamo.reset()
        module.compiled_scores(model_from_a_module_of_its_own(), batches, backend)
        return len(found)

    found = agree.evidence(runs, [(torch.ones(4, 2),), (torch.zeros(4, 2),)])
    agree.that(found >= 2, "The scores of every batch must come from the model compiled with the given `backend`.")


# --- save_weights ---


@pytest.mark.exercise("save_weights")
def test_save_weights(agree):
    def scenario(module, dtype):
        file = io.BytesIO()
        module.save_weights(filled(nn.Linear(2, 3)).to(dtype), file)
        file.seek(0)
        held = torch.load(file, weights_only=True)
        return {"what the file holds": dict(held) if isinstance(held, Mapping) else held}

    agree.scenario(scenario, torch.float32)
    agree.scenario(scenario, torch.bfloat16)


@pytest.mark.exercise("save_weights")
def test_save_weights_with_buffers(agree):
    def scenario(module):
        file = io.BytesIO()
        module.save_weights(nn.BatchNorm1d(2), file)
        file.seek(0)
        held = torch.load(file, weights_only=True)
        return {"names in the file": sorted(held) if isinstance(held, Mapping) else held}

    agree.scenario(scenario)


@pytest.mark.exercise("save_weights")
def test_save_weights_leaves_the_model_where_it_is(agree, device):
    def scenario(module, place):
        model = filled(nn.Linear(2, 3)).to(place)
        module.save_weights(model, io.BytesIO())
        return model

    agree.scenario(scenario, device)


# --- load_weights ---


def loaded(module, saved, device="cpu"):
    """A scenario: a model with the weights of a file that holds `saved`."""
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    model = filled(nn.Linear(2, 1))
    return {"what you returned": module.load_weights(model, file, device), "numbers of the model": weights_of(model)}


@pytest.mark.exercise("load_weights")
def test_load_weights(agree, device):
    agree.scenario(loaded, {"weight": torch.tensor([[1.5, -2.0]]), "bias": torch.tensor([3.0])}, device)


@pytest.mark.exercise("load_weights")
def test_load_weights_that_do_not_fit(agree):
    def from_a_whole_model(module):
        return loaded(module, nn.Linear(2, 1))

    agree.scenario(loaded, {"weight": torch.tensor([[1.5, -2.0]])})
    agree.scenario(from_a_whole_model)


# --- save_checkpoint ---


def new_training(rate=0.1, seed=5, device="cpu"):
    """What a training consists of: model, optimiser, scheduler, generator."""
    model = filled(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 2), torch.Generator().manual_seed(seed)


def train(model, optimizer, scheduler, generator, epochs):
    for _ in range(epochs):
        inputs = torch.rand(4, 2, generator=generator).to(model[0].weight.device)
        optimizer.zero_grad()
        model(inputs).sin().sum().backward()
        optimizer.step()
        scheduler.step()


@pytest.mark.exercise("save_checkpoint")
def test_save_checkpoint(agree):
    def scenario(module, epochs):
        file, training = io.BytesIO(), new_training()
        train(*training, epochs)
        module.save_checkpoint(file, *training, epochs)
        file.seek(0)
        try:
            content = torch.load(file, weights_only=True)
        except Exception:
            content = {"what `torch.load` refuses": True}
        if not isinstance(content, Mapping):
            content = {f"no dict but a {type(content).__name__}": True}
        return {
            "keys in the file": sorted(content, key=str),
            "weights in the file": content.get("model"),
            "optimiser in the file": content.get("optimizer"),
            "scheduler in the file": content.get("scheduler"),
            "state of the generator": content.get("generator"),
            "epochs over": content.get("epochs_done"),
        }

    agree.scenario(scenario, 3)


@pytest.mark.exercise("save_checkpoint")
def test_save_checkpoint_changes_nothing(agree):
    def scenario(module):
        training = new_training()
        training[0].eval()
        train(*training, 1)
        returned = module.save_checkpoint(io.BytesIO(), *training, 1)
        return {
            "what you returned": returned,
            "model afterwards": training[0],
            "state of the generator": training[3].get_state(),
        }

    agree.scenario(scenario)


# --- resume_checkpoint ---


def resumed(module, device, epochs, more):
    old, new = new_training(device=device), new_training(0.5, 77, device)
    train(*old, epochs)
    states = {name: part.state_dict() for name, part in zip(("model", "optimizer", "scheduler"), old, strict=False)}
    file = io.BytesIO()
    torch.save({**states, "generator": old[3].get_state(), "epochs_done": epochs}, file)
    file.seek(0)
    with torch.no_grad():
        new[0][0].weight.zero_()
    over = module.resume_checkpoint(file, *new)
    train(*new, more)
    return {"epochs over": over, "model afterwards": new[0], "state of the generator": new[3].get_state()}


@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint(agree, device):
    agree.scenario(resumed, device, 3, 2)


@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_before_the_first_epoch(agree):
    agree.scenario(resumed, "cpu", 0, 3)


@pytest.mark.exercise("resume_checkpoint")
def test_resume_checkpoint_of_a_doubtful_file(agree):
    def scenario(module, doubtful):
        model, optimizer, scheduler, generator = new_training()
        model.eval()
        content = {"model": model if doubtful == "program" else model.state_dict(), "optimizer": optimizer.state_dict()}
        content |= {"scheduler": scheduler.state_dict(), "generator": generator.get_state(), "epochs_done": 1}
        if doubtful == "missing":
            del content["model"]["0.bias"]
        file = io.BytesIO()
        torch.save(content, file)
        file.seek(0)
        return {
            "what you returned": module.resume_checkpoint(file, model, optimizer, scheduler, generator),
            "in training mode": model.training,
        }

    agree.scenario(scenario, "nothing")
    agree.scenario(scenario, "program")
    agree.scenario(scenario, "missing")


# --- save_hub_folder ---


@needs_safetensors
@pytest.mark.exercise("save_hub_folder")
def test_save_hub_folder_files(agree):
    def files(module):
        with tempfile.TemporaryDirectory() as scratch:
            module.save_hub_folder(filled(nn.Linear(2, 3)), {"in_features": 2, "out_features": 3}, scratch)
            return sorted(path.name for path in Path(scratch).iterdir())

    agree.scenario(files)


@needs_safetensors
@pytest.mark.exercise("save_hub_folder")
def test_save_hub_folder_content(agree):
    def content(module):
        from safetensors.torch import load_file

        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "new"
            module.save_hub_folder(filled(nn.Linear(2, 3)), {"in_features": 2, "out_features": 3}, folder)
            return {
                "weights in the file": load_file(folder / "model.safetensors"),
                "config in the file": json.loads((folder / "config.json").read_text()),
            }

    def content_of_the_second(module):
        from safetensors.torch import load_file

        model = nn.Sequential(filled(nn.Linear(2, 3)), nn.BatchNorm1d(3)).double()
        model[0].weight = nn.Parameter(torch.arange(6, dtype=torch.float64).reshape(2, 3).t())
        with tempfile.TemporaryDirectory() as scratch:
            for config in ({"size": 20, "name": "first"}, {"size": 3}):
                module.save_hub_folder(model, config, scratch)
            folder = Path(scratch)
            return {
                "weights in the file": load_file(folder / "model.safetensors"),
                "config in the file": json.loads((folder / "config.json").read_text()),
            }

    agree.scenario(content)
    agree.scenario(content_of_the_second)


# --- load_hub_folder ---


def from_hub_folder(module, state, config):
    """A scenario: a model from a folder with this content."""
    from safetensors.torch import save_file

    with tempfile.TemporaryDirectory() as scratch:
        save_file(state, Path(scratch) / "model.safetensors")
        (Path(scratch) / "config.json").write_text(json.dumps(config))
        return module.load_hub_folder(nn.Linear, scratch)


@needs_safetensors
@pytest.mark.exercise("load_hub_folder")
def test_load_hub_folder(agree):
    state = {"weight": torch.tensor([[1.5, -2.0]]), "bias": torch.tensor([3.0])}
    agree.scenario(from_hub_folder, state, {"in_features": 2, "out_features": 1})


@needs_safetensors
@pytest.mark.exercise("load_hub_folder")
def test_load_hub_folder_without_bias(agree):
    state = {"weight": torch.tensor([[1.5], [-2.0]])}
    agree.scenario(from_hub_folder, state, {"in_features": 1, "out_features": 2, "bias": False})
    agree.scenario(from_hub_folder, state, {"out_features": 2, "bias": False, "in_features": 1})
    agree.scenario(from_hub_folder, state, {"in_features": 1, "out_features": 2})


# --- save_vocabulary_and_card ---


def added_files(module, vocabulary, title):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "config.json").write_text("{}")
        for place in (folder, scratch):
            module.save_vocabulary_and_card(vocabulary, title, place)
        card = (folder / "README.md").read_text(encoding="utf-8").splitlines()
        return {
            "files in the folder": sorted(path.name for path in folder.iterdir()),
            "vocabulary in the file": json.loads((folder / "vocab.json").read_text(encoding="utf-8")),
            "beginning of the card": card[:4],
            "rest of the card": [line.rstrip() for line in card[4:] if line.strip()],
        }


@pytest.mark.exercise("save_vocabulary_and_card")
def test_save_vocabulary_and_card(agree):
    agree.scenario(added_files, {"<pad>": 0, "<unk>": 1, "fox": 2}, "Foxes")


@pytest.mark.exercise("save_vocabulary_and_card")
def test_save_vocabulary_and_card_beyond_english(agree):
    agree.scenario(added_files, {"zorro": 3, "<unk>": 1, "<pad>": 0, "ñu": 2}, "Ñus y zorros")


# --- classify_texts ---


class Named(nn.Module):
    """A model like `BagClassifier`, with dropout."""

    def __init__(self, size):
        super().__init__()
        self.embedding = nn.EmbeddingBag(size, 14)
        self.drop = nn.Dropout(0.9)
        self.fc = nn.Linear(14, 14)

    def forward(self, ids, offsets):
        return self.fc(self.drop(self.embedding(ids, offsets)))


def named(module, texts):
    """The names of texts' classes by a model for which "fox" means the class 9, "tree" 10 and "red" 2."""
    from safetensors.torch import save_file

    table = torch.zeros(5, 14)
    table[2, 9] = table[3, 10] = table[4, 2] = table[1, 7] = 3.0
    state = {"embedding.weight": table, "fc.weight": torch.eye(14), "fc.bias": torch.eye(14)[0]}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_file(state, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"size": 5}))
        (folder / "vocab.json").write_text(json.dumps({"<pad>": 0, "<unk>": 1, "tree": 3, "red": 4, "fox": 2}))
        return module.classify_texts(texts, Named, folder)


@needs_safetensors
@pytest.mark.exercise("classify_texts")
def test_classify_texts(agree):
    agree.scenario(named, ["A fox! A fox; a tree: the fox, fox.", "Red, RED.", "tree"] * 3)


@needs_safetensors
@pytest.mark.exercise("classify_texts")
def test_classify_texts_without_known_words(agree):
    agree.scenario(named, ["", "tree", "?!", "zebra"])
