"""Background work goes behind the pages, also where the system shares out by sessions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lms.authoring import sandbox
from lms.authoring.limits import Limits
from lms.core import priority

if TYPE_CHECKING:
    import pytest

OWN = Path("/proc/self/autogroup")


def test_a_session_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(priority, "PROCESSES", tmp_path)
    (tmp_path / "77").mkdir()
    priority.lower_session(77)
    assert (tmp_path / "77" / "autogroup").read_text() == "10"
    priority.lower_session(78)  # It has ended; that is no fault.


def test_a_process_and_its_session_wait():
    code = (
        "import os; from lms.core.priority import lower_priority; lower_priority()\n"
        f"print(os.nice(0), open('{OWN}').read() if os.path.exists('{OWN}') else 'nice 10')"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=True, start_new_session=True
    )
    niceness, rest = found.stdout.split(maxsplit=1)
    assert int(niceness) >= 10
    assert rest.strip().endswith("nice 10")


def test_a_converter_waits_too(tmp_path: Path):
    lines: list[str] = []
    shown = ["sh", "-c", f"sleep 0.2; cat {OWN} 2>/dev/null || echo nice 10"]
    outcome = sandbox.run(shown, job=tmp_path, limits=Limits(), seconds=20, on_line=lines.append)
    assert outcome.good
    assert lines[-1].endswith("nice 10")
