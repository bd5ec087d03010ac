"""The player when letters are twice as large: set in the browser, or forced upon the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import chromium, overflow, settle
from tests.browser.every_face import module_with_every_face, pictures
from tests.browser.site import running_site
from tests.conftest import START
from tests.factories import make_course

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

DESK, SMALL_DESK, PHONE = (1366, 768), (1200, 800), (390, 844)
FORCED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html { font-size: 200% !important }");
  document.adoptedStyleSheets = [sheet];
}"""
"""What a reader's own style sheet does: widths in the layout's conditions stay as they are."""

ROOT = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
OUT_OF_PLACE = """() => {
  const main = document.querySelector(".player__main").getBoundingClientRect();
  const right = Math.min(main.right, document.documentElement.clientWidth) + 0.5;
  const parts = ".player__controls :is(button, select, a, input), .player__bar :is(a, button)";
  return [...document.querySelectorAll(parts)].filter((e) => e.checkVisibility()).filter((e) => {
    const box = e.getBoundingClientRect();
    const end = e.closest(".player__bar") ? document.documentElement.clientWidth + 0.5 : right;
    return box.left < -0.5 || box.right > end;
  }).map((e) => e.outerHTML.slice(0, 120));
}"""
"""Controls that stand beside the window, or below the panel next to the slide."""

CUT = """() => [...document.querySelectorAll(".player__title, .player__tab, .player__caption")]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 120))"""
"""Texts of which an end is not shown."""


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("letters") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        yield running


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    """A module with slides of every kind."""
    state = site.app.extensions["lms"]
    made = make_course(
        state.db,
        "letters",
        tenant_id=site.cast.aoba,
        modules=(module_with_every_face(),),
        assets=pictures(state.files),
    )
    return made.learn()


def opened(site: Site, address: str, locale: str, size: tuple[int, int], way: str) -> Page:
    context = site.browser.new_context(
        base_url=site.address,
        locale="ja-JP" if locale == "ja" else "en-GB",
        viewport={"width": size[0], "height": size[1]},
    )
    context.add_cookies([site.cookie("employee", locale)])  # type: ignore[list-item]
    page = site.watched(context.new_page())
    if way == "browser":
        wanted = {"fontSizes": {"standard": 32, "fixed": 26}}
        context.new_cdp_session(page).send("Page.setFontSizes", wanted)
    page.goto(address)
    page.wait_for_selector("lms-player[data-ready]")
    if way == "page":
        page.evaluate(FORCED)
    assert page.evaluate(ROOT) == (16 if way == "usual" else 32)
    return page


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize(
    ("size", "way"),
    [
        (DESK, "browser"),
        (PHONE, "browser"),
        (DESK, "page"),
        (PHONE, "page"),
        (SMALL_DESK, "usual"),
    ],
    ids=["desk-browser", "phone-browser", "desk-page", "phone-page", "small-desk"],
)
def test_nothing_leaves_the_window_and_nothing_is_covered(
    site: Site, address: str, locale: str, size: tuple[int, int], way: str
) -> None:
    page = opened(site, address, locale, size, way)
    found = {}
    for step in range(12):
        settle(page)
        wide = overflow(page)
        wrong = [*page.evaluate(OUT_OF_PLACE), *([f"{wide} px too wide"] if wide > 0 else [])]
        if way == "browser":
            wrong += page.evaluate(CUT)
        if wrong:
            found[step] = wrong
        page.keyboard.press("Shift+ArrowRight")
    for key in ("?", "+"):
        page.keyboard.press(key)
        settle(page)
        if (wide := overflow(page)) > 0:
            found[key] = [f"{wide} px too wide"]
        page.keyboard.press("Escape")
    page.context.close()
    assert found == {}
    assert site.problems == []
