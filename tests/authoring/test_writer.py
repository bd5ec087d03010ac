"""A module written as a deck comes back as the same module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.authoring import office
from lms.authoring.conversion import Conversion, convert_deck
from lms.catalog.source import (
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    SlideSource,
    SurveyKind,
    SurveySource,
)
from tests.hostile import decks
from tests.support.deck_writer import write_pptx

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = QuestionSource(
    id="c1",
    kind=QuestionKind.SINGLE,
    prompt="どれですか。",
    options=(OptionSource("これ", correct=True, feedback="はい。"), OptionSource("あれ")),
    explanation="理由です。",
)
SURVEY = SurveySource("s1", SurveyKind.SCALE, "いかがでしたか。", low="悪い", high="良い")


@pytest.fixture
def again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Write a module as a deck and import that, without pictures."""
    monkeypatch.setattr(office, "office_available", lambda: False)

    def make(module: ModuleSource, assets: dict[str, Path] | None = None) -> Conversion:
        deck = tmp_path / "out.pptx"
        write_pptx(module, assets or {}, deck)
        return convert_deck(deck, tmp_path, file_name="out.pptx")

    return make


def test_text_narration_questions_and_ids_come_back(again: object) -> None:
    module = ModuleSource(
        title="研修",
        slides=(
            SlideSource(
                "s300", "始めに", body="- 一つ目\n  - 細かく\n- **二つ目**",
                script="話します。\n次へ。", pptx_id=300,
            ),
            SlideSource(
                "s256", "表", body="| 区分 | 年 |\n| --- | --- |\n| 契約 | 5 |", pptx_id=256,
                questions=(QUESTION,), surveys=(SURVEY,), hidden=True,
            ),
            SlideSource("new", "新しい", body="段落です。"),
        ),
    )  # fmt: skip

    slides = again(module).source.slides  # type: ignore[operator]

    assert [slide.pptx_id for slide in slides] == [300, 256, 257]
    assert [slide.title for slide in slides] == ["始めに", "表", "新しい"]
    assert [slide.hidden for slide in slides] == [False, True, False]
    assert slides[0].body == "- 一つ目\n  - 細かく\n- 二つ目"
    assert slides[0].script == "話します。\n次へ。"
    assert slides[1].body == "| 区分 | 年 |\n| --- | --- |\n| 契約 | 5 |"
    assert slides[1].questions == (QUESTION,)
    assert slides[1].surveys == (SURVEY,)


def test_pictures_and_their_links_come_back(tmp_path: Path, again: object) -> None:
    (tmp_path / "s256.png").write_bytes(decks.png(160, 90))
    module = ModuleSource(
        title="研修",
        slides=(
            SlideSource(
                "s256", "絵", pptx_id=256,
                picture=PictureSource("assets/s256.png", alt="窓口の絵"),
                hotspots=(
                    HotspotSource("次へ", "#s257", 0.5, 0.5, 0.25, 0.25),
                    HotspotSource("手引き", "https://example.jp/", 0.0, 0.0, 0.1, 0.1),
                ),
            ),
            SlideSource("s257", "次", pptx_id=257),
        ),
    )  # fmt: skip

    result = again(module, {"assets/s256.png": tmp_path / "s256.png"})  # type: ignore[operator]

    spots = result.source.slides[0].hotspots
    assert [(spot.label, spot.target) for spot in spots] == [
        ("次へ", "#s257"),
        ("手引き", "https://example.jp/"),
    ]
    assert 0.4 < spots[0].x < 0.6


def test_questions_of_the_pool_stand_in_the_notes_of_a_last_slide(again: object) -> None:
    module = ModuleSource("研修", (SlideSource("a", "題"),), pool=(QUESTION,))
    slides = again(module).source.slides  # type: ignore[operator]
    assert [slide.title for slide in slides] == ["題", "確認テスト"]
    assert slides[1].questions == (QUESTION,)
    assert slides[1].script == ""


def test_a_picture_powerpoint_cannot_hold_becomes_its_text(tmp_path: Path, again: object) -> None:
    (tmp_path / "flow.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    module = ModuleSource("研修", (SlideSource("a", "題", body="![流れ図](assets/flow.svg)"),))
    result = again(module, {"assets/flow.svg": tmp_path / "flow.svg"})  # type: ignore[operator]
    assert result.source.slides[0].body == "流れ図"
