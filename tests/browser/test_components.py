"""The frame and the components in real Chromium: accessibility, sizes, keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import chromium, heard, listen, overflow, settle, violations
from tests.browser.serving import served, session_cookie

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _closed(browser: Browser) -> Iterator[None]:
    """Leave no page behind: each would go on and slow down those after it."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture
def cookie(app: Flask, cast: Cast, address: str) -> dict[str, Any]:
    """The session cookie of 青木."""
    return session_cookie(app, cast.aoki, address)


def _open(
    browser: Browser,
    address: str,
    path: str,
    cookie: dict[str, Any] | None,
    width: int = 1366,
    height: int = 768,
) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
    if cookie:
        context.add_cookies([cookie])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto(address + path)
    settle(page)
    assert problems == []
    return page


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (320, 256)])
def test_the_gallery_is_accessible_and_fits(
    browser: Browser, address: str, cookie: dict[str, Any], width: int, height: int
) -> None:
    page = _open(browser, address, "/ops/ui", cookie, width, height)
    assert overflow(page) == 0
    assert violations(page) == []
    # The tool really looks: an unnamed button is found.
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in violations(page))


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page"])
def test_pages_without_sign_in_are_accessible(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568}, locale="ja-JP")
    page = context.new_page()
    page.goto(address + path)
    assert overflow(page) == 0
    assert violations(page) == []


def test_signing_in_by_keyboard(browser: Browser, address: str, cast: Cast) -> None:
    page = _open(browser, address, "/sign-in", None)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ui-skip"
    page.focus("input[name=name]")
    page.keyboard.type(cast.aoki.staff_no)
    page.focus("input[name=password]")
    page.keyboard.type("wrong-password")
    page.keyboard.press("Enter")
    expect(page.locator(".ui-errors")).to_be_focused()
    assert page.input_value("input[name=name]") == cast.aoki.staff_no
    assert violations(page) == []


def test_the_password_can_be_shown(browser: Browser, address: str) -> None:
    page = _open(browser, address, "/sign-in", None)
    field = page.locator("input[name=password]")
    page.click("lms-reveal button")
    expect(field).to_have_attribute("type", "text")
    page.click("lms-reveal button")
    expect(field).to_have_attribute("type", "password")


def test_the_drawer_opens_and_closes_by_keyboard(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie, 390, 844)
    drawer = page.locator("#nav")
    expect(drawer).to_be_hidden()
    page.focus(".ui-header__menu")
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".ui-header__menu")).to_be_focused()


def test_the_menu_closes_with_escape_and_gives_the_focus_back(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    panel = page.locator(".ui-header .ui-menu__panel")
    page.focus(".ui-header summary")
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(panel.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".ui-header summary")).to_be_focused()


def test_the_dialog_keeps_the_focus_and_gives_it_back(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    page.click("[data-opens=g-dialog]")
    assert page.evaluate("document.querySelector('#g-dialog').matches(':modal')")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#g-dialog")).to_be_hidden()
    expect(page.locator("[data-opens=g-dialog]")).to_be_focused()


def test_a_dangerous_button_asks_first(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    page.evaluate(
        "document.querySelector('lms-confirm button')"
        ".addEventListener('click', () => document.body.dataset.did = 'yes')"
    )
    page.click("lms-confirm button")
    assert page.evaluate("document.body.dataset.did") is None
    page.click("body > dialog button[data-kind=danger]")
    expect(page.locator("body")).to_have_attribute("data-did", "yes")
    expect(page.locator("body > dialog")).to_have_count(0)


def test_rows_are_selected_and_counted(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    count = page.locator("[data-count]")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.check("input[data-select] >> nth=0", force=True)
    expect(count).to_have_text("1件を選択中")
    page.check("[data-select-all] input", force=True)
    expect(count).to_have_text("4件を選択中")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(4)


def test_a_list_is_put_in_order_by_keyboard(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    down = "lms-sortable li >> nth=0 >> [data-move=down]"
    page.focus(down)
    listen(page)
    page.keyboard.press("Enter")
    order = page.eval_on_selector_all("lms-sortable input", "all => all.map(i => i.value)")
    assert order == ["2", "1", "3"]
    # It is only read out: a toast would lie over the buttons below the list.
    assert "2番目" in heard(page, unseen=True)[0]
    page.keyboard.press("Enter")
    order = page.eval_on_selector_all("lms-sortable input", "all => all.map(i => i.value)")
    assert order == ["2", "3", "1"]


def test_a_list_is_put_in_order_by_dragging(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    grip = page.locator("lms-sortable .ui-sortable__grip").nth(2)
    grip.scroll_into_view_if_needed()
    top = page.locator("lms-sortable li").nth(0).bounding_box()
    grip.hover()
    page.mouse.down()
    assert top is not None
    page.mouse.move(top["x"] + 20, top["y"] + 4, steps=5)
    page.mouse.up()
    order = page.eval_on_selector_all("lms-sortable input", "all => all.map(i => i.value)")
    assert order == ["3", "1", "2"]


def test_a_chosen_file_is_named_and_a_wrong_one_is_refused_in_words(
    browser: Browser, address: str, cookie: dict[str, Any], tmp_path: Path
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    deck = tmp_path / "研修資料.pptx"
    deck.write_bytes(b"x" * 2048)
    page.set_input_files("#deck", str(deck))
    files = page.locator(".ui-upload__files").first
    expect(files).to_have_text(re.compile(r"^\s*研修資料\.pptx\s*2\sKB\s*$"))
    wrong = tmp_path / "名簿.xlsx"
    wrong.write_bytes(b"x")
    page.set_input_files("#deck", str(wrong))
    expect(files).to_contain_text("この種類のファイルは受け付けていません")


def test_forced_colours_keep_every_control_visible(
    browser: Browser, address: str, cookie: dict[str, Any]
) -> None:
    page = _open(browser, address, "/ops/ui", cookie)
    page.emulate_media(forced_colors="active")
    without = page.eval_on_selector_all(
        "main .ui-button:not([data-kind=quiet]), main .ui-input",
        "all => all.filter(e => getComputedStyle(e).borderTopStyle === 'none').length",
    )
    assert without == 0


def test_a_page_stays_light(browser: Browser, address: str, cookie: dict[str, Any]) -> None:
    """At most ten requests and 150 KiB over the wire for a page without pictures."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([cookie])
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda r: sizes.append(r.sizes()["responseBodySize"]))
    page.goto(address + "/sign-in?next=/", wait_until="networkidle")
    assert len(sizes) <= 10
    assert sum(sizes) <= 150 * 1024
