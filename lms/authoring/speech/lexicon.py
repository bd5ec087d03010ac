"""Words with a reading of their own, set apart before a sentence is analysed. Pure.

The engine finds the words of its dictionary anywhere, even AI in MAIL, and a reading given in the
script is meant for one place only. So private characters stand for both while it reads.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lms.authoring.speech.dictionary import default_accent
from lms.catalog.source import ReadingEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.catalog.script import Sentence

# The upper part of the private area: towns keep their own kanji in the lower one (U+E000-E757).
_PLACEHOLDERS = range(0xE800, 0xF8FF)
_LATIN = re.compile("[0-9A-Za-z]")
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDED |= dict.fromkeys(map(ord, "‐‑–−"), ord("-")) | {ord("　"): ord(" "), ord("’"): ord("'")}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Dictionary entries: plain words, and terms by surface with the character for each.

    ``pattern`` finds terms in folded text; it is missing if there are none.
    """

    words: tuple[ReadingEntry, ...]
    terms: dict[str, tuple[str, ReadingEntry]]
    pattern: re.Pattern[str] | None


@lru_cache(maxsize=8)
def lexicon_of(entries: tuple[ReadingEntry, ...]) -> Lexicon:
    """Divide a dictionary into plain words and terms with Latin letters or digits.

    Terms are found here, where they stand alone, and a private character stands for each.
    """
    words = tuple(entry for entry in entries if not _LATIN.search(_term(entry)))
    terms = {_term(entry): entry for entry in entries if _LATIN.search(_term(entry))}
    longest_first = sorted(terms, key=len, reverse=True)
    alternatives = "|".join(_alone(surface) for surface in longest_first)
    # One half of the characters is left for the readings given in scripts.
    codes = _PLACEHOLDERS[: len(_PLACEHOLDERS) // 2]
    return Lexicon(
        words,
        {
            surface: (chr(code), entry)
            for code, (surface, entry) in zip(codes, terms.items(), strict=False)
        },
        re.compile(alternatives) if terms else None,
    )


def folded(text: str) -> str:
    """Return the text with full-width letters, digits, spaces and hyphens as the narrow ones.

    Its length does not change.
    """
    return text.translate(_FOLDED)


def with_placeholders(
    sentence: Sentence, lexicon: Lexicon
) -> tuple[str, list[int], tuple[tuple[str, ReadingEntry], ...]]:
    """Put one private character in the place of every text that has a reading of its own.

    These are the readings given in the script and the dictionary's terms. As a dictionary word
    that occurs nowhere else, the character gets that reading exactly there.

    Returns the text, the place in ``display`` of each of its character boundaries, and the words
    to add to the dictionary for this sentence.
    """
    free = (chr(code) for code in _PLACEHOLDERS[len(_PLACEHOLDERS) // 2 :])
    added: dict[ReadingEntry, str] = {}
    text = ""
    offsets: list[int] = []
    position = 0
    for part in sentence.parts:
        if part.reading:
            accent = default_accent(part.text, part.reading)
            entry = ReadingEntry(part.text, part.reading, accent)
            if entry not in added:
                added[entry] = next(free)
            text += added[entry]
            offsets.append(position)
        else:
            for piece, start in _pieces(part.text, lexicon):
                text += piece
                offsets.extend(position + start + index for index in range(len(piece)))
        position += len(part.text)
    offsets.append(position)
    return text, offsets, tuple((surface, entry) for entry, surface in added.items())


def _pieces(text: str, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """Return the pieces of a text and where they begin, terms being one private character."""
    # Private characters of somebody's own would be spoken as whatever they stand for here.
    clean = "".join("〓" if ord(char) in _PLACEHOLDERS else char for char in text)
    position = 0
    if lexicon.pattern is not None:
        for match in lexicon.pattern.finditer(folded(clean)):
            if match[0] in lexicon.terms:
                yield clean[position : match.start()], position
                yield lexicon.terms[match[0]][0], match.start()
                position = match.end()
    yield clean[position:], position


def _term(entry: ReadingEntry) -> str:
    return folded(unicodedata.normalize("NFC", entry.surface.strip()))


def _alone(surface: str) -> str:
    """Return a pattern that finds a term, but not inside a longer Latin word or number."""
    before = f"(?<!{_LATIN.pattern})" if _LATIN.match(surface) else ""
    after = f"(?!{_LATIN.pattern})" if _LATIN.match(surface[-1]) else ""
    return before + re.escape(surface) + after
