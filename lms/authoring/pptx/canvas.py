"""Draws decks the way people draw them in PowerPoint: placeholders, tables, charts, groups.

Used for the sample decks. Lengths are inches on a 13.33 × 7.5 slide.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from lms.authoring.pptx.formatting import (
    decorative,
    describe,
    fill_format,
    fill_shape,
    inches,
    place,
    rgb,
    set_font,
)
from lms.authoring.pptx.palette import GREY, HEIGHT, INK, MIST, WHITE, WIDTH, Box, Style
from lms.authoring.pptx.timeless import timeless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_CHARTS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "pie": XL_CHART_TYPE.PIE,
}
_SERIES = ("C77700", "6B7A90", "8A1C1C", "A7B4C8", "4F7F52")
"""Colours of the second and later series; the first has the accent of the deck."""
_SHAPES = {
    "box": MSO_SHAPE.RECTANGLE,
    "round": MSO_SHAPE.ROUNDED_RECTANGLE,
    "chevron": MSO_SHAPE.CHEVRON,
    "pentagon": MSO_SHAPE.PENTAGON,
    "oval": MSO_SHAPE.OVAL,
    "diamond": MSO_SHAPE.DIAMOND,
    "arrow": MSO_SHAPE.RIGHT_ARROW,
    "down": MSO_SHAPE.DOWN_ARROW,
}
_ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE}
_PLAIN = Style()
_CENTERED = Style(18, align="center", anchor="middle")
_TITLE_ONLY, _TITLE_AND_CONTENT = 5, 1


class DeckCanvas:
    """A new presentation in one Japanese font family.

    Args:
        font: family of headings and text, as PowerPoint writes it.
        accent: colour of titles and shapes, six hexadecimal digits.
        title: for the document properties.
        author: for the document properties.
    """

    def __init__(self, *, font: str, accent: str, title: str, author: str) -> None:
        self.font = font
        self.accent = accent
        self._deck = pptx.Presentation()
        self._deck.slide_width, self._deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
        properties = self._deck.core_properties
        properties.title, properties.author = title, author
        self._set_theme_font()

    def slide(self, title: str, *, notes: str = "", content: bool = False) -> SlideCanvas:
        """Add a slide with its title placeholder; ``content`` adds the one for a list."""
        layout = self._deck.slide_layouts[_TITLE_AND_CONTENT if content else _TITLE_ONLY]
        slide = self._deck.slides.add_slide(layout)
        canvas = SlideCanvas(self, slide)
        canvas.set_title(title)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return canvas

    def save(self, path: Path) -> None:
        """Write the deck; the same calls give the same bytes on any day."""
        plain = BytesIO()
        self._deck.save(plain)
        path.write_bytes(timeless(plain.getvalue()))

    def _set_theme_font(self) -> None:
        for relation in self._deck.slide_master.part.rels.values():
            if relation.reltype.endswith("/theme"):
                part = relation.target_part
                theme = parse_xml(part.blob)
                for group in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
                    group.find(qn("a:latin")).set("typeface", self.font)
                    group.find(qn("a:ea")).set("typeface", self.font)
                part._blob = pptx.oxml.xmlchemy.serialize_for_reading(theme).encode()  # noqa: SLF001


class SlideCanvas:
    """Draws on one slide. Boxes are (left, top, width, height) in inches."""

    def __init__(self, deck: DeckCanvas, slide: Any) -> None:  # noqa: ANN401
        self.slide = slide
        self._deck = deck
        self._rule: Any = None

    def set_title(self, text: str) -> None:
        """Write the title above a coloured rule."""
        title = self.slide.shapes.title
        place(title, (0.6, 0.35, 12.1, 0.95))
        title.text_frame.text = text
        style = Style(32, bold=True, color=self._deck.accent, anchor="middle")
        self._dress(title.text_frame, style)
        self._rule = self.slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, *inches((0.6, 1.32, 12.13, 0.06))
        )
        fill_shape(self._rule, self._deck.accent)
        decorative(self._rule)

    def title_page(self, title: str, subtitle: str, lines: Sequence[str]) -> None:
        """Turn the slide into a cover."""
        self._rule._element.getparent().remove(self._rule._element)  # noqa: SLF001
        band = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *inches((0, 0, WIDTH, 4.6)))
        fill_shape(band, self._deck.accent)
        decorative(band)
        self.slide.shapes._spTree.insert(2, band._element)  # noqa: SLF001 - behind the title
        heading = self.slide.shapes.title
        place(heading, (0.9, 1.5, 11.5, 1.5))
        heading.text_frame.text = title
        self._dress(heading.text_frame, Style(48, bold=True, color=WHITE, anchor="middle"))
        self.text((0.9, 3.05, 11.5, 0.8), [subtitle], Style(24, color=WHITE))
        self.text((0.9, 5.2, 7.5, 1.6), lines, Style(20, color=INK))

    def bullets(self, box: Box, items: Iterable[tuple[int, str]], size: float = 24) -> None:
        """Fill the content placeholder with a list of (level, text)."""
        holder = self.slide.placeholders[1]
        place(holder, box)
        frame = holder.text_frame
        for index, (level, text) in enumerate(items):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.text, paragraph.level = text, level
            paragraph.space_after = Pt(8)
            for run in paragraph.runs:
                run.font.size = Pt(size - 3 * level)
                run.font.color.rgb = rgb(INK)

    def text(self, box: Box, lines: Sequence[str], style: Style = _PLAIN) -> Any:  # noqa: ANN401
        """Add a text box, one paragraph a line; gives the shape."""
        shape = self.slide.shapes.add_textbox(*inches(box))
        self._write(shape.text_frame, lines, style)
        return shape

    def shape(
        self,
        kind: str,
        box: Box,
        lines: Sequence[str] = (),
        style: Style = _CENTERED,
        *,
        fill: str = MIST,
        line: str = "",
        parent: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Add a shape with text, to the slide or to a group."""
        shapes = (parent or self.slide).shapes
        shape = shapes.add_shape(_SHAPES[kind], *inches(box))
        fill_shape(shape, fill, line)
        self._write(shape.text_frame, lines, style)
        return shape

    def group(self, alt: str = "") -> Any:  # noqa: ANN401
        """Add an empty group with an alternative text."""
        group = self.slide.shapes.add_group_shape()
        describe(group, alt)
        return group

    def steps(self, box: Box, labels: Sequence[str], *, alt: str = "") -> None:
        """Draw chevrons one after another in a group, like SmartArt's basic process."""
        left, top, width, height = box
        group = self.group(alt)
        pitch = width / len(labels)
        for index, label in enumerate(labels):
            kind = "pentagon" if index == 0 else "chevron"
            place = (left + index * pitch, top, pitch * 1.06, height)
            style = Style(20, bold=True, color=WHITE, align="center", anchor="middle")
            self.shape(kind, place, label.split("\n"), style, fill=self._deck.accent, parent=group)

    def connector(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line with an arrow head."""
        line = self.slide.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, *(Inches(value) for value in (*start, *end))
        )
        line.line.color.rgb, line.line.width = rgb(GREY), Pt(2.5)
        line.line._get_or_add_ln().append(  # noqa: SLF001 - python-pptx has no arrow heads
            parse_xml(f'<a:tailEnd type="triangle" {nsdecls("a")}/>')
        )

    def table(
        self,
        box: Box,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float = 18,
    ) -> None:
        """Add a table with a header row; ``widths`` are shares of the whole."""
        frame = self.slide.shapes.add_table(len(rows), len(rows[0]), *inches(box))
        table = frame.table
        for column, share in zip(table.columns, widths, strict=True):
            column.width = Inches(box[2] * share / sum(widths))
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                cell = table.cell(y, x)
                cell.text = text
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                color = self._deck.accent if y == 0 else (WHITE if y % 2 else MIST)
                cell.fill.fore_color.rgb = rgb(color)
                style = Style(size, bold=y == 0 or x == 0, color=WHITE if y == 0 else INK)
                self._dress(cell.text_frame, style)

    def chart(
        self,
        kind: str,
        box: Box,
        categories: Sequence[str],
        series: Mapping[str, Sequence[float]],
        *,
        title: str = "",
        number_format: str = "General",
        alt: str = "",
    ) -> None:
        """Add a native chart (``bar`` ``column`` ``line`` ``pie``) with labels on its values."""
        data: Any = CategoryChartData(number_format=number_format)  # type: ignore[no-untyped-call]
        data.categories = categories
        for name, values in series.items():
            data.add_series(name, values)
        frame = self.slide.shapes.add_chart(_CHARTS[kind], *inches(box), data)
        describe(frame, alt)
        chart = frame.chart
        chart.font.size, chart.font.name = Pt(16), self._deck.font
        chart.has_title = bool(title)
        if title:
            chart.chart_title.text_frame.text = title
            self._dress(chart.chart_title.text_frame, Style(18, bold=True))
        chart.has_legend = kind == "pie" or len(series) > 1
        if chart.has_legend:
            chart.legend.include_in_layout = False
            chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        colors = (self._deck.accent, *_SERIES)
        plot = chart.plots[0]
        plot.has_data_labels = True
        plot.data_labels.number_format = number_format
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.font.size = Pt(16)
        if kind == "pie":
            plot.data_labels.font.bold = True
            plot.data_labels.font.color.rgb = rgb(WHITE)
            for index in range(len(categories)):
                fill_format(plot.series[0].points[index].format, colors[index])
            return
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.visible = False
        for index, one in enumerate(plot.series):
            if kind == "line":
                one.format.line.color.rgb = rgb(colors[index])
                one.smooth = False
            else:
                fill_format(one.format, colors[index])

    def picture(self, box: Box, png: bytes, alt: str | None) -> None:
        """Add a picture; ``alt`` ``None`` leaves what PowerPoint leaves: nothing."""
        picture = self.slide.shapes.add_picture(BytesIO(png), *inches(box))
        describe(picture, alt or "")

    def button(self, box: Box, label: str, target: SlideCanvas | str, *, fill: str = "") -> None:
        """Add a shape that jumps to a slide, or to ``first`` ``last`` ``next`` ``previous``."""
        style = Style(20, bold=True, color=WHITE, align="center", anchor="middle")
        shape = self.shape("round", box, [label], style, fill=fill or self._deck.accent)
        if isinstance(target, SlideCanvas):
            shape.click_action.target_slide = target.slide
            return
        properties = shape._element.find(f"./*/{qn('p:cNvPr')}")  # noqa: SLF001
        properties.append(
            parse_xml(
                f'<a:hlinkClick {nsdecls("a", "r")} r:id="" '
                f'action="ppaction://hlinkshowjump?jump={target}slide"/>'
            )
        )

    def link_text(self, box: Box, pieces: Sequence[tuple[str, str]], style: Style) -> None:
        """Add one paragraph of (text, address) pieces; an empty address is plain text."""
        shape = self.slide.shapes.add_textbox(*inches(box))
        shape.text_frame.word_wrap = True
        paragraph = shape.text_frame.paragraphs[0]
        for text, address in pieces:
            run = paragraph.add_run()
            run.text = text
            if address:
                run.hyperlink.address = address
        self._dress(shape.text_frame, style)

    def page_number(self, number: int) -> None:
        """Add the slide number placeholder."""
        self.slide.shapes._spTree.append(  # noqa: SLF001 - python-pptx does not copy it
            parse_xml(
                f"<p:sp {nsdecls('p', 'a')}><p:nvSpPr>"
                f'<p:cNvPr id="{900 + number}" name="Slide Number"/><p:cNvSpPr/>'
                '<p:nvPr><p:ph type="sldNum" sz="quarter" idx="12"/></p:nvPr></p:nvSpPr><p:spPr>'
                '<a:xfrm><a:off x="11430000" y="6492240"/><a:ext cx="548640" cy="274320"/></a:xfrm>'
                '</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="r"/>'
                f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
                f'<a:rPr lang="ja-JP" sz="1200"/><a:t>{number}</a:t></a:fld></a:p>'
                "</p:txBody></p:sp>"
            )
        )

    def transition(self) -> None:
        """Give the slide a fade, as most decks have somewhere."""
        timing = parse_xml(f'<p:transition {nsdecls("p")} spd="med"><p:fade/></p:transition>')
        self.slide.element.find(qn("p:clrMapOvr")).addnext(timing)

    def _write(self, frame: Any, lines: Sequence[str], style: Style) -> None:  # noqa: ANN401
        frame.word_wrap = True
        for index, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.text = line
        self._dress(frame, style)

    def _dress(self, frame: Any, style: Style) -> None:  # noqa: ANN401
        frame.vertical_anchor = _ANCHOR[style.anchor]
        for paragraph in frame.paragraphs:
            paragraph.alignment = _ALIGN[style.align]
            paragraph.line_spacing = style.spacing
            for run in paragraph.runs:
                run.font.size, run.font.bold = Pt(style.size), style.bold
                run.font.color.rgb = rgb(style.color)
                set_font(run, style.font or self._deck.font)
