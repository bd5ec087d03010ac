"""LibreOffice fetches what a deck links to; each wall alone must stop that.

Every test has its control: the same deck in stock LibreOffice reaches the listener, and takes the
planted picture from the disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from lms.authoring import office, sandbox
from lms.authoring.conversion import convert_deck
from lms.authoring.deckfile import make_working_copy
from lms.authoring.findings import FindingCode
from lms.authoring.limits import Limits
from tests.hostile import decks
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.office

SECRET = (255, 0, 255)
"""A colour that is in no deck and no theme."""


class Listener:
    """A web server on this machine that remembers who asked for something."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                listener.requests.append(f"{self.command} {self.path}")
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(decks.png(color=SECRET))

            do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = _answer  # noqa: N815 - their names

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/secret.png"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A picture on the server's disk that no deck may show."""
    path = tmp_path / "secret.png"
    path.write_bytes(decks.png(64, 64, SECRET))
    return path


def stock(deck: Path, job: Path, *, hardened: bool = False) -> Path:
    """Convert without a cage, with the stock profile or with ours."""
    profile = job / "profile"
    if hardened:
        office.write_profile(profile)
    subprocess.run(  # noqa: S603 - the attack itself
        decks.office_command(profile, "pdf", job / "out", deck),
        check=False,
        capture_output=True,
        timeout=240,
        env={"PATH": os.environ["PATH"], "HOME": str(job)},
    )
    return job / "out" / f"{deck.stem}.pdf"


def caged_with_stock_profile(deck: Path, job: Path) -> Path | None:
    (job / "profile").mkdir()
    return office.convert(deck, "pdf", Limits())


def shows_secret(pdf: Path) -> bool:
    with pypdfium2.PdfDocument(str(pdf)) as document:
        image = document[0].render(scale=0.5).to_pil().convert("RGB")
    colors = image.getcolors(image.width * image.height) or []
    return any(color == SECRET and count > 50 for count, color in colors)


def test_control_stock_libreoffice_asks_the_network(listener: Listener, job: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", listener.address)
    pdf = stock(deck, job)
    assert any(request.startswith("GET") for request in listener.requests)
    assert shows_secret(pdf)


def test_control_stock_libreoffice_shows_a_file_of_the_server(job: Path, secret: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", secret.as_uri())
    assert shows_secret(stock(deck, job))


def test_the_profile_alone_stops_the_network(listener: Listener, job: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", listener.address)
    pdf = stock(deck, job, hardened=True)
    assert listener.requests == []
    assert not shows_secret(pdf)


def test_the_profile_alone_stops_the_file(job: Path, secret: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", secret.as_uri())
    assert not shows_secret(stock(deck, job, hardened=True))


def test_the_cage_alone_stops_the_network(listener: Listener, job: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", listener.address)
    pdf = caged_with_stock_profile(deck, job)
    assert pdf is not None
    assert listener.requests == []
    assert not shows_secret(pdf)


def test_the_cage_alone_stops_the_file(job: Path, secret: Path) -> None:
    deck = decks.linked_picture(job / "deck.pptx", secret.as_uri())
    pdf = caged_with_stock_profile(deck, job)
    assert pdf is not None
    assert not shows_secret(pdf)


def test_the_working_copy_alone_stops_both(listener: Listener, job: Path, secret: Path) -> None:
    for number, target in enumerate((listener.address, secret.as_uri())):
        deck = decks.linked_picture(job / f"deck{number}.pptx", target)
        copy = make_working_copy(deck, job / f"copy{number}.pptx", Limits())
        assert copy.linked == {decks.SLIDE: 1}
        assert not shows_secret(stock(copy.path, job))
    assert listener.requests == []


def test_the_import_says_that_a_linked_file_was_not_fetched(
    listener: Listener, tmp_path: Path
) -> None:
    deck = decks.linked_picture(tmp_path / "deck.pptx", listener.address)
    result = convert_deck(deck, tmp_path, file_name="deck.pptx")
    assert listener.requests == []
    assert result.engine == "libreoffice"
    linked = [f for f in result.findings if f.code is FindingCode.LINKED]
    assert [(f.slide, dict(f.values)) for f in linked] == [(1, {"count": "1"})]


def test_a_converted_odp_cannot_reach_out_either(
    listener: Listener, job: Path, tmp_path: Path
) -> None:
    deck = decks.linked_picture(job / "deck.pptx", listener.address)
    subprocess.run(  # noqa: S603 - makes the attack
        decks.office_command(job / "profile", "odp", tmp_path, deck),
        check=True,
        capture_output=True,
        timeout=240,
    )
    assert listener.requests, "the link is in the odp only if LibreOffice has followed it once"
    listener.requests.clear()

    result = convert_deck(tmp_path / "deck.odp", tmp_path, file_name="deck.odp")

    assert listener.requests == []
    assert result.engine == "libreoffice"


def test_the_cage_hides_the_machine(job: Path, secret: Path) -> None:
    lines: list[str] = []
    script = (
        "ls / ; cat /etc/passwd /etc/shadow; ls /home /root /var; env; "
        f"cat {secret}; (exec 3<>/dev/tcp/127.0.0.1/22) ; id -u; touch /usr/x /job/made"
    )
    sandbox.run(["bash", "-c", script], job=job, limits=Limits(), seconds=120, on_line=lines.append)
    seen = "\n".join(lines)
    assert "root:" not in seen
    assert "PNG" not in seen
    assert not {"home", "root", "var/log", "work"} & set(lines)
    assert lines[-1] == "1000"
    assert (job / "made").exists()


def test_a_conversion_that_takes_too_long_ends_and_leaves_nothing_running(job: Path) -> None:
    marker = f"lms-{os.getpid()}-{id(job)}"
    outcome = sandbox.run(
        ["bash", "-c", f"(exec -a {marker} sleep 300) & exec -a {marker} sleep 300"],
        job=job,
        limits=Limits(),
        seconds=1,
    )
    assert outcome.timed_out
    assert not outcome.good

    def running() -> bytes:
        looked = subprocess.run(  # noqa: S603 - looks only
            ["/usr/bin/pgrep", "-f", marker], capture_output=True, check=False
        )
        return looked.stdout

    eventually(lambda: running() == b"")  # Whoever is killed may still be listed for a moment.


def test_a_child_cannot_take_more_memory_than_allowed(job: Path) -> None:
    outcome = sandbox.run(
        sandbox.python_command("timeit", "-n1", "-r1", "bytearray(10**9)"),
        job=job,
        limits=Limits(memory=512 * 1024 * 1024),
        seconds=120,
        readable=sandbox.python_paths(),
    )
    assert outcome.status != 0
    assert "MemoryError" in outcome.tail


def test_without_a_cage_libreoffice_stays_off_and_the_text_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "isolation_works", lambda: False)
    started: list[object] = []
    real = subprocess.Popen

    def watched(command: list[str], **kwargs: object) -> subprocess.Popen[str]:
        started.append(command)
        return real(command, **kwargs)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "Popen", watched)
    deck = decks.plain_deck(tmp_path / "deck.pptx")

    result = convert_deck(deck, tmp_path, file_name="deck.pptx")

    assert result.engine == "none"
    assert result.files == {}
    assert result.source.slides[0].body == "- 本文1"
    assert FindingCode.SANDBOX in {finding.code for finding in result.findings}
    assert started
    assert not any("soffice" in str(command) for command in started)


def test_pictures_work_without_a_cage_from_the_decks_own_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx", 2)
    shutil.copy(deck, tmp_path / "for-pdf.pptx")
    job = tmp_path / "job"
    job.mkdir()
    pdf = stock(tmp_path / "for-pdf.pptx", job)
    monkeypatch.setattr(sandbox, "isolation_works", lambda: False)

    result = convert_deck(deck, tmp_path, file_name="deck.pptx", pdf=pdf)

    assert result.engine == "pdf"
    assert sorted(result.files)[:3] == [
        "assets/s256-thumb.webp",
        "assets/s256-zoom.webp",
        "assets/s256.webp",
    ]
