"""A worker process with tasks that tests can hold; run with ``python -m``."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from lms.core.db.engine import Database
from lms.core.db.metadata import import_models
from lms.core.settings import load_settings
from lms.core.storage import FileStore
from lms.jobs import registry, worker
from lms.jobs.calling import Bell
from lms.jobs.running import Runtime
from lms.jobs.service import connect_engine
from lms.kernel.clock import SystemClock
from lms.ops.crew import run_crew

JOURNAL = Path(os.environ["LMS_HOME"]) / "journal"


def write(line: str) -> None:
    """Append one line durably enough for a killed process."""
    with JOURNAL.open("a", encoding="utf-8") as out:
        out.write(line + "\n")


@registry.task("tests.mark")
def mark(_context: registry.JobContext, word: str) -> None:
    write(f"mark {word}")


@registry.task("tests.hold")
def hold(_context: registry.JobContext) -> None:
    first = "hold" not in (JOURNAL.read_text(encoding="utf-8") if JOURNAL.exists() else "")
    write("hold")
    if first:
        time.sleep(600)


@registry.task("tests.loop")
def loop(context: registry.JobContext) -> None:
    write("loop")
    for number in range(12_000):
        context.progress("Looping", number, 12_000)
        time.sleep(0.05)


def main() -> None:
    import_models()
    settings = load_settings(testing=True)
    database = Database(settings)
    connect_engine(database)
    lease = timedelta(seconds=int(sys.argv[1]))
    parts = Runtime(database, FileStore(settings.files_path), settings, SystemClock(), lease)
    write("ready")
    if "crew" not in sys.argv:
        worker.work(parts, (), list)
        return
    bell = Bell()
    parts = replace(parts, call=bell.ring)
    run_crew(
        {"worker 1": partial(worker.work, parts, (), list)},
        on_call={"worker 2": partial(worker.work, parts, (), list, stays=False)},
        wanted=bell.hear,
    )


if __name__ == "__main__":
    main()
