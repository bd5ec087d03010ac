"""Phonemes of Open JTalk turned back into katakana, and into shapes of the mouth. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lms.authoring.speech.provider import Phone
    from lms.player.timeline import MouthEvent

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サスィスセソ",
    "t": "タティトゥテト",
    "n": "ナニヌネノ",
    "h": "ハヒホゥヘホ",
    "m": "マミムメモ",
    "y": "ヤイィユイェヨ",
    "r": "ラリルレロ",
    "w": "ワウィウゥウェウォ",
    "g": "ガギグゲゴ",
    "z": "ザズィズゼゾ",
    "d": "ダディドゥデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "f": "ファフィフフェフォ",
    "v": "ヴァヴィヴヴェヴォ",
    "j": "ジャジジュジェジョ",
    "sh": "シャシシュシェショ",
    "ch": "チャチチュチェチョ",
    "ts": "ツァツィツツェツォ",
    "ky": "キャキィキュキェキョ",
    "gy": "ギャギィギュギェギョ",
    "ny": "ニャニィニュニェニョ",
    "hy": "ヒャヒィヒュヒェヒョ",
    "by": "ビャビィビュビェビョ",
    "py": "ピャピィピュピェピョ",
    "my": "ミャミィミュミェミョ",
    "ry": "リャリィリュリェリョ",
    "ty": "テャティテュティェテョ",
    "dy": "デャディデュディェデョ",
    "kw": "クァクィクゥクェクォ",
    "gw": "グァグィグゥグェグォ",
}
_SMALL = "ァィゥェォャュョ"
_SINGLE = {"N": "ン", "cl": "ッ"}
_CLOSED = frozenset({"m", "b", "p", "my", "by", "py"})
_REST = frozenset({"pau", "sil", "cl"})


def _split(row: str) -> list[str]:
    """Divide a row into its five morae; a small letter belongs to the one before it."""
    morae: list[str] = []
    for char in row:
        if char in _SMALL:
            morae[-1] += char
        else:
            morae.append(char)
    return morae


_TABLE = {
    (consonant, vowel): mora
    for consonant, row in _ROWS.items()
    for vowel, mora in zip(_VOWELS, _split(row), strict=True)
}


def kana_of_phonemes(phonemes: Iterable[str]) -> str:
    """Return the katakana of phonemes: ``d i i e cl k u s u`` is ディーエックス."""
    kana = ""
    consonant = ""
    vowel = ""
    for phoneme in phonemes:
        if phoneme in _SINGLE:
            kana += _SINGLE[phoneme]
            consonant = vowel = ""
        elif phoneme.lower() in _VOWELS:
            same = not consonant and phoneme.lower() == vowel
            vowel = phoneme.lower()
            kana += "ー" if same else _TABLE.get((consonant, vowel), "")
            consonant = ""
        else:
            consonant = phoneme
    return kana


def mouth_events(phones: Sequence[Phone]) -> tuple[MouthEvent, ...]:
    """Return the changes of the mouth's shape while these sounds are made.

    Vowels open it, m, b and p close it, other consonants leave it as it is.
    """
    events: list[MouthEvent] = []
    shape = "-"
    for start, _, phoneme in phones:
        new = shape
        if phoneme in _CLOSED:
            new = "m"
        elif phoneme in _REST:
            new = "-"
        elif phoneme == "N":
            new = "n"
        elif phoneme.lower() in _VOWELS:
            new = phoneme.lower()
        if new != shape:
            events.append((start, new))
            shape = new
    if shape != "-":
        events.append((phones[-1][1], "-"))
    return tuple(events)
