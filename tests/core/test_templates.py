"""Templates are made once for each language; what is remembered of them never leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import url_for as built
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from lms.core.i18n import template_gettext, use_locale
from lms.core.web.addresses import url_for
from lms.core.web.folding import environments
from lms.core.web.fragments import MACRO_RESULTS, Remembered

if TYPE_CHECKING:
    from flask import Flask


def rendered(source: str, **values: object) -> dict[str, str]:
    """A template by language, whose words and icons are folded in."""
    base = Environment(loader=DictLoader({"page.html": source}), autoescape=True)
    base.globals.update(_=template_gettext, icon=drawn, plain=lambda text: f"<{text}>")
    folded = {"_": template_gettext, "icon": drawn, "plain": base.globals["plain"]}
    found = {}
    for locale, environment in environments(base, folded).items():
        with use_locale(locale):
            found[locale] = environment.get_template("page.html").render(**values)
            assert base.get_template("page.html").render(**values) == found[locale]
    return found


def drawn(name: str, size: int = 20, label: str = "") -> Markup:
    return Markup("<i {} {} {}>").format(name, size, label)


@pytest.mark.parametrize(
    ("source", "japanese", "english"),
    [
        ('{{ _("Home") }}', "ホーム", "Home"),
        ('{{ _("Home").replace("Home", "House") }}', "ホーム", "House"),
        ('{{ _("Home") ~ "<" }}', "ホーム&lt;", "Home&lt;"),
        ("{{ _(name) }}", "ホーム", "Home"),
        ('{{ _("Assigned by %(name)s", name=person) }}', "&lt;b&gt;", "Assigned by &lt;b&gt;"),
        ('{{ icon("a") }}', "<i a 20 >", "<i a 20 >"),
        ('{{ icon("a", size=16, label="<") }}', "<i a 16 &lt;>", "<i a 16 &lt;>"),
        ('{{ icon("a", label=_("Home")) }}', "<i a 20 ホーム>", "<i a 20 Home>"),
        ('{{ icon("done" if person else "x") }}', "<i done 20 >", "<i done 20 >"),
        ('{{ plain("x") }}', "&lt;x&gt;", "&lt;x&gt;"),
        ('{% set word = _("Home") %}{{ word|length }}', "3", "4"),
    ],
)
def test_a_folded_template_says_the_same(source, japanese, english):
    found = rendered(source, name="Home", person="<b>")
    assert japanese in found["ja"]
    assert found["en"] == english


def test_menus_differ_by_language_and_by_what_somebody_may(visitor, cast):
    """Made once and shared, so everybody must still get the menu that is theirs."""
    seen = {}
    for locale in ("ja", "en", "ja"):
        for name in ("aoki", "ono", "endo"):
            browser = visitor(getattr(cast, name))
            with browser.client.session_transaction() as cookie:
                cookie["lang"] = locale
            menu = browser.visit("/courses").select_one("#nav")
            here = menu.select_one("[aria-current=page]").get_text(strip=True)
            assert here == {"ja": "コース", "en": "Courses"}[locale]
            text = menu.get_text(" ", strip=True)
            assert seen.setdefault((locale, name), text) == text
    assert "受講状況" in seen["ja", "ono"]
    assert "Learning status" in seen["en", "ono"]
    assert "受講状況" not in seen["ja", "aoki"] + seen["ja", "endo"]
    assert "Materials" in seen["en", "endo"]
    assert len(set(seen.values())) == 6


def test_brand_and_foot_are_those_of_the_municipality(visitor, cast):
    for person in (cast.aoki, cast.kubo, cast.aoki):
        brand = visitor(person).visit("/").select_one(".ui-brand__tenant").get_text()
        assert brand.startswith("青葉市" if person is cast.aoki else "緑川町")


def test_a_remembered_macro_keeps_markup_and_text_apart():
    shown = Remembered(lambda text: Markup("<b>{}</b>").format(text))
    assert shown(Markup("<i>")) == "<b><i></b>"
    assert shown("<i>") == "<b>&lt;i&gt;</b>"
    assert shown(Markup("<i>")) == "<b><i></b>"
    assert [shown(value) for value in (1, True, 1.0)] == ["<b>1</b>", "<b>True</b>", "<b>1.0</b>"]


def test_a_remembered_macro_is_called_once_and_forgets_the_oldest():
    calls: list[object] = []

    def macro(value: object, **_named: object) -> Markup:
        calls.append(value)
        return Markup("{}").format(value)

    shown = Remembered(macro)
    for value in (0, 0, *range(1, MACRO_RESULTS + 1), 1, 0):
        shown(value)
    assert calls == [*range(MACRO_RESULTS + 1), 0]
    calls.clear()
    for _ in range(2):
        shown("x", caller=lambda: "block")
        shown(["a list"])
    assert calls == ["x", ["a list"]] * 2


def test_an_address_is_that_of_flask(app: Flask):
    values = {"course": "c1", "module": "日本 語/x"}
    with app.test_request_context("/"):
        for _ in range(2):
            assert url_for("learning.module", **values) == built("learning.module", **values)
            assert url_for("home.index") == "/"
            for page in (1, True, "1"):
                assert url_for("jobs.list", page=page) == built("jobs.list", page=page)
            assert url_for("jobs.list", state=None) == built("jobs.list", state=None)
            assert url_for("home.index", _external=True) == "http://localhost/"
    with app.test_request_context("/", base_url="http://other.example/under"):
        assert url_for("learning.module", **values).startswith("/under/learn/")
        assert url_for("home.index", _external=True) == "http://other.example/under/"
