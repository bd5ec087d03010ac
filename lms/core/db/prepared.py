"""Statements of hot paths: made and compiled once, run without the ORM, filtered all the same.

A page asks the same few questions millions of times. Going through ``Session.execute`` costs four
times what the database needs to answer, so these statements keep their SQL. The filters of
``lms.core.tenancy`` are compiled into it with the municipality as a parameter that is always the
session's own; nothing can be asked without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam
from sqlalchemy.orm import with_loader_criteria

from lms.core.db.base import Base, TenantOwned, TenantShared
from lms.core.db.bound import connection_of
from lms.core.db.compiled import Compiled
from lms.core.tenancy import LIBRARY_TENANT_ID, ReadOnlyError, TenancyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Dialect, Executable
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption

OWN_TENANT = bindparam("own_tenant", type_=Integer)
"""The session's municipality. A statement may use it too, where the filters do not reach."""


class Prepared:
    """A SELECT of columns, or an UPDATE, with named parameters.

    Args:
        statement: on mapped classes, with a ``bindparam`` for everything that varies. Lists are
            no parameters, because their length is part of the SQL.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._compiled: dict[str, Compiled] = {}

    def sql(self, dialect: Dialect) -> str:
        """The SQL with its filters, as the database gets it."""
        return self._for(dialect).sql

    def all(self, session: Session, **values: object) -> list[Sequence[Any]]:
        """Every row.

        Raises:
            TenancyError: the session belongs to no municipality.
            KeyError: a parameter is missing.
        """
        if not session.info["read_only"]:
            session.flush()
        values["own_tenant"] = _own_tenant(session)
        connection = connection_of(session)
        return self._for(connection.dialect).select(connection, values)

    def first(self, session: Session, **values: object) -> Sequence[Any] | None:
        """The first row, or None; the statement should not give many."""
        return next(iter(self.all(session, **values)), None)

    def scalars(self, session: Session, **values: object) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.all(session, **values)]

    def change(self, session: Session, **values: object) -> int:
        """Run an UPDATE; returns how many rows it found.

        Raises:
            TenancyError: the session belongs to no municipality.
            ReadOnlyError: it may not write.
        """
        if session.info["read_only"]:
            raise ReadOnlyError(str(self._statement)[:80])
        session.flush()
        values["own_tenant"] = _own_tenant(session)
        connection = connection_of(session)
        return self._for(connection.dialect).change(connection, [values])

    def _for(self, dialect: Dialect) -> Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = Compiled(self._statement.options(*_criteria()), dialect)
            self._compiled[dialect.name] = compiled
        return compiled


def _own_tenant(session: Session) -> int:
    tenant_id: int | None = session.info["tenant_id"]
    if tenant_id is None:
        raise TenancyError("a prepared statement needs a session of one municipality")
    return tenant_id


def _criteria() -> tuple[ORMOption, ...]:
    """The filters of ``lms.core.tenancy`` with the municipality as a parameter.

    They are made anew for each statement, whose own models are known by then. The lambdas over
    there keep what stands in the place of the municipality as a value, never as a parameter.
    """
    readable = (OWN_TENANT, LIBRARY_TENANT_ID)
    found: list[ORMOption] = []
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if issubclass(model, TenantOwned):
            found.append(
                with_loader_criteria(model, model.tenant_id == OWN_TENANT, include_aliases=True)
            )
        elif issubclass(model, TenantShared):
            found.append(
                with_loader_criteria(model, model.tenant_id.in_(readable), include_aliases=True)
            )
    return tuple(found)
