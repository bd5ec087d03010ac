"""The player for everybody: small and large windows, targets, motion, what is announced.

What axe says to each of its states stands in ``test_player_states``, on the page of the product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import settle, wait_for
from tests.browser.player_fixtures import browser, harness, open_player, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

__all__ = ["browser", "harness", "open_player"]

pytestmark = pytest.mark.browser

DESKTOP: dict[str, Any] = {"viewport": (1366, 768)}
PHONE: dict[str, Any] = {"viewport": (390, 844), "has_touch": True, "is_mobile": True}


def test_nothing_moves_when_motion_is_not_wanted(open_player: Callable[..., Page]) -> None:
    page = open_player(reduced_motion="reduce")
    page.keyboard.press("n")
    moving = page.evaluate(
        "document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 1).length"
    )
    assert moving == 0


@pytest.mark.parametrize("way", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_pressed_is_at_least_44_pixels(
    open_player: Callable[..., Page], way: dict[str, Any]
) -> None:
    page = open_player("#slide-numbers", **way)
    small: list[str] = []
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
        small += page.evaluate(
            """() => [...document.querySelectorAll("lms-player button, lms-player select, lms-player label")]
              .filter(each => each.checkVisibility() && each.getBoundingClientRect().width > 1)
              .filter(each => !each.matches(".player__rate, .player-question__pair label"))
              .filter(each => { const box = each.getBoundingClientRect();
                                return box.width < 44 || box.height < 44; })
              .map(each => each.outerHTML.slice(0, 120))"""
        )
    assert small == []


def test_the_stage_is_as_large_as_the_window_allows(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-map")
    face = page.locator("[data-slide=map] [data-face]")
    full = face.bounding_box()
    assert full["width"] / full["height"] == pytest.approx(16 / 9, abs=0.02)
    page.get_by_role("button", name="目次").click()
    page.get_by_role("button", name="原稿").click()
    larger = face.bounding_box()
    assert larger["width"] > full["width"] * 1.1
    controls = page.get_by_role("group", name="再生").bounding_box()
    captions = page.locator("[data-caption]").bounding_box()
    assert captions["y"] >= larger["y"] + larger["height"]
    assert controls["y"] + controls["height"] <= 768


def test_a_long_slide_shrinks_and_then_scrolls_by_keyboard(
    open_player: Callable[..., Page],
) -> None:
    page = open_player("#slide-numbers")
    face = page.locator("[data-slide=numbers] [data-face]")
    large = face.evaluate("f => parseFloat(getComputedStyle(f.querySelector('td')).fontSize)")
    face.evaluate("f => { const t = f.querySelector('tbody'); t.innerHTML += t.innerHTML; }")
    page.set_viewport_size({"width": 1360, "height": 760})
    until(page, "innerWidth === 1360")
    settle(page)
    small = face.evaluate("f => parseFloat(getComputedStyle(f.querySelector('td')).fontSize)")
    assert small < large
    assert face.evaluate("f => f.scrollHeight <= f.clientHeight + 1")
    face.evaluate(
        "f => { const t = f.querySelector('tbody'); t.innerHTML += t.innerHTML.repeat(4); }"
    )
    page.set_viewport_size({"width": 1366, "height": 768})
    until(page, "innerWidth === 1366")
    settle(page)
    assert face.evaluate("f => parseFloat(getComputedStyle(f.querySelector('td')).fontSize)") >= 16
    assert face.get_attribute("tabindex") == "0"


def test_a_slide_fits_again_when_a_picture_among_its_words_has_come(
    open_player: Callable[..., Page],
) -> None:
    page = open_player("#slide-summary")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/assets/flow.svg*", hold)
    face = page.locator("[data-slide=summary] [data-face]")
    face.evaluate(
        """f => f.querySelector("li").insertAdjacentHTML(
               "beforeend", '<img src="/assets/flow.svg?late" width="240" alt="情報の流れ">')"""
    )
    page.set_viewport_size({"width": 1360, "height": 760})
    until(page, "innerWidth === 1360")
    settle(page)
    wait_for(page, lambda: bool(held))
    size = "f => parseFloat(getComputedStyle(f.querySelector('li')).fontSize)"
    without = face.evaluate(size)
    held[0].continue_()
    wait_for(page, lambda: face.evaluate(size) < without)
    assert face.locator("img").bounding_box()["height"] > 100
    assert face.evaluate("f => f.scrollHeight <= f.clientHeight + 1")


def test_words_leave_a_picture_the_room_below_them(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-what-we-keep")
    face = page.locator("[data-slide=what-we-keep] [data-face]")
    picture = face.locator("img").bounding_box()
    words = face.locator("ul").bounding_box()
    whole = face.bounding_box()
    assert picture["y"] >= words["y"] + words["height"]
    assert picture["width"] == pytest.approx(words["width"], abs=2)
    assert picture["height"] >= whole["width"] * 0.2
    assert face.evaluate("f => f.scrollHeight <= f.clientHeight + 1")


def test_a_table_that_compares_is_not_cut_into_columns(open_player: Callable[..., Page]) -> None:
    page = open_player("#slide-compare")
    body = page.locator("[data-slide=compare] [data-body]")
    columns = "b => getComputedStyle(b).columnCount"
    assert body.evaluate(columns) == "2"
    body.evaluate("b => { b.innerHTML = '<table><tr><td>前</td><td>後</td></tr></table>'; }")
    assert body.evaluate(columns) == "auto"


def test_a_word_in_a_table_is_not_cut_for_the_sake_of_a_long_cell(
    open_player: Callable[..., Page],
) -> None:
    page = open_player("#slide-numbers")
    body = page.locator("[data-slide=numbers] [data-body]")
    body.evaluate(
        "b => { b.innerHTML = `<table><tr><td><b>10:12</b></td><td>${'長い文です。'.repeat(40)}"
        "</td></tr></table>`; }"
    )
    assert body.evaluate("b => b.querySelector('b').getClientRects().length") == 1


def test_the_current_entry_of_a_long_list_stays_in_view(open_player: Callable[..., Page]) -> None:
    page = open_player(viewport=(1366, 545))
    page.evaluate(
        "document.querySelectorAll('[data-outline] li').forEach(li => li.style.minHeight = '8rem')"
    )
    page.get_by_label("再生位置").press("End")
    entry = page.locator("[data-outline] [aria-current]").bounding_box()
    assert entry is not None
    assert 0 <= entry["y"] <= 545 - entry["height"]


def test_contents_are_a_tab_on_small_screens(open_player: Callable[..., Page]) -> None:
    page = open_player(**PHONE)
    page.get_by_role("tab", name="目次").click()
    page.get_by_role("link", name="届出の種類と扱う情報").locator("visible=true").click()
    until(page, "p.index === 2")
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.get_by_role("navigation", name="目次")).to_be_visible()
    expect(page.get_by_role("tab", name="目次")).to_be_hidden()
    expect(page.get_by_role("tabpanel", name="原稿")).to_be_visible()


def test_captions_are_announced_only_on_request(open_player: Callable[..., Page]) -> None:
    page = open_player()
    caption = page.locator("[data-caption]")
    expect(caption).to_have_attribute("aria-live", "off")
    page.get_by_role("button", name="設定").click()
    page.get_by_label("字幕を読み上げソフトに伝える").check()
    page.keyboard.press("Escape")
    expect(caption).to_have_attribute("aria-live", "polite")


def test_a_phone_on_its_side_shows_slide_caption_and_bar(open_player: Callable[..., Page]) -> None:
    page = open_player(viewport=(844, 390))
    for place, name in ((".player__back span", "個人情報・特定個人情報の取扱い"),
                        (".player__title", "個人情報保護法の基本")):  # fmt: skip
        page.locator(place).evaluate("(element, name) => (element.textContent = name)", name)
    bar = page.locator(".player__bar").bounding_box()
    caption = page.locator(".player__captions").bounding_box()
    assert bar
    assert caption
    assert bar["height"] < 64
    assert caption["y"] + caption["height"] < 390
