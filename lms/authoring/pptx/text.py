"""Turns the content of a shape into Markdown: paragraphs, lists, tables, charts, SmartArt."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from lms.authoring import markdown

_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OUTLINED = frozenset(
    {
        PP_PLACEHOLDER.BODY,
        PP_PLACEHOLDER.OBJECT,
        PP_PLACEHOLDER.VERTICAL_BODY,
        PP_PLACEHOLDER.VERTICAL_OBJECT,
    }
)
_MAX_ROWS = 200
_MAX_COLUMNS = 30
_DIGITS = 6
_EXACT = 1e6
_DATE = re.compile(r"y|m+/d|d/m|[年月]")
_FIRST_DAY = date(1899, 12, 30)
_LAST_DAY = 2_900_000
"""Days count from the end of 1899 (ECMA-376 part 1, 18.17.4.1); the last is in the year 9839."""


def plain_text(element: Any) -> str:  # noqa: ANN401
    """All text of a shape's XML on one line, for labels."""
    pieces = (
        "".join(node.text or " " for node in paragraph.iter(qn("a:t"), qn("a:br")))
        for paragraph in element.iter(qn("a:p"))
    )
    return markdown.one_line(" ".join(pieces))


def frame_text(shape: Any) -> str:  # noqa: ANN401
    """The text of a shape as Markdown: a list where it has bullets, else paragraphs."""
    paragraphs = [
        (paragraph, text)
        for paragraph in shape.text_frame.paragraphs
        if (text := markdown.one_line(paragraph.text))
    ]
    outlined = shape.is_placeholder and shape.placeholder_format.type in _OUTLINED
    blocks: list[str] = []
    items: list[tuple[int, str]] = []
    for paragraph, text in paragraphs:
        if _bulleted(paragraph, outlined=outlined):
            items.append((paragraph.level, text))
            continue
        if items:
            blocks.append(markdown.bullets(items))
            items = []
        blocks.append(markdown.escape(text))
    if items:
        blocks.append(markdown.bullets(items))
    return "\n\n".join(blocks)


def table_text(table: Any) -> str:  # noqa: ANN401
    """A table as a pipe table; a merged cell stands where it begins."""
    rows = []
    for index, row in enumerate(table.rows):
        if index == _MAX_ROWS:
            break
        cells = list(row.cells)[:_MAX_COLUMNS]
        rows.append(["" if cell.is_spanned else cell.text_frame.text for cell in cells])
    return markdown.table(rows)


def chart_text(chart: Any) -> str:  # noqa: ANN401
    """The data of a chart as title and table: categories down, series across.

    Read from the cached values in the chart's XML (ECMA-376 part 1, 21.2.2), because python-pptx
    knows only some of the chart types.
    """
    title = ""
    if chart.has_title and chart.chart_title.has_text_frame:
        title = markdown.escape(chart.chart_title.text_frame.text)
    series = list(chart._chartSpace.iter(qn("c:ser")))[: _MAX_COLUMNS - 1]  # noqa: SLF001
    if any(one.find(qn("c:xVal")) is not None for one in series):
        rows = [["", "x", "y"]]
        for one in series:
            x, y = _points(one, "c:xVal"), _points(one, "c:yVal")
            rows += [[_series_name(one), x.get(index, ""), y[index]] for index in sorted(y)]
    else:
        columns = [_points(one, "c:val") for one in series]
        labels: dict[int, str] = {}
        for one in series:
            labels = _points(one, "c:cat") | labels
        rows = [["", *map(_series_name, series)]]
        for index in sorted(set(labels).union(*columns)):
            label = labels.get(index, str(index + 1))
            rows.append([label, *(column.get(index, "") for column in columns)])
    table = markdown.table(rows[: _MAX_ROWS + 1]) if len(rows) > 1 else ""
    return "\n\n".join(part for part in (title, table) if part)


def diagram_text(element: Any, part: Any) -> str:  # noqa: ANN401
    """The text of a SmartArt diagram as a nested list.

    The data part holds points and connections (ECMA-376 part 1, 21.4.3): ``parOf`` connections
    make a tree whose root is the point of type ``doc``.
    """
    ids = element.find(f".//{{{_DIAGRAM}}}relIds")
    if ids is None:
        return ""
    data = parse_xml(part.related_part(ids.get(f"{{{_RELATIONS}}}dm")).blob)
    texts = {
        point.get("modelId"): plain_text(point)
        for point in data.iter(f"{{{_DIAGRAM}}}pt")
        if point.get("type", "node") in {"node", "asst"}
    }
    root = next(
        (p.get("modelId") for p in data.iter(f"{{{_DIAGRAM}}}pt") if p.get("type") == "doc"), None
    )
    children: dict[str, list[tuple[int, str]]] = {}
    for link in data.iter(f"{{{_DIAGRAM}}}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = int(link.get("srcOrd", "0"))
            children.setdefault(link.get("srcId"), []).append((order, link.get("destId")))
    items: list[tuple[int, str]] = []
    waiting = [(0, child) for _, child in sorted(children.get(root or "", []), reverse=True)]
    seen: set[str] = set()
    while waiting:
        level, identifier = waiting.pop()
        if identifier in seen:
            continue
        seen.add(identifier)
        if texts.get(identifier):
            items.append((level, texts[identifier]))
        below = sorted(children.get(identifier, []), reverse=True)
        waiting.extend((level + 1, child) for _, child in below)
    if not items:
        items = [(0, text) for text in texts.values() if text]
    return markdown.bullets(items)


def _bulleted(paragraph: Any, *, outlined: bool) -> bool:  # noqa: ANN401
    properties = paragraph._p.pPr  # noqa: SLF001 - python-pptx has no bullets
    if properties is not None:
        if properties.find(qn("a:buNone")) is not None:
            return False
        if any(properties.find(qn(f"a:{name}")) is not None for name in ("buChar", "buAutoNum")):
            return True
    return outlined


def _series_name(series: Any) -> str:  # noqa: ANN401
    name = series.find(qn("c:tx"))
    return "" if name is None else "".join(node.text or "" for node in name.iter(qn("c:v")))


def _points(series: Any, path: str) -> dict[int, str]:  # noqa: ANN401
    """Give the cached points of an axis by index; of several label levels the innermost."""
    data = series.find(qn(path))
    if data is None:
        return {}
    level = data.find(f".//{qn('c:lvl')}")
    code = next((node.text or "" for node in data.iter(qn("c:formatCode"))), "")
    points = {}
    for point in (data if level is None else level).iter(qn("c:pt")):
        text = point.findtext(qn("c:v"), "")
        numeric = level is None and data.find(f".//{qn('c:strCache')}") is None
        points[int(point.get("idx", "0"))] = _number(text, code) if numeric else text
    return points


def _number(text: str, code: str) -> str:
    """Show a cached value as its number format does: per cent, a day, or plain."""
    try:
        value = float(text)
    except ValueError:
        return text
    if "%" in code:
        return f"{value * 100:.{_DIGITS}g}%"
    if _DATE.search(code.lower()) and 0 < value < _LAST_DAY:
        return str(_FIRST_DAY + timedelta(days=int(value)))
    return f"{value:.{_DIGITS}g}" if abs(value) < _EXACT else f"{value:.0f}"
