"""When what is said: the timeline of one slide's narration, shared by player and captions.

Everything here is pure. Times are seconds from the beginning of the slide's audio.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lms.catalog.script import SENTENCE_PAUSE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lms.catalog.script import Script, Sentence

FORMAT_VERSION = 1

CHARACTERS_PER_SECOND = 5.0
"""Calm Japanese narration, ordinary pauses included: 300 characters a minute (CV-5)."""

LATIN_WEIGHT = 0.35
"""A small Latin letter takes about a third of a Japanese character's time."""

MIN_SENTENCE_SECONDS = 0.5

# A stretch that is highlighted as one when nothing better is known: what is not hiragana, the
# hiragana after it, and the signs that follow.
_STRETCH = re.compile(r"[^\sぁ-ゖ、。，．！？!?]*[ぁ-ゖ]*[^\w]*")

Word = tuple[float, float, int, int]
"""Start and end in seconds; first character and the one after the last, in code points of the cue's
text (the browser counts UTF-16 units: whoever makes a page for it converts)."""

MouthEvent = tuple[float, str]
"""From this second on the mouth has this shape: a vowel (``a i u e o``), ``n`` for ん, ``m`` for
closed lips (m, b, p), ``-`` at rest."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence as it is spoken; ``words`` cover ``text`` without gaps, or are empty."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The narration of one slide; ``duration`` counts to the end of the last pause."""

    duration: float = 0.0
    cues: tuple[Cue, ...] = ()
    mouth: tuple[MouthEvent, ...] = ()


def shift(timeline: Timeline, seconds: float) -> Timeline:
    """Return the timeline beginning ``seconds`` later; its duration grows by as much."""
    cues = tuple(
        Cue(
            cue.start + seconds,
            cue.end + seconds,
            cue.text,
            tuple((word[0] + seconds, word[1] + seconds, word[2], word[3]) for word in cue.words),
        )
        for cue in timeline.cues
    )
    mouth = tuple((at + seconds, shape) for at, shape in timeline.mouth)
    return Timeline(timeline.duration + seconds, cues, mouth)


def join(pieces: Iterable[Timeline | float]) -> Timeline:
    """Return timelines one after another; a number among them is a pause in seconds."""
    cues: list[Cue] = []
    mouth: list[MouthEvent] = []
    position = 0.0
    for piece in pieces:
        if isinstance(piece, Timeline):
            moved = shift(piece, position)
            cues.extend(moved.cues)
            mouth.extend(moved.mouth)
            position = moved.duration
        else:
            position += piece
    return Timeline(position, tuple(cues), tuple(mouth))


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    """Return words of ``text`` with estimated times between ``start`` and ``end``.

    Used where no engine timing exists. Time is shared out by the number of characters.
    """
    spans = [match.span() for match in _STRETCH.finditer(text) if match[0]]
    total = sum(_weight(text[first:last]) for first, last in spans)
    if not total:
        return ((start, end, 0, len(text)),) if text else ()
    words: list[Word] = []
    passed = 0.0
    for first, last in spans:
        begin = start + (end - start) * passed / total
        passed += _weight(text[first:last])
        words.append((begin, start + (end - start) * passed / total, first, last))
    return tuple(words)


def silent_timeline(script: Script) -> Timeline:
    """Return the estimated timeline of a script without speech (CV-5: 300 characters/minute)."""
    pieces: list[Timeline | float] = []
    for sentence in script.sentences:
        seconds = estimated_seconds(sentence)
        text = sentence.display
        cue = Cue(0.0, seconds, text, spread(text, 0.0, seconds))
        pieces += [
            sentence.pause_before_ms / 1000,
            Timeline(seconds, (cue,)),
            sentence.pause_after_ms / 1000,
        ]
    return join(pieces)


def estimated_seconds(sentence: Sentence) -> float:
    """Return how long a sentence takes to speak, the pause after it apart."""
    seconds = _weight(sentence.display) / CHARACTERS_PER_SECOND - SENTENCE_PAUSE_MS / 1000
    return max(seconds, MIN_SENTENCE_SECONDS) / sentence.rate


def to_json(timeline: Timeline) -> str:
    """Return the timeline as compact JSON text, the form the player reads.

    ``{"v":1,"duration":12.34,"cues":[{"s":0,"e":3.2,"t":"…","w":[[0,0.3,0,2]]}],"mouth":[[0.1,"a"]]}``
    with ``s``/``e`` start and end, ``t`` text and ``w`` words (start, end, first character, the
    one after the last). All times are absolute seconds. The duration is kept to 10 µs (less than
    a sample), cues to the millisecond, words and mouth to 10 ms (less than a screen refresh).
    """
    cues = [
        {
            "s": _number(cue.start, 3),
            "e": _number(cue.end, 3),
            "t": cue.text,
            "w": [[_number(word[0], 2), _number(word[1], 2), *word[2:]] for word in cue.words],
        }
        for cue in timeline.cues
    ]
    content: dict[str, Any] = {
        "v": FORMAT_VERSION,
        "duration": _number(timeline.duration, 5),
        "cues": cues,
    }
    if timeline.mouth:
        content["mouth"] = [[_number(at, 2), shape] for at, shape in timeline.mouth]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes) -> Timeline:
    """Return the timeline written by :func:`to_json`.

    Raises:
        ValueError: it is not such a text, or its times run backwards.
    """
    try:
        content = json.loads(text)
        version = content["v"]
        timeline = Timeline(
            float(content["duration"]),
            tuple(_cue(item) for item in content["cues"]),
            tuple((float(at), str(shape)) for at, shape in content.get("mouth", ())),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError("not a timeline") from error
    if version != FORMAT_VERSION:
        raise ValueError(f"unknown timeline version {version}")
    starts = [cue.start for cue in timeline.cues]
    if _backwards(starts) or any(cue.end < cue.start for cue in timeline.cues):
        raise ValueError("the times of a timeline run backwards")
    return timeline


def _cue(item: dict[str, Any]) -> Cue:
    words = tuple((float(s), float(e), int(a), int(b)) for s, e, a, b in item.get("w", ()))
    return Cue(float(item["s"]), float(item["e"]), str(item["t"]), words)


def _backwards(times: Sequence[float]) -> bool:
    return any(later < earlier for earlier, later in pairwise(times))


def _number(value: float, digits: int) -> float | int:
    """Round; a whole number is written without its ``.0``."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _weight(text: str) -> float:
    """Count Japanese characters; small Latin letters count for less, signs and spaces for none."""
    return sum(
        LATIN_WEIGHT if "a" <= char <= "z" else 1.0
        for char in text
        if char.isalnum() or char in "、ー々"
    )
