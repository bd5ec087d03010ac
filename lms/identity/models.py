"""Accounts and login sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, CreatedMixin, TenantOwned


class Account(CreatedMixin, TenantOwned, Base):
    """What an employee signs in with: staff number or mail, and a password."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "employee_id"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    password_hash: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(Text, default="")
    disabled_at: Mapped[datetime | None] = mapped_column()
    password_changed_at: Mapped[datetime | None] = mapped_column()
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether somebody else chose the password, so that it opens the page for another one only."""


class LoginSession(TenantOwned, Base):
    """One browser that is signed in; removing the row signs it out at the next request."""

    __tablename__ = "login_session"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "account_id"], ["account.tenant_id", "account.id"]),
        Index("ix_login_session_account", "tenant_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column()
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    """SHA-256 of the 256-bit token in the cookie."""
    created_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    """Last request, written at most every five minutes."""
    shared_device: Mapped[bool] = mapped_column(default=False)
    """A shared PC: short idle time, nothing kept in the browser."""
    user_agent: Mapped[str] = mapped_column(Text, default="")


class SignInFailure(TenantOwned, Base):
    """A failed attempt, counted per account name and per (name, network)."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_name", "tenant_id", "name_key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()
