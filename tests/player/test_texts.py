"""Every text of the player has its Japanese, and the catalogue holds nothing else."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]


def test_the_japanese_catalogue_is_exactly_what_the_pages_ask_for() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    asked = set()
    for path in (ROOT / "templates" / "player").iterdir():
        for _, _, message in environment.extract_translations(path.read_text(encoding="utf-8")):
            asked.add(message if isinstance(message, str) else message[0])
    with (ROOT / "lms" / "locale" / "ja" / "player.po").open("rb") as source:
        ids = [message.id for message in read_po(source) if message.id and message.string]
    known = {each if isinstance(each, str) else each[0] for each in ids}
    assert asked == known
