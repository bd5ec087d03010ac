"""Programmes of the shared library: writing them, and reading them as frozen rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from lms.catalog.models import Programme, ProgrammeDocument
from lms.core.i18n import Summarised, Titled, localized
from lms.core.tenancy import tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.catalog.programme import ProgrammeSource

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


def save_programmes(session: Session, sources: Sequence[ProgrammeSource]) -> None:
    """Make the programmes of the session's tenant exactly these, in this order."""
    tenant_id = tenant_of(session)
    known = {
        row.slug: row
        for row in session.scalars(select(Programme).where(Programme.tenant_id == tenant_id))
    }
    for position, source in enumerate(sources, start=1):
        row = known.pop(source.id, None)
        if row is None:
            row = Programme(slug=source.id)
            session.add(row)
        row.position = position
        for name in _COPIED:
            setattr(row, name, getattr(source, name))
        row.prerequisites = list(source.prerequisites)
        row.courses = [asdict(course) for course in source.courses]
        session.flush()  # The documents refer to the programme's key.
        _save_documents(session, row, source)
    for gone in known.values():
        _forget_documents(session, gone)
        session.delete(gone)


def _save_documents(session: Session, row: Programme, source: ProgrammeSource) -> None:
    _forget_documents(session, row)
    session.add_all(
        ProgrammeDocument(
            programme_id=row.id,
            slug=document.id,
            position=position,
            title=document.title,
            title_en=document.title_en,
            facilitator=document.facilitator,
            text=document.text,
        )
        for position, document in enumerate(source.documents, start=1)
    )


def _forget_documents(session: Session, row: Programme) -> None:
    session.execute(delete(ProgrammeDocument).where(ProgrammeDocument.programme_id == row.id))


def list_programmes(session: Session) -> tuple[ProgrammeRow, ...]:
    """Every programme in order; one statement."""
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
    return tuple(_row(row) for row in rows)


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
