"""How long a deck takes to become a narrated module, and whether the site stays quick meanwhile.

Run ``python -m tests.bench.bench_import [--copies 5]`` (needs LibreOffice). The sample deck of
twenty slides is repeated into one of a hundred in which no sentence is spoken twice. The product
serves on an empty home, the deck goes through the same jobs as an upload, and meanwhile another
process asks for the sign-in page twice a second. Wall clock from the upload to the last spoken
script; processor seconds are those of all processes of the product.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from lms.app import create_app
from lms.authoring.limits import Limits
from lms.authoring.notesfile import read_notes
from lms.authoring.pptx.canvas import DeckCanvas
from lms.authoring.pptx.palette import NAVY
from lms.authoring.sample_decks import SAMPLES
from lms.authoring.samples import approval
from lms.cli.parts import runtime
from lms.core.db import schema
from lms.core.settings import load_settings
from lms.ops import importing
from lms.tenants.service import create_tenant, ensure_library

PORT = 8931
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")


def write_deck(path: Path, copies: int) -> None:
    """Write a deck of twenty slides a copy; each copy's sentences begin with its number."""
    deck = DeckCanvas(
        font="メイリオ", accent=NAVY, title=approval.TITLE, author="青葉市 総務部総務課"
    )
    notes = read_notes(SAMPLES["e-approval.pptx"][1], Limits())
    for copy in range(copies):
        numbered = {
            number: "\n".join(_numbered(line, copy) for line in text.splitlines())
            for number, text in notes.items()
        }
        approval.add_slides(deck, numbered)
    deck.save(path)


def _numbered(line: str, copy: int) -> str:
    plain = bool(line.strip()) and line[0] not in ":->[#"
    return f"{NUMERALS[copy]}、{line}" if plain and copy else line


def processor_seconds(root: int) -> float:
    """Return user and system seconds of a process and all that it started and that still run.

    ``/proc/<pid>/stat`` (proc(5)): fields 14 to 17 are own and waited-for children's ticks.
    """
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    total = 0
    for pid, used in ticks.items():
        above = pid
        while above not in {root, 0, 1}:
            above = parents.get(above, 0)
        total += used if above == root else 0
    return total / os.sysconf("SC_CLK_TCK")


def ask(url: str, ended: threading.Event, waits: list[float]) -> None:
    """Ask for a page twice a second and note how long each answer took."""
    while not ended.wait(0.5):
        start = time.perf_counter()
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - a fixed address
            answer.read()
        waits.append(1000 * (time.perf_counter() - start))


def wait_for(url: str) -> None:
    """Wait until the server answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - a fixed address
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=5, help="twenty slides each, 1 to 9")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        deck = Path(folder) / "deck.pptx"
        write_deck(deck, options.copies)
        home = Path(folder) / "home"
        settings = load_settings({**os.environ, "LMS_HOME": str(home), "PORT": str(PORT)})
        app = create_app(settings)
        with app.app_context():
            parts = runtime()
            schema.upgrade(parts.database.engine)
            with parts.database.platform_transaction(reason="benchmark") as session:
                ensure_library(session)
                town = create_tenant(session, "131016", "青葉市")
            tenant_id = town.id
            measure(parts, tenant_id, deck, home)


def measure(parts: object, tenant_id: int, deck: Path, home: Path) -> None:
    """Serve, import, and print the figures."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "serve"]
    environ = {**os.environ, "LMS_HOME": str(home), "PORT": str(PORT)}
    server = subprocess.Popen(command, env=environ)  # noqa: S603 - our own command
    url = f"http://127.0.0.1:{PORT}/sign-in"
    ended, waits = threading.Event(), []
    try:
        wait_for(url)
        before = processor_seconds(server.pid)
        asking = threading.Thread(target=ask, args=(url, ended, waits))
        asking.start()
        made = importing.import_deck(
            parts, tenant_id, importing.DeckFiles(deck), show=lambda *_: None
        ).to_json()
        used = processor_seconds(server.pid) - before
        ended.set()
        asking.join()
    finally:
        ended.set()
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    waits.sort()
    print(f"{made['slides']} slides, {made['narrated_seconds']:.0f} s of speech")
    print(f"ready after {made['seconds']:.1f} s (aim for 100 slides: 150 s)")
    print(f"processor seconds {used:.1f}: {used / made['seconds']:.2f} of 2 cores kept busy")
    print("steps: " + ", ".join(f"{name} {value:.1f} s" for name, value in made["steps"].items()))
    print(f"bytes: {made['bytes']}")
    print(
        f"sign-in page meanwhile: median {statistics.median(waits):.0f} ms, "
        f"p95 {waits[int(len(waits) * 0.95)]:.0f} ms, worst {waits[-1]:.0f} ms of {len(waits)}"
    )


if __name__ == "__main__":
    main()
