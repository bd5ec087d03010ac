"""The sample decks and the words of the import report."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest

from lms.authoring import fonts
from lms.authoring.findings import CATALOGUE, FindingCode
from lms.authoring.limits import Limits
from lms.authoring.notesfile import read_notes
from lms.authoring.sample_decks import SAMPLES, write_sample_decks
from lms.core.i18n import catalogue

SLICE = Path(__file__).parents[2] / "lms" / "authoring"
IMPORT_FILES = ("archive.py", "conversion.py", "notesfile.py", "deckfile.py")
VALUE = re.compile(r"%\(\w+\)s")


def refusals() -> list[str]:
    """The messages of every DomainError in the import."""
    return [
        ast.literal_eval(node.args[1])
        for name in IMPORT_FILES
        for node in ast.walk(ast.parse((SLICE / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "DomainError"
    ]


def test_the_same_deck_is_the_same_file_on_another_day(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_sample_decks(tmp_path)]
    time.sleep(2.1)  # The date of a ZIP entry counts in steps of two seconds.
    assert [path.read_bytes() for path in write_sample_decks(tmp_path)] == first


@pytest.mark.parametrize("name", SAMPLES)
def test_the_narration_of_the_samples_is_long_enough_to_hear(name: str) -> None:
    narration = read_notes(SAMPLES[name][1], Limits())
    lengths = [len(text.split("---quiz---")[0].replace("\n", "")) for text in narration.values()]
    assert len(lengths) == {"e-approval.pptx": 20, "plain-japanese.pptx": 12}[name]
    assert min(lengths) >= 100
    assert sum(length >= 200 for length in lengths) >= len(lengths) * 0.6
    assert sum("---quiz---" in text for text in narration.values()) == 2


def test_every_code_of_the_report_has_its_message() -> None:
    assert set(CATALOGUE) == set(FindingCode)


@pytest.mark.parametrize("message", [*dict.fromkeys(m for _, m in CATALOGUE.values()), *refusals()])
def test_a_message_of_the_import_has_its_japanese(message: str) -> None:
    text = catalogue("ja").get(message)
    assert isinstance(text, str), message
    assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(message))


def test_the_fonts_of_windows_have_a_stand_in_under_both_names() -> None:
    table = fonts.substitutes()
    for english, japanese in (
        ("Meiryo", "メイリオ"),
        ("Yu Gothic", "游ゴシック"),
        ("MS PGothic", "ＭＳ Ｐゴシック"),
        ("MS Mincho", "ＭＳ 明朝"),
        ("Yu Mincho", "游明朝"),
    ):
        assert table[english] == table[japanese]


def test_a_font_is_replaced_only_if_it_is_not_in_the_pdf() -> None:
    drawn = ("NotoSansCJKjp-Regular-VKana", "BIZUDPGothic-Bold", "IPAexGothic")
    found = fonts.replaced_fonts(
        ("メイリオ", "BIZ UDPゴシック", "Noto Sans CJK JP", "MS PMincho", "Wingdings", "幻の書体"),
        drawn,
    )
    assert [dict(f.values) for f in found] == [
        {"font": "メイリオ", "replacement": "Noto Sans CJK JP"},
        {"font": "幻の書体", "replacement": "Noto Sans CJK JP"},
    ]
