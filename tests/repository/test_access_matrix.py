"""Who may open which address: every route with every role, compared with a table in this folder.

The table is written anew with ``LMS_WRITE_MATRIX=1``; its difference is what a review looks at.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.repository.world import build_world, value_for
from tests.support.client import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.cast import Cast

TABLE = Path(__file__).with_name("access_matrix.toml")
WITHOUT_SIGN_IN = {"static_file", "media", "theme"}
"""Files by content or by signed address; they open no session and know nobody."""
SAFE = {"HEAD", "OPTIONS"}
WORDS = ("open", "sign-in", "forbidden", "missing")


def roles(cast: Cast) -> dict[str, Any]:
    """The columns of the table; ``outsider`` is HR of the other municipality."""
    return {
        "anonymous": None,
        "employee": cast.aoki,
        "unit-head": cast.kimura,
        "trainer": cast.endo,
        "hr": cast.ono,
        "auditor": cast.kato,
        "tenant-admin": cast.ueda,
        "outsider": cast.kitayama,
    }


def routes(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """Every route as method, endpoint and rule."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - SAFE):
            yield method, rule.endpoint, rule


def word(response: TestResponse, person: Any) -> str:
    """What the door said. Anything but a refusal is ``open``: a bad form is the page's matter."""
    target = response.headers.get("Location", "")
    if response.status_code == 401 or (person is None and target.startswith("/sign-in")):
        return "sign-in"
    assert response.status_code != 500, (response.status, response.request.path)
    return {403: "forbidden", 404: "missing"}.get(response.status_code, "open")


def ask(app: Flask, person: Any, method: str, path: str) -> str:
    browser = Visitor(app, person)
    if method == "GET":
        return word(browser.get(path), person)
    form = {"csrf_token": browser.csrf}
    return word(browser.client.open(path, method=method, data=form), person)


def found_table(app: Flask, cast: Cast) -> dict[str, dict[str, Any]]:
    world = build_world(app, cast)
    table: dict[str, dict[str, Any]] = {}
    for method, endpoint, rule in routes(app):
        values = {name: value_for(world, endpoint, name) for name in rule.arguments}
        with app.test_request_context():
            from flask import url_for

            path = url_for(endpoint, **values)
        allow = getattr(app.view_functions[endpoint], "lms_allow", "by address")
        row: dict[str, Any] = {"allow": str(allow)}
        for role, person in roles(cast).items():
            row.setdefault(ask(app, person, method, path), []).append(role)
        table[f"{method} {rule.rule}"] = row
    return table


def test_the_door_answers_each_role_as_the_table_says(app, cast):
    found = found_table(app, cast)
    if os.environ.get("LMS_WRITE_MATRIX"):
        TABLE.write_text(as_toml(found), encoding="utf-8")
    expected = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    differences = [
        f"{route}: expected {expected.get(route)}, found {found.get(route)}"
        for route in sorted(found.keys() | expected.keys())
        if found.get(route) != expected.get(route)
    ]
    assert differences == []


def as_toml(table: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# Which role finds which address open. Generated; see test_access_matrix.py.",
        "# Words: open, sign-in, forbidden (403), missing (404: may not know that it exists).",
    ]
    for route, row in table.items():
        lines += ["", f'["{route}"]', f'allow = "{row["allow"]}"']
        for key in WORDS:
            if key in row:
                names = ", ".join(f'"{role}"' for role in row[key])
                lines.append(f"{key} = [{names}]")
    return "\n".join(lines) + "\n"


def test_every_route_says_who_may_use_it(app):
    undeclared = {
        endpoint
        for _, endpoint, _ in routes(app)
        if not hasattr(app.view_functions[endpoint], "lms_allow")
    }
    assert undeclared == WITHOUT_SIGN_IN


def test_an_outsider_never_opens_what_names_an_object():
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for route, row in table.items():
        if "<" in route and row["allow"] not in {"public", "by address"}:
            assert "outsider" not in row.get("open", []), route


def test_nobody_without_sign_in_opens_more_than_the_public_part():
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for route, row in table.items():
        if row["allow"] not in {"public", "by address"}:
            assert "anonymous" in row["sign-in"], route
