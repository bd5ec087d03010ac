"""Quizzes at which one person has used up every attempt, and the further ones they were granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from lms.assessment.models import Attempt, AttemptGrant, AttemptState
from lms.assessment.questions import find_versions
from lms.assessment.rules import attempts_left
from lms.catalog.models import Course, CourseVersionModule, Module, ModuleVersion
from lms.core.i18n import Titled, localized

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class UsedUpRow(Titled):
    """A module whose quiz somebody has not passed in all the attempts there are."""

    module_public_id: str
    course_ja: str
    course_en: str
    title_ja: str
    title_en: str
    used: int
    best: float

    @property
    def course(self) -> str:
        return localized(self.course_ja, self.course_en)


@dataclass(frozen=True, slots=True)
class GrantedRow(Titled):
    """A further attempt somebody was granted; ``taken`` says that it has begun."""

    title_ja: str
    title_en: str
    number: int
    reason: str
    granted_by: str
    granted_at: datetime
    taken: bool


def used_up(session: Session, employee_id: int) -> tuple[UsedUpRow, ...]:
    """Where one person cannot go on without another attempt; at most two statements."""
    done = (
        select(
            Attempt.quiz_id,
            func.count().label("used"),
            func.max(func.coalesce(Attempt.score, 0.0)).label("best"),
        )
        .where(Attempt.employee_id == employee_id)
        .group_by(Attempt.quiz_id)
        .having(func.sum(case((Attempt.passed.is_(True), 1), else_=0)) == 0)
        .having(func.sum(case((Attempt.state == AttemptState.OPEN, 1), else_=0)) == 0)
        .subquery()
    )
    more = (
        select(AttemptGrant.quiz_id, func.count().label("granted"))
        .where(AttemptGrant.employee_id == employee_id)
        .group_by(AttemptGrant.quiz_id)
        .subquery()
    )
    rows: Any = session.execute(
        select(
            ModuleVersion.final_quiz_version_id,
            func.coalesce(more.c.granted, 0),
            Module.public_id,
            Course.title,
            Course.title_en,
            ModuleVersion.title,
            ModuleVersion.title_en,
            done.c.used,
            done.c.best,
        )
        .join(Module, Module.final_quiz_id == done.c.quiz_id)
        .join(Course, Course.id == Module.course_id)
        .join(
            CourseVersionModule,
            and_(
                CourseVersionModule.course_version_id == Course.current_version_id,
                CourseVersionModule.module_id == Module.id,
            ),
        )
        .join(ModuleVersion, ModuleVersion.id == CourseVersionModule.module_version_id)
        .outerjoin(more, more.c.quiz_id == done.c.quiz_id)
        .where(ModuleVersion.final_quiz_version_id.is_not(None), Course.retired_at.is_(None))
        .order_by(Course.position, Course.id, CourseVersionModule.position)
    ).all()
    versions = find_versions(session, {row[0] for row in rows})
    return tuple(
        UsedUpRow(*row[2:])
        for row in rows
        if attempts_left(versions[row[0]].policy, row[7], row[1]) == 0
    )


def granted_attempts(session: Session, employee_id: int) -> tuple[GrantedRow, ...]:
    """Every further attempt of one person, the newest first; one statement."""
    newest = (
        select(func.max(ModuleVersion.id))
        .where(ModuleVersion.module_id == Module.id)
        .correlate(Module)
        .scalar_subquery()
    )
    rows: Any = session.execute(
        select(
            ModuleVersion.title,
            ModuleVersion.title_en,
            AttemptGrant.number,
            AttemptGrant.reason,
            AttemptGrant.granted_by,
            AttemptGrant.granted_at,
            Attempt.id.is_not(None),
        )
        .join(Module, Module.final_quiz_id == AttemptGrant.quiz_id)
        .join(ModuleVersion, ModuleVersion.id == newest)
        .outerjoin(
            Attempt,
            and_(
                Attempt.employee_id == AttemptGrant.employee_id,
                Attempt.quiz_id == AttemptGrant.quiz_id,
                Attempt.number == AttemptGrant.number,
            ),
        )
        .where(AttemptGrant.employee_id == employee_id)
        .order_by(AttemptGrant.id.desc())
    )
    return tuple(GrantedRow(*row) for row in rows)
