"""Every page in real Chromium, in both languages, on a desk and at 400 % zoom.

The pages are those of ``tests/repository/access_matrix.toml``, which is compared with the routes
themselves; a new route is covered on its own, and one that shows nothing to look at fails here.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from lms.core.web.respond import UNPROCESSABLE
from tests.browser.chromium import COLOURS, chromium, overflow, violations
from tests.browser.site import running_site
from tests.conftest import START
from tests.repository.test_access_matrix import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Response

    from tests.browser.site import Site
    from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

MATRIX = tomllib.loads(TABLE.read_text(encoding="utf-8"))
NO_PAGES = {
    "/author/drafts/<public_id>/captions/<any(ja, en):lang>.zip",
    "/certificates/<public_id>.pdf",
    "/health/live",
    "/health/ready",
    "/learn/<course>/<module>/captions/<any(ja, en):lang>.zip",
    "/learn/<course>/<module>/captions/<any(ja, en):lang>/<slide>.vtt",
    "/media/<token>",
    "/static/<build>/<path:name>",
    "/theme/<accent>.css",
}
"""Addresses that answer something other than HTML."""
PAGES = sorted(key.removeprefix("GET ") for key in MATRIX if key.startswith("GET "))
ALSO_FOR = {
    "/": ("trainer", "unit-head", "hr", "auditor", "tenant-admin"),
    "/certificates/<public_id>": ("hr",),
    "/hr": ("unit-head", "auditor"),
    "/hr/people": ("unit-head", "auditor"),
    "/hr/people/<public_id>": ("unit-head", "auditor"),
    "/jobs": ("tenant-admin",),
}
"""Roles for whom a page looks different from the first one that may open it."""

DESK = {"width": 1366, "height": 768}
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
PHONE = {"width": 390, "height": 844}
SHEET = {"width": 688, "height": 1000}
"""What is between the margins of A4 (182 mm)."""
MOST_REQUESTS = 10

LINES = """(where) => Object.fromEntries([...document.querySelectorAll(where)].map((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return [cell.innerText, new Set([...range.getClientRects()].map((box) => box.top)).size];
}))"""
"""In how many lines the text of each of these stands."""

MANY_ROWS = """async () => {
  const body = document.querySelector("#g-people tbody");
  for (let row = 0; row < 60; row += 1) body.append(body.rows[0].cloneNode(true));
  const frame = body.closest(".ui-table__scroll");
  window.scrollTo(0, frame.offsetTop + 1000);
  await new Promise((done) => requestAnimationFrame(done));
  const head = frame.querySelector("thead th").getBoundingClientRect();
  return [frame.scrollHeight - frame.clientHeight, head.top];
}"""
"""How far the frame of a long table scrolls, and where its head is in the window."""

UNSEEN_FOCUS = """() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("[inert]");
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']",
  )].filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0);
  const marked = (e) => [undefined, "::before", "::after"].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(e, part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const unseen = all.filter((e) => {
    e.focus({ preventScroll: true });
    if (document.activeElement !== e) return false;
    const around = e.closest("label, .ui-card, .ui-stat, .home-path__step") ?? e;
    return !marked(e) && !marked(around);
  });
  document.activeElement?.blur();
  return unseen.map((e) => e.outerHTML.slice(0, 160));
}"""
"""What can have the focus and does not show it; in the page, after a key was pressed."""

MOVING = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const long = (text) => text.split(", ").some((part) => parseFloat(part) > 0.02);
  const would = [...document.querySelectorAll("*")].filter((e) => {
    const { transitionDuration, animationDuration, animationName } = getComputedStyle(e);
    return long(transitionDuration) || (animationName !== "none" && long(animationDuration));
  });
  const does = document.getAnimations().filter(
    (a) => a.playState === "running" && a.effect.getComputedTiming().duration > 20,
  );
  return [...would, ...does.map((a) => a.effect.target)].map((e) => e.outerHTML.slice(0, 160));
}"""
"""What moves, or would."""


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        yield running


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("rule", [rule for rule in PAGES if rule not in NO_PAGES])
def test_a_page_is_for_everybody(site: Site, rule: str, locale: str) -> None:
    first = MATRIX[f"GET {rule}"]["open"][0]
    visits = [(first, path) for path in site.addresses(rule)]
    visits += [(role, visits[0][1]) for role in ALSO_FOR.get(rule, ())]
    found, shown = [], 0
    for role, path in visits:
        page = site.page(role, locale)
        page.emulate_media(forced_colors="none", reduced_motion="no-preference")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        if answer.request.redirected_from is not None:
            continue
        shown += 1
        problems = _problems(site, page, answer, locale)
        found += [f"{role} {path}: {problem}" for problem in problems]
    assert shown, "Give an address that shows this page in tests/browser/states.py."
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("rule", sorted(NO_PAGES))
def test_what_is_left_out_is_no_page(site: Site, rule: str) -> None:
    role = MATRIX[f"GET {rule}"]["open"][0]
    address = site.addresses(rule)[0]
    answer = site.page(role, "ja").context.request.get(address, max_redirects=0)
    html = answer.headers.get("content-type", "").startswith("text/html")
    assert not (answer.ok and html)


def test_a_time_on_paper_is_not_cut_in_two(site: Site) -> None:
    rule = "/programmes/<programme>/documents/<document>"
    page = site.page(MATRIX[f"GET {rule}"]["open"][0], "ja")
    page.set_viewport_size(SHEET)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    page.goto(site.addresses(rule)[0])
    lines = page.evaluate(LINES, ".paper td:first-child")
    page.emulate_media(media="screen")
    assert lines == {"10:30": 1}


def test_a_long_table_scrolls_with_the_page(site: Site) -> None:
    page = site.page("employee", "ja")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto("/ops/ui")
    inside, head = page.evaluate(MANY_ROWS)
    assert inside == 0, "a second scroll bar beside that of the page"
    assert head == 0, "the head of the table is not in view"


def test_a_name_in_a_table_may_be_long(site: Site) -> None:
    page = site.page("employee", "ja")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto("/ops/ui")
    name = page.locator("#g-people tbody th a").first
    name.evaluate(
        "(e) => { e.textContent = '齋藤長谷川小野寺伊集院大久保武者渡邊髙橋 太郎左衛門之介'.repeat(2); }"
    )
    assert overflow(page) == 0


def test_a_phrase_in_a_card_of_a_table_may_be_long(site: Site) -> None:
    page = site.page("employee", "ja")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/ops/ui")
    page.locator("#g-people tbody th").first.evaluate("(e) => { e.textContent = 'ア'.repeat(60); }")
    assert overflow(page) == 0


def test_a_sentence_beside_a_bar_wraps(site: Site) -> None:
    page = site.page("employee", "ja")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/ops/ui")
    text = "スライドはすべて見終わりました。残りは確認テストです。"
    page.locator(".home-resume .ui-progress__text").evaluate(
        "(e, t) => { e.textContent = t; }", text
    )
    assert overflow(page) == 0


def test_a_menu_opens_inside_a_phone(site: Site) -> None:
    page = site.page("hr", "ja")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/hr/people")
    page.get_by_text("書き出す").click()
    panel = page.locator("main .ui-menu__panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= PHONE["width"]


def _problems(site: Site, page: Page, answer: Response, locale: str) -> list[str]:
    """Everything that is wrong with the page as it stands in the window."""
    if answer.status not in {200, UNPROCESSABLE}:
        return [f"nothing to see: {answer.status}"]
    found = [
        *_wrong_document(page, locale),
        *_at(page, "desk"),
        *_without_colours_and_motion(page),
    ]
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    found += _at(page, "400 %")
    found += [f"console: {text}" for text in site.problems if "status of 422" not in text]
    site.problems.clear()
    return found


def _wrong_document(page: Page, locale: str) -> list[str]:
    facts = page.evaluate(
        """() => ({
          lang: document.documentElement.lang,
          headings: [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length,
          requests: performance.getEntriesByType("resource")
            .filter((entry) => !new URL(entry.name).pathname.startsWith("/media/")).length + 1,
        })"""
    )
    found = [] if facts["lang"] == locale else [f"lang is {facts['lang']}"]
    found += [] if facts["headings"] == 1 else [f"{facts['headings']} h1"]
    found += [] if facts["requests"] <= MOST_REQUESTS else [f"{facts['requests']} requests"]
    return found


def _at(page: Page, window: str) -> list[str]:
    found = [f"{window}: {line}" for line in violations(page)]
    wide = overflow(page)
    return [*found, *([f"{window}: {wide} px too wide"] if wide else [])]


def _without_colours_and_motion(page: Page) -> list[str]:
    """With other colours everything can be read and every focus seen; without motion all stays."""
    page.keyboard.press("Tab")
    found = [f"focus: {line}" for line in page.evaluate(UNSEEN_FOCUS)]
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found += [f"focus in forced colours: {line}" for line in page.evaluate(UNSEEN_FOCUS)]
    found += [f"forced colours: {line}" for line in violations(page, COLOURS)]
    found += [f"moves: {line}" for line in page.evaluate(MOVING)]
    page.emulate_media(forced_colors="none", reduced_motion="no-preference", color_scheme="dark")
    found += [f"dark: {line}" for line in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found
