"""Courses, modules and their immutable versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, CreatedMixin, PublicIdMixin, TenantShared
from lms.core.db.types import json_type


class Tier(TenantShared, Base):
    """階層: tiers are data; the library brings general, dx-leader and expert."""

    __tablename__ = "tier"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column()


class Course(PublicIdMixin, CreatedMixin, TenantShared, Base):
    """A course across its versions. What learners see is ``current_version``."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text, default="")
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    position: Mapped[int] = mapped_column(default=100)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    objective: Mapped[str] = mapped_column(Text, default="")
    objective_en: Mapped[str] = mapped_column(Text, default="")
    required: Mapped[bool] = mapped_column(default=False)
    open: Mapped[bool] = mapped_column(default=True)
    """Everybody may take it without being asked."""
    certificate: Mapped[bool] = mapped_column(default=True)
    certificate_title: Mapped[str] = mapped_column(Text, default="")
    certificate_title_en: Mapped[str] = mapped_column(Text, default="")
    prerequisites: Mapped[list[str]] = mapped_column(json_type(), default=list)
    """Slugs of courses that should be taken before; advice, never a barrier."""
    owner_employee_id: Mapped[int | None] = mapped_column()
    """The trainer who made it; none for the library."""
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_version.id", use_alter=True)
    )
    retired_at: Mapped[datetime | None] = mapped_column()


class CourseVersion(TenantShared, Base):
    """A published state of a course: which module versions, in which order."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int] = mapped_column()
    content_hash: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column()
    published_by: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")


class Module(PublicIdMixin, CreatedMixin, TenantShared, Base):
    """A module across its versions; progress refers to it and to slide keys."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(Text)
    final_quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id"))
    checks_quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id"))


class ModuleVersion(PublicIdMixin, TenantShared, Base):
    """An immutable published module."""

    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("module_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int] = mapped_column()
    content_hash: Mapped[str] = mapped_column(Text)
    """SHA-256 of text and assets; the same hash is never published twice in a row."""
    source_text: Mapped[str] = mapped_column(Text)
    """The module in the text format, from which everything else can be made again."""
    source_text_en: Mapped[str] = mapped_column(Text, default="")
    readings_text: Mapped[str] = mapped_column(Text, default="")
    assets: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Asset name to ``{"sha": digest, "type": media type, "w": width, "h": height}``."""
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=0)
    slide_count: Mapped[int] = mapped_column()
    voice: Mapped[str] = mapped_column(Text, default="")
    license: Mapped[str] = mapped_column(Text, default="")
    completion: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """``CompletionPolicy`` as a mapping."""
    review_by: Mapped[date | None] = mapped_column()
    """Earliest review date of its slides (CV-3)."""
    final_quiz_version_id: Mapped[int | None] = mapped_column(ForeignKey("quiz_version.id"))
    checks_quiz_version_id: Mapped[int | None] = mapped_column(ForeignKey("quiz_version.id"))
    published_at: Mapped[datetime] = mapped_column()
    published_by: Mapped[str] = mapped_column(Text, default="")


class CourseVersionModule(TenantShared, Base):
    """A module version's place in a course version."""

    __tablename__ = "course_version_module"
    __table_args__ = (UniqueConstraint("course_version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    position: Mapped[int] = mapped_column()


class Slide(TenantShared, Base):
    """One slide of a module version, ready to show in each language it has."""

    __tablename__ = "slide"
    __table_args__ = (UniqueConstraint("module_version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    key: Mapped[str] = mapped_column(Text)
    """The stable slide id of the author; the same across versions."""
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(json_type())
    """Language to ``{"title", "layout", "html", "script", "description_html", "source_note"}``,
    plus ``picture``, ``hotspots``, ``checked_on`` and ``review_by`` that all languages share."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Plain text of body and script, for search and reading order."""
    narration_key: Mapped[str] = mapped_column(Text, default="")
    """Key of the Japanese narration (``Narration.key``); empty when nothing is spoken."""
    narration_key_en: Mapped[str] = mapped_column(Text, default="")


class Narration(TenantShared, Base):
    """Speech of one script with one voice and dictionary, shared by every version that uses it."""

    __tablename__ = "narration"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index("ix_narration_ready", "tenant_id", "ready_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    """SHA-256 over script, voice, readings and dictionary version."""
    voice: Mapped[str] = mapped_column(Text)
    script: Mapped[str] = mapped_column(Text)
    readings_text: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(Text, default="ja")
    audio_sha: Mapped[str] = mapped_column(Text, default="")
    media_type: Mapped[str] = mapped_column(Text, default="")
    audio_bytes: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    timeline: Mapped[str] = mapped_column(Text, default="")
    """``player.timeline`` JSON of the speech; empty until it is there."""
    recorded: Mapped[bool] = mapped_column(default=False)
    ready_at: Mapped[datetime | None] = mapped_column()


class Programme(TenantShared, Base):
    """A way through several courses, such as that of a tier (``catalog.programme``)."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text, default="")
    """Code of the tier it leads to; empty across tiers."""
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    audience_en: Mapped[str] = mapped_column(Text)
    yearly: Mapped[bool] = mapped_column()
    choose: Mapped[int] = mapped_column()
    classroom_hours: Mapped[float] = mapped_column()
    practice_hours: Mapped[float] = mapped_column()
    prerequisites: Mapped[list[str]] = mapped_column(json_type())
    """Slugs of programmes."""
    courses: Mapped[list[dict[str, Any]]] = mapped_column(json_type())
    """``{"course": slug, "required": bool}`` in order."""


class ProgrammeDocument(TenantShared, Base):
    """A paper of a programme: worksheet, study plan, facilitator's guide."""

    __tablename__ = "programme_document"
    __table_args__ = (UniqueConstraint("programme_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    slug: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    facilitator: Mapped[bool] = mapped_column()
    """Kept from learners."""
    text: Mapped[str] = mapped_column(Text)
    """Markdown subset of slides."""
