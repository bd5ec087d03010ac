"""Who may work on which draft: trainers of the municipality, all on all of them.

Ownership shows whom to ask; it does not lock others out, because trainers are transferred and
Tuesday's correction must not wait for them (TR-8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from lms.authoring.models import DeckImport, Draft
from lms.core.access import Permission
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor

Row = TypeVar("Row", Draft, DeckImport)


def _access(session: Session, actor: Actor, model: type[Row], public_id: str) -> Row:
    if not actor.can(Permission.COURSE_EDIT):
        raise NotFoundError(public_id)
    found = session.scalar(select(model).where(model.public_id == public_id))
    if found is None:
        raise NotFoundError(public_id)
    return found


def access_draft(session: Session, actor: Actor, public_id: str) -> Draft:
    """Load a draft of the actor's municipality.

    Raises:
        NotFoundError: there is none, or the actor may not edit courses.
    """
    return _access(session, actor, Draft, public_id)


def access_import(session: Session, actor: Actor, public_id: str) -> DeckImport:
    """Load a deck import of the actor's municipality.

    Raises:
        NotFoundError: there is none, or the actor may not edit courses.
    """
    return _access(session, actor, DeckImport, public_id)
