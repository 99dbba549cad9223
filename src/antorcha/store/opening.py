"""Opening `results.db`: a damaged file, or one of an older layout, is set aside and a new one begun."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from antorcha.errors import UserError
from antorcha.files import not_written
from antorcha.store.schema import TABLES, VERSION

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY_SECONDS = 30.0


def open_database(path: Path, remarks: list[str]) -> sqlite3.Connection:
    """A connection to a file with today's tables; what was set aside for it is added to `remarks`.

    Raises `UserError` for a file of a newer version, `sqlite3.DatabaseError` where the file cannot be used.
    """
    try:
        connection = _connect(path)
        version = _checked_version(connection)
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
        remarks.append(_set_aside(path, "corrupt", "is damaged"))
        return open_database(path, remarks)
    if version == VERSION:
        return connection
    connection.close()
    if version > VERSION:
        raise UserError(
            f"{path} was written by a newer version of Antorcha",
            "Update Antorcha, or choose another folder with --out.",
        )
    remarks.append(_set_aside(path, "old", "has the layout of an older version"))
    return open_database(path, remarks)


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's error without its refinement: `SQLITE_BUSY_SNAPSHOT` is `SQLITE_BUSY`."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_damaged(error: sqlite3.Error) -> bool:
    return primary_code(error) in _DAMAGED


def _set_aside(path: Path, why: str, state: str) -> str:
    """Renames the file, with what SQLite keeps beside it, to a free name; returns the line that says so."""
    number = 1
    while (target := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    try:
        for suffix in ("-wal", "-shm", ""):
            if (part := path.with_name(path.name + suffix)).exists():
                part.rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error
    return f"{path} {state}: it was kept as {target.name} and a new one was begun"


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            _create_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _create_tables(connection: sqlite3.Connection) -> None:
    """Makes the tables in a file that has none, within the caller's transaction."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    for statement in TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _checked_version(connection: sqlite3.Connection) -> int:
    """The layout's version. Raises `sqlite3.DatabaseError` for a file whose pages do not hang together."""
    try:
        complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except BaseException:
        connection.close()
        raise
    if complaint != "ok":
        connection.close()
        error = sqlite3.DatabaseError(complaint)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    return version
