"""Chromium and the small server for the tests of the player; import the fixtures by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import chromium
from tests.browser.player_harness import Harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["browser", "follow", "harness", "open_player", "player_state", "steps", "until"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """Speaks twice as fast as people do, or as fast as its parameter says."""
    running = Harness(slow_speech=getattr(request, "param", 2.0))
    yield running
    running.stop()


@pytest.fixture
def open_player(browser: Browser, harness: Harness) -> Iterator[Callable[..., Page]]:
    """``open_player("#slide-map", viewport=(390, 844), **context options)``: a page, checked."""
    contexts = []
    problems: list[str] = []

    def _open(place: str = "", *, viewport: tuple[int, int] = (1366, 768), **options: Any) -> Page:
        width, height = viewport
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", **options
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: _note(problems, message))
        page.goto(harness.url + place)
        if options.get("java_script_enabled", True) and not place.startswith("text"):
            page.wait_for_selector("lms-player[data-ready]")
        return page

    yield _open
    for context in contexts:
        context.close()
    assert problems == []


def _note(problems: list[str], message: Any) -> None:
    # A refused request is what some of the tests are about; everything else is a defect.
    if message.type == "error" and "Failed to load resource" not in message.text:
        problems.append(message.text)


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true; ``p`` is the state of the player in it.

    Playwright's own waiting evaluates text in the page, which the security policy forbids.
    """
    call = f"(p => Boolean({condition}))(document.querySelector('lms-player').playback.state)"
    for _ in range(600):
        if page.evaluate(call):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never became true: {condition}; the player is in {player_state(page)}")


FOLLOW = """() => {
  const player = document.querySelector("lms-player").playback;
  const send = player.send.bind(player);
  window.steps = [];
  player.send = (event) => {
    send(event);
    const words = CSS.highlights.get("player-word");
    const { mode, index, position } = player.state;
    window.steps.push({
      mode, index, position,
      at: performance.now() / 1000,
      heard: document.querySelector("audio").currentTime,
      caption: document.querySelector("[data-caption]").textContent,
      sentence: document.querySelector("[data-cue][aria-current]")?.textContent ?? null,
      words: words ? [...words].map(String) : [],
    });
  };
}"""


def follow(page: Page) -> None:
    """Write down what is shown and heard after every step of the player, see ``steps``.

    What lasts a second or two would be gone before a busy machine looks.
    """
    page.evaluate(FOLLOW)


def steps(page: Page) -> list[dict[str, Any]]:
    """What was written down since ``follow``."""
    found: list[dict[str, Any]] = page.evaluate("window.steps")
    return found


def player_state(page: Page) -> dict[str, Any]:
    """Mode, slide number from 0, and seconds in the slide."""
    script = "(p => ({mode: p.mode, index: p.index, position: p.position, stop: p.stop}))"
    found: dict[str, Any] = page.evaluate(
        f"{script}(document.querySelector('lms-player').playback.state)"
    )
    return found
