"""Errors that come before the door of the web has found out who asks."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_an_early_error_speaks_the_language_of_its_reader(visitor, cast, locale):
    other = {"ja": "en", "en": "ja"}[locale]
    visitor(cast.ueda, locale=other).visit("/")
    browser = visitor(cast.aoki, locale=locale)
    for answer in (browser.get("/nowhere"), browser.client.post("/sign-out", data={})):
        assert f'<html lang="{locale}"' in answer.get_data(as_text=True)
    assert answer.status_code == 400


def test_a_stranger_reads_an_error_in_the_language_of_the_browser(app):
    answer = app.test_client().get("/nowhere", headers={"Accept-Language": "en-GB"})
    assert '<html lang="en"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(("locale", "limit"), [("ja", "200MBまで"), ("en", "up to 200 MB")])
def test_a_file_that_is_too_large_is_told_how_large_it_may_be(visitor, cast, locale, limit):
    browser = visitor(cast.endo, locale=locale)
    size = {"CONTENT_LENGTH": str(201 * 1024 * 1024)}
    answer = browser.client.post(
        "/sign-in", content_type="multipart/form-data; boundary=x", environ_overrides=size
    )
    assert answer.status_code == 413
    assert limit in answer.get_data(as_text=True)
