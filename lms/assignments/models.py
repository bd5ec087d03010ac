"""Campaigns and the duty of each person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned
from lms.core.db.types import json_type


class Campaign(PublicIdMixin, TenantOwned, Base):
    """A course asked of an audience by a date (AS-1)."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    audience: Mapped[dict[str, Any]] = mapped_column(json_type())
    """``{"units": [public ids], "employees": [public ids], "everybody": bool}``."""
    due_on: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(Text, default="")
    """Shown to the learner under 「なぜ?」."""
    created_at: Mapped[datetime] = mapped_column()
    created_by: Mapped[str] = mapped_column(Text)
    cancelled_at: Mapped[datetime | None] = mapped_column()


class Assignment(PublicIdMixin, TenantOwned, Base):
    """必須割当 of one person; overdue and out of scope are derived, never stored."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("tenant_id", "campaign_id", "employee_id"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        ForeignKeyConstraint(["tenant_id", "campaign_id"], ["campaign.tenant_id", "campaign.id"]),
        Index(
            "ix_assignment_duty",
            *("tenant_id", "employee_id", "course_id", "effective_due_on", "cancelled_at"),
        ),
        Index("ix_assignment_course", "tenant_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column()
    employee_id: Mapped[int] = mapped_column()
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    due_on: Mapped[date] = mapped_column()
    """As asked; late joiners have their own (AS-2)."""
    effective_due_on: Mapped[date] = mapped_column()
    """Projection: ``due_on`` moved by leave (LV-3), brought up to date every day."""
    assigned_at: Mapped[datetime] = mapped_column()
    assigned_by: Mapped[str] = mapped_column(Text)
    cancelled_at: Mapped[datetime | None] = mapped_column()
