"""Small things about shapes and runs for which python-pptx has no call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

if TYPE_CHECKING:
    from lms.authoring.pptx.palette import Box


def set_font(run: Any, name: str) -> None:  # noqa: ANN401
    """Set the Latin and the Japanese font of a run; python-pptx sets only the first."""
    run.font.name = name
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    properties.set("lang", "ja-JP")
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    properties.find(qn("a:latin")).addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{name}"/>'))


def rgb(color: str) -> Any:  # noqa: ANN401
    """Give the colour for six hexadecimal digits."""
    return RGBColor.from_string(color)  # type: ignore[no-untyped-call]


def inches(box: Box) -> tuple[int, int, int, int]:
    """Give a box in EMU, as python-pptx takes it."""
    left, top, width, height = (int(Inches(value)) for value in box)
    return left, top, width, height


def place(shape: Any, box: Box) -> None:  # noqa: ANN401
    """Move and size a shape."""
    shape.left, shape.top, shape.width, shape.height = inches(box)


def fill_shape(shape: Any, color: str, line: str = "") -> None:  # noqa: ANN401
    """Fill a shape with one colour and draw its outline, or none."""
    fill_format(shape, color)
    if line:
        shape.line.color.rgb, shape.line.width = rgb(line), Pt(2)
    else:
        shape.line.fill.background()
    shape.shadow.inherit = False


def fill_format(target: Any, color: str) -> None:  # noqa: ANN401
    """Fill whatever has a ``fill``: a shape, a series or a point of a chart."""
    target.fill.solid()
    target.fill.fore_color.rgb = rgb(color)


def describe(shape: Any, alt: str) -> None:  # noqa: ANN401
    """Set the alternative text of a shape."""
    properties = shape._element.find(f"./*/{qn('p:cNvPr')}")  # noqa: SLF001
    properties.set("descr", alt)


def decorative(shape: Any) -> None:  # noqa: ANN401
    """Mark a shape as decoration the way PowerPoint 2019 and later do."""
    properties = shape._element.find(f"./*/{qn('p:cNvPr')}")  # noqa: SLF001
    properties.append(
        parse_xml(
            f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
            '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/'
            'decorative" val="1"/></a:ext></a:extLst>'
        )
    )
