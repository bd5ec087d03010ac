"""``lms serve`` as an operator meets it: one process tree, watched, alone on its folder."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from lms.cli.main import lms
from lms.core.settings import ROOT
from lms.core.web.turns import THREADS
from lms.ops import serving, webserver
from tests.support.ports import free_port
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lms.core.settings import Settings

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "serve"]


class Server:
    """The product on a free port of the loopback address."""

    def __init__(self, settings: Settings, log: Path, workers: int = 1) -> None:
        self.port = free_port()
        self.environ = {
            **os.environ,
            "LMS_HOME": str(settings.home),
            "LMS_DATABASE_URL": settings.database_url,
            "LMS_WEB_WORKERS": "1",
            "LMS_JOB_WORKERS": str(workers),
            "PORT": str(self.port),
        }
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603
                COMMAND, cwd=ROOT, env=self.environ, stdout=out, stderr=subprocess.STDOUT
            )

    def get(self, path: str) -> dict[str, object]:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    def is_ready(self) -> bool:
        try:
            return self.get("/health/ready")["status"] == "ready"
        except (URLError, OSError):
            return False

    def children(self) -> list[int]:
        return children_of(self.process.pid)

    def descendants(self) -> list[int]:
        return descendants_of(self.process.pid)


def children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


def descendants_of(pid: int) -> list[int]:
    return [below for child in children_of(pid) for below in (child, *descendants_of(child))]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # It may end while it is read.
        return False


@pytest.fixture
def serve(app, settings, tmp_path) -> Iterator[Callable[..., Server]]:
    """``serve(workers=1)`` starts the product."""
    made: list[Server] = []

    def start(**options: int) -> Server:
        made.append(Server(settings, tmp_path / "serve.log", **options))
        return made[-1]

    yield start
    for found in made:
        if found.process.poll() is None:
            found.process.kill()
        found.process.wait()


@pytest.fixture
def server(serve) -> Server:
    return serve()


def test_serve_watches_its_processes_and_stops_cleanly(server):
    eventually(server.is_ready)
    eventually(lambda: f":{server.port}" in server.log.read_text(encoding="utf-8"))
    (crew,) = server.children()
    eventually(lambda: len(children_of(crew)) == 2)
    web, worker = children_of(crew)

    second = subprocess.run(  # noqa: S603
        COMMAND, cwd=ROOT, env=server.environ, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert str(server.process.pid) in second.stderr

    everybody = server.descendants()
    assert set(everybody) == {crew, web, worker, *children_of(web)}
    for pid in (web, worker):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(set(children_of(crew)) - {web, worker}) == 2 and server.is_ready())
    eventually(lambda: not [pid for pid in everybody if is_alive(pid) and pid != crew])

    everybody = server.descendants()
    os.kill(crew, signal.SIGKILL)
    eventually(lambda: server.children() not in ([], [crew]) and server.is_ready())
    eventually(lambda: not [pid for pid in everybody if is_alive(pid)])

    last = server.descendants()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    assert not [pid for pid in last if is_alive(pid)]


def test_a_host_that_is_not_ours_is_said_apart_from_a_taken_port(settings):
    with pytest.raises(serving.CannotServeError, match=r"LMS_HOST 192\.0\.2\.1 is not an address"):
        serving.check_port(replace(settings, host="192.0.2.1"))


def test_nobody_works_where_the_settings_say_so(app, settings, serve):
    server = serve(workers=0)
    eventually(server.is_ready)
    (crew,) = server.children()
    assert len(children_of(crew)) == 1, "who serves the pages"

    idle = replace(settings, job_workers=0)
    app.extensions["lms"].settings = idle
    refused = app.test_cli_runner().invoke(lms, ("jobs", "work"))
    assert refused.exit_code == 1
    assert "LMS_JOB_WORKERS" in refused.stderr
    with pytest.raises(serving.CannotServeError), serving.workers_at_hand(idle):
        pass


def test_idle_browsers_hold_nobody_up(server):
    eventually(server.is_ready)
    browsers = []
    for _ in range(200):
        browser = HTTPConnection("127.0.0.1", server.port, timeout=30)
        browser.request("GET", "/health/live")
        assert browser.getresponse().read()
        browsers.append(browser)
    assert all(browser.sock is not None for browser in browsers), "they stay connected"
    assert server.get("/health/live")


def test_browsers_that_vanish_do_not_keep_their_threads(server):
    """The system asks those that are silent; nothing else ends the wait for a body."""
    eventually(server.is_ready)
    lines = []
    for _ in range(2):
        line = socket.create_connection(("127.0.0.1", server.port))
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nn")
        lines.append(line)
    ports = {line.getsockname()[1] for line in lines}

    def timers() -> set[str | None]:
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        running = {
            int(row[2].split(":")[1], 16): row[5].split(":")[0]
            for row in rows
            if int(row[1].split(":")[1], 16) == server.port
        }
        return {running.get(port) for port in ports}

    eventually(lambda: timers() == {"02"})  # The timer that asks (proc_net_tcp.txt).
    for line in lines:
        line.close()


def test_only_who_waited_in_vain_is_said_to_be_killed():
    """Granian says it of a process that has stopped and still closes its connections."""
    server = webserver._Server.__new__(webserver._Server)
    said = logging.makeLogRecord({"msg": "Killing worker-1 after it refused to gracefully stop"})
    server._asked = time.monotonic()
    assert not server.is_news(said)
    server._asked -= webserver._KILL_AFTER
    assert server.is_news(said)


def test_children_do_not_outlive_a_killed_supervisor(server):
    eventually(server.is_ready)
    everybody = server.descendants()
    server.process.kill()
    server.process.wait()
    eventually(lambda: not [pid for pid in everybody if is_alive(pid)])


def test_slow_uploads_hold_nobody_up(server):
    """Part of a body and then silence, as from phones in a cellar, more of them than threads."""
    eventually(server.is_ready)
    lines = []
    for _ in range(THREADS + 4):
        line = socket.create_connection(("127.0.0.1", server.port))
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=0000001"
        )
        lines.append(line)
    time.sleep(0.5)  # They are all begun.
    for _ in range(3):
        assert server.get("/health/ready")["status"] == "ready"
    for line in lines:
        line.close()
