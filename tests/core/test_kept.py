"""What is kept between requests: never another municipality's, never what was rolled back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lms.catalog.models import Course
from lms.catalog.queries import course_outline
from lms.core.db.kept import kept
from lms.core.i18n import use_locale
from lms.core.recent import Recent
from lms.core.web import fragments
from lms.core.web.fragments import fragment
from lms.tenants.models import Tenant
from tests.factories import make_course, module_source
from tests.support.client import Visitor

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from lms.core.db.engine import Database
    from tests.cast import Cast


def test_a_value_belongs_to_its_municipality(database: Database, cast: Cast) -> None:
    for tenant_id in (cast.aoba, cast.midorikawa):
        with database.session(tenant_id, read_only=True) as session:
            assert kept(session, "test", 7, lambda: f"of {tenant_id}") == f"of {tenant_id}"  # noqa: B023
    with database.session(cast.aoba, read_only=True) as session:
        assert kept(session, "test", 7, lambda: "made again") == f"of {cast.aoba}"
        assert kept(session, "other", 7, lambda: "another kind") == "another kind"


def test_a_writing_session_keeps_nothing(database: Database, cast: Cast) -> None:
    with database.session(cast.aoba) as session:
        assert kept(session, "test", 1, lambda: "may be rolled back") == "may be rolled back"
    with database.session(cast.aoba, read_only=True) as session:
        assert kept(session, "test", 1, lambda: "committed") == "committed"
    with database.platform_session(reason="test", read_only=True) as session:
        assert kept(session, "test", 1, lambda: "of nobody") == "of nobody"


def test_what_is_not_there_yet_is_not_kept(database: Database, cast: Cast) -> None:
    made = make_course(database, "kept", modules=(module_source("一つ目"),))
    with database.session(cast.aoba, read_only=True) as session:
        version_id = session.get_one(Course, made.id).current_version_id or 0
        before = course_outline(session, version_id)
        assert course_outline(session, version_id) is before
        assert course_outline(session, version_id + 1) == ()
    make_course(database, "kept", modules=(module_source("二つ目"),))
    with database.session(cast.aoba, read_only=True) as session:
        (module,) = course_outline(session, version_id + 1)
        assert module.title_ja == "二つ目"


def test_what_is_not_settled_is_made_again(database: Database, cast: Cast) -> None:
    with database.session(cast.aoba, read_only=True) as session:
        for value in ("waiting", "there", "never asked for"):
            found = kept(session, "test", 3, lambda: value, settled=lambda each: each == "there")  # noqa: B023
        assert found == "there"


def test_the_entry_unused_longest_goes() -> None:
    held: Recent[int, str] = Recent(3)
    for number in range(3):
        held.put(number, str(number))
    assert held.get(0) == "0"
    held.put(3, "3")
    assert [held.get(number) for number in range(4)] == ["0", None, "2", "3"]
    assert held.get_many([2, 1]) == {2: "2"}
    held.put(4, "4")
    assert held.get_many(range(5)) == {2: "2", 3: "3", 4: "4"}


def test_what_is_put_anew_counts_as_used() -> None:
    held: Recent[str, int] = Recent(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        held.put(key, value)
    assert held.get_many("abc") == {"a": 3, "c": 4}


def test_a_fragment_knows_language_and_values(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "_pieces", Recent(2))
    with app.app_context():
        _make_fragments()


def _make_fragments() -> None:
    with use_locale("ja"):
        assert fragment("card", (1,), lambda: "<b>日本語</b>") == "<b>日本語</b>"
        assert fragment("card", (1,), lambda: "again") == "<b>日本語</b>"
        assert fragment("card", (2,), lambda: "another") == "another"
        assert fragment("card", None, lambda: "a draft") == "a draft"
    with use_locale("en"):
        assert fragment("card", (1,), lambda: "<b>English</b>") == "<b>English</b>"
    with use_locale("ja"):
        assert fragment("card", (1,), lambda: "made anew, it was the oldest") != "<b>日本語</b>"


def test_a_slide_is_shown_with_the_words_of_each_municipality(app: Flask, cast: Cast) -> None:
    """The slide is the same row for both, and its slots are not."""
    made = make_course(app.extensions["lms"].db, modules=(slotted(),))
    for person, name in ((cast.aoki, "青葉市"), (cast.kubo, "緑川町"), (cast.aoki, "青葉市")):
        page = Visitor(app, person).visit(made.learn())
        assert f"ここは{name}" in page.select_one("[data-face]").get_text().replace("\n", "")


def slotted():
    from dataclasses import replace

    source = module_source()
    first, *rest = source.slides
    return replace(source, slides=(replace(first, body="ここは{{tenant.name}}", script=""), *rest))


def test_a_source_is_dated_as_each_municipality_writes_years(app: Flask, cast: Cast) -> None:
    """The slide is the same row for both, and the one counts years by era."""
    state = app.extensions["lms"]
    with state.db.platform_transaction(reason="test") as session:
        session.get_one(Tenant, cast.midorikawa).settings = {"wareki": True}
    made = make_course(state.db, modules=(dated(),))
    for person, day in (
        (cast.aoki, "2026年4月1日"),
        (cast.kubo, "令和8年4月1日"),
        (cast.aoki, "2026年4月1日"),
    ):
        page = Visitor(app, person).visit(made.learn())
        for place in (".player-slide__note", ".player-sources"):
            assert day in page.select_one(place).get_text()


def dated():
    from dataclasses import replace

    source = module_source()
    first, *rest = source.slides
    first = replace(first, source_note="総務省の手引き", checked_on=date(2026, 4, 1))
    return replace(source, slides=(first, *rest))
