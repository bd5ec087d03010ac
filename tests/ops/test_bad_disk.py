"""What operators read when the disk is full or the database damaged; nothing is half made."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.cli.main import lms
from lms.core.settings import ROOT
from lms.ops.backup import UNFINISHED


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("most", "words", "sentence"),
    [
        (8_192, ("verify",), "のディスクに書き込めません(disk I/O error。空き容量"),
        (8_192, ("account", "password", "0000101"), "のディスクに書き込めません"),
        (100_000, ("backup", "place/b.tar"), "空きのある場所を指定してください"),
        (100_000, ("restore", "whole.tar"), "ディスクに書き込めません"),
    ],
)
def test_a_disk_without_room_is_called_so_and_nothing_is_half_made(
    app, settings, tmp_path, monkeypatch, most, words, sentence
):
    """A limit of the system stops the writing as a full disk does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "place").mkdir()
    home, run = settings.home, app.test_cli_runner().invoke
    if words[0] == "restore":
        assert run(lms, ("backup", "whole.tar")).exit_code == 0
        home = tmp_path / "other"
    app.extensions["lms"].db.dispose()
    command = [sys.executable, "-m", "flask", "--app", ROOT / "wsgi.py", "lms", *words]
    if words[0] == "account":
        command += ["--tenant", "012025"]
    done = subprocess.run(  # noqa: S603 - our own command
        ["prlimit", f"--fsize={most}", *command],  # noqa: S607
        env={**os.environ, "LMS_HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "place").iterdir()) == []
    assert not list(home.glob(f"{UNFINISHED}*"))
    assert run(lms, ("verify",)).exit_code == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words", [("verify",), ("backup", "b.tar"), ("report", "completion", "--tenant", "012025")]
)
def test_a_damaged_database_is_called_so_and_what_to_do(
    app, settings, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    database = settings.sqlite_path
    app.extensions["lms"].db.dispose()
    assert not (settings.home / "lms.sqlite3-wal").exists(), "everything is in the file"
    with database.open("r+b") as pages:
        pages.seek(20 * 4096)  # Behind the catalogue of tables, which says where the rest lies.
        pages.write(b"\xff" * (database.stat().st_size - 20 * 4096))
    done = app.test_cli_runner().invoke(lms, words)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert "データベースが壊れています(" in done.output
    assert "最新のバックアップを復元してください" in done.output
    assert not (tmp_path / "b.tar").exists()
