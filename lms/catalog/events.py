"""News of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ModulePublished:
    """A new version of a module is live."""

    tenant_id: int
    course_id: int
    module_id: int
    module_version_id: int
    at: datetime
