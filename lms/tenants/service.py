"""Writes about municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import DomainError
from lms.tenants.models import Tenant
from lms.tenants.rules import lg_code_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


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
