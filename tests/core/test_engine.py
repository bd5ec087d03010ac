"""A session that reads cannot write, whoever asks it to; statements stay compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.support.client import Visitor

if TYPE_CHECKING:
    from flask import Flask

    from lms.core.db.engine import Database
    from tests.cast import Cast

RENAME = text("UPDATE employee SET name = 'x'")


def test_the_database_itself_refuses_to_write_for_a_reader(database: Database, cast: Cast):
    for _ in range(2):  # The second time with a connection that was used before.
        with (
            database.session(cast.aoba, read_only=True) as session,
            pytest.raises(DBAPIError, match=r"(?i)read.?only"),
        ):
            session.connection().execute(RENAME)
        with database.transaction(cast.aoba) as session:
            assert session.connection().execute(RENAME).rowcount > 0  # type: ignore[attr-defined]
            session.rollback()


@pytest.mark.sqlite
def test_no_setting_is_changed_between_transactions(database: Database, cast: Cast):
    """SQLite would compile every statement anew after it, which costs more than running them."""
    seen: list[str] = []
    with database.session(cast.aoba, read_only=True) as session:
        raw = session.connection().connection.dbapi_connection
    raw.set_trace_callback(seen.append)  # type: ignore[union-attr]
    for _ in range(2):
        with database.session(cast.aoba, read_only=True) as session:
            session.connection().execute(text("SELECT 1"))
    raw.set_trace_callback(None)  # type: ignore[union-attr]
    assert seen == ["BEGIN", "SELECT 1", "ROLLBACK"] * 2


def test_a_reader_sees_one_state_to_its_end(database: Database, cast: Cast):
    """A file and its total are read by two statements and have to agree."""
    with database.session(cast.aoba, read_only=True) as reader:
        names = text("SELECT DISTINCT name FROM employee WHERE name = 'x'")
        assert reader.connection().execute(names).all() == []
        with database.transaction(cast.aoba) as session:
            session.connection().execute(RENAME)
        assert reader.connection().execute(names).all() == []


@pytest.mark.sqlite
def test_a_locked_database_is_a_busy_one_and_no_crash(app: Flask, database: Database, cast: Cast):
    """The page says so and the browser may come back; nothing is logged as a fault."""
    event.listen(database.engine, "connect", _impatient)
    browser = Visitor(app, cast.aoki)
    database.dispose()
    with database.transaction(cast.aoba) as first:
        first.connection()
        with database.session(cast.aoba) as other, pytest.raises(OperationalError, match="locked"):
            other.connection()
        answer = browser.client.post("/language/en", data={"csrf_token": browser.csrf})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def _impatient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=0")
