"""Records that wait in memory in few bytes: a student's result is 60 KiB of objects, and 2 KiB as a compressed pickle.

A class of 100,000 does not fit into memory otherwise. What is unpacked was packed in this very process.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar, overload

_Record = TypeVar("_Record")
_Kept = TypeVar("_Kept", covariant=True)
_FASTEST = 1  # of zlib's levels: the best one saves a tenth more, for three times the time


class Kept(Protocol[_Kept]):
    """A record that waits to be read."""

    def unpacked(self) -> _Kept: ...


class Packed(Generic[_Record]):
    """A record of which the bytes alone are kept."""

    __slots__ = ("_data",)

    def __init__(self, record: _Record) -> None:
        self._data = zlib.compress(pickle.dumps(record, pickle.HIGHEST_PROTOCOL), _FASTEST)

    def unpacked(self) -> _Record:
        """Return a new copy of the record, which takes some tenths of a millisecond."""
        record: _Record = pickle.loads(zlib.decompress(self._data))
        return record


class Unpacked(Generic[_Record]):
    """A record that is kept as it is: for those that are few."""

    __slots__ = ("_record",)

    def __init__(self, record: _Record) -> None:
        self._record = record

    def unpacked(self) -> _Record:
        """Return the record itself."""
        return self._record


class Records(Sequence[_Record]):
    """Records in their order; one that is packed is made anew each time it is asked for."""

    def __init__(self, kept: Iterable[Kept[_Record]]) -> None:
        self._kept = tuple(kept)

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> _Record: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_Record]: ...

    def __getitem__(self, index: int | slice) -> _Record | Sequence[_Record]:
        if isinstance(index, slice):
            return Records(self._kept[index])
        return self._kept[index].unpacked()

    def __iter__(self) -> Iterator[_Record]:
        return (kept.unpacked() for kept in self._kept)
