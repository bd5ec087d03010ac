"""Employees and the organisation, effective-dated: every interval is half-open (OR-1)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.access import Role
from lms.core.db.base import Base, CreatedMixin, PublicIdMixin, TenantOwned
from lms.core.db.types import TextEnum


class EmploymentType(StrEnum):
    """任用形態・職員区分."""

    REGULAR = "regular"
    REAPPOINTED = "reappointed"
    FIXED_TERM = "fixed-term"
    FISCAL_YEAR = "fiscal-year"
    TEMPORARY = "temporary"
    CONTRACTOR = "contractor"


class LeaveKind(StrEnum):
    """Kinds of leave; only HR may see which (LV-7)."""

    CHILDCARE = "childcare"
    MATERNITY = "maternity"
    SICK = "sick"
    UNPAID = "unpaid"
    SECONDMENT = "secondment"
    SUSPENSION = "suspension"


class OrgUnit(PublicIdMixin, TenantOwned, Base):
    """部・課・係. ``path`` is ``/grandparent/parent/self/`` of integer keys, for subtree reads."""

    __tablename__ = "org_unit"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "code", "valid_from"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["org_unit.tenant_id", "org_unit.id"]),
        Index("ix_org_unit_path", "tenant_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column()
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[int] = mapped_column()
    """1 for 部, 2 for 課, 3 for 係; levels differ per tenant."""
    path: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()


class Employee(PublicIdMixin, CreatedMixin, TenantOwned, Base):
    """A person of the municipality; never deleted."""

    __tablename__ = "employee"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "staff_no"),
        Index("ix_employee_search", "tenant_id", "search_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_no: Mapped[str] = mapped_column(Text)
    """Text with leading zeros."""
    name: Mapped[str] = mapped_column(Text)
    """As registered; shown unchanged, whatever characters it has."""
    name_kana: Mapped[str] = mapped_column(Text)
    search_key: Mapped[str] = mapped_column(Text)
    """Folded name, kana and number (``kernel.text.search_key``)."""
    mail: Mapped[str] = mapped_column(Text, default="")
    rank: Mapped[str] = mapped_column(Text, default="")
    rank_order: Mapped[int] = mapped_column(default=99)
    job_type: Mapped[str] = mapped_column(Text, default="")
    employment_type: Mapped[EmploymentType] = mapped_column(
        TextEnum(EmploymentType), default=EmploymentType.REGULAR
    )
    tier: Mapped[str] = mapped_column(Text, default="general")
    """The tier this person is trained for: general, dx-leader or expert."""
    joined_on: Mapped[date] = mapped_column()
    left_on: Mapped[date | None] = mapped_column()
    """First day on which the person no longer belongs (half-open)."""


class Post(TenantOwned, Base):
    """所属: a person's place in a unit for a period; one primary, any number concurrent (OR-3)."""

    __tablename__ = "post"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        ForeignKeyConstraint(["tenant_id", "unit_id"], ["org_unit.tenant_id", "org_unit.id"]),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        Index("ix_post_employee", "tenant_id", "employee_id"),
        Index("ix_post_unit", "tenant_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    unit_id: Mapped[int] = mapped_column()
    primary: Mapped[bool] = mapped_column(default=True)
    is_head: Mapped[bool] = mapped_column(default=False)
    """所属長 of the unit."""
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()


class LeavePeriod(TenantOwned, Base):
    """休職等: the person is out of scope for obligations while it lasts (LV-1)."""

    __tablename__ = "leave_period"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        Index("ix_leave_period_employee", "tenant_id", "employee_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    kind: Mapped[LeaveKind] = mapped_column(TextEnum(LeaveKind))
    excludes: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()


class RoleGrant(TenantOwned, Base):
    """A role beyond ordinary employee, for a period and perhaps one unit subtree."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        ForeignKeyConstraint(["tenant_id", "unit_id"], ["org_unit.tenant_id", "org_unit.id"]),
        Index("ix_role_grant_employee", "tenant_id", "employee_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    role: Mapped[Role] = mapped_column(TextEnum(Role))
    unit_id: Mapped[int | None] = mapped_column()
    """None: the whole municipality."""
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
