"""Signing in and out."""

from __future__ import annotations

import pytest

from tests.cast import PASSWORD


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


def test_municipalities_are_named_in_the_language_of_the_page(cast, visitor):
    for locale, name in (("ja", "青葉市"), ("en", "Aoba City")):
        page = visitor(locale=locale).visit("/sign-in")
        assert page.select_one(f"#tenant option[value='{cast.aoba}']").text == name


def test_wrong_password_is_told_and_keeps_the_name(app, cast, visitor):
    browser = visitor()
    answer = browser.post(
        "/sign-in",
        {"tenant": cast.aoba, "name": cast.aoki.staff_no, "password": "wrong"},
        status=422,
    )
    assert cast.aoki.staff_no in answer.get_data(as_text=True)
