"""Changes to a draft's module, as the editor makes them: from values to values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from lms.catalog import textformat
from lms.catalog.source import ModuleSource, SlideSource
from lms.core.i18n import gettext
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from lms.catalog.source import QuestionSource, QuizPolicy, SurveySource

_FRAME_SLIDE = "frame-of-the-editor"
_SHELL = ModuleSource(title="x", slides=(SlideSource(id="x", title="x"),))


@dataclass(frozen=True, slots=True)
class SlideChange:
    """What the slide form holds; ``questions`` is text of quiz and survey blocks."""

    title: str
    script: str
    alt: str
    body: str
    questions: str
    source_note: str
    review_by: date | None
    hidden: bool


def slide_of(source: ModuleSource, slide_id: str) -> SlideSource | None:
    """The slide of this id; the first one for an empty id."""
    if not slide_id:
        return source.slides[0] if source.slides else None
    return next((slide for slide in source.slides if slide.id == slide_id), None)


def change_slide(source: ModuleSource, slide_id: str, change: SlideChange) -> ModuleSource:
    """The module with one slide changed.

    Raises:
        DomainError: the questions cannot be read; the message names the line.
    """
    questions, surveys = read_blocks(change.questions, source)
    slides = tuple(
        replace(
            slide,
            title=change.title.strip(),
            script=clean(change.script),
            body=clean(change.body),
            source_note=clean(change.source_note),
            review_by=change.review_by,
            hidden=change.hidden,
            questions=questions,
            surveys=surveys,
            picture=replace(slide.picture, alt=clean(change.alt), decorative=False)
            if slide.picture and clean(change.alt)
            else slide.picture,
        )
        if slide.id == slide_id
        else slide
        for slide in source.slides
    )
    return checked(replace(source, slides=slides))


def record_slide(source: ModuleSource, slide_id: str, name: str) -> ModuleSource:
    """The module with a recording on one slide; an empty name takes it away."""
    slides = (
        replace(slide, audio=name) if slide.id == slide_id else slide for slide in source.slides
    )
    return checked(replace(source, slides=tuple(slides)))


def change_module(
    source: ModuleSource,
    *,
    title: str,
    title_en: str,
    summary: str,
    minutes: int,
    policy: QuizPolicy,
    pool: str,
) -> ModuleSource:
    """The module with other names, rules and pool.

    Raises:
        DomainError: the questions cannot be read; the message names the line.
    """
    questions, surveys = read_blocks(pool, source, field="pool")
    if surveys:
        raise DomainError(
            "draft.survey", N_("The quiz at the end cannot hold survey items."), "pool"
        )
    return checked(
        replace(
            source,
            title=title.strip(),
            title_en=title_en.strip(),
            summary=clean(summary),
            minutes=minutes,
            quiz=policy,
            pool=questions,
        )
    )


def move_slide(source: ModuleSource, slide_id: str, step: int) -> ModuleSource:
    """The module with a slide one place further up (-1) or down (+1)."""
    slides = list(source.slides)
    place = next((i for i, slide in enumerate(slides) if slide.id == slide_id), None)
    if place is None or not 0 <= place + step < len(slides):
        return source
    slides.insert(place + step, slides.pop(place))
    return replace(source, slides=tuple(slides))


def add_slide(source: ModuleSource, after: str, title: str) -> tuple[ModuleSource, str]:
    """The module with an empty slide after another one, and the id of the new one."""
    used = {slide.id for slide in source.slides}
    number = next(n for n in range(1, len(used) + 2) if f"n{n:02}" not in used)
    fresh = SlideSource(id=f"n{number:02}", title=title)
    slides = list(source.slides)
    place = next((i for i, slide in enumerate(slides) if slide.id == after), len(slides) - 1)
    slides.insert(place + 1, fresh)
    return replace(source, slides=tuple(slides)), fresh.id


def remove_slide(source: ModuleSource, slide_id: str) -> ModuleSource:
    """The module without a slide.

    Raises:
        DomainError: it is the last one.
    """
    slides = tuple(slide for slide in source.slides if slide.id != slide_id)
    if not slides:
        raise DomainError("draft.last-slide", N_("A module needs at least one slide."))
    return replace(source, slides=slides)


def blocks_of(questions: tuple[QuestionSource, ...], surveys: tuple[SurveySource, ...] = ()) -> str:
    """Questions and survey items as the text an author edits."""
    slide = replace(_SHELL.slides[0], questions=questions, surveys=surveys)
    text = textformat.write_module(replace(_SHELL, slides=(slide,)))
    start = text.find("\n::: ")
    return text[start + 1 :].strip() if start >= 0 else ""


def read_blocks(
    text: str, source: ModuleSource, *, field: str = "questions"
) -> tuple[tuple[QuestionSource, ...], tuple[SurveySource, ...]]:
    """The questions and survey items of such a text; they may name the slides of ``source``.

    Raises:
        DomainError: it cannot be read (the message names line and reason), or holds more than that.
    """
    if not text.strip():
        return (), ()
    others = tuple(SlideSource(id=slide.id, title="x") for slide in source.slides)
    frame = replace(_SHELL, slides=(*others, SlideSource(id=_FRAME_SLIDE, title="x")))
    shell = textformat.write_module(frame).rstrip("\n")
    before = shell.count("\n") + 2
    parsed, problems = textformat.parse_module(f"{shell}\n\n{clean(text)}\n", file="")
    if parsed is None:
        first = next(p for p in problems if not p.warning)
        raise DomainError(
            "draft.questions",
            N_("Line %(line)s: %(why)s"),
            field,
            line=max(1, first.line - before),
            why=first.explain(gettext),
        )
    *rest, slide = parsed.slides
    bare = replace(slide, questions=(), surveys=())
    if replace(parsed, slides=(*rest, bare)) != frame:
        # Anything else would be gone after saving, and nobody would be told.
        raise DomainError(
            "draft.no-question",
            N_(
                "Only questions can stand here, each from a line “::: quiz …” (or “::: survey …”) "
                "to a line “:::”. Nothing was saved; what you typed is still here."
            ),
            field,
        )
    return slide.questions, slide.surveys


def checked(source: ModuleSource) -> ModuleSource:
    """The module as its own text says it, so that what is saved can always be read again.

    Raises:
        DomainError: the text format refuses it; the message names the reason.
    """
    text = textformat.write_module(replace(source, readings=()))
    parsed, problems = textformat.parse_module(text, file="module.md")
    if parsed is None:
        first = next(p for p in problems if not p.warning)
        raise DomainError(
            "draft.refused",
            N_("This cannot be saved: %(why)s"),
            why=first.explain(gettext),
        )
    return replace(parsed, readings=source.readings)


def clean(text: str) -> str:
    """What a browser sends, with plain line ends and no blanks around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
