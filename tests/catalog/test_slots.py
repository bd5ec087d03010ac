"""Slots of the municipality in slides."""

from __future__ import annotations

from lms.catalog.markdown import SLOT_LABELS, to_html, to_text


def test_a_slot_is_filled_with_escaped_text() -> None:
    made = to_html(
        "窓口は{{tenant.dx_office}}", resolve_asset=lambda _: None, slots={"dx_office": "<課>"}
    )
    assert made == '<p>窓口は<span class="slot">&lt;課&gt;</span></p>\n'


def test_an_empty_slot_shows_what_is_missing() -> None:
    words = {
        "[%(label)s: not filled in yet]": "〔%(label)s:未設定〕",
        SLOT_LABELS["portal"]: "庁内ポータル",
    }
    made = to_html(
        "{{tenant.portal}}",
        resolve_asset=lambda _: None,
        slots={"portal": None},
        translate=lambda message: words[message],
    )
    assert made == '<p><span class="slot slot-empty">〔庁内ポータル:未設定〕</span></p>\n'
    assert to_text("窓口{{tenant.portal}}") == "窓口"
    assert to_text("{{tenant.portal}}へ", slots={"portal": "庁内"}) == "庁内へ"
