"""The tables that put the slices together: blueprints, listeners, navigation, tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.core.access import Permission
from lms.core.web.state import NavItem, TenantInfo
from lms.identity.views import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from lms.core.web.slice import Slice
    from lms.tenants.queries import TenantDirectory, TenantRow

SLICES: tuple[Slice, ...] = (identity,)

LISTENERS: dict[type[Any], tuple[Callable[[Session, Any], None], ...]] = {}
"""Event type to the functions that hear of it, in order."""

TASK_MODULES: tuple[str, ...] = ()
"""Modules whose import registers background tasks."""

NAVIGATION: tuple[NavItem, ...] = ()

__all__ = ["LISTENERS", "NAVIGATION", "SLICES", "TASK_MODULES", "Permission", "tenant_info"]


def tenant_info(directory: TenantDirectory, tenant_id: int) -> TenantInfo:
    """What pages know of a municipality."""
    row: TenantRow | None = directory.get(tenant_id)
    if row is None:
        return TenantInfo(tenant_id, "", "")
    values = row.settings
    return TenantInfo(
        id=row.id,
        code=row.lg_code,
        name=row.name,
        name_en=row.name_en,
        accent=row.accent,
        contact_desk=values.contact_desk,
        contact_phone=values.contact_phone,
        contact_mail=values.contact_mail,
        wareki=values.wareki,
        scores_in_appraisal=values.scores_in_appraisal,
        slots={"name": row.name, **values.slots},
    )
