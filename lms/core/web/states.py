"""The states of the product as icon, tone and word, for ``ui/status.html``."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from lms.core.i18n import template_gettext
from lms.kernel.messages import N_

_STATES = {
    "not_started": ("circle", "", N_("Not started")),
    "in_progress": ("half", "go", N_("In progress")),
    "completed": ("done", "good", N_("Completed")),
    "overdue": ("alert", "bad", N_("Overdue")),
    "updated": ("refresh", "wait", N_("Updated")),
    "exempt": ("minus", "", N_("Exempt")),
    "passed": ("done", "good", N_("Passed")),
    "failed": ("error", "bad", N_("Not passed")),
    "draft": ("pencil", "", N_("Draft")),
    "in_review": ("eye", "wait", N_("In review")),
    "published": ("done", "good", N_("Published")),
    "needs_review": ("refresh", "wait", N_("Needs review")),
    "archived": ("lock", "", N_("Archived")),
    "locked": ("lock", "", N_("Locked")),
    "waiting": ("clock", "", N_("Waiting")),
    "running": ("half", "go", N_("Running")),
    "finished": ("done", "good", N_("Finished")),
    "broken": ("alert", "bad", N_("Failed")),
    "cancelled": ("minus", "", N_("Cancelled")),
    "valid": ("done", "good", N_("Valid")),
    "expiring": ("clock", "wait", N_("Expires soon")),
    "expired": ("alert", "bad", N_("Expired")),
    "revoked": ("error", "bad", N_("Revoked")),
    "active": ("done", "good", N_("In use")),
    "inactive": ("minus", "", N_("Not in use")),
    "answered": ("done", "good", N_("Answered")),
    "unanswered": ("circle", "", N_("Unanswered")),
}


@dataclass(frozen=True, slots=True)
class StateFace:
    """How a state looks. ``tone`` is a colour by role: empty, go, good, wait or bad."""

    icon: str
    tone: str
    word: Markup | str


def state_face(state: object) -> StateFace:
    """The face of a state; an unknown one is shown as its own name."""
    icon, tone, word = _STATES.get(str(state), ("circle", "", ""))
    return StateFace(icon, tone, template_gettext(word) if word else str(state))
