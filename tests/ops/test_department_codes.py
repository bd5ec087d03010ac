"""A code names one department at a time; that of a closed one may be given to another."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lms.people.models import OrgUnit
from tests.ops.town import add_first, key_of, load


def periods(database, code):
    """From when to when departments of the town have had a code."""
    with database.session(key_of(database), read_only=True) as session:
        rows = select(OrgUnit.valid_from, OrgUnit.valid_to).where(OrgUnit.code == code)
        return session.execute(rows.order_by(OrgUnit.id)).tuples().all()


def test_the_code_of_a_closed_department_goes_to_a_new_one(run, database, clock, town, tmp_path):
    add_first(run, town)
    text = "職員番号,氏名,フリガナ,所属コード,採用年月日\n2,林,ハヤシ,01,2001-04-01\n"
    units = "所属コード,所属名\n01,企画部\n"
    refused, passwords = load(run, tmp_path, text, town, units)
    assert "units.csv 2行目 所属コード: 所属コード01は、すでに登録されています。" in refused.stderr
    assert not passwords.exists()
    began, closed = date(2026, 11, 16), date(2026, 11, 26)
    with database.transaction(key_of(database)) as session:
        session.scalars(select(OrgUnit)).one().valid_to = closed
    clock.move(days=9)
    assert "すでに登録されています" in load(run, tmp_path, text, town, units)[0].stderr
    clock.move(days=1)
    done, _passwords = load(run, tmp_path, text, town, units)
    assert done.exit_code == 0, done.output
    assert "廃止された所属と同じコードです" in done.output
    assert periods(database, "01") == [(began, closed), (closed, None)]


def test_the_code_of_a_department_to_come_is_taken(run, database, town, tmp_path):
    add_first(run, town)
    with database.transaction(key_of(database)) as session:
        session.scalars(select(OrgUnit)).one().valid_from = date(2027, 4, 1)
    words = ("account", "add", "2", "林", "--kana", "ハヤシ", "--unit", "01", "--tenant", town)
    assert "所属コード01は、すでに登録されています。" in run(*words, "--unit-name", "部").stderr
    text = "職員番号,氏名,フリガナ,所属コード\n2,林,ハヤシ,01\n"
    refused, _passwords = load(run, tmp_path, text, town, "所属コード,所属名\n01,企画部\n")
    assert "所属コード01は、すでに登録されています。" in refused.stderr
    assert len(periods(database, "01")) == 1
