"""A commit on SQLite waits for the disk, and others write while it waits."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lms.core.db.durable import DurableConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.core.db.engine import Database
    from tests.cast import Cast

pytestmark = pytest.mark.sqlite
RENAME = text("UPDATE employee SET name = 'renamed'")
RENAMED = "SELECT count(*) FROM employee WHERE name = 'renamed'"


class Disk:
    """What a power cut would leave: the files as they were when the product last waited for them.

    What SQLite waits for by itself (checkpoints) is left out: a real disk forgets less.
    """

    def __init__(self, database: Path, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._database, self._after = database, folder / database.name
        self.during: Callable[[], None] = lambda: None
        self._keep()
        wait = os.fdatasync

        def fdatasync(descriptor: int) -> None:
            if os.fstat(descriptor).st_ino == Path(f"{database}-wal").stat().st_ino:
                self.during()
                wait(descriptor)
                self._keep()

        patch.setattr(os, "fdatasync", fdatasync)

    def _keep(self) -> None:
        for end in ("", "-wal"):
            shutil.copy(f"{self._database}{end}", f"{self._after}{end}")

    def count_renamed(self) -> int:
        """How many rows are renamed after a power cut now."""
        connection = dbapi2.connect(self._after)
        (found,) = connection.execute(RENAMED).fetchone()
        connection.close()
        return int(found)


@pytest.fixture
def disk(database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    file = Path(str(database.engine.url.database))
    with database.transaction(cast.aoba) as session:  # There is a log from here on.
        session.connection()
    return Disk(file, tmp_path, monkeypatch)


def test_what_is_committed_survives_a_power_cut(database: Database, cast: Cast, disk: Disk):
    with database.transaction(cast.aoba) as session:
        session.connection().execute(RENAME)
        assert disk.count_renamed() == 0
    assert disk.count_renamed() > 0


def test_a_commit_that_does_not_wait_would_be_lost(
    database: Database, cast: Cast, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    """The control: the test above would notice."""
    monkeypatch.setattr(DurableConnection, "commit", dbapi2.Connection.commit)
    with database.transaction(cast.aoba) as session:
        session.connection().execute(RENAME)
    assert disk.count_renamed() == 0


def test_others_write_while_one_waits_for_the_disk(database: Database, cast: Cast, disk: Disk):
    other = dbapi2.connect(str(database.engine.url.database), timeout=0, isolation_level=None)
    wrote = []

    def write() -> None:
        other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
        wrote.append(True)

    disk.during = write
    with database.transaction(cast.aoba) as session:
        session.connection().execute(RENAME)
    other.close()
    assert wrote


def test_nothing_is_called_saved_that_the_disk_did_not_take(
    database: Database, cast: Cast, disk: Disk
):
    def fail() -> None:
        raise OSError(5, "Input/output error")

    disk.during = fail
    with (
        pytest.raises(OperationalError, match="disk I/O error"),
        database.transaction(cast.aoba) as session,
    ):
        session.connection().execute(RENAME)
    disk.during = lambda: None
    with database.transaction(cast.aoba) as session:
        session.connection().execute(RENAME)
    assert disk.count_renamed() > 0


def test_a_connection_keeps_the_log_open_so_that_it_hears_of_every_fault(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """A fault of the disk is told to descriptors that were open, not to later ones."""
    database.dispose()
    opened, waited = [], []
    really_open, really_wait = os.open, os.fdatasync

    def open_file(path: str, flags: int) -> int:
        descriptor = really_open(path, flags)
        opened.append(descriptor)
        return descriptor

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(os, "fdatasync", lambda one: (waited.append(one), really_wait(one)))
    for _ in range(3):
        with database.transaction(cast.aoba) as session:
            session.connection().execute(RENAME)
    assert opened == waited[:1]
    assert waited == opened * 3
    database.dispose()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
