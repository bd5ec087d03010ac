"""The command line: complete, documented, and honest in its exit codes."""

from __future__ import annotations

import json
import os
import re
import socket
from dataclasses import replace

import click
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from lms.authoring.models import DeckImport
from lms.catalog.programmes import save_programmes
from lms.cli.language import spoken
from lms.cli.main import lms
from lms.core.access import system_actor
from lms.core.audit import AuditAction, AuditEntry
from lms.core.db import schema
from lms.core.i18n import use_locale
from lms.core.settings import ROOT
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.help import queries
from lms.identity.stafflist import Fault, StaffListError
from lms.ops import serving
from tests.repository.world import programme


@pytest.fixture
def run(app):
    """``run("db", "status")`` gives the result of a command on a server that speaks English."""
    speak(app, "en")
    return lambda *words, **options: app.test_cli_runner().invoke(lms, words, **options)


def speak(app, language):
    """Let the server's first language be another one."""
    state = app.extensions["lms"]
    state.settings = replace(state.settings, language=language)


def commands(group: click.Command, *before: str) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group with the words that call it."""
    if not isinstance(group, click.Group):
        return [(before, group)]
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += commands(command, *before, name)
    return found


def test_every_command_says_what_it_does():
    silent = [words for words, command in commands(lms) if not command.help]
    assert silent == []


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("ja", ("--help",), "使い方:"),
        ("ja", ("db", "--help"), "データベースの版"),
        ("en", ("db", "--help"), "Database schema."),
        ("ja", ("tenant", "set", "--help"), "問い合わせ先"),
        ("ja", ("content", "import"), "引数がありません: 'DECK'"),
        ("ja", ("report", "completion", "--format", "doc"), "使える値: 'csv'"),
        ("ja", ("restore", "/nowhere"), "'/nowhere' がありません"),
        ("ja", ("db", "status"), "今の版は"),
        ("ja", ("content", "forget", "gone"), "「gone」"),
        ("ja", ("content", "import", "wsgi.py", "--tenant", "9"), "登録済みの団体: 012025 青葉市"),
        ("ja", ("backup", "/nowhere/at/all.tar"), "フォルダー /nowhere/at がありません"),
        ("en", ("backup", "/nowhere/at/all.tar"), "There is no folder /nowhere/at."),
        ("ja", ("verify",), "問題はありませんでした。"),
        ("ja", ("doctor",), "データベースの版"),
    ],
)
def test_a_command_speaks_the_language_of_the_server(run, app, monkeypatch, language, words, said):
    monkeypatch.chdir(ROOT)
    speak(app, language)
    result = run(*words)
    assert said in result.output
    other = {"ja": r"Usage|Error|Options", "en": r"[ぁ-ん]"}[language]
    assert not re.search(other, result.output.replace("[OPTIONS]", ""))


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_command_is_in_the_manual(locale):
    text = (queries.ROOT / locale / "operating.md").read_text(encoding="utf-8")
    shown = {words[0] for words, command in commands(lms) if not command.hidden}
    for name in sorted(shown - {"i18n", "jobs"}):
        assert f"lms {name}" in text, name


def test_a_new_database_is_brought_up_and_down(run, database):
    assert f"at revision {schema.head()}" in run("db", "status").output
    assert run("db", "check").exit_code == 0
    assert run("db", "downgrade", "0002", "--yes").exit_code == 0
    assert "needs" in run("db", "check").output
    assert run("db", "check").exit_code == 1
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "check").exit_code == 0


def test_a_database_of_a_newer_release_is_left_alone(run, database):
    put = text("UPDATE alembic_version SET version_num = :number")
    with database.engine.begin() as connection:
        connection.execute(put, {"number": "9999"})
    for words in (("db", "upgrade"), ("db", "check"), ("serve",)):
        result = run(*words)
        assert result.exit_code == 1, words
        assert "9999 of a newer release" in result.stderr, words


def test_bundled_courses_are_checked_and_loaded_once(run, clock):
    clock.move(days=30)  # The sources were looked at after the day of the other tests.
    checked = run("content", "check")
    assert checked.exit_code == 0, checked.output
    first, second = run("content", "load"), run("content", "load")
    assert first.exit_code == 0, first.output
    assert "new modules: 3 of 3" in first.output
    assert "new modules: 0 of 3" in second.output


def test_a_programme_is_forgotten_once(run, database, cast, clock):
    with database.transaction(LIBRARY_TENANT_ID) as session:
        actor = system_actor(LIBRARY_TENANT_ID)
        save_programmes(session, [programme("none", "gone")], actor=actor, now=clock.now())
    assert run("content", "forget", "gone").exit_code == 0
    again = run("content", "forget", "gone")
    assert again.exit_code == 1
    assert "“gone”" in again.output


def test_faults_in_a_course_are_named_with_file_and_line(run, tmp_path):
    folder = tmp_path / "general" / "broken"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text('id = "other"\ntier = "general"\n', encoding="utf-8")
    result = run("content", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "course.toml:1:" in result.output


def test_an_import_needs_a_municipality_that_exists(run, tmp_path):
    deck = tmp_path / "a.pptx"
    deck.write_bytes(b"x")
    result = run("content", "import", str(deck), "--tenant", "999999")
    assert result.exit_code == 2
    assert "012025 青葉市" in result.output
    assert run("content", "import", str(deck), "--publish").exit_code == 2


@pytest.mark.office
def test_a_deck_is_imported_spoken_and_published(run, app, cast, tmp_path):
    from lms.authoring.sample_decks import write_sample_decks
    from tests.factories import make_course

    make_course(app.extensions["lms"].db, "own", tenant_id=cast.aoba)
    deck = next(p for p in write_sample_decks(tmp_path) if p.name == "plain-japanese.pptx")
    words = ("content", "import", str(deck), "--tenant", "012025", "--course", "own")
    result = run(*words, "--publish", "--json", env=environ(app))
    assert result.exit_code == 0, result.output
    report = json.loads(result.output[result.output.index("{\n") :])
    assert (report["slides"], report["notes"]) == (12, 12)
    assert report["narrated_seconds"] > 60
    assert report["bytes"]["audio"] > 50_000
    assert report["module"]
    with app.extensions["lms"].db.session(cast.aoba, read_only=True) as session:
        by = session.scalars(select(DeckImport.uploaded_by)).one()
        told = select(AuditEntry.actor_name).order_by(AuditEntry.id.desc())
        published = told.where(AuditEntry.action == AuditAction.MODULE_PUBLISHED)
        assert by.startswith("command line (")
        assert session.scalars(published).first() == by


@pytest.mark.office
def test_a_hopeless_deck_is_refused_with_a_sentence(run, app, tmp_path):
    deck = tmp_path / "broken.pptx"
    deck.write_bytes(b"PK\x03\x04 no archive")
    words = ("content", "import", str(deck), "--tenant", "012025")
    result = run(*words, env=environ(app))
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def environ(app) -> dict[str, str]:
    """What child processes need to find the test's home."""
    settings = app.extensions["lms"].settings
    return {"LMS_HOME": str(settings.home), "LMS_DATABASE_URL": settings.database_url}


def test_a_database_that_is_not_ready_is_said_in_a_sentence(run, database):
    schema.downgrade(database.engine, "base")
    for words in (("report", "completion"), ("verify",), ("seed", "demo"), ("content", "load")):
        result = run(*words)
        assert result.exit_code == 1, words
        assert "Run: flask --app wsgi lms db upgrade" in result.stderr, words
    assert "Run: flask --app wsgi lms db upgrade" in run("doctor").output


def test_a_taken_port_is_said_before_anything_is_made(run, app):
    home = app.extensions["lms"].settings.home
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        app.extensions["lms"].settings = replace(
            app.extensions["lms"].settings, port=taken.getsockname()[1]
        )
        result = run("start")
    assert result.exit_code == 1
    assert "Choose another one: PORT=" in result.stderr
    assert not (home / "courses.stamp").exists()


def test_data_under_a_running_server_are_left_alone(run, app, database):
    schema.downgrade(database.engine, "0008")
    lock = serving.lock_home(app.extensions["lms"].settings)
    result = run("start")
    os.close(lock)
    assert result.exit_code == 1
    assert "already running" in result.stderr
    assert schema.current(database.engine) == "0008"


@pytest.mark.parametrize(
    "words", [("upgrade",), ("upgrade", "0009"), ("downgrade", "0007", "--yes")]
)
def test_a_database_under_a_running_server_keeps_its_revision(run, app, database, words):
    schema.downgrade(database.engine, "0008")
    lock = serving.lock_home(app.extensions["lms"].settings)
    refused = run("db", *words)
    assert refused.exit_code == 1
    assert f"(process {os.getpid()}). Stop it first" in refused.stderr
    assert schema.current(database.engine) == "0008"
    os.close(lock)
    assert run("db", *words).exit_code == 0
    assert schema.current(database.engine) != "0008"


def test_an_upgrade_that_has_nothing_to_do_minds_no_server(run, app):
    lock = serving.lock_home(app.extensions["lms"].settings)
    assert run("db", "upgrade").exit_code == 0
    os.close(lock)


def test_no_server_begins_while_the_database_changes(app):
    settings = app.extensions["lms"].settings
    with serving.stopped(settings), pytest.raises(serving.CannotServeError):
        serving.lock_home(settings)
    os.close(serving.lock_home(settings))


def test_a_fault_of_the_program_is_not_called_a_fault_of_the_database(run, database, monkeypatch):
    def fail(*_args: object, **_options: object) -> None:
        raise ProgrammingError("SELECT nothing", {}, ValueError("no such column"))

    monkeypatch.setattr("lms.ops.verifying.verify_all", fail)
    assert isinstance(run("verify").exception, ProgrammingError)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("db", "upgrade", "9999"), "There are: 0001"),
        (("db", "downgrade", "9999", "--yes"), "There are: 0001"),
        (("backup", "/nowhere/at/all.tar"), "There is no folder /nowhere/at."),
        (("report", "completion", "--tenant", "012025", "--course", "x"), "no course “x”"),
        (("backup", "/sys/all.tar"), "Make room there or allow writing"),
        (("content", "load", "tests"), "There is no TIER/COURSE/course.toml below tests."),
    ],
)
def test_wrong_arguments_are_said_in_a_sentence(run, words, sentence, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = run(*words)
    assert result.exit_code in {1, 2}
    assert sentence in result.stderr


def test_the_wsgi_file_offers_the_commands():
    assert "add_command(lms)" in (ROOT / "wsgi.py").read_text(encoding="utf-8")


def test_commands_speak_of_one_fault_and_of_an_empty_database(run, database):
    assert run("db", "downgrade", "base", "--yes").output == "The database is empty.\n"
    assert run("db", "status").output.endswith(f"empty, the newest revision is {schema.head()}.\n")
    made = run("db", "upgrade", "0008").output
    assert made == "The database was empty. It is at revision 0008.\n"
    assert "went from revision 0008 to" in run("db", "upgrade").output
    with use_locale("en"):
        assert "Faults: 1." in spoken(StaffListError([Fault("a.csv", 2, "", "x")]))
