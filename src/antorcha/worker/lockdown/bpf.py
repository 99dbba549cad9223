"""An assembler for the small subset of classic BPF that a seccomp filter needs."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

# Opcodes of linux/bpf_common.h. There is one register, A, which every test looks at.
_LOAD = 0x20  # A = the 32-bit word at an offset of struct seccomp_data
_RETURN = 0x06
_JUMP = 0x05
_AND = 0x54
IF_EQUAL = 0x15
IF_GREATER = 0x25
IF_AT_LEAST = 0x35
IF_ANY_BIT = 0x45

# Offsets in struct seccomp_data: the call's number, its architecture, and (behind a pointer) six arguments of 8 bytes.
_NUMBER = 0
_ARCHITECTURE = 4
_ARGUMENTS = 16

# SECCOMP_RET_* of linux/seccomp.h; the low 16 bits of the last are the errno.
ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

_LONGEST_HOP = 255  # a conditional jump has eight bits


@dataclass(frozen=True)
class Instruction:
    """One instruction; `own_pid` marks that `k` becomes the worker's process id when the filter is put on."""

    code: int
    k: int
    if_true: int = 0
    if_false: int = 0
    own_pid: bool = False


# A verdict on one call: a return value, or instructions that look at its arguments and return.
Rule = tuple[Instruction, ...]


class RawInstruction(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class RawProgram(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("len", ctypes.c_uint16), ("filter", ctypes.POINTER(RawInstruction)))


def fail_with(errno_code: int) -> int:
    """Return the filter's value that refuses a call with this errno."""
    return _ERRNO | errno_code


def give(value: int) -> Instruction:
    """Return the instruction that ends the filter with `value`."""
    return Instruction(_RETURN, value)


def load_argument(index: int, high: bool = False) -> Instruction:
    """Return the instruction that loads a half of argument `index`; both architectures are little-endian."""
    return Instruction(_LOAD, _ARGUMENTS + 8 * index + (4 if high else 0))


def keep_bits(mask: int) -> Instruction:
    """Return the instruction that keeps the bits of `mask` of what was loaded."""
    return Instruction(_AND, mask)


def when(test: int, k: int, value: int, own_pid: bool = False) -> Rule:
    """Return the rule that ends the filter with `value` where the test holds of what was loaded."""
    return (Instruction(test, k, if_true=0, if_false=1, own_pid=own_pid), give(value))


def unless(test: int, k: int, value: int) -> Rule:
    """Return the rule that ends the filter with `value` where the test does not hold of what was loaded."""
    return (Instruction(test, k, if_true=1, if_false=0), give(value))


def assemble(architecture: int, rules: Mapping[int, Rule], default: Rule, young: Rule, young_from: int) -> Rule:
    """Return the whole filter: kill on a foreign architecture, else decide by number through a binary search.

    The search matters: when a filter is put on, the kernel runs it once for each number there is (to remember
    those that are always allowed), and a chain of comparisons would make every worker pay for its length 500
    times.
    """
    boundaries = _segments(rules, default, young, young_from)
    prologue = (
        Instruction(_LOAD, _ARCHITECTURE),
        *unless(IF_EQUAL, architecture, KILL_PROCESS),
        Instruction(_LOAD, _NUMBER),
    )
    return prologue + _search(boundaries)


def to_kernel(program: Rule) -> ctypes.Array[RawInstruction]:
    """Return the instructions as the kernel reads them."""
    rows = ((step.code, step.if_true, step.if_false, step.k) for step in program)
    return (RawInstruction * len(program))(*(RawInstruction(*row) for row in rows))


def _segments(rules: Mapping[int, Rule], default: Rule, young: Rule, young_from: int) -> list[tuple[int, Rule]]:
    """Return (first number, rule) for each longest run of numbers that share a rule, from 0 to the last.

    One number beyond all that are named is looked at, so that the last segment is that of every later number.
    """
    last = max([*rules, young_from]) + 1
    by_number = ((number, rules.get(number, young if number >= young_from else default)) for number in range(last + 1))
    runs = groupby(by_number, key=lambda pair: pair[1])
    return [(next(iter(run))[0], rule) for rule, run in runs]


def _search(segments: Sequence[tuple[int, Rule]]) -> Rule:
    """Return the instructions that find the segment of the number in A, and decide by its rule."""
    if len(segments) == 1:
        return segments[0][1]
    middle = len(segments) // 2
    below, above = _search(segments[:middle]), _search(segments[middle:])
    pivot = segments[middle][0]
    if len(below) <= _LONGEST_HOP:
        return (Instruction(IF_AT_LEAST, pivot, if_true=len(below), if_false=0), *below, *above)
    far = Instruction(_JUMP, len(below))
    return (Instruction(IF_AT_LEAST, pivot, if_true=0, if_false=1), far, *below, *above)
