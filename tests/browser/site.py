"""A running product with one object of every kind in it, and a browser signed in as anybody."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask
from playwright.sync_api import Browser, Page

from lms.app import create_app
from lms.core.settings import load_settings
from lms.kernel.clock import FixedClock
from tests.browser.player_harness import tone
from tests.browser.serving import served, session_cookie
from tests.browser.states import build_states
from tests.cast import Cast
from tests.factories import give_speech
from tests.repository.test_access_matrix import roles
from tests.repository.world import build_world, value_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

SECONDS = 60
"""Of the tone that stands for the speech of a slide; it still plays when a busy machine looks."""


@dataclass
class Site:
    """The product at ``address``; ``values`` are the arguments of its addresses."""

    app: Flask
    cast: Cast
    address: str
    values: dict[str, str]
    more: dict[str, list[str]]
    """Further addresses of a route, by its rule: other states of the same page."""
    browser: Browser
    problems: list[str] = field(default_factory=list)
    """What the consoles of all pages complained about since somebody looked."""
    _pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    def person(self, role: str) -> Any:
        return roles(self.cast)[role]

    def addresses(self, rule: str) -> list[str]:
        """Every address of a route that is worth opening."""
        found = next(r for r in self.app.url_map.iter_rules() if r.rule == rule and _is_page(r))
        values = {name: value_for(self.values, found.endpoint, name) for name in found.arguments}
        with self.app.test_request_context():
            from flask import url_for

            return [url_for(found.endpoint, **values), *self.more.get(rule, ())]

    def cookie(self, role: str, locale: str) -> dict[str, Any]:
        """The session cookie of somebody who has signed in."""
        return session_cookie(self.app, self.person(role), self.address, locale=locale)

    def page(self, role: str, locale: str) -> Page:
        """The one page of this person in this language; it is used again and again."""
        if (role, locale) not in self._pages:
            context = self.browser.new_context(
                base_url=self.address, locale="ja-JP" if locale == "ja" else "en-GB"
            )
            context.add_cookies([self.cookie(role, locale)])  # type: ignore[list-item]
            self._pages[role, locale] = self.watched(context.new_page())
        return self._pages[role, locale]

    def watched(self, page: Page) -> Page:
        """Write down what the page's console complains about."""
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: self.problems.append(said.text) if said.type == "error" else None,
        )
        return page


def _is_page(rule: Any) -> bool:
    return "GET" in (rule.methods or ())


@contextmanager
def running_site(
    template: tuple[Path, Cast], home: Path, browser: Browser, now: datetime
) -> Iterator[Site]:
    """Serve a copy of the template with the world of the tests in every state."""
    shutil.copytree(template[0], home)
    settings = load_settings({}, home=home, testing=True, argon2_memory_kib=64)
    app = create_app(settings, clock=FixedClock(now))
    cast = template[1]
    values = build_world(app, cast)
    more = build_states(app, cast)
    state = app.extensions["lms"]
    with state.db.transaction(cast.aoba) as session:
        give_speech(session, state.files, tone(SECONDS))
    try:
        with served(app) as address:
            yield Site(app, cast, address, values, more, browser)
    finally:
        app.extensions["lms"].db.dispose()
