"""An operator makes a municipality and lets its first people in, without the demo."""

from __future__ import annotations

import csv
import json

import pytest
from sqlalchemy import func, select

from lms.core.access import Role
from lms.core.audit import AuditAction
from lms.core.db import schema
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.identity import admission
from lms.identity.models import Account
from lms.people.models import Employee, OrgUnit, Post, RoleGrant
from lms.tenants.models import Tenant
from tests.cast import PASSWORD
from tests.ops.town import CODE, add_first, audited, key_of, load, signed_in
from tests.support.client import Visitor

STAFF = """職員番号,氏名,フリガナ,所属コード,採用年月日,メール,役割
0000001,森 直子,モリ ナオコ,0101,2015-04-01,mori@example.jp,人事
0000002,林 健,ハヤシ ケン,010101,2019-04-01,,所属長
0000003,原 光,ハラ ヒカリ,010101,,,
"""
UNITS = """所属コード,所属名,上位所属コード
010101,給与係,0101
0101,人事課,01
01,総務部,
"""


def test_a_municipality_is_made_with_its_settings(run, database):
    made = run("tenant", "add", CODE, "千代田区", "name-en=Chiyoda City", "accent=#0B5A50",
               "contact_desk=人事課", "wareki=yes", "slot.portal=庁内ポータル")  # fmt: skip
    assert made.exit_code == 0, made.output
    rows = {row["lg_code"]: row for row in json.loads(run("tenant", "list", "--json").output)}
    row = rows[CODE]
    assert (row["name"], row["name_en"], row["accent"]) == ("千代田区", "Chiyoda City", "0b5a50")
    assert row["settings"]["contact_desk"] == "人事課"
    assert row["settings"]["wareki"] is True
    assert row["settings"]["slots"] == {"portal": "庁内ポータル"}
    ((who, what),) = audited(database, key_of(database), AuditAction.TENANT_CREATED)
    assert who.startswith("command line (")
    assert what["slot.portal"] == "庁内ポータル"


def test_a_mistyped_code_does_not_spoil_an_empty_database(run, database):
    schema.downgrade(database.engine, "base")
    schema.upgrade(database.engine)
    assert run("tenant", "add", "131017", "千代田区").exit_code == 1
    made = run("tenant", "add", CODE, "千代田区")
    assert made.exit_code == 0, made.output
    assert run("tenant", "add", "132071", "昭島市").exit_code == 0
    with database.platform_session(reason="test", read_only=True) as session:
        assert session.get_one(Tenant, LIBRARY_TENANT_ID).lg_code == "000000"
        assert session.scalar(select(func.count(Tenant.id))) == 3


def test_settings_are_changed_one_by_one_and_taken_away(run, app, database, cast):
    assert run("tenant", "set", "012025", "slot.portal=あおば", "issuer=青葉市長").exit_code == 0
    assert run("tenant", "set", "012025", "slot.portal=", "hostname=LMS.aoba.jp").exit_code == 0
    app.extensions["lms_tenants"].refresh()
    row = app.extensions["lms_tenants"].get(cast.aoba)
    assert (row.hostname, row.settings.issuer, row.settings.slots) == (
        "lms.aoba.jp",
        "青葉市長",
        {},
    )
    told = [changes for _who, changes in audited(database, cast.aoba, AuditAction.TENANT_CHANGED)]
    assert told == [
        {"issuer": "青葉市長", "slot.portal": "あおば"},
        {"hostname": "lms.aoba.jp", "slot.portal": ""},
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "131017", "千代田区"), "団体コードの検査数字が合いません"),
        (("add", "012025", "青葉市"), "すでに登録されています"),
        (("add", CODE, " "), "名称を指定"),
        (("set", "012025", "accent=red"), "6桁の16進数"),
        (("set", "012025", "accent=ffff00"), "明るすぎます"),
        (("set", "012025", "wareki=maybe"), "yes か no"),
        (("set", "012025", "contact_mail=jinzai"), "jinzai@city.example.jp"),
        (("set", "012025", "hostname=https://a.jp/"), "ホスト名だけ"),
        (("set", "012025", "colour=1"), "使える設定: name, name_en"),
        (("set", "012025", "slot.nowhere=1"), "使える欄: dx_office"),
        (("set", "012025", "name"), "設定名=値"),
        (("set", "012025", "issuer=" + "長" * 101), "100文字以内"),
        (("set", "999999", "name=x"), "012025 青葉市"),
    ],
)
def test_a_wrong_value_is_said_in_a_sentence_and_changes_nothing(run, database, words, sentence):
    before = run("tenant", "list", "--json").output
    result = run("tenant", *words)
    assert result.exit_code in {1, 2}
    assert sentence in result.stderr
    assert run("tenant", "list", "--json").output == before


def test_a_host_name_belongs_to_one_municipality(run, cast):
    assert run("tenant", "set", "012025", "hostname=lms.example.jp").exit_code == 0
    again = run("tenant", "set", "012033", "hostname=lms.example.jp")
    assert again.exit_code == 1
    assert "ほかの団体" in again.stderr


def test_the_first_administrator_signs_in_with_the_password_said_once(run, app, database, town):
    words = ("account", "add", "0000001", "森 直子", "--kana", "モリ ナオコ", "--tenant", town)
    roles = ("--role", "tenant-admin", "--role", "hr")
    refused = run(*words, "--unit", "0101", *roles)
    assert "--unit-name" in refused.stderr
    made = run(*words, "--unit", "0101", "--unit-name", "人事課", *roles)
    assert made.exit_code == 0, made.output
    password = made.output.split()[-1]
    tenant_id = key_of(database)
    assert signed_in(app, tenant_id, "0000001", password)
    with database.session(tenant_id, read_only=True) as session:
        assert set(session.scalars(select(RoleGrant.role))) == {Role.TENANT_ADMIN, Role.HR}
        assert password not in session.scalars(select(Account.password_hash)).one()
    assert len(audited(database, tenant_id, AuditAction.ACCOUNT_CREATED)) == 1
    assert len(audited(database, tenant_id, AuditAction.ROLE_GRANTED)) == 2
    assert "0000001" in run(*words, "--unit", "0101").stderr


def test_a_password_comes_from_standard_input_and_is_not_said(run, app, cast):
    words = ("account", "password", "0000101", "--tenant", "012025", "--password-stdin")
    short = run(*words, input="short\n")
    assert short.exit_code == 1
    assert "12文字以上" in short.stderr
    assert "職員番号を含む" in run(*words, input="0000101-0000101\n").stderr
    assert run(*words, input="\n").exit_code == 2
    words = (*words[:2], "００００１０１", *words[3:])
    done = run(*words, input="shiroyama-no-hana\n")
    assert done.exit_code == 0, done.output
    assert "shiroyama" not in done.output
    assert signed_in(app, cast.aoba, "0000101", "shiroyama-no-hana")


def test_another_password_ends_sign_ins_and_waiting(run, app, database, cast):
    browser = Visitor(app)
    fields = {"tenant": cast.aoba, "name": "0000101", "password": PASSWORD}
    assert browser.post("/sign-in", fields).status_code == 303
    for _ in range(7):
        signed_in(app, cast.aoba, "0000101", "wrong")
    done = run("account", "password", "0000101", "--tenant", "012025")
    assert done.exit_code == 0, done.output
    assert browser.client.get("/").status_code in {302, 303}
    assert not signed_in(app, cast.aoba, "0000101", PASSWORD)
    assert signed_in(app, cast.aoba, "0000101", done.output.split()[-1])
    ((_who, _what),) = audited(database, cast.aoba, AuditAction.ACCOUNT_PASSWORD_SET)
    other = run("account", "password", "0000101", "--tenant", "012033")
    assert "0000101" in other.stderr


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_first_staff_comes_from_lists(run, app, database, town, tmp_path, encoding):
    staff, units, passwords = (tmp_path / name for name in ("staff.csv", "units.csv", "new.csv"))
    staff.write_text(STAFF, encoding=encoding)
    units.write_text(UNITS, encoding=encoding)
    words = ("people", "load", str(staff), "--units", str(units), "--passwords", str(passwords))
    done = run(*words, "--tenant", town)
    assert done.exit_code == 0, done.output
    assert passwords.stat().st_mode & 0o777 == 0o600
    with passwords.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert [row[:2] for row in rows[1:]] == [
        ["0000001", "森 直子"],
        ["0000002", "林 健"],
        ["0000003", "原 光"],
    ]
    tenant_id = key_of(database)
    assert signed_in(app, tenant_id, "mori@example.jp", rows[1][2])
    assert not signed_in(app, tenant_id, "0000002", rows[1][2])
    with database.session(tenant_id, read_only=True) as session:
        paths = dict(session.execute(select(OrgUnit.code, OrgUnit.path)).tuples().all())
        assert paths["010101"].startswith(paths["0101"])
        assert paths["0101"].startswith(paths["01"])
        head = session.execute(
            select(OrgUnit.code, Post.is_head)
            .join(Post, Post.unit_id == OrgUnit.id)
            .join(Employee, Employee.id == Post.employee_id)
            .where(Employee.staff_no == "0000002")
        ).one()
        assert tuple(head) == ("010101", True)
        limits = dict(session.execute(select(RoleGrant.role, RoleGrant.unit_id)).tuples().all())
        assert limits[Role.HR] is None
        assert limits[Role.UNIT_HEAD] is not None
    assert len(audited(database, tenant_id, AuditAction.ACCOUNT_CREATED)) == 3
    assert len(audited(database, tenant_id, AuditAction.UNIT_CREATED)) == 3


def test_one_fault_keeps_everybody_out(run, database, town, tmp_path):
    staff, units, passwords = (tmp_path / name for name in ("staff.csv", "units.csv", "new.csv"))
    staff.write_text(
        STAFF
        + "0000001,別人,ベツジン,0101,,,\n"
        + "0000004,谷 葵,タニ アオイ,0999,4月,mori@example.jp,\n",
        encoding="cp932",
    )
    units.write_text(
        UNITS + "02,市民部,03\n03,市民課,02\n01,総務部,\n04,議会,99\n", encoding="cp932"
    )
    words = ("people", "load", str(staff), "--units", str(units), "--passwords", str(passwords))
    result = run(*words, "--tenant", town)
    assert result.exit_code == 1
    for place in (
        "units.csv 5行目 上位所属コード",
        "units.csv 6行目 上位所属コード",
        "units.csv 7行目 所属コード",
        "units.csv 8行目 上位所属コード",
        "staff.csv 5行目 職員番号",
        "staff.csv 6行目 採用年月日",
        "staff.csv 6行目 メール",
        "staff.csv 6行目 所属コード",
    ):
        assert place in result.stderr, place
    assert "8件" in result.stderr
    assert not passwords.exists()
    with database.session(key_of(database), read_only=True) as session:
        assert session.scalar(select(func.count(Employee.id))) == 0
        assert session.scalar(select(func.count(OrgUnit.id))) == 0


def test_a_list_of_passwords_is_never_written_over(run, database, town, tmp_path):
    staff, passwords = tmp_path / "staff.csv", tmp_path / "old.csv"
    staff.write_text(STAFF, encoding="utf-8")
    passwords.write_text("kept", encoding="utf-8")
    words = ("people", "load", str(staff), "--passwords", str(passwords), "--tenant", town)
    assert run(*words).exit_code == 1
    assert passwords.read_text(encoding="utf-8") == "kept"
    with database.session(key_of(database), read_only=True) as session:
        assert session.scalar(select(func.count(Employee.id))) == 0


def test_names_to_sign_in_with_are_told_apart_row_by_row(run, database, town, tmp_path):
    add_first(run, town)
    words = ("--kana", "モリ", "--unit", "01", "--mail", "mori@example.jp", "--tenant", town)
    assert run("account", "add", "AB1", "森", *words).exit_code == 0
    rows = (
        "0002,林,ハヤシ,01,",
        "0002,林,ハヤシ,99,",
        "ab1,原,ハラ,01,hara@example.jp",
        "0004,谷,タニ,01,HARA@example.jp",
        "Mori@example.jp,谷,タニ,01,",
        "0006,谷,タニ,01,0002@x",
        "0002@X,谷,タニ,01,",
    )
    head = "職員番号,氏名,フリガナ,所属コード,メール"
    result, passwords = load(run, tmp_path, "\n".join([head, *rows, ""]), town)
    assert result.exit_code == 1
    assert [line.partition(" ")[2] for line in result.stderr.splitlines()[1:]] == [
        "3行目 職員番号: 職員番号0002は、2行目(0002)と同じです。",
        "3行目 所属コード: 所属コード99は登録されていません。",
        "4行目 職員番号: 職員番号ab1は、すでに使われています。",
        "5行目 メール: メールアドレスHARA@example.jpは、4行目(hara@example.jp)と同じです。",
        "6行目 職員番号: 「Mori@example.jp」は、別の職員がサインインに使っています。",
        "8行目 職員番号: 「0002@X」は、別の職員がサインインに使っています。",
    ]
    assert not passwords.exists()
    for number in ("ab1", "MORI@example.jp"):
        words = ("--kana", "ハラ", "--unit", "01", "--tenant", town)
        assert run("account", "add", number, "原", *words).exit_code == 1
    with database.session(key_of(database), read_only=True) as session:
        assert session.scalar(select(func.count(Employee.id))) == 2


def test_a_number_with_a_letter_beyond_ascii_is_taken_too(run, town):
    add_first(run, town)
    words = ("--kana", "モリ", "--unit", "01", "--tenant", town)
    assert run("account", "add", "É1", "森", *words).exit_code == 0
    again = run("account", "add", "É1", "原", *words)
    assert again.exit_code == 1
    assert "職員番号É1は、すでに使われています。" in again.stderr


def test_passwords_are_kept_when_nobody_knows_whether_the_people_are_there(
    run, database, town, tmp_path, monkeypatch
):
    add_first(run, town)
    commit = database.engine.dialect.do_commit

    def commit_without_an_answer(connection):
        commit(connection)
        if (tmp_path / "new.csv").exists():
            raise database.engine.dialect.dbapi.OperationalError("no answer")

    monkeypatch.setattr(database.engine.dialect, "do_commit", commit_without_an_answer)
    text = "職員番号,氏名,フリガナ,所属コード\n2,林,ハヤシ,01\n"
    result, passwords = load(run, tmp_path, text, town)
    assert result.exit_code == 1
    assert f"最初のパスワードは{passwords}に残してあります" in result.stderr
    with database.session(key_of(database), read_only=True) as session:
        assert session.scalar(select(func.count(Employee.id))) == 2
    with passwords.open(encoding="utf-8-sig", newline="") as source:
        assert next(row for row in csv.reader(source) if row[0] == "2")[2]


def test_a_person_is_typed_as_carelessly_as_a_list(run, app, database, town):
    words = ("--unit", "０１", "--unit-name", "総務部", "--tenant", town)
    made = run("account", "add", " ００１２", "森 直子", "--kana", "モリ",
               "--mail", "ｍｏｒｉ＠example.jp", *words)  # fmt: skip
    assert made.exit_code == 0, made.output
    tenant_id = key_of(database)
    for name in ("0012", "mori@example.jp"):
        assert signed_in(app, tenant_id, name, made.output.split()[-1])
    with database.session(tenant_id, read_only=True) as session:
        assert session.scalars(select(OrgUnit.code)).all() == ["01"]
    wrong = run("account", "add", "", "a\nb", "--kana", " ", "--mail", "mori", *words)
    assert wrong.exit_code == 1
    for place in (
        "STAFF_NO: 値がありません",
        "NAME: 1行",
        "--kana: 値がありません",
        "--mail: 「mori」",
    ):
        assert place in wrong.stderr, place
    again = run("account", "add", "13", "森", "--kana", "モリ", "--mail", "MORI@example.jp", *words)
    assert "すでに使われています" in again.stderr


def test_others_save_while_many_passwords_are_made(run, database, town, tmp_path, monkeypatch):
    tenant_id, hash_password, saved = key_of(database), admission.hash_password, []

    def hash_beside_another(password, *, memory_kib):
        with database.transaction(tenant_id) as session:
            saved.append(session.get_one(Tenant, tenant_id).name)
            session.get_one(Tenant, tenant_id).name_en = f"Town {len(saved)}"
        return hash_password(password, memory_kib=memory_kib)

    add_first(run, town)
    monkeypatch.setattr(admission, "hash_password", hash_beside_another)
    done, _passwords = load(
        run, tmp_path, "職員番号,氏名,フリガナ,所属コード\n2,林,ハヤシ,01\n3,原,ハラ,01\n", town
    )
    assert done.exit_code == 0, done.output
    assert len(saved) == 2


def test_a_file_of_passwords_is_made_first_and_runs_no_formula(run, town, tmp_path):
    add_first(run, town)
    text = '職員番号,氏名,フリガナ,所属コード\n2,"=HYPERLINK(""http://a.jp"")",ハヤシ,01\n'
    staff, nowhere = tmp_path / "staff.csv", tmp_path / "nowhere" / "new.csv"
    staff.write_text(text, encoding="utf-8")
    lost = run("people", "load", str(staff), "--passwords", str(nowhere), "--tenant", town)
    assert lost.exit_code == 1
    assert f"フォルダー {nowhere.parent} がありません" in lost.stderr
    done, passwords = load(run, tmp_path, text, town)
    assert done.exit_code == 0, done.output
    with passwords.open(encoding="utf-8-sig", newline="") as source:
        assert list(csv.reader(source))[1][1].startswith("'=")
