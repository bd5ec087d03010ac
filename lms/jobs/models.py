"""The job table: what is to be done, for whom, and how far it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned
from lms.core.db.types import TextEnum, UtcDateTime, json_type


class JobState(StrEnum):
    """``dead`` means it failed for good and a person must look."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Job(PublicIdMixin, TenantOwned, Base):
    """One piece of background work. The engine decides when; this row says what and how far."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_queue", "state", "priority", "run_at"),
        Index("ix_job_turn", "tenant_id", "started_at"),
        UniqueConstraint("tenant_id", "unique_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(Text)
    """Registered name, for example ``authoring.import_deck``."""
    subject: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What it is about, in the words of its owner: a module, a file, a course."""
    args: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    state: Mapped[JobState] = mapped_column(TextEnum(JobState), default=JobState.QUEUED)
    priority: Mapped[int] = mapped_column(default=100)
    """Lower goes first; a module somebody opened is moved to the front."""
    unique_key: Mapped[str | None] = mapped_column(Text)
    """While the job is open, no second one with the same key is made; empty when it has ended."""
    account_id: Mapped[int | None] = mapped_column()
    """Who asked for it; sees its status page."""
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(Text)
    """Fences a worker that froze past its lease."""
    step: Mapped[str] = mapped_column(Text, default="")
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    """A sentence for people (English message id); never a traceback."""
    error_values: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Named values put into the sentence when it is shown."""
    result: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))


class JobSchedule(TenantOwned, Base):
    """When a periodic task of a municipality is due next; one row a task, moved by one worker."""

    __tablename__ = "job_schedule"
    __table_args__ = (UniqueConstraint("tenant_id", "task"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(Text)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
