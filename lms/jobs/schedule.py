"""Periodic tasks: each is enqueued once when it is due, however many workers look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.core.access import system_actor
from lms.core.db.dialect import insert_or_ignore
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.jobs.models import JobSchedule
from lms.jobs.rules import next_due
from lms.jobs.service import BACKGROUND, enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from lms.core.db.engine import Database


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task without arguments that is done at equal distances."""

    task: str
    every: timedelta
    whole_server: bool = False
    """Done once, as the shared library's, instead of for each municipality and the library."""


def enqueue_due(
    database: Database, table: Sequence[Periodic], tenants: Iterable[int], *, now: datetime
) -> int:
    """Enqueue what is due for these tenants; returns how many jobs were made.

    A task seen for the first time is due at its next regular moment.
    """
    everywhere = [entry for entry in table if not entry.whole_server]
    return sum(
        _enqueue_for(
            database, table if tenant_id == LIBRARY_TENANT_ID else everywhere, tenant_id, now
        )
        for tenant_id in tenants
    )


def _enqueue_for(
    database: Database, table: Sequence[Periodic], tenant_id: int, now: datetime
) -> int:
    with database.session(tenant_id, read_only=True) as session:
        rows = session.execute(select(JobSchedule.task, JobSchedule.next_at)).all()
    known: dict[str, datetime] = {row.task: row.next_at for row in rows}
    missing = [entry for entry in table if entry.task not in known]
    due = [entry for entry in table if entry.task in known and known[entry.task] <= now]
    if not missing and not due:
        return 0
    count = 0
    with database.transaction(tenant_id) as session:
        first = [
            {"tenant_id": tenant_id, "task": e.task, "next_at": next_due(now, e.every)}
            for e in missing
        ]
        insert_or_ignore(session, JobSchedule, first, ("tenant_id", "task"))
        for entry in due:
            # Whoever moves the row makes the job; all others change nothing.
            moved: Any = session.execute(
                update(JobSchedule)
                .where(
                    JobSchedule.tenant_id == tenant_id,
                    JobSchedule.task == entry.task,
                    JobSchedule.next_at <= now,
                )
                .values(next_at=next_due(now, entry.every))
            )
            if moved.rowcount:
                enqueue(
                    session,
                    entry.task,
                    {},
                    actor=system_actor(tenant_id),
                    now=now,
                    priority=BACKGROUND,
                    unique_key=f"periodic:{entry.task}",
                )
                count += 1
    return count
