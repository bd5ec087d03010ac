"""Slides outside the player: as a small picture on a card, and where their facts come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from lms.catalog.content import AssetRef, first_asset
from lms.catalog.models import CourseVersionModule, Narration, Slide
from lms.core.db.kept import kept

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SlideFace:
    """A slide as a small picture with its number, for cards; ``picture`` is None without one."""

    number: int
    title: str
    picture: AssetRef | None


def slide_face(session: Session, module_version_id: int, key: str, locale: str) -> SlideFace | None:
    """The slide of this key, or the first one; at most one statement.

    Its picture is that of an imported slide, else its first figure, else one of another slide.
    """
    place = (module_version_id, locale)
    faces = kept(session, "faces", place, lambda: _faces(session, module_version_id, locale))
    return faces.get(key) or next(iter(faces.values()), None)


def _faces(session: Session, module_version_id: int, locale: str) -> dict[str, SlideFace]:
    """Every slide of a version by its key, in order."""
    rows = session.execute(
        select(Slide.key, Slide.position, Slide.title, Slide.content)
        .where(Slide.module_version_id == module_version_id)
        .order_by(Slide.position)
    )
    faces = {
        key: SlideFace(number, title, _picture(content, locale))
        for key, number, title, content in rows
    }
    some = next((face.picture for face in faces.values() if face.picture), None)
    return {key: replace(face, picture=face.picture or some) for key, face in faces.items()}


def _picture(content: dict[str, Any], locale: str) -> AssetRef | None:
    """What the slide shows in this language, where it has an edition of it."""
    if "picture" in content:
        return AssetRef.from_json(content["picture"])
    texts = content.get(locale) or content.get("ja") or {}
    return first_asset(texts.get("html", ""))


def spoken_languages(session: Session, course_version_id: int) -> dict[int, tuple[str, ...]]:
    """In which languages all speech of a module is there, by its version; one statement."""
    rows = session.execute(
        select(Slide.module_version_id, Narration.lang)
        .join(CourseVersionModule, CourseVersionModule.module_version_id == Slide.module_version_id)
        .join(
            Narration,
            and_(
                Narration.tenant_id == Slide.tenant_id,
                or_(Narration.key == Slide.narration_key, Narration.key == Slide.narration_key_en),
            ),
        )
        .where(CourseVersionModule.course_version_id == course_version_id)
        .group_by(Slide.module_version_id, Narration.lang)
        .having(func.min(Narration.audio_sha) != "")
        .order_by(Narration.lang.desc())
    )
    found: dict[int, tuple[str, ...]] = {}
    for version_id, lang in rows:
        found[version_id] = (*found.get(version_id, ()), lang)
    return found


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where a slide's facts come from and when they are looked at again (CV-3)."""

    module_version_id: int
    slide: str
    source: str
    checked_on: date | None
    review_by: date | None


def course_sources(session: Session, course_version_id: int, locale: str) -> tuple[SourceNote, ...]:
    """The sources of a course version, each named once per module; one statement."""
    rows = session.execute(
        select(Slide.module_version_id, Slide.title, Slide.content)
        .join(CourseVersionModule, CourseVersionModule.module_version_id == Slide.module_version_id)
        .where(CourseVersionModule.course_version_id == course_version_id)
        .order_by(CourseVersionModule.position, Slide.position)
    )
    found: dict[tuple[int, str], SourceNote] = {}
    for version_id, title, content in rows:
        texts = content.get(locale) or content.get("ja") or {}
        note = texts.get("source_note", "")
        if note:
            found.setdefault(
                (version_id, note),
                SourceNote(
                    version_id,
                    texts.get("title") or title,
                    note,
                    _date(content.get("checked_on")),
                    _date(content.get("review_by")),
                ),
            )
    return tuple(found.values())


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
