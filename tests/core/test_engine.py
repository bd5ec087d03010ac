"""A session that reads cannot write, whoever asks it to; statements stay compiled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Text, bindparam, select, text, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, PendingRollbackError

from lms.assessment.models import Quiz
from lms.core.db import dialect, schema
from lms.core.db.dialect import insert_or_ignore
from lms.core.db.engine import Database
from lms.core.db.prepared import Prepared
from lms.core.settings import load_settings
from lms.core.tenancy import TenancyError
from lms.identity.models import LoginSession
from lms.people.models import Employee
from tests.support.client import Visitor

if TYPE_CHECKING:
    from collections.abc import Buffer

    from flask import Flask

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


@pytest.mark.postgres
def test_what_a_reader_prepared_stays_prepared(database: Database, cast: Cast):
    """The driver forgets it at a rollback; then every page would be planned anew."""
    asked = select(Employee.name).where(Employee.id == bindparam("one"))
    for number in range(8):
        with database.session(cast.aoba, read_only=True) as session:
            session.execute(asked, {"one": number}).all()
    with database.session(cast.aoba, read_only=True) as session:
        found = session.connection().execute(text("SELECT statement FROM pg_prepared_statements"))
        assert any("employee" in statement for statement in found.scalars())


@pytest.mark.postgres
def test_a_reader_goes_on_after_an_error(database: Database, cast: Cast):
    for _ in range(2):
        with (
            database.session(cast.aoba, read_only=True) as session,
            pytest.raises(DBAPIError, match="nowhere"),
        ):
            session.connection().execute(text("SELECT 1 FROM nowhere"))
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalars(select(Employee.name)).all()


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
def test_a_locked_database_is_a_busy_one_and_no_crash(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """The page says so and the browser may come back; nothing is logged as a fault."""
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0)
    browser = Visitor(app, cast.aoki)
    with database.transaction(cast.aoba) as first:
        first.connection()
        with database.session(cast.aoba) as other, pytest.raises(OperationalError, match="locked"):
            other.connection()
        answer = browser.client.post("/language/en", data={"csrf_token": browser.csrf})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.sqlite
def test_nobody_keeps_others_from_writing_while_their_form_arrives(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """A slow line, or a stranger who sends a byte a minute, would stop the whole town."""
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0)
    browser = Visitor(app, cast.aoki)

    class Slow(BytesIO):
        def readinto(self, target: Buffer, /) -> int:
            with database.transaction(cast.aoba) as other:
                other.connection()
            return super().readinto(target)

    answer = browser.client.post(
        "/language/en",
        input_stream=Slow(b"next=%2F"),
        content_length=8,
        content_type="application/x-www-form-urlencoded",
        headers={"X-CSRF-Token": browser.csrf, "Idempotency-Key": "one"},
    )
    assert answer.status_code == 303


@pytest.mark.sqlite
def test_whoever_writes_waits_for_the_writer_before(database: Database, cast: Cast):
    with database.transaction(cast.aoba) as session:
        session.connection()
        later = Timer(0.2, session.rollback)
        later.start()
        dialect.refresh_statistics(database.engine)
        later.join()


def test_a_broken_rule_is_known_by_its_name(database: Database, cast: Cast):
    rename = Prepared(update(Employee).values(staff_no=bindparam("number")))
    with database.session(cast.aoba) as session, pytest.raises(IntegrityError):
        rename.change(session, number="0000001")


def test_a_lost_connection_is_not_used_again(database: Database, cast: Cast):
    """The request that had it fails; the next one gets another."""
    names = Prepared(select(Employee.name))
    if database.is_sqlite:
        return
    with (
        database.session(cast.aoba, read_only=True) as session,
        database.transaction(cast.aoba) as other,
    ):
        lost = session.connection().scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:lost, 60000)"), {"lost": lost})
        with pytest.raises(OperationalError) as raised:
            names.all(session)
        assert raised.value.connection_invalidated
    with database.session(cast.aoba, read_only=True) as session:
        assert names.all(session)


def test_a_statement_never_runs_outside_the_transaction_that_failed(database: Database, cast: Cast):
    """SQLite would commit it at once, and PostgreSQL would not know whose it is."""
    quiz = {"tenant_id": cast.aoba, "title": "outside", "purpose": "final"}
    with database.session(cast.aoba) as session:
        session.get_one(Employee, cast.aoki.employee_id).staff_no = cast.ueda.staff_no
        with pytest.raises(IntegrityError):
            session.flush()
        with pytest.raises(PendingRollbackError):
            insert_or_ignore(session, Quiz, [quiz], ("public_id",))
    with database.session(cast.aoba, read_only=True) as session:
        assert not session.scalars(select(Quiz).where(Quiz.title == "outside")).all()


def test_an_insert_makes_what_its_rows_leave_out(database: Database, cast: Cast):
    rows = [{"tenant_id": cast.aoba, "title": title, "purpose": "final"} for title in "ab"]
    with database.transaction(cast.aoba) as session:
        assert insert_or_ignore(session, Quiz, rows, ("public_id",)) == 2
        made = session.scalars(select(Quiz).where(Quiz.title.in_(["a", "b"]))).all()
        assert len({quiz.public_id for quiz in made}) == 2
        assert {quiz.title_en for quiz in made} == {""}
        again = [{**rows[0], "public_id": made[0].public_id}]
        assert insert_or_ignore(session, Quiz, again, ("public_id",)) == 0
        with pytest.raises(TenancyError):
            insert_or_ignore(session, Quiz, [{**rows[0], "tenant_id": 1}], ("public_id",))


def test_a_moment_is_stored_as_sqlalchemy_would(database: Database, cast: Cast):
    at = datetime(2026, 4, 1, 9, 30, 0, 120, tzinfo=timezone(timedelta(hours=9)))
    for moment in (at, at.replace(microsecond=0)):
        with database.session(cast.aoba) as session:
            login = LoginSession(
                account_id=cast.aoki.account_id, token_hash="x", created_at=moment, seen_at=moment
            )
            session.add(login)
            session.flush()
            stored = session.scalar(select(sql_cast(LoginSession.seen_at, Text)))
            session.expire_all()
            assert login.seen_at == moment
            assert login.seen_at.tzinfo is UTC
            if database.is_sqlite:
                assert stored == f"2026-04-01 00:30:00.{moment.microsecond:06}"


@pytest.mark.sqlite
def test_the_database_lies_in_its_home_and_is_nobody_elses_to_read(tmp_path):
    home = tmp_path / "青葉 市 #1?all=%20"
    database = Database(load_settings({}, home=home))
    assert schema.current(database.engine) is None
    database.dispose()
    assert [path.name for path in tmp_path.iterdir()] == [home.name]
    assert (home / "lms.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.sqlite
def test_a_database_of_an_earlier_release_is_closed_to_others(settings):
    files = [Path(f"{settings.sqlite_path}{end}") for end in ("", "-wal", "-shm")]
    first = Database(settings)
    assert schema.current(first.engine)
    for each in files:
        each.chmod(0o644)
    second = Database(settings)
    assert schema.current(second.engine)
    assert [each.stat().st_mode & 0o777 for each in files] == [0o600] * 3
    first.dispose()
    second.dispose()
