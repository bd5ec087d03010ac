"""Writes about municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import DomainError
from lms.tenants.models import Tenant
from lms.tenants.rules import lg_code_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        session.flush()  # The first row must get the key that everything shared refers to.
        if found.id != LIBRARY_TENANT_ID:
            raise RuntimeError("the shared library must be the first tenant")
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


def change_settings(
    session: Session, tenant: Tenant, values: Mapping[str, Any], *, actor: Actor
) -> Tenant:
    """Change settings of the actor's municipality and leave an audit row."""
    before = dict(tenant.settings)
    tenant.settings = {**before, **values}
    changes = {k: [before.get(k), v] for k, v in values.items() if before.get(k) != v}
    audit.record(session, actor, AuditAction.SETTING_CHANGED, tenant.lg_code, changes)
    return tenant
