"""Processor time of HR's reports beside a floor that is measured in the same run.

Run ``python -m tests.bench.bench_reports [--database postgresql] [--employees N] [--courses N]``.
The real application is called through WSGI with the cookie of a signed-in HR person, in this
process, so nothing but the request is counted: no server, no test client. Every round asks
everything once, floors included, because identical work drifts by half between minutes.

The floor of a page is a bare Flask route with one indexed SELECT and a page of 100 lines; the
floor of a file of people is a bare SELECT of the same rows through SQLAlchemy Core and
``csv.writer``.

On PostgreSQL the server's processes are counted apart (their clock ticks every 10 ms, so the
figure is a mean over the rounds).
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.app import create_app
from lms.assignments.models import Assignment
from lms.catalog.models import Course, Module
from lms.core.db import dialect, schema
from lms.core.settings import load_settings
from lms.learning.models import Enrolment
from lms.ops.demo.load import seed_load
from lms.people.models import Employee, OrgUnit, Post
from tests.bench.bench_web import Browser, bare_app, sign_in
from tests.support.postgres import PostgresServer
from tests.support.recorder import StatementRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from lms.core.db.engine import Database


@dataclass
class Case:
    """One thing that is asked again and again."""

    name: str
    run: Callable[[], int]
    """Does it once and returns the bytes of the answer."""
    floor: str = "floor page"
    every: int = 1
    """Is run in each round whose number this divides, for what takes long."""
    times: list[float] = field(default_factory=list)
    server: float = 0.0
    statements: int = 0
    size: int = 0
    peak: float = 0.0


class Postmaster:
    """Processor seconds of a PostgreSQL server and everything it started."""

    def __init__(self, server: PostgresServer | None) -> None:
        self._pid = ""
        if server is not None:
            self._pid = (server.data / "postmaster.pid").read_text().split("\n")[0]

    def seconds(self) -> float:
        if not self._pid:
            return 0.0
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[1] == self._pid or stat.parent.name == self._pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def asking(browser: Browser, path: str) -> Callable[[], int]:
    """A call that asks for this address and reads the whole answer."""
    return lambda: browser.send(path)[1]


def bare_csv(database: Database, tenant_id: int) -> Callable[[], int]:
    """The floor of a file: the same rows from the same tables, joined and written, no more."""
    duty, person, post = (model.__table__ for model in (Assignment, Employee, Post))
    unit, course, taken = (model.__table__ for model in (OrgUnit, Course, Enrolment))
    statement = (
        select(
            person.c.staff_no,
            person.c.name,
            person.c.name_kana,
            unit.c.name,
            person.c.rank,
            course.c.title,
            duty.c.effective_due_on,
            taken.c.modules_completed,
            taken.c.modules_total,
            taken.c.score,
            taken.c.started_at,
            taken.c.completed_at,
            duty.c.assigned_by,
        )
        .select_from(duty)
        .join(person, person.c.id == duty.c.employee_id)
        .join(post, post.c.employee_id == person.c.id)
        .join(unit, unit.c.id == post.c.unit_id)
        .join(course, course.c.id == duty.c.course_id)
        .outerjoin(
            taken,
            (taken.c.tenant_id == duty.c.tenant_id)
            & (taken.c.employee_id == duty.c.employee_id)
            & (taken.c.course_id == duty.c.course_id),
        )
        .where(duty.c.tenant_id == tenant_id, post.c.tenant_id == tenant_id)
    )

    def run() -> int:
        out = io.StringIO(newline="")
        with database.session(tenant_id, read_only=True) as session:
            csv.writer(out).writerows(session.connection().execute(statement))
        return len(out.getvalue().encode("utf-8-sig"))

    return run


def make_cases(app: Flask, tenant_id: int) -> list[Case]:
    """Everything HR opens, the floors first."""
    database: Database = app.extensions["lms"].db
    hr, trainer = sign_in(app, tenant_id, "0000001"), sign_in(app, tenant_id, "0000002")
    with database.session(tenant_id, read_only=True) as session:
        unit = session.scalars(select(OrgUnit.public_id).where(OrgUnit.code == "001")).one()
        course, module = session.execute(
            select(Course.public_id, Module.public_id)
            .join(Module, Module.course_id == Course.id)
            .where(Course.slug == "load-001")
        ).one()
        person = session.scalars(
            select(Employee.public_id).where(Employee.staff_no == "0000009")
        ).one()
    people = "/hr/people"
    pages = {
        "departments": "/hr",
        "departments, one course": f"/hr?course={course}",
        "people, 25 a page": f"{people}?size=25",
        "people, 50 a page": people,
        "people, 100 a page": f"{people}?size=100",
        "people, 200 a page": f"{people}?size=200",
        "people, page 40": f"{people}?page=40",
        "people of a department": f"{people}?unit={unit}",
        "people of a course": f"{people}?course={course}",
        "people overdue": f"{people}?state=overdue",
        "people due soon, by date": f"{people}?state=soon&sort=due",
        "people by name": f"{people}?sort=name",
        "people by score, down": f"{people}?sort=score&descending=1",
        "people by completion": f"{people}?sort=completed",
        "people by state": f"{people}?sort=state",
        "people searched": f"{people}?search=%E9%AB%99%E6%A9%8B",
        "one person": f"/hr/people/{person}",
        "questions of a module": f"/hr/questions?course={course}",
    }
    bare = Browser(bare_app(database, tenant_id))
    cases = [
        Case("floor page", asking(bare, "/")),
        Case("floor csv", bare_csv(database, tenant_id), ""),
    ]
    cases += [Case(name, asking(hr, path)) for name, path in pages.items()]
    results = f"/author/modules/{module}/results"
    cases.append(Case("results of a module", asking(trainer, results)))
    for name, form, every in (
        ("CSV UTF-8", "csv", 1),
        ("CSV CP932", "cp932", 1),
        ("XLSX", "xlsx", 3),
    ):
        cases.append(Case(name, asking(hr, f"{people}?format={form}"), "floor csv", every))
    return cases


def peak_of(run: Callable[[], int]) -> float:
    """MiB that doing it once needs above what this process holds, seen in a child of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        run()
        os.write(writer, str(_memory("VmHWM") - before).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return float(answer.read())


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def measure(cases: list[Case], database: Database, server: Postmaster, rounds: int) -> None:
    """Ask everything once to warm up and count, then in rounds."""
    cases[0].run()
    for case in cases:
        database.dispose()
        case.peak = peak_of(case.run)
    for case in cases:
        case.run()
    # As the entry point does once everything is loaded.
    gc.collect()
    gc.freeze()
    recorder = StatementRecorder(database)
    for case in cases:
        recorder.seen.clear()
        case.size = case.run()
        case.statements = len(recorder.seen)
    recorder.close()
    for number in range(rounds):
        for case in cases:
            if number % case.every:
                continue
            before, busy = time.process_time(), server.seconds()
            case.run()
            case.times.append((time.process_time() - before) * 1000)
            case.server += (server.seconds() - busy) * 1000


def table(cases: list[Case], *, with_server: bool) -> Iterator[str]:
    """The figures as Markdown."""
    medians = {case.name: statistics.median(case.times) for case in cases}
    heads = ["", "CPU-ms", "× floor", "statements", "KiB", "peak MiB"]
    if with_server:
        heads.insert(2, "in the database")
    yield "| " + " | ".join(heads) + " |"
    yield "| --- |" + " ---: |" * (len(heads) - 1)
    for case in cases:
        spent = medians[case.name]
        times = f"{spent / medians[case.floor]:.1f}" if case.floor in medians else "1"
        cells = [
            case.name,
            f"{spent:.1f}",
            times,
            str(case.statements),
            f"{case.size / 1024:,.0f}",
            f"{case.peak:.1f}",
        ]
        if with_server:
            cells.insert(2, f"{case.server / len(case.times):.1f}")
        yield "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--employees", type=int, default=1000)
    parser.add_argument("--courses", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    wanted = parser.parse_args()
    server = PostgresServer() if wanted.database == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as home:
            url = server.create("bench") if server else ""
            settings = load_settings({}, home=home, database_url=url)
            app = create_app(settings)
            database: Database = app.extensions["lms"].db
            schema.upgrade(database.engine)
            load = seed_load(
                database,
                employees=wanted.employees,
                courses=wanted.courses,
                now=datetime.now(UTC),
                password="bench-bench-2026",
            )
            dialect.refresh_statistics(database.engine)
            cases = make_cases(app, load.tenant_id)
            cases = [c for c in cases if wanted.only in c.name or c.name.startswith("floor")]
            measure(cases, database, Postmaster(server), wanted.rounds)
            print(
                f"{wanted.database}, {load.employees:,} people × {load.courses} courses, "
                f"median of {wanted.rounds} rounds, load {os.getloadavg()[0]:.1f}\n"
            )
            print("\n".join(table(cases, with_server=server is not None)))
            database.dispose()
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    main()
