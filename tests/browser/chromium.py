"""Chromium as the browser tests use it, and what axe has to say about a page."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.all(document.getAnimations()
    .filter((a) => a.playState === "running" && a.effect.getComputedTiming().endTime < Infinity)
    .map((a) => a.finished.catch(() => {}))))
  .then(() => undefined)"""
HEAR = """() => {
  const region = document.querySelector("[data-toasts]");
  window.heard = [];
  new MutationObserver(() => {
    const text = region.textContent.trim();
    if (text) window.heard.push([text, region.querySelector(".ui-toast") !== null]);
  }).observe(region, { childList: true });
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""What can come out differently in dark scheme and in forced colours: the rules about colour."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium without a window."""
    # On a busy machine a page takes its time; what never happens fails all the same.
    expect.set_options(timeout=30_000)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


def wait_for(page: Page, check: Callable[[], bool]) -> None:
    """Wait until something holds that Playwright does not know how to wait for."""
    for _ in range(600):
        if check():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never came about on {page.url}")


def listen(page: Page) -> None:
    """Keep what the page says aloud from now on: on the page it stands for a few seconds only."""
    page.evaluate(HEAR)


def heard(page: Page, *, unseen: bool = False) -> list[str]:
    """What was said since ``listen``; ``unseen``: only what was not shown too."""
    said = page.evaluate("window.heard")
    return [text for text, shown in said if not (unseen and shown)]


def settle(page: Page) -> None:
    """Wait until the page stands as it is laid out now: loaded, drawn, and nothing fades any more."""
    page.wait_for_load_state()
    page.evaluate(SETTLED)


def violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """What axe finds on the page as it stands: ``rule: element``; empty is good.

    The page's policy forbids foreign scripts, also ours for tests, so the tool goes in by the
    browser's own protocol.
    """
    settle(page)
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    run = f"axe.run(document, {{runOnly: {json.dumps(rules)}}})"
    call = f"{run}.then(r => JSON.stringify(r.violations))"
    answer = session.send(
        "Runtime.evaluate", {"expression": call, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = json.loads(answer["result"]["value"])
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is good."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))
