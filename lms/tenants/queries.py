"""Reads about municipalities, cached briefly because every request needs them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.tenants.models import Tenant
from lms.tenants.rules import TenantSettings, parse_settings

if TYPE_CHECKING:
    from lms.core.db.engine import Database

CACHE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A municipality with its settings."""

    id: int
    lg_code: str
    name: str
    name_en: str
    hostname: str | None
    accent: str
    settings: TenantSettings


class TenantDirectory:
    """Every municipality of this server, read again after half a minute or on demand."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: dict[int, TenantRow] = {}
        self._read_at = 0.0

    def rows(self) -> dict[int, TenantRow]:
        """All open municipalities without the library, by id."""
        if not self._rows or time.monotonic() - self._read_at > CACHE_SECONDS:
            self.refresh()
        return self._rows

    def ids(self) -> list[int]:
        """All open municipalities and the library before them; none on an empty server."""
        rows = self.rows()
        return [LIBRARY_TENANT_ID, *rows] if rows else []

    def refresh(self) -> None:
        """Read again at once (after a setting changed)."""
        with self._database.platform_session(reason="tenant directory", read_only=True) as session:
            tenants = session.scalars(
                select(Tenant)
                .where(Tenant.id != LIBRARY_TENANT_ID, Tenant.closed_at.is_(None))
                .order_by(Tenant.id)
            )
            self._rows = {t.id: _row(t) for t in tenants}
        self._read_at = time.monotonic()

    def get(self, tenant_id: int) -> TenantRow | None:
        """One municipality, if it exists."""
        return self.rows().get(tenant_id)

    def by_hostname(self, host: str) -> TenantRow | None:
        """The municipality that owns a host name."""
        return next((row for row in self.rows().values() if row.hostname == host), None)


def _row(tenant: Tenant) -> TenantRow:
    return TenantRow(
        id=tenant.id,
        lg_code=tenant.lg_code,
        name=tenant.name,
        name_en=tenant.name_en,
        hostname=tenant.hostname,
        accent=tenant.accent,
        settings=parse_settings(tenant.settings),
    )
