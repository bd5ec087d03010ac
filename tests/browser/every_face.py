"""A module with every layout and every kind of question, as the product publishes and shows it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PIL import Image

from lms.catalog.content import AssetRef
from lms.catalog.source import (
    CompletionPolicy,
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    QuizPolicy,
    SlideSource,
    SurveyKind,
    SurveySource,
)
from tests.browser.player_course import FLOW, LAYOUTS, QUESTIONS, SCRIPTS, TITLES
from tests.factories import question

if TYPE_CHECKING:
    from lms.core.storage import FileStore

PICTURE, FIGURE = "assets/map.webp", "assets/flow.svg"
BODIES = {
    "opening": "役所が預かる情報と、いま起きている脅威を知る",
    "what-we-keep": (
        "- 住民の**氏名・住所・税額**\n- 職員の人事と給与\n- 入札と契約の予定価格\n\n"
        f"![情報の流れ。受付、処理、保管と廃棄の三段階。]({FIGURE})"
    ),
    "map": "届出の種類を選ぶ\n\n- 転入\n- 転出",
    "compare": (
        "## よい例\n\n- 離席するときに画面をロックする\n- 宛先を二人で確かめる\n\n"
        "## よくない例\n\n- 付箋にパスワードを書く\n- 私物のUSBメモリーを使う"
    ),
    "numbers": (
        "| 年度 | 相談 | 事故 |\n| --- | --- | --- |\n| 令和7年度 | 61件 | 2件 |\n"
        "| 令和8年度 | 80件 | 1件 |"
    ),
    "summary": "- 守るものを知る\n- 気づいたらすぐ連絡する\n- 一人で抱えない",
}


def module_with_every_face() -> ModuleSource:
    """The module of ``player_course`` in the form in which authors write it."""
    return ModuleSource(
        title="守るものと脅威を知る",
        title_en="What to protect, and from what",
        slides=tuple(_slide(name) for name in TITLES),
        summary="預かる情報と脅威を知ります。",
        minutes=5,
        license="CC-BY-4.0",
        pool=(question("q01", slide="map"),),
        quiz=QuizPolicy(pass_mark=80),
        completion=CompletionPolicy(slides=True, checks=True, quiz=True, surveys=False),
    )


def pictures(files: FileStore) -> dict[str, AssetRef]:
    """What the slides show, put into the store."""
    data = io.BytesIO()
    Image.new("RGB", (1600, 900), (206, 218, 232)).save(data, "WEBP")
    picture, figure = data.getvalue(), FLOW.encode()
    return {
        PICTURE: AssetRef(files.put(picture), "image/webp", 1600, 900, len(picture)),
        FIGURE: AssetRef(files.put(figure), "image/svg+xml", 480, 360, len(figure)),
    }


def _slide(name: str) -> SlideSource:
    items = QUESTIONS.get(name, [])
    slide = SlideSource(
        id=name,
        title=TITLES[name],
        body=BODIES[name],
        script=SCRIPTS[name],
        layout=LAYOUTS.get(name, ""),
        questions=tuple(_question(item) for item in items if not item.get("survey")),
        surveys=tuple(_survey(item) for item in items if item.get("survey")),
    )
    if name == "map":
        return replace(
            slide,
            picture=PictureSource(PICTURE, "届出の種類を選ぶ二つのボタン"),
            hotspots=(
                HotspotSource("転入の説明へ", "#what-we-keep", 0.125, 0.333, 0.3125, 0.39),
                HotspotSource("総務省の案内", "https://www.soumu.go.jp/", 0.56, 0.333, 0.31, 0.39),
            ),
        )
    if name == "what-we-keep":
        return replace(
            slide,
            description="受付では本人を確かめ、処理では端末を守り、保管では鍵をかけます。",
            source_note="総務省「地方公共団体における情報セキュリティポリシーに関するガイドライン」",
            checked_on=date(2026, 11, 22),
            review_by=date(2027, 11, 30),
        )
    return slide


def _question(item: dict[str, Any]) -> QuestionSource:
    kind, key = QuestionKind(item["kind"]), item["key"]
    typed = kind in {QuestionKind.TEXT, QuestionKind.NUMERIC}
    matches = item.get("matches", [""] * len(item.get("options", [])))
    return QuestionSource(
        id=item["id"],
        kind=kind,
        prompt=item["prompt"],
        options=tuple(
            OptionSource(text, correct=str(place) in key, match=match)
            for place, (text, match) in enumerate(
                zip(item.get("options", []), matches, strict=True)
            )
        ),
        answers=(key,) if typed else (),
        unit=item.get("unit", ""),
        explanation=item["why"].removeprefix("<p>").removesuffix("</p>"),
    )


def _survey(item: dict[str, Any]) -> SurveySource:
    scale = item["kind"] == "scale"
    return SurveySource(
        item["id"],
        SurveyKind(item["kind"]),
        item["prompt"],
        low="分かりにくい" if scale else "",
        high="分かりやすい" if scale else "",
    )
