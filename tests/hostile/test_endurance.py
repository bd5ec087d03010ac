"""Decks that are large, odd or broken: a result or a clear refusal, in time, always."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches

from lms.authoring import children, office
from lms.authoring.conversion import convert_deck
from lms.authoring.deckfile import make_working_copy
from lms.authoring.findings import FindingCode
from lms.authoring.limits import Limits
from lms.authoring.pptx.reader import read_deck
from lms.kernel.result import DomainError
from tests.hostile import decks

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.conversion import Conversion


def codes(result: Conversion) -> set[FindingCode]:
    return {finding.code for finding in result.findings}


@pytest.mark.office
def test_a_slide_with_ten_thousand_shapes_is_converted_within_its_limits(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.1), Inches(0.1))
    box.text_frame.text = "四角"
    one = box._element
    for _ in range(9_999):
        slide.shapes._spTree.append(one.__copy__())
    deck.save(tmp_path / "deck.pptx")

    result = convert_deck(
        tmp_path / "deck.pptx", tmp_path, file_name="many.pptx", limits=Limits(office_seconds=30)
    )

    assert result.slide_count == 1
    assert FindingCode.TEXT_CUT in codes(result)
    assert len(result.source.slides[0].body) <= Limits().text_characters


@pytest.mark.office
def test_a_deck_of_two_hundred_slides_gets_a_picture_for_each(tmp_path: Path) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx", 200)
    seen: list[tuple[str, int, int]] = []

    result = convert_deck(
        deck,
        tmp_path,
        file_name="long.pptx",
        progress=lambda *step: seen.append(step),
        limits=Limits(screen_pixels=400, zoom_pixels=600),
    )

    assert result.slide_count == 200
    assert result.engine == "libreoffice"
    assert len(result.files) == 600
    assert [s.picture.src for s in result.source.slides if s.picture][-1] == "assets/s455.webp"
    assert ("pictures", 200, 200) in seen


@pytest.mark.office
@pytest.mark.parametrize("mode", ["I;16", "CMYK", "1", "LA", "P"])
def test_pictures_of_unusual_depth_are_drawn(mode: str, tmp_path: Path) -> None:
    target = BytesIO()
    image = Image.new("RGB", (60, 40), (200, 30, 30))
    source = Image.new("I;16", (60, 40), 40_000) if mode == "I;16" else image.convert(mode)
    source.save(target, "TIFF" if mode == "CMYK" else "PNG")
    deck = decks.picture_deck(tmp_path / "deck.pptx", target.getvalue())

    result = convert_deck(deck, tmp_path, file_name="depth.pptx")

    assert result.engine == "libreoffice"
    assert FindingCode.ALT in codes(result)


@pytest.mark.office
def test_a_picture_bomb_in_a_deck_costs_no_more_than_the_limits(tmp_path: Path) -> None:
    target = BytesIO()
    Image.MAX_IMAGE_PIXELS = None
    Image.new("1", (30_000, 30_000)).save(target, "PNG")
    deck = decks.picture_deck(tmp_path / "deck.pptx", decks.png())
    decks.rewrite(deck, {"ppt/media/image1.png": target.getvalue()})

    result = convert_deck(deck, tmp_path, file_name="wide.pptx", limits=Limits(office_seconds=30))

    assert result.source.slides[0].title == "絵"


@pytest.mark.office
def test_slides_of_absurd_size_are_drawn_within_the_pixel_limits(tmp_path: Path) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx")
    decks.rewrite(
        deck, {"ppt/presentation.xml": decks.replaced(b'cx="9144000"', b'cx="2147483647"')}
    )

    result = convert_deck(deck, tmp_path, file_name="wide.pptx")

    for name, file in result.files.items():
        with Image.open(file) as image:
            assert max(image.size) <= Limits().zoom_pixels, name


@pytest.mark.office
def test_a_conversion_over_its_time_keeps_the_text_and_says_what_to_do(tmp_path: Path) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx")

    result = convert_deck(deck, tmp_path, file_name="d.pptx", limits=Limits(office_seconds=0))

    assert result.engine != "libreoffice"
    assert FindingCode.PICTURES in codes(result)
    assert result.source.slides[0].script == "話します。"


def test_a_reader_out_of_memory_is_a_refusal(tmp_path: Path) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx")
    assert children.read_deck(deck, Limits(memory=24 * 1024 * 1024)) is None
    assert children.read_deck(deck, Limits()) is not None


def test_a_deck_with_too_many_slides_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    deck = decks.plain_deck(tmp_path / "deck.pptx", 4)
    with pytest.raises(DomainError, match="more than 3 slides"):
        convert_deck(deck, tmp_path, file_name="d.pptx", limits=Limits(slides=3))


@pytest.fixture(scope="module")
def rich_deck(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from lms.authoring.sample_decks import write_sample_decks

    return write_sample_decks(tmp_path_factory.mktemp("decks"))[1].read_bytes()


@st.composite
def damage(draw: st.DrawFn) -> list[tuple[float, int]]:
    place = st.floats(0, 1, exclude_max=True)
    return draw(st.lists(st.tuples(place, st.integers(0, 255)), min_size=1, max_size=30))


def damaged_outside(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    """Flip bytes of the archive itself."""
    broken = bytearray(content)
    for place, value in changes:
        broken[int(place * len(broken))] = value
    return bytes(broken)


def damaged_inside(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    """Flip bytes of the parts and pack them again, so that the readers see them."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy,
    ):
        names = [n for n in source.namelist() if n.endswith((".xml", ".rels"))]
        hit = {names[int(place * len(names))] for place, _ in changes}
        for name in source.namelist():
            part = bytearray(source.read(name))
            if name in hit:
                for place, value in changes:
                    at = int((place * 7919) % 1 * len(part))
                    part[at] = value
            copy.writestr(name, bytes(part))
    return target.getvalue()


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=damage(), inside=st.booleans())
def test_flipped_bytes_never_get_past_the_first_wall_as_anything_but_a_refusal(
    *, changes: list[tuple[float, int]], inside: bool, rich_deck: bytes, tmp_path: Path
) -> None:
    change = damaged_inside if inside else damaged_outside
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(change(rich_deck, changes))
    try:
        copy = make_working_copy(deck, tmp_path / "copy.pptx", Limits())
    except DomainError:
        return
    # In the product this runs in a child: any exception is a refusal, only a crash would not be.
    with suppress(Exception):
        read_deck(copy.path, Limits())


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=damage())
def test_only_a_clear_refusal_ever_leaves_the_import(
    changes: list[tuple[float, int]],
    rich_deck: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(damaged_inside(rich_deck, changes))
    try:
        result = convert_deck(deck, tmp_path, file_name="deck.pptx")
    except DomainError:
        return
    assert result.slide_count >= 1
