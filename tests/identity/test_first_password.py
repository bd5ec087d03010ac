"""A password that somebody else chose opens nothing but the page on which it is changed."""

from __future__ import annotations

import pytest

from lms.cli.main import lms
from lms.identity.models import Account
from tests.cast import PASSWORD
from tests.identity.test_password import NEW, sent, signs_in
from tests.repository.test_access_matrix import WITHOUT_SIGN_IN, roles, routes
from tests.repository.world import build_world, value_for
from tests.support.client import Visitor

BEFORE = {"identity.password", "identity.sign_out"}
"""What is open besides public pages."""


@pytest.fixture
def given(app, database, cast):
    """The password an operator has given 青木."""
    words = ("account", "password", cast.aoki.staff_no, "--tenant", "012025")
    done = app.test_cli_runner().invoke(lms, words)
    assert done.exit_code == 0, done.output
    return done.output.split()[-1]


def test_a_given_password_is_changed_at_the_first_sign_in(app, cast, given, database):
    browser = Visitor(app)
    fields = {"tenant": cast.aoba, "name": cast.aoki.staff_no, "password": given}
    browser.post("/sign-in", {**fields, "next": "/courses"})
    assert browser.get("/courses").headers["Location"] == "/password"
    page = browser.visit("/password")
    assert "自分のパスワードを決めてください" in page.get_text()
    assert page.find("a", {"href": "/courses"}) is None
    browser.csrf = page.find("input", {"name": "csrf_token"})["value"]
    same = sent(browser, present=given, new=given, again=given).get_data(as_text=True)
    assert "別のものにしてください" in same
    assert browser.get("/").status_code == 303
    sent(browser, present=given, status=303)
    browser.visit("/")
    assert "自分のパスワードを決めてください" not in browser.visit("/password").get_text()
    assert signs_in(app, cast.aoki, NEW)
    with database.session(cast.aoba, read_only=True) as session:
        assert not session.get_one(Account, cast.aoki.account_id).must_change


def test_language_and_signing_out_are_there_before(app, cast, given):
    browser = Visitor(app, cast.aoki)
    assert browser.post("/language/en", {"next": "/password"}).headers["Location"] == "/password"
    assert "Choose a password of your own." in browser.visit("/password").get_text()
    assert browser.post("/sign-out").headers["Location"].startswith("/sign-in")


def test_scripts_are_refused_in_their_own_way(app, cast, given):
    browser = Visitor(app, cast.aoki)
    answer = browser.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.is_json) == (403, True)


def test_no_other_route_opens_for_any_role(app, database, cast):
    world = build_world(app, cast)
    people = {role: person for role, person in roles(cast).items() if person is not None}
    for person in people.values():
        with database.transaction(person.tenant_id) as session:
            session.get_one(Account, person.account_id).must_change = True
    found = []
    for method, endpoint, rule in routes(app):
        allow = getattr(app.view_functions[endpoint], "lms_allow", None)
        if endpoint in WITHOUT_SIGN_IN | BEFORE or allow == "public":
            continue
        with app.test_request_context():
            from flask import url_for

            path = url_for(
                endpoint, **{name: value_for(world, endpoint, name) for name in rule.arguments}
            )
        for role, person in people.items():
            browser = Visitor(app, person)
            answer = browser.client.open(path, method=method, data={"csrf_token": browser.csrf})
            told = answer.status_code, answer.headers.get("Location")
            if told != (303, "/password") and told[0] != 403:
                found.append((role, method, rule.rule, told))
    assert found == []


def test_who_has_chosen_their_own_goes_on(app, cast):
    assert signs_in(app, cast.aoki, PASSWORD)
    Visitor(app, cast.aoki).visit("/")
