"""Revisions: numbered in a row, complete, and able to go down and up with data in the tables."""

from __future__ import annotations

import re

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select

from lms.core.db import schema
from lms.core.settings import ROOT
from lms.people.models import Employee

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def test_revisions_are_numbered_in_a_row() -> None:
    numbers = [path.name[:4] for path in VERSIONS]
    assert numbers == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert [numbers[-1]] == script.get_heads() == [schema.head()]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_a_revision_imports_no_models(path) -> None:
    assert not re.search(r"^(from|import) lms", path.read_text("utf-8"), re.MULTILINE)


def test_the_migrated_database_is_what_the_models_say(database):
    assert schema.current(database.engine) == schema.head()
    assert schema.differences(database.engine) == []


def test_later_revisions_go_down_and_up_and_keep_the_data(database, cast):
    def count():
        with database.session(cast.aoba, read_only=True) as session:
            return session.scalar(select(func.count()).select_from(Employee))

    before = count()
    assert before
    for path in reversed(VERSIONS[1:]):
        schema.downgrade(database.engine, f"{int(path.name[:4]) - 1:04}")
        assert count() == before
    schema.upgrade(database.engine)
    assert count() == before
    assert schema.differences(database.engine) == []


def test_everything_goes_down_to_nothing_and_up_again(database):
    schema.downgrade(database.engine, "base")
    left = [
        name for name in inspect(database.engine).get_table_names() if name != "alembic_version"
    ]
    assert left == []
    schema.upgrade(database.engine)
    assert schema.differences(database.engine) == []


@pytest.mark.postgres
def test_every_table_of_a_municipality_is_behind_row_level_security(database):
    from lms.core.db.base import Base, TenantOwned, TenantShared

    owned = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, TenantOwned | TenantShared)
    }
    with database.engine.connect() as connection:
        forced = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
        assert owned <= set(forced.scalars())


@pytest.mark.postgres
def test_policies_read_their_settings_once_a_statement(database):
    """A setting outside a subselect is read for every row, which is dearer than the row."""
    with database.engine.connect() as connection:
        policies = connection.exec_driver_sql(
            "SELECT concat(qual, ' ', with_check) FROM pg_policies WHERE policyname LIKE 'lms_%%'"
        ).all()
        assert policies
        for (policy,) in policies:
            settings = re.findall(r"(\w+) \(*(?:NULLIF\()?current_setting\(", policy)
            assert settings, policy
            assert set(settings) == {"SELECT"}, policy
