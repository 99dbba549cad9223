"""Fuzzes the decoder of the trusted side: any bytes must give a value or a `WireError`, in bounded time and memory.

    python benchmarks/fuzz_codec.py --executions 1000000 [--processes 2] [--seed 0] [--failures DIR]
    python benchmarks/fuzz_codec.py --atheris --executions 1000000 [--corpus DIR]       (needs: pip install atheris)

Each input goes the whole way that a worker's answer goes: `decode`, `observation_from`, `compare` with an answer of the
reference, the sentence, the record as JSON, and the live objects that a test gets. The mutations know the format (a
JSON tree in front of buffers), and inputs that reach new lines of the codec are kept and mutated further. Each process
writes its input down before it tries it, so that a crash of the interpreter leaves the input that caused it.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import mmap
import os
import random
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

import numpy as np
import torch

import antorcha.compare.agreement
import antorcha.worker.observation
import antorcha.worker.trees
import antorcha.worker.wire.decoding
import antorcha.worker.wire.format
import antorcha.worker.wire.live_objects
from antorcha.compare.agreement import UncomparableError, compare
from antorcha.compare.policy import Policy
from antorcha.course.model import Course, Exercise, Topic
from antorcha.explain import explain
from antorcha.worker.observation import observation_from
from antorcha.worker.runtime import Report
from antorcha.worker.wire import WireError, decode, encode, live

LIMIT = 1 << 20
SECONDS = 2.0  # of CPU time
MEMORY = 3 << 30
LARGEST_INPUT = 1 << 16
TRACED = 32  # one execution of so many is traced for coverage: tracing costs ten times the execution
SAID = 100_000  # executions between two lines of progress
COURSE = Course("fuzz", (Topic("t", (Exercise("f"),)),))
DECODING = (
    antorcha.worker.wire.decoding,
    antorcha.worker.wire.format,
    antorcha.worker.wire.live_objects,
    antorcha.worker.trees,
    antorcha.worker.observation,
)
MODULES = (*DECODING, antorcha.compare.agreement)
WATCHED = {module.__file__ for module in MODULES}
NUMBERS = (0, 1, -1, 2, 3, 7, 8, 63, 64, 255, 256, 2**31 - 1, 2**31, 2**40, 2**47, 2**48, 2**63 - 1, 2**63, -(2**63))
WORDS = ("", "float32", "bool", "uint8", "complex128", "float8_e5m2", "strided", "sparse_csr", "cpu", "meta")
TAGS = ("l", "t", "S", "s", "d", "r", "c", "i", "b", "dt", "nd", "ly", "dv", "T", "A", "o")


def values() -> list[Any]:
    """What honest workers send, with every kind of node in it."""
    x = torch.arange(12.0).reshape(3, 4)
    leaf = torch.ones(2, requires_grad=True)
    leaf.sum().backward()
    views = [x, x.T, x[1:, ::2], x.expand(2, 3, 4), leaf]
    kinds = [torch.tensor(True), torch.zeros(0, 3), x.to_sparse(), x.bfloat16()]
    atoms = [None, True, 3, 2**70, -0.5, float("nan"), 1 + 2j, "text", b"bytes"]
    plain = [[1, (2, [3])], {"a": 1, 2: (3,)}, {4, 5}]
    arrays = [np.arange(6).reshape(2, 3)[:, ::-1], np.float32(2), np.array([], dtype=np.complex64)]
    named = [torch.Size([2, 3]), torch.float16, np.dtype("int8"), torch.device("cpu"), torch.strided]
    others = [*named, object(), [x, x[0]]]
    return [
        *views,
        *kinds,
        *atoms,
        *plain,
        *arrays,
        *others,
        {"weights": x, "bias": leaf, "shape": (3, 4), "names": ["a", "b"]},
    ]


def seeds() -> list[bytes]:
    shown = [Report(value=value, arguments=[[value], {"k": value}], gradients=(None,)) for value in values()]
    reports = [report.as_message(("m.py",)) for report in shown]
    try:
        raise ValueError("text")
    except ValueError as error:
        reports.append(Report(exception=error, arguments=[[], {}]).as_message((__file__,)))
    return [encode({"id": "1-a", "report": report}) for report in reports] + [encode(value) for value in values()]


def references() -> list[Any]:
    """Answers to compare with: those that a mutated answer may be alike enough to."""
    shown = [Report(value=value, arguments=[[value], {}]).as_message(()) for value in values()]
    return [observation_from(decode(encode(message))) for message in shown]


def attempt(message: bytes, expected: list[Any]) -> str:
    """The whole way of one answer. Errors: anything that it raises is a failure."""
    try:
        tree = decode(message, LIMIT)
        report = tree["report"] if isinstance(tree, dict) and "report" in tree else None
        observation = observation_from(report) if report is not None else None
    except WireError:
        return "refused"
    # In a test of the course, what `live` raises is "the test could not work with your answer".
    with contextlib.suppress(TypeError, RuntimeError, ValueError):
        live(tree)
    if observation is None:
        return "decoded"
    for known in expected:
        try:
            finding = compare(known, observation, [[], {}], Policy(memory="own", layout="same"), COURSE)
        except UncomparableError:
            continue
        if finding is not None:
            explain(finding.diagnosis, "en", full=True)
            json.dumps([finding.diagnosis.details, finding.diagnosis.private])
    return "compared"


# ---------------------------------------------------------------------------------------------------------- mutations


def split(message: bytes) -> tuple[Any, bytes]:
    size = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + size]), message[4 + size :]


def join(header: Any, buffers: bytes, rng: random.Random) -> bytes:
    if isinstance(header, dict) and isinstance(header.get("b"), list) and rng.random() < 0.9:
        lengths = [length for length in header["b"] if isinstance(length, int) and length >= 0]
        buffers = (buffers + bytes(max(0, min(sum(lengths), LARGEST_INPUT) - len(buffers))))[: sum(lengths)]
    text = json.dumps(header).encode("ascii", "replace")
    return len(text).to_bytes(4, "little") + text + buffers


def somewhere(tree: Any, rng: random.Random) -> tuple[Any, Any] | None:
    """A container and a key in it, found by walking down a JSON tree at random."""
    found = None
    while isinstance(tree, dict | list) and tree:
        key = rng.choice(list(tree)) if isinstance(tree, dict) else rng.randrange(len(tree))
        found = tree, key
        if rng.random() < 0.15:
            break
        tree = tree[key]
    return found


def like(value: Any, rng: random.Random) -> Any:
    """Another value of the same kind, which a reader is more likely to take."""
    if isinstance(value, bool) or value is None or rng.random() < 0.3:
        return odd(rng)
    if isinstance(value, int):
        return rng.choice((value + rng.choice((-1, 1, -8, 8, 2**32)), rng.choice(NUMBERS), rng.randint(0, 9)))
    if isinstance(value, str):
        return rng.choice((rng.choice(WORDS), rng.choice(TAGS), value + "x", value[:-1]))
    return odd(rng)


def odd(rng: random.Random) -> Any:
    pick: tuple[Callable[[], Any], ...] = (
        lambda: rng.choice(NUMBERS),
        lambda: rng.choice(NUMBERS) + rng.randint(-2, 2),
        lambda: rng.choice(WORDS),
        lambda: rng.choice((None, True, False, 0.5, float("nan"), float("inf"), -0.0, [], {})),
        lambda: [rng.choice(TAGS), rng.choice(NUMBERS)],
        lambda: [rng.choice(TAGS), [odd(rng) for _ in range(rng.randint(0, 3))]],
        lambda: ["i", hex(rng.choice(NUMBERS) << rng.randint(0, 200))],
        lambda: ["b", base64.b64encode(rng.randbytes(rng.randint(0, 5))).decode()],
        lambda: [rng.randint(0, 5) for _ in range(rng.randint(0, 6))],
    )
    return rng.choice(pick)()


def _content(header: Any, rng: random.Random) -> Any:
    """Where to mutate: mostly what a message says, seldom its frame."""
    return header["v"] if isinstance(header, dict) and "v" in header and rng.random() < 0.95 else header


def mutated_tree(message: bytes, other: bytes, rng: random.Random) -> bytes:
    header, buffers = split(message)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        spot = somewhere(_content(header, rng), rng)
        if spot is None:
            break
        container, key = spot
        choice = rng.random()
        if choice < 0.6:
            container[key] = like(container[key], rng)
        elif choice < 0.8:
            source, name = somewhere(_content(split(other)[0], rng), rng) or spot
            container[key] = json.loads(json.dumps(source[name]))
        elif choice < 0.88 and isinstance(container, list):
            container.insert(key, json.loads(json.dumps(container[key])))
        elif choice < 0.95:
            del container[key]
        else:
            container[key] = [rng.choice("lts"), [container[key]] * rng.choice((1, 2, 70))]
    return join(header, buffers, rng)


def mutated_bytes(message: bytes, other: bytes, rng: random.Random) -> bytes:
    data = bytearray(message)
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(data) + 1)
        choice = rng.random()
        if choice < 0.4 and place < len(data):
            data[place] ^= 1 << rng.randrange(8)
        elif choice < 0.6:
            data[place:place] = rng.randbytes(rng.randint(1, 4))
        elif choice < 0.8:
            del data[place : place + rng.randint(1, 8)]
        else:
            start = rng.randrange(len(other) + 1)
            data[place : place + 16] = other[start : start + rng.randint(1, 32)]
    return bytes(data)


def mutated(message: bytes, other: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.8:
        try:
            return mutated_tree(message, other, rng)[:LARGEST_INPUT]
        except (ValueError, RecursionError, UnicodeDecodeError):
            pass
    return mutated_bytes(message, other, rng)[:LARGEST_INPUT]


# --------------------------------------------------------------------------------------------------------- the fuzzer


@dataclass
class Fuzzer:
    """One process. `note` receives each input before it is tried."""

    rng: random.Random
    note: Callable[[bytes], None]
    corpus: list[bytes] = field(default_factory=seeds)
    expected: list[Any] = field(default_factory=references)
    seen: set[tuple[str, int, int]] = field(default_factory=set)
    outcomes: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0

    def one(self) -> None:
        message = mutated(self.rng.choice(self.corpus), self.rng.choice(self.corpus), self.rng)
        self.note(message)
        traced = self.rng.randrange(TRACED) == 0
        started = time.process_time()
        outcome = self.traced(message) if traced else self.tried(message)
        taken = time.process_time() - started
        if not traced:
            self.slowest = max(self.slowest, taken)
        if taken > SECONDS * (20 if traced else 1):
            raise TimeoutError(f"{taken:.1f} s")
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def tried(self, message: bytes) -> str:
        return attempt(message, [self.rng.choice(self.expected)])

    def traced(self, message: bytes) -> str:
        edges: set[tuple[str, int, int]] = set()

        def local(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                edges.add((frame.f_code.co_name, last.get(frame, 0), frame.f_lineno))
                last[frame] = frame.f_lineno
            return local

        last: dict[FrameType, int] = {}
        sys.settrace(lambda frame, event, _: local if frame.f_code.co_filename in WATCHED else None)
        try:
            outcome = self.tried(message)
        finally:
            sys.settrace(None)
            last.clear()
        if edges - self.seen:
            self.seen |= edges
            self.corpus.append(message)
        return outcome


def fuzz(executions: int, seed: int, pad: mmap.mmap) -> dict[str, Any]:
    """In a process of its own: `executions` inputs, or until something fails."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")

    def note(message: bytes) -> None:
        pad[:8] = len(message).to_bytes(8, "little")
        pad[8 : 8 + len(message)] = message

    fuzzer = Fuzzer(random.Random(seed), note)
    done, failure = 0, ""
    while done < executions and not failure:
        try:
            fuzzer.one()
        except BaseException as error:
            failure = f"{type(error).__name__}: {error}"
        done += 1
        if done % SAID == 0:
            print(json.dumps({"seed": seed, **_figures(fuzzer, done, failure)}), flush=True)
    return _figures(fuzzer, done, failure)


def _figures(fuzzer: Fuzzer, done: int, failure: str) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    kept, edges = len(fuzzer.corpus), len(fuzzer.seen)
    figures = {"executions": done, "outcomes": fuzzer.outcomes, "slowest_ms": round(1000 * fuzzer.slowest, 1)}
    return {**figures, "edges": edges, "corpus": kept, "peak_mib": peak, "failure": failure}


def in_child(executions: int, seed: int, failures: Path) -> Iterator[dict[str, Any]]:
    """Runs `fuzz` in a fork and yields its figures; goes on with another seed after a failure."""
    pad = mmap.mmap(-1, LARGEST_INPUT + 64)
    while executions > 0:
        read, write = os.pipe()
        if (pid := os.fork()) == 0:
            os.write(write, json.dumps(fuzz(executions, seed, pad)).encode())
            os._exit(0)
        os.close(write)
        with open(read, "rb") as pipe:
            text = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        figures = json.loads(text) if text else {"executions": 1, "outcomes": {}, "failure": f"died: {status}"}
        if figures["failure"]:
            failures.mkdir(parents=True, exist_ok=True)
            size = int.from_bytes(pad[:8], "little")
            (failures / f"{seed}.bin").write_bytes(pad[8 : 8 + size])
        yield figures
        executions -= figures["executions"]
        seed += 1_000_003


def with_atheris(executions: int, folder: Path) -> None:
    """libFuzzer's own guidance, over bytes: it knows the codec's branches better, and the format not at all.

    `folder`: where it finds the inputs to begin with and keeps those that reached something new.
    """
    import atheris

    for module in DECODING:
        classes = [
            member
            for member in vars(module).values()
            if isinstance(member, type) and member.__module__ == module.__name__
        ]
        for owner in (module, *classes):
            for name, function in list(vars(owner).items()):
                if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                    setattr(owner, name, atheris.instrument_func(function))
    folder.mkdir(parents=True, exist_ok=True)
    for number, message in enumerate(seeds()):
        (folder / str(number)).write_bytes(message)
    known = references()[:1]
    words = [sys.argv[0], f"-runs={executions}", "-max_len=4096", "-timeout=5", "-rss_limit_mb=3000", str(folder)]
    atheris.Setup(words, lambda data: attempt(data, known))
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the decoder.")
    parser.add_argument("--executions", type=int, default=100_000, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="where failing inputs go")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--corpus", type=Path, default=Path("fuzz-corpus"), help="what atheris begins with and keeps")
    parser.add_argument("--atheris", action="store_true", help="use atheris instead of the mutations of this file")
    args = parser.parse_args()
    if args.atheris:
        with_atheris(args.executions, args.corpus)
        return
    for number in range(1, args.processes):
        if os.fork() == 0:
            args.seed += number
            break
    started, total = time.monotonic(), 0
    for figures in in_child(args.executions // args.processes, args.seed, args.failures):
        total += figures["executions"]
        rate = round(total / (time.monotonic() - started))
        print(json.dumps({"seed": args.seed, "total": total, "per_second": rate, **figures}), flush=True)


if __name__ == "__main__":
    main()
