"""Whose campaigns may be seen: those of the own municipality, by people who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.assignments.models import Campaign
from lms.core.access import Permission
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def access_campaign(session: Session, actor: Actor, public_id: str) -> Campaign:
    """Load a campaign.

    Raises:
        NotFoundError: there is none, or the actor may not ask people to learn.
    """
    found = None
    if actor.can(Permission.ASSIGNMENT_EDIT):
        found = session.scalar(select(Campaign).where(Campaign.public_id == public_id))
    if found is None:
        raise NotFoundError(public_id)
    return found
