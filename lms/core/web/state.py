"""What one running application holds: settings, database, clock, files and the plugged-in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app

from lms.core.access import Actor, Permission
from lms.core.db.engine import Database
from lms.core.settings import Settings
from lms.core.storage import FileStore
from lms.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """What every page needs to know of a municipality.

    ``slots`` are the local names and contacts that fill ``{{tenant.x}}`` in course texts.
    """

    id: int
    code: str
    name: str
    name_en: str = ""
    accent: str = ""
    contact_desk: str = ""
    contact_phone: str = ""
    contact_mail: str = ""
    wareki: bool = False
    scores_in_appraisal: bool = False
    slots: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation, shown to those who have the permission.

    ``also``: beginnings of other addresses whose pages belong under this entry.
    """

    section: str
    label: str
    endpoint: str
    icon: str
    permission: Permission
    bottom: bool = False
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class AppState:
    """Parts that slices plug in through ``lms.wiring`` are set once at start."""

    settings: Settings
    db: Database
    clock: Clock
    files: FileStore
    load_actor: Callable[[], Actor | None]
    resolve_tenant: Callable[[], int]
    tenant_info: Callable[[int], TenantInfo]
    tenant_choices: Callable[[], list[tuple[int, str]]]
    navigation: tuple[NavItem, ...] = ()
    sign_in_endpoint: str = "identity.sign_in"
    first_endpoint: str = "identity.password"


def state() -> AppState:
    """The parts of the running application."""
    found: AppState = current_app.extensions["lms"]
    return found
