"""Decks with one feature each, made with python-pptx and, where it knows nothing, with XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pptx
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from lms.authoring.conversion import Conversion, convert_deck
from lms.authoring.deckfile import make_working_copy
from lms.authoring.limits import Limits
from lms.authoring.pptx.reader import read_deck

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.deck import Deck, DeckSlide

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DATA_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"


class Workbench:
    """A presentation under construction."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.deck: Any = pptx.Presentation()

    def slide(self, title: str = "題", *, layout: int = 5) -> Any:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[layout])
        if slide.shapes.title is not None:
            slide.shapes.title.text = title
        return slide

    def box(self, slide: Any, text: str, top: float = 2.0) -> Any:
        shape = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(3), Inches(1))
        shape.text_frame.text = text
        return shape

    def save(self) -> Path:
        path = self._folder / "deck.pptx"
        self.deck.save(path)
        return path

    def read(self) -> Deck:
        """Read without a child process, for tests of the reader alone."""
        copy = make_working_copy(self.save(), self._folder / "copy.pptx", Limits())
        return read_deck(copy.path, Limits())

    def read_slide(self) -> DeckSlide:
        return self.read().slides[0]

    def convert(self, **arguments: Any) -> Conversion:
        return convert_deck(self.save(), self._folder, file_name="deck.pptx", **arguments)


def described(shape: Any, text: str) -> Any:
    shape._element.find(f"./*/{qn('p:cNvPr')}").set("descr", text)
    return shape


def smart_art(slide: Any, data: str) -> None:
    """Add a diagram whose data part is ``data`` (points and connections)."""
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        _DATA_TYPE,
        slide.part.package,
        f'<dgm:dataModel xmlns:dgm="{DIAGRAM}" {nsdecls("a")}>{data}</dgm:dataModel>'.encode(),
    )
    relation = slide.part.relate_to(part, RELATIONSHIP_TYPE.DIAGRAM_DATA)
    slide.shapes._spTree.append(
        parse_xml(
            f"<p:graphicFrame {nsdecls('p', 'a', 'r')}><p:nvGraphicFramePr>"
            '<p:cNvPr id="40" name="SmartArt"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="914400"/></p:xfrm><a:graphic>'
            f'<a:graphicData uri="{DIAGRAM}"><dgm:relIds xmlns:dgm="{DIAGRAM}" r:dm="{relation}" '
            'r:lo="x" r:qs="x" r:cs="x"/></a:graphicData></a:graphic></p:graphicFrame>'
        )
    )


def point(identifier: str, text: str, kind: str = "node") -> str:
    return (
        f'<dgm:pt modelId="{identifier}" type="{kind}"><dgm:t><a:bodyPr/><a:p><a:r>'
        f"<a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
    )


def connection(source: str, target: str, order: int) -> str:
    ends = f'srcId="{source}" destId="{target}"'
    return f'<dgm:cxn modelId="c{source}{target}" {ends} srcOrd="{order}"/>'
