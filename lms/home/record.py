"""The own learning record: by fiscal year, with certificates and who looked at it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.catalog.models import Course, ModuleVersion
from lms.certification.queries import CertificateRow, certificates_of
from lms.certification.rules import CertificateState
from lms.core.audit import AuditAction, AuditEntry
from lms.core.i18n import Titled, localized
from lms.kernel.clock import fiscal_year, jst_date
from lms.kernel.wareki import format_fiscal_year
from lms.learning.models import Enrolment, ModuleProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SHOWN_LOOKS = 20


@dataclass(frozen=True, slots=True)
class RecordModule(Titled):
    """What somebody did in one module. ``seconds`` of attention, ``score`` in percent."""

    title_ja: str
    title_en: str
    seconds: float
    score: float | None
    completed_at: datetime | None
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RecordCourse(Titled):
    """A course of the record with its modules in the order they were begun.

    ``twin`` counts the courses of one name from 1 in the order of the page; 0: there is no other.
    """

    public_id: str
    title_ja: str
    title_en: str
    completed_at: datetime | None
    score: float | None
    modules: tuple[RecordModule, ...]
    certificate: CertificateRow | None
    twin: int = 0

    @property
    def at(self) -> datetime:
        """When it was completed, or worked on last."""
        return self.completed_at or max(module.last_at for module in self.modules)

    @property
    def seconds(self) -> float:
        return sum(module.seconds for module in self.modules)


@dataclass(frozen=True, slots=True)
class RecordYear:
    """One fiscal year (April to March) of the record, newest course first."""

    year: int
    courses: tuple[RecordCourse, ...]

    @property
    def label(self) -> str:
        """令和8年度(2026年度), or FY2026 in English."""
        return localized(
            f"{format_fiscal_year(self.year)}({self.year}年度)", f"Fiscal year {self.year}"
        )

    @property
    def completed(self) -> int:
        """Courses completed in this year."""
        return sum(course.completed_at is not None for course in self.courses)

    @property
    def seconds(self) -> float:
        return sum(course.seconds for course in self.courses)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody else opened this record."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything on the page of the own record."""

    years: tuple[RecordYear, ...]
    certificates: tuple[CertificateRow, ...]
    looks: tuple[Look, ...]

    @property
    def completed(self) -> int:
        return sum(year.completed for year in self.years)

    @property
    def valid_certificates(self) -> int:
        """How many certificates count; a revoked one is listed and counts for nothing."""
        return sum(each.state is CertificateState.VALID for each in self.certificates)

    @property
    def seconds(self) -> float:
        return sum(year.seconds for year in self.years)


def own_record(session: Session, employee_id: int) -> Record:
    """The learning record of a person as they see it; three statements."""
    certificates = certificates_of(session, employee_id)
    years: dict[int, list[RecordCourse]] = {}
    for course in _told_apart(_courses(session, employee_id, certificates)):
        years.setdefault(fiscal_year(jst_date(course.at)), []).append(course)
    return Record(
        years=tuple(
            RecordYear(year, tuple(taken)) for year, taken in sorted(years.items(), reverse=True)
        ),
        certificates=certificates,
        looks=_looks(session, employee_id),
    )


def _courses(
    session: Session, employee_id: int, certificates: Sequence[CertificateRow]
) -> list[RecordCourse]:
    # Newest first, so that of several of one course the newest stays.
    issued = {certificate.course_id: certificate for certificate in reversed(certificates)}
    rows: Any = session.execute(
        select(
            Course.id,
            Course.public_id,
            Course.title,
            Course.title_en,
            Enrolment.completed_at,
            Enrolment.score,
            ModuleVersion.title,
            ModuleVersion.title_en,
            ModuleProgress.seconds,
            ModuleProgress.score,
            ModuleProgress.completed_at,
            ModuleProgress.last_at,
        )
        .join(Enrolment, Enrolment.course_id == Course.id)
        .join(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .join(ModuleVersion, ModuleVersion.id == ModuleProgress.module_version_id)
        .where(Enrolment.employee_id == employee_id)
        .order_by(Enrolment.id, ModuleProgress.id)
    ).all()
    found: dict[int, RecordCourse] = {}
    for row in rows:
        module = RecordModule(*row[6:])
        before = found.get(row[0])
        modules = (*before.modules, module) if before else (module,)
        facts: list[Any] = [*row[1:6], modules, issued.get(row[0])]
        found[row[0]] = RecordCourse(*facts)
    return list(found.values())


def _told_apart(courses: Sequence[RecordCourse]) -> list[RecordCourse]:
    """The courses, newest first, with those numbered whose names do not tell them apart."""
    names = Counter(course.title for course in courses)
    seen: Counter[str] = Counter()
    told = []
    for course in sorted(courses, key=lambda each: each.at, reverse=True):
        seen[course.title] += 1
        twin = seen[course.title] if names[course.title] > 1 else 0
        told.append(replace(course, twin=twin))
    return told


def _looks(session: Session, employee_id: int) -> tuple[Look, ...]:
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.actor_name)
        .where(
            AuditEntry.action == AuditAction.PERSON_VIEWED,
            AuditEntry.subject_employee_id == employee_id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(SHOWN_LOOKS * 10)
    )
    # Somebody who opens several pages on one day has looked once; the last time is told.
    looks: dict[tuple[str, date], Look] = {}
    for at, name in rows:
        looks.setdefault((name, jst_date(at)), Look(at, name))
    return tuple(looks.values())[:SHOWN_LOOKS]
