"""A draft in the player, before anybody else can see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.authoring.queries import narrations
from lms.catalog.content import build_slides
from lms.catalog.queries import NarrationRow, SlideRow, shown_language
from lms.catalog.source import QuestionKind, SurveyKind
from lms.kernel.ids import public_id
from lms.kernel.result import DomainError
from lms.player import render
from lms.player.facts import CREDITS, Site, slide_facts
from lms.player.page_model import (
    OptionView,
    PlayerPage,
    PlayerSettings,
    PlayerUrls,
    QuestionView,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.catalog.content import BuiltSlide, ModuleContent, NarrationNeed
    from lms.catalog.models import Narration
    from lms.catalog.source import QuestionSource, SlideSource, SurveySource


def preview_page(
    session: Session,
    content: ModuleContent,
    *,
    default_voice: str,
    exit_url: str,
    here: str,
    course_title: str,
    site: Site,
    locale: str,
) -> PlayerPage:
    """The page model of a draft; its questions are shown but not graded.

    Raises:
        DomainError: every slide is hidden.
    """
    slides = draft_slides(session, content, default_voice=default_voice)
    lang = shown_language([slide.content for slide in slides], locale)
    sources = {slide.id: slide for slide in content.source.slides}
    return render.player_page(
        render.ModuleFacts(
            title=content.source.title,
            course_title=course_title,
            course_url=exit_url,
            lang=lang,
            license=content.source.license,
            voice_credit=CREDITS.get(content.source.voice or default_voice, ""),
        ),
        [slide_facts(slide, lang, site) for slide in slides],
        render.LearnerFacts(
            launch_id="",
            account="",
            stops={slide.key: _stops(sources[slide.key]) for slide in slides},
        ),
        urls=PlayerUrls(module=here, text=here, progress="", answer="", exit=exit_url),
        settings=PlayerSettings(),
    )


def draft_slides(
    session: Session, content: ModuleContent, *, default_voice: str
) -> tuple[SlideRow, ...]:
    """The slides of a draft as if it were published, with the speech there is; one statement.

    Raises:
        DomainError: every slide is hidden.
    """
    built = build_slides(content, default_voice=default_voice)
    if not built:
        raise DomainError("module.empty", "A module needs at least one slide.")
    keys = {need.key for s in built for need in (s.narration, s.narration_en) if need}
    spoken = narrations(session, keys)
    return tuple(_row(slide, spoken) for slide in built)


def _row(slide: BuiltSlide, spoken: dict[str, Narration]) -> SlideRow:
    return SlideRow(
        key=slide.key,
        position=slide.position,
        title=slide.title,
        content=slide.content,
        narration=_narration(slide.narration, spoken),
        narration_en=_narration(slide.narration_en, spoken),
    )


def _narration(need: NarrationNeed | None, spoken: dict[str, Narration]) -> NarrationRow | None:
    if need is None:
        return None
    row = spoken.get(need.key)
    return NarrationRow(
        key=need.key,
        script=need.script,
        voice=need.voice,
        audio_sha=row.audio_sha if row else "",
        media_type=row.media_type if row else "",
        seconds=row.seconds if row else 0.0,
        timeline=row.timeline if row else "",
        ready_at=row.ready_at if row else None,
    )


def _stops(slide: SlideSource) -> list[QuestionView]:
    return [_question(q) for q in slide.questions] + [_survey(s) for s in slide.surveys]


def _question(question: QuestionSource) -> QuestionView:
    is_match = question.kind is QuestionKind.MATCH
    return QuestionView(
        id=question.id,
        kind=question.kind.value,
        prompt=question.prompt,
        key=public_id(),
        options=tuple(OptionView(f"o{i}", o.text) for i, o in enumerate(question.options)),
        matches=tuple(OptionView(f"m{i}", o.match) for i, o in enumerate(question.options))
        if is_match
        else (),
        unit=question.unit,
        slide=question.slide,
    )


def _survey(survey: SurveySource) -> QuestionView:
    is_scale = survey.kind is SurveyKind.SCALE
    return QuestionView(
        id=survey.id,
        kind=survey.kind.value,
        prompt=survey.prompt,
        key=public_id(),
        options=()
        if is_scale
        else tuple(OptionView(f"o{i}", text) for i, text in enumerate(survey.options)),
        survey=True,
        required=survey.required,
        steps=survey.steps,
        low=survey.low,
        high=survey.high,
    )
