"""Enrolments, append-only progress events and the projections made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned
from lms.core.db.types import json_type


class Enrolment(PublicIdMixin, TenantOwned, Base):
    """受講登録: one person in one course.

    It follows the course's current version until it is completed, and is pinned from then on
    (ADR 0005).
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "employee_id", "course_id"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        Index("ix_enrolment_course", "tenant_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    enrolled_at: Mapped[datetime] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    completed_at: Mapped[datetime | None] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    """Mean of the official module scores (0 to 100), set as modules are passed."""
    modules_completed: Mapped[int] = mapped_column(default=0)
    modules_total: Mapped[int] = mapped_column(default=0)
    snapshot: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Unit, rank and employment type at completion (OR-7)."""


class Launch(PublicIdMixin, TenantOwned, Base):
    """One opening of the player; beats are numbered within it."""

    __tablename__ = "launch"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"], ["enrolment.tenant_id", "enrolment.id"]
        ),
        Index("ix_launch_enrolment", "tenant_id", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column()
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    opened_at: Mapped[datetime] = mapped_column()


class StudyClock(TenantOwned, Base):
    """Up to when a person's time is accounted for: all their launches share one wall clock.

    Locking this row puts the writes of one person in a row; nobody waits for anybody else.
    """

    __tablename__ = "study_clock"
    __table_args__ = (
        UniqueConstraint("tenant_id", "employee_id"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    credited_until: Mapped[datetime | None] = mapped_column()
    """May be a little ahead of the clock, by what was credited in advance (``rules.SLACK``)."""


class ProgressEvent(TenantOwned, Base):
    """One observation of the player: inserted, never changed; (launch, seq) counts once."""

    __tablename__ = "progress_event"
    __table_args__ = (
        UniqueConstraint("tenant_id", "launch_id", "seq"),
        ForeignKeyConstraint(["tenant_id", "launch_id"], ["launch.tenant_id", "launch.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    launch_id: Mapped[int] = mapped_column()
    seq: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(Text)
    """``slide`` (came to), ``beat`` (still there), ``end`` (slide played through)."""
    slide_key: Mapped[str] = mapped_column(Text)
    position: Mapped[float] = mapped_column(default=0.0)
    """Seconds into the slide."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    """Seconds credited since the beat before, at most what the server's clock allows."""
    seen_at: Mapped[datetime] = mapped_column()
    """When the learner's computer says it happened, kept between the opening and ``at``."""
    at: Mapped[datetime] = mapped_column()
    """When the server took it."""


class SlideProgress(TenantOwned, Base):
    """Projection: what one person did on one slide, across versions (閲覧履歴)."""

    __tablename__ = "slide_progress"
    __table_args__ = (
        UniqueConstraint("tenant_id", "enrolment_id", "module_id", "slide_key"),
        ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"], ["enrolment.tenant_id", "enrolment.id"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column()
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    slide_key: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime] = mapped_column()
    last_seen_at: Mapped[datetime] = mapped_column()
    seconds: Mapped[float] = mapped_column(default=0.0)
    times: Mapped[int] = mapped_column(default=0)
    """How often the person came to the slide."""
    ended: Mapped[bool] = mapped_column(default=False)
    """Played or read to its end at least once."""


class ModuleProgress(TenantOwned, Base):
    """Projection: where one person is in one module."""

    __tablename__ = "module_progress"
    __table_args__ = (
        UniqueConstraint("tenant_id", "enrolment_id", "module_id"),
        ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"], ["enrolment.tenant_id", "enrolment.id"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column()
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    slide_key: Mapped[str] = mapped_column(Text, default="")
    """Resume here …"""
    position: Mapped[float] = mapped_column(default=0.0)
    """… at this second."""
    slides_seen: Mapped[int] = mapped_column(default=0)
    slides_total: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    checks_answered: Mapped[int] = mapped_column(default=0)
    checks_correct: Mapped[int] = mapped_column(default=0)
    checks_total: Mapped[int] = mapped_column(default=0)
    surveys_answered: Mapped[int] = mapped_column(default=0)
    """Required survey items only, as in ``surveys_total``."""
    surveys_total: Mapped[int] = mapped_column(default=0)
    score: Mapped[float | None] = mapped_column()
    """Official quiz score by the module's policy (AS-8)."""
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column()
    last_at: Mapped[datetime] = mapped_column(index=True)
    passed_at: Mapped[datetime | None] = mapped_column()
    """When the pass mark was first reached; later attempts never clear it."""
    completed_at: Mapped[datetime | None] = mapped_column()
