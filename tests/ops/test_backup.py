"""A backup brings another server to the same state, on both databases, for every municipality."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, select, text

from lms.app import create_app
from lms.cli.main import lms
from lms.core.db import schema
from lms.core.settings import load_settings
from lms.ops import backup as backups
from lms.people.models import Employee
from tests.cast import CANARY, PASSWORD
from tests.conftest import ENGINE
from tests.support.client import Visitor
from tests.tenancy.test_canary import build_worlds

if TYPE_CHECKING:
    from lms.core.db.engine import Database


@dataclass
class Server:
    """A home with its database."""

    app: Flask
    home: Path

    @property
    def database(self) -> Database:
        return self.app.extensions["lms"].db

    def run(self, *words: str) -> Any:
        return self.app.test_cli_runner().invoke(lms, words)


@pytest.fixture
def server(app, settings, cast):
    """A server with everything that rows and files can be, in two municipalities."""
    build_worlds(app, cast)
    return Server(app, settings.home)


@pytest.fixture
def empty(tmp_path, request, clock):
    """Makes servers on which nothing was ever done."""
    made: list[tuple[Server, str]] = []
    postgres = request.getfixturevalue("postgres") if ENGINE == "postgresql" else None

    def make() -> Server:
        home = tmp_path / f"empty{len(made)}"
        name = f"lms_empty_{os.getpid()}_{id(made)}_{len(made)}"
        url = postgres.create(name) if postgres else ""
        settings = load_settings({}, home=home, database_url=url, argon2_memory_kib=64)
        server = Server(create_app(settings, clock=clock), home)
        made.append((server, name))
        return server

    yield make
    for server, name in made:
        server.database.dispose()
        if postgres:
            postgres.drop(name)


def reopened(server: Server) -> Server:
    """The same server after its process has ended and begun again."""
    state = server.app.extensions["lms"]
    state.db.dispose()
    url = state.settings.database_url
    settings = load_settings({}, home=server.home, database_url=url, argon2_memory_kib=64)
    return Server(create_app(settings, clock=state.clock), server.home)


def everything(server: Server) -> dict[str, list[str]]:
    """All rows of all tables, those of the job engine too."""
    with server.database.platform_session(reason="test", read_only=True) as session:
        connection = session.connection()
        metadata = MetaData()
        metadata.reflect(connection)
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.tables.values()
        }


def stored(server: Server) -> dict[str, bytes]:
    """The files of a server by name."""
    root = server.home / "files"
    return {file.name: file.read_bytes() for file in root.glob("*/*")}


def test_a_round_trip_keeps_every_row_and_file(server, empty, cast, tmp_path):
    target = tmp_path / "backup.tar"
    done = server.run("backup", str(target))
    assert done.exit_code == 0, done.output
    assert target.stat().st_mode & 0o777 == 0o600
    before = everything(server)
    # Work that goes on after the backup is no part of it.
    with server.database.transaction(cast.aoba) as session:
        session.get_one(Employee, cast.aoki.employee_id).rank = "部長"

    fresh = empty()
    done = fresh.run("restore", str(target))
    assert done.exit_code == 0, done.output
    copy = reopened(fresh)
    after = everything(copy)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert after == before
    assert stored(copy) == stored(server) != {}
    private = [copy.home / "secret.key", *copy.home.glob("lms.sqlite3")]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
    assert (copy.home / "secret.key").read_text() == (server.home / "secret.key").read_text()
    done = copy.run("verify", "--deep")
    assert (done.exit_code, "問題はありませんでした" in done.output) == (0, True), done.output

    # People of both municipalities sign in with their passwords and see their own.
    for person, other in ((cast.aoki, cast.kubo), (cast.kubo, cast.aoki)):
        browser = Visitor(copy.app)
        browser.post(
            "/sign-in",
            {"tenant": person.tenant_id, "name": person.staff_no, "password": PASSWORD},
        )
        shown = browser.visit("/").get_text()
        assert person.name.split()[0] in shown
        assert other.name.split()[0] not in shown
    assert CANARY not in Visitor(copy.app, cast.aoki).visit("/record").get_text()


def test_a_restored_database_keeps_municipalities_apart(server, empty, cast, tmp_path):
    backups.make_backup(_settings(server), server.database, tmp_path / "b.tar", now=_now(server))
    fresh = empty()
    backups.restore_backup(_settings(fresh), fresh.database, tmp_path / "b.tar")
    with fresh.database.session(cast.midorikawa, read_only=True) as session:
        # Raw SQL has no criteria; on PostgreSQL the database itself still knows whose it is.
        raw = text("SELECT DISTINCT tenant_id FROM employee")
        seen = set(session.connection().execute(raw).scalars())
    assert seen == ({cast.midorikawa} if ENGINE == "postgresql" else {cast.aoba, cast.midorikawa})


def test_a_server_with_data_is_not_written_over(server, tmp_path):
    target = tmp_path / "b.tar"
    assert server.run("backup", str(target)).exit_code == 0
    before = everything(server)
    done = server.run("restore", str(target))
    assert done.exit_code == 1
    assert "空のサーバーに戻してください" in done.output
    assert everything(server) == before
    done = server.run("backup", str(target))
    assert done.exit_code == 1
    assert "すでにあります" in done.output


def test_a_damaged_backup_changes_nothing(server, empty, tmp_path):
    target = tmp_path / "b.tar"
    assert server.run("backup", str(target)).exit_code == 0
    data = bytearray(target.read_bytes())
    with tarfile.open(target) as archive:
        member = next(m for m in archive if m.name.startswith("database"))
        data[member.offset_data + member.size // 2] ^= 0xFF
    target.write_bytes(data)
    fresh = empty()
    done = fresh.run("restore", str(target))
    assert done.exit_code == 1
    assert "壊れています" in done.output
    copy = reopened(fresh)
    assert not stored(copy)
    assert copy.run("db", "upgrade").exit_code == 0, "the server must still be empty"


def test_a_backup_of_the_other_database_is_refused(server, empty, tmp_path, monkeypatch):
    target = tmp_path / "b.tar"
    made = backups.make_backup(_settings(server), server.database, target, now=_now(server))
    other = "sqlite" if made.engine == "postgresql" else "postgresql"
    unpack = backups._unpack
    monkeypatch.setattr(backups, "_unpack", lambda *args: replace(unpack(*args), engine=other))
    done = empty().run("restore", str(target))
    assert done.exit_code == 1
    assert f"このバックアップは{other}のもの" in done.output


def test_a_backup_of_a_newer_release_is_refused(server, empty, tmp_path, monkeypatch):
    target = tmp_path / "b.tar"
    with monkeypatch.context() as later:
        later.setattr(backups.schema, "current", lambda _engine: "9999")
        backups.make_backup(_settings(server), server.database, target, now=_now(server))
    fresh = empty()
    done = fresh.run("restore", str(target))
    assert done.exit_code == 1
    assert "9999" in done.output
    assert not stored(reopened(fresh))


@pytest.mark.parametrize("content", [b"", b"root:x:0:0\n" * 99, b"\0" * 10240])
def test_what_is_no_backup_is_called_so(empty, tmp_path, content):
    target = tmp_path / "b.tar"
    target.write_bytes(content)
    done = empty().run("restore", str(target))
    assert done.exit_code == 1
    assert "この製品のバックアップではありません" in done.output


def test_an_interrupted_restore_is_done_again(server, empty, tmp_path, monkeypatch):
    target = tmp_path / "b.tar"
    assert server.run("backup", str(target)).exit_code == 0
    fresh = empty()
    with monkeypatch.context() as killed:
        # What a killed process leaves: files in their places, no database.
        killed.setattr(fresh.database, "dispose", _die)
        with pytest.raises(KeyboardInterrupt):
            backups.restore_backup(_settings(fresh), fresh.database, target)
    fresh = reopened(fresh)
    (fresh.home / f"{backups.UNFINISHED}left").mkdir()
    assert stored(fresh)
    done = fresh.run("restore", str(target))
    assert done.exit_code == 0, done.output
    assert not list(fresh.home.glob(f"{backups.UNFINISHED}*"))
    assert everything(reopened(fresh)) == everything(server)


def test_a_restore_does_not_take_away_what_another_has_just_restored(
    server, empty, tmp_path, monkeypatch
):
    """With the key in the environment nothing else would tell the two apart."""
    target, key = tmp_path / "b.tar", "k" * 40
    for each in (server, late := empty()):
        state = each.app.extensions["lms"]
        state.settings = replace(state.settings, secret_key=key)
    assert server.run("backup", str(target)).exit_code == 0
    first, lock = reopened(late), fcntl.flock

    def come_second(*wanted: Any) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        assert first.run("restore", str(target)).exit_code == 0
        lock(*wanted)

    # Both have found an empty server; the first has ended when the second gets the lock.
    assert schema.current(late.database.engine) is None
    monkeypatch.setattr(fcntl, "flock", come_second)
    done = late.run("restore", str(target))
    assert done.exit_code == 1
    assert "空のサーバー" in done.output
    assert everything(reopened(late)) == everything(server)


def test_the_key_is_kept_that_stands_in_the_environment_alone(server, empty, tmp_path):
    state = server.app.extensions["lms"]
    key = "k" * 40
    state.settings = replace(state.settings, secret_key=key)
    (server.home / "secret.key").unlink()
    target = tmp_path / "b.tar"
    assert server.run("backup", str(target)).exit_code == 0
    fresh = empty()
    assert fresh.run("restore", str(target)).exit_code == 0
    assert (fresh.home / "secret.key").read_text() == key


def test_a_home_without_data_is_not_saved(empty, tmp_path):
    """A nightly backup that forgot ``LMS_HOME`` must not go on for a year."""
    fresh, target = empty(), tmp_path / "b.tar"
    done = fresh.run("backup", str(target))
    assert done.exit_code == 1
    assert f"{fresh.home}のデータベースは空です" in done.output
    assert not target.exists()


def test_a_file_that_is_missing_here_is_told(server, tmp_path):
    lost = next(path for path in (server.home / "files").glob("*/*") if path.is_file())
    target = tmp_path / "b.tar"
    lost.unlink()
    done = server.run("backup", str(target))
    assert done.exit_code == 1
    assert "バックアップにも入っていません" in done.output
    assert target.exists()


def test_a_key_of_the_environment_that_is_not_the_backups_is_refused(server, empty, tmp_path):
    target = tmp_path / "b.tar"
    state = server.app.extensions["lms"]
    own, key = state.settings, "秘密" * 16
    state.settings = replace(own, secret_key=key)
    assert server.run("backup", str(target)).exit_code == 0
    fresh = empty()
    there = fresh.app.extensions["lms"]
    there.settings = replace(there.settings, secret_key="another key " * 4)
    done = fresh.run("restore", str(target))
    assert done.exit_code == 1
    assert "LMS_SECRET_KEY" in done.output
    assert not stored(fresh)
    there.settings = replace(there.settings, secret_key=key)
    assert fresh.run("restore", str(target)).exit_code == 0
    assert load_settings({}, home=fresh.home).secret_key == key


def test_what_a_killed_backup_left_is_taken_away(server, tmp_path, monkeypatch):
    place, saved = tmp_path / "first", tmp_path / "saved"
    place.mkdir()
    left: list[Path] = []

    def die(_archive: tarfile.TarFile, member: Path, **_named: object) -> None:
        left.append(member.parent)
        shutil.copytree(member.parent, saved)
        assert "動いています" in server.run("backup", str(tmp_path / "other.tar")).output
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(tarfile.TarFile, "add", die)
        with pytest.raises(KeyboardInterrupt):
            backups.make_backup(
                _settings(server), server.database, place / "b.tar", now=_now(server)
            )
    assert list(place.iterdir()) == []
    saved.rename(left[0])  # Nobody tidies up after a process that was killed.
    # The next one may go to another place.
    assert server.run("backup", str(tmp_path / "b.tar")).exit_code == 0
    assert list(place.iterdir()) == []


def test_a_backup_leaves_alone_what_it_has_not_made(server, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    # Folders of backups were once told by how their names begin, which anybody's may.
    home = f"{socket.gethostname()}:{server.home}"
    begins = f".backup-{hashlib.sha256(home.encode()).hexdigest()[:8]}-"
    (place / f"{begins}file").write_text("somebody's")
    (place / f"{begins}folder").mkdir()
    (server.home / backups.LOCK).write_text(str(place / f"{begins}folder"))
    before = sorted(place.iterdir())
    done = server.run("backup", str(place / "b.tar"))
    assert done.exit_code == 0, done.output
    assert sorted(place.iterdir()) == [*before, place / "b.tar"]


@pytest.mark.postgres
def test_options_in_the_address_hide_no_row_from_a_backup(server, empty, tmp_path):
    state = server.app.extensions["lms"]
    url = f"{state.settings.database_url}?options=-cstatement_timeout%3D60000"
    state.settings = replace(state.settings, database_url=url)
    target = tmp_path / "b.tar"
    assert server.run("backup", str(target)).exit_code == 0
    fresh = empty()
    assert fresh.run("restore", str(target)).exit_code == 0
    assert everything(reopened(fresh)) == everything(server)


def _die() -> None:
    raise KeyboardInterrupt


@pytest.mark.postgres
def test_a_client_that_fails_says_why_and_tells_no_password(server, tmp_path, monkeypatch):
    spied = tmp_path / "bin"
    spied.mkdir()
    (spied / "pg_dump").write_text(
        '#!/bin/sh\necho "$0 $@ and PGPASSWORD=$PGPASSWORD" >&2\nexit 3\n'
    )
    (spied / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{spied}:{os.environ['PATH']}")
    done = server.run("backup", str(tmp_path / "b.tar"))
    assert done.exit_code == 1
    assert "pg_dump が失敗しました" in done.output
    assert "and PGPASSWORD=lms" in done.output
    assert ":lms@" not in done.output
    assert not list(tmp_path.glob("*.tar")) + list(tmp_path.glob(".backup-*"))


def _settings(server: Server) -> Any:
    return server.app.extensions["lms"].settings


def _now(server: Server) -> Any:
    return server.app.extensions["lms"].clock.now()
