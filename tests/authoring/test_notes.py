"""Narration: from the notes of the slides, and from a file beside the deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest

from lms.authoring import office
from lms.authoring.findings import FindingCode
from lms.authoring.limits import Limits
from lms.authoring.notesfile import read_notes
from lms.authoring.slidenotes import one_sentence_a_line, read_speech
from lms.catalog.source import QuestionKind
from lms.kernel.result import DomainError
from tests.authoring.decks import Workbench
from tests.hostile import decks as hostile

if TYPE_CHECKING:
    from pathlib import Path

QUIZ = """\
文書を提出しました。
---quiz---
::: quiz c1 type=single points=2
どうしますか。
- [x] 引き戻す
  > 記録が残ります。
- [ ] 待つ
> 早いほどよいのです。
:::

::: survey s1 type=scale steps=5 low="むずかしい" high="やさしい"
いかがでしたか。
:::
"""


def notes(tmp_path: Path, content: bytes | str) -> dict[int, str]:
    path = tmp_path / "notes"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_notes(path, Limits())


def test_sentences_stand_on_lines_of_their_own() -> None:
    text = "始めましょう。準備はよいですか?「はい。」と答えます。\n次へ"
    assert one_sentence_a_line(text).splitlines() == [
        "始めましょう。",
        "準備はよいですか?",
        "「はい。」と答えます。",
        "次へ",
    ]


def test_questions_are_taken_from_the_notes() -> None:
    speech = read_speech(QUIZ, 3)
    assert speech.script == "文書を提出しました。"
    (question,) = speech.questions
    assert (question.id, question.kind, question.points) == ("c1", QuestionKind.SINGLE, 2)
    assert [(option.text, option.correct) for option in question.options] == [
        ("引き戻す", True),
        ("待つ", False),
    ]
    assert question.options[0].feedback == "記録が残ります。"
    assert [survey.id for survey in speech.surveys] == ["s1"]
    assert [(f.slide, f.code, f.values) for f in speech.findings] == [
        (3, FindingCode.QUIZ, (("count", "2"),))
    ]


@pytest.mark.parametrize("line", ["---quiz---", "—quiz---", "ーーー quiz ーーー", "--- クイズ ---"])
def test_the_quiz_line_survives_what_powerpoint_does_to_hyphens(line: str) -> None:
    assert read_speech(QUIZ.replace("---quiz---", line), 1).questions


def test_full_width_marks_of_an_input_method_are_understood() -> None:
    text = QUIZ.replace(":::", "：：：").replace("- [x]", "－［ｘ］").replace('"', "”")
    speech = read_speech(text, 1)
    assert [option.correct for option in speech.questions[0].options] == [True, False]


def test_a_quiz_that_cannot_be_read_keeps_the_narration_and_says_why() -> None:
    speech = read_speech(QUIZ.replace("type=single", "type=banana"), 2)
    assert speech.script == "文書を提出しました。"
    assert speech.questions == ()
    (found,) = [f for f in speech.findings if f.code is FindingCode.QUIZ_PROBLEM]
    assert found.slide == 2
    assert "banana" in str(found)


def test_a_text_file_is_split_by_separators(tmp_path: Path) -> None:
    assert notes(tmp_path, "一枚目です。\n---\n二枚目です。\n続きです。\n\n---\n三枚目。\n") == {
        1: "一枚目です。",
        2: "二枚目です。\n続きです。",
        3: "三枚目。",
    }


def test_an_empty_block_is_a_slide_without_narration(tmp_path: Path) -> None:
    assert notes(tmp_path, "一\n---\n---\n三\n") == {1: "一", 3: "三"}


@pytest.mark.parametrize(
    "heading",
    ["スライド {}", "■スライド{}", "【スライド {}】", "Slide {}:", "P.{}", "スライド　{}　題名"],
)
def test_a_text_file_is_split_by_numbered_headings(heading: str, tmp_path: Path) -> None:
    text = f"{heading.format(2)}\n二枚目。\n---\n続き。\n{heading.format('１０')}\n十枚目。\n"
    assert notes(tmp_path, text) == {2: "二枚目。\n続き。", 10: "十枚目。"}


def test_a_sentence_about_a_slide_is_not_a_heading(tmp_path: Path) -> None:
    text = "スライド 1\nスライド3では、表を見ます。\n"
    assert notes(tmp_path, text) == {1: "スライド3では、表を見ます。"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_offices(encoding: str, tmp_path: Path) -> None:
    text = 'スライド番号,原稿\r\n1,"一行目。\r\n二行目。"\r\n３,三枚目。\r\n'
    assert notes(tmp_path, text.encode(encoding)) == {1: "一行目。\n二行目。", 3: "三枚目。"}


def test_a_csv_row_without_a_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        notes(tmp_path, "番号,原稿\n1,よい。\nあとで,だめ。\n")
    assert refused.value.code == "notes.number"
    assert refused.value.values == {"row": 3}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("題名,原稿\nはじめに,こんにちは。\n", "notes.number"),
        ("こんにちは。\n", "notes.number"),
        ("番号,原稿\n", "notes.empty"),
        ("番号,原稿\n1,\n", "notes.empty"),
    ],
)
def test_a_csv_without_numbers_or_scripts_is_no_running_text(
    text: str, code: str, tmp_path: Path
) -> None:
    (tmp_path / "n.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DomainError) as refused:
        read_notes(tmp_path / "n.csv", Limits())
    assert refused.value.code == code


def test_a_word_file_is_read_by_headings_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("スライド 1", "はじめに。", "スライド 2", "次に。"):
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "3", "表の原稿。"
    document.save(tmp_path / "n.docx")
    assert read_notes(tmp_path / "n.docx", Limits()) == {
        1: "はじめに。",
        2: "次に。",
        3: "表の原稿。",
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "notes.empty"),
        (b"\n\n", "notes.empty"),
        (b"\xff\x00\x81\x00", "notes.format"),
        (b"PK\x03\x04broken", "notes.format"),
        (b"\xd0\xcf\x11\xe0 old word", "notes.format"),
    ],
)
def test_a_notes_file_that_is_no_text_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        notes(tmp_path, content)
    assert refused.value.code == code
    assert refused.value.field == "notes"


def test_a_word_file_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("あ")
    document.save(tmp_path / "n.docx")
    hostile.rewrite(tmp_path / "n.docx", {"word/zeros.xml": bytes(80 * 1024 * 1024)})
    with pytest.raises(DomainError) as refused:
        read_notes(tmp_path / "n.docx", Limits())
    assert refused.value.code == "notes.format"


def test_a_notes_file_replaces_the_notes_of_the_slides_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    bench = Workbench(tmp_path)
    for _ in range(2):
        bench.slide().notes_slide.notes_text_frame.text = "スライドのノート。"
    (tmp_path / "notes.txt").write_text("スライド 2\nファイルの原稿。\nスライド 7\n余り。\n")

    result = bench.convert(notes=tmp_path / "notes.txt")

    assert [slide.script for slide in result.source.slides] == [
        "スライドのノート。",
        "ファイルの原稿。",
    ]
    unused = [f for f in result.findings if f.code is FindingCode.NOTES_UNUSED]
    assert [dict(f.values) for f in unused] == [{"number": "7"}]


def test_a_question_id_used_twice_is_made_unique(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_available", lambda: False)
    bench = Workbench(tmp_path)
    for _ in range(2):
        bench.slide().notes_slide.notes_text_frame.text = QUIZ
    result = bench.convert()
    assert [slide.questions[0].id for slide in result.source.slides] == ["c1", "c1-2"]
    renamed = [f for f in result.findings if f.code is FindingCode.QUIZ_RENAMED]
    assert [f.slide for f in renamed] == [2, 2]


def test_marks_that_are_not_understood_are_told() -> None:
    speech = read_speech("話します。[[pose 3]]\n{御所|}へ。\n・・・", 4)
    assert [(found.slide, found.code.value) for found in speech.findings] == [(4, "script")] * 2
    assert "Unknown mark: [[pose 3]]." in [str(found) for found in speech.findings]
    assert read_speech("話します。[[pause 600ms]]{御所|ごせ}へ。", 4).findings == ()
