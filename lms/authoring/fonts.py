"""Which fonts of a deck were not there and what was drawn instead."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from defusedxml.ElementTree import parse

from lms.authoring.findings import Finding, FindingCode, finding
from lms.authoring.office import FONTS_CONF

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLE = re.compile(r"(?:jp)?(?:regular|bold|medium|light|demibold|vkana|italic|oblique|w\d)*$")
_SYMBOLS = ("wingdings", "webdings", "symbol", "opensymbol")
_DEFAULT = "Noto Sans CJK JP"


def replaced_fonts(wanted: Sequence[str], drawn: Sequence[str]) -> list[Finding]:
    """Compare the fonts a deck asks for with those in the PDF that LibreOffice made of it.

    A font that is in the PDF was there. For another one the shipped list says what stands in for
    it; a font that is not in the list and whose stand-in was not drawn either was not needed.

    Args:
        wanted: family names in the deck, in English or Japanese.
        drawn: PostScript names in the PDF, without subset tags.
    """
    present = {_key(name) for name in drawn}
    found = []
    for family in wanted:
        if _key(family) in present or _key(family).startswith(_SYMBOLS):
            continue
        stand_in = next(
            (name for name in substitutes().get(family, (_DEFAULT,)) if _key(name) in present), None
        )
        if stand_in and _key(stand_in) != _key(family):
            found.append(finding(None, FindingCode.FONT, font=family, replacement=stand_in))
    return found


@cache
def substitutes() -> dict[str, tuple[str, ...]]:
    """Read the shipped fontconfig file: family to the families that stand in for it, best first."""
    tree = parse(FONTS_CONF, forbid_external=False)
    table = {}
    for alias in tree.iter("alias"):
        family = alias.findtext("family", "")
        table[family] = tuple(node.text or "" for node in alias.iterfind("prefer/family"))
    return table


def _key(name: str) -> str:
    """Make one form of ``Noto Sans CJK JP``, ``NotoSansCJKjp-Regular`` and ``BIZ UDPゴシック``."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = folded.replace("ゴシック", "gothic").replace("明朝", "mincho")
    return _STYLE.sub("", re.sub(r"[\s,_-]", "", folded))
