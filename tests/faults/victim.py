"""A real server that is killed, and a learner who keeps on asking over real HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from lms.core.settings import ROOT
from tests.support.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from lms.core.settings import Settings

READY_WITHIN = 120.0
Interrupted = (OSError, http.client.HTTPException)
"""What a client sees when the server dies in the middle of a request."""


class Victim:
    """The web process of the product in a process group of its own."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._log = log
        self._environ = {
            **os.environ,
            "LMS_HOME": str(settings.home),
            "LMS_DATABASE_URL": settings.database_url,
            "LMS_ARGON2_MEMORY_KIB": "64",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Start on a free port and wait until it answers from the database."""
        self.port = free_port()
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(self.port), "--workers", "1", "--blocking-threads", "1", "--no-ws",
            "--log-level", "warning", "wsgi:app",
        ]  # fmt: skip
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd=ROOT,
                env=self._environ,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < deadline, self._log.read_text()[-2000:]
            time.sleep(0.02)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/sign-in")
            return connection.getresponse().status == 200
        except Interrupted:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End every process of the server at once, without a chance to say anything."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def kill_after(self, seconds: float) -> threading.Timer:
        """Kill from another thread while the client is busy."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        return timer


class Browser:
    """Cookies, form token and requests of one learner; it outlives the server."""

    def __init__(self, victim: Victim) -> None:
        self._victim = victim
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._connection: http.client.HTTPConnection | None = None

    def connect(self) -> None:
        """Open a connection to the server that runs now."""
        self._connection = http.client.HTTPConnection("127.0.0.1", self._victim.port, timeout=60)

    def get(self, path: str) -> str:
        """A page; its form token is kept for the next requests."""
        status, _headers, body = self._ask("GET", path)
        assert status == 200, (path, status)
        found = re.search(r'name="csrf_token"[^>]*value="([0-9a-f]+)"', body)
        if found:
            self._token = found[1]
        return body

    def sign_in(self, tenant_id: int, staff_no: str, password: str) -> None:
        """Sign in by the form, as a person does."""
        self.get("/sign-in")
        form = {"tenant": tenant_id, "name": staff_no, "password": password, "next": ""}
        assert self.post_form("/sign-in", form)

    def post_form(self, path: str, form: dict[str, object], *, key: str = "") -> str:
        """Send a form that ends in a redirect; returns where it leads."""
        values = {"csrf_token": self._token, **form}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if key:
            headers["Idempotency-Key"] = key
        status, answer, body = self._ask("POST", path, urlencode(values), headers)
        assert status == 303, (path, status, body[:500])
        return answer.get("Location") or ""

    def post_json(self, path: str, data: object) -> dict[str, object]:
        """Send JSON as the player does; returns the decoded answer."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers["X-CSRF-Token"] = self._token
        status, _headers, body = self._ask("POST", path, json.dumps(data), headers)
        assert status == 200, (path, status, body[:500])
        found: dict[str, object] = json.loads(body)
        return found

    def _ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        assert self._connection is not None
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        self._connection.request(method, path, body or None, sent | (headers or {}))
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        return answer.status, answer.headers, text


def fresh_key() -> str:
    """An idempotency key of a request."""
    return secrets.token_hex(16)
