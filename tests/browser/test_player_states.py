"""Every state of the product's own player: axe finds nothing, and the window is wide enough."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from lms.kernel.markdown import to_html
from tests.browser.chromium import chromium, overflow, settle, violations
from tests.browser.every_face import module_with_every_face, pictures
from tests.browser.player_fixtures import until
from tests.browser.site import running_site
from tests.conftest import START
from tests.factories import make_course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.site import Site
    from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "forced-colours": {**DESKTOP, "forced_colors": "active"},
    "tablet": {"viewport": {"width": 1024, "height": 768}},
    "320px": {"viewport": {"width": 320, "height": 640}},
    "400-percent": {"viewport": {"width": 341, "height": 192}},
    "dark-phone": {**PHONE, "color_scheme": "dark"},
    "forced-phone": {**PHONE, "forced_colors": "active"},
    "english": {**DESKTOP, "locale": "en-GB"},
}
THOROUGH = ("desktop", "phone", "dark", "forced-colours")
"""Every state in these; in the others the states in which the arrangement differs."""
ARRANGED = {"playing", "wrong", "picture", "offline", "settings", "end"}
MIDDLES = """() => [...document.querySelector(".player__bar").children].map((part) => {
  const box = part.getBoundingClientRect();
  return box.top + box.height / 2;
})"""
"""At which height the parts of the bar stand."""
READING = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark-phone": {**PHONE, "color_scheme": "dark"},
    "forced-colours": {**DESKTOP, "forced_colors": "active"},
}


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("player") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        yield running


@pytest.fixture
def open_module(site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """``open_module("/text", **context options)``: a page of 青木 on a course of its own."""
    state, slug = site.app.extensions["lms"], re.sub(r"[^a-z0-9]+", "-", request.node.name)
    made = make_course(
        state.db,
        slug,
        tenant_id=site.cast.aoba,
        modules=(module_with_every_face(),),
        assets=pictures(state.files),
    )
    contexts = []

    def enter(place: str = "", *, scripts: bool = True, **options: Any) -> Page:
        locale = "en" if options.get("locale", "").startswith("en") else "ja"
        context = site.browser.new_context(base_url=site.address, **options)
        context.add_cookies([site.cookie("employee", locale)])  # type: ignore[list-item]
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = site.watched(context.new_page())
        if not scripts:
            page.route(
                "**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
            )
        page.goto(made.learn() + place)
        if scripts and not place:
            page.wait_for_selector("lms-player[data-ready]")
        return page

    yield enter
    for context in contexts:
        context.close()
    refused = "Failed to load resource: net::ERR_INTERNET_DISCONNECTED"
    assert [text for text in site.problems if text != refused] == []
    site.problems.clear()


def shown(page: Page, selector: str) -> Locator:
    return page.locator(selector).locator("visible=true").first


def problems_of(page: Page) -> list[str]:
    settle(page)
    wide = overflow(page)
    return [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_the_bar_is_one_line_while_nothing_can_be_saved(
    open_module: Callable[..., Page], locale: str
) -> None:
    page = open_module(**DESKTOP, locale=locale)
    page.context.set_offline(True)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator('[data-saved][data-state="waiting"]')).to_be_visible()
    broken = {}
    for width in (1440, 1366, 1280, 1200, 1100, 1024, 900, 768):
        page.set_viewport_size({"width": width, "height": 768})
        middles = page.evaluate(MIDDLES)
        if max(middles) - min(middles) > 1 or overflow(page) > 0:
            broken[width] = middles
    page.context.set_offline(False)
    expect(page.locator('[data-saved][data-state="saved"]')).to_be_visible(timeout=30_000)
    assert broken == {}


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_in_any_state(open_module: Callable[..., Page], way: str) -> None:
    page = open_module(**WAYS[way])
    found: dict[str, list[str]] = {}

    def check(state: str) -> None:
        if way in THOROUGH or state in ARRANGED:
            found[state] = problems_of(page)

    check("first")
    expect(page.locator("[data-caption]")).to_be_visible()
    page.keyboard.press("k")
    until(page, "p.index > 0 || p.position > 0.3")
    expect(page.locator("[data-cue][aria-current]")).to_have_count(1)
    check("playing")
    page.keyboard.press("k")
    _fold_the_panels(page, check)
    _answer_wrongly_and_rightly(page, check)
    expect(shown(page, "[data-slide=map] img")).to_be_visible()
    check("picture")
    page.keyboard.press("+")
    expect(page.locator("dialog[open]")).to_be_visible()
    check("zoom")
    page.keyboard.press("Escape")
    for state in ("multiple", "compare", "truefalse", "text", "table", "numeric", "order"):
        page.keyboard.press("Shift+ArrowRight")
        check(state)
    page.context.set_offline(True)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator('[data-saved][data-state="waiting"]')).to_be_attached()
    check("offline")
    page.context.set_offline(False)
    for state in ("match", "comment", "end"):
        page.keyboard.press("Shift+ArrowRight")
        check(state)
    expect(page.locator("#end-title")).to_be_focused()
    for key in ("help", "settings"):
        shown(page, f'[data-action="{key}"]').click()
        check(key)
        page.keyboard.press("Escape")
    page.locator("#tab-sources").click()
    check("sources")
    assert {state: problems for state, problems in found.items() if problems} == {}


def test_the_language_of_a_module_is_told_and_marked(open_module: Callable[..., Page]) -> None:
    page = open_module(**WAYS["english"])
    expect(page.get_by_text("This module is in Japanese.")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("[data-caption]")).to_have_attribute("lang", "ja")
    spoken = "(line) => line.closest('[lang]').lang"
    assert page.locator("[data-transcript] [data-cue]").first.evaluate(spoken) == "ja"
    assert page.locator("#tab-script").evaluate(spoken) == "en"


def _fold_the_panels(page: Page, check: Callable[[str], None]) -> None:
    """Script and contents beside the stage, or behind tabs where there is no room beside it."""
    if page.locator("#tab-outline").is_visible():
        page.locator("#tab-outline").click()
        check("contents")
        page.locator("#tab-script").click()
        return
    for name in ("outline", "transcript"):
        shown(page, f'[data-action="{name}"]').click()
    check("folded")
    for name in ("outline", "transcript"):
        shown(page, f'[data-action="{name}"]').click()
    page.keyboard.press("c")
    check("without captions")
    page.keyboard.press("c")


def _answer_wrongly_and_rightly(page: Page, check: Callable[[str], None]) -> None:
    # The slides have gone on while axe was looking; on a tab the arrows would walk the tabs.
    page.evaluate("document.activeElement.blur()")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("n")
    page.keyboard.press("n")
    shown(page, "#q-c1").wait_for()
    check("question")
    shown(page, "#q-c1 [type=submit]").click()
    expect(shown(page, "#q-c1 [data-error]")).to_be_visible()
    check("incomplete")
    page.get_by_label("毎日バックアップを取る").check()
    shown(page, "#q-c1 [type=submit]").click()
    expect(shown(page, '#q-c1 [data-verdict="wrong"]')).to_be_visible()
    check("wrong")
    shown(page, "#q-c1 [data-again]").click()
    page.get_by_label("離席するときに画面をロックする").check()
    shown(page, "#q-c1 [type=submit]").click()
    expect(shown(page, '#q-c1 [data-verdict="right"]')).to_be_visible()
    check("right")
    shown(page, '#q-c1 [data-result] [data-action="next"]').click()
    check("survey")
    page.get_by_label("4", exact=True).locator("visible=true").check()
    shown(page, "#q-s1 [type=submit]").click()
    expect(shown(page, '#q-s1 [data-verdict="thanks"]')).to_be_visible()
    check("survey answered")
    shown(page, '#q-s1 [data-result] [data-action="next"]').click()


def test_the_bar_is_one_row_when_saving_stops(open_module: Callable[..., Page]) -> None:
    page = open_module("", **WAYS["english"])
    page.locator(".player__back span").evaluate(
        "(e) => { e.textContent = 'Information Security'; }"
    )
    page.context.set_offline(True)
    page.keyboard.press("n")
    expect(page.locator("[data-saved][data-state=waiting]")).to_contain_text("Not saved")
    back, tools = (
        page.locator(name).bounding_box() for name in (".player__back", ".player__tools")
    )
    assert back is not None
    assert tools is not None
    assert tools["y"] < back["y"] + back["height"] / 2


CUT_WORDS = """(body) => {
  const cut = [];
  for (const cell of body.querySelectorAll("td, th")) {
    for (const word of cell.textContent.matchAll(/\\w+/g)) {
      const range = new Range();
      range.setStart(cell.firstChild, word.index);
      range.setEnd(cell.firstChild, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) cut.push(word[0]);
    }
  }
  return cut;
}"""


@pytest.mark.parametrize("place", ["", "/text"])
@pytest.mark.parametrize("width", [390, 320])
def test_a_table_in_english_scrolls_and_cuts_no_word(
    open_module: Callable[..., Page], place: str, width: int
) -> None:
    page = open_module(place, **{**PHONE, "viewport": {"width": width, "height": 844}})
    body = page.locator(".player-slide__body:visible").first
    words = (
        "| Situation | Corrected | Describing |\n|-|-|-|\n| Subcontracting | together | guardians |"
    )
    html = to_html(words, resolve_asset=str, fill_slot=str)
    body.evaluate("(body, html) => { body.lang = 'en'; body.innerHTML = html; }", html)
    assert body.evaluate(CUT_WORDS) == []
    assert overflow(page) == 0
    frame = body.locator(".table-scroll")
    assert frame.evaluate("(box) => { box.scrollLeft = 9; return box.scrollLeft; }") > 0


@pytest.mark.parametrize("way", READING)
@pytest.mark.parametrize("place", ["", "/text", "/paper", "/finished"])
def test_axe_finds_nothing_where_a_module_is_read(
    open_module: Callable[..., Page], way: str, place: str
) -> None:
    page = open_module(place, scripts=bool(place), **READING[way])
    assert problems_of(page) == []
