"""WebVTT captions from a timeline, broken into lines where Japanese may be broken.

The only module that imports BudouX. Format: https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import budoux

from lms.player.timeline import shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lms.player.timeline import Cue, Timeline

_LEADING_FORBIDDEN = (
    "、。，．・：；？！ー々〉》」』】〕）］｝ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.!?:;)]}%"
)


def to_vtt(timeline: Timeline, max_chars: int = 26, lines: int = 2) -> str:
    """Return the captions as WebVTT text (to be stored as UTF-8).

    A sentence that needs more than ``lines`` lines becomes several cues, each shown while its own
    words are spoken.

    Args:
        timeline: what is said when.
        max_chars: width of a line in full-width characters; a half-width one counts half.
        lines: most lines shown at once.
    """
    blocks = ["WEBVTT"]
    for number, shown in enumerate(_cues(timeline, max_chars, lines), start=1):
        blocks.append(f"{number}\n{shown}")
    return "\n\n".join(blocks) + "\n"


def join_vtt(parts: Iterable[tuple[str, Timeline]], max_chars: int = 26, lines: int = 2) -> str:
    """Return the captions of several recordings as those of one that plays them in a row.

    Args:
        parts: a name, which stands as a note before the captions, and what is said when.
        max_chars: as in ``to_vtt``.
        lines: as in ``to_vtt``.
    """
    blocks, number, position = ["WEBVTT"], 0, 0.0
    for name, timeline in parts:
        # A note ends at an empty line, and must not look like the times of a cue.
        blocks.append(f"NOTE {' '.join(name.split()).replace('-->', '→')}")
        for shown in _cues(shift(timeline, position), max_chars, lines):
            number += 1
            blocks.append(f"{number}\n{shown}")
        position += timeline.duration
    return "\n\n".join(blocks) + "\n"


def _cues(timeline: Timeline, max_chars: int, lines: int) -> Iterator[str]:
    """The captions in order, each as its times and its lines."""
    for cue in timeline.cues:
        rows = _rows(cue.text, max_chars)
        for index in range(0, len(rows), lines):
            group = rows[index : index + lines]
            start = _time_at(cue, group[0][0])
            end = _time_at(cue, group[-1][1])
            text = "\n".join(_escape(cue.text[first:last]) for first, last in group)
            yield f"{_timestamps(start, end)}\n{text}"


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


def _rows(text: str, max_chars: int) -> list[tuple[int, int]]:
    """Return the character spans of the lines of ``text``, white space at their ends left out.

    No more lines than needed, and these as equal in width as the phrases allow, so that a
    caption does not end in a single word.
    """
    phrases = _phrases(text, max_chars)
    rows = _fill(text, phrases, max_chars)
    narrowest = max((_width(text[start:end].rstrip()) for start, end in phrases), default=0)
    for width in range(int(narrowest) + 1, max_chars):
        balanced = _fill(text, phrases, width)
        if len(balanced) == len(rows):
            return balanced
    return rows


def _fill(text: str, phrases: list[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    """Put as many phrases on each line as fit into ``width``."""
    rows: list[tuple[int, int]] = []
    first = last = 0
    for start, end in phrases:
        if last > first and _width(text[first:end].rstrip()) > width:
            rows.append((first, last))
            first = start
        last = end
    rows.append((first, last))
    return [span for span in (_trimmed(text, *row) for row in rows) if span[0] < span[1]]


def _phrases(text: str, max_chars: int) -> list[tuple[int, int]]:
    """Return spans of ``text`` that should stay on one line, none wider than ``max_chars``."""
    spans: list[tuple[int, int]] = []
    position = 0
    for phrase in _parser().parse(text):
        start = position
        position += len(phrase)
        for offset in range(start, position):
            # Latin words may be parted at a space, and nothing may be wider than a line. One
            # place stays free for a character that a closing sign takes along.
            after_space = text[offset].isspace() and offset + 1 < position
            if after_space or _width(text[start : offset + 2].rstrip()) > max_chars - 1:
                spans.append((start, offset + 1))
                start = offset + 1
        if start < position:
            spans.append((start, position))
    return _keep_signs(text, spans)


def _keep_signs(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move a boundary back by one character where a line would begin with a closing sign."""
    kept = list(spans)
    for index in range(1, len(kept)):
        start, end = kept[index]
        before = kept[index - 1]
        if text[start] in _LEADING_FORBIDDEN and start - 1 > before[0]:
            kept[index - 1] = (before[0], start - 1)
            kept[index] = (start - 1, end)
    return kept


def _trimmed(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and text[first].isspace():
        first += 1
    while first < last and text[last - 1].isspace():
        last -= 1
    return first, last


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def _time_at(cue: Cue, offset: int) -> float:
    """Return when the character boundary ``offset`` is reached."""
    if offset <= 0 or not cue.text:
        return cue.start
    if offset >= len(cue.text):
        return cue.end
    for start, end, first, last in cue.words:
        if first <= offset < last:
            return start + (end - start) * (offset - first) / (last - first)
    return cue.start + (cue.end - cue.start) * offset / len(cue.text)


def _escape(text: str) -> str:
    line = " ".join(text.split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _timestamps(start: float, end: float) -> str:
    first = max(round(start * 1000), 0)
    last = max(round(end * 1000), first + 1)
    return f"{_timestamp(first)} --> {_timestamp(last)}"


def _timestamp(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{thousandths:03}"
