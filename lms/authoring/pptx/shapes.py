"""Walks over the shapes of a slide in reading order and says where each stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx.oxml.ns import qn
from pptx.shapes.shapetree import SlideShapeFactory

from lms.authoring.deck import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_SHAPES = frozenset(qn(f"p:{name}") for name in ("sp", "pic", "graphicFrame", "cxnSp"))
_GROUP = qn("p:grpSp")
_MAX_DEPTH = 40
_FULL_TURN = 360 * 60_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape and its rectangle on the slide.

    ``shape`` is python-pptx's object; ``None`` for a group, whose members follow by themselves,
    and for what python-pptx does not know. ``described`` tells that a group around it has an
    alternative text.
    """

    element: Any
    shape: Any
    box: Box
    described: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """Maps coordinates inside a group to EMU of the slide: ``x * sx + tx``."""

    sx: float = 1.0
    sy: float = 1.0
    tx: float = 0.0
    ty: float = 0.0
    described: bool = False


def placed_shapes(slide: Any, width: int, height: int) -> Iterator[Placed]:  # noqa: ANN401
    """Give every shape of a python-pptx slide, groups before their members.

    Args:
        slide: the slide.
        width: of the slide, EMU.
        height: of the slide, EMU.
    """
    walker = _Walker(slide.shapes, width or 1, height or 1)
    yield from walker.walk(slide.shapes._spTree, _Frame(), 0)  # noqa: SLF001 - order of the XML


@dataclass(frozen=True, slots=True)
class _Walker:
    shapes: Any
    width: int
    height: int

    def walk(self, parent: Any, frame: _Frame, depth: int) -> Iterator[Placed]:  # noqa: ANN401
        if depth > _MAX_DEPTH:
            return
        for element in parent.iterchildren():
            if element.tag == _ALTERNATE:
                yield from self.walk(_alternative(element), frame, depth + 1)
            elif element.tag == _GROUP:
                yield Placed(element, None, self.box(_extent(element), frame), frame.described)
                yield from self.walk(element, _inner(element, frame), depth + 1)
            elif element.tag in _SHAPES:
                shape = SlideShapeFactory(element, self.shapes)
                yield Placed(element, shape, self.placed(shape, element, frame), frame.described)

    def placed(self, shape: Any, element: Any, frame: _Frame) -> Box:  # noqa: ANN401
        extent = _extent(element)
        if extent is None and getattr(shape, "is_placeholder", False):
            # A placeholder without a place of its own takes that of its layout.
            try:
                extent = (shape.left or 0, shape.top or 0, shape.width or 0, shape.height or 0, 0)
            except (AttributeError, KeyError, ValueError):
                extent = None
        return self.box(extent, frame)

    def box(self, extent: tuple[float, ...] | None, frame: _Frame) -> Box:
        if extent is None:
            return Box(0, 0, 1, 1)
        x, y, w, h, turn = extent
        x, y, w, h = (
            x * frame.sx + frame.tx,
            y * frame.sy + frame.ty,
            abs(w * frame.sx),
            abs(h * frame.sy),
        )
        if turn:
            angle = 2 * math.pi * turn / _FULL_TURN
            cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
            outer_w, outer_h = w * cos + h * sin, w * sin + h * cos
            x, y, w, h = x + (w - outer_w) / 2, y + (h - outer_h) / 2, outer_w, outer_h
        return Box(x / self.width, y / self.height, w / self.width, h / self.height)


def description(element: Any) -> tuple[str, bool]:  # noqa: ANN401
    """Give the alternative text of a shape and whether it is marked as decorative."""
    properties = element.find(f"./*/{qn('p:cNvPr')}")
    if properties is None:
        return "", False
    decorative = any(
        node.tag.endswith("}decorative") and node.get("val") in {"1", "true"}
        for node in properties.iter()
        if isinstance(node.tag, str)
    )
    return properties.get("descr", ""), decorative


def _alternative(element: Any) -> Any:  # noqa: ANN401
    """Prefer what every program can show over what only new ones can."""
    fallback = element.find(_FALLBACK)
    if fallback is not None and len(fallback):
        return fallback
    choice = element.find(_CHOICE)
    return element if choice is None else choice


def _inner(element: Any, frame: _Frame) -> _Frame:  # noqa: ANN401
    """Give the frame of a group's members (ECMA-376 part 1, 20.1.7.5: off, ext, chOff, chExt)."""
    described = frame.described or bool(description(element)[0])
    transform = element.find(f"{qn('p:grpSpPr')}/{qn('a:xfrm')}")
    if transform is None:
        return _Frame(frame.sx, frame.sy, frame.tx, frame.ty, described)
    off, ext = _pair(transform, "a:off", "x", "y"), _pair(transform, "a:ext", "cx", "cy")
    inner_off = _pair(transform, "a:chOff", "x", "y") or off
    inner_ext = _pair(transform, "a:chExt", "cx", "cy") or ext
    if not (off and ext and inner_off and inner_ext):
        return _Frame(frame.sx, frame.sy, frame.tx, frame.ty, described)
    sx = ext[0] / inner_ext[0] if inner_ext[0] else 1.0
    sy = ext[1] / inner_ext[1] if inner_ext[1] else 1.0
    return _Frame(
        frame.sx * sx,
        frame.sy * sy,
        frame.tx + frame.sx * (off[0] - inner_off[0] * sx),
        frame.ty + frame.sy * (off[1] - inner_off[1] * sy),
        described,
    )


def _extent(element: Any) -> tuple[float, ...] | None:  # noqa: ANN401
    for path in ("p:spPr", "p:grpSpPr"):
        transform = element.find(f"{qn(path)}/{qn('a:xfrm')}")
        if transform is not None:
            break
    else:
        transform = element.find(qn("p:xfrm"))
    if transform is None:
        return None
    off, ext = _pair(transform, "a:off", "x", "y"), _pair(transform, "a:ext", "cx", "cy")
    if off is None or ext is None:
        return None
    return (*off, *ext, _number(transform.get("rot")))


def _pair(transform: Any, name: str, first: str, second: str) -> tuple[float, float] | None:  # noqa: ANN401
    element = transform.find(qn(name))
    if element is None:
        return None
    return _number(element.get(first)), _number(element.get(second))


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and abs(value) < 1e12 else 0.0  # noqa: PLR2004 - EMU
