"""Somebody without a mouse: reaches things with Tab, and must always see where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FARTHEST = 250
"""Presses of Tab after which something counts as out of reach."""

HAS_FOCUS = "(target) => target === document.activeElement"
SEEN = """() => {
  const here = document.activeElement;
  const { left, top, right, bottom } = here.getBoundingClientRect();
  if (bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth) return "outside";
  const around = here.closest("label, .ui-card, .ui-stat, .home-path__step") ?? here;
  const marked = [here, around].some((e) => [undefined, "::before", "::after"].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(e, part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  }));
  if (!marked) return "unmarked";
  const points = [[(left + right) / 2, (top + bottom) / 2], [left + 3, top + 3], [right - 3, bottom - 3]];
  const free = points.some(([x, y]) => {
    const on = document.elementFromPoint(x, y);
    return on && (here.contains(on) || on.contains(here) || around.contains(on));
  });
  return free ? "" : "covered";
}"""
"""Why the focus cannot be seen, or nothing (WCAG 2.2, 2.4.7 and 2.4.11)."""


class Keyboard:
    """The keys of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        target.wait_for(state="attached")
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate(HAS_FOCUS):
                why = self.page.evaluate(SEEN)
                assert not why, f"the focus on {target} is {why}"
                return
        raise AssertionError(f"{target} cannot be reached on {self.page.url}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Reach it and press a key on it."""
        self.reach(target)
        self.page.keyboard.press(key)

    def go(self, target: Locator, url: str, key: str = "Enter") -> None:
        """Press it and wait for the page it leads to."""
        # The address of the page that is left may be of the same form.
        with self.page.expect_navigation(url=url):
            self.press(target, key)

    def write(self, target: Locator, text: str) -> None:
        """Reach a field and put the text in place of what it holds."""
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, label: str) -> None:
        """Walk through the choices of a list with the arrow keys."""
        self.reach(target)
        shown = "(list) => list.selectedOptions[0].label.trim()"
        self.page.keyboard.press("Home")
        for _ in range(FARTHEST):
            if target.evaluate(shown) == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"there is no {label} in {target}")
