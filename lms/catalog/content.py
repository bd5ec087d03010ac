"""A module ready to be published: source in its languages, readings and stored assets. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lms.catalog import markdown, textformat
from lms.catalog.script import parse_script, plain_text
from lms.catalog.source import ModuleSource, SlideSource

_SLOT = re.compile(r'<span class="slot">@@slot:(\w+)@@</span>')
_ASSET = re.compile(r"/asset/([0-9a-f]{64})/([a-z]+)/([a-z0-9.+-]+)")


@dataclass(frozen=True, slots=True)
class AssetRef:
    """A stored file of a module: digest, media type, size in pixels (0 when it has none)."""

    sha: str
    media_type: str
    width: int = 0
    height: int = 0
    size: int = 0

    def to_json(self) -> dict[str, Any]:
        """The mapping kept in the database."""
        return {
            "sha": self.sha,
            "type": self.media_type,
            "w": self.width,
            "h": self.height,
            "size": self.size,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> AssetRef:
        """The value of a stored mapping."""
        return cls(raw["sha"], raw["type"], raw["w"], raw["h"], raw.get("size", 0))


@dataclass(frozen=True, slots=True)
class ModuleContent:
    """Everything a published module is made from: what was read, and the text it was read from."""

    source: ModuleSource
    source_text: str
    source_en: ModuleSource | None = None
    source_text_en: str = ""
    readings_text: str = ""
    assets: Mapping[str, AssetRef] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 over everything that makes a version different."""
        shas = {name: ref.sha for name, ref in self.assets.items()}
        return digest_of(self.source_text, self.source_text_en, self.readings_text, shas)


def digest_of(text: str, text_en: str, readings_text: str, shas: Mapping[str, str]) -> str:
    """The digest of a module that was not parsed: its texts, and its assets by name and SHA-256."""
    parts = [text, text_en, readings_text]
    parts += [f"{name}={sha}" for name, sha in sorted(shas.items())]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def content_of(
    source: ModuleSource,
    *,
    source_en: ModuleSource | None = None,
    assets: Mapping[str, AssetRef] | None = None,
) -> ModuleContent:
    """The content of a module that was made in memory (deck import, editor, tests)."""
    return ModuleContent(
        source=source,
        source_text=textformat.write_module(source),
        source_en=source_en,
        source_text_en=textformat.write_module(source_en) if source_en else "",
        readings_text=textformat.write_readings(source.readings) if source.readings else "",
        assets=dict(assets or {}),
    )


@dataclass(frozen=True, slots=True)
class NarrationNeed:
    """Speech a slide needs: what is said, by whom, with which readings.

    A recording is named by ``voice`` = ``recorded:<digest of the uploaded sound>``.
    """

    script: str
    voice: str
    readings_text: str
    lang: str

    @property
    def key(self) -> str:
        """The same for the same speech, in every version of every module of the owner."""
        parts = [self.lang, self.voice, self.readings_text, self.script]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BuiltSlide:
    """A slide as it is stored."""

    key: str
    position: int
    title: str
    content: dict[str, Any]
    text: str
    narration: NarrationNeed | None
    narration_en: NarrationNeed | None


def build_slides(content: ModuleContent, *, default_voice: str) -> list[BuiltSlide]:
    """Render every slide of a module once, so that showing it needs no Markdown.

    Addresses of pictures and the municipality's slots stay as marks, which ``finish_html``
    fills in for each municipality.
    """
    english = {s.id: s for s in content.source_en.slides} if content.source_en else {}
    voice = content.source.voice or default_voice
    voice_en = (content.source_en.voice if content.source_en else "") or voice
    shown = [slide for slide in content.source.slides if not slide.hidden]
    built = []
    for position, slide in enumerate(shown, start=1):
        other = english.get(slide.id)
        languages = {"ja": _rendered(slide, content.assets)}
        if other is not None:
            languages["en"] = _rendered(other, content.assets)
        built.append(
            BuiltSlide(
                key=slide.id,
                position=position,
                title=slide.title,
                content={**languages, **_shared(slide, content.assets)},
                text=_search_text(slide),
                narration=_need(slide, voice, "ja", content),
                narration_en=_need(other, voice_en, "en", content) if other else None,
            )
        )
    return built


def _need(
    slide: SlideSource, voice: str, lang: str, content: ModuleContent
) -> NarrationNeed | None:
    if not slide.script.strip():
        return None
    recorded = content.assets.get(slide.audio) if slide.audio else None
    if recorded is not None:
        voice = f"recorded:{recorded.sha}"
    return NarrationNeed(slide.script, voice, content.readings_text if lang == "ja" else "", lang)


def _rendered(slide: SlideSource, assets: Mapping[str, AssetRef]) -> dict[str, str]:
    def address(name: str) -> str | None:
        ref = assets.get(name)
        return None if ref is None else asset_mark(ref)

    slots = {name: f"@@slot:{name}@@" for name in markdown.SLOT_LABELS}
    return {
        "title": slide.title,
        "layout": slide.layout,
        "html": markdown.to_html(slide.body, resolve_asset=address, slots=slots),
        "description_html": markdown.to_html(slide.description, resolve_asset=address, slots=slots),
        "source_note": slide.source_note,
        "picture_alt": slide.picture.alt if slide.picture else "",
    }


def _shared(slide: SlideSource, assets: Mapping[str, AssetRef]) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "checked_on": slide.checked_on.isoformat() if slide.checked_on else None,
        "review_by": slide.review_by.isoformat() if slide.review_by else None,
        "hotspots": [[h.label, h.target, h.x, h.y, h.w, h.h] for h in slide.hotspots],
    }
    picture = slide.picture
    if picture is not None and picture.src in assets:
        shared["picture"] = assets[picture.src].to_json()
        if picture.zoom in assets:
            shared["zoom"] = assets[picture.zoom].to_json()
    return shared


def _search_text(slide: SlideSource) -> str:
    return "\n".join(
        part
        for part in (
            slide.title,
            markdown.to_text(slide.body),
            plain_text(parse_script(slide.script)),
        )
        if part
    )


def asset_mark(ref: AssetRef) -> str:
    """How a stored file is named in stored HTML."""
    return f"/asset/{ref.sha}/{ref.media_type}"


def first_asset(html: str) -> AssetRef | None:
    """The first file that stored HTML names, without its size."""
    found = _ASSET.search(html)
    return AssetRef(found[1], f"{found[2]}/{found[3]}") if found else None


def finish_html(
    html: str,
    *,
    slots: Mapping[str, str],
    media_url: Callable[[str, str], str],
    translate: Callable[[str], str],
) -> str:
    """Fill the marks of stored HTML: signed picture addresses and the municipality's slots.

    A slot that nobody filled in shows a visible hint.
    """

    def slot(match: re.Match[str]) -> str:
        value = slots.get(match[1], "")
        if value:
            return f'<span class="slot">{escape(value)}</span>'
        label = translate(markdown.SLOT_LABELS.get(match[1], match[1]))
        hint = translate("[%(label)s: not filled in yet]") % {"label": label}
        return f'<span class="slot slot-empty">{escape(hint)}</span>'

    with_slots = _SLOT.sub(slot, html) if "@@slot:" in html else html
    if "/asset/" not in with_slots:
        return with_slots
    return _ASSET.sub(lambda m: media_url(m[1], f"{m[2]}/{m[3]}"), with_slots)
