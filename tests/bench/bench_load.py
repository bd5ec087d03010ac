"""How many learners two cores hold: each does one thing every twenty seconds.

Run ``python -m tests.bench.bench_load [--learners 6000] [--seconds 60] [--database postgresql]
[--slow-readers 200]``. The product serves on a fresh home with a municipality of that many people.
A client in a process of its own keeps one connection a learner and sends what a learner sends:
of a hundred actions 3 sign in (with the password hash), 12 open the start page, 10 a course, 12 a
module, 55 report progress, 5 begin a quiz, 3 look at one. The client shares the two cores with the
server, so the server would hold more with a machine of its own.

Slow readers take a recording at 4 KB a second while the others go on; they show that nobody who
reads slowly holds up a page.

Prints for each action how often, median and p95 in milliseconds, errors, the processor time of an
action in the product and in the client, and the memory of all processes of the product (PSS,
``/proc/<pid>/smaps_rollup``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import select

from lms.catalog.models import Course, Module
from lms.core.web.static import URLSafeSerializer
from lms.identity.models import Account
from lms.identity.service import open_login
from tests.bench.bench_import import wait_for
from tests.bench.bench_web import CSRF, PASSWORD, World, build, cookie_of
from tests.support.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = 8932
EVERY = 20.0
"""Seconds between two things that a learner does."""

ARRIVING = 60.0
"""Seconds in which everybody arrives and opens a first module; they are not counted."""

ACTIONS = {
    "sign in": 3,
    "start page": 12,
    "course page": 10,
    "module": 12,
    "progress": 55,
    "quiz start": 5,
    "quiz page": 3,
}
RECORDING = 400_000
"""Bytes of a recording of a slide, rather long."""

SLOW_BYTES = 4096


@dataclass
class Figures:
    """Milliseconds by action, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    slow_done: int = 0
    product: float = 0.0
    """Seconds of processor while it was measured."""
    client: float = 0.0


@dataclass
class Learner:
    """One person with one browser."""

    number: int
    cookie: str
    tenant_id: int
    course: str
    module: str
    launch: str = ""
    slides: tuple[str, ...] = ()
    sequence: int = 0
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    @property
    def player(self) -> str:
        return f"/learn/{self.course}/{self.module}"

    async def send(
        self, path: str, body: bytes | None = None, kind: str = "", more: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request over the kept connection and read the whole answer."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", PORT)
        assert self.reader is not None
        head = (
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n"
            f"Cookie: {self.cookie}\r\nAccept-Encoding: gzip\r\n{more}"
        )
        if body is not None:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + (body or b""))
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        content = await self._body(headers)
        return int(lines[0].split()[1]), headers, content

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self.reader is not None
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                parts.append(await self.reader.readexactly(size))
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
            return b"".join(parts)
        length = int(headers.get("content-length", 0))
        return await self.reader.readexactly(length) if length else b""

    async def form(self, path: str, fields: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Send a form."""
        body = urlencode({"csrf_token": CSRF, **fields}).encode()
        return await self.send(path, body, "application/x-www-form-urlencoded")

    async def act(self, action: str) -> int:
        """Do one thing; the status of the answer."""
        if action == "sign in":
            fields = {"tenant": str(self.tenant_id), "name": f"{self.number:07}"}
            # The old sign-in goes on, for the token of its forms is known.
            status, _, _ = await self.form("/sign-in", {**fields, "password": PASSWORD, "next": ""})
            return status if status != 200 else 0
        if action == "progress":
            return await self._progress()
        paths = {
            "start page": "/",
            "course page": f"/courses/{self.course}",
            "module": self.player,
            "quiz page": f"{self.player}/quiz",
        }
        if action in paths:
            return (await self.send(paths[action]))[0]
        status, headers, _ = await self.form(
            f"{self.player}/quiz", {"_key": f"{self.number:07}{time.monotonic_ns():020}"[-24:]}
        )
        if status == 303:
            status, _, _ = await self.send(headers["location"])
        return status

    async def _progress(self) -> int:
        if not self.launch:
            return await self.open_module()
        self.sequence += 1
        beat = {
            "seq": self.sequence,
            "slide": self.slides[self.sequence % len(self.slides)],
            "kind": "beat",
            "position": 3.0,
            "seconds": 3.0,
        }
        body = json.dumps({"launch": self.launch, "beats": [beat]}).encode()
        status, _, _ = await self.send(
            f"{self.player}/progress", body, "application/json", f"X-CSRF-Token: {CSRF}\r\n"
        )
        return status

    async def open_module(self) -> int:
        """Open the player and remember what its script would."""
        import gzip

        status, headers, content = await self.send(self.player)
        page = gzip.decompress(content) if headers.get("content-encoding") == "gzip" else content
        text = page.decode()
        self.launch = re.search(r'data-launch="([^"]+)"', text)[1]  # type: ignore[index]
        self.slides = tuple(re.findall(r'data-slide="([^"]+)"', text))
        return status


async def live(learner: Learner, ends: float, figures: Figures, *, quiet_until: float) -> None:
    """Do something every twenty seconds until the end; the time before is for warming up."""
    dice = random.Random(learner.number)  # noqa: S311 - a repeatable crowd
    await asyncio.sleep(dice.random() * ARRIVING)
    names, weights = list(ACTIONS), list(ACTIONS.values())
    while (start := time.perf_counter()) < ends:
        (action,) = dice.choices(names, weights)
        try:
            status = await asyncio.wait_for(learner.act(action), 30)
            failed = not 200 <= status < 400
        except (OSError, asyncio.IncompleteReadError, TimeoutError, TypeError, ValueError):
            failed, learner.writer = True, None
        spent = time.perf_counter() - start
        if start > quiet_until:
            figures.waits[action].append(1000 * spent)
            figures.errors[action] += failed
        await asyncio.sleep(max(EVERY * (0.75 + dice.random() / 2) - spent, 0))
    if learner.writer is not None:
        learner.writer.close()


async def crawl(path: str, ends: float, figures: Figures) -> None:
    """Take a recording so slowly that it fills every buffer on the way."""
    while time.perf_counter() < ends:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT, limit=SLOW_BYTES)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        while time.perf_counter() < ends and await reader.read(SLOW_BYTES):  # noqa: ASYNC110
            await asyncio.sleep(1)
        figures.slow_done += 1
        writer.close()


async def crowd(
    learners: list[Learner], seconds: float, slow: int, media: str, server: int
) -> Figures:
    """Let everybody live for a while beside the product, whose first process is ``server``."""
    figures = Figures()
    begin = time.perf_counter()
    quiet_until = begin + ARRIVING + EVERY
    ends = quiet_until + seconds

    async def watch() -> None:
        await asyncio.sleep(quiet_until - time.perf_counter())
        before = processor_time(server), time.process_time()
        await asyncio.sleep(ends - time.perf_counter())
        figures.product = processor_time(server) - before[0]
        figures.client = time.process_time() - before[1]

    await asyncio.gather(
        watch(),
        *(live(each, ends, figures, quiet_until=quiet_until) for each in learners),
        *(crawl(media, ends, figures) for _ in range(slow)),
    )
    return figures


def family(root: int) -> list[int]:
    """A process and all that it started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
        except OSError:
            continue
    found = []
    for pid in parents:
        above = pid
        while above not in {root, 0}:
            above = parents.get(above, 0)
        if above == root:
            found.append(pid)
    return found


def pss(root: int) -> float:
    """MiB of a process and all that it started."""
    total = 0
    for pid in family(root):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024


def processor_time(root: int) -> float:
    """Seconds of processor that a process and all that it started have used."""
    ticks = 0
    for pid in family(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def make_learners(world: World, count: int) -> list[Learner]:
    """Everybody signed in already; modules of the bundled courses are shared out."""
    state = world.app.extensions["lms"]
    places: list[Any] = []
    with state.db.session(world.tenant_id, read_only=True) as session:
        places = session.execute(
            select(Course.public_id, Module.public_id)
            .join(Module, Module.course_id == Course.id)
            .where(Course.tenant_id != world.tenant_id)
        ).all()
        accounts = session.scalars(select(Account.id).order_by(Account.id).limit(count)).all()
    learners = []
    with state.db.transaction(world.tenant_id) as session:
        for number, account_id in enumerate(accounts, start=1):
            token = open_login(session, account_id, now=state.clock.now())
            cookie = cookie_of(world.app, {"t": world.tenant_id, "_user_id": token})
            course, module = places[number % len(places)]
            learners.append(Learner(number, cookie, world.tenant_id, course, module))
    return learners


def report(figures: Figures) -> Iterator[str]:
    everything = [wait for waits in figures.waits.values() for wait in waits]
    yield "| action | times | median ms | p95 ms | errors |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, waits in [*figures.waits.items(), ("all", everything)]:
        waits.sort()
        errors = figures.errors[name] if name != "all" else sum(figures.errors.values())
        p95 = waits[int(len(waits) * 0.95)]
        yield (f"| {name} | {len(waits)} | {statistics.median(waits):.0f} | {p95:.0f} | {errors} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=6000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--slow-readers", type=int, default=0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    database = PostgresServer() if options.database == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = database.create("bench") if database else ""
            home = Path(folder) / "home"
            world = build(url, home, options.learners + 10, 20)
            learners = make_learners(world, options.learners)
            state = world.app.extensions["lms"]
            digest = state.files.put(os.urandom(RECORDING))
            token = URLSafeSerializer(world.app.secret_key or "", "media").dumps(
                [digest, "audio/ogg"]
            )
            state.db.dispose()
            run(options, home, url, learners, f"/media/{token!s}")
    finally:
        if database:
            database.stop()


def run(
    options: argparse.Namespace, home: Path, url: str, learners: list[Learner], media: str
) -> None:
    """Serve, let the crowd live, print."""
    environ = {**os.environ, "LMS_HOME": str(home), "PORT": str(PORT), "LMS_DATABASE_URL": url}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "serve"]
    server = subprocess.Popen(command, env=environ)  # noqa: S603 - our own command
    try:
        wait_for(f"http://127.0.0.1:{PORT}/sign-in")
        figures = asyncio.run(
            crowd(learners, options.seconds, options.slow_readers, media, server.pid)
        )
        memory = pss(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    done = sum(map(len, figures.waits.values()))
    print(
        f"{len(learners)} learners, {options.database}, {options.seconds:.0f} s after warming up: "
        f"{done / options.seconds:.0f} actions/s"
    )
    print("\n".join(report(figures)))
    print(
        f"processor: {1000 * figures.product / done:.2f} ms an action in the product, "
        f"{1000 * figures.client / done:.2f} in the client"
    )
    print(f"memory of all processes of the product: {memory:.0f} MiB PSS")
    if options.slow_readers:
        print(f"{options.slow_readers} slow readers, {figures.slow_done} recordings read meanwhile")


if __name__ == "__main__":
    main()
