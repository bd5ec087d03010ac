"""Reads of the catalogue as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from lms.catalog.access import courses_seen_by, prepared_twice
from lms.catalog.models import (
    Course,
    CourseVersionModule,
    Module,
    ModuleVersion,
    Narration,
    Slide,
    Tier,
)
from lms.core.access import Permission
from lms.core.db.kept import kept, kept_many
from lms.core.db.prepared import Prepared
from lms.core.i18n import Summarised, Titled, localized
from lms.core.tenancy import tenant_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class TierRow(Titled):
    """A tier in its order."""

    code: str
    title_ja: str
    title_en: str


class CourseRow(NamedTuple):
    """A published course with the totals of its current version.

    A named tuple, because the catalogue makes one for every course at every request.
    """

    id: int
    public_id: str
    slug: str
    code: str
    tier: str
    title_ja: str
    title_en: str
    summary_ja: str
    summary_en: str
    objective_ja: str
    objective_en: str
    required: bool
    open: bool
    certificate: bool
    current_version_id: int | None
    tenant_id: int
    modules: int
    minutes: int
    slides: int

    @property
    def title(self) -> str:
        return localized(self.title_ja, self.title_en)

    @property
    def summary(self) -> str:
        return localized(self.summary_ja, self.summary_en)

    @property
    def objective(self) -> str:
        return localized(self.objective_ja, self.objective_en)


@dataclass(frozen=True, slots=True)
class ModuleRow(Summarised):
    """A module at its place in a course version."""

    module_id: int
    public_id: str
    slug: str
    position: int
    module_version_id: int
    version: int
    title_ja: str
    title_en: str
    summary_ja: str
    summary_en: str
    minutes: int
    slide_count: int
    voice: str
    license: str
    completion: dict[str, Any]
    review_by: date | None
    final_quiz_id: int | None
    checks_quiz_id: int | None
    final_quiz_version_id: int | None
    checks_quiz_version_id: int | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class NarrationRow:
    """Speech of a slide; ``timeline`` is empty and ``ready_at`` None until it is made."""

    key: str
    script: str
    voice: str
    audio_sha: str
    media_type: str
    seconds: float
    timeline: str
    ready_at: datetime | None


@dataclass(frozen=True, slots=True)
class SlideRow:
    """A slide with the narration of each language it has."""

    key: str
    position: int
    title: str
    content: dict[str, Any]
    narration: NarrationRow | None
    narration_en: NarrationRow | None


def list_tiers(session: Session) -> tuple[TierRow, ...]:
    """All tiers in their order."""
    return tuple(TierRow(*row) for row in _TIERS.all(session))


_TIERS = Prepared(select(Tier.code, Tier.title, Tier.title_en).order_by(Tier.position, Tier.id))


def list_courses(session: Session, actor: Actor, *, search: str = "") -> tuple[CourseRow, ...]:
    """Published courses the actor may see, by tier and position; one statement.

    ``search`` keeps those with the text in titles, summaries or slides.
    """
    if search.strip():
        statement = _COURSES.where(_LIVE, courses_seen_by(actor), _holds(search.strip()))
        return _course_rows(session, session.execute(statement).all())
    return _course_rows(session, _PUBLISHED[actor.can(Permission.COURSE_EDIT)].all(session))


def find_course(session: Session, name: str) -> str | None:
    """The public id of a course by its slug or public id; the municipality's own goes first."""
    found: str | None = session.scalar(
        select(Course.public_id)
        .where(or_(Course.slug == name, Course.public_id == name))
        .order_by(Course.tenant_id.desc())
        .limit(1)
    )
    return found


def courses_by_id(session: Session, course_ids: list[int]) -> dict[int, CourseRow]:
    """Course rows by key, whatever their state; one statement."""
    rows = session.execute(_COURSES.where(Course.id.in_(course_ids))).all()
    return {row.id: row for row in _course_rows(session, rows)}


def _holds(wanted: str) -> ColumnElement[bool]:
    inside = (
        select(Slide.id)
        .join(CourseVersionModule, CourseVersionModule.module_version_id == Slide.module_version_id)
        .where(
            CourseVersionModule.course_version_id == Course.current_version_id,
            Slide.text.icontains(wanted, autoescape=True),
        )
        .exists()
    )
    columns = (Course.title, Course.title_en, Course.summary, Course.summary_en, Course.code)
    return or_(inside, *(column.icontains(wanted, autoescape=True) for column in columns))


_COURSES = (
    select(
        Course.id,
        Course.public_id,
        Course.slug,
        Course.code,
        Tier.code,
        Course.title,
        Course.title_en,
        Course.summary,
        Course.summary_en,
        Course.objective,
        Course.objective_en,
        Course.required,
        Course.open,
        Course.certificate,
        Course.current_version_id,
        Course.tenant_id,
    )
    .join(Tier, Tier.id == Course.tier_id)
    .order_by(Tier.position, Course.position, Course.id)
)
_LIVE = and_(Course.current_version_id.is_not(None), Course.retired_at.is_(None))
_PUBLISHED = prepared_twice(lambda seen: _COURSES.where(_LIVE, seen))


def _course_rows(session: Session, rows: Sequence[Any]) -> tuple[CourseRow, ...]:
    totals = kept_many(
        session,
        "totals",
        {row[14] for row in rows if row[14] is not None},
        lambda version_ids: _totals(session, version_ids),
    )
    return tuple(CourseRow._make((*row, *totals.get(row[14], (0, 0, 0)))) for row in rows)


def _totals(session: Session, version_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Modules, minutes and slides of course versions, which never change."""
    rows = session.execute(
        select(
            CourseVersionModule.course_version_id,
            func.count(),
            func.sum(ModuleVersion.minutes),
            func.sum(ModuleVersion.slide_count),
        )
        .join(ModuleVersion, ModuleVersion.id == CourseVersionModule.module_version_id)
        .where(CourseVersionModule.course_version_id.in_(version_ids))
        .group_by(CourseVersionModule.course_version_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def newest_hashes(session: Session, slug: str) -> dict[str, str]:
    """Slug of each module of the session's own course to the digest that was published last."""
    rows: Any = session.execute(
        select(Module.slug, ModuleVersion.content_hash)
        .join(Course, Course.id == Module.course_id)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .where(Course.slug == slug, Course.tenant_id == tenant_of(session))
        .order_by(ModuleVersion.number)
    )
    return dict(map(tuple, rows))


def course_outline(session: Session, course_version_id: int) -> tuple[ModuleRow, ...]:
    """The modules of a course version in order; at most one statement."""

    def read() -> tuple[ModuleRow, ...]:
        rows = _OUTLINE.all(session, course_version_id=course_version_id)
        return tuple(ModuleRow(*row) for row in rows)

    return kept(session, "outline", course_version_id, read)


def shown_language(contents: Collection[Mapping[str, Any]], locale: str) -> str:
    """The language in which slides are shown: the reader's when every one of them has it."""
    return locale if all(locale in content for content in contents) else "ja"


def shown_languages(
    session: Session, modules: Collection[ModuleRow], locale: str
) -> dict[int, str]:
    """``shown_language`` of modules by the key of their version; at most one statement.

    Everything is there in Japanese, so that nothing is asked for those who read it.
    """
    keys = {module.module_version_id for module in modules}
    if locale == "ja":
        return dict.fromkeys(keys, locale)

    def read(missing: list[int]) -> dict[int, str]:
        contents: dict[int, list[dict[str, Any]]] = {}
        asked = select(Slide.module_version_id, Slide.content)
        for key, content in session.execute(asked.where(Slide.module_version_id.in_(missing))):
            contents.setdefault(key, []).append(content)
        return {key: shown_language(contents.get(key, ()), locale) for key in missing}

    return kept_many(session, f"languages-{locale}", keys, read)


def course_of_quiz(session: Session, quiz_id: int) -> int | None:
    """The course whose module ends with this quiz."""
    return session.scalar(select(Module.course_id).where(Module.final_quiz_id == quiz_id))


_OUTLINE = Prepared(
    select(
        Module.id,
        Module.public_id,
        Module.slug,
        CourseVersionModule.position,
        ModuleVersion.id,
        ModuleVersion.number,
        ModuleVersion.title,
        ModuleVersion.title_en,
        ModuleVersion.summary,
        ModuleVersion.summary_en,
        ModuleVersion.minutes,
        ModuleVersion.slide_count,
        ModuleVersion.voice,
        ModuleVersion.license,
        ModuleVersion.completion,
        ModuleVersion.review_by,
        Module.final_quiz_id,
        Module.checks_quiz_id,
        ModuleVersion.final_quiz_version_id,
        ModuleVersion.checks_quiz_version_id,
        ModuleVersion.published_at,
    )
    .join(CourseVersionModule, CourseVersionModule.module_id == Module.id)
    .join(ModuleVersion, ModuleVersion.id == CourseVersionModule.module_version_id)
    .where(CourseVersionModule.course_version_id == bindparam("course_version_id"))
    .order_by(CourseVersionModule.position)
)


def player_slides(session: Session, module_version_id: int) -> tuple[SlideRow, ...]:
    """Every slide of a module version with its narration; at most two statements."""
    slides = _SLIDES.all(session, id=module_version_id)
    keys = {key for row in slides for key in (row[4], row[5]) if key}
    owners = {row[6] for row in slides}
    narrations = {
        row[0]: NarrationRow(*row)
        for row in session.execute(
            select(
                Narration.key,
                Narration.script,
                Narration.voice,
                Narration.audio_sha,
                Narration.media_type,
                Narration.seconds,
                Narration.timeline,
                Narration.ready_at,
            ).where(Narration.key.in_(keys), Narration.tenant_id.in_(owners))
        )
    }
    return tuple(
        SlideRow(
            key=row[0],
            position=row[1],
            title=row[2],
            content=row[3],
            narration=narrations.get(row[4]),
            narration_en=narrations.get(row[5]),
        )
        for row in slides
    )


_SLIDES = Prepared(
    select(
        Slide.key,
        Slide.position,
        Slide.title,
        Slide.content,
        Slide.narration_key,
        Slide.narration_key_en,
        Slide.tenant_id,
    )
    .where(Slide.module_version_id == bindparam("id"))
    .order_by(Slide.position)
)
