"""What arrives at a student's function behaves as if the test had made it there."""

from __future__ import annotations

import torch

from antorcha.worker.runtime import Module
from antorcha.worker.wire import decode, encode, live


def arrived(*arguments: object) -> list[object]:
    positional, _ = live(decode(encode([list(arguments), {}])))
    return list(positional)


def test_a_tensor_is_no_view_so_that_it_and_its_gradient_can_be_detached_in_place() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.grad = torch.tensor([100.0, 100.0])
    there, matrix = arrived(w, torch.arange(6.0).reshape(2, 3))
    there.grad.detach_()
    there.grad.zero_()
    assert not matrix._is_view()
    assert torch.equal(there.grad, torch.zeros(2))


def test_what_shared_memory_shares_it_still() -> None:
    whole = torch.arange(6.0)
    first, part, again = arrived(whole, whole[2:], whole)
    assert part._is_view()
    first[2] = 50.0
    assert part[0] == 50.0
    assert again[2] == 50.0


def test_a_notebook_may_display_and_ask_for_its_shell() -> None:
    cells = [
        ("import torch\nx = torch.ones(2)\ndisplay(x, metadata={})\nget_ipython().run_line_magic('time', '')", "cell 1")
    ]
    notebook, file = Module("a_notebook"), Module("a_file")
    notebook.load(cells, one_file=False)
    file.load(cells, one_file=True)
    assert not notebook.set_aside
    assert [type(part.error) for part in file.set_aside] == [NameError, NameError]
