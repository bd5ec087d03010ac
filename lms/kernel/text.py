"""Japanese text: keys for search, comparison and sorting, widths, and safe file names.

What is stored is never changed; every function here makes a derived form (domain study G-2).
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_IDEOGRAPHIC_VARIANTS = {code: None for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ｰ"), "-")
_TILDES = dict.fromkeys(map(ord, "〜～"), "~")

# Personal names use these forms side by side; a search for one finds them all (domain study G-2).
_KANJI_VARIANTS = {
    "髙": "高",
    "﨑": "崎",
    "嵜": "崎",
    "碕": "崎",
    "邉": "辺",
    "邊": "辺",
    "齋": "斉",
    "齊": "斉",
    "斎": "斉",
    "濵": "浜",
    "濱": "浜",
    "栁": "柳",
    "𠮷": "吉",
    "德": "徳",
    "瀨": "瀬",
    "𣘺": "橋",
    "槗": "橋",
    "澤": "沢",
    "廣": "広",
    "國": "国",
    "嶋": "島",
    "嶌": "島",
    "櫻": "桜",
    "眞": "真",
    "惠": "恵",
    "榮": "栄",
    "龍": "竜",
    "藏": "蔵",
    "濟": "済",
    "關": "関",
    "應": "応",
    "圓": "円",
    "壽": "寿",
    "增": "増",
    "曾": "曽",
    "槇": "槙",
    "彌": "弥",
    "條": "条",
    "淨": "浄",
    "淵": "渕",
    "渊": "渕",
    "瀧": "滝",
    "與": "与",
    "豐": "豊",
    "鐵": "鉄",
    "靜": "静",
    "黑": "黒",
    "晝": "昼",
    "萬": "万",
    "寬": "寛",
    "逹": "達",
    "冨": "富",
    "籔": "薮",
    "藪": "薮",
    "塚": "塚",
    "籠": "篭",
    "舘": "館",
    "檜": "桧",
    "鷗": "鴎",
    "淸": "清",
    "祐": "祐",
    "神": "神",
}
_FOLD_KANJI = {ord(source): target for source, target in _KANJI_VARIANTS.items()}

_VOICED = str.maketrans(
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔぁぃぅぇぉっゃゅょゎ",
    "かきくけこさしすせそたちつてとはひふへほはひふへほうあいうえおつやゆよわ",
)
_ROWS = {
    **dict.fromkeys("あかさたなはまやらわ", "あ"),
    **dict.fromkeys("いきしちにひみり", "い"),
    **dict.fromkeys("うくすつぬふむゆる", "う"),
    **dict.fromkeys("えけせてねへめれ", "え"),
    **dict.fromkeys("おこそとのほもよろを", "お"),
}

_FORBIDDEN_IN_FILES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_RESERVED_FILES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def folded(text: str) -> str:
    """Return ``text`` for comparison: NFKC, case folded, runs of blanks as one space, trimmed.

    Dashes and wave dashes become one form each, because ``－`` and ``−``, ``～`` and ``〜`` depend
    on the machine that wrote them.
    """
    normal = unicodedata.normalize("NFKC", text).casefold()
    normal = unicodedata.normalize("NFKC", normal).translate(_DASHES).translate(_TILDES)
    return _BLANKS.sub(" ", normal).strip()


def is_wide(char: str) -> bool:
    """Tell whether a character takes two columns (East Asian width W or F)."""
    return unicodedata.east_asian_width(char) in "WF"
