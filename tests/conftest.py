"""Real databases, a clock that stands still, and a client that checks every page."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lms.app import create_app
from lms.core.db import schema
from lms.core.db.engine import Database
from lms.core.i18n import use_locale
from lms.core.settings import load_settings
from lms.kernel.clock import FixedClock
from tests.cast import build_cast
from tests.support.client import Visitor
from tests.support.postgres import PostgresServer
from tests.support.recorder import StatementRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from lms.core.settings import Settings
    from tests.cast import Cast

# A busy machine is no reason to fail: time is measured in tests/bench, never in tests. The same
# examples are tried at every run, so that a red run can be repeated.
hypothesis_settings.register_profile(
    "lms", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("lms")

ENGINE = os.environ.get("LMS_TEST_DATABASE", "sqlite")
"""``sqlite`` or ``postgresql``; the same suite runs on both."""

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Monday, 16 November 2026, 10:00 in Japan."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what uses a database is run; the rest says nothing new there."""
    if ENGINE == "postgresql":
        left = [item for item in items if "template" not in getattr(item, "fixturenames", ())]
    else:
        left = [item for item in items if item.get_closest_marker("postgres")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Path, Cast]:
    """A migrated database with the cast in it, made once and copied for each test."""
    home = tmp_path_factory.mktemp("template")
    if ENGINE == "postgresql":
        url = request.getfixturevalue("postgres").create("lms_template")
    else:
        url = ""
    settings = load_settings({}, home=home, database_url=url, testing=True, argon2_memory_kib=64)
    database = Database(settings)
    schema.upgrade(database.engine)
    cast = build_cast(database, START)
    database.dispose()
    return home, cast


@pytest.fixture
def cast(template: tuple[Path, Cast]) -> Cast:
    return template[1]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


_counter = iter(range(1, 1_000_000))


@pytest.fixture
def settings(
    template: tuple[Path, Cast], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Settings of a fresh copy of the template."""
    home = tmp_path / "home"
    shutil.copytree(template[0], home)
    name = url = ""
    if ENGINE == "postgresql":
        server = request.getfixturevalue("postgres")
        name = f"lms_{os.getpid()}_{next(_counter)}"
        url = server.create(name, "lms_template")
    yield load_settings({}, home=home, database_url=url, testing=True, argon2_memory_kib=64)
    if name:
        server.drop(name)


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    application = create_app(settings, clock=clock)
    yield application
    application.extensions["lms"].db.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["lms"].db
    return found


@pytest.fixture
def visitor(app: Flask, cast: Cast) -> Callable[..., Visitor]:
    """``visitor(person)`` is a browser signed in as that person; ``visitor()`` is nobody."""
    return lambda person=None, **options: Visitor(app, person, **options)


@pytest.fixture(autouse=True)
def _japanese() -> Iterator[None]:
    """A page of the test before may have left another language to this thread."""
    with use_locale("ja"):
        yield


@pytest.fixture
def statements(database: Database) -> Iterator[StatementRecorder]:
    """Counts SQL statements: ``with statements(most=12): visit(...)``."""
    recorder = StatementRecorder(database)
    yield recorder
    recorder.close()
