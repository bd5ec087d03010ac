"""House-keeping: what is sealed, what is forgotten, what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms import wiring
from lms.core import audit, idempotency
from lms.core.access import system_actor
from lms.core.audit import AuditAction, AuditEntry
from lms.identity.models import SignInFailure
from lms.jobs import registry
from lms.jobs.registry import JobContext
from lms.ops import tasks


@pytest.fixture
def context(app, cast):
    state = app.extensions["lms"]
    return JobContext(
        database=state.db,
        files=state.files,
        settings=state.settings,
        clock=state.clock,
        tenant_id=cast.aoba,
        job_public_id="",
        account_id=None,
        progress=lambda *_: None,
    )


def test_the_audit_log_is_sealed_in_batches(context, database, cast, clock, monkeypatch):
    monkeypatch.setattr(tasks, "SEAL_BATCH", 2)
    with database.transaction(cast.aoba) as session:
        before = session.query(AuditEntry).count()
        for number in range(5):
            audit.record(session, system_actor(cast.aoba), AuditAction.ROLE_GRANTED, str(number),
                         now=clock.now())  # fmt: skip
    assert tasks.seal_audit(context) == {"rows": before + 5}
    assert tasks.seal_audit(context) == {"rows": 0}
    key = context.settings.secret_key.encode()
    with database.transaction(cast.aoba) as session:
        assert audit.verify(session, key) == []
        session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().actor_name = "nobody"
    with database.session(cast.aoba, read_only=True) as session:
        assert len(audit.verify(session, key)) == 1


def test_form_keys_are_kept_for_three_days(context, database, cast, clock):
    def keep(key):
        with database.transaction(cast.aoba) as session:
            session.add(
                idempotency.IdempotencyRecord(
                    account_id=1, key=key, request_hash="", status=303, created_at=clock.now()
                )
            )

    keep("old")
    clock.move(hours=71)
    keep("new")
    assert tasks.forget_keys(context) == {"rows": 0}
    clock.move(hours=2)
    assert tasks.forget_keys(context) == {"rows": 1}


def test_failed_sign_ins_are_forgotten_after_a_week(context, database, cast, clock):
    with database.transaction(cast.aoba) as session:
        session.add(SignInFailure(name_key="x", network="y", at=clock.now() - timedelta(days=8)))
        session.add(SignInFailure(name_key="x", network="y", at=clock.now()))
    assert tasks.forget_failures(context) == {"rows": 1}


def test_every_periodic_task_runs_on_an_empty_municipality(context):
    wiring.load_tasks()
    for entry in wiring.SCHEDULE:
        registry.get_task(entry.task).function(context)
