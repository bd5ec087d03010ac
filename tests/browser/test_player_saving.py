"""Nothing is lost and nothing counts twice: drops, refusals, reloads, sign-out, no script at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lms.player.page_model import Resume
from tests.browser.chromium import wait_for
from tests.browser.player_course import TITLES
from tests.browser.player_fixtures import browser, harness, open_player, player_state, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request, Route

    from tests.browser.player_harness import Harness

__all__ = ["browser", "harness", "open_player"]

pytestmark = pytest.mark.browser


def _waiting(page: Page) -> int:
    """How many beats stand in the store of the browser."""
    count: int = page.evaluate(
        """() => new Promise(done => {
          const request = indexedDB.open("lms-player", 1);
          request.onupgradeneeded = () => request.result.createObjectStore(
            "beats", {keyPath: ["account", "launch", "seq"]});
          request.onsuccess = () => {
            const all = request.result.transaction("beats").objectStore("beats").getAll();
            all.onsuccess = () => { request.result.close(); done(all.result.length); };
          };
        })"""
    )
    return count


def _all_sent(page: Page) -> None:
    wait_for(page, lambda: _waiting(page) == 0)


def _sequence(harness: Harness, launch: str) -> list[int]:
    return sorted(seq for found, seq in harness.memory.beats if found == launch)


def test_every_save_is_acknowledged_and_shown(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42")
    page.keyboard.press("n")
    expect(page.locator("[data-outline] [data-goto=what-we-keep]")).to_have_attribute(
        "data-seen", ""
    )
    _all_sent(page)
    kinds = [(beat["kind"], beat["slide"]) for beat in harness.memory.beats.values()]
    assert ("slide", "opening") in kinds
    assert ("slide", "what-we-keep") in kinds


def test_the_end_of_a_slide_and_the_seconds_are_told(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    began = time.monotonic()
    page = open_player()
    page.keyboard.press("k")
    until(page, "p.index === 1 && p.position > 1")
    page.keyboard.press("k")
    _all_sent(page)
    took = time.monotonic() - began
    beats = list(harness.memory.beats.values())
    end = next(beat for beat in beats if beat["kind"] == "end")
    duration = harness.timelines["opening"].duration
    assert end["slide"] == "opening"
    assert end["position"] == pytest.approx(duration, abs=0.02)
    assert duration - 0.5 < sum(b["seconds"] for b in beats if b["slide"] == "opening") < took
    last = beats[-1]
    assert (last["kind"], last["slide"]) == ("beat", "what-we-keep")
    assert last["position"] == pytest.approx(player_state(page)["position"], abs=0.02)


def test_a_drop_is_said_queued_and_made_up_for(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    saved = page.locator("[data-saved]")
    expect(saved).to_have_text("保存済み 10:42")
    page.context.set_offline(True)
    for _ in range(3):
        page.get_by_role("link", name=TITLES["map"]).locator("visible=true").click()
        page.keyboard.press("Shift+ArrowLeft")
    expect(saved).to_contain_text("件 — つながり次第送ります")
    assert _waiting(page) >= 6
    assert harness.memory.seen == {"opening"}
    page.context.set_offline(False)
    expect(saved).to_have_text("保存済み 10:42")
    _all_sent(page)
    sent = _sequence(harness, "launch-1")
    assert sent == list(range(1, len(sent) + 1))


def test_what_waits_is_counted_once(open_player: Callable[..., Page], harness: Harness) -> None:
    """What this page has just kept is no progress of an earlier page."""
    harness.faults.status = 503
    page = open_player()
    saved = page.locator("[data-saved]")
    expect(saved).to_contain_text("未保存 1件")
    with page.expect_response("**/progress"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(saved).to_contain_text("未保存 1件")


def test_a_drop_and_its_end_are_heard_but_not_every_save(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    saved, heard = page.locator("[data-saved]"), page.locator("[role=status][data-heard]")
    expect(saved).to_have_text("保存済み 10:42")
    expect(heard).to_have_text("")
    page.context.set_offline(True)
    page.keyboard.press("n")
    expect(heard).to_contain_text("件 — つながり次第送ります")
    first = heard.inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    expect(saved).not_to_have_text(first)
    assert heard.inner_text() == first
    page.context.set_offline(False)
    expect(heard).to_have_text("保存済み 10:42")


def test_what_could_not_be_sent_is_sent_by_the_next_page(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42")
    harness.faults.status = 503
    page.keyboard.press("n")
    expect(page.locator("[data-saved]")).to_contain_text("未保存")
    page.reload()
    page.wait_for_selector("lms-player[data-ready]")
    harness.faults.status = 0
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42", timeout=60_000)
    _all_sent(page)
    for launch in ("launch-1", "launch-2"):
        sent = _sequence(harness, launch)
        assert sent == list(range(1, len(sent) + 1)), launch
    assert ("launch-1", 2) in harness.memory.beats


def test_leaving_the_page_sends_a_beacon_and_counts_it_once(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    began = time.monotonic()
    page = open_player()
    page.keyboard.press("k")
    until(page, "p.index > 0 || p.position > 1")
    page.goto(harness.url + "next")
    wait_for(page, lambda: harness.memory.beacons >= 1)
    took = time.monotonic() - began
    position = harness.memory.resume.position
    assert position > 0.8
    page.goto(harness.url)
    page.wait_for_selector("lms-player[data-ready]")
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42")
    assert harness.memory.received >= len(harness.memory.beats)
    seconds = sum(b["seconds"] for (l, _), b in harness.memory.beats.items() if l == "launch-1")
    assert seconds < took


@pytest.mark.parametrize("harness", [0.25], indirect=True)
def test_closing_and_opening_elsewhere_goes_on_at_the_same_second(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("離席するときに画面をロックする").check()
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    page.get_by_role("link", name=TITLES["numbers"]).locator("visible=true").click()
    page.keyboard.press("k")
    until(page, "p.index === 4 && p.position > 1.2")
    page.keyboard.press("k")
    stopped = player_state(page)["position"]
    _all_sent(page)
    phone = open_player(viewport=(390, 844), has_touch=True, is_mobile=True)
    state = player_state(phone)
    assert state["index"] == 4
    assert state["position"] == pytest.approx(stopped, abs=0.2)
    assert phone.evaluate("document.querySelector('audio').paused")
    phone.keyboard.press("k")
    until(phone, f"p.position > {stopped}")
    assert phone.locator("#q-c1").get_attribute("data-answered") == "right"


def test_an_answer_arrives_when_the_server_is_back(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    """The network was there all the time, so the browser has nothing to tell."""
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("離席するときに画面をロックする").check()
    harness.faults.status = 503
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_role("alert").locator("visible=true")).not_to_be_empty()
    harness.faults.status = 0
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()


def test_a_changed_answer_waits_for_its_button(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("毎日バックアップを取る").check()
    harness.faults.status = 503
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    alert = page.locator("#q-c1 [data-error]")
    expect(alert).to_be_visible()
    page.get_by_label("離席するときに画面をロックする").check()
    expect(alert).to_be_hidden()
    # A repeat may be under way just then; after it there is none, for the answer is another.
    expect(page.locator("#q-c1")).not_to_have_attribute("aria-busy", "true")
    harness.faults.status = 0
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    assert harness.memory.graded == 1


def test_an_answer_changed_on_its_way_waits_for_its_button(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    """What was chosen while a message was under way is not sent in its place when that fails."""
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("毎日バックアップを取る").check()
    held: list[Route] = []
    page.route("**/answer", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/answer"):
        page.get_by_role("button", name="回答する").locator("visible=true").click()
    page.get_by_label("離席するときに画面をロックする").check()
    held[0].abort()
    expect(page.locator("#q-c1")).not_to_have_attribute("aria-busy", "true")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#q-c1 [data-error]")).to_be_hidden()
    assert harness.memory.graded == 0
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    assert harness.memory.graded == 1


def test_signed_out_is_said_and_nothing_is_thrown_away(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42")
    harness.faults.status = 401
    page.keyboard.press("n")
    expect(page.locator("[data-saved]")).to_contain_text("もう一度サインインすると保存します")
    assert _waiting(page) >= 1


def test_another_account_on_the_same_pc_sends_nothing_of_the_first(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player()
    harness.faults.status = 503
    page.keyboard.press("n")
    expect(page.locator("[data-saved]")).to_contain_text("未保存")
    harness.memory.account = "account-2"
    harness.faults.status = 0
    page.goto("about:blank")
    sent: list[str] = []

    def note(request: Request) -> None:
        # What the page sends while it is being left is a form, still of the first person, and late.
        if request.url.endswith("/progress") and "json" in request.headers["content-type"]:
            sent.append(request.post_data_json["launch"])

    page.on("request", note)
    page.goto(harness.url)
    page.wait_for_selector("lms-player[data-ready]")
    expect(page.locator("[data-saved]")).to_have_text("保存済み 10:42")
    assert set(sent) == {"launch-2"}
    assert _waiting(page) >= 1


def test_signing_out_forgets_what_waits(open_player: Callable[..., Page], harness: Harness) -> None:
    page = open_player()
    harness.faults.status = 503
    page.keyboard.press("n")
    expect(page.locator("[data-saved]")).to_contain_text("未保存")
    page.goto(harness.url + "text")
    assert _waiting(page) > 0
    page.locator("summary", has_text="青木 花さんのメニュー").click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-out")
    assert _waiting(page) == 0


def test_a_typed_answer_survives_a_drop_and_goes_by_itself(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player("#slide-compare")
    page.keyboard.press("n")
    page.get_by_role("button", name="あとで答える").locator("visible=true").click()
    page.get_by_label("回答", exact=True).locator("visible=true").fill("LGWAN")
    page.context.set_offline(True)
    page.get_by_role("button", name="回答する").locator("visible=true").click()
    expect(page.get_by_role("alert").locator("visible=true")).to_contain_text(
        "入力した内容はこの画面に残っています"
    )
    expect(page.get_by_label("回答", exact=True).locator("visible=true")).to_have_value("LGWAN")
    assert harness.memory.graded == 0
    page.context.set_offline(False)
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    assert harness.memory.graded == 1


def test_a_double_click_and_a_repeat_give_one_answer(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("離席するときに画面をロックする").check()
    page.get_by_role("button", name="回答する").locator("visible=true").dblclick()
    expect(page.get_by_text("正解", exact=True).locator("visible=true")).to_be_visible()
    assert harness.memory.graded == 1
    assert len(harness.memory.keys) == 1


def test_the_second_half_of_a_double_click_leaves_the_result_to_be_read(
    open_player: Callable[..., Page],
) -> None:
    page = open_player("#slide-what-we-keep")
    page.keyboard.press("n")
    page.get_by_label("離席するときに画面をロックする").check()
    box = page.get_by_role("button", name="回答する").locator("visible=true").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    right = page.get_by_text("正解", exact=True).locator("visible=true")
    expect(right).to_be_visible()
    link = page.get_by_role("link", name="この内容を説明したスライドを見る").locator("visible=true")
    assert link.evaluate("(link, [x, y]) => link === document.elementFromPoint(x, y)", [x, y])
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    expect(right).to_be_visible()
    link.click()
    expect(right).to_be_hidden()


@pytest.mark.parametrize("place", ["", "text"])
def test_without_a_script_everything_can_be_read_answered_and_recorded(
    open_player: Callable[..., Page], harness: Harness, place: str
) -> None:
    page = open_player(place, java_script_enabled=False)
    expect(page.get_by_text("私たちの職場には、住民の大切な情報が集まっています。")).to_be_visible()
    expect(page.get_by_role("button", name="再生する")).to_have_count(0)
    page.locator("#q-c2").get_by_label("請求の理由").check()
    page.locator("#q-c2").get_by_label("請求した人の本人確認").check()
    page.locator("#q-c2").get_by_role("button", name="回答する").click()
    expect(page.locator("#q-c2").get_by_text("正解", exact=True)).to_be_visible()
    for number, name in enumerate(
        ["端末をネットワークから外す", "上司と担当課に連絡する", "記録を残す"], 1
    ):
        page.get_by_label(f"「{name}」の順番").select_option(str(number))
    page.locator("#q-c6").get_by_role("button", name="回答する").click()
    expect(page.locator("#q-c6").get_by_text("正解", exact=True)).to_be_visible()
    for word, meaning in (
        ("機密性", "許された人だけが使える"),
        ("完全性", "内容が正しい"),
        ("可用性", "必要なときに使える"),
    ):
        page.locator("#q-c7").get_by_label(word).select_option(meaning)
    page.locator("#q-c7").get_by_role("button", name="回答する").click()
    expect(page.locator("#q-c7").get_by_text("正解", exact=True)).to_be_visible()
    page.locator("#slide-map").get_by_role("button", name="ここまで読みました").click()
    expect(page.locator("#slide-map").get_by_text("読了")).to_be_visible()
    assert harness.memory.read == ["map"]


def test_resume_to_a_slide_that_is_gone_begins_at_the_first(
    open_player: Callable[..., Page], harness: Harness
) -> None:
    harness.memory.resume = Resume("gone", 12)
    page = open_player()
    assert player_state(page)["index"] == 0
    assert player_state(page)["position"] == 0
