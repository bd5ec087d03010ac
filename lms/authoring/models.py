"""The trainers' workshop: deck imports, drafts and their revisions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned
from lms.core.db.types import TextEnum, json_type


class Draft(PublicIdMixin, TenantOwned, Base):
    """A module being written: one per module, or of a module that does not exist yet."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        Index("ix_draft_module", "tenant_id", "module_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """Where it will be published; none until chosen."""
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    title: Mapped[str] = mapped_column(Text)
    owner_employee_id: Mapped[int | None] = mapped_column()
    revision: Mapped[int] = mapped_column(default=0)
    """Number of the newest ``DraftRevision``; a save names the one it started from."""
    published_revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column()
    discarded_at: Mapped[datetime | None] = mapped_column()


class DraftRevision(TenantOwned, Base):
    """One saved state of a draft: inserted, never changed, so that undo is a read."""

    __tablename__ = "draft_revision"
    __table_args__ = (
        UniqueConstraint("tenant_id", "draft_id", "number"),
        ForeignKeyConstraint(["tenant_id", "draft_id"], ["draft.tenant_id", "draft.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    source_text: Mapped[str] = mapped_column(Text)
    source_text_en: Mapped[str] = mapped_column(Text, default="")
    readings_text: Mapped[str] = mapped_column(Text, default="")
    assets: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    saved_at: Mapped[datetime] = mapped_column()
    saved_by: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")


class ImportState(StrEnum):
    """How far the import of a deck is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DeckImport(PublicIdMixin, TenantOwned, Base):
    """An uploaded deck and what became of it. The upload stays, so that it can be repeated."""

    __tablename__ = "deck_import"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "draft_id"], ["draft.tenant_id", "draft.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(Text)
    deck_sha: Mapped[str] = mapped_column(Text)
    deck_bytes: Mapped[int] = mapped_column()
    pdf_sha: Mapped[str] = mapped_column(Text, default="")
    notes_sha: Mapped[str] = mapped_column(Text, default="")
    notes_name: Mapped[str] = mapped_column(Text, default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    draft_id: Mapped[int | None] = mapped_column()
    job_public_id: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ImportState] = mapped_column(TextEnum(ImportState), default=ImportState.QUEUED)
    error: Mapped[str] = mapped_column(Text, default="")
    error_values: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Findings per slide, fonts, seconds per step, sizes: the import report."""
    uploaded_by: Mapped[str] = mapped_column(Text, default="")
    uploaded_employee_id: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
