"""Periodic tasks run once, however many workers look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.jobs.models import Job
from lms.jobs.rules import backoff, next_due
from lms.jobs.schedule import Periodic, enqueue_due

TABLE = (Periodic("tests.note", timedelta(hours=1)),)


def test_two_workers_enqueue_a_periodic_task_once(database, cast, clock):
    tenants = [cast.aoba, cast.midorikawa]
    assert enqueue_due(database, TABLE, tenants, now=clock.now()) == 0
    clock.move(hours=1)
    counts = [enqueue_due(database, TABLE, tenants, now=clock.now()) for _ in range(2)]
    assert counts == [2, 0]
    with database.platform_session(reason="test", read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 2


def test_what_concerns_the_whole_server_is_done_once(app, database, cast, clock):
    table = (*TABLE, Periodic("tests.count", timedelta(hours=1), whole_server=True))
    tenants = app.extensions["lms_tenants"].ids()
    assert tenants == [LIBRARY_TENANT_ID, cast.aoba, cast.midorikawa]
    enqueue_due(database, table, tenants, now=clock.now())
    clock.move(hours=1)
    assert enqueue_due(database, table, tenants, now=clock.now()) == 4
    with database.platform_session(reason="test", read_only=True) as session:
        owners = session.scalars(select(Job.tenant_id).where(Job.task == "tests.count")).all()
    assert owners == [LIBRARY_TENANT_ID]


def test_missed_times_are_made_up_for_once(database, cast, clock):
    enqueue_due(database, TABLE, [cast.aoba], now=clock.now())
    clock.move(days=7)
    assert enqueue_due(database, TABLE, [cast.aoba], now=clock.now()) == 1
    assert enqueue_due(database, TABLE, [cast.aoba], now=clock.now()) == 0


def test_next_due_is_a_regular_moment_after_now():
    moment = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    assert next_due(moment, timedelta(hours=1)) == datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
    late = moment + timedelta(minutes=59, seconds=59)
    assert next_due(late, timedelta(hours=1)) == datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def test_waits_grow_up_to_an_hour():
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 9)] == [10, 40, 160, 3600]
