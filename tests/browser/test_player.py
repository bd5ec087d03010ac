"""Playing a module in real Chromium: voice, captions, script, questions, keys, the end."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lms.core.web.static import StaticFiles
from tests.browser.player_course import SCRIPTS, TITLES
from tests.browser.player_fixtures import (
    browser,
    follow,
    harness,
    open_player,
    player_state,
    steps,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.player_harness import Harness

__all__ = ["browser", "harness", "open_player"]

pytestmark = pytest.mark.browser
PAIRS = (
    ("機密性", "完全性", "可用性"),
    ("許された人だけが使える", "内容が正しい", "必要なときに使える"),
)


def test_the_voice_leads_captions_and_script(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-what-we-keep")
    follow(page)
    page.get_by_role("button", name="再生する", exact=True).click()
    until(page, "p.mode === 'question'")
    heard = [step for step in steps(page) if step["mode"] == "playing" and step["heard"] > 0.3]
    sentences = SCRIPTS["what-we-keep"].split("\n")
    assert list(dict.fromkeys(step["caption"] for step in heard)) == sentences
    assert [step["sentence"] for step in heard] == [step["caption"] for step in heard]
    assert {len(step["words"]) for step in heard} <= {0, 1}
    assert all("".join(step["words"]) in step["caption"] for step in heard)
    assert any(step["words"] for step in heard)
    assert page.evaluate("document.querySelector('audio').preservesPitch")
    expect(page.locator("[data-caption]")).to_have_attribute("aria-live", "off")


def test_the_blank_after_a_spoken_word_is_not_marked(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-what-we-keep")
    # Letters at even places and blanks between them, so that many words end in a blank.
    page.evaluate("""() => {
      for (const cue of document.querySelectorAll("[data-cue]"))
        cue.textContent = cue.textContent.replace(/../gs, "a ");
    }""")
    follow(page)
    page.get_by_role("button", name="再生する", exact=True).click()
    until(page, "p.mode === 'question'")
    marked = {word for step in steps(page) for word in step["words"]}
    assert marked
    assert not [word for word in marked if word.endswith(" ")]


def test_slides_follow_each_other_until_a_question_stops_them(
    open_player: Callable[..., Page],
) -> None:
    page = open_player()
    follow(page)
    page.keyboard.press("Space")
    until(page, "p.mode === 'question'")
    assert next(step for step in steps(page) if step["index"] == 1)["mode"] == "playing"
    expect(page.locator("[data-announce]")).to_have_text(f"スライド 2 / 6 {TITLES['what-we-keep']}")
    prompt = page.locator("legend", has_text="機密性を守る行動はどれですか。")
    expect(prompt).to_be_focused()
    assert page.evaluate("document.querySelector('audio').paused")


def test_a_slide_without_speech_keeps_the_same_time_by_a_clock(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    harness.memory.audio = False
    page = open_player()
    follow(page)
    page.keyboard.press("k")
    until(page, "p.index === 1 && p.position > 0.5")
    second = [step for step in steps(page) if step["index"] == 1]
    assert second[0]["caption"] == SCRIPTS["what-we-keep"].split("\n")[0]
    assert page.evaluate("document.querySelector('audio').getAttribute('src')") is None


def test_when_the_sound_cannot_be_played_the_captions_go_on(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    harness.sounds["opening"] = b"no sound at all"
    page = open_player()
    page.keyboard.press("k")
    until(page, "p.index === 1")


def test_speed_changes_the_voice_and_the_clock(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-summary")
    page.get_by_label("再生速度").select_option("2")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 2
    page.keyboard.press("Escape")
    follow(page)
    page.get_by_role("button", name="再生する", exact=True).click()
    until(page, "p.mode === 'question'")
    played = [step for step in steps(page) if step["mode"] == "playing"]
    rates = [(b["position"] - a["position"]) / (b["at"] - a["at"]) for a, b in pairwise(played)]
    assert median(rates) == pytest.approx(2, abs=0.2)


def page_seconds(page: Page, slide: int) -> float:
    return float(page.locator("[data-slide]").nth(slide).get_attribute("data-duration"))


def test_ten_seconds_and_the_seek_bar(open_player: Callable[..., Page]) -> None:
    page = open_player()
    seek = page.get_by_label("再生位置")
    assert seek.get_attribute("aria-valuetext").startswith(
        "スライド1「情報セキュリティ基礎」 0:00 / 全体 0:"
    )
    page.keyboard.press("ArrowRight")
    assert player_state(page)["index"] == 1
    assert player_state(page)["position"] == pytest.approx(10 - page_seconds(page, 0), abs=0.01)
    page.keyboard.press("ArrowRight")
    assert player_state(page)["stop"] == "c1"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert player_state(page) == {"mode": "paused", "index": 0, "position": 0, "stop": None}
    seek.focus()
    page.keyboard.press("End")
    assert player_state(page)["index"] == 5
    page.keyboard.press("Home")
    assert player_state(page)["index"] == 0
    assert page.locator("[data-mark=stop]").count() == 5
    assert page.locator("[data-mark=tick]").count() == 1


def test_the_script_seeks_by_mouse_and_by_keyboard(open_player: Callable[..., Page]) -> None:
    page = open_player()
    page.get_by_role("button", name="図を見てください。").click()
    state = player_state(page)
    assert state["index"] == 1
    assert state["position"] > 0
    expect(page.locator("[data-caption]")).to_have_text("図を見てください。")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-caption]")).to_have_text(
        "情報は、受付、処理、保管、廃棄の順に流れます。"
    )
    assert player_state(page)["position"] > state["position"]


def test_links_on_a_picture_lead_to_slides(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-map")
    inside = page.get_by_role("link", name="転入の説明へ")
    outside = page.get_by_role("link", name="総務省の案内 (新しいタブで開きます)")
    box, picture = inside.bounding_box(), page.locator("[data-slide=map] img").bounding_box()
    assert box["x"] - picture["x"] == pytest.approx(picture["width"] * 0.125, abs=4)
    assert box["width"] == pytest.approx(picture["width"] * 0.3125, abs=4)
    expect(outside).to_have_attribute("href", "https://www.soumu.go.jp/")
    inside.focus()
    page.keyboard.press("Enter")
    assert player_state(page)["index"] == 1


def test_a_module_is_done_from_first_to_last_by_keyboard(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def right(text: str = "正解") -> None:
        expect(page.locator("[data-result]:visible")).to_be_focused()
        expect(page.get_by_text(text, exact=True).locator("visible=true")).to_be_visible()
        page.get_by_role("button", name="続ける").press("Enter")

    press("n", "n")
    press("Tab")
    while not page.evaluate("document.activeElement.parentElement.textContent.includes('離席')"):
        press("ArrowDown")
    press("Space", "Tab", "Enter")
    right()
    press("Tab", "ArrowRight", "ArrowRight", "ArrowRight", "Space", "Tab", "Enter")
    right("ご回答ありがとうございました")
    press("n")
    for name in ("請求した人の本人確認", "請求の理由"):
        page.get_by_label(name).press("Space")
    press("Tab", "Tab")
    page.get_by_role("button", name="回答する").locator("visible=true").press("Enter")
    right()
    press("n", "Tab")
    page.get_by_label("誤り").press("Space")
    press("Tab", "Enter")
    right()
    press("Tab")
    page.keyboard.type("LGWAN")
    press("Enter")
    right()
    press("n", "Tab")
    page.keyboard.type("80")
    press("Enter")
    right()
    _put_in_order(page, ["端末をネットワークから外す", "上司と担当課に連絡する", "記録を残す"])
    page.get_by_role("button", name="回答する").locator("visible=true").press("Enter")
    right()
    press("n", "Tab")
    meanings = dict(zip(*PAIRS, strict=True))
    for _ in meanings:
        word = page.evaluate("document.activeElement.labels[0].textContent")
        _choose(page, meanings[word])
        press("Tab")
    press("Enter")
    right()
    page.get_by_role("button", name="回答せずに進む").locator("visible=true").press("Enter")
    expect(page.get_by_role("heading", name="「守るものと脅威を知る」は以上です")).to_be_focused()
    expect(page.locator("[data-score]")).to_have_text("7問中 7問正解")
    expect(page.locator("[data-left] li:visible")).to_have_count(1)
    press("Tab")
    expect(page.get_by_role("link", name="確認テストに進む")).to_be_focused()
    assert harness.memory.graded == 8


def _put_in_order(page: Page, wanted: list[str]) -> None:
    for place, name in enumerate(wanted):
        labels = page.locator("[data-label]:visible").all_inner_texts()
        for _ in range(labels.index(name) - place):
            page.get_by_role("button", name=f"「{name}」を上へ").press("Enter")
    assert page.locator("[data-label]:visible").all_inner_texts() == wanted


def _choose(page: Page, text: str) -> None:
    """Walk through the focused list box until the wanted entry is chosen."""
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.selectedOptions[0].text") == text:
            return
    for _ in range(4):
        page.keyboard.press("ArrowUp")
        if page.evaluate("document.activeElement.selectedOptions[0].text") == text:
            return
    pytest.fail(f"{text} is not in the list")


def test_a_wrong_answer_says_why_and_leads_back(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_role("alert").locator("visible=true")).to_have_text(
        "回答を選ぶか、入力してください。"
    )
    page.get_by_label("毎日バックアップを取る").check()
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_text("不正解", exact=True).locator("visible=true")).to_be_visible()
    expect(page.get_by_text("機密性は、許された人だけが情報に触れられることです。")).to_be_visible()
    page.get_by_role("button", name="もう一度答える").click()
    page.get_by_label("離席するときに画面をロックする").check()
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    page.get_by_role("link", name="この内容を説明したスライドを見る").locator(
        "visible=true"
    ).click()
    assert player_state(page)["mode"] == "paused"
    expect(page.get_by_role("heading", name=TITLES["what-we-keep"], level=2)).to_be_visible()


def test_zoom_shows_the_large_picture_and_pans(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-map")
    page.keyboard.press("+")
    frame = page.get_by_role("region", name="拡大したスライド")
    expect(page.locator("[data-percent]")).to_have_text("150％")
    assert page.locator("dialog[open] img").get_attribute("src") == "/assets/zoom.webp"
    page.keyboard.press("+")
    expect(page.locator("[data-percent]")).to_have_text("200％")
    assert frame.evaluate("f => f.scrollWidth > f.clientWidth * 1.8")
    before = frame.evaluate("f => f.scrollLeft")
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelector('[data-frame]').scrollLeft > {before}")
    page.keyboard.press("-")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="スライドを拡大する").click()
    expect(page.locator("dialog[open]").get_by_text("職員の人事と給与")).to_be_visible()


def test_keys_captions_script_help(open_player: Callable[..., Page]) -> None:
    page = open_player()
    captions = page.locator(".player__captions")
    page.keyboard.press("c")
    expect(captions).to_be_hidden()
    page.reload()
    page.wait_for_selector("lms-player[data-ready]")
    expect(captions).to_be_hidden()
    page.keyboard.press("c")
    expect(captions).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("tab", name="原稿")).to_be_hidden()
    page.keyboard.press("t")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="操作方法")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("f")
    until(page, "document.fullscreenElement !== null")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")


def test_single_keys_can_be_switched_off_and_never_disturb_typing(
    open_player: Callable[..., Page],
) -> None:
    page = open_player("#slide-compare")
    page.keyboard.press("n")
    page.get_by_role("button", name="あとで答える").locator("visible=true").click()
    field = page.get_by_label("回答", exact=True).locator("visible=true")
    field.press_sequentially("kcnf? +-")
    expect(field).to_have_value("kcnf? +-")
    assert player_state(page)["stop"] == "c4"
    page.get_by_role("button", name="設定").click()
    page.get_by_label("文字・記号ひとつのキーで操作する").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="設定").focus()
    page.keyboard.press("n")
    assert player_state(page)["stop"] == "c4"
    page.keyboard.press("Shift+ArrowRight")
    assert player_state(page)["index"] == 4


def test_tabs_walk_with_arrows(open_player: Callable[..., Page]) -> None:
    page = open_player()
    page.get_by_role("tab", name="原稿").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="出典")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="出典")).to_contain_text("総務省")
    assert player_state(page)["index"] == 0


def test_script_and_style_stay_small() -> None:
    """The script and the style sheet of the player, as they are sent: at most 25 KB."""
    sent = StaticFiles().packed
    assert len(sent["player.js"]) + len(sent["player.css"]) <= 25_000
