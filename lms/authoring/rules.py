"""Pure decisions of the workshop: what a module lacks, and how a corrected deck is merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lms.catalog.source import texts_of
from lms.kernel.messages import N_
from lms.kernel.text import name_unshowable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lms.catalog.source import ModuleSource, PictureSource, SlideSource


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something the author should still do; ``blocks`` means that it cannot be published yet."""

    slide: str
    message: str
    values: tuple[tuple[str, str], ...] = ()
    blocks: bool = False


def readiness(source: ModuleSource) -> tuple[ToDo, ...]:
    """What is missing before (``blocks``) or besides publishing, in the order of the slides."""
    found: list[ToDo] = []
    if not [slide for slide in source.slides if not slide.hidden]:
        found.append(ToDo("", N_("There is no slide to show."), blocks=True))
    if not source.title.strip():
        found.append(ToDo("", N_("Give the module a title."), blocks=True))
    shown = {slide.id for slide in source.slides if not slide.hidden}
    for slide in source.slides:
        if not slide.hidden:
            found.extend(_slide_todos(slide))
            found.extend(_dead_jumps(slide, shown))
    if source.pool and source.quiz.draw > len(source.pool):
        found.append(
            ToDo(
                "",
                N_("The quiz draws more questions (%(draw)s) than its pool has (%(pool)s)."),
                (("draw", str(source.quiz.draw)), ("pool", str(len(source.pool)))),
                blocks=True,
            )
        )
    if not source.pool:
        found.append(ToDo("", N_("There is no quiz at the end of the module.")))
    return tuple(found)


def _slide_todos(slide: SlideSource) -> list[ToDo]:
    found = []
    if not slide.script.strip():
        # Captions and transcript are made from the script, so that a recording needs one too.
        found.append(
            ToDo(slide.id, N_("There is no script, so the recording is not played here."))
            if slide.audio
            else ToDo(slide.id, N_("There is no script, so nothing is spoken here."))
        )
    if named := name_unshowable("\n".join(texts_of(slide))):
        characters = (("characters", named),)
        found.append(
            ToDo(slide.id, N_("Characters that cannot be shown: %(characters)s."), characters)
        )
    picture = slide.picture
    if picture is not None and not picture.alt.strip() and not picture.decorative:
        if not slide.body.strip():
            found.append(ToDo(slide.id, N_("The picture has no alternative text and no text.")))
        else:
            found.append(ToDo(slide.id, N_("The picture has no alternative text.")))
    return found


def _dead_jumps(slide: SlideSource, shown: Collection[str]) -> list[ToDo]:
    """PowerPoint opens a hidden slide from a button; here the button is left out."""
    message = N_("“%(label)s” leads to a slide that learners do not see, so it is no link.")
    return [
        ToDo(slide.id, message, (("label", spot.label),))
        for spot in slide.hotspots
        if spot.target.startswith("#") and spot.target[1:] not in shown
    ]


def small_picture(src: str, assets: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The stored small picture of a slide, else the picture itself, if there is one."""
    found: Mapping[str, Any] | None = assets.get(thumbnail_name(src))
    return found or assets.get(src)


def merge_reimport(before: ModuleSource, fresh: ModuleSource) -> ModuleSource:
    """A corrected deck over the module made from the deck before it.

    Slides are matched by id. Pictures, text, links and scripts come from the new deck; what the
    author added in the product and the deck does not bring (questions, surveys, alternative
    texts, sources, review dates, readings, the pool and the rules) stays.
    """
    known = {slide.id: slide for slide in before.slides}
    slides = tuple(_merge_slide(known.get(slide.id), slide) for slide in fresh.slides)
    return replace(
        before,
        slides=slides,
        pool=before.pool or fresh.pool,
    )


def _merge_slide(before: SlideSource | None, fresh: SlideSource) -> SlideSource:
    if before is None:
        return fresh
    return replace(
        fresh,
        script=fresh.script or before.script,
        questions=fresh.questions or before.questions,
        surveys=fresh.surveys or before.surveys,
        description=fresh.description or before.description,
        source_note=fresh.source_note or before.source_note,
        checked_on=fresh.checked_on or before.checked_on,
        review_by=fresh.review_by or before.review_by,
        audio=fresh.audio or before.audio,
        picture=_merge_picture(before.picture, fresh.picture),
    )


def _merge_picture(
    before: PictureSource | None, fresh: PictureSource | None
) -> PictureSource | None:
    if before is None or fresh is None or fresh.alt:
        return fresh
    return replace(fresh, alt=before.alt, decorative=before.decorative)


def thumbnail_name(src: str) -> str:
    """The name of the 320 px picture beside the ``src`` of a slide's picture."""
    return f"{src.removesuffix('.webp')}-thumb.webp"
