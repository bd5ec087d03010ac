"""Checks of the content: each finding is produced once by a module that is otherwise clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.catalog import checks, textformat
from lms.catalog.markup import parsing
from tests.catalog.checked_module import FRONT, SENTENCES, SLIDE, TODAY, question

if TYPE_CHECKING:
    from pathlib import Path

    from lms.catalog.source import ModuleSource


def findings(old: str = "", new: str = "", *, readings: tuple[str, ...] = ()) -> list[str]:
    text = FRONT + SLIDE
    assert old in text
    parsed = parsing.parse(text.replace(old, new, 1) if old else text, file="m.md")
    assert not parsed.problems, [str(problem) for problem in parsed.problems]
    found = checks.check_module(
        parsed.source,
        file="m.md",
        today=TODAY,
        lines=parsed.lines,
        readings=readings,
        assets={"assets/flow.svg"},
    )
    return [("W " if problem.warning else "E ") + str(problem) for problem in found]


def test_a_good_module_has_no_findings() -> None:
    assert findings() == []


FINDINGS = [
    (
        "![流れの図]",
        "![]",
        "E m.md:19: Slide “what”: the picture assets/flow.svg has no alternative",
    ),
    ("flow.svg", "none.svg", "E m.md:19: The file assets/none.svg is missing."),
    ("assets/flow.svg", "../flow.svg", "E m.md:19: “../flow.svg” is not a file inside the module"),
    ("の規程", "の<b>規程</b>", "E m.md:17: HTML is not used in slides: <b>"),
    ("の規程", "の[規程](http://a.jp)", "E m.md:17: “http://a.jp”: a link leads to #slide-id"),
    ("の規程", "の[規程](#other)", "E m.md:17: There is no slide “other”."),
    ("tenant.name", "tenant.mayor", "E m.md:17: There is no slot “mayor”. Slots: name, dx_office"),
    ("の規程", "の**規程 です", "W m.md:17: The marks ** are shown here"),
    ("住民の大切な情報", "{{tenant.name}}の情報", "E m.md:22: A slot cannot be used in a script"),
    ("窓口では", "[[pose 3]]窓口では", "E m.md:22: Unknown mark: [[pose 3]]."),
    ("窓口では", "LGWANでは", "W m.md:22: “LGWAN” has no reading; add it to readings.csv."),
    (
        SENTENCES,
        "短い文です。\n",
        "W m.md:21: Slide “what”: the script has a length of 6; good are 200",
    ),
    (SENTENCES, SENTENCES * 2, "W m.md:21: Slide “what”: the script has a length of"),
    (
        "2027-11-20",
        "2026-11-21",
        "W m.md:31: Slide “what” had to be looked at again by 2026-11-21.",
    ),
    ("2027-11-20", "2029-11-20", "W m.md:31: The review date lies more than a year after"),
    (" review=2027-11-20", "", "W m.md:31: The source does not say when to look at it again."),
    ("checked=2026-11-22 ", "", "W m.md:31: The source does not say when it was checked."),
    (
        "checked=2026-11-22",
        "checked=2026-11-23",
        "E m.md:31: The source was checked on a day in the",
    ),
    ("> 手順書にあります。\n", "", "W m.md:35: Question “c1” does not explain its answer (> …)."),
    ("会議の資料集", "上記のすべて", "W m.md:35: Question “c1”: options are shuffled"),
    (
        "住所の変更届",
        "![](assets/flow.svg)",
        "E m.md:35: Question “c1”: the picture assets/flow.svg",
    ),
    (
        "住所の変更届",
        "住所の変更届と、" * 3,
        "W m.md:35: Question “c1”: the right option is much longer",
    ),
    ("q1にあたる", "c1にあたる", "W m.md:1: Two questions have the same prompt: c1にあたるもの"),
    ("draw: 2", "draw: 4", "E m.md:11: The quiz draws more questions (4) than its pool has (3)."),
    ("quiz:\n  draw: 2", "quiz:\n  pass: 0", "W m.md:11: The pass mark is 0, so everybody passes."),
    (
        "q1 type=single slide=what",
        "q1 type=single",
        "W m.md:48: Question “q1” does not name the slide",
    ),
    ("q1 type=single", "q1 type=single points=0", "W m.md:48: Question “q1” gives no points."),
    ("minutes: 5", "minutes: 60", "W m.md:8: minutes: 60 stated, about 4 counted."),
    ("title_en: Assets\n", "", "W m.md:1: “title_en” is missing."),
    ("objectives: [説明できる]\n", "", "W m.md:1: “objectives” is missing."),
]


@pytest.mark.parametrize(("old", "new", "expected"), FINDINGS)
def test_a_fault_is_found_at_its_line(old: str, new: str, expected: str) -> None:
    found = findings(old, new)
    assert any(finding.startswith(expected) for finding in found), found
    assert {finding[0] for finding in found} <= {expected[0], "W"}


def test_a_long_sentence_is_hard_to_follow() -> None:
    long = SENTENCES.replace("います。\n", "いて、", 2)
    (finding,) = findings(SENTENCES, long)
    assert finding == (
        "W m.md:22: A sentence with a length of 103 is hard to follow by ear; use two."
    )


def test_known_readings_are_accepted() -> None:
    assert findings("窓口では", "LGWANでは", readings=("LGWAN",)) == []
    assert findings("窓口では", "{LGWAN|エルジーワン}では") == []


def test_a_slide_without_source_or_script_is_reported() -> None:
    text = FRONT + SLIDE + "\n"
    text = text.replace("# 確認テスト", "# 空 {#empty}\n\n---\n\n# 確認テスト")
    parsed = parsing.parse(text, file="m.md")
    found = checks.check_module(parsed.source, file="m.md", today=TODAY, lines=parsed.lines)
    assert [problem.message[-40:] for problem in found] == [
        "The slide shows nothing but its heading.",
        "%(id)s” has no script, so nothing is spoken."[-40:],
        "Slide “%(id)s” names no source (::: source)."[-40:],
    ]


def pool_of(*questions: str) -> ModuleSource:
    parsed = parsing.parse(FRONT + "# 題 {#what}\n\n" + "\n\n".join(questions), file="m.md")
    assert not parsed.problems
    return parsed.source


def habits(source: ModuleSource) -> list[str]:
    found = checks.check_module(source, file="m.md", today=TODAY)
    return [str(p).partition(": ")[2] for p in found if p.message.startswith("The right option")]


def test_give_away_habits_are_found() -> None:
    fair = pool_of(*(question(f"q{n}", n % 4) for n in range(8)))
    assert habits(fair) == []
    always_second = pool_of(*(question(f"q{n}", 1) for n in range(6)))
    assert habits(always_second) == ["The right option is number 2 in 6 of 6 single choices."]
    longest = pool_of(*(question(f"q{n}", n % 4, longest=n < 5) for n in range(8)))
    assert habits(longest) == ["The right option is the longest in 5 of 8 single choices."]


def test_a_folder_is_checked_with_its_translation(tmp_path: Path) -> None:
    folder = tmp_path / "general" / "security" / "01-a"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "flow.svg").write_text("<svg/>")
    (folder / "module.md").write_text(FRONT + SLIDE, encoding="utf-8")
    (folder / "module.en.md").write_text(
        FRONT.replace("lang: ja", "lang: en").replace("draw: 2", "draw: 9")
        + SLIDE.replace("{#what}", "{#why}").replace("slide=what", "slide=why"),
        encoding="utf-8",
    )
    (folder.parent / "course.toml").write_text(
        'id = "security"\ntier = "general"\ntitle = "題"\ntitle_en = "T"\nmodules = ["01-a"]\n',
        encoding="utf-8",
    )
    report = checks.check_tree(tmp_path, TODAY)
    errors = [str(problem).rpartition("module.en.md:")[2] for problem in report.errors]
    assert "1: The translation lacks slide “what”." in errors
    assert "14: The source has no slide “why”." in errors
    (summary,) = report.courses
    assert (summary.modules[0].slides, summary.modules[0].questions) == (1, 4)
    assert summary.modules[0].script_length == 7 * 35
    assert report.text().splitlines()[-2].startswith("security: modules 1, minutes 5, slides 1")


def test_uploaded_files_are_checked_like_a_folder() -> None:
    files = {"module.md": (FRONT + SLIDE).encode(), "assets/flow.svg": b"<svg/>"}
    problems, summary = checks.check_folder(files, TODAY)
    assert problems == []
    assert summary is not None
    assert summary.estimate == 4


def test_characters_without_a_font_are_reported_in_every_file() -> None:
    files = {
        "module.md": (FRONT + SLIDE).replace("の規程", "の\ue000規程").encode(),
        "readings.csv": "表層,よみ,核,備考\n\ue001村,むら,0,\n".encode(),
        "assets/flow.svg": b"<svg/>",
    }
    problems, _ = checks.check_folder(files, TODAY)
    found = [str(problem) for problem in problems if "cannot be shown" in str(problem)]
    assert found == [
        "module.md:17: Characters that cannot be shown: e}}の〓規程 (U+E000).",
        "readings.csv:2: Characters that cannot be shown: 〓村,むら (U+E001).",
    ]
    assert all(problem.warning for problem in problems)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", []),
        (b"OggS\0\2", []),
        (b"fLaC\0", []),
        (b"ID3\x04", []),
        (b"\xff\xfb\x90", []),
        (b"RIFF\x24\0\0\0AVI LIST", ["m.mp3"]),
        (b"\0\0\0 ftypM4A ", ["m.mp3"]),
        (b"not a sound", ["m.mp3"]),
        (b"", ["m.mp3"]),
    ],
)
def test_a_recording_must_be_a_sound(content: bytes, wrong: list[str]) -> None:
    recorded = SLIDE.replace("::: script", "::: audio src=assets/m.mp3\n:::\n\n::: script")
    files = {
        "module.md": (FRONT + recorded).encode(),
        "assets/flow.svg": b"<svg/>",
        "assets/m.mp3": content,
    }
    problems, _ = checks.check_folder(files, TODAY)
    assert [str(problem) for problem in problems] == [
        f"module.md:21: The file assets/{name} is not WAV, MP3, Ogg or FLAC." for name in wrong
    ]


def test_a_missing_module_is_a_problem_not_an_exception() -> None:
    problems, summary = checks.check_folder({}, TODAY)
    assert summary is None
    assert "The file is missing." in {problem.message for problem in problems}


def test_problems_read_as_file_line_message() -> None:
    _, problems = textformat.parse_module("---\ntitle: x\n---\n", file="courses/a/module.md")
    assert str(problems[0]) == "courses/a/module.md:1: The module has no slides."


IMPORTED = """

---

# 図 {#picture}

::: picture src=assets/one.webp zoom=assets/big.webp
:::

::: audio src=assets/voice.ogg
:::

---

# 隠す {#hidden hidden}
"""


def test_an_imported_slide_is_checked() -> None:
    text = FRONT + SLIDE.replace("\n---\n\n# 確認", IMPORTED + "\n---\n\n# 確認")
    parsed = parsing.parse(text, file="m.md")
    assert not parsed.problems
    found = checks.check_module(
        parsed.source, file="m.md", today=TODAY, lines=parsed.lines, assets={"assets/flow.svg"}
    )
    messages = [str(problem).partition(": ")[2] for problem in found if not problem.warning]
    assert messages == [
        "The file assets/one.webp is missing.",
        "The file assets/big.webp is missing.",
        "Slide “picture”: the picture assets/one.webp has no alternative text.",
        "The file assets/voice.ogg is missing.",
        "Slide “picture” has no script, so its recording is not played.",
    ]


def test_a_quiz_that_is_asked_for_must_exist() -> None:
    text = FRONT + "# 題 {#what}\n"
    text = text.replace("quiz:\n  draw: 2", "completion:\n  checks: true")
    found = checks.check_module(parsing.parse(text, file="m").source, file="m", today=TODAY)
    assert {problem.message for problem in found if not problem.warning} == {
        "Completion asks for a quiz, but there are no questions.",
        "Completion asks for checks, but no slide has a question.",
    }


def test_another_language_is_counted_in_words() -> None:
    text = (FRONT + SLIDE).replace("lang: ja", "lang: en").replace(SENTENCES, "Too short.\n")
    parsed = parsing.parse(text, file="m.md")
    found = checks.check_module(parsed.source, file="m.md", today=TODAY, lines=parsed.lines)
    assert [str(p) for p in found if "length" in p.message] == [
        "m.md:21: Slide “what”: the script has a length of 2; good are 75–200."
    ]
