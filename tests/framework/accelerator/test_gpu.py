"""A real GPU in locked workers: what of it can be tried without one, and (marked `gpu`) what needs one.

The machines of the first part are folders that look like the driver's files. Whatever starts CUDA on them fails, as it
does on a GPU that has fallen off.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from support import devices_course as class_of_devices
from support.paths import ROOT

from antorcha.accelerator import devices, gpus, real
from antorcha.accelerator.errors import is_broken
from antorcha.accelerator.gpus import Gpu
from antorcha.accelerator.lease import DeviceGoneError, Lease
from antorcha.cli import doctor
from antorcha.course.model import Limits
from antorcha.intake.model import Cell, SubmittedFile
from antorcha.plugin.check import Check
from antorcha.plugin.devices import merged
from antorcha.plugin.outcome import result_of
from antorcha.results import CheckResult, Diagnosis, TopicResult, Verdict, score_exercise
from antorcha.store.db import reusable
from antorcha.student.remote import RemoteRunner
from antorcha.student.runners import Runners
from antorcha.worker.client import Worker, Zygote
from antorcha.worker.runtime import CallOptions, observe
from antorcha.worker.wire import encode

if sys.platform != "linux":
    pytest.skip("locked workers are Linux's", allow_module_level=True)

from antorcha.worker.lockdown import Settings, bpf, landlock, numbers, nvidia, seccomp
from antorcha.worker.lockdown.profile import PLAIN, Profile

INFORMATION = (
    "Model: \t\t NVIDIA H100\nIRQ:   \t\t 24\nGPU UUID: \t {uuid}\nDevice Minor: \t {minor}\nBus Type: \t PCIe\n"
)
ADDRESSES = ("0000:17:00.0", "0000:65:00.0")
X86_64 = (0xC000003E, numbers.X86_64)
NOTHING = encode([[], {}])


def make_machine(root: Path, count: int = 2) -> Path:
    for minor, address in enumerate(ADDRESSES[:count]):
        folder = root / "proc/driver/nvidia/gpus" / address
        folder.mkdir(parents=True)
        (folder / "information").write_text(INFORMATION.format(uuid=f"GPU-{minor}", minor=minor))
        (root / "sys/bus/pci/devices" / address).mkdir(parents=True)
    (root / "dev").mkdir(exist_ok=True)
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        (root / "dev" / name).touch()
    return root


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two GPUs."""
    monkeypatch.delenv(gpus.VISIBLE_GPUS_VARIABLE, raising=False)
    monkeypatch.setattr(gpus, "MACHINE_ROOT", make_machine(tmp_path / "machine"))
    return gpus.MACHINE_ROOT


@pytest.fixture
def lease(machine: Path, tmp_path: Path) -> Iterator[Lease]:
    lease = Lease(folder=tmp_path)
    yield lease
    lease.release()


# ------------------------------------------------------------------------------------------------- which GPUs there are


def test_the_driver_s_list(machine: Path) -> None:
    first, second = gpus.usable()
    assert (first.name, first.uuid, first.minor, first.address) == ("NVIDIA H100", "GPU-0", 0, ADDRESSES[0])
    names = {str(Path(path).relative_to(machine / "dev")) for path in second.devices}
    assert names == {"nvidia1", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools"}, "no other GPU's"
    assert str(machine / "sys/bus/pci/devices" / ADDRESSES[1]) in second.readable


@pytest.mark.parametrize(
    ("asked", "found"),
    [("1", ["GPU-1"]), ("GPU-1,0", ["GPU-1", "GPU-0"]), ("", []), ("-1", []), ("MIG-8", [])],
)
def test_what_cuda_may_not_see_is_not_used(
    machine: Path, monkeypatch: pytest.MonkeyPatch, asked: str, found: list[str]
) -> None:
    monkeypatch.setenv(gpus.VISIBLE_GPUS_VARIABLE, asked)
    assert [gpu.uuid for gpu in gpus.usable()] == found
    assert bool(gpus.why_not()) == (not found)


def test_graders_take_turns_at_the_gpus(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for number in range(3):
        monkeypatch.delenv(gpus.VISIBLE_GPUS_VARIABLE, raising=False)
        gpus.pin(number)
        seen.append(gpus.usable())
    assert [[gpu.uuid for gpu in each] for each in seen] == [["GPU-0"], ["GPU-1"], ["GPU-0"]]


def test_why_there_is_none(machine: Path) -> None:
    (machine / "dev/nvidia-uvm").unlink()
    assert gpus.why_not() == "/dev/nvidia-uvm cannot be opened"
    found = devices.find.__wrapped__("cuda", locked=True)
    assert found.name is None
    assert "/dev/nvidia-uvm cannot be opened" in found.why
    assert "cannot open a device of the kind mps" in devices.find.__wrapped__("mps", locked=True).why


def test_a_locked_worker_is_offered_the_gpu(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_is_here", lambda kind: kind == "cuda")
    assert devices.find.__wrapped__("accelerator", locked=True).name == "cuda:0"
    assert devices.find.__wrapped__("cuda", locked=True).name == "cuda:0"


def test_doctor_says_what_workers_may_open(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_installed", lambda _package: "2.13.0")
    assert doctor._gpu().verdict == doctor.GREEN
    assert "NVIDIA H100" in doctor._gpu().detail
    monkeypatch.setattr(doctor, "_installed", lambda _package: "2.13.0+cpu")
    assert doctor._gpu().verdict == doctor.GREEN
    monkeypatch.setattr(gpus, "MACHINE_ROOT", machine / "nowhere")
    assert "no NVIDIA driver" in doctor._gpu().detail


# ------------------------------------------------------------------------------------------------------------ the lock


def requests_allowed(profile: Profile, *, files_guarded: bool = True) -> Any:
    """Asks the filter's program about one ioctl request."""
    program = seccomp.assemble(*X86_64, profile=profile, files_guarded=files_guarded)
    return lambda request: run_program(program, X86_64[0], numbers.X86_64["ioctl"], request) == bpf.ALLOW


def run_program(program: bpf.Rule, mark: int, number: int, second_argument: int) -> int:
    """What the kernel would return for a call with this second argument."""
    data = {0: number, 4: mark, 24: second_argument & 0xFFFFFFFF, 28: second_argument >> 32}
    accumulator, at = 0, 0
    while True:
        step = program[at]
        at += 1
        if step.code == 0x20:
            accumulator = data.get(step.k, 0)
        elif step.code == 0x54:
            accumulator &= step.k
        elif step.code == 0x06:
            return step.k
        elif step.code == 0x05:
            at += step.k
        else:
            holds = {
                bpf.IF_EQUAL: accumulator == step.k,
                bpf.IF_GREATER: accumulator > step.k,
                bpf.IF_AT_LEAST: accumulator >= step.k,
                bpf.IF_ANY_BIT: bool(accumulator & step.k),
            }[step.code]
            at += step.if_true if holds else step.if_false


def test_the_filter_lets_the_driver_s_requests_through_and_no_others() -> None:
    ask = requests_allowed(Profile(gpu=True))
    control, alloc = 0xC020462A, 0xC030462B  # NV_ESC_RM_CONTROL and _ALLOC, as drivers of today size them
    assert ask(control)
    assert ask(alloc)
    assert ask(0x30000001), "UVM_INITIALIZE"
    assert ask(37), "UVM_REGISTER_GPU"
    assert ask(0x5401), "what every worker may ask"
    refused = {
        "TIOCSTI": 0x5412,
        "UVM_TOOLS_READ_PROCESS_MEMORY": 62,
        "UVM_ENABLE_PEER_ACCESS": 29,
        "NV_ESC_EXPORT_TO_DMABUF_FD": 0xC00046D9,
        "an unknown escape": 0xC0004601,
        "another direction": 0x4020462A,
        "another driver": 0xC020642A,
    }
    assert not [name for name, request in refused.items() if ask(request)]


def test_nobody_else_may_ask_the_driver() -> None:
    for profile in (PLAIN, Profile(scratch=True)):
        ask = requests_allowed(profile)
        assert not any(ask(request) for request in (0xC020462A, 0x30000001, 37))
    assert not requests_allowed(Profile(gpu=True), files_guarded=False)(0xC020462A), (
        "without Landlock for no file at all"
    )


@pytest.mark.parametrize("table", [numbers.X86_64, numbers.AARCH64], ids=["x86_64", "aarch64"])
def test_the_grant_opens_these_calls_only(table: dict[str, int]) -> None:
    def allowed(profile: Profile) -> set[str]:
        program = seccomp.assemble(1, table, profile=profile, files_guarded=True)
        return {name for name, number in table.items() if run_program(program, 1, number, 0) == bpf.ALLOW}

    gained = allowed(Profile(gpu=True)) - allowed(PLAIN)
    assert gained == {name for name in nvidia.GPU_SYSTEM_CALLS if name in table}
    assert len(gained) == len(nvidia.GPU_SYSTEM_CALLS)


def test_landlock_lets_devices_be_controlled_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if landlock.usable_abi() < 1:
        pytest.skip("no Landlock here")
    rules: list[tuple[str, int]] = []
    allow = landlock._allow

    def noted(ruleset: int, path: str, rights: int) -> None:
        rules.append((path, rights))
        allow(ruleset, path, rights)

    monkeypatch.setattr(landlock, "_allow", noted)
    (tmp_path / "nvidia0").touch()
    os.close(landlock.build_ruleset(["/usr/lib"], ["/dev/null"], None, [str(tmp_path / "nvidia0"), "/nowhere"]))
    rights = dict(rules)
    assert rights[str(tmp_path / "nvidia0")] & landlock.WRITE_FILE
    controlled = {path for path, right in rules if right & landlock.IOCTL_DEV}
    assert controlled == ({str(tmp_path / "nvidia0"), "/nowhere"} if landlock.usable_abi() >= 5 else set())
    assert not rights[str(tmp_path / "nvidia0")] & (landlock.MAKE_REG | landlock.EXECUTE | landlock.TRUNCATE)


LOOKING = """
import os, resource
import torch

def found():
    said = []
    for path in {paths!r}:
        try:
            os.close(os.open(path, os.O_RDWR))
            said.append("opened")
        except OSError as error:
            said.append(type(error).__name__)
    return said, resource.getrlimit(resource.RLIMIT_AS)[1] < 0, os.environ.get("CUDA_VISIBLE_DEVICES", "")
"""


def test_a_worker_opens_its_own_gpu_s_files_only(
    zygote: Zygote, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (machine, *machine.parents):
        if path.stat().st_uid == os.getuid() and path != Path("/") and str(path).startswith("/tmp/pytest"):
            path.chmod(0o755)
    for path in (machine / "dev").iterdir():
        path.chmod(0o666)
    first, _ = gpus.usable()
    paths = [str(machine / "dev" / name) for name in ("nvidia0", "nvidiactl", "nvidia1")]
    code = LOOKING.format(paths=paths)

    zygote = Zygote.start(Settings(use_gpu=True))

    def student_sentence(gpu: Gpu | None) -> Any:
        worker = zygote.spawn(Limits(), gpu=gpu)
        try:
            worker.load("looking", [(code, "looking.py")], one_file=True)
            return worker.call("found", NOTHING, {})["value"]
        finally:
            worker.close()

    said, unlimited, seen = student_sentence(first)
    assert said == ["opened", "opened", "PermissionError"]
    assert unlimited, "no limit on address space"
    assert seen == "GPU-0"
    said, unlimited, seen = student_sentence(None)
    assert said == ["PermissionError"] * 3
    assert not unlimited
    assert seen == ""
    zygote.close()


def test_the_memory_of_a_worker_with_a_gpu_is_limited_all_the_same(
    zygote: Zygote, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antorcha.worker.client._GPU_HOST_BYTES", 0)
    code = "import mmap, time\ndef f():\n    m = mmap.mmap(-1, 400 << 20)\n"
    code += "    for i in range(0, 400 << 20, 4096):\n        m[i] = 1\n    time.sleep(5)\n"
    worker = zygote.spawn(Limits(memory_mib=100), gpu=gpus.usable()[0])
    assert "CUDA" in worker.start_gpu("cuda:0", 0.5) or torch.cuda.is_available()
    worker.load("hungry", [(code, "hungry.py")], one_file=True)
    with pytest.raises(Exception, match="memory_limit"):  # shared memory, which no limit of the kernel's stops
        worker.call("f", NOTHING, {})


# ----------------------------------------------------------------------------------------------------------- the lease

HOLDER = """
import sys, time
from pathlib import Path
from antorcha.accelerator import gpus
from antorcha.accelerator.lease import Lease
gpus.MACHINE_ROOT = Path(sys.argv[1])
Lease(folder=Path(sys.argv[2])).take()
print("taken", flush=True)
time.sleep(600)
"""


def test_one_at_a_time_and_a_killed_holder_lets_go(machine: Path, tmp_path: Path, lease: Lease) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(machine), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        with open(tmp_path / "GPU-0.lock") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder.send_signal(signal.SIGKILL)
        assert lease.take().uuid == "GPU-0"
    assert lease.take() is lease.take(), "held until it is released"
    lease.release()
    other = Lease(folder=tmp_path)
    other.take()
    other.release()


def test_who_waits_says_so_and_gets_it(
    machine: Path, tmp_path: Path, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antorcha.accelerator.lease._SIGN_OF_LIFE", 0.05)
    lease.take()
    signs: list[float] = []

    def heard() -> None:
        signs.append(time.monotonic())
        if len(signs) == 2:
            lease.release()

    waiting = Lease(heard, tmp_path)
    assert waiting.take().uuid == "GPU-0"
    assert len(signs) == 2
    waiting.release()


def test_what_is_lost_stays_lost(lease: Lease, machine: Path) -> None:
    lease.take()
    lease.lose("it has fallen off the bus")
    with pytest.raises(DeviceGoneError, match="off the bus"):
        lease.take()


def test_a_folder_of_somebody_else_s_is_not_used(
    machine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / f"antorcha-gpu-{os.getuid()}").mkdir()
    (tmp_path / f"antorcha-gpu-{os.getuid()}").chmod(0o777)
    with pytest.raises(DeviceGoneError, match="no lock can be had"):
        Lease().take()


# ------------------------------------------------------------------------------------------- errors, and whose they are


def source(code: str) -> SubmittedFile:
    return SubmittedFile("places", "places.py", (Cell(code, "places.py"),))


def runner_for(zygote: Zygote, lease: Lease, code: str) -> RemoteRunner:
    return RemoteRunner(zygote, source(code), Limits(), ["f"], device="cuda:0", lease=lease)


BREAKING = """
import torch

def f(message=None):
    if message:
        raise torch.AcceleratorError(message) if hasattr(torch, "AcceleratorError") else RuntimeError(message)
    return 1
"""
ASSERTED = "CUDA error: device-side assert triggered"


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Workers whose CUDA starts, by its word: each start's device."""
    asked: list[str] = []

    def start(_worker: Worker, device: str, _share: float) -> str:
        asked.append(device)
        return ""

    monkeypatch.setattr(Worker, "start_gpu", start)
    return asked


def test_a_gpu_that_does_not_start_is_nobody_s_fault(zygote: Zygote, lease: Lease) -> None:
    if torch.version.cuda:
        pytest.skip("this PyTorch has CUDA")
    runner = runner_for(zygote, lease, BREAKING)
    with pytest.raises(DeviceGoneError, match="not compiled with CUDA"):
        runner.call("f", NOTHING, CallOptions())
    assert lease.lost
    with pytest.raises(DeviceGoneError, match="not compiled with CUDA"):
        runner.call("f", NOTHING, CallOptions())
    assert runner.failure is None, "the machinery is well"
    runner.close()


def test_an_error_that_breaks_cuda_costs_its_own_call(zygote: Zygote, lease: Lease, starts: list[str]) -> None:
    runner = runner_for(zygote, lease, BREAKING)
    assert runner.call("f", NOTHING, CallOptions()).value == 1
    broken = runner.call("f", encode([[ASSERTED], {}]), CallOptions())
    assert broken.error is not None
    assert broken.error.message.startswith(ASSERTED)
    assert len(starts) == 2, "the next call has a fresh worker"
    assert runner.call("f", NOTHING, CallOptions()).value == 1
    assert len(starts) == 2
    ordinary = runner.call("f", encode([["another message"], {}]), CallOptions())
    assert ordinary.error is not None
    runner.close()


def test_a_gpu_that_falls_off_is_no_error_of_the_hand_in(
    zygote: Zygote, lease: Lease, starts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = runner_for(zygote, lease, BREAKING)
    assert runner.call("f", NOTHING, CallOptions()).value == 1
    monkeypatch.setattr(Worker, "start_gpu", lambda *_: "RuntimeError: No CUDA GPUs are available")
    with pytest.raises(DeviceGoneError, match="No CUDA GPUs"):
        runner.call("f", encode([["CUDA error: unknown error"], {}]), CallOptions())
    assert not runner.gpu_works()
    runner.close()


def test_one_context_serves_all_checks_of_a_hand_in(
    zygote: Zygote, lease: Lease, starts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from antorcha.course.load import load_course

    course = load_course(class_of_devices.make_course(tmp_path / "course", '["cpu", "cuda"]'))
    monkeypatch.setattr("antorcha.student.runners.find", lambda role, locked: devices.FoundDevice(f"{role}:0"))
    runners = Runners(zygote, source(BREAKING), course, lease)
    for exercise in ("center", "shift", "center"):
        runners.runner_for(Check("t", exercise, role="cuda")).call("f", NOTHING, CallOptions())
    assert starts == ["cuda:0"]
    assert runners.gpu_works()
    runners.close()


def test_results_say_that_it_was_not_tested() -> None:
    check = Check("t", "x", role="cuda", device="cuda:0", leased=True)
    for error in (DeviceGoneError("it fell off"), RuntimeError("CUDA error: unknown error")):
        result = result_of(check, error, 0.0)
        assert result.verdict is Verdict.NOT_TESTED
        assert result.diagnosis is not None
        assert result.diagnosis.kind == "device_lost"
    ours = result_of(Check("t", "x"), RuntimeError("CUDA error: unknown error"), 0.0)
    assert ours.verdict is Verdict.WRONG, "on the CPU a test's own exceptions are what they were"


def test_what_was_not_tested_is_graded_again_another_day() -> None:
    gone = CheckResult("t", "x", Verdict.NOT_TESTED, diagnosis=Diagnosis("device_lost", {}, {"here": False}))
    passed = CheckResult("t", "x", Verdict.PASSED, comparisons=1)
    (both,) = merged([passed, gone])
    assert (both.verdict, both.device) == (Verdict.PASSED, "cpu")
    assert not reusable(TopicResult("t", (score_exercise("x", 1.0, (both,)),)))
    (wrong,) = merged([CheckResult("t", "x", Verdict.WRONG, diagnosis=Diagnosis("value")), gone])
    assert reusable(TopicResult("t", (score_exercise("x", 1.0, (wrong,)),))), "no GPU can make it right"
    no_gpu = CheckResult("t", "x", Verdict.NOT_TESTED, diagnosis=Diagnosis("no_device"))
    assert reusable(TopicResult("t", (score_exercise("x", 1.0, tuple(merged([passed, no_gpu]))),)))


def test_marks_depend_on_the_gpu_s_model(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from antorcha.bulk import keys
    from antorcha.course.load import load_course

    course = load_course(class_of_devices.make_course(tmp_path / "course", '["cpu", "cuda"]'))
    assert keys.device_names(keys.roles_of(course, "places"))[0] == ["cpu", "cpu"]
    monkeypatch.setattr(keys, "find", lambda role, locked: devices.FoundDevice("cpu" if role == "cpu" else "cuda:0"))
    assert keys.device_names(keys.roles_of(course, "places")) == [["cpu", "cpu"], ["cuda", "cuda:0", "NVIDIA H100"]]


def test_what_breaks_cuda_is_known_by_its_words() -> None:
    assert is_broken("AcceleratorError", "")
    assert is_broken("RuntimeError", ASSERTED)
    assert not is_broken("OutOfMemoryError", "CUDA out of memory. Tried to allocate 20.00 GiB")
    assert not is_broken("RuntimeError", "mat1 and mat2 shapes cannot be multiplied")


def test_what_lies_on_a_broken_gpu_is_not_sent() -> None:
    def f(_x: torch.Tensor) -> None:
        raise RuntimeError(ASSERTED)

    report = observe(f, [torch.ones(2)], {}, CallOptions())
    assert report.exception is not None
    assert report.arguments is None


def test_the_gpu_is_hidden_from_the_reference_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    real.hide()
    try:
        assert not torch.cuda.is_available()
        with real.visible("cuda:0"):
            assert torch.cuda.is_available()
        with real.visible("sim:0"):
            assert not torch.cuda.is_available()
        assert not torch.cuda.is_available()
    finally:
        real.show()
    assert torch.cuda.is_available()


# ---------------------------------------------------------------------------------------------------- a class, in bulk

PRETENDING = """
from contextlib import contextmanager
import torch
from antorcha.accelerator import devices, real
from antorcha.plugin import devices as checks

devices._is_here = lambda kind: kind == "cuda"
if {trusted!r}:  # this side's tensors stay on the CPU, so that the worker is asked
    real.problem = lambda device: ""
    device_for_check = checks.device_for_check

    @contextmanager
    def on_the_cpu(*args, **kwargs):
        with device_for_check(*args, **kwargs):
            yield torch.device("cpu")

    checks.device_for_check = on_the_cpu
"""


@pytest.mark.slow
@pytest.mark.parametrize("trusted", [True, False], ids=["fails in the worker", "fails in the grader"])
def test_a_class_goes_on_when_the_gpu_does_not(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    if torch.version.cuda:
        pytest.skip("this PyTorch has CUDA")
    words = {"right": class_of_devices.REFERENCE, "hard": class_of_devices.HARD_CODED}
    alone = class_of_devices.graded(class_of_devices.make_course(tmp_path / "alone", '["cpu"]'), **words)
    course = class_of_devices.make_course(tmp_path / "course", '["cpu", "cuda"]')
    (course / "graders" / "conftest.py").write_text(PRETENDING.format(trusted=trusted))
    monkeypatch.setenv("ANTORCHA_TEST_MACHINE", str(machine))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(sitecustomised(tmp_path)), os.environ.get("PYTHONPATH", "")]))
    out = class_of_devices.graded(course, **words)
    assert class_of_devices.marks(out) == class_of_devices.marks(alone) == {"right": "4", "hard": "4"}
    checks = class_of_devices.checks_in(out)["right"]
    assert {check["device"] for check in checks.values()} == {"cpu"}
    assert checks["test_center"]["diagnosis"]["kind"] == "device_lost"
    assert "not compiled with CUDA" in checks["test_center"]["diagnosis"]["private"]["why"]
    assert checks["test_best"]["diagnosis"] is None
    page = (out / "feedback" / "right.md").read_text("utf-8")
    assert "Not tested on a GPU." in page
    assert "could not be used" not in page, "it passed: there is nothing to explain"


BREAKING_LATER = """
from antorcha.bulk.judging import Judge
from antorcha.worker.client import Worker

Worker.start_gpu = lambda *_: ""
judge = Judge.judge
answered = []  # checks of the submission: after its first, an answer has broken the GPU


def judge_and_count(self, *args):
    def problem(device):
        answered.append(device)
        return "" if len(answered) == 1 else "AcceleratorError: CUDA error: device-side assert"

    real.problem = problem
    return judge(self, *args)


Judge.judge = judge_and_count
"""


@pytest.mark.slow
def test_a_grader_whose_gpu_an_answer_broke_makes_way(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = class_of_devices.make_course(tmp_path / "course", '["cpu", "cuda"]')
    (course / "graders" / "conftest.py").write_text(PRETENDING.format(trusted=True) + BREAKING_LATER)
    monkeypatch.setenv("ANTORCHA_TEST_MACHINE", str(machine))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(sitecustomised(tmp_path)), os.environ.get("PYTHONPATH", "")]))
    out = class_of_devices.graded(course, first=class_of_devices.REFERENCE, second=class_of_devices.REFERENCE)
    for checks in class_of_devices.checks_in(out).values():
        assert checks["test_center"]["verdict"] == "passed"
        assert checks["test_center"]["device"] == "cpu+cuda", "each had a grader whose GPU worked"
        assert checks["test_shift[3]"]["verdict"] == "wrong"
        assert checks["test_shift[3]"]["diagnosis"]["kind"] == "device_broken"
    assert class_of_devices.marks(out) == {"first": "2", "second": "2"}


def sitecustomised(folder: Path) -> Path:
    """A folder that makes each Python see the machine that the environment names."""
    place = folder / "customised"
    place.mkdir()
    code = "import os, pathlib\nfrom antorcha.accelerator import gpus\n"
    code += "gpus.MACHINE_ROOT = pathlib.Path(os.environ.get('ANTORCHA_TEST_MACHINE', '/'))\n"
    (place / "sitecustomize.py").write_text(code)
    # Graders search of what the shell says only the folders that lend them a library of theirs.
    (place / "antorcha").symlink_to(Path(gpus.__file__).parents[1], target_is_directory=True)
    return place


# ------------------------------------------------------------------------------------------------------ on a real GPU

HERE = ROOT
ASSERTING = class_of_devices.REFERENCE.replace(
    "return x - x.mean(0)",
    "i = torch.full((4,), 99, device=x.device)\n    return x - x.mean(0) + x[i].sum()",
)
GREEDY = class_of_devices.REFERENCE.replace(
    "return x - x.mean(0)",
    "if x.is_cuda:\n        free, total = torch.cuda.mem_get_info()\n"
    "        torch.empty(int(total * 0.6), dtype=torch.uint8, device=x.device)\n    return x - x.mean(0)",
)
LOOKED_UP = """
import torch


def test_center_by_what_it_points_at(agree, student, device):
    table = torch.arange(10.0, device=device)
    agree.that(bool(table[student.center(torch.ones(2, 2, device=device)).long()].sum() == 0), "It should be zero.")
"""
POINTING = class_of_devices.REFERENCE.replace("return x - x.mean(0)", "return x - x.mean(0) + 1_000_000 * x.is_cuda")


@pytest.fixture
def real_course(tmp_path: Path) -> Path:
    """A course whose checks run on the CPU and on this machine's GPU."""
    found = devices.find("cuda", locked=True)
    if found.name is None:
        pytest.skip(found.why)
    return class_of_devices.make_course(tmp_path / "course", '["cpu", "cuda"]')


@pytest.mark.gpu
@pytest.mark.slow
def test_mutants_die_on_the_gpu_as_on_the_simulated_one(real_course: Path) -> None:
    words = {"hard": class_of_devices.HARD_CODED, "back": class_of_devices.BACK_ON_THE_CPU}
    words |= {"right": class_of_devices.REFERENCE, "numpy": class_of_devices.THROUGH_NUMPY}
    out = class_of_devices.graded(real_course, **words)
    assert class_of_devices.marks(out) == {"right": "4", "hard": "3", "back": "2", "numpy": "2"}
    checks = class_of_devices.checks_in(out)
    assert checks["right"]["test_center"]["device"] == "cpu+cuda"
    assert checks["hard"]["test_shift[3]"]["diagnosis"]["kind"] == "mixed_devices"
    assert checks["back"]["test_center"]["diagnosis"]["kind"] == "device"


@pytest.mark.gpu
@pytest.mark.slow
def test_the_course_s_own_reference_passes_every_hidden_check(real_course: Path, tmp_path: Path) -> None:
    from antorcha.course.load import load_course

    course = load_course(HERE)
    topics = [topic.name for topic in course.topics if "accelerator" in course.devices_of(topic)]
    assert topics
    (tmp_path / "class" / "reference").mkdir(parents=True)
    for topic in topics:
        text = (course.reference_dir / f"{topic}.py").read_bytes()
        (tmp_path / "class" / "reference" / f"{topic}.py").write_bytes(text)
    words = ("grade", str(tmp_path / "class"), "--course", str(HERE), "--out", str(tmp_path / "out"))
    done = class_of_devices.run("-m", "antorcha.cli.main", *words)
    assert done.returncode == 0, done.stderr
    checks = class_of_devices.checks_in(tmp_path / "out")["reference"]
    assert {check["verdict"] for check in checks.values() if check["check"]} <= {"passed", "missing"}
    assert any("cuda" in check["device"] for check in checks.values())


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.parametrize("wrong", [ASSERTING, GREEDY], ids=["device-side assert", "too much of the GPU's memory"])
def test_an_error_on_the_gpu_costs_the_hand_in_that_caused_it(real_course: Path, wrong: str) -> None:
    words = {f"right{number}": class_of_devices.REFERENCE for number in range(4)}
    out = class_of_devices.graded(real_course, aaa=wrong, mmm=wrong, **words)
    marks = class_of_devices.marks(out)
    assert {marks[name] for name in words} == {"4"}
    assert float(marks["aaa"]) == float(marks["mmm"]) == 2
    if wrong is GREEDY:
        assert class_of_devices.checks_in(out)["aaa"]["test_center"]["verdict"] == "memory_limit"


@pytest.mark.gpu
@pytest.mark.slow
def test_an_answer_that_breaks_the_grader_s_gpu_costs_its_own_hand_in(real_course: Path) -> None:
    tests = real_course / "graders" / "test_places.py"
    tests.write_text(tests.read_text("utf-8") + LOOKED_UP.replace("import torch\n", ""), "utf-8")
    words = {f"right{number}": class_of_devices.REFERENCE for number in range(3)}
    out = class_of_devices.graded(real_course, aaa=POINTING, **words)
    marks = class_of_devices.marks(out)
    assert {marks[name] for name in words} == {"4"}
    assert float(marks["aaa"]) < 4
    assert not any(check["verdict"] == "not_tested" for check in class_of_devices.checks_in(out)["aaa"].values())


@pytest.mark.gpu
@pytest.mark.slow
def test_two_graders_share_one_gpu(real_course: Path) -> None:
    words = {f"student{number:02}": class_of_devices.REFERENCE for number in range(14)}  # enough for two graders
    assert set(class_of_devices.marks(class_of_devices.graded(real_course, **words)).values()) == {"4"}
