"""Writes about municipalities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.tenancy import LIBRARY_TENANT_ID, tenant_of
from lms.core.web.assets import theme_css
from lms.kernel.result import DomainError
from lms.tenants.models import Tenant
from lms.tenants.rules import SLOT, TenantChange, lg_code_valid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


LIBRARY_CODE = "000000"


def ensure_library(session: Session) -> Tenant:
    """The library tenant, made where it is missing (platform session)."""
    found = session.get(Tenant, LIBRARY_TENANT_ID)
    if found is None:
        found = Tenant(
            lg_code=LIBRARY_CODE,
            name="共有ライブラリ",
            name_en="Shared library",
        )
        session.add(found)
        session.flush()
        # Everything shared refers to this key. PostgreSQL has drawn another one if an attempt
        # before was rolled back; drawing it first keeps the next municipality off this one.
        found.id = LIBRARY_TENANT_ID
        session.flush()
    return found


def create_tenant(
    session: Session,
    lg_code: str,
    name: str,
    *,
    name_en: str = "",
    hostname: str | None = None,
    accent: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Tenant:
    """A new municipality (platform session).

    Raises:
        DomainError: the code is not a valid 団体コード or is taken.
    """
    if not lg_code_valid(lg_code):
        raise DomainError("tenant.code", "This is not a valid municipality code.", "lg_code")
    if session.scalar(select(Tenant.id).where(Tenant.lg_code == lg_code)) is not None:
        raise DomainError("tenant.taken", "This municipality exists already.", "lg_code")
    row = Tenant(
        lg_code=lg_code,
        name=name,
        name_en=name_en,
        hostname=hostname,
        accent=accent,
        settings=dict(settings or {}),
    )
    session.add(row)
    return row


def found_tenant(
    session: Session, lg_code: str, change: TenantChange, *, actor: Actor, now: datetime
) -> Tenant:
    """A new municipality with its settings, as an operator makes it (platform session).

    Leaves an audit row, which belongs to the new municipality.

    Raises:
        DomainError: the code is not a valid 団体コード, it or the host name is taken, the name is
            missing, or the colour is too light.
    """
    name = change.columns.get("name")
    if not name:
        raise DomainError("tenant.name", "The municipality needs a name.")
    ensure_library(session)
    row = create_tenant(session, lg_code, name)
    session.flush()  # The audit row names its key.
    _apply(session, row, change)
    founder = replace(actor, tenant_id=row.id)
    audit.record(session, founder, AuditAction.TENANT_CREATED, row, _told(change), now=now)
    return row


def change_tenant(session: Session, change: TenantChange, *, actor: Actor, now: datetime) -> Tenant:
    """Change the municipality of this session; leaves an audit row with the new values.

    Raises:
        DomainError: another municipality has the host name, or the colour is too light.
    """
    row = session.get_one(Tenant, tenant_of(session))
    _apply(session, row, change)
    audit.record(session, actor, AuditAction.TENANT_CHANGED, row, _told(change), now=now)
    return row


def _apply(session: Session, row: Tenant, change: TenantChange) -> None:
    hostname = change.columns.get("hostname")
    taken = select(Tenant.id).where(Tenant.hostname == hostname, Tenant.id != row.id)
    if hostname and session.scalar(taken) is not None:
        raise DomainError(
            "tenant.hostname-taken",
            "Another municipality has the host name %(name)s.",
            name=hostname,
        )
    accent = change.columns.get("accent")
    if accent and not theme_css(accent):
        raise DomainError(
            "tenant.accent-light",
            "The colour %(value)s is too light for text on white. Choose a darker one.",
            value=accent,
        )
    for key, value in change.columns.items():
        setattr(row, key, value)
    slots = {**row.settings.get("slots", {}), **change.slots}
    kept = {name: text for name, text in slots.items() if text}
    row.settings = {**row.settings, **change.settings, "slots": kept}


def _told(change: TenantChange) -> dict[str, Any]:
    slots = {f"{SLOT}{name}": text for name, text in change.slots.items()}
    return {**change.columns, **change.settings, **slots}
