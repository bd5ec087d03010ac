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
        self._descriptor: int | None = None

    def commit(self) -> None:
        """Commit, give back the lock, and wait for the disk.

        Raises:
            dbapi2.OperationalError: the disk did not take it. The commit may survive or not, so
                whoever asked has to ask again.
        """
        if not self.in_transaction:
            return
        try:
            # Linux tells of a failed write once to each open descriptor. One that was opened after
            # somebody else had been told would hear nothing of what this commit lost.
            if self._descriptor is None:
                self._descriptor = os.open(self._log, os.O_RDONLY)
            super().commit()
            with step_aside():
                os.fdatasync(self._descriptor)
        except OSError as error:
            raise dbapi2.OperationalError(f"disk I/O error: {error}") from error

    def close(self) -> None:
        """Close the connection, and the log with it.

        SQLite deletes the log when the last connection has closed, so it is one file as long as
        this one lives. It keeps no locks on the log, so closing the descriptor takes none away.
        """
        super().close()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        if getattr(self, "_descriptor", None) is not None:
            self.close()
