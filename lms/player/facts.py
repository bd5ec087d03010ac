"""From stored slides to what the player's page is made of, the same for learners and previews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lms.catalog.content import AssetRef, finish_html
from lms.catalog.script import parse_script
from lms.catalog.source import HotspotSource
from lms.core.i18n import gettext as _
from lms.player import render, timeline
from lms.player.page_model import PictureView

if TYPE_CHECKING:
    from lms.catalog.queries import NarrationRow, SlideRow

CREDITS = {
    "openjtalk/mei": "HTS Voice “Mei” © 2009–2013 Nagoya Institute of Technology, CC BY 3.0",
}
"""Whom the licence of a voice wants named; spoken by the machine unless it is listed here."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the page needs of the running site.

    ``media_url`` signs the address of stored bytes (digest, media type), ``slots`` are the local
    names of the municipality.
    """

    slots: Mapping[str, str]
    media_url: Callable[[str, str], str]


def slide_facts(slide: SlideRow, lang: str, site: Site) -> render.SlideFacts:
    """One slide in one language with signed addresses and filled slots."""
    texts: dict[str, Any] = slide.content[lang]
    spoken = slide.narration_en if lang == "en" else slide.narration
    sound = ""
    if spoken is not None and spoken.audio_sha:
        sound = site.media_url(spoken.audio_sha, spoken.media_type)
    return render.SlideFacts(
        id=slide.key,
        title=texts["title"],
        body_html=_finished(texts["html"], site),
        layout=texts["layout"],
        timeline=_timeline(spoken),
        audio_url=sound,
        picture=_picture(slide.content, texts["picture_alt"], site),
        hotspots=tuple(HotspotSource(*spot) for spot in slide.content["hotspots"]),
        description_html=_finished(texts["description_html"], site),
        source_note=texts["source_note"],
        checked_on=_date(slide.content["checked_on"]),
        review_by=_date(slide.content["review_by"]),
    )


def _finished(html: str, site: Site) -> str:
    return finish_html(html, slots=site.slots, media_url=site.media_url, translate=_)


def _timeline(spoken: NarrationRow | None) -> str:
    """The stored timeline; before the speech is made, the time it will take by estimate."""
    if spoken is None:
        return ""
    if spoken.timeline:
        return spoken.timeline
    return _estimated(spoken.script)


@lru_cache(maxsize=1024)
def _estimated(script: str) -> str:
    """Made once for each script: until the speech is there every learner gets the same."""
    return timeline.to_json(timeline.silent_timeline(parse_script(script)))


def _picture(content: Mapping[str, Any], alt: str, site: Site) -> PictureView | None:
    if "picture" not in content:
        return None
    shown = AssetRef.from_json(content["picture"])
    zoom = AssetRef.from_json(content["zoom"]) if "zoom" in content else None
    return PictureView(
        src=site.media_url(shown.sha, shown.media_type),
        width=shown.width,
        height=shown.height,
        alt=alt,
        zoom_src=site.media_url(zoom.sha, zoom.media_type) if zoom else "",
    )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
