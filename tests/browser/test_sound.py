"""The sound of a module where no script runs, in real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import chromium, overflow, violations, wait_for
from tests.browser.keyboard import Keyboard
from tests.browser.site import running_site
from tests.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

TIME = "(sound) => sound.currentTime"
TEXT = "/learn/<course>/<module>/text"
PLAYER = "/learn/<course>/<module>"


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("sound") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        yield running


@pytest.fixture
def open_page(site: Site) -> Iterator[Callable[..., Page]]:
    """``open_page(rule, scripts=False)``: the page as 青木 sees it."""
    contexts = []

    def enter(rule: str, *, scripts: bool = False, width: int = 1366) -> Page:
        context = site.browser.new_context(
            base_url=site.address,
            locale="ja-JP",
            java_script_enabled=scripts,
            viewport={"width": width, "height": 768},
        )
        context.add_cookies([site.cookie("employee", "ja")])  # type: ignore[list-item]
        contexts.append(context)
        page = site.watched(context.new_page())
        page.goto(site.addresses(rule)[0])
        return page

    yield enter
    for context in contexts:
        context.close()
    assert site.problems == []


@pytest.mark.parametrize("rule", [TEXT, PLAYER], ids=["text", "player"])
def test_the_sound_plays_without_script_and_by_keyboard(
    open_page: Callable[..., Page], rule: str
) -> None:
    page = open_page(rule)
    assert page.locator("#slide-s2-sound").is_visible()
    sound = page.locator("#slide-s2 audio")
    assert sound.evaluate(TIME) == 0
    Keyboard(page).reach(sound)
    page.keyboard.press("Space")
    wait_for(page, lambda: sound.evaluate(TIME) > 0.5)
    assert sound.evaluate("(sound) => [sound.currentTime > 0.5, sound.paused]") == [True, False]
    page.keyboard.press("Space")
    assert sound.evaluate("(sound) => sound.paused")


def test_nothing_is_fetched_before_somebody_wants_to_hear_it(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(TEXT)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload(wait_until="networkidle")
    assert page.locator("audio").count() == 3
    assert [url for url in fetched if "/media/" in url] == []


def test_the_player_itself_shows_no_second_sound(open_page: Callable[..., Page]) -> None:
    page = open_page(PLAYER, scripts=True)
    expect(page.locator("lms-player[data-ready]")).to_be_attached()
    assert page.locator("audio").count() == 1


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_it_has_a_name_and_room(open_page: Callable[..., Page], width: int) -> None:
    page = open_page(TEXT, scripts=True, width=width)
    assert violations(page) == []
    assert overflow(page) == 0
    tree = page.locator("#slide-s1 .player-slide__sound").aria_snapshot()
    assert "スライド1の音声、3秒" in tree
