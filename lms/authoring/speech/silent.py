"""A voice that says nothing: estimated timing, no sound. For tests and text-only modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.authoring.speech.provider import (
    SILENT_VOICE,
    ReadingSource,
    Speech,
    Token,
    Voice,
)
from lms.player.timeline import estimated_seconds, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.script import Sentence
    from lms.catalog.source import ReadingEntry

_SAMPLE_RATE = 24_000


class SilentProvider:
    """Takes the time a calm narrator would need (CV-5) and keeps quiet."""

    id = SILENT_VOICE

    def voices(self) -> tuple[Voice, ...]:
        """Return the one silent voice, which suits every language."""
        return (Voice(SILENT_VOICE, "Silent", ("ja", "en")),)

    def fingerprint(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> str:
        """Return a constant: nothing but the sentence itself matters."""
        del sentence, readings
        return "silent 1"

    def plan(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> tuple[Token, ...]:
        """Return stretches of text without readings."""
        del readings
        return tuple(
            Token(first, last, "", (), ReadingSource.SIGN)
            for _, _, first, last in spread(sentence.display, 0.0, 1.0)
        )

    def synth(self, sentence: Sentence, voice: str, readings: Sequence[ReadingEntry]) -> Speech:
        """Return silence as long as the sentence would take."""
        import numpy as np  # noqa: PLC0415 - web processes must not load it

        del voice, readings
        count = round(estimated_seconds(sentence) * _SAMPLE_RATE)
        words = spread(sentence.display, 0.0, count / _SAMPLE_RATE)
        return Speech(np.zeros(count, np.float32), _SAMPLE_RATE, words)
