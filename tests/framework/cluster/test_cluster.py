"""A class graded on a Dask cluster gets the marks of one machine, whatever becomes of the cluster meanwhile.

The scheduler and the workers are processes of their own; what is compared are `grades.csv`, each student's page and the
store.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from support import devices_course
from support.dask_cluster import DaskCluster, wait_until
from support.paths import DATA, MINI_CLASS, ROOT
from support.records import TIMES, without

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
pytest.importorskip("distributed")

RIGHT = (MINI_CLASS / "all-right.py").read_text("utf-8")
WRONG = (MINI_CLASS / "wrong.py").read_text("utf-8")
COUNT = 24  # hand-ins
# Of the first function's two checks: long enough that a run can be disturbed in its middle.
PAUSE = "    import time\n    time.sleep(0.15)\n"
# The verdict of one that waits too long may be the machine's: it is tried again, alone.
KINDS = {
    "right": RIGHT,
    "wrong": WRONG,
    "slow": RIGHT.replace("    return x + x", f"{PAUSE}    return x + x"),
    "endless": RIGHT.replace("return x + x", "while True: pass"),
    "sleeps": RIGHT.replace("    return x + x", "    import time\n    time.sleep(60)\n    return x + x"),
    "quits": RIGHT.replace("return x + x", "__import__('os')._exit(0)"),
    "talks": RIGHT.replace("return x + x", "print('here')\n    return x + x"),
    "broken": "def double(x:\n",
}


def load_benchmark(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


faults = load_benchmark("fault_injection")


class MixedClass:
    """A course with short limits, a class of mixed hand-ins, and what grading it on this machine gives."""

    def __init__(self, folder: Path, count: int = COUNT) -> None:
        self.folder = folder
        self.course = Path(shutil.copytree(DATA / "mini_course", folder / "course"))
        settings = self.course / "grading.toml"
        short = "call_cpu_seconds = 0.3\ncall_wall_seconds = 0.6"
        settings.write_text(settings.read_text("utf-8").replace("call_cpu_seconds = 2", short), "utf-8")
        self.submissions = folder / "class"
        self.submissions.mkdir()
        for number in range(count):
            kind, code = list(KINDS.items())[number % len(KINDS)]
            (self.submissions / f"{kind}-{number:02}.py").write_text(f"{code}\n# {number}\n", "utf-8")

    def start(self, out: Path, *options: str) -> subprocess.Popen[str]:
        words = ["grade", str(self.submissions), "--course", str(self.course), "--out", str(out), "--json", *options]
        return subprocess.Popen(
            [sys.executable, "-m", "antorcha.cli.main", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def grade(self, out: Path, *options: str) -> tuple[int, dict[str, Any], str]:
        return finished(self.start(out, *options))


def finished(run: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    """Return the exit code, the JSON object and what was said on stderr."""
    stdout, stderr = run.communicate(timeout=900)
    assert "Traceback" not in stderr, stderr
    return run.returncode, json.loads(stdout or "{}"), stderr


def recorded(out: Path) -> int:
    """Return how many results the store holds now."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{out / 'results.db'}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM topics").fetchone()[0])
    return 0


def judged_twice(record: dict[str, Any]) -> list[str]:
    return sorted(case["student"] for case in record["worth_a_look"] if case["kind"] == "judged_twice")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> MixedClass:
    return MixedClass(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def local(desk: MixedClass) -> tuple[dict[str, Any], dict[str, Any]]:
    """What one machine makes of the class: the run's record, and the results folder."""
    out = desk.folder / "local"
    code, record, said = desk.grade(out, "--jobs", "2")
    assert code == 0, said
    return record, faults.snapshot(out)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with the workers "a" and "b", which the tests of this file use in turn."""
    cluster = DaskCluster(tmp_path_factory.mktemp("cluster"))
    cluster.start_scheduler()
    cluster.start_worker("a")
    cluster.start_worker("b")
    yield cluster
    cluster.close()


Same = Callable[[Path, tuple[int, dict[str, Any], str]], None]


@pytest.fixture
def same(local: tuple[dict[str, Any], dict[str, Any]]) -> Same:
    """Ask that a run has given what the local one gave: nobody lost, nobody twice, the same bytes."""
    expected_record, expected = local

    def compare(out: Path, ended: tuple[int, dict[str, Any], str]) -> None:
        code, record, said = ended
        assert code == 0, said
        assert faults.differences("cluster", faults.snapshot(out), expected) == []
        assert judged_twice(record) == judged_twice(expected_record)
        assert record["graded"] == expected_record["graded"] - record["cached"]
        assert without(record["submissions"], TIMES) == without(expected_record["submissions"], TIMES)
        assert recorded(out) == COUNT

    return compare


def test_two_workers_give_the_marks_of_one_machine(
    desk: MixedClass, cluster: DaskCluster, same: Same, tmp_path: Path
) -> None:
    same(tmp_path / "out", desk.grade(tmp_path / "out", "--scheduler", cluster.address))
    # The course went to each worker once, into its own folder, where no other user may look.
    for name in ("a", "b"):
        (copy,) = (cluster.folder / name).glob("**/antorcha-courses/*")
        assert (copy.stat().st_mode & 0o077, (copy / "graders").is_dir()) == (0, True)


@pytest.mark.slow
def test_a_worker_is_killed_and_another_one_comes(
    desk: MixedClass, cluster: DaskCluster, same: Same, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = desk.start(out, "--scheduler", cluster.address)
    wait_until(lambda: recorded(out) >= 3 or run.poll() is not None, "nothing is graded")
    assert run.poll() is None, "the run was over before it could be disturbed"
    cluster.kill_worker("b")
    cluster.start_worker("b")
    same(out, finished(run))


@pytest.mark.slow
def test_the_only_worker_is_killed_and_started_again(
    desk: MixedClass, cluster: DaskCluster, same: Same, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    cluster.kill_worker("b")
    run = desk.start(out, "--scheduler", cluster.address)
    wait_until(lambda: recorded(out) >= 3 or run.poll() is not None, "nothing is graded")
    assert run.poll() is None, "the run was over before it could be disturbed"
    cluster.kill_worker("a")
    cluster.start_worker("a")
    cluster.start_worker("b")
    same(out, finished(run))


# As a worker on a slow disk or a slow network: every bundle takes half a second longer.
SLOW = """
import time

from antorcha.cluster import on_worker


def late(grade):
    def after_a_while(self, tasks):
        time.sleep(0.5)
        return grade(self, tasks)

    return after_a_while


if on_worker.WarmCourse.grade.__name__ == "grade":  # Dask may run this twice
    on_worker.WarmCourse.grade = late(on_worker.WarmCourse.grade)
"""


@pytest.mark.slow
def test_a_slow_worker_and_workers_that_differ_change_no_mark(
    desk: MixedClass, cluster: DaskCluster, same: Same, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")))
    results = other / "antorcha" / "results.py"
    results.write_text(results.read_text("utf-8") + "\n# Another version.\n", "utf-8")
    cluster.start_worker("slow", preload=SLOW)
    cluster.start_worker("older", environment={"PYTHONPATH": str(other)})
    cluster.start_worker("open", environment={"ANTORCHA_LANDLOCK_ABI": "0"})
    wait_until(lambda: all("Registered to" in cluster.said(name) for name in ("slow", "older", "open")), "no worker")
    try:
        ended = desk.grade(tmp_path / "out", "--scheduler", cluster.address)
    finally:
        for name in ("slow", "older", "open"):
            cluster.kill_worker(name)
    same(tmp_path / "out", ended)
    _, _, said = ended
    assert "worker older (tcp://" in said
    assert "grades nothing: Antorcha's own code is " in said
    assert "worker open (tcp://" in said
    assert "grades nothing: its sandbox lacks landlock (the kernel has no Landlock)" in said
    assert list((cluster.folder / "slow").glob("**/antorcha-courses"))
    for name in ("older", "open"):  # who is refused gets nothing of the course
        assert list((cluster.folder / name).glob("**/antorcha-courses")) == []


@pytest.mark.slow
def test_a_lost_scheduler_costs_nothing_that_was_graded(
    desk: MixedClass, cluster: DaskCluster, same: Same, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = desk.start(out, "--scheduler", cluster.address)
    wait_until(lambda: recorded(out) >= 3 or run.poll() is not None, "nothing is graded")
    cluster.kill_scheduler()
    code, _, said = finished(run)
    assert code == 1
    assert f"the Dask scheduler at {cluster.address} does not answer any more" in said
    assert "the same command goes on from there" in said
    kept = recorded(out)
    assert 3 <= kept < COUNT
    cluster.close()  # the workers of a scheduler that has gone end with it
    cluster.start_scheduler()
    cluster.start_worker("a")
    cluster.start_worker("b")
    ended = desk.grade(out, "--scheduler", cluster.address)
    same(out, ended)
    assert ended[1]["cached"] >= 3  # those whose verdict may be the machine's are never reused


def test_a_submission_reaches_neither_the_course_nor_the_scheduler(
    desk: MixedClass, cluster: DaskCluster, tmp_path: Path
) -> None:
    port = cluster.address.rpartition(":")[2]
    spies = {
        "connects": f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
        "lists": f"import os; os.listdir({str(cluster.folder)!r})",
        "reads": f"import glob; open(glob.glob({str(cluster.folder)!r} + '/**/reference/*.py', recursive=True)[0])",
        "control": "pass",
    }
    (tmp_path / "class").mkdir()
    for name, attempt in spies.items():
        code = RIGHT.replace("return x + x", f"{attempt}\n    return x + x")
        (tmp_path / "class" / f"{name}.py").write_text(code, "utf-8")
    spied = MixedClass.__new__(MixedClass)
    spied.folder, spied.course, spied.submissions = tmp_path, desk.course, tmp_path / "class"
    code, record, said = spied.grade(tmp_path / "out", "--scheduler", cluster.address)
    assert code == 0, said
    points = {row["student"]: row["points"] for row in record["submissions"]}
    assert points == {"connects": 2, "lists": 2, "reads": 2, "control": 3}


def test_workers_of_this_machine_alone(desk: MixedClass, same: Same, tmp_path: Path) -> None:
    same(tmp_path / "out", desk.grade(tmp_path / "out", "--scheduler", "local:2"))
    with closing(sqlite3.connect(tmp_path / "out" / "results.db")) as store:
        (proofs,) = store.execute("SELECT count(*) FROM proofs").fetchone()
    assert proofs == 1, "a worker's proof is kept for later runs"


# Says on whose desk each bundle lay, and ends with a submission that has the word in it.
TELLING = """
import os
from pathlib import Path

from antorcha.cluster import on_worker


def telling(grade):
    def told(self, tasks):
        with Path("LOG").open("a") as log:
            log.write("NAME" + chr(10))
        if any("# doomed" in cell.code for task in tasks for cell in task.job.file.cells):
            os._exit(7)
        return grade(self, tasks)

    return told


if on_worker.WarmCourse.grade.__name__ == "grade":  # Dask may run this twice
    on_worker.WarmCourse.grade = telling(on_worker.WarmCourse.grade)
"""


@pytest.fixture
def another_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A cluster of the test's own, of which nothing runs yet."""
    cluster = DaskCluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.close()


def test_where_no_worker_may_grade_the_run_says_why(
    desk: MixedClass, another_cluster: DaskCluster, tmp_path: Path
) -> None:
    another_cluster.start_scheduler()
    another_cluster.start_worker("open", environment={"ANTORCHA_LANDLOCK_ABI": "0"})
    code, _, said = desk.grade(tmp_path / "out", "--scheduler", another_cluster.address)
    assert code == 1
    assert f"no worker of {another_cluster.address} can grade this class" in said
    assert "worker open" in said


@pytest.mark.slow
def test_checks_on_accelerators_go_to_the_workers_with_the_resource_gpu(
    another_cluster: DaskCluster, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    desk = MixedClass.__new__(MixedClass)
    desk.folder, desk.submissions = tmp_path, tmp_path / "class"
    desk.course = devices_course.make_course(tmp_path / "course", '["cpu", "accelerator"]')
    desk.submissions.mkdir()
    for number in range(6):
        (desk.submissions / f"s{number}_places.py").write_text(f"{devices_course.REFERENCE}\n# {number}\n", "utf-8")
    another_cluster.start_scheduler()
    for name, options in (("plain", ()), ("accelerated", ("--resources", "GPU=1"))):
        telling = TELLING.replace("LOG", str(log)).replace("NAME", name)
        another_cluster.start_worker(name, *options, preload=telling)
    wait_until(lambda: all("Registered to" in another_cluster.said(name) for name in another_cluster.workers), "none")
    code, record, said = desk.grade(tmp_path / "out", "--scheduler", another_cluster.address)
    assert code == 0, said
    assert {row["points"] for row in record["submissions"]} == {4}
    assert set(log.read_text().split()) == {"accelerated"}


@pytest.mark.slow
def test_what_ends_every_worker_costs_its_own_mark_only(
    another_cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    desk = MixedClass.__new__(MixedClass)
    desk.folder, desk.course, desk.submissions = tmp_path, DATA / "mini_course", tmp_path / "class"
    desk.submissions.mkdir()
    for name in ("ana", "bea", "carl"):
        word = "# doomed" if name == "bea" else "# fine"
        (desk.submissions / f"{name}_warmup.py").write_text(f"{RIGHT}\n{word} {name}\n", "utf-8")
    another_cluster.start_scheduler()
    telling = TELLING.replace("LOG", str(tmp_path / "log"))
    for number in range(4):  # it is given to three: in a bundle, and twice alone
        another_cluster.start_worker(f"w{number}", preload=telling)
    code, record, said = desk.grade(tmp_path / "out", "--scheduler", another_cluster.address)
    assert code == 1
    assert {row["student"]: row["points"] for row in record["submissions"]} == {"ana": 3, "bea": 0, "carl": 3}
    assert "kept checks of bea from being graded" in said
    assert "KilledWorker" in said


@pytest.mark.slow
def test_with_tls_nobody_without_a_certificate_speaks_to_the_cluster(
    desk: MixedClass, same: Same, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from distributed.security import Security

    def certificate(name: str) -> Path:
        path = tmp_path / f"{name}.pem"
        made = Security.temporary()
        path.write_text(f"{made.tls_scheduler_key}\n{made.tls_ca_file}", "utf-8")
        return path

    def configured(path: Path) -> dict[str, str]:
        names = ("CA_FILE", "CLIENT__KEY", "CLIENT__CERT", "SCHEDULER__KEY", "SCHEDULER__CERT", "WORKER__KEY")
        return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name in (*names, "WORKER__CERT")}

    ours = certificate("ours")
    options = ("--tls-ca-file", str(ours), "--tls-cert", str(ours), "--tls-key", str(ours), "--protocol", "tls")
    cluster = DaskCluster(tmp_path_factory.mktemp("tls"), options)
    try:
        cluster.start_scheduler()
        assert cluster.address.startswith("tls://")
        cluster.start_worker("a")
        stranger = configured(certificate("theirs"))
        nobody = f"no Dask scheduler answers at {cluster.address}"
        for certificates, words in (({}, "Dask's configuration names no certificates"), (stranger, nobody)):
            with pytest.MonkeyPatch.context() as patch:
                for name, value in certificates.items():
                    patch.setenv(name, value)
                code, _, said = desk.grade(tmp_path / "none", "--scheduler", cluster.address)
            assert code == 2
            assert words in said
        with pytest.MonkeyPatch.context() as patch:
            for name, value in configured(ours).items():
                patch.setenv(name, value)
            same(tmp_path / "out", desk.grade(tmp_path / "out", "--scheduler", cluster.address))
    finally:
        cluster.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--scheduler", "localhost"], "'localhost' is no scheduler"),
        (["--scheduler", "local:0"], "say tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, or local:N"),
        (["--scheduler", "local:2", "--jobs", "2"], "--jobs is about graders on this machine"),
        (["--scheduler", "tcp://127.0.0.1:1"], "no Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)
def test_a_scheduler_that_is_none_is_refused(desk: MixedClass, tmp_path: Path, options: list[str], words: str) -> None:
    code, _, said = desk.grade(tmp_path / "out", *options)
    assert code == 2
    assert words in said
    assert os.listdir(tmp_path) in ([], ["out"])
