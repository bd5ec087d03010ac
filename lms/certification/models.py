"""Certificates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned


class Certificate(PublicIdMixin, TenantOwned, Base):
    """修了証書: a fact with a number; texts are those of the day it was issued.

    A person has one of a course that is valid, and any number that were revoked.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_certificate_employee", "tenant_id", "employee_id"),
        Index("ix_certificate_series", "tenant_id", "course_id", "fiscal_year", "serial"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    """``kernel.ids.certificate_number``; unique on the whole server and not guessable in order."""
    serial: Mapped[int] = mapped_column()
    fiscal_year: Mapped[int] = mapped_column()
    employee_id: Mapped[int] = mapped_column()
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    employee_name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    course_title: Mapped[str] = mapped_column(Text)
    course_title_en: Mapped[str] = mapped_column(Text, default="")
    issuer: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date] = mapped_column()
    completed_at: Mapped[datetime] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    pdf_sha: Mapped[str] = mapped_column(Text, default="")
    """The rendered document, once a job has made it: the official form, in Japanese."""
    pdf_en_sha: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Its English edition; one made by an older version of the product has none yet."""
    revoked_at: Mapped[datetime | None] = mapped_column()
    revoked_reason: Mapped[str] = mapped_column(Text, default="")
    replaces: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Number of the one that was revoked in error and for which this one was issued."""
    issued_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why it was issued in place of another; empty for the one that a completion earned."""


_VALID = Certificate.revoked_at.is_(None)
Index(
    "uq_certificate_valid",
    Certificate.tenant_id,
    Certificate.employee_id,
    Certificate.course_id,
    unique=True,
    sqlite_where=_VALID,
    postgresql_where=_VALID,
)
