"""Japanese text: keys for search and comparison, wide characters, safe file names.

What is stored is never changed; every function here makes a derived form (domain study G-2).
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_TILDES = dict.fromkeys(map(ord, "〜～"), "~")

# Each word lists variants of one character, the form they are folded to last. Personal names use
# them side by side, so a search for one finds them all: the table of the domain study (G-2) and
# the pairs of old and new forms that are usual in names.
_KANJI_VARIANTS = (
    "髙高 﨑嵜碕崎 邉邊辺 齋齊斎斉 濵濱浜 栁柳 𠮷吉 德徳 瀨瀬 𣘺槗橋 澤沢 廣広 國国 嶋嶌島 "
    "櫻桜 眞真 惠恵 榮栄 龍竜 藏蔵 濟済 關関 應応 圓円 壽寿 增増 曾曽 彌弥 條条 淨浄 淵渊渕 "
    "瀧滝 與与 豐豊 鐵鉄 靜静 黑黒 萬万 寬寛 冨富 藪籔薮 籠篭 舘館 檜桧 鷗鴎 淸清 槇槙 會会 "
    "學学 實実 佛仏 禮礼 桒桑 峯峰 埜野 巖巌 狹狭 邨村 舩船 穗穂 亞亜 傳伝 兒児 團団 堯尭 戶戸 "
    "步歩 每毎 氣気 瑤瑶 祿禄 稻稲 緖緒 綠緑 繩縄 肅粛 莊荘 薰薫 蘆芦 譽誉 賴頼 遙遥 錄録 陷陥 "
    "險険 靑青 顯顕 驛駅 鹽塩 麥麦 黃黄 齡齢"
)
_FOLD_KANJI = {ord(form): forms[-1] for forms in _KANJI_VARIANTS.split() for form in forms[:-1]}

GETA = "〓"
"""What Japanese printers set for a character they do not have."""
_CONTEXT = 4
_MOST_NAMED = 8

_SEAM = re.compile(
    r"(?<=・)|(?<=[々一-鿿])(?=[ァ-ヴー]{3})|(?<=[ァ-ヴー]{3})(?=[一-鿿])",
)
_LINE = 12
"""Characters of a heading on a phone."""
_FORBIDDEN_IN_FILES = re.compile(r'[<>:"/\\|?*]+')
_RESERVED_FILE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def decode_office(content: bytes) -> str:
    r"""The text of a file as offices save it: UTF-8, UTF-16 with its mark, or CP932.

    Line ends become ``\n``.

    Raises:
        ValueError: it is none of them.
    """
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ValueError("neither UTF-8, UTF-16 nor CP932")


def folded(text: str) -> str:
    """Return ``text`` for comparison: NFKC, case folded, runs of blanks as one space, trimmed.

    Dashes and wave dashes become one form each, because ``－`` and ``−``, ``～`` and ``〜`` depend
    on the machine that wrote them. Kana and kanji stay as they are.
    """
    normal = unicodedata.normalize("NFKC", text).casefold()
    normal = unicodedata.normalize("NFKC", normal).translate(_DASHES).translate(_TILDES)
    return _BLANKS.sub(" ", normal).strip()


def narrow(text: str) -> str:
    """Return ``text`` with full-width letters, digits and signs as ordinary ones (NFKC), trimmed.

    An input method that was left on types ``０１２``; whoever reads a number must not mind.
    """
    return unicodedata.normalize("NFKC", text).strip()


def search_key(text: str) -> str:
    """Return the key under which a name is found, whichever of its forms is typed.

    :func:`folded`, then: variation selectors dropped, katakana as hiragana, variants of kanji
    as one (髙→高, 﨑→崎, 𠮷→吉), no blanks. Use it on both sides of a comparison.
    """
    key = folded(text.translate(_SELECTORS)).translate(_TO_HIRAGANA).translate(_FOLD_KANJI)
    # Without its blank a mark may join the letter before it (U¯ is U, blank, macron).
    return unicodedata.normalize("NFC", _BLANKS.sub("", key))


def parts_of(title: str) -> list[str]:
    """The words of a title that is one long word to a browser: ``育成プログラム`` is two.

    It may be broken after a middle dot and where a katakana word meets kanji. A title that has
    room on one line of a phone stays in one piece.
    """
    return _SEAM.split(title) if len(title) > _LINE else [title]


def is_wide(char: str) -> bool:
    """Tell whether a character takes two columns (East Asian width W or F)."""
    return unicodedata.east_asian_width(char) in "WF"


def is_unshowable(char: str) -> bool:
    """Tell whether no font can be expected to have it: private use (外字) or U+FFFD."""
    return char == "\ufffd" or unicodedata.category(char) == "Co"


def name_unshowable(text: str) -> str:
    """Name the characters of ``text`` that cannot be shown, empty if it has none.

    Each is named once, with what stands around it, so that people find it: ``〓村 実 (U+E000)``.
    """
    shown = "".join(GETA if is_unshowable(char) else char for char in text)
    found: dict[str, str] = {}
    for place, char in enumerate(text):
        if char not in found and is_unshowable(char):
            before = shown[max(0, place - _CONTEXT) : place].rpartition("\n")[2]
            after = shown[place + 1 : place + 1 + _CONTEXT].partition("\n")[0]
            found[char] = f"{before}{GETA}{after}".strip() + f" (U+{ord(char):04X})"
    named = ", ".join(list(found.values())[:_MOST_NAMED])
    return f"{named}, …" if len(found) > _MOST_NAMED else named


def safe_file_name(text: str, *, default: str = "file", max_bytes: int = 180) -> str:
    """Return ``text`` as a file name that Windows, macOS and Linux all accept.

    Separators and reserved signs become ``_``; control, invisible and private-use characters are
    dropped; device names (``con``) get a ``_`` before them. The ending is kept when the name is
    cut to ``max_bytes`` of UTF-8.

    Args:
        text: any text, such as the name of an uploaded file (without its folders).
        default: the name when nothing is left.
        max_bytes: the longest name in bytes; file systems allow 255.
    """
    name = unicodedata.normalize("NFC", text)
    name = "".join(char for char in name if unicodedata.category(char) not in _HIDDEN_CATEGORIES)
    name = _BLANKS.sub(" ", _FORBIDDEN_IN_FILES.sub("_", name)).strip(" .")
    if not name.strip("_"):
        return default
    if _RESERVED_FILE.fullmatch(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > max_bytes // 4:
        stem, dot, ending = name, "", ""
    room = max_bytes - len(f"{dot}{ending}".encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}{dot}{ending}"
