"""Counts what a still picture and a text cannot keep of a slide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pptx.oxml.ns import qn

from lms.authoring.findings import FindingCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.authoring.pptx.shapes import Placed

_FILE_NAME = re.compile(
    r"[^\n]{0,200}\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?|webp)", re.IGNORECASE
)
_AUTOMATIC = ("自動的に生成された説明", "Description automatically generated")
_VIDEO = frozenset(qn(f"a:{name}") for name in ("videoFile", "quickTimeFile"))
_AUDIO = frozenset(qn(f"a:{name}") for name in ("audioFile", "wavAudioFile", "audioCd"))
_COMMENT = re.compile(rb"<(?:\w+:)?cm[\s>]")
_NO_EFFECT = (qn("p:sndAc"), qn("p:extLst"), qn("p:cut"))
_UNDRAWN = ("}contentPart", "}model3d")


def slide_losses(slide: Any) -> dict[FindingCode, int]:  # noqa: ANN401
    """Count animations, transitions, media, objects, controls and comments of a slide."""
    counts: dict[FindingCode, int] = {}
    for element in slide.element.iter():
        code = _code(element)
        if code:
            counts[code] = counts.get(code, 0) + 1
    if FindingCode.TRANSITION in counts:
        counts[FindingCode.TRANSITION] = 1  # It stands twice: for new programs and for old ones.
    comments = _comments(slide.part)
    if comments:
        counts[FindingCode.COMMENTS] = comments
    return counts


def alternative_texts(
    described: Iterable[tuple[Placed, str, bool]],
) -> tuple[tuple[str, ...], dict[FindingCode, int]]:
    """Collect the alternative texts an author wrote, and count those still to be written.

    Args:
        described: shape, its alternative text, and whether it is marked as decorative.

    Returns:
        The texts in reading order without doubles, and counts of missing and automatic ones.
    """
    texts: dict[str, None] = {}
    missing = automatic = 0
    for placed, text, decorative in described:
        written = "" if _FILE_NAME.fullmatch(text.strip()) else text
        automatic += any(mark in written for mark in _AUTOMATIC)
        if written.strip():
            texts[" ".join(written.split())] = None
        elif placed.element.tag == qn("p:pic") and not decorative and not placed.described:
            missing += 1
    counts = {}
    if missing:
        counts[FindingCode.ALT] = missing
    if automatic:
        counts[FindingCode.ALT_AUTOMATIC] = automatic
    return tuple(texts), counts


def _code(element: Any) -> FindingCode | None:  # noqa: ANN401
    tag = element.tag
    if not isinstance(tag, str):
        return None
    found: FindingCode | None = None
    if tag == qn("p:cTn"):
        if element.get("presetClass", "mediacall") != "mediacall":
            found = FindingCode.ANIMATIONS
    elif tag == qn("p:transition"):
        found = FindingCode.TRANSITION if _has_effect(element) else None
    elif tag in _VIDEO:
        found = FindingCode.VIDEO
    elif tag in _AUDIO:
        found = FindingCode.AUDIO
    elif tag == qn("p:control"):
        found = FindingCode.CONTROLS
    elif tag == qn("a:graphicData") and element.get("uri", "").endswith("/ole"):
        found = FindingCode.OLE
    elif tag.endswith(_UNDRAWN):
        found = FindingCode.UNREADABLE
    return found


def _has_effect(transition: Any) -> bool:  # noqa: ANN401
    """Without an effect in it, it only says when the next slide comes: a plain cut."""
    return any(isinstance(c.tag, str) and c.tag not in _NO_EFFECT for c in transition)


def _comments(part: Any) -> int:  # noqa: ANN401
    return sum(
        len(_COMMENT.findall(relation.target_part.blob))
        for relation in part.rels.values()
        if not relation.is_external and relation.reltype.endswith("/comments")
    )
