"""Signing in and out."""

from __future__ import annotations

import pytest

from lms.identity.queries import find_candidate
from lms.people.models import Employee
from lms.tenants.models import Tenant
from tests.cast import PASSWORD

WIDE = {sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)}


def wide(text):
    """As an input method types it that was left on."""
    return text.lower().translate(WIDE)


@pytest.mark.parametrize(
    "typed", ["0000101", " ００００１０１　", "００００１０１＠example.jp", "0000101@Example.JP"]
)
def test_staff_number_and_password_sign_in(app, cast, visitor, typed):
    browser = visitor()
    answer = browser.post("/sign-in", {"tenant": cast.aoba, "name": typed, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    with browser.client.session_transaction() as cookie:
        assert cookie["t"] == cast.aoba
        assert cookie["_user_id"]


@pytest.mark.parametrize("number", ["Ab-0042", "É7b"])
@pytest.mark.parametrize("spell", [str, str.lower, str.upper, str.swapcase, wide])
def test_capitals_and_width_of_a_staff_number_make_no_difference(
    database, cast, visitor, number, spell
):
    with database.transaction(cast.aoba) as session:
        person = session.get_one(Employee, cast.aoki.employee_id)
        person.staff_no = number
    form = {"tenant": cast.aoba, "name": spell(number), "password": PASSWORD}
    assert visitor().post("/sign-in", form).headers["Location"] == "/"
    form["name"] = spell(number) + "x"
    visitor().post("/sign-in", form, status=422)


def test_of_numbers_that_differ_in_capitals_each_is_the_own(database, cast, visitor):
    """Older versions made them."""
    people = {"ab1": cast.aoki, "AB1": cast.ueda}
    with database.transaction(cast.aoba) as session:
        for number, who in people.items():
            session.get_one(Employee, who.employee_id).staff_no = number
    for number, who in people.items():
        browser = visitor()
        browser.post("/sign-in", {"tenant": cast.aoba, "name": number, "password": PASSWORD})
        assert who.name in browser.visit("/").get_text()


@pytest.mark.parametrize(("typed", "most"), [("0000101", 1), ("0000101@Example.JP", 2)])
def test_everybody_is_read_for_an_address_once(database, cast, clock, statements, typed, most):
    with database.session(cast.aoba, read_only=True) as session, statements(most=most):
        assert find_candidate(session, typed, now=clock.now())


def test_municipalities_are_named_in_the_language_of_the_page(cast, visitor):
    for locale, name in (("ja", "青葉市"), ("en", "Aoba City")):
        page = visitor(locale=locale).visit("/sign-in")
        assert page.select_one(f"#tenant option[value='{cast.aoba}']").text == name


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_where_nobody_knows_whose_page_it_is_it_names_no_municipality(cast, visitor, locale):
    browser = visitor(locale=locale)
    for path in ("/sign-in", "/verify"):
        page = browser.visit(path)
        assert page.select_one(".ui-brand__tenant") is None
        assert page.select_one(".ui-brand__product")
        for name in ("青葉市", "Aoba City", "緑川町", "総務部"):
            assert name not in page.title.text
            assert name not in page.select_one("footer").text
    form = {"name": cast.aoki.staff_no, "password": PASSWORD}
    chosen = browser.visit("/sign-in").select_one("#tenant option[selected]")
    assert chosen["value"] == "0"
    for tenant in ("0", "", "999"):
        answer = browser.post("/sign-in", {**form, "tenant": tenant}, status=422)
        text = answer.get_data(as_text=True)
        assert cast.aoki.staff_no in text
        if tenant == "0":
            told = {"ja": "所属する団体を選択してください。", "en": "Choose your municipality."}
            assert told[locale] in text


def test_whose_page_it_is_is_remembered_and_told_by_the_host(database, cast, visitor, app):
    browser = visitor()
    form = {"tenant": cast.midorikawa, "name": cast.kubo.staff_no, "password": PASSWORD}
    browser.post("/sign-in", form)
    token = browser.visit("/").find("input", attrs={"name": "csrf_token"})["value"]
    browser.post("/sign-out", {"csrf_token": token})
    page = browser.visit("/sign-in")
    assert "緑川町" in page.select_one(".ui-brand__tenant").text
    assert page.select_one("#tenant option[selected]")["value"] == str(cast.midorikawa)
    with database.platform_transaction(reason="test") as session:
        session.get_one(Tenant, cast.midorikawa).hostname = "midorikawa.example.jp"
    app.extensions["lms_tenants"].refresh()
    host = {"Host": "midorikawa.example.jp"}
    assert "緑川町" in visitor().get("/sign-in", headers=host).get_data(as_text=True)


def test_the_only_municipality_is_named_and_not_asked_for(database, cast, visitor, app, clock):
    with database.platform_transaction(reason="test") as session:
        session.get_one(Tenant, cast.midorikawa).closed_at = clock.now()
    app.extensions["lms_tenants"].refresh()
    page = visitor().visit("/sign-in")
    assert "青葉市" in page.select_one(".ui-brand__tenant").text
    assert page.select_one("#tenant") is None
    assert page.select_one("input[name=tenant]")["value"] == str(cast.aoba)


def test_wrong_password_is_told_and_keeps_the_name(app, cast, visitor):
    browser = visitor()
    answer = browser.post(
        "/sign-in",
        {"tenant": cast.aoba, "name": cast.aoki.staff_no, "password": "wrong"},
        status=422,
    )
    assert cast.aoki.staff_no in answer.get_data(as_text=True)
