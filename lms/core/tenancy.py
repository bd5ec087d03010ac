"""No tenant, no query: every session belongs to one municipality for life.

Three layers keep municipalities apart: loading with authorisation in each slice, the criteria
and the flush guard here, and row-level security on PostgreSQL.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from lms.core.db import bound, dialect
from lms.core.db.base import TenantOwned, TenantShared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Result, Select
    from sqlalchemy.orm import SessionTransaction
    from sqlalchemy.orm.interfaces import ORMOption

LIBRARY_TENANT_ID = 1
"""Owns the shared courses; nobody signs in to it."""


class TenancyError(RuntimeError):
    """Code tried to reach another municipality; always a programming error."""


class ReadOnlyError(RuntimeError):
    """Code tried to write in a read-only request."""


class TenantSession(Session):
    """A session whose tenant is fixed at opening (``Database.session``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed to SQLAlchemy
        super().__init__(*args, **kwargs)
        if "tenant_id" not in self.info:
            raise TenancyError("a session needs a tenant")
        self.info["guard"] = self._guard_rows

    def _guard_rows(self, model: type[Any], rows: Iterable[Mapping[str, object]]) -> None:
        """Check rows that go around the unit of work (bulk inserts in ``dialect``)."""
        if self.info["read_only"]:
            raise ReadOnlyError(model.__name__)
        if self.info.get("platform") or not issubclass(model, TenantOwned | TenantShared):
            return
        for row in rows:
            if row.get("tenant_id") != self.info["tenant_id"]:
                raise TenancyError(f"{model.__name__} of another tenant")


def tenant_of(session: Session) -> int:
    """The municipality of this session.

    Raises:
        TenancyError: it is a platform session.
    """
    tenant_id = session.info.get("tenant_id")
    if not isinstance(tenant_id, int):
        raise TenancyError("a platform session has no tenant")
    return tenant_id


@event.listens_for(TenantSession, "do_orm_execute")
def _restrict(state: ORMExecuteState) -> None:
    info = state.session.info
    if info["read_only"] and not state.is_select:
        raise ReadOnlyError(str(state.statement)[:80])
    if info.get("platform") or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(*_criteria(info["tenant_id"]))


def select_rows(session: Session, statement: Select[Any], *, batch: int) -> Result[Any]:
    """Run a SELECT of columns within the session's municipality, for very many rows.

    It reads what ``session.execute`` would read, without the work that the ORM does for each row.
    Rows come from the database in batches: use ``partitions()``.
    """
    if not session.info.get("platform"):
        statement = statement.options(*_criteria(session.info["tenant_id"]))
    return session.connection().execute(statement, execution_options={"yield_per": batch})


@lru_cache(maxsize=4096)
def _criteria(tenant_id: int) -> tuple[ORMOption, ...]:
    """The filters of one municipality; made once, because making them costs more than a query."""
    readable = (tenant_id, LIBRARY_TENANT_ID)
    return (
        with_loader_criteria(
            TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True
        ),
        with_loader_criteria(
            TenantShared, lambda cls: cls.tenant_id.in_(readable), include_aliases=True
        ),
    )


@event.listens_for(TenantSession, "before_flush")
def _guard(session: Session, _context: object, _instances: object) -> None:
    if not (session.new or session.dirty or session.deleted):
        return
    if session.info["read_only"]:
        raise ReadOnlyError(str([*session.new, *session.dirty, *session.deleted])[:200])
    if session.info.get("platform"):
        return
    tenant_id = session.info["tenant_id"]
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, TenantOwned | TenantShared):
            continue
        if row.tenant_id is None and row in session.new:
            row.tenant_id = tenant_id
        elif row.tenant_id != tenant_id and (row not in session.dirty or session.is_modified(row)):
            raise TenancyError(f"{type(row).__name__} of another tenant")


@event.listens_for(TenantSession, "after_begin")
def _bind(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    bound.bind(session, transaction, connection)
    dialect.bind_tenant(
        connection, session.info["tenant_id"], platform=bool(session.info.get("platform"))
    )
