"""From what is stored about a module to the page the player shows. Pure: no database, no clock."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from lms.catalog.source import HotspotSource
from lms.player import timeline
from lms.player.page_model import (
    HotspotView,
    NextStep,
    PictureView,
    PlayerPage,
    QuestionView,
    Resume,
    SlideView,
    Tick,
)

if TYPE_CHECKING:
    from lms.player.page_model import (
        PlayerSettings,
        PlayerUrls,
    )

READ_CHARACTERS_PER_SECOND = 8.0
"""Silent reading of Japanese, rather slow (about 500 characters a minute)."""

MIN_SLIDE_SECONDS = 5.0
MAX_READ_SECONDS = 60.0
BREATH_SECONDS = 0.4
"""Rest after the last word before the next slide."""

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class SlideFacts:
    """One stored slide in one language. HTML fields are clean already.

    ``timeline`` is the JSON text of ``lms.player.timeline`` and may be empty; ``audio_url`` is
    empty as long as there is no speech.
    """

    id: str
    title: str
    body_html: str = ""
    layout: str = ""
    timeline: str = ""
    audio_url: str = ""
    picture: PictureView | None = None
    hotspots: tuple[HotspotSource, ...] = ()
    description_html: str = ""
    source_note: str = ""
    checked_on: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What the page says about the module itself."""

    title: str
    course_title: str
    course_url: str
    lang: str = "ja"
    title_lang: str = ""
    """The language of the title, where it is not that of the slides."""
    license: str = ""
    voice_credit: str = ""


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """What is known of this learner in this launch. ``stops`` holds the questions by slide id.

    ``used_up`` is the address that says how to go on without an attempt left at the quiz.
    """

    launch_id: str
    account: str
    stops: Mapping[str, Sequence[QuestionView]]
    seen: Collection[str] = ()
    ticks: tuple[Tick, ...] = ()
    completed: bool = False
    resume: Resume | None = None
    next: NextStep | None = None
    used_up: str = ""


def player_page(
    module: ModuleFacts,
    slides: Iterable[SlideFacts],
    learner: LearnerFacts,
    *,
    urls: PlayerUrls,
    settings: PlayerSettings,
) -> PlayerPage:
    """Return the page model of a module for one learner.

    A place to resume that no longer exists (the slide went away in a newer version) is dropped.

    Raises:
        ValueError: a timeline is broken, or the module has no slide.
    """
    facts = list(slides)
    if not facts:
        raise ValueError("a module without slides cannot be played")
    known = {slide.id for slide in facts}
    views = tuple(
        _slide_view(slide, number, module.lang, learner, known)
        for number, slide in enumerate(facts, start=1)
    )
    resume = learner.resume if learner.resume and learner.resume.slide in known else None
    return PlayerPage(
        title=module.title,
        course_title=module.course_title,
        course_url=module.course_url,
        launch_id=learner.launch_id,
        account=learner.account,
        lang=module.lang,
        title_lang=module.title_lang or module.lang,
        urls=urls,
        slides=views,
        next=learner.next,
        used_up=learner.used_up,
        resume=resume,
        ticks=learner.ticks,
        completed=learner.completed,
        settings=settings,
        license=module.license,
        # Where nothing is spoken, as in an English edition, no voice is thanked for it.
        voice_credit=module.voice_credit if any(view.audio_url for view in views) else "",
    )


def _slide_view(
    slide: SlideFacts, number: int, lang: str, learner: LearnerFacts, known: Collection[str]
) -> SlideView:
    spoken = _spoken(slide.timeline)
    stops = learner.stops.get(slide.id, ())
    hotspots = tuple(_hotspots(slide.hotspots, known))
    return SlideView(
        id=slide.id,
        number=number,
        title=slide.title,
        body_html=slide.body_html,
        duration=_duration(slide, spoken),
        sentences=spoken.sentences,
        timing_json=spoken.timing_json,
        layout=slide.layout,
        picture=slide.picture,
        hotspots=hotspots,
        description_html=slide.description_html,
        audio_url=slide.audio_url,
        silent=not slide.audio_url,
        source_note=slide.source_note,
        checked_on=slide.checked_on,
        review_by=slide.review_by,
        questions=tuple(stop for stop in stops if not stop.survey),
        surveys=tuple(stop for stop in stops if stop.survey),
        seen=slide.id in learner.seen,
        made_from=(slide, number, lang, hotspots),
    )


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What the page needs of a timeline; ``end`` is that of the last sentence, in seconds."""

    duration: float
    end: float
    sentences: tuple[str, ...]
    timing_json: str


@lru_cache(maxsize=2048)
def _spoken(text: str) -> _Spoken:
    """Read once for each narration: its text never changes, and every learner needs the same.

    A timeline has hundreds of numbers, which as text take a tenth of the memory.
    """
    line = timeline.from_json(text) if text else timeline.Timeline()
    return _Spoken(
        line.duration,
        line.cues[-1].end if line.cues else 0.0,
        tuple(cue.text for cue in line.cues),
        json.dumps(timing(line.cues), separators=(",", ":")),
    )


def _duration(slide: SlideFacts, spoken: _Spoken) -> float:
    """Seconds the slide stays; without speech as long as its text takes to read."""
    if slide.audio_url and spoken.duration:
        return round(spoken.duration, 3)
    if spoken.sentences:
        return round(max(spoken.duration, spoken.end + BREATH_SECONDS), 2)
    characters = len("".join(_TAG.sub("", slide.body_html).split()))
    seconds = characters / READ_CHARACTERS_PER_SECOND
    return round(min(max(seconds, MIN_SLIDE_SECONDS), MAX_READ_SECONDS), 1)


def timing(cues: Iterable[timeline.Cue]) -> list[list[int]]:
    """The cues without their text, for the script (``readCues`` in ``player/timeline.js``).

    The text stands in the page already, and the bytes count: one list a cue, times in hundredths
    of a second. First start and length of the cue, then for each word the pause before it, its
    length, the characters passed over and its characters, in UTF-16 units.
    """
    return [_short(cue) for cue in cues]


def _short(cue: timeline.Cue) -> list[int]:
    units = _utf16_offsets(cue.text)
    begin, end = round(cue.start * 100), round(cue.end * 100)
    numbers, at, place = [begin, end - begin], begin, 0
    for started, ended, first, last in cue.words:
        if not 0 <= first < last < len(units):
            continue
        start, stop = round(started * 100), round(ended * 100)
        numbers += [start - at, stop - start, units[first] - place, units[last] - units[first]]
        at, place = stop, units[last]
    return numbers


def _utf16_offsets(text: str) -> list[int]:
    """For each code point, and for the end, its offset in UTF-16 units: 𠮷 counts as two."""
    offsets = [0]
    for char in text:
        offsets.append(offsets[-1] + (2 if ord(char) > 0xFFFF else 1))  # noqa: PLR2004
    return offsets


def _hotspots(spots: Iterable[HotspotSource], known: Collection[str]) -> Iterable[HotspotView]:
    """Links on the picture; a jump to a slide that is not in the module leads nowhere: left out."""
    for spot in spots:
        href = spot.target
        if href.startswith("#"):
            if href[1:] not in known:
                continue
            href = f"#slide-{href[1:]}"
        yield HotspotView(spot.label, href, spot.x, spot.y, spot.w, spot.h)
