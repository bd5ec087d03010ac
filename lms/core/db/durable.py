"""A SQLite connection whose commit lets the next writer in before it waits for the disk.

SQLite has one writer, and with ``synchronous=FULL`` he keeps the others out while the disk writes:
that is most of the time of a small transaction. This connection commits with ``NORMAL``, which
gives the lock back at once, and then waits until the log of the database is on the disk. One wait
of the disk is enough for all who committed before it began.
"""

from __future__ import annotations

import os
from typing import Any

from pysqlite3 import dbapi2

from lms.core.turn import step_aside


class DurableConnection(dbapi2.Connection):  # type: ignore[misc]
    """What has been committed is on the disk when ``commit`` returns, as with ``FULL``.

    Frames of the log are in the order of their commits and have checksums over all before them, so
    a log on the disk up to here holds this commit and every earlier one. What somebody else reads
    in between may be lost with the power, but then nobody has been told that it was saved.
    """

    def __init__(self, database: str, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the driver's
        super().__init__(database, *args, **options)
        self._log = f"{database}-wal"

    def commit(self) -> None:
        """Commit, give back the lock, and wait for the disk.

        Raises:
            dbapi2.OperationalError: the disk did not take it. The commit may survive or not, so
                whoever asked has to ask again.
        """
        if not self.in_transaction:
            return
        super().commit()
        try:
            with step_aside():
                _reach_disk(self._log)
        except OSError as error:
            raise dbapi2.OperationalError(f"disk I/O error: {error}") from error


def _reach_disk(path: str) -> None:
    """Wait until a file is on the disk.

    It is opened anew, since SQLite makes another log when the last connection has closed. SQLite
    keeps no locks on the log, so closing it here takes none away.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
