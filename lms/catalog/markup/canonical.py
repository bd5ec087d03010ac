r"""The canonical form of a module: what writing and reading leave unchanged.

Two sources with the same canonical form are the same module. Files, the importer and the editor in
the browser meet here: blank ends are trimmed, line ends are ``\\n``, and Markdown that would look
like structure is rewritten to Markdown with the same meaning.
"""

from __future__ import annotations

from dataclasses import replace

from lms.catalog.markup.attributes import one_word
from lms.catalog.markup.lines import markdown_text, one_line, plain_text
from lms.catalog.markup.questions import escape_arrow
from lms.catalog.source import (
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    ReadingEntry,
    SlideSource,
    SurveySource,
)


def canonical_module(source: ModuleSource) -> ModuleSource:
    """Return the canonical form of a module; applying it twice changes nothing more."""
    return replace(
        source,
        title=one_line(source.title),
        title_en=one_line(source.title_en),
        summary=plain_text(source.summary).strip(" \t"),
        summary_en=plain_text(source.summary_en).strip(" \t"),
        objectives=tuple(filter(None, map(one_line, source.objectives))),
        skills=tuple(filter(None, map(one_line, source.skills))),
        lang=source.lang or "ja",
        voice=one_line(source.voice),
        license=one_line(source.license),
        slides=tuple(_slide(slide) for slide in source.slides),
        pool=tuple(canonical_question(question) for question in source.pool),
        readings=tuple(_reading(entry) for entry in source.readings),
    )


def _reading(entry: ReadingEntry) -> ReadingEntry:
    return replace(entry, surface=one_line(entry.surface), note=one_line(entry.note))


def _slide(slide: SlideSource) -> SlideSource:
    return replace(
        slide,
        title=one_line(slide.title),
        body=markdown_text(slide.body),
        script=plain_text(slide.script),
        description=markdown_text(slide.description),
        source_note=plain_text(slide.source_note),
        picture=_picture(slide.picture) if slide.picture is not None else None,
        hotspots=tuple(_hotspot(hotspot) for hotspot in slide.hotspots),
        questions=tuple(canonical_question(question) for question in slide.questions),
        surveys=tuple(_survey(survey) for survey in slide.surveys),
    )


def _picture(picture: PictureSource) -> PictureSource:
    return replace(picture, alt=one_line(picture.alt))


def _hotspot(hotspot: HotspotSource) -> HotspotSource:
    return replace(
        hotspot,
        label=one_line(hotspot.label),
        target=one_word(hotspot.target),
        x=float(hotspot.x),
        y=float(hotspot.y),
        w=float(hotspot.w),
        h=float(hotspot.h),
    )


def canonical_question(question: QuestionSource) -> QuestionSource:
    """Return the canonical form of a question."""
    is_order = question.kind is QuestionKind.ORDER
    is_match = question.kind is QuestionKind.MATCH
    return replace(
        question,
        prompt=markdown_text(question.prompt, list_marks=True, numbers=is_order),
        options=tuple(_option(option, is_match=is_match) for option in question.options),
        answers=tuple(one_line(answer) for answer in question.answers),
        tolerance=one_line(question.tolerance) or "0",
        unit=one_line(question.unit),
        explanation=markdown_text(question.explanation),
        slide=one_word(question.slide),
        skill=one_word(question.skill),
    )


def _option(option: OptionSource, *, is_match: bool) -> OptionSource:
    text = one_line(option.text)
    return replace(
        option,
        text=escape_arrow(text) if is_match else text,
        feedback=markdown_text(option.feedback),
        match=one_line(option.match),
    )


def _survey(survey: SurveySource) -> SurveySource:
    return replace(
        survey,
        prompt=markdown_text(survey.prompt, list_marks=True),
        options=tuple(map(one_line, survey.options)),
        low=one_line(survey.low),
        high=one_line(survey.high),
    )
