"""Reading dictionaries: the shipped municipal words, and the form the engine wants them in.

Pure but for reading the shipped file. A dictionary is CSV with the columns 表層,よみ,核,備考: what
is written, how it is read (kana), the mora after which the pitch falls (0: it never does), and a
remark. An entry wins over the engine's own dictionary wherever its text occurs.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from lms.catalog.source import ReadingEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KANA = re.compile(r"[ァ-ヺー]+")
_SMALL = "ァィゥェォャュョヮ"
_BREAK = "・"
_O_ROW = "オコソトノホモヨロゴゾドボポョォ"
_U_ROW = "ウクスツヌフムユルグズヅブプュゥ"
_E_ROW = "エケセテネヘメレゲゼデベペェ"

# The pitch of such a name falls before its last element: ごせ↓し, ちよだ↓く.
_NAME_ENDINGS = (
    ("市", ("シ",)),
    ("区", ("ク",)),
    ("府", ("フ",)),
    ("県", ("ケン",)),
    ("郡", ("グン",)),
    ("町", ("チョウ", "マチ")),
    ("村", ("ムラ", "ソン")),
)


@lru_cache(maxsize=1)
def municipal_entries() -> tuple[ReadingEntry, ...]:
    """Return the shipped dictionary: words of town halls, laws, systems and hard place names."""
    text = resources.files(__package__).joinpath("municipal.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        ReadingEntry(row["表層"], row["よみ"], int(row["核"]), row["備考"]) for row in rows
    )


def merged(layers: Iterable[Sequence[ReadingEntry]]) -> tuple[ReadingEntry, ...]:
    """Return one entry per surface; a later layer wins over an earlier one.

    Entries without a surface or with a reading that is not kana are left out: the content check
    reports them, and speech goes on without them.
    """
    chosen: dict[str, ReadingEntry] = {}
    for layer in layers:
        for entry in layer:
            if entry.surface.strip() and _KANA.fullmatch(reading(entry.kana)):
                chosen[entry.surface.strip()] = entry
    return tuple(chosen.values())


def reading(kana: str) -> str:
    """Return kana as katakana without the breaks and spaces that may divide it."""
    return _katakana(kana).replace(_BREAK, "")


def pronunciation(kana: str) -> str:
    """Return katakana as it sounds: こうかい → コーカイ, けいかく → ケーカク, おおさか → オーサカ.

    A break keeps two vowels apart: こ・うし → コウシ. A long vowel may also be written ー.
    """
    sound = ""
    for char in _katakana(kana):
        before = sound[-1:]
        lengthens = (
            (char == "ウ" and before in _O_ROW + _U_ROW)
            or (char == "オ" and before in _O_ROW)
            or (char == "イ" and before in _E_ROW)
        )
        sound += "ー" if before and lengthens else char
    return sound.replace(_BREAK, "")


def mora_count(kana: str) -> int:
    """Return the number of morae: きょう is two, ラッパ is three."""
    return sum(1 for char in reading(kana) if char not in _SMALL)


def default_accent(surface: str, kana: str) -> int:
    """Return the likely accent nucleus of a name whose reading was given without one."""
    sound = reading(kana)
    for ending, spoken in _NAME_ENDINGS:
        for tail in spoken:
            if surface.endswith(ending) and sound.endswith(tail) and len(sound) > len(tail):
                return mora_count(sound) - mora_count(tail)
    return 0


def dictionary_line(surface: str, entry: ReadingEntry) -> str:
    """Return the entry as a line of a MeCab user dictionary for Open JTalk.

    The columns are surface, left and right context (1348: proper noun), cost (low enough to win
    over any division into other words), part of speech, reading, pronunciation, accent.

    Args:
        surface: the surface as the engine's own normalisation writes it; without it, no entry
            with Latin letters or hyphens would ever match.
        entry: the reading; only its kana and accent are used.
    """
    moras = mora_count(entry.kana)
    accent = min(max(entry.accent, 0), moras)
    sound = f"{reading(entry.kana)},{pronunciation(entry.kana)},{accent}/{moras}"
    return f"{surface},1348,1348,-8000,名詞,固有名詞,一般,*,*,*,{surface},{sound},*"


def _katakana(kana: str) -> str:
    compact = "".join(kana.split())
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in compact)
