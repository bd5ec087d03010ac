"""What a page costs on the wire: requests and bytes of a first and of a second visit.

Run ``python -m tests.bench.bench_weight [--home FOLDER] [--port N]``. The product is started as
``make run`` starts it (two minutes in an empty folder), and real Chromium opens each page twice:
cold with nothing but the sign-in, then warm in the same browser. Bytes are what the browser
received, headers included. What the learner came for is counted apart: slides and sound
(``/media/``), and in the player what the slides' text and questions add to the page.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.core.settings import ROOT
from lms.ops.demo.seeding import DEMO_PASSWORD
from tests.browser.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

LEARNER, TRAINER, HR = "0000101", "0000103", "0000104"
COLD_REQUESTS, COLD_KIB, WARM_KIB = 10, 150, 15
SLIDE = re.compile(r'<section class="player-slide".*?</section>', re.DOTALL)


@dataclass
class Load:
    """What one visit fetched; ``own`` is the page, ``media`` its slides and sound."""

    own_requests: int = 0
    own_bytes: int = 0
    media_requests: int = 0
    media_bytes: int = 0


@dataclass
class Line:
    """One page of the table."""

    name: str
    cold: Load
    warm: Load
    slides: int = 0
    """Bytes that the slides' text adds to the page."""

    @property
    def within(self) -> bool:
        cold = self.cold.own_requests <= COLD_REQUESTS and self.cold.own_bytes <= COLD_KIB * 1024
        return cold and self.warm.own_bytes - self.slides <= WARM_KIB * 1024


@contextmanager
def product(home: Path, port: int) -> Iterator[str]:
    """The running product with the demo municipality; gives its address."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "start"]
    environ = {**os.environ, "LMS_HOME": str(home), "PORT": str(port)}
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers(address):
            if server.poll() is not None:
                raise SystemExit("The product did not start.")
            time.sleep(1)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready") as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def fetch(page: Page, url: str) -> Load:
    """Open a page and count what the network, not the cache, had to deliver."""
    load = Load()
    urls: dict[str, str] = {}
    cached: set[str] = set()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def sent(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = event["request"]["url"]

    def received(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            cached.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        key = event["requestId"]
        if key in cached or urls.get(key, "data:").startswith(("data:", "blob:")):
            return
        if "/media/" in urls[key]:
            load.media_requests += 1
            load.media_bytes += int(event["encodedDataLength"])
        else:
            load.own_requests += 1
            load.own_bytes += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.responseReceived", received)
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    session.detach()
    return load


def weigh(browser: Browser, name: str, url: str, cookies: Any) -> Line:
    """Visit a page twice in a browser that has only these cookies."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    context.add_cookies(cookies)
    cold = fetch(context.new_page(), url)
    warm = fetch(context.new_page(), url)
    text = context.request.get(url).text()
    context.close()
    return Line(name, cold, warm, _packed(text) - _packed(SLIDE.sub("", text)))


def _packed(text: str) -> int:
    return len(gzip.compress(text.encode(), compresslevel=1, mtime=0))


def sign_in(browser: Browser, address: str, staff_no: str) -> BrowserContext:
    context = browser.new_context(base_url=address, locale="ja-JP")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=name]", staff_no)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^[^?]*/$"))
    return context


def link(page: Page, path: str, pattern: str) -> str:
    """Open ``path``; the first address on it that fits the pattern."""
    page.goto(path)
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    return next(str(url) for url in found if re.fullmatch(pattern, url))


def learner_pages(page: Page) -> Iterator[tuple[str, str]]:
    yield "home", "/"
    course = link(page, "/courses", r"/courses/[^/?#]+")
    yield "course", course
    player = link(page, course, r"/learn/[^/]+/[^/?#]+")
    yield "player", player
    page.goto(f"{player}/quiz")
    page.locator("main form button[data-kind=primary]").first.click()
    page.wait_for_url("**/quiz/*")
    yield "quiz", page.url.removeprefix(page.url.split("/learn")[0])


def trainer_pages(page: Page) -> Iterator[tuple[str, str]]:
    yield "import report", link(page, "/author", r"/author/imports/[^/?#]+")
    yield "editor", link(page, "/author", r"/author/drafts/[^/?#]+")


def hr_pages(page: Page) -> Iterator[tuple[str, str]]:
    del page
    yield "HR list", "/hr/people"


def measure(address: str) -> list[Line]:
    roles: tuple[tuple[str, Callable[[Page], Iterator[tuple[str, str]]]], ...] = (
        (LEARNER, learner_pages),
        (HR, hr_pages),
        (TRAINER, trainer_pages),
    )
    with chromium() as browser:
        lines = [weigh(browser, "sign-in", f"{address}/sign-in", [])]
        for staff_no, pages in roles:
            context = sign_in(browser, address, staff_no)
            for name, path in pages(context.new_page()):
                lines.append(weigh(browser, name, address + path, context.cookies()))
            context.close()
    return lines


def report(lines: list[Line]) -> str:
    heads = "page|cold requests|cold KiB|warm requests|warm KiB|of it slides' text"
    names = [*heads.split("|"), "slides and sound, cold", "aim"]
    rows = [f"| {' | '.join(names)} |", f"| {' | '.join('---' for _ in names)} |"]
    for line in lines:
        cold, warm = line.cold, line.warm
        media = f"{cold.media_requests}, {cold.media_bytes / 1024:.0f} KiB"
        rows.append(
            f"| {line.name} | {cold.own_requests} | {cold.own_bytes / 1024:.1f} "
            f"| {warm.own_requests} | {warm.own_bytes / 1024:.1f} "
            f"| {f'{line.slides / 1024:.1f}' if line.slides else '—'} "
            f"| {media if cold.media_requests else '—'} | {'met' if line.within else 'missed'} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="data folder of an earlier run; else a new one")
    parser.add_argument("--port", type=int, default=8741)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        with product(home, options.port) as address:
            print(report(measure(address)))


if __name__ == "__main__":
    main()
