"""Every text of the frame, the components and the error pages has its Japanese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lms.core.i18n import LOCALE_ROOT, catalogue

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


def test_one_message_has_one_japanese() -> None:
    """Catalogues are read one after another, so two translations would depend on their names."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((LOCALE_ROOT / "ja").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="ja"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    found.setdefault(key, {})[str(message.string)] = path.name
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


ELSEWHERE = {
    "裏の処理": "バックグラウンド処理",
    "つながりしだい": "つながり次第",
    "取り消しは": "取消しは",
}
"""What was said in one place to what all other places say."""


def test_one_thing_has_one_word() -> None:
    places = [*(LOCALE_ROOT / "ja").glob("*.po"), *(ROOT / "lms/help/pages/ja").glob("*.md")]
    assert places
    for path in places:
        text = path.read_text(encoding="utf-8")
        assert [word for word in ELSEWHERE if word in text] == [], path.name
