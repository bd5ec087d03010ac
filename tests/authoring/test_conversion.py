"""A deck goes through the real LibreOffice and comes out as a module."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from PIL import Image, ImageChops
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from lms.authoring import office
from lms.authoring.conversion import Conversion, convert_deck, thumbnail_name
from lms.authoring.findings import FindingCode, FindingKind
from lms.authoring.limits import Limits
from lms.authoring.sample_decks import write_sample_decks
from lms.catalog.textformat import parse_module, write_module
from lms.kernel.result import DomainError
from tests.authoring.decks import Workbench, described
from tests.hostile import decks as hostile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_sample_decks(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def approval(samples: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Conversion:
    return convert_deck(samples[0], tmp_path_factory.mktemp("work"), file_name=samples[0].name)


@pytest.fixture
def pdf_of(tmp_path: Path) -> Any:
    """Make the PDF that PowerPoint would export: LibreOffice stands in for it."""

    def make(deck: Path) -> Path:
        job = tmp_path / "pdf-job"
        job.mkdir()
        shutil.copy(deck, job / "deck.pptx")
        pdf = office.convert(job / "deck.pptx", "pdf", Limits())
        assert pdf is not None
        return pdf

    return make


def found(result: Conversion, code: FindingCode) -> list[tuple[int | None, dict[str, str]]]:
    return [(f.slide, dict(f.values)) for f in result.findings if f.code is code]


def test_every_slide_of_the_sample_has_pictures_script_and_title(approval: Conversion) -> None:
    source = approval.source
    assert source.title == "はじめての電子決裁"
    assert source.lang == "ja"
    assert 14 <= source.minutes <= 20
    assert approval.slide_count == len(source.slides) == 20
    assert approval.engine == "libreoffice"
    for slide in source.slides:
        assert slide.id == f"s{slide.pptx_id}"
        assert slide.title
        assert slide.script
        assert slide.picture is not None
        assert slide.picture.alt
        for name, longer in (
            (slide.picture.src, 1600),
            (slide.picture.zoom, 2400),
            (thumbnail_name(slide.picture.src), 320),
        ):
            with Image.open(approval.files[name]) as image:
                assert image.format == "WEBP"
                assert max(image.size) == longer


def test_the_pictures_are_those_of_their_slides(approval: Conversion) -> None:
    """The white cover of slide 1 and the red callouts of slide 8 are where they belong."""
    sources = [slide.picture.src for slide in approval.source.slides if slide.picture]
    cover = Image.open(approval.files[sources[0]]).convert("RGB")
    assert cover.getpixel((800, 100)) == pytest.approx((26, 63, 143), abs=6)
    form = Image.open(approval.files[sources[7]]).convert("RGB")
    spot = (int((2.75 + 0.08) / 13.333 * 1600), int((2.28 + 0.23) / 7.5 * 900))
    assert form.getpixel(spot) == pytest.approx((138, 28, 28), abs=12)


def test_sizes_and_seconds_are_reported(approval: Conversion) -> None:
    assert set(approval.seconds) >= {"check", "copy", "read", "office", "pictures", "finish"}
    assert approval.sizes["pictures"] < 20 * 60_000
    assert approval.sizes["pictures"] == sum(
        file.stat().st_size
        for name, file in approval.files.items()
        if not name.endswith(("-zoom.webp", "-thumb.webp"))
    )


def test_the_menu_of_the_sample_becomes_links_to_slides(approval: Conversion) -> None:
    slides = approval.source.slides
    menu = {spot.label: spot.target for spot in slides[1].hotspots}
    assert menu["1 なぜ変えるのか"] == f"#{slides[2].id}"
    assert menu["6 保存とまとめ"] == f"#{slides[17].id}"
    assert menu["確認問題へ"] == f"#{slides[13].id}"
    first = slides[1].hotspots[0]
    assert (first.x, first.y) == pytest.approx((0.75 / 13.333, 2.35 / 7.5), abs=0.005)
    assert (first.w, first.h) == pytest.approx((3.75 / 13.333, 1.4 / 7.5), abs=0.005)
    back = [spot for spot in slides[18].hotspots if spot.label == "前のスライドへ"]
    assert [spot.target for spot in back] == [f"#{slides[17].id}"]


def test_a_link_in_a_text_has_the_rectangle_of_its_words(approval: Conversion) -> None:
    spots = {spot.target: spot for spot in approval.source.slides[19].hotspots}
    law = spots["https://laws.e-gov.go.jp/"]
    assert law.label == "e-Gov 法令検索"
    assert law.w < 0.2, "the words, not the whole line of 12 inches"
    assert law.x > 0.1
    assert spots["mailto:bunsho@aoba.example"].label == "bunsho@aoba.example"


def test_tables_and_charts_of_the_sample_are_text(approval: Conversion) -> None:
    slides = approval.source.slides
    assert "| 回し方 | 人が運ぶ | 画面で届く |" in slides[3].body
    assert "| 福祉課 | 6 | 2 |" in slides[4].body
    assert slides[5].picture is not None
    assert "五つの段階" in slides[5].picture.alt


def test_questions_of_the_sample_are_in_their_slides(approval: Conversion) -> None:
    slides = approval.source.slides
    assert [q.id for q in slides[13].questions] == ["c1"]
    assert [q.id for q in slides[18].questions] == ["c2"]
    assert [s.id for s in slides[18].surveys] == ["s1"]


def test_the_report_of_the_sample_names_what_is_missing(approval: Conversion) -> None:
    assert found(approval, FindingCode.ALT) == [(12, {"count": "1"})]
    assert found(approval, FindingCode.TRANSITION) == [(1, {})]
    assert {"font": "メイリオ", "replacement": "Noto Sans CJK JP"} in [
        values for _, values in found(approval, FindingCode.FONT)
    ]
    assert not [f for f in approval.findings if f.code is FindingCode.NOTES]
    assert {f.kind for f in approval.findings} == set(FindingKind)


def test_the_module_is_the_same_after_being_written_as_text(approval: Conversion) -> None:
    again, problems = parse_module(write_module(approval.source), file="module.md")
    assert [str(problem) for problem in problems if not problem.warning] == []
    assert again == approval.source


def test_the_second_sample_converts_without_errors(samples: list[Path], tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    result = convert_deck(
        samples[1], tmp_path, file_name="x.pptx", progress=lambda *step: steps.append(step)
    )
    assert result.slide_count == 12
    assert len(result.files) == 36
    assert [q.kind.value for s in result.source.slides for q in s.questions] == ["single", "order"]
    order = ["check", "read", "pictures", "finish"]
    assert [name for name, _ in groupby(name for name, _, _ in steps)] == order
    assert ("pictures", 12, 12) in steps
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets"]


def test_pictures_come_from_the_decks_own_pdf(
    samples: list[Path], tmp_path: Path, pdf_of: Any
) -> None:
    pdf = pdf_of(samples[1])
    result = convert_deck(samples[1], tmp_path, file_name="x.pptx", pdf=pdf)
    assert result.engine == "pdf"
    assert "office" not in result.seconds
    assert found(result, FindingCode.PDF) == [(None, {})]
    assert found(result, FindingCode.FONT) == []
    assert len(result.files) == 36
    assert any(spot.target.startswith("https:") for spot in result.source.slides[11].hotspots)


def hidden_deck(tmp_path: Path) -> Workbench:
    """Slide 2 of 4 is hidden; slide 1 jumps to the next, and to the last."""
    bench = Workbench(tmp_path)
    slides = [bench.slide(f"題{number}") for number in range(1, 5)]
    slides[1].element.set("show", "0")
    for top, jump in ((2.0, "nextslide"), (4.0, "lastslide")):
        box = bench.box(slides[0], jump, top)
        box._element.find(f"./*/{qn('p:cNvPr')}").append(
            parse_xml(
                f'<a:hlinkClick {nsdecls("a", "r")} r:id="" '
                f'action="ppaction://hlinkshowjump?jump={jump}"/>'
            )
        )
    return bench


def test_a_hidden_slide_keeps_its_number_and_its_picture(tmp_path: Path) -> None:
    result = hidden_deck(tmp_path).convert()

    assert [slide.hidden for slide in result.source.slides] == [False, True, False, False]
    assert found(result, FindingCode.HIDDEN) == [(2, {})]
    assert all(slide.picture for slide in result.source.slides)
    targets = {spot.label: spot.target for spot in result.source.slides[0].hotspots}
    assert targets == {"nextslide": "#s258", "lastslide": "#s259"}


def test_a_pdf_of_the_visible_slides_belongs_to_them(tmp_path: Path, pdf_of: Any) -> None:
    bench = hidden_deck(tmp_path)
    pdf = pdf_of(bench.save())  # LibreOffice leaves hidden slides out, as PowerPoint can.

    result = bench.convert(pdf=pdf)

    pictures = [slide.picture is not None for slide in result.source.slides]
    assert pictures == [True, False, True, True]
    last = Image.open(result.files["assets/s259.webp"]).convert("L")
    other = Image.open(result.files["assets/s258.webp"]).convert("L")
    assert ImageChops.difference(last, other).getbbox(), "page 3 shows slide 4, not slide 3"


def test_a_pdf_with_another_number_of_pages_is_refused(tmp_path: Path, pdf_of: Any) -> None:
    bench = hidden_deck(tmp_path)
    pdf = pdf_of(bench.save())
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        del document.pages[0]
        document.save()
    with pytest.raises(DomainError) as refused:
        bench.convert(pdf=pdf)
    assert refused.value.code == "pdf.pages"
    assert refused.value.values == {"pages": 2, "slides": 4}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no pdf", "pdf.format"), (b"%PDF-1.7\n%broken", "pdf.damaged")],
)
def test_a_pdf_that_cannot_be_used_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.slide()
    (tmp_path / "x.pdf").write_bytes(content)
    with pytest.raises(DomainError) as refused:
        bench.convert(pdf=tmp_path / "x.pdf")
    assert (refused.value.code, refused.value.field) == (code, "pdf")


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.slide()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(tmp_path / "x.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(DomainError) as refused:
        bench.convert(pdf=tmp_path / "x.pdf")
    assert refused.value.code == "pdf.damaged"


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    ],
)
def test_shows_templates_and_macro_decks_are_presentations(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    deck = hostile.plain_deck(tmp_path / "deck.pptx")
    plain = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    hostile.rewrite(deck, {"[Content_Types].xml": hostile.replaced(plain, kind.encode())})
    result = convert_deck(deck, tmp_path, file_name="deck.ppsx")
    assert result.source.slides[0].title == "題1"


def test_macros_are_dropped_without_being_opened(tmp_path: Path) -> None:
    deck = hostile.plain_deck(tmp_path / "deck.pptx")
    relation = (
        b'<Relationship Id="rId77" Target="vbaProject.bin" '
        b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
    )
    hostile.rewrite(
        deck,
        {
            "ppt/vbaProject.bin": b"macro",
            "ppt/_rels/presentation.xml.rels": hostile.replaced(
                b"</Relationships>", relation + b"</Relationships>"
            ),
        },
    )
    result = convert_deck(deck, tmp_path, file_name="deck.pptm")
    assert result.engine == "libreoffice"
    assert found(result, FindingCode.MACROS) == [(None, {})]


@pytest.mark.parametrize("kind", ["odp", "ppt"])
def test_other_formats_are_converted_first(kind: str, tmp_path: Path) -> None:
    deck = hostile.plain_deck(tmp_path / "deck.pptx", 2, notes="話す内容です。")
    subprocess.run(  # noqa: S603 - makes the upload
        hostile.office_command(tmp_path / "profile", kind, tmp_path, deck),
        check=True,
        capture_output=True,
        timeout=240,
    )

    result = convert_deck(tmp_path / f"deck.{kind}", tmp_path, file_name=f"研修.{kind}")

    assert [slide.title for slide in result.source.slides] == ["題1", "題2"]
    assert result.source.slides[1].script == "話す内容です。"
    assert result.engine == "libreoffice"
    assert found(result, FindingCode.FORMAT) == [(None, {"format": f".{kind}"})]


def test_a_relationship_to_nothing_does_not_stop_the_import(tmp_path: Path) -> None:
    deck = hostile.picture_deck(tmp_path / "deck.pptx", hostile.png())
    hostile.rewrite(deck, {hostile.SLIDE_RELS: hostile.replaced(b"../media/image1.png", b"NULL")})
    result = convert_deck(deck, tmp_path, file_name="deck.pptx")
    assert result.source.slides[0].title == "絵"
    assert result.engine == "libreoffice"


def test_what_python_pptx_cannot_open_libreoffice_repairs(tmp_path: Path) -> None:
    deck = hostile.plain_deck(tmp_path / "deck.pptx", 2)
    hostile.rewrite(deck, {"ppt/slideLayouts/slideLayout9.xml": lambda xml: xml[: len(xml) // 2]})

    result = convert_deck(deck, tmp_path, file_name="deck.pptx")

    assert "repair" in result.seconds, "the deck was readable after all: the test shows nothing"
    assert [slide.title for slide in result.source.slides] == ["題1", "題2"]
    assert result.source.slides[0].script == "話します。"
    assert found(result, FindingCode.REPAIRED) == [(None, {})]


def test_characters_without_a_font_are_reported_by_slide_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    bench = Workbench(tmp_path)
    bench.slide("髙橋 𠮷野")
    slide = bench.slide("担当者")
    bench.box(slide, "\ue000村 実")
    described(slide.shapes.add_picture(BytesIO(hostile.png()), 0, 0), "\ue001さんの写真")
    bench.slide("長い").notes_slide.notes_text_frame.text = "行。" * 20_000
    slide.notes_slide.notes_text_frame.text = "担当は\ue000村です。\n\uf0b7 次は\ue002です。"

    result = bench.convert()

    assert found(result, FindingCode.GAIJI) == [(2, {"characters": "〓村 実 (U+E000)"})]
    assert found(result, FindingCode.NOTES_CUT) == [(3, {"limit": "20000"})]
    notes = "担当は〓村です。 (U+E000), 次は〓です。 (U+E002)"
    assert found(result, FindingCode.GAIJI_NOTES) == [(2, {"characters": notes})]
    assert found(result, FindingCode.GAIJI_ALT) == [(2, {"characters": "〓さんの写 (U+E001)"})]
    assert result.source.slides[1].body == "\ue000村 実"
    assert result.source.slides[1].script == "担当は\ue000村です。\n次は\ue002です。"


def test_the_title_of_last_resort_is_the_file_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    bench = Workbench(tmp_path)
    bench.slide(layout=6)
    result = convert_deck(bench.save(), tmp_path, file_name="C:\\研修\\令和8年\u202e度.pptx")
    assert result.source.title == "令和8年度"
    assert result.source.slides[0].title == "スライド 1"
    assert found(result, FindingCode.TITLE) == [(1, {})]
    assert found(result, FindingCode.NOTES) == [(1, {})]
