"""Checks on several devices: graded in bulk, at home, in a released folder, and where a device is not there.

Whatever has the simulated device runs in a process of its own: once there, it stays.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support.devices_course import (
    BACK_ON_THE_CPU,
    HARD_CODED,
    REFERENCE,
    THROUGH_NUMPY,
    checks_in,
    graded,
    make_course,
    marks,
    pytest_in,
    run,
)

from antorcha.accelerator import devices as machine
from antorcha.accelerator.errors import mistake_with_devices
from antorcha.plugin.devices import merged
from antorcha.results import CheckResult, Diagnosis, Verdict, score_exercise
from antorcha.worker.wire import decode, encode
from antorcha.worker.wire.device_names import with_accelerator

simulated = pytest.mark.skipif(bool(machine.find("accelerator").why), reason=machine.find("accelerator").why)
linux = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course", '["cpu", "accelerator"]')


# ------------------------------------------------------------------------------------------------------------ bulk


@pytest.mark.slow
@simulated
@linux
def test_a_class_is_graded_on_both_devices(course: Path) -> None:
    out = graded(course, right=REFERENCE, hard=HARD_CODED, back=BACK_ON_THE_CPU, numpy=THROUGH_NUMPY)
    assert marks(out) == {"right": "4", "hard": "3", "back": "2", "numpy": "2"}
    checks = checks_in(out)
    right = checks["right"]
    assert len(right) == 6, "a test on two devices is one check"
    assert {name: check["device"] for name, check in right.items() if name != "test_best"} == {
        name: "cpu+sim" for name in right if name != "test_best"
    }
    assert right["test_best"]["device"] == "cpu"
    assert right["test_center"]["parity"] == 0.0
    assert right["test_center"]["comparisons"] == 2
    failed = checks["hard"]["test_shift[3]"]["diagnosis"]
    assert failed["kind"] == "mixed_devices"
    assert failed["details"]["on_device"] == "sim:0"
    assert checks["back"]["test_center"]["diagnosis"]["kind"] == "device"
    assert checks["numpy"]["test_center"]["diagnosis"]["kind"] == "numpy_of_device"


@pytest.mark.slow
@simulated
@linux
def test_what_is_not_started_is_recorded_with_its_devices(course: Path) -> None:
    checks = checks_in(graded(course, idle=(course / "exercises" / "places.py").read_text("utf-8")))["idle"]
    assert {check["verdict"] for check in checks.values()} == {"not_started"}
    assert {name: check["device"] for name, check in checks.items() if name != "test_best"} == {
        name: "cpu+sim" for name in checks if name != "test_best"
    }
    assert checks["test_best"]["device"] == "cpu"


@pytest.mark.slow
@simulated
@linux
def test_feedback_names_the_device_and_what_was_not_tested(course: Path) -> None:
    page = (graded(course, hard=HARD_CODED) / "feedback" / "hard.md").read_text("utf-8")
    assert "On the accelerator (simulated): At line 13 of your code, tensors on two devices meet." in page
    assert "not tested on a GPU" in page


@pytest.mark.slow
@linux
def test_a_device_that_is_not_here_costs_nobody_a_point(tmp_path: Path) -> None:
    if machine.find("cuda").name is not None:
        pytest.skip("this machine has a GPU")
    out = graded(make_course(tmp_path / "both", '["cpu", "cuda"]'), right=REFERENCE)
    assert marks(out) == {"right": "4"}
    assert "Not tested on a GPU." in (out / "feedback" / "right.md").read_text("utf-8")
    out = graded(make_course(tmp_path / "gpu", '["cuda"]'), right=REFERENCE)
    assert marks(out) == {"right": "1"}, "only `best` could be tested"
    assert checks_in(out)["right"]["test_center"]["verdict"] == "not_tested"
    assert (out / "grades.csv").read_text("utf-8").splitlines()[1].startswith("right,1,1,100")


@pytest.mark.slow
@simulated
def test_topics_counts_a_test_once(course: Path) -> None:
    done = run("-m", "antorcha.cli.main", "topics", "--json", "--course", str(course))
    found = {exercise["name"]: exercise["hidden"] for exercise in json.loads(done.stdout)["topics"][0]["exercises"]}
    assert found == {"center": 2, "shift": 3, "best": 1}


# --------------------------------------------------------------------------------------------------------- at home


@pytest.mark.slow
@simulated
def test_at_home_the_cpu_unless_asked(course: Path) -> None:
    (course / "exercises" / "places.py").write_text(HARD_CODED, "utf-8")
    assert "6 passed" in pytest_in(course).stdout
    asked = pytest_in(course, "--device=accelerator")
    assert "3 failed, 3 passed" in asked.stdout
    assert "tensors on two devices meet" in asked.stdout
    assert "places.py:13: shift" in asked.stdout
    assert "antorcha/accelerator" not in asked.stdout, "no frame of ours"


AFTER_A_GRADIENT = """\
import torch


def test_center_backwards(agree):
    torch.ones(2, requires_grad=True).sum().backward()
    agree("center", torch.ones(2))


def test_shift_backwards(agree, device):
    torch.ones(2, device=device, requires_grad=True).sum().backward()
    agree("shift", torch.ones(2, device=device), 2)
"""


@simulated
def test_the_device_has_gradients_when_the_cpu_had_some_before(course: Path) -> None:
    (course / "exercises" / "places.py").write_text(REFERENCE, "utf-8")
    (course / "exercises" / "test_places.py").write_text(AFTER_A_GRADIENT, "utf-8")
    done = pytest_in(course, "--device=all")
    assert "3 passed" in done.stdout, done.stdout


@pytest.mark.slow
def test_at_home_a_device_that_is_not_here_is_no_failure(course: Path) -> None:
    if machine.find("cuda").name is not None:
        pytest.skip("this machine has a GPU")
    (course / "exercises" / "places.py").write_text(REFERENCE, "utf-8")
    done = pytest_in(course, "--device=cuda")
    assert "1 passed, 5 skipped" in done.stdout
    assert "\u2717" not in done.stdout
    assert done.returncode == 0


@pytest.mark.slow
@simulated
def test_a_released_folder_knows_its_answers_on_both(course: Path) -> None:
    folder = course / "released"
    words = ("release", "student", "--course", str(course), "--out", str(folder))
    done = run("-m", "antorcha.cli.main", *words)
    assert done.returncode == 0, done.stderr
    (folder / "exercises" / "places.py").write_text(REFERENCE, "utf-8")
    assert "11 passed" in pytest_in(folder, "--antorcha-device=all").stdout
    (folder / "exercises" / "places.py").write_text(BACK_ON_THE_CPU, "utf-8")
    wrong = pytest_in(folder, "--device=accelerator").stdout
    assert "2 failed, 4 passed" in wrong
    assert "sim:0" in wrong


@pytest.mark.slow
def test_the_short_option_is_left_to_others_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--device')\n")
    (tmp_path / "test_one.py").write_text("def test_one(request):\n    assert request.config.option.device == 'tpu'\n")
    done = run("-m", "pytest", "-q", "--device=tpu", "-p", "no:cacheprovider", folder=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@simulated
def test_a_script_on_the_simulated_gpu(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    code = (
        "import sys, torch\nd = torch.accelerator.current_accelerator()\nprint(sys.argv[1], torch.ones(2, device=d))\n"
    )
    script.write_text(code + "torch.ones(2, device=d) + torch.ones(2)\n", "utf-8")
    done = run("-m", "antorcha.cli.main", "run", "--simulated-gpu", str(script), "word")
    assert done.stdout.strip() == "word tensor([1., 1.], device='sim:0')"
    assert done.returncode == 1
    assert "found at least two devices, sim:0 and cpu!" in done.stderr
    assert "site-packages" not in done.stderr
    assert "accelerator/" not in done.stderr


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    done = run("-m", "antorcha.cli.main", "run", str(tmp_path / "none.py"))
    assert done.returncode != 0
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


# ----------------------------------------------------------------------------------------------- travelling tensors

TRAVEL = """
import torch
from antorcha.accelerator.simulated import hide, install
from antorcha.worker.wire import decode, encode, live
from antorcha.worker.wire.device_names import with_accelerator

install()
x = torch.arange(12.0, device="sim").reshape(4, 3)
message = encode([x, x[1], x.T])
base, row, turned = live(decode(message))
assert (str(base.device), turned.stride()) == ("sim:0", (1, 3))
row.zero_()
assert base[1].tolist() == [0, 0, 0] and base._version == 1, "what shared memory shares it again"
y = x.cpu()
assert with_accelerator(message, "cpu") == encode([y, y[1], y.T]), "but for the device, as it travels from the CPU"
hide()
assert torch.accelerator.current_accelerator() is None
install()
assert str(torch.accelerator.current_accelerator()) == "sim"
print("fine")
"""


@simulated
def test_tensors_of_the_device_travel_with_their_views() -> None:
    done = run("-c", TRAVEL)
    assert done.stdout.strip() == "fine", done.stderr


def test_messages_get_another_device() -> None:
    message = encode(['"dv":"sim:0"', 3])
    assert decode(with_accelerator(message, "cuda:0")) == ['"dv":"sim:0"', 3], "a text is left alone"


# -------------------------------------------------------------------------------------------------- one result of many


def one(verdict: Verdict, device: str, **rest: Any) -> CheckResult:
    return CheckResult("test.py::test_x", "x", verdict, device=device, **rest)


def test_a_check_passes_where_it_passes_on_each_device() -> None:
    (both,) = merged([one(Verdict.PASSED, "cpu", comparisons=2), one(Verdict.PASSED, "sim:0", comparisons=3)])
    assert (both.verdict, both.device, both.comparisons) == (Verdict.PASSED, "cpu+sim", 5)
    said = Diagnosis("device", {"on_device": "sim:0"})
    (failed,) = merged([one(Verdict.PASSED, "cpu"), one(Verdict.WRONG, "sim:0", diagnosis=said)])
    assert (failed.verdict, failed.device, failed.diagnosis) == (Verdict.WRONG, "cpu+sim", said)


def test_a_device_that_is_not_here_counts_neither_way() -> None:
    (passed,) = merged([one(Verdict.PASSED, "cpu"), one(Verdict.NOT_TESTED, "cpu")])
    assert (passed.verdict, passed.device) == (Verdict.PASSED, "cpu")
    nowhere = one(Verdict.NOT_TESTED, "cpu")
    assert score_exercise("x", 2.0, (one(Verdict.PASSED, "cpu"), nowhere)).points == 2.0
    alone = score_exercise("x", 2.0, (nowhere,))
    assert (alone.verdict, alone.points, alone.max_points) == (Verdict.NOT_TESTED, 0.0, 0.0)


def test_a_torch_without_the_hook_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from torch.utils import backend_registration

    monkeypatch.delattr(backend_registration, "_setup_privateuseone_for_python_backend", raising=False)
    monkeypatch.setattr(machine, "REAL_KINDS", ())
    machine.find.cache_clear()
    try:
        found = machine.find("accelerator")
    finally:
        machine.find.cache_clear()
    assert found.name is None
    assert "cannot take a device written in Python" in found.why


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!", "mixed"),
        ("Expected all tensors to be on the same device, but got index is on cpu, different from", "mixed"),
        ("Input and hidden tensors are not at the same device, found input tensor at cuda:0", "mixed"),
        ("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu()", "numpy"),
        ("Attempted to call `variable.set_data(tensor)`, but they have incompatible tensor type. self and", "data_of"),
        ("mat1 and mat2 shapes cannot be multiplied (4x3 and 2x2)", None),
    ],
)
def test_mistakes_with_devices_are_known_by_their_words(message: str, kind: str | None) -> None:
    found = mistake_with_devices(message)
    assert found is None if kind is None else found is not None and found.startswith(kind)
