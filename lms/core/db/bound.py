"""The connection of a session's transaction, for those who ask for it many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session, SessionTransaction


def bind(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Note the connection that a transaction has just got."""
    session.info["bound"] = transaction, connection


def connection_of(session: Session) -> Connection:
    """What ``session.connection()`` gives, which looks everything up again each time.

    Raises:
        PendingRollbackError: a flush failed, so the transaction is over; on the connection itself
            SQLite would commit each statement at once.
    """
    bound: tuple[SessionTransaction, Connection] | None = session.info.get("bound")
    if bound is not None and bound[0] is session.get_transaction() and bound[0].is_active:
        return bound[1]
    return session.connection()
