"""A statement's SQL for one kind of database, run through the driver itself.

SQLAlchemy compiles the statement and converts the values. Running it goes around the machinery
that would find out anew at every execution what is known already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Dialect


class Compiled:
    """SQL with what turns values to and from the driver's.

    Args:
        statement: what can be compiled without its values, so no lists as parameters.
        dialect: of the database.
        columns: for an INSERT, the columns that its rows have.

    Raises:
        TypeError: a parameter would be part of the SQL.
    """

    def __init__(
        self,
        statement: Any,  # noqa: ANN401 - any kind of statement
        dialect: Dialect,
        columns: Sequence[str] | None = None,
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        self._dialect = dialect
        self._positional: bool = compiled.positional
        names = compiled.positiontup if self._positional else list(compiled.binds)
        binds = {name: _checked(compiled.binds[name]) for name in names}
        self._parameters = [(name, _writer(binds[name], dialect)) for name in names]
        self._own = {name: bind.value for name, bind in binds.items() if not bind.required}
        made = compiled.insert_prefetch if statement.is_insert else ()
        self._defaults = [(column.key, _default(column)) for column in made]
        selected = statement.selected_columns if statement.is_select else ()
        self._types = [column.type.dialect_impl(dialect) for column in selected]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def select(self, connection: Connection, values: Mapping[str, object]) -> list[Sequence[Any]]:
        """Every row of a SELECT, with Python's values.

        Raises:
            KeyError: a parameter is missing.
            DBAPIError: as SQLAlchemy raises it.
        """
        cursor = self._execute(connection, self._given(values), many=False)
        try:
            return self._read(cursor)
        finally:
            cursor.close()

    def change(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> int:
        """Run an INSERT or UPDATE once for each set of values; returns how many rows changed.

        Raises what ``select`` raises.
        """
        if self._defaults:
            rows = [{**{key: make() for key, make in self._defaults}, **row} for row in rows]
        given = [self._given(row) for row in rows]
        many = len(given) > 1
        cursor = self._execute(connection, given if many else given[0], many=many)
        changed = int(cursor.rowcount)
        cursor.close()
        return changed

    def _execute(self, connection: Connection, given: Any, *, many: bool) -> Any:  # noqa: ANN401
        """The driver's cursor after running the SQL; listeners hear of it as of any statement."""
        cursor: Any = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.sql, given, None, many)
        try:
            if many:
                cursor.executemany(self.sql, given)
            else:
                cursor.execute(self.sql, given)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._translated(error, connection, cursor, given) from error
        return cursor

    def _given(self, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - as the driver wants
        """What the driver is given: by place on SQLite, by name on PostgreSQL."""
        if self._own:
            values = {**self._own, **values}
        if self._positional:
            return tuple(
                [write(values[name]) if write else values[name] for name, write in self._parameters]
            )
        return {
            name: write(values[name]) if write else values[name] for name, write in self._parameters
        }

    def _read(self, cursor: Any) -> list[Sequence[Any]]:  # noqa: ANN401 - the driver's
        readers = self._readers
        if readers is None:
            readers = self._readers = self._find_readers(cursor)
        if not readers:
            return list(cursor.fetchall())
        found: list[Sequence[Any]] = []
        for row in cursor.fetchall():
            values = list(row)
            for place, read in readers:
                values[place] = read(values[place])
            found.append(values)
        return found

    def _find_readers(self, cursor: Any) -> list[tuple[int, Callable[[Any], Any]]]:  # noqa: ANN401
        """What turns a column's values into Python's, by place; many need nothing.

        PostgreSQL's types have to know as what the database sends a number, which the first
        answer tells.
        """
        found = [
            kind.result_processor(self._dialect, column[1])
            for kind, column in zip(self._types, cursor.description, strict=True)
        ]
        return [(place, read) for place, read in enumerate(found) if read is not None]

    def _translated(
        self,
        error: Any,  # noqa: ANN401 - the driver's
        connection: Connection,
        cursor: Any,  # noqa: ANN401
        given: Any,  # noqa: ANN401
    ) -> BaseException:
        """The driver's error as SQLAlchemy's, which the product knows.

        A connection that is lost is never used again.
        """
        driver: Any = connection.connection.dbapi_connection
        lost = self._dialect.is_disconnect(error, driver, cursor)
        cursor.close()
        if lost:
            connection.invalidate(error)
        base = self._dialect.loaded_dbapi.Error
        found: BaseException = DBAPIError.instance(
            self.sql, given, error, base, connection_invalidated=lost, dialect=self._dialect
        )
        return found


def _checked(bind: Any) -> Any:  # noqa: ANN401 - a BindParameter
    if bind.expanding or bind.literal_execute:
        raise TypeError(f"{bind.key} would be part of the SQL")
    return bind


def _writer(bind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:  # noqa: ANN401
    """What makes the driver's value of Python's, if anything has to."""
    found: Callable[[Any], Any] | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return found


def _default(column: Any) -> Callable[[], object]:  # noqa: ANN401 - a Column with a default
    """What makes the value that Python gives a column where a row has none."""
    default = column.default
    if default.is_callable:
        return lambda: default.arg(None)
    if not default.is_scalar:
        raise TypeError(f"{column} needs the database for its default")
    return lambda: default.arg
