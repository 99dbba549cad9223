"""What a scenario reaches of the tests' own data is, after a run in this process, what it was before."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest
import torch

from antorcha.student.local import LocalRunner
from antorcha.worker.runtime import CallOptions
from antorcha.worker.wire import encode

TENSOR = torch.tensor([1.0, 2.0, 3.0])
PART = TENSOR[1:]
WEIGHT = torch.ones(2, requires_grad=True)
ARRAY = np.arange(4.0)
TABLE: dict[str, Any] = {"rows": [[1, 2], [3]], "names": {"a", "b"}, "tensor": torch.zeros(2)}
LAYER = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.BatchNorm1d(1))
OPTIMISER = torch.optim.SGD(LAYER.parameters(), lr=0.1, momentum=0.9)
GENERATORS = (torch.Generator().manual_seed(3), random.Random(3), np.random.default_rng(3))
ODD = (torch.ones(1).expand(3), torch.ones(2).to("meta"), torch.eye(2).to_sparse(), torch.tensor([float("nan")]))

ANSWER = """
import torch


def spoil(tensor, weight, array, table, layer, optimiser, generators, odd):
    tensor += 1
    tensor.data.mul_(2)
    weight.sum().backward()
    weight.requires_grad_(False)
    array[:] = -1
    table["rows"][0].append(9)
    table["rows"].pop()
    table["names"].discard("a")
    table["more"] = table.pop("tensor").add_(weight)
    layer(torch.rand(4, 1)).sum().backward()
    optimiser.step()
    optimiser.param_groups[0]["lr"] = 7
    layer.eval()
    layer[1] = torch.nn.Identity()
    generators[0].seed()
    generators[1].random()
    generators[2].normal()
    return len(odd)
"""


def spoiling(module: Any) -> Any:
    return module.spoil(TENSOR, WEIGHT, ARRAY, TABLE, LAYER, OPTIMISER, GENERATORS, ODD)


def everything() -> list[Any]:
    return [
        *(TENSOR.tolist(), PART.tolist(), WEIGHT.tolist(), WEIGHT.requires_grad, WEIGHT.grad, ARRAY.tolist()),
        *(copy.deepcopy(TABLE["rows"]), sorted(TABLE["names"]), TABLE["tensor"].tolist(), sorted(TABLE)),
        *({name: part.tolist() for name, part in LAYER.state_dict().items()}, LAYER.training, len(LAYER)),
        *(parameter.grad for parameter in LAYER.parameters()),
        *(len(OPTIMISER.state), OPTIMISER.param_groups[0]["lr"]),
        *(GENERATORS[0].get_state().tolist(), GENERATORS[1].getstate(), GENERATORS[2].bit_generator.state),
    ]


@pytest.mark.parametrize("answer", [ANSWER, ANSWER.replace("    return", "    raise ValueError\n    return")])
def test_what_an_answer_writes_to_is_put_back(answer: str) -> None:
    before = everything()
    runner = LocalRunner("spoilt", [(answer, "spoilt.py")])
    observation = runner.scenario(spoiling, encode([[], {}]), CallOptions())
    assert (observation.error is None) == (answer is ANSWER), observation.error
    assert everything() == before
    assert TENSOR[1:].data_ptr() == PART.data_ptr()
