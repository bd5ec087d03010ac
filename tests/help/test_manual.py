"""The manual: complete in both languages and true about settings."""

from __future__ import annotations

from dataclasses import fields

import pytest

from lms.core.access import Permission
from lms.core.settings import Settings
from lms.help import queries


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("name", queries.ORDER)
def test_every_page_opens_in_both_languages(visitor, cast, name, locale):
    assert visitor(locale=locale).visit(f"/help/{name}").h1.get_text()
    visitor(cast.aoki, locale=locale).visit(f"/help/{name}")


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_setting_is_documented(locale):
    text = (queries.ROOT / locale / "operating.md").read_text(encoding="utf-8")
    missing = [f.name for f in fields(Settings) if f"LMS_{f.name.upper()}" not in text]
    assert missing == []


def test_an_unknown_page_is_not_found(visitor):
    assert visitor().get("/help/nothing").status_code == 404


def test_permissions_are_told_in_words(visitor):
    page = visitor().visit("/help/permissions")
    heads = [head.get_text() for head in page.select("#permissions thead th")]
    assert heads[1:] == ["職員", "所属長", "講師", "人事", "監査", "管理者"]
    names = {cell.get_text() for cell in page.select("#permissions tbody th")}
    assert len(names) == len(Permission)
    assert not names & set(Permission)
