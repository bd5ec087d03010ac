"""One request computes at a time in a process, and who waits lets the others go on."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from flask import Flask, g
from sqlalchemy import text

from lms.core import turn
from lms.core.db import dialect
from lms.core.db.engine import Database
from lms.core.turn import step_aside, take_turn
from lms.core.web import templating
from lms.core.web.state import TenantInfo
from lms.core.web.turns import BODIES, THREADS, UPLOADS, InTurn
from lms.identity import passwords
from lms.kernel.tables import Column, Kind, LongTable
from lms.reports.export import ExportFormat, export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lms.core.settings import Settings
    from tests.cast import Cast

PATIENCE = 60
"""Seconds after which a test gives up; none of them needs one."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def somebody_else_goes_on() -> None:
    """Take a turn in another thread; hangs up where nobody gives it."""
    went_on = threading.Event()

    def go() -> None:
        with take_turn():
            went_on.set()

    threading.Thread(target=go, daemon=True).start()
    assert went_on.wait(PATIENCE), "nobody let the other thread go on"


def test_only_one_has_the_turn(pool: ThreadPoolExecutor) -> None:
    inside, most = 0, 0

    def work(_number: int) -> None:
        nonlocal inside, most
        with take_turn():
            for _ in range(20):
                inside += 1
                most = max(most, inside)
                inside -= 1
                with step_aside():
                    pass

    list(pool.map(work, range(40)))
    assert most == 1


def test_who_steps_aside_has_the_turn_again_afterwards() -> None:
    with take_turn():
        with step_aside():
            somebody_else_goes_on()
        blocked = threading.Event()
        other = threading.Thread(target=lambda: _take_and(blocked.set), daemon=True)
        other.start()
        assert not blocked.wait(0.05)
    other.join(PATIENCE)
    assert blocked.is_set()


def _take_and(work: Callable[[], None]) -> None:
    with take_turn():
        work()


def test_a_thread_without_a_turn_steps_aside_for_nobody() -> None:
    with step_aside():
        somebody_else_goes_on()
    with take_turn(), step_aside(), step_aside():
        somebody_else_goes_on()


def test_whoever_holds_what_the_turn_waits_for_goes_on_without_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Some library may keep a lock while it waits for the database."""
    monkeypatch.setattr(turn, "PATIENCE", 0.05)
    lock, aside, taken = threading.Lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with take_turn(), lock, step_aside():
            aside.set()
            assert taken.wait(PATIENCE)

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert aside.wait(PATIENCE)
    with take_turn():
        taken.set()
        assert lock.acquire(timeout=PATIENCE)
    holder.join(PATIENCE)
    assert "goes on without it" in caplog.text
    somebody_else_goes_on()


def test_two_pages_look_up_their_municipality_at_once(
    monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    """Until Python 3.12 ``functools.cached_property`` has one lock for all objects."""
    both = threading.Barrier(2, timeout=PATIENCE)
    monkeypatch.setattr(turn, "PATIENCE", 3 * PATIENCE)

    def look_up() -> TenantInfo:
        with step_aside():
            both.wait()
        return TenantInfo(1, "aoba", "青葉市")

    monkeypatch.setattr(templating, "tenant", look_up)

    def show(_number: int) -> str:
        with take_turn(), Flask(__name__).app_context():
            g.lms_tenant_id = 1
            return templating.Current().tenant.name

    assert list(pool.map(show, range(2), timeout=2 * PATIENCE)) == ["青葉市"] * 2


def test_an_error_aside_leaves_the_turn_where_it_was() -> None:
    with pytest.raises(ValueError, match="aside"), take_turn(), step_aside():
        raise ValueError("aside")
    somebody_else_goes_on()


class SlowBody:
    """An upload of which each part comes only after others had their turn."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, most: int = -1) -> bytes:
        somebody_else_goes_on()
        part = b"x" * min(most if most >= 0 else self._left, self._left, 50_000)
        self._left -= len(part)
        return part


def refuse(_environ: object, _start_response: object) -> list[bytes]:
    return [b"full"]


@pytest.mark.parametrize(
    "length", [{"CONTENT_LENGTH": "200000"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_slow_upload_keeps_nobody(length: dict[str, str]) -> None:
    def application(environ: dict, start_response: object) -> list[bytes]:  # type: ignore[type-arg]
        parts = iter(lambda: environ["wsgi.input"].read(65_536), b"")
        return [str(sum(map(len, parts))).encode()]

    environ = {"wsgi.input": SlowBody(200_000), **length}
    assert InTurn(application, refuse=refuse)(environ, lambda *_: None) == [b"200000"]  # type: ignore[arg-type,return-value]


def test_a_small_body_is_there_before_the_turn() -> None:
    def application(environ: dict, start_response: object) -> list[bytes]:  # type: ignore[type-arg]
        assert isinstance(environ["wsgi.input"], BytesIO)
        return [environ["wsgi.input"].read()]

    environ = {"wsgi.input": SlowBody(10), "CONTENT_LENGTH": "10"}
    assert InTurn(application, refuse=refuse)(environ, lambda *_: None) == [b"x" * 10]  # type: ignore[arg-type,return-value]


class WaitingBody:
    """A body of which nothing comes until ``come`` is set."""

    def __init__(self, length: int, come: threading.Event) -> None:
        self._left, self._come, self.begun = length, come, threading.Event()

    def read(self, most: int = -1) -> bytes:
        self.begun.set()
        self._come.wait()
        part, self._left = b"x" * min(most, self._left), max(0, self._left - most)
        return part


def test_many_bodies_that_come_at_once_are_all_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.core.web.turns._PATIENCE", 60)
    come = threading.Event()
    web = InTurn(lambda environ, _: [environ["wsgi.input"].read()], refuse=refuse)  # type: ignore[arg-type]

    def ask(body: object) -> list[bytes]:
        environ = {"wsgi.input": body, "CONTENT_LENGTH": "9"}
        return list(web(environ, lambda *_: None))  # type: ignore[arg-type,return-value]

    with ThreadPoolExecutor(THREADS) as threads:
        bodies = [WaitingBody(9, come) for _ in range(THREADS)]
        asked = [threads.submit(ask, body) for body in bodies]
        assert all(body.begun.wait(30) for body in bodies[:BODIES])
        come.set()
        assert [each.result(30) for each in asked] == [[b"x" * 9]] * THREADS


def test_some_threads_are_kept_from_waiting_for_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads leave room for forms, both together for pages; who has come gives the place back."""
    monkeypatch.setattr("lms.core.web.turns._PATIENCE", 0.01)
    come = threading.Event()

    def application(environ: dict, start_response: object) -> list[bytes]:  # type: ignore[type-arg]
        return [b"".join(iter(lambda: environ["wsgi.input"].read(65_536), b""))[:1] or b"page"]

    web = InTurn(application, refuse=refuse)  # type: ignore[arg-type]

    def ask(body: object, length: str, **more: str) -> list[bytes]:
        environ = {"wsgi.input": body, "CONTENT_LENGTH": length, **more}
        return list(web(environ, lambda *_: None))  # type: ignore[arg-type,return-value]

    with ThreadPoolExecutor(THREADS) as threads:
        begun = []
        for length, count in (("200000", UPLOADS), ("9", BODIES - UPLOADS)):
            for _ in range(count):
                body = WaitingBody(int(length), come)
                begun.append(threads.submit(ask, body, length))
                assert body.begun.wait(30)
            if length == "200000":
                assert ask(BytesIO(b"x" * 70_000), "70000") == [b"full"]
                assert ask(BytesIO(), "", HTTP_TRANSFER_ENCODING="chunked") == [b"full"]
                assert ask(BytesIO(b"x"), "1") == [b"x"]
        assert ask(BytesIO(b"x"), "1") == [b"full"]
        assert ask(BytesIO(), "") == [b"page"]
        come.set()
        assert [each.result(30) for each in begun] == [[b"x"]] * BODIES
    assert ask(BytesIO(b"x" * 70_000), "70000") == [b"x"]


def test_a_password_is_checked_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def verify(self, _hash: str, _password: str) -> None:
            somebody_else_goes_on()

    monkeypatch.setattr(passwords, "_hasher", lambda _memory: Slow())
    with take_turn():
        assert passwords.verify_password("hash", "password", memory_kib=8)


def test_a_file_is_written_aside() -> None:
    def batches() -> Iterator[tuple[list[str]]]:
        somebody_else_goes_on()
        yield (["one"],)

    columns = (Column("name", "Name", Kind.TEXT, 10),)
    for form in ExportFormat:
        with take_turn():
            table = LongTable("Title", date(2026, 4, 1), columns, batches())
            assert export(table, form).rows == 1


@pytest.mark.sqlite
def test_who_waits_for_the_write_lock_lets_its_holder_finish(
    cast: Cast, database: Database, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are threads of one process: without it, neither would come to an end."""
    monkeypatch.setattr(dialect, "BUSY_SECONDS", PATIENCE)
    holds, tries = threading.Event(), threading.Event()
    rename = text("UPDATE employee SET name = name")

    def hold() -> None:
        with take_turn(), database.transaction(cast.aoba) as session:
            session.execute(rename)
            holds.set()
            with step_aside():
                assert tries.wait(PATIENCE)

    def wait() -> None:
        assert holds.wait(PATIENCE)
        with take_turn(), database.transaction(cast.aoba) as session:
            tries.set()
            session.execute(rename)

    for work in [pool.submit(hold), pool.submit(wait)]:
        work.result(PATIENCE)


@pytest.mark.postgres
def test_the_database_is_waited_for_aside(cast: Cast, database: Database) -> None:
    began, ended = threading.Event(), threading.Event()
    key = text("SELECT pg_advisory_xact_lock(1)")

    def ask() -> None:
        with take_turn(), database.session(cast.aoba) as session:
            connection = session.connection()
            began.set()
            connection.execute(key)
            ended.set()

    with database.session(cast.aoba) as holder:
        holder.connection().execute(key)
        asking = threading.Thread(target=ask)
        asking.start()
        assert began.wait(PATIENCE)
        somebody_else_goes_on()
        assert not ended.is_set()
    asking.join(PATIENCE)
    assert ended.is_set()


@pytest.mark.postgres
def test_the_first_connections_of_two_requests_are_both_made(
    cast: Cast, settings: Settings, pool: ThreadPoolExecutor
) -> None:
    """SQLAlchemy asks the first one about the server under a lock of its own."""

    def ask(_number: int) -> int:
        with take_turn(), database.session(cast.aoba) as session:
            return int(session.connection().execute(text("SELECT 1")).scalar_one())

    for _ in range(5):
        database = Database(settings)
        try:
            assert list(pool.map(ask, range(8), timeout=PATIENCE)) == [1] * 8
        finally:
            database.dispose()
