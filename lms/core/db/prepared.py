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
from lms.core.tenancy import LIBRARY_TENANT_ID, ReadOnlyError, TenancyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Dialect, Executable
    from sqlalchemy.engine import CursorResult
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
        self._compiled: dict[str, _Compiled] = {}

    def sql(self, dialect: Dialect) -> str:
        """The SQL with its filters, as the database gets it."""
        return self._for(dialect).sql

    def all(self, session: Session, **values: object) -> list[Sequence[Any]]:
        """Every row.

        Raises:
            TenancyError: the session belongs to no municipality.
        """
        if not session.info["read_only"]:
            session.flush()
        compiled, result = self._run(session, values)
        return compiled.rows(result)

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
        _compiled, result = self._run(session, values)
        return int(result.rowcount)

    def _run(
        self, session: Session, values: dict[str, object]
    ) -> tuple[_Compiled, CursorResult[Any]]:
        tenant_id = session.info["tenant_id"]
        if tenant_id is None:
            raise TenancyError("a prepared statement needs a session of one municipality")
        connection = session.connection()
        compiled = self._for(connection.dialect)
        given = compiled.parameters({**values, "own_tenant": tenant_id})
        return compiled, connection.exec_driver_sql(compiled.sql, given)

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = _Compiled(self._statement, dialect)
            self._compiled[dialect.name] = compiled
        return compiled


class _Compiled:
    """The SQL of a statement for one database, with what turns values to and from the driver's."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:  # noqa: ANN401 - see ``Prepared``
        compiled: Any = statement.options(*_criteria()).compile(dialect=dialect)
        self.sql = str(compiled)
        self._positional: bool = compiled.positional
        names = compiled.positiontup if self._positional else list(compiled.binds)
        self._parameters = [_Parameter(compiled.binds[name], name, dialect) for name in names]
        columns = statement.selected_columns if statement.is_select else ()
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def parameters(self, values: dict[str, object]) -> Any:  # noqa: ANN401 - as the driver wants
        """What the driver is given: by place on SQLite, by name on PostgreSQL."""
        if self._positional:
            return tuple([each.given(values) for each in self._parameters])
        return {each.name: each.given(values) for each in self._parameters}

    def rows(self, result: CursorResult[Any]) -> list[Sequence[Any]]:
        """The rows with Python's values."""
        if self._readers is None:
            self._readers = self._find_readers(result)
        rows: list[Any] = list(result.all())
        if not self._readers:
            return rows
        found: list[Sequence[Any]] = []
        for row in rows:
            values = list(row)
            for place, read in self._readers:
                values[place] = read(values[place])
            found.append(values)
        return found

    def _find_readers(self, result: CursorResult[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
        """What turns a column's values into Python's, by place; many need nothing.

        PostgreSQL's types have to know as what the database sends a number, which the first
        answer tells.
        """
        cursor: Any = result.cursor
        dialect = result.dialect
        codes = [column[1] for column in cursor.description]
        found = [
            kind.result_processor(dialect, code)
            for kind, code in zip(self._types, codes, strict=True)
        ]
        return [(place, read) for place, read in enumerate(found) if read is not None]


class _Parameter:
    """One parameter: its name, its own value where it has one, and what the driver makes of it."""

    def __init__(self, bind: Any, name: str, dialect: Dialect) -> None:  # noqa: ANN401 - a BindParameter
        if bind.expanding or bind.literal_execute:
            raise TypeError(f"{name} would be part of the SQL")
        self.name, self._own, self._required = name, bind.value, bind.required
        self._write = bind.type.dialect_impl(dialect).bind_processor(dialect)

    def given(self, values: dict[str, object]) -> object:
        """The value for the driver."""
        value = values[self.name] if self._required else values.get(self.name, self._own)
        return self._write(value) if self._write is not None else value


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
