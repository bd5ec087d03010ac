"""Every text of the frame, the components and the error pages has its Japanese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms.core.i18n import catalogue

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("base", "ui", "errors", "ops")
CALL = re.compile(r'\bn?(?:_|gettext)\("((?:[^"\\]|\\.)*)"')


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_message_has_its_japanese(folder: str) -> None:
    known = catalogue("ja")
    asked = {
        message
        for path in (ROOT / "templates" / folder).rglob("*.html")
        for message in CALL.findall(path.read_text(encoding="utf-8"))
    }
    assert asked
    assert sorted(asked - known.keys()) == []
