"""Marking attempts whose time ran out and that nobody came back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.assessment import service
from lms.core.access import system_actor
from lms.jobs.registry import task
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from lms.jobs.registry import JobContext

BATCH = 50


@task("assessment.close_expired", title=N_("Mark quizzes whose time ran out"))
def close_expired(context: JobContext) -> dict[str, Any]:
    """Grade what was saved in time, in short transactions; a repeat finds nothing left to do."""
    total = 0
    while True:
        with context.transaction() as session:
            graded = service.close_expired(
                session, actor=system_actor(context.tenant_id), now=context.now(), limit=BATCH
            )
        total += graded
        if graded < BATCH:
            return {"attempts": total}
        context.progress("mark", total, 0)
