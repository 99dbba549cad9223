"""The opening of `results.db`: an old layout is brought up to date, a damaged file is set aside for a new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from antorcha.errors import UserError
from antorcha.files import not_written
from antorcha.store.schema import SCHEMA_VERSION, TABLES, UPGRADES

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY_SECONDS = 30.0  # to wait for another run's transaction, which takes milliseconds


def open_database(path: Path, remarks: list[str]) -> sqlite3.Connection:
    """Return a connection to a file with today's tables; what was set aside for it is added to `remarks`.

    Raises: `UserError` for a file of a newer version, `sqlite3.DatabaseError` where the file cannot be used.
    """
    try:
        connection = _connect(path)
        version = _checked_version(connection)
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
        remarks.append(_set_aside(path, "corrupt", "is damaged"))
        return open_database(path, remarks)
    if version in UPGRADES:
        version = _upgrade(connection, version)
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path} was written by a newer version of Antorcha",
            "Update Antorcha, or choose another folder with --out.",
        )
    remarks.append(_set_aside(path, "old", "has the layout of an older version"))
    return open_database(path, remarks)


def remembered_rules(path: Path) -> str:
    """Return the file with the rules of the latest run, without changing anything; "" where none is remembered."""
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as connection:
            row = connection.execute("SELECT rules FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    except sqlite3.DatabaseError:  # an older layout has no rules, and a damaged file is told of when it is opened
        return ""
    return str(row[0]) if row else ""


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's error without its refinement: `SQLITE_BUSY_SNAPSHOT` is `SQLITE_BUSY`."""
    # The refinement is in the bits above the lowest eight. Errors that Python's module raises by itself have no code.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_damaged(error: sqlite3.Error) -> bool:
    return primary_code(error) in _DAMAGED


def _set_aside(path: Path, why: str, state: str) -> str:
    """Rename the file, with what SQLite keeps beside it, to a free name; return the line that says so."""
    number = 1
    while (target := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    try:
        # The file itself goes last: a new one must never be begun beside the old one's log.
        for suffix in ("-wal", "-shm", ""):
            if (part := path.with_name(path.name + suffix)).exists():
                part.rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise not_written(path, error.strerror or str(error)) from error
    return f"{path} {state}: it was kept as {target.name} and a new one was begun"


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file, with today's tables where it had none."""
    # Without `isolation_level` Python begins no transactions of its own; threads take turns by the store's lock.
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # With a log ahead of the file others can read while a run writes, and a write does not wait for the disk: a
        # kill loses nothing, a power cut at most the latest results.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute("BEGIN IMMEDIATE")  # two runs may meet at a file that has no tables yet
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _execute_all(connection, TABLES)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _upgrade(connection: sqlite3.Connection, version: int) -> int:
    """Bring the tables up to date, step by step and all or nothing; return the version that they have now."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        while version in UPGRADES:
            _execute_all(connection, UPGRADES[version])
            version += 1
        connection.execute(f"PRAGMA user_version = {version}")
    return version


def _execute_all(connection: sqlite3.Connection, statements: str) -> None:
    # Not `executescript`, which would commit the caller's transaction first.
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(statement)


def _checked_version(connection: sqlite3.Connection) -> int:
    """Return the layout's version. Raises: `sqlite3.DatabaseError` for a file whose pages do not hang together."""
    try:
        complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]  # one complaint is enough
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
