"""Which speech is still missing, and the jobs that make it on every processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from lms.authoring.speech.provider import available_voices
from lms.catalog.models import ModuleVersion, Narration, Slide
from lms.catalog.narrations import NARRATION_LANES, narration_job_key, narration_row
from lms.core.access import system_actor
from lms.core.db import dialect
from lms.core.tenancy import tenant_of
from lms.jobs import service as jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.catalog.content import NarrationNeed
    from lms.catalog.events import ModulePublished

NARRATE_TASK = "authoring.narrate"


def on_module_published(session: Session, event: ModulePublished) -> None:
    """Have the speech made that a new version needs and nobody has made before."""
    keys = session.scalars(
        select(Narration.key)
        .join(
            Slide,
            (Slide.tenant_id == Narration.tenant_id)
            & or_(Slide.narration_key == Narration.key, Slide.narration_key_en == Narration.key),
        )
        .where(
            Slide.module_version_id == event.module_version_id,
            Narration.tenant_id == tenant_of(session),
            Narration.ready_at.is_(None),
        )
        .order_by(Slide.position, Narration.lang.desc(), Narration.id)
    ).all()
    enqueue_narration(
        session,
        list(dict.fromkeys(keys)),
        now=event.at,
        owner=str(event.module_version_id),
        subject=session.get_one(ModuleVersion, event.module_version_id).title,
        priority=jobs.BACKGROUND,
    )


def request_speech(
    session: Session,
    needs: Iterable[NarrationNeed],
    *,
    owner: str,
    subject: str,
    now: datetime,
    priority: int = jobs.NORMAL,
) -> int:
    """Have speech made for a draft, before it is published; returns how many slides wait.

    ``owner`` names the draft's revision in the job keys, ``subject`` is its title for people.
    """
    wanted = {need.key: need for need in needs}
    tenant_id = tenant_of(session)
    dialect.insert_or_ignore(
        session,
        Narration,
        [narration_row(need, tenant_id) for need in wanted.values()],
        ("tenant_id", "key"),
    )
    missing = session.scalars(
        select(Narration.key)
        .where(
            Narration.key.in_(wanted),
            Narration.tenant_id == tenant_id,
            Narration.ready_at.is_(None),
        )
        .order_by(Narration.id)
    ).all()
    enqueue_narration(session, missing, now=now, owner=owner, subject=subject, priority=priority)
    return len(missing)


def enqueue_narration(
    session: Session,
    keys: Sequence[str],
    *,
    now: datetime,
    owner: str,
    subject: str,
    priority: int,
) -> None:
    """Share keys out over the lanes, so that both processors speak at the same time."""
    for lane in range(NARRATION_LANES):
        share = list(keys[lane::NARRATION_LANES])
        if share:
            jobs.enqueue(
                session,
                NARRATE_TASK,
                {"keys": share},
                actor=system_actor(tenant_of(session)),
                now=now,
                priority=priority,
                unique_key=narration_job_key(owner, lane),
                subject=subject,
            )


def voice_for(voice: str, lang: str) -> str | None:
    """The voice that speaks a narration here: the wanted one, or the first of the language.

    None when nobody on this machine speaks the language; the slide then plays without sound.
    """
    speaking = [v.id for v in available_voices(lang) if v.id != "silent"]
    if voice in speaking:
        return voice
    return speaking[0] if speaking else None
