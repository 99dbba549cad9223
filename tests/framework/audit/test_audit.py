"""`antorcha audit`: good graders pass it, and every way in which graders can be weak is reported."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import antorcha.audit.run
from antorcha.audit import wrapper_code
from antorcha.audit.first_sentence import Told, told
from antorcha.audit.judge import judge
from antorcha.audit.model import Fate, Messages, count, shortcomings
from antorcha.audit.mutants import Mutant, mutants_of
from antorcha.audit.outcome import Failure, Outcome, outcome_of
from antorcha.audit.tasks import Kind, Plan, Task
from antorcha.audit.variants_file import VariantsFile
from antorcha.audit.wrappers import SILENT_BUGS, WRAPPERS, wrapper_cells
from antorcha.bulk.grade import Graded
from antorcha.course.model import Audit, Exercise, Topic
from antorcha.plain import from_plain, to_plain
from antorcha.results import CheckResult, TopicResult, Verdict, score_exercise
from antorcha.sources.reference import read_reference
from antorcha.variants import Equivalent, equivalents_in

GRADING = """\
title = "Tiny"
language = "en"
languages = ["en"]

[[topics]]
name = "tiny"
exercises = [{ name = "center", points = 2 }, { name = "total" }]

[audit]
min_killed = 0.9
min_silent = 1.0
"""

REFERENCE = '''\
"""Two exercises."""

from __future__ import annotations

import torch


def center(x: torch.Tensor) -> torch.Tensor:
    """Return `x` without the mean of its columns."""
    return x - x.mean(dim=0, keepdim=True)


def total(x: torch.Tensor) -> float:
    """Return the sum of all elements, a Python number."""
    return x.sum().item()
'''

TESTS = """\
import torch

def test_center(agree):
    agree("center", torch.tensor([[1.0, 5.0], [2.0, 8.0]]))
    agree("center", torch.arange(6.0, dtype=torch.float64).reshape(3, 2))

def test_center_gradient(agree):
    agree("center", torch.tensor([[1.0], [4.0], [8.0]], requires_grad=True))

def test_total(agree):
    exactly = agree.using(numbers="strict")
    exactly("total", torch.tensor([[1.5, 2.0], [4.0, -9.0]]))
    exactly("total", torch.tensor([3, 9]))
"""

VARIANTS = """\
import torch
from antorcha.variants import N_, equivalent, right, wrong

@right("center")
def by_size(x):
    return x - x.sum(0) / x.shape[0]

@wrong("center", N_("You took the mean of everything."))
def of_everything(x):
    return x - x.mean()

@wrong("total", N_("You returned a tensor."))
def a_tensor(x):
    return x.sum()

equivalent(
    "center",
    "keepdim= dropped: return x - x.mean(dim=0, keepdim=True) -> return x - x.mean(dim=0)",
    "one row less broadcasts alike",
)
equivalent("center", "a mutant of long ago: x -> y", "stale")
"""

SHAPES_ONLY = """\
def test_center(agree, student):
    import torch
    agree.that(student.center(torch.arange(6.0).reshape(3, 2)).shape == (3, 2), "The shape must be (3, 2).")

def test_total(agree):
    import torch
    agree.using(numbers="strict")("total", torch.tensor([[1.5, 2.0], [4.0, -9.0]]))
"""

MORE_VARIANTS = """
@right("total")
def as_a_whole_number(x):
    return int(x.sum())

@wrong("total", N_("You returned a tensor, again."))
def another_tensor(x):
    return torch.sum(x)

@wrong("center", N_("You gave the tensor back."))
def nothing_done(x):
    return x
"""


def write_course(root: Path, tests: str = TESTS, variants: str = VARIANTS) -> Path:
    files = {
        "grading.toml": GRADING,
        "reference/tiny.py": REFERENCE,
        "reference/variants/tiny.py": variants,
        "graders/test_tiny.py": tests,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "exercises").mkdir()
    return root


def audit(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antorcha.cli.main", "audit", "--course", str(root), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def ids(source: str, tmp_path: Path, exercise: str = "f") -> list[str]:
    path = tmp_path / "topic.py"
    path.write_text(source, encoding="utf-8")
    return [mutant.id for mutant in mutants_of(read_reference(path), exercise, frozenset({"f", "g"}))]


# ------------------------------------------------------------------------------------------------ the whole command


@pytest.mark.slow
def test_good_graders_pass_and_the_second_time_nothing_is_run(tmp_path):
    root = write_course(tmp_path / "course")
    first = audit(root, "--json", "--html", str(tmp_path / "page.html"))
    assert first.returncode == 0, first.stderr + first.stdout
    found = json.loads(first.stdout)["topics"]["tiny"]
    assert found["exercises"] == 2
    assert (found["right"], found["right_refused"]) == (3, 0)
    assert (found["variants"], found["variants_caught"], found["variants_told_apart"]) == (2, 2, 2)
    assert found["mutants"] == found["killed"] + found["equivalent"] + len(found["survivors"])
    assert found["mutants"] > 50
    assert found["equivalent"] == 1
    assert [mark["id"] for mark in found["stale_marks"]] == ["a mutant of long ago: x -> y"]
    assert all(found["silent"][name]["killed"] == found["silent"][name]["total"] for name in SILENT_BUGS)
    assert found["first_sentences"]["true"] > 10
    assert found["messages_at_home"] == {"true": 0, "general": 0, "false": 0}  # it has no visible tests
    assert found["named_falsely_at_home"] == {}
    assert (found["first_sentences"]["false"], found["told_falsely"]) == (0, [])
    assert found["silent"]["dtype"]["total"] > 0
    assert found["silent"]["input changed"]["total"] > 0
    assert found["silent"]["detached"]["total"] > 0
    # "Result on the CPU" of the one that returns a tensor, "calculated on the CPU" of both.
    not_tested = sorted((mutant["exercise"], mutant["silent"]) for mutant in found["not_tested"])
    assert not_tested == [("center", "device"), ("center", "device"), ("total", "device")]
    assert 0 < found["not_applicable"] <= len(WRAPPERS)  # of two exercises, of which one returns a number
    run = json.loads(first.stdout)["mutants_run"]
    assert found["mutants"] < run < found["mutants"] + found["not_applicable"] + len(found["not_tested"])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "center" in page
    assert "keepdim= dropped" in page
    assert "http://" not in page
    assert "https://" not in page

    second = json.loads(audit(root, "--json").stdout)
    assert second["topics"]["tiny"]["reused"] > 50
    assert second["mutants_per_second"] == 0
    assert second["topics"]["tiny"]["killed"] == found["killed"]

    unchanged = json.loads(audit(root, "--json", "--changed").stdout)
    assert unchanged["unchanged"] == ["tiny"]
    assert unchanged["topics"]["tiny"]["killed"] == found["killed"]


def test_without_mutants_what_is_green_at_home_is_counted(tmp_path):
    root = write_course(tmp_path / "course")
    (root / "grading.toml").write_text(GRADING + "min_red_at_home = 0.85\n", encoding="utf-8")
    visible = 'import torch\n\n\ndef test_total(agree):\n    agree("total", torch.tensor([1.5, 2.0]))\n'
    (root / "exercises/test_tiny.py").write_text(visible, encoding="utf-8")
    done = audit(root, "--no-mutants", "--json")
    found = json.loads(done.stdout)["topics"]["tiny"]
    assert (found["mutants"], found["right_refused"], found["variants_told_apart"]) == (0, 0, 2)
    assert (found["red_at_home"], found["green_at_home"]) == (0.5, ["of_everything"])
    assert found["stale_marks"] == []
    assert found["shortcomings"] == ["50.0% of the wrong variants fail a visible test; at least 85.0% must"]
    assert done.returncode == 1
    assert json.loads(audit(root, "--no-mutants", "--json", "--changed").stdout)["unchanged"] == []


@pytest.mark.slow
def test_weak_graders_and_bad_variants_are_reported(tmp_path):
    root = write_course(tmp_path / "course", SHAPES_ONLY, VARIANTS + MORE_VARIANTS)
    (root / "grading.toml").write_text(GRADING + "min_true_messages = 1.0\n", encoding="utf-8")
    done = audit(root)
    assert done.returncode == 1, done.stdout + done.stderr
    text = done.stdout
    assert "does not pass the audit" in text
    assert "wrong, but it passes: of_everything of center" in text
    assert "wrong, but it passes: nothing_done of center" in text
    assert "wrong, and not told apart: another_tensor of total" in text
    assert "right, but refused: as_a_whole_number of total" in text
    assert "center | zeros like the answer" in text  # the planted grader looks at shapes only
    assert "mutants die" in text
    assert "of the messages name the true mistake; at least 100.0% must" in text
    assert "What mutants are told (true/general/false):" in text
    assert "mutants with a silent bug die" in text
    assert "-    return x - x.mean(dim=0, keepdim=True)" in text
    # `total` is graded by value: what is wrong there dies all the same.
    assert "total | zeros like the answer" not in text


LOOP = """

def halvings(n: int) -> int:
    \"\"\"Return how often `n` can be halved until it is 1 or less.\"\"\"
    count = 0
    while n > 1:
        n = n // 2
        count += 1
    return count
"""
LOOP_TESTS = """

SHARED = torch.tensor([[1.0, 5.0], [2.0, 8.0]])  # which mutants write to

def test_center_of_what_is_shared(agree):
    def centered(module):
        return module.center(SHARED), SHARED.sum()

    agree.scenario(centered)

def test_halvings(agree):
    agree("halvings", 9)
    agree("halvings", 0)
"""
LOOP_VARIANTS = """
@wrong("halvings", N_("Your loop never ends."))
def never_smaller(n):
    while n > 1:
        n = -(-n // 2)
    return n

@wrong("halvings", N_("You leave the process."))
def leaves(n):
    raise SystemExit(3)
"""


@pytest.mark.slow
def test_what_fails_in_the_graders_own_process_fails_as_much_in_a_locked_worker(tmp_path):
    root = write_course(tmp_path / "course", TESTS + LOOP_TESTS, VARIANTS + LOOP_VARIANTS)
    manifest = GRADING.replace('{ name = "total" }]', '{ name = "total" }, { name = "halvings" }]')
    (root / "grading.toml").write_text(f"{manifest}[limits]\ncall_cpu_seconds = 2\n", encoding="utf-8")
    (root / "reference/tiny.py").write_text(REFERENCE + LOOP, encoding="utf-8")
    kept = []
    for name, options in (("here", ()), ("locked", ("--locked",))):
        done = audit(root, "--json", "--cache", str(tmp_path / name), *options)
        assert done.stderr == ""
        assert json.loads(done.stdout)["topics"]["tiny"]["variants_caught"] == 4
        kept.append(json.loads((tmp_path / name / "tiny.json").read_text("utf-8"))["outcomes"])
    here, locked = kept
    assert len(here) > 100
    assert here == locked
    verdicts = {failure["verdict"] for outcome in here.values() for failure in outcome["failures"]}
    assert {"wrong", "error", "cpu_limit"} <= verdicts


def test_nothing_but_an_audit_has_code_run_outside_of_a_worker():
    package = Path(antorcha.audit.run.__file__).parent.parent
    users = [path.parent.name for path in package.rglob("*.py") if "own_code=" in path.read_text("utf-8")]
    assert users == ["audit"]


# -------------------------------------------------------------------------------------------------------- variants

VARIANTS_FILE = """\
\"\"\"Mistakes.\"\"\"

from __future__ import annotations

import functools
import math

import antorcha.variants
import torch
from antorcha.variants import N_, equivalent, right, wrong

LIMIT = 3
_TABLE = {"limit": LIMIT}
torch.manual_seed(0)


def unused():
    return math.pi


def _helper(x):
    return _TABLE["limit"] * x


class _Base:
    def __call__(self, x):
        return _helper(x)


@wrong("f", N_("No."))
@functools.lru_cache
@right("g")
def tripled(x):
    return _Base()(x)


@antorcha.variants.wrong("f", N_("Other."))
def other(x):
    return x


equivalent("f", "a mutant", "why")
"""


def test_a_variant_is_handed_in_with_what_it_uses_and_without_the_other_variants():
    code = VariantsFile.read(VARIANTS_FILE).code_of("tripled")
    names = [node.name for node in ast.parse(code).body if hasattr(node, "name")]
    assert names == ["_helper", "_Base", "tripled"]
    assert "@functools.lru_cache\ndef tripled" in code
    assert all(word not in code for word in ("antorcha", "wrong", "right", "N_", "equivalent", "math", "other"))
    namespace = {"__name__": "handed_in"}
    exec(compile(code, "handed_in.py", "exec"), namespace)
    assert namespace["tripled"](5) == 15
    other = VariantsFile.read(VARIANTS_FILE).code_of("other")
    assert "torch.manual_seed(0)" in other
    assert "antorcha" not in other


# ------------------------------------------------------------------------------------------------------- the mutants


def test_what_the_operators_make_of_a_function(tmp_path):
    source = '''
import torch

def f(x, y):
    """Text with 3 numbers."""
    with torch.no_grad():
        z = x.clone().mean(dim=0, keepdim=True) - y
    return z[:, None].to(torch.float32)
'''
    found = ids(source, tmp_path)
    line = "z = x.clone().mean(dim=0, keepdim=True) - y"
    for operator, after in [
        ("dim changed", "z = x.clone().mean(dim=1, keepdim=True) - y"),
        ("dim dropped", "z = x.clone().mean(keepdim=True) - y"),
        ("keepdim= dropped", "z = x.clone().mean(dim=0) - y"),
        ("copy dropped", "z = x.mean(dim=0, keepdim=True) - y"),
        ("neighbouring function", "z = x.clone().sum(dim=0, keepdim=True) - y"),
        ("arithmetic", "z = x.clone().mean(dim=0, keepdim=True) + y"),
        ("operands swapped", "z = y - x.clone().mean(dim=0, keepdim=True)"),
    ]:
        assert f"{operator}: {line} -> {after}" in found
    last = "return z[:, None].to(torch.float32)"
    assert f"broadcasting swapped: {last} -> return z[None, :].to(torch.float32)" in found
    assert f"conversion dropped: {last} -> return z[:, None]" in found
    assert f"dtype changed: {last} -> return z[:, None].to(torch.float64)" in found
    assert f"nothing returned: {last} -> return None" in found
    assert any(mutant.startswith("no_grad dropped:") for mutant in found)
    assert not any("Text with" in mutant for mutant in found)
    assert len(found) == len(set(found))


def test_steps_of_training_are_dropped_and_exchanged(tmp_path):
    found = ids("def f(o, loss):\n    o.zero_grad()\n    loss.backward()\n    o.step()\n", tmp_path)
    for step in ("o.zero_grad()", "loss.backward()", "o.step()"):
        assert f"step of training dropped: {step} -> " in found
    assert "statements swapped: loss.backward() -> moved" in found


def test_statements_are_exchanged_where_their_order_matters(tmp_path):
    def swaps(body):
        return [mutant for mutant in ids(f"def f(x):\n    {body}\n    return a, b\n", tmp_path) if "moved" in mutant]

    assert swaps("a = torch.rand(2); b = torch.rand(3)")
    assert swaps("a = x.sum(); b = a + 1")
    assert not swaps("a = torch.tensor(1.0); b = torch.rand(2)")


def test_helpers_are_mutated_with_the_exercise_and_other_exercises_are_not(tmp_path):
    source = "SCALE = 2\ndef _half(x): return x / SCALE\ndef g(x): return x + 7\ndef f(x): return _half(g(x))\n"
    found = ids(source, tmp_path)
    assert "arithmetic: return x / SCALE -> return x * SCALE" in found
    assert "constant: SCALE = 2 -> SCALE = 3" in found
    assert not any("7" in mutant for mutant in found)


def test_an_id_stays_when_other_lines_change_and_equal_lines_are_numbered(tmp_path):
    before = ids("def f(x):\n    return x + 1\n", tmp_path)
    after = ids("# new\ndef g(): pass\n\ndef f(x):\n    print(x)\n    return x + 1\n", tmp_path)
    assert set(before) <= set(after)
    twice = ids("def f(x):\n    x = x + 1\n    x = x + 1\n    return x\n", tmp_path)
    assert {"constant: x = x + 1 -> x = x + 2", "constant: x = x + 1 -> x = x + 2 #2"} <= set(twice)


def test_a_long_statement_is_cut_so_that_its_id_is_short(tmp_path):
    entries = ", ".join(f"'key_{number}': {number}.5" for number in range(12))
    found = ids(f"def f(x):\n    return {{{entries}}}[x]\n", tmp_path)
    assert "constant: 'key_3': 3.5, -> 'key_3': 4.5," in found
    assert "item dropped: 'key_3': 3.5, -> " in found
    assert max(len(mutant) for mutant in found if mutant.startswith("constant")) < 60


def test_the_bug_of_a_stub_is_a_mutant(tmp_path):
    found = ids("def f(x): return x\ndef _stub_f(x): return -x\n", tmp_path)
    assert "the stub's own code" in found


def test_every_mutant_is_a_module_that_loads(tmp_path):
    path = tmp_path / "topic.py"
    path.write_text(REFERENCE, encoding="utf-8")
    mutants = mutants_of(read_reference(path), "center", frozenset({"center", "total"}))
    assert len(mutants) > 40
    for mutant in mutants:
        namespace: dict[str, object] = {}
        for cell in mutant.cells:
            exec(compile(cell, "mutant", "exec"), namespace)
        assert callable(namespace["center"])


# ------------------------------------------------------------------------------------------------------ the wrappers


@pytest.mark.parametrize(
    ("mutant", "kind", "judged"),
    [
        ("result in float64", "dtype", Told.TRUE),
        ("result in float64", "shape", Told.FALSE),
        ("result in float64", "value", Told.GENERAL),
        ("result in float64", "raised", Told.GENERAL),
        ("result through float32", "memory_not_shared", Told.TRUE),
        ("computed without gradients", "raised", Told.TRUE),
        ("one more axis", "unusable", Told.GENERAL),
        ("result as lists", "unusable", Told.TRUE),
        ("argument changed", "gradient_missing", Told.FALSE),
        ("one more axis", "said", None),
        ("the argument itself", "shape", None),
    ],
)
def test_a_sentence_is_judged_by_the_mistake_that_was_made(mutant, kind, judged):
    wrapper = next(wrapper for wrapper in WRAPPERS if wrapper.name == mutant)
    assert told(wrapper, kind) is judged


@pytest.fixture
def world():
    dtype = torch.get_default_dtype()
    yield
    torch.set_default_dtype(dtype)
    torch.set_default_device(None)  # "cpu" would stay in force as a mode, and show in every graph that is compiled
    torch.set_grad_enabled(True)
    torch.use_deterministic_algorithms(False)


def answer(x):
    return x.clone(), (x * 0, [x.sum().item(), True])


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda one: one.name)
@pytest.mark.usefixtures("world")
def test_a_wrapper_runs_on_any_answer(wrapper):
    wrapped = wrapper_code.wrap(wrapper.name, answer)
    wrapped(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    for value in (3, "text", None, [], {"a": (1, 2.5)}, torch.tensor(True), torch.Size([2])):
        wrapper_code.wrap(wrapper.name, lambda value=value: value)()


def test_what_wrappers_do():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, (second, numbers) = wrapper_code.wrap("result detached", answer)(x)
    assert not first.requires_grad
    assert not second.requires_grad
    assert numbers == [10.0, True]
    assert wrapper_code.wrap("result in float64", answer)(x)[0].dtype == torch.float64
    off = wrapper_code.wrap("one element off", answer)(x)
    assert torch.equal(off[0], x)
    assert off[1][1][0] == 11.0
    y = torch.zeros(2)
    view = wrapper_code.wrap("view of an argument", answer)(y)[0]
    assert view.data_ptr() == y.data_ptr()
    before = y._version
    wrapper_code.wrap("argument written to", answer)(y)
    assert y._version > before
    assert torch.equal(y, torch.zeros(2))
    wrapper_code.wrap("argument changed", answer)(y)
    assert torch.equal(y, torch.ones(2))


def test_wrappers_change_arrays_as_they_change_tensors():
    whole = np.array([[2**24 + 1, 2]])
    rounded = wrapper_code.wrap("result through float32", lambda: [whole, whole.astype("float64")])()
    assert [a.tolist() for a in rounded] == [[[2**24, 2]], [[2**24, 2]]]
    assert [a.dtype for a in rounded] == ["int64", "float64"]
    assert wrapper_code.wrap("result transposed", lambda: whole)().shape == (2, 1)


def test_wrappers_travel_without_us():
    load, use = wrapper_cells(WRAPPERS[0], "f", ())
    assert "antorcha." not in load
    namespace: dict[str, object] = {"f": lambda: torch.zeros(2)}
    exec(load, namespace)
    exec(use, namespace)
    assert namespace["f"]().dtype == torch.float64


# ---------------------------------------------------------------------------------------------------------- judgement


def outcome(points: float = 1.0, *failures: Failure, digest: str = "same", shown: tuple[str, ...] = ()) -> Outcome:
    return Outcome({"f": points}, {"f": 1.0}, failures, ("cpu",), digest, shown)


def wrong(verdict: str = "wrong", variant: str = "") -> Failure:
    return Failure("test_t.py::test_f", "f", verdict, "variant" if variant else "value", variant)


def judged(outcomes: dict[Task, Outcome], marks: tuple[Equivalent, ...] = ()):
    original = Task(Kind.ORIGINAL, "t", "f", "solution", ())
    everything = {
        original: outcome(shown=("arguments", "result tensor", "result floating", "argument floating")),
        **outcomes,
    }
    topic = Topic("t", (Exercise("f"),))
    return judge(Plan(topic, tuple(everything), marks), everything)


def mutant(name: str, wrapped: bool = False) -> Task:
    wrapper = next(wrapper for wrapper in WRAPPERS if wrapper.name == name) if wrapped else None
    return Task(Kind.MUTANT, "t", "f", name, (), mutant=Mutant("f", name, "python", name, "", (), wrapper))


def test_a_stub_that_earns_points_is_a_fault():
    found = judged({Task(Kind.STUB, "t", "", "stub", ()): outcome(0.25)})
    assert shortcomings(found, Audit()) == ["the untouched stub of f earns 0.25 of 1 points"]
    assert not shortcomings(judged({Task(Kind.STUB, "t", "", "stub", ()): outcome(0.0, wrong())}), Audit())


def test_a_solution_that_is_refused_is_a_fault():
    found = judged({Task(Kind.SOLUTION, "t", "", "solution", ()): outcome(0.5, wrong())})
    assert shortcomings(found, Audit()) == ["right, but refused: the solution of f (test_f: value)"]


@pytest.mark.parametrize(
    ("failures", "refused", "told"),
    [
        ((), False, False),
        ((wrong(),), True, False),
        ((wrong(variant="other"),), True, False),
        ((wrong(variant="mine"), wrong()), True, False),
        ((wrong(variant="mine"),), True, True),
        ((wrong(variant="mine"), wrong("result_limit")), True, True),
        ((wrong("cpu_limit"),), True, False),
        ((wrong("grader_error", "mine"),), False, False),
    ],
)
def test_a_wrong_variant_needs_its_own_message_everywhere(failures, refused, told):
    (tried,) = judged({Task(Kind.WRONG, "t", "f", "mine", ()): outcome(0.0, *failures)}).wrong
    assert (tried.refused, tried.told_apart) == (refused, told)


def test_what_the_visible_tests_alone_say_falsely_is_named_and_bounded():
    def at_home(name: str) -> Task:
        return Task(Kind.AT_HOME, "t", "f", name, ())

    found = judged(
        {
            at_home("mine"): outcome(0.0, wrong(variant="other")),
            at_home("told"): outcome(0.0, wrong(variant="told")),
            at_home("green"): outcome(),
        }
    )
    assert found.messages_at_home == Messages(1, 0, 1)
    assert [tried.name for tried in found.named_falsely_at_home] == ["mine"]
    assert shortcomings(found, Audit(max_false_messages=0.4)) == [
        "50.0% of the messages at home name a false mistake; at most 40.0% may"
    ]


def test_fates():
    marks = (Equivalent("f", "marked", "why"), Equivalent("f", "dead", "why"), Equivalent("f", "gone", "why"))
    marks = (*marks, Equivalent("f", "computed without gradients", "why"))
    found = judged(
        {
            mutant("dead"): outcome(0.0, wrong()),
            mutant("alive"): outcome(),
            mutant("marked"): outcome(),
            mutant("broken"): outcome(0.0, wrong("grader_error")),
            mutant("result detached", True): outcome(),
            mutant("computed without gradients", True): outcome(),
            mutant("result in float64", True): outcome(),
            mutant("result forced to float32", True): outcome(digest="other"),
            mutant("result on the CPU", True): outcome(),
        },
        marks,
    )
    fates = {judged.mutant.id: judged.fate for judged in found.mutants}
    assert fates == {
        "dead": Fate.KILLED,
        "alive": Fate.SURVIVED,
        "marked": Fate.EQUIVALENT,
        "broken": Fate.UNJUDGED,
        "result detached": Fate.UNSEEN,
        "computed without gradients": Fate.ACCEPTED,
        "result in float64": Fate.NOT_APPLICABLE,  # nothing that is not float64 already was ever answered
        "result forced to float32": Fate.SURVIVED,
        "result on the CPU": Fate.NOT_TESTED,
    }
    assert [mark.mutant for mark in found.stale] == ["dead", "gone"]
    whole = count(found.mutants)
    assert (whole.killed, whole.total, whole.equivalent) == (1, 3, 1)
    problems = shortcomings(found, Audit(0.5, 1.0))
    assert problems == [
        "not judged: broken of f",
        "1 of 3 mutants die, 33.3%; at least 50.0% must",
        "0 of 1 mutants with a silent bug die, 0.0%; at least 100.0% must",
    ]


def test_a_device_that_is_not_here_speaks_for_nobody():
    checks = (CheckResult("a", "f", Verdict.PASSED), CheckResult("b", "f", Verdict.NOT_TESTED, device="cuda"))
    found = outcome_of(Graded("s", TopicResult("t", (score_exercise("f", 1.0, checks),))))
    assert found.passed
    assert found.devices == ("cpu",)


def test_an_outcome_survives_the_cache():
    one = outcome(0.5, wrong(variant="mine"), shown=("result tensor",))
    assert from_plain(Outcome, json.loads(json.dumps(to_plain(one)))) == one


def test_marks_are_read_without_running_the_file():
    assert equivalents_in(VARIANTS)[0] == Equivalent(
        "center",
        "keepdim= dropped: return x - x.mean(dim=0, keepdim=True) -> return x - x.mean(dim=0)",
        "one row less broadcasts alike",
    )
    with pytest.raises(ValueError, match="line 2"):
        equivalents_in('x = 1\nequivalent("f", name, "why")\n')


def test_a_topic_that_is_not_there_is_named(tmp_path):
    done = audit(write_course(tmp_path / "course"), "tinny")
    assert done.returncode == 2
    assert "Did you mean: tiny?" in done.stderr


# ------------------------------------------------------------------------------------------------- the worker's word

BELIEVING_TESTS = """\
import torch

def test_center(agree):
    agree("center", torch.tensor([[1.0, 5.0], [2.0, 8.0]]))
    agree("center", torch.arange(6.0, dtype=torch.float64).reshape(3, 2))

def test_center_of_its_own(agree):
    agree.using(memory="own", max_operations=5)("center", torch.tensor([[1.0], [4.0]]))

def test_total(agree):
    agree.using(numbers="strict").scenario(lambda module: module.total(torch.tensor([3, 9])))
    asked = agree.evidence(lambda module: module.total(torch.tensor([1.5])))
    agree.that(asked == 1.5, "The total of one number is that number.")
"""


def test_checks_that_rest_on_the_workers_word_are_listed(tmp_path):
    root = write_course(tmp_path, BELIEVING_TESTS)
    told = json.loads(audit(root, "--json").stdout)["topics"]["tiny"]["workers_word"]
    assert told == {
        "test_center_of_its_own": ["operation count", "memory"],
        "test_total": ["scenario"],
    }
    text = audit(root).stdout
    assert "Rest on the worker's word (2 checks)" in text
    assert "  memory: test_center_of_its_own" in text
    assert "  scenario: test_total" in text


# ------------------------------------------------------------------------------------------------- false accusations


def test_who_is_told_a_mistake_that_was_not_made_is_a_fault():
    told = Task(Kind.FOREIGN, "t", "f", "a foreign shape error", ())
    untold = Task(Kind.FOREIGN, "t", "f", "division by zero", ())
    found = judged({told: outcome(0.0, wrong("error", "transposed")), untold: outcome(0.0, wrong("error"))})
    assert shortcomings(found, Audit()) == [
        "accused falsely: f that ends with a foreign shape error is told transposed"
    ]
    assert found.foreign == 2


def test_what_is_said_of_wrong_variants_is_counted_and_what_they_keep():
    task = Task(Kind.WRONG, "t", "f", "mine", ())
    found = judged({task: outcome(0.75, wrong(variant="mine"), wrong(), wrong(variant="other"))})
    assert (found.messages.true, found.messages.general, found.messages.false) == (1, 1, 1)
    assert [(tried.name, tried.kept) for tried in found.dear] == [("mine", 0.75)]


def test_no_foreign_failure_is_told_a_known_mistake(tmp_path):
    variants = (
        VARIANTS
        + """
@wrong("center", N_("You forgot to transpose."))
def as_a_product(x):
    return x @ x

@wrong("total", N_("You asked for a method that is not there."))
def misspelt(x):
    return x.summe()
"""
    )
    told = json.loads(audit(write_course(tmp_path, variants=variants), "--json").stdout)["topics"]["tiny"]
    assert not [sentence for sentence in told["shortcomings"] if "accused" in sentence]
    assert told["foreign_failures"] > 30
    assert told["messages"]["false"] == 0
