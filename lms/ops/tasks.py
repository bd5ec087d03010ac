"""Periodic house-keeping: seal the audit log, forget what is no longer needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lms.core import audit, idempotency
from lms.core.db import dialect
from lms.identity import service as identity
from lms.jobs import service as jobs
from lms.jobs.registry import task
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from lms.jobs.registry import JobContext

SEAL_BATCH = 1000
KEYS_KEPT = timedelta(hours=72)
"""A retry comes within this time (the queue of the player gives up after it too)."""
FAILURES_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=30)


@task("ops.seal_audit", title=N_("Seal the audit log"))
def seal_audit(context: JobContext) -> dict[str, Any]:
    """Chain the audit rows committed so far, in batches of their own short transactions."""
    key = context.settings.secret_key.encode()
    rows = 0
    while True:
        with context.transaction() as session:
            sealed = audit.seal(session, key, now=context.now(), batch=SEAL_BATCH)
        rows += sealed
        if sealed < SEAL_BATCH:
            return {"rows": rows}
        context.progress("seal", rows, 0)


@task("ops.forget_keys", title=N_("Forget old form keys"))
def forget_keys(context: JobContext) -> dict[str, Any]:
    """Delete stored answers of requests nobody repeats any more."""
    with context.transaction() as session:
        return {"rows": idempotency.forget(session, before=context.now() - KEYS_KEPT)}


@task("ops.forget_failures", title=N_("Forget old failed sign-ins"))
def forget_failures(context: JobContext) -> dict[str, Any]:
    """Delete old failed sign-ins, which name people and addresses."""
    with context.transaction() as session:
        return {"rows": identity.forget_failures(session, before=context.now() - FAILURES_KEPT)}


@task("ops.forget_jobs", title=N_("Forget old background work"))
def forget_jobs(context: JobContext) -> dict[str, Any]:
    """Delete jobs that ended long ago."""
    with context.transaction() as session:
        return {"rows": jobs.forget_ended(session, before=context.now() - JOBS_KEPT)}


@task("ops.refresh_statistics", title=N_("Let the database count its rows"))
def refresh_statistics(context: JobContext) -> dict[str, Any]:
    """Keep the database's plans right while its tables grow."""
    dialect.refresh_statistics(context.database.engine)
    return {}
