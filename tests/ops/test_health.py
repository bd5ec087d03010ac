"""What supervisors and load balancers are told."""

from __future__ import annotations

from datetime import timedelta

from lms.core.access import system_actor
from lms.core.db import schema
from lms.jobs import service
from lms.ops import health


def test_ready_names_every_check_to_this_machine_only(app, visitor):
    answer = visitor().get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json["checks"]) == {"database", "revision", "workers", "disk"}
    elsewhere = visitor().get("/health/ready", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    assert elsewhere.json == {"status": "ready"}
    assert visitor().get("/health/live").json == {"status": "live"}


def test_an_old_database_is_not_ready(app, database, visitor):
    schema.downgrade(database.engine, "0003")
    assert visitor().get("/health/ready").status_code == 503


def test_work_that_nobody_does_is_not_ready(app, cast, clock, database, visitor):
    with database.transaction(cast.aoba) as session:
        service.enqueue(session, "x.y", {}, actor=system_actor(cast.aoba), now=clock.now())
    assert visitor().get("/health/ready").status_code == 200
    clock.moment += health.LONGEST_WAIT + timedelta(seconds=1)
    answer = visitor().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["workers"]["good"]) == (503, False)


def test_a_full_disk_is_not_ready(app, monkeypatch, visitor):
    monkeypatch.setattr(health, "LEAST_FREE", 1.0)
    assert visitor().get("/health/ready").status_code == 503
