"""Writes of the catalogue: courses, and the publishing of immutable versions."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.assessment import service as assessment
from lms.assessment.models import Quiz, QuizPurpose
from lms.catalog.content import build_slides
from lms.catalog.events import ModulePublished
from lms.catalog.models import (
    Course,
    CourseVersion,
    CourseVersionModule,
    Module,
    ModuleVersion,
    Narration,
    Slide,
    Tier,
)
from lms.catalog.narrations import narration_row
from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.db import dialect
from lms.core.events import emit
from lms.core.tenancy import tenant_of
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.assessment.values import QuestionSource, SurveySource
    from lms.catalog.content import BuiltSlide, ModuleContent, NarrationNeed
    from lms.catalog.source import CourseSource
    from lms.core.access import Actor

TIERS = (
    ("general", "一般職員", "All staff"),
    ("dx-leader", "DX推進リーダー", "DX leaders"),
    ("expert", "デジタルエキスパート", "Digital experts"),
)
"""The tiers every municipality starts with; tiers are rows, so more may be added."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did: the version that is live, and whether it is new."""

    version: ModuleVersion
    changed: bool


def ensure_tiers(session: Session) -> dict[str, Tier]:
    """The tiers of the shared library by code, made where they are missing."""
    known = {tier.code: tier for tier in session.scalars(select(Tier))}
    for position, (code, title, title_en) in enumerate(TIERS, start=1):
        if code not in known:
            known[code] = Tier(code=code, title=title, title_en=title_en, position=position)
            session.add(known[code])
    session.flush()  # Courses refer to the tiers' keys.
    return known


def save_course(
    session: Session,
    source: CourseSource,
    *,
    actor: Actor,
    now: datetime,
    position: int = 100,
    owner_employee_id: int | None = None,
) -> Course:
    """Create the course of this id in the session's tenant, or bring its texts up to date.

    Raises:
        DomainError: there is no such tier.
    """
    tier_id = session.scalar(select(Tier.id).where(Tier.code == source.tier))
    if tier_id is None:
        raise DomainError("course.tier", "Choose one of the tiers.", "tier")
    course = session.scalar(
        select(Course).where(Course.slug == source.id, Course.tenant_id == tenant_of(session))
    )
    if course is None:
        course = Course(slug=source.id, title="", tier_id=tier_id, created_at=now)
        course.owner_employee_id = owner_employee_id
        session.add(course)
        audit.record(session, actor, AuditAction.COURSE_CREATED, source.id, {}, now=now)
    course.tier_id = tier_id
    course.position = position
    course.code = source.code
    for name in ("title", "title_en", "summary", "summary_en", "objective", "objective_en"):
        setattr(course, name, getattr(source, name))
    course.required, course.open = source.required, source.open
    course.prerequisites = list(source.prerequisites)
    course.certificate = source.certificate
    course.certificate_title = source.certificate_title
    course.certificate_title_en = source.certificate_title_en
    session.flush()  # Modules refer to the course's key.
    return course


def publish_module(  # noqa: PLR0913 - what, where, by whom and when
    session: Session,
    course: Course,
    slug: str,
    content: ModuleContent,
    *,
    actor: Actor,
    now: datetime,
    default_voice: str = "openjtalk/mei",
    note: str = "",
    position: int | None = None,
) -> Publication:
    """Make ``content`` the live version of a module of ``course``.

    A new module version and a new course version are inserted; what was live stays readable for
    those who finished on it. The same content again changes nothing. ``position`` (from 1)
    places the module in the course; by default it keeps its place or comes last.

    Raises:
        DomainError: the module has no slide to show.
    """
    slides = build_slides(content, default_voice=default_voice)
    if not slides:
        raise DomainError("module.empty", "A module needs at least one slide.")
    module = _module(session, course, slug, now)
    latest = session.scalar(
        select(ModuleVersion)
        .where(ModuleVersion.module_id == module.id)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
    )
    digest = content.digest()
    if latest is not None and latest.content_hash == digest:
        return Publication(latest, changed=False)
    version = _version(content, module, (latest.number if latest else 0) + 1, digest, now)
    version.slide_count = len(slides)
    version.published_by = actor.name
    version.voice = content.source.voice or default_voice
    _publish_quizzes(session, module, version, content)
    session.add(version)
    session.flush()  # Slides refer to the version's key.
    _add_slides(session, version, slides)
    _publish_course_version(session, course, module, version, actor=actor, now=now, at=position)
    audit.record(
        session,
        actor,
        AuditAction.MODULE_PUBLISHED,
        module,
        {"course": course.slug, "module": slug, "version": version.number, "note": note},
        now=now,
    )
    emit(session, ModulePublished(tenant_of(session), course.id, module.id, version.id, now))
    return Publication(version, changed=True)


def _module(session: Session, course: Course, slug: str, now: datetime) -> Module:
    module = session.scalar(
        select(Module).where(Module.course_id == course.id, Module.slug == slug)
    )
    if module is None:
        module = Module(course_id=course.id, slug=slug, created_at=now)
        session.add(module)
        session.flush()  # Versions refer to the module's key.
    return module


def _version(
    content: ModuleContent, module: Module, number: int, digest: str, now: datetime
) -> ModuleVersion:
    source = content.source
    reviews = [s.review_by for s in source.slides if s.review_by and not s.hidden]
    return ModuleVersion(
        module_id=module.id,
        number=number,
        content_hash=digest,
        source_text=content.source_text,
        source_text_en=content.source_text_en,
        readings_text=content.readings_text,
        assets={name: ref.to_json() for name, ref in content.assets.items()},
        title=source.title,
        title_en=source.title_en,
        summary=source.summary,
        summary_en=source.summary_en,
        minutes=source.minutes,
        license=source.license,
        completion=asdict(source.completion),
        review_by=min(reviews) if reviews else None,
        published_at=now,
    )


def _publish_quizzes(
    session: Session, module: Module, version: ModuleVersion, content: ModuleContent
) -> None:
    source, translated = content.source, content.source_en
    english: dict[str, QuestionSource | SurveySource] = {}
    if translated is not None:
        english |= {question.id: question for question in translated.questions}
        english |= {survey.id: survey for slide in translated.slides for survey in slide.surveys}
    if source.pool:
        quiz = _quiz(session, module.final_quiz_id, QuizPurpose.FINAL, source.title)
        module.final_quiz_id = quiz.id
        final = assessment.publish_quiz_version(
            session, quiz, source.pool, (), source.quiz, english=english
        )
        version.final_quiz_version_id = final.id
    shown = [slide for slide in source.slides if not slide.hidden]
    checks = [replace(q, slide=slide.id) for slide in shown for q in slide.questions]
    surveys = [(s, slide.id) for slide in shown for s in slide.surveys]
    if checks or surveys:
        quiz = _quiz(session, module.checks_quiz_id, QuizPurpose.CHECKS, source.title)
        module.checks_quiz_id = quiz.id
        inline = assessment.publish_quiz_version(
            session, quiz, checks, surveys, source.quiz, english=english
        )
        version.checks_quiz_version_id = inline.id


def _quiz(session: Session, quiz_id: int | None, purpose: QuizPurpose, title: str) -> Quiz:
    found = session.get(Quiz, quiz_id) if quiz_id is not None else None
    return found or assessment.create_quiz(session, purpose, title)


def _add_slides(session: Session, version: ModuleVersion, slides: Sequence[BuiltSlide]) -> None:
    needs: dict[str, NarrationNeed] = {}
    for slide in slides:
        for need in (slide.narration, slide.narration_en):
            if need is not None:
                needs[need.key] = need
        session.add(
            Slide(
                module_version_id=version.id,
                key=slide.key,
                position=slide.position,
                title=slide.title,
                content=slide.content,
                text=slide.text,
                narration_key=slide.narration.key if slide.narration else "",
                narration_key_en=slide.narration_en.key if slide.narration_en else "",
            )
        )
    dialect.insert_or_ignore(
        session,
        Narration,
        [narration_row(need, tenant_of(session)) for need in needs.values()],
        ("tenant_id", "key"),
    )


def _publish_course_version(
    session: Session,
    course: Course,
    module: Module,
    version: ModuleVersion,
    *,
    actor: Actor,
    now: datetime,
    at: int | None,
) -> CourseVersion:
    members = _members(session, course.current_version_id)
    if module.id in members:
        members[module.id] = version.id
    elif at is not None:
        order = list(members.items())
        order.insert(at - 1, (module.id, version.id))
        members = dict(order)
    else:
        members[module.id] = version.id
    number = session.scalar(
        select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    )
    fresh = CourseVersion(
        course_id=course.id,
        number=(number or 0) + 1,
        content_hash=hashlib.sha256(repr(sorted(members.items())).encode()).hexdigest(),
        published_at=now,
        published_by=actor.name,
    )
    session.add(fresh)
    session.flush()  # The members refer to the version's key.
    session.add_all(
        CourseVersionModule(
            course_version_id=fresh.id,
            module_id=module_id,
            module_version_id=module_version_id,
            position=position,
        )
        for position, (module_id, module_version_id) in enumerate(members.items(), start=1)
    )
    course.current_version_id = fresh.id
    session.flush()  # Later reads in this transaction follow the new version.
    return fresh


def _members(session: Session, course_version_id: int | None) -> dict[int, int]:
    """Module to module version, in order, of a course version."""
    rows = session.execute(
        select(CourseVersionModule.module_id, CourseVersionModule.module_version_id)
        .where(CourseVersionModule.course_version_id == course_version_id)
        .order_by(CourseVersionModule.position)
    )
    return {row[0]: row[1] for row in rows}
