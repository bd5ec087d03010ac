"""Two municipalities in one database: nothing of 緑川町 is ever seen in 青葉市.

Every text of 緑川町 carries the canary of the cast. Each role of 青葉市 opens each address; no
body, header or file may hold the canary, and no object of 緑川町 may be found by its id.
"""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pypdfium2
import pytest
from flask import url_for
from sqlalchemy import Text, func, select, update

from lms.core import tenancy
from lms.core.db.base import Base
from lms.people.models import OrgUnit
from tests.cast import CANARY
from tests.repository.test_access_matrix import WITHOUT_SIGN_IN, roles, routes
from tests.repository.world import build_world, value_for
from tests.support.client import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.cast import Cast

WORDS = {"title", "title_en", "name", "name_en", "summary", "objective", "reason", "created_by"}
WORDS |= {
    "audience",
    "audience_en",
    "summary_en",
    "actor_name",
    "granted_by",
    "source_text",
    "assigned_by",
    "text",
    "file_name",
}
FILES = {"reports.overview", "reports.people"}
FORMATS = ("", "csv", "cp932", "xlsx")


def build_worlds(app: Flask, cast: Cast) -> tuple[dict[str, str], dict[str, str]]:
    """The same objects in both municipalities; all free texts of the second carry the canary."""
    own = build_world(app, cast)
    database = app.extensions["lms"].db
    with database.session(cast.midorikawa, read_only=True) as session:
        unit = session.scalars(select(OrgUnit)).one()
    neighbour = replace(
        cast,
        aoba=cast.midorikawa,
        aoki=cast.kubo,
        ueda=cast.kitayama,
        endo=cast.kitayama,
        ono=cast.kitayama,
        units={"0401": (unit.id, unit.public_id)},
    )
    other = build_world(app, neighbour)
    with database.platform_transaction(reason="canary") as session:
        for table in Base.metadata.sorted_tables:
            names = [c.name for c in table.c if c.name in WORDS and isinstance(c.type, Text)]
            if "tenant_id" in table.c and names:
                session.connection().execute(
                    update(table)
                    .where(table.c.tenant_id == cast.midorikawa)
                    .values({name: func.concat(table.c[name], CANARY) for name in names})
                )
    return own, other


def staff(cast: Cast) -> dict[str, Any]:
    """The roles of 青葉市."""
    return {name: who for name, who in roles(cast).items() if name not in {"anonymous", "outsider"}}


def addresses(app: Flask, world: dict[str, str]) -> Iterator[str]:
    """Every address that can be opened, with the files it offers."""
    for method, endpoint, rule in routes(app):
        if method != "GET":
            continue
        values = {name: value_for(world, endpoint, name) for name in rule.arguments}
        with app.test_request_context():
            path = url_for(endpoint, **values)
        for form in FORMATS if endpoint in FILES else ("",):
            yield f"{path}?format={form}" if form else path


def shown(response: TestResponse) -> str:
    """Everything a browser gets to know: headers, and the body as text whatever its format."""
    body, kind = response.get_data(), response.mimetype or ""
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(body)
        text = "".join(page.get_textpage().get_text_range() for page in document)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            text = "".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    else:
        text = body.decode("utf-8", "replace") + body.decode("cp932", "replace")
    return unquote(str(response.headers)) + text


def sightings(app: Flask, cast: Cast, world: dict[str, str]) -> tuple[list[str], int]:
    """The places where the canary is seen, and how many pages and files were open."""
    found, opened = [], 0
    for role, person in staff(cast).items():
        browser = Visitor(app, person)
        for path in addresses(app, world):
            response = browser.get(path)
            opened += response.status_code == 200
            if CANARY in shown(response):
                found.append(f"{role}: {path}")
    return found, opened


def test_nothing_of_the_other_municipality_is_shown(app, cast):
    own, _other = build_worlds(app, cast)
    found, opened = sightings(app, cast, own)
    assert found == []
    assert opened > 60


def test_without_the_filter_the_canary_is_seen(app, cast, monkeypatch):
    """The control. On PostgreSQL row-level security still keeps the municipalities apart."""
    own, _other = build_worlds(app, cast)
    monkeypatch.setattr(tenancy, "_criteria", lambda _tenant_id: ())
    # Some pages find two rows where there must be one, and answer with an error.
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    found, _opened = sightings(app, cast, own)
    assert bool(found) == (os.environ.get("LMS_TEST_DATABASE", "sqlite") == "sqlite")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_object_of_the_other_municipality_is_not_found(app, cast, method):
    _own, other = build_worlds(app, cast)
    open_doors, asked = [], 0
    for verb, endpoint, rule in routes(app):
        allow = str(getattr(app.view_functions[endpoint], "lms_allow", ""))
        if verb != method or not rule.arguments or allow == "public" or endpoint in WITHOUT_SIGN_IN:
            continue
        values = {name: value_for(other, endpoint, name) for name in rule.arguments}
        with app.test_request_context():
            path = url_for(endpoint, **values)
        for role, person in staff(cast).items():
            browser = Visitor(app, person)
            form = {"csrf_token": browser.csrf}
            response = browser.client.open(
                path, method=method, data=form if verb == "POST" else None
            )
            asked += 1
            if response.status_code not in {403, 404}:
                open_doors.append(f"{role}: {verb} {path} {response.status_code}")
    assert open_doors == []
    assert asked > 60
