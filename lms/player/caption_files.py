"""Captions of stored slides as WebVTT files, for those who use them outside the player. Pure."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lms.kernel.messages import N_
from lms.kernel.result import DomainError, NotFoundError
from lms.player import timeline
from lms.player.captions import join_vtt, to_vtt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.queries import NarrationRow, SlideRow

WHOLE = "00-all.vtt"
"""Everything in one file, timed as if the recordings of the slides were played in a row."""

UNCHANGING = (1980, 1, 1, 0, 0, 0)
"""The same captions give the same file, whenever it is made."""


def slide_captions(slides: Sequence[SlideRow], key: str, lang: str) -> str:
    """The captions of one slide as WebVTT.

    Raises:
        NotFoundError: there is no such slide, or no speech of it in this language.
    """
    for slide in slides:
        spoken = _narration(slide, lang)
        if slide.key == key and spoken is not None and spoken.audio_sha:
            return to_vtt(timeline.from_json(spoken.timeline))
    raise NotFoundError(key)


def module_captions(slides: Sequence[SlideRow], lang: str) -> bytes:
    """The captions of a module as a ZIP file: one for each slide, and one of them all.

    Whoever puts sound on slides again needs the single ones, whoever makes a film or a
    translation the one of them all. Slides on which nothing is spoken are left out.

    Raises:
        DomainError: nothing is spoken in this language, or not all of the speech is made yet.
    """
    # What nobody on the server can speak is settled without sound: it plays silently.
    said = [
        (slide, narration)
        for slide in slides
        if (narration := _narration(slide, lang))
        and (narration.audio_sha or narration.ready_at is None)
    ]
    if not said:
        raise DomainError(
            "captions.none", N_("Nothing is spoken in this language, so there are no captions.")
        )
    ready = [each for each in said if each[1].audio_sha]
    if len(ready) < len(said):
        raise DomainError(
            "captions.waiting",
            N_(
                "Slides whose speech is there: %(ready)s of %(all)s. Captions follow with the rest."
            ),
            ready=len(ready),
            all=len(said),
        )
    lines = [(slide, timeline.from_json(narration.timeline)) for slide, narration in ready]
    names = [(f"{slide.position:02} {_title(slide, lang)}", line) for slide, line in lines]
    files = {WHOLE: join_vtt(names)}
    files |= {f"{slide.position:02}-{slide.key}.vtt": to_vtt(line) for slide, line in lines}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, UNCHANGING), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _narration(slide: SlideRow, lang: str) -> NarrationRow | None:
    return slide.narration_en if lang == "en" else slide.narration


def _title(slide: SlideRow, lang: str) -> str:
    texts = slide.content.get(lang) or {}
    return str(texts.get("title") or slide.title)
