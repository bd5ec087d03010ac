"""News of learning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ModuleCompleted:
    """Somebody met every rule of a module; told once."""

    tenant_id: int
    employee_id: int
    enrolment_id: int
    module_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """Somebody completed every module of a course; told once. ``score`` is in percent."""

    tenant_id: int
    employee_id: int
    enrolment_id: int
    course_id: int
    course_version_id: int
    at: datetime
    score: float | None
