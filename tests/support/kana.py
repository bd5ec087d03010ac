"""The reading of every word of a script, as whoever checks the engine wants to see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.authoring.speech.provider import DEFAULT_VOICE, ReadingSource, get_provider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.script import Script
    from lms.catalog.source import ReadingEntry


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word as it is written and as it will be spoken.

    ``kana`` is katakana, empty for signs. A ``source`` of ``GUESS`` should be underlined.
    """

    surface: str
    kana: str
    source: ReadingSource


def kana_of(
    script: Script, readings: Sequence[ReadingEntry], voice: str = DEFAULT_VOICE
) -> tuple[tuple[WordReading, ...], ...]:
    """Return the words of each sentence with their readings.

    Args:
        script: a parsed script.
        readings: the tenant's entries, then the module's; later ones win.
        voice: every voice of one engine reads alike.

    Raises:
        UnknownVoiceError: the voice is not installed.
    """
    provider = get_provider(voice)
    return tuple(
        tuple(
            WordReading(sentence.display[token.first : token.last], token.kana, token.source)
            for token in provider.plan(sentence, readings)
        )
        for sentence in script.sentences
    )


def transcript(words: Sequence[Sequence[WordReading]]) -> str:
    """Return the reading of a script as text, one sentence a line, signs kept."""
    return "\n".join(
        "".join(
            word.surface if word.source is ReadingSource.SIGN else word.kana for word in sentence
        )
        for sentence in words
    )
