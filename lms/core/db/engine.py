"""Engines for SQLite and PostgreSQL and the sessions made from them."""

from __future__ import annotations

import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from lms.core.db import dialect
from lms.core.db.kept import Kept
from lms.core.tenancy import TenantSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from lms.core.settings import Settings

MIN_SQLITE = (3, 51, 3)
"""Older releases can lose committed rows in WAL mode (the WAL-reset race)."""


class Database:
    """Two engines, of which one cannot write, and the only way to open sessions.

    Connections are made read-only once instead of in every transaction: SQLite forgets its
    compiled statements whenever ``query_only`` is set, which costs more than the statements.

    Args:
        settings: names the database; SQLite when no address is set.

    Raises:
        RuntimeError: the SQLite library is too old to be trusted in WAL mode.
    """

    def __init__(self, settings: Settings) -> None:
        self.is_sqlite = settings.is_sqlite
        make = _sqlite if self.is_sqlite else _postgresql
        self.engine = make(settings)
        self.reader = make(settings, read_only=True)
        self._kept = Kept()

    def session(self, tenant_id: int, *, read_only: bool = False) -> Session:
        """A session bound to one municipality for its whole life."""
        bind = self.reader if read_only else self.engine
        return TenantSession(
            bind,
            info={"tenant_id": tenant_id, "read_only": read_only, "kept": self._kept},
            expire_on_commit=False,
        )

    def platform_session(self, *, reason: str, read_only: bool = False) -> Session:
        """A session across municipalities; ``reason`` is kept for the audit log."""
        bind = self.reader if read_only else self.engine
        return TenantSession(
            bind,
            info={"tenant_id": None, "platform": reason, "read_only": read_only},
            expire_on_commit=False,
        )

    @contextmanager
    def transaction(self, tenant_id: int) -> Iterator[Session]:
        """A write session that commits on leaving and rolls back on an exception."""
        with self.session(tenant_id) as session, session.begin():
            yield session

    @contextmanager
    def platform_transaction(self, *, reason: str) -> Iterator[Session]:
        """A write session across municipalities that commits on leaving."""
        with self.platform_session(reason=reason) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()


def _sqlite(settings: Settings, *, read_only: bool = False) -> Engine:
    from pysqlite3 import dbapi2  # noqa: PLC0415 - the driver with a fixed library

    from lms.core.db.durable import DurableConnection  # noqa: PLC0415 - PostgreSQL needs none

    if dbapi2.sqlite_version_info < MIN_SQLITE:
        raise RuntimeError(
            f"SQLite {dbapi2.sqlite_version} can lose data in WAL mode; "
            f"{'.'.join(map(str, MIN_SQLITE))} or newer is needed (package pysqlite3)."
        )
    _keep_private(settings.sqlite_path)
    engine = create_engine(
        # Not as text: a folder may have a question mark in its name.
        URL.create("sqlite", database=str(settings.sqlite_path)),
        module=dbapi2,
        pool_size=8,
        max_overflow=8,
        pool_use_lifo=True,
        connect_args={
            "check_same_thread": False,
            "timeout": dialect.BUSY_SECONDS,
            "factory": dbapi2.Connection if read_only else DurableConnection,
        },
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.isolation_level = None
        dialect.prepare_sqlite(connection, read_only=read_only)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        dialect.begin_sqlite(connection, read_only=read_only)

    return engine


def _keep_private(path: Path) -> None:
    """Make the file of the database where it is missing, and keep others on this machine out.

    SQLite gives the files beside it the same permissions. Earlier releases let everybody read.
    """
    if not path.exists():
        path.touch(mode=0o600)
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        # A file may be gone with the last process that had it open, or be another user's.
        with suppress(FileNotFoundError, PermissionError):
            mode = each.stat().st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                each.chmod(mode & stat.S_IRWXU)


def _postgresql(settings: Settings, *, read_only: bool = False) -> Engine:
    options = dialect.POSTGRESQL_OPTIONS
    if read_only:
        # What is read sees one state of the database to its end, as on SQLite.
        options += " -c default_transaction_read_only=on"
        options += r" -c default_transaction_isolation=repeatable\ read"
    from lms.core.db.patient import PatientConnection  # noqa: PLC0415 - SQLite needs no driver

    engine = create_engine(
        settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1),
        # Connections beyond the size are closed after each use, and a new one costs milliseconds.
        pool_size=12,
        max_overflow=4,
        pool_timeout=5,
        pool_use_lifo=True,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args={"options": options},
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, place: Any, named: Any) -> PatientConnection:  # noqa: ANN401
        connection = PatientConnection.connect(*place, **named)
        connection.reads_only = read_only
        return connection

    @event.listens_for(engine, "checkout")
    def _check_out(connection: PatientConnection, _record: object, _proxy: object) -> None:
        connection.patient = True

    return engine
