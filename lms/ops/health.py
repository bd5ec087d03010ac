"""Whether this server can do its work: the database, the disk and the background work."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from lms.core.db import dialect, schema
from lms.core.i18n import gettext
from lms.jobs import queries as jobs
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from datetime import datetime

    from lms.core.db.engine import Database
    from lms.core.settings import Settings

LEAST_FREE = 0.05
"""Part of the disk that must be free."""
LONGEST_WAIT = timedelta(minutes=10)
"""Work that waits longer although nobody works means that no worker runs."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: the message id of what was looked at, and a short text for operators."""

    name: str
    good: bool
    detail: str


def check_all(settings: Settings, database: Database, *, now: datetime) -> tuple[Check, ...]:
    """Look at everything a server needs to answer requests; never raises."""
    storage = _disk(settings)
    try:
        revision = _revision(database)
        if not revision.good:
            # The other checks read tables that may not be there yet.
            return (revision, storage)
        return (_writable(database), revision, _workers(database, now), storage)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", error)
        damaged = dialect.tells_damage(cause)
        reason = gettext(schema.DAMAGED, why=cause) if damaged else str(cause)
        return (Check(N_("database"), good=False, detail=reason), storage)


def _writable(database: Database) -> Check:
    with database.engine.connect() as connection, connection.begin() as transaction:
        dialect.probe_write(connection)
        transaction.rollback()
    return Check(N_("database"), good=True, detail=database.engine.dialect.name)


def _revision(database: Database) -> Check:
    problem, newest = schema.outdated(database.reader), schema.head()
    return Check(N_("revision"), good=not problem, detail=problem or str(newest))


def _disk(settings: Settings) -> Check:
    usage = shutil.disk_usage(settings.home)
    free = usage.free / usage.total
    detail = gettext("%(part)s free", part=f"{free:.0%}")
    return Check(N_("disk"), good=free > LEAST_FREE, detail=detail)


def _workers(database: Database, now: datetime) -> Check:
    with database.platform_session(reason="health", read_only=True) as session:
        backlog = jobs.backlog(session, now=now)
    waiting = now - backlog.oldest if backlog.oldest else timedelta(0)
    stuck = waiting > LONGEST_WAIT and backlog.running == 0
    message = N_("%(waiting)s waiting, %(running)s running")
    if stuck:
        message = N_("%(waiting)s waiting, nobody works. Start lms serve or lms jobs work.")
    detail = gettext(message, waiting=backlog.waiting, running=backlog.running)
    return Check(N_("workers"), good=not stuck, detail=detail)
