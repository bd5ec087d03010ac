"""What the reader takes from a deck: text in reading order, data, links, notes, losses."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches

from tests.authoring.decks import Workbench, connection, described, point, smart_art

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


def picture() -> BytesIO:
    target = BytesIO()
    Image.new("RGB", (20, 10), (9, 90, 60)).save(target, "PNG")
    target.seek(0)
    return target


def test_text_is_read_in_the_order_of_the_shapes_with_the_title_apart(bench: Workbench) -> None:
    slide = bench.slide("決裁の流れ", layout=1)
    frame = slide.placeholders[1].text_frame
    frame.text = "起案する"
    below = frame.add_paragraph()
    below.text, below.level = "件名を書く", 1
    bench.box(slide, "期限は*厳守*")

    read = bench.read_slide()

    assert read.title == "決裁の流れ"
    assert read.titled
    assert read.body == "- 起案する\n  - 件名を書く\n\n期限は\\*厳守\\*"


def test_a_line_break_in_a_title_becomes_a_space(bench: Workbench) -> None:
    bench.slide("令和8年度\v電子決裁研修")
    assert bench.read_slide().title == "令和8年度 電子決裁研修"


def test_the_topmost_short_text_is_the_title_where_there_is_none(bench: Workbench) -> None:
    slide = bench.slide(layout=6)
    bench.box(slide, "本文の文章です。", top=4)
    bench.box(slide, "見出しの文字", top=0.3)

    read = bench.read_slide()

    assert (read.title, read.titled) == ("見出しの文字", False)
    assert read.body == "本文の文章です。"


def test_slide_numbers_and_dates_are_not_text_of_the_slide(bench: Workbench) -> None:
    slide = bench.slide()
    slide.shapes._spTree.append(
        parse_xml(
            f"<p:sp {nsdecls('p', 'a')}><p:nvSpPr><p:cNvPr id='9' name='n'/><p:cNvSpPr/><p:nvPr>"
            "<p:ph type='sldNum' idx='12'/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>"
            "<a:p><a:r><a:t>7</a:t></a:r></a:p></p:txBody></p:sp>"
        )
    )
    assert bench.read_slide().body == ""


def test_a_table_becomes_a_table_and_a_merged_cell_stands_once(bench: Workbench) -> None:
    table = bench.slide().shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for y, row in enumerate((("区分", "保存|期間"), ("契約", "5年"))):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    table.cell(1, 0).merge(table.cell(1, 1))

    assert bench.read_slide().body.splitlines() == [
        "| 区分 | 保存\\|期間 |",
        "| --- | --- |",
        "| 契約 5年 |  |",
    ]


def test_a_chart_becomes_a_table_with_its_number_format(bench: Workbench) -> None:
    data: Any = CategoryChartData(number_format="0%")
    data.categories = ["紙", "電子"]
    data.add_series("割合", (0.25, 0.75))
    chart = (
        bench.slide()
        .shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
        .chart
    )
    chart.has_title = True
    chart.chart_title.text_frame.text = "決裁の方法"

    read = bench.read_slide()

    assert read.body.splitlines() == [
        "決裁の方法",
        "",
        "|  | 割合 |",
        "| --- | --- |",
        "| 紙 | 25% |",
        "| 電子 | 75% |",
    ]
    assert read.counts["chart"] == 1


def test_an_xy_chart_lists_its_points(bench: Workbench) -> None:
    data: Any = XyChartData()
    series = data.add_series("測定")
    series.add_data_point(1.5, 20)
    bench.slide().shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, 0, 0, Inches(4), Inches(3), data)
    assert "| 測定 | 1.5 | 20 |" in bench.read_slide().body


def test_smart_art_is_read_as_the_tree_its_connections_make(bench: Workbench) -> None:
    slide = bench.slide()
    smart_art(
        slide,
        "<dgm:ptLst>"
        + point("0", "", "doc")
        + point("2", "承認")
        + point("1", "起案")
        + point("3", "件名")
        + point("9", "見えない", "parTrans")
        + "</dgm:ptLst><dgm:cxnLst>"
        + connection("0", "1", 0)
        + connection("0", "2", 1)
        + connection("1", "3", 0)
        + "</dgm:cxnLst>",
    )
    assert bench.read_slide().body == "- 起案\n  - 件名\n- 承認"


def test_smart_art_that_cannot_be_read_is_reported(bench: Workbench) -> None:
    smart_art(bench.slide(), "<dgm:ptLst/>")
    assert bench.read_slide().counts["smartart"] == 1


def test_members_of_a_group_stand_where_the_group_puts_them(bench: Workbench) -> None:
    slide = bench.slide()
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(1), Inches(1))
    box.text_frame.text = "中"
    box.click_action.hyperlink.address = "https://example.jp/"
    # The group is moved and doubled afterwards, as dragging its corner does.
    transform = group._element.find(f"{qn('p:grpSpPr')}/{qn('a:xfrm')}")
    transform.find(qn("a:off")).set("x", str(Inches(2)))
    transform.find(qn("a:off")).set("y", str(Inches(3)))
    transform.find(qn("a:ext")).set("cx", str(Inches(2)))
    transform.find(qn("a:ext")).set("cy", str(Inches(2)))

    (link,) = bench.read_slide().links

    box = link.box
    assert (round(box.x * 10, 2), round(box.y * 7.5, 2)) == (2.0, 3.0)
    assert (round(box.w * 10, 2), round(box.h * 7.5, 2)) == (2.0, 2.0)


def test_a_group_itself_can_be_a_link(bench: Workbench) -> None:
    slide = bench.slide()
    group = slide.shapes.add_group_shape()
    group.shapes.add_shape(MSO_SHAPE.OVAL, 0, 0, Inches(1), Inches(1)).text_frame.text = "もくじ"
    identifier = slide.part.relate_to(
        "https://example.jp/a", "http://x/hyperlink", is_external=True
    )
    group._element.find(f"./*/{qn('p:cNvPr')}").append(
        parse_xml(f'<a:hlinkClick {nsdecls("a", "r")} r:id="{identifier}"/>')
    )
    (link,) = bench.read_slide().links
    assert (link.label, link.target) == ("もくじ", "https://example.jp/a")


def test_jumps_and_links_are_read_from_shapes_runs_and_cells(bench: Workbench) -> None:
    first, second = bench.slide("一"), bench.slide("二")
    button = bench.box(first, "次の題へ")
    button.click_action.target_slide = second
    run = bench.box(first, "").text_frame.paragraphs[0].add_run()
    run.text = "手引き"
    run.hyperlink.address = "https://example.jp/guide"
    cell = first.shapes.add_table(1, 1, 0, 0, Inches(2), Inches(1)).table.cell(0, 0)
    cell_run = cell.text_frame.paragraphs[0].add_run()
    cell_run.text = "係へ"
    cell_run.hyperlink.address = "mailto:kakari@example.jp"

    links = bench.read_slide().links

    assert [(link.label, link.target, link.text_run) for link in links] == [
        ("次の題へ", "slide:257", False),
        ("手引き", "https://example.jp/guide", True),
        ("係へ", "mailto:kakari@example.jp", True),
    ]


def test_one_link_in_several_runs_is_one_link(bench: Workbench) -> None:
    paragraph = bench.box(bench.slide(), "").text_frame.paragraphs[0]
    for text in ("総務省", "DX"):
        run = paragraph.add_run()
        run.text = text
        run.hyperlink.address = "https://example.jp/dx"
    assert [link.label for link in bench.read_slide().links] == ["総務省DX"]


@pytest.mark.parametrize(
    "address",
    ["http://intra.example/", "file:///etc/passwd", "javascript:alert(1)", "ftp://example.jp/x"],
)
def test_links_that_cannot_be_followed_are_listed(address: str, bench: Workbench) -> None:
    bench.box(bench.slide(), "開く").click_action.hyperlink.address = address
    read = bench.read_slide()
    assert read.links == ()
    assert read.lost_links == (("開く", address),)


def test_macros_programs_and_custom_shows_behind_buttons_are_listed(bench: Workbench) -> None:
    slide = bench.slide()
    for number, action in enumerate(("macro?name=Evil", "program", "customshow?id=0")):
        box = bench.box(slide, f"釦{number}")
        box._element.find(f"./*/{qn('p:cNvPr')}").append(
            parse_xml(f'<a:hlinkClick {nsdecls("a", "r")} r:id="" action="ppaction://{action}"/>')
        )
    assert [label for label, _ in bench.read_slide().lost_links] == ["釦0", "釦1", "釦2"]


def test_alternative_texts_are_collected_and_missing_ones_counted(bench: Workbench) -> None:
    slide = bench.slide()
    described(slide.shapes.add_picture(picture(), 0, 0), "窓口の\n写真")
    described(slide.shapes.add_picture(picture(), 0, 0), "IMG_0012.JPG")
    described(slide.shapes.add_picture(picture(), 0, 0), "建物 自動的に生成された説明")
    decorative = described(slide.shapes.add_picture(picture(), 0, 0), "")
    decorative._element.find(f"./*/{qn('p:cNvPr')}").append(
        parse_xml(
            f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
            '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/'
            'decorative" val="1"/></a:ext></a:extLst>'
        )
    )
    read = bench.read_slide()

    assert read.alts == ("窓口の 写真", "建物 自動的に生成された説明")
    assert read.counts["alt"] == 1
    assert read.counts["alt-automatic"] == 1


def test_a_picture_in_a_described_group_needs_no_text_of_its_own(bench: Workbench) -> None:
    slide = bench.slide()
    group = described(slide.shapes.add_group_shape(), "三つの絵")
    described(group.shapes.add_picture(picture(), 0, 0), "")
    read = bench.read_slide()
    assert read.alts == ("三つの絵",)
    assert "alt" not in read.counts


def test_animations_media_and_transitions_are_counted(bench: Workbench) -> None:
    slide = bench.slide()
    slide.shapes.add_movie(picture(), 0, 0, Emu(100), Emu(100), mime_type="video/mp4")
    slide.element.find(qn("p:clrMapOvr")).addnext(
        parse_xml(f"<p:transition {nsdecls('p')}><p:fade/></p:transition>")
    )
    timing = slide.element.find(qn("p:timing"))
    for preset in ("entr", "exit"):
        timing.append(parse_xml(f'<p:cTn {nsdecls("p")} id="9" presetClass="{preset}"/>'))

    counts = bench.read_slide().counts

    assert counts["video"] == 1
    assert counts["transition"] == 1
    assert counts["animations"] == 2


def test_a_plain_cut_to_the_next_slide_is_no_loss(bench: Workbench) -> None:
    """LibreOffice writes such an element on every slide that it converts."""
    slide = bench.slide()
    names = nsdecls("p")
    for inside in ("", "<p:cut/>", "<p:sndAc><p:endSnd/></p:sndAc>"):
        cut = parse_xml(f'<p:transition {names} spd="slow" advTm="2000">{inside}</p:transition>')
        slide.element.find(qn("p:clrMapOvr")).addnext(cut)
    assert "transition" not in bench.read_slide().counts


def test_alternate_content_is_read_from_its_fallback(bench: Workbench) -> None:
    slide = bench.slide()
    box = bench.box(slide, "古い版でも見える文")
    wrapper = parse_xml(
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:Choice Requires="p14"/><mc:Fallback/></mc:AlternateContent>'
    )
    box._element.addprevious(wrapper)
    wrapper[1].append(box._element)
    assert bench.read_slide().body == "古い版でも見える文"


def test_one_unreadable_shape_costs_only_itself(bench: Workbench) -> None:
    slide = bench.slide()
    broken = slide.shapes.add_picture(picture(), 0, 0)
    broken._element.insert(
        0, parse_xml(f'<p:nvPicPr {nsdecls("p")}><p:cNvPr id="x" name=""/></p:nvPicPr>')
    )
    slide.shapes.add_table(1, 1, 0, 0, Emu(9), Emu(9))._element.find(f".//{qn('a:tbl')}").append(
        parse_xml(f'<a:tr {nsdecls("a")} h="nonsense"/>')
    )
    bench.box(slide, "続き")
    assert "続き" in bench.read_slide().body


def test_notes_keep_their_lines(bench: Workbench) -> None:
    bench.slide().notes_slide.notes_text_frame.text = "一行目\v続き\n二行目"
    assert bench.read_slide().notes == "一行目\n続き\n二行目"


def test_an_id_given_twice_is_replaced(bench: Workbench) -> None:
    for _ in range(3):
        bench.slide()
    for entry in bench.deck.slides._sldIdLst:
        entry.set("id", "256")
    assert [slide.pptx_id for slide in bench.read().slides] == [256, 257, 258]


def test_somebodys_own_characters_are_kept_and_signs_of_symbol_fonts_are_not(
    bench: Workbench,
) -> None:
    slide = bench.slide("\ue000村\uf0e0")
    bench.box(slide, "\uf0b7 担当は\ue001です")
    read = bench.read_slide()
    assert (read.title, read.body) == ("\ue000村", "担当は\ue001です")


def test_what_is_too_long_for_a_title_is_text(bench: Workbench) -> None:
    slide = bench.slide("題" * 200)
    bench.box(slide, "本文")
    read = bench.read_slide()
    assert (read.title, read.body) == ("題" * 80, "題" * 200 + "\n\n本文")


def test_notes_that_are_cut_are_told(bench: Workbench) -> None:
    bench.slide().notes_slide.notes_text_frame.text = "行\n" * 15_000
    bench.slide().notes_slide.notes_text_frame.text = "話します。"
    assert [slide.notes_cut for slide in bench.read().slides] == [True, False]


def test_fonts_of_runs_and_theme_are_listed(bench: Workbench) -> None:
    run = bench.box(bench.slide(), "字").text_frame.paragraphs[0].runs[0]
    run.font.name = "UD デジタル 教科書体 NP-R"
    fonts = bench.read().fonts
    assert "UD デジタル 教科書体 NP-R" in fonts
    assert "ＭＳ Ｐゴシック" in fonts
    assert not any(name.startswith("+") for name in fonts)
