"""The lock of a forked worker: every attack fails in every configuration, and honest work goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the sandbox is Linux's", allow_module_level=True)

from antorcha.worker.lockdown import bpf, landlock, layers, numbers, nvidia, paths, seccomp
from antorcha.worker.lockdown.profile import PLAIN, Profile

HERE = Path(__file__).parent / "lockdown"
ROOT = os.geteuid() == 0
USER = 12345
SITE_PACKAGES = str(Path(pytest.__file__).parent.parent)
SOURCE = str(Path(seccomp.__file__).parents[3])

sys.path.insert(0, str(HERE))
import attacks  # noqa: E402

sys.path.remove(str(HERE))

LEGAL_NAMES = [
    "tensors",
    "numpy_arrays",
    "training_loop",
    "layers",
    "many_threads_in_torch",
    "python_threads",
    "waiting",
    "signals",
    "randomness",
    "lazy_imports",
    "reading_allowed_files",
    "writing_to_nowhere",
    "warnings_and_tracebacks",
    "compiling_without_a_compiler",
    "saving_to_memory",
    "asking_the_machine",
    "deep_recursion",
]


@dataclass(frozen=True)
class Setting:
    """One way to lock: `user` to become before the zygote is made, `settings` of the lockdown."""

    name: str
    settings: tuple[tuple[str, Any], ...] = ()
    user: int | None = None
    public_python: bool = False
    lock: bool = True
    needs_root: bool = False

    @property
    def guards_files(self) -> bool:
        return dict(self.settings).get("use_landlock", True)


PLAINLY = Setting("default")
SETTINGS = [
    PLAINLY,
    Setting("root-remains-root", (("use_own_user", False),), needs_root=True),
    Setting("ordinary-user", user=USER, needs_root=True),
    Setting("public-python", public_python=True, needs_root=True),
    Setting("abi-1", (("max_landlock_abi", 1),)),
    Setting("abi-3", (("max_landlock_abi", 3),)),
    Setting("abi-4", (("max_landlock_abi", 4),)),
    Setting("user-abi-1", (("max_landlock_abi", 1),), user=USER, needs_root=True),
    Setting("no-landlock", (("use_landlock", False),)),
]


@dataclass
class Plan:
    """What harness.py is told."""

    base: str
    work: list[str]
    settings: dict[str, Any] = field(default_factory=dict)
    user: int | None = None
    legal: bool = False
    lock: bool = True
    denied_numbers: list[int] = field(default_factory=list)


@cache
def public_python() -> str | None:
    """A Python of this version that any user may run: this one, or the system's."""
    if paths.open_to_others(os.__file__) and paths.open_to_others(SITE_PACKAGES + "/pytest/__init__.py"):
        return sys.executable
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = shutil.which(version, path="/usr/bin:/usr/local/bin")
    return found if found and paths.open_to_others(SITE_PACKAGES + "/pytest/__init__.py") else None


def run_harness(plan: Plan, python: str = sys.executable) -> dict[str, dict[str, Any]]:
    os.chmod(plan.base, 0o755)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((SOURCE, SITE_PACKAGES)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TORCHINDUCTOR_CACHE_DIR": "/nonexistent",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [python, str(HERE / "harness.py"), json.dumps(vars(plan))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own is not."""
    folder = Path(f"/tmp/antorcha-lockdown-{os.getpid()}")
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


_done: dict[Any, dict[str, dict[str, Any]]] = {}


def outcomes_in(setting: Setting, base: Path, legal: bool = False) -> dict[str, dict[str, Any]]:
    """The harness's report for a setting, made once."""
    if setting.needs_root and not ROOT:
        pytest.skip("needs root")
    python = sys.executable
    if setting.public_python or setting.user is not None:
        python = public_python() or pytest.skip("no Python that other users may run")
    if (setting, legal) not in _done:
        place = base / f"{setting.name}-{legal}"
        place.mkdir()
        work = list(LEGAL_NAMES) if legal else _attacks_for(setting)
        numbers_denied = _denied_numbers() if setting == PLAINLY else []
        plan = Plan(str(place), work, dict(setting.settings), setting.user, legal, setting.lock, numbers_denied)
        _done[setting, legal] = run_harness(plan, python)
    return _done[setting, legal]


def _attacks_for(setting: Setting) -> list[str]:
    names = [name for name in attacks.ATTACKS if setting.guards_files or name not in attacks.READING]
    slow = {"spin", "every_other_call"} if setting != PLAINLY else set()
    return names + [name for name in attacks.BOUNDED if name not in slow]


def _denied_numbers() -> list[int]:
    known = seccomp.architecture()
    assert known is not None
    allowed = _allowed_numbers(*known)
    # Kernels from 6.12 on let x86's calls 335 and 336 past every filter: return points of probes, which kill any other
    # caller with SIGILL.
    exempt = {335, 336} if attacks.X86 else set()
    return [n for n in range(512) if n not in allowed | exempt]


# --- attacks ----------------------------------------------------------------------------------------


QUICK = {"default", "ordinary-user", "no-landlock"}


@pytest.fixture(
    params=[
        pytest.param(setting, id=setting.name, marks=[] if setting.name in QUICK else [pytest.mark.slow])
        for setting in SETTINGS
    ]
)
def setting(request: pytest.FixtureRequest) -> Setting:
    return request.param


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_attack_is_refused(setting: Setting, base: Path, name: str) -> None:
    if name in attacks.READING and not setting.guards_files:
        pytest.skip("only Landlock keeps files from being read")
    report = outcomes_in(setting, base)[name]
    assert report["outcome"] == "refused", report
    assert report["detail"].startswith(("PermissionError", "OSError", "ValueError: not allowed")), report


def test_attacks_work_in_the_open(base: Path) -> None:
    """The control: without a lock nearly every attack succeeds, so their failing above means something."""
    place = base / "open"
    place.mkdir()
    work = [name for name in attacks.ATTACKS if name not in attacks.NOT_IN_THE_OPEN]
    report = run_harness(Plan(str(place), work, lock=False))
    failed = {name: report[name] for name in work if report[name]["outcome"] != "done"}
    # A hardened kernel, a container or an ordinary user may refuse some of them already.
    assert len(failed) <= (0.05 if ROOT else 0.3) * len(work), failed


def test_the_victim_lives(setting: Setting, base: Path) -> None:
    assert outcomes_in(setting, base)["victim"]["outcome"] == "alive"


def test_no_descriptor_is_inherited(setting: Setting, base: Path) -> None:
    found = outcomes_in(setting, base)["open_descriptors"]["detail"]
    assert found[:3] == [0, 1, 2]
    assert len(found) == 4  # and the pipe to report through


def test_a_worker_has_a_group_and_perhaps_a_user_of_its_own(setting: Setting, base: Path) -> None:
    report = outcomes_in(setting, base)
    uid, euid, gid, groups, leads = report["identity"]["detail"]
    assert leads
    assert uid == euid
    if report["identity_of_workers"]["own_user"]:
        assert uid not in (0, USER)
        assert (gid, groups) == (uid, [])


def test_threads_are_bounded(setting: Setting, base: Path) -> None:
    report = outcomes_in(setting, base)
    started = report["threads"]["detail"]
    assert started >= 8
    if report["identity_of_workers"]["own_user"]:
        assert started <= 64
    elif setting.user is not None:
        assert started < 3000


def test_descriptors_are_bounded(setting: Setting, base: Path) -> None:
    assert outcomes_in(setting, base)["descriptors"]["detail"] <= 64


@pytest.mark.parametrize("name", ["a_lot_of_memory", "a_lot_of_shared_memory"])
def test_memory_is_bounded(setting: Setting, base: Path, name: str) -> None:
    assert outcomes_in(setting, base)[name]["detail"] in ("MemoryError", "OSError")


def test_ending_itself_is_quick_and_plain(setting: Setting, base: Path) -> None:
    report = outcomes_in(setting, base)
    assert report["abort"] == {"outcome": "died", "detail": -signal.SIGABRT}
    assert report["end_by_own_signal"] == {"outcome": "died", "detail": -signal.SIGTERM}


@pytest.mark.skipif(not attacks.X86, reason="only x86 has a 32-bit door")
def test_a_32_bit_call_kills(setting: Setting, base: Path) -> None:
    assert outcomes_in(setting, base)["call_as_32_bit"] == {"outcome": "died", "detail": -signal.SIGSYS}


def test_what_stays_open_without_bubblewrap(setting: Setting, base: Path) -> None:
    """Documented: existence and size of a guessed path are visible, unless mode bits hide them."""
    report = outcomes_in(setting, base)
    assert report["size_of_a_guessed_file"]["outcome"] == "done"
    identity = report["identity_of_workers"]
    hidden = identity["own_user"] and not identity["reads_all"]
    assert report["size_in_a_private_folder"]["outcome"] == ("refused" if hidden else "done")


def test_cpu_time_is_bounded_even_when_the_signal_is_ignored(base: Path) -> None:
    assert outcomes_in(PLAINLY, base)["spin"] == {"outcome": "died", "detail": -signal.SIGKILL}


def test_every_call_that_is_not_named_is_refused_by_the_kernel(base: Path) -> None:
    assert outcomes_in(PLAINLY, base)["every_other_call"] == {"outcome": "done", "detail": []}


def test_landlock_alone_still_guards_files(base: Path) -> None:
    place = base / "no-seccomp"
    place.mkdir()
    writing = ["write_where_all_may", "poison_a_package", "make_a_folder", "make_a_link", "remove_a_file"]
    work = [*attacks.READING, *writing]
    report = run_harness(Plan(str(place), work, {"use_seccomp": False}))
    assert {name: report[name]["outcome"] for name in work} == dict.fromkeys(work, "refused")


# --- honest work ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LEGAL_NAMES)
def test_honest_work_goes_on(base: Path, name: str) -> None:
    report = outcomes_in(PLAINLY, base, legal=True)[name]
    assert report["outcome"] == "done", report.get("traceback", report)
    assert report["detail"] is True


@pytest.mark.slow
@pytest.mark.parametrize("other", SETTINGS[1:], ids=lambda s: s.name)
def test_honest_work_goes_on_in_every_setting(base: Path, other: Setting) -> None:
    report = outcomes_in(other, base, legal=True)
    failed = {
        name: report[name].get("traceback", report[name]) for name in LEGAL_NAMES if report[name]["detail"] is not True
    }
    if not other.guards_files:
        failed.pop("writing_to_nowhere", None)  # no file is opened for writing there, not even the null device
    assert failed == {}


# --- the parts --------------------------------------------------------------------------------------

ARCHITECTURES = {"x86_64": (0xC000003E, numbers.X86_64), "aarch64": (0xC00000B7, numbers.AARCH64)}
EPERM, ENOSYS = 0x00050001, 0x00050026


def decide(program: bpf.Rule, architecture: int, number: int, *arguments: int, pid: int = 77) -> int:
    """Runs the filter as the kernel would on one call."""
    words = {0: number & 0xFFFFFFFF, 4: architecture}
    for index in range(6):
        value = arguments[index] if index < len(arguments) else 0
        words[16 + 8 * index], words[20 + 8 * index] = value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF
    a, at = 0, 0
    while True:
        step = program[at]
        k = pid if step.own_pid else step.k
        at += 1
        match step.code:
            case 0x20:
                a = words[k]
            case 0x06:
                return k
            case 0x05:
                at += k
            case 0x15:
                at += step.if_true if a == k else step.if_false
            case 0x25:
                at += step.if_true if a > k else step.if_false
            case 0x35:
                at += step.if_true if a >= k else step.if_false
            case 0x45:
                at += step.if_true if a & k else step.if_false
            case other:
                raise AssertionError(f"unknown instruction {other:#x}")


def _allowed_numbers(mark: int, table: dict[str, int]) -> set[int]:
    """Numbers that the filter allows always, or with some arguments."""
    program = seccomp.assemble(mark, table, PLAIN, files_guarded=True)
    by_argument = {"clone", "ioctl", "fcntl", "prctl", "arch_prctl", "madvise", "prlimit64", "kill", "tgkill"}
    always = {n for n in range(1000) if decide(program, mark, n) == bpf.ALLOW}
    return always | {table[name] for name in by_argument if name in table}


@pytest.mark.parametrize(("mark", "table"), ARCHITECTURES.values(), ids=ARCHITECTURES)
class TestFilter:
    def program(self, mark: int, table: dict[str, int], **options: Any) -> bpf.Rule:
        options = {"profile": PLAIN, "files_guarded": True} | options
        return seccomp.assemble(mark, table, **options)

    def test_only_named_calls_pass(self, mark: int, table: dict[str, int]) -> None:
        program = self.program(mark, table)
        names = {number: name for name, number in table.items()}
        for number in range(1000):
            answer = decide(program, mark, number)
            if number not in names:
                assert answer == (ENOSYS if number >= numbers.FIRST_COMMON else EPERM), number
        refused = {names[n] for n in names if decide(program, mark, n) != bpf.ALLOW}
        by_argument = {"clone", "prctl", "arch_prctl", "kill", "tgkill", "ioctl"} & set(table)
        assert refused - {*seccomp._SCRATCH, *nvidia.GPU_SYSTEM_CALLS} == by_argument | {"seccomp"}

    def test_foreign_architectures_kill(self, mark: int, table: dict[str, int]) -> None:
        program = self.program(mark, table)
        for foreign in (0x40000003, 0x40000028, 0xC00000F3, *(m for m, _ in ARCHITECTURES.values() if m != mark)):
            assert decide(program, foreign, table["read"]) == bpf.KILL_PROCESS

    def test_numbers_out_of_range_are_missing(self, mark: int, table: dict[str, int]) -> None:
        program = self.program(mark, table)
        for number in (0x40000000, 0x40000000 | table["read"], 0x40000000 | 520, -1, 0x7FFFFFFF):
            assert decide(program, mark, number) == ENOSYS

    def test_clone_makes_threads_only(self, mark: int, table: dict[str, int]) -> None:
        program, clone = self.program(mark, table), table["clone"]
        assert decide(program, mark, clone, 0x3D0F00) == bpf.ALLOW
        assert decide(program, mark, clone, 0x7D0F00) == bpf.ALLOW
        namespaces = [0x80, 0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]
        for flags in (17, 0x4111, 0x3C0F00, *(0x3D0F00 | bit for bit in namespaces), 0x3D0F00 | 17, 0x3D0F00 | 0x8000):
            assert decide(program, mark, clone, flags) == EPERM, hex(flags)

    def test_limits_are_read_only(self, mark: int, table: dict[str, int]) -> None:
        program, limit = self.program(mark, table), table["prlimit64"]
        assert decide(program, mark, limit, 0, 7, 0, 0x7FFF00000000) == bpf.ALLOW
        for arguments in ((1, 7, 0, 8), (0, 7, 8, 0), (0, 7, 1 << 32, 0), (77, 7, 0, 8)):
            assert decide(program, mark, limit, *arguments) == EPERM

    def test_signals_reach_the_own_process_only(self, mark: int, table: dict[str, int]) -> None:
        program = self.program(mark, table)
        for name in ("kill", "tgkill"):
            assert decide(program, mark, table[name], 77, 77, 6) == bpf.ALLOW
            for pid in (0, 1, 76, -1, -77, 1 << 31):
                assert decide(program, mark, table[name], pid, 77, 6) == EPERM

    def test_opening_never_empties(self, mark: int, table: dict[str, int]) -> None:
        guarded, bare = self.program(mark, table), self.program(mark, table, files_guarded=False)
        number = table["openat"]
        for flags, with_landlock, without in (
            (os.O_RDONLY | os.O_CLOEXEC, True, True),
            (os.O_RDONLY | os.O_TRUNC, False, False),
            (os.O_WRONLY, True, False),
            (os.O_RDWR | os.O_CREAT, True, False),
            (os.O_RDONLY | os.O_CREAT, True, False),
        ):
            assert (decide(guarded, mark, number, 0, 0, flags) == bpf.ALLOW) is with_landlock
            assert (decide(bare, mark, number, 0, 0, flags) == bpf.ALLOW) is without

    def test_scratch_adds_only_files(self, mark: int, table: dict[str, int]) -> None:
        plain, scratch = self.program(mark, table), self.program(mark, table, profile=Profile(scratch=True))
        gained = {n for n in range(1000) if decide(plain, mark, n) != decide(scratch, mark, n)}
        assert gained == {table[name] for name in seccomp._SCRATCH if name in table}


def test_far_jumps_reach() -> None:
    """A rule too long for an eight-bit jump still leads to the right verdict on both sides."""
    long = (*(step for n in range(200) for step in bpf.when(bpf.IF_EQUAL, 10_000 + n, 1)), bpf.give(2))
    rules = {n: (bpf.give(100 + n),) if n % 2 else long for n in range(20)}
    program = bpf.assemble(7, rules, default=(bpf.give(3),), young=(bpf.give(4),), young_from=30)
    for number in range(40):
        expected = 4 if number >= 30 else 3 if number >= 20 else 100 + number if number % 2 else 2
        assert decide(program, 7, number) == expected


@pytest.mark.parametrize("abi", range(1, landlock.NEWEST_ABI + 1))
def test_every_abi_builds_a_ruleset(abi: int, tmp_path: Path) -> None:
    if landlock.kernel_abi() < abi:
        pytest.skip("the kernel's Landlock is older")
    file = tmp_path / "file"
    file.touch()
    ruleset = landlock.build_ruleset(["/usr", str(file), "/nonexistent"], [str(tmp_path), "/dev/null"], abi)
    os.close(ruleset)


def test_without_landlock_building_says_so() -> None:
    from antorcha.worker.lockdown import LockdownError

    with pytest.raises(LockdownError, match="no Landlock"):
        landlock.build_ruleset(["/usr"], (), 0)


def test_readable_paths_leave_the_course_out() -> None:
    allowed = [Path(path).resolve() for path in paths.readable()]
    for private in (Path.home(), Path.cwd(), Path("/tmp"), Path("/proc"), Path("/etc"), Path("/")):
        assert private.resolve() not in allowed


def test_layers_are_named() -> None:
    found = {layer.name: layer for layer in layers()}
    assert {"landlock", "seccomp", "resource limits", "own user", "bubblewrap"} <= set(found)
    assert all(layer.present or layer.advice or not layer.required for layer in found.values())


def run_locked(tmp: Path, body: str, settings: str = "", enter: str = "") -> dict[str, Any]:
    """Runs `body`, which fills `out`, in a locked fork of a small Python; `base` is a folder that all can reach."""
    script = f"""
import json, os, sys
from antorcha.worker import lockdown
base = {str(tmp)!r}
prepared = lockdown.prepare(lockdown.Settings({settings}))
r, w = os.pipe()
if os.fork() == 0:
    out = {{}}
    def tried(name, function, *arguments):
        try:
            out[name] = ["done", function(*arguments)]
        except Exception as error:
            out[name] = ["refused", repr(error)]
    try:
        lockdown.enter(prepared, 1 << 30, 5, uid=60_706, {enter})
{body}
    except BaseException as error:
        out["error"] = repr(error)
    os.write(w, json.dumps(out, default=repr).encode())
    os._exit(0)
os.close(w)
os.wait()
print(os.read(r, 1 << 16).decode())
"""
    environment = os.environ | {"PYTHONPATH": SOURCE}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_scratch_folder_is_the_only_one(base: Path) -> None:
    place = base / "scratch"
    for name in ("mine", "theirs"):
        (place / name).mkdir(parents=True)
        (place / name).chmod(0o777)
    body = """
        mine, theirs = base + "/mine", base + "/theirs"
        def write(path, size=10):
            with open(path, "wb") as file:
                return file.write(b"x" * size)
        tried("write", write, mine + "/a")
        tried("read", lambda: open(mine + "/a").read())
        tried("empty", lambda: os.truncate(os.open(mine + "/a", os.O_RDWR), 5))
        tried("folder", os.mkdir, mine + "/f")
        tried("rename", os.rename, mine + "/a", mine + "/f/b")
        tried("remove", os.unlink, mine + "/f/b")
        tried("too much", write, mine + "/big", 5000)
        tried("their folder", write, theirs + "/a")
        tried("up and over", write, mine + "/../theirs/a")
        tried("symbolic link", os.symlink, theirs, mine + "/link")
        tried("hard link", os.link, "/etc/passwd", mine + "/link")
        tried("mode", os.chmod, mine, 0o700)
        tried("read theirs", os.listdir, theirs)
"""
    out = run_locked(place, body, enter=f"scratch=lockdown.Scratch({str(place / 'mine')!r}, 4096)")
    done = {name for name, (outcome, _) in out.items() if outcome == "done"}
    assert done == {"write", "read", "empty", "folder", "rename", "remove"}, out


def test_the_scratch_folder_of_one_worker_is_not_the_next_ones(base: Path) -> None:
    place = base / "twice"
    place.mkdir()
    place.chmod(0o777)
    body = '        tried("write", lambda: open(base + "/left", "w"))\n'
    assert run_locked(place, body)["write"][0] == "refused"


@pytest.mark.parametrize("granted", [True, False])
def test_without_landlock_only_a_worker_with_a_folder_writes(base: Path, granted: bool) -> None:
    """Where the instructor has said `--isolation none`: an exercise that saves a file is judged all the same."""
    place = base / f"unguarded_{granted}"
    place.mkdir()
    place.chmod(0o777)
    body = '        tried("write", lambda: open(base + "/left", "w").close())\n'
    enter = f"scratch=lockdown.Scratch({str(place)!r}, 4096)" if granted else ""
    out = run_locked(place, body, "use_landlock=False", enter=enter)
    assert out["write"][0] == ("done" if granted else "refused")


def test_a_worker_dies_with_its_zygote(base: Path) -> None:
    script = """
import os, signal, time
from antorcha.worker import lockdown
prepared = lockdown.prepare()
r, w = os.pipe()
child = os.fork()
if child == 0:
    lockdown.enter(prepared, 1 << 30, 5, uid=60_707, keep=(w,))
    os.write(w, b"locked")
    time.sleep(60)
os.read(r, 6)
print(child, flush=True)
time.sleep(60)
"""
    environment = os.environ | {"PYTHONPATH": SOURCE}
    zygote = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert zygote.stdout is not None
    child = int(zygote.stdout.readline())
    zygote.kill()
    zygote.wait()
    zygote.stdout.close()
    until = time.monotonic() + 20
    while time.monotonic() < until and _runs(child):
        time.sleep(0.02)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
