"""A throw-away PostgreSQL server for the tests, and a fresh database for each of them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.support.ports import free_port


def _binary(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not candidates:
        raise RuntimeError("PostgreSQL is not installed; run: apt-get install postgresql")
    return str(candidates[-1])


class PostgresServer:
    """Runs in a folder of its own on a free port of the loopback address."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lms-pg-"))
        self.port = free_port()
        self._user: dict[str, object] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            entry = pwd.getpwnam("postgres")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self._user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "-N")  # fmt: skip
        options = " ".join(
            [
                f"-p {self.port}",
                "-c listen_addresses=127.0.0.1",
                "-c unix_socket_directories=''",
                "-c fsync=off",
                "-c full_page_writes=off",
                "-c max_connections=100",
            ]
        )
        self._run("pg_ctl", "-D", str(self.data), "-w", "-o", options, "-l",
                  str(self.folder / "log"), "start")  # fmt: skip
        self._admin("CREATE ROLE lms LOGIN PASSWORD 'lms' NOSUPERUSER NOBYPASSRLS")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def _run(self, name: str, *args: str) -> None:
        subprocess.run(  # noqa: S603
            [_binary(name), *args], check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
            **self._user,  # type: ignore[arg-type]
        )  # fmt: skip

    def _admin(self, statement: str) -> None:
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def url(self, name: str) -> str:
        return f"postgresql://lms:lms@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str | None = None) -> str:
        """A new database owned by an ordinary role; returns its address."""
        extra = f" TEMPLATE {template}" if template else ""
        self._admin(f"CREATE DATABASE {name} OWNER lms{extra}")
        return self.url(name)

    def drop(self, name: str) -> None:
        self._admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
