"""Processor time of the learner's requests beside a floor that is measured in the same run.

Run ``python -m tests.bench.bench_web [--database postgresql] [--learners N] [--courses N]``. The
real application is called through WSGI in this process with the cookie of a signed-in learner, so
nothing but the request is counted: no server, no test client. Every round asks everything once,
floors included, because identical work drifts by half between minutes.

The floor of a page is a bare Flask route with one indexed SELECT and a page of 100 lines; the floor
of a write is a bare route that inserts one row durably. Signing in is measured with and without its
password hash.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, request
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from lms.app import create_app
from lms.catalog.models import Course, Module, Narration
from lms.catalog.script import parse_script
from lms.cli.content import BUNDLED, publish_courses
from lms.core.db import dialect, schema
from lms.core.settings import load_settings
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.identity import passwords
from lms.identity.models import Account, SignInFailure
from lms.identity.service import open_login
from lms.kernel.ids import public_id
from lms.ops.demo.load import seed_load
from lms.people.models import Employee
from lms.player.timeline import silent_timeline, to_json
from tests.support.postgres import PostgresServer
from tests.support.recorder import StatementRecorder

if TYPE_CHECKING:
    from lms.core.db.engine import Database
    from lms.core.web.state import AppState

CSRF = "00" * 32
PASSWORD = "bench-password-2026"
BARE_PAGE = """<!doctype html><html lang="ja"><title>{{ row.name }}</title><h1>{{ row.name }}</h1>
{% for number in range(100) %}<p class="line">{{ number }}: {{ row.staff_no }} {{ row.rank }}</p>
{% endfor %}</html>"""
LEARNER = "0000109"


@dataclass
class Step:
    """One request that is sent again and again; ``prepare`` gives what it sends each time."""

    name: str
    run: Callable[[], tuple[float, int]]
    """Returns processor milliseconds and bytes of the answer."""
    floor: str
    aim: str
    times: list[float] = field(default_factory=list)
    statements: int = 0
    size: int = 0


class Browser:
    """Calls a WSGI application as a server does, and keeps the cookie."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        self._app, self.cookie = app, cookie
        self.location = ""
        self._content, self._packed = b"", False

    @property
    def text(self) -> str:
        """The last answer."""
        content = gzip.decompress(self._content) if self._packed else self._content
        return content.decode(errors="replace")

    def send(
        self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[float, int]:
        """Ask once; processor milliseconds and bytes. The answer is kept."""
        base, _, query = path.partition("?")
        builder = EnvironBuilder(
            base,
            query_string=query,
            method="POST" if data is not None else "GET",
            data=data,
            headers={"Cookie": self.cookie, "Accept-Encoding": "gzip", **(headers or {})},
        )
        environ = builder.get_environ()
        answer: dict[str, Any] = {}

        def start(line: str, found: list[tuple[str, str]], *_: object) -> object:
            answer.update(status=line, headers=dict(found))
            return None

        before = time.process_time()
        body: Any = self._app.wsgi_app(environ, start)  # type: ignore[arg-type]
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        spent = 1000 * (time.process_time() - before)
        if answer["status"][0] not in "23":
            raise RuntimeError(f"{path}: {answer['status']} {content[:300]!r}")
        self.location = answer["headers"].get("Location", "")
        self._packed = answer["headers"].get("Content-Encoding") == "gzip"
        self._content = content
        return spent, len(content)

    def post(self, path: str, fields: dict[str, str]) -> tuple[float, int]:
        """Send a form."""
        body = urlencode({"csrf_token": CSRF, **fields}).encode()
        return self.send(path, body, {"Content-Type": "application/x-www-form-urlencoded"})


def sign_in(app: Flask, tenant_id: int, staff_no: str) -> Browser:
    """A browser of this person."""
    state = app.extensions["lms"]
    with state.db.transaction(tenant_id) as session:
        account_id = session.scalars(
            select(Account.id)
            .join(Employee, Employee.id == Account.employee_id)
            .where(Employee.staff_no == staff_no)
        ).one()
        token = open_login(session, account_id, now=state.clock.now())
    return Browser(app, cookie_of(app, {"t": tenant_id, "_user_id": token}))


def cookie_of(app: Flask, values: dict[str, Any]) -> str:
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"lms={signer.dumps({'lang': 'ja', 'csrf': '00' * 16, **values})}"


def bare_app(database: Database, tenant_id: int) -> Flask:
    """The floors: a page with one SELECT, and a write of one row."""
    app = Flask("bare")
    template = app.jinja_env.from_string(BARE_PAGE)
    table: Any = Employee.__table__
    failures: Any = SignInFailure.__table__
    wanted = select(table.c.name, table.c.staff_no, table.c.rank).where(
        table.c.tenant_id == tenant_id, table.c.staff_no == LEARNER
    )

    @app.route("/")
    def show() -> str:
        with database.session(tenant_id, read_only=True) as session:
            row = session.connection().execute(wanted).one()
        return template.render(row=row)

    @app.post("/")
    def write() -> str:
        values = {
            "tenant_id": tenant_id,
            "name_key": "bench",
            "network": request.form["name"],
            "at": datetime.now(UTC),
        }
        with database.session(tenant_id) as session, session.begin():
            session.connection().execute(failures.insert(), values)
        return "saved"

    return app


@dataclass
class World:
    """Addresses that are asked for."""

    app: Flask
    tenant_id: int
    course: str
    module: str

    @property
    def player(self) -> str:
        return f"/learn/{self.course}/{self.module}"


class Player:
    """One learner in one module: beats and quizzes, each sent once."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser, self._world = browser, world
        browser.send(world.player)
        page = browser.text
        self._launch = re.search(r'data-launch="([^"]+)"', page)[1]  # type: ignore[index]
        self._slides = re.findall(r'data-slide="([^"]+)"', page)
        self._sequence = 0
        self._attempt = ""

    def beat(self) -> tuple[float, int]:
        """Report fifteen seconds on a slide."""
        self._sequence += 1
        slide = self._slides[self._sequence // 4 % len(self._slides)]
        beat = {
            "seq": self._sequence,
            "slide": slide,
            "kind": "beat",
            "position": float(self._sequence % 4 * 15),
            "seconds": 1,
        }
        body = json.dumps({"launch": self._launch, "beats": [beat]}).encode()
        return self._browser.send(
            f"{self._world.player}/progress",
            body,
            {"Content-Type": "application/json", "X-CSRF-Token": CSRF},
        )

    def start(self) -> tuple[float, int]:
        """Begin an attempt."""
        spent = self._browser.post(f"{self._world.player}/quiz", {"_key": public_id()})
        self._attempt = self._browser.location
        return spent

    def question(self) -> tuple[float, int]:
        """Look at a question."""
        return self._browser.send(f"{self._attempt}?q=1")

    def submit(self) -> tuple[float, int]:
        """Hand the attempt in."""
        return self._browser.post(f"{self._attempt}/submit", {"_key": public_id()})

    def result(self) -> tuple[float, int]:
        """Read the result."""
        return self._browser.send(f"{self._attempt}/result")


def make_steps(world: World) -> list[Step]:
    app = world.app
    database = app.extensions["lms"].db
    browser = sign_in(app, world.tenant_id, LEARNER)
    bare = Browser(bare_app(database, world.tenant_id))
    player = Player(browser, world)
    stranger = Browser(app, cookie_of(app, {}))
    fields = {"tenant": str(world.tenant_id), "name": LEARNER, "password": PASSWORD, "next": ""}

    def enter() -> tuple[float, int]:
        return stranger.post("/sign-in", fields)

    def enter_free() -> tuple[float, int]:
        kept = passwords.verify_password
        passwords.verify_password = lambda *_args, **_more: True
        try:
            return enter()
        finally:
            passwords.verify_password = kept

    return [
        Step("floor page", lambda: bare.send("/"), "", ""),
        Step("floor write", lambda: bare.post("/", {"name": "x"}), "", ""),
        Step("sign-in page", lambda: stranger.send("/sign-in"), "floor page", ""),
        Step("sign in, without the hash", enter_free, "floor write", "8"),
        Step("sign in", enter, "floor write", ""),
        Step("start page", lambda: browser.send("/"), "floor page", "4"),
        Step("courses", lambda: browser.send("/courses"), "floor page", ""),
        Step("course page", lambda: browser.send(f"/courses/{world.course}"), "floor page", "4"),
        Step("player page", lambda: browser.send(world.player), "floor page", "4"),
        Step("text edition", lambda: browser.send(f"{world.player}/text"), "floor page", ""),
        Step("progress write", player.beat, "floor write", "2"),
        Step("quiz rules", lambda: browser.send(f"{world.player}/quiz"), "floor page", ""),
        Step("quiz start", player.start, "floor write", "6"),
        Step("quiz question", player.question, "floor page", ""),
        Step("quiz submit", player.submit, "floor write", "10"),
        Step("quiz result", player.result, "floor page", ""),
        Step("own record", lambda: browser.send("/record"), "floor page", ""),
    ]


def measure(steps: list[Step], database: Database, rounds: int) -> None:
    """Ask everything twice to warm up and count, then in rounds."""
    recorder = StatementRecorder(database)
    for _ in range(2):
        for step in steps:
            recorder.seen.clear()
            _, step.size = step.run()
            step.statements = len(recorder.seen)
    recorder.close()
    for _ in range(rounds):
        for step in steps:
            step.times.append(step.run()[0])


def print_table(steps: list[Step]) -> None:
    medians = {step.name: statistics.median(step.times) for step in steps}
    print("| request | CPU-ms | × floor | aim, × floor | SQL statements | KiB on the wire |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for step in steps:
        spent = medians[step.name]
        times = f"{spent / medians[step.floor]:.1f}" if step.floor else "1"
        print(
            f"| {step.name} | {spent:.2f} | {times} | {step.aim and '≤ ' + step.aim} "
            f"| {step.statements} | {step.size / 1024:.1f} |"
        )


def build(database_url: str, home: Path, learners: int, courses: int) -> World:
    """The application with courses and people."""
    environ = {**os.environ, "LMS_HOME": str(home), "LMS_DATABASE_URL": database_url}
    app = create_app(load_settings(environ))
    state = app.extensions["lms"]
    schema.upgrade(state.db.engine)
    with app.app_context():
        publish_courses(state, BUNDLED)
    speak(state)
    made = seed_load(
        state.db, employees=learners, courses=courses, now=state.clock.now(), password=PASSWORD
    )
    dialect.refresh_statistics(state.db.engine)
    with state.db.session(made.tenant_id, read_only=True) as session:
        course, module = session.execute(
            select(Course.public_id, Module.public_id)
            .join(Module, Module.course_id == Course.id)
            .where(Course.slug == "information-security")
            .order_by(Module.id)
        ).first()
    return World(app, made.tenant_id, course, module)


def speak(state: AppState) -> None:
    """Give every script the time that it takes, as if its speech had been made."""
    with state.db.transaction(LIBRARY_TENANT_ID) as session:
        for row in session.scalars(select(Narration)):
            row.timeline = to_json(silent_timeline(parse_script(row.script)))
            row.ready_at = state.clock.now()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--courses", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--profile", default="", help="profile this step instead of measuring")
    options = parser.parse_args()
    server = PostgresServer() if options.database == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = server.create("bench") if server else ""
            world = build(url, Path(folder), options.learners, options.courses)
            steps = make_steps(world)
            if options.profile:
                profile(steps, options.profile)
                return
            measure(steps, world.app.extensions["lms"].db, options.rounds)
            print(f"{options.learners} learners, {options.courses} courses, {options.database}")
            print_table(steps)
            world.app.extensions["lms"].db.dispose()
    finally:
        if server:
            server.stop()


def profile(steps: list[Step], name: str) -> None:
    """Print where the time of one step goes."""
    import cProfile
    import pstats

    chosen = {step.name: step for step in steps}
    needed = {
        "quiz submit": "quiz start",
        "quiz question": "quiz start",
        "quiz result": "quiz start",
    }
    before = chosen[needed[name]] if name in needed else None
    profiler = cProfile.Profile()
    for number in range(23):
        if before:
            before.run()
        if number > 2:
            profiler.enable()
        chosen[name].run()
        profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
