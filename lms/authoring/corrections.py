"""Opening a published module for correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.authoring.models import Draft
from lms.authoring.service import create_draft
from lms.catalog.models import Course, Module, ModuleVersion
from lms.catalog.stored import source_of
from lms.core.tenancy import tenant_of
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def draft_of_module(
    session: Session, module_public_id: str, *, actor: Actor, now: datetime
) -> Draft:
    """The draft with which a published module of the municipality is corrected.

    Raises:
        NotFoundError: there is no such module here (the library's are not changed locally).
    """
    module = session.scalar(
        select(Module).where(
            Module.public_id == module_public_id, Module.tenant_id == tenant_of(session)
        )
    )
    if module is None:
        raise NotFoundError(module_public_id)
    found = session.scalar(
        select(Draft).where(Draft.module_id == module.id, Draft.discarded_at.is_(None))
    )
    if found is not None:
        return found
    version = session.scalars(
        select(ModuleVersion)
        .where(ModuleVersion.module_id == module.id)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
    ).one()
    draft = create_draft(
        session,
        source_of(version),
        actor=actor,
        now=now,
        course=session.get_one(Course, module.course_id),
        module_id=module.id,
        assets=version.assets,
        english=version.source_text_en,
    )
    draft.published_revision = draft.revision
    return draft
