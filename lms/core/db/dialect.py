"""The only place with database-specific SQL."""

from __future__ import annotations

from functools import lru_cache
from sqlite3 import SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR, SQLITE_NOTADB
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, func, select, text, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from lms.core.db.bound import connection_of
from lms.core.db.compiled import Compiled
from lms.core.turn import step_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.orm import Session

POSTGRESQL_OPTIONS = (
    "-c statement_timeout=60000 -c lock_timeout=10000 "
    "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


BUSY_SECONDS = 15
"""How long somebody waits for the database before the answer is "busy"."""

_PAUSE = 0.0005
"""Seconds between two tries to become SQLite's writer; a writing request takes a few times that."""

_LONGEST_PAUSE = 0.01
_PRIMARY = 0xFF
"""Bits of the code of an SQLite error that say its kind."""

_TRIES = 5
"""Tries after which who waits lets other requests of the process go on meanwhile."""


def prepare_sqlite(connection: Any, *, read_only: bool) -> None:  # noqa: ANN401 - of the driver
    """Set a new SQLite connection to WAL with foreign keys; its commits are ``durable``'s.

    Raises:
        OperationalError: the file system cannot keep a log that processes share.
    """
    cursor = connection.cursor()
    (mode,) = cursor.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise type(connection).OperationalError(f"no write-ahead log on this file system ({mode})")
    # Checkpoints wait for the disk by themselves, commits do so in ``DurableConnection``.
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={1000 * BUSY_SECONDS if read_only else 0}")
    # A connection drops its pages whenever somebody else has written, so more would only be kept.
    cursor.execute(f"PRAGMA cache_size={-4000 if read_only else -1000}")
    cursor.execute("PRAGMA temp_store=MEMORY")
    if read_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def begin_sqlite(connection: Connection, *, read_only: bool) -> None:
    """Begin at once as writer or as reader.

    A transaction that starts as reader and then writes fails under contention, so a writer
    takes the lock at its first statement.
    """
    cursor = connection.connection.cursor()
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    driver = connection.dialect.loaded_dbapi
    try:
        if read_only:
            cursor.execute(begin)
        else:
            _become_writer(cursor, begin, driver.OperationalError)
    except driver.Error as error:
        # SQLAlchemy leaves errors of listeners as they are; a busy database must be known as one.
        raise DBAPIError.instance(
            begin, (), error, driver.Error, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def _become_writer(cursor: Any, begin: str, busy: type[Exception]) -> None:  # noqa: ANN401 - the driver's
    """Take the write lock as soon as it is free.

    SQLite itself would look again after up to 100 ms, in which other processes write dozens of
    times. Two processes that wrote for 2 of every 4 ms made 258 writes a second its way and 324
    this way, and waited 81 and 18 ms at most.
    """
    until = monotonic() + BUSY_SECONDS
    pause, tries = _PAUSE, 0
    while True:
        try:
            cursor.execute(begin)
        except busy as error:
            if error.sqlite_errorcode != SQLITE_BUSY or monotonic() > until:  # type: ignore[attr-defined]
                raise
            tries += 1
            if tries < _TRIES:
                sleep(pause)
            else:  # Who has the lock may be a thread of this process that waits for its turn.
                with step_aside():
                    sleep(pause)
            # Who has waited for long waits for somebody slow.
            pause = min(pause * 1.05, _LONGEST_PAUSE)
        else:
            return


def probe_write(connection: Connection) -> None:
    """Show that this connection may write, without writing (the caller rolls back).

    SQLite has taken its write lock at the beginning of the transaction already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_current_xact_id()"))


def bind_tenant(connection: Connection, tenant_id: int | None, *, platform: bool) -> None:
    """Tell PostgreSQL's row-level security whose transaction this is."""
    if connection.dialect.name == "postgresql":
        tenant = "" if tenant_id is None else str(tenant_id)
        given = {"tenant": tenant, "platform": "on" if platform else ""}
        _binding(connection.dialect).select(connection, given)


@lru_cache(maxsize=4)
def _binding(dialect: Dialect) -> Compiled:
    """The statement for it; every transaction begins with it, so it is compiled once."""

    def until_the_end(setting: str, name: str) -> FunctionElement[str]:
        return func.set_config(setting, bindparam(name, type_=Text), true())

    statement = select(
        until_the_end("lms.tenant", "tenant"), until_the_end("lms.platform", "platform")
    )
    return Compiled(statement, dialect)


class joined_lines(FunctionElement[str]):  # noqa: N801 - named like the functions of ``func``
    """The texts of a column as the lines of one text, so that many rows come as one value.

    SQLAlchemy's own ``aggregate_strings`` puts the separator into the SQL at every execution.
    """

    type = Text()
    inherit_cache = True


@compiles(joined_lines, "sqlite")
def _joined_sqlite(element: joined_lines, compiler: Any, **more: Any) -> str:  # noqa: ANN401
    return f"group_concat({compiler.process(element.clauses, **more)}, char(10))"


@compiles(joined_lines, "postgresql")
def _joined_postgresql(element: joined_lines, compiler: Any, **more: Any) -> str:  # noqa: ANN401
    return f"string_agg({compiler.process(element.clauses, **more)}, chr(10))"


def insert_or_ignore(
    session: Session, model: type[Any], rows: Sequence[Mapping[str, object]], keys: Iterable[str]
) -> int:
    """Insert rows whose unique ``keys`` are not there yet; returns how many were inserted.

    All rows have the same columns and go in one statement. The tenant is filled in by the caller;
    the session's guard is checked for each row.
    """
    if not rows:
        return 0
    session.info["guard"](model, rows)
    connection = connection_of(session)
    place = connection.dialect.name, model, tuple(keys), tuple(rows[0])
    statement = _IGNORING.get(place)
    if statement is None:
        statement = _IGNORING[place] = _ignoring(connection.dialect, *place[1:])
    return max(statement.change(connection, rows), 0)


_IGNORING: dict[tuple[str, type[Any], tuple[str, ...], tuple[str, ...]], Compiled] = {}
"""The statements of ``insert_or_ignore``; as many as there are places that use it."""


def _ignoring(
    dialect: Dialect, model: type[Any], keys: tuple[str, ...], columns: tuple[str, ...]
) -> Compiled:
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = insert(model.__table__).on_conflict_do_nothing(index_elements=list(keys))
    return Compiled(statement.inline(), dialect, columns)


class MinuteInJapan(FunctionElement[str]):
    """A moment as text in Japanese time, ``2026-04-01 10:42``, written by the database.

    It is what ``kernel.tables.cell_text`` makes, without an object for each of many rows.
    """

    type = Text()
    inherit_cache = True


@compiles(MinuteInJapan, "sqlite")
def _minute_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    return f"strftime('%Y-%m-%d %H:%M', {compiler.process(element.clauses, **options)}, '+9 hours')"


@compiles(MinuteInJapan, "postgresql")
def _minute_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD HH24:MI')"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def copy_sqlite(engine: Engine, target: Path) -> None:
    """Write a consistent copy of a SQLite database that goes on being used (VACUUM INTO)."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM INTO ?", (str(target),))
        cursor.close()
    finally:
        raw.close()


def refresh_statistics(engine: Engine) -> None:
    """Let the database count what its indexes hold, so that it joins from the right end.

    SQLite never does so by itself and then takes every index for equally selective, that of
    ``tenant_id`` too; PostgreSQL does it in the background.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        connection.exec_driver_sql("ANALYZE")


def count_rows(session: Session, *models: type[Any]) -> None:
    """Let PostgreSQL count tables that this transaction has filled, before it reads them.

    It plans by what it counted last and takes a table that was empty then for a tiny one.
    """
    if not _is_sqlite(session):
        names = ", ".join(model.__tablename__ for model in models)
        session.connection().exec_driver_sql(f"ANALYZE {names}")


def passes_row_security(engine: Engine) -> bool:
    """Whether the role of the connection is one that PostgreSQL shows every row to."""
    if engine.dialect.name != "postgresql":
        return False
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    with engine.connect() as connection:
        return bool(connection.scalar(asked))


def find_damage(engine: Engine) -> list[str]:
    """What the database itself finds wrong with its file; empty when all is well.

    PostgreSQL checks its pages by itself where checksums are on, so nothing is asked there.
    """
    if engine.dialect.name != "sqlite":
        return []
    try:
        with engine.connect() as connection:
            rows = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    except DBAPIError as error:
        if not tells_damage(error.orig):
            raise
        return [str(error.orig)]
    return [] if rows == ["ok"] else rows


def find_dangling_rows(engine: Engine) -> list[str]:
    """Rows that refer to missing ones; PostgreSQL lets nobody make them."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return [f"a row of {row[0]} refers to a missing row of {row[2]}" for row in broken]


def tells_damage(error: object) -> bool:
    """Whether a driver's error is SQLite's that its file is damaged or is no database."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in {SQLITE_CORRUPT, SQLITE_NOTADB}


def tells_no_room(error: object) -> bool:
    """Whether a driver's error is SQLite's that the disk does not take or give its pages."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in {SQLITE_FULL, SQLITE_IOERR}
