"""What a speech engine offers, and which engines there are.

A voice is named ``engine/voice``, such as ``openjtalk/mei``, or ``silent``. Adding an engine means
writing one module with a provider class and one line in ``_engines``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from lms.kernel.result import DomainError
from lms.player.timeline import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from lms.catalog.script import Sentence
    from lms.catalog.source import ReadingEntry

    Samples = npt.NDArray[np.float32]
    """Mono sound; full scale is 1.0, and synthesis may exceed it until it is levelled."""

DEFAULT_VOICE = "openjtalk/mei"
SILENT_VOICE = "silent"

Phone = tuple[float, float, str]
"""Start and end in seconds and the name of a sound in Open JTalk's alphabet."""


class UnknownVoiceError(DomainError):
    """The voice does not exist or its engine is not installed."""

    def __init__(self, voice: str) -> None:
        super().__init__("speech.voice", "The voice “%(voice)s” is not installed.", voice=voice)


class ReadingSource(StrEnum):
    """Who decided how a word is read."""

    DICTIONARY = "dictionary"
    """The engine's own dictionary."""
    MUNICIPAL = "municipal"
    """The municipal dictionary, the tenant's or the module's."""
    SCRIPT = "script"
    """A reading written in the script, for this place only."""
    GUESS = "guess"
    """An unknown word or a rule: somebody should look at it."""
    SIGN = "sign"
    """Not spoken."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice to choose. ``attribution`` must be shown with the module if it is not empty."""

    id: str
    name: str
    languages: tuple[str, ...]
    gender: str = ""
    license: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence as the engine understood it.

    ``first`` and ``last`` delimit it in ``Sentence.display`` (half open, code points). ``kana`` is
    its katakana reading, ``phonemes`` what is spoken; both are empty for signs. ``attached`` tells
    that it leans on the word before it (particles, endings, signs) and is highlighted with it.
    """

    first: int
    last: int
    kana: str
    phonemes: tuple[str, ...]
    source: ReadingSource
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """One spoken sentence, without the pauses around it, about as loud as ``TARGET_LUFS``.

    ``words`` cover ``Sentence.display`` without gaps; times are seconds from the first sample.
    """

    samples: Samples
    sample_rate: int
    words: tuple[Word, ...]
    phones: tuple[Phone, ...] = ()


class SpeechProvider(Protocol):
    """A speech engine. Instances may be used by several threads."""

    id: str

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices installed on this machine; none if the engine is missing."""
        ...

    def fingerprint(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> str:
        """Return a text that changes when this sentence would sound different."""
        ...

    def plan(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> tuple[Token, ...]:
        """Return the words of a sentence, covering its ``display`` without gaps."""
        ...

    def synth(self, sentence: Sentence, voice: str, readings: Sequence[ReadingEntry]) -> Speech:
        """Speak a sentence at its own rate with one of the engine's voices (full id)."""
        ...


@lru_cache(maxsize=1)
def _engines() -> dict[str, SpeechProvider]:
    # Engines import each other's types from here, so they are loaded when first asked for.
    from lms.authoring.speech.kokoro import KokoroProvider  # noqa: PLC0415
    from lms.authoring.speech.openjtalk import OpenJTalkProvider  # noqa: PLC0415
    from lms.authoring.speech.silent import SilentProvider  # noqa: PLC0415

    engines: tuple[SpeechProvider, ...] = (
        OpenJTalkProvider(),
        KokoroProvider(),
        SilentProvider(),
    )
    return {engine.id: engine for engine in engines}


def get_provider(voice: str) -> SpeechProvider:
    """Return the engine of a voice.

    Raises:
        UnknownVoiceError: there is no such voice on this machine.
    """
    provider = _engines().get(voice.partition("/")[0])
    if provider is None or all(known.id != voice for known in provider.voices()):
        raise UnknownVoiceError(voice)
    return provider


def available_voices(language: str = "") -> tuple[Voice, ...]:
    """Return every voice installed on this machine, the default first, ``silent`` last.

    Args:
        language: only voices that speak it (``ja``); every voice if empty.
    """
    voices = [voice for engine in _engines().values() for voice in engine.voices()]
    return tuple(voice for voice in voices if not language or language in voice.languages)
