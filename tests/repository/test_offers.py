"""No page offers what would be refused: every link and form of every page, for every role."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from werkzeug.exceptions import HTTPException

from tests.browser.states import build_states
from tests.repository.test_access_matrix import TABLE, roles
from tests.repository.world import build_world, value_for
from tests.support.client import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cast import Cast

MATRIX = tomllib.loads(TABLE.read_text(encoding="utf-8"))
ROLES = ("employee", "unit-head", "trainer", "hr", "auditor", "tenant-admin")


def offers(html: str) -> Iterator[tuple[str, str]]:
    """Method and path of everything on a page that can be followed or sent."""
    page = BeautifulSoup(html, "html5lib")
    for link in page.select("a[href]"):
        yield "GET", link["href"]
    for form in page.select("form[action]"):
        yield form.get("method", "get").upper(), form["action"]
    for button in page.select("[formaction]"):
        yield "POST", button["formaction"]


def refused(app: Flask, role: str, html: str) -> list[str]:
    """What the page offers although the table of doors keeps it from this role."""
    doors, found = app.url_map.bind("localhost"), []
    for method, address in offers(html):
        path = urlsplit(address).path
        if not path.startswith("/") or address.startswith("//"):
            continue
        try:
            rule, _values = doors.match(path, method, return_rule=True)
        except HTTPException as error:
            found.append(f"{method} {path}: {error.code}")
            continue
        row = MATRIX[f"{method} {rule.rule}"]
        if role in row.get("forbidden", ()) or row.get("open", [role]) == []:
            found.append(f"{method} {path}")
    return found


@pytest.mark.sqlite
@pytest.mark.parametrize("role", ROLES)
def test_a_page_offers_nothing_that_would_be_refused(app: Flask, cast: Cast, role: str) -> None:
    world, states = build_world(app, cast), build_states(app, cast)
    visitor, found, seen = Visitor(app, roles(cast)[role]), [], 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if role not in MATRIX[f"GET {rule.rule}"].get("open", ()):
            continue
        values = {name: value_for(world, rule.endpoint, name) for name in rule.arguments}
        with app.test_request_context():
            from flask import url_for

            paths = [url_for(rule.endpoint, **values), *states.get(rule.rule, ())]
        for path in paths:
            answer = visitor.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen += 1
                found += [f"{path}: {each}" for each in refused(app, role, answer.text)]
    assert seen > 15
    assert found == []


def test_an_offer_that_is_refused_is_found(app: Flask) -> None:
    html = '<a href="/author">教材</a><form action="/hr/campaigns/new" method="post"></form>'
    assert refused(app, "auditor", html) == ["GET /author", "POST /hr/campaigns/new"]
    assert refused(app, "hr", '<a href="/hr/campaigns/new">x</a>') == []
