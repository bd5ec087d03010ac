"""Sending a deck to the workshop, and what a stand-in for the conversion makes of it."""

from __future__ import annotations

import io

from lms.authoring.conversion import Conversion
from lms.authoring.findings import FindingCode, finding

DECK = b"a deck that the stand-in does not read"


def conversion(source) -> Conversion:
    lines = (finding(1, FindingCode.NOTES), finding(None, FindingCode.MACROS))
    return Conversion(
        source=source, files={}, findings=lines, fonts=("Meiryo",), slide_count=len(source.slides),
        engine="none", seconds={"check": 0.1}, sizes={"deck": len(DECK)},
    )  # fmt: skip


def upload(browser, content=DECK, **more):
    data = {"deck": (io.BytesIO(content), "やさしい日本語.pptx"), **more}
    return browser.post("/author/imports/new", data, content_type="multipart/form-data")


def import_of(answer):
    return answer.headers["Location"].rsplit("/", 1)[1]
