"""Reads what happens when a shape or a piece of text is clicked.

The XML is read directly: python-pptx refuses groups (``TypeError``) and does not see links in
table cells. Actions are those of ECMA-376 part 1, 20.1.2.2.10 (``ppaction://…``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from pptx.oxml.ns import qn

from lms.authoring.deck import FIRST, LAST, NEXT, PREVIOUS, DeckLink
from lms.authoring.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lms.authoring.pptx.shapes import Placed

_CLICK, _ID = qn("a:hlinkClick"), qn("r:id")
_JUMPS = {
    "firstslide": FIRST,
    "lastslide": LAST,
    "nextslide": NEXT,
    "previousslide": PREVIOUS,
}
_INERT = frozenset({"media", "noaction", "ole"})
"""Playing a video or opening an object is reported as a lost video or object already."""
_SCHEMES = frozenset({"https", "mailto"})
_LABEL = 120


def shape_links(
    placed: Placed,
    part: Any,  # noqa: ANN401
    slide_ids: Mapping[str, int],
    text: str,
) -> Iterator[DeckLink | tuple[str, str]]:
    """Give the links of one shape: followable ones, or label and target of the others.

    Args:
        placed: the shape.
        part: the slide's part, which holds the relationships.
        slide_ids: slide part name to ``sldId``.
        text: the text of the shape, used as label.
    """
    properties = placed.element.find(f"./*/{qn('p:cNvPr')}")
    if properties is not None:
        click = properties.find(_CLICK)
        if click is not None:
            label = one_line(text) or properties.get("descr", "") or click.get("tooltip", "")
            target = _target(click, part, slide_ids)
            if target:
                yield _link(label, target, placed, text_run=False)
    if placed.shape is None:
        return  # The runs inside a group belong to its members.
    for paragraph in placed.element.iter(qn("a:p")):
        yield from _paragraph_links(paragraph, placed, part, slide_ids)


def _paragraph_links(
    paragraph: Any,  # noqa: ANN401
    placed: Placed,
    part: Any,  # noqa: ANN401
    slide_ids: Mapping[str, int],
) -> Iterator[DeckLink | tuple[str, str]]:
    """A change of language splits one link into several runs; they are joined again."""
    label, target = "", ""
    for run in paragraph.iter(qn("a:r"), qn("a:fld")):
        click = run.find(f"{qn('a:rPr')}/{_CLICK}")
        found = "" if click is None else _target(click, part, slide_ids)
        if target and found != target:
            yield _link(label, target, placed, text_run=True)
            label = ""
        target = found
        if found:
            label += "".join(node.text or "" for node in run.iter(qn("a:t")))
    if target:
        yield _link(label, target, placed, text_run=True)


def _link(label: str, target: str, placed: Placed, *, text_run: bool) -> DeckLink | tuple[str, str]:
    shown = one_line(label)[:_LABEL]
    box = placed.box.clipped()
    kind = target.partition(":")[0].lower()
    if box is None or kind not in _SCHEMES | {"slide", "jump"}:
        return shown, target
    return DeckLink(shown, target, box, text_run)


def _target(click: Any, part: Any, slide_ids: Mapping[str, int]) -> str:  # noqa: ANN401
    """Give the target as ``deck.DeckLink`` writes it, the raw text of what we cannot do, or ""."""
    action = click.get("action", "")
    relation = part.rels.get(click.get(_ID, "")) if click.get(_ID) else None
    kind = urlsplit(action)
    if kind.netloc in _INERT:
        return ""
    if kind.netloc == "hlinkshowjump":
        jump = parse_qs(kind.query).get("jump", [""])[0]
        return f"jump:{_JUMPS[jump]}" if jump in _JUMPS else str(action)
    if kind.netloc not in {"", "hlinkfile", "hlinksldjump"}:
        return str(action)
    return _address(relation, slide_ids) or str(action) or "?"


def _address(relation: Any, slide_ids: Mapping[str, int]) -> str:  # noqa: ANN401
    if relation is None:
        return ""
    if relation.is_external:
        return one_line(str(relation.target_ref))
    name = str(relation.target_part.partname).lstrip("/")
    return f"slide:{slide_ids[name]}" if name in slide_ids else name
