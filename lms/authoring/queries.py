"""Reads of the workshop as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from lms.authoring.models import DeckImport, Draft, DraftRevision, ImportState
from lms.catalog.models import Course, CourseVersionModule, Module, ModuleVersion, Narration
from lms.core.i18n import Titled, localized
from lms.core.tenancy import tenant_of
from lms.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A draft with where it stands: never published, published, or changed since."""

    public_id: str
    title: str
    course_title_ja: str | None
    course_title_en: str | None
    course_public_id: str | None
    module_id: int | None
    module_public_id: str | None
    revision_id: int
    revision: int
    published_revision: int
    updated_at: datetime

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja or "", self.course_title_en or "")

    @property
    def state(self) -> str:
        """A key of ``ui/status.html``."""
        if not self.published_revision:
            return "draft"
        return "published" if self.published_revision == self.revision else "updated"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A deck import that is not done."""

    public_id: str
    file_name: str
    state: str
    uploaded_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnModuleRow(Titled):
    """A live module of the municipality that has no draft yet."""

    module_id: int
    public_id: str
    title_ja: str
    title_en: str
    course_title_ja: str
    course_title_en: str
    published_at: datetime

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)


def list_materials(session: Session) -> tuple[MaterialRow, ...]:
    """Drafts of the municipality, newest change first; one statement."""
    rows: Any = session.execute(
        select(
            Draft.public_id,
            Draft.title,
            Course.title,
            Course.title_en,
            Course.public_id,
            Draft.module_id,
            Module.public_id,
            DraftRevision.id,
            Draft.revision,
            Draft.published_revision,
            Draft.updated_at,
        )
        .join(
            DraftRevision,
            and_(DraftRevision.draft_id == Draft.id, DraftRevision.number == Draft.revision),
        )
        .outerjoin(Course, Course.id == Draft.course_id)
        .outerjoin(Module, Module.id == Draft.module_id)
        .where(Draft.discarded_at.is_(None))
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
        .limit(LIST_LIMIT)
    )
    return tuple(MaterialRow(*row) for row in rows)


def list_own_modules(session: Session) -> tuple[OwnModuleRow, ...]:
    """Live modules of the municipality that can be corrected but have no draft; one statement."""
    drafted = select(Draft.id).where(Draft.module_id == Module.id, Draft.discarded_at.is_(None))
    rows: Any = session.execute(
        select(
            Module.id,
            Module.public_id,
            ModuleVersion.title,
            ModuleVersion.title_en,
            Course.title,
            Course.title_en,
            ModuleVersion.published_at,
        )
        .join(CourseVersionModule, CourseVersionModule.module_id == Module.id)
        .join(ModuleVersion, ModuleVersion.id == CourseVersionModule.module_version_id)
        .join(Course, Course.current_version_id == CourseVersionModule.course_version_id)
        .where(
            Module.tenant_id == tenant_of(session),
            Course.retired_at.is_(None),
            ~drafted.exists(),
        )
        .order_by(ModuleVersion.published_at.desc(), Module.id)
        .limit(LIST_LIMIT)
    )
    return tuple(OwnModuleRow(*row) for row in rows)


def list_open_imports(session: Session) -> tuple[ImportRow, ...]:
    """Imports that are on their way or have failed, newest first; one statement."""
    rows: Any = session.execute(
        select(
            DeckImport.public_id,
            DeckImport.file_name,
            DeckImport.state,
            DeckImport.uploaded_by,
            DeckImport.created_at,
        )
        .where(DeckImport.state != ImportState.DONE)
        .order_by(DeckImport.id.desc())
        .limit(20)
    )
    return tuple(ImportRow(*row) for row in rows)


def find_job_of(session: Session, row: DeckImport) -> Job | None:
    """The job that does an import, as long as it is remembered."""
    return session.scalar(select(Job).where(Job.public_id == row.job_public_id))


def find_import_of(session: Session, draft_id: int) -> DeckImport | None:
    """The newest finished import of a draft."""
    return session.scalar(
        select(DeckImport)
        .where(DeckImport.draft_id == draft_id, DeckImport.state == ImportState.DONE)
        .order_by(DeckImport.id.desc())
        .limit(1)
    )


def narrations(session: Session, keys: Collection[str]) -> dict[str, Narration]:
    """The municipality's narrations by key; one statement."""
    found = session.scalars(select(Narration).where(Narration.key.in_(keys)))
    return {row.key: row for row in found}
