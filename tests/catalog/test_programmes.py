"""Reading ``programme.toml``, and making the stored programmes the same as the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.catalog import loading, programmes, textformat
from lms.catalog.programme import ProgrammeCourse, ProgrammeDocument, ProgrammeSource
from lms.core.access import system_actor
from lms.core.audit import AuditEntry
from lms.core.storage import FileStore
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lms.core.db.engine import Database

NOW = datetime(2026, 4, 1, tzinfo=UTC)
LIBRARIAN = system_actor(LIBRARY_TENANT_ID)

PROGRAMME = """id = "leaders"
tier = "dx-leader"
title = "リーダーの道"
title_en = "The way of leaders"
summary = "三か月で学びます。"
audience = "推進リーダー"
choose = 1
prerequisites = ["general"]

[hours]
classroom = 24
practice = 6.5

[[course]]
id = "leader-role"

[[course]]
id = "low-code"
required = false

[[document]]
file = "guide.md"
title = "進行の手引"
title_en = "Guide"
facilitator = true
"""


def write(root: Path, text: str = PROGRAMME, *, document: bool = True) -> Path:
    folder = root / "dx-leader"
    (folder / "documents").mkdir(parents=True)
    if document:
        (folder / "documents" / "guide.md").write_text("## 当日\n\n- 椅子を並べる\n", "utf-8")
    (folder / "programme.toml").write_text(text, "utf-8")
    return folder / "programme.toml"


def test_a_programme_is_read(tmp_path: Path) -> None:
    file = write(tmp_path)
    assert list(textformat.iter_programmes(tmp_path)) == [file]
    programme, problems = textformat.read_programme(file)
    assert problems == []
    assert programme is not None
    assert programme.courses == (
        ProgrammeCourse("leader-role"),
        ProgrammeCourse("low-code", required=False),
    )
    assert (programme.classroom_hours, programme.practice_hours) == (24.0, 6.5)
    (guide,) = programme.documents
    assert (guide.id, guide.facilitator) == ("guide", True)
    assert "椅子" in guide.text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('tier = "dx-leader"', 'tier = "chief"', "2: “chief”: write one of"),
        ("choose = 1", "choose = 2", "7: Electives asked for: 2. Electives listed: 1."),
        ("choose = 1", "choose = -1", "7: “-1”: write a number of 0 or more."),
        ("practice = 6.5", 'practice = "long"', "12: “long”: write a number of 0 or more."),
        ("classroom = 24", "lunch = 1", "11: “lunch” is not known here."),
        ('id = "low-code"', 'id = "leader-role"', "18: “leader-role” is given twice."),
        ("required = false", "need = false", "19: “need” is not known here."),
        ("required = false", 'required = "no"', "19: “no”: write true or false."),
        ('"guide.md"', '"../guide.md"', "22: The file ../guide.md is missing."),
        ('"guide.md"', '"other.md"', "22: The file other.md is missing."),
        ('title = "進行の手引"', 'title = ""', "21: “title” is missing."),
        ("choose = 1", "choose = inf", "7: “inf”: write a number of 0 or more."),
        ("classroom = 24", "classroom = inf", "11: “inf”: write a number of 0 or more."),
        (
            "facilitator = true",
            '[[document]]\nfile = "guide.md"\ntitle = "表"\ntitle_en = "Sheet"',
            "26: “guide” is given twice.",
        ),
        ("[[course]]", "[course]", "This is not TOML"),
        ('audience = "推進リーダー"', "", "1: “audience” is missing."),
    ],
)
def test_a_mistake_is_reported_at_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in PROGRAMME
    programme, problems = textformat.read_programme(write(tmp_path, PROGRAMME.replace(old, new, 1)))
    assert programme is None
    assert any(message in str(problem) for problem in problems), list(map(str, problems))


def test_an_id_belongs_to_one_programme(tmp_path: Path) -> None:
    write(tmp_path)
    other = tmp_path / "programmes" / "yearly" / "programme.toml"
    other.parent.mkdir(parents=True)
    other.write_text(PROGRAMME.partition("[[document]]")[0], "utf-8")
    read, problems = textformat.read_programmes(tmp_path)
    assert [file.parent.name for file, _ in read] == ["dx-leader", "yearly"]
    assert [str(problem) for problem in problems] == [f"{other}:1: “leaders” is given twice."]


def stored(database: Database) -> list[str]:
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        return [row.slug for row in programmes.list_programmes(session)]


def audited(database: Database) -> list[tuple[str, str]]:
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "Programme").order_by(AuditEntry.id)
        )
        return [(row.action.value, row.changes["programme"]) for row in rows]


def test_a_folder_speaks_only_for_the_programmes_it_names(
    database: Database, cast: object, tmp_path: Path
) -> None:
    def load(root: Path) -> None:
        loading.load_courses(database, FileStore(tmp_path / "files"), root, now=NOW)

    bundled, own, empty = tmp_path / "bundled", tmp_path / "own", tmp_path / "empty"
    write(bundled)
    write(own, PROGRAMME.replace('id = "leaders"', 'id = "our-leaders"'))
    empty.mkdir()
    for root in (bundled, own, empty, bundled):
        load(root)
    assert stored(database) == ["leaders", "our-leaders"]
    assert audited(database) == [("programme.saved", "leaders"), ("programme.saved", "our-leaders")]


def source(name: str, *documents: str) -> ProgrammeSource:
    return ProgrammeSource(
        id=name,
        title=f"{name}の題",
        title_en=name,
        summary="要約",
        audience="全員",
        courses=(ProgrammeCourse("a"), ProgrammeCourse("b", required=False)),
        documents=tuple(
            ProgrammeDocument(each, each, "本文", facilitator=each == "key") for each in documents
        ),
    )


@pytest.fixture
def save(database: Database, cast: object) -> Callable[..., None]:
    """Stores programmes in the library."""

    def run(*sources: ProgrammeSource) -> None:
        with database.transaction(LIBRARY_TENANT_ID) as session:
            programmes.save_programmes(session, sources, actor=LIBRARIAN, now=NOW)

    return run


def test_stored_programmes_become_what_the_files_say(
    database: Database, save: Callable[..., None]
) -> None:
    save(source("first", "sheet", "key"), source("second"))
    save(source("second", "sheet"), replace(source("first", "key"), title="新しい題"))
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        second, first = programmes.list_programmes(session)
        assert (second.slug, first.slug, first.title_ja) == ("second", "first", "新しい題")
        assert first.courses == (("a", True), ("b", False))
        assert programmes.list_documents(session, first.id, facilitator=False) == ()
        (key,) = programmes.list_documents(session, first.id, facilitator=True)
        assert key.slug == "key"


def test_a_change_leaves_an_audit_row_and_the_same_again_none(
    database: Database, save: Callable[..., None]
) -> None:
    save(source("first", "sheet"))
    save(source("first", "sheet"))
    assert audited(database) == [("programme.saved", "first")]
    save(replace(source("first", "sheet"), courses=()))
    save(replace(source("first", "key"), courses=()))
    assert audited(database) == [("programme.saved", "first")] * 3


def test_a_programme_is_forgotten_by_its_id(database: Database, save: Callable[..., None]) -> None:
    save(source("first", "sheet"), source("second"))
    with database.transaction(LIBRARY_TENANT_ID) as session:
        programmes.forget_programme(session, "first", actor=LIBRARIAN, now=NOW)
    assert stored(database) == ["second"]
    assert audited(database)[-1] == ("programme.forgotten", "first")
    with (
        pytest.raises(DomainError, match="no programme “first”"),
        database.transaction(LIBRARY_TENANT_ID) as session,
    ):
        programmes.forget_programme(session, "first", actor=LIBRARIAN, now=NOW)
