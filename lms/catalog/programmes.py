"""Programmes of the shared library: writing them, and reading them as frozen rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from lms.catalog.models import Programme, ProgrammeDocument
from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.i18n import Summarised, Titled, localized
from lms.core.tenancy import LIBRARY_TENANT_ID, tenant_of
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from lms.catalog.programme import ProgrammeSource
    from lms.core.access import Actor

_COPIED = (
    "tier",
    "title",
    "title_en",
    "summary",
    "summary_en",
    "audience",
    "audience_en",
    "yearly",
    "choose",
    "classroom_hours",
    "practice_hours",
)


@dataclass(frozen=True, slots=True)
class ProgrammeRow(Summarised):
    """A programme with the slugs of its courses in order, each with whether it is required."""

    id: int
    slug: str
    tier: str
    title_ja: str
    title_en: str
    summary_ja: str
    summary_en: str
    audience_ja: str
    audience_en: str
    yearly: bool
    choose: int
    classroom_hours: float
    practice_hours: float
    prerequisites: tuple[str, ...]
    courses: tuple[tuple[str, bool], ...]
    tenant_id: int

    @property
    def audience(self) -> str:
        return localized(self.audience_ja, self.audience_en)


@dataclass(frozen=True, slots=True)
class DocumentRow(Titled):
    """A paper of a programme; ``text`` is Markdown."""

    slug: str
    title_ja: str
    title_en: str
    facilitator: bool
    text: str


def save_programmes(
    session: Session, sources: Sequence[ProgrammeSource], *, actor: Actor, now: datetime
) -> None:
    """Store these programmes of the session's tenant in this order; others stay as they are.

    Each that was made or changed leaves an audit row.
    """
    known = {row.slug: row for row in session.scalars(_own_programmes(session))}
    for position, source in enumerate(sources, start=1):
        row = known.get(source.id)
        if row is None:
            row = Programme(slug=source.id)
            session.add(row)
        row.position = position
        for name in _COPIED:
            setattr(row, name, getattr(source, name))
        row.prerequisites = list(source.prerequisites)
        row.courses = [asdict(course) for course in source.courses]
        changed = session.is_modified(row)
        session.flush()  # The documents refer to the programme's key.
        if _save_documents(session, row, source) or changed:
            _record(session, AuditAction.PROGRAMME_SAVED, row, actor, now)


def forget_programme(session: Session, slug: str, *, actor: Actor, now: datetime) -> None:
    """Delete a programme of the session's tenant with its papers; the courses stay.

    Raises:
        DomainError: there is none.
    """
    row = session.scalar(_own_programmes(session).where(Programme.slug == slug))
    if row is None:
        raise DomainError("programme.unknown", N_("There is no programme “%(id)s”."), id=slug)
    _record(session, AuditAction.PROGRAMME_FORGOTTEN, row, actor, now)
    _forget_documents(session, row)
    session.delete(row)


def _own_programmes(session: Session) -> Select[Programme]:
    return select(Programme).where(Programme.tenant_id == tenant_of(session))


def _record(
    session: Session, action: AuditAction, row: Programme, actor: Actor, now: datetime
) -> None:
    audit.record(session, actor, action, row, {"programme": row.slug}, now=now)


def _save_documents(session: Session, row: Programme, source: ProgrammeSource) -> bool:
    """Make the papers of a programme these; tells whether they were others before."""
    wanted = tuple(
        DocumentRow(each.id, each.title, each.title_en, each.facilitator, each.text)
        for each in source.documents
    )
    if list_documents(session, row.id, facilitator=True) == wanted:
        return False
    _forget_documents(session, row)
    session.add_all(
        ProgrammeDocument(
            programme_id=row.id,
            slug=each.slug,
            position=position,
            title=each.title_ja,
            title_en=each.title_en,
            facilitator=each.facilitator,
            text=each.text,
        )
        for position, each in enumerate(wanted, start=1)
    )
    return True


def _forget_documents(session: Session, row: Programme) -> None:
    session.execute(delete(ProgrammeDocument).where(ProgrammeDocument.programme_id == row.id))


def list_programmes(session: Session) -> tuple[ProgrammeRow, ...]:
    """Every programme in order; one statement.

    What a municipality gave the name of a shared programme takes its place, so a slug names one.
    """
    rows = session.execute(
        select(
            Programme.id,
            Programme.slug,
            Programme.tier,
            Programme.title,
            Programme.title_en,
            Programme.summary,
            Programme.summary_en,
            Programme.audience,
            Programme.audience_en,
            Programme.yearly,
            Programme.choose,
            Programme.classroom_hours,
            Programme.practice_hours,
            Programme.prerequisites,
            Programme.courses,
            Programme.tenant_id,
        ).order_by(Programme.position, Programme.id)
    )
    programmes = [_row(row) for row in rows]
    own = {each.slug for each in programmes if each.tenant_id != LIBRARY_TENANT_ID}
    return tuple(
        each for each in programmes if each.tenant_id != LIBRARY_TENANT_ID or each.slug not in own
    )


def _row(row: Any) -> ProgrammeRow:  # noqa: ANN401 - a result row
    facts: list[Any] = list(row)
    facts[13] = tuple(facts[13])
    facts[14] = tuple((each["course"], each["required"]) for each in facts[14])
    return ProgrammeRow(*facts)


def list_documents(
    session: Session, programme_id: int, *, facilitator: bool
) -> tuple[DocumentRow, ...]:
    """The papers of a programme in order; those for facilitators only where asked for."""
    statement = select(
        ProgrammeDocument.slug,
        ProgrammeDocument.title,
        ProgrammeDocument.title_en,
        ProgrammeDocument.facilitator,
        ProgrammeDocument.text,
    ).where(ProgrammeDocument.programme_id == programme_id)
    if not facilitator:
        statement = statement.where(ProgrammeDocument.facilitator.is_(False))
    rows = session.execute(statement.order_by(ProgrammeDocument.position))
    return tuple(DocumentRow(*row) for row in rows)
