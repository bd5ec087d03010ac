"""Copies of one process: watched, started again, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lms.core.settings import ROOT
from tests.ops.test_serving import children_of, is_alive
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

CREW = """
import signal
from lms.ops.crew import run_crew
run_crew({"one": signal.pause, "two": signal.pause})
"""


@pytest.fixture
def crew() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", CREW], cwd=ROOT)  # noqa: S603
    eventually(lambda: len(children_of(process.pid)) == 2)
    yield process
    process.kill()
    process.wait()


def test_a_copy_that_is_killed_is_started_again(crew):
    first, second = children_of(crew.pid)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: len(set(children_of(crew.pid)) - {first}) == 2)
    assert second in children_of(crew.pid)


def test_copies_stop_with_their_crew(crew):
    copies = children_of(crew.pid)
    crew.send_signal(signal.SIGTERM)
    assert crew.wait(60) == 0
    assert not [pid for pid in copies if is_alive(pid)]


def test_copies_do_not_outlive_a_killed_crew(crew):
    copies = children_of(crew.pid)
    crew.kill()
    crew.wait()
    eventually(lambda: not [pid for pid in copies if is_alive(pid)])


ON_CALL = """
import signal, sys, time
from pathlib import Path
from lms.ops import supervision
from lms.ops.crew import run_crew
called = Path(sys.argv[1])
def wanted():
    found = called.exists()
    called.unlink(missing_ok=True)
    return found
def rest():
    time.sleep(1)
    sys.exit(supervision.WENT)
run_crew({"one": signal.pause}, on_call={"two": rest}, wanted=wanted)
"""


def test_a_copy_on_call_comes_when_it_is_wanted_and_goes(tmp_path):
    called, log = tmp_path / "called", tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", ON_CALL, str(called)], cwd=ROOT, stderr=out
        )
    try:
        for _ in range(2):
            eventually(lambda: len(children_of(process.pid)) == 1)
            called.touch()
            eventually(lambda: len(children_of(process.pid)) == 2)
        eventually(lambda: len(children_of(process.pid)) == 1)
    finally:
        process.terminate()
        process.wait()
    assert log.read_text(encoding="utf-8") == "", "going is no fault"


CHECKS = """
import re
from lms.identity.passwords import verify_password
from lms.ops.crew import prepare
prepare()
def used():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
verify_password("", "x", memory_kib=8)
before = used()
for _ in range(3):
    verify_password("", "x", memory_kib=19456)
print(used() - before)
"""


def test_a_process_does_not_keep_what_a_password_needed():
    found = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", CHECKS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(found.stdout) < 6000, "KiB more than before"
