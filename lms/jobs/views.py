"""The page of one job, its state for scripts, and the list for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import page, redirect_with
from lms.core.web.session import actor, db, now
from lms.core.web.slice import Slice
from lms.jobs import queries, service
from lms.jobs.access import access_job
from lms.jobs.models import JobState
from lms.jobs.queries import PAGE_SIZE, JobRow, job_row
from lms.jobs.registry import task_title
from lms.jobs.steps import step_text

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

jobs = Slice("jobs", __name__)

WORDS = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "finished",
    JobState.DEAD: "broken",
    JobState.CANCELLED: "cancelled",
}
"""How the ``status`` component calls each state."""


@jobs.page("/jobs/<public_id>", allow=Permission.SIGNED_IN)
def show(public_id: str) -> ResponseReturnValue:
    """How far one job is; the page follows it by itself."""
    row = job_row(access_job(db(), actor(), public_id))
    return page("jobs/show.html", job=_shown(row), may_list=actor().can(Permission.JOB_VIEW))


@jobs.page("/jobs/<public_id>/start-again", allow=Permission.SIGNED_IN, methods=("POST",))
def start_again(public_id: str) -> ResponseReturnValue:
    """Queue a job that has failed for good once more."""
    service.start_again(db(), access_job(db(), actor(), public_id), now=now())
    return redirect_with(_("The work was started again."), "jobs.show", public_id=public_id)


@jobs.page("/jobs", allow=Permission.JOB_VIEW, endpoint="list")
def list_page() -> ResponseReturnValue:
    """Background work of the municipality, newest first."""
    chosen = request.args.get("state", "")
    state = JobState(chosen) if chosen in set(JobState) else None
    number = max(1, request.args.get("page", 1, type=int))
    found = queries.list_jobs(db(), actor(), state=state, page=number)
    if number > (last := _last_page(found.total)):
        return redirect(url_for("jobs.list", state=state or None, page=last))
    return page(
        "jobs/list.html",
        jobs=[_shown(row) for row in found.rows],
        choices=_choices(state),
        pages=_pages(found.total, number, chosen),
        total=found.total,
    )


def progress_text(row: JobRow) -> str:
    """How far a job is, in words."""
    if row.state is JobState.RUNNING:
        step = step_text(row.step) if row.step else _("Working")
        return f"{step} {row.done} / {row.total}" if row.total else step
    if row.state is JobState.QUEUED:
        return _("Waiting; it will be tried again.") if row.attempts else _("Waiting")
    return _("Finished") if row.state is JobState.DONE else _("Failed")


def _shown(row: JobRow) -> dict[str, Any]:
    return {
        "row": row,
        "title": task_title(row.task),
        "word": WORDS[row.state],
        "text": progress_text(row),
        "error": _(row.error, **row.error_values) if row.error else "",
        "is_dead": row.state is JobState.DEAD,
        "url": url_for("jobs.show", public_id=row.public_id),
        "result_url": _own_path(row.result.get("url")),
    }


def _own_path(value: object) -> str:
    """Where the result can be seen, if the task said so with a path of this site."""
    text = value if isinstance(value, str) else ""
    return text if text.startswith("/") and not text.startswith("//") else ""


def _choices(state: JobState | None) -> list[dict[str, Any]]:
    labels = {
        None: _("All"),
        JobState.QUEUED: _("Waiting"),
        JobState.RUNNING: _("Running"),
        JobState.DONE: _("Finished"),
        JobState.DEAD: _("Failed"),
    }
    return [
        {
            "label": label,
            "url": url_for("jobs.list", state=key.value if key else None),
            "current": key is state,
        }
        for key, label in labels.items()
    ]


def _last_page(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def _pages(total: int, current: int, state: str) -> list[dict[str, Any]]:
    last = _last_page(total)
    near = range(max(1, current - 3), min(last, current + 3) + 1)
    return [
        {
            "label": str(number),
            "url": url_for("jobs.list", state=state or None, page=number),
            "current": number == current,
        }
        for number in near
    ]
