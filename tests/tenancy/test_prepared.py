"""Statements that go around the ORM still see their own municipality and the library only."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, func, select, update

from lms.assessment.models import Attempt
from lms.catalog.models import Course
from lms.core.db import prepared
from lms.core.db.base import Base, TenantOwned, TenantShared
from lms.core.db.prepared import Prepared
from lms.core.tenancy import LIBRARY_TENANT_ID, ReadOnlyError, TenancyError
from lms.people.models import Employee
from tests.factories import make_course

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from lms.core.db.engine import Database
    from tests.cast import Cast

FROM = re.compile(r"(?:\b(?:FROM|JOIN)|^UPDATE) (\w+)(?: AS (\w+))?")


def unfiltered(sql: str) -> list[str]:
    """The tables of municipalities in some SQL that are not compared with the municipality."""
    guarded = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, TenantOwned | TenantShared)
    }
    used = [(table, alias or table) for table, alias in FROM.findall(sql) if table in guarded]
    assert used or "tenant" in sql, sql
    return [
        alias
        for _table, alias in used
        if f"{alias}.tenant_id = " not in sql and f"{alias}.tenant_id IN " not in sql
    ]


def every_statement(app: Flask) -> Iterator[Prepared]:
    """All that the running product has prepared."""
    assert app
    yield from (each for each in gc.get_objects() if isinstance(each, Prepared))


def test_every_table_of_every_prepared_statement_is_filtered(app, database):
    dialect = database.engine.dialect
    found = [each.sql(dialect) for each in every_statement(app)]
    assert len(found) > 10
    assert [sql for sql in found if unfiltered(sql)] == []


def test_without_the_filters_it_would_be_noticed(database, monkeypatch):
    """The control."""
    monkeypatch.setattr(prepared, "_criteria", lambda: ())
    bare = Prepared(select(Employee.name).join(Attempt, Attempt.employee_id == Employee.id))
    assert unfiltered(bare.sql(database.engine.dialect)) == ["employee", "attempt"]


def test_people_of_another_municipality_are_not_found(database: Database, cast: Cast):
    names = Prepared(select(Employee.name).where(Employee.staff_no >= bindparam("least")))
    seen = {}
    for tenant_id in (cast.aoba, cast.midorikawa):
        with database.session(tenant_id, read_only=True) as session:
            seen[tenant_id] = set(names.scalars(session, least=""))
    assert cast.aoki.name in seen[cast.aoba]
    assert cast.kubo.name in seen[cast.midorikawa]
    assert not seen[cast.aoba] & seen[cast.midorikawa]


def test_a_subquery_is_filtered_too(database: Database, cast: Cast):
    inner = select(func.count(Employee.id)).scalar_subquery()
    count = Prepared(select(inner).select_from(Course).where(Course.slug == bindparam("slug")))
    make_course(database, "shared", tenant_id=LIBRARY_TENANT_ID)
    with database.session(cast.midorikawa, read_only=True) as session:
        assert count.scalars(session, slug="shared") == [2]


def test_shared_rows_are_those_of_the_library_and_the_own(database: Database, cast: Cast):
    slugs = Prepared(select(Course.slug).order_by(Course.slug))
    for slug, tenant_id in (
        ("a-library", LIBRARY_TENANT_ID),
        ("b-aoba", cast.aoba),
        ("c-midorikawa", cast.midorikawa),
    ):
        make_course(database, slug, tenant_id=tenant_id)
    with database.session(cast.aoba, read_only=True) as session:
        assert slugs.scalars(session) == ["a-library", "b-aoba"]
    with database.session(cast.midorikawa, read_only=True) as session:
        assert slugs.scalars(session) == ["a-library", "c-midorikawa"]


def test_a_change_reaches_the_own_rows_only(database: Database, cast: Cast):
    rename = Prepared(update(Employee).values(name=bindparam("new")))
    with database.transaction(cast.midorikawa) as session:
        assert rename.change(session, new="改名") == 2
    with database.session(cast.aoba, read_only=True) as session:
        assert "改名" not in session.scalars(select(Employee.name)).all()


def test_it_asks_for_one_municipality_and_for_leave_to_write(database: Database, cast: Cast):
    names = Prepared(select(Employee.name))
    rename = Prepared(update(Employee).values(name=bindparam("new")))
    with (
        database.platform_session(reason="test", read_only=True) as session,
        pytest.raises(TenancyError),
    ):
        names.all(session)
    with database.session(cast.aoba, read_only=True) as session, pytest.raises(ReadOnlyError):
        rename.change(session, new="改名")


def test_it_sees_what_its_session_has_not_written_yet(database: Database, cast: Cast):
    names = Prepared(select(Employee.name).where(Employee.id == bindparam("id")))
    with database.session(cast.aoba) as session:
        session.get_one(Employee, cast.aoki.employee_id).name = "青木 葉"
        assert names.scalars(session, id=cast.aoki.employee_id) == ["青木 葉"]


def test_a_parameter_may_be_neither_left_out_nor_a_list(database: Database, cast: Cast):
    one = Prepared(select(Employee.name).where(Employee.id == bindparam("id")))
    many = Prepared(select(Employee.name).where(Employee.id.in_(bindparam("ids", expanding=True))))
    with database.session(cast.aoba, read_only=True) as session:
        with pytest.raises(KeyError):
            one.all(session)
        with pytest.raises(TypeError):
            many.all(session, ids=[1])
