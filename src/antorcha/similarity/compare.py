"""Pairs of hand-ins that are more alike than the course and the class explain. What it finds proves nothing."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from antorcha.similarity.fingerprints import Lines, fingerprints

# A fingerprint that this share of the files has, and at least so many of them, is how one writes it.
_COMMON_SHARE = 0.05
_COMMON_AT_LEAST = 4
_FEWEST_BITS = 28.0  # that two files have in common beyond what is common: below, chance does it
_SMALLEST_SHARE = 0.4  # of the rarer of the two


@dataclass(frozen=True)
class Written:
    """One person's code for a topic. `group`: pairs within one are not compared, as of two attempts or a team's.

    `earlier`: of another class, which is compared with this one and not with itself.
    """

    student: str
    topic: str
    pieces: tuple[tuple[str, str], ...]  # code and name of each file or cell
    group: str = ""
    earlier: bool = False


@dataclass(frozen=True)
class Passage:
    """Lines of one file that the other has too, each with where they are."""

    left: Lines
    right: Lines


@dataclass(frozen=True)
class Pair:
    """Two files that are alike. `bits`: how unlikely what they share is in this class, as a power of two.

    `share`: of what is their own, how much of the smaller one the other has too, from 0 to 1.
    """

    topic: str
    left: Written
    right: Written
    bits: float
    share: float
    passages: tuple[Passage, ...]


def alike(
    files: Sequence[Written], explained: Mapping[str, Collection[int]], *, fewest_bits: float = _FEWEST_BITS
) -> list[Pair]:
    """Return the pairs that are alike, the most alike first.

    `explained`: for each topic the fingerprints of what everybody was given or may well write: the stub, the released
    examples, the reference and its variants.
    """
    pairs: list[Pair] = []
    for topic in dict.fromkeys(file.topic for file in files):
        own = [file for file in files if file.topic == topic]
        pairs += _of_topic(topic, own, explained.get(topic, ()), fewest_bits)
    return sorted(pairs, key=lambda pair: -pair.bits)


def _of_topic(topic: str, files: Sequence[Written], explained: Collection[int], fewest_bits: float) -> list[Pair]:
    prints = [fingerprints(file.pieces) for file in files]
    counts = Counter(mark for found in prints for mark in found)
    common = max(_COMMON_AT_LEAST, _COMMON_SHARE * len(files))
    known = frozenset(explained)
    # Of how many files have it: what two in a hundred have says more than what two in three have.
    weight = {
        mark: math.log2(len(files) / count)
        for mark, count in counts.items()
        if mark not in known and count <= common and count < len(files)
    }
    totals = [sum(weight.get(mark, 0.0) for mark in found) for found in prints]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, found in enumerate(prints):
        for mark in found:
            if mark in weight:
                holders[mark].append(number)
    shared: dict[tuple[int, int], list[int]] = defaultdict(list)
    for mark, numbers in holders.items():
        for place, left in enumerate(numbers):
            for right in numbers[place + 1 :]:
                shared[left, right].append(mark)
    return [
        Pair(topic, files[left], files[right], bits, share, tuple(_passages(marks, prints[left], prints[right])))
        for (left, right), marks in shared.items()
        if _comparable(files[left], files[right])
        for bits in [sum(weight[mark] for mark in marks)]
        for share in [bits / max(min(totals[left], totals[right]), 1e-9)]
        if bits >= fewest_bits and share >= _SMALLEST_SHARE
    ]


def _comparable(left: Written, right: Written) -> bool:
    same_group = bool(left.group) and left.group == right.group
    return not same_group and left.student != right.student and not (left.earlier and right.earlier)


def _passages(marks: Iterable[int], left: Mapping[int, Lines], right: Mapping[int, Lines]) -> list[Passage]:
    """Return the shared lines, with those that touch one another on both sides made into one passage."""
    spots = sorted(((left[mark], right[mark]) for mark in marks), key=lambda spot: (spot[0].file, spot[0].first))
    joined: list[Passage] = []
    for mine, theirs in spots:
        last = joined[-1] if joined else None
        if last and _touch(last.left, mine) and _touch(last.right, theirs):
            joined[-1] = Passage(_joined(last.left, mine), _joined(last.right, theirs))
        else:
            joined.append(Passage(mine, theirs))
    return joined


def _touch(first: Lines, second: Lines) -> bool:
    return first.file == second.file and first.first <= second.last + 1 and second.first <= first.last + 1


def _joined(first: Lines, second: Lines) -> Lines:
    return Lines(first.file, min(first.first, second.first), max(first.last, second.last))
