"""Records as plain JSON data and back: the one way for the store, the graders, the audit and a released folder.

It reads dataclasses by their type hints with the standard library alone, since a student's install has no pydantic.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_LONG = 200  # characters
_Read = Callable[[Any], Any]  # plain value -> value of the hinted type


class PlainDataError(ValueError):
    """Plain data that does not fit the class that it is to become."""

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.problem = problem
        self.where = where

    def inside(self, place: str) -> PlainDataError:
        """Return the same error, told from one level further out."""
        return PlainDataError(self.problem, f"{place}{self.where}")


def to_plain(record: Any) -> dict[str, Any]:
    """Return a dataclass as nested dicts; tuples turn into lists and `StrEnum`s into text when JSON is written.

    As `dataclasses.asdict`, but what is no dataclass or container is not copied: it takes a quarter of the time.
    """
    plain: dict[str, Any] = _written(record)
    return plain


def _written(value: Any) -> Any:
    kind: Any = type(value)
    if kind is tuple or kind is list:
        return kind(map(_written, value))
    if kind is dict:
        return {key: _written(item) for key, item in value.items()}
    names = _field_names(kind)
    return {name: _written(getattr(value, name)) for name in names} if names else value


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    """Return the names of a dataclass's fields, none for any other class."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def from_plain(record_class: type[Record], data: Any) -> Record:
    """Return the record that `to_plain` turned into `data`, possibly written and read as JSON since.

    A field that is absent takes its default, and one that the class does not have is passed over, so that what an
    older or a newer version wrote can be read. Raises: `PlainDataError` for a value that does not fit its field.
    """
    hint: Any = record_class
    try:
        record: Record = _reader(hint)(data)
    except PlainDataError as error:
        raise error.inside(record_class.__name__) from None
    return record


@cache
def _reader(hint: Any) -> _Read:
    """Return the function that reads values of a type. It is made once a type: a class's store has thousands."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: value
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_reader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_reader(hint)
    if origin in (Union, UnionType):
        return _union_reader(arguments)
    if origin is Literal:
        return _checked(lambda value: value in arguments, f"one of {', '.join(map(repr, arguments))}")
    if origin is tuple and arguments[1:] == (...,):
        return _sequence_reader(_reader(arguments[0]), tuple)
    if origin is list:
        return _sequence_reader(_reader(arguments[0]), list)
    if origin is dict and arguments[0] is str:
        return _dict_reader(_reader(arguments[1]))
    if hint is str:
        return _read_text
    if hint in _SCALARS:
        return _checked(_SCALARS[hint], hint.__name__)
    raise TypeError(f"{hint!r} is not a type that from_plain reads")


_SCALARS: dict[Any, Callable[[Any], bool]] = {
    bool: lambda value: isinstance(value, bool),
    # To Python `True` is an int.
    int: lambda value: isinstance(value, int) and not isinstance(value, bool),
    # JSON has one kind of number: 1.0 may have been written as 1.
    float: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    NoneType: lambda value: value is None,
}


def _read_text(value: Any) -> str:
    """Return a text, a short one in one copy: the results of a class repeat the names of its checks and exercises."""
    if not isinstance(value, str):
        raise PlainDataError(f"{value!r:.80} is not str")
    return sys.intern(value) if len(value) < _LONG else value


def _checked(fits: Callable[[Any], bool], wanted: str) -> _Read:
    def read(value: Any) -> Any:
        if not fits(value):
            raise PlainDataError(f"{value!r:.80} is not {wanted}")
        return value

    return read


def _enum_reader(enum: type[Enum]) -> _Read:
    def read(value: Any) -> Any:
        try:
            return enum(value)
        except ValueError:
            raise PlainDataError(f"{value!r:.80} is no {enum.__name__}") from None

    return read


def _union_reader(members: tuple[Any, ...]) -> _Read:
    """Return a reader that tries the members in the order of the hint; `None` first, as it fits nothing else."""
    readers = [_reader(member) for member in sorted(members, key=lambda member: member is not NoneType)]

    def read(value: Any) -> Any:
        for reader in readers[:-1]:
            try:
                return reader(value)
            except PlainDataError:
                continue
        return readers[-1](value)  # the error of the last member is the one to tell

    return read


def _sequence_reader(read_item: _Read, make: Callable[[list[Any]], Any]) -> _Read:
    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise PlainDataError(f"{value!r:.80} is not a list")
        items: list[Any] = []
        try:
            for item in value:
                items.append(read_item(item))
        except PlainDataError as error:
            raise error.inside(f"[{len(items)}]") from None
        return make(items)

    return read


def _dict_reader(read_value: _Read) -> _Read:
    def read(value: Any) -> Any:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise PlainDataError(f"{value!r:.80} is not an object")
        return {key: _read_at(key, read_value, item) for key, item in value.items()}

    return read


def _read_at(name: str, reader: _Read, value: Any) -> Any:
    try:
        return reader(value)
    except PlainDataError as error:
        raise error.inside(f".{name}") from None


def _dataclass_reader(record_class: Any) -> _Read:
    hints = get_type_hints(record_class)
    known = {field.name: field for field in fields(record_class) if field.init}
    required = {name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING}
    readers: dict[str, _Read] = {}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise PlainDataError(f"{value!r:.80} is not an object")
        if missing := sorted(required - value.keys()):
            raise PlainDataError(f"{missing[0]} is missing")
        given = {}
        for name in known:
            if name in value:
                # Only now: a record may hold records of its own class, and fields that plain data never has.
                reader = readers.get(name) or readers.setdefault(name, _reader(hints[name]))
                given[name] = _read_at(name, reader, value[name])
        return record_class(**given)

    return read
